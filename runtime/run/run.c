#include "runtime/run/run.h"

#include "runtime/system/file.h"
#include "runtime/system/ranks.h"
#include "runtime/run/summary.h"
#include "runtime/format/parameters.h"
#include "runtime/run/state.h"
#include "runtime/solver/sampled.h"

#include <stdio.h>

const char *const run_files[] = {RUN_MODEL, RUN_TRACE, RUN_REPORT, RUN_STATE, NULL};

static bool holds_run(Arena *arena, const char *folder)
{
    for (size_t i = 0; run_files[i]; i++)
        if (file_exists(path_join(arena, folder, run_files[i])))
            return true;
    return false;
}

bool run_available(Arena *arena, Diagnostics *diagnostics, const char *folder, RunMode mode)
{
    Place place = {.file = folder};
    bool holds = holds_run(arena, folder);
    if (mode == RUN_NEW && holds)
        return diagnostics_error(diagnostics, place,
                                 "this folder holds a run; --resume continues it, --force replaces it");
    if (mode == RUN_RESUME && !holds)
        return diagnostics_error(diagnostics, place, "there is no run to resume; without --resume one begins");
    if (mode == RUN_RESUME && !file_exists(path_join(arena, folder, RUN_STATE)))
        return diagnostics_error(diagnostics, place, "this run has no %s to resume from; --force replaces the run",
                                 RUN_STATE);
    return true;
}

static bool write_state(const Run *run, Arena *arena, const Train *train, double seconds)
{
    return state_write(arena, run->diagnostics, path_join(arena, run->folder, RUN_STATE), run->provenance,
                       &train->state, run->seconds + seconds);
}

/* By all ranks: it may have to be computed. */
static Text summary_of(const Run *run, Arena *arena, const Train *train, const Trace *trace, double seconds,
                       const char *ended)
{
    Text text = text_new(arena);
    summary_add(&text, run->provenance, train, trace, run->seconds + seconds, ended);
    return text;
}

/* What a state may be without, or beside which more may be. */
static bool write_others(const Run *run, Arena *arena, const Train *train, const Trace *trace, const Text *summary)
{
    const char *model = path_join(arena, run->folder, RUN_MODEL);
    const char *report = path_join(arena, run->folder, RUN_REPORT);
    return file_write(run->diagnostics, path_join(arena, run->folder, RUN_TRACE), trace->text.data,
                      trace->text.length) &&
           parameters_save(arena, run->diagnostics, model, run->provenance->model, run->provenance->samples,
                           train_kept(train).params, false, &run->provenance->metadata) &&
           file_write(run->diagnostics, report, summary->data, summary->length);
}

void run_remove(Arena *arena, const char *folder, size_t made)
{
    for (size_t i = 0; run_files[i]; i++)
        file_remove(path_join(arena, folder, run_files[i]));
    folder_remove(folder, made);
}

/* The first save begins with the state: there is no moment at which the folder holds a run but no state, nor, with
 * RUN_FORCE, one at which a state stands beside the trace of another run (that of iteration 0 needs none). */
static bool begin(Run *run, const Train *train, const Trace *trace, const Text *summary)
{
    size_t made = 0;
    if (!folder_create(run->diagnostics, run->folder, &made))
        return false;
    run->lock = folder_lock(run->arena, run->diagnostics, run->folder);
    if (run->lock && write_state(run, run->arena, train, 0.0) && write_others(run, run->arena, train, trace, summary))
        return true;
    run_end(run);
    if (made)
        run_remove(run->arena, run->folder, made);
    return false;
}

bool run_begin(Run *run, const Train *train, const Trace *trace)
{
    const Text summary = summary_of(run, run->arena, train, trace, 0, "unfinished");
    return ranks_settle(run->diagnostics, !ranks_first() || begin(run, train, trace, &summary));
}

static bool resume(Run *run, Train *train, bool test, Trace **trace)
{
    Arena *arena = run->arena;
    const char *path = path_join(arena, run->folder, RUN_TRACE);
    TrainState state;
    char *data;
    size_t size;
    run->lock = ranks_first() ? folder_lock(arena, run->diagnostics, run->folder) : NULL;
    if ((ranks_first() && !run->lock) || !state_read(arena, run->diagnostics, path_join(arena, run->folder, RUN_STATE),
                                                     run->provenance, &state, &run->seconds))
        return false;
    if (state.iteration == 0)
        *trace = trace_new(arena, sampled_measure(run->provenance->model), test);
    else if (!file_read(arena, run->diagnostics, path, &data, &size))
        return false;
    else
        *trace = trace_read(arena, run->diagnostics, path, data, size, sampled_measure(run->provenance->model), test,
                            state.iteration);
    train_continue(train, &state);
    return *trace;
}

/* Nobody goes on, and writes, before all have read. */
bool run_resume(Run *run, Train *train, bool test, Trace **trace)
{
    return ranks_settle(run->diagnostics, resume(run, train, test, trace));
}

void run_discard(const Run *run)
{
    if (ranks_first())
        run_remove(run->arena, run->folder, 0);
}

void run_end(Run *run)
{
    folder_unlock(run->lock);
    run->lock = NULL;
}

/* A save has an arena of its own: a long training makes many, and the run's gives nothing back before its end. */
bool run_save(Run *run, const Train *train, const Trace *trace, double seconds, const char *ended)
{
    Arena *arena = arena_within(run->arena);
    const Text summary = summary_of(run, arena, train, trace, seconds, ended);
    const bool saved =
        !ranks_first() || (write_others(run, arena, train, trace, &summary) && write_state(run, arena, train, seconds));
    arena_free(arena);
    return ranks_settle(run->diagnostics, saved);
}

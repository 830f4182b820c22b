#include "runtime/run/run.h"

#include "runtime/system/file.h"
#include "runtime/system/ranks.h"
#include "runtime/run/summary.h"
#include "runtime/format/parameters.h"
#include "runtime/run/state.h"
#include "runtime/solver/sampled.h"

#include <stdio.h>
#include <string.h>

const char *const run_files[] = {RUN_SPEC, RUN_MODEL, RUN_INITIAL, RUN_TRACE, RUN_COURSE, RUN_REPORT, RUN_STATE, NULL};

/* A spec alone is none. */
static bool holds_run(Arena *arena, const char *folder)
{
    for (size_t i = 0; run_files[i]; i++)
        if (strcmp(run_files[i], RUN_SPEC) && file_exists(path_join(arena, folder, run_files[i])))
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

/* Is there none, or one that a run wrote? Somebody's own is left alone: a run that has nothing to keep is removed. */
static bool may_write_spec(const Run *run)
{
    const char *path = path_join(run->arena, run->folder, RUN_SPEC);
    char *data;
    size_t size, length = strlen(MODEL_SPEC_WRITTEN);
    if (!file_exists(path))
        return true;
    if (!file_read(run->arena, run->diagnostics, path, &data, &size))
        return false;
    return (size >= length && !memcmp(data, MODEL_SPEC_WRITTEN, length)) ||
           diagnostics_error(run->diagnostics, (Place){.file = path},
                             "this spec is no run's own, which is written under that name: take another folder");
}

static bool write_spec(const Run *run)
{
    const char *text = run->provenance->spec;
    return file_write(run->diagnostics, path_join(run->arena, run->folder, RUN_SPEC), text, strlen(text));
}

/* By all ranks: it may have to be computed. */
static Text summary_of(const Run *run, Arena *arena, const Train *train, const RunRecord *record, double seconds,
                       const char *ended)
{
    Text text = text_new(arena);
    summary_add(&text, run->provenance, train, record->trace, run->seconds + seconds, ended);
    return text;
}

/* What a state may be without, or beside which more may be. */
static bool write_others(const Run *run, Arena *arena, const Train *train, const RunRecord *record, const Text *summary)
{
    const Trace *trace = record->trace;
    const Text *course = &record->course->text;
    const char *model = path_join(arena, run->folder, RUN_MODEL);
    const char *report = path_join(arena, run->folder, RUN_REPORT);
    return file_write(run->diagnostics, path_join(arena, run->folder, RUN_TRACE), trace->text.data,
                      trace->text.length) &&
           file_write(run->diagnostics, path_join(arena, run->folder, RUN_COURSE), course->data, course->length) &&
           parameters_save(arena, run->diagnostics, model, run->provenance->model, run->provenance->samples,
                           train_kept(train).params, false, &run->provenance->metadata) &&
           file_write(run->diagnostics, report, summary->data, summary->length);
}

size_t run_course_layers(const Model *model)
{
    const bool learnt = model->tensors && model->tensors[model->step_tensor].learnt;
    return learnt && model->layers <= COURSE_MOST_LAYERS ? model->layers : 0;
}

RunRecord run_record(Arena *arena, const Provenance *provenance, bool test)
{
    const Model *model = provenance->model;
    return (RunRecord){trace_new(arena, sampled_measure(model), test), course_new(arena, run_course_layers(model))};
}

/* Where it begins, which no later save touches. */
static bool write_initial(const Run *run, const Train *train)
{
    const Provenance *provenance = run->provenance;
    return parameters_save(run->arena, run->diagnostics, path_join(run->arena, run->folder, RUN_INITIAL),
                           provenance->model, provenance->samples, train->state.params, false, &provenance->metadata);
}

void run_remove(Arena *arena, const char *folder, size_t made)
{
    for (size_t i = 0; run_files[i]; i++)
        file_remove(path_join(arena, folder, run_files[i]));
    folder_remove(folder, made);
}

/* The first save begins with the state: there is no moment at which the folder holds a run but no state, nor, with
 * RUN_FORCE, one at which a state stands beside the trace of another run (that of iteration 0 needs none). */
static bool begin(Run *run, const Train *train, const RunRecord *record, const Text *summary)
{
    size_t made = 0;
    if (!folder_create(run->diagnostics, run->folder, &made))
        return false;
    run->lock = folder_lock(run->arena, run->diagnostics, run->folder);
    if (run->lock && may_write_spec(run) && write_state(run, run->arena, train, 0.0) && write_spec(run) &&
        write_initial(run, train) && write_others(run, run->arena, train, record, summary))
        return true;
    run_end(run);
    if (made)
        run_remove(run->arena, run->folder, made);
    return false;
}

bool run_begin(Run *run, const Train *train, const RunRecord *record)
{
    const Text summary = summary_of(run, run->arena, train, record, 0, "unfinished");
    return ranks_settle(run->diagnostics, !ranks_first() || begin(run, train, record, &summary));
}

static bool read_trace(const Run *run, size_t iteration, bool test, Trace **trace)
{
    const char *path = path_join(run->arena, run->folder, RUN_TRACE);
    char *data;
    size_t size;
    if (!file_read(run->arena, run->diagnostics, path, &data, &size))
        return false;
    *trace = trace_read(run->arena, run->diagnostics, path, data, size, sampled_measure(run->provenance->model), test,
                        iteration);
    return *trace;
}

/* Runs of older versions have none. */
static bool read_course(const Run *run, size_t iteration, Course **course)
{
    const char *path = path_join(run->arena, run->folder, RUN_COURSE);
    char *data;
    size_t size;
    if (!file_exists(path))
        return true;
    if (!file_read(run->arena, run->diagnostics, path, &data, &size))
        return false;
    *course = course_read(run->arena, run->diagnostics, path, data, size, (*course)->layers, iteration);
    return *course;
}

static bool resume(Run *run, Train *train, bool test, RunRecord *record)
{
    Arena *arena = run->arena;
    TrainState state;
    run->lock = ranks_first() ? folder_lock(arena, run->diagnostics, run->folder) : NULL;
    if ((ranks_first() && !run->lock) ||
        !state_read(arena, run->diagnostics, path_join(arena, run->folder, RUN_STATE), run->provenance, &state,
                    &run->seconds) ||
        (ranks_first() && (!may_write_spec(run) || !write_spec(run))))
        return false;
    *record = run_record(arena, run->provenance, test);
    if (state.iteration > 0 && (!read_trace(run, state.iteration, test, &record->trace) ||
                                !read_course(run, state.iteration, &record->course)))
        return false;
    train_continue(train, &state);
    return true;
}

/* Nobody goes on, and writes, before all have read. */
bool run_resume(Run *run, Train *train, bool test, RunRecord *record)
{
    return ranks_settle(run->diagnostics, resume(run, train, test, record));
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
bool run_save(Run *run, const Train *train, const RunRecord *record, double seconds, const char *ended)
{
    Arena *arena = arena_within(run->arena);
    const Text summary = summary_of(run, arena, train, record, seconds, ended);
    const bool saved = !ranks_first() ||
                       (write_others(run, arena, train, record, &summary) && write_state(run, arena, train, seconds));
    arena_free(arena);
    return ranks_settle(run->diagnostics, saved);
}

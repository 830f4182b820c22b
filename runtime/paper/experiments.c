#include "runtime/paper/experiments.h"

#include "runtime/system/file.h"
#include "runtime/system/jobs.h"
#include "runtime/system/pool.h"
#include "runtime/system/ranks.h"
#include "runtime/data/generate.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

extern char **environ;

const char *const experiment_names[EXPERIMENT_KINDS] = {"net", "resnet", "odenet", "simplex",
                                                        "rk1", "rk2",    "rk3",    "rk4"};
const char *const experiment_titles[EXPERIMENT_KINDS] = {"Net",     "ResNet",   "ODENet",   "ODENet+simplex",
                                                         "1 stage", "2 stages", "3 stages", "4 stages"};

enum { QUICK = 200, MOST_WORDS = 16 };

typedef struct {
    size_t data, kind, seed;
    bool trained; /* what runs next draws it */
} Experiment;

typedef struct {
    Session *session;
    const ExperimentPlan *plan;
    const char *program;
    Experiment running[JOBS_MOST];
    size_t next, all;
    size_t done, total; /* of this rank */
} Runner;

static const char *name_of(Arena *arena, size_t data, size_t kind)
{
    return text_print(arena, "%s_%s", generate_names[data], experiment_names[kind]);
}

const char *experiments_folder(Arena *arena, const ExperimentPlan *plan, size_t data, size_t kind, size_t seed)
{
    return text_print(arena, "%s/runs/%s_%zu", plan->folder, name_of(arena, data, kind), seed);
}

/* ---- one experiment ---- */

static const char *log_of(const Runner *runner, const Experiment *experiment)
{
    Arena *arena = runner->session->arena;
    return text_print(arena, "%s.log",
                      experiments_folder(arena, runner->plan, experiment->data, experiment->kind, experiment->seed));
}

static bool has_failed(const Runner *runner, const Experiment *experiment)
{
    return diagnostics_error(runner->session->diagnostics, (Place){.file = log_of(runner, experiment)},
                             "this experiment failed; the file says why");
}

/* Trains it or, once it is trained, draws it. */
static bool perform(const Runner *runner, const Experiment *experiment, Process *process)
{
    Arena *arena = runner->session->arena;
    const char *name = name_of(arena, experiment->data, experiment->kind);
    const char *folder = experiments_folder(arena, runner->plan, experiment->data, experiment->kind, experiment->seed);
    const char *spec = text_print(arena, "%s/paper/%s.lua", session_specs(arena), name);
    const char *train[MOST_WORDS] = {
        runner->program, "train", spec,   "--threads", "1",
        "--force",       "--out", folder, "--seed",    text_print(arena, "%zu", experiment->seed)};
    const char *plot[MOST_WORDS] = {runner->program, "plot",   folder,
                                    "--png",         "--only", "prediction,transformed,snapshots,learnt"};
    if (runner->plan->quick) {
        train[10] = "--iterations";
        train[11] = text_print(arena, "%d", QUICK);
    }
    const char *const *words = experiment->trained ? plot : train;
    int output = open(log_of(runner, experiment), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    bool started = output >= 0 && process_start(process, words, environ, output) == 0;
    if (output >= 0)
        close(output);
    return started || has_failed(runner, experiment);
}

/* ---- all of them ---- */

/* The longest first, so that no processor is idle at the end: methods of many stages, then networks. */
static Experiment experiment_at(const ExperimentPlan *plan, size_t index)
{
    size_t kind = index / (GENERATE_COUNT * plan->seeds);
    return (Experiment){.data = index / plan->seeds % GENERATE_COUNT,
                        .kind = EXPERIMENT_KINDS - 1 - kind,
                        .seed = index % plan->seeds + 1};
}

static bool start(void *context, size_t place, Process *process)
{
    Runner *runner = context;
    Experiment *experiment = &runner->running[place];
    if (!experiment->trained) {
        while (runner->next < runner->all && !ranks_mine(runner->next))
            runner->next++;
        if (runner->next == runner->all)
            return true;
        *experiment = experiment_at(runner->plan, runner->next++);
        remove(log_of(runner, experiment));
    }
    return perform(runner, experiment, process);
}

/* Networks of the first seed are drawn, too. */
static bool end(void *context, size_t place, int status, bool interrupted)
{
    Runner *runner = context;
    Experiment *experiment = &runner->running[place];
    if (interrupted)
        return false;
    if (status != 0)
        return has_failed(runner, experiment);
    experiment->trained = !experiment->trained && experiment->seed == 1;
    if (!experiment->trained)
        fprintf(stderr, "%3zu/%zu  %s, seed %zu\n", ++runner->done, runner->total,
                name_of(runner->session->arena, experiment->data, experiment->kind), experiment->seed);
    return true;
}

bool experiments_run(Session *session, const ExperimentPlan *plan)
{
    const size_t processors = pool_planned(0);
    size_t made;
    bool interrupted;
    Runner runner = {.session = session,
                     .plan = plan,
                     .program = process_program(session->arena),
                     .all = (size_t)GENERATE_COUNT * EXPERIMENT_KINDS * plan->seeds};
    for (size_t i = 0; i < runner.all; i++)
        runner.total += ranks_mine(i);
    if (!runner.program)
        return diagnostics_error(session->diagnostics, (Place){0}, "cannot find the file of this program");
    const char *runs = path_join(session->arena, plan->folder, "runs");
    if (!ranks_settle(session->diagnostics, !ranks_first() || folder_create(session->diagnostics, runs, &made)))
        return false;
    bool done = jobs_run(&(Jobs){&runner, start, end}, processors < JOBS_MOST ? processors : JOBS_MOST, &interrupted);
    if (interrupted)
        raise(SIGINT);
    return ranks_settle(session->diagnostics, done);
}

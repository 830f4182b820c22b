#include "runtime/paper/experiments.h"

#include "runtime/system/file.h"
#include "runtime/system/process.h"
#include "runtime/data/generate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char *const experiment_names[EXPERIMENT_KINDS] = {"net", "resnet", "odenet", "simplex",
                                                        "rk1", "rk2",    "rk3",    "rk4"};
const char *const experiment_titles[EXPERIMENT_KINDS] = {"Net",     "ResNet",   "ODENet",   "ODENet+simplex",
                                                         "1 stage", "2 stages", "3 stages", "4 stages"};

enum { MOST_WORKERS = 64, QUICK = 200, MOST_WORDS = 16 };

typedef struct {
    size_t data, kind, seed;
} Experiment;

typedef struct {
    Session *session;
    const ExperimentPlan *plan;
    const char *program;
    pid_t workers[MOST_WORKERS];
    Experiment running[MOST_WORKERS];
    size_t worker_count, done, total;
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

/* Runs the program with those words, closed by NULL, its output in the file log. */
static bool run_program(const char *log, const char *const *words)
{
    int output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    bool done = output >= 0 && process_run(words, environ, output);
    if (output >= 0)
        close(output);
    return done;
}

/* The life of a worker: trains, and draws. */
static bool perform(const Runner *runner, const Experiment *experiment)
{
    Arena *arena = runner->session->arena;
    const char *name = name_of(arena, experiment->data, experiment->kind);
    const char *folder = experiments_folder(arena, runner->plan, experiment->data, experiment->kind, experiment->seed);
    const char *spec = text_print(arena, "%s/paper/%s.lua", session_specs(arena), name);
    const char *log = text_print(arena, "%s.log", folder);
    const char *train[MOST_WORDS] = {
        runner->program, "train", spec,   "--threads", "1",
        "--force",       "--out", folder, "--seed",    text_print(arena, "%zu", experiment->seed)};
    const char *plot[MOST_WORDS] = {runner->program, "plot",   folder,
                                    "--png",         "--only", "prediction,transformed,snapshots"};
    if (runner->plan->quick) {
        train[10] = "--iterations";
        train[11] = text_print(arena, "%d", QUICK);
    }
    remove(log);
    return run_program(log, train) && (experiment->seed > 1 || run_program(log, plot));
}

/* ---- all of them ---- */

static bool start(Runner *runner, size_t worker, const Experiment *experiment)
{
    runner->running[worker] = *experiment;
    pid_t child = fork();
    if (child == 0)
        _exit(perform(runner, experiment) ? 0 : 1);
    runner->workers[worker] = child;
    return child > 0 ||
           diagnostics_error(runner->session->diagnostics, (Place){0}, "cannot start a process: %s", strerror(errno));
}

static size_t find_worker(const Runner *runner, pid_t child)
{
    size_t worker = 0;
    while (worker < runner->worker_count && runner->workers[worker] != child)
        worker++;
    return worker;
}

/* Waits for one worker to end; *worker is free then. */
static bool finish(Runner *runner, size_t *worker)
{
    Arena *arena = runner->session->arena;
    int status;
    pid_t child;
    do {
        child = wait(&status);
        *worker = find_worker(runner, child);
    } while ((child < 0 && errno == EINTR) || (child > 0 && *worker == runner->worker_count));
    if (child < 0)
        return diagnostics_error(runner->session->diagnostics, (Place){0}, "cannot wait: %s", strerror(errno));
    const Experiment *experiment = &runner->running[*worker];
    runner->workers[*worker] = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return diagnostics_error(runner->session->diagnostics,
                                 (Place){.file = text_print(arena, "%s.log",
                                                            experiments_folder(arena, runner->plan, experiment->data,
                                                                               experiment->kind, experiment->seed))},
                                 "this experiment failed; the file says why");
    fprintf(stderr, "%3zu/%zu  %s, seed %zu\n", ++runner->done, runner->total,
            name_of(arena, experiment->data, experiment->kind), experiment->seed);
    return true;
}

static void abandon(Runner *runner)
{
    int status;
    for (size_t i = 0; i < runner->worker_count; i++)
        if (runner->workers[i] > 0)
            waitpid(runner->workers[i], &status, 0);
}

/* The longest first, so that no processor is idle at the end: methods of many stages, then networks. */
static Experiment experiment_at(const ExperimentPlan *plan, size_t index)
{
    size_t kind = index / (GENERATE_COUNT * plan->seeds);
    return (Experiment){.data = index / plan->seeds % GENERATE_COUNT,
                        .kind = EXPERIMENT_KINDS - 1 - kind,
                        .seed = index % plan->seeds + 1};
}

static bool run_all(Runner *runner)
{
    for (size_t next = 0; next < runner->total; next++) {
        size_t worker = next;
        const Experiment experiment = experiment_at(runner->plan, next);
        if (next >= runner->worker_count && !finish(runner, &worker))
            return false;
        if (!start(runner, worker, &experiment))
            return false;
    }
    for (size_t worker; runner->done < runner->total;)
        if (!finish(runner, &worker))
            return false;
    return true;
}

bool experiments_run(Session *session, const ExperimentPlan *plan)
{
    const char *program = process_program(session->arena);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t made;
    Runner runner = {.session = session, .plan = plan, .program = program};
    if (!program)
        return diagnostics_error(session->diagnostics, (Place){0}, "cannot find the file of this program");
    if (!folder_create(session->diagnostics, path_join(session->arena, plan->folder, "runs"), &made))
        return false;
    runner.total = (size_t)GENERATE_COUNT * EXPERIMENT_KINDS * plan->seeds;
    runner.worker_count = processors < 1 ? 1 : processors > MOST_WORKERS ? MOST_WORKERS : (size_t)processors;
    if (runner.worker_count > runner.total)
        runner.worker_count = runner.total;
    bool done = run_all(&runner);
    if (!done)
        abandon(&runner);
    return done;
}

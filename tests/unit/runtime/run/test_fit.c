#include "runtime/run/fit.h"

#include "tests/unit/fixture.h"
#include "runtime/format/parameters.h"
#include "runtime/number/lapack.h"
#include "tests/unit/toy.h"

#include <signal.h>
#include <sys/wait.h>

static void setup(void)
{
    fixture_open();
    cr_assert(lapack_ready(diagnostics), "%s", fixture_messages());
}

TestSuite(fit, .init = setup, .fini = fixture_close);

/* The first DESCENDING of them never end by themselves here. */
static const Algorithm algorithms[ALGORITHM_COUNT] = {TRAIN_LIPSCHITZ, TRAIN_ARMIJO, TRAIN_ADAM,
                                                      TRAIN_LBFGS,     TRAIN_NEWTON, TRAIN_GAUSSNEWTON};
enum { DESCENDING = 3, ITERATIONS = 40 };

static FitResult result;
static FILE *progress;

/* Trains in the folder of that name inside the temporary one, where toy misbehaves as it says. */
static bool train(const char *name, RunMode mode, size_t iterations, Toy toy)
{
    Toy quiet = {0};
    Objective training = toy_objective(&toy, TOY_SAMPLES), test = toy_objective(&quiet, 3);
    Provenance provenance = toy_plan(arena);
    progress = progress ? progress : tmpfile();
    Fit fit = {fixture_path(name), mode,       &provenance, &training, &test, {NULL, NULL},
               toy_params,         iterations, progress,    NULL,      NULL};
    return fit_run(arena, diagnostics, &fit, &result);
}

static const char *content(const char *name, const char *file, size_t *size)
{
    char *data;
    cr_assert(file_read(arena, diagnostics, path_join(arena, fixture_path(name), file), &data, size), "%s",
              fixture_messages());
    return data;
}

static void expect_same_file(const char *left, const char *right, const char *file)
{
    size_t sizes[2];
    const char *data[2] = {content(left, file, &sizes[0]), content(right, file, &sizes[1])};
    cr_expect(sizes[0] == sizes[1] && memcmp(data[0], data[1], sizes[0]) == 0, "%s of %s and %s differ", file, left,
              right);
}

/* The line of the report that counts evaluations. */
static const char *evaluations(const char *name)
{
    size_t size;
    const char *line = strstr(content(name, "report.json", &size), "\"evaluations\": {");
    cr_assert_not_null(line);
    return text_print(arena, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Where a run that had ended is gone on with, its last iteration is tried again, and counted. */
static void expect_same_end(const char *left, const char *right)
{
    expect_same_file(left, right, "trace.csv");
    expect_same_file(left, right, "model.safetensors");
}

static void expect_same_run(const char *left, const char *right)
{
    cr_expect_str_eq(evaluations(left), evaluations(right));
    expect_same_end(left, right);
}

static void expect_report(const char *name, const char *part)
{
    size_t size;
    cr_expect_not_null(strstr(content(name, "report.json", &size), part), "%s", part);
}

static void close_all(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fixture_remove(fixture_path(names[i]));
}

static void copy_file(const char *from, const char *to, const char *file)
{
    size_t size;
    const char *data = content(from, file, &size);
    cr_assert(file_write(diagnostics, path_join(arena, fixture_path(to), file), data, size));
}

Test(fit, a_run_to_its_end)
{
    toy_algorithm(TRAIN_LIPSCHITZ);
    cr_assert(train("run", RUN_NEW, ITERATIONS, (Toy){0}), "%s", fixture_messages());
    cr_expect_str_eq(result.ended, "iterations");
    cr_expect_not(result.interrupted);
    cr_expect_eq(result.trace->count, ITERATIONS + 1);
    cr_expect_eq(result.train->state.iteration, ITERATIONS);
    expect_report("run", "\"iterations\": 40,");
    expect_report("run", "\"ended\": \"iterations\"");
    double params[TOY_PARAMETERS];
    const char *path = path_join(arena, fixture_path("run"), "model.safetensors");
    cr_assert(parameters_load(arena, diagnostics, path, &toy_model, params, NULL));
    cr_expect_arr_eq(params, result.train->state.params, sizeof params);
    close_all((const char *const[]){"run"}, 1);
}

Test(fit, resumed_is_uninterrupted)
{
    for (size_t k = 0; k < ALGORITHM_COUNT; k++) {
        toy_algorithm(algorithms[k]);
        cr_assert(train("whole", RUN_NEW, ITERATIONS, (Toy){0}));
        const size_t last = result.trace->count - 1, by = last < 10 ? 1 : 13;
        for (size_t cut = 0; cut <= last; cut += by) {
            cr_assert(train("parts", RUN_NEW, cut, (Toy){0}), "%s", fixture_messages());
            cr_assert(train("parts", RUN_RESUME, ITERATIONS, (Toy){0}), "%s", fixture_messages());
            expect_same_run("whole", "parts");
            fixture_remove(fixture_path("parts"));
        }
        fixture_remove(fixture_path("whole"));
    }
}

/* Resumed is uninterrupted, and what begins outside is said. */
Test(fit, bounds_are_kept_and_told_of)
{
    static const double lower[TOY_PARAMETERS] = {0.5, -1, -1, -1, -0.1, 0.5},
                        upper[TOY_PARAMETERS] = {2.0, 1, 1, 0.25, INFINITY, 0.5};
    toy_tensor.lower = lower;
    toy_tensor.upper = upper;
    for (size_t k = 0; k < ALGORITHM_COUNT; k++) {
        toy_algorithm(algorithms[k]);
        diagnostics = diagnostics_new(arena);
        cr_assert(train("whole", RUN_NEW, ITERATIONS, (Toy){0}));
        cr_expect_str_eq(
            fixture_messages(),
            "toy.lua: warning: K begins outside of its bounds: 3 of 6 values are moved to the nearest bound\n");
        for (size_t i = 0; i < TOY_PARAMETERS; i++)
            cr_expect(lower[i] <= result.train->state.params[i] && result.train->state.params[i] <= upper[i]);
        const size_t last = result.trace->count - 1, by = last < 10 ? 1 : 13;
        for (size_t cut = 0; cut <= last; cut += by) {
            cr_assert(train("parts", RUN_NEW, cut, (Toy){0}));
            diagnostics = diagnostics_new(arena);
            cr_assert(train("parts", RUN_RESUME, ITERATIONS, (Toy){0}), "%s", fixture_messages());
            cr_expect_str_eq(fixture_messages(), "");
            expect_same_run("whole", "parts");
            fixture_remove(fixture_path("parts"));
        }
        fixture_remove(fixture_path("whole"));
    }
    toy_tensor.lower = toy_tensor.upper = NULL;
}

/* Training of five samples, validated on three of them, gets worse at some time: what is kept are the parameters of the
 * best row, wherever it was stopped. */
Test(fit, patience_keeps_the_best)
{
    signal(SIGINT, SIG_DFL);
    for (size_t k = 0; k < DESCENDING; k++) {
        toy_algorithm(algorithms[k]);
        toy_model.train.rate.first = 0.5;
        toy_model.train.patience = 3;
        toy_model.train.keep_best = true;
        cr_assert(train("whole", RUN_NEW, 10 * ITERATIONS, (Toy){0}), "%s", fixture_messages());
        const size_t last = result.trace->count - 1, best = trace_best(result.trace)->iteration;
        cr_expect_str_eq(result.ended, "patience: no better validation objective");
        cr_expect_eq(last, best + 3);
        expect_report("whole", "\"patience\": 3, \"keep\": \"best\"");
        for (size_t cut = 0; cut <= last; cut++) {
            cr_assert(train("parts", RUN_NEW, cut, (Toy){0}), "%s", fixture_messages());
            cr_assert(train("parts", RUN_RESUME, 10 * ITERATIONS, (Toy){0}), "%s", fixture_messages());
            expect_same_run("whole", "parts");
            fixture_remove(fixture_path("parts"));
        }
        cr_assert(train("parts", RUN_NEW, ITERATIONS, (Toy){.at = 4, .event = TOY_INTERRUPTED}));
        cr_assert(train("parts", RUN_RESUME, 10 * ITERATIONS, (Toy){0}), "%s", fixture_messages());
        expect_same_run("whole", "parts");
        toy_model.train.patience = 0;
        toy_model.train.keep_best = false;
        cr_assert(train("plain", RUN_NEW, best, (Toy){0}));
        expect_same_file("whole", "plain", "model.safetensors");
        close_all((const char *const[]){"whole", "parts", "plain"}, 3);
    }
}

/* Since when nothing changes outlasts a resumption, and ends a training where that was asked for. */
Test(fit, a_standstill_ends_a_training)
{
    toy_algorithm(TRAIN_ARMIJO);
    toy_model.train.stall = 30;
    cr_assert(train("whole", RUN_NEW, 100 * ITERATIONS, (Toy){0}), "%s", fixture_messages());
    const size_t last = result.trace->count - 1, since = result.train->state.still.iteration;
    cr_expect_str_eq(result.ended, "stall: the objective does not change any more");
    cr_expect_eq(last, since + 30);
    for (size_t i = since; i <= last; i++)
        cr_expect_float_eq(result.trace->rows[i].training.objective, result.trace->rows[since].training.objective,
                           1e-14 * result.trace->rows[since].training.objective);
    expect_report("whole", text_print(arena, "\"unchanged_since\": %zu", since));
    for (size_t cut = since - 5; cut < last; cut += 10) {
        cr_assert(train("parts", RUN_NEW, cut, (Toy){0}), "%s", fixture_messages());
        cr_assert(train("parts", RUN_RESUME, 100 * ITERATIONS, (Toy){0}), "%s", fixture_messages());
        expect_same_run("whole", "parts");
        fixture_remove(fixture_path("parts"));
    }
    toy_model.train.stall = 0;
    close_all((const char *const[]){"whole"}, 1);
}

Test(fit, an_interrupt_keeps_what_there_is)
{
    signal(SIGINT, SIG_DFL);
    for (size_t k = 0; k < ALGORITHM_COUNT; k++) {
        toy_algorithm(algorithms[k]);
        cr_assert(train("whole", RUN_NEW, ITERATIONS, (Toy){0}));
        const size_t by = k < DESCENDING ? 13 : 2;
        for (size_t at = 1; at <= 3 * by + 1; at += by) {
            cr_assert(train("parts", RUN_NEW, ITERATIONS, (Toy){.at = at, .event = TOY_INTERRUPTED}));
            cr_expect(result.interrupted, "%s", algorithm_rows[algorithms[k]].name);
            cr_expect_str_eq(result.ended, "interrupted");
            expect_report("parts", "\"ended\": \"interrupted\"");
            cr_assert(train("parts", RUN_RESUME, ITERATIONS, (Toy){0}), "%s", fixture_messages());
            cr_expect_not(result.interrupted);
            expect_same_run("whole", "parts");
            fixture_remove(fixture_path("parts"));
        }
        fixture_remove(fixture_path("whole"));
    }
}

Test(fit, a_killed_run_resumes)
{
    toy_algorithm(TRAIN_ARMIJO);
    cr_assert(train("whole", RUN_NEW, ITERATIONS, (Toy){0}));
    pid_t child = fork();
    if (child == 0) {
        train("parts", RUN_NEW, ITERATIONS, (Toy){.at = 20, .event = TOY_KILLED});
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    cr_assert(WIFSIGNALED(status));
    expect_report("parts", "\"ended\": \"unfinished\"");
    cr_assert(train("parts", RUN_RESUME, ITERATIONS, (Toy){0}), "%s", fixture_messages());
    expect_same_run("whole", "parts");
    close_all((const char *const[]){"whole", "parts"}, 2);
}

/* Every state of the folder that a kill between two files of a save can leave: the first files of the order below are
 * those of the later save. */
Test(fit, a_kill_between_two_files_resumes)
{
    static const char *const order[] = {"trace.csv", "model.safetensors", "report.json", "state.safetensors"};
    for (size_t k = 0; k < ALGORITHM_COUNT; k++) {
        toy_algorithm(algorithms[k]);
        cr_assert(train("whole", RUN_NEW, ITERATIONS, (Toy){0}));
        cr_assert(train("later", RUN_NEW, 25, (Toy){0}));
        for (size_t saved = 0; saved <= 4; saved++) {
            cr_assert(train("parts", RUN_NEW, 10, (Toy){0}));
            for (size_t i = 0; i < saved; i++)
                copy_file("later", "parts", order[i]);
            cr_assert(train("parts", RUN_RESUME, ITERATIONS, (Toy){0}), "%s", fixture_messages());
            expect_same_end("whole", "parts");
            fixture_remove(fixture_path("parts"));
        }
        close_all((const char *const[]){"whole", "later"}, 2);
    }
}

/* The same for the first save, in a new folder and in one whose run is replaced. */
Test(fit, a_kill_in_the_first_save_resumes)
{
    static const char *const order[] = {"state.safetensors", "trace.csv", "model.safetensors", "report.json"};
    toy_algorithm(TRAIN_LIPSCHITZ);
    cr_assert(train("whole", RUN_NEW, ITERATIONS, (Toy){0}));
    cr_assert(train("first", RUN_NEW, 0, (Toy){0}));
    for (int replaced = 0; replaced < 2; replaced++)
        for (size_t saved = 1; saved <= 4; saved++) {
            toy_algorithm(TRAIN_ADAM);
            size_t made;
            if (replaced)
                cr_assert(train("parts", RUN_NEW, 10, (Toy){0}));
            else
                cr_assert(folder_create(diagnostics, fixture_path("parts"), &made));
            toy_algorithm(TRAIN_LIPSCHITZ);
            for (size_t i = 0; i < saved; i++)
                copy_file("first", "parts", order[i]);
            cr_assert(train("parts", RUN_RESUME, ITERATIONS, (Toy){0}), "%s", fixture_messages());
            expect_same_run("whole", "parts");
            fixture_remove(fixture_path("parts"));
        }
    close_all((const char *const[]){"whole", "first"}, 2);
}

Test(fit, force_replaces_a_run)
{
    toy_algorithm(TRAIN_ARMIJO);
    cr_assert(train("whole", RUN_NEW, ITERATIONS, (Toy){0}));
    toy_algorithm(TRAIN_ADAM);
    cr_assert(train("parts", RUN_NEW, 10, (Toy){0}));
    toy_algorithm(TRAIN_ARMIJO);
    cr_assert(train("parts", RUN_FORCE, ITERATIONS, (Toy){0}));
    expect_same_run("whole", "parts");
    close_all((const char *const[]){"whole", "parts"}, 2);
}

Test(fit, a_run_is_never_overwritten)
{
    toy_algorithm(TRAIN_ARMIJO);
    cr_assert(train("run", RUN_NEW, 10, (Toy){0}));
    cr_assert(train("kept", RUN_NEW, 10, (Toy){0}));
    cr_expect_not(train("run", RUN_NEW, ITERATIONS, (Toy){0}));
    cr_expect_str_eq(fixture_messages(), "run: this folder holds a run; --resume continues it, --force replaces it\n");
    expect_same_run("run", "kept");
    close_all((const char *const[]){"run", "kept"}, 2);
}

Test(fit, a_start_that_is_not_finite_leaves_no_folder)
{
    toy_algorithm(TRAIN_LIPSCHITZ);
    cr_expect_not(train("run", RUN_NEW, ITERATIONS, (Toy){.at = 1, .event = TOY_NOT_FINITE}));
    cr_expect_str_eq(fixture_messages(), "toy.lua: the gradient is not finite at the initial parameters: that of "
                                         "every sample is, but not their sum with penalty and decay\n");
    cr_expect_eq(fixture_entries(), 0);
}

Test(fit, a_failed_evaluation_ends_it)
{
    toy_algorithm(TRAIN_ARMIJO);
    cr_expect_not(train("run", RUN_NEW, ITERATIONS, (Toy){.at = 20, .event = TOY_FAILS}));
    cr_expect(train("run", RUN_RESUME, ITERATIONS, (Toy){0}));
    close_all((const char *const[]){"run"}, 1);
}

Test(fit, fewer_iterations_than_there_are)
{
    toy_algorithm(TRAIN_ARMIJO);
    cr_assert(train("run", RUN_NEW, 20, (Toy){0}));
    cr_expect_not(train("run", RUN_RESUME, 10, (Toy){0}));
    cr_expect_str_eq(fixture_messages(), "run: this run has 20 iterations already, more than 10\n");
    close_all((const char *const[]){"run"}, 1);
}

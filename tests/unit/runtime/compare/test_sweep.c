/* Many trainings at once, and runs side by side. */
#include "tests/unit/program.h"

#include <math.h>
#include <string.h>

TestSuite(sweep, .init = fixture_open, .fini = program_close);

static const char *small(void)
{
    return fixture_text(
        "small.lua", "return network { name = 'small', inputs = 2, layers = 3, method = 'euler', activation = 'tanh',\n"
                     "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                     "  data = { 'spiral2d', samples = 30, validation = 20 }, train = { iterations = 4 } }\n");
}

static const char *in(const char *run, const char *file)
{
    return path_join(arena, fixture_path(text_print(arena, "sweep/%s", run)), file);
}

static double number_of(const char *path, const char *member)
{
    const char *at = strstr(content_of(path).data, text_print(arena, "\"final\": {\"iteration\": "));
    at = at ? strstr(at, text_print(arena, "\"%s\": ", member)) : NULL;
    cr_assert_not_null(at, "%s", path);
    return strtod(at + strlen(member) + 4, NULL);
}

/* Every combination is what train makes of it; the table has mean and deviation; what is done is not done again. */
Test(sweep, every_combination_is_a_run)
{
    const char *out = fixture_path("sweep"), *spec = small();
    const char *line = text_print(arena, "sweep %s --set width=2,3 --set step=0.1,1/8 --seeds 2 --out %s", spec, out);
    Outcome outcome = costate_succeeds("%s", line);
    cr_expect_not_null(strstr(outcome.err, "8/8  "), "%s", outcome.err);
    costate_succeeds("train %s --set width=3 --set step=1/8 --seed 2 --out %s", spec, fixture_path("alone"));
    cr_expect(
        same_content(in("width=3,step=1-8,seed=2", "trace.csv"), path_join(arena, fixture_path("alone"), "trace.csv")));
    const double a = number_of(in("width=2,step=0.1,seed=1", "report.json"), "test_objective"),
                 b = number_of(in("width=2,step=0.1,seed=2", "report.json"), "test_objective");
    const char *spread = text_print(arena, "%.4g +- %.2g", (a + b) / 2, fabs(a - b) / sqrt(2));
    cr_expect_not_null(strstr(outcome.out, spread), "no %s in %s", spread, outcome.out);
    double least = INFINITY;
    const char *best = NULL;
    for (int i = 0; i < 8; i++) {
        const char *run =
            text_print(arena, "width=%d,step=%s,seed=%d", 2 + i / 4, i / 2 % 2 ? "1-8" : "0.1", 1 + i % 2);
        const double reached = number_of(in(run, "report.json"), "test_objective");
        best = reached < least ? run : best;
        least = fmin(least, reached);
    }
    cr_expect_not_null(strstr(outcome.out, text_print(arena, "\nbest: %s/%s, test objective %.6g\n", out, best, least)),
                       "%s", outcome.out);
    const char *rows = content_of(path_join(arena, out, "sweep.csv")).data;
    const char *first = "run,width,step,seed,objective,accuracy,test_objective,test_accuracy,iterations,seconds,ended\n"
                        "\"width=2,step=0.1,seed=1\",2,0.1,1,";
    cr_expect_eq(strncmp(rows, first, strlen(first)), 0, "%s", rows);
    cr_expect_str_eq(costate_succeeds("%s", line).err, "");
    remove_tree(fixture_path("sweep/width=3,step=0.1,seed=1"));
    cr_expect_str_eq(costate_succeeds("%s", line).err, "1/1  width=3,step=0.1,seed=1\n");
    outcome = costate_succeeds("%s --iterations 6", line);
    cr_expect_not_null(strstr(outcome.err, "8/8  "), "%s", outcome.err);
    costate_succeeds("train %s --set width=3 --set step=1/8 --seed 2 --out %s --iterations 6 --force", spec,
                     fixture_path("alone"));
    cr_expect(
        same_content(in("width=3,step=1-8,seed=2", "trace.csv"), path_join(arena, fixture_path("alone"), "trace.csv")));
    expect_refusal(costate("%s --set average=true", line), 1,
                   "this folder holds a run of another spec; --force replaces "
                   "the sweep\n");
    expect_refusal(costate("%s --test %s", line, spec), 1,
                   "this folder holds a run with another --test; --force replaces the sweep\n");
}

/* By name, as the table of the sweep before has them, and nothing else. */
Test(sweep, force_removes_the_sweep_before)
{
    const char *out = fixture_path("sweep"), *spec = small();
    costate_succeeds("sweep %s --set width=2,3 --out %s", spec, out);
    fixture_text("sweep/width=2/notes.txt", "mine");
    fixture_text("sweep/width=3/report.html", "old");
    costate_succeeds("sweep %s --set layers=1,2 --out %s --force", spec, out);
    cr_expect_not(file_exists(fixture_path("sweep/width=3")));
    cr_expect_not(file_exists(in("width=2", "report.json")));
    cr_expect(file_exists(in("width=2", "notes.txt")));
    cr_expect(file_exists(in("layers=2", "report.json")));
}

Test(sweep, mistakes_are_told_before_anything_is_trained)
{
    const char *out = fixture_path("sweep"), *spec = small();
    expect_refusal(costate("sweep %s --out %s", spec, out), 2,
                   "there is nothing to sweep: --set KEY=A,B or --seeds N\n");
    expect_refusal(costate("sweep %s --seeds 0 --out %s", spec, out), 2, "--seeds takes 1 or more\n");
    expect_refusal(costate("sweep %s --set width --out %s", spec, out), 2, "--set takes KEY=VALUE");
    expect_refusal(costate("sweep %s --set width=2, --out %s", spec, out), 2, "--set takes KEY=VALUE");
    expect_refusal(costate("sweep %s --set width=2,3 --jobs x --out %s --force", spec, out), 2,
                   "--jobs takes a whole number from 0 on, not x");
    expect_refusal(costate("sweep %s --set width=2,2 --out %s", spec, out), 1,
                   "the values 2 and 2 of width have folders of the same name\n");
    expect_refusal(costate("sweep %s --set step=1/8,1-8 --out %s", spec, out), 1,
                   "the values 1/8 and 1-8 of step have folders of the same name\n");
    expect_refusal(costate("sweep %s --set width=2,1 --out %s", spec, out), 1,
                   "--set: width = 1 is less than inputs = 2");
    expect_refusal(costate("sweep %s --set seed=1,2 --set layers=1,2,3 --set width=%s --out %s", spec,
                           "2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2 --seeds 99",
                           out),
                   1, "a sweep has at most 10000 runs\n");
    cr_expect_not(file_exists(out));
}

/* A run that fails is told, and the others are there. */
Test(sweep, a_run_that_fails)
{
    const char *out = fixture_path("sweep"), *spec = small();
    Outcome outcome =
        costate("sweep %s --set activation=function(x)return(exp(exp(exp(exp(x+9)))))end,tanh --out %s", spec, out);
    cr_expect_eq(outcome.status, 1);
    cr_expect_not_null(strstr(outcome.err, "the objective is not finite at the initial parameters"), "%s", outcome.err);
    cr_expect(file_exists(in("activation=tanh", "report.json")));
    cr_expect_not_null(strstr(outcome.out, "end     0          -"), "%s", outcome.out);
    cr_expect_not_null(strstr(outcome.out, "\ntanh  "), "%s", outcome.out);
}

/* ^C ends a sweep: its trainings keep what they have, and the same command goes on with them. */
Test(sweep, an_interrupt_stops_every_training)
{
    const char *out = fixture_path("sweep"), *state = in("width=2", "state.safetensors");
    const char *line =
        text_print(arena, "sweep %s --set width=2,3,4 --jobs 1 --iterations 100000000 --out %s", small(), out);
    Running running = program_start(arena_string(arena, line, strlen(line)));
    for (int i = 0; i < 6000 && !file_exists(state); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    kill(running.process, SIGINT);
    const Outcome outcome = program_end(running);
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.out, "sweep (the same command goes on)\n"), "%s", outcome.out);
    cr_expect_not_null(strstr(outcome.err, "width=2: stopped\n"), "%s", outcome.err);
    cr_expect_not_null(strstr(content_of(in("width=2", "report.json")).data, "\"ended\": \"interrupted\""));
    cr_expect_not(file_exists(fixture_path("sweep/width=4")));
}

/* ---- compare ---- */

Test(sweep, runs_are_compared)
{
    const char *spec = small(), *a = fixture_path("a"), *b = fixture_path("b"), *picture = fixture_path("c.svg");
    costate_succeeds("train %s --out %s", spec, a);
    costate_succeeds("train %s --out %s --set width=3 --set train.iterations=5 --standardize", spec, b);
    Outcome outcome = costate_succeeds("compare %s %s -o %s", a, b, picture);
    const char *header = arena_string(arena, outcome.out, strcspn(outcome.out, "\n"));
    static const char *const there[] = {"width",          "--standardize", "train.iterations", "objective", "accuracy",
                                        "test objective", "test accuracy", "iterations",       "seconds"};
    static const char *const same[] = {"inputs", "activation", "seed"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        cr_expect_not_null(strstr(header, there[i]), "no %s in %s", there[i], header);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        cr_expect_null(strstr(header, same[i]), "%s in %s", same[i], header);
    cr_expect_not_null(strstr(outcome.out, picture));
    cr_expect_not_null(strstr(content_of(picture).data, "mean of the samples"));
    cr_expect_not_null(strstr(content_of(picture).data, ">b<"), "names without the folder that all are in");
    remove(spec); /* of a run nothing else is needed */
    const char *value = text_print(arena, "%.6g", number_of(path_join(arena, b, "report.json"), "test_objective"));
    cr_expect_not_null(strstr(costate_succeeds("compare %s %s --table", a, b).out, value));
    expect_refusal(costate("compare"), 2, "RUN_DIR... is missing\n");
    expect_refusal(costate("compare %s %s", a, fixture_path("none")), 1, "there is no such folder of a run; costate train SPEC --out ");
    expect_refusal(costate("compare %s -o x.pdf", a), 2, "-o takes a file .svg or .png, not x.pdf\n");
}

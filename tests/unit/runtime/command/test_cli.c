/* The program as people meet it: commands, exit codes, files and messages. */
#include "tests/unit/program.h"

#include "gen/gen.h"
#include "runtime/solver/initial.h"

#include "runtime/format/json.h"
#include "runtime/format/safetensors.h"
#include "tests/unit/specs.h"
#include "runtime/train/trace.h"

#include <sys/stat.h>

TestSuite(cli, .init = fixture_open, .fini = program_close);

/* ---- specs and data of these tests ---- */

static const char small_form[] = "return network { name = 'small', inputs = 2, layers = 4, method = 'kutta3',\n"
                                 "  activation = 'tanh', loss = 'squared', average = true,\n"
                                 "  %s }\n";
static const char sigmoid_head[] = "head = { outputs = 1, link = 'sigmoid' }, data = { 'spiral2d', samples = 600 },";

static const char armijo[] = "train = { search = 'armijo', iterations = 30 }";
static const char lipschitz[] = "learn = { 'K', 'b', 'dt' }, simplex = true,\n"
                                "  train = { search = 'lipschitz', iterations = 30 }";
static const char adam[] = "train = { algorithm = 'adam', rate = 0.01, batch = 50, epochs = 6 }";

/* The path of a spec of a small network; rest: its head, data and training. */
static const char *small_spec(const char *head, const char *rest)
{
    return fixture_text("small.lua", text_print(arena, small_form, text_print(arena, "%s %s", head, rest)));
}

static const char *points(void)
{
    return fixture_text("points.csv", "x1,x2,label\n0.5,1,0\n-1,0.25,1\n0.75,-2,1\n1,1,0\n");
}

static const char *in_run(const char *run, const char *file)
{
    return path_join(arena, fixture_path(run), file);
}

/* ---- help and usage ---- */

static const char *const commands[] = {"train", "gradient", "predict", "emit", "check", "derive", "tableau"};
enum { COMMANDS = sizeof commands / sizeof *commands };

Test(cli, help_and_version)
{
    static const char *const ways[] = {"", "help", "--help", "-h"};
    for (int i = 0; i < 4; i++) {
        Outcome outcome = costate_succeeds("%s", ways[i]);
        cr_expect_str_eq(outcome.err, "");
        for (int c = 0; c < COMMANDS; c++)
            cr_expect(strstr(outcome.out, text_print(arena, "\n  %s ", commands[c])), "no %s", commands[c]);
    }
    cr_expect_str_eq(costate_succeeds("help train").out, costate_succeeds("train --help").out);
    cr_expect_str_eq(costate_succeeds("--version").out, "costate " COSTATE_VERSION "\n");
}

Test(cli, help_of_every_command)
{
    for (int c = 0; c < COMMANDS; c++) {
        Outcome outcome = costate_succeeds("%s --help", commands[c]);
        const char *usage = text_print(arena, "usage: costate %s ", commands[c]);
        cr_expect(strncmp(outcome.out, usage, strlen(usage)) == 0, "%s", outcome.out);
        const char *example = strstr(outcome.out, "\nexample:\n");
        cr_expect(example && strstr(example, text_print(arena, "\n  costate %s ", commands[c])), "%s", outcome.out);
        cr_expect_str_eq(outcome.err, "");
    }
}

Test(cli, usage_errors)
{
    expect_refusal(costate("trian"), 2, "costate: unknown command trian; did you mean train?\n");
    expect_refusal(costate("xyzzyx"), 2, "costate: unknown command xyzzyx\n");
    for (int c = 0; c < COMMANDS; c++) {
        const char *missing = !strcmp(commands[c], "tableau")                                   ? "NAME|FILE"
                              : !strcmp(commands[c], "predict") || !strcmp(commands[c], "emit") ? "SPEC|RUN_DIR"
                                                                                                : "SPEC";
        expect_refusal(costate("%s", commands[c]), 2,
                       text_print(arena, "costate %s: %s is missing", commands[c], missing));
        expect_refusal(costate("%s --flurble a.lua", commands[c]), 2, "unknown option --flurble\n");
        expect_refusal(costate("%s a.lua b.lua", commands[c]), 2, "unexpected argument b.lua\n");
    }
    expect_refusal(costate("train a.lua --itertions 3"), 2, "unknown option --itertions; did you mean --iterations?\n");
    expect_refusal(costate("train a.lua --data"), 2, "--data needs a value: --data FILE\n");
    expect_refusal(costate("gradient a.lua"), 2, "-o FILE is missing\n");
    expect_refusal(costate("predict a.lua --data x"), 2,
                   "a.lua is not the folder of a run, and of a spec --params FILE is missing\n");
    expect_refusal(costate("predict a.lua --params x --states --controls"), 2,
                   "--states and --controls exclude each other\n");
    static const char *const of_predictions[] = {"--bands", "--id A", "--truth"};
    for (size_t i = 0; i < 3; i++)
        expect_refusal(costate("predict a.lua %s %s", of_predictions[i], i ? "--states" : "--controls"), 2,
                       " is for predictions: leave --states and --controls away\n");
    expect_refusal(costate("predict a.lua --params x --bands"), 2,
                   "--bands needs a RUN_DIR, which knows how certain its parameters are, not --params\n");
    expect_refusal(costate("predict a.lua --params x --step 0.1"), 2, "--step needs --layers N\n");
    expect_refusal(costate("predict a.lua --params x --layers 0"), 2, "--layers takes 1 or more\n");
    expect_refusal(costate("predict a.lua --params x --layers 3 --step fast"), 2,
                   "--step takes a number other than 0, not fast\n");
}

Test(cli, values_that_make_no_sense)
{
    const char *spec = small_spec(sigmoid_head, armijo), *out = fixture_path("run");
    static const char *const wrong[][2] = {
        {"--iterations ten", "--iterations takes a whole number from 0 on, not ten"},
        {"--seed -1", "--seed takes a whole number from 0 on, not -1"},
        {"--threads 1.5", "--threads takes a whole number from 0 on, not 1.5"},
        {"--missing --split 0.5", "--missing needs a value: --missing A,B"},
        {"--standardize true", "unexpected argument true: --standardize takes no value"},
        {"--label a --label b", "--label is given twice; several go into one: --label A,B"},
        {"--split 0", "--split takes a share, above 0 and up to 1, not 0"},
        {"--split half", "--split takes a share, above 0 and up to 1, not half"},
        {"--split 80", "--split takes a share, above 0 and up to 1, not 80: write 0.8"},
        {"--split 80%", "--split takes a share, above 0 and up to 1, not 80%: write 0.8"},
        {"--iterations 1e3", "--iterations takes a whole number from 0 on, not 1e3: write 1000"},
        {"--learning-rate 1", "unknown option --learning-rate, but it is a key of the spec: --set train.rate=.."},
        {"--lr=0.1", "unknown option --lr, but it is a key of the spec: --set train.rate=.."},
        {"--batch_size 4", "unknown option --batch_size, but it is a key of the spec: --set train.batch=.."},
        {"--hidden 4", "unknown option --hidden, but it is a key of the spec: --set width=.."},
        {"--layers 4", "unknown option --layers, but it is a key of the spec: --set layers=.."},
        {"--optimizer adam", "unknown option --optimizer, but it is a key of the spec: --set train.algorithm=.."},
        {"--link softmax", "unknown option --link, but it is a key of the spec: --set head.link=.."},
        {"--samples 9", "unknown option --samples, but it is a key of the spec: --set data.samples=.."},
        {"--epochs 4", "unknown option --epochs; did you mean --iterations?"},
        {"--validation-split 0.2", "unknown option --validation-split; did you mean --split?"},
        {"--random-state 1", "unknown option --random-state; did you mean --seed?"},
        {"--n_jobs 1", "unknown option --n_jobs; did you mean --threads?"},
        {"--set width==3", "--set takes KEY=VALUE, such as train.rate=0.1, not width==3"},
        {"--split 0.5 --test x.csv", "--test and --split exclude each other"},
        {"--test-labels x.idx", "--test-labels needs --test FILE"},
        {"--backend gcc", "--backend takes tcc, cc or auto, not gcc"},
        {"--resume --force", "--resume and --force exclude each other"},
        {"--resume --init x", "--resume goes on from the run's own parameters: leave --init away"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        expect_refusal(costate("train %s --out %s %s", spec, out, wrong[i][0]), 2, wrong[i][1]);
        cr_expect_not(file_exists(out));
    }
}

Test(cli, failures_name_their_cause)
{
    expect_refusal(costate("check no.lua"), 1, "no.lua: cannot read: No such file or directory\n");
    expect_refusal(costate("check specs"), 1,
                   "specs: this folder has no spec.lua, as that of a run has: name a spec or the folder of a run\n");
    expect_refusal(costate("tableau kutta5"), 1, "there is no tableau \"kutta5\"; did you mean \"kutta3\"?\n");
    expect_refusal(costate("derive specs/spiral.lua --pass simplfy"), 1,
                   "there is no pass \"simplfy\"; did you mean \"simplify\"?\n");
    setenv("COSTATE_ISA", "mmx", true);
    expect_refusal(costate("check specs/spiral.lua"), 1, "COSTATE_ISA=mmx: there is no such instruction set");
}

Test(cli, standard_output_that_is_full_is_an_error)
{
    if (!file_exists("/dev/full"))
        cr_skip_test("/dev/full is not there");
    const char *command = text_print(arena, "%s tableau kutta4 2>&1 >/dev/full", program_path());
    char message[256] = "";
    FILE *pipe = popen(command, "r");
    cr_assert(pipe && fgets(message, sizeof message, pipe));
    cr_expect_eq(WEXITSTATUS(pclose(pipe)), 1);
    cr_expect_str_eq(message, "cannot write to standard output: No space left on device\n");
}

/* ---- the generator's commands ---- */

/* Copies the program to out/bin of a tree with specs/, as it is built, and makes it the one that runs. */
static void install(void)
{
    const char *bin = fixture_path("tree/out/bin"), *copy = path_join(arena, bin, "costate");
    Content program = content_of(program_path());
    size_t made;
    cr_assert(folder_create(diagnostics, bin, &made) && file_write(diagnostics, copy, program.data, program.size));
    cr_assert_eq(chmod(copy, 0755), 0);
    cr_assert_eq(symlink(absolute_path("specs"), fixture_path("tree/specs")), 0);
    setenv("COSTATE", copy, true);
}

Test(cli, works_from_any_directory)
{
    install();
    small_spec(sigmoid_head, armijo);
    program_folder = folder;
    costate_succeeds("check small.lua");
    costate_succeeds("tableau kutta4");
    costate_succeeds("emit small.lua");
    costate_succeeds("train small.lua");
    cr_expect(file_exists(fixture_path("out/solvers/small/small.c")));
    cr_expect(file_exists(fixture_path("out/solvers/small/small.h")));
    cr_expect(file_exists(fixture_path("out/runs/small/model.safetensors")));
}

Test(cli, tableau_takes_names_and_files)
{
    cr_expect_str_eq(costate_succeeds("tableau kutta3").out, costate_succeeds("tableau specs/tableau/kutta3.lua").out);
}

Test(cli, every_pass_shows_something)
{
    for (int i = 0; gen_passes[i]; i++)
        cr_expect_gt(strlen(costate_succeeds("derive specs/spiral.lua --pass %s", gen_passes[i]).out), 50);
    cr_expect_str_eq(costate_succeeds("derive specs/spiral.lua").out,
                     costate_succeeds("derive specs/spiral.lua --pass simplify").out);
}

Test(cli, emit_twice_gives_the_same_bytes)
{
    const char *first = fixture_path("first"), *second = fixture_path("a/b/second");
    costate_succeeds("emit specs/spiral.lua -o %s", first);
    costate_succeeds("emit specs/spiral.lua -o %s", second);
    costate_succeeds("emit specs/spiral.lua -o %s", second);
    cr_expect(same_content(path_join(arena, first, "spiral.c"), path_join(arena, second, "spiral.c")));
    cr_expect(same_content(path_join(arena, first, "spiral.h"), path_join(arena, second, "spiral.h")));
}

Test(cli, every_shipped_spec_passes_its_check)
{
    Names names = spec_names("specs");
    for (size_t i = 0; i < names.count; i++) {
        Outcome outcome = costate_succeeds("check specs/%s.lua", names.at[i]);
        cr_expect_null(strstr(outcome.out, "FAILED"), "%s", outcome.out);
        cr_expect_str_eq(outcome.err, "");
    }
}

Test(cli, check_takes_data_as_training_does)
{
    costate_succeeds("check specs/penguins.lua --data tests/data/penguins.csv");
}

/* ---- a run ---- */

static const Trace *trace_of(const char *path, bool test, size_t last)
{
    Content content = content_of(path);
    const char *measure = strstr(content.data, "rmse") ? "rmse" : "accuracy";
    Trace *trace = trace_read(arena, diagnostics, path, content.data, content.size, measure, test, last);
    cr_assert_not_null(trace, "%s", fixture_messages());
    cr_expect_eq(trace->text.length, content.size, "%s has more or other text than rows 0 to %zu", path, last);
    return trace;
}

static const json_t *report_of(const char *run)
{
    const char *path = in_run(run, "report.json");
    Content content = content_of(path);
    JsonSource source = {.file = path, .text = content.data, .length = content.size};
    const json_t *report = json_read(arena, diagnostics, &source);
    cr_assert_not_null(report, "%s", fixture_messages());
    return report;
}

static void expect_ended(const char *run, const char *wanted)
{
    cr_expect_str_eq(json_string_value(json_object_get(report_of(run), "ended")), wanted);
}

Test(cli, a_run_leaves_its_files)
{
    const char *spec = small_spec(sigmoid_head, armijo), *out = fixture_path("run");
    Outcome outcome = costate_succeeds("train %s --out %s --iterations 12 --split 0.75", spec, out);
    cr_expect(strstr(outcome.out, "small: 12 iterations, 24 evaluations in "), "%s", outcome.out);
    cr_expect(strstr(outcome.err, "12/12  objective "), "%s", outcome.err);
    const Trace *trace = trace_of(in_run("run", "trace.csv"), true, 12);
    cr_expect(strncmp(trace->text.data, "iteration,objective,step,accuracy,test_objective,test_accuracy\n0,", 65) == 0);
    const json_t *report = report_of("run"), *data = json_object_get(report, "data"),
                 *last = json_object_get(report, "final");
    cr_expect_str_eq(json_string_value(json_object_get(report, "name")), "small");
    cr_expect_eq(json_number_value(json_object_get(report, "iterations")), 12);
    cr_expect_eq(json_number_value(json_object_get(data, "samples")), 450);
    cr_expect_eq(json_number_value(json_object_get(data, "test_samples")), 150);
    cr_expect_eq(json_number_value(json_object_get(last, "objective")), trace->rows[12].training.objective);
    cr_expect_eq(json_number_value(json_object_get(last, "test_accuracy")), trace->rows[12].test.accuracy);
    cr_expect_lt(trace->rows[12].training.objective, trace->rows[0].training.objective);
    expect_ended("run", "iterations");
    const Safetensors *model = safetensors_read(arena, diagnostics, in_run("run", "model.safetensors"));
    cr_assert_not_null(model, "%s", fixture_messages());
    cr_expect_eq(model->count, 5);
}

/* Adam on few samples: others get worse at some time. */
Test(cli, patience_ends_a_training_at_its_best)
{
    const char *spec = small_spec(sigmoid_head, "train = { algorithm = 'adam', rate = 0.05, patience = 4 }");
    const char *out = fixture_path("run"), *rest = "--split 0.05 --iterations 1000";
    expect_refusal(
        costate("train %s --out %s", spec, out), 1,
        "small.lua: train.patience is measured on validation samples, of which there are none: validation or "
        "split of data or --test give some\n");
    Outcome outcome = costate_succeeds("train %s --out %s %s", spec, out, rest);
    const size_t last = (size_t)json_integer_value(json_object_get(report_of("run"), "iterations"));
    const Trace *trace = trace_of(in_run("run", "trace.csv"), true, last);
    cr_expect_lt(last, 1000);
    cr_expect_eq(trace_best(trace)->iteration, last - 4);
    expect_ended("run", "patience: no better validation objective");
    cr_expect(strstr(outcome.out, text_print(arena, "\nkept the best, number %zu: ", last - 4)), "%s", outcome.out);
    const char *plain = small_spec(sigmoid_head, "train = { algorithm = 'adam', rate = 0.05 }");
    costate_succeeds("train %s --out %s --split 0.05 --iterations %zu", plain, fixture_path("plain"), last - 4);
    cr_expect(same_content(in_run("run", "model.safetensors"), in_run("plain", "model.safetensors")));
}

/* Penalty and decay belong to training alone. */
Test(cli, tests_count_no_decay)
{
    const char *keys[] = {"network { ", "network { decay = 0.5, penalty = function(u, v) return sum(u.b^2) end,"};
    const TraceRow *rows[2];
    for (int k = 0; k < 2; k++) {
        const char *text = content_of(small_spec(sigmoid_head, armijo)).data;
        const char *spec = fixture_text("other.lua", replaced(text, "network {", keys[k]));
        costate_succeeds("train %s --out %s --split 0.5 --iterations 0 --force", spec, fixture_path("run"));
        rows[k] = trace_of(in_run("run", "trace.csv"), true, 0)->rows;
    }
    cr_expect_gt(rows[1]->training.objective, rows[0]->training.objective);
    cr_expect_eq(rows[1]->test.objective, rows[0]->test.objective);
}

Test(cli, no_iterations_leave_the_initial_point)
{
    const char *spec = small_spec(sigmoid_head, armijo);
    costate_succeeds("train %s --out %s --iterations 0", spec, fixture_path("run"));
    trace_of(in_run("run", "trace.csv"), false, 0);
}

Test(cli, a_seed_decides_every_bit)
{
    const char *spec = small_spec(sigmoid_head, adam);
    static const int seeds[] = {5, 5, 6};
    for (int i = 0; i < 3; i++)
        costate_succeeds("train %s --out %s/%d --seed %d --split 0.5", spec, folder, i, seeds[i]);
    cr_expect(same_content(in_run("0", "trace.csv"), in_run("1", "trace.csv")));
    cr_expect_not(same_content(in_run("0", "trace.csv"), in_run("2", "trace.csv")));
}

/* What is minimised has to be the same, not the text; more iterations, another rate. */
Test(cli, a_run_goes_on_under_a_new_rate)
{
    const char *spec = small_spec(sigmoid_head, adam), *out = fixture_path("run");
    costate_succeeds("train %s --out %s --set train.epochs=3", spec, out);
    Outcome outcome =
        costate_succeeds("train %s --out %s --resume --set train.epochs=5 --set train.rate=0.002", spec, out);
    cr_expect_not_null(strstr(outcome.err, "note: rate was 0.01, and is 0.002 from here on\n"), "%s", outcome.err);
    trace_of(in_run("run", "trace.csv"), false, 5);
    cr_expect_not_null(strstr(content_of(in_run("run", "report.json")).data, "\"rate\": 0.002"));
    costate_succeeds("plot %s --ascii --only objective", out);
    static const char *const others[] = {"width=3", "loss=crossentropy", "average=false", "decay=1e-3",
                                         "bounds={K={-9,9}}"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        expect_refusal(costate("train %s --out %s --resume --set %s", spec, out, others[i]), 1,
                       "this run was made with another spec");
    small_spec(sigmoid_head, "-- a comment\n train = { rate = 0.01, algorithm = 'adam', epochs = 7, batch = 50 }");
    costate_succeeds("train %s --out %s --resume", spec, out);
    trace_of(in_run("run", "trace.csv"), false, 7);
}

/* With a run goes what was made of it, by name, and nothing else. */
Test(cli, force_removes_what_was_made_of_a_run)
{
    static const char *const goes[] = {"report.html", "plots/objective.svg", "plots/flow.png", "plots/animation.gif"};
    static const char *const stays[] = {"notes.txt", "plots/mine.svg", "plots/objective.txt"};
    const char *spec = small_spec(sigmoid_head, armijo), *out = fixture_path("run");
    size_t made;
    costate_succeeds("train %s --out %s --iterations 3", spec, out);
    cr_assert(folder_create(diagnostics, in_run("run", "plots"), &made));
    for (size_t i = 0; i < sizeof goes / sizeof *goes; i++)
        fixture_text(text_print(arena, "run/%s", goes[i]), "old");
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++)
        fixture_text(text_print(arena, "run/%s", stays[i]), "mine");
    costate_succeeds("train %s --out %s --iterations 3 --force", spec, out);
    for (size_t i = 0; i < sizeof goes / sizeof *goes; i++)
        cr_expect_not(file_exists(in_run("run", goes[i])), "%s", goes[i]);
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++) {
        cr_expect(file_exists(in_run("run", stays[i])), "%s", stays[i]);
        cr_expect_eq(remove(in_run("run", stays[i])), 0);
    }
    fixture_text("run/plots/objective.svg", "old");
    costate_succeeds("train %s --out %s --iterations 3 --force", spec, out);
    cr_expect_not(file_exists(in_run("run", "plots")));
}

Test(cli, a_run_is_never_overwritten)
{
    const char *spec = small_spec(sigmoid_head, armijo), *out = fixture_path("run");
    expect_refusal(costate("train %s --out %s --resume", spec, out), 1,
                   text_print(arena, "%s: there is no run to resume; without --resume one begins\n", out));
    cr_expect_not(file_exists(out));
    costate_succeeds("train %s --out %s --iterations 3", spec, out);
    Content before = content_of(in_run("run", "model.safetensors"));
    Outcome outcome = costate("train %s --out %s", spec, out);
    expect_refusal(outcome, 1, "");
    cr_expect_str_eq(
        outcome.err,
        text_print(arena, "%s: this folder holds a run; --resume continues it, --force replaces it\n", out));
    Content after = content_of(in_run("run", "model.safetensors"));
    cr_expect(before.size == after.size && memcmp(before.data, after.data, after.size) == 0);
    costate_succeeds("train %s --out %s --iterations 5 --force", spec, out);
    trace_of(in_run("run", "trace.csv"), false, 5);
    expect_refusal(costate("train %s --out %s --iterations 4 --resume", spec, out), 1,
                   "this run has 5 iterations already, more than 4\n");
    expect_refusal(costate("train %s --out %s --seed 9 --resume", spec, out), 1, "seed");
}

/* ---- resuming ---- */

/* The runs whole and part have the same model and trace. */
static void expect_same_run(const char *whole, const char *part)
{
    cr_expect(same_content(in_run(whole, "trace.csv"), in_run(part, "trace.csv")), "traces of %s", part);
    cr_expect(same_content(in_run(whole, "model.safetensors"), in_run(part, "model.safetensors")), "models of %s",
              part);
}

static void expect_resumption(const char *training, int first)
{
    const char *spec = small_spec(sigmoid_head, training);
    costate_succeeds("train %s --out %s/whole --split 0.9", spec, folder);
    for (int iterations = 0; iterations <= first; iterations += first) {
        costate_succeeds("train %s --out %s/part --split 0.9 --force --iterations %d", spec, folder, iterations);
        costate_succeeds("train %s --out %s/part --split 0.9 --resume", spec, folder);
        expect_same_run("whole", "part");
    }
}

Test(cli, resumed_is_uninterrupted)
{
    expect_resumption(armijo, 17);
    remove_tree(fixture_path("whole"));
    expect_resumption(lipschitz, 17);
    remove_tree(fixture_path("whole"));
    expect_resumption(adam, 2);
}

/* Bounds, too, hold in what a resumed run writes, and a start outside of them is told once. */
Test(cli, bounds_are_kept_by_a_run)
{
    static const char *const trains[] = {armijo, lipschitz, adam};
    for (size_t k = 0; k < 3; k++) {
        const char *bounds = "bounds = { K = { -0.25, inf }, b = { { 0.5, -inf }, { inf, -0.125 } } },";
        const char *spec = small_spec(sigmoid_head, text_print(arena, "%s %s", bounds, trains[k]));
        Outcome whole = costate_succeeds("train %s --out %s/whole --force", spec, folder);
        cr_expect_not_null(strstr(whole.err, "warning: K begins outside of its bounds: "));
        cr_expect_not_null(strstr(
            whole.err, "warning: b begins outside of its bounds: 8 of 8 values are moved to the nearest bound\n"));
        costate_succeeds("train %s --out %s/part --force --iterations 3", spec, folder);
        cr_expect_null(strstr(costate_succeeds("train %s --out %s/part --resume", spec, folder).err, "warning"));
        expect_same_run("whole", "part");
        const Safetensors *file = safetensors_read(arena, diagnostics, in_run("part", "model.safetensors"));
        for (size_t t = 0; t < file->count; t++)
            for (size_t i = 0; i < 16 && !strcmp(file->tensors[t].name, "K"); i++)
                cr_expect_geq(file->tensors[t].values[i], -0.25);
    }
}

static const NamedTensor *tensor_in(const char *path, const char *name)
{
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    cr_assert_not_null(file, "%s", fixture_messages());
    for (size_t t = 0; t < file->count; t++)
        if (!strcmp(file->tensors[t].name, name))
            return &file->tensors[t];
    cr_assert_fail("no %s in %s", name, path);
    return NULL;
}

/* Inputs that are learnt begin as the data, lie in the files of a run and of a gradient, and belong to no other data.
 */
Test(cli, inputs_that_are_learnt)
{
    static const double data[] = {0.5, 1, -1, 0.25, 0.75, -2, 1, 1};
    static const char *const trains[] = {armijo, "train = { search = 'lipschitz', iterations = 30 }",
                                         "train = { algorithm = 'adam', rate = 0.01, batch = 3, epochs = 30 }"};
    const char *points_csv = points();
    for (size_t k = 0; k < 3; k++) {
        const char *spec = small_spec("head = { outputs = 1, link = 'sigmoid' }, learn = { 'K', 'x' },", trains[k]);
        const char *sets = text_print(arena, "--data %s --test %s", points_csv, points_csv);
        costate_succeeds("train %s %s --out %s/start --force --iterations 0", spec, sets, folder);
        costate_succeeds("train %s %s --out %s/whole --force", spec, sets, folder);
        costate_succeeds("train %s %s --out %s/part --force --iterations 7", spec, sets, folder);
        costate_succeeds("train %s %s --out %s/part --resume", spec, sets, folder);
        expect_same_run("whole", "part");
        const NamedTensor *x = tensor_in(in_run("start", "model.safetensors"), "x");
        cr_assert(x->rank == 2 && x->shape[0] == 4 && x->shape[1] == 2);
        cr_expect_arr_eq(x->values, data, sizeof data);
        x = tensor_in(in_run("whole", "model.safetensors"), "x");
        for (size_t i = 0; i < 8; i++)
            cr_expect_neq(x->values[i], data[i]);
        costate_succeeds("gradient %s --data %s --init %s -o %s/g", spec, points_csv,
                         in_run("whole", "model.safetensors"), folder);
        cr_expect_eq(tensor_in(fixture_path("g"), "x")->shape[0], 4);
        costate_succeeds("train %s %s --out %s/again --force --iterations 0 --init %s", spec, sets, folder,
                         in_run("whole", "model.safetensors"));
        cr_expect_arr_eq(tensor_in(in_run("again", "model.safetensors"), "x")->values, x->values, sizeof data);
        costate_succeeds("predict %s --params %s --data %s -o %s/p.csv", spec, in_run("whole", "model.safetensors"),
                         points_csv, folder);
        costate_succeeds("plot %s/whole", folder);
        const char *one = fixture_text("one.csv", "x1,x2,label\n0.5,1,0\n");
        expect_refusal(costate("train %s --data %s --out %s/one --init %s", spec, one, folder,
                               in_run("whole", "model.safetensors")),
                       1, "tensor \"x\" has shape [4,2], but the data have 1 samples of 2 inputs");
    }
}

Test(cli, algorithms_without_a_step_to_emit)
{
    static const char *const names[] = {"newton", "gaussnewton"};
    for (size_t i = 0; i < 2; i++) {
        const char *spec = small_spec(sigmoid_head, text_print(arena, "train = { algorithm = '%s' }", names[i]));
        expect_refusal(
            costate("emit %s --trainer -o %s/solver", spec, folder), 1,
            text_print(arena,
                       "small.lua:3: train.algorithm = \"%s\" has no training step to emit; armijo, lipschitz, "
                       "adam and lbfgs have one\n",
                       names[i]));
        cr_expect_not(file_exists(fixture_path("solver")));
    }
}

/* Starts training that would take long, waits until its folder is complete, and sends a signal. */
static Outcome signalled(const char *spec, const char *run, int signal_number)
{
    char *line = text_print(arena, "train %s --out %s --iterations 100000", spec, fixture_path(run));
    Running running = program_start(line);
    const struct timespec moment = {.tv_nsec = 20 * 1000 * 1000};
    while (!file_exists(in_run(run, "report.json")) && program_clock() - running.start < 20)
        nanosleep(&moment, NULL);
    for (int i = 0; i < 5; i++)
        nanosleep(&moment, NULL);
    kill(running.process, signal_number);
    return program_end(running);
}

/* Goes on with a run that stopped after `done` iterations, and compares with one that never stopped. */
static void expect_continuation(const char *spec, const char *run, size_t done)
{
    const char *all = text_print(arena, "--iterations %zu", done + 5);
    costate_succeeds("train %s --out %s --resume %s", spec, fixture_path(run), all);
    costate_succeeds("train %s --out %s/whole --force %s", spec, folder, all);
    expect_same_run("whole", run);
}

Test(cli, an_interrupt_keeps_what_there_is)
{
    static const int signals[] = {SIGINT, SIGTERM};
    const char *spec = small_spec(sigmoid_head, lipschitz);
    for (int i = 0; i < 2; i++) {
        const char *run = text_print(arena, "run%d", i);
        Outcome outcome = signalled(spec, run, signals[i]);
        cr_expect_eq(outcome.status, 0, "exit %d: %s", outcome.status, outcome.err);
        cr_expect(strstr(outcome.out, "(interrupted)") && strstr(outcome.out, "(go on with --resume)"), "%s",
                  outcome.out);
        expect_ended(run, "interrupted");
        size_t done = (size_t)json_number_value(json_object_get(report_of(run), "iterations"));
        cr_expect_gt(done, 0);
        trace_of(in_run(run, "trace.csv"), false, done);
        expect_continuation(spec, run, done);
    }
}

Test(cli, a_killed_run_resumes)
{
    const char *spec = small_spec(sigmoid_head, armijo);
    cr_expect_eq(signalled(spec, "run", SIGKILL).status, 128 + SIGKILL);
    expect_continuation(spec, "run", 20);
}

/* ---- how training ends ---- */

Test(cli, a_zero_gradient_ends_training)
{
    const char *spec = small_spec(sigmoid_head, "learn = { 'b' }, init = { W = 0, K = 0 }");
    Outcome outcome = costate_succeeds("train %s --out %s", spec, fixture_path("run"));
    cr_expect(strstr(outcome.out, "(zero gradient)"), "%s", outcome.out);
    expect_ended("run", "zero gradient");
    trace_of(in_run("run", "trace.csv"), false, 0);
}

/* Every step, however short, leads to where x^1.5 is no number. */
Test(cli, two_hundred_rejections_end_training)
{
    const char *spec =
        fixture_text("stuck.lua", "return network { name = 'stuck', inputs = 2, layers = 1, method = 'euler',\n"
                                  "  activation = function(x) return x + x ^ 1.5 end, learn = { 'b' },\n"
                                  "  init = { K = 0, b = 0, W = 1, mu = 9 }, loss = 'squared',\n"
                                  "  head = { outputs = 1, link = 'identity' }, train = { search = 'armijo' } }\n");
    Outcome outcome = costate_succeeds("train %s --data %s --out %s", spec, points(), fixture_path("run"));
    cr_expect(strstr(outcome.out, "(200 rejected trials)"), "%s", outcome.out);
    expect_ended("run", "200 rejected trials");
    trace_of(in_run("run", "trace.csv"), false, 0);
}

Test(cli, a_trial_that_is_not_finite_is_rejected)
{
    const char *spec =
        fixture_text("steep.lua", "return network { name = 'steep', inputs = 2, layers = 3, method = 'euler',\n"
                                  "  activation = function(x) return exp(x ^ 2) end, average = true,\n"
                                  "  head = { outputs = 1, link = 'sigmoid' }, loss = 'crossentropy',\n"
                                  "  init = { K = normal(0.1), b = 0.1 }, step = 0.1,\n"
                                  "  train = { search = 'armijo', tau = 1e6, tau_max = 1e6, iterations = 20 } }\n");
    costate_succeeds("train %s --data %s --out %s", spec, points(), fixture_path("run"));
    const Trace *trace = trace_of(in_run("run", "trace.csv"), false, 20);
    for (size_t i = 1; i <= 20; i++)
        cr_expect_lt(trace->rows[i].training.objective, trace->rows[i - 1].training.objective);
    cr_expect_lt(trace->rows[1].step, 1e5);
}

Test(cli, a_start_that_is_not_finite_leaves_nothing)
{
    const char *spec =
        fixture_text("far.lua", "return network { name = 'far', inputs = 2, layers = 3, method = 'euler',\n"
                                "  activation = function(x) return exp(exp(x)) end, loss = 'squared',\n"
                                "  head = { outputs = 1, link = 'identity' }, init = { b = 10 } }\n");
    expect_refusal(
        costate("train %s --data %s --out %s", spec, points(), fixture_path("run")), 1,
        "far.lua: the objective is not finite at the initial parameters: that of sample 1 (x1 = 0.5, x2 = 1) is "
        "not\n");
    cr_expect_not(file_exists(fixture_path("run")));
}

/* ---- bad data ---- */

Test(cli, bad_data_leave_no_folder)
{
    const char *spec = small_spec(sigmoid_head, armijo), *deep = fixture_path("a/b/run");
    static const char *const bad[][2] = {{"ragged.csv", "ragged.csv:3: the row has 2 fields, but the header has 3"},
                                         {"infinite.csv", "infinite.csv:3:1: -inf is not finite, in column \"x1\""},
                                         {"truncated.csv.gz", "truncated.csv.gz: the gzip data are truncated"},
                                         {"label_two.csv", "label_two.csv:3:5: label 2 does not fit the head"},
                                         {"absent.csv", "absent.csv: cannot read: No such file or directory"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        expect_refusal(costate("train %s --data tests/bad/data/%s --out %s", spec, bad[i][0], deep), 1, bad[i][1]);
        expect_refusal(costate("gradient %s --data tests/bad/data/%s -o %s/g", spec, bad[i][0], folder), 1, bad[i][1]);
    }
    cr_expect_eq(fixture_entries(), 1);
}

Test(cli, a_place_that_cannot_be_written)
{
    const char *spec = small_spec(sigmoid_head, armijo), *file = points();
    expect_refusal(costate("train %s --out %s/run", spec, file), 1, "points.csv/run: ");
    expect_refusal(costate("gradient %s -o %s/g", spec, file), 1, "points.csv/g: cannot write: ");
    expect_refusal(costate("emit %s -o %s", spec, file), 1, "points.csv: ");
    cr_expect_eq(fixture_entries(), 2);
}

/* ---- initial parameters ---- */

static const double k_values[4] = {0.5, -0.25, 0.125, 1};
static const double b_values[2] = {0.5, 1}, w_values[2] = {1, -1}, mu_values[1] = {0.25}, dt_values[1] = {0.5};
static const size_t k_shape[3] = {1, 2, 2}, b_shape[2] = {1, 2}, w_shape[2] = {1, 2}, mu_shape[1] = {1};

/* A spec of one layer, whose parameters are the tensors below. */
static const char *one_layer(void)
{
    return fixture_text("one.lua", "return network { name = 'one', inputs = 2, layers = 1, method = 'euler',\n"
                                   "  activation = 'tanh', loss = 'squared', step = 0.5,\n"
                                   "  head = { outputs = 1, link = 'sigmoid' } }\n");
}

enum { FIRST_TENSORS = 4, ALL_TENSORS = 5 };
static const NamedTensor initial_tensors[ALL_TENSORS] = {{"K", 3, k_shape, k_values},
                                                         {"b", 2, b_shape, b_values},
                                                         {"W", 2, w_shape, w_values},
                                                         {"mu", 1, mu_shape, mu_values},
                                                         {"dt", 1, mu_shape, dt_values}};

static const char *init_file(const NamedTensor *tensors, size_t count)
{
    const char *path = fixture_path("init.safetensors");
    cr_assert(safetensors_write(arena, diagnostics, path, tensors, count, NULL), "%s", fixture_messages());
    return path;
}

/* The same four tensors in F32, as another program would write them. */
static const char *single_file(void)
{
    static const char form[] = "{\"K\":{\"dtype\":\"F32\",\"shape\":[1,2,2],\"data_offsets\":[0,16]},"
                               "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[16,24]},"
                               "\"W\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[24,32]},"
                               "\"mu\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[32,36]}}";
    const float values[9] = {0.5F, -0.25F, 0.125F, 1, 0.5F, 1, 1, -1, 0.25F};
    const uint64_t length = sizeof form - 1;
    Text text = text_new(arena);
    for (int byte = 0; byte < 8; byte++)
        text_append(&text, (const char[]){(char)(length >> (8 * byte) & 0xff)}, 1);
    text_add(&text, form);
    text_append(&text, (const char *)values, sizeof values);
    return fixture_file("single.safetensors", text.data, text.length);
}

/* All numbers are exact in F32, and dt is the spec's where it is missing. */
Test(cli, initial_parameters_in_either_precision)
{
    const char *spec = one_layer(), *data = points();
    costate_succeeds("gradient %s --data %s --init %s -o %s/g1", spec, data, init_file(initial_tensors, 5), folder);
    costate_succeeds("gradient %s --data %s --init %s -o %s/g2", spec, data, init_file(initial_tensors, 4), folder);
    costate_succeeds("gradient %s --data %s --init %s -o %s/g3", spec, data, single_file(), folder);
    cr_expect(same_content(fixture_path("g1"), fixture_path("g2")));
    cr_expect(same_content(fixture_path("g1"), fixture_path("g3")));
}

static void expect_init_refused(const NamedTensor *tensors, size_t count, const char *message)
{
    const char *spec = one_layer(), *data = points(), *init = init_file(tensors, count);
    expect_refusal(costate("gradient %s --data %s --init %s -o %s/g", spec, data, init, folder), 1, message);
    expect_refusal(costate("train %s --data %s --init %s --out %s/run", spec, data, init, folder), 1, message);
    cr_expect_not(file_exists(fixture_path("g")));
    cr_expect_not(file_exists(fixture_path("run")));
}

Test(cli, initial_parameters_that_do_not_fit)
{
    static const size_t transposed[2] = {2, 1};
    NamedTensor tensors[ALL_TENSORS + 1];
    memcpy(tensors, initial_tensors, sizeof initial_tensors);
    expect_init_refused(tensors, 3, "init.safetensors: tensor \"mu\"");
    tensors[2].shape = transposed;
    expect_init_refused(tensors, ALL_TENSORS, "tensor \"W\"");
    tensors[2].shape = w_shape;
    tensors[ALL_TENSORS] = (NamedTensor){"extra", 1, mu_shape, mu_values};
    expect_init_refused(tensors, ALL_TENSORS + 1, "tensor \"extra\"");
}

/* ---- prediction ---- */

/* The number of rows of the prediction whose class is that of the data; both have one row a sample. */
static size_t agreeing(const char *prediction, const char *data, const char *const *classes, size_t count, size_t *rows)
{
    size_t right = 0;
    const char *row = content_of(data).data, *predicted = prediction;
    for (*rows = 0; (row = strchr(row, '\n')) && (predicted = strchr(predicted, '\n')) && row[1] && predicted[1];
         (*rows)++) {
        row++;
        predicted++;
        const char *end = predicted + strcspn(predicted, "\n"), *class = end;
        while (class[-1] != ',')
            class --;
        for (size_t c = 0; c < count; c++)
            right += strncmp(classes[c], class, (size_t)(end - class)) == 0 &&
                     strncmp(row, classes[c], strlen(classes[c])) == 0;
    }
    return right;
}

/* The penguins without rows that lack a value, so that predictions are one a row; the species is the first column. */
static const char *whole_penguins(void)
{
    const char *data = content_of("tests/data/penguins.csv").data;
    Text text = text_new(arena);
    for (const char *line = data; *line; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        char *copy = arena_string(arena, line, length);
        if (!strstr(copy, "NA,NA") && !strstr(copy, ",,"))
            text_format(&text, "%s\n", copy);
    }
    return fixture_text("penguins.csv", text.data);
}

/* Class names and standardisation travel with the model: accuracy over the whole file is what training reported. */
Test(cli, predict_repeats_names_and_standardisation)
{
    static const char *const species[] = {"Adelie", "Chinstrap", "Gentoo"};
    const char *data = whole_penguins(), *run = fixture_path("run");
    size_t rows;
    costate_succeeds("train specs/penguins.lua --data %s --out %s", data, run);
    const char *params = path_join(arena, run, "model.safetensors"), *predict = "predict specs/penguins.lua --params";
    Outcome outcome = costate_succeeds("%s %s --data %s", predict, params, data);
    cr_expect(strncmp(outcome.out, "p1,p2,p3,class\n", 15) == 0, "%.40s", outcome.out);
    size_t right = agreeing(outcome.out, data, species, 3, &rows);
    const json_t *report = report_of("run"), *last = json_object_get(report, "final"),
                 *counts = json_object_get(report, "data");
    double samples = json_number_value(json_object_get(counts, "samples")),
           tests = json_number_value(json_object_get(counts, "test_samples"));
    double wanted = json_number_value(json_object_get(last, "accuracy")) * samples +
                    json_number_value(json_object_get(last, "test_accuracy")) * tests;
    cr_expect_eq(rows, (size_t)(samples + tests));
    cr_expect_float_eq((double)right, wanted, 1e-6);
    cr_expect_gt(json_number_value(json_object_get(last, "test_accuracy")), 0.97);
    costate_succeeds("%s %s --data %s -o %s/p.csv", predict, params, data, folder);
    cr_expect_str_eq(content_of(fixture_path("p.csv")).data, outcome.out);
}

Test(cli, text_labels_are_classes)
{
    const char *data = fixture_text("text.csv", "label,x1,x2\n\"no, never\",0.5,1\nyes,-1,0.25\nyes,-2,-2\n");
    const char *spec = small_spec("head = { outputs = 1, link = 'sigmoid' },", armijo), *run = fixture_path("run");
    costate_succeeds("train %s --data %s --out %s", spec, data, run);
    Outcome outcome = costate_succeeds("predict %s --params %s/model.safetensors --data %s", spec, run, data);
    cr_expect(strstr(outcome.out, ",\"no, never\"\n"), "%s", outcome.out);
    cr_expect(strstr(outcome.out, ",yes\n"), "%s", outcome.out);
}

/* Columns are found by name, and labels need not be there. */
Test(cli, predict_finds_features_by_name)
{
    const char *spec = small_spec("head = { outputs = 1, link = 'sigmoid' },", armijo), *run = fixture_path("run");
    costate_succeeds("train %s --data %s --out %s", spec, points(), run);
    const char *other = fixture_text("other.csv", "x2,comment,x1\n1,a,0.5\n0.25,b,-1\n-2,c,0.75\n1,d,1\n");
    const char *predict = text_print(arena, "predict %s --params %s/model.safetensors --data", spec, run);
    cr_expect_str_eq(costate_succeeds("%s %s", predict, other).out, costate_succeeds("%s %s", predict, points()).out);
    expect_refusal(costate("%s tests/bad/data/text_feature.csv", predict), 1, "text_feature.csv:");
}

/* Trajectories keep their names, and times are the network's. */
Test(cli, predict_says_when_a_trajectory_is_where)
{
    const char *spec = small_spec("start = 1, step = 0.1, head = { outputs = 1, link = 'sigmoid' },", armijo);
    const char *run = fixture_path("run");
    costate_succeeds("train %s --data %s --out %s", spec, points(), run);
    const char *rows = fixture_text("long.csv", "id,t,x1,x2\n\"a,b\",1,0.5,1\n\"a,b\",1.1,,\nc,1,-1,0.25\n");
    const char *plain = fixture_text("plain.csv", "x1,x2\n0.5,1\n-1,0.25\n");
    const char *predict = text_print(arena, "predict %s --params %s/model.safetensors --data", spec, run);
    char *samples = text_print(arena, "%s", costate_succeeds("%s %s", predict, plain).out), *last = NULL;
    Text expected = text_new(arena);
    text_add(&expected, "trajectory,time,p1,class\n");
    cr_assert_str_eq(strtok_r(samples, "\n", &last), "p1,class");
    for (int i = 0; i < 2; i++)
        text_format(&expected, "%s,1.4,%s\n", i ? "c" : "\"a,b\"", strtok_r(NULL, "\n", &last));
    Outcome outcome = costate_succeeds("%s %s --trajectory id --time t --features x1,x2", predict, rows);
    cr_expect_str_eq(outcome.out, expected.data);
    expect_refusal(costate("%s %s --trajectory id --time id", predict, rows), 1,
                   "long.csv:2:1: \"a,b\" is not a number");
}

Test(cli, real_targets_have_an_error_instead_of_an_accuracy)
{
    const char *data = fixture_text("real.csv", "x1,x2,A,B\n0.5,1,0.25,2\n-1,0.25,1,-1\n0.75,-2,1.5,0\n");
    const char *spec = small_spec("head = { outputs = 2, link = 'identity' },", armijo), *run = fixture_path("run");
    Outcome outcome = costate_succeeds("train %s --data %s --label A,B --out %s", spec, data, run);
    cr_expect(strstr(outcome.out, ", RMSE "), "%s", outcome.out);
    const Trace *trace = trace_of(in_run("run", "trace.csv"), false, 30);
    for (int i = 0; i <= 30; i += 30) { /* the objective is half the sum of squares, averaged over 3 samples */
        double square = 2 * 3 * trace->rows[i].training.objective;
        cr_expect_float_eq(trace->rows[i].training.accuracy, sqrt(square / 6), 1e-12);
    }
    outcome = costate_succeeds("predict %s --params %s/model.safetensors --data %s", spec, run, data);
    cr_expect(strncmp(outcome.out, "p1,p2\n", 6) == 0, "%.40s", outcome.out);
}

Test(cli, predict_refuses_parameters_of_another_network)
{
    const char *spec = small_spec(sigmoid_head, armijo), *data = points(), *init = init_file(initial_tensors, 5);
    expect_refusal(costate("predict %s --params %s --data %s", spec, init, data), 1, "init.safetensors: tensor \"K\"");
}

/* ---- MNIST ---- */

Test(cli, mnist_learns_in_an_epoch)
{
    const char *images = "tests/data/t10k-images-idx3-ubyte.gz";
    const char *labels = "tests/data/t10k-labels-idx1-ubyte.gz", *run = fixture_path("run");
    costate_succeeds("train specs/mnist.lua --data %s --labels %s --iterations 1 --out %s", images, labels, run);
    cr_expect_gt(trace_of(in_run("run", "trace.csv"), true, 1)->rows[1].test.accuracy, 0.85);
}

/* ---- hostile specs ---- */

/* The file is refused at a line of its own, or of one that it names, in little time. */
static void expect_spec_refused(const char *path)
{
    Outcome outcome = costate("check %s", path);
    cr_expect_eq(outcome.status, 1, "%s: exit %d: %.200s", path, outcome.status, outcome.err);
    cr_expect_str_eq(outcome.out, "", "%s", path);
    const char *place = strstr(outcome.err, ".lua:");
    size_t digits = place ? strspn(place + 5, "0123456789") : 0;
    cr_expect(digits > 0 && place[5 + digits] == ':' && !memchr(outcome.err, '\n', (size_t)(place - outcome.err)),
              "%s: %.200s", path, outcome.err);
#ifndef __SANITIZE_ADDRESS__
    cr_expect_lt(outcome.processor, 2, "%s: %.1f s", path, outcome.processor);
#endif
}

Test(cli, hostile_specs_end_soon_at_their_line, .timeout = 300)
{
    static const char *const hostile[] = {
        "while true do end",
        "pcall(function() while true do end end)",
        "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) return t[1]",
        "local co = coroutine.wrap(function() while true do end end) co()",
        "return string.find(string.rep('a', 1000000), string.rep('a-', 1000) .. 'b')",
        "local s = 'x' while true do s = s .. s end",
        "return string.rep('x', 1 << 40)",
        "local t = {} for i = 1, 1e12 do t[i] = i end",
        "local function f() return 1 + f() end return f()",
        "os.execute('true')",
        "io.open('/etc/passwd')",
        "require('os')",
        "load('return 1')()",
        "dofile('/etc/passwd')",
        "error({})",
        "\27Lua",
        "return network { name = 'x; int y' }",
        "return network { name = 'while' }",
        "return network { name = 'm', inputs = 1e9, width = 1e9, layers = 1e9, method = 'euler', activation = 'tanh',\n"
        "head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }",
        "return network { name = 'm', inputs = 2, layers = 2, method = 'euler',\n"
        "activation = function(x) while true do end end, head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }",
        "return network { name = 'm', inputs = 2, layers = 2, method = 'euler',\n"
        "activation = function(x) for i = 1, 1e9 do x = sin(x) + 1 end return x end,\n"
        "head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }",
        "return " /* deeper than any parser's stack */
        "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
    };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        expect_spec_refused(fixture_text(text_print(arena, "hostile%zu.lua", i), hostile[i]));
}

Test(cli, every_bad_spec_is_refused_at_its_line, .timeout = 300)
{
    static const char bad[] = "tests/bad/specs";
    if (!file_exists(bad))
        cr_skip_test("%s is not there", bad);
    DIR *listing = opendir(bad);
    for (struct dirent *entry; (entry = readdir(listing));)
        if (strstr(entry->d_name, ".lua"))
            expect_spec_refused(path_join(arena, bad, entry->d_name));
    closedir(listing);
}

static void expect_full(const char *words)
{
    int status = system(text_print(arena, "%s %s >/dev/full 2>/dev/null", program_path(), words));
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1, "%s", words);
}

/* Nobody reads what a full disk did not take. */
Test(cli, help_on_a_full_disk_fails)
{
    expect_full("--help");
    expect_full("--version");
    for (int c = 0; c < COMMANDS; c++)
        expect_full(text_print(arena, "%s --help", commands[c]));
}

/* sqrt has no derivative at 0: the first gradient is no number. */
Test(cli, a_training_without_a_gradient_fails_and_keeps_no_model)
{
    const char *spec = fixture_text(
        "flat.lua",
        "return network { name = 'flat', inputs = 2, layers = 5, method = 'kutta4',\n"
        "  activation = function(x) return sqrt(x) end, init = { K = 0 },\n"
        "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared', data = { 'spiral2d', samples = 60 },\n"
        "  train = { search = 'armijo', tau = 0.1, tau_max = 10, iterations = 30 } }\n");
    Outcome outcome = costate("train %s --out %s", spec, fixture_path("run"));
    cr_expect_eq(outcome.status, 1);
    cr_expect(strstr(outcome.err,
                     "the gradient by K and b is not finite at the initial parameters: that of sample 1 (input 1 = "),
              "%s", outcome.err);
    cr_expect_not(file_exists(fixture_path("run/model.safetensors")));
}

/* Files that are mistaken for specs are named for what they are. */
Test(cli, other_files_are_no_specs)
{
    static const struct {
        const char *begins, *what;
    } rows[] = {{"\x89PNG\r\n", "this is a PNG image, and no spec: a spec is a Lua file that returns network { .. }"},
                {"PK\3\4 [Content_Types].xml", "this is an Excel workbook (xlsx), and no spec: a spec is a Lua file"},
                {"<!DOCTYPE html>", "this is an HTML page, and no spec"},
                {"{\"width\": 2}", "this is JSON, and no spec"},
                {"\x93NUMPY ", "this is an NPY array, and no spec: give it by --data"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_refusal(costate("check %s", fixture_text("other.lua", rows[i].begins)), 1, rows[i].what);
    costate_succeeds("train specs/spiral.lua --iterations 1 --out %s", fixture_path("run"));
    expect_refusal(costate("check %s", fixture_path("run/model.safetensors")), 1,
                   "this is a file of parameters (safetensors), and no spec: give it by --params or --init");
}

/* The folder of a run is as good as its file of parameters, and a table is no spec. */
Test(cli, folders_and_tables_are_told)
{
    expect_refusal(costate("emit specs/spiral.lua --params %s -o %s", folder, fixture_path("e")), 1,
                   text_print(arena,
                              "%s: this folder has no model.safetensors, as that of a run has: name a file of "
                              "parameters\n",
                              folder));
    const char *run = fixture_path("run");
    costate_succeeds("train specs/spiral.lua --iterations 1 --out %s", run);
    costate_succeeds("gradient specs/spiral.lua --init %s -o %s", run, fixture_path("g"));
    costate_succeeds("gradient specs/spiral.lua --init %s/model.safetensors -o %s", run, fixture_path("h"));
    cr_expect(same_content(fixture_path("g"), fixture_path("h")));
    costate_succeeds("train specs/spiral.lua --init %s --iterations 1 --out %s", run, fixture_path("again"));
    expect_refusal(costate("train %s", fixture_text("rows.csv", "x1,x2\n1,2\n")), 1,
                   "this is a table, and no spec: give it by --data");
}

/* A run is its folder, not its spec's name or file. */
Test(cli, the_folder_that_was_meant)
{
    fixture_text("spi.lua", content_of("specs/spiral.lua").data);
    program_folder = folder;
    costate_succeeds("train spi --set name=spi --iterations 1");
    expect_refusal(costate("plot spi.lua"), 1,
                   "spi.lua: this is a file, and a run is a folder; did you mean out/runs/spi?\n");
    expect_refusal(costate("report spi"), 1, "spi: there is no such folder of a run; did you mean out/runs/spi?\n");
    expect_refusal(costate("evaluate spi"), 2, "--params FILE is missing; did you mean out/runs/spi?\n");
    expect_refusal(costate("plot spo"), 1,
                   "spo: there is no such folder of a run; costate train SPEC --out spo makes one\n");
    program_folder = NULL;
}

/* What an emitted trainer begins with: all tensors as training has them, dt among them. */
Test(cli, an_emitted_trainer_has_its_start)
{
    costate_succeeds("emit specs/spiral.lua --trainer -o %s", fixture_path("solver"));
    const char *text = content_of(fixture_path("solver/spiral.c")).data;
    const char *at = strstr(text, "const spiral_real spiral_initial[SPIRAL_PARAMETERS] = {\n");
    cr_assert_not_null(at);
    const Program *program = gen_program(arena, diagnostics, "specs/spiral.lua", "specs");
    cr_assert_not_null(program, "%s", fixture_messages());
    const Model *model = program->description.model;
    double *initial = ARENA_ARRAY(arena, model->parameters, double);
    initial_parameters(model, model->seed, initial);
    cr_expect(strstr(at, "    /* dt */\n    0.1, 0.1,"));
    at = strchr(at, '{') + 1;
    for (size_t i = 0; i < model->parameters; i++) {
        at += strspn(at, " \n");
        at = strncmp(at, "/*", 2) == 0 ? strstr(at, "*/\n") + 3 : at;
        char *end;
        cr_expect_eq(strtod(at, &end), initial[i]);
        at = end + 1;
    }
}

/* Time is then all that a layer has of its own: no values are derived, and its sums are results and parts of others. */
Test(cli, time_beside_controls_of_all_layers)
{
    static const char *const learnt[] = {"'A'", "'A', 'dt'"};
    for (size_t k = 0; k < 2; k++) {
        const char *spec = fixture_text(
            "time.lua",
            text_print(arena,
                       "return network { name = 'timed', inputs = 2, layers = 3, method = 'kutta4',\n"
                       "  start = -1, step = 0.25, controls = { A = matrix(2, 2) }, span = { A = 'all' },\n"
                       "  field = function(y, u, t) return tanh(u.A * y + t) + t * y end,\n"
                       "  observe = 'all', loss = 'squared', learn = { %s },\n"
                       "  data = { x = { { 0.25, 1 } }, labels = { { { 1, 2 }, { 1, 2 }, { 1, 2 } } } } }\n",
                       learnt[k]));
        cr_expect_not_null(strstr(costate_succeeds("check %s", spec).out, "invariant"));
    }
}

/* The same in every kind of file, and in the spec itself. */
Test(cli, numbers_beyond_float_are_refused_where_they_are)
{
    const char *form = "return network { name = 'small', inputs = 2, layers = 1, method = 'euler', real = '%s',\n"
                       "  activation = 'tanh', loss = 'squared', head = { outputs = 1, link = 'identity' },\n"
                       "  data = { x = { { 1, 2 }, { 1e39, 4 } }, labels = { 0, 1 } }, train = { search = 'armijo' } }";
    const char *spec = fixture_text("float.lua", text_print(arena, form, "float"));
    const char *wide = fixture_text("double.lua", text_print(arena, form, "double"));
    expect_refusal(costate("train %s --out %s", spec, fixture_path("run")), 1,
                   "float.lua:3: 1e+39 is beyond the range of real = \"float\", at [2,1]\n");
    costate_succeeds("train %s --out %s --iterations 0", wide, fixture_path("wide"));
    const char *far = fixture_text("far.csv", "x1,x2,label\n1,2,0\n1,-1e300,1\n");
    const char *const where = "far.csv:3:3: -1e300 is beyond the range of real = \"float\"";
    const char *model = path_join(arena, fixture_path("wide"), "model.safetensors");
    expect_refusal(costate("predict %s --params %s --data %s", spec, model, far), 1,
                   text_print(arena, "%s, in column \"x2\"\n", where));
}

/* sqrt of a negative number, for the second sample alone. */
Test(cli, a_prediction_that_is_no_number_has_no_class)
{
    const char *spec = fixture_text(
        "root.lua", "return network { name = 'root', inputs = 1, layers = 1, method = 'euler',\n"
                    "  controls = {}, field = function(y) return sqrt(y) end, loss = 'squared', learn = { 'mu' },\n"
                    "  head = { outputs = 1, link = 'sigmoid' }, init = { W = 1 },\n"
                    "  data = { x = { { 1 }, { 4 } }, labels = { 0, 1 } },\n"
                    "  train = { search = 'armijo', iterations = 1 } }");
    costate_succeeds("train %s --out %s", spec, fixture_path("run"));
    Outcome outcome = costate_succeeds("predict %s --params %s --data %s", spec, in_run("run", "model.safetensors"),
                                       fixture_text("p.csv", "x1\n1\n-1\n4\n"));
    cr_expect(strstr(outcome.out, "\n-nan,\n") || strstr(outcome.out, "\nnan,\n"), "%s", outcome.out);
    cr_expect(strstr(outcome.err, "warning: 1 of 3 predictions is not finite, and nan has no class; the first is of "
                                  "sample 2"),
              "%s", outcome.err);
    expect_refusal(costate("train %s --data %s --out %s", spec, fixture_text("q.csv", "x1,label\n1,1\n-1,0\n4,1\n"),
                           fixture_path("other")),
                   1,
                   "root.lua: the objective is not finite at the initial parameters: that of sample 2 (x1 = -1) is "
                   "not\n");
}

/* Targets whose squares no double holds; and the objective's first value is one of those that are infinite. */
Test(cli, a_run_with_huge_targets_is_resumed)
{
    const char *spec = small_spec("head = { outputs = 1, link = 'identity' },", armijo);
    const char *data = fixture_text("huge.csv", "x1,x2,label\n1,2,1e154\n3,4,-1e154\n");
    costate_succeeds("train %s --data %s --out %s --iterations 10", spec, data, fixture_path("whole"));
    costate_succeeds("train %s --data %s --out %s --iterations 5", spec, data, fixture_path("parts"));
    costate_succeeds("train %s --data %s --out %s --iterations 10 --resume", spec, data, fixture_path("parts"));
    cr_expect(same_content(in_run("whole", "model.safetensors"), in_run("parts", "model.safetensors")));
    const Trace *trace = trace_of(in_run("whole", "trace.csv"), false, 10);
    cr_expect_float_eq(trace->rows[0].training.accuracy / 1e154, 1, 1e-12);
}

/* What all entries of mu share changes nothing of a softmax: not a bit of objective, gradient and Hessian's product. */
Test(cli, a_softmax_does_not_see_a_shared_offset)
{
    static const char *const offsets[] = {"0", "1e12", "1e17", "-1e17"};
    const char *data = fixture_text("three.csv", "x1,x2,label\n0.5,1,0\n-1,0.25,1\n0.75,-2,2\n1,1,0\n");
    const char *direction = fixture_path("g0");
    for (int k = 0; k < 4; k++) {
        const char *spec =
            fixture_text("soft.lua", text_print(arena,
                                                "return network { name = 'soft', inputs = 2, width = 3, layers = 3,\n"
                                                "  method = 'kutta3', activation = 'tanh', loss = 'crossentropy',\n"
                                                "  head = { outputs = 3, link = 'softmax' }, init = { mu = %s },\n"
                                                "  train = { search = 'armijo' } }",
                                                offsets[k]));
        const char *gradient = fixture_path(text_print(arena, "g%d", k)),
                   *product = text_print(arena, "%s.h", gradient);
        costate_succeeds("gradient %s --data %s -o %s", spec, data, gradient);
        costate_succeeds("gradient %s --data %s --direction %s -o %s", spec, data, direction, product);
        cr_expect(same_content(gradient, direction), "mu = %s", offsets[k]);
        cr_expect(same_content(product, text_print(arena, "%s.h", direction)), "mu = %s", offsets[k]);
    }
}

/* ---- how a training ends ---- */

/* What people saw: 2,832 iterations that changed nothing, and nobody said so (tests/reports, 23). */
Test(cli, a_training_that_stands_still_says_so)
{
    const char *train = "train tests/reports/23_stall/id.lua --data tests/reports/23_stall/big_t.csv --iterations 300";
    Outcome outcome = costate_succeeds("%s --out %s", train, fixture_path("on"));
    cr_expect_not_null(strstr(outcome.out, "the objective has not changed since number 168, 132 iterations ago\n"),
                       "%s", outcome.out);
    cr_expect_not_null(strstr(content_of(in_run("on", "report.json")).data, "\"unchanged_since\": 168"));
    outcome = costate_succeeds("%s --set train.stall=50 --out %s", train, fixture_path("ended"));
    cr_expect_not_null(strstr(outcome.out, "218 iterations"), "%s", outcome.out);
    expect_ended("ended", "stall: the objective does not change any more");
}

Test(cli, a_rate_that_diverges_is_named)
{
    const char *spec = small_spec("head = { outputs = 1, link = 'identity' },", adam);
    const char *data = points(), *run = fixture_path("run");
    Outcome outcome = costate_succeeds("train %s --data %s --set train.rate=10 --out %s", spec, data, run);
    cr_expect_not_null(strstr(outcome.out, " times that at the start: train.rate = 10 is too large\n"), "%s",
                       outcome.out);
    outcome = costate_succeeds("train %s --data %s --set train.rate=1e-3 --out %s --force", spec, data, run);
    cr_expect_null(strstr(outcome.out, "too large"), "%s", outcome.out);
    expect_refusal(costate("train %s --data %s --set train.rate=1e300 --out %s --force", spec, data, run), 1,
                   "the objective is not finite after 1 update of epoch 1 at a rate of 1e+300: that of sample 1 (");
}

/* A root mean squared error is no accuracy, and where there are no targets there is neither. */
Test(cli, measures_are_called_what_they_are)
{
    const char *real = small_spec("head = { outputs = 1, link = 'identity' },", armijo), *run = fixture_path("run");
    costate_succeeds("train %s --data %s --split 0.5 --iterations 2 --out %s", real, points(), run);
    cr_expect_eq(strncmp(content_of(in_run("run", "trace.csv")).data,
                         "iteration,objective,step,rmse,test_objective,test_rmse\n0,", 57),
                 0);
    cr_expect_null(strstr(content_of(in_run("run", "report.json")).data, "accuracy"));
    costate_succeeds("plot %s --only error,objective", run);
    cr_expect(file_exists(in_run("run", "plots/error.svg")));
    costate_succeeds("train vanderpol --iterations 2 --out %s", fixture_path("control"));
    const char *trace = content_of(in_run("control", "trace.csv")).data;
    cr_expect_eq(strncmp(trace, "iteration,objective,step\n0,", 27), 0, "%s", trace);
    costate_succeeds("plot %s --ascii --only objective", fixture_path("control"));
}

/* Where a field is for what is positive alone, and where predictions are large. */
Test(cli, an_emitted_example_finds_its_samples)
{
    static const char *const fields[] = {"u.k - log(y)", "100 * exp(y / 10) * u.k"};
    for (size_t i = 0; i < 2; i++) {
        const char *text =
            text_print(arena,
                       "return network { name = 'm', inputs = 2, layers = 3, method = 'kutta3', loss = 'squared',\n"
                       "  controls = { k = scalar() }, init = { k = 1 }, field = function(y, u) return %s end }\n",
                       fields[i]);
        const char *out = text_print(arena, "%s/example%zu", folder, i);
        costate_succeeds("emit %s -o %s", fixture_text("m.lua", text), out);
        cr_expect_eq(system(text_print(arena, "MAKEFLAGS= make -s -C %s check >%s/log 2>&1", out, folder)), 0, "%s: %s",
                     fields[i], content_of(fixture_path("log")).data);
        cr_expect_null(strstr(content_of(path_join(arena, out, "example.c")).data, "nan"));
    }
}

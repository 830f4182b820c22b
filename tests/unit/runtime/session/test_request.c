#include "tests/unit/fixture.h"

#include "runtime/data/generate.h"
#include "runtime/session/read_run.h"
#include "tests/unit/specs.h"

#include <math.h>

TestSuite(samples, .init = fixture_open, .fini = fixture_close);

static Session session;

/* A session of the command with the words of line. */
static void begin(const Command *command, const char *line)
{
    char *words[16], *copy = arena_string(arena, line, strlen(line));
    size_t count = 0;
    diagnostics = diagnostics_new(arena);
    session = (Session){.arena = arena, .diagnostics = diagnostics};
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        words[count++] = word;
    session.options = options_parse(arena, command, count, words, &session.problem);
    cr_assert_not_null(session.options, "%s", session.problem);
}

/* A model whose spec has that link and data. */
static const Model *linked_with(const char *link, const char *data)
{
    diagnostics = diagnostics_new(arena);
    return program_of(text_print(arena,
                                 "return network { name = 'm', inputs = 2, layers = 1, method = 'euler',\n"
                                 "  activation = 'tanh', head = { outputs = 1, link = '%s' }, loss = 'squared',\n"
                                 "  seed = 3, %s }\n",
                                 link, data))
        ->description.model;
}

static const Model *model_with(const char *data)
{
    return linked_with("sigmoid", data);
}

static Request loaded(const Model *model, const char *line)
{
    Request source;
    begin(&command_train, line);
    cr_assert(request_load(&session, model, NULL, &source), "%s%s", session.problem ? session.problem : "",
              fixture_messages());
    return source;
}

static void expect_failure(const Model *model, const char *line, const char *problem, const char *messages)
{
    Request source;
    begin(&command_train, line);
    cr_expect_not(request_load(&session, model, NULL, &source), "%s", line);
    cr_expect_str_eq(session.problem ? session.problem : "", problem);
    cr_expect(strncmp(fixture_messages(), messages, strlen(messages)) == 0, "%s", fixture_messages());
}

static void write_points(void)
{
    fixture_text("points.csv", "x1,x2,label\n1,10,0\n2,20,1\n3,30,0\n4,40,1\n");
    fixture_text("others.csv", "x2,x1,label\n50,5,1\n60,6,0\n");
}

/* ---- options ---- */

/* The text of a row's value in a spec. */
static const char *value_of(const DataOption *row)
{
    return row->kind == DATA_FLAG                            ? "true"
           : row->kind == DATA_COUNT                         ? "7"
           : row->kind == DATA_SHARE                         ? "0.5"
           : row->offset == offsetof(DataSpec, class_weight) ? "'" DATA_BALANCED "'"
                                                             : "'a'";
}

/* Whatever a row says is there: the spec's key, the option of train, and what a run notes of it. */
Test(samples, every_row_is_a_key_and_an_option)
{
    cr_expect_null(model_with("data = { 'donut2d' }")->data.label);
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++) {
        const DataOption *row = &data_rows[i];
        cr_expect(row->key || row->option);
        if (row->key) {
            const char *data = text_print(arena, "data = { 'donut2d', %s = %s }", row->key, value_of(row));
            const char *link = row->offset == offsetof(DataSpec, standardize_labels) ? "identity" : "sigmoid";
            cr_expect(data_given(&linked_with(link, data)->data, row), "%s", data);
            cr_expect_not(data_given(&model_with("data = { 'donut2d' }")->data, row), "%s", row->key);
        }
        if (row->option) {
            Metadata origin = metadata_new(arena);
            begin(&command_train, text_print(arena, "m.lua %s%s", row->option, row->kind == DATA_FLAG ? "" : " 0.5"));
            read_run_note(&session, &(Model){.file = "m.lua"}, "run", &origin);
            cr_expect_str_eq(metadata_get(&origin, row->option), row->kind == DATA_FLAG ? "" : "0.5");
        }
    }
}

/* ---- generators ---- */

Test(samples, of_a_generator)
{
    const Model *model = model_with("data = { 'donut2d', samples = 40, validation = 10 }");
    Request source = loaded(model, "m.lua");
    double x[80], label[40];
    cr_expect_str_eq(source.name, "donut2d");
    cr_assert(source.train.samples == 40 && source.test && source.test->samples == 10);
    generate(arena, "donut2d", 40, 3, "train", x, label);
    cr_expect_eq(memcmp(x, source.train.x, sizeof x), 0);
    cr_expect_eq(memcmp(label, source.train.target, sizeof label), 0);
    generate(arena, "donut2d", 10, 3, "validation", x, label);
    cr_expect_eq(memcmp(x, source.test->x, 20 * sizeof *x), 0);
}

/* What only a file understands is refused, unless it is for a test file. */
Test(samples, of_a_generator_have_no_columns)
{
    static const char *const options[] = {"--labels x.idx", "--label y", "--features a,b", "--drop-missing"};
    static const char *const keys[] = {"labels = 'x.idx'", "label = 'y'", "features = 'a,b'", "drop_missing = true"};
    const Model *model = model_with("data = { 'donut2d' }");
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const char *option = arena_string(arena, options[i], strcspn(options[i], " "));
        const char *key = arena_string(arena, keys[i], strcspn(keys[i], " "));
        expect_failure(model, text_print(arena, "m.lua %s", options[i]),
                       text_print(arena,
                                  "%s is for a data file, but the samples are those of \"donut2d\": add --data FILE",
                                  option),
                       "");
        expect_failure(model_with(text_print(arena, "data = { 'donut2d', %s }", keys[i])), "m.lua", "",
                       text_print(arena, "spec.lua:3: data.%s is for a file, but \"donut2d\" is a generator\n", key));
    }
    fixture_text("test.csv", "a,b,y\n1,2,0\n3,4,1\n");
    cr_expect_eq(loaded(model, text_print(arena, "m.lua --test %s --label y", fixture_path("test.csv"))).test->samples,
                 2);
}

/* The error stands in the spec's line and names the option that replaces the file. */
Test(samples, in_a_file_that_is_not_there)
{
    expect_failure(model_with("data = { 'no.csv' }"), "m.lua", "",
                   "spec.lua:3: there is no file \"no.csv\": put it there, or add --data FILE\n");
    expect_failure(model_with("data = { 'donut1' }"), "m.lua", "",
                   "spec.lua:3: there is no generator \"donut1\"; did you mean \"donut1d\"?\n");
    write_points();
    expect_failure(model_with("data = { 'points.csv', labels = 'no.idx' }"), "m.lua", "",
                   "spec.lua:3: there is no file \"no.idx\": put it there, or add --labels FILE\n");
}

Test(samples, of_a_file_are_not_made_for_validation)
{
    write_points();
    expect_failure(model_with("data = { 'points.csv', validation = 5 }"), "m.lua", "",
                   "spec.lua:3: data.validation is for a generator, but \"points.csv\" is none: use split\n");
}

Test(samples, that_nobody_names)
{
    expect_failure(model_with("average = true"), "m.lua", "", "spec.lua:1: the spec names no data: add --data FILE\n");
}

/* ---- files ---- */

Test(samples, a_spec_names_files_beside_it)
{
    write_points();
    Request source = loaded(model_with("data = { 'points.csv' }"), "m.lua");
    cr_expect_eq(source.train.samples, 4);
    cr_expect_null(source.test);
}

Test(samples, the_command_line_comes_first)
{
    write_points();
    const Model *model = model_with("data = { 'spiral2d', samples = 9, validation = 9 }");
    Request source = loaded(model, text_print(arena, "m.lua --data %s", fixture_path("points.csv")));
    cr_expect_str_eq(source.name, fixture_path("points.csv"));
    cr_expect_eq(source.train.samples, 4);
    cr_expect_null(source.test);
}

Test(samples, columns_of_the_command_line_come_first)
{
    fixture_text("wide.csv", "a,b,c,d,e\n1,2,3,0,1\n4,5,6,1,0\n");
    const Model *model = model_with("data = { 'wide.csv', label = 'd', features = 'a,b' }");
    Request source = loaded(model, "m.lua");
    cr_expect(source.train.x[0] == 1 && source.train.x[1] == 2 && source.train.target[0] == 0);
    source = loaded(model, "m.lua --label e --features c,a");
    cr_expect(source.train.x[0] == 3 && source.train.x[1] == 1 && source.train.target[0] == 1);
}

Test(samples, rows_with_missing_values)
{
    fixture_text("holes.csv", "x1,x2,label\n1,2,0\n,2,1\n3,4,1\n");
    expect_failure(model_with("data = { 'holes.csv' }"), "m.lua", "", "holes.csv:3:1: a value is missing");
    cr_expect_eq(loaded(model_with("data = { 'holes.csv' }"), "m.lua --drop-missing").train.dropped, 1);
    cr_expect_eq(loaded(model_with("data = { 'holes.csv', drop_missing = true }"), "m.lua").train.samples, 2);
}

/* ---- samples that stand in the spec ---- */

static const char *const in_place =
    "data = { x = { { 1, 2 }, { 3, 4 }, { 5, 6 } }, labels = { 0, 1, 0 }, split = 0.7 }";

Test(samples, in_the_spec_need_no_file)
{
    const Model *model = model_with(in_place);
    Request source = loaded(model, "m.lua");
    cr_expect_str_eq(source.name, model->file);
    cr_assert(source.train.samples == 2 && source.test && source.test->samples == 1);
    write_points();
    source = loaded(model, text_print(arena, "m.lua --split 0.5 --data %s", fixture_path("points.csv")));
    cr_expect(source.train.samples == 2 && source.test->samples == 2);
}

Test(samples, in_the_spec_have_no_columns)
{
    static const char *const bad[] = {"label = 'y'", "features = 'x'", "time = 't'", "drop_missing = true"};
    expect_failure(model_with(in_place), "m.lua --label y",
                   "--label is for a data file, but the samples are those of the spec: add --data FILE", "");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_failure(model_with(text_print(arena, "data = { x = { { 1, 2 } }, labels = { 1 }, %s }", bad[i])),
                       "m.lua", "",
                       text_print(arena, "spec.lua:3: data.%s is for a file, but the samples stand in the spec\n",
                                  arena_string(arena, bad[i], strcspn(bad[i], " "))));
    expect_failure(model_with("data = { x = { { 1, 2 } }, labels = { 1 }, validation = 3 }"), "m.lua", "",
                   "spec.lua:3: data.validation is for a generator, but the samples stand in the spec\n");
}

/* ---- over time ---- */

/* A driven model of two inputs and one output with that data. */
static const Model *driven_with(const char *data)
{
    diagnostics = diagnostics_new(arena);
    return description_of(text_print(arena,
                                     "return network { name = 'm', inputs = 2, layers = 2, step = 0.5, method = "
                                     "'euler', signals = 1, hold = 'linear', observe = 'all', activation = 'tanh',\n"
                                     "  head = { outputs = 1, link = 'identity' }, loss = 'squared',\n"
                                     "  %s }\n",
                                     data))
        .model;
}

/* A driven trajectory of that name; its force is the number at first. */
static void add_run(Text *text, const char *name, int number)
{
    text_format(text, "%s,0,%d,1,,%d\n%s,0.5,,,3,%d\n%s,1,,,4,%d\n", name, number, number, name, number + 1, name,
                number + 2);
}

Test(samples, of_trajectories_by_options)
{
    Text csv = text_new(arena);
    text_add(&csv, "run,t,a,b,y,f\n");
    add_run(&csv, "first", 5);
    add_run(&csv, "second", 7);
    fixture_text("runs.csv", csv.data);
    const Model *model = driven_with("data = { 'runs.csv' }");
    Request source =
        loaded(model, "m.lua --trajectory run --time t --signals f --features a,b --label y --split 0.5 --standardize");
    cr_assert(source.train.samples == 1 && source.test && source.test->samples == 1);
    bool first = !strcmp(source.train.trajectory_names[0], "first");
    cr_expect_eq(source.train.x[0], 0);
    cr_expect_eq(source.test->x[0], first ? 2 : -2);
    cr_expect(source.train.signal[0] == (first ? 5 : 7) && source.test->signal[2] == (first ? 9 : 7));
    cr_expect(source.train.target[0] == 3 && source.train.target[1] == 4);
    expect_failure(model, "m.lua --trajectory run --time time --signals f", "",
                   "runs.csv:1: no column \"label\" among the 6 of the file; choose the label column with --label\n");
    expect_failure(model, "m.lua --trajectory rum --time t --signals f --label y", "",
                   "runs.csv:1: no column \"rum\"; did you mean \"run\"?\n");
    expect_failure(model_with("data = { 'donut2d' }"), "m.lua --time t",
                   "--time is for a data file, but the samples are those of \"donut2d\": add --data FILE", "");
}

/* A spec need not be trusted, and may name any file as data: what its messages show of it is a bad cell. Who names a
 * file himself sees more. */
Test(samples, of_a_file_that_a_spec_names_are_concealed)
{
    static const struct {
        const char *content, *keys, *message;
    } cases[] = {
        {"root:*:20228:0\nbin:*:20228:0\n", "",
         "1: no column \"label\" among the 1 of the file; choose the label column with --label\n"},
        {"secret,x,y\n1,2,3\n", ", label = 'z'",
         "1: no column \"z\" among the 3 of the file; choose the label column with --label\n"},
        {"secret,x,y\n1,2,3\n", ", label = 'secrets'", "1: no column \"secrets\"; did you mean \"secret\"?\n"},
        {"secret,x,y,z\n1,2,3,4\n", ", label = 'x'",
         "1: the network takes 2 inputs, but there are 3 feature columns; choose them with --features, or take all by "
         "inputs = 3\n"},
        {"secret,x,y\n1,word,3\n", ", label = 'y'",
         "2:3: column \"x\" holds text (\"word\"), but features are numbers; choose them with --features\n"},
        {"secret,x,y\n1,2,3\n4,word,6\n", ", label = 'y'", "3:3: \"word\" is not a number, in column \"x\"\n"},
        {"secret,x,y\n1,2,3,4\n", "", "2: the row has 4 fields, but the header has 3\n"},
        {"secret,x,y\n1,2,\"3\n", "", "2:5: a quote that is not closed\n"},
        {"secret,x,y\n1,2,3\nword,4,word\n", ", label = 'y'", "3:1: \"word\" is not a number, in column \"secret\"\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = fixture_text("any.csv", cases[i].content);
        const Model *model = model_with(text_print(arena, "data = { 'any.csv'%s }", cases[i].keys));
        Request source;
        begin(&command_train, "m.lua");
        cr_expect_not(request_load(&session, model, NULL, &source));
        cr_expect_str_eq(fixture_messages(), text_print(arena, "any.csv:%s", cases[i].message));
        begin(&command_train, text_print(arena, "m.lua --data %s", path));
        cr_expect_not(request_load(&session, model, NULL, &source));
        cr_expect(strstr(fixture_messages(), " | "), "%s", fixture_messages());
    }
}

/* Names of trajectories and their signals, and no labels, are for a trained network, too. */
Test(samples, of_trajectories_for_prediction)
{
    const Model *model =
        driven_with("data = { 'runs.csv', trajectory = 'run', time = 't', signals = 'f', label = 'y' }");
    const char *rows = fixture_text("new.csv", "b,a,f,t,run\n1,2,3,0,r\n,,4,0.5,r\n,,5,1,r\n");
    Dataset trained = {.features = 2, .outputs = 1};
    trained.feature_names = (const char *const[]){"a", "b"};
    begin(&command_predict, text_print(arena, "m.lua --params p --data %s", rows));
    const Dataset *dataset = request_for_prediction(&session, model, &trained, LABELS_UNUSED, NULL);
    cr_assert_not_null(dataset, "%s", fixture_messages());
    cr_expect(dataset->samples == 1 && !dataset->target && dataset->trajectories);
    cr_expect(dataset->x[0] == 2 && dataset->x[1] == 1 && dataset->signal[2] == 5);
    cr_expect_str_eq(dataset->trajectory_names[0], "r");
}

/* An NPY file of the bytes 1, 2, .. count as one sample. */
static void write_bytes(const char *name, int count)
{
    char content[200] = "\x93NUMPY\1";
    int length = snprintf(content + 10, 100, "{'descr': '|u1', 'fortran_order': False, 'shape': (1, %d)}\n", count);
    content[8] = (char)length;
    for (int i = 0; i < count; i++)
        content[10 + length + i] = (char)(i + 1);
    fixture_file(name, content, (size_t)(10 + length + count));
}

/* The files of arrays lie beside the spec; those of other samples are other files. */
Test(samples, of_arrays_have_signals_beside_them)
{
    write_bytes("x.npy", 2);
    write_bytes("y.npy", 2);
    write_bytes("s.npy", 3);
    write_bytes("t.npy", 3);
    const Model *model = driven_with("data = { 'x.npy', labels = 'y.npy', signals = 's.npy' }");
    Request source = loaded(model, "m.lua");
    cr_assert(source.train.samples == 1 && source.train.signals == 3);
    cr_expect(source.train.x[1] == 2 && source.train.target[1] == 2 && source.train.signal[2] == 3);
    const char *x = fixture_path("x.npy"), *y = fixture_path("y.npy"), *t = fixture_path("t.npy");
    expect_failure(model, text_print(arena, "m.lua --data %s --labels %s", x, y), "",
                   "x.npy: the network takes 1 signal a layer: name their file with --signals\n");
    source = loaded(model, text_print(arena, "m.lua --data %s --labels %s --signals %s", x, y, t));
    cr_expect_eq(source.train.signal[0], 1);
    expect_failure(model, text_print(arena, "m.lua --test %s --test-labels %s", x, y), "",
                   "x.npy: the network takes 1 signal a layer: name their file with --signals\n");
    source = loaded(model, text_print(arena, "m.lua --test %s --test-labels %s --test-signals %s", x, y, t));
    cr_assert_not_null(source.test);
    cr_expect_eq(source.test->signal[2], 3);
    expect_failure(model, "m.lua --test-signals a", "--test-signals needs --test FILE", "");
    expect_failure(driven_with("data = { 'x.npy', labels = 'y.npy', signals = 'no.npy' }"), "m.lua", "",
                   text_print(arena, "no.npy: "));
}

/* ---- golden problems ---- */

/* The data of a golden problem, as its spec names them. */
static Dataset golden(const char *name)
{
    Description description;
    const char *spec = text_print(arena, "tests/golden/%s/spec.lua", name);
    diagnostics = diagnostics_new(arena);
    cr_assert(reader_network(arena, diagnostics, spec, "specs", "{ train = { search = 'armijo' } }", &description),
              "%s", fixture_messages());
    Request source = loaded(description.model, "m.lua");
    cr_expect_eq(diagnostics_errors(diagnostics), 0);
    return source.train;
}

static size_t missing_of(const Dataset *dataset)
{
    size_t count = 0;
    for (size_t i = 0; i < dataset->samples * dataset->observations * dataset->outputs; i++)
        count += isnan(dataset->target[i]) ? 1 : 0;
    return count;
}

/* Eight trajectories of at most ten observations of two numbers; 1.5 of the first lacks its x. */
Test(samples, of_lotka_volterra)
{
    Dataset lv = golden("lotka_volterra");
    cr_assert(lv.samples == 8 && lv.observations == 10 && lv.outputs == 2 && lv.trajectories && !lv.signal);
    cr_expect_str_eq(lv.trajectory_names[7], "8");
    cr_expect(lv.x[0] == 2.387 && lv.x[1] == 1.219 && lv.x[2] == 2.07 && lv.x[4] == 1.089);
    cr_expect(lv.target[0] == 2.356 && lv.target[1] == 1.681 && isnan(lv.target[4]) && lv.target[5] == 2.17);
    cr_expect(lv.target[19] == 0.892 && lv.target[20] == 1.754);
    cr_expect_eq(missing_of(&lv), 26);
}

/* Three runs, of which the rows are half a second late; the force is there at all 25 times. */
Test(samples, of_duffing)
{
    Dataset runs = golden("signals");
    cr_assert(runs.samples == 3 && runs.observations == 24 && runs.outputs == 1 && runs.signals == 25);
    cr_expect_str_eq(runs.trajectory_names[1], "r2");
    cr_expect(runs.x[0] == -0.375 && runs.x[1] == -0.551);
    cr_expect(runs.signal[0] == 0.722 && runs.signal[24] == 0.63 && runs.signal[25] == 0.997);
    cr_expect(runs.target[0] == -0.2755 && runs.target[23] == -1.0272 && runs.target[24] == -0.5057);
    cr_expect_eq(missing_of(&runs), 3);
}

Test(samples, of_dynamics)
{
    Dataset arrays = golden("dynamics");
    cr_assert(arrays.samples == 6 && arrays.observations == 15 && arrays.outputs == 2 && !arrays.trajectories);
    cr_expect(fabs(arrays.x[1] + 0.91919969) < 5e-9 && fabs(arrays.target[3] + 0.43769857) < 5e-9);
    cr_expect_eq(missing_of(&arrays), 19);
}

Test(samples, of_other_golden_problems)
{
    Dataset pol = golden("vanderpol"), smooth = golden("smooth_spiral"), staged = golden("staged");
    cr_expect(pol.samples == 1 && !pol.target && pol.x[0] == 0 && pol.x[1] == 1);
    cr_assert(smooth.samples == 60 && smooth.observations == 1 && staged.samples == 50);
    cr_expect(smooth.x[0] == -0.7303 && smooth.x[1] == 0.4344 && smooth.target[0] == 1 && smooth.target[1] == 0);
    cr_expect(staged.x[1] == 0.8241 && staged.target[1] == 0 && staged.target[3] == 1);
    cr_expect_eq(missing_of(&smooth) + missing_of(&staged), 0);
}

/* ---- testing ---- */

Test(samples, a_test_file_has_its_columns_found_by_name)
{
    write_points();
    const Model *model = model_with("data = { 'points.csv' }");
    Request source = loaded(model, text_print(arena, "m.lua --test %s", fixture_path("others.csv")));
    cr_assert(source.test && source.test->samples == 2);
    cr_expect(source.test->x[0] == 5 && source.test->x[1] == 50 && source.test->target[0] == 1);
}

Test(samples, a_test_file_replaces_the_split_of_the_spec)
{
    write_points();
    const Model *model = model_with("data = { 'points.csv', split = 0.5 }");
    Request source = loaded(model, text_print(arena, "m.lua --test %s", fixture_path("others.csv")));
    cr_expect_eq(source.train.samples, 4);
    cr_expect_eq(source.test->samples, 2);
}

Test(samples, splits)
{
    write_points();
    const Model *model = model_with("data = { 'points.csv', split = 0.75 }");
    Request source = loaded(model, "m.lua");
    cr_assert(source.test && source.train.samples == 3 && source.test->samples == 1);
    double sum = source.test->x[0];
    for (int i = 0; i < 3; i++)
        sum += source.train.x[2 * i];
    cr_expect_eq(sum, 1 + 2 + 3 + 4);
    cr_expect_eq(loaded(model, "m.lua --split 0.5").train.samples, 2);
}

Test(samples, shares_that_are_none)
{
    static const char *const bad[][2] = {{"0", ""},   {"-0.5", ""}, {"2", ": write 0.02"}, {"half", ""},
                                         {"nan", ""}, {"0.5x", ""}, {"70%", ": write 0.7"}};
    write_points();
    const Model *model = model_with("data = { 'points.csv' }");
    for (int i = 0; i < 7; i++)
        expect_failure(model, text_print(arena, "m.lua --split %s", bad[i][0]),
                       text_print(arena, "--split takes a share, above 0 and up to 1, not %s%s", bad[i][0], bad[i][1]),
                       "");
    cr_expect_null(loaded(model, "m.lua --split 1").test);
    expect_failure(model, "m.lua --split 0.1", "", "points.csv: ");
    expect_failure(model, "m.lua --split 0.5 --test x", "--test and --split exclude each other", "");
}

/* Mean and deviation are those of the samples to train on, in both parts. */
static void expect_standardised(const Request *source)
{
    double mean = 2.5, deviation = sqrt(1.25);
    cr_assert_not_null(source->test);
    for (int i = 0; i < 4; i++)
        cr_expect_float_eq(source->train.x[2 * i], (i + 1 - mean) / deviation, 1e-15);
    cr_expect_float_eq(source->test->x[0], (5 - mean) / deviation, 1e-15);
    cr_expect_float_eq(source->test->x[1], (50 - 10 * mean) / (10 * deviation), 1e-15);
}

Test(samples, standardised_as_the_training_part_says)
{
    write_points();
    const char *others = fixture_path("others.csv");
    Request source =
        loaded(model_with("data = { 'points.csv' }"), text_print(arena, "m.lua --standardize --test %s", others));
    expect_standardised(&source);
    source =
        loaded(model_with("data = { 'points.csv', standardize = true }"), text_print(arena, "m.lua --test %s", others));
    expect_standardised(&source);
}

/* Targets stay as they are, in float, too, and know what they will be scaled by; those of a test go by training. */
Test(samples, targets_are_standardised_as_the_training_part_says)
{
    fixture_text("far.csv", "x1,x2,label\n1,10,1e6\n2,20,3e6\n");
    const Model *model = linked_with("identity", "data = { 'far.csv' }, real = 'float'");
    Request source = loaded(model, text_print(arena, "m.lua --standardize-labels --test %s",
                                              fixture_text("tests.csv", "x1,x2,label\n1,1,1e300\n")));
    cr_expect(!source.train.scales.x.mean && source.train.x[1] == 10 && source.train.target[0] == 1e6);
    cr_expect(source.train.scales.targets.mean[0] == 2e6 && source.train.scales.targets.deviation[0] == 1e6);
    cr_expect(source.test->target[0] == 1e300 && source.test->scales.targets.mean[0] == 2e6);
    expect_failure(model_with("data = { 'far.csv' }"), "m.lua --standardize-labels",
                   "--standardize-labels is for targets that are numbers, and these are classes", "");
}

static void expect_scale(const Scale *scale, size_t j, double mean, double deviation)
{
    cr_expect_float_eq(scale->mean[j], mean, 1e-15 * fabs(mean));
    cr_expect_float_eq(scale->deviation[j], deviation, 1e-15 * deviation);
}

/* By all cells of the training part's trajectories, at unobserved layers, too: of a 5, 6, 9; of y 1, 3, 4; of f 5, 6,
 * 7. The rows of both trajectories are mixed, and the second one's other numbers count nothing. */
Test(samples, a_column_has_one_scale_over_all_its_cells)
{
    static const char runs[] = "run,t,a,b,y,f\np,0,5,1,1,5\nq,0,50,9,10,50\np,0.5,6,,3,6\nq,0.5,60,9,NA,60\n"
                               "p,1,9,,4,7\nq,1,,9,40,70\n";
    const char *train = fixture_text("p.csv", "run,t,a,b,y,f\np,0,5,1,1,5\np,0.5,6,,3,6\np,1,9,,4,7\n");
    fixture_text("runs.csv", runs);
    const char *line = "m.lua --trajectory run --time t --signals f --features a,b --label y --split 0.5 --standardize "
                       "--standardize-labels";
    Request source = loaded(driven_with("data = { 'runs.csv' }"), line);
    const bool p = !strcmp(source.train.trajectory_names[0], "p");
    const Scales *scales = &source.train.scales;
    expect_scale(&scales->x, 0, p ? 20.0 / 3 : 55, p ? sqrt(26.0 / 9) : 5);
    expect_scale(&scales->x, 1, p ? 1 : 9, 1);
    expect_scale(&scales->signals, 0, p ? 6 : 60, (p ? 1 : 10) * sqrt(2.0 / 3));
    expect_scale(&scales->targets, 0, p ? 8.0 / 3 : 25, p ? sqrt(14.0 / 9) : 15);
    cr_expect(source.train.target[0] == 3 || isnan(source.train.target[0]));
    cr_expect(source.train.signal[0] == (p ? 5 : 50) && source.test->signal[0] == (p ? 50 : 5));
    line = text_print(arena, "m.lua --data %s --trajectory run --time t --signals f --features a,y --label y", train);
    source = loaded(driven_with("data = { 'runs.csv' }"), text_print(arena, "%s --standardize", line));
    expect_scale(&source.train.scales.targets, 0, 8.0 / 3, sqrt(14.0 / 9));
    expect_scale(&source.train.scales.x, 1, 8.0 / 3, sqrt(14.0 / 9));
    source = loaded(driven_with("data = { 'runs.csv' }"), text_print(arena, "%s --standardize-labels", line));
    expect_scale(&source.train.scales.targets, 0, 8.0 / 3, sqrt(14.0 / 9));
    expect_scale(&source.train.scales.x, 1, 8.0 / 3, sqrt(14.0 / 9));
    expect_scale(&source.train.scales.x, 0, 0, 1);
    cr_expect_null(source.train.scales.signals.mean);
    expect_failure(driven_with("noise = { 2 }, data = { 'runs.csv' }"), text_print(arena, "%s --standardize", line), "",
                   "p.csv: column \"y\" is feature and label, so that standardize scales it as both, but noise is "
                   "that of labels as they are: leave one of them away\n");
    fixture_text("runs.csv", "run,t,a,b,y,f\np,0,5,1,1,5\np,0.5,word,,3,6\np,1,9,,4,7\n");
    expect_failure(driven_with("data = { 'runs.csv', trajectory = 'run', time = 't', features = 'a,b', label = 'y', "
                               "signals = 'f', standardize = true }"),
                   "m.lua", "",
                   "runs.csv:3:7: \"word\" is not a number, in column \"a\", which is standardised with all its "
                   "rows\n");
}

/* ---- prediction ---- */

Test(samples, for_prediction_are_treated_as_in_training)
{
    write_points();
    const Model *model = model_with("data = { 'points.csv' }");
    Request source = loaded(model, "m.lua --standardize");
    const char *other = fixture_text("unlabelled.csv", "x2,x1\n50,5\n");
    begin(&command_predict, text_print(arena, "m.lua --params p --data %s", other));
    const Dataset *dataset = request_for_prediction(&session, model, &source.train, LABELS_UNUSED, NULL);
    cr_assert_not_null(dataset, "%s", fixture_messages());
    cr_expect_eq(dataset->samples, 1);
    cr_expect_null(dataset->target);
    cr_expect_float_eq(dataset->x[0], 2.5 / sqrt(1.25), 1e-15);
    cr_expect_float_eq(dataset->x[1], 2.5 / sqrt(1.25), 1e-15);
}

/* ---- hashes ---- */

Test(samples, another_number_is_another_hash)
{
    write_points();
    const Model *model = model_with("data = { 'points.csv' }");
    const char *test = text_print(arena, "m.lua --test %s", fixture_path("others.csv"));
    Request source = loaded(model, "m.lua"), again = loaded(model, "m.lua"), with = loaded(model, test);
    uint64_t hash = request_hash(arena, &source), tested = request_hash(arena, &with);
    cr_expect_eq(hash, request_hash(arena, &again));
    cr_expect_neq(hash, tested);
    again.train.x[3] = nextafter(again.train.x[3], 0);
    cr_expect_neq(hash, request_hash(arena, &again));
    again = source;
    again.train.target[3] = 0;
    cr_expect_neq(hash, request_hash(arena, &again));
    again = source;
    again.train.signals = 1;
    again.train.signal = again.train.x;
    cr_expect_neq(hash, request_hash(arena, &again));
    again = source;
    again.train.scales.targets = (Scale){again.train.x, again.train.x};
    cr_expect_neq(hash, request_hash(arena, &again));
    static const char *const names[] = {"no", "yes"}, *const others[] = {"noy", "es"};
    again = source;
    again.train.classes = 2;
    again.train.class_names = names;
    const uint64_t named = request_hash(arena, &again);
    again.train.class_names = others;
    cr_expect(named != hash && named != request_hash(arena, &again));
}

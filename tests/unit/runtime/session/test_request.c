#include "tests/unit/fixture.h"

#include "runtime/data/generate.h"
#include "runtime/session/read_run.h"
#include "tests/unit/specs.h"

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

/* A model whose spec has that data. */
static const Model *model_with(const char *data)
{
    diagnostics = diagnostics_new(arena);
    return program_of(text_print(arena,
                                 "return network { name = 'm', inputs = 2, layers = 1, method = 'euler',\n"
                                 "  activation = 'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                                 "  seed = 3, %s }\n",
                                 data))
        ->description.model;
}

static Request loaded(const Model *model, const char *line)
{
    Request source;
    begin(&command_train, line);
    cr_assert(request_load(&session, model, &source), "%s%s", session.problem ? session.problem : "",
              fixture_messages());
    return source;
}

static void expect_failure(const Model *model, const char *line, const char *problem, const char *messages)
{
    Request source;
    begin(&command_train, line);
    cr_expect_not(request_load(&session, model, &source), "%s", line);
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
    return row->kind == DATA_FLAG ? "true" : row->kind == DATA_COUNT ? "7" : row->kind == DATA_SHARE ? "0.5" : "'a'";
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
            cr_expect(data_given(&model_with(data)->data, row), "%s", data);
            cr_expect_not(data_given(&model_with("data = { 'donut2d' }")->data, row), "%s", row->key);
        }
        if (row->option) {
            Metadata origin = metadata_new(arena);
            begin(&command_train, text_print(arena, "m.lua %s%s", row->option, row->kind == DATA_FLAG ? "" : " 0.5"));
            read_run_note(&session, &origin);
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
    static const char *const bad[] = {"0", "1", "-0.5", "2", "half", "nan", "0.5x"};
    write_points();
    const Model *model = model_with("data = { 'points.csv' }");
    for (int i = 0; i < 7; i++)
        expect_failure(model, text_print(arena, "m.lua --split %s", bad[i]),
                       text_print(arena, "--split takes a share between 0 and 1, not %s", bad[i]), "");
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

/* ---- prediction ---- */

Test(samples, for_prediction_are_treated_as_in_training)
{
    write_points();
    const Model *model = model_with("data = { 'points.csv' }");
    Request source = loaded(model, "m.lua --standardize");
    const char *other = fixture_text("unlabelled.csv", "x2,x1\n50,5\n");
    begin(&command_predict, text_print(arena, "m.lua --params p --data %s", other));
    const Dataset *dataset = request_for_prediction(&session, model, &source.train);
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
    uint64_t hash = request_hash(&source), tested = request_hash(&with);
    cr_expect_eq(hash, request_hash(&again));
    cr_expect_neq(hash, tested);
    again.train.x[3] = nextafter(again.train.x[3], 0);
    cr_expect_neq(hash, request_hash(&again));
    again = source;
    again.train.target[3] = 0;
    cr_expect_neq(hash, request_hash(&again));
}

/* Samples over time: long tables, signals, labels over layers, samples in the spec. */
#include "tests/unit/specs.h"

#include "runtime/data/dataset.h"

#include <math.h>

TestSuite(trajectory, .init = fixture_open, .fini = fixture_close);

static Dataset data;

/* A model of one state and one output with these keys; its data are in the third line. */
static const Model *model_of(const char *keys, const char *source)
{
    diagnostics = diagnostics_new(arena);
    return description_of(text_print(arena,
                                     "return network { name = 'm', inputs = 1, method = 'euler', controls = { a = "
                                     "scalar() },\n"
                                     "  field = function(y, u) return u.a * y end, loss = 'squared', %s,\n"
                                     "  data = { %s } }\n",
                                     keys, source))
        .model;
}

static DatasetOptions options_of(const Model *model, const char *path)
{
    DatasetOptions options = dataset_options(model, &model->data);
    options.source = path;
    return options;
}

static const char *numbers(const double *values, size_t count)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < count; i++) {
        text_add(&text, i ? " " : "");
        if (isnan(values[i]))
            text_add(&text, "-"); /* whatever its sign */
        else
            text_real(&text, values[i]);
    }
    return text.data;
}

static void expect_loaded(const DatasetOptions *options, const char *x, const char *target, const char *signal)
{
    cr_assert(dataset_load(arena, diagnostics, options, &data), "%s", fixture_messages());
    cr_expect_str_eq(numbers(data.x, data.samples * data.features), x);
    cr_expect_str_eq(data.target ? numbers(data.target, data.samples * data.observations * data.outputs) : "none",
                     target);
    cr_expect_str_eq(data.signal ? numbers(data.signal, data.samples * data.signals) : "none", signal);
}

/* Loads a long table for the model. */
static void expect_table(const Model *model, const char *csv, const char *x, const char *target, const char *signal)
{
    const DatasetOptions options = options_of(model, fixture_text("a.csv", csv));
    expect_loaded(&options, x, target, signal);
}

/* The first line of the only message is `message`. */
static void expect_refused(const DatasetOptions *options, const char *message)
{
    diagnostics = diagnostics_new(arena);
    cr_assert_not(dataset_load(arena, diagnostics, options, &data), "%s", message);
    const char *all = fixture_messages();
    cr_expect_str_eq(arena_string(arena, all, strcspn(all, "\n")), message);
    cr_expect_eq(diagnostics_errors(diagnostics), 1);
}

static void expect_bad_table(const Model *model, const char *csv, const char *message)
{
    const DatasetOptions options = options_of(model, fixture_text("a.csv", csv));
    expect_refused(&options, message);
}

/* ---- long tables ---- */

static const char *const observed_twice = "layers = 4, step = 0.25, observe = 2";
static const char *const long_form = "'a.csv', trajectory = 'id', time = 't', features = 'x', label = 'x'";

/* Rows that are not there and empty cells are missing; other labels and later features count nothing. */
Test(trajectory, rows_are_put_on_the_grid)
{
    const Model *model = model_of(observed_twice, long_form);
    cr_expect(model->missing);
    expect_table(model, "id,t,x\na,0,1\na,.25,\na,0.5,2\nb,0,4\nb,1,5\na,1,3\n", "1 4", "2 3 - 5", "none");
    cr_expect(data.trajectories && data.samples == 2 && data.observations == 2);
    cr_expect_str_eq(dataset_trajectory(arena, &data, 0), "a");
    cr_expect_str_eq(dataset_trajectory(arena, &data, 1), "b");
    expect_table(model, "id,t,x\na,0,1\na,0.50000024,2\nb,0,4\nb,0.5,\nb,1,6\n", "1 4", "2 - - 6", "none");
}

Test(trajectory, without_times_rows_are_layers)
{
    const Model *model = model_of(observed_twice, "'a.csv', trajectory = 'id', features = 'x', label = 'y'");
    expect_table(model, "id,x,y\na,1,text\na,,\nb,2,\na,,7\na,,\na,,8\n", "1 2", "7 8 - -", "none");
}

Test(trajectory, without_names_there_is_one)
{
    const Model *model = model_of("layers = 3, step = { 0.1, 0.2, -0.5 + 0.6 }, start = -1, observe = { 0, 3 }",
                                  "'a.csv', time = 't', features = 'x', label = 'x'");
    expect_table(model, "t,x\n-1,1\n-0.6,2\n", "1", "1 2", "none");
    cr_expect_null(data.trajectory_names);
    cr_expect_str_eq(dataset_trajectory(arena, &data, 0), "1");
}

/* All other columns are features. */
Test(trajectory, columns_of_time_are_no_features)
{
    const Model *model =
        model_of("layers = 1, signals = 1", "'a.csv', trajectory = 'id', time = 't', signals = 'f', label = 'y'");
    expect_table(model, "y,f,x,t,id\n,3,1,0,a\n2,,,1,a\n", "1", "2", "3");
}

/* The grid is that of decimals, not of sums of doubles. */
Test(trajectory, decimals_are_on_the_grid)
{
    const Model *model =
        model_of("layers = 1000, step = 0.1, observe = 'all'", "'a.csv', time = 't', features = 'x', label = 'x'");
    Text csv = text_new(arena);
    text_add(&csv, "t,x\n");
    for (int n = 0; n <= 1000; n++)
        text_format(&csv, "%d.%d,%d\n", n / 10, n % 10, n);
    const DatasetOptions options = options_of(model, fixture_text("a.csv", csv.data));
    cr_assert(dataset_load(arena, diagnostics, &options, &data), "%s", fixture_messages());
    for (int n = 1; n <= 1000; n++)
        cr_assert_eq(data.target[n - 1], n);
}

/* Backwards in time rows descend. */
Test(trajectory, times_may_run_backwards)
{
    const Model *model =
        model_of("layers = 2, step = -0.5, observe = 'all'", "'a.csv', time = 't', features = 'x', label = 'x'");
    expect_table(model, "t,x\n0,1\n-0.5,2\n-1,3\n", "1", "2 3", "none");
    expect_bad_table(model, "t,x\n0,1\n-0.7,2\n",
                     "a.csv:3:1: row 2 is at time -0.7, which is not on the grid: the nearest times are -0.5 and -1");
    model = model_of("layers = 2, step = { 0.5, -0.5 }", "'a.csv', time = 't', features = 'x', label = 'x'");
    expect_bad_table(model, "x,t\n1,0\n", "a.csv:1:3: a column of times needs steps that are all above or all below 0");
}

Test(trajectory, times_are_on_the_grid_and_ascend)
{
    const Model *model = model_of(observed_twice, long_form);
    expect_bad_table(model, "id,t,x\na,0,1\na,0.3,2\n",
                     "a.csv:3:3: row 2 of trajectory \"a\" is at time 0.3, which is not on the grid: the nearest times "
                     "are 0.25 and 0.5");
    expect_bad_table(model, "id,t,x\na,0,1\na,0.2500003,2\n",
                     "a.csv:3:3: row 2 of trajectory \"a\" is at time 0.2500003, which is not on the grid: the nearest "
                     "times are 0.25 and 0.5");
    expect_bad_table(model, "id,t,x\na,0,1\na,1.5,2\n",
                     "a.csv:3:3: row 2 of trajectory \"a\" is at time 1.5, after the last layer, which ends at 1; "
                     "layers = 6 takes it in");
    expect_bad_table(model, "id,t,x\na,0,1\na,1.6,2\n",
                     "a.csv:3:3: row 2 of trajectory \"a\" is at time 1.6, after the last layer, which ends at 1; "
                     "layers = 7 takes it in");
    expect_bad_table(model, "id,t,x\na,-0.25,1\n",
                     "a.csv:2:3: row 1 of trajectory \"a\" is at time -0.25, before start = 0");
    expect_bad_table(model, "id,t,x\na,0,1\nb,0.25,1\n",
                     "a.csv:3:3: row 2, the first of trajectory \"b\", is at time 0.25; a trajectory begins at start = "
                     "0");
    expect_bad_table(model, "id,t,x\na,0,1\na,0.5,1\nb,0,2\na,0.5,3\n",
                     "a.csv:5:3: row 4 of trajectory \"a\" is at time 0.5, as the one in line 3 is");
    expect_bad_table(model, "id,t,x\na,0,1\na,0.5,1\na,0.25,3\n",
                     "a.csv:4:3: row 3 of trajectory \"a\" is at time 0.25, before the one in line 3 at 0.5: rows "
                     "ascend in time");
    expect_bad_table(model, "id,t,x\na,0,1\na,,3\n",
                     "a.csv:3:3: row 2 of trajectory \"a\" has no time, in column \"t\"");
    expect_bad_table(model, "id,t,x\na,zero,1\n", "a.csv:2:3: \"zero\" is not a number, in column \"t\"");
    expect_bad_table(model, "id,t,x\na,inf,1\n", "a.csv:2:3: inf is not finite, in column \"t\"");
    model = model_of("layers = 1", "'a.csv', trajectory = 'id', features = 'x', label = 'x'");
    expect_bad_table(model, "id,x\na,1\na,2\na,3\n",
                     "a.csv:4: row 3 of trajectory \"a\" is after the last layer; layers = 2 takes it in");
}

Test(trajectory, tables_lack_nothing)
{
    const Model *model = model_of(observed_twice, long_form);
    expect_bad_table(model, "id,t,x\n", "a.csv: there are no samples");
    expect_bad_table(model, "id,t,x\na,0,1\n,0.5,1\n", "a.csv:3:1: row 2 names no trajectory, in column \"id\"");
    expect_bad_table(model, "id,t,x\na,0,nan\na,0.5,1\n",
                     "a.csv:2:5: a value is missing in column \"x\"; missing values are in 1 of 1 trajectories, which "
                     "--drop-missing leaves out");
    expect_bad_table(model, "id,t,x\na,0,inf\n", "a.csv:2:5: inf is not finite, in column \"x\"");
    expect_bad_table(model, "id,t,x\na,0,1\na,0.5,inf\n", "a.csv:3:7: label inf is not finite");
    expect_bad_table(model, "id,t,y\na,0,1\n",
                     "a.csv:1: no column \"x\"; the columns are id, t, y; choose the label "
                     "column with --label");
    expect_bad_table(model, "name,t,x\na,0,1\n", "a.csv:1: no column \"id\"; the columns are name, t, x");
    expect_bad_table(model, "id,t,x\na,0,1\nb,0,2\n", "a.csv: nothing is observed: every label is missing");
    const DatasetOptions options = options_of(model, fixture_text("a.csv", "id,t,x\na,0,1\na,0.5,1\nb,0,2\n"));
    cr_assert(dataset_load(arena, diagnostics, &options, &data));
    cr_expect(strstr(fixture_messages(), "a.csv: warning: 1 of 2 samples has no label, number b\n") ||
                  strstr(fixture_messages(), "1 of 2 samples has no label"),
              "%s", fixture_messages());
    model = model_of(observed_twice, "'a.csv'");
    expect_bad_table(model, "x,label\n1,2\n",
                     "a.csv:1: the network observes more than one layer, so rows are of trajectories: name the columns "
                     "of these or of times with --trajectory, --time");
}

Test(trajectory, without_its_first_values_one_is_dropped)
{
    const Model *model =
        model_of("layers = 1, signals = 1", "'a.csv', trajectory = 'id', features = 'x', label = 'x', signals = 'f'");
    DatasetOptions options = options_of(model, fixture_text("a.csv", "id,x,f\na,,1\na,2,\nb,3,4\nb,5,\n"));
    options.drop_missing = true;
    expect_loaded(&options, "3", "5", "4");
    cr_expect_eq(data.dropped, 1);
    cr_expect_str_eq(dataset_trajectory(arena, &data, 0), "b");
}

/* Many trajectories, row by row in turns, each with a target of its own. */
Test(trajectory, of_many_are_kept_apart)
{
    enum { MANY = 5000 };
    const Model *model = model_of("layers = 1", long_form);
    Text csv = text_new(arena);
    text_add(&csv, "id,t,x\n");
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < MANY; i++)
            text_format(&csv, "n%d,%d,%d\n", i * 7919 % MANY, k, i + k);
    const DatasetOptions options = options_of(model, fixture_text("a.csv", csv.data));
    cr_assert(dataset_load(arena, diagnostics, &options, &data), "%s", fixture_messages());
    cr_assert_eq(data.samples, MANY);
    for (size_t i = 0; i < MANY; i++)
        cr_assert(data.x[i] == (double)i && data.target[i] == (double)i + 1);
}

/* A class for each observed layer. */
Test(trajectory, classes_may_be_missing)
{
    diagnostics = diagnostics_new(arena);
    const Model *model =
        description_of("return network { name = 'm', inputs = 1, layers = 3, step = 1, method = 'euler', activation = "
                       "'tanh', head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy', observe = 'all', data "
                       "= { 'a.csv', trajectory = 'id', features = 'x', label = 'c' } }")
            .model;
    expect_table(model, "id,x,c\na,1,\na,,u\na,,\na,,w\nb,2,u\nb,,v\n", "1 2", "1 0 0 - - - 0 0 1 0 1 0 - - - - - -",
                 "none");
    cr_expect_eq(data.classes, 3);
    expect_table(model, "id,x,c\na,1,9\na,,0\na,,\na,,2\n", "1", "1 0 0 - - - 0 0 1", "none");
    expect_bad_table(model, "id,x,c\na,1,9\na,,3\n",
                     "a.csv:3:4: label 3 does not fit the head, which takes 0 to 2 (more outputs take more classes, "
                     "link = \"identity\" numbers)");
}

/* ---- signals ---- */

static const char *const driven = "layers = 2, step = 0.5, signals = 1";
static const char *const driven_form = "'a.csv', time = 't', features = 'x', label = 'x', signals = 'f'";

Test(trajectory, signals_hold_over_layers)
{
    const Model *model = model_of(driven, driven_form);
    expect_table(model, "t,x,f\n0,1,3\n0.5,,4\n1,2,\n", "1", "2", "3 4");
    expect_table(model, "t,x,f\n0,1,3\n0.5,2,4\n1,3,text\n", "1", "3", "3 4");
    expect_bad_table(model, "t,x,f\n0,1,3\n1,2,\n",
                     "a.csv:2: row 1: the next is to be at time 0.5, for signals need a row at the first time of every "
                     "layer");
    expect_bad_table(model, "t,x,f\n0,1,\n", "a.csv:2:5: a signal is missing, in column \"f\"");
    expect_bad_table(model, "t,x,f\n0,1,3\n0.5,1,up\n", "a.csv:3:7: \"up\" is not a number, in column \"f\"");
    expect_bad_table(model, "t,x,f\n0,1,1e999\n", "a.csv:2:5: 1e999 is not finite, in column \"f\"");
    expect_bad_table(model_of(text_print(arena, "%s, real = 'float'", driven), driven_form), "t,x,f\n0,1,1e39\n",
                     "a.csv:2:5: 1e39 is beyond the range of real = \"float\", in column \"f\"");
    expect_bad_table(model, "t,x,g\n0,1,\n", "a.csv:1: no column \"f\"; the columns are t, x, g");
}

Test(trajectory, linear_signals_need_the_last_time)
{
    const Model *model = model_of("layers = 2, step = 0.5, signals = 2, hold = 'linear'",
                                  "'a.csv', time = 't', features = 'x', label = 'x', signals = 'f,g'");
    expect_table(model, "t,x,f,g\n0,1,3,4\n0.5,,5,6\n1,2,7,8\n", "1", "2", "3 4 5 6 7 8");
    expect_bad_table(model, "t,x,f,g\n0,1,3,4\n0.5,,5,6\n",
                     "a.csv:3: row 2: the next is to be at time 1, for signals need a row at the time of every state");
    expect_bad_table(model, "t,x,f,g\n0,1,3,4\n0.5,,5,6\n1,2,7,\n", "a.csv:4:7: a signal is missing, in column \"g\"");
}

Test(trajectory, signals_are_named_where_there_are_any)
{
    const char *csv = "t,x,f\n0,1,3\n0.5,,4\n1,2,\n";
    expect_bad_table(model_of(driven, "'a.csv', time = 't', features = 'x', label = 'x'"), csv,
                     "a.csv:1: the network takes 1 signal, but no columns are named: choose them with --signals");
    expect_bad_table(model_of(driven, "'a.csv', time = 't', features = 'x', label = 'x', signals = 'f,t'"), csv,
                     "a.csv:1: the network takes 1 signal, but 2 columns are named: f, t");
    expect_bad_table(model_of(driven, "'a.csv', features = 'x', label = 'x', signals = 'f'"), csv,
                     "a.csv:1: the network takes signals, so rows are of trajectories: name the columns of these or of "
                     "times with --trajectory, --time");
    expect_bad_table(model_of("layers = 2, step = 0.5", driven_form), csv,
                     "a.csv: the network takes no signals (signals = 1, 2, ...), but the data has some");
}

/* ---- parts ---- */

/* A trajectory is never cut. */
Test(trajectory, parts_keep_what_belongs_together)
{
    const Model *model = model_of(driven, "'a.csv', trajectory = 'id', time = 't', features = 'x', label = 'x', "
                                          "signals = 'f'");
    Text csv = text_new(arena);
    Dataset train, test;
    text_add(&csv, "id,t,x,f\n");
    for (int i = 0; i < 10; i++)
        text_format(&csv, "n%d,0,%d,%d\nn%d,0.5,,%d\nn%d,1,%d,\n", i, i, i + 100, i, i + 200, i, i + 300);
    const DatasetOptions options = options_of(model, fixture_text("a.csv", csv.data));
    cr_assert(dataset_load(arena, diagnostics, &options, &data), "%s", fixture_messages());
    cr_assert(dataset_split(arena, diagnostics, "a.csv", &data, 0.7, 1, &train, &test));
    cr_assert(train.samples == 7 && test.samples == 3);
    for (size_t i = 0; i < 10; i++) {
        const Dataset *part = i < 7 ? &train : &test;
        size_t at = i < 7 ? i : i - 7;
        double x = part->x[at];
        cr_expect_str_eq(part->trajectory_names[at], text_print(arena, "n%g", x));
        cr_expect(part->signal[2 * at] == x + 100 && part->signal[2 * at + 1] == x + 200);
        cr_expect_eq(part->target[at], x + 300);
    }
}

/* ---- arrays ---- */

/* An NPY file of doubles. */
static const char *npy(const char *name, const char *shape, const double *values, size_t count)
{
    char content[4096] = "\x93NUMPY\1\0";
    int length = snprintf(content + 10, 200, "{'descr': '<f8', 'fortran_order': False, 'shape': %s}\n", shape);
    content[8] = (char)length;
    size_t start = 10 + (size_t)length;
    memcpy(content + start, values, count * sizeof *values);
    return fixture_file(name, content, start + count * sizeof *values);
}

static DatasetOptions arrays(const Model *model, const char *labels, size_t label_count, const char *signals,
                             size_t signal_count)
{
    const double x[] = {1, 2}, y[] = {3, NAN, 5, 6, 7, 8, 9, 10}, s[] = {-1, -2, -3, -4, -5, -6};
    DatasetOptions options = options_of(model, npy("x.npy", "(2, 1)", x, 2));
    options.labels = npy("y.npy", labels, y, label_count);
    options.signals_file = signals ? npy("s.npy", signals, s, signal_count) : NULL;
    return options;
}

Test(trajectory, arrays_have_labels_of_all_observed_layers)
{
    const Model *model = model_of("layers = 4, observe = 2, signals = 0", "'x.npy'");
    DatasetOptions options = arrays(model, "(2, 2, 1)", 4, NULL, 0);
    expect_loaded(&options, "1 2", "3 - 5 6", "none");
    options = arrays(model, "(2, 2)", 4, NULL, 0);
    expect_loaded(&options, "1 2", "3 - 5 6", "none");
    options = arrays(model, "(2, 4)", 8, NULL, 0);
    expect_refused(&options, "y.npy: 2 numbers for each sample are expected as label of 2 observed layers, but the "
                             "shape is [2,4]");
    options = arrays(model, "(2,)", 2, NULL, 0);
    expect_refused(&options, "y.npy: 2 numbers for each sample are expected as label of 2 observed layers, but the "
                             "shape is [2]");
    options.labels = NULL;
    expect_refused(&options, "x.npy: these samples have their labels in another file: name it with --labels");
    model = model_of("layers = 4, observe = 'last'", "'x.npy'");
    options = arrays(model, "(2,)", 2, NULL, 0);
    expect_loaded(&options, "1 2", "3 -", "none");
    options = arrays(model_of("layers = 4", "'x.npy'"), "(2,)", 2, NULL, 0);
    expect_refused(&options, "y.npy: a value is missing; missing values are in 1 of 2 rows, which --drop-missing "
                             "leaves out, at [1]");
}

Test(trajectory, arrays_have_signals_in_a_file)
{
    const Model *model = model_of("layers = 3, signals = 1, observe = 'last'", "'x.npy'");
    DatasetOptions options = arrays(model, "(2, 1)", 2, "(2, 3)", 6);
    expect_loaded(&options, "1 2", "3 -", "-1 -2 -3 -4 -5 -6");
    options = arrays(model, "(2, 1)", 2, "(2, 2)", 4);
    expect_refused(&options, "s.npy: signals of shape [2,3,1] are expected, samples by times by numbers, but the shape "
                             "is [2,2]");
    options = arrays(model, "(2, 1)", 2, NULL, 0);
    expect_refused(&options, "x.npy: the network takes 1 signal a layer: name their file with --signals");
    const double bad[] = {1, 2, 3, 4, INFINITY, 6};
    options.signals_file = npy("s.npy", "(2, 3, 1)", bad, 6);
    expect_refused(&options, "s.npy: a signal is not finite, at [1,1,0]");
}

/* ---- in the spec ---- */

Test(trajectory, samples_may_stand_in_the_spec)
{
    const Model *model = model_of("layers = 4, observe = 2, signals = 1, hold = 'linear'",
                                  "x = { { 1 }, { 2.5 } }, labels = { { { 3 }, { 4 } }, { { 5 }, { 0 / 0 } } }, "
                                  "signals = { { 1, 2, 3, 4, 5 }, { 6, 7, 8, 9, 0 } }");
    DatasetOptions options = options_of(model, model->file);
    expect_loaded(&options, "1 2.5", "3 4 5 -", "1 2 3 4 5 6 7 8 9 0");
}

static void expect_bad_samples(const char *keys, const char *source, const char *message)
{
    const Model *model = model_of(keys, source);
    const DatasetOptions options = options_of(model, model->file);
    expect_refused(&options, message);
}

Test(trajectory, samples_in_the_spec_have_the_shapes_of_the_network)
{
    expect_bad_samples("layers = 1", "x = { { 1, 2 } }, labels = { 1 }",
                       "spec.lua:3: the network takes 1 input, but a sample has 2 features: the shape is [1,2]");
    expect_bad_samples("layers = 1", "x = { { 1 } }", "spec.lua:3: data has no labels, which the loss needs");
    expect_bad_samples("layers = 1", "x = { { 1 } }, labels = { 1, 2 }", "spec.lua:3: 2 labels for 1 samples");
    expect_bad_samples("layers = 1", "x = { { 1 } }, labels = { { 1, 2 } }",
                       "spec.lua:3: 1 number for each sample is expected as label, but the shape is [1,2]");
    expect_bad_samples("layers = 2, observe = 'last'", "x = { 1, 2 }, labels = { 0 / 0, 0 / 0 }",
                       "spec.lua:3: nothing is observed: every label is missing");
    expect_bad_samples("layers = 2", "x = { 1, 2 }, labels = { 3, 0 / 0 }",
                       "spec.lua:3: a value is missing; missing values are in 1 of 2 rows, which --drop-missing leaves "
                       "out, at [2]");
    expect_bad_samples("layers = 2, signals = 1", "x = { 1 }, labels = { 1 }",
                       "spec.lua:3: the network takes 1 signal a layer, but data has no signals");
    expect_bad_samples("layers = 2, signals = 1", "x = { 1 }, labels = { 1 }, signals = { { 1, 2, 3 } }",
                       "spec.lua:3: signals of shape [1,2,1] are expected, samples by times by numbers, but the shape "
                       "is [1,3]");
    expect_bad_samples("layers = 2", "x = { 1 }, labels = { 1 }, signals = { { 1, 2 } }",
                       "spec.lua:3: the network takes no signals (signals = 1, 2, ...), but the data has some");
}

/* ---- without a loss ---- */

Test(trajectory, a_network_without_loss_reads_no_labels)
{
    diagnostics = diagnostics_new(arena);
    const Model *model = description_of("return network { name = 'm', inputs = 2, layers = 2, method = 'euler', "
                                        "controls = { a = scalar() }, field = function(y, u) return u.a * y end,\n"
                                        "  cost = function(y, u) return u.a ^ 2 end, data = { x = { { 0, 1 } } } }")
                             .model;
    DatasetOptions options = options_of(model, model->file);
    expect_loaded(&options, "0 1", "none", "none");
    options.in_place = NULL;
    options.source = fixture_text("a.csv", "a,b,label\n1,2,0\n");
    expect_loaded(&options, "1 2", "none", "none");
}

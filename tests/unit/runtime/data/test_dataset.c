#include "tests/unit/fixture.h"

#include "runtime/data/dataset.h"
#include "runtime/system/gzip.h"

#include <math.h>

TestSuite(dataset, .init = fixture_open, .fini = fixture_close);

static Dataset data;
static const Model model = {.inputs = 2, .outputs = 1};

/* Two inputs and a head of one output with a sigmoid. */
static DatasetOptions two_inputs(const char *source)
{
    return (DatasetOptions){.source = source, .inputs = 2, .outputs = 1, .classes = true};
}

static DatasetOptions csv(const char *content)
{
    return two_inputs(fixture_text("a.csv", content));
}

static void assert_loaded(const DatasetOptions *options, const char *x, const char *target)
{
    Text features = text_new(arena), targets = text_new(arena);
    cr_assert(dataset_load(arena, diagnostics, options, &data), "%s", fixture_messages());
    for (size_t i = 0; i < data.samples * data.features; i++) {
        text_add(&features, i ? " " : "");
        text_real(&features, data.x[i]);
    }
    for (size_t i = 0; data.target && i < data.samples * data.outputs; i++) {
        text_add(&targets, i ? " " : "");
        text_real(&targets, data.target[i]);
    }
    cr_assert_str_eq(features.data, x);
    cr_assert_str_eq(targets.data, target);
}

/* The first line of the messages is `message`. */
static void assert_refused(const DatasetOptions *options, const char *message)
{
    diagnostics = diagnostics_new(arena);
    cr_assert_not(dataset_load(arena, diagnostics, options, &data));
    const char *all = fixture_messages();
    cr_assert_str_eq(arena_string(arena, all, strcspn(all, "\n")), message);
    cr_assert_eq(diagnostics_errors(diagnostics), 1);
}

static void assert_csv_refused(const char *content, const char *message)
{
    DatasetOptions options = csv(content);
    assert_refused(&options, message);
}

Test(dataset, reads_a_table)
{
    DatasetOptions options = csv("x1,x2,label\n1,2,0\n3,4,1\n");
    assert_loaded(&options, "1 2 3 4", "0 1");
    cr_assert_eq(data.classes, 0);
    cr_assert_null(data.class_names);
    cr_assert_eq(data.dropped, 0);
    cr_assert_str_eq(data.feature_names[1], "x2");
    cr_assert_str_eq(data.label_names[0], "label");
}

Test(dataset, chooses_columns)
{
    DatasetOptions options = csv("a,y,name,b,c\n1,0,n,2,3\n4,1,m,5,6\n");
    options.label = "y";
    options.features = "c, a";
    assert_loaded(&options, "3 1 6 4", "0 1");
    options.features = "a,d";
    assert_refused(&options, "a.csv:1: no column \"d\"; the columns are a, y, name, b, c");
    options.features = "a,nmae";
    assert_refused(&options, "a.csv:1: no column \"nmae\"; did you mean \"name\"?");
    options.features = "a,a";
    assert_refused(&options, "a.csv:1:1: column \"a\" is chosen twice");
    options.features = "a,y";
    assert_loaded(&options, "1 0 4 1", "0 1"); /* also the label */
    options.features = "a,,b";
    assert_refused(&options, "a.csv:1: no column \"\"; the columns are a, y, name, b, c");
    options.label = NULL;
    assert_refused(&options, "a.csv:1: no column \"label\"; the columns are a, y, name, b, c; choose the label column "
                             "with --label");
    options.label = "y,a";
    assert_refused(&options, "a.csv:1: the head takes 1 label column, but 2 are named: y, a");
}

Test(dataset, wants_as_many_features_as_inputs)
{
    assert_csv_refused("a,b,c,label\n1,2,3,0\n",
                       "a.csv:1: the network takes 2 inputs, but there are 3 feature columns: "
                       "a, b, c; choose them with --features, or take all by inputs = 3");
    assert_csv_refused("a,b,c,d,e,f,g,h,i,label\n",
                       "a.csv:1: the network takes 2 inputs, but there are 9 feature columns: a, b, c, d, e, f, g, h, "
                       "... (9 in all); choose them with --features, or take all by inputs = 9");
}

Test(dataset, a_feature_is_a_finite_number)
{
    assert_csv_refused("a,b,label\n1,x,0\n2,y,1\n", "a.csv:2:3: column \"b\" holds text (\"x\"), but features are "
                                                    "numbers; choose them with --features a");
    assert_csv_refused("a,b,label\n1,2,0\n2,1.2.3,1\n", "a.csv:3:3: \"1.2.3\" is not a number, in column \"b\"");
    assert_csv_refused("a,b,label\n1,inf,0\n", "a.csv:2:3: inf is not finite, in column \"b\"");
    assert_csv_refused("a,b,label\n1e999,1,0\n", "a.csv:2:1: 1e999 is not finite, in column \"a\"");
    assert_csv_refused("a,b,label\n0x10,1,0\n2,1,1\n", "a.csv:2:1: \"0x10\" is not a number, in column \"a\"");
}

Test(dataset, missing_values_are_counted_and_dropped)
{
    DatasetOptions options = csv("a,b,label,unused\n1,2,0,\n,2,1,\n3,NA,0,\n4,5,?,\n6,7,1,\n8,nan,1,x\n");
    options.features = "a,b";
    assert_refused(&options, "a.csv:3:1: a value is missing in column \"a\"; missing values are in 4 of 6 rows, which "
                             "--drop-missing leaves out");
    options.drop_missing = true;
    assert_loaded(&options, "1 2 6 7", "0 1");
    cr_assert_eq(data.dropped, 4);
    options = csv("a,b,label\n1,2,null\n");
    assert_refused(&options, "a.csv:2:5: a value is missing in column \"label\"; missing values are in 1 of 1 rows, "
                             "which --drop-missing leaves out");
    options.drop_missing = true;
    assert_refused(&options, "a.csv: no samples are left: every row has missing values");
}

Test(dataset, labels_count_from_zero)
{
    DatasetOptions options = csv("a,b,label\n1,2,2\n1,2,0\n1,2,1.0\n");
    options.outputs = 3;
    options.classes = true;
    assert_loaded(&options, "1 2 1 2 1 2", "0 0 1 1 0 0 0 1 0");
    assert_csv_refused("a,b,label\n1,2,2\n", "a.csv:2:5: label 2 does not fit the head, which takes 0 to 1 (more "
                                             "outputs take more classes, link = \"identity\" numbers)");
    assert_csv_refused("a,b,label\n1,2,-1\n", "a.csv:2:5: label -1 does not fit the head, which takes 0 to 1 (more "
                                              "outputs take more classes, link = \"identity\" numbers)");
    assert_csv_refused("a,b,label\n1,2,0.5\n", "a.csv:2:5: label 0.5 is not an integer, which a class is; real targets "
                                               "need the identity link");
    assert_csv_refused("a,b,label\n1,2,inf\n", "a.csv:2:5: label inf is not finite");
}

Test(dataset, text_labels_are_classes_in_byte_order)
{
    DatasetOptions options = csv("a,b,label\n1,2,b\n1,2,B\n1,2,\"b,c\"\n1,2,b\n");
    options.outputs = 3;
    options.classes = true;
    assert_loaded(&options, "1 2 1 2 1 2 1 2", "0 1 0 1 0 0 0 0 1 0 1 0");
    cr_assert_eq(data.classes, 3);
    cr_assert_str_eq(data.class_names[0], "B");
    cr_assert_str_eq(data.class_names[2], "b,c");
    options.outputs = 4;
    assert_refused(&options,
                   "a.csv:1:5: column \"label\" has 3 classes, but 4 outputs take 4 (outputs = 3 takes them)");
    options = csv("a,b,label\n1,2,yes\n1,2,no\n");
    assert_loaded(&options, "1 2 1 2", "1 0");
    options = csv("a,b,label\n1,2,0\n1,2,x\n");
    assert_loaded(&options, "1 2 1 2", "0 1");
    assert_csv_refused("a,b,label\n1,2,0\n1,2,1\n1,2,1\n1,2,O\n",
                       "a.csv:5:5: label \"O\" does not fit the head: column \"label\" has 3 classes, but one output "
                       "takes 2 (head = { outputs = 3, link = \"softmax\" } takes 3)");
    assert_csv_refused("a,b,label\n1,2,x\n", "a.csv:1:5: column \"label\" has 1 class, but one output takes 2");
}

Test(dataset, serial_numbers_are_no_classes)
{
    Text text = text_new(arena);
    text_add(&text, "a,b,label\n");
    for (int i = 0; i < 2000; i++)
        text_format(&text, "1,2,id%d\n", i);
    assert_csv_refused(text.data, "a.csv:4:5: label \"id2\" does not fit the head: column \"label\" has at least 1002 "
                                  "classes, but one output takes 2");
}

Test(dataset, the_identity_link_has_real_targets)
{
    DatasetOptions options = csv("a,b,u,v\n1,2,0.5,-3\n3,4,2,1e-3\n");
    options.classes = false;
    options.outputs = 2;
    options.label = "v,u";
    assert_loaded(&options, "1 2 3 4", "-3 0.5 0.001 2");
    cr_assert_eq(data.labels, 2);
    options.outputs = 1;
    assert_refused(&options, "a.csv:1: the head takes 1 label column, but 2 are named: v, u");
    options = csv("a,b,label\n1,2,x\n");
    options.classes = false;
    assert_refused(&options, "a.csv:2:5: label \"x\" is not a number, which the identity link needs");
    options = csv("a,b,label\n1,2,-inf\n");
    options.classes = false;
    assert_refused(&options, "a.csv:2:5: label -inf is not finite");
}

/* What is standardised is in the range of float, whatever it was. */
Test(dataset, numbers_are_in_the_range_of_the_network)
{
    DatasetOptions options = csv("a,b,label\n1,1e39,0\n3,-1e39,1\n");
    assert_loaded(&options, "1 1e+39 3 -1e+39", "0 1");
    options.single = true;
    assert_refused(&options, "a.csv:2:3: 1e39 is beyond the range of real = \"float\", in column \"b\"");
    options.standardized = true;
    assert_loaded(&options, "1 1e+39 3 -1e+39", "0 1");
    options = csv("a,b,label\n1,2,3.4e38\n1,2,-3.5e38\n");
    options.classes = false;
    options.single = true;
    assert_refused(&options, "a.csv:3:5: -3.5e38 is beyond the range of real = \"float\", in column \"label\"");
    options.trained = &(Dataset){.scales.x = {(double[]){0, 0}, (double[]){1e-30, 1}}};
    options.source = fixture_text("a.csv", "a,b,label\n1,2,0\n1e10,2,1\n");
    assert_refused(&options, "a.csv:3:1: 1e10 is beyond the range of real = \"float\", in column \"a\"");
}

Test(dataset, needs_samples)
{
    assert_csv_refused("a,b,label\n", "a.csv: there are no samples");
    assert_csv_refused("", "a.csv: the file is empty; a header is expected");
    DatasetOptions options = csv("a,b,label\n1,2,0\n");
    options.labels = "b";
    assert_refused(&options, "a.csv: a CSV file has its labels in a column (--label), not in a file (--labels)");
}

/* What a network trained on "a,b,class" knows. */
static Dataset trained_on_classes(void)
{
    static const char *const features[] = {"a", "b"}, *const classes[] = {"no", "yes"}, *const labels[] = {"class"};
    static double mean[] = {1, 2}, deviation[] = {2, 4};
    return (Dataset){.features = 2,
                     .outputs = 1,
                     .feature_names = features,
                     .class_names = classes,
                     .classes = 2,
                     .label_names = labels,
                     .labels = 1,
                     .scales.x = {mean, deviation}};
}

Test(dataset, another_file_is_read_as_in_training)
{
    Dataset trained = trained_on_classes();
    DatasetOptions options = csv("id,b,class,a\nn1,6,yes,3\nn2,10,yes,1\n");
    options.trained = &trained;
    assert_loaded(&options, "1 1 0 2", "1 1");
    cr_assert_eq(data.classes, 2);
    cr_assert_eq(data.scales.x.mean, trained.scales.x.mean);
    options = csv("a,b,class\n1,2,maybe\n");
    options.trained = &trained;
    assert_refused(&options, "a.csv:2:5: unknown label \"maybe\"; the network was trained on no, yes");
    options = csv("a,c,class\n1,2,no\n");
    options.trained = &trained;
    assert_refused(&options, "a.csv:1: no column \"b\"; the columns are a, c, class; the network was trained on it");
    trained.classes = 0;
    trained.class_names = NULL;
    options = csv("a,b,class\n1,2,no\n");
    options.trained = &trained;
    assert_refused(&options, "a.csv:2:5: label \"no\" is not a number; the network was trained on 0 to 1");
}

Test(dataset, labels_may_be_optional)
{
    Dataset trained = trained_on_classes();
    DatasetOptions options = csv("b,a\n6,3\n");
    options.trained = &trained;
    assert_refused(&options,
                   "a.csv:1: no column \"class\"; the columns are b, a; choose the label column with --label");
    options.labels_unused = true;
    assert_loaded(&options, "1 1", "");
    cr_assert_null(data.target);
    cr_assert_eq(data.classes, 2);
    options = csv("b,a\n6,3\n");
    options.labels_unused = true;
    assert_loaded(&options, "6 3", "");
}

static const char *npy(const char *name, const char *descr, const char *shape, const void *values, size_t size)
{
    Text text = text_new(arena);
    text_append(&text, "\x93NUMPY\1\0\x80\0", 10);
    size_t start = text.length;
    text_format(&text, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape);
    while (text.length - start < 127)
        text_add(&text, " ");
    text_add(&text, "\n");
    text_append(&text, values, size);
    return fixture_file(name, text.data, text.length);
}

Test(dataset, reads_npy)
{
    const double x[] = {1, 2, 3, 4, 5, 6}, target[] = {0.5, 1.5, 2.5};
    DatasetOptions options = two_inputs(npy("x", "<f8", "(3, 2)", x, sizeof x));
    options.labels = npy("y", "|u1", "(3,)", "\0\1\1", 3);
    assert_loaded(&options, "1 2 3 4 5 6", "0 1 1");
    cr_assert_null(data.feature_names);
    options.labels = npy("y", "<f8", "(3, 1)", target, sizeof target);
    assert_refused(&options,
                   "y: label 0.5 is not an integer, which a class is; real targets need the identity link, at "
                   "[0]");
    options.classes = false;
    assert_loaded(&options, "1 2 3 4 5 6", "0.5 1.5 2.5");
    options.outputs = 2;
    assert_refused(&options, "y: 2 numbers for each sample are expected as label, but the shape is [3,1]");
    options.labels = npy("y", "<f8", "(2,)", target, 16);
    assert_refused(&options, "y: 2 labels for 3 samples");
    options.labels = fixture_text("y", "label\n0\n");
    assert_refused(&options, "y: labels in a file of their own are read from IDX, NPY or NPZ, not from CSV");
    options.labels = NULL;
    assert_refused(&options, "x: these samples have their labels in another file: name it with --labels");
    options.label = "y";
    assert_refused(&options, "x: an NPY file has no columns with names to choose (--label, --features)");
    options = two_inputs(npy("x", "<f8", "(2, 3)", x, sizeof x));
    assert_refused(&options, "x: the network takes 2 inputs, but a sample has 3 features: the shape is [2,3]");
}

Test(dataset, arrays_have_missing_and_infinite_values)
{
    const double x[] = {1, 2, 3, NAN, 5, 6}, infinite[] = {1, 2, 3, INFINITY}, labels[] = {0, 1, 1};
    DatasetOptions options = two_inputs(npy("x", "<f8", "(3, 2)", x, sizeof x));
    options.labels = npy("y", "<f8", "(3,)", labels, sizeof labels);
    assert_refused(&options,
                   "x: a value is missing; missing values are in 1 of 3 rows, which --drop-missing leaves out, "
                   "at [1,1]");
    options.drop_missing = true;
    assert_loaded(&options, "1 2 5 6", "0 1");
    cr_assert_eq(data.dropped, 1);
    options.source = npy("x", "<f8", "(2, 2)", infinite, sizeof infinite);
    assert_refused(&options, "x: inf is not finite, at [1,1]");
    options.single = true;
    options.source = npy("x", "<f8", "(2, 2)", (const double[]){1, 2, -1e300, 4}, sizeof infinite);
    options.labels = npy("y", "<f8", "(2,)", labels, 2 * sizeof *labels);
    assert_refused(&options, "x: -1e+300 is beyond the range of real = \"float\", at [1,0]");
}

Test(dataset, reads_idx)
{
    DatasetOptions options = two_inputs(fixture_file("x", "\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\2\0\xff\x33\x66", 20));
    options.labels = fixture_file("y", "\0\0\x08\1\0\0\0\2\1\0", 10);
    assert_loaded(&options, "0 1 0.2 0.4", "1 0");
    options.labels = fixture_file("y", "\0\0\x08\1\0\0\0\2\7\7", 10);
    assert_refused(&options, "y: label 7 does not fit the head, which takes 0 to 1 (more outputs take more classes, "
                             "link = \"identity\" numbers), at [0]");
    Dataset trained = trained_on_classes();
    options.trained = &trained;
    assert_refused(&options, "y: unknown label 7; the network was trained on no, yes, at [0]");
    options.labels = fixture_file("y", "\0\0\x08\1\0\0\0\2\1", 9);
    assert_refused(&options, "y: truncated: shape [2] takes 2 bytes of data, but there are 1");
}

/* n samples (i, -i) of class i % 2. */
static Dataset count_up(size_t n)
{
    Dataset dataset = {.samples = n, .features = 2, .outputs = 1, .observations = 1};
    dataset.x = ARENA_ARRAY(arena, 2 * n, double);
    dataset.target = ARENA_ARRAY(arena, n, double);
    for (size_t i = 0; i < n; i++) {
        dataset.x[2 * i] = (double)i;
        dataset.x[2 * i + 1] = -(double)i;
        dataset.target[i] = (double)(i % 2);
    }
    return dataset;
}

Test(dataset, splits_into_two_parts)
{
    Dataset whole = count_up(11), train, test, again;
    bool seen[11] = {false};
    size_t moved = 0;
    cr_assert(dataset_split(arena, diagnostics, "f", &whole, 0.8, 1, &train, &test));
    cr_assert_eq(train.samples, 9);
    cr_assert_eq(test.samples, 2);
    for (size_t i = 0; i < 11; i++) {
        const Dataset *part = i < 9 ? &train : &test;
        size_t at = i < 9 ? i : i - 9, number = (size_t)part->x[2 * at];
        cr_assert_eq(part->x[2 * at + 1], -part->x[2 * at]);
        cr_assert_eq(part->target[at], (double)(number % 2));
        cr_assert_not(seen[number]);
        seen[number] = true;
        moved += number != i;
    }
    cr_assert_gt(moved, 0);
    cr_assert(dataset_split(arena, diagnostics, "f", &whole, 0.8, 1, &again, &test));
    cr_assert_arr_eq(again.x, train.x, 18 * sizeof(double));
    cr_assert(dataset_split(arena, diagnostics, "f", &whole, 0.8, 2, &again, &test));
    cr_assert_arr_neq(again.x, train.x, 18 * sizeof(double));
}

Test(dataset, refuses_a_split_with_an_empty_part)
{
    Dataset whole = count_up(3), train, test;
    cr_assert_not(dataset_split(arena, diagnostics, "f", &whole, 0.1, 1, &train, &test));
    cr_assert_not(dataset_split(arena, diagnostics, "f", &whole, 0.9, 1, &train, &test));
    cr_assert_str_eq(fixture_messages(), "f: a share of 0.1 of 3 samples leaves none to train on\n"
                                         "f: a share of 0.9 of 3 samples leaves none to test on\n");
}

Test(dataset, standardises_by_the_training_part)
{
    double x[] = {1, 0.1, 3, 0.1, 5, 0.1}, other[] = {3, 1.1};
    Dataset train = {.samples = 3, .features = 2, .x = x}, test = {.samples = 1, .features = 2, .x = other};
    cr_assert(dataset_standardize(arena, diagnostics, "f", &model, (Standardize){.features = true}, &train, &test));
    cr_assert_float_eq(train.scales.x.deviation[0], sqrt(8.0 / 3), 1e-15);
    cr_assert_eq(train.scales.x.mean[0], 3);
    cr_assert_eq(train.scales.x.mean[1], 0.1);
    cr_assert_eq(train.scales.x.deviation[1], 1);
    cr_assert_eq(train.x[1], 0);
    cr_assert_eq(test.x[0], 0);
    cr_assert_eq(test.x[1], 1);
    double huge[] = {1e308, -1e308};
    Dataset large = {.samples = 2, .features = 1, .x = huge};
    cr_assert_not(dataset_standardize(arena, diagnostics, "f", &model, (Standardize){.features = true}, &large, NULL));
    cr_assert_str_eq(fixture_messages(), "f: feature 1 has values too large to be standardised\n");
}

/* One mean and deviation a signal over all times, and an output over all layers; what is missing counts nothing, and
 * what is missing everywhere stays as it is. Signals and targets stay, with what they will be scaled by. */
Test(dataset, standardises_signals_and_targets)
{
    double x[] = {1, 3}, signal[] = {1, 10, 3, 30, 5, 50, 7, 70}, target[] = {2, NAN, NAN, NAN, 6, NAN, 4, NAN};
    Dataset whole = {.samples = 2,
                     .features = 1,
                     .outputs = 2,
                     .observations = 2,
                     .signals = 4,
                     .signal_width = 2,
                     .x = x,
                     .signal = signal,
                     .target = target},
            back;
    const Standardize all = {.features = true, .labels = true};
    cr_assert(dataset_standardize(arena, diagnostics, "f", &model, all, &whole, NULL), "%s", fixture_messages());
    cr_expect(x[0] == -1 && x[1] == 1 && signal[7] == 70 && target[0] == 2);
    const Scales *scales = &whole.scales;
    cr_expect(scales->signals.mean[0] == 4 && scales->signals.mean[1] == 40);
    cr_expect_float_eq(scales->signals.deviation[1], 10 * sqrt(5), 1e-14);
    cr_expect(scales->targets.mean[0] == 4 && scales->targets.mean[1] == 0 && scales->targets.deviation[1] == 1);
    cr_expect_float_eq(scales->targets.deviation[0], sqrt(8.0 / 3), 1e-15);
    Metadata metadata = metadata_new(arena);
    dataset_to_metadata(&whole, &metadata);
    const Model driven = {.inputs = 1, .outputs = 2, .signals = 2};
    cr_assert(dataset_from_metadata(arena, diagnostics, "m", &metadata, &driven, &back), "%s", fixture_messages());
    cr_expect_eq(back.scales.signals.deviation[1], scales->signals.deviation[1]);
    cr_expect_eq(back.scales.targets.deviation[0], scales->targets.deviation[0]);
    cr_assert_not(dataset_from_metadata(arena, diagnostics, "m", &metadata, &model, &back));
    cr_expect_str_eq(fixture_messages(), "m: metadata \"mean\": 1 numbers for 2 inputs\n");
}

/* A column that is feature and label, by its name or as state number j, has one scale over the cells of both. */
Test(dataset, a_state_has_one_scale)
{
    static const char *const features[] = {"a", "b"}, *const labels[] = {"c", "a"};
    double x[] = {1, 5, 3, 7}, target[] = {2, 20, 6, 40};
    Dataset table = {.samples = 2,
                     .features = 2,
                     .outputs = 2,
                     .observations = 1,
                     .x = x,
                     .target = target,
                     .feature_names = features,
                     .label_names = labels,
                     .labels = 2},
            array = {.samples = 2, .features = 2, .outputs = 2, .observations = 1, .target = target};
    array.x = (double[]){1, 5, 3, 7};
    const Model states = {.inputs = 2, .outputs = 2, .residual = true, .shows_states = true},
                noisy = {.inputs = 2, .outputs = 2, .residual = true, .shows_states = true, .noise = x};
    cr_assert(dataset_standardize(arena, diagnostics, "f", &model, (Standardize){.features = true}, &table, NULL));
    cr_expect(table.scales.x.mean[0] == 16 && table.scales.x.mean[1] == 6);
    cr_expect(table.scales.targets.mean[0] == 0 && table.scales.targets.mean[1] == 16);
    cr_expect_eq(table.scales.targets.deviation[1], table.scales.x.deviation[0]);
    Dataset kept = array;
    cr_assert_not(dataset_standardize(arena, diagnostics, "f", &noisy, (Standardize){.features = true}, &kept, NULL));
    cr_assert(dataset_standardize(arena, diagnostics, "f", &states, (Standardize){.labels = true}, &array, NULL));
    cr_expect(array.scales.x.mean[0] == 3 && array.scales.x.mean[1] == 18);
    cr_expect(array.scales.targets.mean[0] == 3 && array.scales.targets.mean[1] == 18);
    cr_expect_str_eq(fixture_messages(), "f: feature 1 and label 1 are one state, so that standardize scales both, but "
                                         "noise is that of labels as they are: leave one of them away\n");
}

Test(dataset, metadata_come_back)
{
    Dataset known = trained_on_classes(), back;
    double mean[] = {0.1, 1.0 / 3};
    known.scales.x.mean = mean;
    Metadata metadata = metadata_new(arena);
    dataset_to_metadata(&known, &metadata);
    cr_assert_str_eq(metadata_get(&metadata, "features"), "[\"a\",\"b\"]");
    cr_assert_str_eq(metadata_get(&metadata, "classes"), "[\"no\",\"yes\"]");
    cr_assert_str_eq(metadata_get(&metadata, "labels"), "[\"class\"]");
    cr_assert_str_eq(metadata_get(&metadata, "mean"), "[0.1,0.3333333333333333]");
    cr_assert(dataset_from_metadata(arena, diagnostics, "m", &metadata, &model, &back), "%s", fixture_messages());
    cr_assert_eq(back.samples, 0);
    cr_assert_str_eq(back.feature_names[1], "b");
    cr_assert_str_eq(back.class_names[1], "yes");
    cr_assert_eq(back.classes, 2);
    cr_assert_str_eq(back.label_names[0], "class");
    cr_assert_arr_eq(back.scales.x.mean, mean, sizeof mean);
    cr_assert_eq(back.scales.x.deviation[1], 4);
    Metadata none = metadata_new(arena);
    cr_assert(dataset_from_metadata(arena, diagnostics, "m", &none, &model, &back));
    cr_assert(!back.scales.x.mean && !back.class_names && !back.feature_names && back.features == 2);
}

Test(dataset, refuses_metadata_that_do_not_fit)
{
    static const struct {
        const char *key, *value, *message;
    } cases[] = {
        {"classes", "[\"a\"", "m, metadata \"classes\":1:4: ']' expected near end of file"},
        {"classes", "[1]", "m: metadata \"classes\": not a list of names"},
        {"classes", "[\"a\",\"b\",\"c\"]", "m: metadata \"classes\": 3 classes for a head of 2"},
        {"classes", "[\"a\",\"a\"]", "m: metadata \"classes\": a name stands there twice"},
        {"features", "[\"a\"]", "m: metadata \"features\": 1 names for 2 inputs"},
        {"mean", "[1,2,3]", "m: metadata \"mean\": 3 numbers for 2 inputs"},
        {"mean", "[1,2]", "m: metadata \"mean\": mean and deviation belong together, but one is missing"},
        {"deviation", "[1,\"2\"]", "m: metadata \"deviation\": not a list of numbers"},
        {"deviation", "[1,0]", "m: metadata \"deviation\": not positive"},
        {"label_mean", "[1,2]", "m: metadata \"label_mean\": 2 numbers for 1 outputs"},
        {"signal_deviation", "[1]", "m: metadata \"signal_deviation\": 1 numbers for 0 signals"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Metadata metadata = metadata_new(arena);
        Dataset back;
        if (i == 8)
            metadata_set(&metadata, "mean", "[1,2]");
        metadata_set(&metadata, cases[i].key, cases[i].value);
        diagnostics = diagnostics_new(arena);
        cr_assert_not(dataset_from_metadata(arena, diagnostics, "m", &metadata, &model, &back));
        cr_assert_str_eq(fixture_messages(), text_print(arena, "%s\n", cases[i].message));
    }
}

Test(dataset, generates)
{
    DatasetOptions options = two_inputs(NULL);
    cr_assert(dataset_generate(arena, diagnostics, &options, "spiral2d", 100, 1, "train", &data));
    cr_assert_eq(data.samples, 100);
    double ones = 0;
    for (size_t i = 0; i < 100; i++)
        ones += data.target[i];
    cr_assert_eq(ones, 50);
    options.inputs = 3;
    cr_assert_not(dataset_generate(arena, diagnostics, &options, "spiral2d", 100, 1, "train", &data));
    cr_assert_str_eq(fixture_messages(),
                     "spiral2d: the network takes 3 inputs, but a sample has 2 features: the shape is [100,2]\n");
}

Test(dataset, reads_the_penguins)
{
    DatasetOptions options = {
        .source = "tests/data/penguins.csv", .label = "species", .inputs = 4, .outputs = 3, .classes = true};
    assert_refused(&options, "tests/data/penguins.csv:1: the network takes 4 inputs, but there are 6 feature "
                             "columns: island, bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g, sex; "
                             "choose them with --features, or take all by inputs = 6");
    options.inputs = 6;
    assert_refused(&options, "tests/data/penguins.csv:2:8: column \"island\" holds text (\"Torgersen\"), but "
                             "features are numbers; choose them with --features "
                             "bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g");
    options.inputs = 4;
    options.features = "bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g";
    assert_refused(&options, "tests/data/penguins.csv:5:18: a value is missing in column \"bill_length_mm\"; missing "
                             "values are in 2 of 344 rows, which --drop-missing leaves out");
    options.drop_missing = true;
    cr_assert(dataset_load(arena, diagnostics, &options, &data));
    cr_assert_eq(data.samples, 342);
    cr_assert_eq(data.dropped, 2);
    cr_assert_eq(data.classes, 3);
    cr_assert_str_eq(data.class_names[0], "Adelie");
    cr_assert_str_eq(data.class_names[2], "Gentoo");
    cr_assert_eq(data.x[0], 39.1);
}

Test(dataset, reads_mnist)
{
    DatasetOptions options = {.source = "tests/data/t10k-images-idx3-ubyte.gz",
                              .labels = "tests/data/t10k-labels-idx1-ubyte.gz",
                              .inputs = 784,
                              .outputs = 10,
                              .classes = true};
    cr_assert(dataset_load(arena, diagnostics, &options, &data), "%s", fixture_messages());
    cr_assert_eq(data.samples, 10000);
    double largest = 0;
    for (size_t i = 0; i < data.samples * data.features; i++)
        largest = fmax(largest, data.x[i]);
    cr_assert_eq(largest, 1);
    cr_assert_eq(data.target[7], 1); /* the first image is a seven */
}

/* Columns that nobody uses may have no name, one of another, or one with a comma. */
Test(dataset, leaves_columns_out)
{
    DatasetOptions options = csv(",x1,\"x, m\",note,note,label\n7,1,2,a,b,0\n8,3,4,a,b,1\n");
    options.features = "x1,\"x, m\"";
    assert_loaded(&options, "1 2 3 4", "0 1");
    options = csv("x1,id,x2,label,\n1,7,2,0,\n3,8,4,1,\n");
    options.drop = "id";
    assert_loaded(&options, "1 2 3 4", "0 1");
    options.drop = "ID";
    assert_refused(&options, "a.csv:1: no column \"ID\"; did you mean \"id\"?");
    options = csv("x1,x1,label\n1,2,0\n");
    assert_refused(&options, "a.csv:1: two columns have the name \"x1\"");
    options.features = "x1";
    assert_refused(&options, "a.csv:1: two columns have the name \"x1\"");
}

/* The text of a column, which is no feature, of every row; it may be the one without a name. */
Test(dataset, keeps_ids)
{
    DatasetOptions options = csv(",x1,x2,label\n07,1,2,0\n8,,4,1\n,5,6,1\n");
    options.id = "";
    options.drop_missing = true;
    assert_loaded(&options, "1 2 5 6", "0 1");
    cr_assert_eq(data.dropped, 1);
    static const char *const ids[] = {"07", "8", ""};
    for (size_t i = 0; i < 3; i++)
        cr_expect_str_eq(data.ids[i], ids[i]);
    options = csv("x1,no,no,x2,label\n1,7,7,2,0\n");
    options.id = "no";
    assert_refused(&options, "a.csv:1: two columns have the name \"no\"");
}

Test(dataset, knows_words_for_missing_values)
{
    DatasetOptions options = csv("x1,x2,label\nN/A,2,0\n3,NULL,1\n5,6,None\n7,8,1\n");
    options.drop_missing = true;
    assert_loaded(&options, "7 8", "1");
    cr_assert_eq(data.dropped, 3);
    options = csv("x1,x2,label\n-999,2,NA\n3,4,NA\n5,6,EU\n");
    options.drop_missing = true;
    options.missing_words = "-999";
    assert_loaded(&options, "3 4 5 6", "1 0");
    cr_assert_str_eq(data.class_names[1], "NA");
    Metadata metadata = metadata_new(arena);
    Dataset trained;
    dataset_to_metadata(&data, &metadata);
    cr_assert(dataset_from_metadata(arena, diagnostics, "m", &metadata, &model, &trained), "%s", fixture_messages());
    options = csv("x1,x2,label\n-999,2,NA\n3,4,NA\n");
    options.drop_missing = true;
    options.trained = &trained;
    assert_loaded(&options, "3 4", "1");
}

Test(dataset, maps_other_integers_to_classes)
{
    DatasetOptions options = csv("x1,x2,label\n0,0,-1\n0,1,1.0\n1,1,-1\n");
    assert_loaded(&options, "0 0 0 1 1 1", "0 1 0");
    cr_assert_str_eq(fixture_messages(), "a.csv: note: labels are -1 and 1: classes 0 to 1\n");
    Dataset trained = data;
    options = csv("x1,x2,label\n0,0,1\n");
    options.trained = &trained;
    assert_loaded(&options, "0 0", "1");
    options = csv("x1,x2,label\n0,0,0\n");
    options.trained = &trained;
    assert_refused(&options, "a.csv:2:5: unknown label 0; the network was trained on -1, 1");
    options = csv("x1,x2,label\n0,0,11\n0,1,9\n1,1,10\n");
    options.outputs = 3;
    assert_loaded(&options, "0 0 0 1 1 1", "0 0 1 1 0 0 0 1 0");
    cr_assert_str_eq(data.class_names[0], "9");
    trained = data;
    options = csv("x1,x2,label\n0,0,10\n");
    options.outputs = 3;
    options.trained = &trained;
    assert_loaded(&options, "0 0", "0 1 0");
    options = csv("x1,x2,label\n0,0,1\n0,1,5\n1,1,9\n");
    options.outputs = 3;
    assert_refused(&options, "a.csv:3:5: label 5 does not fit the head, which takes 0 to 2 (more outputs take more "
                             "classes, link = \"identity\" numbers)");
    options.classes = false;
    options.outputs = 1;
    assert_loaded(&options, "0 0 0 1 1 1", "1 5 9");
}

Test(dataset, names_classes_after_their_columns)
{
    DatasetOptions options = csv("x1,x2,a,b,c\n0,0,1,0,0\n0,1,0,0,1\n");
    options.outputs = 3;
    options.label = "a,b,c";
    assert_loaded(&options, "0 0 0 1", "1 0 0 0 0 1");
    cr_assert_eq(data.classes, 3);
    cr_assert_str_eq(data.class_names[2], "c");
}

/* Of 1/2 and its neighbour the mean is one of them; of 1e8 + {0, 1} the deviation is 1/2 to the last bit. */
Test(dataset, standardises_what_lies_far_from_zero)
{
    DatasetOptions options =
        csv("x1,x2,label\n0.5,100000000,1\n0.5000000000000001,100000001,0\n0.5,100000000,1\n0.5,100000001,0\n");
    cr_assert(dataset_load(arena, diagnostics, &options, &data));
    cr_assert(dataset_standardize(arena, diagnostics, "a.csv", &model, (Standardize){.features = true}, &data, NULL));
    cr_assert_eq(data.scales.x.mean[0], 0.5);
    cr_assert_eq(data.scales.x.deviation[0], 1);
    cr_assert_eq(data.scales.x.mean[1], 100000000.5);
    cr_assert_eq(data.scales.x.deviation[1], 0.5);
}

Test(dataset, reads_a_file_without_a_header)
{
    DatasetOptions options = csv("5.5,3,u\n4,2,v\n");
    options.label = "x3";
    options.header = HEADER_MISSING;
    assert_loaded(&options, "5.5 3 4 2", "0 1");
    options = csv("5.5,3,u\n4,2,v\n7,2,w\n");
    options.label = "u";
    options.header = HEADER_THERE;
    assert_loaded(&options, "4 2 7 2", "0 1");
}

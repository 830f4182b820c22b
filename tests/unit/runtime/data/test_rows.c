#include "tests/unit/fixture.h"

#include "runtime/data/rows.h"
#include "runtime/format/array.h"

#include <math.h>
#include <stdlib.h>

static void open_rows(void)
{
    fixture_open();
    setenv(ROWS_STAY_VARIABLE, "0", 1);
}

TestSuite(rows, .init = open_rows, .fini = fixture_close);

enum { ROWS = 1300, FEATURES = 3 };

/* The file of an array of elements of `bytes` bytes: NPY where descr is given, else bytes as IDX has them. */
static const char *written(const char *name, const char *descr, size_t rows, size_t width, const void *values,
                           size_t bytes)
{
    Text text = text_new(arena), header = text_new(arena);
    if (descr) {
        text_format(&header, "{'descr': '%s', 'fortran_order': %s, 'shape': (%zu, %zu), }\n", descr,
                    strchr(name, 'F') ? "True" : "False", rows, width);
        text_append(&text, "\x93NUMPY\x01\0", 8);
        text_append(&text, (const char[]){(char)header.length, 0}, 2);
        text_append(&text, header.data, header.length);
    } else {
        const size_t shape[] = {rows, width};
        text_append(&text, "\0\0\x08\x02", 4);
        for (size_t i = 0; i < 2; i++)
            for (int shift = 24; shift >= 0; shift -= 8)
                text_append(&text, (const char[]){(char)(shape[i] >> shift)}, 1);
    }
    text_append(&text, values, rows * width * bytes);
    return fixture_file(name, text.data, text.length);
}

static double x[ROWS * FEATURES], labels[ROWS];
static unsigned char shades[ROWS * FEATURES], classes[ROWS];

static void draw(void)
{
    for (size_t i = 0; i < ROWS * FEATURES; i++) {
        x[i] = 1e6 + sin((double)i * 12.9898) * (double)(1 + i % FEATURES);
        shades[i] = (unsigned char)(i * 7919 % 256);
    }
    for (size_t i = 0; i < ROWS; i++) {
        classes[i] = (unsigned char)(i * 31 % 4);
        labels[i] = cos((double)i);
    }
}

/* The same samples in their files and in memory. */
static void expect_same(DatasetOptions options)
{
    Dataset stay, read;
    options.stay = true;
    cr_assert(dataset_load(arena, diagnostics, &options, &stay), "%s", fixture_messages());
    options.stay = false;
    cr_assert(dataset_load(arena, diagnostics, &options, &read), "%s", fixture_messages());
    cr_assert(stay.rows && !stay.x && !stay.target && !read.rows);
    cr_assert_eq(stay.samples, ROWS);
    const Model plain = {.inputs = FEATURES};
    if (options.standardized) {
        cr_assert(dataset_standardize(arena, diagnostics, "x", &plain, (Standardize){.features = true}, &stay, NULL));
        cr_assert(dataset_standardize(arena, diagnostics, "x", &plain, (Standardize){.features = true}, &read, NULL));
        cr_expect_arr_eq(stay.scales.x.mean, read.scales.x.mean, FEATURES * sizeof(double));
        cr_expect_arr_eq(stay.scales.x.deviation, read.scales.x.deviation, FEATURES * sizeof(double));
    }
    const size_t starts[] = {0, 511, 700}, counts[] = {600, 2, 600}, numbers = options.outputs;
    for (size_t i = 0; i < 3; i++) {
        double *const own = ARENA_ARRAY(arena, 600 * FEATURES, double), *const target =
                                                                            ARENA_ARRAY(arena, 600 * numbers, double);
        rows_read(stay.rows, starts[i], counts[i], own, read.target ? target : NULL);
        cr_expect_arr_eq(own, read.x + starts[i] * FEATURES, counts[i] * FEATURES * sizeof *own);
        if (read.target)
            cr_expect_arr_eq(target, read.target + starts[i] * numbers, counts[i] * numbers * sizeof *own);
    }
    cr_expect_eq(rows_hash(arena, stay.rows), rows_hash(arena, rows_of(arena, &read)));
}

static DatasetOptions options_of(const char *source, const char *labelled, size_t outputs, bool is_class)
{
    return (DatasetOptions){.source = source,
                            .labels = labelled,
                            .labels_unused = !labelled,
                            .inputs = FEATURES,
                            .outputs = outputs,
                            .classes = is_class};
}

Test(rows, are_those_that_are_read)
{
    draw();
    const char *source = written("x.npy", "<f8", ROWS, FEATURES, x, 8),
               *idx = written("x.idx", NULL, ROWS, FEATURES, shades, 1);
    const char *real = written("r.npy", "<f8", ROWS, 1, labels, 8),
               *four = written("c.npy", "|u1", ROWS, 1, classes, 1);
    expect_same(options_of(source, NULL, 1, false));
    expect_same(options_of(source, real, 1, false));
    expect_same(options_of(source, four, 4, true));
    expect_same(options_of(idx, four, 4, true));
    DatasetOptions standardized = options_of(source, four, 4, true);
    standardized.standardized = true;
    expect_same(standardized);
    standardized.source = idx;
    expect_same(standardized);
}

Test(rows, hashes_see_every_number)
{
    draw();
    Dataset data = {.samples = ROWS, .features = FEATURES, .outputs = 1, .observations = 1, .x = x, .target = labels};
    const uint64_t whole = rows_hash(arena, rows_of(arena, &data));
    double *const changed[] = {&x[0], &x[ROWS * FEATURES - 1], &labels[ROWS - 1]};
    for (size_t i = 0; i < 3; i++) {
        const double was = *changed[i];
        *changed[i] = -was;
        cr_expect_neq(rows_hash(arena, rows_of(arena, &data)), whole);
        *changed[i] = was;
    }
    x[0] = -x[0];
    x[1] = -x[1];
    cr_expect_neq(rows_hash(arena, rows_of(arena, &data)), whole);
}

Test(rows, moments_lose_no_digits_to_what_all_values_share)
{
    double mean[FEATURES], variance[FEATURES], least[FEATURES], most[FEATURES];
    draw();
    Dataset data = {.samples = ROWS, .features = FEATURES, .outputs = 1, .observations = 1, .x = x};
    rows_moments(arena, rows_of(arena, &data), mean, variance, least, most);
    for (size_t j = 0; j < FEATURES; j++) {
        long double sum = 0, squares = 0;
        for (size_t i = j; i < ROWS * FEATURES; i += FEATURES)
            sum += x[i];
        for (size_t i = j; i < ROWS * FEATURES; i += FEATURES)
            squares += ((long double)x[i] - sum / ROWS) * ((long double)x[i] - sum / ROWS);
        cr_expect_float_eq(mean[j], (double)(sum / ROWS), 1e-9);
        cr_expect_float_eq(variance[j], (double)(squares / ROWS), 1e-12 * variance[j]);
        cr_expect(least[j] >= 1e6 - 1 - (double)j && least[j] < 1e6 && most[j] > 1e6 && most[j] <= 1e6 + 1 + (double)j);
    }
}

/* Others are read, and what is wrong with them is told as ever. */
Test(rows, stay_where_they_are_plain)
{
    draw();
    Dataset data;
    const char *source = written("x.npy", "<f8", ROWS, FEATURES, x, 8),
               *four = written("c.npy", "|u1", ROWS, 1, classes, 1);
    const char *fortran = written("F.npy", "<f8", ROWS, FEATURES, x, 8);
    const char *few = written("few.npy", "|u1", ROWS - 1, 1, classes, 1);
    x[ROWS * FEATURES - 1] = NAN;
    const char *missing = written("missing.npy", "<f8", ROWS, FEATURES, x, 8);
    DatasetOptions options = options_of(source, four, 4, true);
    cr_expect(rows_find(arena, &options, &data));
    options.weight = "w";
    cr_expect_not(rows_find(arena, &options, &data));
    const DatasetOptions others[] = {options_of(fortran, four, 4, true),   options_of(source, few, 4, true),
                                     options_of(missing, four, 4, true),   options_of(source, four, 3, true),
                                     options_of(source, source, 1, false), options_of("nowhere.npy", four, 4, true)};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_not(rows_find(arena, &others[i], &data), "%zu", i);
    cr_expect_eq(diagnostics_errors(diagnostics), 0);
    setenv(ROWS_STAY_VARIABLE, "100000", 1); /* bytes, of 1300 times 7 numbers */
    options = options_of(source, four, 4, true);
    cr_expect_not(rows_find(arena, &options, &data));
}

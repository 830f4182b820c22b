/* What people reported to projects that do the same jobs: tests/reports has a folder of each, with what they gave
 * (expect: what is right). A row here is a file of theirs that is trained on, or a refusal. */
#include "tests/unit/program.h"
#include "tests/unit/tensors.h"

#include <string.h>

TestSuite(reports, .init = fixture_open, .fini = fixture_close);

typedef struct {
    const char *folder, *spec, *data, *options;
    int samples;         /* that are trained on; 0: it is refused */
    const char *message; /* part of what is said; NULL: nothing of interest */
} Report;

static const Report rows[] = {
    {"04_headerless_text_label", "iris.lua", "irisdata.data", "", 0, "irisdata.data:1: a header with the names"},
    {"04_headerless_text_label", "iris.lua", "irisdata.data", "--label Iris-setosa", 0, "--no-header"},
    {"04_headerless_text_label", "iris.lua", "irisdata.data", "--no-header --label x5", 6, NULL},
    {"10_csv_unused_columns", "base.lua", "dup_unused.csv", "--features x1,x2", 2, NULL},
    {"10_csv_unused_columns", "base.lua", "pandas_index.csv", "", 2, NULL},
    {"10_csv_unused_columns", "base.lua", "r_rownames.csv", "", 2, NULL},
    {"10_csv_unused_columns", "base.lua", "trailing_comma.csv", "", 2, NULL},
    {"11_csv_separators", "base.lua", "semi.csv", "", 2, "separated by \";\", and the decimal mark is a comma"},
    {"11_csv_separators", "base.lua", "semi_dot.csv", "", 2, "separated by \";\"\n"},
    {"11_csv_separators", "base.lua", "sepline.csv", "", 2, "separated by \";\"\n"},
    {"11_csv_separators", "base.lua", "tabs.csv", "", 2, "separated by a tab\n"},
    {"12_csv_quote_then_blank", "base.lua", "quote_space.csv", "", 2, NULL},
    {"12_csv_quote_then_blank", "base.lua", "quote_space3.csv", "", 2, NULL},
    {"13_csv_missing_words", "base.lua", "na_slash.csv", "--drop-missing", 2, "1 rows with missing values left out"},
    {"13_csv_missing_words", "base.lua", "none.csv", "--drop-missing", 2, "1 rows with missing values left out"},
    {"13_csv_missing_words", "base.lua", "null.csv", "--drop-missing", 2, "1 rows with missing values left out"},
    {"16_csv_blank_lines", "base.lua", "blank_lines.csv", "", 2, NULL},
    {"17_gzip_zero_padding", "base.lua", "pad.csv.gz", "", 4, NULL},
    {"20_spec_bom", "bom.lua", "../16_csv_blank_lines/blank_lines.csv", "", 2, NULL},
    {"19_npy_structured_npz", "base.lua", "struct.npy", "--labels tests/reports/19_npy_structured_npz/y_i8.npy", 0,
     "structured elements"},
    {"19_npy_structured_npz", "base.lua", "xy.npz", "--labels tests/reports/19_npy_structured_npz/y_i8.npy", 0,
     "this is a zip archive of arrays (npz)"},
    {"19_npy_structured_npz", "base.lua", "xy.npz", "", 0, "this is a zip archive of arrays (npz)"},
    {"19_npy_structured_npz", "base.lua", "xy.npz:X", "--labels tests/reports/19_npy_structured_npz/xy.npz:y", 4, NULL},
    {"24_label_encodings", "base.lua", "pm1.csv", "", 2, "labels are -1 and 1: classes 0 to 1"},
    {"24_label_encodings", "base.lua", "mistyped.csv", "", 5,
     "label 7 is that of one sample alone, number 5 of 5: is it mistyped?"},
    {"24_label_encodings", "base3.lua", "one_based.csv", "", 3, "labels are 1 to 3: classes 0 to 2"},
    {"24_label_encodings", "base3.lua", "onehot.csv", "--label a,b,c", 3, NULL},
};

static void assert_report(const Report *row, size_t number)
{
    const char *run = fixture_path(text_print(arena, "run%zu", number));
    char *report;
    size_t size;
    Outcome done = costate("train tests/reports/%s/%s --data tests/reports/%s/%s %s --iterations 2 --out %s",
                           row->folder, row->spec, row->folder, row->data, row->options, run);
    const char *said = text_print(arena, "%s%s", done.out, done.err);
    cr_assert_eq(done.status, row->samples ? 0 : 1, "%s: %s", row->data, said);
    cr_assert(!row->message || strstr(said, row->message), "%s: %s", row->data, said);
    if (!row->samples)
        return;
    cr_assert(file_read(arena, diagnostics, path_join(arena, run, "report.json"), &report, &size));
    cr_assert(strstr(report, text_print(arena, "\"samples\": %d,", row->samples)), "%s: %s", row->data, report);
    fixture_remove(run);
}

Test(reports, are_mended)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_report(&rows[i], i);
}

/* A spec names arrays of an archive in its own folder, from wherever it is read; a run finds them again. */
Test(reports, a_spec_names_arrays_of_an_archive)
{
    const Content archive = content_of("tests/reports/19_npy_structured_npz/xy.npz");
    const char *form =
                   "return network { inputs = 2, layers = 2, method = 'euler', activation = 'tanh', loss = "
                   "'crossentropy', head = { outputs = 1, link = 'sigmoid' }, data = { 'xy.npz:X', labels = '%s' } }",
               *run = fixture_path("run"), *spec = fixture_text("s.lua", text_print(arena, form, "xy.npz:y"));
    fixture_file("xy.npz", archive.data, archive.size);
    Outcome done = costate("train %s --iterations 2 --out %s", spec, run);
    cr_assert_eq(done.status, 0, "%s", done.err);
    done = costate("evaluate %s", run);
    cr_assert(done.status == 0 && strstr(done.out, "training: 4 samples"), "%s%s", done.out, done.err);
    spec = fixture_text("t.lua", text_print(arena, form, "z.npz:y"));
    done = costate("train %s --out %s", spec, fixture_path("other"));
    cr_assert(done.status == 1 && strstr(done.err, "z.npz:y\": put it there, or add --labels FILE"), "%s", done.err);
}

/* ---- gradients ---- */

typedef struct {
    const char *spec, *options; /* in tests/reports */
    const char *tensor;
    size_t count;
    double entries[4];
} Slope;

static const Slope slopes[] = {
    {"06_pow_exponent_at_zero/z", "--data tests/reports/06_pow_exponent_at_zero/z.csv --label a,b", "s", 2, {0, 0}},
    {"07_masked_sqrt/root", "--data tests/reports/07_masked_sqrt/zn.csv --label a,b", "s", 4, {0, 0, 0, 0}},
    {"07_masked_sqrt/half", "--data tests/reports/07_masked_sqrt/zn.csv --label a,b", "s", 4, {0, 0, 0, 0}},
    {"09_check_sqrt_time/tfp4",
     "--data tests/reports/09_check_sqrt_time/tfp.csv --init tests/reports/09_check_sqrt_time/tfp.st",
     "p",
     4,
     {5.70843609e-05, 1.09044508e-04, 1.41216137e-04, 1.67228461e-04}},
};

Test(reports, gradients_are_right_where_branches_and_powers_end)
{
    for (size_t i = 0; i < sizeof slopes / sizeof *slopes; i++) {
        const Slope *row = &slopes[i];
        const char *path = fixture_path("gradient");
        costate_succeeds("gradient tests/reports/%s.lua %s -o %s", row->spec, row->options, path);
        const Safetensors *file = safetensors_read(arena, diagnostics, path);
        cr_assert_not_null(file, "%s", fixture_messages());
        const NamedTensor *tensor = find_tensor(file, row->tensor);
        for (size_t k = 0; k < row->count; k++)
            cr_expect_leq(fabs(tensor->values[k] - row->entries[k]), 5e-9 * fabs(row->entries[k]), "%s: %g", row->spec,
                          tensor->values[k]);
        remove(path);
    }
}

/* A time that begins at 0 as a component of the state, of which the field takes the root: nothing moves it. An input,
 * which moves, has no derivative there. */
Test(reports, a_check_says_what_has_no_derivative)
{
    Outcome done = costate_succeeds("check tests/reports/09_check_sqrt_time/tfp4.lua");
    cr_expect(!strstr(done.out, "left out") && !strstr(done.out, "nan"), "%s", done.out);
    fixture_text("zero.csv", "x,label\n0,1\n");
    done = costate_succeeds("check %s --data %s",
                            fixture_text("root.lua", "return network { inputs = 1, layers = 1, method = 'euler',\n"
                                                     "  controls = { p = scalar() }, loss = 'squared',\n"
                                                     "  field = function(y, u) return u.p * sqrt(y) end }\n"),
                            fixture_path("zero.csv"));
    cr_expect(strstr(done.out, "\ninvariant                -          -          left out: not finite: "
                               "the derivative of sqrt at 0\n"),
              "%s", done.out);
    cr_expect(strstr(done.out, "\ngradient                 ") && !strstr(done.out, "nan"), "%s", done.out);
}

/* ---- what is not finite ---- */

Test(reports, a_training_that_is_not_finite_names_its_batch)
{
    Outcome done = costate("train tests/reports/22_nan_exit_status/nanmid.lua --data "
                           "tests/reports/22_nan_exit_status/m.csv --out %s",
                           fixture_path("run"));
    cr_expect_eq(done.status, 1);
    cr_expect(strstr(done.err,
                     "nanmid.lua: the objective is not finite after 1 update of epoch 1 at a rate of 1000: that "
                     "of sample 1 (x1 = 0.1, x2 = 0.2) is not\n"),
              "%s", done.err);
    cr_expect_not(file_exists(fixture_path("run/model.safetensors")));
}

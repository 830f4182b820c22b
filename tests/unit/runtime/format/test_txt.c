#include "tests/unit/fixture.h"

#include "runtime/data/dataset.h"
#include "runtime/format/data_format.h"

TestSuite(txt, .init = fixture_open, .fini = fixture_close);

static const Table *read_text(const char *text)
{
    const Table *table = format_txt.read_table(arena, diagnostics, "a.txt", text, strlen(text), HEADER_FOUND);
    cr_assert_not_null(table, "%s", fixture_messages());
    return table;
}

/* The cells of a table as "a|b/c|d", rows apart by slashes. */
static const char *cells(const char *text)
{
    const Table *table = read_text(text);
    Text all = text_new(arena);
    for (size_t i = 0; i < table->columns; i++)
        text_format(&all, "%s%s", i ? "|" : "", table->names[i]);
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        text_add(&all, i % table->columns ? "|" : "/");
        text_append(&all, table->fields[i].text, table->fields[i].length);
    }
    return all.data;
}

Test(txt, reads_what_lies_between_blanks)
{
    cr_expect_str_eq(cells("1 2\n3 4\n"), "x1|x2/1|2/3|4");
    cr_expect_str_eq(cells("  1\t 2 \r\n\r\n3\v4"), "x1|x2/1|2/3|4");
    cr_expect_str_eq(cells("1 2 # the first\n# between\n3 4#\n# a footer\n"), "x1|x2/1|2/3|4");
    cr_expect_str_eq(cells("nan -inf\n1 red\n"), "x1|x2/nan|-inf/1|red");
    cr_expect_str_eq(cells("\xef\xbb\xbf# a\n1\n"), "a/1");
}

Test(txt, the_last_comment_before_data_may_name_the_columns)
{
    cr_expect_str_eq(cells("# made by hand\n# a b\n1 2\n"), "a|b/1|2");
    cr_expect_str_eq(cells("#a\tb\n\n1 2\n"), "a|b/1|2");
    cr_expect_str_eq(cells("# a b\n# made by hand, too\n1 2\n"), "x1|x2/1|2");
    cr_expect_str_eq(cells("# a b c\n1 2\n"), "x1|x2/1|2");
    cr_expect_str_eq(cells("# 5 5\n1 2\n"), "x1|x2/1|2", "a row that was commented out names nothing");
    cr_expect_str_eq(cells("1 2\n# a b\n3 4\n"), "x1|x2/1|2/3|4");
}

Test(txt, knows_where_a_field_begins)
{
    const Table *table = read_text("# a \xc3\xa9\n# x  y\n\n 1\t2\n\n# no row\n3   4 # 5\n");
    cr_expect_eq(table_place(table, 0, 1).line, 4);
    cr_expect_eq(table_place(table, 0, 1).column, 4);
    cr_expect_eq(table_place(table, 1, 1).line, 7);
    cr_expect_eq(table_place(table, 1, 1).column, 5);
    cr_expect_eq(table_header_place(table, 1).line, 2);
    cr_expect_eq(table_header_place(table, 1).column, 6);
    cr_expect_eq(table_header_line(read_text("1 2\n")).line, 0);
}

Test(txt, is_known_by_its_name_where_no_comma_says_that_it_is_a_csv)
{
    const char *row = "# a,b\n1 2\n", *csv = "a,b\n1,2\n";
    cr_expect_eq(data_format_of("a.txt", row, strlen(row)), &format_txt);
    cr_expect_eq(data_format_of("b.txt/a.dat.gz", row, strlen(row)), &format_txt);
    cr_expect_eq(data_format_of("a.txt", "", 0), &format_txt);
    cr_expect_eq(data_format_of("a.txt", csv, strlen(csv)), &format_csv);
    cr_expect_eq(data_format_of("a.csv", row, strlen(row)), &format_csv);
    cr_expect_eq(data_format_of("txt", row, strlen(row)), &format_csv);
    cr_expect_eq(data_format_of("a.txt", "\x93NUMPY\1", 7), &format_npy);
}

/* numpy.savetxt("a.txt", rows, header="made by numpy\nleft class right"), and the same file through gzip. */
static const char saved[] = "# made by numpy\n"
                            "# left class right\n"
                            "1.000000000000000056e-01 0.000000000000000000e+00 -2.500000000000000000e+00\n"
                            "nan 1.000000000000000000e+00 7.000000000000000000e+00\n"
                            "3.000000000000000000e+00 1.000000000000000000e+00 1.000000000000000000e-300\n";

static void assert_loaded(const char *path)
{
    Dataset data;
    DatasetOptions options = {.source = path,
                              .label = "class",
                              .features = "right,left",
                              .drop_missing = true,
                              .inputs = 2,
                              .outputs = 1,
                              .classes = true};
    cr_assert(dataset_load(arena, diagnostics, &options, &data), "%s", fixture_messages());
    const double x[] = {-2.5, 0.1, 1e-300, 3.0}, target[] = {0, 1};
    cr_assert_eq(data.samples, 2);
    cr_assert_eq(data.dropped, 1);
    cr_expect_arr_eq(data.x, x, sizeof x);
    cr_expect_arr_eq(data.target, target, sizeof target);
    cr_expect_str_eq(data.feature_names[0], "right");
}

Test(txt, reads_what_numpy_saves)
{
    const char *path = fixture_text("a.txt", saved);
    assert_loaded(path);
    cr_assert_eq(system(text_print(arena, "gzip -k %s", path)), 0);
    assert_loaded(text_print(arena, "%s.gz", path));
}

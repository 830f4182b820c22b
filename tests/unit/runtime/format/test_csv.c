#include "tests/unit/fixture.h"

#include "runtime/format/data_format.h"

#include <time.h>

TestSuite(csv, .init = fixture_open, .fini = fixture_close);

static const Table *read_bytes(const char *text, size_t size)
{
    return format_csv.read_table(arena, diagnostics, "a.csv", text, size, HEADER_FOUND);
}

/* The cells of a table as "a|b/c|d", rows apart by slashes. */
static const char *cells(const char *text)
{
    const Table *table = read_bytes(text, strlen(text));
    cr_assert_not_null(table, "%s", fixture_messages());
    Text all = text_new(arena);
    for (size_t i = 0; i < table->columns; i++)
        text_format(&all, "%s%s", i ? "|" : "", table->names[i]);
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        text_add(&all, i % table->columns ? "|" : "/");
        text_append(&all, table->fields[i].text, table->fields[i].length);
    }
    return all.data;
}

static void assert_refused(const char *text, const char *message)
{
    diagnostics = diagnostics_new(arena);
    cr_assert_null(read_bytes(text, strlen(text)), "%s", text);
    cr_assert_str_eq(fixture_messages(), text_print(arena, "a.csv:%s\n", message));
}

Test(csv, reads_rows)
{
    cr_assert_str_eq(cells("a,b\n1,2\n3,4\n"), "a|b/1|2/3|4");
    cr_assert_str_eq(cells("a,b\n1,2\n3,4"), "a|b/1|2/3|4");
    cr_assert_str_eq(cells("a,b\r\n1,2\r\n3,4\r\n"), "a|b/1|2/3|4");
    cr_assert_str_eq(cells("\xef\xbb\xbf"
                           "a,b\n1,2"),
                     "a|b/1|2");
    cr_assert_str_eq(cells("a,b\n1,2\n\n\r\n  \n"), "a|b/1|2");
    cr_assert_str_eq(cells("a,b\n"), "a|b");
    cr_assert_str_eq(cells("a,b\n,\n1,\n"), "a|b/|/1|");
    cr_assert_str_eq(cells("a\n1\n\n3\n"), "a/1/3");
    cr_assert_str_eq(cells(" a , b\n\t1 ,2 x \n"), "a|b/1|2 x");
}

Test(csv, reads_quoted_fields)
{
    cr_assert_str_eq(cells("\"a,1\",b\n\"x\ny\",\"say \"\"hi\"\"\"\n"), "a,1|b/x\ny|say \"hi\"");
    cr_assert_str_eq(cells("a,b\n\"\",\"\"\"\"\n"), "a|b/|\"");
    cr_assert_str_eq(cells("a,b\r\n\"1\r\n2\",\" 3 \"\r\n"), "a|b/1\r\n2| 3 ");
}

Test(csv, finds_columns)
{
    const Table *table = read_bytes("a,b\n", 4);
    cr_assert_eq(table_column(table, "b"), 1);
    cr_assert_eq(table_column(table, "c"), 2);
}

Test(csv, knows_where_a_field_begins)
{
    const char *text = "a,b,c\n\"x\ny\", 2,\"\xc3\xa9\"\"\"\n\xc3\xa9\xe2\x82\xac,,3\n";
    const Table *table = read_bytes(text, strlen(text));
    const struct {
        size_t row, column;
        int line, position;
    } expected[] = {{0, 0, 2, 1}, {0, 1, 3, 5}, {0, 2, 3, 7}, {1, 0, 4, 1}, {1, 1, 4, 4}, {1, 2, 4, 5}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        Place place = table_place(table, expected[i].row, expected[i].column);
        cr_assert_eq(place.line, expected[i].line);
        cr_assert_eq(place.column, expected[i].position);
    }
    cr_assert_eq(table_header_place(table, 2).column, 5);
}

#define NO_HEADER(columns)                                                                                             \
    "a header with the names of the columns is expected, but this line is like the others: --no-header names them x1 " \
    "to x" columns ", --header takes it for one"

/* What separates, each told apart by the first line; a column may have no name, or that of another. */
Test(csv, finds_separators)
{
    cr_assert_str_eq(cells("a;b\n1;2\n"), "a|b/1|2");
    cr_assert_str_eq(cells("a;b\n0,5;-1,25e3\n"), "a|b/0.5|-1.25e3");
    cr_assert_str_eq(cells("a\tb c\n1\t 2\n"), "a|b c/1|2");
    cr_assert_str_eq(cells("sep=;\na;b,c\n1;2\n"), "a|b,c/1|2");
    cr_assert_str_eq(cells("sep=|\r\na|b\n"), "a|b");
    cr_assert_str_eq(cells("a,b;c\n1,2\n"), "a|b;c/1|2");
    cr_assert_str_eq(cells("\"a;b\",c\n1,2\n"), "a;b|c/1|2");
    cr_assert_str_eq(cells("a,,a\n1,2,3\n"), "a||a/1|2|3");
    cr_assert_str_eq(cells("a,b\n\n1,\"2\" \n \n3,4\n"), "a|b/1|2/3|4");
}

/* Words over numbers are names, and so are the numbers of columns. */
Test(csv, finds_headers)
{
    cr_assert_str_eq(cells("2019,b\n1,2\n"), "2019|b/1|2");
    cr_assert_str_eq(cells("0,1\n5,6\n"), "0|1/5|6");
    cr_assert_str_eq(cells("1,2\n5,6\n"), "1|2/5|6");
}

Test(csv, refuses_a_header_that_names_nothing)
{
    assert_refused("", " the file is empty; a header is expected");
    assert_refused("\n\n", " the file is empty; a header is expected");
    assert_refused("0.5,1,-2e3\n0,1,2\n", "1: " NO_HEADER("3") "\n    1 | 0.5,1,-2e3");
    assert_refused("0.5,1,u\n2,3,u\n", "1: " NO_HEADER("3") "\n    1 | 0.5,1,u");
    assert_refused("\n5,3\n7,3\n", "2: " NO_HEADER("2") "\n    2 | 5,3");
}

Test(csv, refuses_ragged_rows)
{
    assert_refused("a,b\n1,2\n3\n", "3: the row has 1 field, but the header has 2\n    3 | 3");
    assert_refused("a,b\n1,2,3\n", "2: the row has 3 fields, but the header has 2\n    2 | 1,2,3");
    assert_refused("a;b\n1,5;2.5\n", "2:5: some numbers have a decimal comma, and some a point\n    2 | 1,5;2.5");
    assert_refused("a,b\n\"1\n2\",3\n4\n", "4: the row has 1 field, but the header has 2\n    4 | 4");
}

Test(csv, refuses_misplaced_quotes)
{
    assert_refused("a,b\n1,\"2\n3,4\n", "2:3: a quote that is not closed\n    2 | 1,\"2");
    assert_refused("a,b\n1,2\"3\n", "2:4: a quote inside a field that does not begin with one\n    2 | 1,2\"3");
    assert_refused("a,b\n\"1\"x,2\n", "2:4: something follows the closing quote of a field\n    2 | \"1\"x,2");
    assert_refused("a,b\r1,2\r", "1:4: a carriage return that no newline follows: lines end in \\n or \\r\\n\n    1 | a,b");
}

Test(csv, refuses_what_is_no_text)
{
    assert_refused("a,b\n\xc3\xa9,\xe9\n", "2:3: a byte that is not UTF-8 text");
    diagnostics = diagnostics_new(arena);
    cr_assert_null(read_bytes("a,b\n1\0,2\n", 9));
    cr_assert_str_eq(fixture_messages(), "a.csv:2:2: a NUL byte, which no text has\n");
}

Test(csv, reads_the_penguins)
{
    const char *path = "tests/data/penguins.csv";
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, path, &data, &size));
    const Table *table = format_csv.read_table(arena, diagnostics, path, data, size, HEADER_FOUND);
    cr_assert_not_null(table, "%s", fixture_messages());
    cr_assert_eq(table->rows, 344);
    cr_assert_eq(table->columns, 7);
}

Test(csv, reads_a_million_rows)
{
    Text text = text_new(arena);
    text_add(&text, "x1,x2,label\n");
    for (int i = 0; i < 1000000; i++)
        text_add(&text, "0.5505966089355834,-0.03469777067366843,1\n");
    clock_t start = clock();
    const Table *table = read_bytes(text.data, text.length);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    cr_assert_eq(table->rows, 1000000);
    cr_assert_lt(seconds, 5.0, "it took %g s", seconds);
    cr_log_info("a million rows took %g s", seconds);
}

#include "tests/unit/fixture.h"

TestSuite(diagnostics, .init = fixture_open, .fini = fixture_close);

Test(diagnostics, a_place_has_as_many_parts_as_are_known)
{
    diagnostics_source(diagnostics, "a.lua", "first\n  second\r\nthird");
    cr_assert_not(diagnostics_error(diagnostics, (Place){"a.lua", 2, 3}, "bad %s", "word"));
    diagnostics_error(diagnostics, (Place){"a.lua", 2, 0}, "bad line");
    diagnostics_error(diagnostics, (Place){"a.lua", 0, 0}, "bad file");
    diagnostics_error(diagnostics, (Place){"b.lua", 7, 0}, "no source");
    diagnostics_error(diagnostics, (Place){0}, "nowhere");
    Text text = text_new(arena);
    diagnostics_print(diagnostics, &text);
    /* errors of one file come by line */
    cr_assert_not_null(strstr(text.data, "a.lua:2:3: bad word\n    2 |   second\n"), "%s", text.data);
    cr_assert_not_null(strstr(text.data, "a.lua:2: bad line\n    2 |   second\n"), "%s", text.data);
    cr_assert_not_null(strstr(text.data, "a.lua: bad file\n"), "%s", text.data);
    cr_assert_not_null(strstr(text.data, "b.lua:7: no source\n"), "%s", text.data);
    cr_assert_not_null(strstr(text.data, "nowhere\n"), "%s", text.data);
    cr_assert_eq(diagnostics_errors(diagnostics), 5);
}

/* Who records an error may have named the file in memory that goes before the messages are read. */
Test(diagnostics, names_of_files_are_kept)
{
    char path[] = "a.lua";
    diagnostics_error(diagnostics, (Place){path, 1, 0}, "bad");
    diagnostics_warning(diagnostics, (Place){path, 2, 0}, "odd");
    memset(path, 'x', sizeof path - 1);
    cr_assert_str_eq(fixture_messages(), "a.lua:1: bad\na.lua:2: warning: odd\n");
}

Test(diagnostics, warnings_are_no_errors)
{
    diagnostics_warning(diagnostics, (Place){"a.csv", 3, 0}, "%d rows dropped", 4);
    cr_assert_eq(diagnostics_errors(diagnostics), 0);
    cr_assert_str_eq(fixture_messages(), "a.csv:3: warning: 4 rows dropped\n");
}

Test(diagnostics, the_line_is_shown_where_there_is_one)
{
    diagnostics_source(diagnostics, "a.lua", "one\ntwo\n");
    diagnostics_error(diagnostics, (Place){"a.lua", 3, 0}, "behind the end");
    diagnostics_error(diagnostics, (Place){"a.lua", 99, 0}, "far behind the end");
    cr_assert_str_eq(fixture_messages(), "a.lua:3: behind the end\na.lua:99: far behind the end\n");
}

/* A spec need not be trusted: no terminal obeys what stands in its lines. */
Test(diagnostics, what_a_terminal_would_obey_is_not_shown)
{
    diagnostics_source(diagnostics, "a.lua", "\tname = '\x1b[31mred\a'\r\n");
    diagnostics_error(diagnostics, (Place){"a.lua", 1, 0}, "bad");
    cr_assert_str_eq(fixture_messages(), "a.lua:1: bad\n    1 | \tname = '?[31mred?'\n");
}

Test(diagnostics, lines_of_a_concealed_file_are_not_shown)
{
    diagnostics_conceal(diagnostics, "a.csv");
    diagnostics_source(diagnostics, "a.csv", "secret\n");
    diagnostics_source(diagnostics, "b.csv", "known\n");
    diagnostics_error(diagnostics, (Place){"a.csv", 1, 0}, "bad");
    diagnostics_error(diagnostics, (Place){"b.csv", 1, 0}, "bad");
    cr_assert_str_eq(fixture_messages(), "a.csv:1: bad\nb.csv:1: bad\n    1 | known\n");
}

Test(diagnostics, long_lines_and_messages_are_cut)
{
    char *line = ARENA_ARRAY(arena, 5001, char);
    memset(line, 'x', 5000);
    diagnostics_source(diagnostics, "a.lua", line);
    diagnostics_error(diagnostics, (Place){"a.lua", 1, 0}, "%s", line);
    cr_assert_lt(strlen(fixture_messages()), 1300);
}

Test(diagnostics, a_message_is_one_line)
{
    diagnostics_error(diagnostics, (Place){"a.lua", 1, 0}, "name = \"%s\"", "a\n\x1b[31mb");
    cr_assert_str_eq(fixture_messages(), "a.lua:1: name = \"a??[31mb\"\n");
}

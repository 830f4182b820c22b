/* First contact: new, the man page, completion, and what make install puts where. */
#include "tests/unit/shell.h"

TestSuite(install, .init = fixture_open, .timeout = 60);

Test(install, new_spec_trains_and_is_not_overwritten)
{
    const char *path = fixture_path("moons.lua");
    cr_assert_eq(run(text_print(arena, "new moons -o %s", path)), 0, "%s", output());
    cr_expect_eq(run(text_print(arena, "check %s", path)), 0, "%s", output());
    cr_expect_eq(run(text_print(arena, "new moons -o %s", path)), 1);
    cr_expect_not_null(strstr(output(), "this file exists already"));
    cr_expect_eq(run("new 2moons"), 2);
    cr_expect_eq(run("new a-b"), 2);
    cr_expect_eq(run("new while"), 2);
    cr_expect_eq(run("new math"), 2);
    fixture_close();
}

/* The commands that the help lists, by lines of two blanks and a name. */
Test(install, man_page_and_help_list_the_same_commands)
{
    char *page, name[16];
    size_t size, commands = 0;
    cr_assert(file_read(arena, diagnostics, "runtime/command/costate.1", &page, &size));
    cr_assert_eq(run("--help"), 0);
    for (const char *line = output(); (line = strstr(line, "\n  ")); line++) {
        if (sscanf(line, "\n  %15[a-z]", name) != 1 || !strcmp(name, "costate"))
            continue;
        cr_expect(strstr(page, text_print(arena, "\n.BI %s ", name)) ||
                      strstr(page, text_print(arena, "\n.B %s\n", name)),
                  "%s", name);
        commands++;
    }
    cr_expect_geq(commands, 11);
    fixture_close();
}

Test(install, completion)
{
    const char *program = getenv("COSTATE");
    const char *script = text_print(arena,
                                    ". runtime/command/costate.bash; COMP_WORDS=(%s \"$@\"); COMP_CWORD=$#; _costate; "
                                    "echo ${COMPREPLY[*]}",
                                    program ? program : "out/bin/costate");
    static const struct {
        const char *words, *reply;
    } cases[] = {{"tra", "train\n"},
                 {"train --it", "--iterations\n"},
                 {"plot --only fl", "flow\n"},
                 {"check specs/spi", "specs/spiral.lua\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        system(text_print(arena, "bash -c '%s' bash %s > %s/output", script, cases[i].words, folder));
        cr_expect_str_eq(content_of(fixture_path("output")).data, cases[i].reply);
    }
    fixture_close();
}

#if !defined(__SANITIZE_ADDRESS__) /* what make install would install is not what was built */
/* Of the installed library nothing but the API can be seen, and all of that: what costate.h declares. */
static void expect_symbols(void)
{
    char *header, name[32];
    size_t size, functions = 0;
    const char *list =
        text_print(arena, "nm -g --defined-only -f posix %s/root/opt/lib/libcostate.a >%s/output", folder, folder);
    cr_assert_eq(system(list), 0);
    const char *symbols = content_of(fixture_path("output")).data;
    cr_assert(file_read(arena, diagnostics, fixture_path("root/opt/include/costate.h"), &header, &size));
    for (const char *line = symbols; (line = strchr(line, '\n')) && *++line; functions++) {
        cr_assert_eq(sscanf(line, "costate_%31[a-z_]", name), 1, "%s", line);
        cr_expect_not_null(strstr(header, text_print(arena, "costate_%s(", name)), "%s", name);
    }
    cr_expect_eq(functions, 21);
}

Test(install, what_make_install_puts_where)
{
    const char *make = text_print(arena, "make -s DESTDIR=%s/root PREFIX=/opt", folder);
    cr_assert_eq(system(text_print(arena, "MAKEFLAGS= %s install", make)), 0);
    cr_expect_eq(system(text_print(arena, "cd %s && root/opt/bin/costate tableau kutta4 >output 2>&1", folder)), 0);
    cr_expect_not_null(strstr(content_of(fixture_path("output")).data, "kutta4"));
    expect_symbols();
    cr_expect_eq(
        system(text_print(arena, "MAKEFLAGS= %s uninstall && test -z \"$(find %s/root -type f)\"", make, folder)), 0);
    cr_expect_eq(system(text_print(arena, "rm -r %s/root", folder)), 0);
    fixture_close();
}
#endif

#include "tests/unit/specs.h"

#include "gen/emit/flag.h"
#include "gen/emit/pack.h"
#include "gen/emit/template.h"
#include "gen/emit/wrap.h"

#include <signal.h>

TestSuite(template, .init = fixture_open, .fini = fixture_close);

Test(template, sections_and_what_they_need)
{
    Sections sections = template_sections(arena, "elementary.h");
    const Section *tanh = template_find(&sections, "vec_tanh");
    cr_assert_not_null(tanh);
    cr_assert_not_null(strstr(tanh->needs, "expm1"));
    cr_assert_not_null(strstr(tanh->text, "costate_vec_tanh("));
    cr_assert_null(strstr(tanh->text, "/*@"));
    cr_assert_null(template_find(&sections, "vec_none"));
}

/* Only a mistake in the program can ask for what no template has: it stops, whatever the emitted text is for. */
Test(template, a_flag_that_is_none_stops_the_program, .signal = SIGABRT)
{
    const Program *program = program_of("return network { inputs = 1, width = 1, layers = 1, method = 'euler',"
                                        " activation = 'tanh', head = { outputs = 1, link = 'identity' },"
                                        " loss = 'squared' }");
    flag_holds(program->blueprint, "LIPSCHIZ");
}

Test(template, a_template_that_is_none_stops_the_program, .signal = SIGABRT)
{
    template_text("none.h");
}

Test(template, a_section_that_is_none_stops_the_program, .signal = SIGABRT)
{
    template_section(arena, "solver.h", "opnening");
}

static bool is_among(const Section *section, const char *name, size_t length)
{
    return strlen(section->name) == length && strncmp(section->name, name, length) == 0;
}

/* Every name in a list of needs is a section of some file. */
Test(template, every_need_can_be_met)
{
    static const char *const files[] = {"real.h",  "vector.h",  "elementary.h", "kernels.c", "driver.c", "local.c",
                                        "table.c", "trainer.h", "search.c",     "adam.c",    "lbfgs.c"};
    enum { FILES = sizeof files / sizeof *files };
    for (size_t f = 0; f < FILES; f++) {
        Sections sections = template_sections(arena, files[f]);
        cr_assert_gt(sections.count, 0, "%s", files[f]);
        for (size_t s = 0; s < sections.count; s++)
            for (const char *at = sections.sections[s].needs; *(at += strspn(at, " ")); at += strcspn(at, " ")) {
                bool met = false;
                for (size_t g = 0; g < FILES; g++) {
                    Sections others = template_sections(arena, files[g]);
                    for (size_t k = 0; k < others.count; k++)
                        met = met || is_among(&others.sections[k], at, strcspn(at, " "));
                }
                cr_assert(met, "%s: %s needs %s", files[f], sections.sections[s].name, at);
            }
    }
}

/* With stand-ins before their first sections, and markers that are comments. */
Test(template, each_compiles_alone)
{
    cr_expect_eq(system("for f in templates/*.c; do cc -std=c99 -fsyntax-only -Itemplates $f || exit 1; done"), 0);
}

/* For template_choose: collects what it asks for. */
static bool is_known(const void *context, const char *flag)
{
    cr_expect(flag_exists(flag), "%s: no flag %s", (const char *)context, flag);
    return true;
}

/* Text before the first section is not emitted, and a file without sections is emitted as a whole. */
Test(template, every_choice_is_by_a_flag)
{
    size_t count = 0;
    for (const Template *file = templates; file->name[0]; file++) {
        const Sections sections = template_sections(arena, file->name);
        for (size_t s = 0; s < sections.count; s++)
            template_choose(arena, sections.sections[s].text, is_known, file->name);
        if (!sections.count)
            template_choose(arena, file->text, is_known, file->name);
        count += sections.count;
    }
    cr_assert_gt(count, 100);
    cr_assert_not(flag_exists("LIPSCHIZ"));
}

/* A choice by a macro that a file itself defines is the compiler's; "#if defined(" would be decided before. */
Test(template, choices_are_by_flags_and_not_by_what_a_file_defines)
{
    static const char choice[] = "\n#if defined(", *const files[] = {"real.h", "vector.h", "elementary.h", "kernels.c"};
    for (size_t f = 0; f < 4; f++) {
        const char *text = template_text(files[f]);
        for (const char *at = text; (at = strstr(at, choice)); at++) {
            const char *name = at + sizeof choice - 1;
            const char *macro = arena_string(arena, name, strcspn(name, ")\n"));
            for (const char *end = " (\n"; *end; end++)
                cr_assert_null(strstr(text, text_print(arena, "#define %s%c", macro, *end)), "%s: %s", files[f], macro);
        }
    }
}

static bool is_flag(const void *context, const char *flag)
{
    return strcmp(context, flag) == 0;
}

Test(template, lines_under_a_condition)
{
    const char *text = "a\n    /*? one */\nb\n/*? two */\nc\n/*? end */\nd\n";
    cr_assert_str_eq(template_choose(arena, text, is_flag, "one"), "a\nb\nd\n");
    cr_assert_str_eq(template_choose(arena, text, is_flag, "two"), "a\nc\nd\n");
    cr_assert_str_eq(template_choose(arena, text, is_flag, "none"), "a\nd\n");
}

Test(template, choices_of_the_preprocessor)
{
    const char *text = "a\n#if defined(COSTATE_X)\nb\n#if defined(Y)\nc\n#endif\n#else\nd\n#if Z\ne\n#else\nf\n#endif\n"
                       "#endif\n#if defined(COSTATE_XX)\ng\n#endif\nh\n#if defined(COSTATE_X)\ni\n#endif\n";
    cr_assert_str_eq(template_choose(arena, text, is_flag, "X"), "a\nb\n#if defined(Y)\nc\n#endif\nh\ni\n");
    cr_assert_str_eq(template_choose(arena, text, is_flag, "XX"), "a\nd\n#if Z\ne\n#else\nf\n#endif\ng\nh\n");
    const char *own =
        "#if defined(__AVX__)\na\n#if defined(COSTATE_X)\nb\n#endif\n#elif defined(COSTATE_X)\nc\n#endif\n";
    cr_assert_str_eq(template_choose(arena, own, is_flag, ""),
                     "#if defined(__AVX__)\na\n#elif defined(COSTATE_X)\nc\n#endif\n");
}

Test(template, renaming)
{
    cr_assert_str_eq(template_rename(arena, "costate_x(COSTATE_Y, acostate_z, costate) /* costate_w */", "a_b"),
                     "a_b_x(A_B_Y, acostate_z, costate) /* a_b_w */");
}

Test(template, renaming_keeps_alignment)
{
    cr_assert_str_eq(template_rename(arena, "int costate_f(int a,\n              int b);\n", "x"),
                     "int x_f(int a,\n        int b);\n");
    cr_assert_str_eq(
        template_rename(arena, "    costate_f(costate_g(a,\n                        b),\n              c);\n",
                        "longer_name"),
        "    longer_name_f(longer_name_g(a,\n                                b),\n                  c);\n");
}

/* ---- wrap ---- */

static void assert_wrapped(const char *text, const char *expected)
{
    cr_assert_str_eq(wrap_lines(arena, text, 24), expected);
    cr_assert_str_eq(wrap_lines(arena, expected, 24), expected, "wrapped twice");
}

Test(template, short_lines_stay)
{
    assert_wrapped("int f(int a,\n      int b);\n\n#define LONG_NAME (1 + 2 + 3 + 4)\n",
                   "int f(int a,\n      int b);\n\n#define LONG_NAME (1 + 2 + 3 + 4)\n");
}

Test(template, arguments_go_on_below_the_first)
{
    assert_wrapped("int f(int first, int second, int third);\n",
                   "int f(int first,\n      int second,\n      int third);\n");
    assert_wrapped("int f(int first, int second,\n      int third);\n",
                   "int f(int first,\n      int second,\n      int third);\n");
    assert_wrapped("    call(one, g(two, three), four);\n",
                   "    call(one,\n         g(two, three),\n         four);\n");
}

Test(template, sums_are_broken_where_no_comma_is)
{
    assert_wrapped("    sum = one * two + three * four;\n", "    sum = one * two +\n        three * four;\n");
    assert_wrapped("    put(one * two + three * four);\n", "    put(one * two +\n        three * four);\n");
    assert_wrapped("    put(one + two * three);\n", "    put(one +\n        two * three);\n");
}

Test(template, comments_are_filled_anew)
{
    assert_wrapped("/* one two three four five six */\nint x;\n", "/* one two three four\n * five six */\nint x;\n");
    assert_wrapped("/* one two three four five\n * six */\n", "/* one two three four\n * five six */\n");
    assert_wrapped("/* facts\n *\n * a table that keeps its long lines */\n",
                   "/* facts\n *\n * a table that keeps its long lines */\n");
}

Test(template, what_cannot_be_broken_stays)
{
    assert_wrapped("    a_name_that_is_longer_than_a_line;\n", "    a_name_that_is_longer_than_a_line;\n");
    assert_wrapped("    a = \"one, two, three\"; /* four (five, six */\n",
                   "    a = \"one, two, three\"; /* four (five, six */\n");
}

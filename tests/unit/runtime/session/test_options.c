#include "runtime/session/options.h"

#include <signal.h>

#include "gen/base/text.h"

#include <criterion/criterion.h>
#include <string.h>

static Arena *arena;
static const char *problem;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(options, .init = setup, .fini = teardown);

static const Option known[] = {{"--data", "FILE", "where samples are"},
                               {"--iterations", "N", "how many"},
                               {"-o", "FILE", "where the result goes"},
                               {"--force", NULL, "replace what is there"},
                               {NULL, NULL, NULL}};
static const Command command = {.name = "run",
                                .argument = "SPEC",
                                .summary = "Run it.",
                                .details = "More about it.\n",
                                .example = "costate run a.lua",
                                .options = known};

/* The words of line, parsed. */
static const Options *parse(const char *line)
{
    char *words[16], *copy = arena_string(arena, line, strlen(line));
    size_t count = 0;
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        words[count++] = word;
    return options_parse(arena, &command, count, words, &problem);
}

static void expect_options(const char *line)
{
    const Options *options = parse(line);
    cr_assert_not_null(options, "%s: %s", line, problem);
    cr_expect_null(problem);
    cr_expect_str_eq(options->argument, "a.lua");
    cr_expect_str_eq(options_get(options, "--data"), "x.csv");
    cr_expect_str_eq(options_get(options, "-o"), "y");
    cr_expect_null(options_get(options, "--iterations"));
    cr_expect_not(options->help);
}

Test(options, in_any_order_and_form)
{
    expect_options("a.lua --data x.csv -o y");
    expect_options("--data x.csv a.lua -o y");
    expect_options("-o=y --data=x.csv a.lua");
    cr_expect_str_eq(options_get(parse("a.lua --force"), "--force"), "");
    cr_expect_null(options_get(parse("a.lua"), "--force"));
    cr_expect_str_eq(options_get(parse("a.lua --data=a=b"), "--data"), "a=b");
    cr_expect_str_eq(parse("-")->argument, "-");
}

/* A name that no table has is a mistake in the program, not an option that was not given. */
Test(options, that_a_command_does_not_have_are_not_asked_for, .signal = SIGABRT)
{
    cr_expect(options_known(&command, "--data") && !options_known(&command, "--dat"));
    options_get(parse("a.lua"), "--dat");
}

static void expect_problem(const char *line, const char *wanted)
{
    cr_expect_null(parse(line), "%s", line);
    cr_expect_str_eq(problem, wanted);
}

Test(options, what_is_wrong_is_named)
{
    expect_problem("", "SPEC is missing");
    expect_problem("--force", "SPEC is missing");
    expect_problem("a.lua b.lua", "unexpected argument b.lua");
    expect_problem("a.lua --dta x", "unknown option --dta; did you mean --data?");
    expect_problem("a.lua --dta=x", "unknown option --dta; did you mean --data?");
    expect_problem("a.lua --iter 3", "unknown option --iter; did you mean --iterations?");
    expect_problem("a.lua --output x", "unknown option --output; did you mean -o?");
    expect_problem("a.lua --nothing-like-it", "unknown option --nothing-like-it");
    expect_problem("a.lua --data", "--data needs a value: --data FILE");
    expect_problem("a.lua --data=", "--data needs a value: --data FILE");
    expect_problem("a.lua --force=yes", "--force takes no value");
    expect_problem("a.lua --data x --data y", "--data is given twice");
}

Test(options, help_needs_nothing_else)
{
    cr_expect(parse("--help")->help);
    cr_expect(parse("-h")->help);
    cr_expect(parse("a.lua --data x --help")->help);
}

static bool count_of(const char *line, uint64_t *value)
{
    problem = NULL;
    return options_count(arena, parse(line), "--iterations", value, &problem);
}

Test(options, whole_numbers)
{
    uint64_t value = 7;
    cr_expect(count_of("a.lua", &value));
    cr_expect_eq(value, 7);
    cr_expect(count_of("a.lua --iterations 0", &value));
    cr_expect_eq(value, 0);
    cr_expect(count_of("a.lua --iterations 999999999999999", &value));
    cr_expect_eq(value, 999999999999999u);
}

Test(options, other_numbers_are_refused)
{
    static const char *const bad[] = {"-1", "1.5", "ten", "1e9x", "inf", "9999999999999999999"};
    uint64_t value = 7;
    for (int i = 0; i < 6; i++) {
        cr_expect_not(count_of(text_print(arena, "a.lua --iterations=%s", bad[i]), &value));
        cr_expect_str_eq(problem, text_print(arena, "--iterations takes a whole number from 0 on, not %s", bad[i]));
        cr_expect_eq(value, 7);
    }
}

static bool choice_of(const char *line, size_t *index)
{
    static const char *const names[] = {"one", "two", "three"};
    return options_choice(arena, parse(line), "-o", names, 3, index, &problem);
}

Test(options, choices)
{
    size_t index = 7;
    cr_expect(choice_of("a.lua", &index));
    cr_expect_eq(index, 7);
    cr_expect(choice_of("a.lua -o three", &index));
    cr_expect_eq(index, 2);
    cr_expect(choice_of("a.lua -o=one", &index));
    cr_expect_eq(index, 0);
}

static void expect_no_choice(const char *line, const char *message)
{
    size_t index = 7;
    cr_expect_not(choice_of(line, &index));
    cr_expect_str_eq(problem, message);
    cr_expect_eq(index, 7);
}

Test(options, other_choices_are_refused)
{
    expect_no_choice("a.lua -o four", "-o takes one, two or three, not four");
    expect_no_choice("a.lua -o thre", "-o takes one, two or three, not thre; did you mean three?");
    expect_no_choice("a.lua -o one,two", "-o takes one, two or three, not one,two");
}

static Text shown;

static void show(const char *text)
{
    text_add(&shown, text);
}

Test(options, help)
{
    shown = text_new(arena);
    options_help(&command, show);
    cr_expect_str_eq(shown.data, "usage: costate run SPEC [options]\n"
                                 "\n"
                                 "Run it.\n"
                                 "\n"
                                 "More about it.\n"
                                 "\n"
                                 "  --data FILE             where samples are\n"
                                 "  --iterations N          how many\n"
                                 "  -o FILE                 where the result goes\n"
                                 "  --force                 replace what is there\n"
                                 "\n"
                                 "example:\n"
                                 "  costate run a.lua\n");
}

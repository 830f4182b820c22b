/* What people paste: every block of commands in the README, and the example of every command's help, as they stand, in
 * a folder that looks like the source tree. */
#include "tests/unit/program.h"

TestSuite(pasted, .init = fixture_open, .fini = program_close, .timeout = 120);

/* Blocks and examples that are not pasted here, by their beginning. */
static const struct {
    const char *start, *reason;
} left_out[] = {
    {"make demo", "it installs packages and is the demonstration itself"},
    {"costate paper", "paper/whole_page runs it"},
};

static bool is_left_out(const char *text)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (strncmp(text, left_out[i].start, strlen(left_out[i].start)) == 0)
            return true;
    return false;
}

static void link_to(const char *path, const char *name)
{
    cr_assert_eq(symlink(absolute_path(path), fixture_path(name)), 0);
}

/* The source tree by links, with an out/ of its own that has what is built. */
static void open_tree(void)
{
    static const char *const parts[] = {"Makefile", "gen", "runtime", "templates", "specs", "tests", "out/build"};
    size_t made;
    cr_assert(folder_create(diagnostics, fixture_path("out/bin"), &made));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        link_to(parts[i], parts[i]);
    cr_assert_eq(symlink(program_path(), fixture_path("out/bin/costate")), 0);
}

/* Pastes text into a shell in that folder, which stops at the first command that fails. */
static void paste(const char *text)
{
    const char *script = fixture_text("pasted.sh", text), *path = getenv("PATH");
    const char *command = text_print(arena,
                                     "cd %s && MAKEFLAGS= PATH=\"%s/out/bin:%s\" timeout 60 bash -e -o pipefail "
                                     "pasted.sh >output 2>&1 </dev/null",
                                     folder, folder, path);
    cr_expect_eq(system(command), 0, "%s\n%s", content_of(script).data, content_of(fixture_path("output")).data);
}

/* ---- the README ---- */

#if !defined(__SANITIZE_ADDRESS__) /* what make install would install is not what was built */
/* The data under the names that they have where they come from; false where they are not at hand. */
static bool link_data(void)
{
    static const char *const names[][2] = {{"mnist-t10k-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz"},
                                           {"mnist-t10k-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte.gz"},
                                           {"penguins.csv", "penguins.csv"}};
    if (!file_exists("../shared/data"))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        link_to(text_print(arena, "../shared/data/%s", names[i][0]), names[i][1]);
    return true;
}

/* The next block of commands behind *at; NULL at the end. */
static const char *next_block(const char **at)
{
    static const char opening[] = "\n```sh\n", closing[] = "\n```\n";
    const char *start = strstr(*at, opening);
    if (!start)
        return NULL;
    start += strlen(opening);
    *at = strstr(start, closing);
    cr_assert_not_null(*at);
    return arena_string(arena, start, (size_t)(*at + 1 - start));
}

Test(pasted, every_block_of_the_readme)
{
    const char *at = content_of("README.md").data;
    size_t blocks = 0;
    open_tree();
    bool data = link_data();
    for (const char *block; (block = next_block(&at));) {
        if (is_left_out(block) || (!data && strstr(block, "mnist")))
            continue;
        paste(block);
        blocks++;
    }
    cr_expect_geq(blocks, 5);
}
#endif

/* ---- help ---- */

/* Lines of text that begin with two blanks, without them, up to the first that does not. */
static const char *indented(const char *text)
{
    Text lines = text_new(arena);
    while (strncmp(text, "  ", 2) == 0) {
        size_t length = strcspn(text, "\n");
        text_format(&lines, "%.*s\n", (int)length - 2, text + 2);
        text += length + 1;
    }
    return lines.data;
}

/* In the order of the help, for plot needs a run that train makes. */
Test(pasted, every_example_of_the_help)
{
    static const char start[] = "\nstart with\n", example[] = "\nexample:\n";
    const char *help = costate_succeeds("--help").out, *first = strstr(help, start);
    size_t examples = 0;
    char name[16];
    open_tree();
    cr_assert_not_null(first);
    paste(indented(first + strlen(start)));
    for (const char *line = help; (line = strstr(line, "\n  ")) && line < first; line++) {
        if (sscanf(line, "\n  %15[a-z]", name) != 1)
            continue;
        const char *text = strstr(costate_succeeds("%s --help", name).out, example);
        cr_assert_not_null(text);
        text = indented(text + strlen(example));
        if (!is_left_out(text))
            paste(text);
        examples++;
    }
    cr_expect_eq(examples, 13);
}

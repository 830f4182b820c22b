/* What people read and paste: every block of commands on the project's pages, and the example of every command's help,
 * as they stand, in a folder that looks like the source tree; and what the pages show of the program. */
#include "tests/unit/program.h"
#include "tests/unit/specs.h"

#include <ctype.h>

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

/* ---- the pages ---- */

static const char *const pages[] = {"README.md",
                                    "gen/README.md",
                                    "runtime/README.md",
                                    "specs/README.md",
                                    "templates/README.md",
                                    "tests/README.md",
                                    "tests/data/README.md",
                                    "tests/golden/README.md",
                                    "runtime/python/README.md",
                                    "runtime/cluster.md"};
enum { PAGES = sizeof pages / sizeof *pages };

/* The next block behind *at that opens with that line, and its closing fence; NULL at the end. */
static const char *next_block(const char **at, const char *opening)
{
    static const char closing[] = "\n```\n";
    const char *start = strstr(*at, opening);
    if (!start)
        return NULL;
    start += strlen(opening);
    *at = strstr(start, closing);
    cr_assert_not_null(*at);
    return arena_string(arena, start, (size_t)(*at + 1 - start));
}

#if !defined(__SANITIZE_ADDRESS__) /* what make install would install is not what was built */
/* Pastes every block of commands of a page; there are at least `least`. */
static void paste_page(const char *page, size_t least)
{
    const char *at = content_of(page).data;
    size_t blocks = 0;
    open_tree();
    for (const char *block; (block = next_block(&at, "\n```sh\n"));) {
        if (is_left_out(block))
            continue;
        paste(block);
        blocks++;
    }
    cr_expect_geq(blocks, least, "%s: %zu blocks", page, blocks);
}

Test(pasted, every_block_of_the_readme)
{
    paste_page("README.md", 1);
}

Test(pasted, every_block_of_the_generators_page)
{
    paste_page("gen/README.md", 1);
}

Test(pasted, every_block_of_the_runtimes_page)
{
    paste_page("runtime/README.md", 3);
}

Test(pasted, every_block_of_the_page_on_specs)
{
    paste_page("specs/README.md", 3);
}

Test(pasted, every_block_of_the_page_on_vendoring)
{
    paste_page("templates/README.md", 0);
}

Test(pasted, every_block_of_the_page_on_tests)
{
    paste_page("tests/README.md", 0);
}
#endif

/* The parts of the path of a page, but its last: "gen/" of gen/README.md. */
static const char *folder_of(const char *page)
{
    const char *end = strrchr(page, '/');
    return arena_string(arena, page, end ? (size_t)(end + 1 - page) : 0);
}

Test(pasted, links_lead_somewhere)
{
    for (size_t i = 0; i < PAGES; i++) {
        const char *at = content_of(pages[i]).data;
        while ((at = strstr(at, "]("))) {
            at += 2;
            const char *target = arena_string(arena, at, strcspn(at, ")#\n"));
            if (*target && strncmp(target, "https://", 8) != 0)
                cr_expect(file_exists(text_print(arena, "%s%s", folder_of(pages[i]), target)), "%s: %s", pages[i],
                          target);
        }
    }
}

static void expect_on_page(const char *page, const char *text)
{
    cr_expect(strstr(content_of(page).data, text), "%s does not have %s", page, text);
}

Test(pasted, the_pages_name_everything)
{
    static const char *const halves[] = {"gen", "runtime"}, *const shelves[] = {"specs/tableau", "specs/activation"};
    for (size_t i = 0; reader_keys[i]; i++)
        expect_on_page("specs/README.md", text_print(arena, "`%s`", reader_keys[i]));
    for (size_t s = 0; s < 2; s++) {
        Names names = spec_names(shelves[s]);
        for (size_t i = 0; i < names.count; i++)
            expect_on_page("specs/README.md", names.at[i]);
    }
    for (size_t h = 0; h < 2; h++) {
        DIR *listing = opendir(halves[h]);
        cr_assert_not_null(listing);
        for (struct dirent *entry; (entry = readdir(listing));)
            if (!strchr(entry->d_name, '.'))
                expect_on_page("gen/README.md", text_print(arena, "\n| %s |", entry->d_name));
        closedir(listing);
    }
    const char *help = costate_succeeds("--help").out, *end = strstr(help, "\nstart with\n");
    char name[16];
    cr_assert_not_null(end);
    for (const char *line = help; (line = strstr(line, "\n  ")) && line < end; line++)
        if (sscanf(line, "\n  %15[a-z]", name) == 1)
            expect_on_page("runtime/README.md", text_print(arena, "`costate %s ", name));
}

Test(pasted, the_readme_is_short)
{
    size_t words = 0;
    for (const char *at = content_of("README.md").data; *(at += strspn(at, " \n")); at += strcspn(at, " \n"))
        words++;
    cr_expect_leq(words, 900);
}

/* text with every number, whatever rounding left in it, as "#", and any number of blanks as one. */
static const char *without_numbers(const char *text)
{
    Text masked = text_new(arena);
    while (*text) {
        size_t length = isdigit((unsigned char)*text) ? strspn(text, "0123456789.e-") : 1;
        size_t blanks = strspn(text, " ");
        if (blanks)
            text_add(&masked, " ");
        else if (isdigit((unsigned char)*text))
            text_add(&masked, "#");
        else
            text_append(&masked, text, 1);
        text += blanks ? blanks : length;
    }
    return masked.data;
}

Test(pasted, the_readme_shows_what_check_prints)
{
    const char *at = content_of("README.md").data, *shown = next_block(&at, "\n```text\n");
    cr_assert_not_null(shown);
    cr_expect_str_eq(without_numbers(shown), without_numbers(costate_succeeds("check specs/spiral.lua").out));
}

/* A stage of the adjoint of specs/spiral.lua at width 16. */
Test(pasted, the_readme_shows_what_emit_writes)
{
    const char *at = content_of("README.md").data, *shown = next_block(&at, "\n```c\n");
    const char *wide = replaced(content_of("specs/spiral.lua").data, "width = 2", "width = 16");
    costate_succeeds("emit %s -o %s", fixture_text("spiral.lua", wide), fixture_path("solver"));
    cr_assert_not_null(shown);
    cr_expect(strstr(content_of(fixture_path("solver/spiral.c")).data, shown), "%s", shown);
}

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
    cr_expect_eq(examples, 16);
}

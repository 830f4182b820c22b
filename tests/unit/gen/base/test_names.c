#include "tests/unit/specs.h"

#include <ctype.h>
#include <sys/stat.h>

TestSuite(names, .init = fixture_open, .fini = fixture_close);

/* Methods and activations are data: their names occur in no source. Some names also mean something else. */
static bool means_something_else(const char *name)
{
    static const char *const words[] = {"tanh", "sigmoid", "sin", "identity"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += length)
        if ((at == text || !is_word(at[-1])) && !is_word(at[length]))
            return true;
    return false;
}

/* In the sources of the folder path and of those in it; pages that people read may name what they like. */
static void assert_absent(const Names *names, const char *path)
{
    DIR *listing = opendir(path);
    cr_assert_not_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));) {
        const char *name = entry->d_name, *inner = path_join(arena, path, arena_string(arena, name, strlen(name)));
        struct stat status;
        char *text;
        size_t size;
        if (*name == '.' || strstr(name, ".md"))
            continue;
        if (stat(inner, &status) == 0 && S_ISDIR(status.st_mode)) {
            assert_absent(names, inner);
            continue;
        }
        cr_assert(file_read(arena, diagnostics, inner, &text, &size));
        for (size_t i = 0; i < names->count; i++)
            cr_expect(means_something_else(names->at[i]) || !has_word(text, names->at[i]), "%s knows %s", inner,
                      names->at[i]);
    }
    closedir(listing);
}

Test(names, no_source_knows_a_method)
{
    Names names = spec_names("specs/tableau");
    assert_absent(&names, "gen");
    assert_absent(&names, "runtime");
    assert_absent(&names, "templates");
}

Test(names, no_source_knows_an_activation)
{
    Names names = spec_names("specs/activation");
    assert_absent(&names, "gen");
    assert_absent(&names, "runtime");
    assert_absent(&names, "templates");
}

/* toolchain: what the tests of the second tier share: compilers that are scripts, and a cache of the test's own. */
#ifndef COSTATE_TOOLCHAIN_H
#define COSTATE_TOOLCHAIN_H

#include "tests/unit/program.h"

#include <sys/stat.h>

/* Makes a shell script the C compiler; `body` is what it does when it is not asked for its version. */
static inline void be_compiler(const char *body)
{
    const char *path = fixture_text(
        "fake-cc", text_print(arena, "#!/bin/sh\n[ \"$1\" = --version ] && { echo fake; exit; }\n%s\n", body));
    cr_assert_eq(chmod(path, 0700), 0);
    setenv("CC", path, true);
}

/* An empty cache in the test's folder, and the system's compiler; the test is skipped where there is none. */
static inline void toolchain_needed(void)
{
    setenv("XDG_CACHE_HOME", folder, true);
    unsetenv("CC");
    if (system("cc --version >/dev/null 2>&1") != 0)
        cr_skip_test("there is no C compiler");
}

static inline void toolchain_open(void)
{
    fixture_open();
    toolchain_needed();
}

/* The entries of the cache whose names contain part. */
static inline int cache_count(const char *part)
{
    int count = 0;
    DIR *listing = opendir(fixture_path("costate"));
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        count += entry->d_name[0] != '.' && strstr(entry->d_name, part);
    if (listing)
        closedir(listing);
    return count;
}

/* Does the process run? A zombie, which its new parent has not looked at, does not. */
static inline bool is_running(long id)
{
    char state = 'Z';
    FILE *file = fopen(text_print(arena, "/proc/%ld/stat", id), "r");
    if (file && fscanf(file, "%*d %*s %c", &state) != 1)
        state = 'Z';
    if (file)
        fclose(file);
    return state != 'Z';
}

/* Does the process whose number stands in file come to its end? */
static inline bool is_gone(const char *file)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    long id = strtol(content_of(file).data, NULL, 10);
    cr_assert_gt(id, 1);
    for (int i = 0; i < 5000 && is_running(id); i++)
        nanosleep(&moment, NULL);
    return !is_running(id);
}

#endif

/* fixture: what the tests of modules that read and write files share: an arena with diagnostics, a temporary folder,
 * and the messages so far as one text. */
#ifndef COSTATE_FIXTURE_H
#define COSTATE_FIXTURE_H

#include "gen/base/diagnostics.h"
#include "runtime/system/file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Arena *arena;
static Diagnostics *diagnostics;
static char folder[64];

static inline void fixture_open(void)
{
    arena = arena_new();
    if (setjmp(*arena_recovery(arena)))
        cr_assert_fail("out of memory");
    diagnostics = diagnostics_new(arena);
    snprintf(folder, sizeof folder, "%s", "/tmp/costate-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

/* Removes the files of path, then path; the tests make no deeper trees. */
static inline void fixture_remove(const char *path)
{
    DIR *listing = opendir(path);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove(path_join(arena, path, entry->d_name));
    if (listing)
        closedir(listing);
    rmdir(path);
}

static inline void fixture_close(void)
{
    fixture_remove(folder);
    arena_free(arena);
}

/* The number of entries in the temporary folder. */
static inline int fixture_entries(void)
{
    int count = -2;
    DIR *listing = opendir(folder);
    while (readdir(listing))
        count++;
    closedir(listing);
    return count;
}

static inline const char *fixture_path(const char *name)
{
    return path_join(arena, folder, name);
}

/* The path of a new file with that content. */
static inline const char *fixture_file(const char *name, const void *content, size_t size)
{
    const char *path = fixture_path(name);
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(content, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
    return path;
}

static inline const char *fixture_text(const char *name, const char *content)
{
    return fixture_file(name, content, strlen(content));
}

/* The messages so far, with the temporary folder left out. */
static inline const char *fixture_messages(void)
{
    Text all = text_new(arena), shown = text_new(arena);
    diagnostics_print(diagnostics, &all);
    for (const char *at = all.data; *at;) {
        bool here = strncmp(at, folder, strlen(folder)) == 0 && at[strlen(folder)] == '/';
        at += here ? strlen(folder) + 1 : 0;
        if (*at)
            text_append(&shown, at++, 1);
    }
    return shown.data;
}

#endif

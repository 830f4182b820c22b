#include "runtime/solver/cache.h"

#include "runtime/system/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 26, CHECKSUM = 24 /* characters */, HOUR = 3600 };

static const char workshop_prefix[] = "compiling-";

/* What is created in the cache is for nobody else. */
static const mode_t others = S_IRWXG | S_IRWXO;

/* ---- the folder ---- */

/* Ours, and nobody else can write to it. */
static bool is_private(const struct stat *status)
{
    return status->st_uid == geteuid() && (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* The folder by the XDG base directory specification, by which relative paths do not count; NULL: there is none. */
static const char *named_folder(Arena *arena)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && cache[0] == '/')
        return path_join(arena, cache, "costate");
    return home && home[0] == '/' ? path_join(arena, home, ".cache/costate") : NULL;
}

const char *cache_folder(Arena *arena, Diagnostics *diagnostics)
{
    const char *folder = named_folder(arena);
    struct stat status;
    size_t made;
    if (!folder) {
        diagnostics_error(diagnostics, (Place){0},
                          "there is no folder for a cache: neither XDG_CACHE_HOME nor HOME is set");
        return NULL;
    }
    mode_t before = umask(others);
    bool exists = folder_create(diagnostics, folder, &made);
    umask(before);
    if (!exists)
        return NULL;
    if (stat(folder, &status) == 0 && is_private(&status))
        return folder;
    diagnostics_error(diagnostics, (Place){.file = folder}, "other users own this folder or can write to it");
    return NULL;
}

/* ---- entries ---- */

const char *cache_entry(Arena *arena, const char *folder, const char *name, const char *recipe)
{
    uint64_t hash = text_hash(TEXT_HASH_SEED, recipe, strlen(recipe));
    return path_join(arena, folder, text_print(arena, "%s-%016llx.so", name, (unsigned long long)hash));
}

static void checksum(char text[CHECKSUM + 1], const char *data, size_t size)
{
    unsigned long long hash = text_hash(TEXT_HASH_SEED, data, size);
    snprintf(text, CHECKSUM + 1, "costate%016llx\n", hash);
}

/* Does data end with the recipe and the right checksum? */
static bool is_sound(const char *data, size_t size, const char *recipe)
{
    size_t length = strlen(recipe);
    char expected[CHECKSUM + 1];
    if (size < length + CHECKSUM || memcmp(data + size - CHECKSUM - length, recipe, length) != 0)
        return false;
    checksum(expected, data, size - CHECKSUM);
    return memcmp(data + size - CHECKSUM, expected, CHECKSUM) == 0;
}

CacheState cache_look(Arena *arena, const char *path, const char *recipe)
{
    struct stat status;
    char *data;
    size_t size;
    if (lstat(path, &status) != 0)
        return CACHE_ABSENT;
    if (!S_ISREG(status.st_mode) || !is_private(&status) || status.st_size > MOST_BYTES ||
        !file_read(arena, diagnostics_new(arena), path, &data, &size))
        return CACHE_BROKEN;
    return is_sound(data, size, recipe) ? CACHE_SOUND : CACHE_BROKEN;
}

bool cache_store(Arena *arena, Diagnostics *diagnostics, const char *path, const char *recipe, const char *object)
{
    char *data, sum[CHECKSUM + 1];
    size_t size;
    Text entry = text_new(arena);
    if (!file_read(arena, diagnostics, object, &data, &size))
        return false;
    text_append(&entry, data, size);
    text_add(&entry, recipe);
    checksum(sum, entry.data, entry.length);
    text_add(&entry, sum);
    mode_t before = umask(others);
    bool stored = file_write(diagnostics, path, entry.data, entry.length);
    umask(before);
    return stored;
}

/* ---- the workshop ---- */

static bool beside(char *path, size_t size, const char *folder, const char *name)
{
    int length = snprintf(path, size, "%s/%s", folder, name);
    return length > 0 && (size_t)length < size;
}

void cache_discard(const char *workshop)
{
    char path[4096];
    DIR *listing = opendir(workshop);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (beside(path, sizeof path, workshop, entry->d_name))
            unlink(path);
    if (listing)
        closedir(listing);
    rmdir(workshop);
}

static bool is_stale(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && time(NULL) - status.st_mtime > HOUR;
}

static void sweep(const char *folder)
{
    char path[4096];
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (strncmp(entry->d_name, workshop_prefix, sizeof workshop_prefix - 1) == 0 &&
            beside(path, sizeof path, folder, entry->d_name) && is_stale(path))
            cache_discard(path);
    if (listing)
        closedir(listing);
}

const char *cache_workshop(Arena *arena, Diagnostics *diagnostics, const char *folder)
{
    char *path = text_print(arena, "%s/%sXXXXXX", folder, workshop_prefix);
    sweep(folder);
    if (mkdtemp(path))
        return path;
    diagnostics_error(diagnostics, (Place){.file = folder}, "cannot create a folder: %s", strerror(errno));
    return NULL;
}

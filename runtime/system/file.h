/* file: whole files in, whole files out, and the folders they are in. Paths in errors are the ones given. */
#ifndef COSTATE_FILE_H
#define COSTATE_FILE_H

#include "gen/base/diagnostics.h"

#include <stdint.h>

/* The most bytes of what does not tell its size before it is read, that is a pipe, a device or gzip data, unless the
 * environment variable FILE_LIMIT_VARIABLE names another number. */
#define FILE_LIMIT          (UINT64_C(4) << 30)
#define FILE_LIMIT_VARIABLE "COSTATE_MOST_BYTES"

/* What that limit is now. */
uint64_t file_limit(void);

/* Reads the file at path into *data[0..*size), closed by a NUL and owned by the arena; what begins as gzip does is
 * expanded. Errors: path is missing, a folder or unreadable, its gzip data are not sound, it goes on beyond the limit.
 */
bool file_read(Arena *arena, Diagnostics *diagnostics, const char *path, char **data, size_t *size);

/* The bytes of the file at path without reading it, and without a NUL: they come from the file when they are looked at,
 * and must stay there as long as the arena. False where it is no regular file that could be mapped, is empty, or begins
 * as gzip does. */
bool file_map(Arena *arena, const char *path, char **data, size_t *size);

/* The memory of data[0..size), a part of what file_map gave, can be used for something else, until it is looked at again.
 */
void file_unneeded(const char *data, size_t size);

/* Makes data[0..size) the content of the file at path: a temporary file beside it is written, synced and renamed, so
 * that path holds either what it held or all of data, under the permissions it had. A path that is no regular file (a
 * device, a pipe) or that is where standard output goes is written straight to. On an error no temporary file stays;
 * what a killed process left in that folder is removed. */
bool file_write(Diagnostics *diagnostics, const char *path, const void *data, size_t size);

/* The same of what is made while it is written: next(context, &data) gives its next bytes, 0 of them at the end, and
 * FILE_UNREADABLE with errno where they cannot be had. */
#define FILE_UNREADABLE SIZE_MAX
bool file_write_stream(Diagnostics *diagnostics, const char *path, size_t (*next)(void *context, const char **data),
                       void *context);

/* Renames the file `from`, replacing what file is at `to`. Both are on one file system. */
bool file_move(Diagnostics *diagnostics, const char *from, const char *to);

/* Removes the file at path, if there is one. */
void file_remove(const char *path);

/* Is there a file, folder or device at path? What cannot be told is for whoever reads it: true. */
bool file_exists(const char *path);

/* Is there a folder at path? */
bool folder_exists(const char *path);

/* Creates the folder at path and those above it that are missing; *made is how many it created, for folder_remove. On
 * an error it leaves none behind. */
bool folder_create(Diagnostics *diagnostics, const char *path, size_t *made);

/* Removes the folder at path and then made - 1 above it, as far as they are empty: the inverse of folder_create. */
void folder_remove(const char *path, size_t made);

/* A lock on a folder, which ends with the process that holds it, however that ends. */
typedef struct FolderLock FolderLock;

/* Takes the lock, until folder_unlock or until the arena is freed; NULL, with an error, where another process, which is
 * named, has it. The temporary files that a killed file_write left in the folder are removed. */
FolderLock *folder_lock(Arena *arena, Diagnostics *diagnostics, const char *folder);

/* Gives it back. lock may be NULL. */
void folder_unlock(FolderLock *lock);

/* name seen from folder: "folder/name", or name where it is absolute or folder is "". */
const char *path_join(Arena *arena, const char *folder, const char *name);

/* The path from the root of the file at path, without links, "." and ".." on the way to it; what is not there yet is as
 * it is named. Not from the root where there is no working directory. */
const char *path_absolute(Arena *arena, const char *path);

/* path seen from folder, both from the root and without links: "../../data/x.csv", "." for folder itself. */
const char *path_between(Arena *arena, const char *folder, const char *path);

#endif

/* cache: compiled code, kept on disk under what it was made from.
 *
 * An entry is a shared object, followed by its recipe (all that its content depends on) and a checksum of both. It is
 * found by a hash of the recipe, and is sound only where the whole recipe is the one asked for: neither a damaged file
 * nor two recipes with one hash can bring up wrong code. Entries are written as a whole, so that any number of
 * processes can use the folder; it can be deleted at any time. */
#ifndef COSTATE_CACHE_H
#define COSTATE_CACHE_H

#include "gen/base/diagnostics.h"

/* The folder costate of $XDG_CACHE_HOME, or where that is no absolute path of $HOME/.cache; it is created. NULL, with
 * an error, where there is none, or where another user owns it or could write to it. */
const char *cache_folder(Arena *arena, Diagnostics *diagnostics);

/* The path in folder of the entry for recipe; name is for the reader. */
const char *cache_entry(Arena *arena, const char *folder, const char *name, const char *recipe);

typedef enum { CACHE_ABSENT, CACHE_SOUND, CACHE_BROKEN } CacheState;

/* Is there a sound entry for recipe at path? Broken: it is damaged, or another user owns it or could write to it. */
CacheState cache_look(Arena *arena, const char *path, const char *recipe);

/* Makes the shared object in the file `object` the entry for recipe at path. */
bool cache_store(Arena *arena, Diagnostics *diagnostics, const char *path, const char *recipe, const char *object);

/* A new folder in the cache to compile in; what a killed process left in an hour-old one is removed. NULL, with an
 * error, when there is none to be had. */
const char *cache_workshop(Arena *arena, Diagnostics *diagnostics, const char *folder);

/* Removes a folder of cache_workshop with its files. Allocates nothing. */
void cache_discard(const char *workshop);

#endif

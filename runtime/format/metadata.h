/* metadata: the strings under names that travel with tensors, in the order in which they were set. */
#ifndef COSTATE_METADATA_H
#define COSTATE_METADATA_H

#include "gen/base/arena.h"

typedef struct {
    const char *key, *value;
} MetadataEntry;

typedef struct {
    Arena *arena;
    MetadataEntry *entries; /* [count] */
    size_t count, capacity;
} Metadata;

/* No entries; memory comes from arena. */
Metadata metadata_new(Arena *arena);

/* Adds the entry, or replaces the value of key. The strings are not copied. */
void metadata_set(Metadata *metadata, const char *key, const char *value);

/* The value of key, or NULL. */
const char *metadata_get(const Metadata *metadata, const char *key);

#endif

#include "runtime/format/metadata.h"

#include <string.h>

Metadata metadata_new(Arena *arena)
{
    return (Metadata){.arena = arena};
}

static MetadataEntry *find(const Metadata *metadata, const char *key)
{
    for (size_t i = 0; i < metadata->count; i++)
        if (strcmp(metadata->entries[i].key, key) == 0)
            return &metadata->entries[i];
    return NULL;
}

void metadata_set(Metadata *metadata, const char *key, const char *value)
{
    MetadataEntry *entry = find(metadata, key);
    if (entry) {
        entry->value = value;
        return;
    }
    if (metadata->count == metadata->capacity) {
        size_t old = metadata->capacity, capacity = old ? 2 * old : 8;
        metadata->entries = arena_grow(metadata->arena, metadata->entries, old * sizeof(MetadataEntry),
                                       capacity * sizeof(MetadataEntry));
        metadata->capacity = capacity;
    }
    metadata->entries[metadata->count++] = (MetadataEntry){key, value};
}

const char *metadata_get(const Metadata *metadata, const char *key)
{
    const MetadataEntry *entry = find(metadata, key);
    return entry ? entry->value : NULL;
}

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
    metadata->entries = ARENA_MORE(metadata->arena, metadata->entries, metadata->count, metadata->capacity);
    metadata->entries[metadata->count++] = (MetadataEntry){key, value};
}

const char *metadata_get(const Metadata *metadata, const char *key)
{
    const MetadataEntry *entry = find(metadata, key);
    return entry ? entry->value : NULL;
}

#include "gen/base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, SMALL_ALIGNMENT = 16, CHUNK = 1 << 16 };

/* Chunks are chained through their first bytes; the payload starts at the next cache line. */
typedef struct Chunk {
    struct Chunk *next;
} Chunk;

typedef struct Cleanup {
    struct Cleanup *next;
    void (*release)(void *);
    void *object;
} Cleanup;

struct Arena {
    jmp_buf recovery;
    Cleanup *cleanups;
    Chunk *chunks;
    char *free;
    size_t left;
    size_t until_failure; /* 0: never */
    Arena *parent;        /* or NULL */
};

Arena *arena_new(void)
{
    return calloc(1, sizeof(Arena));
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    for (Cleanup *cleanup = arena->cleanups; cleanup; cleanup = cleanup->next)
        cleanup->release(cleanup->object);
    for (Chunk *chunk = arena->chunks; chunk;) {
        Chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(arena);
}

jmp_buf *arena_recovery(Arena *arena)
{
    return &arena->recovery;
}

void arena_fail_after(Arena *arena, size_t count)
{
    arena->until_failure = count;
}

void arena_fail(Arena *arena)
{
    while (arena->parent) {
        Arena *parent = arena->parent;
        arena_free(arena);
        arena = parent;
    }
    longjmp(arena->recovery, 1);
}

Arena *arena_within(Arena *parent)
{
    Arena *arena = arena_new();
    if (!arena)
        arena_fail(parent);
    arena->parent = parent;
    return arena;
}

static size_t round_up(size_t size, size_t alignment)
{
    return (size + alignment - 1) & ~(alignment - 1);
}

/* A zeroed block of its own from the system; large ones cost no page until they are touched. */
static char *chunk_new(Arena *arena, size_t payload)
{
    Chunk *chunk = payload > SIZE_MAX / 2 ? NULL : calloc(1, payload + 2 * ALIGNMENT);
    if (!chunk)
        arena_fail(arena);
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return (char *)round_up((uintptr_t)chunk + sizeof(Chunk), ALIGNMENT);
}

void *arena_alloc(Arena *arena, size_t size)
{
    if (arena->until_failure && --arena->until_failure == 0)
        arena_fail(arena);
    if (size >= CHUNK / 4)
        return chunk_new(arena, size);
    size_t alignment = size >= ALIGNMENT ? ALIGNMENT : SMALL_ALIGNMENT;
    size_t gap = round_up((uintptr_t)arena->free, alignment) - (uintptr_t)arena->free;
    if (!arena->free || gap + size > arena->left) {
        arena->free = chunk_new(arena, CHUNK);
        arena->left = CHUNK;
        gap = 0;
    }
    char *block = arena->free + gap;
    arena->free = block + size;
    arena->left -= gap + size;
    return block;
}

void *arena_array(Arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        arena_fail(arena);
    return arena_alloc(arena, count * size);
}

void *arena_grow(Arena *arena, const void *old, size_t old_size, size_t new_size)
{
    void *block = arena_alloc(arena, new_size);
    if (old_size)
        memcpy(block, old, old_size);
    return block;
}

void *arena_more(Arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = 2 * *capacity + 8;
    void *grown = arena_array(arena, *capacity, size);
    if (count)
        memcpy(grown, items, count * size);
    return grown;
}

char *arena_string(Arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

void arena_on_free(Arena *arena, void (*release)(void *), void *object)
{
    Cleanup *cleanup = arena_alloc(arena, sizeof *cleanup);
    *cleanup = (Cleanup){arena->cleanups, release, object};
    arena->cleanups = cleanup;
}

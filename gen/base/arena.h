/* arena: memory that is given back all at once.
 *
 * One arena serves one run of the program. Nothing in it is freed singly, so no function of gen/ or runtime/ has a
 * cleanup path for memory; running out of it is handled at one place, where the run began. */
#ifndef COSTATE_ARENA_H
#define COSTATE_ARENA_H

#include <setjmp.h>
#include <stddef.h>

typedef struct Arena Arena;

/* A new, empty arena; NULL when there is no memory even for that. Released with arena_free. */
Arena *arena_new(void);

/* Frees every block. arena may be NULL. */
void arena_free(Arena *arena);

/* Where execution resumes when memory runs out (or the limit is reached). Set it before the first allocation:
 *     if (setjmp(*arena_recovery(arena))) { out of memory }
 * No file may be held open, half written, across an allocation. */
jmp_buf *arena_recovery(Arena *arena);

/* For what else finds no memory: resumes there. */
_Noreturn void arena_fail(Arena *arena);

/* An arena for what is needed for a while, to be freed before its parent: when memory runs out in it, it is freed, and
 * control returns to the parent's recovery point. */
Arena *arena_within(Arena *parent);

/* size bytes, aligned for every type and to a cache line from 64 bytes on, set to zero. Never NULL: jumps to the
 * recovery point instead. */
void *arena_alloc(Arena *arena, size_t size);

/* count objects of size bytes each; an overflowing product counts as out of memory. */
void *arena_array(Arena *arena, size_t count, size_t size);

/* The block `old` of old_size bytes, grown to new_size >= old_size: the same content at a new place. */
void *arena_grow(Arena *arena, const void *old, size_t old_size, size_t new_size);

/* Items of that size with room for one more: the same while count < *capacity, else grown, which *capacity notes. */
void *arena_more(Arena *arena, void *items, size_t count, size_t *capacity, size_t size);

/* A copy of the first length bytes of text, closed by a NUL. */
char *arena_string(Arena *arena, const char *text, size_t length);

/* Calls release(object) when the arena is freed, last registered first: for what a library holds outside the arena. */
void arena_on_free(Arena *arena, void (*release)(void *), void *object);

/* For tests: after count more allocations the arena fails as if memory had run out; 0 switches that off. */
void arena_fail_after(Arena *arena, size_t count);

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

/* items = ARENA_MORE(arena, items, count, capacity); items[count++] = ... */
#define ARENA_MORE(arena, items, count, capacity) arena_more((arena), (items), (count), &(capacity), sizeof *(items))

#endif

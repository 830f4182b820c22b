#include "runtime/solver/guest.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Before each block: the ring of all of them, which `ring` closes. */
typedef struct Block {
    alignas(max_align_t) struct Block *next;
    struct Block *previous;
} Block;

static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static Block ring;
static jmp_buf way_out;
static GuestEnd end;
static size_t until_failure; /* 0: never; 1: the next, and all that follow */

/* The guest's variables, which are zero at first; the linker says where they are. */
extern char __start_libtcc_bss[], __stop_libtcc_bss[];

static _Noreturn void leave(GuestEnd how)
{
    end = how;
    longjmp(way_out, 1);
}

/* ---- a run ---- */

static void clear(void)
{
    while (ring.next != &ring)
        guest_free(ring.next + 1);
    memset(__start_libtcc_bss, 0, (size_t)(__stop_libtcc_bss - __start_libtcc_bss));
}

GuestEnd guest_run(void (*work)(void *context), void *context)
{
    pthread_mutex_lock(&door);
    ring.next = ring.previous = &ring;
    end = GUEST_DONE;
    if (setjmp(way_out) == 0)
        work(context);
    clear();
    GuestEnd how = end;
    pthread_mutex_unlock(&door);
    return how;
}

void guest_starve(void)
{
    leave(GUEST_STARVED);
}

void guest_fail_at(size_t count)
{
    until_failure = count;
}

/* ---- what the guest calls ---- */

/* Room for a block of that size and what it holds; 0 where there is none, or is to be none. */
static size_t room(size_t size)
{
    if (until_failure == 1 || size > SIZE_MAX / 2)
        return 0;
    if (until_failure > 1)
        until_failure--;
    return sizeof(Block) + size;
}

/* The neighbours of a block learn where it is. */
static void *tie(Block *block)
{
    block->next->previous = block->previous->next = block;
    return block + 1;
}

static void *enter(Block *block)
{
    if (!block)
        guest_starve();
    *block = (Block){.next = ring.next, .previous = &ring};
    return tie(block);
}

void *guest_malloc(size_t size)
{
    size_t whole = room(size);
    return enter(whole ? malloc(whole) : NULL);
}

void *guest_calloc(size_t count, size_t size)
{
    size_t whole = size && count > SIZE_MAX / size ? 0 : room(count * size);
    return enter(whole ? calloc(1, whole) : NULL);
}

void *guest_realloc(void *memory, size_t size)
{
    if (!memory)
        return guest_malloc(size);
    size_t whole = room(size);
    Block *block = whole ? realloc((Block *)memory - 1, whole) : NULL;
    if (!block)
        guest_starve();
    return tie(block);
}

void guest_free(void *memory)
{
    if (!memory)
        return;
    Block *block = (Block *)memory - 1;
    block->previous->next = block->next;
    block->next->previous = block->previous;
    free(block);
}

void guest_exit(int status)
{
    (void)status;
    leave(GUEST_LEFT);
}

void guest_assert_fail(const char *assertion, const char *file, unsigned line, const char *function)
{
    (void)assertion, (void)file, (void)line, (void)function;
    leave(GUEST_LEFT);
}

/* alloc: preloaded, makes an allocation fail: COSTATE_FAULT=N the N-th of the process, N+ all from it on. Where
 * COSTATE_FAULT_COUNT names a file, the number of allocations goes there in the end. What the process starts is left
 * alone: gnuplot without memory may draw without end. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_size_t allocations;
static size_t failing;   /* 0: none */
static int from_then_on; /* all behind it, too */
static const char *count_path;

__attribute__((constructor)) static void begin(void)
{
    const char *fault = getenv("COSTATE_FAULT");
    failing = fault ? strtoul(fault, NULL, 10) : 0;
    from_then_on = fault && strchr(fault, '+');
    count_path = getenv("COSTATE_FAULT_COUNT"); /* which stays where it is in memory */
    unsetenv("COSTATE_FAULT");
    unsetenv("COSTATE_FAULT_COUNT");
}

__attribute__((destructor)) static void end(void)
{
    char text[32];
    int descriptor = count_path ? open(count_path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (descriptor < 0)
        return;
    int length = snprintf(text, sizeof text, "%zu", atomic_load(&allocations));
    if (write(descriptor, text, (size_t)length) != length)
        abort();
    close(descriptor);
}

static int fails(void)
{
    const size_t number = atomic_fetch_add(&allocations, 1) + 1;
    if (!failing || (from_then_on ? number < failing : number != failing))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return fails() ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    *block = aligned_alloc(alignment, size);
    return *block ? 0 : ENOMEM;
}

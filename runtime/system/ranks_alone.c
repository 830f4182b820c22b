/* One rank: what is done together is done. */
#include "runtime/system/ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void ranks_begin(int *count, char ***words)
{
    (void)count;
    (void)words;
}

int ranks_end(int status, const char *messages)
{
    (void)messages;
    return status;
}

size_t ranks_count(void)
{
    return 1;
}

size_t ranks_index(void)
{
    return 0;
}

bool ranks_first(void)
{
    return true;
}

bool ranks_part(void)
{
    return true;
}

bool ranks_mine(size_t program)
{
    (void)program;
    return true;
}

size_t ranks_processors(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors > 0 ? (size_t)processors : 1;
}

size_t ranks_here(void)
{
    return 1;
}

bool ranks_settle(Diagnostics *diagnostics, bool ok)
{
    (void)diagnostics;
    return ok;
}

void ranks_collect(Diagnostics *diagnostics)
{
    (void)diagnostics;
}

unsigned ranks_any(unsigned flags)
{
    return flags;
}

size_t ranks_least(size_t number)
{
    return number;
}

void ranks_share(double *data, size_t count)
{
    (void)data;
    (void)count;
}

void ranks_gather(void *rows, size_t bytes, const size_t *first)
{
    (void)rows;
    (void)bytes;
    (void)first;
}

void ranks_unite(void *data, size_t size)
{
    (void)data;
    (void)size;
}

void ranks_reduce(double *data, size_t count, RanksJoin *join, const void *context)
{
    (void)data;
    (void)count;
    (void)join;
    (void)context;
}

void ranks_abort(const char *message)
{
    fprintf(stderr, "costate: %s\n", message);
    abort();
}

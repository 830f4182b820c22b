/* pool: threads that wait for work. */
#ifndef COSTATE_POOL_H
#define COSTATE_POOL_H

#include "gen/base/arena.h"

#include <stdbool.h>

typedef struct Pool Pool;

enum { POOL_MOST_THREADS = 256 };

/* A pool of `threads` threads, the caller's among them; 0: one for each processor that its rank may use. It ends with
 * the arena. Fewer threads than asked for when the system gives no more. */
Pool *pool_new(Arena *arena, size_t threads);

size_t pool_threads(const Pool *pool);

/* How many that will be, if the system gives as many. */
size_t pool_planned(size_t threads);

/* Whether each of its threads has a processor, so that it may look at a gate for a while. */
bool pool_looks(const Pool *pool);

/* Calls task(context, thread) once on each thread, thread = 0 (the caller's) .. pool_threads - 1, and returns when all
 * have finished. Not to be called by two threads at a time. */
void pool_run(Pool *pool, void (*task)(void *context, size_t thread), void *context);

#endif

#include "runtime/system/pool.h"

#include "runtime/system/gate.h"
#include "runtime/system/ranks.h"

#include <signal.h>
#include <stdbool.h>

typedef struct {
    Pool *pool;
    size_t index;
    pthread_t thread;
} Worker;

struct Pool {
    void (*task)(void *, size_t); /* NULL: the workers end */
    void *context;
    size_t round;          /* of calls of pool_run */
    Gate begun, ended;     /* the round that has */
    atomic_size_t running; /* workers still busy in this one */
    bool looks;            /* as of a gate */
    Worker *workers;       /* all but the caller's */
    size_t worker_count;
};

static void *serve(void *argument)
{
    Worker *worker = argument;
    Pool *pool = worker->pool;
    for (size_t round = 1;; round++) {
        gate_await(&pool->begun, round);
        if (!pool->task)
            return NULL;
        pool->task(pool->context, worker->index);
        if (atomic_fetch_sub(&pool->running, 1) == 1)
            gate_set(&pool->ended, round);
    }
}

static void begin(Pool *pool, void (*task)(void *context, size_t thread), void *context)
{
    pool->task = task;
    pool->context = context;
    atomic_store(&pool->running, pool->worker_count);
    gate_set(&pool->begun, ++pool->round);
}

static void end_pool(void *object)
{
    Pool *pool = object;
    begin(pool, NULL, NULL);
    for (size_t i = 0; i < pool->worker_count; i++)
        pthread_join(pool->workers[i].thread, NULL);
    gate_close(&pool->begun);
    gate_close(&pool->ended);
}

/* Signals are the main thread's affair. */
static void start_workers(Pool *pool, size_t count)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 0; i < count; i++) {
        Worker *worker = &pool->workers[i];
        *worker = (Worker){.pool = pool, .index = i + 1};
        if (pthread_create(&worker->thread, NULL, serve, worker) != 0)
            break;
        pool->worker_count++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

size_t pool_planned(size_t threads)
{
    if (threads == 0)
        threads = ranks_processors();
    return threads < POOL_MOST_THREADS ? threads : POOL_MOST_THREADS;
}

Pool *pool_new(Arena *arena, size_t threads)
{
    threads = pool_planned(threads);
    Pool *pool = ARENA_NEW(arena, Pool);
    pool->workers = ARENA_ARRAY(arena, threads, Worker);
    pool->looks = threads <= ranks_processors();
    gate_open(&pool->begun, pool->looks);
    gate_open(&pool->ended, pool->looks);
    arena_on_free(arena, end_pool, pool);
    start_workers(pool, threads - 1);
    return pool;
}

bool pool_looks(const Pool *pool)
{
    return pool->looks;
}

size_t pool_threads(const Pool *pool)
{
    return pool->worker_count + 1;
}

void pool_run(Pool *pool, void (*task)(void *context, size_t thread), void *context)
{
    if (pool->worker_count == 0) {
        task(context, 0);
        return;
    }
    begin(pool, task, context);
    task(context, 0);
    gate_await(&pool->ended, pool->round);
}

#include "pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

typedef struct {
    Pool *pool;
    size_t index;
    pthread_t thread;
} Worker;

struct Pool {
    pthread_mutex_t mutex;
    pthread_cond_t work, done;
    void (*task)(void *, size_t);
    void *context;
    size_t round, running; /* of calls of pool_run; workers still busy in this one */
    bool ends;
    Worker *workers; /* all but the caller's */
    size_t worker_count;
};

static void *serve(void *argument)
{
    Worker *worker = argument;
    Pool *pool = worker->pool;
    size_t round = 0;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        while (pool->round == round && !pool->ends)
            pthread_cond_wait(&pool->work, &pool->mutex);
        if (pool->ends)
            break;
        round = pool->round;
        pthread_mutex_unlock(&pool->mutex);
        pool->task(pool->context, worker->index);
        pthread_mutex_lock(&pool->mutex);
        if (--pool->running == 0)
            pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static void end_pool(void *object)
{
    Pool *pool = object;
    pthread_mutex_lock(&pool->mutex);
    pool->ends = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->worker_count; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->work);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->mutex);
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

Pool *pool_new(Arena *arena, size_t threads)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (threads == 0)
        threads = processors > 0 ? (size_t)processors : 1;
    threads = threads < POOL_MOST_THREADS ? threads : POOL_MOST_THREADS;
    Pool *pool = ARENA_NEW(arena, Pool);
    pool->workers = ARENA_ARRAY(arena, threads, Worker);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    arena_on_free(arena, end_pool, pool);
    start_workers(pool, threads - 1);
    return pool;
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
    pthread_mutex_lock(&pool->mutex);
    pool->task = task;
    pool->context = context;
    pool->running = pool->worker_count;
    pool->round++;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    task(context, 0);
    pthread_mutex_lock(&pool->mutex);
    while (pool->running > 0)
        pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}

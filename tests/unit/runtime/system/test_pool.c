#include "runtime/system/pool.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

static Arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(pool, .init = setup, .fini = teardown);

typedef struct {
    size_t calls[POOL_MOST_THREADS];
    pthread_t threads[POOL_MOST_THREADS];
} Log;

static void note(void *context, size_t thread)
{
    Log *log = context;
    log->calls[thread]++;
    log->threads[thread] = pthread_self();
}

Test(pool, each_thread_is_called_once)
{
    static const size_t sizes[] = {1, 2, 3, 16};
    for (int i = 0; i < 4; i++) {
        Pool *pool = pool_new(arena, sizes[i]);
        size_t threads = pool_threads(pool);
        Log log;
        memset(&log, 0, sizeof log);
        cr_assert_eq(threads, sizes[i]);
        for (size_t round = 1; round <= 1000; round++) {
            pool_run(pool, note, &log);
            for (size_t t = 0; t < threads; t++)
                cr_assert_eq(log.calls[t], round);
        }
        cr_expect(pthread_equal(log.threads[0], pthread_self()));
        for (size_t t = 1; t < threads; t++)
            cr_expect_not(pthread_equal(log.threads[t], log.threads[t - 1]));
    }
}

Test(pool, has_one_thread_for_each_processor)
{
    cr_expect_geq(pool_threads(pool_new(arena, 0)), 1);
    cr_expect_leq(pool_threads(pool_new(arena, 100 * POOL_MOST_THREADS)), POOL_MOST_THREADS);
}

Test(pool, that_nobody_uses_ends)
{
    for (int i = 0; i < 50; i++) {
        Arena *own = arena_new();
        pool_new(own, 4);
        arena_free(own);
    }
}

static void mask_of(void *context, size_t thread)
{
    sigset_t *masks = context;
    pthread_sigmask(SIG_SETMASK, NULL, &masks[thread]);
}

Test(pool, signals_are_the_main_threads_affair)
{
    sigset_t masks[3];
    pool_run(pool_new(arena, 3), mask_of, masks);
    cr_expect_not(sigismember(&masks[0], SIGINT));
    for (int t = 1; t < 3; t++)
        cr_expect(sigismember(&masks[t], SIGINT) && sigismember(&masks[t], SIGTERM));
}

/* threads: two solvers in one program, in two threads each; everyone gets what it gets alone. */
#include "n241.h"
#include "n4163.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 70, ROUNDS = 500 };

#define DEFINE_RUN(name, NAME)                                                                                         \
    static void name##_once(name##_real *gradient, void *work)                                                        \
    {                                                                                                                 \
        static const name##_real x[SAMPLES * NAME##_INPUTS] = {0.5, -0.25, 1, 2};                                     \
        static const name##_real target[SAMPLES * NAME##_OUTPUTS] = {1, 0, 1};                                        \
        static const name##_real params[NAME##_PARAMETERS] = {0.1, -0.2, 0.3, 0.4};                                   \
        name##_real objective;                                                                                        \
        name##_gradient(SAMPLES, x, target, params, &objective, gradient, work);                                      \
    }                                                                                                                 \
    static void *name##_run(void *unused)                                                                             \
    {                                                                                                                 \
        size_t size = NAME##_PARAMETERS * sizeof(name##_real), wrong = 0;                                             \
        name##_real *first = malloc(size), *again = malloc(size);                                                     \
        void *work = malloc(NAME##_WORKSPACE_BYTES);                                                                  \
        name##_once(first, work);                                                                                     \
        for (int i = 0; i < ROUNDS; i++) {                                                                            \
            name##_once(again, work);                                                                                 \
            wrong += memcmp(first, again, size) != 0;                                                                 \
        }                                                                                                             \
        free(work);                                                                                                   \
        free(again);                                                                                                  \
        free(first);                                                                                                  \
        return wrong ? unused : NULL;                                                                                 \
    }

DEFINE_RUN(n241, N241)
DEFINE_RUN(n4163, N4163)

int main(void)
{
    void *(*const runs[4])(void *) = {n241_run, n4163_run, n241_run, n4163_run};
    pthread_t threads[4];
    int failed = 0;
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, runs[i], &failed))
            return 2;
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(threads[i], &result);
        failed += result != NULL;
    }
    return failed;
}

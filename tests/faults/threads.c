/* threads: what libcostate says of threads, for ThreadSanitizer to look at: `threads SPEC`, a spec of two inputs, one
 * output and data of its own. Networks are loaded, evaluated and trained by two threads at a time, each with a pool of
 * its own, and have the same bits whatever the number of its threads. */
#include "runtime/library/costate.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 3000, ITERATIONS = 5, MOST_THREADS = 4 };

typedef struct {
    const char *spec;
    unsigned threads;
    double *gradient; /* [parameters] after training, with room for SAMPLES */
    size_t parameters;
} Work;

static void *fail(const char *what)
{
    fprintf(stderr, "threads: %s\n", what);
    exit(1);
}

/* Each sample is another one. */
static void fill(double *x, double *target)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        x[2 * i] = (double)(i % 71) / 71 - 0.5;
        x[2 * i + 1] = (double)(i % 89) / 89 - 0.5;
        target[i] = (double)(i % 2);
    }
}

static void *work(void *argument)
{
    Work *it = argument;
    double *x = calloc(2 * SAMPLES, sizeof *x), *target = calloc(SAMPLES, sizeof *target), objective;
    costate *net = costate_load(it->spec, NULL, it->threads);
    if (!x || !target || !net || costate_error(net))
        return fail(net && costate_error(net) ? costate_error(net) : "no memory");
    fill(x, target);
    it->parameters = costate_parameters(net);
    if (it->parameters > SAMPLES || !costate_predict(net, SAMPLES, x, it->gradient) ||
        !costate_train(net, 0, NULL, NULL, ITERATIONS, NULL, NULL) ||
        !costate_gradient(net, SAMPLES, x, target, &objective, it->gradient))
        return fail(costate_error(net) ? costate_error(net) : "too many parameters");
    costate_free(net);
    free(x);
    free(target);
    return NULL;
}

int main(int argc, char **argv)
{
    static double gradients[MOST_THREADS][SAMPLES];
    Work works[MOST_THREADS];
    pthread_t threads[MOST_THREADS];
    for (unsigned i = 0; argc == 2 && i < MOST_THREADS; i++) {
        works[i] = (Work){.spec = argv[1], .threads = i + 1, .gradient = gradients[i]};
        if (pthread_create(&threads[i], NULL, work, &works[i]) != 0)
            fail("no thread");
        if (i % 2 == 1) {
            pthread_join(threads[i - 1], NULL);
            pthread_join(threads[i], NULL);
        }
    }
    for (unsigned i = 1; argc == 2 && i < MOST_THREADS; i++)
        if (memcmp(gradients[0], gradients[i], works[0].parameters * sizeof(double)) != 0)
            fail("other bits with another number of threads");
    return argc != 2;
}

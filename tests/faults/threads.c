/* threads: what libcostate says of threads, for ThreadSanitizer to look at: `threads SPEC`, a spec of two inputs, one
 * output and data of its own. It is loaded in every variant, each of which has threads touch something else; networks
 * are loaded, evaluated and trained by two threads at a time, each with a pool of its own, and have the same bits
 * whatever the number of its threads. */
#include "runtime/library/costate.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 1500, ITERATIONS = 3, MOST_THREADS = 4 };

/* Every algorithm; batches of samples in another order; what is evaluated again or kept; other numbers; inputs that are
 * learnt or scaled; implicit steps; a part of the samples to judge by. */
static const char *const variants[] = {
    "{}",
    "{ train = { search = 'lipschitz' } }",
    "{ train = { algorithm = 'adam', batch = 700 } }",
    "{ train = { algorithm = 'lbfgs' } }",
    "{ train = { algorithm = 'newton' } }",
    "{ train = { algorithm = 'gaussnewton' }, head = { outputs = 1, link = 'identity' } }",
    "{ checkpoints = 4 }",
    "{ recompute = true }",
    "{ real = 'float' }",
    "{ learn = { 'K', 'x' } }",
    "{ data = { 'spiral2d', samples = 1200, standardize = true } }",
    "{ method = 'gauss4', layers = 4 }",
    "{ data = { 'spiral2d', samples = 1200, validation = 600 }, train = { algorithm = 'lbfgs', patience = 2 } }",
};
enum { VARIANTS = sizeof variants / sizeof *variants };

typedef struct {
    const char *spec, *changes;
    unsigned threads;
    double *gradient; /* [parameters] after training, with room for SAMPLES */
    double *product;  /* [parameters] of the Hessian with that gradient, with room for SAMPLES */
    size_t parameters;
} Work;

static void *fail(const Work *it, const char *what)
{
    fprintf(stderr, "threads: %s: %s\n", it->changes, what);
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

static int used(costate *net, const Work *it, const double *x, const double *target)
{
    double objective;
    int learns_x = strstr(it->changes, "'x'") != NULL, judged = strstr(it->changes, "patience") != NULL;
    return costate_predict(net, SAMPLES, x, it->gradient) &&
           costate_train(net, 0, NULL, NULL, ITERATIONS, NULL, NULL) &&
           (judged || costate_train(net, SAMPLES, x, target, ITERATIONS, NULL, NULL)) &&
           costate_gradient(net, SAMPLES, x, target, &objective, it->gradient) &&
           (learns_x || costate_hessian(net, SAMPLES, x, target, it->gradient, it->product));
}

static void *work(void *argument)
{
    Work *it = argument;
    double *x = calloc(2 * SAMPLES, sizeof *x), *target = calloc(SAMPLES, sizeof *target);
    costate *net = costate_load(it->spec, it->changes, it->threads);
    if (!x || !target || !net || costate_error(net))
        return fail(it, net && costate_error(net) ? costate_error(net) : "no memory");
    fill(x, target);
    it->parameters = costate_parameters(net);
    if (it->parameters > SAMPLES || !used(net, it, x, target))
        return fail(it, costate_error(net) ? costate_error(net) : "too many parameters");
    costate_free(net);
    free(x);
    free(target);
    return NULL;
}

static void drive(const char *spec, const char *changes)
{
    static double gradients[MOST_THREADS][SAMPLES], products[MOST_THREADS][SAMPLES];
    Work works[MOST_THREADS];
    pthread_t threads[MOST_THREADS];
    memset(products, 0, sizeof products);
    for (unsigned i = 0; i < MOST_THREADS; i++) {
        works[i] = (Work){spec, changes, i + 1, gradients[i], products[i], 0};
        if (pthread_create(&threads[i], NULL, work, &works[i]) != 0)
            fail(&works[i], "no thread");
        if (i % 2 == 1) {
            pthread_join(threads[i - 1], NULL);
            pthread_join(threads[i], NULL);
        }
    }
    const size_t size = works[0].parameters * sizeof(double);
    for (unsigned i = 1; i < MOST_THREADS; i++)
        if (memcmp(gradients[0], gradients[i], size) != 0 || memcmp(products[0], products[i], size) != 0)
            fail(&works[i], "other bits with another number of threads");
}

int main(int argc, char **argv)
{
    for (int i = 0; argc == 2 && i < VARIANTS; i++)
        drive(argv[1], variants[i]);
    return argc != 2;
}

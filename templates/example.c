/* example: how a solver is used, and a check of it. The stand-ins below are for compiling alone and not emitted. */
#include "solver.h"
#include "noise.h"
enum { COSTATE_INPUTS = 2, COSTATE_OUTPUTS = 1, COSTATE_WORKSPACE_BYTES = 1000,
       COSTATE_TRAINING_WORKSPACE_BYTES = 2000 };
enum { SAMPLES = 1, PREDICTIONS = 1, COSTATE_SIGNALS = 1 };
static const costate_real x[SAMPLES][COSTATE_INPUTS] = {{0}};
static const costate_real known[SAMPLES][PREDICTIONS] = {{0}};
static const costate_real target[SAMPLES][PREDICTIONS] = {{0}};
static const costate_real signals[SAMPLES][COSTATE_SIGNALS] = {{0}};
struct costate_training {
    costate_real step;
};
void costate_train_start(struct costate_training *training);
int costate_train_step(size_t n, const costate_real *x, const costate_real *signals, const costate_real *target,
                       costate_real *params, struct costate_training *training, void *work);
#define FIRST_STEP         20
#define STEPS              3
#define STEP               COSTATE_EXAMPLE(0.1)
#define CENTRE             COSTATE_EXAMPLE(0)
#define SPREAD             COSTATE_EXAMPLE(0.7)
#define DIFFERENCE         COSTATE_EXAMPLE(1e-4)
#define FORWARD_BOUND      COSTATE_EXAMPLE(1e-6)
#define GRADIENT_BOUND     COSTATE_EXAMPLE(1e-5)
#define COSTATE_EXAMPLE(x) ((costate_real)(x))

/*@ opening */
#if defined(COSTATE_GRADIENT)
#include <stdint.h>
#endif
#include <stdio.h>

/*@ memory */
#if defined(COSTATE_TRAINER)
static unsigned char work[COSTATE_TRAINING_WORKSPACE_BYTES];
#else
static unsigned char work[COSTATE_WORKSPACE_BYTES];
#endif

static costate_real magnitude(costate_real a)
{
    return a < 0 ? -a : a;
}

/*@ forward */
/* The largest deviation of the predictions from those that are known, of large ones relative to these. */
#if defined(COSTATE_BAKED)
static costate_real forward_deviation(void)
#else
static costate_real forward_deviation(const costate_real *params)
#endif
{
    static costate_real prediction[SAMPLES][PREDICTIONS];
    costate_real most = 0;
#if defined(COSTATE_BAKED)
    costate_forward(SAMPLES, x[0], /*?signals*/ signals[0], prediction[0], work);
#else
    costate_forward(SAMPLES, x[0], /*?signals*/ signals[0], params, prediction[0], work);
#endif
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t j = 0; j < PREDICTIONS; j++) {
            const costate_real deviation = magnitude(prediction[i][j] - known[i][j]) / (1 + magnitude(known[i][j]));
            most = deviation > most ? deviation : most;
        }
    }
    return most;
}

/*@ gradient */
/* The parameters of this example: the time steps are those of the spec, the rest is noise. */
static void fill_parameters(costate_real *params)
{
    uint32_t state = 1;
    for (size_t i = 0; i < COSTATE_PARAMETERS; i++)
        params[i] = i - FIRST_STEP < STEPS ? STEP : CENTRE + SPREAD * costate_noise(&state);
}

/* The objective at params + step * direction. */
static costate_real objective_along(const costate_real *params, costate_real step, const costate_real *direction)
{
    static costate_real moved[COSTATE_PARAMETERS];
    costate_real objective;
    for (size_t i = 0; i < COSTATE_PARAMETERS; i++)
        moved[i] = params[i] + step * direction[i];
    costate_objective(SAMPLES, x[0], /*?signals*/ signals[0], /*?loss*/ target[0], moved, &objective, NULL, work);
    return objective;
}

/* The derivative along a direction by central differences, less that by the gradient, relative to its terms. The
 * direction leaves out what is not learnt, where the gradient is zero. */
static costate_real gradient_deviation(const costate_real *params)
{
    static costate_real gradient[COSTATE_PARAMETERS], direction[COSTATE_PARAMETERS];
    const costate_real step = DIFFERENCE;
    costate_real objective, exact = 0, size = 0;
    uint32_t state = 2;
    costate_gradient(SAMPLES, x[0], /*?signals*/ signals[0], /*?loss*/ target[0], params, &objective, /*?x_learnt*/ NULL, gradient, work);
    for (size_t i = 0; i < COSTATE_PARAMETERS; i++) {
        direction[i] = gradient[i] < 0 || gradient[i] > 0 ? costate_noise(&state) : 0;
        exact += gradient[i] * direction[i];
        size += magnitude(gradient[i] * direction[i]);
    }
    const costate_real difference =
        (objective_along(params, step, direction) - objective_along(params, -step, direction)) / (2 * step);
    printf("objective %g, gradient along a direction %g, by differences %g\n", (double)objective, (double)exact,
           (double)difference);
    return magnitude(difference - exact) / (size > 0 ? size : 1);
}

/*@ training */
/* Does training make the objective smaller? */
static int training_works(costate_real *params)
{
    static struct costate_training training;
    costate_real before, after;
#if defined(COSTATE_X_LEARNT)
    static costate_real learnt[SAMPLES][COSTATE_INPUTS], memory[COSTATE_TRAINING_X_REALS(SAMPLES)];
    for (size_t i = 0; i < SAMPLES; i++)
        for (size_t j = 0; j < COSTATE_INPUTS; j++)
            learnt[i][j] = x[i][j];
    costate_objective(SAMPLES, learnt[0], /*?signals*/ signals[0], /*?loss*/ target[0], params, &before, NULL, work);
    costate_train_start(SAMPLES, memory, &training);
    for (int i = 0; i < 20; i++)
        if (costate_train_step(SAMPLES, learnt[0], /*?signals*/ signals[0], /*?loss*/ target[0], params, &training, work))
            break;
    costate_objective(SAMPLES, learnt[0], /*?signals*/ signals[0], /*?loss*/ target[0], params, &after, NULL, work);
#else
    costate_objective(SAMPLES, x[0], /*?signals*/ signals[0], /*?loss*/ target[0], params, &before, NULL, work);
    costate_train_start(&training);
    for (int i = 0; i < 20; i++)
        if (costate_train_step(SAMPLES, x[0], /*?signals*/ signals[0], /*?loss*/ target[0], params, &training, work))
            break;
    costate_objective(SAMPLES, x[0], /*?signals*/ signals[0], /*?loss*/ target[0], params, &after, NULL, work);
#endif
    printf("training: objective from %g to %g\n", (double)before, (double)after);
    return after < before;
}

/*@ main */
int main(void)
{
#if defined(COSTATE_BAKED)
    const costate_real deviation = forward_deviation();
#else
    static costate_real params[COSTATE_PARAMETERS];
    fill_parameters(params);
    const costate_real deviation = forward_deviation(params);
#endif
    printf("predictions deviate by %g\n", (double)deviation);
    int right = deviation <= FORWARD_BOUND;
#if defined(COSTATE_GRADIENT)
    right = gradient_deviation(params) <= GRADIENT_BOUND && right;
#endif
#if defined(COSTATE_TRAINER)
    right = training_works(params) && right;
#endif
    puts(right ? "passed" : "FAILED");
    return right ? 0 : 1;
}

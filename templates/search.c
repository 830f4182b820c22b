/* search: a training step by gradient descent with a line search, after Armijo or (COSTATE_LIPSCHITZ) with an estimate
 * of the Lipschitz constant: the algorithms of runtime/train/line_search.c for a device. Compiles alone. */
#include "trainer.h"

/*@ training */
/* Gradient descent with a line search. The state of a training is the caller's; objective is that of params after the
 * last step. */
struct costate_training {
    costate_real objective, step;
    size_t iteration;
#if defined(COSTATE_X_LEARNT)
    size_t samples;
    costate_real *x_memory;
#endif
};

#if defined(COSTATE_X_LEARNT)
/* Begins a training of params and of the inputs of n samples, the same ones at each step. x_memory
 * [COSTATE_TRAINING_X_REALS(n)] is the training's as long as it lasts. */
void costate_train_start(size_t n, costate_real *x_memory, struct costate_training *training);
#else
/* Begins a training. */
void costate_train_start(struct costate_training *training);
#endif

#if defined(COSTATE_X_LEARNT)
/* One step of params and x downhill on the n samples that the training began with. work has
 * COSTATE_TRAINING_WORKSPACE_BYTES. Returns 0, or 1 (an array is NULL, or n another), 2 (the gradient is zero), 3 (the
 * objective or the gradient is not finite) or 4 (200 trials were rejected), which leave params, x and training as they
 * were. */
#else
/* One step of params downhill on n samples. work has COSTATE_TRAINING_WORKSPACE_BYTES. Returns 0, or 1 (an array is
 * NULL), 2 (the gradient is zero), 3 (the objective or the gradient is not finite) or 4 (200 trials were rejected),
 * which leave params and training as they were. */
#endif
#if defined(COSTATE_BOUNDED)
/* Params outside of their bounds are moved to the nearest first; the gradient is zero (2), too, where only bounds keep
 * params from going down. */
#endif
#if defined(COSTATE_X_BOUNDED)
/* So it is with x. */
#endif
#if defined(COSTATE_X_LEARNT)
int costate_train_step(size_t n, costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work);
#else
int costate_train_step(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work);
#endif

/*@ train_search all_finite take_parameters align gradient objective copy is_zero */
#define COSTATE_MOST_TRIALS 200

#if defined(COSTATE_X_LEARNT)
void costate_train_start(size_t n, costate_real *x_memory, struct costate_training *training)
{
    training->samples = n;
    training->x_memory = x_memory;
#else
void costate_train_start(struct costate_training *training)
{
#endif
    training->objective = 0;
    training->step = COSTATE_FIRST_STEP;
    training->iteration = 0;
}

/* The trial point v that lies a step from u down the gradient g. */
static void costate_descend(size_t n, costate_real step, const costate_real *u, const costate_real *g, costate_real *v)
{
    for (size_t i = 0; i < n; i++)
#if defined(COSTATE_LIPSCHITZ)
        v[i] = u[i] - g[i] / step;
#else
        v[i] = u[i] - step * g[i];
#endif
}

/* How far the objective may rise from u to v, a step apart, for v to be accepted. */
static costate_real costate_rise(size_t n, costate_real step, const costate_real *u, const costate_real *g,
                                 const costate_real *v)
{
    costate_real sum = 0;
    for (size_t i = 0; i < n; i++) {
        const costate_real difference = v[i] - u[i];
#if defined(COSTATE_LIPSCHITZ)
        sum += (g[i] + step / 2 * difference) * difference;
#else
        (void)step;
        sum += COSTATE_C(0.4) * g[i] * difference;
#endif
    }
    return sum;
}

#if defined(COSTATE_X_LEARNT)
int costate_train_step(size_t n, costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work)
#else
int costate_train_step(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work)
#endif
{
    if (!params || !training || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*//*?-loss*/ || !target/*?-*/)))
        return 1;
#if defined(COSTATE_X_LEARNT)
    if (n != training->samples || (n > 0 && !training->x_memory))
        return 1;
    const size_t inputs = n * COSTATE_INPUTS;
    costate_real *const x_bar = training->x_memory, *const x_trial = x_bar + inputs;
#endif
    costate_real *free = costate_align(work), objective;
    costate_real *const gradient = costate_take_parameters(&free), *const trial = costate_take_parameters(&free);
#if defined(COSTATE_SIMPLEX)
    costate_real *const sorted = costate_take(&free, (COSTATE_SIMPLEX_COUNT + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
#endif
#if defined(COSTATE_LIPSCHITZ)
    costate_real step = training->step;
#else
    costate_real step = 2 * training->step < COSTATE_MOST_STEP ? 2 * training->step : COSTATE_MOST_STEP;
#endif
#if defined(COSTATE_BOUNDED)
    costate_clamp(params);
#endif
#if defined(COSTATE_X_BOUNDED)
    costate_clamp_inputs(inputs, x);
#endif
#if defined(COSTATE_X_LEARNT)
    costate_gradient(n, x, /*?signals*/ signals, /*?loss*/ target, params, &objective, x_bar, gradient, free);
    if (!costate_all_finite(inputs, x_bar))
        return 3;
#else
    costate_gradient(n, x, /*?signals*/ signals, /*?loss*/ target, params, &objective, /*?x_learnt*/ NULL, gradient, free);
#endif
    if (!costate_all_finite(1, &objective) || !costate_all_finite(COSTATE_PARAMETERS, gradient))
        return 3;
#if defined(COSTATE_BOUNDED)
    int zero = costate_is_zero(params, gradient);
#else
    int zero = costate_is_zero(gradient);
#endif
#if defined(COSTATE_X_LEARNT)
    for (size_t i = 0; i < inputs && zero; i++)
        zero = /*?-X_BOUNDED*/(x_bar[i] < 0 ? x[i] >= costate_x_upper[i % COSTATE_INPUTS] : x[i] <= costate_x_lower[i % COSTATE_INPUTS]) || /*?-*/!(x_bar[i] < 0 || x_bar[i] > 0);
#endif
    if (zero)
        return 2;
    for (int tried = 0; tried < COSTATE_MOST_TRIALS; tried++) {
        costate_real there = 0, bound = objective;
        costate_descend(COSTATE_PARAMETERS, step, params, gradient, trial);
#if defined(COSTATE_BOUNDED)
        costate_clamp(trial);
#endif
#if defined(COSTATE_SIMPLEX)
        costate_project(trial + COSTATE_SIMPLEX_FIRST, sorted);
#endif
#if defined(COSTATE_X_LEARNT)
        costate_descend(inputs, step, x, x_bar, x_trial);
        /*? X_BOUNDED */
        costate_clamp_inputs(inputs, x_trial);
        /*? end */
        bound += costate_rise(inputs, step, x, x_bar, x_trial);
        costate_objective(n, x_trial, /*?signals*/ signals, /*?loss*/ target, trial, &there, NULL, free);
#else
        costate_objective(n, x, /*?signals*/ signals, /*?loss*/ target, trial, &there, NULL, free);
#endif
        bound += costate_rise(COSTATE_PARAMETERS, step, params, gradient, trial);
        if (costate_all_finite(1, &there) && costate_all_finite(1, &bound) && there <= bound) {
            costate_copy(COSTATE_PARAMETERS, params, trial);
#if defined(COSTATE_X_LEARNT)
            costate_copy(inputs, x, x_trial);
#endif
            training->objective = there;
#if defined(COSTATE_LIPSCHITZ)
            training->step = step * COSTATE_DOWN;
#else
            training->step = step;
#endif
            training->iteration++;
            return 0;
        }
#if defined(COSTATE_LIPSCHITZ)
        step *= COSTATE_UP;
#else
        step /= 2;
#endif
    }
    return 4;
}

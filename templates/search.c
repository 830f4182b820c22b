/* search: a training step by gradient descent with a line search, after Armijo or (COSTATE_LIPSCHITZ) with an estimate
 * of the Lipschitz constant: the algorithms of runtime/train/line_search.c for a device. Compiles alone. */
#include "trainer.h"

/*@ training */
/* Gradient descent with a line search. The state of a training is the caller's; objective is that of params after the
 * last step. */
struct costate_training {
    costate_real objective, step;
    size_t iteration;
};

/* Begins a training. */
void costate_train_start(struct costate_training *training);

/* One step of params downhill on n samples. work has COSTATE_TRAINING_WORKSPACE_BYTES. Returns 0, or 1 (an array is
 * NULL), 2 (the gradient is zero), 3 (the objective or the gradient is not finite) or 4 (200 trials were rejected),
 * which leave params and training as they were. */
#if defined(COSTATE_BOUNDED)
/* Params outside of their bounds are moved to the nearest first; the gradient is zero (2), too, where only bounds keep
 * params from going down. */
#endif
int costate_train_step(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work);

/*@ train_search all_finite take_parameters align gradient objective copy is_zero */
#define COSTATE_MOST_TRIALS 200

void costate_train_start(struct costate_training *training)
{
    training->objective = 0;
    training->step = COSTATE_FIRST_STEP;
    training->iteration = 0;
}

/* The trial point v that lies a step from u down the gradient g. */
static void costate_descend(costate_real step, const costate_real *u, const costate_real *g, costate_real *v)
{
    for (size_t i = 0; i < COSTATE_PARAMETERS; i++)
#if defined(COSTATE_LIPSCHITZ)
        v[i] = u[i] - g[i] / step;
#else
        v[i] = u[i] - step * g[i];
#endif
}

/* How far the objective may rise from u to v for v to be accepted. */
#if defined(COSTATE_LIPSCHITZ)
static costate_real costate_rise(const costate_real *u, const costate_real *g, const costate_real *v, costate_real step)
#else
static costate_real costate_rise(const costate_real *u, const costate_real *g, const costate_real *v)
#endif
{
    costate_real sum = 0;
    for (size_t i = 0; i < COSTATE_PARAMETERS; i++) {
        const costate_real difference = v[i] - u[i];
#if defined(COSTATE_LIPSCHITZ)
        sum += (g[i] + step / 2 * difference) * difference;
#else
        sum += COSTATE_C(0.4) * g[i] * difference;
#endif
    }
    return sum;
}

int costate_train_step(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work)
{
    if (!params || !training || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*//*?-loss*/ || !target/*?-*/)))
        return 1;
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
    costate_gradient(n, x, /*?signals*/ signals, /*?loss*/ target, params, &objective, /*?x_learnt*/ NULL, gradient, free);
    if (!costate_all_finite(1, &objective) || !costate_all_finite(COSTATE_PARAMETERS, gradient))
        return 3;
#if defined(COSTATE_BOUNDED)
    if (costate_is_zero(params, gradient))
#else
    if (costate_is_zero(gradient))
#endif
        return 2;
    for (int tried = 0; tried < COSTATE_MOST_TRIALS; tried++) {
        costate_real there = 0;
        costate_descend(step, params, gradient, trial);
#if defined(COSTATE_BOUNDED)
        costate_clamp(trial);
#endif
#if defined(COSTATE_SIMPLEX)
        costate_project(trial + COSTATE_SIMPLEX_FIRST, sorted);
#endif
        costate_objective(n, x, /*?signals*/ signals, /*?loss*/ target, trial, &there, NULL, free);
#if defined(COSTATE_LIPSCHITZ)
        const costate_real bound = objective + costate_rise(params, gradient, trial, step);
#else
        const costate_real bound = objective + costate_rise(params, gradient, trial);
#endif
        if (costate_all_finite(1, &there) && costate_all_finite(1, &bound) && there <= bound) {
            costate_copy(COSTATE_PARAMETERS, params, trial);
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

/* adam: a training step by Adam on one batch, the algorithm of runtime/train/adam.c for a device. Compiles alone. */
#include "trainer.h"

/*@ training */
/* Adam (Kingma and Ba 2015) with beta 0.9 and 0.999. The state of a training is the caller's; objective is that of the
 * samples of the last step before it, step the rate of the next. */
struct costate_training {
    costate_real objective, step;
    size_t iteration;
#if defined(COSTATE_FALLING)
    size_t horizon; /* steps over which the rate falls, which then stays: the spec's epochs of one batch each. Where an
                     * epoch has more, set it behind costate_train_start to epochs times batches. */
#endif
    costate_real decay[2]; /* beta^iteration */
    costate_real mean[COSTATE_PARAMETERS], square[COSTATE_PARAMETERS];
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
 * COSTATE_TRAINING_WORKSPACE_BYTES. Returns 0, or 1 (an array is NULL, or n another) or 3 (the objective or the gradient
 * is not finite), which leave params, x and training as they were. */
#else
/* One step of params downhill on a batch of n samples. work has COSTATE_TRAINING_WORKSPACE_BYTES. Returns 0, or 1 (an
 * array is NULL) or 3 (the objective or the gradient is not finite), which leave params and training as they were. */
#endif
#if defined(COSTATE_BOUNDED)
/* Params outside of their bounds are moved to the nearest first. */
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

/*@ train_adam all_finite take_parameters align gradient clear sqrt block_count */
#define COSTATE_BETA1   COSTATE_C(0.9)
#define COSTATE_BETA2   COSTATE_C(0.999)
#define COSTATE_EPSILON COSTATE_C(1e-8)

#if defined(COSTATE_X_LEARNT)
void costate_train_start(size_t n, costate_real *x_memory, struct costate_training *training)
{
    training->samples = n;
    training->x_memory = x_memory;
    if (x_memory)
        costate_clear(COSTATE_TRAINING_X_REALS(n), x_memory);
#else
void costate_train_start(struct costate_training *training)
{
#endif
    training->objective = 0;
    training->step = COSTATE_FIRST_STEP;
    training->iteration = 0;
#if defined(COSTATE_FALLING)
    training->horizon = COSTATE_HORIZON;
#endif
    training->decay[0] = training->decay[1] = 1;
    costate_clear(COSTATE_PARAMETERS, training->mean);
    costate_clear(COSTATE_PARAMETERS, training->square);
}

#if defined(COSTATE_FALLING)
/* The rate of the next step, half a cosine down to COSTATE_LAST_STEP. */
static costate_real costate_rate(const struct costate_training *training, costate_real *block)
{
    if (training->iteration >= training->horizon)
        return COSTATE_LAST_STEP;
    const costate_real share = (costate_real)(ptrdiff_t)training->iteration / (costate_real)(ptrdiff_t)training->horizon;
    for (size_t i = 0; i < COSTATE_BLOCK; i++)
        block[i] = COSTATE_C(3.14159265358979323846) * share;
    costate_cos(COSTATE_BLOCK, block, block);
    return COSTATE_LAST_STEP + (COSTATE_FIRST_STEP - COSTATE_LAST_STEP) / 2 * (1 + block[0]);
}

#endif
#if defined(COSTATE_WEIGHTED)
/* Every tensor that decays, by COSTATE_WEIGHT_DECAY times the rate. */
static void costate_decay_weights(costate_real rate, costate_real *params)
{
    for (size_t t = 0; t < sizeof costate_decayed / sizeof *costate_decayed; t++)
        for (size_t i = costate_decayed[t][0]; i < costate_decayed[t][0] + costate_decayed[t][1]; i++)
            params[i] -= rate * (costate_real)COSTATE_WEIGHT_DECAY * params[i];
}

#endif
/* Moves x[n] down, by the means of its gradient and of the gradient's square, which it updates; root is a block. */
static void costate_descend(size_t n, costate_real *x, const costate_real *gradient, costate_real *mean,
                            costate_real *square, const struct costate_training *training, costate_real *root)
{
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_clear(COSTATE_BLOCK, root);
        for (size_t k = 0; k < count; k++) {
            const size_t i = start + k;
            const costate_real g = gradient[i];
            mean[i] = COSTATE_BETA1 * mean[i] + (1 - COSTATE_BETA1) * g;
            square[i] = COSTATE_BETA2 * square[i] + (1 - COSTATE_BETA2) * g * g;
            root[k] = square[i] / (1 - training->decay[1]);
        }
        costate_sqrt(COSTATE_BLOCK, root, root);
        for (size_t k = 0; k < count; k++) {
            const size_t i = start + k;
            x[i] -= training->step * (mean[i] / (1 - training->decay[0])) / (root[k] + COSTATE_EPSILON);
        }
    }
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
    costate_real *const x_mean = training->x_memory, *const x_square = x_mean + inputs, *const x_bar = x_square + inputs;
#endif
    costate_real *free = costate_align(work), objective;
    costate_real *const gradient = costate_take_parameters(&free), *const root = costate_take_parameters(&free);
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
    training->decay[0] *= COSTATE_BETA1;
    training->decay[1] *= COSTATE_BETA2;
#if defined(COSTATE_WEIGHTED)
    costate_decay_weights(training->step, params);
#endif
    costate_descend(COSTATE_PARAMETERS, params, gradient, training->mean, training->square, training, root);
#if defined(COSTATE_X_LEARNT)
    costate_descend(inputs, x, x_bar, x_mean, x_square, training, root);
    /*? X_BOUNDED */
    costate_clamp_inputs(inputs, x);
    /*? end */
#endif
#if defined(COSTATE_BOUNDED)
    costate_clamp(params);
#endif
#if defined(COSTATE_SIMPLEX)
    costate_project(params + COSTATE_SIMPLEX_FIRST, root);
#endif
    training->objective = objective;
    training->iteration++;
#if defined(COSTATE_FALLING)
    training->step = costate_rate(training, root);
#endif
    return 0;
}

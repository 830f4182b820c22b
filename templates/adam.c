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
};

/* Begins a training. */
void costate_train_start(struct costate_training *training);

/* One step of params downhill on a batch of n samples. work has COSTATE_TRAINING_WORKSPACE_BYTES. Returns 0, or 1 (an
 * array is NULL) or 3 (the objective or the gradient is not finite), which leave params and training as they were. */
#if defined(COSTATE_BOUNDED)
/* Params outside of their bounds are moved to the nearest first. */
#endif
int costate_train_step(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work);

/*@ train_adam all_finite take_parameters align gradient clear sqrt */
#define COSTATE_BETA1   COSTATE_C(0.9)
#define COSTATE_BETA2   COSTATE_C(0.999)
#define COSTATE_EPSILON COSTATE_C(1e-8)

void costate_train_start(struct costate_training *training)
{
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
/* The means of the gradient and of its square, and in root the square root of the latter, without its bias. */
static void costate_average(const costate_real *gradient, struct costate_training *training, costate_real *root)
{
    const size_t rows = (COSTATE_PARAMETERS + COSTATE_BLOCK - 1) / COSTATE_BLOCK;
    training->decay[0] *= COSTATE_BETA1;
    training->decay[1] *= COSTATE_BETA2;
    costate_clear(rows * COSTATE_BLOCK, root);
    for (size_t i = 0; i < COSTATE_PARAMETERS; i++) {
        const costate_real g = gradient[i];
        training->mean[i] = COSTATE_BETA1 * training->mean[i] + (1 - COSTATE_BETA1) * g;
        training->square[i] = COSTATE_BETA2 * training->square[i] + (1 - COSTATE_BETA2) * g * g;
        root[i] = training->square[i] / (1 - training->decay[1]);
    }
    costate_sqrt(rows * COSTATE_BLOCK, root, root);
}

int costate_train_step(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work)
{
    if (!params || !training || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*//*?-loss*/ || !target/*?-*/)))
        return 1;
    costate_real *free = costate_align(work), objective;
    costate_real *const gradient = costate_take_parameters(&free), *const root = costate_take_parameters(&free);
#if defined(COSTATE_BOUNDED)
    costate_clamp(params);
#endif
    costate_gradient(n, x, /*?signals*/ signals, /*?loss*/ target, params, &objective, /*?x_learnt*/ NULL, gradient, free);
    if (!costate_all_finite(1, &objective) || !costate_all_finite(COSTATE_PARAMETERS, gradient))
        return 3;
    costate_average(gradient, training, root);
#if defined(COSTATE_WEIGHTED)
    costate_decay_weights(training->step, params);
#endif
    for (size_t i = 0; i < COSTATE_PARAMETERS; i++)
        params[i] -= training->step * (training->mean[i] / (1 - training->decay[0])) / (root[i] + COSTATE_EPSILON);
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

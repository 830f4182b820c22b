/* Adam over batches, one epoch an iteration: the samples in an order that follows from seed and epoch number, batch by
 * batch (the last one may be shorter); then the objective of all samples. D. P. Kingma, J. Ba, ICLR 2015, algorithm 1,
 * with beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8; with bounds or a constraint each update is followed by the
 * projection onto them. The weights decay beside that by rate * weight_decay, which is I. Loshchilov, F. Hutter, ICLR
 * 2019, algorithm 2. The rate is one for each update; the step is that of the next. */
#include "runtime/train/point.h"

#include "runtime/number/random.h"
#include "runtime/number/reals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

/* Every epoch starts from the identity and has a stream of its own, so that no order has to be stored. */
static void shuffle(Train *train)
{
    size_t samples = train->objective->samples;
    char name[40];
    snprintf(name, sizeof name, "epoch %zu", train->state.iteration);
    Random random = random_stream(train->settings.seed, name);
    for (size_t i = 0; i < samples; i++)
        train->order[i] = i;
    random_shuffle(&random, train->order, samples);
}

static size_t batches(const Train *train)
{
    size_t samples = train->objective->samples, batch = train->settings.spec.batch;
    return samples / batch + (samples % batch != 0);
}

/* After so many updates. */
static double rate_after(const Train *train, double updates)
{
    const TrainSpec *spec = &train->settings.spec;
    return algorithm_rate(&spec->rate, updates / ((double)spec->horizon * (double)batches(train)));
}

/* Update number t = 1, 2, ... of the trial and its moments by train->gradient. */
static void update(Train *train, double t)
{
    const double *g = train->gradient;
    double *x = train->trial, *m = train->trial_arrays[0], *v = train->trial_arrays[1];
    double bias1 = 1.0 - pow(beta1, t), bias2 = 1.0 - pow(beta2, t), rate = rate_after(train, t - 1);
    double decay = rate * train->settings.spec.weight_decay;
    for (size_t i = 0; i < train->settings.decaying; i++)
        x[i] -= train->settings.decays[i] ? decay * x[i] : 0;
    for (size_t i = 0; i < train->objective->parameters; i++) {
        m[i] = beta1 * m[i] + (1.0 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1.0 - beta2) * g[i] * g[i];
        x[i] -= rate * (m[i] / bias1) / (sqrt(v[i] / bias2) + epsilon);
    }
    train_project(train, x);
}

/* RUNNING: to its end. */
static TrainResult epoch(Train *train)
{
    size_t samples = train->objective->samples, batch = train->settings.spec.batch;
    size_t count = batches(train);
    Evaluation evaluation;
    for (size_t k = 0; k < count; k++) {
        size_t first = k * batch, taken = samples - first < batch ? samples - first : batch;
        train->strayed = k;
        if (!train_evaluate_batch(train, train->trial, train->order + first, taken, &evaluation, train->gradient))
            return TRAIN_FAILED;
        if (!isfinite(evaluation.objective) || !reals_finite(train->gradient, train->objective->parameters))
            return TRAIN_NOT_FINITE;
        update(train, (double)train->state.iteration * (double)count + (double)(k + 1));
    }
    train->strayed = count;
    return TRAIN_RUNNING;
}

/* Parameters and moments can leave the range of numbers with the last update. */
static bool is_finite(const Train *train, const Evaluation *evaluation)
{
    size_t n = train->objective->parameters;
    return isfinite(evaluation->objective) && reals_finite(train->trial, n) &&
           reals_finite(train->trial_arrays[0], n) && reals_finite(train->trial_arrays[1], n);
}

static void copy(Train *train, double *const to[3], double *const from[3])
{
    for (int i = 0; i < 3; i++)
        memcpy(to[i], from[i], train->objective->parameters * sizeof(double));
}

static TrainResult iterate(Train *train)
{
    TrainState *state = &train->state;
    double *const kept[3] = {state->params, state->arrays[0], state->arrays[1]};
    double *const trial[3] = {train->trial, train->trial_arrays[0], train->trial_arrays[1]};
    Evaluation evaluation;
    copy(train, trial, kept);
    shuffle(train);
    TrainResult result = epoch(train);
    if (result != TRAIN_RUNNING)
        return result;
    if (!train_evaluate(train, train->trial, &evaluation, NULL))
        return TRAIN_FAILED;
    if (!is_finite(train, &evaluation))
        return TRAIN_NOT_FINITE;
    copy(train, kept, trial);
    state->evaluation = evaluation;
    state->iteration++;
    state->step = rate_after(train, (double)state->iteration * (double)batches(train));
    return TRAIN_RUNNING;
}

const TrainMethod train_adam = {.iterate = iterate, .arrays = {"moment1", "moment2"}, .shuffles = true};

#include "runtime/train/point.h"

#include "runtime/number/reals.h"

#include <math.h>
#include <string.h>

bool train_evaluate(Train *train, const double *params, Evaluation *evaluation, double *gradient)
{
    const Objective *objective = train->objective;
    return objective->evaluate(objective->context, params, NULL, objective->samples, evaluation, gradient);
}

TrainResult train_prepare(Train *train)
{
    Evaluation evaluation;
    size_t parameters = train->objective->parameters;
    if (!train->gradient_known && !train_evaluate(train, train->state.params, &evaluation, train->gradient))
        return TRAIN_FAILED;
    train->gradient_known = true;
    if (!reals_finite(train->gradient, parameters))
        return TRAIN_NOT_FINITE;
    return train_stationary(train) ? TRAIN_ZERO_GRADIENT : TRAIN_RUNNING;
}

/* The largest entry of P(u - g) - u, with P the projection onto the bounds: 0 where no step leads down. */
static double projected_gradient(const Train *train)
{
    const TrainSettings *settings = &train->settings;
    double largest = 0;
    for (size_t i = 0; i < train->objective->parameters; i++) {
        double u = train->state.params[i], way = train->gradient[i];
        if (i < settings->bounded)
            way = way > 0 ? fmin(way, u - settings->lower[i]) : fmax(way, u - settings->upper[i]);
        largest = fmax(largest, fabs(way));
    }
    return largest;
}

TrainResult train_prepare_above(Train *train, double least)
{
    TrainResult result = train_prepare(train);
    return result == TRAIN_RUNNING && projected_gradient(train) <= least ? TRAIN_SMALL_GRADIENT : result;
}

void train_accept(Train *train, const Evaluation *evaluation, double step, bool gradient_known)
{
    TrainState *state = &train->state;
    memcpy(state->params, train->trial, train->objective->parameters * sizeof(double));
    state->evaluation = *evaluation;
    state->step = step;
    state->iteration++;
    train->gradient_known = gradient_known;
    if (gradient_known)
        memcpy(train->gradient, train->trial_gradient, train->objective->parameters * sizeof(double));
}

#include "runtime/train/point.h"

#include "runtime/number/reals.h"

#include <float.h>
#include <math.h>
#include <string.h>

bool train_evaluate(Train *train, const double *params, Evaluation *evaluation, double *gradient)
{
    return train_evaluate_batch(train, params, NULL, train->objective->samples, evaluation, gradient);
}

bool train_evaluate_batch(Train *train, const double *params, const size_t *samples, size_t count,
                          Evaluation *evaluation, double *gradient)
{
    const Objective *objective = train->objective;
    train->state.evaluations[gradient ? EVALUATED_GRADIENT : EVALUATED_OBJECTIVE]++;
    return objective->evaluate(objective->context, params, samples, count, evaluation, gradient);
}

bool train_product(Train *train, const double *direction, double *product)
{
    train->state.evaluations[EVALUATED_PRODUCT]++;
    return train->objective->hessian(train->objective->context, train->state.params, direction, product);
}

bool train_squares(Train *train, double *matrix)
{
    train->state.evaluations[EVALUATED_JACOBIAN]++;
    return train->objective->squares(train->objective->context, train->state.params, matrix);
}

/* A gradient that a training had before it stopped is not counted again where it goes on. */
static bool evaluate_gradient(Train *train)
{
    Evaluation evaluation;
    TrainState *state = &train->state;
    state->evaluations[EVALUATED_GRADIENT] -= state->gradient_counted;
    state->gradient_counted = 1;
    return train_evaluate(train, state->params, &evaluation, train->gradient);
}

TrainResult train_prepare(Train *train)
{
    size_t parameters = train->objective->parameters;
    if (!train->gradient_known && !evaluate_gradient(train))
        return TRAIN_FAILED;
    train->gradient_known = true;
    train->norm = reals_norm(parameters, train->gradient);
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

bool train_promises_little(const Train *train, double promise)
{
    double tolerance = train->settings.spec.tolerance, share = fmax(tolerance * tolerance, DBL_EPSILON);
    return !(promise > share * fabs(train->state.evaluation.objective));
}

double train_next_radius(double radius, double length, double share)
{
    static const double poor = 0.25, good = 0.75, edge = 0.8;
    if (!(share >= poor))
        return length / 4;
    return share > good && length >= edge * radius ? 2 * radius : radius;
}

bool train_goes_down(const Evaluation *trial, double share)
{
    static const double least = 1e-4;
    return isfinite(trial->objective) && share > least;
}

void train_accept(Train *train, const Evaluation *evaluation, double step, bool gradient_known)
{
    TrainState *state = &train->state;
    memcpy(state->params, train->trial, train->objective->parameters * sizeof(double));
    state->evaluation = *evaluation;
    state->step = step;
    state->iteration++;
    train->gradient_known = gradient_known;
    state->gradient_counted = gradient_known;
    if (gradient_known)
        memcpy(train->gradient, train->trial_gradient, train->objective->parameters * sizeof(double));
}

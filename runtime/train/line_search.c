/* Gradient descent with backtracking, by a Lipschitz estimate or by Armijo's rule. One iteration from u = state.params
 * with g the gradient there, P the projection onto the bounds and the constraint:
 *   Lipschitz: v = P(u - g / L), accepted when J(v) <= J(u) + <g, v-u> + L/2 |v-u|^2; then L *= down, otherwise L *= up
 *     and again. The step is L.
 *   Armijo: v = P(u - alpha g), accepted when J(v) <= J(u) + 0.4 <g, v-u>, which without P is Armijo's
 *     J(u) - 0.4 alpha |g|^2; otherwise alpha is halved. The first alpha is min(tau_max, 2 * the last one accepted).
 *     The step is alpha.
 * (Benning et al., arXiv 1904.05657.) A trial whose objective is not finite is rejected. */
#include "runtime/train/point.h"

#include <math.h>

static const double armijo_share = 0.4;

static double first_step(const TrainSpec *spec, double last)
{
    return spec->algorithm == TRAIN_LIPSCHITZ ? last : fmin(spec->tau_max, 2.0 * last);
}

static double step_after_rejection(const TrainSpec *spec, double step)
{
    return spec->algorithm == TRAIN_LIPSCHITZ ? step * spec->up : step / 2.0;
}

static double step_after_acceptance(const TrainSpec *spec, double step)
{
    return spec->algorithm == TRAIN_LIPSCHITZ ? step * spec->down : step;
}

/* trial = P(u - g / L) or P(u - alpha g). */
static void descend(Train *train, double step)
{
    const double *u = train->state.params, *g = train->gradient;
    bool divide = train->settings.spec.algorithm == TRAIN_LIPSCHITZ;
    for (size_t i = 0; i < train->objective->parameters; i++)
        train->trial[i] = u[i] - (divide ? g[i] / step : step * g[i]);
    train_project(train, train->trial);
}

/* The largest objective at which the trial is accepted. */
static double bound(const Train *train, double step)
{
    const double *u = train->state.params, *v = train->trial, *g = train->gradient;
    double slope = 0.0, square = 0.0;
    for (size_t i = 0; i < train->objective->parameters; i++) {
        double difference = v[i] - u[i];
        slope += g[i] * difference;
        square += difference * difference;
    }
    double objective = train->state.evaluation.objective;
    if (train->settings.spec.algorithm == TRAIN_LIPSCHITZ)
        return objective + slope + step / 2.0 * square;
    return objective + armijo_share * slope;
}

/* Lipschitz accepts its first trial about 40 times as often as not (down^40 * up = 1), so that trial is evaluated
 * together with the gradient that the next iteration then needs: one pass forward an iteration instead of two. Armijo,
 * which starts from twice the last step, rejects too often for that. */
static TrainResult search(Train *train)
{
    double step = first_step(&train->settings.spec, train->state.step);
    bool with_gradient = train->settings.spec.algorithm == TRAIN_LIPSCHITZ;
    for (int trial = 0; trial < TRAIN_MOST_TRIALS; trial++, with_gradient = false) {
        Evaluation evaluation;
        descend(train, step);
        if (!train_evaluate(train, train->trial, &evaluation, with_gradient ? train->trial_gradient : NULL))
            return TRAIN_FAILED;
        double limit = bound(train, step);
        if (isfinite(evaluation.objective) && isfinite(limit) && evaluation.objective <= limit) {
            train_accept(train, &evaluation, step_after_acceptance(&train->settings.spec, step), with_gradient);
            return TRAIN_RUNNING;
        }
        step = step_after_rejection(&train->settings.spec, step);
    }
    return TRAIN_REJECTED_TOO_OFTEN;
}

static TrainResult iterate(Train *train)
{
    TrainResult result = train_prepare(train);
    return result == TRAIN_RUNNING ? search(train) : result;
}

const TrainMethod train_armijo = {.iterate = iterate};
const TrainMethod train_lipschitz = {.iterate = iterate};

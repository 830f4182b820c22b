/* L-BFGS with bounds: projected quasi-Newton steps (D. P. Bertsekas, SIAM J. Control Optim. 20, 1982) by the two-loop
 * recursion (J. Nocedal, Math. Comp. 35, 1980). One iteration from u = state.params with g the gradient there:
 *   the entries that g keeps at a bound stay; on the others d = -H g, H from the last `memory` pairs of steps s and
 *   differences of gradients y, seen in those entries alone, where <s, y> is positive there;
 *   v = P(u + t d), t from 1 (without pairs, from 1 / |g|), by the search of More and Thuente (interval.h) until
 *   Wolfe's strong conditions hold along that path: J(v) <= J(u) + 1e-4 <g, v-u> and |slope(t)| <= 0.9 |slope(0)|.
 *   At rounding level the first is J(v) <= J(u) with the slope of W. Hager, H. Zhang (SIAM J. Optim. 16, 2005).
 * A search that fails is repeated down the gradient, without the pairs. It ends where no entry of the projected
 * gradient u - P(u - g) exceeds tolerance * max(1, |J|), or where the decrease that H promises, -<g, d> / 2, is at most
 * tolerance * |J|. The step is t. All sums run in the order of the parameters. The pairs that are not there yet are
 * zero; the last one is the newest. */
#include "runtime/train/interval.h"
#include "runtime/train/point.h"

#include "runtime/number/reals.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double decrease_share = 1e-4, slope_share = 0.9;

enum { MOST_REFINEMENTS = 20 };

static size_t memory(const TrainSpec *spec, size_t parameters)
{
    (void)parameters;
    return spec->memory;
}

static double *direction(const Train *train)
{
    return train->trial_arrays[0];
}

static double *best_gradient(const Train *train)
{
    return train->trial_arrays[1];
}

/* Over the entries that are not held. */
static double dot(const Train *train, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < train->objective->parameters; i++)
        if (!train_held(train, i))
            sum += a[i] * b[i];
    return sum;
}

static void add(Train *train, double factor, const double *a, double *sum)
{
    for (size_t i = 0; i < train->objective->parameters; i++)
        if (!train_held(train, i))
            sum[i] += factor * a[i];
}

static bool curved(const Train *train, const double *s, const double *y)
{
    return dot(train, s, y) > DBL_EPSILON * dot(train, y, y);
}

/* The direction, by as many of the pairs as can be used: is there one? */
static bool descend(Train *train, bool with_pairs)
{
    const size_t n = train->objective->parameters, pairs = with_pairs ? train->settings.spec.memory : 0;
    const double *steps = train->state.arrays[0], *differences = train->state.arrays[1];
    double *d = direction(train), *alpha = train->scratch, scale = 0.0;
    for (size_t i = 0; i < n; i++)
        d[i] = train_held(train, i) ? 0.0 : -train->gradient[i];
    for (size_t k = pairs; k-- > 0;) {
        const double *s = steps + k * n, *y = differences + k * n;
        if (!curved(train, s, y))
            continue;
        if (!(scale > 0.0))
            scale = dot(train, s, y) / dot(train, y, y);
        alpha[k] = dot(train, s, d) / dot(train, s, y);
        add(train, -alpha[k], y, d);
    }
    for (size_t i = 0; i < n && scale > 0.0; i++)
        d[i] *= scale;
    for (size_t k = 0; k < pairs; k++) {
        const double *s = steps + k * n, *y = differences + k * n;
        if (curved(train, s, y))
            add(train, alpha[k] - dot(train, y, d) / dot(train, s, y), s, d);
    }
    return scale > 0.0;
}

/* trial = P(u + t d): does it differ from u? */
static bool move(Train *train, double t)
{
    const size_t n = train->objective->parameters;
    for (size_t i = 0; i < n; i++)
        train->trial[i] = train->state.params[i] + t * direction(train)[i];
    train_project(train, train->trial);
    for (size_t i = 0; i < n; i++)
        if (train->trial[i] != train->state.params[i])
            return true;
    return false;
}

/* The slope of the path at the trial: entries that have come to rest at a bound no longer change. */
static double path_slope(const Train *train, double t)
{
    double slope = 0.0;
    for (size_t i = 0; i < train->objective->parameters; i++)
        if (i >= train->settings.bounded || train->trial[i] == train->state.params[i] + t * direction(train)[i])
            slope += train->trial_gradient[i] * direction(train)[i];
    return slope;
}

static bool low_enough(const Train *train, const IntervalPoint *start, const IntervalPoint *point)
{
    double descent = 0.0;
    for (size_t i = 0; i < train->objective->parameters; i++)
        descent += train->gradient[i] * (train->trial[i] - train->state.params[i]);
    if (!point->finite || !(descent < 0.0))
        return false;
    return point->objective <= start->objective + decrease_share * descent ||
           (point->objective <= start->objective && point->slope <= (2.0 * decrease_share - 1.0) * start->slope &&
            point->slope >= slope_share * start->slope);
}

/* The trial, its gradient in best_gradient, becomes the iterate; its pair is kept where its curvature is positive. */
static void accept(Train *train, const Evaluation *evaluation, double t, bool with_pairs)
{
    const size_t n = train->objective->parameters, kept = (train->settings.spec.memory - 1) * n;
    TrainState *state = &train->state;
    double *s = direction(train), *y = best_gradient(train), product = 0.0, square = 0.0;
    memcpy(train->trial_gradient, y, n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
        s[i] = train->trial[i] - state->params[i];
        y[i] -= train->gradient[i];
        product += s[i] * y[i];
        square += y[i] * y[i];
    }
    for (int k = 0; k < 2; k++) {
        if (!with_pairs)
            memset(state->arrays[k], 0, (kept + n) * sizeof(double));
        if (!(product > DBL_EPSILON * square))
            continue;
        memmove(state->arrays[k], state->arrays[k] + n, kept * sizeof(double));
        memcpy(state->arrays[k] + kept, k ? y : s, n * sizeof(double));
    }
    train_accept(train, evaluation, t, true);
}

static TrainResult search(Train *train, double t, bool with_pairs)
{
    const size_t n = train->objective->parameters;
    const IntervalPoint start = {0.0, train->state.evaluation.objective, dot(train, train->gradient, direction(train)),
                                 true};
    Interval interval = interval_new(&start, decrease_share);
    Evaluation evaluation, best = {0};
    double best_t = 0.0;
    for (int trial = 0; trial < (best_t > 0.0 ? MOST_REFINEMENTS : TRAIN_MOST_TRIALS) && move(train, t); trial++) {
        if (!train_evaluate(train, train->trial, &evaluation, train->trial_gradient))
            return TRAIN_FAILED;
        IntervalPoint point = {t, evaluation.objective, path_slope(train, t),
                               isfinite(evaluation.objective) && reals_finite(train->trial_gradient, n)};
        bool low_here = low_enough(train, &start, &point);
        if (low_here && (!(best_t > 0.0) || point.objective <= best.objective)) {
            best_t = t;
            best = evaluation;
            memcpy(best_gradient(train), train->trial_gradient, n * sizeof(double));
        }
        if (low_here && best_t == t && fabs(point.slope) <= slope_share * fabs(start.slope))
            break;
        double next = interval_next(&interval, &point);
        if (next == t || (best_t > 0.0 && interval_narrow(&interval)))
            break;
        t = next;
    }
    if (!(best_t > 0.0))
        return TRAIN_NO_DECREASE;
    move(train, best_t);
    accept(train, &best, best_t, with_pairs);
    return TRAIN_RUNNING;
}

static TrainResult iterate(Train *train)
{
    const double tolerance = train->settings.spec.tolerance, size = fabs(train->state.evaluation.objective);
    TrainResult result = train_prepare_above(train, tolerance * fmax(1.0, size));
    if (result != TRAIN_RUNNING)
        return result;
    bool pairs = descend(train, true);
    double promise = -dot(train, train->gradient, direction(train)) / 2.0;
    if (pairs && promise >= 0.0 && promise <= tolerance * size)
        return TRAIN_SMALL_DECREASE;
    result = pairs && promise > 0.0 && isfinite(promise) ? search(train, 1.0, true) : TRAIN_NO_DECREASE;
    if (result != TRAIN_NO_DECREASE)
        return result;
    descend(train, false);
    return search(train, fmin(1.0, 1.0 / sqrt(dot(train, train->gradient, train->gradient))), false);
}

const TrainMethod train_lbfgs = {.iterate = iterate, .arrays = {"steps", "differences"}, .rows = memory};

/* Gauss and Newton's method with Levenberg's damping, for an objective that is half a sum of squares. One iteration
 * from u, with g the gradient there, M = J^T J and d the largest entry of its diagonal: (M + mu d I) s = -g, v = P(u +
 * s) with P the projection onto the bounds, accepted where the objective goes down by more than 1e-4 of what M promises
 * for v - u. Parameters that their bound holds stay; what s would take beyond a bound goes to it, and the others are
 * solved for again. After a rejection mu grows by half, and then is a third: going up gently and down faster keeps to
 * the floor of curved valleys (M. K. Transtrum, J. P. Sethna, arXiv 1201.5885). The step is mu. */
#include "runtime/train/point.h"

#include "runtime/number/lapack.h"
#include "runtime/number/reals.h"

#include <math.h>
#include <string.h>

static const double least_share = 1e-4, least_damping = 1e-10, rejected = 1.5, accepted = 3;

/* One iteration's system. Arrays are those of Train.work. */
typedef struct {
    Train *train;
    size_t n;
    double *matrix; /* M [n][n] */
    double *free;   /* [n] 1 where s is solved for, else 0 */
    double *s;      /* [n]; where it is not solved for, where it stays */
    double *factor, *right;
    double scale;   /* d */
    double promise; /* what M promises for the trial */
} System;

static void begin(System *system)
{
    for (size_t i = 0; i < system->n; i++) {
        bool idle = system->matrix[i * system->n + i] == 0 && system->train->gradient[i] == 0;
        system->free[i] = !idle && !train_held(system->train, i);
        system->s[i] = 0;
    }
}

static double largest_diagonal(size_t n, const double *matrix)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, matrix[i * (n + 1)]);
    return largest;
}

/* The system of what is free, given where the rest goes; its size. */
static size_t condense(System *system, double damping)
{
    size_t n = system->n, count = 0, row = 0;
    for (size_t i = 0; i < n; i++)
        count += system->free[i] != 0;
    for (size_t i = 0; i < n; i++) {
        if (system->free[i] == 0)
            continue;
        double slope = system->train->gradient[i], *to = system->factor + row * count;
        for (size_t j = 0; j < n; j++) {
            if (system->free[j] != 0)
                *to++ = system->matrix[i * n + j] + (i == j ? damping * system->scale : 0);
            else
                slope += system->matrix[i * n + j] * system->s[j];
        }
        system->right[row++] = -slope;
    }
    return count;
}

/* Hands out what was solved; what would leave its bounds goes to them, and is not free any more. Did none? */
static bool hand_out(System *system)
{
    const TrainSettings *settings = &system->train->settings;
    bool inside = true;
    for (size_t i = 0, row = 0; i < system->n; i++) {
        if (system->free[i] == 0)
            continue;
        double u = system->train->state.params[i], s = system->right[row++];
        system->s[i] = s;
        if (i >= settings->bounded || (u + s >= settings->lower[i] && u + s <= settings->upper[i]))
            continue;
        system->s[i] = (s < 0 ? settings->lower[i] : settings->upper[i]) - u;
        system->free[i] = 0;
        inside = false;
    }
    return inside;
}

static bool solve(System *system, double damping)
{
    begin(system);
    do {
        size_t count = condense(system, damping);
        if (count && !lapack_solve(count, system->factor, system->right))
            return false;
    } while (!hand_out(system));
    return true;
}

/* The trial, with what M promises for it. */
static void take_step(System *system)
{
    const Train *train = system->train;
    size_t n = system->n;
    for (size_t i = 0; i < n; i++)
        train->trial[i] = train->state.params[i] + system->s[i];
    train_project(system->train, train->trial);
    system->promise = 0;
    for (size_t i = 0; i < n; i++)
        system->s[i] = train->trial[i] - train->state.params[i];
    for (size_t i = 0; i < n; i++) {
        double image = 0;
        for (size_t j = 0; j < n; j++)
            image += system->matrix[i * n + j] * system->s[j];
        system->promise -= system->s[i] * (train->gradient[i] + image / 2);
    }
}

/* What is promised is quadratic in the distance from the minimum, where the gradient is linear. */
static bool promises_little(const System *system)
{
    double tolerance = system->train->settings.spec.tolerance;
    return system->promise >= 0 &&
           !(system->promise > tolerance * tolerance * fabs(system->train->state.evaluation.objective));
}

/* A system that is not positive definite, and a promise below 0, which bounds can do, are damped away. Most first
 * trials are accepted, and then the next iteration needs the gradient there. */
static TrainResult search(System *system)
{
    Train *train = system->train;
    double damping = train->state.step;
    for (int trial = 0; trial < TRAIN_MOST_TRIALS; trial++, damping *= rejected) {
        Evaluation evaluation;
        if (!solve(system, damping))
            continue;
        take_step(system);
        if (promises_little(system))
            return TRAIN_SMALL_DECREASE;
        if (system->promise < 0)
            continue;
        if (!train_evaluate(train, train->trial, &evaluation, trial ? NULL : train->trial_gradient))
            return TRAIN_FAILED;
        double share = (train->state.evaluation.objective - evaluation.objective) / system->promise;
        if (isfinite(evaluation.objective) && share > least_share) {
            train_accept(train, &evaluation, fmax(least_damping, damping / accepted), !trial);
            return TRAIN_RUNNING;
        }
    }
    return TRAIN_REJECTED_TOO_OFTEN;
}

static TrainResult iterate(Train *train)
{
    size_t n = train->objective->parameters;
    double *work = train->work;
    System system = {.train = train,
                     .n = n,
                     .matrix = work,
                     .factor = work + n * n,
                     .free = work + 2 * n * n,
                     .s = work + 2 * n * n + n,
                     .right = work + 2 * n * n + 2 * n};
    TrainResult result = train_prepare_above(train, train->settings.spec.tolerance);
    if (result != TRAIN_RUNNING)
        return result;
    if (!train_squares(train, system.matrix))
        return TRAIN_FAILED;
    system.scale = largest_diagonal(n, system.matrix);
    return reals_finite(system.matrix, n * n) ? search(&system) : TRAIN_NO_JACOBIAN;
}

static size_t work(size_t parameters)
{
    return 2 * parameters * parameters + 3 * parameters;
}

const TrainMethod train_gaussnewton = {.iterate = iterate, .work = work, .dense = true};

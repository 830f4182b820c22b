/* Gauss and Newton's method in a trust region, for an objective that is half a sum of squares. One iteration from u,
 * with g the gradient there: (B + mu I) s = -g with the least mu >= 0 for which |s| <= radius, to a tenth (J. J. More,
 * Lecture Notes in Mathematics 630, 1978); v = P(u + s) with P the projection onto the bounds, accepted where the
 * objective goes down by more than 1e-4 of what B promises for v - u. Parameters that their bound holds stay; what s
 * would take beyond a bound goes to it, and the others are solved for again. The radius changes as that of Newton's
 * method does, and is the step. B is M = J^T J after an iteration that took a fifth of the objective; else the B
 * before, updated after BFGS by what the gradient did, since then the curvature of the residuals counts (R. Fletcher,
 * C. Xu, IMA J. Numer. Anal. 7, 1987; with the damping of M. J. D. Powell, Lecture Notes in Mathematics 630, 1978).
 * Where a B that is not M promises little, or a trial of it is rejected, M takes its place. */
#include "runtime/train/point.h"

#include "runtime/number/lapack.h"
#include "runtime/number/reals.h"
#include "runtime/system/ranks.h"

#include <math.h>
#include <string.h>

static const double fit = 0.1;       /* a length is the radius to so much of it */
static const double progress = 0.2;  /* of the objective, after which M is evaluated */
static const double curvature = 0.2; /* of that which B has along a step: less is not believed */
enum { MOST_SOLUTIONS = 40 };

/* One iteration's system. Arrays are those of Train.work. */
typedef struct {
    Train *train;
    size_t n;
    double *matrix; /* B [n][n], which the state receives with the next iterate */
    bool exact;     /* it is M */
    double *free;   /* [n] 1 where s is solved for, else 0 */
    double *s;      /* [n]; where it is not solved for, where it stays */
    double *factor, *right;
    double length;  /* of s */
    double promise; /* what B promises for the trial */
} System;

static void begin(System *system)
{
    for (size_t i = 0; i < system->n; i++) {
        bool idle = system->matrix[i * system->n + i] == 0 && system->train->gradient[i] == 0;
        system->free[i] = !idle && !train_held(system->train, i);
        system->s[i] = 0;
    }
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
                *to++ = system->matrix[i * n + j] + (i == j ? damping : 0);
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

/* The system of that size, solved on the first rank: elsewhere LAPACK may be another. False where it is not positive
 * definite. */
static bool solve_first(System *system, size_t count)
{
    double solved = ranks_first() && lapack_solve(count, system->factor, system->right);
    ranks_share(&solved, 1);
    ranks_share(system->right, count);
    return solved != 0;
}

/* s for that damping; its length is infinite where the system is not positive definite. */
static void solve(System *system, double damping)
{
    begin(system);
    system->length = INFINITY;
    do {
        size_t count = condense(system, damping);
        if (count && !solve_first(system, count))
            return;
    } while (!hand_out(system));
    system->length = reals_norm(system->n, system->s);
}

/* A damping between two, by the line through the logarithms of the lengths; near none of the two. */
static double between(double low, double low_length, double high, double high_length, double radius)
{
    double share = isfinite(low_length) ? log(low_length / radius) / log(low_length / high_length) : 0.5;
    return low > 0 ? low * pow(high / low, fmin(0.9, fmax(0.1, share))) : 1e-3 * high;
}

/* The s that fits into the region: false where none of those tried does, and the trial is not to be made. */
static bool find_step(System *system, double radius)
{
    double low = 0, low_length, high, high_length;
    solve(system, 0);
    if (system->length <= (1 + fit) * radius)
        return true;
    low_length = system->length;
    high = reals_norm(system->n, system->train->gradient) / radius;
    solve(system, high);
    high_length = system->length;
    for (int k = 0; k < MOST_SOLUTIONS && !(fabs(system->length - radius) <= fit * radius); k++) {
        double damping = between(low, low_length, high, high_length, radius);
        solve(system, damping);
        if (system->length <= radius) {
            high = damping;
            high_length = system->length;
        } else {
            low = damping;
            low_length = system->length;
        }
    }
    return system->length <= (1 + fit) * radius;
}

/* The trial, with what B promises for it, which has to be a decrease. */
static bool take_step(System *system)
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
    system->length = reals_norm(n, system->s);
    return system->promise >= 0;
}

static TrainResult evaluate_matrix(System *system)
{
    if (!train_squares(system->train, system->matrix))
        return TRAIN_FAILED;
    system->exact = true;
    return reals_finite(system->matrix, system->n * system->n) ? TRAIN_RUNNING : TRAIN_NO_JACOBIAN;
}

/* B after a step s along which the gradient changed by y; damped, so that it stays positive. */
static void update(const System *system, double *y, double *matrix)
{
    size_t n = system->n;
    double *image = system->right, along = reals_dot(n, system->s, y), own = 0;
    for (size_t i = 0; i < n; i++)
        image[i] = reals_dot(n, system->matrix + i * n, system->s);
    own = reals_dot(n, system->s, image);
    double share = along < curvature * own ? (1 - curvature) * own / (own - along) : 1;
    for (size_t i = 0; i < n; i++)
        y[i] = share * y[i] + (1 - share) * image[i];
    along = reals_dot(n, system->s, y);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            matrix[i * n + j] = system->matrix[i * n + j] + y[i] * y[j] / along - image[i] * image[j] / own;
    if (!reals_finite(matrix, n * n))
        memset(matrix, 0, n * n * sizeof *matrix);
}

/* The trial becomes the iterate, of which the gradient is known, and B that of the state; 0: M, once it is needed. */
static void accept(System *system, const Evaluation *evaluation, double radius)
{
    Train *train = system->train;
    double before = train->state.evaluation.objective, *matrix = train->state.arrays[0], *y = system->factor;
    for (size_t i = 0; i < system->n; i++)
        y[i] = train->trial_gradient[i] - train->gradient[i];
    if (before - evaluation->objective >= progress * before)
        memset(matrix, 0, system->n * system->n * sizeof *matrix);
    else
        update(system, y, matrix);
    train_accept(train, evaluation, radius, true);
}

/* What is to be tried in a region of that radius: RUNNING and *found, or why it ends. Where there is nothing, *found is
 * false and the region is too large: the promise is below 0, which bounds can do, or no damping fits. */
static TrainResult propose(System *system, double radius, bool *found)
{
    *found = find_step(system, radius) && take_step(system);
    bool little = *found && train_promises_little(system->train, system->promise);
    if (system->exact)
        return little ? TRAIN_SMALL_DECREASE : TRAIN_RUNNING;
    if (*found && !little)
        return TRAIN_RUNNING;
    TrainResult result = evaluate_matrix(system);
    return result == TRAIN_RUNNING ? propose(system, radius, found) : result;
}

/* Most first trials are accepted, and every accepted one needs its gradient. */
static TrainResult search(System *system)
{
    Train *train = system->train;
    double radius = train->state.step;
    bool with_gradient = true, found;
    for (int trial = 0; trial < TRAIN_MOST_TRIALS; trial++) {
        Evaluation evaluation;
        TrainResult result = propose(system, radius, &found);
        if (result != TRAIN_RUNNING)
            return result;
        if (!found) {
            radius /= 4;
            continue;
        }
        if (!train_evaluate(train, train->trial, &evaluation, with_gradient ? train->trial_gradient : NULL))
            return TRAIN_FAILED;
        double share = (train->state.evaluation.objective - evaluation.objective) / system->promise;
        radius = train_next_radius(radius, system->length, share);
        if (train_goes_down(&evaluation, share)) {
            if (!with_gradient && !train_evaluate(train, train->trial, &evaluation, train->trial_gradient))
                return TRAIN_FAILED;
            accept(system, &evaluation, radius);
            return TRAIN_RUNNING;
        }
        with_gradient = false;
        result = system->exact ? TRAIN_RUNNING : evaluate_matrix(system);
        if (result != TRAIN_RUNNING)
            return result;
    }
    return TRAIN_REJECTED_TOO_OFTEN;
}

static bool is_zero(size_t n, const double *matrix)
{
    for (size_t i = 0; i < n; i++)
        if (matrix[i * (n + 1)] != 0)
            return false;
    return true;
}

static TrainResult iterate(Train *train)
{
    size_t n = train->objective->parameters;
    double *work = train->work;
    System system = {.train = train,
                     .n = n,
                     .matrix = train->trial_arrays[0],
                     .factor = work,
                     .free = work + n * n,
                     .s = work + n * n + n,
                     .right = work + n * n + 2 * n};
    TrainResult result = train_prepare_above(train, train->settings.spec.tolerance);
    if (result != TRAIN_RUNNING)
        return result;
    memcpy(system.matrix, train->state.arrays[0], n * n * sizeof *system.matrix);
    if (is_zero(n, system.matrix))
        result = evaluate_matrix(&system);
    return result == TRAIN_RUNNING ? search(&system) : result;
}

static size_t work(size_t parameters)
{
    return parameters * parameters + 3 * parameters;
}

static size_t rows(const TrainSpec *spec, size_t parameters)
{
    (void)spec;
    return parameters;
}

const TrainMethod train_gaussnewton = {
    .iterate = iterate, .arrays = {"matrix"}, .rows = rows, .work = work, .dense = true, .renews = true};

#include "runtime/train/interval.h"

#include <criterion/criterion.h>
#include <math.h>

/* Of the functions that the paper measures by: the objective and the slope at t. */
static void ratio(double t, IntervalPoint *point)
{
    point->objective = -t / (t * t + 2);
    point->slope = (t * t - 2) / ((t * t + 2) * (t * t + 2));
}

static void power(double t, IntervalPoint *point)
{
    double s = t + 0.004;
    point->objective = pow(s, 5) - 2 * pow(s, 4);
    point->slope = 5 * pow(s, 4) - 8 * pow(s, 3);
}

static double root(double b)
{
    return sqrt(1 + b * b) - b;
}

static void roots(double t, IntervalPoint *point)
{
    double a = sqrt((1 - t) * (1 - t) + 1e-6), b = sqrt(t * t + 1e-4);
    point->objective = root(0.01) * a + root(0.001) * b;
    point->slope = root(0.01) * (t - 1) / a + root(0.001) * t / b;
}

static IntervalPoint at(void (*objective)(double t, IntervalPoint *point), double t)
{
    IntervalPoint point = {.t = t, .finite = true};
    objective(t, &point);
    return point;
}

/* Of SciPy 1.17.1: the trials of optimize._dcsrch.DCSRCH(phi, derphi, 1e-4, share, 0.1, 0, 1e10), which evaluates the
 * lower end once more where the bracket is narrow, and where they end. */
static const struct {
    void (*objective)(double t, IntervalPoint *point);
    double share, first;
    size_t trials;
    double last;
} known[] = {
    {ratio, 0.1, 1e-3, 6, 1.365},
    {ratio, 0.1, 0.1, 3, 1.4413720790892741},
    {ratio, 0.1, 10, 1, 10},
    {ratio, 0.1, 1e3, 3, 111.08333788514203},
    {power, 0.1, 1e-3, 10, 1.5975830448985595},
    {power, 0.1, 0.1, 6, 1.6024085266778738},
    {power, 0.1, 10, 5, 1.6123738059384738},
    {power, 0.1, 1e3, 9, 1.5950402760316598},
    {roots, 0.001, 1e-3, 6, 0.07501087060006814},
    {roots, 0.001, 0.1, 3, 0.07751042197802409},
    {roots, 0.001, 10, 7, 0.0732817085808389},
    {roots, 0.001, 1e3, 8, 0.07615927320141007},
};

Test(interval, trials_are_those_of_scipy)
{
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const IntervalPoint start = at(known[k].objective, 0);
        Interval interval = interval_new(&start, 1e-4);
        size_t trials = 0;
        double last = 0;
        for (double t = known[k].first; trials < 50 && !(last > 0);) {
            const IntervalPoint trial = at(known[k].objective, t);
            trials++;
            t = interval_next(&interval, &trial);
            if (trial.objective <= start.objective + 1e-4 * trial.t * start.slope &&
                fabs(trial.slope) <= known[k].share * fabs(start.slope))
                last = trial.t;
            else if (interval_narrow(&interval))
                last = interval.low.t;
        }
        cr_expect_eq(trials, known[k].trials, "%zu: %zu trials", k, trials);
        cr_expect_float_eq(last, known[k].last, 1e-12 * known[k].last, "%zu: %.17g", k, last);
    }
}

/* It goes back from a trial that is not finite, and not there again. */
Test(interval, what_is_not_finite_is_a_limit)
{
    const IntervalPoint start = at(ratio, 0);
    Interval interval = interval_new(&start, 1e-4);
    const IntervalPoint beyond = {.t = 1, .objective = NAN, .slope = NAN};
    double t = interval_next(&interval, &beyond);
    cr_expect_eq(t, 0.1);
    for (int k = 0; k < 5; k++) {
        const IntervalPoint trial = at(ratio, t);
        double next = interval_next(&interval, &trial);
        cr_expect(next > t && next < 1, "%g", next);
        t = next;
    }
}

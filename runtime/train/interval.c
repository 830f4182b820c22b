#include "runtime/train/interval.h"

#include <math.h>

Interval interval_new(const IntervalPoint *start, double decrease)
{
    return (Interval){.low = *start,
                      .other = *start,
                      .decrease = decrease * start->slope,
                      .start = start->objective,
                      .width = INFINITY,
                      .before = INFINITY,
                      .limit = INFINITY};
}

/* Where the cubic through both points is least, as a share of the way from one to the other; 0: nowhere. */
static double cubic(const IntervalPoint *from, const IntervalPoint *to)
{
    double way = to->t - from->t, theta = 3 * (from->objective - to->objective) / way + from->slope + to->slope;
    double size = fmax(fabs(theta), fmax(fabs(from->slope), fabs(to->slope)));
    double square = theta / size * (theta / size) - from->slope / size * (to->slope / size);
    if (!(square > 0))
        return 0;
    double root = way < 0 ? -size * sqrt(square) : size * sqrt(square);
    return (root - from->slope + theta) / (root - from->slope + root + to->slope);
}

/* Where the line through both slopes is 0, as such a share. */
static double secant(const IntervalPoint *from, const IntervalPoint *to)
{
    return from->slope / (from->slope - to->slope);
}

/* Where the parabola through both points with the slope of the first is least, as such a share. */
static double parabola(const IntervalPoint *from, const IntervalPoint *to)
{
    return from->slope / ((from->objective - to->objective) / (to->t - from->t) + from->slope) / 2;
}

/* The slope has the same sign and is smaller: the farther of two guesses, of those that are not too near or too far;
 * where it is bracketed the nearer one, but no more than two thirds of the way to the other end. */
static double go_on(const Interval *interval, const IntervalPoint *low, const IntervalPoint *other,
                    const IntervalPoint *trial)
{
    double ahead = trial->t - low->t, share = cubic(trial, low), line = trial->t - secant(trial, low) * ahead;
    double most = trial->t + 4 * ahead, least = low->t == 0 ? trial->t : trial->t + 1.1 * ahead;
    double curve = share < 0 ? trial->t - share * ahead : interval->bracketed ? other->t : most;
    bool nearer = fabs(curve - trial->t) < fabs(line - trial->t);
    if (!interval->bracketed)
        return fmin(most, fmax(least, nearer ? line : curve));
    double farthest = trial->t + 0.66 * (other->t - trial->t), next = nearer ? curve : line;
    return ahead > 0 ? fmin(farthest, next) : fmax(farthest, next);
}

static bool turns(const IntervalPoint *low, const IntervalPoint *trial)
{
    return low->slope < 0 ? trial->slope > 0 : trial->slope < 0;
}

/* The next trial by the ends and the trial, of objectives that may be those less a line. */
static double guess(Interval *interval, const IntervalPoint *low, const IntervalPoint *other,
                    const IntervalPoint *trial)
{
    double ahead = trial->t - low->t;
    if (trial->objective > low->objective) {
        double curve = cubic(low, trial), arc = parabola(low, trial);
        interval->bracketed = true;
        return low->t + ahead * (fabs(curve) < fabs(arc) ? curve : (curve + arc) / 2);
    }
    if (turns(low, trial)) {
        double curve = cubic(trial, low), line = secant(trial, low);
        interval->bracketed = true;
        return trial->t - ahead * (fabs(curve) > fabs(line) ? curve : line);
    }
    if (fabs(trial->slope) < fabs(low->slope))
        return go_on(interval, low, other, trial);
    return interval->bracketed ? trial->t + cubic(trial, other) * (other->t - trial->t) : trial->t + 4 * ahead;
}

/* The point of the objective less the line that a trial has to be below. */
static IntervalPoint less_line(const Interval *interval, const IntervalPoint *point)
{
    return (IntervalPoint){point->t, point->objective - point->t * interval->decrease,
                           point->slope - interval->decrease, point->finite};
}

/* The guess, after which the trial is one of the ends. */
static double take(Interval *interval, const IntervalPoint *low, const IntervalPoint *other, const IntervalPoint *point,
                   const IntervalPoint *trial)
{
    double next = guess(interval, low, other, point);
    if (point->objective > low->objective) {
        interval->other = *trial;
        return next;
    }
    if (turns(low, point))
        interval->other = interval->low;
    interval->low = *trial;
    return next;
}

/* Halves a bracket that two trials have not made a third smaller. */
static double within_bracket(Interval *interval, double next)
{
    const double low = interval->low.t, high = interval->other.t;
    bool slow = fabs(high - low) >= 0.66 * interval->before;
    interval->before = interval->width;
    interval->width = fabs(high - low);
    return !slow && next > fmin(low, high) && next < fmax(low, high) ? next : low + (high - low) / 2;
}

double interval_next(Interval *interval, const IntervalPoint *trial)
{
    if (!trial->finite) {
        interval->limit = trial->t;
        return interval->low.t + (trial->t - interval->low.t) / 10;
    }
    const IntervalPoint low = interval->low, other = interval->other;
    const double line = interval->start + trial->t * interval->decrease;
    double next;
    interval->rising = interval->rising || (trial->objective <= line && trial->slope >= 0);
    if (!interval->rising && trial->objective <= low.objective && trial->objective > line) {
        const IntervalPoint a = less_line(interval, &low), b = less_line(interval, &other),
                            c = less_line(interval, trial);
        next = take(interval, &a, &b, &c, trial);
    } else {
        next = take(interval, &low, &other, trial, trial);
    }
    if (interval->bracketed)
        return within_bracket(interval, next);
    return next < interval->limit ? next : (interval->low.t + interval->limit) / 2;
}

bool interval_narrow(const Interval *interval)
{
    return interval->bracketed &&
           fabs(interval->other.t - interval->low.t) <= 0.1 * fmax(interval->other.t, interval->low.t);
}

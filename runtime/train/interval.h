/* interval: where along a direction the next trial of a line search is to be, by J. J. More and D. J. Thuente (ACM
 * Trans. Math. Software 20, 1994): an interval that holds points of Wolfe's strong conditions, first as far as it is
 * known, shrunk or shifted by cubic and quadratic interpolation of objectives and slopes. */
#ifndef COSTATE_INTERVAL_H
#define COSTATE_INTERVAL_H

#include <stdbool.h>

/* A point of the way: t, the objective there and its slope. */
typedef struct {
    double t, objective, slope;
    bool finite;
} IntervalPoint;

typedef struct {
    IntervalPoint low, other; /* the lower end, and the other one where it is bracketed */
    bool bracketed, rising;   /* rising: a trial was low enough, and went up there */
    double decrease;          /* the slope of the line that a trial has to be below */
    double start;             /* the objective where the way begins */
    double width, before;     /* of the last two brackets */
    double limit;             /* from here on it is not finite */
} Interval;

/* Before the first trial: `start` is where the way begins, t 0, with a slope below 0; decrease: that share of this
 * slope is what a trial has to go down by. */
Interval interval_new(const IntervalPoint *start, double decrease);

/* Where the next trial is to be, after that one. */
double interval_next(Interval *interval, const IntervalPoint *trial);

/* Is it bracketed to a tenth of its distance? */
bool interval_narrow(const Interval *interval);

#endif

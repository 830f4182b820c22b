/* quality: how well predictions do, in numbers for people who have to decide. */
#ifndef COSTATE_QUALITY_H
#define COSTATE_QUALITY_H

#include "gen/base/arena.h"
#include "gen/model/model.h"

/* Of a true class: how many of those that are predicted to be of it are (precision), how many of its own are found
 * (recall); NAN of none. */
typedef struct {
    size_t observed, predicted, right;
    double precision, recall;
} ClassQuality;

/* Of a real output, with residuals p - c: their root mean square, mean and largest magnitude; r2 = 1 - sum (p - c)^2 /
 * sum (c - mean c)^2, the share of the variance that is explained, NAN where the targets do not vary. */
typedef struct {
    size_t observed;
    double rmse, r2, mean, largest;
} OutputQuality;

typedef struct {
    size_t observed;       /* classes or numbers that targets are there of */
    size_t classes;        /* 0: targets are numbers */
    size_t *confusion;     /* [classes][classes] counts, the true class first */
    size_t unclassified;   /* predictions that are no numbers, and have no class */
    double accuracy;       /* the share that is right, NAN of none */
    ClassQuality *class;   /* [classes] */
    double rmse;           /* over all outputs */
    OutputQuality *output; /* [outputs], where targets are numbers */
} Quality;

/* Of predictions [count][observations][outputs] and targets of that shape; a target that is NAN counts nothing. */
Quality quality_of(Arena *arena, const Model *model, size_t count, const double *prediction, const double *target);

#endif

/* intake: what lies between a raw row of data and a network's inputs, and between its outputs and an answer. It belongs
 * to a trained model wherever that goes: parameter files carry it (runtime/data/dataset.h), and an emitted solver has
 * it at both ends. */
#ifndef COSTATE_INTAKE_H
#define COSTATE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

/* Of rows of so many numbers, entry by entry: what the network sees of raw is (raw - mean) / deviation. */
typedef struct {
    const double *mean, *deviation; /* both or none; NULL: it sees them as they are */
} Scale;

typedef struct {
    Scale x, signals, targets; /* [inputs], [signals], [outputs]; predictions are scaled back as targets */
} Scales;

typedef struct {
    Scales scales;
    const char *const *features; /* [inputs], the names of the row's columns in their order; NULL: they have none */
    const char *const *labels;   /* [outputs], those of the targets' columns; NULL: they have none */
    const char *const *classes;  /* [class_count], what is predicted by its number; NULL: numbers are their names */
    size_t class_count;
} Intake;

/* Is anything scaled? */
bool intake_scales(const Scales *scales);

/* Rows [count / width][width] as the network sees them, and back. to may be from; NAN stays. */
void intake_in(const Scale *scale, size_t width, size_t count, const double *from, double *to);
void intake_out(const Scale *scale, size_t width, size_t count, const double *from, double *to);

/* Differences of such rows, in place: of what the network sees into raw ones, and derivatives by what it sees into
 * those by the raw rows (or raw differences into those that it sees). */
void intake_widen(const Scale *scale, size_t width, size_t count, double *values);
void intake_narrow(const Scale *scale, size_t width, size_t count, double *values);

#endif

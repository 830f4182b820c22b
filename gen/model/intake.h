/* intake: what lies between a raw row of data and a network's inputs. It belongs to a trained model wherever that
 * goes: parameter files carry it (runtime/data/dataset.h), and an emitted solver begins with it. */
#ifndef COSTATE_INTAKE_H
#define COSTATE_INTAKE_H

#include <stddef.h>

typedef struct {
    const double *mean, *deviation; /* [inputs]: x = (raw - mean) / deviation, entry by entry; NULL: x is the row */
    const char *const *features;    /* [inputs], the names of the row's columns in their order; NULL: they have none */
    const char *const *classes;     /* [class_count], what is predicted by its number; NULL: numbers are their names */
    size_t class_count;
} Intake;

#endif

/* evaluation: what costate evaluate writes of one set of samples. */
#ifndef COSTATE_EVALUATION_H
#define COSTATE_EVALUATION_H

#include "runtime/session/request.h"

typedef struct {
    Solver *solver;
    const double *params;
    const Dataset *known; /* the names of classes and labels */
    const Dataset *data;  /* with targets */
    const char *title;    /* "test" */
} Evaluated;

/* As tables for people. */
void evaluation_table(Text *text, const Evaluated *evaluated);

/* As a member of an object, which the first one opens and the caller closes. Numbers that there are none of are null.
 */
void evaluation_json(Text *text, const Evaluated *evaluated);

#endif

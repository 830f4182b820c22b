/* extension: a trained network with another number of layers, to predict beyond the times that it was trained on. */
#ifndef COSTATE_EXTENSION_H
#define COSTATE_EXTENSION_H

#include "runtime/session/session.h"

/* The program of the same spec with that many layers, and in *params, which are the parameters of `program`, those of
 * the longer or shorter one: every control has one value for all layers, and the steps, where they are layers' own, go
 * on with step, or where that is NULL with the last of them. NULL after errors: a control, or dt, with values over the
 * layers, a step for a dt that is one for all layers, layers that the spec does not allow. */
const Program *extension_of(Session *session, const Program *program, size_t layers, const double *step,
                            const double **params);

#endif

/* regression: what a network with one input makes of it. */
#ifndef COSTATE_REGRESSION_H
#define COSTATE_REGRESSION_H

#include "runtime/picture/drawing.h"
#include "runtime/picture/trained.h"

/* The predictions over the input, with 95 % bands where there are any, those before the training where they are known,
 * or the probabilities of classes, and the targets of the samples. */
Drawing regression_curve(Arena *arena, const Trained *trained);

#endif

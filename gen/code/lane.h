/* lane: what happens to one entry of every sample in a vector, as a C expression: "y_i + COSTATE_C(h / 2) * f1_i". */
#ifndef COSTATE_LANE_H
#define COSTATE_LANE_H

#include "gen/code/operand.h"

typedef struct {
    Printer *printer;
    const char *(*name)(const void *context, const Node *node); /* the variable that has the entry of a varying value */
    const void *context;
} Lane;

/* Is an entry written with the same entries of the arguments, as those of elementwise operations and sums are? */
bool lane_writes(const Node *node);

/* The entry of such a node, or of a shared scalar that is spread; what functions it calls is noted as used. */
void lane_expression(const Lane *lane, const Node *node);

#endif

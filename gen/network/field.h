/* field: the vector field of a network as an expression. */
#ifndef COSTATE_FIELD_H
#define COSTATE_FIELD_H

#include "gen/graph/graph.h"

/* value is a varying vector of the width, in the varying input y and the shared inputs controls[0..control_count),
 * which stand for the model's control tensors in their order. */
typedef struct {
    const Node *y;
    const Node **controls;
    size_t control_count;
    const Node *value;
} Field;

#endif

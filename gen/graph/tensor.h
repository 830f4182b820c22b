/* tensor: the functions that the table of operations names for all but the elementwise ones. What a row asks for and
 * tensor.c lacks is missed by the linker. */
#ifndef COSTATE_TENSOR_H
#define COSTATE_TENSOR_H

#include "gen/graph/operation.h"

#define NO_TENSOR(...)
#define LEAF(op, name, ...) TensorValue tensor_##name##_value;
#define TENSOR_OF(name)                                                                                                \
    TensorPull tensor_##name##_pull;                                                                                   \
    TensorPush tensor_##name##_push;                                                                                   \
    TensorValue tensor_##name##_value;                                                                                 \
    TensorCost tensor_##name##_cost;
#define TENSOR(op, name, ...) TENSOR_OF(name)
#define FUNCTION(op, name, ...)                                                                                        \
    TENSOR_OF(name)                                                                                                    \
    TensorMake tensor_##name##_make;

OPERATIONS(LEAF, NO_TENSOR, NO_TENSOR, TENSOR, FUNCTION)

#undef NO_TENSOR
#undef LEAF
#undef TENSOR_OF
#undef TENSOR
#undef FUNCTION

#endif

/* onnx: the forward pass as a model of ONNX. */
#ifndef COSTATE_ONNX_H
#define COSTATE_ONNX_H

#include "gen/emit/blueprint.h"

/* False, with an error at the spec, where the network has an operation that no standard operation is, or that those who
 * run models have not in its real type. */
bool onnx_check(const Blueprint *blueprint, Diagnostics *diagnostics);

/* The model as bytes, to be sealed (seal.h): opset 17, x [N, inputs] and signals [N, rows, signals] to prediction
 * [N, outputs], or [N, observations, outputs], with the edition's parameters as initializers. Requires onnx_check and
 * parameters. */
Text onnx_model(Arena *arena, const Blueprint *blueprint);

#endif

/* parameters: a model's parameters in a safetensors file, each tensor under the name that the model gives it. */
#ifndef COSTATE_PARAMETERS_H
#define COSTATE_PARAMETERS_H

#include "gen/model/model.h"
#include "runtime/format/metadata.h"

/* Reads the parameters of model from path into params[model->parameters]. The file holds every tensor of the model in
 * its shape, save that "dt" may be missing (params keeps what it had), and no other but x, the
 * learnt inputs, which are left alone where the model learns them; no number is beyond the range of float where the
 * model computes in it. metadata, where not NULL, becomes
 * that of the file. On an error params is untouched. */
bool parameters_load(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model, double *params,
                     Metadata *metadata);

/* Reads a direction of the learnt tensors from path into direction[model->parameters], which is 0 in the others. The
 * file holds every learnt tensor in its shape; others that it may hold count nothing. */
bool parameters_load_direction(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model,
                               double *direction);

/* The inputs of training samples in the file at path, which parameters_load has read: x [samples][inputs], in arena,
 * where the model learns them and the file has them; else none, samples = 0. */
bool parameters_find_inputs(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model,
                            size_t *samples, const double **x);

/* Reads the inputs x[samples][inputs] of the training samples from path, which parameters_load has read, where the
 * model learns them and the file has them; else x stays. An error where their shape is another. */
bool parameters_load_inputs(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model,
                            size_t samples, double *x);

/* Writes params (or what has its layout, such as a gradient), all tensors or only the learnt, and the
 * inputs behind them that the model learns of so many training samples: [model_unknowns]. */
bool parameters_save(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model, size_t samples,
                     const double *params, bool learnt_only, const Metadata *metadata);

#endif

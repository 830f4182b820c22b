/* parameters: a model's parameters in a safetensors file, each tensor under the name that the model gives it. */
#ifndef COSTATE_PARAMETERS_H
#define COSTATE_PARAMETERS_H

#include "gen/model/model.h"
#include "runtime/format/metadata.h"

/* Reads the parameters of model from path into params[model->parameters]. The file holds every tensor of the model in
 * its shape, save that "dt" may be missing (params keeps what it had), and no other. metadata, where not NULL, becomes
 * that of the file. On an error params is untouched. */
bool parameters_load(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model, double *params,
                     Metadata *metadata);

/* Writes params[model->parameters] (or what has its layout, such as a gradient), all tensors or only the learnt. */
bool parameters_save(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model, const double *params,
                     bool learnt_only, const Metadata *metadata);

#endif

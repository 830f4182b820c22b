/* safetensors: named tensors and strings in one file (https://huggingface.co/docs/safetensors), and a model's
 * parameters in such a file, each under the name that the model gives it. */
#ifndef COSTATE_SAFETENSORS_H
#define COSTATE_SAFETENSORS_H

#include "runtime/format/metadata.h"
#include "gen/model/model.h"

typedef struct {
    const char *name;
    size_t rank;
    const size_t *shape;  /* [rank] */
    const double *values; /* row-major, finite */
} NamedTensor;

typedef struct {
    NamedTensor *tensors; /* [count], in the order of the header */
    size_t count;
    Metadata metadata;
} Safetensors;

/* Reads F64 and F32 tensors; NULL with an error for anything that the format does not allow, another dtype, and a value
 * that is not finite. */
const Safetensors *safetensors_read(Arena *arena, Diagnostics *diagnostics, const char *path);

/* Writes count tensors as F64, in the order given; the data begin at a multiple of 8. metadata may be NULL. The same
 * arguments give the same bytes. Errors: those of file_write, and a value that is not finite. */
bool safetensors_write(Arena *arena, Diagnostics *diagnostics, const char *path, const NamedTensor *tensors,
                       size_t count, const Metadata *metadata);

/* Reads the parameters of model from path into params[model->parameters]. The file holds every tensor of the model in
 * its shape, save that "dt" may be missing (params keeps what it had), and no other. metadata, where not NULL, becomes
 * that of the file. On an error params is untouched. */
bool safetensors_load_parameters(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model,
                                 double *params, Metadata *metadata);

/* Writes params[model->parameters] (or what has its layout, such as a gradient), all tensors or only the learnt. */
bool safetensors_save_parameters(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model,
                                 const double *params, bool learnt_only, const Metadata *metadata);

#endif

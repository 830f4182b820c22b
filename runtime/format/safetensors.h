/* safetensors: named tensors and strings in one file (https://huggingface.co/docs/safetensors). */
#ifndef COSTATE_SAFETENSORS_H
#define COSTATE_SAFETENSORS_H

#include "runtime/format/metadata.h"
#include "gen/base/diagnostics.h"

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

/* Reads F64, F32, F16 and BF16 tensors; NULL with an error for anything that the format does not allow, another dtype,
 * and a value that is not finite. */
const Safetensors *safetensors_read(Arena *arena, Diagnostics *diagnostics, const char *path);

/* Writes count tensors as F64, in the order given; the data begin at a multiple of 8. metadata may be NULL. The same
 * arguments give the same bytes. Errors: those of file_write, and a value that is not finite. */
bool safetensors_write(Arena *arena, Diagnostics *diagnostics, const char *path, const NamedTensor *tensors,
                       size_t count, const Metadata *metadata);

#endif

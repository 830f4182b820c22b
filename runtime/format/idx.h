/* idx: the IDX files that MNIST comes in: two zero bytes, an element type, a rank, big-endian sizes and elements
 * (http://yann.lecun.com/exdb/mnist). */
#ifndef COSTATE_IDX_H
#define COSTATE_IDX_H

#include "runtime/format/array.h"
#include "gen/base/diagnostics.h"

/* Do the data begin as IDX data do? */
bool idx_recognised(const char *data, size_t size);

/* Reads data[0..size), the content of file, which idx_recognised holds for. NULL with an error for an element type or
 * rank that IDX does not have, and for more or fewer bytes than the header announces. */
const Array *idx_read(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size);

#endif

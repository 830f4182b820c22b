/* npy: NumPy's array files, versions 1.0 to 3.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format). */
#ifndef COSTATE_NPY_H
#define COSTATE_NPY_H

#include "runtime/format/array.h"
#include "gen/base/diagnostics.h"

/* Do the data begin as NPY data do? */
bool npy_recognised(const char *data, size_t size);

/* Reads data[0..size), the content of file, which npy_recognised holds for: f8, f4, i8, i4, i2, i1, u1 or b1 of either
 * byte order, in C or Fortran order, of one or two dimensions. NULL with an error for anything else, a malformed
 * header, and more or fewer bytes than the header announces. */
const Array *npy_read(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size);

#endif

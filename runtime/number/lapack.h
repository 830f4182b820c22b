/* lapack: dense linear algebra by LAPACK. The library is loaded when it is first needed (OpenBLAS, held to one thread,
 * or any other LAPACK), so that what needs none of it runs without. Matrices are Fortran's: [columns][rows]. */
#ifndef COSTATE_LAPACK_H
#define COSTATE_LAPACK_H

#include "gen/base/diagnostics.h"

/* Is LAPACK there? An error that names the Debian package where it is not. The functions below want a true answer
 * first. */
bool lapack_ready(Diagnostics *diagnostics);

/* The same with the first that can be loaded of these libraries, which NULL closes; what is loaded stays. */
bool lapack_load(Diagnostics *diagnostics, const char *const *libraries);

/* Eigenvalues values[n] of the symmetric matrix [n][n], ascending, and in place of the matrix orthonormal eigenvectors,
 * row k that of values[k]; each has the sign that makes the first of its largest entries positive. False, with matrix
 * and values undefined, where the iteration does not converge, as when an entry is not finite (dsyev). */
bool lapack_eigenvectors(Arena *arena, size_t n, double *matrix, double *values);

#endif

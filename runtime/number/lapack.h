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

/* Solves matrix x = right for a positive definite matrix [n][n], whose place its factor takes: right[n] becomes x.
 * False, with both undefined, where it is not positive definite to rounding, or not finite (dposv). */
bool lapack_solve(size_t n, double *matrix, double *right);

/* matrix [n][n] += share * rows rows^T, with rows [n][count]; both triangles, which are each other's mirror (dsyrk). */
void lapack_add_products(size_t n, size_t count, double share, const double *rows, double *matrix);

/* Eigenvalues values[n] of the symmetric matrix [n][n], ascending, and in place of the matrix orthonormal eigenvectors,
 * row k that of values[k]; each has the sign that makes the first of its largest entries positive. False, with matrix
 * and values undefined, where the iteration does not converge, as when an entry is not finite (dsyev). */
bool lapack_eigenvectors(Arena *arena, size_t n, double *matrix, double *values);

#endif

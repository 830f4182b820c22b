/* rates: what the machine and its BLAS reach: the parts that the floor is made of, and our kernels beside them. */
#ifndef COSTATE_RATES_H
#define COSTATE_RATES_H

#include "runtime/solver/kernels.h"
#include "measure.h"

typedef struct {
    size_t width;
    const KernelSet *kernels;
    void *a, *x, *y, *z;
    void (*dgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double *a,
                  int lda, const double *b, int ldb, double beta, double *c, int ldc);
} Rates;

enum { RATES_ELEMENTS = 4096 /* of one call of the activation */, RATES_BLAS = 256 /* rows of its matrices */ };

Rates *rates_new(Arena *arena, size_t width, const KernelSet *kernels);

/* Operations of one run of the contestants that take blocks. */
double rates_flops(size_t width);

/* Contestants. The block kernels take blocks of `width` rows; rates_blas_block does what rates_affine does. */
double rates_affine(void *context);
double rates_transposed(void *context);
double rates_outer(void *context);
double rates_blas_block(void *context);
double rates_blas(void *context); /* square matrices of RATES_BLAS rows */
double rates_tanh(void *context); /* RATES_ELEMENTS elements */

#endif

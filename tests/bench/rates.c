#include "rates.h"

#include "gen/emit/pack.h"

#include <dlfcn.h>
#include <string.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, REPEATS = 16 /* blocks a call */ };

static void *noise(Arena *arena, size_t count, bool single)
{
    double *array = ARENA_ARRAY(arena, count, double);
    float *narrow = (float *)array;
    for (size_t i = 0; i < count; i++) {
        double value = (double)(i * 7919 % 1009) / 1009 - 0.5;
        if (single)
            narrow[i] = (float)value;
        else
            array[i] = value;
    }
    return array;
}

/* OpenBLAS on one thread; NULL where there is none. */
static void find_blas(Rates *rates)
{
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return;
    void *dgemm = dlsym(library, "cblas_dgemm"), *threads = dlsym(library, "openblas_set_num_threads");
    void (*set_threads)(int count);
    memcpy(&set_threads, &threads, sizeof threads);
    memcpy(&rates->dgemm, &dgemm, sizeof dgemm);
    set_threads(1);
}

Rates *rates_new(Arena *arena, size_t width, const KernelSet *kernels)
{
    Rates *rates = ARENA_NEW(arena, Rates);
    size_t square = width * width, block = width * LARGEST_BLOCK, big = RATES_BLAS * RATES_BLAS;
    size_t most = square > block ? square : block;
    most = most > big ? most : big;
    *rates = (Rates){width,
                     kernels,
                     noise(arena, most, kernels->single),
                     noise(arena, most, kernels->single),
                     noise(arena, most, kernels->single),
                     noise(arena, most, kernels->single),
                     NULL};
    find_blas(rates);
    return rates;
}

double rates_flops(size_t width)
{
    return REPEATS * 2.0 * (double)(width * width * LARGEST_BLOCK);
}

static void shaped(const Rates *rates, const char *name, void *result, const void *a, const void *x)
{
    void (*kernel)(size_t rows, size_t cols, void *result, const void *a, const void *x);
    void (*address)(void) = kernels_find(rates->kernels, name)->address;
    memcpy(&kernel, &address, sizeof kernel);
    for (size_t i = 0; i < REPEATS; i++)
        kernel(rates->width, rates->width, result, a, x);
}

double rates_affine(void *context)
{
    Rates *rates = context;
    shaped(rates, "matvec", rates->z, rates->a, rates->x);
    return -1;
}

double rates_transposed(void *context)
{
    Rates *rates = context;
    shaped(rates, "matvec_transposed", rates->z, rates->a, rates->x);
    return -1;
}

double rates_outer(void *context)
{
    Rates *rates = context;
    memset(rates->z, 0, rates->width * rates->width * sizeof(double));
    shaped(rates, rates->width < 4 ? "outer" : "outer_wide", rates->z, rates->x, rates->y);
    return -1;
}

double rates_blas_block(void *context)
{
    Rates *rates = context;
    int d = (int)rates->width;
    for (size_t i = 0; i < REPEATS; i++)
        rates->dgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, d, LARGEST_BLOCK, d, 1, rates->a, d, rates->x,
                     LARGEST_BLOCK, 0, rates->z, LARGEST_BLOCK);
    return -1;
}

double rates_blas(void *context)
{
    Rates *rates = context;
    rates->dgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, RATES_BLAS, RATES_BLAS, RATES_BLAS, 1, rates->a, RATES_BLAS,
                 rates->x, RATES_BLAS, 0, rates->z, RATES_BLAS);
    return -1;
}

double rates_tanh(void *context)
{
    Rates *rates = context;
    void (*kernel)(size_t n, void *z, const void *x);
    void (*address)(void) = kernels_find(rates->kernels, "tanh")->address;
    memcpy(&kernel, &address, sizeof kernel);
    kernel(RATES_ELEMENTS, rates->z, rates->x);
    return -1;
}

/* kernels: the block kernels that every solver is a schedule of. vector.h says how the three files are used.
 *
 * A block of a vector is real[rows][COSTATE_BLOCK], a scalar for each sample is real[COSTATE_BLOCK]; both aligned to 64
 * bytes. A shared matrix is row-major [rows][cols], a shared vector [rows], neither with any alignment. n counts reals,
 * a multiple of COSTATE_LANES, unless something else is said. Where a kernel may work in place it says so. */
#include "elementary.h"

/*@ vec_abs vector */
COSTATE_INLINE costate_vec costate_vec_abs(costate_vec x)
{
    return costate_magnitude(x);
}

/*@ abs vec_abs */
/* z = |x|; z may be x. */
COSTATE_KERNEL void costate_abs(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_abs(COSTATE_LOAD(x + i)));
}

/*@ vec_sign vector */
/* -1, 0 or 1 as x is below, at or above 0, NaN for NaN. */
COSTATE_INLINE costate_vec costate_vec_sign(costate_vec x)
{
    costate_vec zero = costate_splat(COSTATE_C(0.0)), one = costate_splat(COSTATE_C(1.0));
    return costate_where_less(zero, x, one, costate_where_less(x, zero, -one, x));
}

/*@ sign vec_sign */
/* z = sign(x); z may be x. */
COSTATE_KERNEL void costate_sign(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_sign(COSTATE_LOAD(x + i)));
}

/*@ mul vector */
/* z = x * y; z may be x or y. */
COSTATE_KERNEL void costate_mul(size_t n, costate_real *z, const costate_real *x, const costate_real *y)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, COSTATE_LOAD(x + i) * COSTATE_LOAD(y + i));
}

/*@ div vector */
/* z = x / y; z may be x or y. */
COSTATE_KERNEL void costate_div(size_t n, costate_real *z, const costate_real *x, const costate_real *y)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, COSTATE_LOAD(x + i) / COSTATE_LOAD(y + i));
}

/*@ vec_max vector */
/* x >= y ? x : y, NaN if either is. */
COSTATE_INLINE costate_vec costate_vec_max(costate_vec x, costate_vec y)
{
    return costate_select(COSTATE_NOT_LESS(x, y) | ~COSTATE_EQUAL(x, x), x, y);
}

/*@ max vec_max */
/* z = x >= y ? x : y, NaN if either is; z may be x or y. */
COSTATE_KERNEL void costate_max(size_t n, costate_real *z, const costate_real *x, const costate_real *y)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_max(COSTATE_LOAD(x + i), COSTATE_LOAD(y + i)));
}

/*@ vec_min vector */
/* x <= y ? x : y, NaN if either is. */
COSTATE_INLINE costate_vec costate_vec_min(costate_vec x, costate_vec y)
{
    return costate_select(COSTATE_NOT_LESS(y, x) | ~COSTATE_EQUAL(x, x), x, y);
}

/*@ min vec_min */
/* z = x <= y ? x : y, NaN if either is; z may be x or y. */
COSTATE_KERNEL void costate_min(size_t n, costate_real *z, const costate_real *x, const costate_real *y)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_min(COSTATE_LOAD(x + i), COSTATE_LOAD(y + i)));
}

/*@ vec_ge vector */
/* x >= y ? 1 : 0. */
COSTATE_INLINE costate_vec costate_vec_ge(costate_vec x, costate_vec y)
{
    return COSTATE_AS_VEC(COSTATE_NOT_LESS(x, y) & costate_splat_int(COSTATE_ONE));
}

/*@ ge vec_ge */
/* z = x >= y ? 1 : 0; z may be x or y. */
COSTATE_KERNEL void costate_ge(size_t n, costate_real *z, const costate_real *x, const costate_real *y)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_ge(COSTATE_LOAD(x + i), COSTATE_LOAD(y + i)));
}

/*@ vec_gate vector */
/* x y, and 0 where either is 0, whatever the other. */
COSTATE_INLINE costate_vec costate_vec_gate(costate_vec x, costate_vec y)
{
    const costate_vec zero = costate_splat(COSTATE_C(0.0));
    return COSTATE_AS_VEC(COSTATE_AS_INT(x * y) & ~(COSTATE_EQUAL(x, zero) | COSTATE_EQUAL(y, zero)));
}

/*@ gate vec_gate */
/* z = x y, and 0 where either is 0, whatever the other; z may be x or y. */
COSTATE_KERNEL void costate_gate(size_t n, costate_real *z, const costate_real *x, const costate_real *y)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_gate(COSTATE_LOAD(x + i), COSTATE_LOAD(y + i)));
}

/*@ linear vector */
/* z = alpha x + beta; z may be x. */
COSTATE_KERNEL void costate_linear(size_t n, costate_real *z, costate_real alpha, const costate_real *x,
                                   costate_real beta)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, alpha * COSTATE_LOAD(x + i) + beta);
}

/*@ fill vector */
/* z = value. */
COSTATE_KERNEL void costate_fill(size_t n, costate_real *z, costate_real value)
{
    costate_vec splat = costate_splat(value);
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, splat);
}

/*@ combine1 vector */
/* z = c1 x1, from left to right; z may be any of them. */
COSTATE_KERNEL void costate_combine1(size_t n, costate_real *z, costate_real c1, const costate_real *x1)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, c1 * COSTATE_LOAD(x1 + i));
}

/*@ combine2 vector */
/* z = c1 x1 + c2 x2, from left to right; z may be any of them. */
COSTATE_KERNEL void costate_combine2(size_t n, costate_real *z, costate_real c1, const costate_real *x1,
                                     costate_real c2, const costate_real *x2)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, c1 * COSTATE_LOAD(x1 + i) + c2 * COSTATE_LOAD(x2 + i));
}

/*@ combine3 vector */
/* z = c1 x1 + ... + c3 x3, from left to right; z may be any of them. */
COSTATE_KERNEL void costate_combine3(size_t n, costate_real *z, costate_real c1, const costate_real *x1,
                                     costate_real c2, const costate_real *x2, costate_real c3, const costate_real *x3)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, c1 * COSTATE_LOAD(x1 + i) + c2 * COSTATE_LOAD(x2 + i) + c3 * COSTATE_LOAD(x3 + i));
}

/*@ combine4 vector */
/* z = c1 x1 + ... + c4 x4, from left to right; z may be any of them. */
COSTATE_KERNEL void costate_combine4(size_t n, costate_real *z, costate_real c1, const costate_real *x1,
                                     costate_real c2, const costate_real *x2, costate_real c3, const costate_real *x3,
                                     costate_real c4, const costate_real *x4)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, c1 * COSTATE_LOAD(x1 + i) + c2 * COSTATE_LOAD(x2 + i) + c3 * COSTATE_LOAD(x3 + i) +
                                 c4 * COSTATE_LOAD(x4 + i));
}

/*@ combine5 vector */
/* z = c1 x1 + ... + c5 x5, from left to right; z may be any of them. */
COSTATE_KERNEL void costate_combine5(size_t n, costate_real *z, costate_real c1, const costate_real *x1,
                                     costate_real c2, const costate_real *x2, costate_real c3, const costate_real *x3,
                                     costate_real c4, const costate_real *x4, costate_real c5, const costate_real *x5)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, c1 * COSTATE_LOAD(x1 + i) + c2 * COSTATE_LOAD(x2 + i) + c3 * COSTATE_LOAD(x3 + i) +
                                 c4 * COSTATE_LOAD(x4 + i) + c5 * COSTATE_LOAD(x5 + i));
}

/*@ combine6 vector */
/* z = c1 x1 + ... + c6 x6, from left to right; z may be any of them. */
COSTATE_KERNEL void costate_combine6(size_t n, costate_real *z, costate_real c1, const costate_real *x1,
                                     costate_real c2, const costate_real *x2, costate_real c3, const costate_real *x3,
                                     costate_real c4, const costate_real *x4, costate_real c5, const costate_real *x5,
                                     costate_real c6, const costate_real *x6)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, c1 * COSTATE_LOAD(x1 + i) + c2 * COSTATE_LOAD(x2 + i) + c3 * COSTATE_LOAD(x3 + i) +
                                 c4 * COSTATE_LOAD(x4 + i) + c5 * COSTATE_LOAD(x5 + i) + c6 * COSTATE_LOAD(x6 + i));
}

/*@ combine7 vector */
/* z = c1 x1 + ... + c7 x7, from left to right; z may be any of them. */
COSTATE_KERNEL void costate_combine7(size_t n, costate_real *z, costate_real c1, const costate_real *x1,
                                     costate_real c2, const costate_real *x2, costate_real c3, const costate_real *x3,
                                     costate_real c4, const costate_real *x4, costate_real c5, const costate_real *x5,
                                     costate_real c6, const costate_real *x6, costate_real c7, const costate_real *x7)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, c1 * COSTATE_LOAD(x1 + i) + c2 * COSTATE_LOAD(x2 + i) + c3 * COSTATE_LOAD(x3 + i) +
                                 c4 * COSTATE_LOAD(x4 + i) + c5 * COSTATE_LOAD(x5 + i) + c6 * COSTATE_LOAD(x6 + i) +
                                 c7 * COSTATE_LOAD(x7 + i));
}

/*@ combine8 vector */
/* z = c1 x1 + ... + c8 x8, from left to right; z may be any of them. */
COSTATE_KERNEL void costate_combine8(size_t n, costate_real *z, costate_real c1, const costate_real *x1,
                                     costate_real c2, const costate_real *x2, costate_real c3, const costate_real *x3,
                                     costate_real c4, const costate_real *x4, costate_real c5, const costate_real *x5,
                                     costate_real c6, const costate_real *x6, costate_real c7, const costate_real *x7,
                                     costate_real c8, const costate_real *x8)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, c1 * COSTATE_LOAD(x1 + i) + c2 * COSTATE_LOAD(x2 + i) + c3 * COSTATE_LOAD(x3 + i) +
                                 c4 * COSTATE_LOAD(x4 + i) + c5 * COSTATE_LOAD(x5 + i) + c6 * COSTATE_LOAD(x6 + i) +
                                 c7 * COSTATE_LOAD(x7 + i) + c8 * COSTATE_LOAD(x8 + i));
}

/*@ tile vector */
/* The distance of the second vector of samples in a register tile; a block of only one vector is done twice over, which
 * the compiler folds. */
#define COSTATE_SECOND (COSTATE_BLOCK > COSTATE_LANES ? COSTATE_LANES : 0)
#if COSTATE_BLOCK > 1 && (COSTATE_BLOCK & (COSTATE_BLOCK - 1)) != 0
#error "COSTATE_BLOCK must be a power of two"
#endif

/* Keeps a vector in its register: tuned for some processors, gcc reads it from memory again for every row. */
#if COSTATE_VECTOR_BYTES > 0 && COSTATE_BLOCK > 1 && defined(__x86_64__) && !defined(__clang__)
#define COSTATE_HOLD(v) __asm__("" : "+v"(v))
#else
#define COSTATE_HOLD(v) ((void)0)
#endif

/*@ product_eight tile */
#if COSTATE_VECTOR_BYTES == 64
#define COSTATE_TALL_TILES

/* Eight rows of z = K x + b for the two vectors of samples at x, where there are 32 registers; b NULL: nothing is
 * added. */
COSTATE_INLINE void costate_product_eight(size_t cols, costate_real *z, const costate_real *K, size_t row_stride,
                                          size_t col_stride, const costate_real *b, const costate_real *x)
{
    costate_real zero = COSTATE_C(0.0);
    costate_vec z0a = costate_splat(b == NULL ? zero : b[0]), z0b = z0a;
    costate_vec z1a = costate_splat(b == NULL ? zero : b[1]), z1b = z1a;
    costate_vec z2a = costate_splat(b == NULL ? zero : b[2]), z2b = z2a;
    costate_vec z3a = costate_splat(b == NULL ? zero : b[3]), z3b = z3a;
    costate_vec z4a = costate_splat(b == NULL ? zero : b[4]), z4b = z4a;
    costate_vec z5a = costate_splat(b == NULL ? zero : b[5]), z5b = z5a;
    costate_vec z6a = costate_splat(b == NULL ? zero : b[6]), z6b = z6a;
    costate_vec z7a = costate_splat(b == NULL ? zero : b[7]), z7b = z7a;
    for (size_t c = 0; c < cols; c++) {
        costate_vec u = COSTATE_LOAD(x + c * COSTATE_BLOCK);
        costate_vec v = COSTATE_LOAD(x + c * COSTATE_BLOCK + COSTATE_SECOND);
        COSTATE_HOLD(u);
        COSTATE_HOLD(v);
        costate_real k = K[c * col_stride];
        z0a += k * u, z0b += k * v;
        k = K[c * col_stride + row_stride];
        z1a += k * u, z1b += k * v;
        k = K[c * col_stride + 2 * row_stride];
        z2a += k * u, z2b += k * v;
        k = K[c * col_stride + 3 * row_stride];
        z3a += k * u, z3b += k * v;
        k = K[c * col_stride + 4 * row_stride];
        z4a += k * u, z4b += k * v;
        k = K[c * col_stride + 5 * row_stride];
        z5a += k * u, z5b += k * v;
        k = K[c * col_stride + 6 * row_stride];
        z6a += k * u, z6b += k * v;
        k = K[c * col_stride + 7 * row_stride];
        z7a += k * u, z7b += k * v;
    }
    COSTATE_STORE(z, z0a);
    COSTATE_STORE(z + COSTATE_SECOND, z0b);
    COSTATE_STORE(z + COSTATE_BLOCK, z1a);
    COSTATE_STORE(z + COSTATE_BLOCK + COSTATE_SECOND, z1b);
    COSTATE_STORE(z + 2 * COSTATE_BLOCK, z2a);
    COSTATE_STORE(z + 2 * COSTATE_BLOCK + COSTATE_SECOND, z2b);
    COSTATE_STORE(z + 3 * COSTATE_BLOCK, z3a);
    COSTATE_STORE(z + 3 * COSTATE_BLOCK + COSTATE_SECOND, z3b);
    COSTATE_STORE(z + 4 * COSTATE_BLOCK, z4a);
    COSTATE_STORE(z + 4 * COSTATE_BLOCK + COSTATE_SECOND, z4b);
    COSTATE_STORE(z + 5 * COSTATE_BLOCK, z5a);
    COSTATE_STORE(z + 5 * COSTATE_BLOCK + COSTATE_SECOND, z5b);
    COSTATE_STORE(z + 6 * COSTATE_BLOCK, z6a);
    COSTATE_STORE(z + 6 * COSTATE_BLOCK + COSTATE_SECOND, z6b);
    COSTATE_STORE(z + 7 * COSTATE_BLOCK, z7a);
    COSTATE_STORE(z + 7 * COSTATE_BLOCK + COSTATE_SECOND, z7b);
}
#endif

/*@ product tile */
/* Four, two, one rows of z = K x + b for the two vectors of samples at x; b NULL: nothing is added. */
COSTATE_INLINE void costate_product_four(size_t cols, costate_real *z, const costate_real *K, size_t row_stride,
                                         size_t col_stride, const costate_real *b, const costate_real *x)
{
    costate_real zero = COSTATE_C(0.0);
    costate_vec z0a = costate_splat(b == NULL ? zero : b[0]), z0b = z0a;
    costate_vec z1a = costate_splat(b == NULL ? zero : b[1]), z1b = z1a;
    costate_vec z2a = costate_splat(b == NULL ? zero : b[2]), z2b = z2a;
    costate_vec z3a = costate_splat(b == NULL ? zero : b[3]), z3b = z3a;
    for (size_t c = 0; c < cols; c++) {
        costate_vec u = COSTATE_LOAD(x + c * COSTATE_BLOCK);
        costate_vec v = COSTATE_LOAD(x + c * COSTATE_BLOCK + COSTATE_SECOND);
        COSTATE_HOLD(u);
        COSTATE_HOLD(v);
        costate_real k = K[c * col_stride];
        z0a += k * u, z0b += k * v;
        k = K[c * col_stride + row_stride];
        z1a += k * u, z1b += k * v;
        k = K[c * col_stride + 2 * row_stride];
        z2a += k * u, z2b += k * v;
        k = K[c * col_stride + 3 * row_stride];
        z3a += k * u, z3b += k * v;
    }
    COSTATE_STORE(z, z0a);
    COSTATE_STORE(z + COSTATE_SECOND, z0b);
    COSTATE_STORE(z + COSTATE_BLOCK, z1a);
    COSTATE_STORE(z + COSTATE_BLOCK + COSTATE_SECOND, z1b);
    COSTATE_STORE(z + 2 * COSTATE_BLOCK, z2a);
    COSTATE_STORE(z + 2 * COSTATE_BLOCK + COSTATE_SECOND, z2b);
    COSTATE_STORE(z + 3 * COSTATE_BLOCK, z3a);
    COSTATE_STORE(z + 3 * COSTATE_BLOCK + COSTATE_SECOND, z3b);
}

COSTATE_INLINE void costate_product_two(size_t cols, costate_real *z, const costate_real *K, size_t row_stride,
                                        size_t col_stride, const costate_real *b, const costate_real *x)
{
    costate_real zero = COSTATE_C(0.0);
    costate_vec z0a = costate_splat(b == NULL ? zero : b[0]), z0b = z0a;
    costate_vec z1a = costate_splat(b == NULL ? zero : b[1]), z1b = z1a;
    for (size_t c = 0; c < cols; c++) {
        costate_vec u = COSTATE_LOAD(x + c * COSTATE_BLOCK);
        costate_vec v = COSTATE_LOAD(x + c * COSTATE_BLOCK + COSTATE_SECOND);
        COSTATE_HOLD(u);
        COSTATE_HOLD(v);
        costate_real k = K[c * col_stride];
        z0a += k * u, z0b += k * v;
        k = K[c * col_stride + row_stride];
        z1a += k * u, z1b += k * v;
    }
    COSTATE_STORE(z, z0a);
    COSTATE_STORE(z + COSTATE_SECOND, z0b);
    COSTATE_STORE(z + COSTATE_BLOCK, z1a);
    COSTATE_STORE(z + COSTATE_BLOCK + COSTATE_SECOND, z1b);
}

COSTATE_INLINE void costate_product_one(size_t cols, costate_real *z, const costate_real *K, size_t col_stride,
                                        const costate_real *b, const costate_real *x)
{
    costate_real zero = COSTATE_C(0.0);
    costate_vec z0a = costate_splat(b == NULL ? zero : b[0]), z0b = z0a;
    for (size_t c = 0; c < cols; c++) {
        costate_vec u = COSTATE_LOAD(x + c * COSTATE_BLOCK);
        costate_vec v = COSTATE_LOAD(x + c * COSTATE_BLOCK + COSTATE_SECOND);
        costate_real k = K[c * col_stride];
        z0a += k * u, z0b += k * v;
    }
    COSTATE_STORE(z, z0a);
    COSTATE_STORE(z + COSTATE_SECOND, z0b);
}

/* z[rows] = K x[cols] + b, K[r][c] at K[r * row_stride + c * col_stride], in register tiles of as many rows as there
 * are registers for by two vectors of samples. */
COSTATE_INLINE void costate_product(size_t rows, size_t cols, costate_real *z, const costate_real *K, size_t row_stride,
                                    size_t col_stride, const costate_real *b, const costate_real *x)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES + COSTATE_SECOND) {
        size_t r = 0;
#ifdef COSTATE_TALL_TILES
        for (; r + 8 <= rows; r += 8)
            costate_product_eight(cols, z + r * COSTATE_BLOCK + s, K + r * row_stride, row_stride, col_stride,
                                  b == NULL ? NULL : b + r, x + s);
#endif
        for (; r + 4 <= rows; r += 4)
            costate_product_four(cols, z + r * COSTATE_BLOCK + s, K + r * row_stride, row_stride, col_stride,
                                 b == NULL ? NULL : b + r, x + s);
        if (r + 2 <= rows) {
            costate_product_two(cols, z + r * COSTATE_BLOCK + s, K + r * row_stride, row_stride, col_stride,
                                b == NULL ? NULL : b + r, x + s);
            r += 2;
        }
        if (r < rows)
            costate_product_one(cols, z + r * COSTATE_BLOCK + s, K + r * row_stride, col_stride,
                                b == NULL ? NULL : b + r, x + s);
    }
}

/*@ fold vector */
#if COSTATE_VECTOR_BYTES == 64 && (defined(__clang__) || __GNUC__ >= 12)
/* Two vectors become one: of neighbours (pairs, fours) of lanes, the sums, those of a and of b taking turns. After
 * three rounds a vector has the sums of eight. */
#if COSTATE_REAL_BYTES == 8
#define COSTATE_FOLD_1(a, b) \
    (__builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) + \
     __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15))
#define COSTATE_FOLD_2(a, b) \
    (__builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) + \
     __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15))
#define COSTATE_FOLD_4(a, b) \
    (__builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + \
     __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15))
#define COSTATE_HALVES(a) (a)
#else
#define COSTATE_FOLD_1(a, b) \
    (__builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30) + \
     __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#define COSTATE_FOLD_2(a, b) \
    (__builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) + \
     __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
#define COSTATE_FOLD_4(a, b) \
    (__builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) + \
     __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
#define COSTATE_HALVES(a) \
    (__builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7) + \
     __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15))
#endif
typedef costate_real costate_folded __attribute__((vector_size(8 * COSTATE_REAL_BYTES)));

/* Before a loop of four rounds whose sums stay in registers only where there is no loop. */
#if defined(__clang__)
#define COSTATE_UNROLL
#else
#define COSTATE_UNROLL _Pragma("GCC unroll 4")
#endif

/* Two rows of four entries of A += the sums of the lanes of v[8]. */
COSTATE_INLINE void costate_add_sums(costate_real *A, size_t stride, const costate_vec *v)
{
    costate_vec a = COSTATE_FOLD_2(COSTATE_FOLD_1(v[0], v[1]), COSTATE_FOLD_1(v[2], v[3]));
    costate_vec b = COSTATE_FOLD_2(COSTATE_FOLD_1(v[4], v[5]), COSTATE_FOLD_1(v[6], v[7]));
    costate_folded sums = COSTATE_HALVES(COSTATE_FOLD_4(a, b));
    COSTATE_UNROLL
    for (size_t c = 0; c < 4; c++) {
        A[c] += sums[c];
        A[stride + c] += sums[4 + c];
    }
}
#endif

/*@ row_sums vector */
#if defined(COSTATE_ROWS)
#if COSTATE_VECTOR_BYTES > 0
/* The sum of a vector's lanes. */
COSTATE_INLINE costate_real costate_row_sum(costate_vec v)
{
#if COSTATE_ROW_LANES >= 4 && (defined(__clang__) || __GNUC__ >= 12)
    typedef costate_real costate_four __attribute__((vector_size(4 * COSTATE_REAL_BYTES)));
#if COSTATE_ROW_LANES == 4
    costate_four sums = v;
#elif COSTATE_ROW_LANES == 8
    costate_four sums = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
#else
    typedef costate_real costate_half __attribute__((vector_size(8 * COSTATE_REAL_BYTES)));
    costate_half half = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                        __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    costate_four sums =
        __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
#endif
    return (sums[0] + sums[2]) + (sums[1] + sums[3]);
#else
    costate_real sum = v[0];
    for (size_t k = 1; k < COSTATE_ROW_LANES; k++)
        sum += v[k];
    return sum;
#endif
}

/* The rows of a vector from p on, zeros beyond the last. */
COSTATE_INLINE costate_vec costate_load_padded(const costate_real *p, size_t left)
{
    return left >= COSTATE_ROW_LANES ? (costate_vec) * (const costate_loose *)p
                                     : costate_load_some(p, left, costate_splat(COSTATE_C(0.0)));
}

#if COSTATE_ROW_LANES >= 4 && (defined(__clang__) || __GNUC__ >= 12)
/* Every other lane of two vectors side by side, and each lane of the lower or higher half of one twice. */
#if COSTATE_ROW_LANES == 4
#define COSTATE_EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define COSTATE_ODD(a, b)  __builtin_shufflevector(a, b, 1, 3, 5, 7)
#define COSTATE_LOW(v)     __builtin_shufflevector(v, v, 0, 0, 1, 1)
#define COSTATE_HIGH(v)    __builtin_shufflevector(v, v, 2, 2, 3, 3)
#elif COSTATE_ROW_LANES == 8
#define COSTATE_EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define COSTATE_ODD(a, b)  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define COSTATE_LOW(v)     __builtin_shufflevector(v, v, 0, 0, 1, 1, 2, 2, 3, 3)
#define COSTATE_HIGH(v)    __builtin_shufflevector(v, v, 4, 4, 5, 5, 6, 6, 7, 7)
#else
#define COSTATE_EVEN(a, b) \
    __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define COSTATE_ODD(a, b) \
    __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#define COSTATE_LOW(v)  __builtin_shufflevector(v, v, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7)
#define COSTATE_HIGH(v) __builtin_shufflevector(v, v, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15)
#endif

/* Do rows of a matrix fill a vector, two or more of them? Then the matrix is worked on as it lies in memory. */
#define COSTATE_DENSE(cols) ((cols) < COSTATE_ROW_LANES && COSTATE_ROW_LANES % (cols) == 0)

/* Vector j of those that have each lane of v `cols` times. */
COSTATE_INLINE costate_vec costate_repeat(costate_vec v, size_t cols, size_t j)
{
    for (size_t n = cols; n > 1; n /= 2)
        v = j & n / 2 ? COSTATE_HIGH(v) : COSTATE_LOW(v);
    return v;
}

/* y again and again. */
COSTATE_INLINE costate_vec costate_cycle(const costate_real *y, size_t cols)
{
    costate_vec v = costate_splat(y[0]);
    for (size_t c = 1; c < cols; c++) {
        costate_int turn = costate_splat_int(0);
        for (size_t k = c; k < COSTATE_ROW_LANES; k += cols)
            turn[k] = ~(costate_lane)0;
        v = costate_select(turn, costate_splat(y[c]), v);
    }
    return v;
}

/* Vector j of the rows of a matrix from p on, of which `reals` are left; zeros beyond. */
COSTATE_INLINE costate_vec costate_load_dense(const costate_real *p, size_t j, size_t reals)
{
    if (j * COSTATE_ROW_LANES >= reals)
        return costate_splat(COSTATE_C(0.0));
    return costate_load_padded(p + j * COSTATE_ROW_LANES, reals - j * COSTATE_ROW_LANES);
}
#else
#define COSTATE_DENSE(cols) 0
#endif

/* p[0], p[stride], ...: `left` of them, beyond which the last stands again. */
COSTATE_INLINE costate_vec costate_load_column(const costate_real *p, size_t stride, size_t left)
{
    costate_vec v = costate_splat(p[0]);
    for (size_t k = 1; k < COSTATE_ROW_LANES; k++)
        v[k] = p[(k < left ? k : left - 1) * stride];
    return v;
}
#endif

#endif
/*@ row_products row_sums */
#if defined(COSTATE_ROWS)
#if COSTATE_VECTOR_BYTES > 0
/* z[rows] = K x[cols] + b of one sample; b NULL: nothing is added. Lanes are columns, whose sums are folded, or rows
 * where the columns do not fill a vector. */
COSTATE_INLINE void costate_product_rows(size_t rows, size_t cols, costate_real *z, const costate_real *K,
                                         const costate_real *b, const costate_real *x)
{
    const costate_vec zero = costate_splat(COSTATE_C(0.0));
    size_t r = 0;
#ifdef COSTATE_EVEN
    if (COSTATE_DENSE(cols)) {
        const costate_vec v = costate_cycle(x, cols);
        for (; r < rows; r += COSTATE_ROW_LANES) {
            costate_vec sums[COSTATE_ROW_LANES / 2];
            for (size_t j = 0; j < cols; j++)
                sums[j] = costate_load_dense(K + r * cols, j, (rows - r) * cols) * v;
            for (size_t n = cols; n > 1; n /= 2)
                for (size_t j = 0; j < n / 2; j++)
                    sums[j] = COSTATE_EVEN(sums[2 * j], sums[2 * j + 1]) + COSTATE_ODD(sums[2 * j], sums[2 * j + 1]);
            if (b != NULL)
                sums[0] += costate_load_rows(b + r, rows - r);
            costate_store_rows(z + r, sums[0], rows - r);
        }
        return;
    }
#endif
    if (cols < COSTATE_ROW_LANES) {
        for (; r < rows; r += COSTATE_ROW_LANES) {
            costate_vec sum = b == NULL ? zero : costate_load_rows(b + r, rows - r);
            for (size_t c = 0; c < cols; c++)
                sum += costate_load_column(K + r * cols + c, cols, rows - r) * x[c];
            costate_store_rows(z + r, sum, rows - r);
        }
        return;
    }
#ifdef COSTATE_FOLD_1
    for (; r + 8 <= rows; r += 8) {
        costate_vec sums[8] = {{0}};
        for (size_t c = 0; c < cols; c += COSTATE_ROW_LANES) {
            const costate_vec v = costate_load_padded(x + c, cols - c);
            COSTATE_UNROLL
            for (size_t k = 0; k < 8; k++)
                sums[k] += costate_load_padded(K + (r + k) * cols + c, cols - c) * v;
        }
        for (size_t k = 0; k < 8; k++)
            z[r + k] = b == NULL ? COSTATE_C(0.0) : b[r + k];
        costate_add_sums(z + r, 4, sums);
    }
#endif
    for (; r < rows; r++) {
        costate_vec sum = zero;
        for (size_t c = 0; c < cols; c += COSTATE_ROW_LANES)
            sum += costate_load_padded(K + r * cols + c, cols - c) * costate_load_padded(x + c, cols - c);
        z[r] = (b == NULL ? COSTATE_C(0.0) : b[r]) + costate_row_sum(sum);
    }
}

/* z[cols] = K^T x[rows] of one sample. */
COSTATE_INLINE void costate_product_columns(size_t rows, size_t cols, costate_real *z, const costate_real *K,
                                            const costate_real *x)
{
    const costate_vec zero = costate_splat(COSTATE_C(0.0));
    size_t c = 0;
#ifdef COSTATE_EVEN
    if (COSTATE_DENSE(cols)) {
        costate_vec sums = zero;
        for (size_t r = 0; r < rows; r += COSTATE_ROW_LANES) {
            const costate_vec v = costate_load_rows(x + r, rows - r);
            for (size_t j = 0; j < cols; j++)
                sums += costate_load_dense(K + r * cols, j, (rows - r) * cols) * costate_repeat(v, cols, j);
        }
        for (size_t n = COSTATE_ROW_LANES / 2; n >= cols; n /= 2)
            for (size_t k = 0; k < n; k++)
                sums[k] += sums[k + n];
        for (; c < cols; c++)
            z[c] = sums[c];
        return;
    }
#endif
    if (cols < COSTATE_ROW_LANES) {
        for (; c < cols; c++) {
            costate_vec sum = zero;
            for (size_t r = 0; r < rows; r += COSTATE_ROW_LANES)
                sum += costate_load_column(K + r * cols + c, cols, rows - r) * costate_load_padded(x + r, rows - r);
            z[c] = costate_row_sum(sum);
        }
        return;
    }
    for (; c + 4 * COSTATE_ROW_LANES <= cols; c += 4 * COSTATE_ROW_LANES) {
        costate_vec s0 = zero, s1 = zero, s2 = zero, s3 = zero;
        for (size_t r = 0; r < rows; r++) {
            const costate_real *const k = K + r * cols + c;
            s0 += *(const costate_loose *)k * x[r];
            s1 += *(const costate_loose *)(k + COSTATE_ROW_LANES) * x[r];
            s2 += *(const costate_loose *)(k + 2 * COSTATE_ROW_LANES) * x[r];
            s3 += *(const costate_loose *)(k + 3 * COSTATE_ROW_LANES) * x[r];
        }
        *(costate_loose *)(z + c) = s0;
        *(costate_loose *)(z + c + COSTATE_ROW_LANES) = s1;
        *(costate_loose *)(z + c + 2 * COSTATE_ROW_LANES) = s2;
        *(costate_loose *)(z + c + 3 * COSTATE_ROW_LANES) = s3;
    }
    for (; c < cols; c += COSTATE_ROW_LANES) {
        costate_vec sum = zero;
        for (size_t r = 0; r < rows; r++)
            sum += costate_load_rows(K + r * cols + c, cols - c) * x[r];
        costate_store_rows(z + c, sum, cols - c);
    }
}
#define COSTATE_PRODUCT_ROWS(rows, cols, z, K, b, x) costate_product_rows(rows, cols, z, K, b, x)
#define COSTATE_PRODUCT_COLUMNS(rows, cols, z, K, x) costate_product_columns(rows, cols, z, K, x)
#else
#define COSTATE_PRODUCT_ROWS(rows, cols, z, K, b, x) costate_product(rows, cols, z, K, cols, 1, b, x)
#define COSTATE_PRODUCT_COLUMNS(rows, cols, z, K, x) costate_product(cols, rows, z, K, 1, cols, NULL, x)
#endif

#endif
/*@ affine product row_products */
/* z[rows] = K x[cols] + b, K[rows][cols]; z is not x. */
COSTATE_KERNEL void costate_affine(size_t rows, size_t cols, costate_real *z, const costate_real *K,
                                   const costate_real *b, const costate_real *x)
{
#if defined(COSTATE_ROWS)
    COSTATE_PRODUCT_ROWS(rows, cols, z, K, b, x);
#else
    costate_product(rows, cols, z, K, cols, 1, b, x);
#endif
}

/*@ matvec product row_products */
/* z[rows] = K x[cols], K[rows][cols]; z is not x. */
COSTATE_KERNEL void costate_matvec(size_t rows, size_t cols, costate_real *z, const costate_real *K,
                                   const costate_real *x)
{
#if defined(COSTATE_ROWS)
    COSTATE_PRODUCT_ROWS(rows, cols, z, K, NULL, x);
#else
    costate_product(rows, cols, z, K, cols, 1, NULL, x);
#endif
}

/*@ matvec_transposed product row_products */
/* z[cols] = K^T x[rows], K[rows][cols]; z is not x. */
COSTATE_KERNEL void costate_matvec_transposed(size_t rows, size_t cols, costate_real *z, const costate_real *K,
                                              const costate_real *x)
{
#if defined(COSTATE_ROWS)
    COSTATE_PRODUCT_COLUMNS(rows, cols, z, K, x);
#else
    costate_product(cols, rows, z, K, 1, cols, NULL, x);
#endif
}

/*@ lane_sum vector */
/* The sum of a vector's lanes, halves added until one is left. */
#if COSTATE_LANES >= 4 && (defined(__clang__) || __GNUC__ >= 12)
/* In registers, where compilers take the loop below through memory. */
COSTATE_INLINE costate_real costate_lane_sum(costate_vec v)
{
    typedef costate_real costate_four __attribute__((vector_size(4 * COSTATE_REAL_BYTES)));
#if COSTATE_LANES == 4
    costate_four sums = v;
#elif COSTATE_LANES == 8
    costate_four sums = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
#else
    typedef costate_real costate_eight __attribute__((vector_size(8 * COSTATE_REAL_BYTES)));
    costate_eight half = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                         __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    costate_four sums =
        __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
#endif
    return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}
#else
COSTATE_INLINE costate_real costate_lane_sum(costate_vec v)
{
    costate_real *lane = (costate_real *)&v;
    for (size_t half = COSTATE_LANES / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < half; i++)
            lane[i] += lane[i + half];
    }
    return lane[0];
}
#endif

/*@ outer_tiles lane_sum */
/* A[r][c] += sum over samples x[r] y[c] for r < 4, c < 2; y2 is y[0] again where there is only one column. */
COSTATE_INLINE void costate_outer_four(size_t cols, costate_real *A, size_t stride, const costate_real *x,
                                       const costate_real *y)
{
    costate_vec zero = costate_splat(COSTATE_C(0.0)), t, u, v;
    costate_vec a0 = zero, b0 = zero;
    costate_vec a1 = zero, b1 = zero;
    costate_vec a2 = zero, b2 = zero;
    costate_vec a3 = zero, b3 = zero;
    size_t second = cols > 1 ? COSTATE_BLOCK : 0;
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        u = COSTATE_LOAD(y + s), v = COSTATE_LOAD(y + s + second);
        t = COSTATE_LOAD(x + s);
        a0 += t * u, b0 += t * v;
        t = COSTATE_LOAD(x + s + COSTATE_BLOCK);
        a1 += t * u, b1 += t * v;
        t = COSTATE_LOAD(x + s + 2 * COSTATE_BLOCK);
        a2 += t * u, b2 += t * v;
        t = COSTATE_LOAD(x + s + 3 * COSTATE_BLOCK);
        a3 += t * u, b3 += t * v;
    }
    A[0] += costate_lane_sum(a0);
    A[stride] += costate_lane_sum(a1);
    A[2 * stride] += costate_lane_sum(a2);
    A[3 * stride] += costate_lane_sum(a3);
    if (cols > 1) {
        A[1] += costate_lane_sum(b0);
        A[stride + 1] += costate_lane_sum(b1);
        A[2 * stride + 1] += costate_lane_sum(b2);
        A[3 * stride + 1] += costate_lane_sum(b3);
    }
}

COSTATE_INLINE void costate_outer_two(size_t cols, costate_real *A, size_t stride, const costate_real *x,
                                      const costate_real *y)
{
    costate_vec zero = costate_splat(COSTATE_C(0.0)), t, u, v;
    costate_vec a0 = zero, b0 = zero;
    costate_vec a1 = zero, b1 = zero;
    size_t second = cols > 1 ? COSTATE_BLOCK : 0;
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        u = COSTATE_LOAD(y + s), v = COSTATE_LOAD(y + s + second);
        t = COSTATE_LOAD(x + s);
        a0 += t * u, b0 += t * v;
        t = COSTATE_LOAD(x + s + COSTATE_BLOCK);
        a1 += t * u, b1 += t * v;
    }
    A[0] += costate_lane_sum(a0);
    A[stride] += costate_lane_sum(a1);
    if (cols > 1) {
        A[1] += costate_lane_sum(b0);
        A[stride + 1] += costate_lane_sum(b1);
    }
}

COSTATE_INLINE void costate_outer_one(size_t cols, costate_real *A, const costate_real *x, const costate_real *y)
{
    costate_vec zero = costate_splat(COSTATE_C(0.0)), t, u, v;
    costate_vec a0 = zero, b0 = zero;
    size_t second = cols > 1 ? COSTATE_BLOCK : 0;
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        u = COSTATE_LOAD(y + s), v = COSTATE_LOAD(y + s + second);
        t = COSTATE_LOAD(x + s);
        a0 += t * u, b0 += t * v;
    }
    A[0] += costate_lane_sum(a0);
    if (cols > 1) {
        A[1] += costate_lane_sum(b0);
    }
}

/* A[rows][cols] += x[rows] y[cols]^T summed over the samples, in register tiles of four rows by two columns whose lanes
 * are added up at the end; stride: from row to row of A. */
COSTATE_INLINE void costate_outer_tiles(size_t rows, size_t cols, costate_real *A, size_t stride, const costate_real *x,
                                        const costate_real *y)
{
    for (size_t c = 0; c < cols; c += 2, y += 2 * COSTATE_BLOCK) {
        size_t r = 0;
        for (; r + 4 <= rows; r += 4)
            costate_outer_four(cols - c, A + r * stride + c, stride, x + r * COSTATE_BLOCK, y);
        if (r + 2 <= rows) {
            costate_outer_two(cols - c, A + r * stride + c, stride, x + r * COSTATE_BLOCK, y);
            r += 2;
        }
        if (r < rows)
            costate_outer_one(cols - c, A + r * stride + c, x + r * COSTATE_BLOCK, y);
    }
}

/*@ row_outer row_sums */
#if defined(COSTATE_ROWS)
#if COSTATE_VECTOR_BYTES > 0
/* A[rows][cols] += x[rows] y[cols]^T of one sample, along rows of A; along all of A where some of them fill a vector. */
COSTATE_INLINE void costate_outer_rows(size_t rows, size_t cols, costate_real *A, const costate_real *x,
                                       const costate_real *y)
{
#ifdef COSTATE_EVEN
    if (COSTATE_DENSE(cols)) {
        const costate_vec v = costate_cycle(y, cols);
        for (size_t r = 0; r < rows; r += COSTATE_ROW_LANES) {
            const costate_vec u = costate_load_rows(x + r, rows - r);
            for (size_t j = 0; j < cols && j * COSTATE_ROW_LANES < (rows - r) * cols; j++) {
                costate_real *const a = A + r * cols + j * COSTATE_ROW_LANES;
                const size_t left = (rows - r) * cols - j * COSTATE_ROW_LANES;
                costate_store_rows(a, costate_load_rows(a, left) + costate_repeat(u, cols, j) * v, left);
            }
        }
        return;
    }
#endif
    for (size_t r = 0; r < rows; r++, A += cols)
        for (size_t c = 0; c < cols; c += COSTATE_ROW_LANES)
            costate_store_rows(A + c, costate_load_rows(A + c, cols - c) + x[r] * costate_load_rows(y + c, cols - c),
                               cols - c);
}
#define COSTATE_OUTER_ROWS(rows, cols, A, x, y) costate_outer_rows(rows, cols, A, x, y)
#else
#define COSTATE_OUTER_ROWS(rows, cols, A, x, y) costate_outer_tiles(rows, cols, A, cols, x, y)
#endif

#endif
/*@ add_rows vector */
#if defined(COSTATE_ROWS)
/* p[] += v, of whose rows `left` are left. */
COSTATE_INLINE void costate_add_rows(costate_real *p, costate_vec v, size_t left)
{
    (void)left; /* of which there is one where there are no vectors */
    costate_store_rows(p, costate_load_rows(p, left) + v, left);
}

#endif
/*@ again row_sums */
#if defined(COSTATE_ROWS)
/* y[cols], few, as outer_few wants it: again and again where that fills a vector. */
COSTATE_INLINE costate_vec costate_again(size_t cols, const costate_real *y)
{
#ifdef COSTATE_EVEN
    if (COSTATE_DENSE(cols))
        return costate_cycle(y, cols);
#endif
    (void)cols;
    return costate_splat(y[0]);
}

#endif
/*@ outer_few row_sums */
#if defined(COSTATE_ROWS)
/* A[rows][cols] += x y[cols]^T for a vector of rows x, of which `left` are left; few cols; v: y again and again. */
COSTATE_INLINE void costate_outer_few(size_t cols, costate_real *A, costate_vec x, const costate_real *y, costate_vec v,
                                      size_t left)
{
    (void)v;
#if COSTATE_VECTOR_BYTES > 0
#ifdef COSTATE_EVEN
    if (COSTATE_DENSE(cols)) {
        for (size_t j = 0; j < cols && j * COSTATE_ROW_LANES < left * cols; j++) {
            costate_real *const a = A + j * COSTATE_ROW_LANES;
            const size_t rest = left * cols - j * COSTATE_ROW_LANES;
            costate_store_rows(a, costate_load_rows(a, rest) + costate_repeat(x, cols, j) * v, rest);
        }
        return;
    }
#endif
    for (size_t k = 0; k < COSTATE_ROW_LANES && k < left; k++)
        for (size_t c = 0; c < cols; c += COSTATE_ROW_LANES)
            costate_store_rows(A + k * cols + c,
                               costate_load_rows(A + k * cols + c, cols - c) + x[k] * costate_load_rows(y + c, cols - c),
                               cols - c);
#else
    (void)left;
    for (size_t c = 0; c < cols; c++)
        A[c] += x * y[c];
#endif
}

#endif
/*@ fold_rows row_sums */
#if defined(COSTATE_ROWS)
/* The sum with what a vector of rows of K[rows][cols] and x adds to part j < cols of K^T x; `left` rows are left; few
 * cols. A part has the sums of some columns, each in several lanes. */
COSTATE_INLINE costate_vec costate_fold_rows(size_t cols, size_t j, costate_vec sum, const costate_real *K, costate_vec x,
                                             size_t left)
{
#if COSTATE_VECTOR_BYTES > 0
#ifdef COSTATE_EVEN
    if (COSTATE_DENSE(cols))
        return sum + costate_load_dense(K, j, left * cols) * costate_repeat(x, cols, j);
#endif
    const size_t c = j * COSTATE_ROW_LANES;
    for (size_t k = 0; k < COSTATE_ROW_LANES && k < left && c < cols; k++)
        sum += costate_load_padded(K + k * cols + c, cols - c) * x[k];
    return sum;
#else
    (void)cols;
    (void)left;
    return sum + K[j] * x;
#endif
}

#endif
/*@ fold_done row_sums */
#if defined(COSTATE_ROWS)
/* z[cols] = the sums of the parts, of which there are cols. */
COSTATE_INLINE void costate_fold_done(size_t cols, costate_real *z, costate_vec part0, costate_vec part1,
                                      costate_vec part2, costate_vec part3)
{
#if COSTATE_VECTOR_BYTES > 0
#ifdef COSTATE_EVEN
    if (COSTATE_DENSE(cols)) {
        const costate_vec all = (part0 + part1) + (part2 + part3);
        for (size_t c = 0; c < cols; c++) {
            costate_int turn = costate_splat_int(0);
            for (size_t k = c; k < COSTATE_ROW_LANES; k += cols)
                turn[k] = ~(costate_lane)0;
            z[c] = costate_row_sum(costate_select(turn, all, costate_splat(COSTATE_C(0.0))));
        }
        return;
    }
#endif
#endif
    const costate_vec parts[] = {part0, part1, part2, part3};
    for (size_t c = 0; c < cols; c += COSTATE_ROW_LANES)
        costate_store_rows(z + c, parts[c / COSTATE_ROW_LANES], cols - c);
}

#endif
/*@ outer outer_tiles row_outer */
/* A[rows][cols] += x[rows] y[cols]^T summed over the samples. */
COSTATE_KERNEL void costate_outer(size_t rows, size_t cols, costate_real *A, const costate_real *x,
                                  const costate_real *y)
{
#if defined(COSTATE_ROWS)
    COSTATE_OUTER_ROWS(rows, cols, A, x, y);
#else
    costate_outer_tiles(rows, cols, A, cols, x, y);
#endif
}

/*@ outer_wide outer_tiles fold row_outer */
#ifdef COSTATE_FOLD_1
/* A[r][c] += sum over samples x[r] y[c] for r < 4, c < 4: as many sums as 32 registers hold. */
COSTATE_INLINE void costate_outer_square(costate_real *A, size_t stride, const costate_real *x, const costate_real *y)
{
    costate_vec sums[16] = {{0}};
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_vec y0 = COSTATE_LOAD(y + s), y1 = COSTATE_LOAD(y + s + COSTATE_BLOCK);
        costate_vec y2 = COSTATE_LOAD(y + s + 2 * COSTATE_BLOCK), y3 = COSTATE_LOAD(y + s + 3 * COSTATE_BLOCK);
        COSTATE_UNROLL
        for (size_t r = 0; r < 4; r++) {
            costate_vec t = COSTATE_LOAD(x + s + r * COSTATE_BLOCK);
            sums[4 * r] += t * y0;
            sums[4 * r + 1] += t * y1;
            sums[4 * r + 2] += t * y2;
            sums[4 * r + 3] += t * y3;
        }
    }
    costate_add_sums(A, stride, sums);
    costate_add_sums(A + 2 * stride, stride, sums + 8);
}

#endif

/* The same where rows and cols are at least four: in squares of four by four as far as they go, as many rows at a time
 * as stay in the first cache while y passes. */
COSTATE_KERNEL void costate_outer_wide(size_t rows, size_t cols, costate_real *A, const costate_real *x,
                                       const costate_real *y)
{
#if defined(COSTATE_ROWS)
    COSTATE_OUTER_ROWS(rows, cols, A, x, y);
#else
    size_t first = 0;
#ifdef COSTATE_FOLD_1
    for (size_t past; first + 4 <= rows; first = past) {
        past = rows - first < 32 ? first + (rows - first) / 4 * 4 : first + 32;
        size_t c = 0;
        for (; c + 4 <= cols; c += 4) {
            for (size_t r = first; r < past; r += 4)
                costate_outer_square(A + r * cols + c, cols, x + r * COSTATE_BLOCK, y + c * COSTATE_BLOCK);
        }
        costate_outer_tiles(past - first, cols - c, A + first * cols + c, cols, x + first * COSTATE_BLOCK,
                            y + c * COSTATE_BLOCK);
    }
#endif
    costate_outer_tiles(rows - first, cols, A + first * cols, cols, x + first * COSTATE_BLOCK, y);
#endif
}

/*@ reduce lane_sum */
/* a[rows] += x[rows] summed over the samples. */
COSTATE_KERNEL void costate_reduce(size_t rows, costate_real *a, const costate_real *x)
{
#if defined(COSTATE_ROWS)
    for (size_t r = 0; r < rows; r += COSTATE_ROW_LANES)
        costate_store_rows(a + r, costate_load_rows(a + r, rows - r) + costate_load_rows(x + r, rows - r), rows - r);
#else
    for (size_t r = 0; r < rows; r++, x += COSTATE_BLOCK) {
        costate_vec sum = COSTATE_LOAD(x);
        for (size_t s = COSTATE_LANES; s < COSTATE_BLOCK; s += COSTATE_LANES)
            sum += COSTATE_LOAD(x + s);
        a[r] += costate_lane_sum(sum);
    }
#endif
}

/*@ total vector */
/* z = the sum of the rows of x, for each sample. */
COSTATE_KERNEL void costate_total(size_t rows, costate_real *z, const costate_real *x)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_vec sum = COSTATE_LOAD(x + s);
        for (size_t r = 1; r < rows; r++)
            sum += COSTATE_LOAD(x + r * COSTATE_BLOCK + s);
        COSTATE_STORE(z + s, sum);
    }
}

/*@ mean vector */
/* z = the mean of the rows of x, for each sample. */
COSTATE_KERNEL void costate_mean(size_t rows, costate_real *z, const costate_real *x)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_vec sum = COSTATE_LOAD(x + s);
        for (size_t r = 1; r < rows; r++)
            sum += COSTATE_LOAD(x + r * COSTATE_BLOCK + s);
        COSTATE_STORE(z + s, sum / (costate_real)(ptrdiff_t)rows);
    }
}

/*@ dot_product vector */
/* z = the sum over rows of x y, for each sample. */
COSTATE_KERNEL void costate_dot_product(size_t rows, costate_real *z, const costate_real *x, const costate_real *y)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_vec sum = COSTATE_LOAD(x + s) * COSTATE_LOAD(y + s);
        for (size_t r = 1; r < rows; r++)
            sum += COSTATE_LOAD(x + r * COSTATE_BLOCK + s) * COSTATE_LOAD(y + r * COSTATE_BLOCK + s);
        COSTATE_STORE(z + s, sum);
    }
}

/*@ spread vector */
/* z[rows] = the shared a[rows], for every sample. */
COSTATE_KERNEL void costate_spread(size_t rows, costate_real *z, const costate_real *a)
{
    for (size_t r = 0; r < rows; r++, z += COSTATE_BLOCK) {
        costate_vec splat = costate_splat(a[r]);
        for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES)
            COSTATE_STORE(z + s, splat);
    }
}

/*@ broadcast vector */
/* z[rows] = the scalar s of each sample in every row. */
COSTATE_KERNEL void costate_broadcast(size_t rows, costate_real *z, const costate_real *s)
{
    for (size_t r = 0; r < rows; r++, z += COSTATE_BLOCK) {
        for (size_t i = 0; i < COSTATE_BLOCK; i += COSTATE_LANES)
            COSTATE_STORE(z + i, COSTATE_LOAD(s + i));
    }
}

/*@ greatest vector */
/* The greatest of the rows of x, for the vector of samples at x; NaN if one is. */
COSTATE_INLINE costate_vec costate_greatest(size_t rows, const costate_real *x)
{
    costate_vec most = COSTATE_LOAD(x);
    for (size_t r = 1; r < rows; r++) {
        costate_vec next = COSTATE_LOAD(x + r * COSTATE_BLOCK);
        most = costate_select(COSTATE_NOT_LESS(most, next) | ~COSTATE_EQUAL(most, most), most, next);
    }
    return most;
}

/*@ softmax greatest vec_exp */
/* z = exp(x) / sum over rows of exp(x), for each sample; shifted by the greatest, so nothing overflows. z may be x. */
COSTATE_KERNEL void costate_softmax(size_t rows, costate_real *z, const costate_real *x)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_vec most = costate_greatest(rows, x + s), sum = costate_splat(COSTATE_C(0.0));
        for (size_t r = 0; r < rows; r++) {
            costate_vec e = costate_vec_exp(COSTATE_LOAD(x + r * COSTATE_BLOCK + s) - most);
            COSTATE_STORE(z + r * COSTATE_BLOCK + s, e);
            sum += e;
        }
        sum = COSTATE_C(1.0) / sum;
        for (size_t r = 0; r < rows; r++)
            COSTATE_STORE(z + r * COSTATE_BLOCK + s, sum * COSTATE_LOAD(z + r * COSTATE_BLOCK + s));
    }
}

/*@ logsumexp greatest vec_exp vec_log */
/* z = log of the sum over rows of exp(x), for each sample; shifted by the greatest, so nothing overflows. */
COSTATE_KERNEL void costate_logsumexp(size_t rows, costate_real *z, const costate_real *x)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_vec most = costate_greatest(rows, x + s), sum = costate_splat(COSTATE_C(0.0));
        for (size_t r = 0; r < rows; r++)
            sum += costate_vec_exp(COSTATE_LOAD(x + r * COSTATE_BLOCK + s) - most);
        COSTATE_STORE(z + s, most + costate_vec_log(sum));
    }
}

/*@ factors vector */
/* The triangular factors of a matrix for each sample, for those of a vector side by side: its columns, where row by row
 * L stands below the diagonal, with ones that are left out, U above it, and on it the inverse of U's; then the rows
 * that took turns, row k with row k first. real[COSTATE_BLOCK / COSTATE_LANES][n * n + n][COSTATE_LANES]. */
#define COSTATE_FACTORS(n, s) (((n) * (n) + (n)) * (s))

/* Is the mask set for any sample? */
COSTATE_INLINE int costate_any(costate_int mask)
{
#if COSTATE_VECTOR_BYTES > 0
    costate_lane any = 0;
    for (size_t i = 0; i < COSTATE_LANES; i++)
        any |= mask[i];
    return any != 0;
#else
    return mask != 0;
#endif
}

/* Exchanges a and b where the mask is set. */
COSTATE_INLINE void costate_exchange(costate_int mask, costate_real *a, costate_real *b)
{
    const costate_vec x = COSTATE_LOAD(a), y = COSTATE_LOAD(b);
    COSTATE_STORE(a, costate_select(mask, y, x));
    COSTATE_STORE(b, costate_select(mask, x, y));
}

/* Exchanges row k of x, whose rows are `stride` apart, with the one that took turns with it. */
COSTATE_INLINE void costate_take_turns(size_t n, size_t k, costate_vec turn, costate_real *x, size_t stride)
{
    if (!costate_any(~COSTATE_EQUAL(turn, costate_splat((costate_real)(ptrdiff_t)k))))
        return;
    for (size_t i = k + 1; i < n; i++) {
        const costate_int mask = COSTATE_EQUAL(turn, costate_splat((costate_real)(ptrdiff_t)i));
        if (costate_any(mask))
            costate_exchange(mask, x + k * stride, x + i * stride);
    }
}

/*@ entries factors */
/* `rows` entries of the matrix 1 - D, column by column, from entry `at` on: -x, to which `factor` adds 1. */
COSTATE_KERNEL void costate_entries(size_t n, size_t rows, costate_real *z, size_t at, const costate_real *x)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_real *const group = z + COSTATE_FACTORS(n, s) + at * COSTATE_LANES;
        for (size_t r = 0; r < rows; r++)
            COSTATE_STORE(group + r * COSTATE_LANES, -COSTATE_LOAD(x + r * COSTATE_BLOCK + s));
    }
}

/*@ constants factors */
/* The same, all entries being -value. */
COSTATE_KERNEL void costate_constants(size_t n, size_t rows, costate_real *z, size_t at, costate_real value)
{
    const costate_vec splat = costate_splat(-value);
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_real *const group = z + COSTATE_FACTORS(n, s) + at * COSTATE_LANES;
        for (size_t r = 0; r < rows; r++)
            COSTATE_STORE(group + r * COSTATE_LANES, splat);
    }
}

/*@ factor factors */
/* Column k by the greatest of its entries from row k on: which row that is in. */
COSTATE_INLINE costate_vec costate_pivot(size_t n, size_t k, const costate_real *column)
{
    costate_vec most = costate_magnitude(COSTATE_LOAD(column + k * COSTATE_LANES));
    costate_vec turn = costate_splat((costate_real)(ptrdiff_t)k);
    for (size_t i = k + 1; i < n; i++) {
        const costate_vec size = costate_magnitude(COSTATE_LOAD(column + i * COSTATE_LANES));
        turn = costate_where_less(most, size, costate_splat((costate_real)(ptrdiff_t)i), turn);
        most = costate_where_less(most, size, size, most);
    }
    return turn;
}

/* The matrix that its entries make becomes factors; where it is singular they are not finite. */
COSTATE_KERNEL void costate_factor(size_t n, costate_real *z)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_real *const a = z + COSTATE_FACTORS(n, s), *const turns = a + n * n * COSTATE_LANES;
        for (size_t k = 0; k < n; k++) {
            costate_real *const diagonal = a + (k * n + k) * COSTATE_LANES;
            COSTATE_STORE(diagonal, COSTATE_LOAD(diagonal) + COSTATE_C(1.0));
        }
        for (size_t k = 0; k < n; k++) {
            costate_real *const column = a + k * n * COSTATE_LANES;
            const costate_vec turn = costate_pivot(n, k, column);
            COSTATE_STORE(turns + k * COSTATE_LANES, turn);
            if (costate_any(~COSTATE_EQUAL(turn, costate_splat((costate_real)(ptrdiff_t)k)))) {
                for (size_t j = 0; j < n; j++)
                    costate_take_turns(n, k, turn, a + j * n * COSTATE_LANES, COSTATE_LANES);
            }
            const costate_vec inverse = COSTATE_C(1.0) / COSTATE_LOAD(column + k * COSTATE_LANES);
            COSTATE_STORE(column + k * COSTATE_LANES, inverse);
            for (size_t i = k + 1; i < n; i++)
                COSTATE_STORE(column + i * COSTATE_LANES, COSTATE_LOAD(column + i * COSTATE_LANES) * inverse);
            for (size_t j = k + 1; j < n; j++) {
                costate_real *const other = a + j * n * COSTATE_LANES;
                const costate_vec top = COSTATE_LOAD(other + k * COSTATE_LANES);
                for (size_t i = k + 1; i < n; i++)
                    COSTATE_STORE(other + i * COSTATE_LANES, COSTATE_LOAD(other + i * COSTATE_LANES) -
                                                                 COSTATE_LOAD(column + i * COSTATE_LANES) * top);
            }
        }
    }
}

/*@ solve_vector factors */
/* Solves for the vector of samples at x, in place. */
COSTATE_INLINE void costate_solve_vector(size_t n, costate_real *x, const costate_real *a)
{
    for (size_t k = 0; k < n; k++)
        costate_take_turns(n, k, COSTATE_LOAD(a + (n * n + k) * COSTATE_LANES), x, COSTATE_BLOCK);
    for (size_t k = 0; k < n; k++) {
        const costate_vec top = COSTATE_LOAD(x + k * COSTATE_BLOCK);
        for (size_t i = k + 1; i < n; i++)
            COSTATE_STORE(x + i * COSTATE_BLOCK, COSTATE_LOAD(x + i * COSTATE_BLOCK) -
                                                     COSTATE_LOAD(a + (k * n + i) * COSTATE_LANES) * top);
    }
    for (size_t k = n; k-- > 0;) {
        const costate_vec last = COSTATE_LOAD(x + k * COSTATE_BLOCK) * COSTATE_LOAD(a + (k * n + k) * COSTATE_LANES);
        COSTATE_STORE(x + k * COSTATE_BLOCK, last);
        for (size_t i = 0; i < k; i++)
            COSTATE_STORE(x + i * COSTATE_BLOCK, COSTATE_LOAD(x + i * COSTATE_BLOCK) -
                                                     COSTATE_LOAD(a + (k * n + i) * COSTATE_LANES) * last);
    }
}

/*@ solve solve_vector */
/* z = what the matrix of the factors takes to x; z may be x. */
COSTATE_KERNEL void costate_solve(size_t n, costate_real *z, const costate_real *x, const costate_real *factors)
{
    for (size_t i = 0; i < n * COSTATE_BLOCK; i += COSTATE_LANES)
        COSTATE_STORE(z + i, COSTATE_LOAD(x + i));
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES)
        costate_solve_vector(n, z + s, factors + COSTATE_FACTORS(n, s));
}

/*@ solve_transposed factors */
/* The same of its transpose. */
COSTATE_KERNEL void costate_solve_transposed(size_t n, costate_real *z, const costate_real *x,
                                             const costate_real *factors)
{
    for (size_t i = 0; i < n * COSTATE_BLOCK; i += COSTATE_LANES)
        COSTATE_STORE(z + i, COSTATE_LOAD(x + i));
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        const costate_real *const a = factors + COSTATE_FACTORS(n, s), *const turns = a + n * n * COSTATE_LANES;
        costate_real *const y = z + s;
        for (size_t k = 0; k < n; k++) {
            costate_vec sum = COSTATE_LOAD(y + k * COSTATE_BLOCK);
            for (size_t i = 0; i < k; i++)
                sum -= COSTATE_LOAD(a + (k * n + i) * COSTATE_LANES) * COSTATE_LOAD(y + i * COSTATE_BLOCK);
            COSTATE_STORE(y + k * COSTATE_BLOCK, sum * COSTATE_LOAD(a + (k * n + k) * COSTATE_LANES));
        }
        for (size_t k = n; k-- > 0;) {
            costate_vec sum = COSTATE_LOAD(y + k * COSTATE_BLOCK);
            for (size_t i = k + 1; i < n; i++)
                sum -= COSTATE_LOAD(a + (k * n + i) * COSTATE_LANES) * COSTATE_LOAD(y + i * COSTATE_BLOCK);
            COSTATE_STORE(y + k * COSTATE_BLOCK, sum);
        }
        for (size_t k = n; k-- > 0;)
            costate_take_turns(n, k, COSTATE_LOAD(turns + k * COSTATE_LANES), y, COSTATE_BLOCK);
    }
}

/*@ newton_begin vector */
/* Newton's method on z = image(z), z[n] and in row n how often the sample was iterated. It remembers, in rows: what z
 * has to be measured by [n], the residual [n], the size of the start [n], and how large the residual was beside the
 * measure, -1 where the sample is done. Begins at start or, where image is affine in z, at 0: then nothing of a large
 * start has to cancel, and one iteration is all. */
COSTATE_KERNEL void costate_newton_begin(size_t n, costate_real *z, costate_real *state, const costate_real *start,
                                         int affine)
{
    for (size_t i = 0; i < n * COSTATE_BLOCK; i += COSTATE_LANES) {
        const costate_vec x = COSTATE_LOAD(start + i);
        const costate_vec first = affine ? costate_splat(COSTATE_C(0.0)) : x;
        COSTATE_STORE(z + i, first);
        COSTATE_STORE(state + i, costate_magnitude(first));
        COSTATE_STORE(state + 2 * n * COSTATE_BLOCK + i, costate_magnitude(x));
    }
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        COSTATE_STORE(z + n * COSTATE_BLOCK + s, costate_splat(COSTATE_C(0.0)));
        COSTATE_STORE(state + 3 * n * COSTATE_BLOCK + s, COSTATE_INFINITY);
    }
}

/*@ newton_moves factors */
/* Iterations after which a sample is given up. */
#define COSTATE_MOST_ITERATIONS 50

/* Takes note of the residual image - z, and of the samples for which it is rounding: as small as it gets where the
 * terms are as large as the measure, or no smaller than before although small, or image is affine and the first iteration
 * done. Those stay as they are, whatever happens to others. What is given up becomes NaN, and so does its count. Returns 0 when all are done. */
COSTATE_KERNEL int costate_newton_moves(size_t n, costate_real *z, costate_real *state, const costate_real *image,
                                        int affine)
{
    const costate_real epsilon = COSTATE_C(1.0) / (costate_real)((costate_lane)1 << COSTATE_MANTISSA);
    const costate_vec fine = costate_splat((costate_real)(ptrdiff_t)(n + 4) * epsilon), none = costate_splat(COSTATE_C(0.0));
    const costate_vec coarse = costate_splat(COSTATE_C(1.0) / (costate_real)((costate_lane)1 << COSTATE_MANTISSA / 2));
    const costate_vec enough = affine ? costate_splat(COSTATE_C(1.0)) : COSTATE_INFINITY;
    costate_real *const residual = state + n * COSTATE_BLOCK, *const sizes = state + 3 * n * COSTATE_BLOCK;
    int moves = 0;
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_vec most = none;
        for (size_t i = s; i < n * COSTATE_BLOCK; i += COSTATE_BLOCK) {
            const costate_vec r = COSTATE_LOAD(image + i) - COSTATE_LOAD(z + i);
            const costate_vec size = costate_select(COSTATE_EQUAL(r, none), none,
                                                    costate_magnitude(r) / COSTATE_LOAD(state + i));
            COSTATE_STORE(residual + i, r);
            most = costate_select(COSTATE_NOT_LESS(most, size) | ~COSTATE_EQUAL(most, most), most, size);
        }
        const costate_vec before = COSTATE_LOAD(sizes + s), count = COSTATE_LOAD(z + n * COSTATE_BLOCK + s);
        const costate_int stopped = COSTATE_LESS(before, none);
        const costate_int solved = COSTATE_NOT_LESS(count, enough) & COSTATE_LESS(most, COSTATE_INFINITY);
        const costate_int reached = COSTATE_NOT_LESS(fine, most) |
                                    (COSTATE_NOT_LESS(coarse, most) & COSTATE_NOT_LESS(most, COSTATE_C(0.5) * before)) |
                                    solved;
        const costate_int last = COSTATE_NOT_LESS(count, costate_splat(COSTATE_C(COSTATE_MOST_ITERATIONS)));
        const costate_int lost = ~stopped & ~reached & (last | ~COSTATE_EQUAL(most, most));
        COSTATE_STORE(sizes + s, costate_select(stopped | reached | lost, costate_splat(COSTATE_C(-1.0)), most));
        if (costate_any(lost)) {
            for (size_t i = s; i < (n + 1) * COSTATE_BLOCK; i += COSTATE_BLOCK)
                COSTATE_STORE(z + i, costate_select(lost, COSTATE_NAN, COSTATE_LOAD(z + i)));
        }
        moves |= costate_any(~(stopped | reached | lost));
    }
    return moves;
}

/*@ newton solve_vector */
/* z += what the factors of 1 - D say of the residual, for samples that are not done. The measure of entry i is what
 * the terms of (1 - D) z in row i come to, and the start. */
COSTATE_KERNEL void costate_newton(size_t n, costate_real *z, costate_real *state, const costate_real *factors)
{
    const costate_vec none = costate_splat(COSTATE_C(0.0)), one = costate_splat(COSTATE_C(1.0));
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        const costate_real *const a = factors + COSTATE_FACTORS(n, s), *const turns = a + n * n * COSTATE_LANES;
        costate_real *const measure = state + s, *const residual = measure + n * COSTATE_BLOCK;
        const costate_real *const start = residual + n * COSTATE_BLOCK;
        const costate_int done = COSTATE_LESS(COSTATE_LOAD(start + n * COSTATE_BLOCK), none);
        costate_real *const x = z + s;
        costate_solve_vector(n, residual, a);
        for (size_t i = 0; i < n * COSTATE_BLOCK; i += COSTATE_BLOCK)
            COSTATE_STORE(x + i, COSTATE_LOAD(x + i) + costate_select(done, none, COSTATE_LOAD(residual + i)));
        COSTATE_STORE(x + n * COSTATE_BLOCK,
                      COSTATE_LOAD(x + n * COSTATE_BLOCK) + costate_select(done, none, one));
        for (size_t i = 0; i < n; i++) { /* |U| |z| */
            costate_vec sum = costate_magnitude(COSTATE_LOAD(x + i * COSTATE_BLOCK) /
                                                COSTATE_LOAD(a + (i * n + i) * COSTATE_LANES));
            for (size_t k = i + 1; k < n; k++)
                sum += costate_magnitude(COSTATE_LOAD(x + k * COSTATE_BLOCK) *
                                         COSTATE_LOAD(a + (k * n + i) * COSTATE_LANES));
            COSTATE_STORE(measure + i * COSTATE_BLOCK, sum);
        }
        for (size_t i = n; i-- > 0;) { /* |L| of that */
            costate_vec sum = COSTATE_LOAD(measure + i * COSTATE_BLOCK);
            for (size_t k = 0; k < i; k++)
                sum += costate_magnitude(COSTATE_LOAD(a + (k * n + i) * COSTATE_LANES)) *
                       COSTATE_LOAD(measure + k * COSTATE_BLOCK);
            COSTATE_STORE(measure + i * COSTATE_BLOCK, sum);
        }
        for (size_t k = n; k-- > 0;)
            costate_take_turns(n, k, COSTATE_LOAD(turns + k * COSTATE_LANES), measure, COSTATE_BLOCK);
        for (size_t i = 0; i < n * COSTATE_BLOCK; i += COSTATE_BLOCK)
            COSTATE_STORE(measure + i, COSTATE_LOAD(measure + i) + COSTATE_LOAD(start + i));
    }
}

/*@ logsoftmax greatest vec_exp vec_log */
/* z = x - log of the sum over rows of exp(x), for each sample, of which what all rows share is taken first: their
 * differences keep their digits. z may be x. */
COSTATE_KERNEL void costate_logsoftmax(size_t rows, costate_real *z, const costate_real *x)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {
        costate_vec most = costate_greatest(rows, x + s), sum = costate_splat(COSTATE_C(0.0));
        for (size_t r = 0; r < rows; r++)
            sum += costate_vec_exp(COSTATE_LOAD(x + r * COSTATE_BLOCK + s) - most);
        sum = costate_vec_log(sum);
        for (size_t r = 0; r < rows; r++)
            COSTATE_STORE(z + r * COSTATE_BLOCK + s, COSTATE_LOAD(x + r * COSTATE_BLOCK + s) - most - sum);
    }
}

/*@ pack vector */
/* z[r][s] = x[s * stride + r] for s < count, count >= 1; the rest of the block repeats the last sample. */
COSTATE_KERNEL void costate_pack(size_t rows, costate_real *z, const costate_real *x, size_t stride, size_t count)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s++) {
        for (size_t r = 0; r < rows; r++)
            z[r * COSTATE_BLOCK + s] = x[r];
        x += s + 1 < count ? stride : 0;
    }
}

/*@ pack_zero vector */
/* z[r][s] = x[s * stride + r] for s < count; the rest of the block is zero. */
COSTATE_KERNEL void costate_pack_zero(size_t rows, costate_real *z, const costate_real *x, size_t stride, size_t count)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s++) {
        for (size_t r = 0; r < rows; r++)
            z[r * COSTATE_BLOCK + s] = s < count ? x[s * stride + r] : COSTATE_C(0.0);
    }
}

/*@ pack_known vector */
/* As pack, of values that may be missing (NaN): known[r][s] is 1 where x is there, and 0 where z is 1/2 instead. */
COSTATE_KERNEL void costate_pack_known(size_t rows, costate_real *z, costate_real *known, const costate_real *x,
                                       size_t stride, size_t count)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s++) {
        for (size_t r = 0; r < rows; r++) {
            const costate_real value = x[r];
            z[r * COSTATE_BLOCK + s] = value == value ? value : COSTATE_C(0.5);
            known[r * COSTATE_BLOCK + s] = value == value ? COSTATE_C(1.0) : COSTATE_C(0.0);
        }
        x += s + 1 < count ? stride : 0;
    }
}

/*@ pack_whole vector */
/* The same of vectors that say nothing where one entry is missing: known[s] is 0 there. */
COSTATE_KERNEL void costate_pack_whole(size_t rows, costate_real *z, costate_real *known, const costate_real *x,
                                       size_t stride, size_t count)
{
    for (size_t s = 0; s < COSTATE_BLOCK; s++) {
        known[s] = COSTATE_C(1.0);
        for (size_t r = 0; r < rows; r++) {
            const costate_real value = x[r];
            z[r * COSTATE_BLOCK + s] = value == value ? value : COSTATE_C(0.5);
            known[s] = value == value ? known[s] : COSTATE_C(0.0);
        }
        x += s + 1 < count ? stride : 0;
    }
}

/*@ unpack vector */
/* x[s * stride + r] = z[r][s] for s < count. */
COSTATE_KERNEL void costate_unpack(size_t rows, costate_real *x, const costate_real *z, size_t stride, size_t count)
{
    for (size_t s = 0; s < count; s++) {
        for (size_t r = 0; r < rows; r++)
            x[s * stride + r] = z[r * COSTATE_BLOCK + s];
    }
}

/*@ copy real */
/* Shared values: z[n] = x[n], any n, no alignment. */
COSTATE_KERNEL void costate_copy(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i++)
        z[i] = x[i];
}

/*@ accumulate real */
/* Shared values: z[n] += x[n], any n, no alignment. */
COSTATE_KERNEL void costate_accumulate(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i++)
        z[i] += x[i];
}

/*@ inner real */
/* *a += <x, y>; shared values, any n and alignment. */
COSTATE_KERNEL void costate_inner(size_t n, costate_real *a, const costate_real *x, const costate_real *y)
{
    for (size_t i = 0; i < n; i++)
        *a += x[i] * y[i];
}

/*@ transpose real */
/* Shared values: z[cols][rows] = A[rows][cols]^T. */
COSTATE_KERNEL void costate_transpose(size_t rows, size_t cols, costate_real *z, const costate_real *A)
{
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < cols; c++)
            z[c * rows + r] = A[r * cols + c];
    }
}

/*@ identity real */
/* Shared values: z[n][n] = the identity. */
COSTATE_KERNEL void costate_identity(size_t n, costate_real *z)
{
    for (size_t r = 0; r < n; r++) {
        for (size_t c = 0; c < n; c++)
            z[r * n + c] = r == c ? COSTATE_C(1.0) : COSTATE_C(0.0);
    }
}

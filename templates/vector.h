/* vector: the few operations on vectors of reals that the mathematics in elementary.h and the kernels in kernels.c are
 * written with, beside those that C has. */
#ifndef COSTATE_VECTOR_H
#define COSTATE_VECTOR_H

#include "real.h"

/*@ vector vector_type */
/* The bit pattern of a real: its mantissa has COSTATE_MANTISSA bits, its exponent is biased by COSTATE_BIAS. */
#if defined(COSTATE_REAL_FLOAT)
typedef uint32_t costate_lane;
#define COSTATE_MANTISSA 23
#define COSTATE_BIAS     127
#else
typedef uint64_t costate_lane;
#define COSTATE_MANTISSA 52
#define COSTATE_BIAS     1023
#endif
#define COSTATE_SIGN     ((costate_lane)1 << (8 * COSTATE_REAL_BYTES - 1))
#define COSTATE_ONE      ((costate_lane)COSTATE_BIAS << COSTATE_MANTISSA)
#define COSTATE_INF_BITS ((costate_lane)(2 * COSTATE_BIAS + 1) << COSTATE_MANTISSA)
#define COSTATE_NAN_BITS (COSTATE_INF_BITS | (costate_lane)1 << (COSTATE_MANTISSA - 1))

/* costate_int: the bit patterns of a costate_vec, and the masks that comparisons give. */
#if COSTATE_VECTOR_BYTES > 0
typedef costate_lane costate_int __attribute__((vector_size(COSTATE_VECTOR_BYTES), may_alias));
#define COSTATE_AS_INT(v)      ((costate_int)(v))
#define COSTATE_AS_VEC(i)      ((costate_vec)(i))
#define COSTATE_LESS(a, b)     ((costate_int)((a) < (b)))
#define COSTATE_NOT_LESS(a, b) ((costate_int)((a) >= (b)))
#define COSTATE_EQUAL(a, b)    ((costate_int)((a) == (b)))
#define COSTATE_ROUNDED(v)     (v)

COSTATE_INLINE costate_int costate_splat_int(costate_lane c)
{
    costate_int zero = {0};
    return zero + c;
}
#else
typedef costate_lane costate_int;
#define COSTATE_AS_INT(v)      costate_as_int(v)
#define COSTATE_AS_VEC(i)      costate_as_vec(i)
#define COSTATE_LESS(a, b)     ((costate_int)0 - (costate_int)((a) < (b)))
#define COSTATE_NOT_LESS(a, b) ((costate_int)0 - (costate_int)((a) >= (b)))
#define COSTATE_EQUAL(a, b)    ((costate_int)0 - (costate_int)((a) == (b)))

union costate_pattern {
    costate_real real;
    costate_lane bits;
};

COSTATE_INLINE costate_int costate_as_int(costate_vec v)
{
    union costate_pattern pattern;
    pattern.real = v;
    return pattern.bits;
}

COSTATE_INLINE costate_vec costate_as_vec(costate_int i)
{
    union costate_pattern pattern;
    pattern.bits = i;
    return pattern.real;
}

COSTATE_INLINE costate_int costate_splat_int(costate_lane c)
{
    return c;
}

/* The x87 keeps sums to 64 bits; where the method counts on a rounded sum it must go through memory. */
#if (defined(__i386__) && !defined(__SSE2_MATH__)) || defined(__mc68000__)
COSTATE_INLINE costate_vec costate_rounded(costate_vec v)
{
    volatile costate_vec rounded = v;
    return rounded;
}
#define COSTATE_ROUNDED(v) costate_rounded(v)
#else
#define COSTATE_ROUNDED(v) (v)
#endif
#endif

#define COSTATE_INFINITY COSTATE_AS_VEC(costate_splat_int(COSTATE_INF_BITS))
#define COSTATE_NAN      COSTATE_AS_VEC(costate_splat_int(COSTATE_NAN_BITS))

/* Where the mask is set a, elsewhere b; the one that is not taken may be anything, also NaN. */
COSTATE_INLINE costate_vec costate_select(costate_int mask, costate_vec a, costate_vec b)
{
    return COSTATE_AS_VEC((COSTATE_AS_INT(a) & mask) | (COSTATE_AS_INT(b) & ~mask));
}

/* AVX-512's choice between lanes, which gcc finds only where it is named. */
#if COSTATE_VECTOR_BYTES == 64 && defined(__AVX512F__) && !defined(__clang__)
#if defined(__has_builtin)
#if __has_builtin(__builtin_ia32_blendmpd_512_mask) && __has_builtin(__builtin_ia32_cmppd512_mask)
#define COSTATE_HAS_BLEND
#endif
#endif
#endif

/* Where a < b x, elsewhere y. */
COSTATE_INLINE costate_vec costate_where_less(costate_vec a, costate_vec b, costate_vec x, costate_vec y)
{
#if !defined(COSTATE_HAS_BLEND)
    return costate_select(COSTATE_LESS(a, b), x, y);
#elif COSTATE_REAL_BYTES == 8
    return (costate_vec)__builtin_ia32_blendmpd_512_mask(y, x, __builtin_ia32_cmppd512_mask(a, b, 1, 0xff, 4));
#else
    return (costate_vec)__builtin_ia32_blendmps_512_mask(y, x, __builtin_ia32_cmpps512_mask(a, b, 1, 0xffff, 4));
#endif
}

/* |x|. */
COSTATE_INLINE costate_vec costate_magnitude(costate_vec x)
{
    return COSTATE_AS_VEC(COSTATE_AS_INT(x) & ~COSTATE_SIGN);
}

/* The bits of magnitude (whose sign is clear) with the sign of x. */
COSTATE_INLINE costate_vec costate_with_sign(costate_vec magnitude, costate_vec x)
{
    return COSTATE_AS_VEC(COSTATE_AS_INT(magnitude) | (COSTATE_AS_INT(x) & COSTATE_SIGN));
}

/*@ end */
#endif

/* vector: the real type, and a vector of reals with the few operations that the mathematics in elementary.h and the
 * kernels in kernels.c are written with. Where a compiler has no vector extensions a vector is one real.
 *
 * This file, elementary.h and kernels.c are pasted section by section into every emitted solver and compiled once for
 * every instruction set into the program. A line "name, then what it needs" in the form below opens a section; the
 * prefix of every identifier here becomes the solver's. Nothing but <stddef.h> and <stdint.h> is included. */
#ifndef COSTATE_VECTOR_H
#define COSTATE_VECTOR_H

#include <stddef.h>
#include <stdint.h>

/*@ real */
/* The real type: double, or float with COSTATE_REAL_FLOAT=1. COSTATE_C makes a constant of it. */
#if defined(COSTATE_REAL_FLOAT)
typedef float costate_real;
#define COSTATE_REAL_BYTES 4
#else
typedef double costate_real;
#define COSTATE_REAL_BYTES 8
#endif
#define COSTATE_C(x) ((costate_real)(x))

/* Samples in a block: a block of a vector is real[rows][COSTATE_BLOCK]. */
#ifndef COSTATE_BLOCK
#define COSTATE_BLOCK 64
#endif

#ifndef COSTATE_KERNEL
#define COSTATE_KERNEL static inline
#endif

/*@ routine */
/* A routine is one function for all who call it: where it is inlined or copied, a * b + c may be rounded in another
 * way, and a layer that is computed again must have the same bits. */
#if defined(__clang__)
#define COSTATE_ROUTINE __attribute__((noinline)) static
#elif defined(__GNUC__) && __GNUC__ >= 8 && !defined(__TINYC__)
#define COSTATE_ROUTINE __attribute__((noipa)) static
#elif defined(__GNUC__) && !defined(__TINYC__)
#define COSTATE_ROUTINE __attribute__((noinline, noclone)) static
#elif defined(_MSC_VER)
#define COSTATE_ROUTINE __declspec(noinline) static
#else
#define COSTATE_ROUTINE static
#endif

/*@ vector real */
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || defined(__ASSOCIATIVE_MATH__)
#error "this file rounds by adding large constants: compile it without -ffast-math (or -ffinite-math-only)"
#endif

/* Bytes in a vector: what the target has, but no more than a block; 0 where there are no vectors. */
#if !defined(__GNUC__) || defined(__TINYC__)
#define COSTATE_TARGET_BYTES 0
#elif defined(__AVX512F__)
#define COSTATE_TARGET_BYTES 64
#elif defined(__AVX__)
#define COSTATE_TARGET_BYTES 32
#elif defined(__SSE2__) || defined(__aarch64__) || defined(__VSX__) || defined(__wasm_simd128__)
#define COSTATE_TARGET_BYTES 16
#else
#define COSTATE_TARGET_BYTES 0
#endif
#if COSTATE_BLOCK * COSTATE_REAL_BYTES >= COSTATE_TARGET_BYTES
#define COSTATE_VECTOR_BYTES COSTATE_TARGET_BYTES
#elif COSTATE_BLOCK * COSTATE_REAL_BYTES >= 16
#define COSTATE_VECTOR_BYTES (COSTATE_BLOCK * COSTATE_REAL_BYTES)
#else
#define COSTATE_VECTOR_BYTES 0
#endif

/* Elementary functions are long: under -Os the compiler may keep one copy of each. */
#if defined(__GNUC__) && defined(__OPTIMIZE_SIZE__)
#define COSTATE_INLINE     static inline __attribute__((always_inline, unused))
#define COSTATE_ELEMENTARY static inline __attribute__((unused))
#elif defined(__GNUC__)
#define COSTATE_INLINE     static inline __attribute__((always_inline, unused))
#define COSTATE_ELEMENTARY COSTATE_INLINE
#else
#define COSTATE_INLINE     static inline
#define COSTATE_ELEMENTARY COSTATE_INLINE
#endif

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

/* costate_vec: COSTATE_LANES reals; costate_int: their bit patterns, and the masks that comparisons give. */
#if COSTATE_VECTOR_BYTES > 0
#define COSTATE_LANES (COSTATE_VECTOR_BYTES / COSTATE_REAL_BYTES)
typedef costate_real costate_vec __attribute__((vector_size(COSTATE_VECTOR_BYTES), may_alias));
typedef costate_lane costate_int __attribute__((vector_size(COSTATE_VECTOR_BYTES), may_alias));
#define COSTATE_LOAD(p)        (*(const costate_vec *)(p))
#define COSTATE_STORE(p, v)    (*(costate_vec *)(p) = (v))
#define COSTATE_AS_INT(v)      ((costate_int)(v))
#define COSTATE_AS_VEC(i)      ((costate_vec)(i))
#define COSTATE_LESS(a, b)     ((costate_int)((a) < (b)))
#define COSTATE_NOT_LESS(a, b) ((costate_int)((a) >= (b)))
#define COSTATE_EQUAL(a, b)    ((costate_int)((a) == (b)))
#define COSTATE_ROUNDED(v)     (v)

COSTATE_INLINE costate_vec costate_splat(costate_real c)
{
    costate_vec zero = {0};
    return c - zero;
}

COSTATE_INLINE costate_int costate_splat_int(costate_lane c)
{
    costate_int zero = {0};
    return zero + c;
}
#else
#define COSTATE_LANES          1
typedef costate_real costate_vec;
typedef costate_lane costate_int;
#define COSTATE_LOAD(p)        (*(p))
#define COSTATE_STORE(p, v)    (*(p) = (v))
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

COSTATE_INLINE costate_vec costate_splat(costate_real c)
{
    return c;
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

#define COSTATE_SPLAT(c) costate_splat(c)
#define COSTATE_INFINITY COSTATE_AS_VEC(costate_splat_int(COSTATE_INF_BITS))
#define COSTATE_NAN      COSTATE_AS_VEC(costate_splat_int(COSTATE_NAN_BITS))

/* Where the mask is set a, elsewhere b; the one that is not taken may be anything, also NaN. */
#define COSTATE_SELECT(mask, a, b) costate_select(mask, a, b)
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
    return COSTATE_SELECT(COSTATE_LESS(a, b), x, y);
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

/* real: the real type, and a vector of reals: what the mathematics of a solver is written with. Where a compiler has no
 * vector extensions a vector is one real.
 *
 * This file, vector.h, elementary.h and kernels.c are pasted section by section into every emitted solver and compiled
 * once for every instruction set into the program. A line "name, then what it needs" in the form below opens a section;
 * the prefix of every identifier here becomes the solver's. Nothing but <stddef.h> and <stdint.h> is included. */
#ifndef COSTATE_REAL_H
#define COSTATE_REAL_H

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

/*@ vector_type real */
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || \
    defined(__ASSOCIATIVE_MATH__) || defined(_M_FP_FAST)
#error "this file rounds by adding large constants: compile it without -ffast-math (or -ffinite-math-only)"
#endif
/* Parts of -ffast-math set no macro in clang. From here to the end of what is compiled, sums stay as they are written. */
#if defined(__clang__) && __clang_major__ >= 13
#pragma clang fp reassociate(off)
#endif

#if defined(__wasm_simd128__) && defined(__clang__) && __clang_major__ < 16
#error "clang before 16 moves loads behind stores with -msimd128: take clang 16, or leave out -msimd128"
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
#if defined(COSTATE_ROWS)
#define COSTATE_VECTOR_BYTES COSTATE_TARGET_BYTES
#else
#if defined(COSTATE_ALONE)
/* Of one sample values are worked on one by one, but as vectors, for what is done with their bits is fast there; clang
 * makes vectors of several itself. */
#if COSTATE_TARGET_BYTES > 0 && !defined(__clang__) && !defined(__OPTIMIZE_SIZE__)
#define COSTATE_VECTOR_BYTES 16
#else
#define COSTATE_VECTOR_BYTES 0
#endif
#else
#if COSTATE_BLOCK * COSTATE_REAL_BYTES >= COSTATE_TARGET_BYTES
#define COSTATE_VECTOR_BYTES COSTATE_TARGET_BYTES
#elif COSTATE_BLOCK * COSTATE_REAL_BYTES >= 16
#define COSTATE_VECTOR_BYTES (COSTATE_BLOCK * COSTATE_REAL_BYTES)
#else
#define COSTATE_VECTOR_BYTES 0
#endif
#endif
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

#if defined(COSTATE_ALONE)
#if defined(COSTATE_ROWS)
/* costate_vec: COSTATE_ROW_LANES rows of the sample. Where a sample's values are worked on one by one, COSTATE_LANES of
 * them at a time, each is in all lanes. */
#else
/* costate_vec: a real of the one sample, in all lanes. */
#endif
#define COSTATE_LANES 1
#else
/* costate_vec: COSTATE_LANES reals. */
#endif
#if COSTATE_VECTOR_BYTES > 0
#if defined(COSTATE_ROWS)
#define COSTATE_ROW_LANES (COSTATE_VECTOR_BYTES / COSTATE_REAL_BYTES)
#endif
typedef costate_real costate_vec __attribute__((vector_size(COSTATE_VECTOR_BYTES), may_alias));
#if defined(COSTATE_ALONE)
#define COSTATE_LOAD(p)     costate_splat(*(p))
#define COSTATE_STORE(p, v) (*(p) = (v)[0])
#else
#define COSTATE_LANES       (COSTATE_VECTOR_BYTES / COSTATE_REAL_BYTES)
#define COSTATE_LOAD(p)     (*(const costate_vec *)(p))
#define COSTATE_STORE(p, v) (*(costate_vec *)(p) = (v))
#endif

COSTATE_INLINE costate_vec costate_splat(costate_real c)
{
    costate_vec zero = {0};
    return c - zero;
}
#else
#if defined(COSTATE_ROWS)
#define COSTATE_ROW_LANES 1
#endif
#if defined(COSTATE_ALONE)
#else
#define COSTATE_LANES 1
#endif
typedef costate_real costate_vec;
#define COSTATE_LOAD(p)     (*(p))
#define COSTATE_STORE(p, v) (*(p) = (v))

COSTATE_INLINE costate_vec costate_splat(costate_real c)
{
    return c;
}
#endif
#if defined(COSTATE_ROWS)

#if COSTATE_VECTOR_BYTES > 0
/* The rows of a vector at p, of which there are `left`, anywhere in memory; beyond the last a vector has one of them
 * again, so that whatever is done with it is done with a row's value. */
typedef costate_real costate_loose __attribute__((vector_size(COSTATE_VECTOR_BYTES), aligned(COSTATE_REAL_BYTES), may_alias));

#if defined(__has_builtin)
#if __has_builtin(__builtin_ia32_loadupd512_mask) && __has_builtin(__builtin_ia32_storeupd512_mask)
#define COSTATE_HAS_MASK
#endif
#endif
#if COSTATE_VECTOR_BYTES == 64 && defined(COSTATE_HAS_MASK)
#if COSTATE_REAL_BYTES == 8
#define COSTATE_MASKED_LOAD(p, rest, mask)  (costate_vec)__builtin_ia32_loadupd512_mask(p, rest, (unsigned char)(mask))
#define COSTATE_MASKED_STORE(p, v, mask)    __builtin_ia32_storeupd512_mask(p, v, (unsigned char)(mask))
#else
#define COSTATE_MASKED_LOAD(p, rest, mask)  (costate_vec)__builtin_ia32_loadups512_mask(p, rest, (unsigned short)(mask))
#define COSTATE_MASKED_STORE(p, v, mask)    __builtin_ia32_storeups512_mask(p, v, (unsigned short)(mask))
#endif
#endif

/* The first `left` rows at p, 0 < left < ROW_LANES, and in the other lanes those of `rest`. */
COSTATE_INLINE costate_vec costate_load_some(const costate_real *p, size_t left, costate_vec rest)
{
#ifdef COSTATE_MASKED_LOAD
    return COSTATE_MASKED_LOAD(p, rest, (1u << left) - 1);
#else
    for (size_t k = 0; k < COSTATE_ROW_LANES; k++)
        rest[k] = k < left ? p[k] : rest[k];
    return rest;
#endif
}

COSTATE_INLINE costate_vec costate_load_rows(const costate_real *p, size_t left)
{
    return left >= COSTATE_ROW_LANES ? (costate_vec) * (const costate_loose *)p : costate_load_some(p, left, costate_splat(p[0]));
}

COSTATE_INLINE void costate_store_rows(costate_real *p, costate_vec v, size_t left)
{
    if (left >= COSTATE_ROW_LANES) {
        *(costate_loose *)p = v;
        return;
    }
#ifdef COSTATE_MASKED_STORE
    COSTATE_MASKED_STORE(p, v, (1u << left) - 1);
#else
    for (size_t k = 0; k < COSTATE_ROW_LANES; k++)
        if (k < left)
            p[k] = v[k];
#endif
}
#else
#define costate_load_rows(p, left)     (*(p))
#define costate_store_rows(p, v, left) (*(p) = (v))
#endif
#endif

/*@ twice vector_type */
/* Declares u = f(x) and v = f(y): at once, where a vector has room for more than the one sample's value. */
#if defined(COSTATE_ALONE)
#if COSTATE_VECTOR_BYTES == 2 * COSTATE_REAL_BYTES
#define COSTATE_BOTH(x, y) {(x)[0], (y)[0]}
#elif COSTATE_VECTOR_BYTES > 0
#define COSTATE_BOTH(x, y) {(x)[0], (y)[0], (x)[0], (y)[0]}
#endif
#endif
#ifdef COSTATE_BOTH
#define COSTATE_TWICE(f, x, y, u, v) \
    const costate_vec u##_and_##v = COSTATE_BOTH(x, y), f##_of_##u = f(u##_and_##v); \
    const costate_vec u = costate_splat(f##_of_##u[0]), v = costate_splat(f##_of_##u[1])
#else
#define COSTATE_TWICE(f, x, y, u, v) const costate_vec u = f(x), v = f(y)
#endif

/*@ end */
#endif

/* The block kernels of every instruction set that this machine runs, against naive loops. */
#include "runtime/solver/kernels.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, ROWS = 784, SIZE = ROWS * BLOCK };

/* SIZE reals of either type. */
typedef union {
    _Alignas(64) double wide[SIZE];
    float narrow[SIZE];
} Buffer;

static Buffer z, x, y, w;

/* Calls a kernel of the set with its type's signature: SIGNATURE is a macro of the real type. */
#define CALL(set, name, SIGNATURE, ...)                                                                                \
    do {                                                                                                               \
        void (*f)(void) = kernels_find(set, name)->address;                                                            \
        if ((set)->single)                                                                                             \
            ((SIGNATURE(float))f)(__VA_ARGS__);                                                                        \
        else                                                                                                           \
            ((SIGNATURE(double))f)(__VA_ARGS__);                                                                       \
    } while (0)

#define UNARY(R)    void (*)(size_t, R *, const R *)
#define BINARY(R)   void (*)(size_t, R *, const R *, const R *)
#define LINEAR(R)   void (*)(size_t, R *, R, const R *, R)
#define FILL(R)     void (*)(size_t, R *, R)
#define SHAPED(R)   void (*)(size_t, size_t, R *, const R *)
#define PRODUCT(R)  void (*)(size_t, size_t, R *, const R *, const R *)
#define AFFINE(R)   void (*)(size_t, size_t, R *, const R *, const R *, const R *)
#define PACK(R)     void (*)(size_t, R *, const R *, size_t, size_t)
#define IDENTITY(R) void (*)(size_t, R *)

static double get(const KernelSet *set, const Buffer *buffer, size_t i)
{
    return set->single ? (double)buffer->narrow[i] : buffer->wide[i];
}

static void put(const KernelSet *set, Buffer *buffer, size_t i, double value)
{
    if (set->single)
        buffer->narrow[i] = (float)value;
    else
        buffer->wide[i] = value;
}

/* Fills a buffer with values in [-2, 2). */
static void randomize(const KernelSet *set, Buffer *buffer)
{
    static unsigned state = 1;
    for (size_t i = 0; i < SIZE; i++) {
        state = state * 1664525u + 1013904223u;
        put(set, buffer, i, (double)(state >> 8) / 0x1p22 - 2.0);
    }
}

static void randomize_all(const KernelSet *set)
{
    randomize(set, &x);
    randomize(set, &y);
    randomize(set, &w);
    randomize(set, &z);
}

static double epsilon(const KernelSet *set)
{
    return set->single ? (double)FLT_EPSILON : DBL_EPSILON;
}

/* z[i] must be want but for rounding errors of terms of the given size. */
static void expect(const KernelSet *set, const char *name, size_t i, double want, double size)
{
    double got = get(set, &z, i);
    cr_assert_leq(fabs(got - want), 4 * epsilon(set) * size, "%s %s %s[%zu]: %g, not %g", set->isa,
                  set->single ? "float" : "double", name, i, got, want);
}

#define FOR_EACH_SET(set)                                                                                              \
    for (size_t at = 0; at < kernels_count(); at++)                                                                    \
        for (const KernelSet *set = kernels_at(at); set; set = NULL)

static const size_t shapes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 39, 784};
enum { SHAPES = sizeof shapes / sizeof *shapes };

#define FOR_EACH_SHAPE(rows, cols)                                                                                     \
    for (size_t shape = 0, rows, cols; shape < SHAPES * SHAPES; shape++)                                               \
        if ((rows = shapes[shape / SHAPES], cols = shapes[shape % SHAPES], rows * cols <= 7840))

#define FOR_EACH_ROWS(rows)                                                                                            \
    for (size_t shape = 0, rows; shape < SHAPES; shape++)                                                              \
        if ((rows = shapes[shape], true))

/* The sum over cols of K x for one row and sample, and in *size that of the magnitudes. */
static double product(const KernelSet *set, size_t cols, size_t start, size_t stride, size_t sample, double *size)
{
    long double sum = 0;
    *size = 0;
    for (size_t c = 0; c < cols; c++) {
        double term = get(set, &w, start + c * stride) * get(set, &x, c * BLOCK + sample);
        sum += term;
        *size += fabs(term);
    }
    return (double)sum;
}

Test(kernels, products_with_shared_matrices)
{
    double size;
    FOR_EACH_SET(set)
    {
        randomize_all(set);
        FOR_EACH_SHAPE(rows, cols)
        {
            CALL(set, "matvec", PRODUCT, rows, cols, (void *)&z, (void *)&w, (void *)&x);
            for (size_t i = 0; i < rows * BLOCK; i += 5) {
                double want = product(set, cols, i / BLOCK * cols, 1, i % BLOCK, &size);
                expect(set, "matvec", i, want, (double)cols * size);
            }
            CALL(set, "affine", AFFINE, rows, cols, (void *)&z, (void *)&w, (void *)&y, (void *)&x);
            for (size_t i = 0; i < rows * BLOCK; i += 5) {
                double want = product(set, cols, i / BLOCK * cols, 1, i % BLOCK, &size) + get(set, &y, i / BLOCK);
                expect(set, "affine", i, want, (double)cols * size + 4);
            }
            CALL(set, "matvec_transposed", PRODUCT, rows, cols, (void *)&z, (void *)&w, (void *)&x);
            for (size_t i = 0; i < cols * BLOCK; i += 5) {
                double want = product(set, rows, i / BLOCK, cols, i % BLOCK, &size);
                expect(set, "matvec_transposed", i, want, (double)rows * size);
            }
        }
    }
}

Test(kernels, sums_over_samples_are_added)
{
    FOR_EACH_SET(set)
    {
        randomize_all(set);
        FOR_EACH_SHAPE(rows, cols)
        {
            memset(&z, 0, sizeof z);
            put(set, &z, 0, 1.5);
            const char *kernel = shape % 2 && rows >= 4 && cols >= 4 ? "outer_wide" : "outer";
            CALL(set, kernel, PRODUCT, rows, cols, (void *)&z, (void *)&x, (void *)&y);
            for (size_t i = 0; i < rows * cols; i++) {
                double want = i == 0 ? 1.5 : 0.0;
                for (size_t s = 0; s < BLOCK; s++)
                    want += get(set, &x, i / cols * BLOCK + s) * get(set, &y, i % cols * BLOCK + s);
                expect(set, kernel, i, want, 4 * BLOCK);
            }
            cr_assert_eq(get(set, &z, rows * cols), 0.0);
        }
        FOR_EACH_ROWS(rows)
        {
            memset(&z, 0, sizeof z);
            put(set, &z, 0, 1.5);
            CALL(set, "reduce", UNARY, rows, (void *)&z, (void *)&x);
            for (size_t i = 0; i < rows; i++) {
                double want = i == 0 ? 1.5 : 0.0;
                for (size_t s = 0; s < BLOCK; s++)
                    want += get(set, &x, i * BLOCK + s);
                expect(set, "reduce", i, want, 2 * BLOCK);
            }
            cr_assert_eq(get(set, &z, rows), 0.0);
        }
    }
}

Test(kernels, sums_over_rows)
{
    FOR_EACH_SET(set)
    {
        randomize_all(set);
        FOR_EACH_ROWS(rows)
        {
            for (int with = 0; with < 2; with++) {
                if (with)
                    CALL(set, "dot_product", BINARY, rows, (void *)&z, (void *)&x, (void *)&y);
                else
                    CALL(set, "total", UNARY, rows, (void *)&z, (void *)&x);
                for (size_t s = 0; s < BLOCK; s++) {
                    double want = 0;
                    for (size_t i = s; i < rows * BLOCK; i += BLOCK)
                        want += get(set, &x, i) * (with ? get(set, &y, i) : 1.0);
                    expect(set, with ? "dot_product" : "total", s, want, 4 * (double)rows);
                }
            }
        }
    }
}

Test(kernels, softmax_and_logsumexp_are_stable)
{
    FOR_EACH_SET(set)
    {
        randomize(set, &x);
        for (size_t i = 0; i < SIZE; i += 3)
            put(set, &x, i, 500 * get(set, &x, i));
        FOR_EACH_ROWS(rows)
        {
            long double sum[BLOCK] = {0};
            for (size_t i = 0; i < rows * BLOCK; i++)
                sum[i % BLOCK] += expl(get(set, &x, i));
            CALL(set, "logsumexp", UNARY, rows, (void *)&z, (void *)&x);
            for (size_t s = 0; s < BLOCK; s++)
                expect(set, "logsumexp", s, (double)logl(sum[s]), 2 + fabs((double)logl(sum[s])) + (double)rows / 8);
            CALL(set, "softmax", UNARY, rows, (void *)&z, (void *)&x);
            for (size_t i = 0; i < rows * BLOCK; i++)
                expect(set, "softmax", i, (double)(expl(get(set, &x, i)) / sum[i % BLOCK]), 2 + (double)rows / 8);
            CALL(set, "logsoftmax", UNARY, rows, (void *)&z, (void *)&x);
            for (size_t i = 0; i < rows * BLOCK; i++)
                expect(set, "logsoftmax", i, (double)(get(set, &x, i) - logl(sum[i % BLOCK])),
                       2 + fabs(get(set, &x, i)) + 2 * fabs((double)logl(sum[i % BLOCK])) + (double)rows / 8);
        }
    }
}

static double naive_binary(const char *name, double a, double b)
{
    if (strcmp(name, "mul") == 0)
        return a * b;
    if (strcmp(name, "div") == 0)
        return a / b;
    if (strcmp(name, "ge") == 0)
        return a >= b;
    if (isnan(a) || isnan(b))
        return NAN;
    return strcmp(name, "max") == 0 ? (a >= b ? a : b) : (a <= b ? a : b);
}

/* got is want rounded to the set's type, NaN for NaN. */
static void expect_rounded(const KernelSet *set, const char *name, size_t i, double want)
{
    double got = get(set, &z, i), rounded = set->single ? (double)(float)want : want;
    cr_assert(got == rounded || (isnan(got) && isnan(rounded)), "%s %s[%zu]: %g, not %g", set->isa, name, i, got,
              rounded);
}

Test(kernels, elementwise_operations_are_exactly_rounded)
{
    static const char *const binary[] = {"mul", "div", "max", "min", "ge"};
    FOR_EACH_SET(set)
    {
        randomize_all(set);
        for (size_t i = 0; i < 64; i++) {
            static const double values[] = {0.0, -0.0, 1.0, -1.0, INFINITY, -INFINITY, NAN, 2.0};
            put(set, &x, i, values[i / 8]);
            put(set, &y, i, values[i % 8]);
        }
        for (size_t k = 0; k < sizeof binary / sizeof *binary; k++) {
            CALL(set, binary[k], BINARY, 320, (void *)&z, (void *)&x, (void *)&y);
            for (size_t i = 0; i < 320; i++)
                expect_rounded(set, binary[k], i, naive_binary(binary[k], get(set, &x, i), get(set, &y, i)));
        }
        CALL(set, "abs", UNARY, 320, (void *)&z, (void *)&x);
        for (size_t i = 0; i < 320; i++)
            expect_rounded(set, "abs", i, fabs(get(set, &x, i)));
        CALL(set, "sign", UNARY, 320, (void *)&z, (void *)&x);
        for (size_t i = 0; i < 320; i++) {
            double a = get(set, &x, i);
            expect_rounded(set, "sign", i, isnan(a) ? a : (a > 0) - (a < 0));
        }
    }
}

/* z = sum c_k x_k with x_1 = z itself and all others x + 64 k. */
static void combine(const KernelSet *set, int terms)
{
#define TERM(k)     k + 0.5f, (const void *)(set->single ? (void *)(x.narrow + 64 * (k)) : (void *)(x.wide + 64 * (k)))
#define TYPES1(R)   size_t, R *, R, const R *
#define COMBINE1(R) void (*)(TYPES1(R))
#define COMBINE2(R) void (*)(TYPES1(R), R, const R *)
#define COMBINE3(R) void (*)(TYPES1(R), R, const R *, R, const R *)
#define COMBINE4(R) void (*)(TYPES1(R), R, const R *, R, const R *, R, const R *)
#define COMBINE5(R) void (*)(TYPES1(R), R, const R *, R, const R *, R, const R *, R, const R *)
#define TYPES6(R)   TYPES1(R), R, const R *, R, const R *, R, const R *, R, const R *, R, const R *
#define COMBINE6(R) void (*)(TYPES6(R))
#define COMBINE7(R) void (*)(TYPES6(R), R, const R *)
#define COMBINE8(R) void (*)(TYPES6(R), R, const R *, R, const R *)
#define FIRST       192, (void *)&z, 0.5f, (void *)&z
    if (terms == 1)
        CALL(set, "combine1", COMBINE1, FIRST);
    else if (terms == 2)
        CALL(set, "combine2", COMBINE2, FIRST, TERM(1));
    else if (terms == 3)
        CALL(set, "combine3", COMBINE3, FIRST, TERM(1), TERM(2));
    else if (terms == 4)
        CALL(set, "combine4", COMBINE4, FIRST, TERM(1), TERM(2), TERM(3));
    else if (terms == 5)
        CALL(set, "combine5", COMBINE5, FIRST, TERM(1), TERM(2), TERM(3), TERM(4));
    else if (terms == 6)
        CALL(set, "combine6", COMBINE6, FIRST, TERM(1), TERM(2), TERM(3), TERM(4), TERM(5));
    else if (terms == 7)
        CALL(set, "combine7", COMBINE7, FIRST, TERM(1), TERM(2), TERM(3), TERM(4), TERM(5), TERM(6));
    else
        CALL(set, "combine8", COMBINE8, FIRST, TERM(1), TERM(2), TERM(3), TERM(4), TERM(5), TERM(6), TERM(7));
}

Test(kernels, linear_combinations)
{
    FOR_EACH_SET(set)
    {
        randomize_all(set);
        for (int terms = 1; terms <= 8; terms++) {
            randomize(set, &z);
            memcpy(&w, &z, sizeof z);
            combine(set, terms);
            for (size_t i = 0; i < 192; i++) {
                double want = 0.5 * get(set, &w, i);
                for (int k = 1; k < terms; k++)
                    want += (k + 0.5) * get(set, &x, 64 * (size_t)k + i);
                expect(set, "combine", i, want, 2 * terms * terms);
            }
        }
        CALL(set, "linear", LINEAR, 192, (void *)&z, 1.5f, (void *)&x, -0.25f);
        for (size_t i = 0; i < 192; i++)
            expect(set, "linear", i, 1.5 * get(set, &x, i) - 0.25, 4);
        CALL(set, "fill", FILL, 192, (void *)&z, 0.75f);
        for (size_t i = 0; i < 192; i++)
            expect(set, "fill", i, 0.75, 0);
    }
}

Test(kernels, shared_values_and_scalars_reach_every_sample)
{
    FOR_EACH_SET(set)
    {
        randomize_all(set);
        CALL(set, "spread", UNARY, 9, (void *)&z, (void *)&x);
        for (size_t i = 0; i < 9 * BLOCK; i++)
            expect(set, "spread", i, get(set, &x, i / BLOCK), 0);
        CALL(set, "broadcast", UNARY, 9, (void *)&z, (void *)&x);
        for (size_t i = 0; i < 9 * BLOCK; i++)
            expect(set, "broadcast", i, get(set, &x, i % BLOCK), 0);
    }
}

Test(kernels, packing_fills_the_ragged_block)
{
    FOR_EACH_SET(set)
    {
        randomize_all(set);
        for (size_t count = 1; count <= BLOCK; count += 21) {
            CALL(set, "pack", PACK, 5, (void *)&z, (void *)&x, 7, count);
            for (size_t i = 0; i < 5 * BLOCK; i++) {
                size_t sample = i % BLOCK < count ? i % BLOCK : count - 1;
                expect(set, "pack", i, get(set, &x, sample * 7 + i / BLOCK), 0);
            }
            CALL(set, "pack_zero", PACK, 5, (void *)&z, (void *)&x, 7, count);
            for (size_t i = 0; i < 5 * BLOCK; i++)
                expect(set, "pack_zero", i, i % BLOCK < count ? get(set, &x, i % BLOCK * 7 + i / BLOCK) : 0.0, 0);
            memset(&z, 0, sizeof z);
            CALL(set, "unpack", PACK, 5, (void *)&z, (void *)&x, 7, count);
            for (size_t i = 0; i < 7 * BLOCK; i++) {
                bool inside = i / 7 < count && i % 7 < 5;
                expect(set, "unpack", i, inside ? get(set, &x, i % 7 * BLOCK + i / 7) : 0.0, 0);
            }
        }
    }
}

Test(kernels, shared_values)
{
    FOR_EACH_SET(set)
    {
        randomize_all(set);
        CALL(set, "copy", UNARY, 13, (void *)&z, (void *)&x);
        CALL(set, "accumulate", UNARY, 7, (void *)&z, (void *)&y);
        for (size_t i = 0; i < 13; i++)
            expect(set, "accumulate", i, get(set, &x, i) + (i < 7 ? get(set, &y, i) : 0.0), 4);
        memset(&z, 0, sizeof z);
        put(set, &z, 0, 1.5);
        CALL(set, "inner", BINARY, 13, (void *)&z, (void *)&x, (void *)&y);
        double inner = 1.5;
        for (size_t i = 0; i < 13; i++)
            inner += get(set, &x, i) * get(set, &y, i);
        expect(set, "inner", 0, inner, 52);
        CALL(set, "transpose", SHAPED, 3, 5, (void *)&z, (void *)&x);
        for (size_t i = 0; i < 15; i++)
            expect(set, "transpose", i, get(set, &x, i % 3 * 5 + i / 3), 0);
        CALL(set, "identity", IDENTITY, 5, (void *)&z);
        for (size_t i = 0; i < 25; i++)
            expect(set, "identity", i, i % 6 == 0, 0);
    }
}

static const KernelSet *select_with(const char *isa, size_t *errors)
{
    Arena *arena = arena_new();
    Diagnostics *diagnostics = diagnostics_new(arena);
    setenv("COSTATE_ISA", isa, 1);
    const KernelSet *set = kernels_select(false, diagnostics);
    *errors = diagnostics_errors(diagnostics);
    arena_free(arena);
    return set;
}

Test(kernels, the_environment_names_the_instruction_set)
{
    size_t errors;
    cr_assert_str_eq(select_with("baseline", &errors)->isa, "baseline");
    cr_assert_eq(errors, 0u);
    cr_assert_eq(select_with("", &errors), kernels_at(0));
    cr_assert_eq(errors, 0u);
    cr_assert_null(select_with("mmx", &errors));
    cr_assert_eq(errors, 1u);
    cr_assert_null(kernels_find(kernels_at(0), "no_such_kernel"));
    cr_assert_not_null(kernels_symbol(kernels_find(kernels_at(0), "tanh")));
}

/* The elementary functions of the table of operations, and their kernels of every instruction set that this machine
 * runs, against MPFR. */
#include "runtime/solver/kernels.h"
#include "gen/graph/operation.h"
#include "runtime/number/portable.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <mpfr.h>
#include <string.h>

enum { COUNT = 2048, ROUNDS = 24, PRECISION = 100 };

/* z = f(x). */
typedef int Reference(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding);

/* Ranges: all bit patterns, |x| <= wide, and magnitudes from 2^-60 to 2^10 in equal shares, cut at limit. */
typedef struct {
    const char *name;
    Reference *reference;
    double wide;
    double limit[2]; /* double, float */
    double ulp[2];   /* double, float */
} Case;

/* 1 / (1 + exp(-x)) */
static int sigmoid(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding)
{
    mpfr_neg(z, x, rounding);
    mpfr_exp(z, z, rounding);
    mpfr_add_ui(z, z, 1, rounding);
    return mpfr_ui_div(z, 1, z, rounding);
}

/* log(1 + exp(x)) */
static int log1pexp(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding)
{
    mpfr_exp(z, x, rounding);
    return mpfr_inf_p(z) ? mpfr_set(z, x, rounding) : mpfr_log1p(z, z, rounding);
}

static const Case cases[] = {
    {"exp", mpfr_exp, 750, {INFINITY, INFINITY}, {0.8, 0.8}},
    {"expm1", mpfr_expm1, 5, {INFINITY, INFINITY}, {1.9, 1.9}},
    {"log", mpfr_log, 3, {INFINITY, INFINITY}, {0.9, 0.9}},
    {"log1p", mpfr_log1p, 1, {INFINITY, INFINITY}, {0.9, 0.9}},
    {"log1pexp", log1pexp, 40, {INFINITY, INFINITY}, {1.7, 1.7}},
    {"tanh", mpfr_tanh, 2, {INFINITY, INFINITY}, {2, 2}},
    {"sigmoid", sigmoid, 40, {INFINITY, INFINITY}, {2, 2}},
    {"sin", mpfr_sin, 1e5, {1e5, 6400}, {0.9, 0.9}},
    {"cos", mpfr_cos, 1e5, {1e5, 6400}, {0.9, 0.9}},
    {"erf", mpfr_erf, 6.5, {INFINITY, INFINITY}, {1.5, 1.5}},
    {"sqrt", mpfr_sqrt, 3, {INFINITY, INFINITY}, {0.5, 0.5}},
};

/* Zeros, subnormals, the ends of exp's range in both precisions, infinities. */
static const double special[] = {0.0,    -0.0,    1.0,      -1.0,   5e-324,   -1e-310,   1e-40, -1.5e-45, 2.3e-308,
                                 709.78, 709.79,  -745.1,   -745.2, -708.5,   88.7,      88.8,  -87.4,    -103.9,
                                 -104.1, 1.7e308, -1.7e308, 3e38,   INFINITY, -INFINITY, NAN,   0.5,      19.07};

static uint64_t state = 88172645463325252u;

static uint64_t bits(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * 2685821657736338717u;
}

static double uniform(void)
{
    return (double)(bits() >> 11) * 0x1p-53;
}

static double any_pattern(bool single)
{
    uint64_t pattern = bits();
    uint32_t half = (uint32_t)(pattern >> 32);
    double wide;
    float narrow;
    memcpy(&wide, &pattern, sizeof wide);
    memcpy(&narrow, &half, sizeof narrow);
    return single ? (double)narrow : wide;
}

static double argument(const Case *test, bool single, size_t i)
{
    double x = any_pattern(single);
    if (i < sizeof special / sizeof *special)
        x = special[i];
    else if (i % 3 == 0)
        x = test->wide * (2 * uniform() - 1);
    else if (i % 3 == 1)
        x = copysign(exp2(70 * uniform() - 60), x);
    return fabs(x) > test->limit[single] && !isinf(x) ? 1.0 : x;
}

/* z = f(x) or f(x, y) by a kernel of the set; x, and y if there is one, become what they round to. */
static void apply(const KernelSet *set, const char *name, double *z, double *x, double *y)
{
    static _Alignas(64) float single[3][COUNT];
    static _Alignas(64) double buffer[3][COUNT];
    void (*f)(void) = kernels_find(set, name)->address;
    for (size_t i = 0; i < COUNT; i++) {
        buffer[1][i] = x[i], single[1][i] = (float)x[i];
        buffer[2][i] = y ? y[i] : 0, single[2][i] = (float)buffer[2][i];
    }
    if (!y && set->single)
        ((void (*)(size_t, float *, const float *))f)(COUNT, single[0], single[1]);
    else if (!y)
        ((void (*)(size_t, double *, const double *))f)(COUNT, buffer[0], buffer[1]);
    else if (set->single)
        ((void (*)(size_t, float *, const float *, const float *))f)(COUNT, single[0], single[1], single[2]);
    else
        ((void (*)(size_t, double *, const double *, const double *))f)(COUNT, buffer[0], buffer[1], buffer[2]);
    for (size_t i = 0; i < COUNT; i++) {
        z[i] = set->single ? (double)single[0][i] : buffer[0][i];
        x[i] = set->single ? (double)single[1][i] : x[i];
        if (y && set->single)
            y[i] = (double)single[2][i];
    }
}

/* The error of got in units of the last place of want; infinite where a zero's sign, an infinity or a NaN is wrong. */
static double error(bool single, double got, long double want)
{
    double rounded = single ? (double)(float)want : (double)want;
    if (isnan(want) || isnan(got))
        return isnan(want) && isnan(got) ? 0 : INFINITY;
    if (want == 0 || isinf(want))
        return got == rounded && !signbit(got) == !signbit(rounded) ? 0 : INFINITY;
    if (isinf(got)) {
        if (isinf(rounded) && got == rounded)
            return 0;
        got = copysign(ldexp(1, single ? 128 : 1023), got);
    }
    int exponent;
    frexpl(want, &exponent);
    exponent -= single ? FLT_MANT_DIG : DBL_MANT_DIG;
    int least = single ? -149 : -1074;
    return fabs((double)ldexpl((long double)got - want, exponent > least ? -exponent : -least));
}

/* want = f(x) for COUNT arguments. */
static void refer(Reference *f, long double *want, const double *x)
{
    mpfr_t argument, value;
    mpfr_inits2(PRECISION, argument, value, (mpfr_ptr)NULL);
    for (size_t i = 0; i < COUNT; i++) {
        mpfr_set_d(argument, x[i], MPFR_RNDN);
        f(value, argument, MPFR_RNDN);
        want[i] = mpfr_get_ld(value, MPFR_RNDN);
    }
    mpfr_clears(argument, value, (mpfr_ptr)NULL);
}

static void check(const KernelSet *set, const Case *test, double *x, const long double *want)
{
    static double z[COUNT];
    apply(set, test->name, z, x, NULL);
    for (size_t i = 0; i < COUNT; i++) {
        double ulp = error(set->single, z[i], want[i]);
        cr_assert_leq(ulp, test->ulp[set->single], "%s %s %s(%a) = %a, wrong by %g ulp", set->isa,
                      set->single ? "float" : "double", test->name, x[i], z[i], ulp);
    }
}

/* The same arguments for every instruction set. */
static void check_round(const Case *test, bool single)
{
    static double x[COUNT];
    static long double want[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        x[i] = single ? (double)(float)argument(test, single, i) : argument(test, single, i);
    refer(test->reference, want, x);
    for (size_t i = 0; i < kernels_count(); i++)
        if (kernels_at(i)->single == single)
            check(kernels_at(i), test, x, want);
}

Test(elementary, unary_functions_are_accurate_everywhere)
{
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (size_t round = 0; round < 2 * ROUNDS; round++)
            check_round(&cases[k], round % 2);
    mpfr_free_cache();
}

static const Case *case_of(const Operation *row)
{
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        if (!strcmp(cases[k].name, row->name))
            return &cases[k];
    cr_assert_fail("%s has no case", row->name);
    return NULL;
}

/* What the reference in long double, of which every row has one, is rounded to. */
Test(elementary, every_function_of_the_table_has_a_case_and_its_value)
{
    static double x[COUNT];
    static long double want[COUNT];
    for (Op op = 0; op < OP_COUNT; op++) {
        const Operation *row = operation(op);
        if (row->elementwise != 1 || row->each->activations == 0)
            continue;
        const Case *test = case_of(row);
        for (size_t i = 0; i < COUNT; i++)
            x[i] = argument(test, false, i);
        refer(test->reference, want, x);
        for (size_t i = 0; i < COUNT; i++) {
            double value = (double)row->scalar(x[i], x[i]), ulp = error(false, value, want[i]);
            cr_assert_leq(ulp, 0.51, "%s(%a) = %a, wrong by %g ulp", row->name, x[i], value, ulp);
        }
    }
    mpfr_free_cache();
}

/* Powers of all sizes, near one, of negative integers, and every pair of special values. */
static void power_arguments(bool single, size_t round, double *x, double *y)
{
    static const double values[] = {0.0,
                                    -0.0,
                                    1.0,
                                    -1.0,
                                    2.0,
                                    -2.0,
                                    3.0,
                                    0.5,
                                    -0.5,
                                    -3.0,
                                    1.5,
                                    1e-40,
                                    INFINITY,
                                    -INFINITY,
                                    NAN,
                                    8388609,
                                    9007199254740993.0};
    enum { VALUES = sizeof values / sizeof *values };
    double most = single ? 88 : 700;
    for (size_t i = 0; i < COUNT; i++) {
        if (i < VALUES * VALUES) {
            x[i] = values[i / VALUES], y[i] = values[i % VALUES];
        } else if (i % 4 == 0) {
            x[i] = any_pattern(single), y[i] = any_pattern(single);
        } else if (i % 4 == 1) {
            x[i] = -exp2(20 * uniform() - 10), y[i] = floor(16 * uniform() - 8);
        } else {
            x[i] = exp2((i % 4 == 2 ? 120 : 1e-3) * (uniform() - 0.5));
            y[i] = 2 * most * (uniform() - 0.5) / (fabs(log(x[i])) + 1e-9 * (double)(round + 1));
        }
    }
}

static long double power(double x, double y)
{
    mpfr_t base, exponent;
    mpfr_init_set_d(base, x, MPFR_RNDN);
    mpfr_init_set_d(exponent, y, MPFR_RNDN);
    mpfr_prec_round(base, PRECISION, MPFR_RNDN);
    mpfr_pow(base, base, exponent, MPFR_RNDN);
    long double z = mpfr_get_ld(base, MPFR_RNDN);
    mpfr_clears(base, exponent, (mpfr_ptr)NULL);
    return z;
}

static void check_powers(bool single, size_t round)
{
    static double x[COUNT], y[COUNT], z[COUNT];
    static long double want[COUNT];
    power_arguments(single, round, x, y);
    for (size_t k = 0; k < COUNT; k++) {
        x[k] = single ? (double)(float)x[k] : x[k];
        y[k] = single ? (double)(float)y[k] : y[k];
        want[k] = power(x[k], y[k]);
    }
    for (size_t i = 0; i < kernels_count(); i++) {
        if (kernels_at(i)->single != single)
            continue;
        apply(kernels_at(i), "pow", z, x, y);
        for (size_t k = 0; k < COUNT; k++) {
            double ulp = error(single, z[k], want[k]);
            cr_assert_leq(ulp, 0.9, "%s pow(%a, %a) = %a, wrong by %g ulp", kernels_at(i)->isa, x[k], y[k], z[k], ulp);
        }
    }
}

Test(elementary, pow_is_accurate_everywhere)
{
    for (size_t round = 0; round < 2 * ROUNDS; round++)
        check_powers(round % 2, round / 2);
    mpfr_free_cache();
}

/* Beyond the accurate range the error is absolute and grows with x; where nothing is known the result is NaN. */
Test(elementary, sine_degrades_gracefully_and_then_refuses)
{
    static double x[COUNT], z[COUNT];
    for (size_t i = 0; i < kernels_count(); i++) {
        const KernelSet *set = kernels_at(i);
        double most = set->single ? 65536 : 0x1p40, rounding = set->single ? 0x1p-23 : 0x1p-52;
        for (size_t k = 0; k < COUNT; k++)
            x[k] = k % 2 == 0 ? most * uniform() * 0.999 : most * (1 + uniform());
        apply(set, "sin", z, x, NULL);
        for (size_t k = 0; k < COUNT; k += 2) {
            cr_assert_leq(fabs(z[k] - (double)sinl(x[k])), rounding * (1 + x[k]), "sin(%a) = %a", x[k], z[k]);
            cr_assert(isnan(z[k + 1]), "sin(%a) = %a", x[k + 1], z[k + 1]);
        }
    }
}

Test(elementary, portable_functions_have_the_same_bits_everywhere)
{
    cr_assert_eq(portable_exp(0.1), 0x1.1aec7b35a00d4p+0);
    cr_assert_eq(portable_log(10), 0x1.26bb1bbb55516p+1);
    cr_assert_eq(portable_sin(10), -0x1.1689ef5f34f52p-1);
    cr_assert_eq(portable_cos(10), -0x1.ad9ac890c6b1fp-1);
    cr_assert_eq(portable_sqrt(2), 0x1.6a09e667f3bcdp+0);
}

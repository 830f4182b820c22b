/* elementary: the elementary functions on vectors of reals, without a branch and without libm, for double and float.
 *
 * The errors stated are the largest measured against the x87's long double functions over millions of random and
 * special arguments, in units of the last place, double / float. Polynomials are Chebyshev interpolants or minimax
 * polynomials that were computed for this file in 60 digits. */
#ifndef COSTATE_ELEMENTARY_H
#define COSTATE_ELEMENTARY_H

#include "vector.h"

/*@ ln2 vector */
/* Constants of the reduction x = k ln 2 + r: k times the head of ln 2 is exact for every k that occurs. Adding
 * COSTATE_SHIFTER rounds to an integer and leaves it in the low bits. */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_SHIFTER  COSTATE_C(12582912.0)
#define COSTATE_LN2_HEAD COSTATE_C(0.693115234375)
#define COSTATE_LN2_TAIL COSTATE_C(3.19461833e-05)
#else
#define COSTATE_SHIFTER  COSTATE_C(6755399441055744.0)
#define COSTATE_LN2_HEAD COSTATE_C(0.6931471803691238)
#define COSTATE_LN2_TAIL COSTATE_C(1.9082149292705877e-10)
#endif

/*@ exp_parts ln2 */
/* The reduction of Cody and Waite, times x + extra = k ln 2 + r + ..., |r| <= ln(2)/2, such that
 * exp(times x + extra) = 2^k (1 + r + *rest). r is exact but for its rounding, which *rest makes up for. The low bits of
 * *k hold k. times is a power of two, which is on no way that the result waits for. */
COSTATE_INLINE costate_vec costate_exp_parts(costate_vec x, costate_real times, costate_vec extra, costate_vec *rest,
                                             costate_int *k)
{
#if COSTATE_VECTOR_BYTES > 0
    costate_vec shifted = COSTATE_ROUNDED(x * (times * COSTATE_C(1.4426950408889634)) + COSTATE_SHIFTER);
#else /* where memory may be small: one constant for all */
    costate_vec shifted = COSTATE_ROUNDED(times * x * COSTATE_C(1.4426950408889634) + COSTATE_SHIFTER);
#endif
    costate_vec n = shifted - COSTATE_SHIFTER;
    costate_vec head = times * x - n * COSTATE_LN2_HEAD;
    costate_vec tail = n * COSTATE_LN2_TAIL - extra;
    costate_vec r = COSTATE_ROUNDED(head - tail);
    costate_vec z = r * r;
#if defined(COSTATE_REAL_FLOAT)
    costate_vec even = (COSTATE_C(0.00139336498) * z + COSTATE_C(0.0416664667)) * z + COSTATE_C(0.5);
    costate_vec odd = (COSTATE_C(0.000198909911) * z + COSTATE_C(0.00833331048)) * z + COSTATE_C(0.166666672);
#else
    costate_vec even = ((((COSTATE_C(2.0914686968086876e-09) * z + COSTATE_C(2.75572736431103e-07)) * z +
                          COSTATE_C(2.4801587325547743e-05)) *
                             z +
                         COSTATE_C(0.0013888888888883748)) *
                            z +
                        COSTATE_C(0.04166666666666667)) *
                           z +
                       COSTATE_C(0.5);
    costate_vec odd = (((COSTATE_C(2.5105217004720745e-08) * z + COSTATE_C(2.7557255400206422e-06)) * z +
                        COSTATE_C(0.00019841269874820627)) *
                           z +
                       COSTATE_C(0.008333333333326136)) *
                          z +
                      COSTATE_C(0.1666666666666667);
#endif
    *rest = z * (even + r * odd) + ((head - r) - tail);
    *k = COSTATE_AS_INT(shifted);
    return r;
}

/*@ exp_clamped exp_parts */
/* exp(x + extra) for x from just below the logarithm of the least subnormal to just above that of the largest real,
 * and a tiny extra. 2^k goes on in two halves, so that overflow and gradual underflow come by themselves. */
COSTATE_INLINE costate_vec costate_exp_clamped(costate_vec x, costate_vec extra)
{
    costate_vec rest;
    costate_int k;
    costate_vec r = costate_exp_parts(x, COSTATE_C(1.0), extra, &rest, &k);
    costate_vec sum = COSTATE_ROUNDED(COSTATE_C(1.0) + r);
    costate_vec lost = (COSTATE_C(1.0) - sum) + r;
    k += (costate_lane)(2 * COSTATE_BIAS);
    costate_int half = k >> 1;
    return (sum + (lost + rest)) * COSTATE_AS_VEC(half << COSTATE_MANTISSA) *
           COSTATE_AS_VEC((k - half) << COSTATE_MANTISSA);
}

/*@ exp_range vector */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_EXP_LEAST COSTATE_C(-104.0)
#define COSTATE_EXP_MOST  COSTATE_C(89.0)
#else
#define COSTATE_EXP_LEAST COSTATE_C(-746.0)
#define COSTATE_EXP_MOST  COSTATE_C(710.0)
#endif

/* x held within the range of costate_exp_clamped; NaN stays NaN. */
COSTATE_INLINE costate_vec costate_exp_range(costate_vec x)
{
    costate_vec least = costate_splat(COSTATE_EXP_LEAST), most = costate_splat(COSTATE_EXP_MOST);
    x = costate_where_less(x, least, least, x);
    return costate_where_less(most, x, most, x);
}

/*@ vec_exp exp_range exp_clamped */
/* exp(x). Error: 0.76 / 0.77 ulp. */
COSTATE_ELEMENTARY costate_vec costate_vec_exp(costate_vec x)
{
    return costate_exp_clamped(costate_exp_range(x), costate_splat(COSTATE_C(0.0)));
}

/*@ exp vec_exp */
/* z = exp(x); z may be x. */
COSTATE_KERNEL void costate_exp(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_exp(COSTATE_LOAD(x + i)));
}

/*@ exp_falling exp_clamped */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_FALLING_MOST COSTATE_C(104.0)
#else
#define COSTATE_FALLING_MOST COSTATE_C(746.0)
#endif

/* exp(-|x|). */
COSTATE_INLINE costate_vec costate_exp_falling(costate_vec x)
{
    costate_vec most = costate_splat(COSTATE_FALLING_MOST), a = costate_magnitude(x);
    a = costate_where_less(most, a, most, a);
    return costate_exp_clamped(-a, costate_splat(COSTATE_C(0.0)));
}

/*@ expm1_scaled exp_parts */
/* unit * (exp(times x) - 1) where that exp is far from underflow and unit times it far from overflow; unit and times are
 * powers of two. r and the rest are joined first: scaled afterwards, their rounding is small where 2^k - 1 cancels them. */
COSTATE_INLINE costate_vec costate_expm1_scaled(costate_vec x, costate_real times, costate_real unit)
{
    costate_vec rest;
    costate_int k;
    costate_vec r = costate_exp_parts(x, times, costate_splat(COSTATE_C(0.0)), &rest, &k);
    costate_vec scale = COSTATE_AS_VEC((k << COSTATE_MANTISSA) + COSTATE_AS_INT(costate_splat(unit)));
    return scale * (r + rest) + (scale - unit);
}

/*@ vec_expm1 expm1_scaled */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_EXPM1_LEAST COSTATE_C(-20.0)
#define COSTATE_EXPM1_MOST  COSTATE_C(89.0)
#define COSTATE_EXPM1_TINY  COSTATE_C(1e-9)
#else
#define COSTATE_EXPM1_LEAST COSTATE_C(-40.0)
#define COSTATE_EXPM1_MOST  COSTATE_C(710.0)
#define COSTATE_EXPM1_TINY  COSTATE_C(1e-18)
#endif

/* exp(x) - 1, computed as twice its half, which cannot overflow too early. Error: 1.8 / 1.6 ulp. */
COSTATE_ELEMENTARY costate_vec costate_vec_expm1(costate_vec x)
{
    costate_vec least = costate_splat(COSTATE_EXPM1_LEAST), most = costate_splat(COSTATE_EXPM1_MOST);
    costate_vec tiny = costate_splat(COSTATE_EXPM1_TINY), y = x;
    y = costate_where_less(y, least, least, y);
    y = costate_where_less(most, y, most, y);
    y = costate_expm1_scaled(y, COSTATE_C(1.0), COSTATE_C(0.5)) * COSTATE_C(2.0);
    return costate_where_less(costate_magnitude(x), tiny, x, y);
}

/*@ expm1 vec_expm1 */
/* z = exp(x) - 1; z may be x. */
COSTATE_KERNEL void costate_expm1(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_expm1(COSTATE_LOAD(x + i)));
}

/*@ vec_tanh expm1_scaled */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_TANH_MOST COSTATE_C(10.0)
#else
#define COSTATE_TANH_MOST COSTATE_C(22.0)
#endif

/* tanh(x) = sign(x) q with q = E / (E + 2), E = exp(2|x|) - 1. Below E = 1 the rounding of E + 2 is made good by
 * q = E/2 - E/2 q, which halves an error of q at least. Error: 2.0 / 2.0 ulp. */
COSTATE_ELEMENTARY costate_vec costate_vec_tanh(costate_vec x)
{
    costate_vec most = costate_splat(COSTATE_TANH_MOST), a = costate_magnitude(x);
    a = costate_where_less(most, a, most, a);
    costate_vec e = costate_expm1_scaled(a, COSTATE_C(2.0), COSTATE_C(1.0));
    costate_vec half = COSTATE_C(0.5) * e;
    costate_vec q = e / (e + COSTATE_C(2.0));
    q = costate_where_less(e, costate_splat(COSTATE_C(1.0)), half - half * q, q);
    return costate_with_sign(q, x);
}

/*@ tanh vec_tanh */
/* z = tanh(x); z may be x. */
COSTATE_KERNEL void costate_tanh(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_tanh(COSTATE_LOAD(x + i)));
}

/*@ vec_sigmoid exp_falling */
/* 1 / (1 + exp(-x)), through exp(-|x|) so that the small values keep their digits. What the sum
 * 1 + e loses is made good: the quotient q is too large by q lost / (1 + e), where 1 / (1 + e) is q or 1 - q.
 * Error: 1.9 / 1.9 ulp. */
COSTATE_ELEMENTARY costate_vec costate_vec_sigmoid(costate_vec x)
{
    costate_vec one = costate_splat(COSTATE_C(1.0)), e = costate_exp_falling(x);
    costate_vec sum = COSTATE_ROUNDED(e + one);
    costate_int negative = COSTATE_LESS(x, costate_splat(COSTATE_C(0.0)));
    costate_vec lost = e - COSTATE_ROUNDED(sum - one);
    costate_vec q = costate_select(negative, e, one) / sum;
    return q - q * lost * costate_select(negative, one - q, q);
}

/*@ sigmoid vec_sigmoid */
/* z = 1 / (1 + exp(-x)); z may be x. */
COSTATE_KERNEL void costate_sigmoid(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_sigmoid(COSTATE_LOAD(x + i)));
}

/*@ log_parts ln2 */
/* sqrt(1/2), and 2^mantissa, in bits; the exponent as a real. */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_ROOT_HALF ((costate_lane)0x3f3504f3)
#define COSTATE_LEAST     COSTATE_C(1.1754943508222875e-38)
#define COSTATE_LIFT      COSTATE_C(33554432.0)
#define COSTATE_LIFT_LOG2 COSTATE_C(25.0)
#define COSTATE_INTEGER   COSTATE_C(8388608.0)
#else
#define COSTATE_ROOT_HALF ((costate_lane)0x3fe6a09e667f3bcd)
#define COSTATE_LEAST     COSTATE_C(2.2250738585072014e-308)
#define COSTATE_LIFT      COSTATE_C(18014398509481984.0)
#define COSTATE_LIFT_LOG2 COSTATE_C(54.0)
#define COSTATE_INTEGER   COSTATE_C(4503599627370496.0)
#endif

/* x = 2^*k m with m in [sqrt(1/2), sqrt(2)), for a positive normal x: returns m. */
COSTATE_INLINE costate_vec costate_log_parts(costate_vec x, costate_vec *k)
{
    costate_int i = COSTATE_AS_INT(x) + (COSTATE_ONE - COSTATE_ROOT_HALF);
    costate_int exponent = (i >> COSTATE_MANTISSA) | COSTATE_AS_INT(costate_splat(COSTATE_INTEGER));
    *k = COSTATE_AS_VEC(exponent) - (COSTATE_INTEGER + COSTATE_C(COSTATE_BIAS));
    return COSTATE_AS_VEC((i & (((costate_lane)1 << COSTATE_MANTISSA) - 1)) + COSTATE_ROOT_HALF);
}

/*@ log_lifted log_parts */
/* The same for any positive x: subnormals are lifted first. */
COSTATE_INLINE costate_vec costate_log_lifted(costate_vec x, costate_vec *k)
{
    costate_vec zero = costate_splat(COSTATE_C(0.0));
    costate_int tiny = COSTATE_LESS(x, costate_splat(COSTATE_LEAST));
    costate_vec m = costate_log_parts(costate_select(tiny, x * COSTATE_LIFT, x), k);
    *k = *k - costate_select(tiny, costate_splat(COSTATE_LIFT_LOG2), zero);
    return m;
}

/*@ log_core log_parts */
/* k ln 2 + log(1 + f) + extra for 1 + f in [sqrt(1/2), sqrt(2)): with s = f / (2 + f), log(1 + f) = f - f^2/2 +
 * s (f^2/2 + R(s^2)). This splitting keeps f, which is exact, out of the rounding (as in FreeBSD's msun). */
COSTATE_INLINE costate_vec costate_log_core(costate_vec k, costate_vec f, costate_vec extra)
{
    costate_vec s = f / (f + COSTATE_C(2.0));
    costate_vec z = s * s;
    costate_vec half = COSTATE_C(0.5) * f * f;
#if defined(COSTATE_REAL_FLOAT)
    costate_vec r = ((COSTATE_C(0.295800537) * z + COSTATE_C(0.39988777)) * z + COSTATE_C(0.666666865)) * z;
#else
    costate_vec w = z * z;
    costate_vec even =
        ((COSTATE_C(0.14616585424888623) * w + COSTATE_C(0.18182889455674947)) * w + COSTATE_C(0.2857142862600327)) *
            w +
        COSTATE_C(0.666666666666667);
    costate_vec odd =
        (COSTATE_C(0.15331710618210773) * w + COSTATE_C(0.22222211130259878)) * w + COSTATE_C(0.39999999999899444);
    costate_vec r = (even + z * odd) * z;
#endif
    return k * COSTATE_LN2_HEAD - ((half - (s * (half + r) + (k * COSTATE_LN2_TAIL + extra))) - f);
}

/* y, the logarithm of x where 0 < x < infinity, completed: infinity, -infinity at 0, NaN below and for NaN. */
COSTATE_INLINE costate_vec costate_log_complete(costate_vec x, costate_vec y)
{
    costate_vec zero = costate_splat(COSTATE_C(0.0));
    costate_vec outside = costate_select(COSTATE_EQUAL(x, zero), -COSTATE_INFINITY, COSTATE_NAN);
    y = costate_where_less(x, COSTATE_INFINITY, y, x);
    return costate_where_less(zero, x, y, outside);
}

/*@ vec_log log_lifted log_core */
/* log(x). Error: 0.83 / 0.82 ulp. */
COSTATE_ELEMENTARY costate_vec costate_vec_log(costate_vec x)
{
    costate_vec k, m = costate_log_lifted(x, &k);
    return costate_log_complete(x, costate_log_core(k, m - COSTATE_C(1.0), costate_splat(COSTATE_C(0.0))));
}

/*@ log vec_log */
/* z = log(x); z may be x. */
COSTATE_KERNEL void costate_log(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_log(COSTATE_LOAD(x + i)));
}

/*@ vec_log1p log_core */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_LOG1P_TINY COSTATE_C(1e-9)
#else
#define COSTATE_LOG1P_TINY COSTATE_C(1e-18)
#endif

/* log(1 + x): the logarithm of u, the rounded sum, plus what the rounding lost, divided by u. Error: 0.81 / 0.82 ulp.
 */
COSTATE_ELEMENTARY costate_vec costate_vec_log1p(costate_vec x)
{
    costate_vec one = costate_splat(COSTATE_C(1.0)), zero = costate_splat(COSTATE_C(0.0));
    costate_vec tiny = costate_splat(COSTATE_LOG1P_TINY), a = costate_magnitude(x);
    costate_vec u = COSTATE_ROUNDED(one + x);
    costate_vec lost = costate_where_less(a, one, x - (u - one), one - (u - x)) / u;
    costate_vec k, m = costate_log_parts(u, &k);
    costate_int close = COSTATE_EQUAL(k, zero);
    costate_vec y = costate_log_core(k, costate_select(close, x, m - one), costate_select(close, zero, lost));
    return costate_where_less(a, tiny, x, costate_log_complete(u, y));
}

/*@ log1p vec_log1p */
/* z = log(1 + x); z may be x. */
COSTATE_KERNEL void costate_log1p(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_log1p(COSTATE_LOAD(x + i)));
}

/*@ vec_log1pexp exp_falling vec_log1p */
/* log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)). Error: 1.5 / 1.5 ulp. */
COSTATE_ELEMENTARY costate_vec costate_vec_log1pexp(costate_vec x)
{
    costate_vec zero = costate_splat(COSTATE_C(0.0));
    return costate_where_less(zero, x, x, zero) + costate_vec_log1p(costate_exp_falling(x));
}

/*@ log1pexp vec_log1pexp */
/* z = log(1 + exp(x)); z may be x. */
COSTATE_KERNEL void costate_log1pexp(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_log1pexp(COSTATE_LOAD(x + i)));
}

/*@ sine_parts ln2 */
/* pi/2 in parts; the product of each but the last and an integer up to 2^17 (float: 2^12) is exact. */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_QUARTER_1 COSTATE_C(1.5703125)
#define COSTATE_QUARTER_2 COSTATE_C(0.0004837512969970703)
#define COSTATE_QUARTER_3 COSTATE_C(7.549533620476723e-08)
#define COSTATE_QUARTER_4 COSTATE_C(2.56334415e-12)
#define COSTATE_SINE_MOST COSTATE_C(65536.0)
#else
#define COSTATE_QUARTER_1 COSTATE_C(1.5707963267923333)
#define COSTATE_QUARTER_2 COSTATE_C(2.5633441515839558e-12)
#define COSTATE_QUARTER_3 COSTATE_C(1.0562999066987428e-23)
#define COSTATE_SINE_MOST COSTATE_C(1099511627776.0)
#endif

/* a - b, rounded, and in *lost what the rounding lost, exactly (Knuth). */
COSTATE_INLINE costate_vec costate_difference(costate_vec a, costate_vec b, costate_vec *lost)
{
    costate_vec difference = COSTATE_ROUNDED(a - b);
    costate_vec back = COSTATE_ROUNDED(a - difference);
    *lost = (a - COSTATE_ROUNDED(difference + back)) + (back - b);
    return difference;
}

/* The sine of a >= 0 turned by quarters (0: sine, 1: cosine). The reduction a = k pi/2 + r + tail of Cody and Waite
 * holds full accuracy to a = 2e5 (float: 6400); beyond, the absolute error grows as the rounding of a itself, up to
 * COSTATE_SINE_MOST, and from there on the result is NaN, since no digit of it would be right. */
COSTATE_INLINE costate_vec costate_sine_parts(costate_vec a, costate_lane quarters)
{
    costate_vec one = costate_splat(COSTATE_C(1.0));
    costate_vec shifted = COSTATE_ROUNDED(a * COSTATE_C(0.6366197723675814) + COSTATE_SHIFTER);
    costate_vec n = shifted - COSTATE_SHIFTER;
    costate_vec first = COSTATE_ROUNDED(a - n * COSTATE_QUARTER_1), lost;
    costate_vec second = costate_difference(first, n * COSTATE_QUARTER_2, &lost);
#if defined(COSTATE_REAL_FLOAT)
    costate_vec lost_too, third = costate_difference(second, n * COSTATE_QUARTER_3, &lost_too);
    costate_vec low = (lost + lost_too) - n * COSTATE_QUARTER_4;
#else
    costate_vec third = second, low = lost - n * COSTATE_QUARTER_3;
#endif
    costate_vec r = COSTATE_ROUNDED(third + low);
    costate_vec tail = (third - r) + low;
    costate_vec z = r * r, half = COSTATE_C(0.5) * z, most = one - half;
#if defined(COSTATE_REAL_FLOAT)
    costate_vec sine = (COSTATE_C(-0.000195873872) * z + COSTATE_C(0.0083327461)) * z + COSTATE_C(-0.166666642);
    costate_vec cosine = (COSTATE_C(2.45474366e-05) * z + COSTATE_C(-0.00138883002)) * z + COSTATE_C(0.0416666642);
#else
    costate_vec sine = ((((COSTATE_C(1.5917848524808262e-10) * z + COSTATE_C(-2.5051127944014188e-08)) * z +
                          COSTATE_C(2.755731608381636e-06)) *
                             z +
                         COSTATE_C(-0.00019841269836722418)) *
                            z +
                        COSTATE_C(0.008333333333330925)) *
                           z +
                       COSTATE_C(-0.16666666666666666);
    costate_vec cosine = ((((COSTATE_C(-1.1382456778061306e-11) * z + COSTATE_C(2.0876143827993133e-09)) * z +
                            COSTATE_C(-2.7557317260008837e-07)) *
                               z +
                           COSTATE_C(2.480158729874307e-05)) *
                              z +
                          COSTATE_C(-0.0013888888888887382)) *
                             z +
                         COSTATE_C(0.041666666666666664);
#endif
    costate_int quarter = COSTATE_AS_INT(shifted) + quarters;
    costate_int swapped = costate_splat_int(0) - (quarter & 1);
    costate_int sign = (quarter >> 1) << (8 * COSTATE_REAL_BYTES - 1);
    sine = r + (z * r * sine + tail * most);
    cosine = most + (((one - most) - half) + (z * z * cosine - r * tail));
    costate_vec y = COSTATE_AS_VEC(COSTATE_AS_INT(costate_select(swapped, cosine, sine)) ^ sign);
    return costate_where_less(a, costate_splat(COSTATE_SINE_MOST), y, COSTATE_NAN);
}

/*@ vec_sin sine_parts */
/* sin(x). Error: 0.85 / 0.83 ulp within the accurate range. */
COSTATE_ELEMENTARY costate_vec costate_vec_sin(costate_vec x)
{
    costate_vec y = costate_sine_parts(costate_magnitude(x), 0);
    return COSTATE_AS_VEC(COSTATE_AS_INT(y) ^ (COSTATE_AS_INT(x) & COSTATE_SIGN));
}

/*@ sin vec_sin */
/* z = sin(x); z may be x. */
COSTATE_KERNEL void costate_sin(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_sin(COSTATE_LOAD(x + i)));
}

/*@ vec_cos sine_parts */
/* cos(x). Error: 0.86 / 0.84 ulp within the accurate range. */
COSTATE_ELEMENTARY costate_vec costate_vec_cos(costate_vec x)
{
    return costate_sine_parts(costate_magnitude(x), 1);
}

/*@ cos vec_cos */
/* z = cos(x); z may be x. */
COSTATE_KERNEL void costate_cos(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_cos(COSTATE_LOAD(x + i)));
}

/*@ vec_erf exp_clamped */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_ERF_MOST COSTATE_C(4.0)
#else
#define COSTATE_ERF_MOST COSTATE_C(6.0)
#endif

/* x (1 + P(x^2)) for 0 <= x < 1. */
COSTATE_INLINE costate_vec costate_erf_near(costate_vec x)
{
    costate_vec z = x * x;
#if defined(COSTATE_REAL_FLOAT)
    costate_vec w = z * z;
    costate_vec even = ((COSTATE_C(7.87587487e-05) * w + COSTATE_C(0.00518908724)) * w + COSTATE_C(0.112835944)) * w +
                       COSTATE_C(0.128379166);
    costate_vec odd = (COSTATE_C(-0.00080168643) * w + COSTATE_C(-0.0268542115)) * w + COSTATE_C(-0.37612626);
#else
    costate_vec w = z * z;
    costate_vec even = (((((COSTATE_C(5.957176147748911e-11) * w + COSTATE_C(1.4659775274047436e-08)) * w +
                           COSTATE_C(1.6461000484121368e-06)) *
                              w +
                          COSTATE_C(0.0001205533111164271)) *
                             w +
                         COSTATE_C(0.0052239776248180145)) *
                            w +
                        COSTATE_C(0.11283791670954879)) *
                           w +
                       COSTATE_C(0.1283791670955126);
    costate_vec odd = ((((COSTATE_C(-1.1372848856791674e-09) * w + COSTATE_C(-1.6350312701054695e-07)) * w +
                         COSTATE_C(-1.4925595266831182e-05)) *
                            w +
                        COSTATE_C(-0.000854832698083379)) *
                           w +
                       COSTATE_C(-0.026866170645076792)) *
                          w +
                      COSTATE_C(-0.3761263890318375);
#endif
    return x + x * (even + z * odd);
}

/* 1 - exp(Q(x - 1)), Q a minimax polynomial of log(erfc) with weight erfc, for 1 <= x <= COSTATE_ERF_MOST. */
COSTATE_INLINE costate_vec costate_erf_far(costate_vec x)
{
    costate_vec t = x - COSTATE_C(1.0), z = t * t;
#if defined(COSTATE_REAL_FLOAT)
    costate_vec even = ((COSTATE_C(1.855739884389214714843e-4) * z + COSTATE_C(9.89089185993548801467e-3)) * z +
                        COSTATE_C(-0.8431183364365690824)) *
                           z +
                       COSTATE_C(-1.8496055164806151);
    costate_vec odd = (COSTATE_C(-1.82616316731628301230e-3) * z + COSTATE_C(-4.150068822223297593e-2)) * z +
                      COSTATE_C(-2.638966815929335640);
#else
    costate_vec even = ((((((((COSTATE_C(1.039106616719777567e-12) * z + COSTATE_C(3.682482940530717600e-10)) * z +
                              COSTATE_C(1.491143731270063216e-08)) *
                                 z +
                             COSTATE_C(9.754731853276268189e-08)) *
                                z +
                            COSTATE_C(-2.059771605370500731e-06)) *
                               z +
                           COSTATE_C(-2.715911133055083244e-05)) *
                              z +
                          COSTATE_C(2.373224816556515382e-04)) *
                             z +
                         COSTATE_C(1.003382537441407482e-02)) *
                            z +
                        COSTATE_C(-0.8431072563586767977)) *
                           z +
                       COSTATE_C(-1.849605509933248256);
    costate_vec odd = (((((((COSTATE_C(-2.881564662571112766e-11) * z + COSTATE_C(-2.864038588019214837e-09)) * z +
                            COSTATE_C(-5.203783400650954346e-08)) *
                               z +
                           COSTATE_C(1.428753172123007451e-07)) *
                              z +
                          COSTATE_C(9.608899487141586716e-06)) *
                             z +
                         COSTATE_C(2.627787454659123866e-05)) *
                            z +
                        COSTATE_C(-1.977902567955094867e-03)) *
                           z +
                       COSTATE_C(-4.156109804180881238e-02)) *
                          z +
                      COSTATE_C(-2.638967514234788252);
#endif
    return COSTATE_C(1.0) - costate_exp_clamped(even + t * odd, costate_splat(COSTATE_C(0.0)));
}

/* erf(x). Error: 1.4 / 1.3 ulp. */
COSTATE_ELEMENTARY costate_vec costate_vec_erf(costate_vec x)
{
    costate_vec most = costate_splat(COSTATE_ERF_MOST), one = costate_splat(COSTATE_C(1.0)), a = costate_magnitude(x);
    costate_vec large = costate_erf_far(costate_where_less(most, a, most, a));
    return costate_with_sign(costate_where_less(a, one, costate_erf_near(a), large), x);
}

/*@ erf vec_erf */
/* z = erf(x); z may be x. */
COSTATE_KERNEL void costate_erf(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_erf(COSTATE_LOAD(x + i)));
}

/*@ pair vector */
/* An unevaluated sum head + tail; the head has half of the bits, so products of heads are exact, with or without fused
 * multiply-add. */
typedef struct {
    costate_vec head, tail;
} costate_pair;

/* v without the lower half of its mantissa. */
COSTATE_INLINE costate_vec costate_leading(costate_vec v)
{
    return COSTATE_AS_VEC(COSTATE_AS_INT(v) & ~(((costate_lane)1 << (COSTATE_MANTISSA / 2 + 1)) - 1));
}

/* high + low as a pair, |high| >= |low|. */
COSTATE_INLINE costate_pair costate_pair_sum(costate_vec high, costate_vec low)
{
    costate_pair sum;
    sum.head = costate_leading(high + low);
    sum.tail = (high - sum.head) + low;
    return sum;
}

COSTATE_INLINE costate_pair costate_pair_product(costate_pair a, costate_pair b)
{
    return costate_pair_sum(a.head * b.head, a.head * b.tail + a.tail * b.head + a.tail * b.tail);
}

/*@ log_pair pair log_lifted */
/* log(x) as a pair, relative error about 2^-62 (float: 2^-33), for 0 < x < infinity. log(m) = s (2 + z (2/3 + z T(z)))
 * with s = (m - 1)/(m + 1), z = s^2. */
COSTATE_INLINE costate_pair costate_log_pair(costate_vec x)
{
    costate_vec k, m = costate_log_lifted(x, &k), one = costate_splat(COSTATE_C(1.0));
    costate_vec f = m - one, sum = m + one;
    costate_pair divisor, s;
    divisor.head = costate_leading(sum);
    divisor.tail = m - (divisor.head - one);
    s.head = costate_leading(f / sum);
    s.tail = ((f - s.head * divisor.head) - s.head * divisor.tail) / sum;
    costate_pair square = costate_pair_product(s, s);
    costate_vec z = square.head + square.tail;
#if defined(COSTATE_REAL_FLOAT)
    costate_vec t = ((COSTATE_C(0.230482385) * z + COSTATE_C(0.285622358)) * z + COSTATE_C(0.400000155)) * z;
    costate_pair inner =
        costate_pair_sum(costate_splat(COSTATE_C(0.66650390625)), t + COSTATE_C(0.00016276041666666666));
#else
    costate_vec t = (((((((COSTATE_C(0.11723178623876518) * z + COSTATE_C(0.11706236339491206)) * z +
                          COSTATE_C(0.1333480469384731)) *
                             z +
                         COSTATE_C(0.1538459496251843)) *
                            z +
                        COSTATE_C(0.18181818335392802)) *
                           z +
                       COSTATE_C(0.22222222221655885)) *
                          z +
                      COSTATE_C(0.28571428571429364)) *
                         z +
                     COSTATE_C(0.4)) *
                    z;
    costate_pair inner =
        costate_pair_sum(costate_splat(COSTATE_C(0.6666666567325592)), t + COSTATE_C(9.934107462565104e-09));
#endif
    inner = costate_pair_product(square, inner);
    t = inner.tail;
    inner = costate_pair_sum(costate_splat(COSTATE_C(2.0)), inner.head);
    inner.tail = inner.tail + t;
    costate_pair y = costate_pair_product(s, inner);
    f = k * COSTATE_LN2_HEAD;
    sum = COSTATE_ROUNDED(f + y.head);
    return costate_pair_sum(sum, ((f - sum) + y.head) + (y.tail + k * COSTATE_LN2_TAIL));
}

/*@ vec_pow log_pair exp_range exp_clamped */
/* Where y is an integer all bits set, and in *odd where it is an odd one, for y >= 0. */
COSTATE_INLINE costate_int costate_integers(costate_vec y, costate_int *odd)
{
    costate_vec large = costate_splat(COSTATE_INTEGER);
    costate_int below = COSTATE_LESS(y, large);
    costate_vec shifted = COSTATE_ROUNDED(y + large);
    costate_vec parity = costate_select(below, shifted, y);
    costate_int integer = COSTATE_EQUAL(costate_select(below, shifted - large, y), y);
    *odd = (costate_splat_int(0) - (COSTATE_AS_INT(parity) & 1)) & integer & COSTATE_LESS(y, large + large);
    return integer;
}

/* x^y = exp(y log|x|) with the sign of an odd power, and the special cases of C99. Error: 0.74 / 0.77 ulp. */
COSTATE_ELEMENTARY costate_vec costate_vec_pow(costate_vec x, costate_vec y)
{
    costate_vec zero = costate_splat(COSTATE_C(0.0)), one = costate_splat(COSTATE_C(1.0));
    costate_vec a = costate_magnitude(x), b = costate_magnitude(y);
    costate_pair logarithm = costate_log_pair(a), exponent;
    costate_int odd, integer = costate_integers(b, &odd);
    exponent.head = costate_leading(y);
    exponent.tail = y - exponent.head;
    costate_pair product = costate_pair_product(exponent, logarithm);
    /* At 0, infinity and NaN only the sign of the logarithm counts, and where the product leaves the range of exp. */
    costate_int ordinary = COSTATE_LESS(zero, a) & COSTATE_LESS(a, COSTATE_INFINITY);
    costate_vec plain =
        y * costate_select(ordinary, logarithm.head, costate_select(COSTATE_EQUAL(a, zero), -COSTATE_INFINITY, a));
    costate_int finite = COSTATE_LESS(costate_magnitude(plain), costate_splat(-COSTATE_EXP_LEAST));
    plain = costate_exp_range(plain);
    costate_vec z =
        costate_exp_clamped(costate_select(finite, product.head, plain), costate_select(finite, product.tail, zero));
    z = costate_select(COSTATE_EQUAL(a, one) & COSTATE_EQUAL(y, y), one, z);
    z = COSTATE_AS_VEC(COSTATE_AS_INT(z) ^ (COSTATE_AS_INT(x) & odd & COSTATE_SIGN));
    z = costate_select(COSTATE_LESS(x, zero) & COSTATE_LESS(a, COSTATE_INFINITY) & ~integer, COSTATE_NAN, z);
    return costate_select(COSTATE_EQUAL(x, one) | COSTATE_EQUAL(y, zero), one, z);
}

/*@ pow vec_pow */
/* z = x^y; z may be x or y. */
COSTATE_KERNEL void costate_pow(size_t n, costate_real *z, const costate_real *x, const costate_real *y)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_pow(COSTATE_LOAD(x + i), COSTATE_LOAD(y + i)));
}

/*@ vec_sqrt vector */
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_SQRT_X86     "sqrtps"
#define COSTATE_SQRT_ARM     "4s"
#define COSTATE_SQRT_LIBM    sqrtf
#define COSTATE_SQRT_BUILTIN __builtin_sqrtf
#else
#define COSTATE_SQRT_X86     "sqrtpd"
#define COSTATE_SQRT_ARM     "2d"
#define COSTATE_SQRT_LIBM    sqrt
#define COSTATE_SQRT_BUILTIN __builtin_sqrt
#endif

/* sqrt(x), rounded correctly, by the instruction for it; C has no vector form of it, and the scalar one would call libm
 * to set errno. */
#if defined(__GNUC__) && !defined(__TINYC__) && (defined(__SSE2__) || defined(__aarch64__)) && COSTATE_VECTOR_BYTES > 0
COSTATE_ELEMENTARY costate_vec costate_vec_sqrt(costate_vec x)
{
    costate_vec z;
#if defined(__aarch64__)
    __asm__("fsqrt %0." COSTATE_SQRT_ARM ", %1." COSTATE_SQRT_ARM : "=w"(z) : "w"(x));
#elif defined(__AVX512F__)
    __asm__("v" COSTATE_SQRT_X86 " %1, %0" : "=v"(z) : "v"(x));
#elif defined(__AVX__)
    __asm__("v" COSTATE_SQRT_X86 " %1, %0" : "=x"(z) : "x"(x));
#else
    __asm__(COSTATE_SQRT_X86 " %1, %0" : "=x"(z) : "x"(x));
#endif
    return z;
}
#else
#if defined(__GNUC__) && !defined(__TINYC__)
#define COSTATE_SQRT(x) COSTATE_SQRT_BUILTIN(x)
#else
#if defined(__cplusplus)
extern "C"
#endif
    costate_real COSTATE_SQRT_LIBM(costate_real);
#define COSTATE_SQRT(x) COSTATE_SQRT_LIBM(x)
#endif

COSTATE_ELEMENTARY costate_vec costate_vec_sqrt(costate_vec x)
{
    costate_real *lane = (costate_real *)&x;
    for (size_t i = 0; i < sizeof x / sizeof *lane; i++)
        lane[i] = COSTATE_SQRT(lane[i]);
    return x;
}
#endif

/*@ sqrt vec_sqrt */
/* z = sqrt(x); z may be x. */
COSTATE_KERNEL void costate_sqrt(size_t n, costate_real *z, const costate_real *x)
{
    for (size_t i = 0; i < n; i += COSTATE_LANES)
        COSTATE_STORE(z + i, costate_vec_sqrt(COSTATE_LOAD(x + i)));
}

/*@ end */
#endif

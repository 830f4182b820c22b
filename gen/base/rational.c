#include "gen/base/rational.h"

#include <ctype.h>
#include <float.h>
#include <gmp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct Rational {
    mpq_t value;
    Arena *arena;
};

/* GMP takes its memory through global hooks; pointing them at the arena of the operation under way means that
 * nothing needs clearing, not even when the arena jumps to its recovery point. */
static _Thread_local Arena *current;

static void *allocate(size_t size)
{
    return arena_alloc(current, size);
}

static void *reallocate(void *old, size_t old_size, size_t new_size)
{
    return new_size <= old_size ? old : arena_grow(current, old, old_size, new_size);
}

static void release(void *block, size_t size)
{
    (void)block;
    (void)size;
}

/* What GMP allocated with before; set while it allocates from an arena. */
static struct {
    void *(*allocate)(size_t);
    void *(*reallocate)(void *, size_t, size_t);
    void (*release)(void *, size_t);
} found;

static void use(Arena *arena)
{
    if (!found.allocate)
        mp_get_memory_functions(&found.allocate, &found.reallocate, &found.release);
    current = arena;
    mp_set_memory_functions(allocate, reallocate, release);
}

void rational_leave(void)
{
    if (found.allocate)
        mp_set_memory_functions(found.allocate, found.reallocate, found.release);
    found.allocate = NULL;
}

static Rational *begin(Arena *arena)
{
    use(arena);
    Rational *result = ARENA_NEW(arena, Rational);
    result->arena = arena;
    mpq_init(result->value);
    return result;
}

const Rational *rational_integer(Arena *arena, long value)
{
    return rational_ratio(arena, value, 1);
}

const Rational *rational_ratio(Arena *arena, long numerator, long denominator)
{
    Rational *result = begin(arena);
    mpz_set_si(mpq_numref(result->value), numerator);
    mpz_set_si(mpq_denref(result->value), denominator);
    mpq_canonicalize(result->value);
    return result;
}

const Rational *rational_from_double(Arena *arena, double value)
{
    Rational *result = begin(arena);
    mpq_set_d(result->value, value);
    return result;
}

/* Copies an integer of text to *out, without blanks and "+"; returns what follows it, or NULL. */
static const char *copy_integer(const char *text, char **out)
{
    while (isspace((unsigned char)*text))
        text++;
    if (*text == '-')
        *(*out)++ = *text++;
    else if (*text == '+')
        text++;
    if (!isdigit((unsigned char)*text))
        return NULL;
    while (isdigit((unsigned char)*text))
        *(*out)++ = *text++;
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

const Rational *rational_parse(Arena *arena, const char *text)
{
    char digits[104], *out = digits;
    if (strlen(text) > 100)
        return NULL;
    text = copy_integer(text, &out);
    if (text && *text == '/') {
        *out++ = '/';
        text = copy_integer(text + 1, &out);
    }
    if (!text || *text)
        return NULL;
    *out = '\0';
    Rational *result = begin(arena);
    if (mpq_set_str(result->value, digits, 10) != 0 || mpz_sgn(mpq_denref(result->value)) == 0)
        return NULL;
    mpq_canonicalize(result->value);
    return result;
}

const Rational *rational_add(Arena *arena, const Rational *a, const Rational *b)
{
    Rational *result = begin(arena);
    mpq_add(result->value, a->value, b->value);
    return result;
}

const Rational *rational_subtract(Arena *arena, const Rational *a, const Rational *b)
{
    Rational *result = begin(arena);
    mpq_sub(result->value, a->value, b->value);
    return result;
}

const Rational *rational_multiply(Arena *arena, const Rational *a, const Rational *b)
{
    Rational *result = begin(arena);
    mpq_mul(result->value, a->value, b->value);
    return result;
}

const Rational *rational_divide(Arena *arena, const Rational *a, const Rational *b)
{
    Rational *result = begin(arena);
    mpq_div(result->value, a->value, b->value);
    return result;
}

int rational_compare(const Rational *a, const Rational *b)
{
    return mpq_cmp(a->value, b->value);
}

int rational_sign(const Rational *a)
{
    return mpq_sgn(a->value);
}

bool rational_equals(const Rational *a, long numerator, long denominator)
{
    return mpz_cmp_si(mpq_numref(a->value), numerator) == 0 && mpz_cmp_si(mpq_denref(a->value), denominator) == 0;
}

/* GMP truncates, so rounding is left to the conversion that the hardware does: a = mantissa * 2^exponent, with more
 * bits than a double holds and an odd last bit where anything was cut off. */
static int64_t mantissa_of(const Rational *a, int *exponent)
{
    use(a->arena);
    mpz_t absolute, scaled, quotient, remainder;
    mpz_inits(absolute, scaled, quotient, remainder, NULL);
    mpz_abs(absolute, mpq_numref(a->value));
    long size = (long)mpz_sizeinbase(mpq_numref(a->value), 2) - (long)mpz_sizeinbase(mpq_denref(a->value), 2);
    long shift = 61 - size;
    if (shift >= 0) {
        mpz_mul_2exp(scaled, absolute, (mp_bitcnt_t)shift);
        mpz_tdiv_qr(quotient, remainder, scaled, mpq_denref(a->value));
    } else {
        mpz_mul_2exp(scaled, mpq_denref(a->value), (mp_bitcnt_t)-shift);
        mpz_tdiv_qr(quotient, remainder, absolute, scaled);
    }
    if (mpz_sgn(remainder) != 0)
        mpz_setbit(quotient, 0);
    int64_t mantissa = mpz_get_si(quotient);
    mpz_clears(absolute, scaled, quotient, remainder, NULL);
    *exponent = shift > 3000 ? -3000 : shift < -3000 ? 3000 : (int)-shift;
    return rational_sign(a) < 0 ? -mantissa : mantissa;
}

/* The multiple of 2^bits nearest to value, ties to even. |value| < 2^62. */
static int64_t round_bits(int64_t value, int bits)
{
    if (bits > 62)
        return 0;
    int64_t unit = (int64_t)1 << bits, size = value < 0 ? -value : value, rest = size % unit, lower = size - rest;
    bool up = rest > unit / 2 || (rest == unit / 2 && lower / unit % 2);
    int64_t rounded = lower + (up ? unit : 0);
    return value < 0 ? -rounded : rounded;
}

/* Subnormal numbers have fewer bits: those that they lack are rounded here, once and for all. */
double rational_to_double(const Rational *a)
{
    int exponent;
    int64_t mantissa = mantissa_of(a, &exponent);
    int lacking = DBL_MIN_EXP - DBL_MANT_DIG - exponent;
    if (lacking >= 62 - DBL_MANT_DIG)
        mantissa = round_bits(mantissa, lacking);
    return ldexp((double)mantissa, exponent);
}

float rational_to_float(const Rational *a)
{
    int exponent;
    int64_t mantissa = mantissa_of(a, &exponent);
    int lacking = FLT_MIN_EXP - FLT_MANT_DIG - exponent;
    if (lacking >= 62 - FLT_MANT_DIG)
        mantissa = round_bits(mantissa, lacking);
    return ldexpf((float)mantissa, exponent);
}

/* sqrt(p / q) = sqrt(p q) / q. */
void rational_square_root(Arena *arena, const Rational *a, const Rational **root, const Rational **radicand)
{
    Rational *outside = begin(arena), *inside = begin(arena);
    mpz_t square, under, factor;
    mpz_inits(square, under, factor, NULL);
    mpz_mul(under, mpq_numref(a->value), mpq_denref(a->value));
    mpz_set_ui(factor, 1);
    for (unsigned long d = 2; d <= 10000 && mpz_cmp_ui(under, d * d) >= 0; d++)
        while (mpz_divisible_ui_p(under, d * d)) {
            mpz_divexact_ui(under, under, d * d);
            mpz_mul_ui(factor, factor, d);
        }
    if (mpz_sgn(under) > 0 && mpz_perfect_square_p(under)) {
        mpz_sqrt(square, under);
        mpz_mul(factor, factor, square);
        mpz_set_ui(under, 1);
    }
    mpz_set(mpq_numref(outside->value), factor);
    mpz_set(mpq_denref(outside->value), mpq_denref(a->value));
    mpq_canonicalize(outside->value);
    mpz_set(mpq_numref(inside->value), under);
    mpz_clears(square, under, factor, NULL);
    *root = outside;
    *radicand = inside;
}

const Rational *rational_floor(Arena *arena, const Rational *a)
{
    Rational *result = begin(arena);
    mpz_fdiv_q(mpq_numref(result->value), mpq_numref(a->value), mpq_denref(a->value));
    return result;
}

const Rational *rational_denominator(Arena *arena, const Rational *a)
{
    Rational *result = begin(arena);
    mpz_set(mpq_numref(result->value), mpq_denref(a->value));
    return result;
}

bool rational_parts(const Rational *a, long limit, long *numerator, long *denominator)
{
    if (mpz_cmpabs_ui(mpq_numref(a->value), (unsigned long)limit) > 0 ||
        mpz_cmpabs_ui(mpq_denref(a->value), (unsigned long)limit) > 0)
        return false;
    *numerator = mpz_get_si(mpq_numref(a->value));
    *denominator = mpz_get_si(mpq_denref(a->value));
    return true;
}

size_t rational_bits(const Rational *a)
{
    return mpz_sizeinbase(mpq_numref(a->value), 2) + mpz_sizeinbase(mpq_denref(a->value), 2);
}

void rational_text(Text *text, const Rational *a)
{
    use(a->arena);
    char *digits = arena_alloc(text->arena,
                               mpz_sizeinbase(mpq_numref(a->value), 10) + mpz_sizeinbase(mpq_denref(a->value), 10) + 3);
    text_add(text, mpq_get_str(digits, 10, a->value));
}

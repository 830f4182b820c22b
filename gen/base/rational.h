/* rational: exact rational numbers (GMP). Values are immutable and live in an arena. */
#ifndef COSTATE_RATIONAL_H
#define COSTATE_RATIONAL_H

#include "gen/base/text.h"

typedef struct Rational Rational;

const Rational *rational_integer(Arena *arena, long value);

/* numerator / denominator; denominator != 0. */
const Rational *rational_ratio(Arena *arena, long numerator, long denominator);

/* The exact value of a finite double (every one is a dyadic fraction). */
const Rational *rational_from_double(Arena *arena, double value);

/* "1/6", "-3", "+2/4" (blanks around the parts are allowed); NULL when text is no such thing, when the denominator
 * is 0 or when it has more than 100 characters. */
const Rational *rational_parse(Arena *arena, const char *text);

const Rational *rational_add(Arena *arena, const Rational *a, const Rational *b);
const Rational *rational_subtract(Arena *arena, const Rational *a, const Rational *b);
const Rational *rational_multiply(Arena *arena, const Rational *a, const Rational *b);

/* a / b; b must not be zero. */
const Rational *rational_divide(Arena *arena, const Rational *a, const Rational *b);

/* Negative, zero or positive, as a - b is. */
int rational_compare(const Rational *a, const Rational *b);
int rational_sign(const Rational *a);
bool rational_equals(const Rational *a, long numerator, long denominator);

/* The nearest double (or float), ties to even; an infinity beyond the range. */
double rational_to_double(const Rational *a);
float rational_to_float(const Rational *a);

/* Numerator and denominator when both are integers of at most limit in absolute value; false otherwise. */
bool rational_parts(const Rational *a, long limit, long *numerator, long *denominator);

/* The number of bits of numerator and denominator together: a measure of how unwieldy it has become. */
size_t rational_bits(const Rational *a);

/* a >= 0 is root^2 * radicand with an integer radicand that no square of a number up to 10,000 divides; where a is a
 * square it is 1 (0 where a is 0). */
void rational_square_root(Arena *arena, const Rational *a, const Rational **root, const Rational **radicand);

/* The greatest integer that is at most a. */
const Rational *rational_floor(Arena *arena, const Rational *a);

/* The denominator, which is positive. */
const Rational *rational_denominator(Arena *arena, const Rational *a);

/* "-1/3" or "2". */
void rational_text(Text *text, const Rational *a);

/* Lets GMP allocate as it did before the first rational, for a program that uses it for itself. */
void rational_leave(void);

#endif

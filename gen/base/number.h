/* number: exact real numbers: rationals, and elements of Q(r), the rationals extended by one real algebraic number r.
 * Values are immutable and live in an arena. An operation takes numbers of one field (number_share_field); rationals
 * are in every one. */
#ifndef COSTATE_NUMBER_H
#define COSTATE_NUMBER_H

#include "gen/base/text.h"

typedef struct Number Number;

const Number *number_integer(Arena *arena, long value);

/* numerator / denominator; denominator != 0. */
const Number *number_ratio(Arena *arena, long numerator, long denominator);

/* The exact value of a finite double (every one is a dyadic fraction). */
const Number *number_from_double(Arena *arena, double value);

/* The rational "1/6", "-3", "+2/4" (blanks around the parts are allowed); NULL when text is no such thing, when the
 * denominator is 0 or when it has more than 100 characters. */
const Number *number_parse(Arena *arena, const char *text);

/* The square root of a rational a >= 0: s r, where r^2 is an integer without square factors (but large ones). */
const Number *number_square_root(Arena *arena, const Number *a);

/* The root between the rationals low < high of the polynomial coefficients[0] + coefficients[1] x + ... (rationals,
 * the last of the `count` not zero); NULL where it has another number of roots there than one, which *roots tells.
 * Roots of degree one and two are rational numbers and square roots. */
const Number *number_root(Arena *arena, size_t count, const Number *const *coefficients, const Number *low,
                          const Number *high, size_t *roots);

/* Is there a field that has both, one of them rational or their roots the same? */
bool number_share_field(const Number *a, const Number *b);

bool number_is_rational(const Number *a);

const Number *number_add(Arena *arena, const Number *a, const Number *b);
const Number *number_subtract(Arena *arena, const Number *a, const Number *b);
const Number *number_multiply(Arena *arena, const Number *a, const Number *b);

/* a / b; b must not be zero. */
const Number *number_divide(Arena *arena, const Number *a, const Number *b);

/* Negative, zero or positive, as a - b is. Decided exactly: see number.c. */
int number_compare(const Number *a, const Number *b);
int number_sign(const Number *a);
bool number_equals(const Number *a, long numerator, long denominator);

/* The same without a field in common: a graph may hold constants of several. */
bool number_same(const Number *a, const Number *b);

/* The nearest double (or float), ties to even; an infinity beyond the range. */
double number_to_double(const Number *a);
float number_to_float(const Number *a);

/* Numerator and denominator when both are integers of at most limit in absolute value; false otherwise. */
bool number_parts(const Number *a, long limit, long *numerator, long *denominator);

/* The number of bits of all numerators and denominators: a measure of how unwieldy it has become. */
size_t number_bits(const Number *a);

/* "-1/3", "1/4 - root(3)/6", or in r, which number_field_text tells: "1 - 3/2*r + r^2". */
void number_text(Text *text, const Number *a);

/* "root("x^3 - 3*x^2 + 3/2*x - 1/6", 2/5, 1/2)" where number_text writes r; false, and nothing, where it does not. */
bool number_field_text(Text *text, const Number *a);

/* Equal numbers have equal hashes. */
uint64_t number_hash(uint64_t hash, const Number *a);

#endif

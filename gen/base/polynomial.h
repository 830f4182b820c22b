/* polynomial: polynomials in one variable over an exact field. */
#ifndef COSTATE_POLYNOMIAL_H
#define COSTATE_POLYNOMIAL_H

#include "gen/base/number.h"

/* coefficients[k] of x^k, k < count; the last is not zero, and count 0 is the polynomial 0. */
typedef struct {
    size_t count;
    const Number *const *coefficients;
} Polynomial;

enum { POLYNOMIAL_HIGHEST_DEGREE = 16 };

/* Of these coefficients, without the last ones that are zero. */
Polynomial polynomial_new(size_t count, const Number *const *coefficients);

/* The polynomial of degree 0, or 0. */
Polynomial polynomial_constant(Arena *arena, const Number *value);

/* "x^3 - 3*x^2 + 3/2*x - 1/6": a sum of terms c, c*x, c*x^n with rational c; false when text is no such thing or of a
 * degree above POLYNOMIAL_HIGHEST_DEGREE. */
bool polynomial_parse(Arena *arena, const char *text, Polynomial *result);

Polynomial polynomial_add(Arena *arena, Polynomial a, Polynomial b);
Polynomial polynomial_subtract(Arena *arena, Polynomial a, Polynomial b);
Polynomial polynomial_scale(Arena *arena, const Number *factor, Polynomial a);
Polynomial polynomial_multiply(Arena *arena, Polynomial a, Polynomial b);

/* a = quotient b + remainder; b is not 0. Each may be NULL. */
void polynomial_divide(Arena *arena, Polynomial a, Polynomial b, Polynomial *quotient, Polynomial *remainder);

Polynomial polynomial_derivative(Arena *arena, Polynomial a);

/* The greatest common divisor, monic; of 0 and 0 it is 0. */
Polynomial polynomial_gcd(Arena *arena, Polynomial a, Polynomial b);

/* With all roots of a, each once; monic. */
Polynomial polynomial_squarefree(Arena *arena, Polynomial a);

/* With the roots of a whose multiplicity is odd, each once (Yun's decomposition). */
Polynomial polynomial_odd_part(Arena *arena, Polynomial a);

const Number *polynomial_value(Arena *arena, Polynomial a, const Number *x);

/* The number of real roots, each counted once, in low < x < high; NULL is an infinity (Sturm). a is not 0. */
size_t polynomial_roots(Arena *arena, Polynomial a, const Number *low, const Number *high);

/* In the variable of that name: falling "3/2*x^2 - 1", as polynomial_parse reads it, or rising "-1 + 3*x^2/2", as Lua
 * does. Coefficients are rational. */
void polynomial_text(Text *text, Polynomial a, const char *variable, bool falling);

#endif

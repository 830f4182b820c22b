#include "gen/base/polynomial.h"

#include <ctype.h>
#include <string.h>

Polynomial polynomial_new(size_t count, const Number *const *coefficients)
{
    while (count && number_sign(coefficients[count - 1]) == 0)
        count--;
    return (Polynomial){count, coefficients};
}

Polynomial polynomial_constant(Arena *arena, const Number *value)
{
    const Number **coefficients = ARENA_ARRAY(arena, 1, const Number *);
    coefficients[0] = value;
    return polynomial_new(1, coefficients);
}

static const Number *leading(Polynomial a)
{
    return a.coefficients[a.count - 1];
}

static const Number **zeros(Arena *arena, size_t count)
{
    const Number **coefficients = ARENA_ARRAY(arena, count, const Number *), *zero = number_integer(arena, 0);
    for (size_t k = 0; k < count; k++)
        coefficients[k] = zero;
    return coefficients;
}

/* ---- text ---- */

/* What is ahead, behind blanks. */
static char peek(const char **at)
{
    while (isspace((unsigned char)**at))
        (*at)++;
    return **at;
}

/* "3/2", where there are digits; 1 where there are none. NULL: too long, or a denominator of 0. */
static const Number *parse_coefficient(Arena *arena, const char **at)
{
    if (!isdigit((unsigned char)peek(at)))
        return number_integer(arena, 1);
    size_t length = strspn(*at, "0123456789/");
    const char *digits = arena_string(arena, *at, length);
    *at += length;
    return number_parse(arena, digits);
}

/* "x^3", "x" or nothing: the power; SIZE_MAX where there is something else. */
static size_t parse_power(const char **at, bool required)
{
    size_t power = 0;
    if (peek(at) != 'x')
        return required ? SIZE_MAX : 0;
    (*at)++;
    if (peek(at) != '^')
        return 1;
    (*at)++;
    if (!isdigit((unsigned char)peek(at)))
        return SIZE_MAX;
    while (isdigit((unsigned char)**at) && power <= POLYNOMIAL_HIGHEST_DEGREE)
        power = 10 * power + (size_t)(*(*at)++ - '0');
    return power;
}

/* A term with its sign, which the first one may lack, is added to the coefficients. */
static bool parse_term(Arena *arena, const char **at, bool first, const Number **coefficients)
{
    char sign = peek(at);
    bool signed_ = sign == '+' || sign == '-';
    if (!signed_ && !first)
        return false;
    *at += signed_;
    bool counted = isdigit((unsigned char)peek(at));
    const Number *coefficient = parse_coefficient(arena, at);
    bool times = counted && peek(at) == '*';
    *at += times;
    size_t power = parse_power(at, !counted || times);
    if (!coefficient || power > POLYNOMIAL_HIGHEST_DEGREE)
        return false;
    coefficients[power] = sign == '-' ? number_subtract(arena, coefficients[power], coefficient)
                                      : number_add(arena, coefficients[power], coefficient);
    return true;
}

bool polynomial_parse(Arena *arena, const char *text, Polynomial *result)
{
    const Number **coefficients = zeros(arena, POLYNOMIAL_HIGHEST_DEGREE + 1);
    bool first = true;
    for (; peek(&text) || first; first = false)
        if (!parse_term(arena, &text, first, coefficients))
            return false;
    *result = polynomial_new(POLYNOMIAL_HIGHEST_DEGREE + 1, coefficients);
    return true;
}

/* A term with its sign, which is apart from it but for the first one: "- 3/2*x^2", or as Lua reads it, "- 3*x^2/2". */
static void term_text(Text *text, const Number *coefficient, const char *variable, size_t power, bool first, bool lua)
{
    bool negative = number_sign(coefficient) < 0;
    const Number *size =
        negative ? number_subtract(text->arena, number_integer(text->arena, 0), coefficient) : coefficient;
    text_add(text, first ? (negative ? "-" : "") : negative ? " - " : " + ");
    Text digits = text_new(text->arena);
    number_text(&digits, size);
    const char *slash = strchr(digits.data, '/');
    size_t before = slash && lua ? (size_t)(slash - digits.data) : digits.length;
    if (!power) {
        text_add(text, digits.data);
        return;
    }
    if (before != 1 || digits.data[0] != '1')
        text_format(text, "%.*s*", (int)before, digits.data);
    text_add(text, variable);
    if (power > 1)
        text_format(text, "^%zu", power);
    text_add(text, digits.data + before);
}

void polynomial_text(Text *text, Polynomial a, const char *variable, bool falling)
{
    bool first = true;
    for (size_t k = 0; k < a.count; k++) {
        size_t power = falling ? a.count - 1 - k : k;
        if (number_sign(a.coefficients[power]) == 0)
            continue;
        term_text(text, a.coefficients[power], variable, power, first, !falling);
        first = false;
    }
    if (first)
        text_add(text, "0");
}

/* ---- arithmetic ---- */

static const Number *coefficient(Arena *arena, Polynomial a, size_t k)
{
    return k < a.count ? a.coefficients[k] : number_integer(arena, 0);
}

static Polynomial combine(Arena *arena, Polynomial a, Polynomial b,
                          const Number *(*operation)(Arena *, const Number *, const Number *))
{
    size_t count = a.count > b.count ? a.count : b.count;
    const Number **sum = zeros(arena, count);
    for (size_t k = 0; k < count; k++)
        sum[k] = operation(arena, coefficient(arena, a, k), coefficient(arena, b, k));
    return polynomial_new(count, sum);
}

Polynomial polynomial_add(Arena *arena, Polynomial a, Polynomial b)
{
    return combine(arena, a, b, number_add);
}

Polynomial polynomial_subtract(Arena *arena, Polynomial a, Polynomial b)
{
    return combine(arena, a, b, number_subtract);
}

Polynomial polynomial_scale(Arena *arena, const Number *factor, Polynomial a)
{
    const Number **scaled = zeros(arena, a.count);
    for (size_t k = 0; k < a.count; k++)
        scaled[k] = number_multiply(arena, factor, a.coefficients[k]);
    return polynomial_new(a.count, scaled);
}

Polynomial polynomial_multiply(Arena *arena, Polynomial a, Polynomial b)
{
    size_t count = a.count && b.count ? a.count + b.count - 1 : 0;
    const Number **product = zeros(arena, count);
    for (size_t i = 0; count && i < a.count; i++)
        for (size_t j = 0; j < b.count; j++)
            product[i + j] =
                number_add(arena, product[i + j], number_multiply(arena, a.coefficients[i], b.coefficients[j]));
    return polynomial_new(count, product);
}

void polynomial_divide(Arena *arena, Polynomial a, Polynomial b, Polynomial *quotient, Polynomial *remainder)
{
    size_t count = a.count >= b.count ? a.count - b.count + 1 : 0;
    const Number **rest = zeros(arena, a.count), **factors = zeros(arena, count);
    memcpy(rest, a.coefficients, a.count * sizeof *rest);
    for (size_t k = count; k-- > 0;) {
        factors[k] = number_divide(arena, rest[k + b.count - 1], leading(b));
        for (size_t i = 0; i < b.count; i++)
            rest[k + i] = number_subtract(arena, rest[k + i], number_multiply(arena, factors[k], b.coefficients[i]));
    }
    if (quotient)
        *quotient = polynomial_new(count, factors);
    if (remainder)
        *remainder = polynomial_new(count ? b.count - 1 : a.count, rest);
}

Polynomial polynomial_derivative(Arena *arena, Polynomial a)
{
    const Number **derivative = zeros(arena, a.count);
    for (size_t k = 1; k < a.count; k++)
        derivative[k - 1] = number_multiply(arena, number_integer(arena, (long)k), a.coefficients[k]);
    return polynomial_new(a.count ? a.count - 1 : 0, derivative);
}

static Polynomial monic(Arena *arena, Polynomial a)
{
    return a.count ? polynomial_scale(arena, number_divide(arena, number_integer(arena, 1), leading(a)), a) : a;
}

Polynomial polynomial_gcd(Arena *arena, Polynomial a, Polynomial b)
{
    while (b.count) {
        Polynomial rest;
        polynomial_divide(arena, a, b, NULL, &rest);
        a = b;
        b = monic(arena, rest);
    }
    return monic(arena, a);
}

static Polynomial over(Arena *arena, Polynomial a, Polynomial b)
{
    Polynomial quotient;
    polynomial_divide(arena, a, b, &quotient, NULL);
    return quotient;
}

Polynomial polynomial_squarefree(Arena *arena, Polynomial a)
{
    return monic(arena, over(arena, a, polynomial_gcd(arena, a, polynomial_derivative(arena, a))));
}

/* b holds the roots of multiplicity k and more, of which its divisor by d those of exactly k. */
Polynomial polynomial_odd_part(Arena *arena, Polynomial a)
{
    const Polynomial derivative = polynomial_derivative(arena, a), common = polynomial_gcd(arena, a, derivative);
    Polynomial b = over(arena, a, common), c = over(arena, derivative, common),
               odd = polynomial_constant(arena, number_integer(arena, 1));
    for (size_t k = 1; b.count > 1; k++) {
        Polynomial d = polynomial_subtract(arena, c, polynomial_derivative(arena, b));
        const Polynomial exactly = polynomial_gcd(arena, b, d);
        if (k % 2)
            odd = polynomial_multiply(arena, odd, exactly);
        b = over(arena, b, exactly);
        c = over(arena, d, exactly);
    }
    return odd;
}

const Number *polynomial_value(Arena *arena, Polynomial a, const Number *x)
{
    const Number *value = number_integer(arena, 0);
    for (size_t k = a.count; k-- > 0;)
        value = number_add(arena, number_multiply(arena, value, x), a.coefficients[k]);
    return value;
}

/* ---- Sturm ---- */

/* The sign at x, or where that is NULL at an infinity. */
static int sign_at(Arena *arena, Polynomial a, const Number *x, bool below)
{
    if (x)
        return number_sign(polynomial_value(arena, a, x));
    int sign = number_sign(leading(a));
    return below && a.count % 2 == 0 ? -sign : sign;
}

/* Changes of sign in the chain a, b, -(a mod b), ... */
static size_t variations(Arena *arena, size_t count, const Polynomial *chain, const Number *x, bool below)
{
    size_t changes = 0;
    int last = 0;
    for (size_t k = 0; k < count; k++) {
        int sign = sign_at(arena, chain[k], x, below);
        changes += sign && last && sign != last;
        last = sign ? sign : last;
    }
    return changes;
}

size_t polynomial_roots(Arena *arena, Polynomial a, const Number *low, const Number *high)
{
    const Polynomial plain = polynomial_squarefree(arena, a);
    const Number *minus = number_integer(arena, -1);
    Polynomial *chain = ARENA_ARRAY(arena, plain.count + 1, Polynomial);
    size_t count = 0;
    Polynomial next = polynomial_derivative(arena, plain);
    chain[count++] = plain;
    while (next.count) {
        Polynomial rest;
        chain[count] = next;
        polynomial_divide(arena, chain[count - 1], next, NULL, &rest);
        next = polynomial_scale(arena, minus, rest);
        count++;
    }
    size_t below = variations(arena, count, chain, low, true), above = variations(arena, count, chain, high, false);
    bool at_end = high && sign_at(arena, plain, high, false) == 0;
    return below - above - at_end;
}

/* An element of Q(r) is a polynomial in r with rational coefficients. The polynomial that r is a root of need not be
 * the least one: whether an element is zero is asked of the greatest common divisor of the two, which r is a root of or
 * not, and an inverse is taken modulo the factor that has r. So nothing is factored, and everything is exact. */
#include "gen/base/number.h"

#include "gen/base/polynomial.h"
#include "gen/base/rational.h"

/* Q(r): modulus is monic, square-free, and has r alone between low and high, none of which is a root of it. The
 * interval is narrowed when something needs it. */
typedef struct {
    Polynomial modulus;
    const Number *from, *to; /* the interval for people */
    const Number *low, *high;
    const char *name; /* of r: "root(3)" or "r" */
} Field;

struct Number {
    const Rational *rational; /* of one that is rational; else NULL */
    Field *field;
    Polynomial value; /* of r, of a degree below that of the modulus, and at least 1 */
    Arena *arena;
};

enum { WIDEST_BITS = 128 };

/* ---- rationals ---- */

static const Number *of_rational(Arena *arena, const Rational *rational)
{
    Number *number = ARENA_NEW(arena, Number);
    *number = (Number){.rational = rational, .arena = arena};
    return number;
}

const Number *number_integer(Arena *arena, long value)
{
    return of_rational(arena, rational_integer(arena, value));
}

const Number *number_ratio(Arena *arena, long numerator, long denominator)
{
    return of_rational(arena, rational_ratio(arena, numerator, denominator));
}

const Number *number_from_double(Arena *arena, double value)
{
    return of_rational(arena, rational_from_double(arena, value));
}

const Number *number_parse(Arena *arena, const char *text)
{
    const Rational *rational = rational_parse(arena, text);
    return rational ? of_rational(arena, rational) : NULL;
}

bool number_is_rational(const Number *a)
{
    return a->rational != NULL;
}

/* ---- the root ---- */

static const Number *middle(Arena *arena, const Number *low, const Number *high)
{
    return number_multiply(arena, number_add(arena, low, high), number_ratio(arena, 1, 2));
}

/* Halves the interval. The middle is not the root, which would be rational. */
static void narrow(Arena *arena, Field *field)
{
    const Number *at = middle(arena, field->low, field->high);
    bool above = number_sign(polynomial_value(arena, field->modulus, at)) ==
                 number_sign(polynomial_value(arena, field->modulus, field->low));
    if (above)
        field->low = at;
    else
        field->high = at;
}

/* Is the field's root one of a, a divisor of the modulus? It changes its sign there then, and not otherwise. */
static bool is_root_of(Arena *arena, const Field *field, Polynomial a)
{
    return a.count > 1 &&
           number_sign(polynomial_value(arena, a, field->low)) != number_sign(polynomial_value(arena, a, field->high));
}

static Field *field_new(Arena *arena, Polynomial modulus, const Number *low, const Number *high, const char *name)
{
    Field *field = ARENA_NEW(arena, Field);
    *field = (Field){modulus, low, high, low, high, name};
    return field;
}

/* The element with that value. */
static const Number *of_value(Arena *arena, Field *field, Polynomial value)
{
    if (value.count == 0)
        return number_integer(arena, 0);
    if (value.count == 1)
        return value.coefficients[0];
    Number *number = ARENA_NEW(arena, Number);
    *number = (Number){.field = field, .value = value, .arena = arena};
    return number;
}

/* r itself */
static const Number *generator(Arena *arena, Field *field)
{
    const Number **coefficients = ARENA_ARRAY(arena, 2, const Number *);
    coefficients[0] = number_integer(arena, 0);
    coefficients[1] = number_integer(arena, 1);
    return of_value(arena, field, (Polynomial){2, coefficients});
}

const Number *number_square_root(Arena *arena, const Number *a)
{
    const Rational *root, *radicand;
    rational_square_root(arena, a->rational, &root, &radicand);
    if (rational_equals(radicand, 1, 1) || rational_sign(radicand) == 0)
        return of_rational(arena, rational_multiply(arena, root, radicand));
    const Number **modulus = ARENA_ARRAY(arena, 3, const Number *), *under = of_rational(arena, radicand);
    modulus[0] = number_subtract(arena, number_integer(arena, 0), under);
    modulus[1] = number_integer(arena, 0);
    modulus[2] = number_integer(arena, 1);
    Text name = text_new(arena);
    text_add(&name, "root(");
    rational_text(&name, radicand);
    text_add(&name, ")");
    Field *field = field_new(arena, (Polynomial){3, modulus}, number_integer(arena, 0),
                             number_add(arena, under, number_integer(arena, 1)), name.data);
    return number_multiply(arena, of_rational(arena, root), generator(arena, field));
}

/* a without the root at x. */
static Polynomial deflate(Arena *arena, Polynomial a, const Number *x)
{
    if (number_sign(polynomial_value(arena, a, x)) != 0)
        return a;
    const Number *const factor[2] = {number_subtract(arena, number_integer(arena, 0), x), number_integer(arena, 1)};
    Polynomial quotient;
    polynomial_divide(arena, a, (Polynomial){2, factor}, &quotient, NULL);
    return quotient;
}

/* The root of a monic polynomial times the product of all denominators is an integer when it is rational. */
static const Number *rational_root(Arena *arena, const Polynomial *a, const Number **low, const Number **high)
{
    const Rational *scale = rational_integer(arena, 1);
    for (size_t k = 0; k < a->count; k++)
        scale = rational_multiply(arena, scale, rational_denominator(arena, a->coefficients[k]->rational));
    int below = number_sign(polynomial_value(arena, *a, *low));
    for (;;) {
        const Rational *first = rational_multiply(arena, scale, (*low)->rational),
                       *last = rational_multiply(arena, scale, (*high)->rational),
                       *whole = rational_add(arena, rational_floor(arena, first), rational_integer(arena, 1));
        if (rational_compare(whole, last) >= 0)
            return NULL;
        const Number *candidate = of_rational(arena, rational_divide(arena, whole, scale));
        if (number_sign(polynomial_value(arena, *a, candidate)) == 0)
            return candidate;
        const Number *at = middle(arena, *low, *high);
        int sign = number_sign(polynomial_value(arena, *a, at));
        if (sign == 0)
            return at;
        *(sign == below ? low : high) = at;
    }
}

/* The root of x^2 + b x + c in the interval: (-b -+ sqrt(b^2 - 4 c)) / 2. */
static const Number *quadratic_root(Arena *arena, Polynomial a, const Number *low, const Number *high)
{
    const Number *b = a.coefficients[1], *half = number_ratio(arena, 1, 2),
                 *vertex = number_multiply(arena, number_ratio(arena, -1, 2), b);
    const Number *discriminant = number_subtract(arena, number_multiply(arena, b, b),
                                                 number_multiply(arena, number_integer(arena, 4), a.coefficients[0]));
    const Number *radius = number_multiply(arena, half, number_square_root(arena, discriminant));
    const Number *upper = number_add(arena, vertex, radius);
    bool inside = number_compare(upper, low) > 0 && number_compare(upper, high) < 0;
    return inside ? upper : number_subtract(arena, vertex, radius);
}

const Number *number_root(Arena *arena, size_t count, const Number *const *coefficients, const Number *low,
                          const Number *high, size_t *roots)
{
    Polynomial a = polynomial_squarefree(arena, (Polynomial){count, coefficients});
    *roots = polynomial_roots(arena, a, low, high);
    if (*roots != 1)
        return NULL;
    a = deflate(arena, deflate(arena, a, low), high);
    if (a.count == 3)
        return quadratic_root(arena, a, low, high);
    const Number *from = low, *to = high, *rational = rational_root(arena, &a, &from, &to);
    return rational ? rational : generator(arena, field_new(arena, a, low, high, "r"));
}

/* ---- fields ---- */

static bool same_polynomial(Polynomial a, Polynomial b)
{
    for (size_t k = 0; a.count == b.count && k < a.count; k++)
        if (rational_compare(a.coefficients[k]->rational, b.coefficients[k]->rational) != 0)
            return false;
    return a.count == b.count;
}

/* The same root of the same polynomial: it lies in both intervals then. */
static bool same_field(Arena *arena, const Field *a, const Field *b)
{
    if (a == b)
        return true;
    if (!same_polynomial(a->modulus, b->modulus))
        return false;
    const Number *low = number_compare(a->low, b->low) > 0 ? a->low : b->low,
                 *high = number_compare(a->high, b->high) < 0 ? a->high : b->high;
    return number_compare(low, high) < 0 && number_sign(polynomial_value(arena, a->modulus, low)) !=
                                                number_sign(polynomial_value(arena, a->modulus, high));
}

bool number_share_field(const Number *a, const Number *b)
{
    return a->rational || b->rational || same_field(a->arena, a->field, b->field);
}

static Field *field_of(const Number *a, const Number *b)
{
    return a->rational ? b->field : a->field;
}

static Polynomial value_of(Arena *arena, const Number *a)
{
    return a->rational ? polynomial_constant(arena, a) : a->value;
}

/* ---- arithmetic ---- */

const Number *number_add(Arena *arena, const Number *a, const Number *b)
{
    if (a->rational && b->rational)
        return of_rational(arena, rational_add(arena, a->rational, b->rational));
    return of_value(arena, field_of(a, b), polynomial_add(arena, value_of(arena, a), value_of(arena, b)));
}

const Number *number_subtract(Arena *arena, const Number *a, const Number *b)
{
    if (a->rational && b->rational)
        return of_rational(arena, rational_subtract(arena, a->rational, b->rational));
    return of_value(arena, field_of(a, b), polynomial_subtract(arena, value_of(arena, a), value_of(arena, b)));
}

/* The element whose value is a of any degree. */
static const Number *reduced(Arena *arena, Field *field, Polynomial a)
{
    Polynomial rest;
    polynomial_divide(arena, a, field->modulus, NULL, &rest);
    return of_value(arena, field, rest);
}

const Number *number_multiply(Arena *arena, const Number *a, const Number *b)
{
    if (a->rational && b->rational)
        return of_rational(arena, rational_multiply(arena, a->rational, b->rational));
    Field *field = field_of(a, b);
    return reduced(arena, field, polynomial_multiply(arena, value_of(arena, a), value_of(arena, b)));
}

/* s with s a = 1 modulo a factor of the modulus that has the root: Euclid's algorithm on modulus and a, which keeps
 * s a = rest. */
static Polynomial inverse(Arena *arena, const Field *field, Polynomial a)
{
    Polynomial modulus = field->modulus, common = polynomial_gcd(arena, a, modulus);
    if (common.count > 1)
        polynomial_divide(arena, modulus, common, &modulus, NULL);
    Polynomial before = modulus, rest = a, s_before = {0, NULL},
               s = polynomial_constant(arena, number_integer(arena, 1));
    while (rest.count > 1) {
        Polynomial quotient, next;
        polynomial_divide(arena, before, rest, &quotient, &next);
        const Polynomial s_next = polynomial_subtract(arena, s_before, polynomial_multiply(arena, quotient, s));
        before = rest;
        rest = next;
        s_before = s;
        s = s_next;
    }
    return polynomial_scale(arena, number_divide(arena, number_integer(arena, 1), rest.coefficients[0]), s);
}

const Number *number_divide(Arena *arena, const Number *a, const Number *b)
{
    if (a->rational && b->rational)
        return of_rational(arena, rational_divide(arena, a->rational, b->rational));
    if (b->rational)
        return number_multiply(arena, a,
                               of_rational(arena, rational_divide(arena, rational_integer(arena, 1), b->rational)));
    return number_multiply(arena, a, reduced(arena, b->field, inverse(arena, b->field, b->value)));
}

/* ---- bounds ---- */

/* low <= a <= high, rationals: Horner's scheme on the interval of the root. */
static void bound(const Number *a, const Number **low, const Number **high)
{
    Arena *arena = a->arena;
    *low = *high = number_integer(arena, 0);
    for (size_t k = a->value.count; k-- > 0;) {
        const Number *products[4] = {
            number_multiply(arena, *low, a->field->low), number_multiply(arena, *low, a->field->high),
            number_multiply(arena, *high, a->field->low), number_multiply(arena, *high, a->field->high)};
        const Number *least = products[0], *most = products[0];
        for (size_t i = 1; i < 4; i++) {
            least = number_compare(products[i], least) < 0 ? products[i] : least;
            most = number_compare(products[i], most) > 0 ? products[i] : most;
        }
        *low = number_add(arena, least, a->value.coefficients[k]);
        *high = number_add(arena, most, a->value.coefficients[k]);
    }
}

static bool is_zero(const Number *a)
{
    return is_root_of(a->arena, a->field, polynomial_gcd(a->arena, a->value, a->field->modulus));
}

int number_sign(const Number *a)
{
    if (a->rational)
        return rational_sign(a->rational);
    for (size_t k = 0;; k++) {
        const Number *low, *high;
        bound(a, &low, &high);
        if (rational_sign(low->rational) > 0 || rational_sign(high->rational) < 0)
            return rational_sign(low->rational) > 0 ? 1 : -1;
        if (k == WIDEST_BITS && is_zero(a))
            return 0;
        narrow(a->arena, a->field);
    }
}

int number_compare(const Number *a, const Number *b)
{
    if (a->rational && b->rational)
        return rational_compare(a->rational, b->rational);
    return number_sign(number_subtract(a->arena, a, b));
}

bool number_equals(const Number *a, long numerator, long denominator)
{
    if (a->rational)
        return rational_equals(a->rational, numerator, denominator);
    return number_compare(a, number_ratio(a->arena, numerator, denominator)) == 0;
}

bool number_same(const Number *a, const Number *b)
{
    return number_share_field(a, b) && number_compare(a, b) == 0;
}

/* A rational with the nearest doubles of a: a bound of an interval whose ends have one, or the number between two
 * doubles that a is. */
static const Rational *nearest(const Number *a)
{
    Arena *arena = a->arena;
    for (size_t k = 0; !a->rational; k++) {
        const Number *low, *high;
        bound(a, &low, &high);
        double below = rational_to_double(low->rational), above = rational_to_double(high->rational);
        bool as_float = rational_to_float(low->rational) == rational_to_float(high->rational);
        if (below == above && as_float && (below < 0) == (rational_sign(high->rational) < 0))
            return low->rational;
        const Number *tie = middle(arena, number_from_double(arena, below), number_from_double(arena, above));
        if (k >= WIDEST_BITS && number_compare(a, tie) == 0)
            return tie->rational;
        narrow(arena, a->field);
    }
    return a->rational;
}

double number_to_double(const Number *a)
{
    return rational_to_double(nearest(a));
}

float number_to_float(const Number *a)
{
    return rational_to_float(nearest(a));
}

bool number_parts(const Number *a, long limit, long *numerator, long *denominator)
{
    return a->rational && rational_parts(a->rational, limit, numerator, denominator);
}

size_t number_bits(const Number *a)
{
    size_t bits = a->rational ? rational_bits(a->rational) : 0;
    for (size_t k = 0; k < a->value.count; k++)
        bits += rational_bits(a->value.coefficients[k]->rational);
    return bits;
}

/* ---- text ---- */

void number_text(Text *text, const Number *a)
{
    if (a->rational)
        rational_text(text, a->rational);
    else
        polynomial_text(text, a->value, a->field->name, false);
}

bool number_field_text(Text *text, const Number *a)
{
    if (a->rational || a->field->modulus.count == 3)
        return false;
    text_add(text, "root(\"");
    polynomial_text(text, a->field->modulus, "x", true);
    text_add(text, "\", ");
    number_text(text, a->field->from);
    text_add(text, ", ");
    number_text(text, a->field->to);
    text_add(text, ")");
    return true;
}

/* By the nearest double, which does not depend on how a number is written. */
uint64_t number_hash(uint64_t hash, const Number *a)
{
    double value = number_to_double(a);
    return text_hash(hash, &value, sizeof value);
}

#include "gen/model/stability.h"

/* ---- R(z) ---- */

static const Number **multiply(Arena *arena, size_t s, const Number *const *a, const Number *const *b)
{
    const Number **product = ARENA_ARRAY(arena, s * s, const Number *);
    for (size_t i = 0; i < s; i++)
        for (size_t j = 0; j < s; j++) {
            const Number *sum = number_integer(arena, 0);
            for (size_t k = 0; k < s; k++)
                sum = number_add(arena, sum, number_multiply(arena, a[i * s + k], b[k * s + j]));
            product[i * s + j] = sum;
        }
    return product;
}

/* det(1 - z M) = 1 + c_1 z + ... + c_s z^s by Faddeev and LeVerrier: M_1 = M, c_k = -trace(M_k) / k,
 * M_(k+1) = M (M_k + c_k 1). */
static Polynomial determinant(Arena *arena, size_t s, const Number *const *m)
{
    const Number **c = ARENA_ARRAY(arena, s + 1, const Number *), **power = ARENA_ARRAY(arena, s * s, const Number *);
    c[0] = number_integer(arena, 1);
    for (size_t i = 0; i < s * s; i++)
        power[i] = m[i];
    for (size_t k = 1; k <= s; k++) {
        const Number *trace = number_integer(arena, 0);
        for (size_t i = 0; i < s; i++)
            trace = number_add(arena, trace, power[i * s + i]);
        c[k] = number_divide(arena, trace, number_integer(arena, -(long)k));
        for (size_t i = 0; i < s; i++)
            power[i * s + i] = number_add(arena, power[i * s + i], c[k]);
        power = multiply(arena, s, m, power);
    }
    return polynomial_new(s + 1, c);
}

Stability stability_of(Arena *arena, const Tableau *tableau)
{
    size_t s = tableau->stages;
    const Number **m = ARENA_ARRAY(arena, s * s, const Number *);
    for (size_t i = 0; i < s; i++)
        for (size_t j = 0; j < s; j++)
            m[i * s + j] = number_subtract(arena, tableau_a(tableau, i, j), tableau->b[j]);
    Polynomial numerator = determinant(arena, s, m), denominator = determinant(arena, s, tableau->a);
    const Polynomial common = polynomial_gcd(arena, numerator, denominator);
    polynomial_divide(arena, numerator, common, &numerator, NULL);
    polynomial_divide(arena, denominator, common, &denominator, NULL);
    const Number *scale = number_divide(arena, number_integer(arena, 1), denominator.coefficients[0]);
    return (Stability){polynomial_scale(arena, scale, numerator), polynomial_scale(arena, scale, denominator)};
}

const Number *stability_at_infinity(Arena *arena, const Stability *stability)
{
    size_t above = stability->numerator.count, below = stability->denominator.count;
    if (above != below)
        return above < below ? number_integer(arena, 0) : NULL;
    return number_divide(arena, stability->numerator.coefficients[above - 1],
                         stability->denominator.coefficients[below - 1]);
}

/* ---- A-stability ---- */

/* a(iy) a(-iy) as a polynomial in y^2: the sum over k, l of a_k a_l i^k (-i)^l y^(k+l), of which odd powers cancel. */
static Polynomial square_on_axis(Arena *arena, Polynomial a)
{
    const Number **square = ARENA_ARRAY(arena, a.count + 1, const Number *);
    for (size_t n = 0; n < a.count; n++) {
        square[n] = number_integer(arena, 0);
        for (size_t k = 0; k <= 2 * n; k++) {
            size_t l = 2 * n - k;
            if (k >= a.count || l >= a.count)
                continue;
            const Number *product = number_multiply(arena, a.coefficients[k], a.coefficients[l]);
            square[n] =
                (k + n) % 2 ? number_subtract(arena, square[n], product) : number_add(arena, square[n], product);
        }
    }
    return polynomial_new(a.count, square);
}

/* No root of a, a(0) = 1, has Re z <= 0: Routh's scheme of a(-z), whose first column is positive then. Its rows are
 * every second coefficient, from the highest and from the one below it on. */
static bool has_roots_on_the_right_alone(Arena *arena, Polynomial a)
{
    size_t degree = a.count - 1, width = degree / 2 + 1;
    const Number **above = ARENA_ARRAY(arena, width + 1, const Number *),
                 **row = ARENA_ARRAY(arena, width + 1, const Number *), *zero = number_integer(arena, 0);
    for (size_t k = 0; k <= width; k++)
        above[k] = row[k] = zero;
    long sign = degree % 2 ? -1 : 1;
    if (number_sign(a.coefficients[degree]) * sign < 0)
        return false;
    for (size_t k = 0; k <= degree; k++) {
        size_t power = degree - k;
        const Number *mirrored =
            number_multiply(arena, number_integer(arena, power % 2 ? -1 : 1), a.coefficients[power]);
        (k % 2 ? row : above)[k / 2] = mirrored;
    }
    for (size_t k = 0; k < degree; k++) {
        if (number_sign(row[0]) <= 0)
            return false;
        const Number **next = ARENA_ARRAY(arena, width + 1, const Number *),
                     *ratio = number_divide(arena, above[0], row[0]);
        next[width] = zero;
        for (size_t i = 0; i < width; i++)
            next[i] = number_subtract(arena, above[i + 1], number_multiply(arena, ratio, row[i + 1]));
        above = row;
        row = next;
    }
    return true;
}

bool stability_is_a_stable(Arena *arena, const Stability *stability)
{
    if (!has_roots_on_the_right_alone(arena, stability->denominator))
        return false;
    const Polynomial e = polynomial_subtract(arena, square_on_axis(arena, stability->denominator),
                                             square_on_axis(arena, stability->numerator));
    if (e.count == 0)
        return true;
    if (number_sign(e.coefficients[e.count - 1]) < 0)
        return false;
    return polynomial_roots(arena, polynomial_odd_part(arena, e), number_integer(arena, 0), NULL) == 0;
}

/* ---- text ---- */

/* "1 + z/2 + (1/4 - root(3)/12) z^2" */
static void in_z(Text *text, Polynomial a)
{
    for (size_t k = 0; k < a.count; k++) {
        const Number *coefficient = a.coefficients[k];
        if (number_sign(coefficient) == 0)
            continue;
        bool rational = number_is_rational(coefficient), negative = rational && number_sign(coefficient) < 0;
        const Number *shown =
            negative ? number_subtract(text->arena, number_integer(text->arena, 0), coefficient) : coefficient;
        text_add(text, k ? (negative ? " - " : " + ") : negative ? "-" : "");
        if (!k || !number_equals(shown, 1, 1)) {
            text_add(text, rational ? "" : "(");
            number_text(text, shown);
            text_add(text, rational ? (k ? " " : "") : k ? ") " : ")");
        }
        if (k)
            text_format(text, k > 1 ? "z^%zu" : "z", k);
    }
}

static void rational_function_text(Text *text, const Stability *stability)
{
    bool whole = stability->denominator.count == 1;
    text_add(text, whole ? "" : "(");
    in_z(text, stability->numerator);
    if (!whole) {
        text_add(text, ") / (");
        in_z(text, stability->denominator);
        text_add(text, ")");
    }
}

static void row_text(Text *text, const char *title, const char *says)
{
    text_format(text, "%-37s %s\n", title, says);
}

/* The work of stability_of: s products of matrices, whose numbers get about the digits of all that were multiplied. */
static bool is_workable(const Tableau *tableau)
{
    const double s = (double)tableau->stages, most = 3e8;
    double bits = 0;
    for (size_t i = 0; i < tableau->stages * tableau->stages; i++)
        bits += (double)number_bits(tableau->a[i]);
    return s * s * s * s * bits <= most;
}

static void function_rows(Text *text, const Tableau *tableau)
{
    Arena *arena = text->arena;
    if (!is_workable(tableau)) {
        row_text(text, "R(z)", "not computed: so many stages have too many digits");
        return;
    }
    const Stability stability = stability_of(arena, tableau);
    const Number *limit = stability_at_infinity(arena, &stability);
    Text function = text_new(arena), infinity = text_new(arena);
    rational_function_text(&function, &stability);
    if (limit)
        number_text(&infinity, limit);
    row_text(text, "R(z)", function.data);
    row_text(text, "R(infinity)", limit ? infinity.data : "infinite");
    row_text(text, "A-stable", stability_is_a_stable(arena, &stability) ? "yes" : "no");
}

void stability_text(Text *text, const Tableau *tableau)
{
    static const char *const structures[] = {[TABLEAU_EXPLICIT] = "explicit",
                                             [TABLEAU_DIAGONAL] = "diagonally implicit",
                                             [TABLEAU_SINGLY] = "singly diagonally implicit",
                                             [TABLEAU_FULL] = "fully implicit"};
    Arena *arena = text->arena;
    TableauStructure structure = tableau_structure(tableau);
    bool first_explicit = structure == TABLEAU_SINGLY && number_sign(tableau_a(tableau, 0, 0)) == 0;
    row_text(text, "structure",
             text_print(arena, "%s%s", structures[structure], first_explicit ? ", its first stage explicit" : ""));
    row_text(text, "symplectic itself", tableau_is_self_adjoint(arena, tableau) ? "yes" : "no");
    row_text(text, "stiffly accurate", tableau_is_stiffly_accurate(tableau) ? "yes" : "no");
    function_rows(text, tableau);
}

/* tableau: Butcher tableaus in exact rationals: their orders, their adjoint and the identities that tie the two. */
#ifndef COSTATE_TABLEAU_H
#define COSTATE_TABLEAU_H

#include "gen/base/diagnostics.h"
#include "gen/base/rational.h"

typedef struct {
    const char *name;
    size_t stages;
    const Rational **a; /* [stages][stages], strictly lower triangular */
    const Rational **b; /* [stages] */
    const Rational **c; /* [stages]: the row sums of a */
    size_t dropped;     /* stages of the input that nothing used */
} Tableau;

enum { TABLEAU_MOST_STAGES = 64, TABLEAU_HIGHEST_ORDER = 8, TABLEAU_HIGHEST_CONTROL_ORDER = 4 };

/* The tableau a[stages][stages], b[stages] without the stages that nothing uses (FSAL). NULL, with an error at a_place,
 * when it is implicit, or at b_place, when sum b != 1. */
const Tableau *tableau_new(Arena *arena, Diagnostics *diagnostics, Place a_place, Place b_place, const char *name,
                           size_t stages, const Rational *const *a, const Rational *const *b);

const Rational *tableau_a(const Tableau *tableau, size_t i, size_t j);

/* Do all weights differ from zero (so that an adjoint tableau exists), or are they all positive (so that Hager's
 * theory applies)? */
bool tableau_has_adjoint(const Tableau *tableau);
bool tableau_is_positive(const Tableau *tableau);

/* The adjoint coefficients a~_ij = b_j - b_j a_ji / b_i, [stages][stages] (b~ = b); NULL where some b_i = 0. */
const Rational **tableau_adjoint(Arena *arena, const Tableau *tableau);

/* Does b_i a~_ij + b_j a_ji - b_i b_j = 0 hold exactly for all i, j? adjoint as tableau_adjoint gives it. */
bool tableau_is_symplectic(Arena *arena, const Tableau *tableau, const Rational *const *adjoint);

/* The order for ordinary differential equations: sum_i b_i Phi_i(t) = 1/gamma(t) for every rooted tree t up to it
 * (Butcher); looked for up to TABLEAU_HIGHEST_ORDER. */
int tableau_order(Arena *arena, const Tableau *tableau);

/* The order for the optimal control problem by Hager's conditions (Numer. Math. 87, 2000), looked for up to
 * TABLEAU_HIGHEST_CONTROL_ORDER; 0 where some b_i <= 0, about which that theory says nothing. */
int tableau_control_order(Arena *arena, const Tableau *tableau);

/* The analysis for people: the tableau, its adjoint, orders and conditions. */
void tableau_text(Text *text, const Tableau *tableau);

#endif

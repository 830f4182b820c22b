/* tableau: Butcher tableaus in exact numbers: their orders, their adjoint and the identities that tie the two. */
#ifndef COSTATE_TABLEAU_H
#define COSTATE_TABLEAU_H

#include "gen/base/diagnostics.h"
#include "gen/base/number.h"

/* Of one method, or of q in a partitioned one, where partner is the tableau of v. */
typedef struct Tableau {
    const char *name;
    size_t stages;
    const Number **a; /* [stages][stages] */
    const Number **b; /* [stages] */
    const Number **c; /* [stages]: the row sums of a */
    size_t dropped;   /* stages of the input that nothing used */
    const struct Tableau *partner;
} Tableau;

/* Which entries of A differ from zero: none from the diagonal on; none above it, and in SINGLY on it one number,
 * perhaps but for a first stage that is explicit; any. */
typedef enum { TABLEAU_EXPLICIT, TABLEAU_DIAGONAL, TABLEAU_SINGLY, TABLEAU_FULL } TableauStructure;

enum {
    TABLEAU_MOST_STAGES = 64,
    TABLEAU_HIGHEST_ORDER = 8,
    TABLEAU_HIGHEST_CONTROL_ORDER = 4,
    TABLEAU_HIGHEST_PAIR_ORDER = 4
};

/* The tableau a[stages][stages], b[stages]; `drops`: without the stages that nothing uses (FSAL). NULL, with an error
 * at b_place, when sum b != 1. The numbers are of one field. */
const Tableau *tableau_new(Arena *arena, Diagnostics *diagnostics, Place b_place, const char *name, size_t stages,
                           const Number *const *a, const Number *const *b, bool drops);

/* The pair: first for q, second for v; of one number of stages. */
const Tableau *tableau_pair(Arena *arena, const char *name, const Tableau *first, const Tableau *second);

const Number *tableau_a(const Tableau *tableau, size_t i, size_t j);

TableauStructure tableau_structure(const Tableau *tableau);

/* c_s = 1 and b is the last row of A: the last stage is the next state. */
bool tableau_is_stiffly_accurate(const Tableau *tableau);

/* Do all weights differ from zero (so that an adjoint tableau exists), or are they all positive (so that Hager's
 * theory applies)? */
bool tableau_has_adjoint(const Tableau *tableau);
bool tableau_is_positive(const Tableau *tableau);

/* The adjoint coefficients a~_ij = b_j - b_j a_ji / b_i, [stages][stages] (b~ = b); NULL where some b_i = 0. */
const Number **tableau_adjoint(Arena *arena, const Tableau *tableau);

/* Does b_i a~_ij + b_j a_ji - b_i b_j = 0 hold exactly for all i, j? adjoint as tableau_adjoint gives it. */
bool tableau_is_symplectic(Arena *arena, const Tableau *tableau, const Number *const *adjoint);

/* Is it symplectic itself, b_i a_ij + b_j a_ji - b_i b_j = 0? Where no weight is zero it is its own adjoint then. */
bool tableau_is_self_adjoint(Arena *arena, const Tableau *tableau);

/* The order for ordinary differential equations: sum_i b_i Phi_i(t) = 1/gamma(t) for every rooted tree t up to it
 * (Butcher); looked for up to TABLEAU_HIGHEST_ORDER. */
int tableau_order(Arena *arena, const Tableau *tableau);

/* The order for the optimal control problem: of a method that is its own adjoint its order; else by Hager's conditions
 * (Numer. Math. 87, 2000), which are known up to TABLEAU_HIGHEST_CONTROL_ORDER; 0 where some b_i <= 0, about which that
 * theory says nothing. at_least: it may be more. */
int tableau_control_order(Arena *arena, const Tableau *tableau, bool *at_least);

/* "4", "at least 4", or NULL where there is none. */
const char *tableau_control_text(Arena *arena, const Tableau *tableau);

/* The order of a pair (A, b), (A^, b^) for q' = f(q, v), v' = g(q, v), by trees whose vertices have two colours, looked
 * for up to TABLEAU_HIGHEST_PAIR_ORDER. separable: f is one of v and g of q alone, and colours alternate. */
int tableau_pair_order(Arena *arena, const Tableau *pair, bool separable);

/* "2", or "at least 4". */
const char *tableau_pair_order_text(Arena *arena, const Tableau *pair, bool separable);

/* b_i a^_ij + b^_j a_ji = b_i b^_j for all i, j? The step is symplectic in (q, v) then where the field is a separable
 * Hamiltonian one, and where b = b^ for all of them. */
bool tableau_pair_is_symplectic(Arena *arena, const Tableau *pair);
bool tableau_pair_weights_agree(const Tableau *pair);

/* The analysis for people: the tableau, its adjoint, orders and conditions. */
void tableau_text(Text *text, const Tableau *tableau);

#endif

/* stability: what a tableau does to y' = lambda y: R(z), and whether it is A-stable, decided exactly. */
#ifndef COSTATE_STABILITY_H
#define COSTATE_STABILITY_H

#include "gen/base/polynomial.h"
#include "gen/model/tableau.h"

/* y+ = R(z) y for z = h lambda; R = numerator / denominator in lowest terms, denominator(0) = 1. */
typedef struct {
    Polynomial numerator, denominator;
} Stability;

/* R(z) = det(1 - z A + z 1 b^T) / det(1 - z A). */
Stability stability_of(Arena *arena, const Tableau *tableau);

/* R at infinity; NULL: it has none. */
const Number *stability_at_infinity(Arena *arena, const Stability *stability);

/* |R(z)| <= 1 wherever Re z <= 0: no pole there (Hurwitz), and E(y^2) = |D(iy)|^2 - |N(iy)|^2 >= 0 for all y (Sturm).
 */
bool stability_is_a_stable(Arena *arena, const Stability *stability);

/* These, stiff accuracy, structure and symplecticity for people; R(z) and what follows from it is left out where that
 * is more exact arithmetic than a person waits for, some seconds. */
void stability_text(Text *text, const Tableau *tableau);

#endif

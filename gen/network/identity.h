/* identity: what is proven of a tableau's step and the adjoint that costate derives for it, in exact rationals. */
#ifndef COSTATE_IDENTITY_H
#define COSTATE_IDENTITY_H

#include "gen/network/network.h"

/* Does
 *     <p+, dy+> - <p, dy> = sum_i <g_i, df_i> - sum_i <l_i, dY_i>
 * hold as an identity between bilinear forms in (p+, l_1 .. l_s) and (dy, df_1 .. df_s), where Y_i, y+, g_i and p are
 * the expressions of this step? Its sides are polynomials of degree two in h, so three values of h prove it. With <l_i,
 * dY_i> = <g_i, df_i> (l_i is the pullback of g_i) it makes <p_n, dy_n> the same at every n. */
bool identity_of_step(Arena *arena, const Step *step);

/* The same of the step that step_build makes of the tableau; of a pair in the parts of all of these, for a separable
 * field and for one that is not. */
bool identity_bilinear(Arena *arena, const Tableau *tableau);

/* A line for people that says so. */
void identity_text(Text *text, const Tableau *tableau);

#endif

/* line_search: gradient descent with backtracking, by a Lipschitz estimate or by Armijo's rule. */
#ifndef COSTATE_LINE_SEARCH_H
#define COSTATE_LINE_SEARCH_H

#include "runtime/train/train.h"

/* One iteration from u = state.params with g the gradient there, P the projection onto the constraint.
 *   Lipschitz: v = P(u - g / L), accepted when J(v) <= J(u) + <g, v-u> + L/2 |v-u|^2; then L *= down, otherwise L *= up
 *     and again.
 *   Armijo: v = P(u - alpha g), accepted when J(v) <= J(u) + 0.4 <g, v-u>, which without P is Armijo's
 *     J(u) - 0.4 alpha |g|^2; otherwise alpha is halved. The first alpha is min(tau_max, 2 * the last one accepted).
 * (Benning et al., arXiv 1904.05657.) A trial whose objective is not finite is rejected. */
TrainResult line_search_iterate(Train *train);

#endif

/* cost: the arithmetic of one sample. */
#ifndef COSTATE_COST_H
#define COSTATE_COST_H

#include "gen/emit/blueprint.h"

/* Of the forward pass. */
Cost cost_forward(const Blueprint *blueprint);

/* Of the adjoint pass that follows it in a gradient, with the steps that it takes again. */
Cost cost_adjoint(const Blueprint *blueprint);

#endif

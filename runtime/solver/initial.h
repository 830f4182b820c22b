/* initial: the parameters that training starts from. */
#ifndef COSTATE_INITIAL_H
#define COSTATE_INITIAL_H

#include "gen/model/model.h"

/* Fills params[model->parameters] as the model's `init` says. Every tensor draws from a stream of its own name, so
 * another initial distribution of one leaves the others as they were. The same bits on every machine. */
void initial_parameters(const Model *model, uint64_t seed, double *params);

#endif

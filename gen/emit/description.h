/* description: a network in words, for whoever reads an emitted file. */
#ifndef COSTATE_DESCRIPTION_H
#define COSTATE_DESCRIPTION_H

#include "gen/base/text.h"
#include "gen/model/model.h"

/* "2 inputs, width 2, 15 layers, 1 output (sigmoid), squared loss summed". */
const char *description_network(Arena *arena, const Model *model);

#endif

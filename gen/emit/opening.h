/* opening: the comment that every emitted file of C begins with: what the solver is. */
#ifndef COSTATE_OPENING_H
#define COSTATE_OPENING_H

#include "gen/emit/blueprint.h"

/* Adds it for the file of that name, to be sealed (seal.h). */
void opening_print(Text *text, const Blueprint *blueprint, const char *file);

#endif

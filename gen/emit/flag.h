/* flag: the choices that templates leave to the solver: lines between markers, and "#if defined(COSTATE_FLAG)". */
#ifndef COSTATE_FLAG_H
#define COSTATE_FLAG_H

#include "gen/emit/blueprint.h"

/* Is there a flag of that name? */
bool flag_exists(const char *name);

/* Does it hold for this solver? context is its blueprint. Requires flag_exists: a template with any other name is
 * wrong, which stops the program. */
bool flag_holds(const void *context, const char *name);

#endif

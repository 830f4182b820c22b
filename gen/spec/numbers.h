/* numbers: exact numbers in specs: root(..), and arithmetic with it. */
#ifndef COSTATE_NUMBERS_H
#define COSTATE_NUMBERS_H

#include "gen/base/number.h"

/* A float as an exact number, where nobody can have meant another one: multiples of 1/64. NULL for others. */
const Number *numbers_of_float(Arena *arena, double value);

/* Why a float is none: "0.333333 is not exact; write a fraction: "1/3"", "1.41421356237 is not exact; write root(2)".
 */
const char *numbers_of_float_error(Arena *arena, double value);

#endif

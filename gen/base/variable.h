/* variable: what tensors are called in emitted C. */
#ifndef COSTATE_VARIABLE_H
#define COSTATE_VARIABLE_H

#include "gen/base/arena.h"

/* The C variable of a tensor of the solver called `solver`: its name, with a trailing _ where emitted functions use
 * that for other things, and a leading u_ where it begins as the solver's own symbols do. No two tensors meet. */
const char *variable_of(Arena *arena, const char *solver, const char *tensor);

/* That of the value at stage i (from 0) of a tensor with a value for each. */
const char *variable_of_stage(Arena *arena, const char *solver, const char *tensor, size_t i);

#endif

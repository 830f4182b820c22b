/* jit: compiles a solver's text in memory. The only part of costate that knows libtcc. */
#ifndef COSTATE_JIT_H
#define COSTATE_JIT_H

#include "runtime/solver/kernels.h"

struct costate_table; /* templates/abi.h */

/* Compiles text and gives the address of `function` in it. It may refer to every kernel of the set, as
 * PREFIX_kernel. NULL after an error. The code lives as long as the arena. */
void *jit_compile(Arena *arena, Diagnostics *diagnostics, const char *text, const char *prefix,
                  const KernelSet *kernels, const char *function);

/* Fills in the table by the function NAME_describe at that address, of code of either tier; false where it is NULL. */
bool jit_describe(void *address, struct costate_table *table);

#endif

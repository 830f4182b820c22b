/* pack: puts a solver's text together: what it is, kernels, scheduled routines, driver. */
#ifndef COSTATE_PACK_H
#define COSTATE_PACK_H

#include "gen/emit/blueprint.h"

/* The two files to vendor: NAME.h and NAME.c, which includes it and carries its kernels. */
char *pack_header(Arena *arena, const Blueprint *blueprint);
char *pack_source(Arena *arena, const Blueprint *blueprint);

/* Both in one NAME.h, whose second part is there where NAME_IMPLEMENTATION is defined. The texts are sealed (seal.h).
 */
char *pack_amalgamation(Arena *arena, const Blueprint *blueprint);

/* Does the solver call sqrt of libm, where the compiler has no instruction for it? */
bool pack_needs_libm(Arena *arena, const Blueprint *blueprint);

/* Adds a section of a template with its choices made for the solver. */
void pack_section(Text *text, const Blueprint *blueprint, const char *file, const char *section);

/* C text written for the prefix `costate_` as the solver's own: renamed, in lines of the usual length, sealed. */
char *pack_finish(Arena *arena, const Blueprint *blueprint, const Text *text);

/* One text for the compiler in memory: kernels are prototypes, nothing is included, and the table of the ABI and the
 * trajectories are there. Symbols have the prefix that the vendored files would have. */
char *pack_jit(Arena *arena, const Blueprint *blueprint);

/* One text for a C compiler: what pack_header and pack_source give but for the comment on top, with the table of the
 * ABI and the trajectories. */
char *pack_library(Arena *arena, const Blueprint *blueprint);

#endif

/* name: which names may reach C, and the name that a file gives. */
#ifndef COSTATE_NAME_H
#define COSTATE_NAME_H

#include "gen/base/arena.h"

#include <stdbool.h>

/* A letter, then letters, digits and _: a leading _ is the implementation's. */
bool name_is_identifier(const char *name);

/* A keyword of C or C++, up to C11 and C++20. */
bool name_is_keyword(const char *name);

/* Is name.h a header of the C library or POSIX, which a file of that name would hide? */
bool name_is_header(const char *name);

/* int8, uint64, intmax and the like, in any case: a solver's macro NAME_C would be that of <stdint.h>. */
bool name_is_integer(const char *name);

/* A target that CMake keeps for itself. */
bool name_is_target(const char *name);

/* What no module of Python beside the emitted one can be called: a keyword, or a module that templates/solver.py
 * imports. */
bool name_is_python(const char *name);

/* Of a function that the C library has, or that compilers know by themselves? */
bool name_is_function(const char *name);

/* "t" of "a/t.v2.lua": the file's name up to its first dot. */
const char *name_stem(Arena *arena, const char *path);

#endif

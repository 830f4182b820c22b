/* npz: the names of arrays in NumPy's archives. "data.npz:x" is the array x of the archive data.npz. */
#ifndef COSTATE_NPZ_H
#define COSTATE_NPZ_H

#include "gen/base/arena.h"

#include <stdbool.h>

/* The file to read where path is named: the archive, with *array what is wanted of it; or path itself, with *array
 * NULL, where it names no array or there is a file of that very name. */
const char *npz_archive(Arena *arena, const char *path, const char **array);

/* Is there such a file? */
bool npz_exists(Arena *arena, const char *path);

#endif

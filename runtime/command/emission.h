/* emission: writes the files of a solver into a folder, all of them or none. */
#ifndef COSTATE_EMISSION_H
#define COSTATE_EMISSION_H

#include "gen/emit/bundle.h"

/* Writes the files into folder, which is created where it is missing. A file that is there already is replaced when its
 * checksum says that nobody changed it, or with force; else the error names it and nothing is written. Everything is
 * written beside the old files first, so that a full disk leaves the folder as it was. */
bool emission_write(Arena *arena, Diagnostics *diagnostics, const char *folder, const Bundle *bundle, bool force);

#endif

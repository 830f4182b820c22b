/* state: state.safetensors, from which a training continues: everything in TrainState as tensors and metadata, with the
 * provenance that it belongs to. All of it has names, so that states go on to be read as the program grows: names that
 * are not known are passed over, and what a state lacks because it is older has the value that it then had. */
#ifndef COSTATE_STATE_H
#define COSTATE_STATE_H

#include "runtime/run/provenance.h"
#include "runtime/train/train.h"

/* Writes state, reached under provenance after seconds of training, to path. */
bool state_write(Arena *arena, Diagnostics *diagnostics, const char *path, const Provenance *provenance,
                 const TrainState *state, double seconds);

/* Reads what state_write wrote. Errors, with path: whatever differs between the provenance in the file and this one
 * (spec, data, each setting); a file that holds no state or a damaged one. Another version of the program is a warning,
 * and so is another instruction set or backend. */
bool state_read(Arena *arena, Diagnostics *diagnostics, const char *path, const Provenance *provenance,
                TrainState *state, double *seconds);

#endif

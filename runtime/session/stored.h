/* stored: a trained model in a parameter file: its parameters, and with them what lies between a raw row and the
 * network (names of features and classes, how rows are scaled) and what the parameters mean. Whoever evaluates trained
 * parameters reads them here. */
#ifndef COSTATE_STORED_H
#define COSTATE_STORED_H

#include "runtime/data/dataset.h"
#include "runtime/session/session.h"

/* Are the parameters evaluated, or only where a training begins? */
typedef enum { STORED_MODEL, STORED_START } StoredUse;

/* Reads parameters from the file at path into params [model->parameters], and in *trained, without samples, what they
 * were trained on; whatever the file does not say is as initial_parameters has it, or not there. Parameters of another
 * spec (meaning.h) are an error for STORED_MODEL, and for STORED_START a warning, as long as the shapes agree. On an
 * error params is untouched. */
bool stored_read(Session *session, const Model *model, const char *path, StoredUse use, double *params,
                 Dataset *trained);

/* The file of parameters that path names: itself, or that of the run in a folder. */
const char *stored_file(Arena *arena, const char *path);

/* Does it say how the rows of samples are read? Else they are as they would be without it. */
bool stored_has_intake(const Dataset *trained);

/* What stored_read reads beside the parameters, of a model trained on that, NULL: on nothing that is known. */
Metadata stored_metadata(Arena *arena, const Model *model, const Dataset *trained);

#endif

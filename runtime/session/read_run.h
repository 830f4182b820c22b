/* recall: a run from its folder: the network, its data, its trained parameters and its trace. */
#ifndef COSTATE_RECALL_H
#define COSTATE_RECALL_H

#include "runtime/picture/trained.h"
#include "runtime/format/json.h"
#include "runtime/session/request.h"

typedef struct {
    const char *folder;
    const Program *program;
    Exhibit exhibit;
    SampleSource source;
    const Json *report; /* report.json */
} Recall;

/* Notes in origin how the command line of this training names its data: the working directory, the spec and options. */
void recall_note(Session *session, Metadata *origin);

/* Reads the run in folder. Relative paths of its training are looked for from here and then from the directory
 * that it ran in. NULL after errors: no run there, a spec or data that have changed since or are not found,
 * damaged files. */
const Recall *recall_run(Session *session, const char *folder);

#endif

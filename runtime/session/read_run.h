/* read_run: a run from its folder: the network, its data, its trained parameters and its trace. */
#ifndef COSTATE_READ_RUN_H
#define COSTATE_READ_RUN_H

#include "runtime/picture/figures.h"
#include "runtime/format/json.h"
#include "runtime/session/request.h"

/* What plot and report leave in the folder of a run. */
#define RUN_PICTURES "plots"
#define RUN_PAGE     "report.html"

typedef struct {
    const char *folder;
    const Program *program;
    Trained trained;
    Dataset known; /* what the parameters say they were trained on, without samples */
    Request source;
    DataSpec named;      /* its data as the spec has them; trained.model's are where they were found */
    json_t *report;      /* report.json */
    Estimates estimates; /* as it tells them */
} RunRead;

/* Notes in origin how the command line of this training, whose run is in folder, names its data: the working directory,
 * the folder, the spec and options. */
void read_run_note(Session *session, const Model *model, const char *folder, Metadata *origin);

/* The spec of the program for the run in folder: as gen_written has it, with its name and, seen from the folder, the
 * files of its data. */
const char *read_run_spec(Session *session, const Program *program, const char *folder);

/* Is that an option of train that it notes? */
bool read_run_notes(const char *option);

/* The files that plot and report may have made of a run in folder, closed by NULL. */
const char *const *read_run_made(Arena *arena, const char *folder);

/* The parameters that the training of the run in folder began at; NULL where it left none, as those of older versions,
 * or none of model's. */
const double *read_run_initial(Session *session, const Model *model, const char *folder);

/* report.json of the run in folder; NULL after an error: there is none. */
json_t *read_run_report(Session *session, const char *folder);

/* A trained network without its data. */
typedef struct {
    const Program *program;
    const char *file; /* that the parameters are from */
    const double *params;
    Dataset known;  /* what they say they were trained on, without samples */
    json_t *report; /* report.json of a RUN_DIR; else NULL */
    Session *data;  /* whose options say what its samples are: the command's, and without --data those of the training
                     * of a RUN_DIR, as far as the command says nothing else */
} RunModel;

/* The one that the command line names: a SPEC and --params FILE, or a RUN_DIR, which has both. False after errors, or
 * with session->problem set: no run there, a spec that was changed since, damaged files, parameters of another spec. */
bool read_run_model(Session *session, RunModel *model);

/* Reads the run in folder. Its data are looked for where they lie seen from the folder, wherever that is now, and then
 * where they were. NULL after errors: no run there, data that have changed since or are not found, a spec that was
 * changed, damaged files. */
const RunRead *read_run(Session *session, const char *folder);

/* The same to draw these pictures, names[] closed by NULL or NULL for all; an error where there is not the memory that
 * they need. */
const RunRead *read_run_for_figures(Session *session, const char *folder, const char *const *names);

#endif

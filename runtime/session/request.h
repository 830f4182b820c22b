/* request: the data that a command line, where there is one, and a spec name together. What the command line says
 * replaces what the spec says, option by option. */
#ifndef COSTATE_REQUEST_H
#define COSTATE_REQUEST_H

#include "runtime/data/dataset.h"
#include "runtime/session/session.h"

/* The options, each with a comma behind it, of a command that reads samples, also their targets, or also tests. */
#define REQUEST_ROW(kind, member, key, option, value, help, ...) {option, value, help},
#define REQUEST_READING                                          DATA_READING(REQUEST_ROW)
#define REQUEST_TARGETS                                          REQUEST_READING DATA_TARGETS(REQUEST_ROW)
#define REQUEST_TRAINING                                         REQUEST_TARGETS DATA_TRAINING(REQUEST_ROW)

typedef struct {
    const char *name; /* of the file or generator */
    Dataset train;
    Dataset *test; /* NULL: none */
    uint64_t hash; /* of all numbers, where ranks have but parts of them; 0: it is not known yet */
} Request;

/* False, with session->problem set, where options are given that only a data file understands, and there is none;
 * instead says what the samples are. */
bool request_need_file(Session *session, const char *instead);

/* The samples to train on and, with --test, --split or a generator's validation samples, those to test on. trained:
 * what parameters were trained on that are to be evaluated over them, as for dataset_load; where it is NULL, or has
 * nothing that x was standardised with, --standardize does that with the samples' own mean and deviation. False after
 * errors, or with session->problem set. Together. */
bool request_load(Session *session, const Model *model, const Dataset *trained, Request *request);

/* The same of samples which, where they are many, may stay in their files, and of others each of several ranks keeps
 * those that it evaluates (runtime/data/rows.h). */
bool request_load_rows(Session *session, const Model *model, const Dataset *trained, Request *request);

/* The samples as the solver takes them, which must stay. */
Samples request_samples(Arena *arena, const Solver *solver, const Dataset *dataset);

/* What the labels of samples are there for: nothing, so that they may be absent; to be shown, so that any may be
 * missing; or to be computed with. */
typedef enum { LABELS_UNUSED, LABELS_SHOWN, LABELS_NEEDED } LabelsUse;

/* The samples of --data, or else those of the spec's file or in the spec itself, for a trained network; with labels
 * where the network has targets and `labels` says so, and with ids from the column `id`, unless it is NULL. NULL after
 * errors, or with session->problem set. */
const Dataset *request_for_prediction(Session *session, const Model *model, const Dataset *trained, LabelsUse labels,
                                      const char *id);

/* Together: a hash of all numbers as the network sees them, and of the names of classes. */
uint64_t request_hash(Arena *arena, const Request *request);

#endif

/* request: the data that a command line and a spec name together. What the command line says replaces what the spec
 * says, option by option. */
#ifndef COSTATE_REQUEST_H
#define COSTATE_REQUEST_H

#include "runtime/data/dataset.h"
#include "runtime/format/data_format.h"
#include "runtime/session/session.h"

/* Options of every command that reads data; request_load knows some more (see command_train.c). */
#define SOURCE_OPTIONS                                                                                                 \
    {"--labels", "FILE", "labels of an " ARRAY_FORMAT_NAMES " file"},                                                  \
        {"--label", "A,B", "label columns of a " TABLE_FORMAT_NAMES " file [label]"},                                  \
        {"--features", "A,B", "feature columns [all others]"},                                                         \
    {                                                                                                                  \
        "--drop-missing", NULL, "leave out rows with missing values"                                                   \
    }

typedef struct {
    const char *name; /* of the file or generator */
    Dataset train;
    const Dataset *test; /* NULL: none */
} Request;

/* False, with session->problem set, where options are given that only a data file understands, and there is none;
 * instead says what the samples are. */
bool request_need_file(Session *session, const char *instead);

/* The samples to train on and, with --test, --split or a generator's validation samples, those to test on, with
 * --standardize applied. False after errors, or with session->problem set. */
bool request_load(Session *session, const Model *model, Request *source);

/* The samples of --data for a trained network; labels may be missing. NULL after errors. */
const Dataset *request_for_prediction(Session *session, const Model *model, const Dataset *trained);

/* A hash of all numbers of the source. */
uint64_t request_hash(const Request *source);

#endif

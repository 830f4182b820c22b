/* provenance: what a run is a run of. A stored run may only be continued under the provenance that it began with. */
#ifndef COSTATE_PROVENANCE_H
#define COSTATE_PROVENANCE_H

#include "runtime/format/metadata.h"
#include "gen/model/model.h"

typedef struct {
    const Model *model;
    const char *spec;                      /* its text, with the files that it names: gen_written */
    const char *source;                    /* of the data, as given */
    const char *path;                      /* of their file, from the root; NULL: they are in none */
    uint64_t data_hash;                    /* of the numbers trained and tested on */
    size_t samples, test_samples, dropped; /* dropped: rows with missing values */
    const char *isa, *backend;             /* what its last digits depend on; NULL: nobody asks */
    Metadata settings;                     /* what the numbers depend on that neither spec nor data hold */
    Metadata fallbacks; /* those of settings that a spec need not give, with the value they then have */
    Metadata renewed;   /* those of settings that may be others when a run is continued: rates */
    Metadata metadata;  /* of model.safetensors: class names, standardisation */
    Metadata origin;    /* how to repeat the data: the folders "folder", where train ran, and "run",
                         * from the root; "spec", and options of train */
} Provenance;

/* A provenance whose settings are the seed and the algorithm's, from model; the rest is for the caller to fill in. The
 * number of iterations is no setting: a run may be continued to any. */
Provenance provenance_new(Arena *arena, const Model *model);

/* A hash as text: 16 hexadecimal digits. */
const char *provenance_hash(Arena *arena, uint64_t hash);

#endif

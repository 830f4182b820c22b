/* record: what a step leaves for its adjoint. */
#ifndef COSTATE_RECORD_H
#define COSTATE_RECORD_H

#include "gen/network/network.h"

/* What a layer's record holds: the taped values. */
typedef struct {
    const bool *taped;     /* by node id */
    const size_t *offsets; /* by node id, in rows */
    size_t rows;
    bool lean; /* of record_lean */
} Record;

/* What the step computes and its adjoint refers to. */
Record record_whole(const Network *network);

/* The same but for what its adjoint computes again in less time than storing and loading it takes, from y, signals,
 * controls and what is recorded. It pays where both are codelets (codelet.h): in the other forms every value is in
 * memory anyway, and recorded for nothing. */
Record record_lean(const Network *network);

/* For a step that no adjoint follows: nothing. */
Record record_none(const Network *network);

#endif

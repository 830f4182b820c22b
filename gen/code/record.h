/* record: what a step leaves for its adjoint, and with its tangent for the second order. */
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

/* The routines that write the record of an order, and that read it. */
extern const RoutineId record_writers[ORDER_COUNT], record_readers[ORDER_COUNT];

/* What the step computes and its adjoint refers to; of the second order, their tangents. Nothing where the network has no
 * such routines. */
Record record_whole(const Network *network, Order order);

/* The same but for what its adjoint computes again in less time than storing and loading it takes, from y, signals,
 * controls and what is recorded. It pays where both are codelets (codelet.h): in the other forms every value is in
 * memory anyway, and recorded for nothing. */
Record record_lean(const Network *network, Order order);

/* For a step that no adjoint follows: nothing. */
Record record_none(const Network *network);

#endif

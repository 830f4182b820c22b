/* symplectic: is the step of a partitioned method a symplectic map? Measured on the derived expressions. */
#ifndef COSTATE_SYMPLECTIC_H
#define COSTATE_SYMPLECTIC_H

#include "gen/network/network.h"

/* With J = (0 1; -1 0), of blocks of width / 2, and relative to the largest sums of absolute products: */
typedef struct {
    const char *why_not; /* what keeps this from being a claim of the method, for people; NULL: nothing does */
    long double defect;  /* the largest entry of M^T J M - J, where M is the Jacobian of a step by y */
} Symplecticity;

/* At the steps of the samples x [n][inputs] with their signals, at params. A step is claimed to be symplectic where
 * partition is width / 2, the pair's conditions hold, J df/dy is symmetric at all stages (the field is Hamiltonian),
 * and it is separable or b = b^. network as network_build made it, of a pair. */
Symplecticity symplectic_measure(Arena *arena, const Network *network, size_t n, const double *x, const double *signals,
                                 const double *params);

#endif

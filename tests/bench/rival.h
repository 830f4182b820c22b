/* rival: PyTorch or JAX in a process of its own, which stays between measurements and times itself. */
#ifndef COSTATE_RIVAL_H
#define COSTATE_RIVAL_H

#include "workload.h"

typedef struct Rival Rival;

/* Starts it with tests/bench/rival.py; NULL, with a line that says so, where PyTorch is not there. */
Rival *rival_start(Arena *arena);

/* Hands it the workload through files in folder. False when its objective is not what costate computes. */
bool rival_load(Rival *rival, const Workload *workload, const char *folder);

/* The same of the trajectories' problem (workload_trajectories), by tests/bench/peers.py: "jax", from the virtual
 * environment that make bench-peers makes, or "torch". */
Rival *rival_peer(Arena *arena, const char *which);

/* False when objective or gradient are not what costate computes. */
bool rival_load_trajectories(Rival *rival, const Workload *workload, const char *folder);
double rival_gradient(void *context);

/* A network by Gauss's method of order 4, by tests/bench/implicit.py in the same environment: "jax" or "casadi"; NULL,
 * with a line that says so, where it is not there. */
Rival *rival_implicit(Arena *arena, const char *which);

/* False when objective or gradient are not what costate computes. */
bool rival_load_gradient(Rival *rival, const Workload *workload, const char *folder);

/* Contestants; context is the rival. */
double rival_eager_gradient(void *context);
double rival_script_gradient(void *context);
double rival_eager_forward(void *context);
double rival_script_forward(void *context);

/* The same iterations as workload_train, through TorchScript; rival_trained is the objective that the last one
 * reached. */
double rival_script_train(void *context);
double rival_trained(Rival *rival);

#endif

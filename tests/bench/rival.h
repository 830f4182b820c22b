/* rival: PyTorch, JAX or CasADi in a process of its own, which stays between measurements and times itself. */
#ifndef COSTATE_RIVAL_H
#define COSTATE_RIVAL_H

#include "workload.h"

typedef struct Rival Rival;

/* Starts PyTorch with tests/bench/rival.py, that of make bench-peers or else Debian's; NULL, with a line that says so,
 * where PyTorch is not there. */
Rival *rival_start(Arena *arena);

/* Hands it the workload through files in folder. False when its objective is not what costate computes. */
bool rival_load(Rival *rival, const Workload *workload, const char *folder);

/* The same of the trajectories' problem (workload_trajectories), by tests/bench/peers.py: "jax", "casadi" or "torch".
 */
Rival *rival_peer(Arena *arena, const char *which);

/* False when objective or gradient are not what costate computes. */
bool rival_load_trajectories(Rival *rival, const Workload *workload, const char *folder);
double rival_gradient(void *context);

/* A network by a method of the bench, by tests/bench/network.py: "jax" or "casadi"; NULL, with a line that says so,
 * where it is not there. */
Rival *rival_network(Arena *arena, const char *which);

/* Does it take workload, or its second order, in reasonable time? CasADi's C of a wide network takes the compiler
 * minutes, and has no float. */
bool rival_takes(const Rival *rival, const Workload *workload, bool second);

/* False when objective or gradient are not what costate computes. */
bool rival_load_gradient(Rival *rival, const Workload *workload, const char *folder);

/* The same, and of the product that workload_vendored_hessian has computed. */
bool rival_load_product(Rival *rival, const Workload *workload, const char *folder);

/* The command of a process that ends with its first gradient: of rival_start or rival_network. */
const char *rival_first(const Rival *rival);

/* Contestants; context is the rival. */
double rival_forward(void *context);
double rival_product(void *context);
double rival_eager_gradient(void *context);
double rival_script_gradient(void *context);
double rival_eager_forward(void *context);
double rival_script_forward(void *context);

/* The same iterations as workload_train, through TorchScript; rival_trained is the objective that the last one
 * reached. */
double rival_script_train(void *context);
double rival_trained(Rival *rival);

#endif

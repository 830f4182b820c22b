/* costate: Runge-Kutta networks with exact discrete gradients in a C or C++ program. A spec is read, its adjoint
 * derived, and both compiled in memory; then the network predicts, gives gradients, trains.
 *
 *     costate *net = costate_load("spiral.lua", NULL, 0);
 *     if (!costate_train(net, 0, NULL, NULL, 500, NULL, NULL))
 *         fputs(costate_error(net), stderr);
 *     costate_free(net);
 *
 * x, signals, targets and predictions are as the data have them: where the spec standardises, or costate_read took
 * parameters that were trained on standardised samples, they are scaled by what training scaled them by, predictions
 * are scaled back, and derivatives by x are those by the row. The objective is that of scaled targets.
 *
 * Numbers are doubles whatever the network computes in, arrays row-major. Functions that return int return 1, or 0 with
 * costate_error saying why; after a costate_load that failed all of them do. Nothing is printed, nothing exits. Memory
 * beside the caller's arrays is summed up first where it is much, and refused where the machine has less. One
 * network serves one thread at a time; different networks may be used at the same time (while one is loaded, or its
 * first costate_hessian runs, no other thread uses GMP). Results have the same bits for every number of threads. */
#ifndef COSTATE_H
#define COSTATE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A network, with its parameters and how far its training is. */
typedef struct costate costate;

/* The network of the spec file `path`, its parameters as the spec's `init` says. changes is the text of a Lua table
 * whose keys replace those of the spec, as in "{ layers = 10, ['train.rate'] = 0.1 }", or NULL; files that
 * it names are sought in the working directory, those of the spec beside it. threads: how many to compute with; 0: one
 * for each processor. NULL only where there is no memory at all; otherwise costate_error tells whether it worked. */
costate *costate_load(const char *path, const char *changes, unsigned threads);

/* Releases the network and all that belongs to it. net may be NULL. */
void costate_free(costate *net);

/* Why the latest call failed, one or more lines; NULL where it worked. It lasts until the next call. */
const char *costate_error(const costate *net);

/* Numbers of a sample, of a prediction, predictions (and targets) of a sample: one for each layer that the spec
 * observes; numbers of a sample's signals, 0 where the network takes none; and in the flat array of parameters. 0 after
 * a costate_load that failed. */
size_t costate_inputs(const costate *net);
size_t costate_outputs(const costate *net);
size_t costate_observations(const costate *net);
size_t costate_signals(const costate *net);
size_t costate_parameters(const costate *net);

/* The present parameters, to be read and to be changed; NULL after a costate_load that failed. They stand one tensor
 * behind the other: P, q, the controls, dt, W, mu. */
double *costate_params(costate *net);

/* Where the tensor of that name ("K", "W") begins among the parameters, and how many they are; 0, which is no error,
 * where there is none. */
int costate_tensor(const costate *net, const char *name, size_t *offset, size_t *size);

/* Gives the signals [count][costate_signals], a row a layer and with linear hold one more, of the samples of all calls
 * that follow and give x, which then have that many samples. The array stays the caller's, and stays. NULL: none. */
int costate_drive(costate *net, size_t count, const double *signals);

/* prediction [count][observations][outputs] for x [count][inputs]. */
int costate_predict(costate *net, size_t count, const double *x, double *prediction);

/* Half the width half[count][observations][outputs] of the 95 % bands of these predictions, which hold what the
 * parameters that made the data predict; 0 where none of them is known: the latest training was not the spec's
 * algorithm = "gaussnewton", its estimates have no standard errors, or the parameters have changed since. */
int costate_bands(costate *net, size_t count, const double *x, double *half);

/* The objective over x [count][inputs] with targets [count][observations][outputs], NULL where the spec has no loss,
 * NAN where the spec's data may have none, and, where not NULL, its exact gradient
 * [parameters], 0 for tensors that are not learnt. */
int costate_gradient(costate *net, size_t count, const double *x, const double *target, double *objective,
                     double *gradient);

/* The same of a network that learns inputs ("x" among the spec's `learn`), with the derivative x_gradient
 * [count][inputs] by them. */
int costate_gradient_x(costate *net, size_t count, const double *x, const double *target, double *objective,
                       double *x_gradient, double *gradient);

/* The exact product [parameters] of the Hessian of that objective, by the learnt tensors, with direction [parameters],
 * which is not looked at where nothing is learnt. The first call takes as long as costate_load. */
int costate_hessian(costate *net, size_t count, const double *x, const double *target, const double *direction,
                    double *product);

/* The same of a network that learns inputs, which move, too, along x_direction [count][inputs], with their part
 * x_product [count][inputs] of the product. */
int costate_hessian_x(costate *net, size_t count, const double *x, const double *target, const double *x_direction,
                      const double *direction, double *x_product, double *product);

/* Sees a training at its start and after every iteration (or epoch), counted over all calls of costate_train; 0 ends
 * it. It calls no function on the network. */
typedef int costate_watch(void *context, size_t iteration, double objective, double accuracy);

/* Trains for that many more iterations from the present parameters, as the spec's `train` says; on the spec's own data
 * where x is NULL. The algorithm goes on with the step it had, so that on the same samples twice 50 iterations are
 * 100. It ends earlier where watch says so, and where nothing can be gained any more; watch may be NULL. */
int costate_train(costate *net, size_t count, const double *x, const double *target, size_t iterations,
                  costate_watch *watch, void *context);

/* The inputs [count][inputs] of the samples of the latest training as it left them, where the network learns inputs
 * (what it takes: scaled, where rows are), and in *count, where not NULL, of how many samples. A training on the same
 * x goes on from them, one on another x begins there anew. They last until the next training; NULL: there are none. */
const double *costate_x(const costate *net, size_t *count);

/* Writes the parameters to a safetensors file, and reads them from one, or from the folder of a run; with learnt
 * inputs, at which the next training on as many samples begins. */
int costate_save(costate *net, const char *path);
int costate_read(costate *net, const char *path);

#ifdef __cplusplus
}
#endif
#endif

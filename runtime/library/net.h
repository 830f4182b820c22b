/* net: one network at hand: generated, compiled, with its data, its parameters and how far its training is. What
 * the prompt and the library work with. What a call needs for itself is given back by the next, so that any number of
 * them takes no more memory than one. */
#ifndef COSTATE_NET_H
#define COSTATE_NET_H

#include "runtime/session/request.h"
#include "runtime/train/estimates.h"
#include "runtime/train/trace.h"
#include "runtime/train/train.h"

typedef struct {
    Session *session;
    const char *path;
    const Program *program;
    Solver *solver, *second; /* second: with the Hessian's product, once net_hessian has been called */
    Pool *pool;
    const Model *model;
    Request source; /* once net_data has been called */
    bool has_data;
    const Dataset *known; /* what the parameters were trained on, without samples: of the spec's data, of a file, or of
                             rows that a caller trained on; NULL: nothing yet */
    Dataset own;          /* that of a file or a caller */
    TrainState state;     /* params: the present parameters; the rest once `trained` */
    bool trained;
    size_t learnt;              /* where the model learns inputs: those of so many samples, 0: none yet, */
    double *x, *x_given;        /* as they are and as they were given [learnt][inputs]; x_given NULL: those of a file */
    Trace *trace;               /* of the training at the prompt (see interactive.h), or NULL */
    const Estimates *estimates; /* what is known of parameters after a training of squares, or NULL; net_estimates */
    const double *estimated_at; /* those parameters [parameters] */
    const char *remarks;        /* what the stages of a training took (solves.h), until the next call; or NULL */
    Arena *call, *samples;      /* what the latest call needed, and what is as large as the samples of a training */
    Arena *file, *rows;         /* what own is made of; the latest rows as the network takes them */
    Arena *estimated;           /* what estimates are made of */
} Net;

/* The network of the spec at path with `changes` (see gen_changed_program; NULL: none), its parameters as `init` says.
 * It computes on pool; folder holds costate's tableaus and activations. NULL after errors. */
Net *net_open(Session *session, Pool *pool, const char *path, const char *changes, const char *folder);

/* Memory that lasts until the next call of a function of this header. */
Arena *net_memory(Net *net);

/* Loads the data of the spec, once; false after errors. */
bool net_data(Net *net);

/* What a net is trained on. */
typedef struct {
    size_t count;
    const double *x, *signals, *target; /* as for net_gradient */
    const Dataset *validation;          /* by which the best iterate is told, or NULL: by its objective */
} NetSamples;

/* The x of a caller's samples as the network takes them, scaled as in training; they last until the next call. Signals
 * and targets go into the functions below as they are. training: on these samples, by which all is scaled where the
 * spec wants that and nothing has been trained yet; else signals and targets are not looked at. NULL after an error:
 * the spec wants it, and its data cannot be read; or there is not the memory for what the network is to keep or copy of
 * so many samples. */
const double *net_rows(Net *net, const NetSamples *samples, bool training);

/* Turns a derivative [count][inputs] by what the network takes into that by the rows of net_rows, or a direction of
 * those rows into that of what it takes: the factors are the same. */
void net_rows_bar(const Net *net, size_t count, double *x_bar);

/* The objective at the present parameters over count samples, x [count][inputs] as the network takes them, signals
 * [count][signal rows][signals] (NULL where the model has none), target [count][observations][outputs] (NULL where it
 * has none) and, where not NULL, its gradient [parameters] and with it the derivative x_bar [count][inputs], where the
 * model learns inputs. */
void net_gradient(Net *net, size_t count, const double *x, const double *signals, const double *target,
                  double *objective, double *x_bar, double *gradient);

/* Derives and compiles what net_hessian needs, which does so itself where this has not been called; false after errors.
 */
bool net_second(Net *net);

/* The exact product [parameters] of that objective's Hessian by what is learnt with direction [parameters], which is
 * not looked at where nothing is learnt, and, where the model learns inputs, x_direction [count][inputs] (NULL: they
 * stay as they are), with their part x_product [count][inputs] of it (NULL: not wanted). False after errors: the code
 * for it is made by the first call. */
bool net_hessian(Net *net, size_t count, const double *x, const double *signals, const double *target,
                 const double *x_direction, const double *direction, double *x_product, double *product);

/* The prediction [count][observations][outputs] for x and signals. */
void net_predict(Net *net, size_t count, const double *x, const double *signals, double *prediction);

/* What a training of squares told of the present parameters; NULL: none has, or they have changed since. */
const Estimates *net_estimates(const Net *net);

/* Half the width of its 95 % bands (bands.h) [count][observations][outputs]; false, with an error, where no training of
 * squares has told how certain the present parameters are. */
bool net_bands(Net *net, size_t count, const double *x, const double *signals, double *half);

/* The parameters to a safetensors file, or from one or the folder of a run, with what lies between rows and network
 * (stored.h; where nothing has been trained on yet that of the spec's data, if they are there), and the inputs where the
 * model learns them; what is read are those that the next training on as many samples begins at. False after errors, with
 * nothing changed. */
bool net_save(Net *net, const char *path);
bool net_read(Net *net, const char *path);

/* Goes on from where `from` is, whose spec differs in its training alone: with its parameters, its learnt inputs and
 * what they were trained on. from is not to be used any more. */
void net_adopt(Net *net, Net *from);

/* How good the present parameters are over the test samples of the spec's data, without penalty and decay; false where
 * there are none, or no data have been loaded. */
bool net_test(Net *net, Evaluation *evaluation);

/* Trains on these samples for that many more iterations from the present parameters. The algorithm goes on
 * with the step that the call before left: on the same samples twice 50 iterations are 100, to the last bit, but where
 * the spec keeps the best iterate: then the present parameters are afterwards the best ones of this call. Where the
 * model learns inputs, they go on, too, from where they are, if x is that of the call before; else it is a new
 * training, and they begin at x. False, with an error, where the spec has patience and there is no validation, and
 * where objective or gradient are not finite at the present parameters. *result is that of train_iterations. */
bool net_train(Net *net, const NetSamples *samples, size_t iterations, const TrainWatch *watch, TrainResult *result);

/* The samples of the spec's data, for net_train. */
NetSamples net_samples(const Net *net);

#endif

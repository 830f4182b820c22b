/* model: a network as the spec describes it, checked and with every default filled in. Plain data; the runtime reads
 * its dimensions, its parameter layout and the data and training settings from here. */
#ifndef COSTATE_MODEL_H
#define COSTATE_MODEL_H

#include "gen/base/diagnostics.h"
#include "gen/network/data.h"

typedef enum { LINK_IDENTITY, LINK_SIGMOID, LINK_SOFTMAX } Link;
typedef enum { LOSS_SQUARED, LOSS_CROSSENTROPY } Loss;

/* How a tensor starts: the constant a, or N(0, a^2), or uniform on [a, b]. */
typedef enum { INIT_CONSTANT, INIT_NORMAL, INIT_UNIFORM } InitKind;
typedef struct {
    InitKind kind;
    double a, b;
} Init;

enum { TENSOR_NAME = 16 };

/* One tensor of the flat parameter array: shape[0..rank) row-major from offset on (both in reals). Tensors of the
 * layers have the layer as their first index. */
typedef struct {
    char name[TENSOR_NAME];
    size_t offset, size, rank, shape[3];
    bool learnt;
    Init init;
} Tensor;

typedef enum { TRAIN_ARMIJO, TRAIN_LIPSCHITZ, TRAIN_ADAM } Algorithm;

typedef struct {
    Algorithm algorithm;
    size_t iterations;          /* line searches: iterations; Adam: epochs */
    double tau, tau_max;        /* Armijo: first trial step is tau, largest tau_max */
    double lipschitz, up, down; /* Lipschitz: first estimate and its factors */
    double rate;                /* Adam */
    size_t batch;               /* Adam */
} TrainSpec;

typedef struct {
    const char *name; /* a C identifier */
    const char *file; /* the spec's path as given */
    Place place;      /* of the network in it */
    uint64_t hash;    /* of everything the spec read */
    size_t inputs, width, outputs, layers;
    size_t checkpoints; /* layers whose state a gradient keeps, 1 .. layers */
    bool recompute;     /* it computes their stages again */
    bool lift, residual, average, simplex;
    bool single; /* float instead of double */
    double step;
    Link link;
    Loss loss;
    Tensor *tensors; /* in the order of the flat array */
    size_t tensor_count, parameters;
    size_t lift_tensor, control_tensor, step_tensor, head_tensor; /* the first of each group; lift may be none */
    size_t control_count;
    DataSpec data;
    TrainSpec train;
    uint64_t seed;
} Model;

/* The tensor of that name, or NULL. */
const Tensor *model_tensor(const Model *model, const char *name);

#endif

/* model: a network as the spec describes it, checked and with every default filled in. Plain data; the runtime reads
 * its dimensions, its parameter layout and the data and training settings from here. */
#ifndef COSTATE_MODEL_H
#define COSTATE_MODEL_H

#include "gen/base/diagnostics.h"
#include "gen/graph/graph.h"
#include "gen/model/algorithm.h"
#include "gen/model/data.h"
#include "gen/model/intake.h"

/* How a spec begins that costate has written out, with the files that it names (spec_written). */
#define MODEL_SPEC_WRITTEN "-- A spec with the files that it names, as costate read it. It is a spec as any other.\n"

/* A key of the spec with the text of its value: "train.rate", "0.1". */
typedef struct {
    const char *key, *text;
} ModelKey;

/* Rows of the tables in loss.h. */
typedef struct Link Link;
typedef struct Loss Loss;

/* How a tensor starts: the constant a, or N(0, a^2), or uniform on [a, b], or with values [size]. */
typedef enum { INIT_CONSTANT, INIT_NORMAL, INIT_UNIFORM, INIT_VALUES } InitKind;
typedef struct {
    InitKind kind;
    double a, b;
    const double *values;
} Init;

enum { TENSOR_NAME = 16, TENSOR_MOST_RANK = 4 };

/* One tensor of the flat parameter array: shape[0..rank) row-major from offset on (both in reals). The tensors of
 * layers have the values over layers as their first index, and those with a value a stage the stage as their second. */
typedef struct {
    char name[TENSOR_NAME];
    size_t offset, size, rank, shape[TENSOR_MOST_RANK];
    size_t span;   /* layers that one value spans; 0: one value for all, and no index of it */
    size_t values; /* of the tensor over layers */
    size_t stages; /* values of a layer, one for each stage; else 1 */
    Shape value;   /* of one value */
    bool learnt;
    Init init;
    const double *lower, *upper; /* bounds of its entries [size], or NULL */
} Tensor;

typedef struct {
    const char *name;     /* a C identifier */
    const char *file;     /* the spec's path as given */
    const char *changes;  /* what takes the place of some of its keys (spec_change), or NULL */
    Place place;          /* of the network in it */
    uint64_t hash;        /* of everything the spec read */
    uint64_t meaning;     /* of what its parameters mean (meaning.h) */
    uint64_t problem;     /* of what training minimises, over what, by which numbers: all that a training which goes on
                             wants to be as it was, but data, seed and settings (meaning_problem) */
    const ModelKey *keys; /* [key_count], for people who compare specs */
    size_t key_count;
    const char *written; /* the same as text of Lua: a table (value_literal) */
    size_t inputs, width, outputs, layers;
    size_t checkpoints; /* layers whose state a gradient keeps, 1 .. layers */
    bool recompute;     /* it computes their stages again */
    bool lift, residual, average, simplex;
    bool affine_lift;       /* y = P x + q, with tensors of its own */
    bool affine_head;       /* link(W y + mu), with tensors of its own */
    bool shows_states;      /* predictions are states: there is no head */
    bool single;            /* float instead of double */
    bool learns_x;          /* the inputs of the training samples, too */
    double start;           /* time of the first state */
    double step;            /* the first of steps */
    const double *steps;    /* [layers] as the spec gives them */
    size_t partition;       /* components of q, with a pair of tableaus; else 0 */
    bool only_explicit;     /* stages may be no equations */
    size_t signals;         /* inputs over time, a vector of so many a layer */
    bool linear;            /* between the rows of signals; else they hold over a layer */
    const size_t *observed; /* [observations] layers whose state is observed, ascending; 0: the first state */
    size_t observations;
    bool weighted;       /* samples have weights, behind their targets (model_targets) */
    bool missing;        /* targets may be missing */
    const double *noise; /* [outputs] standard deviations of targets, or NULL: 1 */
    double decay;
    bool penalised;   /* there is a penalty over layers */
    const Link *link; /* of an affine head, or NULL */
    const Loss *loss; /* NULL: a function of the spec, or none */
    bool has_loss;    /* there are targets */
    Tensor *tensors;  /* in the order of the flat array */
    size_t tensor_count, parameters;
    size_t lift_tensor, control_tensor, step_tensor, head_tensor; /* the first of each group; lift and head may be none
                                                                   */
    size_t control_count;
    const double *x_lower, *x_upper; /* [inputs] bounds of what learns_x learns, or NULL */
    Intake intake; /* of the raw rows that its program takes; empty: it takes the network's own inputs */
    DataSpec data;
    TrainSpec train;
    Place algorithm_place; /* of its name in the spec */
    uint64_t seed;
} Model;

/* The tensor of that name, or NULL. */
const Tensor *model_tensor(const Model *model, const char *name);

/* What the spec calls its loss and its link; NULL: a function, or none. */
const char *model_loss_name(const Model *model);
const char *model_link_name(const Model *model);

/* The number of classes that a prediction gives probabilities of; 0 where it is a vector of numbers. */
size_t model_classes(const Model *model);

/* Why its samples can't have weights: they are of losses, behind targets, and class_weight is of classes; NULL: they
 * can. weight, class_weight: what asks for them, by its name, "data.weight" or "--weight", or NULL. */
const char *model_weight_problem(Arena *arena, const Model *model, const char *weight, const char *class_weight);

/* Why its targets can't be standardised: there are none, or they are classes, or their noise is said in their own unit;
 * NULL: they can. name: what asks for it, "data.standardize_labels". */
const char *model_labels_problem(Arena *arena, const Model *model, const char *name);

/* What the network sees of raw states is this [width], where rows are scaled by x: a state begins as the row, with
 * zeros behind it, and steps go with every change of scale. {NULL, NULL} where it sees them as they are, and where a
 * lift or steps without residual give them a unit of their own. */
Scale model_state_scale(Arena *arena, const Model *model, const Scale *x);

/* Those scales, and where there is no loss, so that predictions are states, theirs for predictions. */
Scales model_scales(Arena *arena, const Model *model, const Scales *scales);

/* Numbers of a prediction, and of a target: outputs for each observation. */
size_t model_predictions(const Model *model);

/* Numbers of a sample's target as compiled code takes it: as many, and where samples have weights its weight behind
 * them. */
size_t model_targets(const Model *model);

/* Rows of signals a sample: one a layer, and with linear interpolation one more. */
size_t model_signal_rows(const Model *model);

/* Numbers that training has on so many samples: the parameters, and with learns_x the inputs of each sample behind
 * them. */
size_t model_unknowns(const Model *model, size_t samples);

/* Has any tensor bounds? Or that, or what learns_x learns? */
bool model_bounded(const Model *model);
bool model_held(const Model *model);

/* The sum of all values of dt at the start, which simplex keeps. */
double model_step_total(const Model *model);

/* The time steps of params, one a layer, whatever dt spans: steps [layers]. */
void model_steps(const Model *model, const double *params, double *steps);

/* Does decay pull that tensor: is it learnt, and no step? */
bool model_decays(const Model *model, size_t tensor);

/* Is the last state alone observed? */
bool model_observes_last(const Model *model);

#endif

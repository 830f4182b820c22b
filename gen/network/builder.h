/* builder: what the files that build a network's routines share. Internal to gen/network. */
#ifndef COSTATE_BUILDER_H
#define COSTATE_BUILDER_H

#include "gen/network/network.h"

/* A value that is the same for all samples and that routines read from the parameters, or from what the driver and
 * `prepare` append to them: a tensor's value of a layer (and a stage), the time, an expression of controls alone. */
typedef struct {
    const Node *node;     /* OP_INPUT */
    const Node *dot;      /* its tangent; NULL where it does not move */
    const char *variable; /* in C */
    Location location;    /* in "params" */
} Shared;

typedef struct {
    Arena *arena;
    Graph *graph;
    const Model *model;
    Network *network;
    const Problem *problem;
    Shared *shared; /* tensors in their order, a stage after the other; the time; what is derived of them */
    size_t shared_count;
    size_t *first;      /* [tensor_count]: where a tensor begins in shared */
    size_t time;        /* where the time stands in shared; SIZE_MAX: nothing depends on it */
    const Node *weight; /* of a sample */
    Scale state;        /* [width] what the spec's functions see of a state; NULL: the state */
    bool branched;      /* what routines hand to each other may be 0 because of a branch, or a missing target, */
    bool infinite;      /* or infinite because of an expression that can be */
} Builder;

/* An input: a derivative of the objective that another routine hands over; and how something moves, which is 0 where
 * that stays. */
const Node *builder_bar(Builder *builder, const char *name, Shape shape);
const Node *builder_dot(Builder *builder, const char *name, Shape shape);

Routine *builder_routine(Builder *builder, RoutineId id, const char *name, const char *comment);

/* Adds a parameter that is an array laid out as the parameters are, and the others that have one form. */
void builder_takes(Builder *builder, Routine *routine, const char *name, Role role, bool constant);

/* A block that is read, or written, under the name of the node or that name; it becomes a parameter. */
void builder_read(Builder *builder, Routine *routine, const Node *node);
void builder_write(Builder *builder, Routine *routine, const Node *node, const char *name);

/* All shared values can be read; the printer declares those that are. */
void builder_read_shared(Builder *builder, Routine *routine);

/* The value is added to the total "objective". */
void builder_add_objective(Builder *builder, Routine *routine, const Node *value);

/* bars is added to the gradient of shared value k, if that moves. */
void builder_accumulate(Builder *builder, Routine *routine, size_t k, const NodeList *bars);

/* The same for all of them, bars [shared_count]. */
void builder_accumulate_all(Builder *builder, Routine *routine, const NodeList *bars);

/* The pullback of bar through root to the `count` given inputs, and to all shared values: bars [count +
 * shared_count]. */
void builder_pull(Builder *builder, const Node *root, const Node *bar, size_t count, const Node *const *inputs,
                  NodeList *bars);

/* The tangent of root when inputs[k] move along dots[k], and shared values along theirs; zeros where it stays. */
const Node *builder_tangent(Builder *builder, const Node *root, size_t count, const Node *const *inputs,
                            const Node *const *dots);

/* A varying vector of zeros. */
const Node *builder_zeros(Builder *builder, size_t rows);

/* A vector of constants; what the network sees of a raw vector, the raw one of what it sees (intake.h), and the raw
 * difference of one that it sees. */
const Node *builder_constants(Builder *builder, const double *values, size_t count);
const Node *builder_widened(Builder *builder, const Scale *scale, const Node *difference);
const Node *builder_scaled(Builder *builder, const Scale *scale, const Node *raw);
const Node *builder_unscaled(Builder *builder, const Scale *scale, const Node *scaled);

/* Does root depend on a shared value that moves? */
bool builder_moves(Builder *builder, const Node *root);

/* Is something computed of shared values alone on the way to root? It needs them in padded buffers. */
bool builder_computes_shared(Builder *builder, const Node *root);

/* prepare.c: what the field and the cost compute of controls and time alone becomes shared values, which the routines
 * `prepare` compute; the problem with them in its place. images: what stands at stage i for the problem's inputs. */
typedef struct {
    Problem problem;
    StageArguments arguments;
} Hoisted;
Hoisted builder_hoist(Builder *builder);

/* layer.c, ends.c: the routines of the step, whose tangent leaves a record where `second` asks for it; of lift, head,
 * loss and terminal cost; of the penalty. */
void builder_step(Builder *builder, const Hoisted *hoisted, bool second);
void builder_lift(Builder *builder);
void builder_head(Builder *builder);
void builder_terminal(Builder *builder);
void builder_penalty(Builder *builder);

/* second.c: the tangents of all adjoint routines that there are; the step's tangent has been built with a record. */
void builder_second(Builder *builder);

/* local.c: the field's routines, and adjoints and tangents of constant parameters; all others have been built. */
void builder_local(Builder *builder, const Hoisted *hoisted);

#endif

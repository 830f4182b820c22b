/* network: the expression graphs of a whole network: lift, step, head and loss, with their adjoints and tangents.
 *
 * With stages Y_i = y + h sum_j a_ij f_j, f_i = f(Y_i, u), the costate
 * takes the undivided form
 *     g_i = h b_i p+ + h sum_j a_ji l_j,   l_i = (df/dy)^T g_i,   p = p+ + sum_i l_i,   u_bar += (df/du)^T g_i,
 *     h_bar += sum_i <b_i p+ + sum_j a_ji l_j, f_i>
 * (Hager 2000, Sanz-Serna 2016). What the field computes from controls alone is hoisted out of the step: it is done
 * once a gradient and layer by the `prepare` routines. */
#ifndef COSTATE_NETWORK_H
#define COSTATE_NETWORK_H

#include "gen/graph/derive.h"
#include "gen/network/field.h"
#include "gen/network/model.h"
#include "gen/network/routine.h"
#include "gen/network/tableau.h"

/* The stages of one step: the nodes that the identities of the method are about. */
typedef struct {
    size_t stages;
    const Node *y, *h, *p_next;  /* inputs: state, step size, costate after the step */
    const Node **stage, **slope; /* Y_i, f_i */
    const Node **bar, **costate; /* g_i, l_i (NULL: zero) */
    const Node *y_next, *p;
    const Node *h_bar; /* the derivative by h of one sample, or NULL */
} Step;

/* clang-format off */
typedef enum {
    ROUTINE_PREPARE, ROUTINE_PREPARE_ADJOINT, ROUTINE_PREPARE_TANGENT,
    ROUTINE_LIFT, ROUTINE_LIFT_ADJOINT, ROUTINE_LIFT_COSTATE, ROUTINE_LIFT_TANGENT,
    ROUTINE_STEP, ROUTINE_STEP_ADJOINT, ROUTINE_STEP_TANGENT,
    ROUTINE_HEAD, ROUTINE_HEAD_ADJOINT, ROUTINE_HEAD_TANGENT,
    ROUTINE_LOSS, ROUTINE_LOSS_ADJOINT,
    ROUTINE_COUNT
} RoutineId;
/* clang-format on */

/* Requires nothing of the routines' graph but that it is well formed; the simplifier replaces it as a whole. */
typedef struct {
    const Model *model;
    const Tableau *tableau;
    Graph *graph;
    Step step;
    Routine routines[ROUTINE_COUNT]; /* name NULL: this network has no such routine */
    size_t derived;                  /* reals that `prepare` appends to the parameters */
} Network;

/* Builds the step of field with tableau, and its adjoint, in graph; residual as in the model. control_bars[k]
 * receives the contributions to control k; h may be any shared scalar. */
Step step_build(Graph *graph, const Tableau *tableau, const Field *field, bool residual, const Node *h,
                NodeList *control_bars);

/* All routines. field is in graph. */
Network *network_build(Graph *graph, const Model *model, const Tableau *tableau, const Field *field);

#endif

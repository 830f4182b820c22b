/* network: the expression graphs of a whole network: lift, step, head and loss, with their adjoints and tangents.
 *
 * With stages Y_i = y + h sum_j a_ij f_j, f_i = f(Y_i, u), the costate
 * takes the undivided form
 *     g_i = h b_i p+ + h sum_j a_ji l_j,   l_i = (df/dy)^T g_i,   p = p+ + sum_i l_i,   u_bar += (df/du)^T g_i,
 *     h_bar += sum_i <b_i p+ + sum_j a_ji l_j, f_i>
 * (Hager 2000, Sanz-Serna 2016), where j > i in explicit methods. Implicit stages, and their costates, solve equations,
 * see step.c. What the field computes from controls alone is hoisted out of the step: it is done
 * once a gradient and layer by the `prepare` routines. */
#ifndef COSTATE_NETWORK_H
#define COSTATE_NETWORK_H

#include "gen/graph/derive.h"
#include "gen/model/model.h"
#include "gen/model/problem.h"
#include "gen/model/separation.h"
#include "gen/network/routine.h"
#include "gen/model/tableau.h"

/* The stages of one step: the nodes that the identities of the method are about. A partitioned method has two parts of
 * the state, with stages and slopes of each: i * parts + k is the number of stage i of part k. */
typedef struct {
    size_t stages, parts;
    const Node *y, *h, *p_next;    /* inputs: state, step size, costate after the step */
    const Node *weight;            /* input: what the running cost of a sample counts */
    const Node **stage, **slope;   /* Y_i, f_i */
    const Node **image;            /* y + h sum_j a_ij f_j, which Y_i is or, of an implicit stage, equals */
    const Node **newton;           /* the equation that Y_i is of the solution of; NULL: it is explicit */
    const Node **bar, **costate;   /* g_i, l_i (NULL: zero) */
    const Node **rate, **rate_bar; /* the cost's r_i and its costate h b_i w (NULL: zero); rate NULL: no cost */
    const Node *y_next, *p;
    const Node *y_part[SEPARATION_MOST_PARTS], *next_part[SEPARATION_MOST_PARTS]; /* of y and y_next */
    const Node *p_next_part[SEPARATION_MOST_PARTS], *p_part[SEPARATION_MOST_PARTS];
    const Node *cost; /* h sum b_i r_i of one sample, or NULL */
    const Node
        *h_bar; /* the derivative by h of one sample, or NULL; but for what reaches h through the stages' times */
} Step;

/* What the inputs of field and cost are at the stages of a step. */
typedef struct {
    size_t count;
    const Node **inputs; /* [count] */
    const Node **images; /* [stages][count] */
    size_t leaf_count;
    const Node **leaves; /* [leaf_count] what the images are made of: inputs whose derivatives are wanted */
} StageArguments;

/* clang-format off */
typedef enum {
    ROUTINE_PREPARE, ROUTINE_PREPARE_ADJOINT, ROUTINE_PREPARE_TANGENT,
    ROUTINE_LIFT, ROUTINE_LIFT_ADJOINT, ROUTINE_LIFT_COSTATE, ROUTINE_LIFT_TANGENT,
    ROUTINE_STEP, ROUTINE_STEP_COST, ROUTINE_STEP_ADJOINT, ROUTINE_STEP_PULLBACK, ROUTINE_STEP_TANGENT,
    ROUTINE_STEP_SOLUTIONS,
    ROUTINE_HEAD, ROUTINE_HEAD_ADJOINT, ROUTINE_HEAD_TANGENT,
    ROUTINE_LOSS, ROUTINE_LOSS_ADJOINT,
    ROUTINE_TERMINAL, ROUTINE_TERMINAL_ADJOINT,
    ROUTINE_PENALTY, ROUTINE_PENALTY_ADJOINT,
    ROUTINE_PREPARE_SECOND, ROUTINE_LIFT_SECOND, ROUTINE_LIFT_COSTATE_SECOND, ROUTINE_STEP_SECOND,
    ROUTINE_HEAD_SECOND, ROUTINE_LOSS_SECOND, ROUTINE_TERMINAL_SECOND, ROUTINE_PENALTY_SECOND,
    ROUTINE_FIELD, ROUTINE_FIELD_ADJOINT, ROUTINE_FIELD_COSTATE, ROUTINE_FIELD_TANGENT, ROUTINE_FIELD_FLOW,
    ROUTINE_STEP_COSTATE, ROUTINE_STEP_FLOW, ROUTINE_HEAD_COSTATE, ROUTINE_HEAD_FLOW, ROUTINE_LIFT_FLOW,
    ROUTINE_COUNT
} RoutineId;
/* clang-format on */

/* Requires nothing of the routines' graph but that it is well formed; the simplifier replaces it as a whole. */
typedef struct Network {
    const Model *model;
    const Tableau *tableau;
    Graph *graph;
    Step step;
    Routine routines[ROUTINE_COUNT]; /* name NULL: this network has no such routine */
    bool simple;                     /* a loss of the last state and no other cost, no signals, no missing targets */
    bool timed;                      /* the time of a layer's state is appended to the parameters, one for each layer */
    bool time_moves;                 /* with the steps, which are learnt */
    bool raw_states;                 /* states are in the unit of rows, which are scaled, and begin with theirs */
    size_t derived;                  /* reals that `prepare` appends behind that */
} Network;

/* Reals of the parameters with all that is appended to them. */
size_t network_extended(const Network *network);

/* What readers call stage i of part k, value = i * parts + k: "Y2"; in a pair "Q2" and "V2". */
const char *step_stage_name(Arena *arena, const Step *step, size_t value);

/* Builds the step of problem's field and cost with tableau, and its adjoint, in graph; residual as in the model.
 * bars[k] receives the contributions to leaf k; h may be any shared scalar. weight NULL where there is no cost. */
Step step_build(Graph *graph, const Tableau *tableau, const Problem *problem, bool residual, const Node *h,
                const Node *weight, const StageArguments *arguments, NodeList *bars);

/* Routines that not every solver has. */
typedef struct {
    bool second; /* those of second order */
    bool local;  /* those of the field, and those that take the parameters for constants */
} Extras;

/* All routines, and the extras. Who sees states, by local routines, sees them in the unit of the rows where these are
 * scaled and the first state is the row, with zeros behind it: then the field is that of raw states, of which a step is
 * the same. The expressions of problem are in graph. */
Network *network_build(Graph *graph, const Model *model, const Tableau *tableau, const Problem *problem, Extras extras);

#endif

/* layer: the routines of one layer: the step, its adjoint and its tangent; see network.h. */
#include "gen/network/builder.h"

#include "gen/graph/newton.h"
#include "gen/network/equations.h"

#include <string.h>

/* The layer's signals, and with linear interpolation those of the next, in the order of parameters. */
typedef struct {
    size_t count;
    const Node *nodes[2], *dots[2];
} Signals;

static Signals signals_of(Builder *builder, const char *ending)
{
    const Node *s = builder->problem->s;
    const Model *model = builder->model;
    Signals signals = {.count = s ? 1 + (size_t)model->linear : 0};
    for (size_t k = 0; k < signals.count; k++) {
        const char *name = k ? "signal_next" : "signal";
        signals.nodes[k] = k ? graph_input(builder->graph, "signal_next", s->shape) : s;
        if (ending)
            signals.dots[k] = builder_dot(builder, text_print(builder->arena, "%s%s", name, ending), s->shape);
    }
    return signals;
}

/* params, [params_dot,] layer, y and the signals. */
static Routine *open_step(Builder *builder, RoutineId id, const char *name, const char *comment)
{
    Routine *routine = builder_routine(builder, id, name, comment);
    const Signals signals = signals_of(builder, NULL);
    builder_takes(builder, routine, "params", ROLE_SHARED, true);
    if (id == ROUTINE_STEP_TANGENT)
        builder_takes(builder, routine, "params_dot", ROLE_SHARED, true);
    builder_takes(builder, routine, "layer", ROLE_LAYER, true);
    builder_read_shared(builder, routine);
    builder_read(builder, routine, builder->network->step.y);
    for (size_t k = 0; k < signals.count; k++)
        builder_read(builder, routine, signals.nodes[k]);
    return routine;
}

static const Node *weighted_cost(Builder *builder)
{
    const Step *step = &builder->network->step;
    return graph_reduce(builder->graph, graph_slope(builder->graph, step->weight, step->cost));
}

static void build_forward(Builder *builder, const Step *step)
{
    Routine *forward =
        open_step(builder, ROUTINE_STEP, "step_block", "One step: y_next from the state y; fills in the record.");
    forward->record = RECORD_WRITE;
    builder_takes(builder, forward, "record", ROLE_RECORD, false);
    builder_write(builder, forward, step->y_next, "y_next");
    builder_takes(builder, forward, "scratch", ROLE_SCRATCH, false);
    if (!step->cost)
        return;
    Routine *cost = open_step(builder, ROUTINE_STEP_COST, "step_cost",
                              "The step, and the running cost of the samples on the way added to the objective.");
    builder_read(builder, cost, step->weight);
    builder_write(builder, cost, step->y_next, "y_next");
    builder_takes(builder, cost, "objective", ROLE_TOTAL, false);
    builder_add_objective(builder, cost, weighted_cost(builder));
    builder_takes(builder, cost, "scratch", ROLE_SCRATCH, false);
}

/* bars: what each leaf gets; the first signal_count leaves are the signals, then come the shared values. */
static void build_adjoint(Builder *builder, RoutineId id, const Step *step, const NodeList *bars)
{
    Graph *graph = builder->graph;
    const Signals signals = signals_of(builder, NULL);
    bool to_signals = id == ROUTINE_STEP_PULLBACK;
    Routine *adjoint =
        to_signals
            ? open_step(builder, id, "step_adjoint_signals", "The same, and what the signals of the layer get.")
            : open_step(builder, id, "step_adjoint",
                        "Its adjoint: the costate p before the step from p_next after it; adds to the gradient.");
    adjoint->record = RECORD_READ;
    if (step->cost)
        builder_read(builder, adjoint, step->weight);
    builder_takes(builder, adjoint, "record", ROLE_RECORD, true);
    builder_read(builder, adjoint, step->p_next);
    for (size_t k = 0; k < builder->shared_count; k++)
        if (k != builder->first[builder->model->step_tensor])
            builder_accumulate(builder, adjoint, k, &bars[signals.count + k]);
    size_t h = builder->first[builder->model->step_tensor];
    NodeList h_bars = bars[signals.count + h];
    if (step->h_bar)
        node_list_add(&h_bars, graph_reduce(graph, step->h_bar));
    builder_accumulate(builder, adjoint, h, &h_bars);
    builder_write(builder, adjoint, step->p, "p");
    for (size_t k = 0; to_signals && k < signals.count; k++) {
        const Node *bar = derive_sum(graph, &bars[k]);
        builder_write(builder, adjoint, bar ? bar : builder_zeros(builder, signals.nodes[k]->shape.rows),
                      k ? "signal_next_bar" : "signal_bar");
    }
    if (step->cost) {
        builder_takes(builder, adjoint, "objective", ROLE_TOTAL, false);
        builder_add_objective(builder, adjoint, weighted_cost(builder));
    }
    builder_takes(builder, adjoint, "gradient", ROLE_SHARED, false);
    builder_takes(builder, adjoint, "scratch", ROLE_SCRATCH, false);
}

static void build_tangent(Builder *builder, const Step *step, bool recorded)
{
    Routine *moved = open_step(builder, ROUTINE_STEP_TANGENT, "step_tangent",
                               "The step and its tangent: how y_next moves when y and the parameters do.");
    const Signals signals = signals_of(builder, "_dot");
    const Node *inputs[3] = {step->y, signals.nodes[0], signals.nodes[1]};
    const Node *dots[3] = {builder_dot(builder, "y_dot", step->y->shape), signals.dots[0], signals.dots[1]};
    for (size_t k = 0; k < 1 + signals.count; k++)
        builder_read(builder, moved, dots[k]);
    if (recorded) {
        moved->record = RECORD_WRITE;
        moved->order = ORDER_SECOND;
        builder_takes(builder, moved, "record", ROLE_RECORD, false);
    }
    builder_write(builder, moved, step->y_next, "y_next");
    builder_write(builder, moved, builder_tangent(builder, step->y_next, 1 + signals.count, inputs, dots),
                  "y_dot_next");
    builder_takes(builder, moved, "scratch", ROLE_SCRATCH, false);
}

/* For whoever wants to know how equations were solved: the program, not the users of what it emits. */
static void build_solutions(Builder *builder, const Step *step)
{
    Graph *graph = builder->graph;
    const NodeList equations = equations_of(builder->arena, step);
    const Node **counts = ARENA_ARRAY(builder->arena, equations.count + 1, const Node *);
    const Node **solutions = ARENA_ARRAY(builder->arena, equations.count + 1, const Node *);
    if (equations.count == 0)
        return;
    for (size_t k = 0; k < equations.count; k++) {
        counts[k] = newton_iterations(graph, equations.nodes[k]);
        solutions[k] = newton_solution(graph, equations.nodes[k]);
    }
    Routine *solved = open_step(builder, ROUTINE_STEP_SOLUTIONS, "step_solutions",
                                "The step; how often each equation was iterated, NaN without success; the solutions.");
    builder_write(builder, solved, step->y_next, "y_next");
    builder_write(builder, solved, graph_concat(graph, counts, equations.count), "counts");
    builder_write(builder, solved, graph_concat(graph, solutions, equations.count), "solutions");
    builder_takes(builder, solved, "scratch", ROLE_SCRATCH, false);
}

void builder_step(Builder *builder, const Hoisted *hoisted, bool second)
{
    const Model *model = builder->model;
    const Signals signals = signals_of(builder, NULL);
    StageArguments arguments = hoisted->arguments;
    size_t count = signals.count + builder->shared_count;
    arguments.leaf_count = count;
    arguments.leaves = ARENA_ARRAY(builder->arena, count, const Node *);
    NodeList *bars = ARENA_ARRAY(builder->arena, count, NodeList);
    for (size_t k = 0; k < count; k++)
        arguments.leaves[k] = k < signals.count ? signals.nodes[k] : builder->shared[k - signals.count].node;
    const Node *h = builder->shared[builder->first[model->step_tensor]].node;
    Step *step = &builder->network->step;
    builder_bar(builder, "p_next", builder->problem->y->shape); /* that of step_build */
    *step = step_build(builder->graph, builder->network->tableau, &hoisted->problem, model->residual, h,
                       hoisted->problem.cost ? builder->weight : NULL, &arguments, bars);
    build_forward(builder, step);
    build_adjoint(builder, ROUTINE_STEP_ADJOINT, step, bars);
    if (signals.count)
        build_adjoint(builder, ROUTINE_STEP_PULLBACK, step, bars);
    build_tangent(builder, step, second);
    build_solutions(builder, step);
}

/* ends: the routines before the first layer and behind observed layers: lift, head, loss, terminal cost; and the
 * penalty over layers. See network.h. */
#include "gen/network/builder.h"
#include "gen/model/loss.h"

#include <string.h>

/* ---- lift ---- */

/* The first state of the row x. */
static const Node *lifted(Builder *builder, const Node *row)
{
    const Model *model = builder->model;
    Graph *graph = builder->graph;
    const bool raw = builder->network->raw_states;
    const Node *x = raw ? row : builder_scaled(builder, &model->intake.scales.x, row);
    if (builder->problem->lift) {
        Substitution map = graph_substitution(graph);
        graph_replace(graph, &map, row, x);
        return graph_substitute(graph, &map, builder->problem->lift);
    }
    if (model->affine_lift) {
        const Shared *first = &builder->shared[builder->first[model->lift_tensor]];
        return graph_add(graph, graph_matvec(graph, first[0].node, x), first[1].node);
    }
    if (model->width == model->inputs)
        return x;
    const Node *parts[2] = {x, builder_zeros(builder, model->width - model->inputs)};
    return graph_concat(graph, parts, 2);
}

void builder_lift(Builder *builder)
{
    const Model *model = builder->model;
    Graph *graph = builder->graph;
    const Node *x = graph_input(graph, "x", shape_vector(model->inputs, true));
    const Node *x_dot = builder_dot(builder, "x_dot", x->shape);
    const Node *p = builder_bar(builder, "p", shape_vector(model->width, true)), *y = lifted(builder, x);
    NodeList *bars = ARENA_ARRAY(builder->arena, 1 + builder->shared_count, NodeList);
    builder_pull(builder, y, p, 1, &x, bars);
    bool loads = builder_computes_shared(builder, y);

    Routine *forward = builder_routine(builder, ROUTINE_LIFT, "lift", "The first state y of the input x.");
    builder_takes(builder, forward, "params", ROLE_SHARED, true);
    builder_read_shared(builder, forward);
    builder_read(builder, forward, x);
    builder_write(builder, forward, y, "y");
    builder_takes(builder, forward, "scratch", ROLE_SCRATCH, false);
    forward->loads = loads;
    if (model->affine_lift || builder_moves(builder, y)) {
        Routine *adjoint = builder_routine(builder, ROUTINE_LIFT_ADJOINT, "lift_adjoint",
                                           "Its adjoint: adds to the gradient what the first costate p gives.");
        builder_takes(builder, adjoint, "params", ROLE_SHARED, true);
        builder_read_shared(builder, adjoint);
        builder_read(builder, adjoint, x);
        builder_read(builder, adjoint, p);
        builder_takes(builder, adjoint, "gradient", ROLE_SHARED, false);
        builder_takes(builder, adjoint, "scratch", ROLE_SCRATCH, false);
        builder_accumulate_all(builder, adjoint, bars + 1);
        adjoint->loads = loads;
    }
    Routine *costate = builder_routine(builder, ROUTINE_LIFT_COSTATE, "lift_costate", "The costate of the input.");
    const Node *x_bar = derive_sum(graph, &bars[0]);
    builder_takes(builder, costate, "params", ROLE_SHARED, true);
    builder_read_shared(builder, costate);
    if (builder->problem->lift)
        builder_read(builder, costate, x);
    builder_read(builder, costate, p);
    builder_write(builder, costate, x_bar ? x_bar : builder_zeros(builder, model->inputs), "x_bar");
    builder_takes(builder, costate, "scratch", ROLE_SCRATCH, false);
    costate->loads = loads;
    Routine *moved = builder_routine(builder, ROUTINE_LIFT_TANGENT, "lift_tangent",
                                     "How the first state moves when x and the parameters do.");
    builder_takes(builder, moved, "params", ROLE_SHARED, true);
    builder_takes(builder, moved, "params_dot", ROLE_SHARED, true);
    builder_read_shared(builder, moved);
    builder_read(builder, moved, x);
    builder_read(builder, moved, x_dot);
    builder_write(builder, moved, builder_tangent(builder, y, 1, &x, &x_dot), "y_dot");
    builder_takes(builder, moved, "scratch", ROLE_SCRATCH, false);
    moved->loads = loads;
}

/* ---- head and loss ---- */

/* An observed state and what becomes of it. */
typedef struct {
    const Node *y, *prediction;   /* of what its user sees, as targets are */
    const Node *loss, *objective; /* of one sample, and of all, weighted; or NULL */
    const Node *target, *known;   /* known NULL: targets are complete */
    const Node *p_after;          /* the costate that arrives from behind; NULL: none does */
    bool loads;
} Head;

/* mu, of which a coupled link does not see what all entries share: relative to the greatest of them, before W y is
 * added and digits are lost. The greatest by halves, which overlap where their length is odd. */
static const Node *relative(Graph *graph, const Node *mu)
{
    const Node *greatest = mu;
    for (size_t rows = mu->shape.rows, half; rows > 1; rows = half) {
        half = (rows + 1) / 2;
        greatest = graph_binary(graph, OP_MAX, graph_parts(graph, greatest, 0, half),
                                graph_parts(graph, greatest, rows - half, half));
    }
    return graph_subtract(graph, mu, graph_part(graph, greatest, 0));
}

/* The head's value before the link. */
static const Node *head_value(Builder *builder, const Node *y)
{
    const Model *model = builder->model;
    if (builder->problem->head)
        return builder->problem->head;
    y = builder_scaled(builder, &builder->state, y);
    if (!model->affine_head)
        return y;
    const Shared *first = &builder->shared[builder->first[model->head_tensor]];
    const Node *mu = first[1].node;
    if (model->link && model->link->coupled)
        mu = relative(builder->graph, mu);
    return graph_add(builder->graph, graph_matvec(builder->graph, first[0].node, y), mu);
}

static const Node *noise_of(Builder *builder)
{
    const Model *model = builder->model;
    return model->noise ? builder_constants(builder, model->noise, model->outputs) : NULL;
}

/* A function of the spec, of this prediction and target. */
static const Node *loss_function(Builder *builder, const LossArguments *of)
{
    Substitution map = graph_substitution(builder->graph);
    graph_replace(builder->graph, &map, builder->problem->prediction, of->prediction);
    graph_replace(builder->graph, &map, builder->problem->target, of->target);
    return graph_substitute(builder->graph, &map, builder->problem->loss);
}

static Head head_of(Builder *builder)
{
    const Model *model = builder->model;
    Graph *graph = builder->graph;
    Head head = {.y = graph_input(graph, "y", shape_vector(model->width, true))};
    const Scale *scale = &model->intake.scales.targets;
    const Node *v = head_value(builder, head.y), *p = model->link ? model->link->prediction(graph, v) : v;
    head.prediction = builder_unscaled(builder, scale, p);
    graph_label(head.prediction, head.prediction == head.y ? NULL : "prediction");
    head.loads = builder_computes_shared(builder, head.prediction);
    if (!builder->network->simple)
        head.p_after = builder_bar(builder, "p_after", head.y->shape);
    if (!model->has_loss)
        return head;
    bool whole = loss_is_whole(model->loss, model->link);
    head.target = graph_input(graph, "target", shape_vector(model->outputs, true));
    if (model->missing) {
        head.known = graph_input(graph, "known", whole ? shape_scalar(true) : head.target->shape);
        graph_carries(head.known, true, false);
    }
    const Node *target = builder_scaled(builder, scale, head.target);
    const LossArguments arguments = {model->link, v, p, target, whole ? NULL : head.known, noise_of(builder)};
    head.loss = model->loss ? model->loss->loss(graph, &arguments) : loss_function(builder, &arguments);
    if (head.known && whole)
        head.loss = graph_gated(graph, head.known, head.loss);
    head.loads = head.loads || builder_computes_shared(builder, head.loss);
    head.objective = graph_reduce(graph, graph_slope(graph, builder->weight, head.loss));
    return head;
}

/* Adds the gradient of the head and writes the costate p of its input, when bar arrives at root. */
static void pull_head(Builder *builder, Routine *routine, const Head *head, const Node *root, const Node *bar)
{
    Graph *graph = builder->graph;
    NodeList *bars = ARENA_ARRAY(builder->arena, 1 + builder->shared_count, NodeList);
    builder_pull(builder, root, bar, 1, &head->y, bars);
    builder_accumulate_all(builder, routine, bars + 1);
    const Node *p = derive_sum(graph, &bars[0]);
    if (head->p_after)
        p = p ? graph_add(graph, head->p_after, p) : head->p_after;
    builder_write(builder, routine, p ? p : builder_zeros(builder, head->y->shape.rows), "p");
}

static void build_head(Builder *builder, const Head *head)
{
    Routine *forward =
        builder_routine(builder, ROUTINE_HEAD, "head",
                        model_observes_last(builder->model) ? "The prediction from the last state y."
                                                            : "The prediction from the state y of an observed layer.");
    builder_takes(builder, forward, "params", ROLE_SHARED, true);
    builder_read_shared(builder, forward);
    builder_read(builder, forward, head->y);
    builder_write(builder, forward, head->prediction, "prediction");
    builder_takes(builder, forward, "scratch", ROLE_SCRATCH, false);
    forward->loads = head->loads;
}

static void build_head_adjoint(Builder *builder, const Head *head)
{
    const Node *bar = builder_bar(builder, "prediction_bar", head->prediction->shape);
    Routine *adjoint = builder_routine(builder, ROUTINE_HEAD_ADJOINT, "head_adjoint",
                                       head->p_after ? "Its adjoint: adds to the costate p_after and to the gradient."
                                                     : "Its adjoint: the last costate p; adds to the gradient.");
    builder_takes(builder, adjoint, "params", ROLE_SHARED, true);
    builder_read_shared(builder, adjoint);
    builder_read(builder, adjoint, head->y);
    builder_read(builder, adjoint, bar);
    if (head->p_after)
        builder_read(builder, adjoint, head->p_after);
    pull_head(builder, adjoint, head, head->prediction, bar);
    builder_takes(builder, adjoint, "gradient", ROLE_SHARED, false);
    builder_takes(builder, adjoint, "scratch", ROLE_SCRATCH, false);
    adjoint->loads = head->loads;
}

static void build_head_tangent(Builder *builder, const Head *head)
{
    const Node *y_dot = builder_dot(builder, "y_dot", head->y->shape);
    Routine *moved = builder_routine(builder, ROUTINE_HEAD_TANGENT, "head_tangent",
                                     "How the prediction moves when y and the parameters do.");
    builder_takes(builder, moved, "params", ROLE_SHARED, true);
    builder_takes(builder, moved, "params_dot", ROLE_SHARED, true);
    builder_read_shared(builder, moved);
    builder_read(builder, moved, head->y);
    builder_read(builder, moved, y_dot);
    builder_write(builder, moved, builder_tangent(builder, head->prediction, 1, &head->y, &y_dot), "prediction_dot");
    builder_takes(builder, moved, "scratch", ROLE_SCRATCH, false);
    moved->loads = head->loads;
}

/* What the loss reads. */
static void open_loss(Builder *builder, Routine *routine, const Head *head)
{
    builder_takes(builder, routine, "params", ROLE_SHARED, true);
    builder_read_shared(builder, routine);
    builder_read(builder, routine, head->y);
    builder_read(builder, routine, head->target);
    if (head->known)
        builder_read(builder, routine, head->known);
    builder_read(builder, routine, builder->weight);
    routine->loads = head->loads;
}

static void build_loss(Builder *builder, const Head *head)
{
    Routine *forward =
        builder_routine(builder, ROUTINE_LOSS, "loss", "The prediction, and the samples' weighted losses added up.");
    open_loss(builder, forward, head);
    builder_write(builder, forward, head->prediction, "prediction");
    builder_add_objective(builder, forward, head->objective);
    builder_takes(builder, forward, "objective", ROLE_TOTAL, false);
    builder_takes(builder, forward, "scratch", ROLE_SCRATCH, false);
    Routine *adjoint = builder_routine(
        builder, ROUTINE_LOSS_ADJOINT, "loss_adjoint",
        head->p_after ? "The loss and its adjoint: adds to the costate p_after, objective and gradient."
                      : "The loss and its adjoint: the last costate p; adds to objective and gradient.");
    open_loss(builder, adjoint, head);
    if (head->p_after)
        builder_read(builder, adjoint, head->p_after);
    builder_write(builder, adjoint, head->prediction, "prediction");
    builder_add_objective(builder, adjoint, head->objective);
    pull_head(builder, adjoint, head, head->loss, builder->weight);
    builder_takes(builder, adjoint, "objective", ROLE_TOTAL, false);
    builder_takes(builder, adjoint, "gradient", ROLE_SHARED, false);
    builder_takes(builder, adjoint, "scratch", ROLE_SCRATCH, false);
}

void builder_head(Builder *builder)
{
    const Head head = head_of(builder);
    build_head(builder, &head);
    build_head_adjoint(builder, &head);
    build_head_tangent(builder, &head);
    if (head.loss)
        build_loss(builder, &head);
}

/* ---- terminal cost ---- */

static Routine *open_terminal(Builder *builder, RoutineId id, const char *name, const char *comment)
{
    Routine *routine = builder_routine(builder, id, name, comment);
    builder_takes(builder, routine, "params", ROLE_SHARED, true);
    builder_read_shared(builder, routine);
    builder_read(builder, routine, builder->problem->y);
    builder_read(builder, routine, builder->weight);
    routine->loads = builder_computes_shared(builder, builder->problem->terminal);
    return routine;
}

void builder_terminal(Builder *builder)
{
    const Problem *problem = builder->problem;
    Graph *graph = builder->graph;
    if (!problem->terminal)
        return;
    const Node *objective = graph_reduce(graph, graph_slope(graph, builder->weight, problem->terminal));
    Routine *forward = open_terminal(builder, ROUTINE_TERMINAL, "terminal",
                                     "The samples' weighted terminal costs of the last state y added up.");
    builder_add_objective(builder, forward, objective);
    builder_takes(builder, forward, "objective", ROLE_TOTAL, false);
    builder_takes(builder, forward, "scratch", ROLE_SCRATCH, false);
    Routine *adjoint = open_terminal(builder, ROUTINE_TERMINAL_ADJOINT, "terminal_adjoint",
                                     "The terminal cost and its adjoint: the last costate p.");
    NodeList *bars = ARENA_ARRAY(builder->arena, 1 + builder->shared_count, NodeList);
    builder_pull(builder, problem->terminal, builder->weight, 1, &problem->y, bars);
    const Node *p = derive_sum(graph, &bars[0]);
    builder_write(builder, adjoint, p ? p : builder_zeros(builder, builder->model->width), "p");
    builder_add_objective(builder, adjoint, objective);
    builder_accumulate_all(builder, adjoint, bars + 1);
    builder_takes(builder, adjoint, "objective", ROLE_TOTAL, false);
    builder_takes(builder, adjoint, "gradient", ROLE_SHARED, false);
    builder_takes(builder, adjoint, "scratch", ROLE_SCRATCH, false);
}

/* ---- penalty ---- */

/* A control's value of the next layer. */
static Shared next_of(Builder *builder, const Shared *here, const Node *node)
{
    Shared next = *here;
    next.node = node;
    next.variable = text_print(builder->arena, "%s_next", here->variable);
    next.location.layer = "next";
    return next;
}

/* Whether it moves is asked of `dot`; the penalty's tangent is not among the routines. */
static Routine *open_penalty(Builder *builder, RoutineId id, const char *name, const char *comment, bool weighed,
                             const Shared *next, size_t next_count)
{
    Routine *routine = builder_routine(builder, id, name, comment);
    builder_takes(builder, routine, "params", ROLE_SHARED, true);
    builder_takes(builder, routine, "layer", ROLE_LAYER, true);
    builder_takes(builder, routine, "next", ROLE_LAYER, true);
    if (weighed)
        builder_read(builder, routine, builder->weight);
    builder_read_shared(builder, routine);
    for (size_t k = 0; k < next_count; k++)
        routine_input(builder->arena, routine, (RoutineInput){next[k].node, next[k].variable, next[k].location});
    routine->loads = true;
    return routine;
}

/* A penalty that works with vectors as those of samples are (K * y, softmax) is that of a block of which one sample has
 * weight. */
void builder_penalty(Builder *builder)
{
    const Problem *problem = builder->problem;
    const Model *model = builder->model;
    Graph *graph = builder->graph;
    Arena *arena = builder->arena;
    if (!problem->penalty)
        return;
    size_t begin = builder->first[model->control_tensor];
    size_t count = builder->first[model->control_tensor + model->control_count] - begin, at = 0;
    Shared *next = ARENA_ARRAY(arena, count, Shared);
    Substitution map = graph_substitution(graph);
    for (size_t c = 0; c < model->control_count; c++)
        for (size_t i = 0; i < model->tensors[model->control_tensor + c].stages; i++, at++) {
            graph_replace(graph, &map, problem->here[c][i], builder->shared[begin + at].node);
            next[at] = next_of(builder, &builder->shared[begin + at], problem->next[c][i]);
        }
    const Node *value = graph_substitute(graph, &map, problem->penalty);
    const bool weighed = value->shape.varies;
    if (weighed)
        value = graph_reduce(graph, graph_multiply(graph, builder->weight, value));
    Routine *forward =
        open_penalty(builder, ROUTINE_PENALTY, "penalty",
                     "The penalty of a layer and the next one, added to the objective.", weighed, next, count);
    builder_takes(builder, forward, "objective", ROLE_TOTAL, false);
    builder_takes(builder, forward, "scratch", ROLE_SCRATCH, false);
    builder_add_objective(builder, forward, value);
    Routine *adjoint =
        open_penalty(builder, ROUTINE_PENALTY_ADJOINT, "penalty_adjoint",
                     "The penalty and its gradient, added to objective and gradient.", weighed, next, count);
    builder_takes(builder, adjoint, "objective", ROLE_TOTAL, false);
    builder_takes(builder, adjoint, "gradient", ROLE_SHARED, false);
    builder_takes(builder, adjoint, "scratch", ROLE_SCRATCH, false);
    builder_add_objective(builder, adjoint, value);
    const Node **inputs = ARENA_ARRAY(arena, count, const Node *);
    NodeList *bars = ARENA_ARRAY(arena, count + builder->shared_count, NodeList);
    for (size_t k = 0; k < count; k++)
        inputs[k] = next[k].node;
    builder_pull(builder, value, graph_integer(graph, 1), count, inputs, bars);
    builder_accumulate_all(builder, adjoint, bars + count);
    for (size_t k = 0; k < count; k++) {
        Location location = next[k].location;
        location.array = "gradient";
        for (size_t i = 0; next[k].dot && i < bars[k].count; i++)
            routine_result(arena, adjoint,
                           (RoutineResult){RESULT_ACCUMULATE, bars[k].nodes[i],
                                           text_print(arena, "%s_bar", next[k].variable), location});
    }
}

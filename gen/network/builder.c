#include "gen/network/builder.h"

Routine *builder_routine(Builder *builder, RoutineId id, const char *name, const char *comment)
{
    Routine *routine = &builder->network->routines[id];
    *routine = (Routine){.name = name, .comment = comment};
    return routine;
}

const Node *builder_bar(Builder *builder, const char *name, Shape shape)
{
    const Node *bar = graph_input(builder->graph, name, shape);
    graph_carries(bar, builder->branched, builder->infinite);
    return bar;
}

const Node *builder_dot(Builder *builder, const char *name, Shape shape)
{
    const Node *dot = graph_input(builder->graph, name, shape);
    graph_carries(dot, true, builder->infinite);
    return dot;
}

void builder_takes(Builder *builder, Routine *routine, const char *name, Role role, bool constant)
{
    routine_parameter(builder->arena, routine, (RoutineParameter){name, role, constant, 0});
}

void builder_read(Builder *builder, Routine *routine, const Node *node)
{
    routine_parameter(builder->arena, routine, (RoutineParameter){node->name, ROLE_SAMPLE, true, node->shape.rows});
    routine_input(builder->arena, routine, (RoutineInput){node, node->name, {0}});
}

void builder_write(Builder *builder, Routine *routine, const Node *node, const char *name)
{
    routine_parameter(builder->arena, routine, (RoutineParameter){name, ROLE_SAMPLE, false, node->shape.rows});
    routine_result(builder->arena, routine, (RoutineResult){RESULT_BLOCK, node, name, {0}});
}

static Location in_array(Location location, const char *array)
{
    location.array = array;
    return location;
}

void builder_read_shared(Builder *builder, Routine *routine)
{
    Arena *arena = builder->arena;
    for (size_t k = 0; k < builder->shared_count; k++) {
        const Shared *shared = &builder->shared[k];
        routine_input(arena, routine, (RoutineInput){shared->node, shared->variable, shared->location});
        if (shared->dot)
            routine_input(arena, routine,
                          (RoutineInput){shared->dot, text_print(arena, "%s_dot", shared->variable),
                                         in_array(shared->location, "params_dot")});
    }
}

void builder_add_objective(Builder *builder, Routine *routine, const Node *value)
{
    routine_result(builder->arena, routine, (RoutineResult){RESULT_OBJECTIVE, value, "objective", {0}});
}

/* times node; what sums over samples is multiplied before it does. */
static const Node *repeated(Graph *graph, const Node *node, size_t times)
{
    const Node *factor = graph_integer(graph, (long)times);
    if (times == 1)
        return node;
    if (node->op == OP_OUTER)
        return graph_outer(graph, graph_scale(graph, factor, node->args[0]), node->args[1]);
    if (node->op == OP_REDUCE)
        return graph_reduce(graph, graph_scale(graph, factor, node->args[0]));
    return graph_scale(graph, factor, node);
}

/* How often the node is in the list from place `from` on. */
static size_t occurrences(const NodeList *list, const Node *node, size_t from)
{
    size_t count = 0;
    for (size_t i = from; i < list->count; i++)
        count += list->nodes[i] == node;
    return count;
}

/* Stages that are one value, as in Verlet's method, hand over the same: it is added once. */
void builder_accumulate(Builder *builder, Routine *routine, size_t k, const NodeList *bars)
{
    const Shared *shared = &builder->shared[k];
    if (!shared->dot)
        return;
    const char *name = text_print(builder->arena, "%s_bar", shared->variable);
    for (size_t i = 0; i < bars->count; i++) {
        const size_t times = occurrences(bars, bars->nodes[i], i);
        if (occurrences(bars, bars->nodes[i], 0) == times)
            routine_result(builder->arena, routine,
                           (RoutineResult){RESULT_ACCUMULATE, repeated(builder->graph, bars->nodes[i], times), name,
                                           in_array(shared->location, "gradient")});
    }
}

void builder_accumulate_all(Builder *builder, Routine *routine, const NodeList *bars)
{
    for (size_t k = 0; k < builder->shared_count; k++)
        builder_accumulate(builder, routine, k, &bars[k]);
}

void builder_pull(Builder *builder, const Node *root, const Node *bar, size_t count, const Node *const *inputs,
                  NodeList *bars)
{
    const Node **all = ARENA_ARRAY(builder->arena, count + builder->shared_count, const Node *);
    for (size_t k = 0; k < count; k++)
        all[k] = inputs[k];
    for (size_t k = 0; k < builder->shared_count; k++)
        all[count + k] = builder->shared[k].node;
    derive_pullback(builder->graph, root, bar, count + builder->shared_count, all, bars);
}

const Node *builder_tangent(Builder *builder, const Node *root, size_t count, const Node *const *inputs,
                            const Node *const *dots)
{
    size_t most = count + builder->shared_count;
    const Node **all = ARENA_ARRAY(builder->arena, most, const Node *);
    const Node **moves = ARENA_ARRAY(builder->arena, most, const Node *);
    for (size_t k = 0; k < most; k++) {
        all[k] = k < count ? inputs[k] : builder->shared[k - count].node;
        moves[k] = k < count ? dots[k] : builder->shared[k - count].dot;
    }
    const Node *dot = derive_pushforward(builder->graph, root, most, all, moves);
    return dot ? dot : graph_spread(builder->graph, graph_integer(builder->graph, 0), root->shape);
}

const Node *builder_zeros(Builder *builder, size_t rows)
{
    return graph_spread(builder->graph, graph_integer(builder->graph, 0), shape_vector(rows, true));
}

bool builder_moves(Builder *builder, const Node *root)
{
    bool *marks = ARENA_ARRAY(builder->arena, graph_size(builder->graph), bool);
    graph_mark(root, marks);
    for (size_t k = 0; k < builder->shared_count; k++)
        if (builder->shared[k].dot && marks[builder->shared[k].node->id])
            return true;
    return false;
}

bool builder_computes_shared(Builder *builder, const Node *root)
{
    size_t size = graph_size(builder->graph);
    bool *marks = ARENA_ARRAY(builder->arena, size, bool);
    graph_mark(root, marks);
    for (size_t id = 0; id < size; id++) {
        const Node *node = graph_at(builder->graph, id);
        if (marks[id] && !node->shape.varies && (node->arg_count > 0 || node->op == OP_IDENTITY))
            return true;
    }
    return false;
}

/* ---- scales ---- */

const Node *builder_constants(Builder *builder, const double *values, size_t count)
{
    const Node **parts = ARENA_ARRAY(builder->arena, count, const Node *);
    for (size_t i = 0; i < count; i++)
        parts[i] = graph_constant(builder->graph, number_from_double(builder->arena, values[i]));
    return graph_concat(builder->graph, parts, count);
}

/* One for each entry of node: a scalar where they are equal, as those of pixels are. */
static const Node *constants_of(Builder *builder, const double *values, const Node *node)
{
    bool equal = true;
    for (size_t i = 1; i < node->shape.rows; i++)
        equal = equal && values[i] == values[0];
    return equal ? graph_constant(builder->graph, number_from_double(builder->arena, values[0]))
                 : builder_constants(builder, values, node->shape.rows);
}

const Node *builder_scaled(Builder *builder, const Scale *scale, const Node *raw)
{
    Graph *graph = builder->graph;
    if (!scale->mean)
        return raw;
    const Node *centred = graph_subtract(graph, raw, constants_of(builder, scale->mean, raw));
    const Node *scaled = graph_binary(graph, OP_DIV, centred, constants_of(builder, scale->deviation, raw));
    graph_label(scaled, scaled == raw ? raw->label : text_print(builder->arena, "%s_in", raw->name));
    return scaled;
}

const Node *builder_widened(Builder *builder, const Scale *scale, const Node *difference)
{
    return scale->mean
               ? graph_binary(builder->graph, OP_MUL, difference, constants_of(builder, scale->deviation, difference))
               : difference;
}

const Node *builder_unscaled(Builder *builder, const Scale *scale, const Node *scaled)
{
    const Node *wide = builder_widened(builder, scale, scaled);
    return scale->mean ? graph_add(builder->graph, wide, constants_of(builder, scale->mean, scaled)) : wide;
}

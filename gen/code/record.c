#include "gen/code/record.h"

#include "gen/graph/operation.h"

const RoutineId record_writers[ORDER_COUNT] = {ROUTINE_STEP, ROUTINE_STEP_TANGENT};
const RoutineId record_readers[ORDER_COUNT] = {ROUTINE_STEP_ADJOINT, ROUTINE_STEP_SECOND};

/* Reaches from the adjoint's results down to what the step computes; spread values are cheaper made again. */
static void find_taped(const Node *node, const bool *forward, bool *seen, bool *taped)
{
    if (seen[node->id])
        return;
    seen[node->id] = true;
    if (forward[node->id] && node->shape.varies && node->op != OP_INPUT && node->op != OP_SPREAD &&
        node->op != OP_SLICE) {
        taped[node->id] = true;
        return;
    }
    for (size_t i = 0; i < node->arg_count; i++)
        find_taped(node->args[i], forward, seen, taped);
}

/* The taped values one behind the other. */
static Record in_order(const Graph *graph, const bool *taped)
{
    size_t size = graph_size(graph), rows = 0;
    size_t *offsets = ARENA_ARRAY(graph_arena(graph), size, size_t);
    for (size_t id = 0; id < size; id++) {
        if (!taped[id])
            continue;
        offsets[id] = rows;
        rows += graph_at(graph, id)->shape.rows;
    }
    return (Record){taped, offsets, rows, false};
}

static bool *find_whole(const Network *network, Order order)
{
    const Graph *graph = network->graph;
    Arena *arena = graph_arena(graph);
    size_t size = graph_size(graph);
    bool *forward = ARENA_ARRAY(arena, size, bool), *seen = ARENA_ARRAY(arena, size, bool);
    bool *taped = ARENA_ARRAY(arena, size, bool);
    routine_mark(&network->routines[record_writers[order]], forward);
    const Routine *adjoint = &network->routines[record_readers[order]];
    for (size_t i = 0; i < adjoint->result_count; i++)
        find_taped(adjoint->results[i].node, forward, seen, taped);
    return taped;
}

Record record_whole(const Network *network, Order order)
{
    return in_order(network->graph, find_whole(network, order));
}

Record record_none(const Network *network)
{
    return in_order(network->graph, ARENA_ARRAY(graph_arena(network->graph), graph_size(network->graph), bool));
}

/* ---- what is computed again ---- */

/* Of a row: as many take as long as to store it, and to load it again when the cache has other things. */
enum { MOST_OPERATIONS = 4 };

/* The operations that computing node takes from what is recorded and given, added to *operations; false where they are
 * more than `most`, or an activation is among them. */
static bool count_operations(const Node *node, const bool *taped, double most, double *operations)
{
    const Cost cost = operation_cost(node);
    if (!node->shape.varies || node->op == OP_INPUT)
        return true;
    *operations += cost.multiplications + cost.additions;
    bool few = cost.activations == 0 && node->op != OP_NEWTON && *operations <= most; /* iterated who knows how often */
    for (size_t i = 0; few && i < node->arg_count; i++)
        few = taped[node->args[i]->id] || count_operations(node->args[i], taped, most, operations);
    return few;
}

Record record_lean(const Network *network, Order order)
{
    const Graph *graph = network->graph;
    bool *taped = find_whole(network, order);
    for (size_t id = 0; id < graph_size(graph); id++) {
        const Node *node = graph_at(graph, id);
        double operations = 0;
        if (taped[id] && count_operations(node, taped, (double)(MOST_OPERATIONS * node->shape.rows), &operations))
            taped[id] = false;
    }
    Record record = in_order(graph, taped);
    record.lean = true;
    return record;
}

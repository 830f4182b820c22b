#include "gen/graph/rows.h"

#include "gen/graph/operation.h"

/* The entry of a vector of one. */
static const Node *as_scalar(Graph *graph, const Node *x)
{
    return x->op == OP_CONCAT && x->arg_count == 1 && x->args[0]->shape.rank == 0
               ? x->args[0]
               : graph_slice(graph, x, 0, shape_scalar(true));
}

static const Node *rows_of_concat(Graph *graph, const Node *x, size_t from, size_t rows)
{
    const Node **parts = ARENA_ARRAY(graph_arena(graph), x->arg_count, const Node *);
    size_t count = 0, at = 0;
    for (size_t k = 0; k < x->arg_count; at += x->args[k++]->shape.rows) {
        const Node *part = x->args[k];
        size_t begin = from > at ? from - at : 0, end = from + rows > at ? from + rows - at : 0;
        end = end < part->shape.rows ? end : part->shape.rows;
        if (begin < end)
            parts[count++] = part->shape.rank == 0 ? part : graph_rows(graph, part, begin, end - begin);
    }
    return count == 1 && parts[0]->shape.rank == 1 ? parts[0] : graph_concat(graph, parts, count);
}

/* The same operation on rows of its arguments; shared scalars among them stay. */
static const Node *rows_of_entries(Graph *graph, const Node *x, size_t from, size_t rows)
{
    const Node **args = ARENA_ARRAY(graph_arena(graph), x->arg_count, const Node *);
    for (size_t k = 0; k < x->arg_count; k++)
        args[k] = x->args[k]->shape.rank ? graph_rows(graph, x->args[k], from, rows) : x->args[k];
    return graph_node(graph, x->op, shape_vector(rows, true), args, x->arg_count, 0);
}

const Node *graph_rows(Graph *graph, const Node *x, size_t from, size_t rows)
{
    const Shape shape = shape_vector(rows, true);
    if (shape_equal(x->shape, shape))
        return x;
    if (x->op == OP_SLICE)
        return graph_rows(graph, x->args[0], from + x->from, rows);
    if (x->op == OP_CONCAT)
        return rows_of_concat(graph, x, from, rows);
    if (x->op == OP_COMBINE || operation(x->op)->elementwise > 0)
        return rows_of_entries(graph, x, from, rows);
    if (x->op == OP_SPREAD && x->args[0]->shape.rank == 0)
        return graph_spread(graph, x->args[0], shape);
    return graph_slice(graph, x, from, shape);
}

/* What node becomes when its arguments become args. */
static const Node *split_node(Graph *graph, const Node *node, const Node *const *args)
{
    if (node->op != OP_SLICE)
        return graph_rebuild(graph, node, args);
    const Node *rows = graph_rows(graph, args[0], node->from, node->shape.rows);
    return node->shape.rank ? rows : as_scalar(graph, rows);
}

const Node *graph_split(Graph *graph, const Node *root, const Node *y, size_t count, const Node *const *parts)
{
    size_t size = graph_size(graph);
    Arena *arena = graph_arena(graph);
    bool *live = ARENA_ARRAY(arena, size, bool);
    const Node **images = ARENA_ARRAY(arena, size, const Node *);
    graph_mark(root, live);
    for (size_t id = 0; id < size; id++) {
        const Node *node = graph_at(graph, id);
        const Node **args = ARENA_ARRAY(arena, node->arg_count, const Node *);
        bool changed = false;
        for (size_t k = 0; live[id] && k < node->arg_count; k++) {
            args[k] = images[node->args[k]->id];
            changed = changed || args[k] != node->args[k];
        }
        images[id] = node == y ? graph_concat(graph, parts, count) : changed ? split_node(graph, node, args) : node;
    }
    return images[root->id];
}

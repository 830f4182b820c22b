#include "gen/graph/derive.h"

#include "gen/graph/operation.h"

NodeList node_list(Arena *arena)
{
    return (NodeList){.arena = arena};
}

void node_list_add(NodeList *list, const Node *node)
{
    list->nodes = ARENA_MORE(list->arena, list->nodes, list->count, list->capacity);
    list->nodes[list->count++] = node;
}

const Node *derive_sum(Graph *graph, const NodeList *list)
{
    if (list->count <= 1)
        return list->count ? list->nodes[0] : NULL;
    const Node *one = graph_integer(graph, 1);
    const Node **ones = ARENA_ARRAY(list->arena, list->count, const Node *);
    for (size_t i = 0; i < list->count; i++)
        ones[i] = one;
    return graph_combine(graph, list->count, ones, list->nodes, NULL);
}

/* ---- pullback ---- */

typedef struct {
    Graph *graph;
    const bool *active; /* by id: depends on one of the inputs */
    NodeList *bars;     /* by id */
} Reverse;

static void contribute(Reverse *reverse, const Node *to, const Node *bar)
{
    if (bar)
        node_list_add(&reverse->bars[to->id], bar);
}

static void pull(Reverse *reverse, const Node *v, const Node *g)
{
    for (size_t k = 0; k < v->arg_count; k++)
        if (reverse->active[v->args[k]->id])
            contribute(reverse, v->args[k], operation(v->op)->pull(reverse->graph, v, g, k));
}

/* By id: does the node depend on one of the inputs? */
static bool *active_nodes(Graph *graph, size_t size, size_t count, const Node *const *inputs)
{
    bool *active = ARENA_ARRAY(graph_arena(graph), size, bool);
    for (size_t k = 0; k < count; k++)
        active[inputs[k]->id] = true;
    for (size_t id = 0; id < size; id++) {
        const Node *node = graph_at(graph, id);
        for (size_t i = 0; i < node->arg_count; i++)
            active[id] = active[id] || active[node->args[i]->id];
    }
    return active;
}

/* Inputs may be inner nodes (the costate of a stage value): their bars are collected, and passed on no further. */
static bool is_input(const Node *node, size_t count, const Node *const *inputs)
{
    for (size_t k = 0; k < count; k++)
        if (inputs[k] == node)
            return true;
    return false;
}

void derive_pullback(Graph *graph, const Node *root, const Node *bar, size_t count, const Node *const *inputs,
                     NodeList *contributions)
{
    Arena *arena = graph_arena(graph);
    size_t size = graph_size(graph);
    Reverse reverse = {graph, active_nodes(graph, size, count, inputs), ARENA_ARRAY(arena, size, NodeList)};
    for (size_t id = 0; id < size; id++)
        reverse.bars[id] = node_list(arena);
    contribute(&reverse, root, bar);
    for (size_t id = root->id + 1; id-- > 0;) {
        const Node *node = graph_at(graph, id);
        if (reverse.active[id] && reverse.bars[id].count && !is_input(node, count, inputs))
            pull(&reverse, node, derive_sum(graph, &reverse.bars[id]));
    }
    for (size_t k = 0; k < count; k++) {
        contributions[k] = reverse.bars[inputs[k]->id];
        if (inputs[k]->shape.varies && contributions[k].count > 1) {
            const Node *sum = derive_sum(graph, &contributions[k]);
            contributions[k] = node_list(arena);
            node_list_add(&contributions[k], sum);
        }
    }
}

/* ---- pushforward ---- */

/* How v moves when its arguments do; dots: by id. */
static const Node *push(Graph *graph, const Node *v, const Node *const *dots)
{
    const Node **moved = ARENA_ARRAY(graph_arena(graph), v->arg_count + 1, const Node *);
    bool moves = false;
    for (size_t k = 0; k < v->arg_count; k++) {
        moved[k] = dots[v->args[k]->id];
        moves = moves || moved[k];
    }
    const Node *dot = moves ? operation(v->op)->push(graph, v, moved) : NULL;
    if (dot && v->label)
        graph_label(dot, text_print(graph_arena(graph), "%s_dot", v->label));
    return dot;
}

const Node *derive_pushforward(Graph *graph, const Node *root, size_t count, const Node *const *inputs,
                               const Node *const *dots)
{
    size_t size = graph_size(graph);
    bool *live = ARENA_ARRAY(graph_arena(graph), size, bool);
    const Node **moved = ARENA_ARRAY(graph_arena(graph), size, const Node *); /* by id; NULL: does not move */
    graph_mark(root, live);
    for (size_t k = 0; k < count; k++)
        if (inputs[k]->id < size)
            moved[inputs[k]->id] = dots[k];
    for (size_t id = 0; id <= root->id; id++)
        if (live[id] && !moved[id])
            moved[id] = push(graph, graph_at(graph, id), moved);
    return moved[root->id];
}

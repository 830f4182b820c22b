#include "gen/graph/derive.h"

#include "gen/graph/operation.h"

NodeList node_list(Arena *arena)
{
    return (NodeList){.arena = arena};
}

void node_list_add(NodeList *list, const Node *node)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 4;
        list->nodes =
            arena_grow(list->arena, list->nodes, list->count * sizeof *list->nodes, capacity * sizeof *list->nodes);
        list->capacity = capacity;
    }
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

/* <x, y> as a value that is shared when x and y are. */
static const Node *inner(Graph *graph, const Node *x, const Node *y)
{
    if (x->shape.rank == 0)
        return graph_binary(graph, OP_MUL, x, y);
    if (x->shape.varies)
        return graph_dot(graph, x, y);
    const Node *args[2] = {x, y};
    return graph_node(graph, OP_DOT, shape_scalar(false), args, 2, 0);
}

/* A sum over the samples where there are any. */
static const Node *reduced(Graph *graph, const Node *x)
{
    return x->shape.varies ? graph_reduce(graph, x) : x;
}

static const Node *total_of(Graph *graph, const Node *g)
{
    if (g->shape.rank == 0)
        return g;
    return g->shape.varies ? graph_total(graph, g)
                           : inner(graph, g, graph_spread(graph, graph_integer(graph, 1), g->shape));
}

static const Node *zeros(Graph *graph, size_t rows)
{
    return graph_spread(graph, graph_integer(graph, 0), shape_vector(rows, true));
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

static void pull_elementwise(Reverse *reverse, const Node *v, const Node *g)
{
    for (size_t k = 0; k < v->arg_count; k++) {
        if (!reverse->active[v->args[k]->id])
            continue;
        const Node *partial = operation_partial(reverse->graph, v, k);
        if (partial)
            contribute(reverse, v->args[k], graph_binary(reverse->graph, OP_MUL, partial, g));
    }
}

static void pull_combine(Reverse *reverse, const Node *v, const Node *g)
{
    Graph *graph = reverse->graph;
    for (size_t k = 0; k < combine_terms(v); k++) {
        const Node *c = combine_coefficient(v, k), *x = combine_term(v, k);
        if (reverse->active[x->id])
            contribute(reverse, x, graph_scale(graph, c, g));
        if (reverse->active[c->id])
            contribute(reverse, c, reduced(graph, inner(graph, g, x)));
    }
    const Node *shift = combine_shift(v);
    if (shift && reverse->active[shift->id])
        contribute(reverse, shift, reduced(graph, total_of(graph, g)));
}

/* The transpose of spreading: over entries it sums entries, over samples it sums samples. */
static void pull_spread(Reverse *reverse, const Node *v, const Node *g)
{
    const Node *x = v->args[0];
    const Node *sum = x->shape.rank < v->shape.rank ? total_of(reverse->graph, g) : g;
    contribute(reverse, x, x->shape.varies ? sum : reduced(reverse->graph, sum));
}

static void pull_matvec(Reverse *reverse, const Node *v, const Node *g)
{
    Graph *graph = reverse->graph;
    const Node *a = v->args[0], *x = v->args[1];
    if (reverse->active[a->id])
        contribute(reverse, a, v->op == OP_MATVEC ? graph_outer(graph, g, x) : graph_outer(graph, x, g));
    if (reverse->active[x->id])
        contribute(reverse, x, v->op == OP_MATVEC ? graph_matvec_t(graph, a, g) : graph_matvec(graph, a, g));
    if (v->arg_count == 3 && reverse->active[v->args[2]->id])
        contribute(reverse, v->args[2], graph_reduce(graph, g));
}

static void pull_dot(Reverse *reverse, const Node *v, const Node *g)
{
    for (size_t k = 0; k < 2; k++)
        if (reverse->active[v->args[k]->id])
            contribute(reverse, v->args[k], graph_multiply(reverse->graph, g, v->args[1 - k]));
}

static void pull_slice(Reverse *reverse, const Node *v, const Node *g)
{
    const Node *parts[3];
    size_t count = 0, after = v->args[0]->shape.rows - v->from - v->shape.rows;
    if (v->from)
        parts[count++] = zeros(reverse->graph, v->from);
    parts[count++] = g;
    if (after)
        parts[count++] = zeros(reverse->graph, after);
    contribute(reverse, v->args[0], graph_concat(reverse->graph, parts, count));
}

static void pull_concat(Reverse *reverse, const Node *v, const Node *g)
{
    size_t from = 0;
    for (size_t k = 0; k < v->arg_count; k++) {
        const Node *part = v->args[k];
        if (reverse->active[part->id])
            contribute(reverse, part, graph_slice(reverse->graph, g, from, part->shape));
        from += part->shape.rows;
    }
}

/* v (dx - <v, dx>): the derivative of the softmax v is symmetric, so this serves both directions. */
static const Node *softmax_derivative(Graph *graph, const Node *v, const Node *dx)
{
    return graph_binary(graph, OP_MUL, v, graph_subtract(graph, dx, graph_dot(graph, v, dx)));
}

static void pull(Reverse *reverse, const Node *v, const Node *g)
{
    Graph *graph = reverse->graph;
    if (operation_elementwise(v->op)) {
        pull_elementwise(reverse, v, g);
        return;
    }
    switch (v->op) {
    case OP_COMBINE:
        pull_combine(reverse, v, g);
        break;
    case OP_SPREAD:
        pull_spread(reverse, v, g);
        break;
    case OP_MATVEC:
    case OP_MATVEC_T:
        pull_matvec(reverse, v, g);
        break;
    case OP_DOT:
        pull_dot(reverse, v, g);
        break;
    case OP_TOTAL:
        contribute(reverse, v->args[0], graph_spread(graph, g, v->args[0]->shape));
        break;
    case OP_SLICE:
        pull_slice(reverse, v, g);
        break;
    case OP_CONCAT:
        pull_concat(reverse, v, g);
        break;
    case OP_SOFTMAX:
        contribute(reverse, v->args[0], softmax_derivative(graph, v, g));
        break;
    case OP_LOGSUMEXP:
        contribute(reverse, v->args[0], graph_multiply(graph, g, graph_softmax(graph, v->args[0])));
        break;
    case OP_TRANSPOSE:
        contribute(reverse, v->args[0], graph_transpose(graph, g));
        break;
    default: /* leaves, and sums over samples, which nothing differentiates again */
        break;
    }
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

typedef struct {
    Graph *graph;
    const Node **dots; /* by id; NULL: does not move */
} Forward;

static const Node *dot_of(const Forward *forward, const Node *node)
{
    return forward->dots[node->id];
}

static const Node *plus(Graph *graph, const Node *a, const Node *b)
{
    return a && b ? graph_add(graph, a, b) : a ? a : b;
}

static const Node *push_elementwise(const Forward *forward, const Node *v)
{
    const Node *sum = NULL;
    for (size_t k = 0; k < v->arg_count; k++) {
        const Node *dot = dot_of(forward, v->args[k]);
        const Node *partial = dot ? operation_partial(forward->graph, v, k) : NULL;
        if (partial)
            sum = plus(forward->graph, sum, graph_binary(forward->graph, OP_MUL, partial, dot));
    }
    return sum;
}

static const Node *push_combine(const Forward *forward, const Node *v)
{
    Graph *graph = forward->graph;
    size_t count = 0;
    const Node **coefficients = ARENA_ARRAY(graph_arena(graph), v->arg_count + 1, const Node *);
    const Node **terms = ARENA_ARRAY(graph_arena(graph), v->arg_count + 1, const Node *);
    for (size_t k = 0; k < combine_terms(v); k++) {
        const Node *c = combine_coefficient(v, k), *x = combine_term(v, k);
        if (dot_of(forward, x)) {
            coefficients[count] = c;
            terms[count++] = dot_of(forward, x);
        }
        if (dot_of(forward, c)) {
            coefficients[count] = dot_of(forward, c);
            terms[count++] = x;
        }
    }
    const Node *shift = combine_shift(v) ? dot_of(forward, combine_shift(v)) : NULL;
    if (count)
        return graph_combine(graph, count, coefficients, terms, shift);
    return shift ? graph_spread(graph, shift, v->shape) : NULL;
}

static const Node *push_product(const Forward *forward, const Node *v)
{
    Graph *graph = forward->graph;
    const Node *(*apply)(Graph *, const Node *, const Node *) = v->op == OP_DOT      ? graph_dot
                                                                : v->op == OP_MATVEC ? graph_matvec
                                                                                     : graph_matvec_t;
    const Node *a = v->args[0], *x = v->args[1], *da = dot_of(forward, a), *dx = dot_of(forward, x);
    const Node *sum = plus(graph, dx ? apply(graph, a, dx) : NULL, da ? apply(graph, da, x) : NULL);
    const Node *db = v->arg_count == 3 ? dot_of(forward, v->args[2]) : NULL;
    return plus(graph, sum, db ? graph_spread(graph, db, v->shape) : NULL);
}

static const Node *push_concat(const Forward *forward, const Node *v)
{
    const Node **parts = ARENA_ARRAY(graph_arena(forward->graph), v->arg_count, const Node *);
    bool moves = false;
    for (size_t k = 0; k < v->arg_count; k++) {
        const Node *part = v->args[k], *dot = dot_of(forward, part);
        moves = moves || dot;
        parts[k] = dot ? dot : graph_spread(forward->graph, graph_integer(forward->graph, 0), part->shape);
    }
    return moves ? graph_concat(forward->graph, parts, v->arg_count) : NULL;
}

static const Node *push(const Forward *forward, const Node *v)
{
    Graph *graph = forward->graph;
    if (operation_elementwise(v->op))
        return push_elementwise(forward, v);
    const Node *dx = v->arg_count ? dot_of(forward, v->args[0]) : NULL;
    switch (v->op) {
    case OP_COMBINE:
        return push_combine(forward, v);
    case OP_MATVEC:
    case OP_MATVEC_T:
    case OP_DOT:
        return push_product(forward, v);
    case OP_CONCAT:
        return push_concat(forward, v);
    case OP_SPREAD:
        return dx ? graph_spread(graph, dx, v->shape) : NULL;
    case OP_TOTAL:
        return dx ? graph_total(graph, dx) : NULL;
    case OP_SLICE:
        return dx ? graph_slice(graph, dx, v->from, v->shape) : NULL;
    case OP_SOFTMAX:
        return dx ? softmax_derivative(graph, v, dx) : NULL;
    case OP_LOGSUMEXP:
        return dx ? graph_dot(graph, graph_softmax(graph, v->args[0]), dx) : NULL;
    case OP_TRANSPOSE:
        return dx ? graph_transpose(graph, dx) : NULL;
    default:
        return NULL;
    }
}

const Node *derive_pushforward(Graph *graph, const Node *root, size_t count, const Node *const *inputs,
                               const Node *const *dots)
{
    size_t size = graph_size(graph);
    bool *live = ARENA_ARRAY(graph_arena(graph), size, bool);
    Forward forward = {graph, ARENA_ARRAY(graph_arena(graph), size, const Node *)};
    graph_mark(root, live);
    for (size_t k = 0; k < count; k++)
        if (inputs[k]->id < size)
            forward.dots[inputs[k]->id] = dots[k];
    for (size_t id = 0; id <= root->id; id++)
        if (live[id] && !forward.dots[id])
            forward.dots[id] = push(&forward, graph_at(graph, id));
    return forward.dots[root->id];
}

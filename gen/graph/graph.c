#include "gen/graph/graph.h"

#include "gen/graph/operation.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct Graph {
    Arena *arena;
    const Node **nodes; /* by id */
    size_t count, capacity;
    const Node **table; /* open addressing, a power of two, never more than half full */
    size_t slots;
    const char *error;
};

Graph *graph_new(Arena *arena)
{
    Graph *graph = ARENA_NEW(arena, Graph);
    graph->arena = arena;
    graph->capacity = 256;
    graph->nodes = ARENA_ARRAY(arena, graph->capacity, const Node *);
    graph->slots = 1024;
    graph->table = ARENA_ARRAY(arena, graph->slots, const Node *);
    return graph;
}

Arena *graph_arena(const Graph *graph)
{
    return graph->arena;
}

size_t graph_size(const Graph *graph)
{
    return graph->count;
}

const Node *graph_at(const Graph *graph, size_t id)
{
    return graph->nodes[id];
}

const char *graph_error(const Graph *graph)
{
    return graph->error ? graph->error : "";
}

static const Node *fail(Graph *graph, const char *format, ...) COSTATE_FORMAT(2, 3);

static const Node *fail(Graph *graph, const char *format, ...)
{
    char message[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    graph->error = arena_string(graph->arena, message, strlen(message));
    return NULL;
}

/* ---- shapes ---- */

Shape shape_scalar(bool varies)
{
    return (Shape){.rank = 0, .varies = varies, .rows = 1, .cols = 1};
}

Shape shape_vector(size_t rows, bool varies)
{
    return (Shape){.rank = 1, .varies = varies, .rows = rows, .cols = 1};
}

Shape shape_matrix(size_t rows, size_t cols)
{
    return (Shape){.rank = 2, .varies = false, .rows = rows, .cols = cols};
}

bool shape_equal(Shape a, Shape b)
{
    return a.rank == b.rank && a.varies == b.varies && a.rows == b.rows && a.cols == b.cols;
}

static bool same_extent(Shape a, Shape b)
{
    return a.rank == b.rank && a.rows == b.rows && a.cols == b.cols;
}

void shape_text(Text *text, Shape shape)
{
    text_add(text, shape.varies ? "varying " : "shared ");
    if (shape.rank == 0)
        text_add(text, "scalar");
    else if (shape.rank == 1)
        text_format(text, "vector[%zu]", shape.rows);
    else
        text_format(text, "matrix[%zu,%zu]", shape.rows, shape.cols);
}

static const char *extent(Graph *graph, Shape shape)
{
    if (shape.rank == 0)
        return "a scalar";
    if (shape.rank == 1)
        return text_print(graph->arena, "a vector of %zu", shape.rows);
    return text_print(graph->arena, "a %zu x %zu matrix", shape.rows, shape.cols);
}

/* ---- interning ---- */

static uint64_t node_hash(const Node *node)
{
    uint64_t hash = text_hash(TEXT_HASH_SEED, &node->op, sizeof node->op);
    size_t numbers[4] = {node->shape.rows, node->shape.cols, node->from, node->shape.rank * 2u + node->shape.varies};
    hash = text_hash(hash, numbers, sizeof numbers);
    for (size_t i = 0; i < node->arg_count; i++)
        hash = text_hash(hash, &node->args[i]->id, sizeof node->args[i]->id);
    if (node->name)
        hash = text_hash(hash, node->name, strlen(node->name));
    return node->value ? number_hash(hash, node->value) : hash;
}

static bool node_equal(const Node *a, const Node *b)
{
    if (a->op != b->op || !shape_equal(a->shape, b->shape) || a->from != b->from || a->arg_count != b->arg_count)
        return false;
    for (size_t i = 0; i < a->arg_count; i++)
        if (a->args[i] != b->args[i])
            return false;
    if (a->op == OP_CONSTANT)
        return number_same(a->value, b->value);
    return a->op != OP_INPUT || strcmp(a->name, b->name) == 0;
}

static size_t find_slot(const Graph *graph, const Node *node)
{
    size_t slot = (size_t)node_hash(node) & (graph->slots - 1);
    while (graph->table[slot] && !node_equal(graph->table[slot], node))
        slot = (slot + 1) & (graph->slots - 1);
    return slot;
}

static void grow(Graph *graph)
{
    graph->nodes = arena_grow(graph->arena, graph->nodes, graph->capacity * sizeof *graph->nodes,
                              graph->capacity * 2 * sizeof *graph->nodes);
    graph->capacity *= 2;
    graph->slots *= 2;
    graph->table = ARENA_ARRAY(graph->arena, graph->slots, const Node *);
    for (size_t i = 0; i < graph->count; i++)
        graph->table[find_slot(graph, graph->nodes[i])] = graph->nodes[i];
}

static bool is_nonzero_constant(const Node *node)
{
    const Node *x = node->op == OP_SPREAD ? node->args[0] : node;
    return x->op == OP_CONSTANT && number_sign(x->value) != 0;
}

/* By itself, whatever its arguments: what is divided by a constant is not. */
static bool may_be_infinite(const Node *node)
{
    return operation(node->op)->infinite && !(node->op == OP_DIV && is_nonzero_constant(node->args[1]));
}

static const Node *intern(Graph *graph, const Node *draft)
{
    size_t slot = find_slot(graph, draft);
    if (graph->table[slot])
        return graph->table[slot];
    if (graph->count == graph->capacity) {
        grow(graph);
        slot = find_slot(graph, draft);
    }
    Node *node = ARENA_NEW(graph->arena, Node);
    *node = *draft;
    node->id = graph->count;
    node->branched = operation(node->op)->branches;
    node->infinite = may_be_infinite(node);
    for (size_t i = 0; i < draft->arg_count; i++) {
        node->branched = node->branched || draft->args[i]->branched;
        node->infinite = node->infinite || draft->args[i]->infinite;
    }
    if (draft->arg_count)
        node->args = arena_grow(graph->arena, draft->args, draft->arg_count * sizeof *draft->args,
                                draft->arg_count * sizeof *draft->args);
    graph->nodes[graph->count++] = node;
    graph->table[slot] = node;
    return node;
}

const Node *graph_node(Graph *graph, Op op, Shape shape, const Node *const *args, size_t arg_count, size_t from)
{
    Node draft = {.op = op, .shape = shape, .args = args, .arg_count = arg_count, .from = from};
    return intern(graph, &draft);
}

void graph_label(const Node *node, const char *label)
{
    if (node && !node->label)
        ((Node *)node)->label = label; /* interned nodes are created writable, and a label is no part of identity */
}

/* ---- leaves ---- */

const Node *graph_constant(Graph *graph, const Number *value)
{
    Node draft = {.op = OP_CONSTANT, .shape = shape_scalar(false), .value = value};
    return intern(graph, &draft);
}

const Node *graph_integer(Graph *graph, long value)
{
    return graph_constant(graph, number_integer(graph->arena, value));
}

const Node *graph_input(Graph *graph, const char *name, Shape shape)
{
    Node draft = {.op = OP_INPUT, .shape = shape, .name = name};
    const Node *node = intern(graph, &draft);
    graph_label(node, name);
    return node;
}

void graph_carries(const Node *input, bool branched, bool infinite)
{
    ((Node *)input)->branched = branched; /* as labels, these are no part of identity */
    ((Node *)input)->infinite = infinite;
}

const Node *graph_identity(Graph *graph, size_t rows)
{
    return graph_node(graph, OP_IDENTITY, shape_matrix(rows, rows), NULL, 0, 0);
}

bool node_is_shared_scalar(const Node *node)
{
    return node->shape.rank == 0 && !node->shape.varies;
}

bool node_is_constant(const Node *node, long numerator, long denominator)
{
    return node->op == OP_CONSTANT && number_equals(node->value, numerator, denominator);
}

/* ---- broadcasting ---- */

/* The shape that x and y have together; false, with the error set, where there is none. */
static bool common_shape(Graph *graph, const Node *x, const Node *y, const char *verb, Shape *shape)
{
    if (!x || !y)
        return false;
    *shape = x->shape.rank >= y->shape.rank ? x->shape : y->shape;
    shape->varies = x->shape.varies || y->shape.varies;
    bool fits = same_extent(x->shape, y->shape) || x->shape.rank == 0 || y->shape.rank == 0;
    if (fits && shape->rank == 2 && shape->varies)
        return fail(graph, "a matrix that differs from sample to sample is not supported") != NULL;
    if (!fits)
        fail(graph, "cannot %s %s and %s", verb, extent(graph, x->shape), extent(graph, y->shape));
    return fits;
}

const Node *graph_spread(Graph *graph, const Node *x, Shape shape)
{
    if (!x || shape_equal(x->shape, shape))
        return x;
    return graph_node(graph, OP_SPREAD, shape, &x, 1, 0);
}

/* ---- elementwise ---- */

const Node *graph_unary(Graph *graph, Op op, const Node *x)
{
    return x ? graph_node(graph, op, x->shape, &x, 1, 0) : NULL;
}

/* The value of a product or quotient of two constants, or NULL. */
static const Node *fold(Graph *graph, Op op, const Node *x, const Node *y)
{
    if (x->op != OP_CONSTANT || y->op != OP_CONSTANT)
        return NULL;
    if (op == OP_MUL)
        return graph_constant(graph, number_multiply(graph->arena, x->value, y->value));
    if (op == OP_DIV && number_sign(y->value) != 0)
        return graph_constant(graph, number_divide(graph->arena, x->value, y->value));
    return NULL;
}

const Node *graph_binary(Graph *graph, Op op, const Node *x, const Node *y)
{
    Shape shape;
    if (!common_shape(graph, x, y, "combine", &shape))
        return NULL;
    const Node *folded = fold(graph, op, x, y);
    if (folded)
        return folded;
    const Node *args[2] = {graph_spread(graph, x, shape), graph_spread(graph, y, shape)};
    return graph_node(graph, op, shape, args, 2, 0);
}

const Node *graph_gated(Graph *graph, const Node *x, const Node *y)
{
    bool plain = x && y && (is_nonzero_constant(x) || is_nonzero_constant(y));
    return graph_binary(graph, plain ? OP_MUL : OP_GATE, x, y);
}

bool node_branches(const Node *partial, const Node *moves)
{
    return (partial->branched || moves->branched) && (partial->infinite || moves->infinite);
}

const Node *graph_slope(Graph *graph, const Node *partial, const Node *moves)
{
    return node_branches(partial, moves) ? graph_gated(graph, partial, moves)
                                         : graph_binary(graph, OP_MUL, partial, moves);
}

/* ---- sums ---- */

size_t combine_terms(const Node *node)
{
    return node->arg_count / 2;
}

const Node *combine_coefficient(const Node *node, size_t term)
{
    return node->args[2 * term];
}

const Node *combine_term(const Node *node, size_t term)
{
    return node->args[2 * term + 1];
}

const Node *combine_shift(const Node *node)
{
    return node->arg_count % 2 ? node->args[node->arg_count - 1] : NULL;
}

/* The sum of constants that a combination of constants is, or NULL. */
static const Node *fold_combine(Graph *graph, size_t count, const Node *const *coefficients, const Node *const *terms,
                                const Node *shift)
{
    if (shift && shift->op != OP_CONSTANT)
        return NULL;
    const Number *sum = shift ? shift->value : number_integer(graph->arena, 0);
    for (size_t k = 0; k < count; k++) {
        if (coefficients[k]->op != OP_CONSTANT || terms[k]->op != OP_CONSTANT)
            return NULL;
        sum = number_add(graph->arena, sum, number_multiply(graph->arena, coefficients[k]->value, terms[k]->value));
    }
    return graph_constant(graph, sum);
}

const Node *graph_combine(Graph *graph, size_t count, const Node *const *coefficients, const Node *const *terms,
                          const Node *shift)
{
    const Node *folded = fold_combine(graph, count, coefficients, terms, shift);
    if (folded)
        return folded;
    const Node **args = ARENA_ARRAY(graph->arena, 2 * count + 1, const Node *);
    for (size_t k = 0; k < count; k++) {
        args[2 * k] = coefficients[k];
        args[2 * k + 1] = terms[k];
    }
    args[2 * count] = shift;
    return graph_node(graph, OP_COMBINE, terms[0]->shape, args, 2 * count + (shift != NULL), 0);
}

const Node *graph_scale(Graph *graph, const Node *coefficient, const Node *x)
{
    return x ? graph_combine(graph, 1, &coefficient, &x, NULL) : NULL;
}

static const Node *add_scaled(Graph *graph, const Node *x, const Node *y, long factor, const char *verb)
{
    Shape shape;
    if (!common_shape(graph, x, y, verb, &shape))
        return NULL;
    const Node *one = graph_integer(graph, 1), *scale = graph_integer(graph, factor);
    if (node_is_shared_scalar(y) && (shape.rank > 0 || shape.varies)) {
        const Node *shift = graph_binary(graph, OP_MUL, scale, y);
        return graph_combine(graph, 1, &one, &x, factor == 1 ? y : shift);
    }
    if (node_is_shared_scalar(x) && (shape.rank > 0 || shape.varies))
        return graph_combine(graph, 1, &scale, &y, x);
    const Node *coefficients[2] = {one, scale};
    const Node *terms[2] = {graph_spread(graph, x, shape), graph_spread(graph, y, shape)};
    return graph_combine(graph, 2, coefficients, terms, NULL);
}

const Node *graph_add(Graph *graph, const Node *x, const Node *y)
{
    return add_scaled(graph, x, y, 1, "add");
}

const Node *graph_subtract(Graph *graph, const Node *x, const Node *y)
{
    return add_scaled(graph, x, y, -1, "subtract");
}

const Node *graph_negate(Graph *graph, const Node *x)
{
    return graph_scale(graph, graph_integer(graph, -1), x);
}

/* ---- products ---- */

static const Node *product(Graph *graph, Op op, const Node *a, const Node *x, size_t inner, size_t outer)
{
    if (a->shape.rank != 2 || x->shape.rank != 1 || x->shape.rows != inner)
        return fail(graph, "cannot multiply %s by %s", extent(graph, a->shape), extent(graph, x->shape));
    const Node *args[2] = {a, graph_spread(graph, x, shape_vector(inner, true))};
    return graph_node(graph, op, shape_vector(outer, true), args, 2, 0);
}

const Node *graph_matvec(Graph *graph, const Node *a, const Node *x)
{
    return a && x ? product(graph, OP_MATVEC, a, x, a->shape.cols, a->shape.rows) : NULL;
}

const Node *graph_matvec_t(Graph *graph, const Node *a, const Node *x)
{
    return a && x ? product(graph, OP_MATVEC_T, a, x, a->shape.rows, a->shape.cols) : NULL;
}

const Node *graph_multiply(Graph *graph, const Node *x, const Node *y)
{
    if (!x || !y)
        return NULL;
    if (x->shape.rank == 2 && y->shape.rank == 1)
        return graph_matvec(graph, x, y);
    if (x->shape.rank == 2 && y->shape.rank == 2)
        return fail(graph, "a matrix times a matrix is not supported: write A * (B * y)");
    if (node_is_shared_scalar(x) && !node_is_shared_scalar(y))
        return graph_scale(graph, x, y);
    if (node_is_shared_scalar(y) && !node_is_shared_scalar(x))
        return graph_scale(graph, y, x);
    return graph_binary(graph, OP_MUL, x, y);
}

static const Node *integer_power(Graph *graph, const Node *x, long exponent)
{
    if (exponent == 1)
        return x;
    const Node *half = integer_power(graph, x, exponent / 2), *square = graph_binary(graph, OP_MUL, half, half);
    return exponent % 2 ? graph_binary(graph, OP_MUL, square, x) : square;
}

const Node *graph_power(Graph *graph, const Node *x, const Node *y)
{
    enum { LARGEST_UNROLLED = 64 };
    long numerator, denominator;
    if (!x || !y)
        return NULL;
    if (y->op != OP_CONSTANT || !number_parts(y->value, LARGEST_UNROLLED, &numerator, &denominator))
        return graph_binary(graph, OP_POW, x, y);
    if (numerator == 0)
        return graph_spread(graph, graph_integer(graph, 1), x->shape);
    long size = numerator < 0 ? -numerator : numerator;
    const Node *power = NULL;
    if (denominator == 1)
        power = integer_power(graph, x, size);
    else if (denominator == 2 && size == 1)
        power = graph_unary(graph, OP_SQRT, x);
    else
        return graph_binary(graph, OP_POW, x, y);
    return numerator < 0 ? graph_binary(graph, OP_DIV, graph_integer(graph, 1), power) : power;
}

/* Of two shared vectors or matrices: a shared scalar. */
static const Node *shared_dot(Graph *graph, const Node *x, const Node *y)
{
    const Node *args[2] = {x, y};
    return graph_node(graph, OP_DOT, shape_scalar(false), args, 2, 0);
}

const Node *graph_dot(Graph *graph, const Node *x, const Node *y)
{
    if (!x || !y)
        return NULL;
    if (x->shape.rank && !x->shape.varies && !y->shape.varies && shape_equal(x->shape, y->shape))
        return shared_dot(graph, x, y);
    if (x->shape.rank != 1 || y->shape.rank != 1 || x->shape.rows != y->shape.rows)
        return fail(graph, "dot takes two vectors of one length, not %s and %s", extent(graph, x->shape),
                    extent(graph, y->shape));
    Shape shape = shape_vector(x->shape.rows, true);
    const Node *args[2] = {graph_spread(graph, x, shape), graph_spread(graph, y, shape)};
    return graph_node(graph, OP_DOT, shape_scalar(true), args, 2, 0);
}

/* ---- structure ---- */

const Node *graph_varying_vector(Graph *graph, const Node *x, const char *what)
{
    if (!x)
        return NULL;
    if (x->shape.rank != 1)
        return fail(graph, "%s takes a vector, not %s", what, extent(graph, x->shape));
    return graph_spread(graph, x, shape_vector(x->shape.rows, true));
}

const Node *graph_total(Graph *graph, const Node *x)
{
    if (x && x->shape.rank && !x->shape.varies)
        return shared_dot(graph, x, graph_spread(graph, graph_integer(graph, 1), x->shape));
    x = graph_varying_vector(graph, x, "sum");
    return x ? graph_node(graph, OP_TOTAL, shape_scalar(true), &x, 1, 0) : NULL;
}

const Node *graph_slice(Graph *graph, const Node *x, size_t from, Shape shape)
{
    x = graph_varying_vector(graph, x, "an index");
    if (!x)
        return NULL;
    if (from + shape.rows > x->shape.rows)
        return fail(graph, "entry %zu of %s", from + shape.rows, extent(graph, x->shape));
    return graph_node(graph, OP_SLICE, shape, &x, 1, from);
}

const Node *graph_part(Graph *graph, const Node *x, size_t index)
{
    if (!x)
        return NULL;
    if (x->shape.rank == 0 || x->shape.varies || index >= x->shape.rows)
        return fail(graph, "entry %zu of %s", index + 1, extent(graph, x->shape));
    Shape shape = x->shape.rank == 2 ? shape_vector(x->shape.cols, false) : shape_scalar(false);
    return graph_node(graph, OP_PART, shape, &x, 1, index * x->shape.cols);
}

const Node *graph_parts(Graph *graph, const Node *x, size_t index, size_t rows)
{
    if (!x)
        return NULL;
    if (x->shape.rank != 1 || x->shape.varies || index + rows > x->shape.rows)
        return fail(graph, "entries to %zu of %s", index + rows, extent(graph, x->shape));
    return graph_node(graph, OP_PART, shape_vector(rows, false), &x, 1, index);
}

const Node *graph_pad(Graph *graph, const Node *x, size_t from, Shape shape)
{
    return x ? graph_node(graph, OP_PAD, shape, &x, 1, from) : NULL;
}

const Node *graph_concat(Graph *graph, const Node *const *parts, size_t count)
{
    const Node **varying = ARENA_ARRAY(graph->arena, count, const Node *);
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (!parts[i])
            return NULL;
        if (parts[i]->shape.rank == 2)
            return fail(graph, "concat takes vectors and scalars, not %s", extent(graph, parts[i]->shape));
        Shape shape = parts[i]->shape;
        shape.varies = true;
        varying[i] = graph_spread(graph, parts[i], shape);
        rows += shape.rows;
    }
    return graph_node(graph, OP_CONCAT, shape_vector(rows, true), varying, count, 0);
}

const Node *graph_softmax(Graph *graph, const Node *x)
{
    x = graph_varying_vector(graph, x, "softmax");
    return x ? graph_node(graph, OP_SOFTMAX, x->shape, &x, 1, 0) : NULL;
}

const Node *graph_logsumexp(Graph *graph, const Node *x)
{
    x = graph_varying_vector(graph, x, "logsumexp");
    return x ? graph_node(graph, OP_LOGSUMEXP, shape_scalar(true), &x, 1, 0) : NULL;
}

const Node *graph_logsoftmax(Graph *graph, const Node *x)
{
    x = graph_varying_vector(graph, x, "logsoftmax");
    return x ? graph_node(graph, OP_LOGSOFTMAX, x->shape, &x, 1, 0) : NULL;
}

const Node *graph_transpose(Graph *graph, const Node *a)
{
    if (!a)
        return NULL;
    if (a->shape.rank != 2)
        return fail(graph, "transpose takes a matrix, not %s", extent(graph, a->shape));
    return graph_node(graph, OP_TRANSPOSE, shape_matrix(a->shape.cols, a->shape.rows), &a, 1, 0);
}

const Node *graph_reduce(Graph *graph, const Node *x)
{
    Shape shape = x->shape;
    shape.varies = false;
    return graph_node(graph, OP_REDUCE, shape, &x, 1, 0);
}

const Node *graph_outer(Graph *graph, const Node *x, const Node *y)
{
    const Node *args[2] = {x, y};
    return graph_node(graph, OP_OUTER, shape_matrix(x->shape.rows, y->shape.rows), args, 2, 0);
}

/* ---- whole graphs ---- */

const Node *graph_rebuild(Graph *graph, const Node *node, const Node *const *args)
{
    const Node *twin = graph_node(graph, node->op, node->shape, args, node->arg_count, node->from);
    graph_label(twin, node->label);
    return twin;
}

void graph_mark(const Node *root, bool *marks)
{
    if (marks[root->id])
        return;
    marks[root->id] = true;
    for (size_t i = 0; i < root->arg_count; i++)
        graph_mark(root->args[i], marks);
}

Substitution graph_substitution(Graph *graph)
{
    return (Substitution){.images = ARENA_ARRAY(graph->arena, graph->count, const Node *), .size = graph->count};
}

void graph_replace(Graph *graph, Substitution *map, const Node *node, const Node *image)
{
    if (node->id >= map->size) {
        map->images = arena_grow(graph->arena, map->images, map->size * sizeof *map->images,
                                 2 * graph->count * sizeof *map->images);
        map->size = 2 * graph->count;
    }
    map->images[node->id] = image;
}

const Node *graph_substitute(Graph *graph, Substitution *map, const Node *root)
{
    if (root->id < map->size && map->images[root->id])
        return map->images[root->id];
    if (!root->arg_count)
        return root;
    const Node **args = ARENA_ARRAY(graph->arena, root->arg_count, const Node *);
    bool changed = false;
    for (size_t i = 0; i < root->arg_count; i++) {
        args[i] = graph_substitute(graph, map, root->args[i]);
        changed = changed || args[i] != root->args[i];
    }
    /* labels stay behind: the same expression of another stage is another quantity */
    const Node *image = changed ? graph_node(graph, root->op, root->shape, args, root->arg_count, root->from) : root;
    graph_replace(graph, map, root, image);
    return image;
}

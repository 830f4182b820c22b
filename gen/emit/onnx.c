#include "gen/emit/onnx.h"

#include "gen/base/protobuf.h"
#include "gen/emit/description.h"
#include "gen/emit/seal.h"
#include "gen/graph/operation.h"

#include <assert.h>
#include <string.h>

/* Of onnx.proto (IR version 8): the numbers of the fields that are written here, and of the types. */
enum { MODEL_IR = 1, MODEL_PRODUCER, MODEL_VERSION, MODEL_DOC = 6, MODEL_GRAPH, MODEL_OPSET };
enum { OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT };
enum { NODE_INPUT = 1, NODE_OUTPUT, NODE_OP = 4, NODE_ATTRIBUTE };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_INTEGER = 3, ATTRIBUTE_TYPE = 20, ATTRIBUTE_IS_INTEGER = 2 };
enum { TENSOR_DIMENSION = 1, TENSOR_TYPE, TENSOR_NAME_FIELD = 8, TENSOR_BYTES };
enum {
    VALUE_NAME = 1,
    VALUE_TYPE,
    TYPE_TENSOR = 1,
    TYPE_ELEMENT = 1,
    TYPE_SHAPE,
    SHAPE_DIMENSION = 1,
    DIMENSION_VALUE = 1,
    DIMENSION_NAME
};
enum { IR_VERSION = 8, OPSET = 17, FLOAT_TYPE = 1, INT64_TYPE = 7, DOUBLE_TYPE = 11 };

/* Values are called v0, v1, ..; a varying vector is [N, rows], a varying scalar [N, 1]; shared ones are [rows, cols],
 * [rows], and a scalar [1], which all spread as ONNX spreads them. */
typedef struct {
    Arena *arena;
    const Network *network;
    const double *params;
    Text nodes, initializers; /* fields of the graph */
    size_t values;
    const char **named;   /* by node id: the value in the routine that is written; NULL: not yet */
    const char **derived; /* by place behind the parameters: what `prepare` put there */
    const char *samples;  /* a value [1]: N */
    const char *y, *x, *signals;
    const char **constants; /* by place among the parameters: a tensor that was written already, and its node's shape */
    Shape *shapes;
} Onnx;

static size_t size_of(const Node *node)
{
    return node->shape.rows * node->shape.cols;
}

/* ---- tensors ---- */

static const char *fresh(Onnx *onnx)
{
    return text_print(onnx->arena, "v%zu", onnx->values++);
}

static Text open_tensor(Onnx *onnx, const char *name, int type, size_t rank, const size_t *shape)
{
    Text tensor = text_new(onnx->arena);
    for (size_t k = 0; k < rank; k++)
        protobuf_integer(&tensor, TENSOR_DIMENSION, shape[k]);
    protobuf_integer(&tensor, TENSOR_TYPE, (uint64_t)type);
    protobuf_string(&tensor, TENSOR_NAME_FIELD, name);
    return tensor;
}

static int real_type(const Onnx *onnx)
{
    return onnx->network->model->single ? FLOAT_TYPE : DOUBLE_TYPE;
}

/* Little endian, whatever the machine is. */
static void add_bits(Text *bytes, uint64_t bits, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const unsigned char byte = (unsigned char)(bits >> 8 * k);
        text_append(bytes, (const char *)&byte, 1);
    }
}

static void add_real(Text *bytes, double value, bool single)
{
    const float narrow = (float)value;
    uint32_t half;
    uint64_t bits;
    memcpy(&half, &narrow, sizeof half);
    memcpy(&bits, &value, sizeof bits);
    add_bits(bytes, single ? half : bits, single ? sizeof half : sizeof bits);
}

/* A constant of reals. */
static const char *reals(Onnx *onnx, size_t rank, const size_t *shape, size_t count, const double *values)
{
    const char *name = fresh(onnx);
    Text tensor = open_tensor(onnx, name, real_type(onnx), rank, shape), bytes = text_new(onnx->arena);
    for (size_t i = 0; i < count; i++)
        add_real(&bytes, values[i], onnx->network->model->single);
    protobuf_bytes(&tensor, TENSOR_BYTES, bytes.data, bytes.length);
    protobuf_message(&onnx->initializers, GRAPH_INITIALIZER, &tensor);
    return name;
}

static const char *real(Onnx *onnx, double value)
{
    const size_t one = 1;
    return reals(onnx, 1, &one, 1, &value);
}

/* A constant of integers, as extents and axes are. */
static const char *integers(Onnx *onnx, size_t count, const size_t *values)
{
    const char *name = fresh(onnx);
    Text tensor = open_tensor(onnx, name, INT64_TYPE, 1, &count), bytes = text_new(onnx->arena);
    for (size_t i = 0; i < count; i++)
        add_bits(&bytes, values[i], sizeof(uint64_t));
    protobuf_bytes(&tensor, TENSOR_BYTES, bytes.data, bytes.length);
    protobuf_message(&onnx->initializers, GRAPH_INITIALIZER, &tensor);
    return name;
}

static const char *integer(Onnx *onnx, size_t value)
{
    return integers(onnx, 1, &value);
}

/* ---- operations ---- */

/* A node of count inputs with an integer attribute, or none (NULL); the value that it gives is called so. */
static void operate_as(Onnx *onnx, const char *result, const char *op, size_t count, const char *const *inputs,
                       const char *attribute, uint64_t value)
{
    Text node = text_new(onnx->arena);
    for (size_t i = 0; i < count; i++)
        protobuf_string(&node, NODE_INPUT, inputs[i]);
    protobuf_string(&node, NODE_OUTPUT, result);
    protobuf_string(&node, NODE_OP, op);
    if (attribute) {
        Text part = text_new(onnx->arena);
        protobuf_string(&part, ATTRIBUTE_NAME, attribute);
        protobuf_integer(&part, ATTRIBUTE_INTEGER, value);
        protobuf_integer(&part, ATTRIBUTE_TYPE, ATTRIBUTE_IS_INTEGER);
        protobuf_message(&node, NODE_ATTRIBUTE, &part);
    }
    protobuf_message(&onnx->nodes, GRAPH_NODE, &node);
}

static const char *operate(Onnx *onnx, const char *op, size_t count, const char *const *inputs, const char *attribute,
                           uint64_t value)
{
    const char *result = fresh(onnx);
    operate_as(onnx, result, op, count, inputs, attribute, value);
    return result;
}

static const char *unary(Onnx *onnx, const char *op, const char *x)
{
    return operate(onnx, op, 1, &x, NULL, 0);
}

static const char *binary(Onnx *onnx, const char *op, const char *x, const char *y)
{
    return operate(onnx, op, 2, (const char *const[]){x, y}, NULL, 0);
}

/* Entries from .. from + count along the axis. */
static const char *slice(Onnx *onnx, const char *x, size_t from, size_t count, size_t axis)
{
    const char *const inputs[] = {x, integer(onnx, from), integer(onnx, from + count), integer(onnx, axis)};
    return operate(onnx, "Slice", 4, inputs, NULL, 0);
}

static const char *sum_of_rows(Onnx *onnx, const char *x)
{
    return operate(onnx, "ReduceSum", 2, (const char *const[]){x, integer(onnx, 1)}, "keepdims", 1);
}

static const char *reshape(Onnx *onnx, const char *x, size_t rank, const size_t *shape)
{
    return binary(onnx, "Reshape", x, integers(onnx, rank, shape));
}

/* The extents of a shared value. */
static size_t extents(const Shape *shape, size_t *of)
{
    of[0] = shape->rows;
    of[1] = shape->cols;
    return shape->rank == 2 ? 2 : 1;
}

/* A value for all samples, or a scalar, as a varying vector. */
static const char *spread(Onnx *onnx, const char *x, size_t rows)
{
    const char *const parts[] = {onnx->samples, integer(onnx, rows)};
    return binary(onnx, "Expand", x, operate(onnx, "Concat", 2, parts, "axis", 0));
}

/* ---- what each operation is ---- */

/* args: its arguments' values. */
typedef const char *Write(Onnx *onnx, const Node *node, const char *const *args);

static const char *write_constant(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)args;
    return real(onnx, number_to_double(node->value));
}

static const char *write_identity(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)args;
    const size_t rows = node->shape.rows, shape[] = {rows, rows};
    double *values = ARENA_ARRAY(onnx->arena, rows * rows, double);
    for (size_t i = 0; i < rows; i++)
        values[i * rows + i] = 1;
    return reals(onnx, 2, shape, rows * rows, values);
}

static const char *write_expm1(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    return binary(onnx, "Sub", unary(onnx, "Exp", args[0]), real(onnx, 1));
}

static const char *write_log1p(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    return unary(onnx, "Log", binary(onnx, "Add", args[0], real(onnx, 1)));
}

/* max(x, 0) + log(1 + exp(-|x|)): Softplus there is in float alone. */
static const char *write_log1pexp(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    const char *size = unary(onnx, "Exp", unary(onnx, "Neg", unary(onnx, "Abs", args[0])));
    return binary(onnx, "Add", binary(onnx, "Max", args[0], real(onnx, 0)),
                  unary(onnx, "Log", binary(onnx, "Add", size, real(onnx, 1))));
}

static const char *write_ge(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    const char *holds = binary(onnx, "GreaterOrEqual", args[0], args[1]);
    return operate(onnx, "Cast", 1, &holds, "to", (uint64_t)real_type(onnx));
}

static const char *write_combine(Onnx *onnx, const Node *node, const char *const *args)
{
    const size_t terms = combine_terms(node);
    const char *sum = NULL;
    for (size_t k = 0; k < terms; k++) {
        const char *term = node_is_constant(combine_coefficient(node, k), 1, 1)
                               ? args[2 * k + 1]
                               : binary(onnx, "Mul", args[2 * k], args[2 * k + 1]);
        sum = sum ? binary(onnx, "Add", sum, term) : term;
    }
    return combine_shift(node) ? binary(onnx, "Add", sum, args[2 * terms]) : sum;
}

static const char *write_spread(Onnx *onnx, const Node *node, const char *const *args)
{
    if (node->shape.varies)
        return spread(onnx, args[0], node->shape.rows);
    size_t shape[2];
    const size_t rank = extents(&node->shape, shape);
    return binary(onnx, "Expand", args[0], integers(onnx, rank, shape));
}

static const char *write_matvec(Onnx *onnx, const Node *node, const char *const *args)
{
    const char *const inputs[] = {args[1], args[0], node->arg_count > 2 ? args[2] : ""};
    return operate(onnx, "Gemm", node->arg_count, inputs, "transB", 1);
}

static const char *write_matvec_transposed(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    return binary(onnx, "MatMul", args[1], args[0]);
}

static const char *write_dot(Onnx *onnx, const Node *node, const char *const *args)
{
    const char *product = binary(onnx, "Mul", args[0], args[1]);
    const size_t one = 1;
    return node->shape.varies ? sum_of_rows(onnx, product)
                              : reshape(onnx, operate(onnx, "ReduceSum", 1, &product, "keepdims", 0), 1, &one);
}

static const char *write_total(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    return sum_of_rows(onnx, args[0]);
}

static const char *write_mean(Onnx *onnx, const Node *node, const char *const *args)
{
    return binary(onnx, "Div", sum_of_rows(onnx, args[0]), real(onnx, (double)node->args[0]->shape.rows));
}

static const char *write_slice(Onnx *onnx, const Node *node, const char *const *args)
{
    return slice(onnx, args[0], node->from, node->shape.rows, node->args[0]->shape.varies);
}

static const char *write_part(Onnx *onnx, const Node *node, const char *const *args)
{
    size_t shape[2];
    const size_t all = size_of(node->args[0]), rank = extents(&node->shape, shape);
    return reshape(onnx, slice(onnx, reshape(onnx, args[0], 1, &all), node->from, size_of(node), 0), rank, shape);
}

static const char *write_concat(Onnx *onnx, const Node *node, const char *const *args)
{
    const char **parts = ARENA_ARRAY(onnx->arena, node->arg_count, const char *);
    for (size_t k = 0; k < node->arg_count; k++) {
        const Shape *shape = &node->args[k]->shape;
        parts[k] = node->shape.varies && !shape->varies ? spread(onnx, args[k], shape->rows) : args[k];
    }
    return operate(onnx, "Concat", node->arg_count, parts, "axis", node->shape.varies);
}

static const char *write_softmax(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    return operate(onnx, "Softmax", 1, args, "axis", 1);
}

static const char *write_logsoftmax(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    return operate(onnx, "LogSoftmax", 1, args, "axis", 1);
}

/* x_1 less what is left of it as a log-softmax. */
static const char *write_logsumexp(Onnx *onnx, const Node *node, const char *const *args)
{
    const char *rest = slice(onnx, write_logsoftmax(onnx, node, args), 0, 1, 1);
    return binary(onnx, "Sub", slice(onnx, args[0], 0, 1, 1), rest);
}

static const char *write_transpose(Onnx *onnx, const Node *node, const char *const *args)
{
    (void)node;
    return unary(onnx, "Transpose", args[0]);
}

/* By its name alone, or by what writes it; neither: no prediction has it, or an error says so. single: those who run
 * models have it in float alone. */
typedef struct {
    const char *op;
    Write *write;
    bool single;
} Row;

static const Row rows[OP_COUNT] = {
    [OP_CONSTANT] = {NULL, write_constant, false},
    [OP_INPUT] = {NULL, NULL, false}, /* is bound before */
    [OP_IDENTITY] = {NULL, write_identity, false},
    [OP_EXP] = {"Exp", NULL, false},
    [OP_EXPM1] = {NULL, write_expm1, false},
    [OP_LOG] = {"Log", NULL, false},
    [OP_LOG1P] = {NULL, write_log1p, false},
    [OP_LOG1PEXP] = {NULL, write_log1pexp, false},
    [OP_TANH] = {"Tanh", NULL, false},
    [OP_SIGMOID] = {"Sigmoid", NULL, false},
    [OP_SIN] = {"Sin", NULL, false},
    [OP_COS] = {"Cos", NULL, false},
    [OP_SQRT] = {"Sqrt", NULL, false},
    [OP_ERF] = {"Erf", NULL, true},
    [OP_ABS] = {"Abs", NULL, false},
    [OP_SIGN] = {"Sign", NULL, false},
    [OP_MUL] = {"Mul", NULL, false},
    [OP_DIV] = {"Div", NULL, false},
    [OP_POW] = {"Pow", NULL, false},
    [OP_MAX] = {"Max", NULL, false},
    [OP_MIN] = {"Min", NULL, false},
    [OP_GE] = {NULL, write_ge, false},
    [OP_COMBINE] = {NULL, write_combine, false},
    [OP_SPREAD] = {NULL, write_spread, false},
    [OP_MATVEC] = {NULL, write_matvec, false},
    [OP_MATVEC_T] = {NULL, write_matvec_transposed, false},
    [OP_DOT] = {NULL, write_dot, false},
    [OP_TOTAL] = {NULL, write_total, false},
    [OP_MEAN] = {NULL, write_mean, false},
    [OP_SLICE] = {NULL, write_slice, false},
    [OP_PART] = {NULL, write_part, false},
    [OP_CONCAT] = {NULL, write_concat, false},
    [OP_SOFTMAX] = {NULL, write_softmax, false},
    [OP_LOGSUMEXP] = {NULL, write_logsumexp, false},
    [OP_LOGSOFTMAX] = {NULL, write_logsoftmax, false},
    [OP_TRANSPOSE] = {NULL, write_transpose, false},
};

/* The routines of a prediction, in their order. */
static const RoutineId predicting[] = {ROUTINE_PREPARE, ROUTINE_LIFT, ROUTINE_STEP, ROUTINE_HEAD};
enum { PREDICTING = sizeof predicting / sizeof *predicting };

static bool refuse(const Network *network, Diagnostics *diagnostics, const Node *node)
{
    const Model *model = network->model;
    const Row *row = &rows[node->op];
    if (node->op == OP_INPUT || row->write || (row->op && (!row->single || model->single)))
        return true;
    if (row->op)
        return diagnostics_error(diagnostics, model->place,
                                 "--onnx: %s is there in float alone, for those who run models: add --real float",
                                 row->op);
    if (node->op == OP_NEWTON || node->op == OP_FACTOR)
        return diagnostics_error(diagnostics, model->place,
                                 "--onnx: stages that solve equations are no operations of ONNX: take an explicit "
                                 "method");
    return diagnostics_error(diagnostics, model->place, "--onnx: ONNX has no operation %s", operation_name(node->op));
}

bool onnx_check(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    const Network *network = blueprint->network;
    if (!blueprint->edition.params)
        return diagnostics_error(diagnostics, network->model->place,
                                 "--onnx: a model of ONNX holds its parameters: add --params FILE");
    const size_t size = graph_size(network->graph);
    bool *live = ARENA_ARRAY(graph_arena(network->graph), size, bool), fits = true;
    for (size_t k = 0; k < PREDICTING; k++)
        if (network->routines[predicting[k]].name)
            routine_mark(&network->routines[predicting[k]], live);
    for (size_t id = 0; id < size && fits; id++)
        fits = !live[id] || refuse(network, diagnostics, graph_at(network->graph, id));
    return fits;
}

/* ---- routines ---- */

static size_t derived_from(const Network *network)
{
    return network->model->parameters + (network->timed ? network->model->layers : 0);
}

/* The time of a layer's state, by the steps of the parameters. */
static double time_of(const Onnx *onnx, size_t layer)
{
    const Model *model = onnx->network->model;
    double *steps = ARENA_ARRAY(onnx->arena, model->layers, double), t = model->start;
    model_steps(model, onnx->params, steps);
    for (size_t n = 0; n < layer; n++)
        t += steps[n];
    return t;
}

/* The value at that place: a parameter, a time, or what `prepare` put there. */
static const char *shared(Onnx *onnx, const Node *input, size_t place)
{
    const Model *model = onnx->network->model;
    size_t shape[2];
    const size_t rank = extents(&input->shape, shape);
    if (place >= derived_from(onnx->network))
        return onnx->derived[place - derived_from(onnx->network)];
    if (place >= model->parameters)
        return real(onnx, time_of(onnx, place - model->parameters));
    if (!onnx->constants[place] || !shape_equal(onnx->shapes[place], input->shape)) {
        onnx->constants[place] = reals(onnx, rank, shape, size_of(input), onnx->params + place);
        onnx->shapes[place] = input->shape;
    }
    return onnx->constants[place];
}

/* The signals of a layer [N, signals]. */
static const char *signals_at(Onnx *onnx, size_t row)
{
    return binary(onnx, "Squeeze", slice(onnx, onnx->signals, row, 1, 1), integer(onnx, 1));
}

static const char *bound(Onnx *onnx, const RoutineInput *input, size_t layer)
{
    if (input->location.array)
        return shared(onnx, input->node, location_at(&input->location, layer));
    if (!strcmp(input->variable, "x"))
        return onnx->x;
    if (!strcmp(input->variable, "signal"))
        return signals_at(onnx, layer);
    if (!strcmp(input->variable, "signal_next"))
        return signals_at(onnx, layer + 1);
    assert(!strcmp(input->variable, "y"));
    return onnx->y;
}

/* Arguments are older than what uses them: the order of ids is one of evaluation. */
static void write_routine(Onnx *onnx, RoutineId id, size_t layer)
{
    const Routine *routine = &onnx->network->routines[id];
    const Graph *graph = onnx->network->graph;
    const size_t size = graph_size(graph);
    bool *live = ARENA_ARRAY(onnx->arena, size, bool);
    memset(onnx->named, 0, size * sizeof *onnx->named);
    for (size_t i = 0; i < routine->input_count; i++)
        onnx->named[routine->inputs[i].node->id] = bound(onnx, &routine->inputs[i], layer);
    for (size_t i = 0; i < routine->result_count; i++)
        graph_mark(routine->results[i].node, live);
    for (size_t n = 0; n < size; n++) {
        const Node *node = graph_at(graph, n);
        if (!live[n] || onnx->named[n])
            continue;
        const char **args = ARENA_ARRAY(onnx->arena, node->arg_count + 1, const char *);
        for (size_t k = 0; k < node->arg_count; k++)
            args[k] = onnx->named[node->args[k]->id];
        const Row *row = &rows[node->op];
        onnx->named[n] =
            row->write ? row->write(onnx, node, args) : operate(onnx, row->op, node->arg_count, args, NULL, 0);
    }
    for (size_t i = 0; i < routine->result_count; i++) {
        const RoutineResult *result = &routine->results[i];
        const char *value = onnx->named[result->node->id];
        if (result->kind == RESULT_STORE)
            onnx->derived[location_at(&result->location, layer) - derived_from(onnx->network)] = value;
    }
}

/* The block that the routine gives. */
static const char *block_of(Onnx *onnx, RoutineId id, size_t layer)
{
    const Routine *routine = &onnx->network->routines[id];
    write_routine(onnx, id, layer);
    for (size_t i = 0; i < routine->result_count; i++)
        if (routine->results[i].kind == RESULT_BLOCK)
            return onnx->named[routine->results[i].node->id];
    assert(false && "a routine of a prediction gives a block");
    return NULL;
}

/* The prediction of the state, [N, outputs]; among several [N, 1, outputs]. */
static const char *observed(Onnx *onnx)
{
    const char *prediction = block_of(onnx, ROUTINE_HEAD, 0);
    return model_observes_last(onnx->network->model) ? prediction
                                                     : binary(onnx, "Unsqueeze", prediction, integer(onnx, 1));
}

static void write_network(Onnx *onnx)
{
    const Model *model = onnx->network->model;
    const char **predictions = ARENA_ARRAY(onnx->arena, model->observations, const char *);
    const char *shape = unary(onnx, "Shape", onnx->x);
    size_t m = 0;
    onnx->samples = slice(onnx, shape, 0, 1, 0);
    for (size_t layer = 0; onnx->network->derived && layer < model->layers; layer++)
        write_routine(onnx, ROUTINE_PREPARE, layer);
    onnx->y = block_of(onnx, ROUTINE_LIFT, 0);
    for (size_t layer = 0; m < model->observations; layer++) {
        if (model->observed[m] == layer)
            predictions[m++] = observed(onnx);
        if (layer < model->layers && m < model->observations)
            onnx->y = block_of(onnx, ROUTINE_STEP, layer);
    }
    operate_as(onnx, "prediction", "Concat", m, predictions, "axis", 1);
}

/* ---- the model ---- */

/* An input or output [N, extents..]. */
static void add_value(Onnx *onnx, Text *graph, unsigned field, const char *name, size_t rank, const size_t *extent)
{
    Text value = text_new(onnx->arena), type = text_new(onnx->arena), tensor = text_new(onnx->arena);
    Text shape = text_new(onnx->arena), samples = text_new(onnx->arena);
    protobuf_string(&samples, DIMENSION_NAME, "N");
    protobuf_message(&shape, SHAPE_DIMENSION, &samples);
    for (size_t k = 0; k < rank; k++) {
        Text dimension = text_new(onnx->arena);
        protobuf_integer(&dimension, DIMENSION_VALUE, extent[k]);
        protobuf_message(&shape, SHAPE_DIMENSION, &dimension);
    }
    protobuf_integer(&tensor, TYPE_ELEMENT, (uint64_t)real_type(onnx));
    protobuf_message(&tensor, TYPE_SHAPE, &shape);
    protobuf_message(&type, TYPE_TENSOR, &tensor);
    protobuf_string(&value, VALUE_NAME, name);
    protobuf_message(&value, VALUE_TYPE, &type);
    protobuf_message(graph, field, &value);
}

static Text graph_of(Onnx *onnx)
{
    const Model *model = onnx->network->model;
    const size_t signals[] = {model_signal_rows(model), model->signals};
    const size_t predictions[] = {model->observations, model->outputs};
    const bool last = model_observes_last(model);
    Text graph = text_new(onnx->arena);
    text_append(&graph, onnx->nodes.data, onnx->nodes.length);
    protobuf_string(&graph, GRAPH_NAME, model->name);
    text_append(&graph, onnx->initializers.data, onnx->initializers.length);
    add_value(onnx, &graph, GRAPH_INPUT, "x", 1, &model->inputs);
    if (model->signals)
        add_value(onnx, &graph, GRAPH_INPUT, "signals", 2, signals);
    add_value(onnx, &graph, GRAPH_OUTPUT, "prediction", last ? 1 : 2, predictions + last);
    return graph;
}

Text onnx_model(Arena *arena, const Blueprint *blueprint)
{
    const Network *network = blueprint->network;
    const Model *model = network->model;
    Onnx onnx = {.arena = arena,
                 .network = network,
                 .params = blueprint->edition.params,
                 .nodes = text_new(arena),
                 .initializers = text_new(arena),
                 .named = ARENA_ARRAY(arena, graph_size(network->graph), const char *),
                 .derived = ARENA_ARRAY(arena, network->derived + 1, const char *),
                 .constants = ARENA_ARRAY(arena, model->parameters, const char *),
                 .shapes = ARENA_ARRAY(arena, model->parameters, Shape),
                 .x = "x",
                 .signals = "signals"};
    write_network(&onnx);
    Text message = text_new(arena), opset = text_new(arena);
    const Text graph = graph_of(&onnx);
    protobuf_integer(&opset, OPSET_VERSION, OPSET);
    protobuf_string(&message, MODEL_DOC,
                    text_print(arena, "%s: a Runge-Kutta network, %s. Spec hash %016llx; " SEAL_BLANK " of this file.",
                               model->name, description_network(arena, model), (unsigned long long)model->hash));
    protobuf_integer(&message, MODEL_IR, IR_VERSION);
    protobuf_string(&message, MODEL_PRODUCER, "costate");
    protobuf_string(&message, MODEL_VERSION, COSTATE_VERSION);
    protobuf_message(&message, MODEL_OPSET, &opset);
    protobuf_message(&message, MODEL_GRAPH, &graph);
    return message;
}

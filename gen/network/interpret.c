#include "gen/network/interpret.h"

#include "gen/graph/operation.h"

#include <math.h>
#include <string.h>

/* Blocks of one sample, by the names that routines call them. */
typedef struct {
    const char *name;
    long double *value;
} Block;

enum { MOST_BLOCKS = 16 };

struct Interpreter {
    Arena *arena;
    const Network *network;
    long double **values; /* by node id; memory is kept from run to run */
    size_t *stamps;       /* by node id: the run in which the value was computed */
    size_t run;
    long double *params, *gradient; /* with what `prepare` appends */
    long double objective;
    Block blocks[MOST_BLOCKS];
    size_t block_count;
};

Interpreter *interpret_new(Arena *arena, const Network *network)
{
    size_t size = graph_size(network->graph), extended = network->model->parameters + network->derived;
    Interpreter *interpreter = ARENA_NEW(arena, Interpreter);
    *interpreter = (Interpreter){.arena = arena, .network = network};
    interpreter->values = ARENA_ARRAY(arena, size, long double *);
    interpreter->stamps = ARENA_ARRAY(arena, size, size_t);
    interpreter->params = ARENA_ARRAY(arena, extended, long double);
    interpreter->gradient = ARENA_ARRAY(arena, extended, long double);
    return interpreter;
}

/* ---- nodes ---- */

static size_t size_of(const Node *node)
{
    return node->shape.rows * node->shape.cols;
}

static long double *memory_of(Interpreter *interpreter, const Node *node)
{
    if (!interpreter->values[node->id])
        interpreter->values[node->id] = ARENA_ARRAY(interpreter->arena, size_of(node), long double);
    return interpreter->values[node->id];
}

static const long double *value_of(const Interpreter *interpreter, const Node *node)
{
    return interpreter->values[node->id];
}

static long double constant(const Rational *value)
{
    long numerator, denominator;
    if (rational_parts(value, 1L << 62, &numerator, &denominator))
        return (long double)numerator / (long double)denominator;
    return (long double)rational_to_double(value);
}

static void eval_combine(const Interpreter *interpreter, const Node *node, long double *z)
{
    const Node *shift = combine_shift(node);
    for (size_t i = 0; i < size_of(node); i++) {
        z[i] = shift ? *value_of(interpreter, shift) : 0;
        for (size_t k = 0; k < combine_terms(node); k++)
            z[i] +=
                *value_of(interpreter, combine_coefficient(node, k)) * value_of(interpreter, combine_term(node, k))[i];
    }
}

static void eval_product(const Interpreter *interpreter, const Node *node, long double *z)
{
    const long double *a = value_of(interpreter, node->args[0]), *x = value_of(interpreter, node->args[1]);
    size_t inner = node->args[1]->shape.rows, cols = node->args[0]->shape.cols;
    for (size_t i = 0; i < node->shape.rows; i++) {
        z[i] = node->arg_count == 3 ? value_of(interpreter, node->args[2])[i] : 0;
        for (size_t j = 0; j < inner; j++)
            z[i] += x[j] * (node->op == OP_MATVEC ? a[i * cols + j] : a[j * cols + i]);
    }
}

static void eval_outer(const Interpreter *interpreter, const Node *node, long double *z)
{
    const long double *x = value_of(interpreter, node->args[0]), *y = value_of(interpreter, node->args[1]);
    for (size_t i = 0; i < node->shape.rows; i++)
        for (size_t j = 0; j < node->shape.cols; j++)
            z[i * node->shape.cols + j] = x[i] * y[j];
}

static void eval_dot(const Interpreter *interpreter, const Node *node, long double *z)
{
    const long double *x = value_of(interpreter, node->args[0]);
    const long double *y = node->arg_count > 1 ? value_of(interpreter, node->args[1]) : NULL;
    *z = 0;
    for (size_t i = 0; i < size_of(node->args[0]); i++)
        *z += y ? x[i] * y[i] : x[i];
}

static void eval_concat(const Interpreter *interpreter, const Node *node, long double *z)
{
    for (size_t k = 0; k < node->arg_count; k++) {
        memcpy(z, value_of(interpreter, node->args[k]), size_of(node->args[k]) * sizeof *z);
        z += size_of(node->args[k]);
    }
}

static void eval_softmax(const Interpreter *interpreter, const Node *node, long double *z)
{
    const long double *x = value_of(interpreter, node->args[0]);
    size_t rows = node->args[0]->shape.rows;
    long double greatest = x[0], sum = 0;
    for (size_t i = 1; i < rows; i++)
        greatest = fmaxl(greatest, x[i]);
    for (size_t i = 0; i < rows; i++)
        sum += expl(x[i] - greatest);
    if (node->op == OP_LOGSUMEXP)
        *z = greatest + logl(sum);
    for (size_t i = 0; node->op == OP_SOFTMAX && i < rows; i++)
        z[i] = expl(x[i] - greatest) / sum;
}

static void eval_elementwise(const Interpreter *interpreter, const Node *node, long double *z)
{
    const long double *x = value_of(interpreter, node->args[0]);
    const long double *y = value_of(interpreter, node->args[node->arg_count - 1]);
    for (size_t i = 0; i < size_of(node); i++)
        z[i] = operation_value(node->op, x[i], y[i]);
}

static void eval_spread(const Interpreter *interpreter, const Node *node, long double *z)
{
    const long double *x = value_of(interpreter, node->args[0]);
    for (size_t i = 0; i < size_of(node); i++)
        z[i] = size_of(node->args[0]) == 1 ? x[0] : x[i];
}

static void eval_transpose(const Interpreter *interpreter, const Node *node, long double *z)
{
    const long double *a = value_of(interpreter, node->args[0]);
    for (size_t i = 0; i < node->shape.rows; i++)
        for (size_t j = 0; j < node->shape.cols; j++)
            z[i * node->shape.cols + j] = a[j * node->shape.rows + i];
}

static void eval_identity(const Node *node, long double *z)
{
    for (size_t i = 0; i < size_of(node); i++)
        z[i] = i % (node->shape.cols + 1) == 0;
}

static void compute(Interpreter *interpreter, const Node *node)
{
    long double *z = memory_of(interpreter, node);
    if (operation_elementwise(node->op)) {
        eval_elementwise(interpreter, node, z);
        return;
    }
    switch (node->op) {
    case OP_CONSTANT:
        *z = constant(node->value);
        break;
    case OP_IDENTITY:
        eval_identity(node, z);
        break;
    case OP_COMBINE:
        eval_combine(interpreter, node, z);
        break;
    case OP_SPREAD:
        eval_spread(interpreter, node, z);
        break;
    case OP_MATVEC:
    case OP_MATVEC_T:
        eval_product(interpreter, node, z);
        break;
    case OP_DOT:
    case OP_TOTAL:
        eval_dot(interpreter, node, z);
        break;
    case OP_SLICE:
        memcpy(z, value_of(interpreter, node->args[0]) + node->from, size_of(node) * sizeof *z);
        break;
    case OP_CONCAT:
        eval_concat(interpreter, node, z);
        break;
    case OP_SOFTMAX:
    case OP_LOGSUMEXP:
        eval_softmax(interpreter, node, z);
        break;
    case OP_TRANSPOSE:
        eval_transpose(interpreter, node, z);
        break;
    case OP_REDUCE:
        memcpy(z, value_of(interpreter, node->args[0]), size_of(node) * sizeof *z);
        break;
    case OP_OUTER:
        eval_outer(interpreter, node, z);
        break;
    default: /* an input that nobody bound has the value it had, zero at first */
        break;
    }
}

static void eval(Interpreter *interpreter, const Node *node)
{
    if (interpreter->stamps[node->id] == interpreter->run)
        return;
    interpreter->stamps[node->id] = interpreter->run;
    for (size_t i = 0; i < node->arg_count; i++)
        eval(interpreter, node->args[i]);
    compute(interpreter, node);
}

static void bind(Interpreter *interpreter, const Node *input, const long double *value)
{
    memcpy(memory_of(interpreter, input), value, size_of(input) * sizeof *value);
    interpreter->stamps[input->id] = interpreter->run;
}

const long double *interpret_node(Interpreter *interpreter, const Node *node, size_t count, const Node *const *inputs,
                                  const long double *const *values)
{
    interpreter->run++;
    for (size_t k = 0; k < count; k++)
        bind(interpreter, inputs[k], values[k]);
    eval(interpreter, node);
    return value_of(interpreter, node);
}

/* ---- routines ---- */

static long double *block(Interpreter *interpreter, const char *name)
{
    const Model *model = interpreter->network->model;
    for (size_t i = 0; i < interpreter->block_count; i++)
        if (!strcmp(interpreter->blocks[i].name, name))
            return interpreter->blocks[i].value;
    size_t rows = model->inputs + model->width + model->outputs; /* enough for any of them */
    Block *added = &interpreter->blocks[interpreter->block_count++];
    *added = (Block){name, ARENA_ARRAY(interpreter->arena, rows, long double)};
    return added->value;
}

static long double *located(Interpreter *interpreter, const Location *location, size_t layer)
{
    long double *array = !strcmp(location->array, "gradient") ? interpreter->gradient : interpreter->params;
    return array + location->offset + location->stride * layer;
}

static void run_routine(Interpreter *interpreter, RoutineId id, size_t layer)
{
    const Routine *routine = &interpreter->network->routines[id];
    interpreter->run++;
    for (size_t i = 0; i < routine->input_count; i++) {
        const RoutineInput *input = &routine->inputs[i];
        bind(interpreter, input->node,
             input->location.array ? located(interpreter, &input->location, layer)
                                   : block(interpreter, input->variable));
    }
    for (size_t i = 0; i < routine->result_count; i++) /* all before any is handed over: p may replace p_next */
        eval(interpreter, routine->results[i].node);
    for (size_t i = 0; i < routine->result_count; i++) {
        const RoutineResult *result = &routine->results[i];
        const long double *value = value_of(interpreter, result->node);
        size_t size = size_of(result->node);
        if (result->kind == RESULT_OBJECTIVE)
            interpreter->objective += *value;
        else if (result->kind == RESULT_BLOCK)
            memcpy(block(interpreter, result->name), value, size * sizeof *value);
        else if (result->kind == RESULT_STORE)
            memcpy(located(interpreter, &result->location, layer), value, size * sizeof *value);
        else
            for (size_t k = 0; k < size; k++)
                located(interpreter, &result->location, layer)[k] += value[k];
    }
}

static void move_block(Interpreter *interpreter, const char *to, const char *from)
{
    memcpy(block(interpreter, to), block(interpreter, from), interpreter->network->model->width * sizeof(long double));
}

static void load(Interpreter *interpreter, const char *name, const double *values, size_t count)
{
    long double *to = block(interpreter, name);
    for (size_t i = 0; i < count; i++)
        to[i] = (long double)values[i];
}

/* The states of one sample, [layers + 1][width], when states is not NULL. */
static void run_forward(Interpreter *interpreter, long double *states)
{
    const Model *model = interpreter->network->model;
    run_routine(interpreter, ROUTINE_LIFT, 0);
    for (size_t layer = 0; layer < model->layers; layer++) {
        if (states)
            memcpy(states + layer * model->width, block(interpreter, "y"), model->width * sizeof *states);
        run_routine(interpreter, ROUTINE_STEP, layer);
        move_block(interpreter, "y", "y_next");
    }
}

static void run_backward(Interpreter *interpreter, const long double *states)
{
    const Model *model = interpreter->network->model;
    run_routine(interpreter, ROUTINE_LOSS_ADJOINT, 0);
    for (size_t layer = model->layers; layer-- > 0;) {
        memcpy(block(interpreter, "y"), states + layer * model->width, model->width * sizeof *states);
        move_block(interpreter, "p_next", "p");
        run_routine(interpreter, ROUTINE_STEP_ADJOINT, layer);
    }
    if (interpreter->network->routines[ROUTINE_LIFT_ADJOINT].name)
        run_routine(interpreter, ROUTINE_LIFT_ADJOINT, 0);
}

static void begin(Interpreter *interpreter, const long double *params)
{
    const Network *network = interpreter->network;
    memcpy(interpreter->params, params, network->model->parameters * sizeof *params);
    memset(interpreter->gradient, 0, (network->model->parameters + network->derived) * sizeof *params);
    interpreter->objective = 0;
    for (size_t layer = 0; network->derived && layer < network->model->layers; layer++)
        run_routine(interpreter, ROUTINE_PREPARE, layer);
}

static void load_sample(Interpreter *interpreter, size_t n, size_t i, const double *x, const double *target)
{
    const Model *model = interpreter->network->model;
    load(interpreter, "x", x + i * model->inputs, model->inputs);
    load(interpreter, "target", target + i * model->outputs, model->outputs);
    *block(interpreter, "weight") = model->average ? 1 / (long double)n : 1;
}

long double interpret_objective(Interpreter *interpreter, size_t n, const double *x, const double *target,
                                const long double *params)
{
    begin(interpreter, params);
    for (size_t i = 0; i < n; i++) {
        load_sample(interpreter, n, i, x, target);
        run_forward(interpreter, NULL);
        run_routine(interpreter, ROUTINE_LOSS, 0);
    }
    return interpreter->objective;
}

long double interpret_gradient(Interpreter *interpreter, size_t n, const double *x, const double *target,
                               const long double *params, long double *gradient)
{
    const Network *network = interpreter->network;
    long double *states = ARENA_ARRAY(interpreter->arena, network->model->layers * network->model->width, long double);
    begin(interpreter, params);
    for (size_t i = 0; i < n; i++) {
        load_sample(interpreter, n, i, x, target);
        run_forward(interpreter, states);
        run_backward(interpreter, states);
    }
    for (size_t layer = 0; network->derived && layer < network->model->layers; layer++)
        run_routine(interpreter, ROUTINE_PREPARE_ADJOINT, layer);
    memcpy(gradient, interpreter->gradient, network->model->parameters * sizeof *gradient);
    return interpreter->objective;
}

void interpret_slopes(Interpreter *interpreter, const double *x, const long double *params, long double *slopes)
{
    const Model *model = interpreter->network->model;
    const Step *step = &interpreter->network->step;
    begin(interpreter, params);
    load(interpreter, "x", x, model->inputs);
    run_routine(interpreter, ROUTINE_LIFT, 0);
    for (size_t layer = 0; layer < model->layers; layer++) {
        run_routine(interpreter, ROUTINE_STEP, layer);
        for (size_t i = 0; i < step->stages; i++, slopes += model->width) {
            eval(interpreter, step->slope[i]);
            memcpy(slopes, value_of(interpreter, step->slope[i]), model->width * sizeof *slopes);
        }
        move_block(interpreter, "y", "y_next");
    }
}

void interpret_head(Interpreter *interpreter, size_t n, const double *states, const long double *params,
                    double *predictions)
{
    const Model *model = interpreter->network->model;
    begin(interpreter, params);
    for (size_t i = 0; i < n; i++) {
        load(interpreter, "y", states + i * model->width, model->width);
        run_routine(interpreter, ROUTINE_HEAD, 0);
        for (size_t k = 0; k < model->outputs; k++)
            predictions[i * model->outputs + k] = (double)block(interpreter, "prediction")[k];
    }
}

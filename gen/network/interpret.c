#include "gen/network/interpret.h"

#include "gen/graph/operation.h"

#include <string.h>

/* Blocks of one sample, by the names that routines call them. */
typedef struct {
    const char *name;
    long double *value;
} Block;

enum { MOST_BLOCKS = 16, MOST_ON_STACK = 32 };

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

/* Requires: the arguments have been computed. An input that nobody bound has the value it had, zero at first. */
static void compute(Interpreter *interpreter, const Node *node)
{
    const long double *few[MOST_ON_STACK], **args = few;
    if (node->arg_count > MOST_ON_STACK)
        args = ARENA_ARRAY(interpreter->arena, node->arg_count, const long double *);
    for (size_t i = 0; i < node->arg_count; i++)
        args[i] = value_of(interpreter, node->args[i]);
    operation(node->op)->value(node, args, memory_of(interpreter, node));
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

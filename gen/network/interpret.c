#include "gen/network/interpret.h"

#include "gen/graph/newton.h"
#include "gen/graph/operation.h"
#include "gen/model/loss.h"
#include "gen/network/equations.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Blocks of one sample, by the names that routines call them. */
typedef struct {
    const char *name;
    long double *value;
} Block;

enum { MOST_BLOCKS = 16 };

/* What is computed in every iteration of an equation, in order of evaluation, and what that refers to besides. */
typedef struct {
    const Node **nodes, **arguments;
    size_t count, argument_count;
} Body;

struct Interpreter {
    Arena *arena;
    const Network *network;
    Body **bodies;            /* by node id, of OP_NEWTON; found at the first evaluation */
    const long double **args; /* of the node that is computed */
    long double **values;     /* by node id; memory is kept from run to run */
    size_t *stamps;           /* by node id: the run in which the value was computed */
    size_t run;
    long double *params, *gradient; /* with what `prepare` appends */
    const double *given;            /* the solutions of a step's equations, whose residual is wanted; or NULL */
    long double residual;
    long double objective;
    Block blocks[MOST_BLOCKS];
    size_t block_count;
    bool watches;
    const char *obstacle;
    long double largest_angle;
};

Interpreter *interpret_new(Arena *arena, const Network *network)
{
    size_t size = graph_size(network->graph), extended = network_extended(network);
    Interpreter *interpreter = ARENA_NEW(arena, Interpreter);
    *interpreter = (Interpreter){.arena = arena, .network = network, .largest_angle = -1};
    size_t most = 1;
    for (size_t id = 0; id < size; id++)
        most = graph_at(network->graph, id)->arg_count > most ? graph_at(network->graph, id)->arg_count : most;
    interpreter->args = ARENA_ARRAY(arena, most, const long double *);
    interpreter->bodies = ARENA_ARRAY(arena, size, Body *);
    interpreter->values = ARENA_ARRAY(arena, size, long double *);
    interpreter->stamps = ARENA_ARRAY(arena, size, size_t);
    interpreter->params = ARENA_ARRAY(arena, extended, long double);
    interpreter->gradient = ARENA_ARRAY(arena, extended, long double);
    return interpreter;
}

void interpret_watch(Interpreter *interpreter)
{
    interpreter->watches = true;
    interpreter->obstacle = NULL;
}

long double interpret_largest_angle(const Interpreter *interpreter)
{
    return interpreter->largest_angle;
}

const char *interpret_obstacle(const Interpreter *interpreter)
{
    return interpreter->obstacle;
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

/* Entry i of an elementwise node, where a reader of the spec would look for it. */
static const char *describe(const Interpreter *interpreter, const Node *node, size_t i)
{
    const double x = (double)interpreter->args[0][i], y = (double)interpreter->args[node->arg_count - 1][i];
    const char *name = operation_name(node->op);
    Text text = text_new(interpreter->arena);
    if (node->op == OP_DIV && node->args[1]->op == OP_SQRT && !(fabs(y) > 0)) {
        text_add(&text, "the derivative of sqrt at 0");
        return text.data;
    }
    const char *infix = node->op == OP_DIV ? " / " : node->op == OP_POW ? " ^ " : node->op == OP_MUL ? " * " : NULL;
    if (!infix)
        text_format(&text, "%s(", name);
    text_real(&text, x);
    if (node->arg_count == 2) {
        text_add(&text, infix ? infix : ", ");
        text_real(&text, y);
    }
    text_add(&text, infix ? "" : ")");
    return text.data;
}

static void watch(Interpreter *interpreter, const Node *node)
{
    const long double *value = value_of(interpreter, node);
    for (size_t i = 0; i < size_of(node); i++)
        if (!isfinite(value[i]) && isfinite(interpreter->args[0][i]) &&
            isfinite(interpreter->args[node->arg_count - 1][i])) {
            interpreter->obstacle = describe(interpreter, node, i);
            return;
        }
}

static void measure_angles(Interpreter *interpreter, const Node *node)
{
    for (size_t i = 0; i < size_of(node); i++)
        interpreter->largest_angle = fmaxl(interpreter->largest_angle, fabsl(interpreter->args[0][i]));
}

/* Requires: the arguments have been computed. An input that nobody bound has the value it had, zero at first. */
static void compute(Interpreter *interpreter, const Node *node)
{
    for (size_t i = 0; i < node->arg_count; i++)
        interpreter->args[i] = value_of(interpreter, node->args[i]);
    operation(node->op)->value(node, interpreter->args, memory_of(interpreter, node));
    if (node->op == OP_SIN || node->op == OP_COS)
        measure_angles(interpreter, node);
    if (interpreter->watches && !interpreter->obstacle && operation_elementwise(node->op))
        watch(interpreter, node);
}

static void bind(Interpreter *interpreter, const Node *input, const long double *value)
{
    memcpy(memory_of(interpreter, input), value, size_of(input) * sizeof *value);
    interpreter->stamps[input->id] = interpreter->run;
}

/* ---- equations ---- */

static void eval(Interpreter *interpreter, const Node *node);

static Body *find_body(const Interpreter *interpreter, const Node *newton)
{
    Arena *arena = interpreter->arena;
    size_t size = newton->id;
    Body *body = ARENA_NEW(arena, Body);
    bool *live = ARENA_ARRAY(arena, size, bool), *inside = ARENA_ARRAY(arena, size, bool);
    *body = (Body){ARENA_ARRAY(arena, size, const Node *), ARENA_ARRAY(arena, size, const Node *), 0, 0};
    graph_mark(newton->args[NEWTON_IMAGE], live);
    graph_mark(newton->args[NEWTON_FACTORS], live);
    inside[newton->args[NEWTON_UNKNOWN]->id] = true;
    for (size_t id = 0; id < size; id++) {
        const Node *node = graph_at(interpreter->network->graph, id);
        for (size_t i = 0; live[id] && i < node->arg_count; i++)
            inside[id] = inside[id] || inside[node->args[i]->id];
    }
    for (size_t id = 0; id < size; id++) {
        const Node *node = graph_at(interpreter->network->graph, id);
        if (!live[id] || node == newton->args[NEWTON_UNKNOWN])
            continue;
        if (inside[id])
            body->nodes[body->count++] = node;
        else
            body->arguments[body->argument_count++] = node;
    }
    return body;
}

/* The largest of the changes, each beside the value; not a number where one is none. */
static long double change_of(size_t n, const long double *before, const long double *after)
{
    long double most = 0;
    for (size_t i = 0; i < n; i++) {
        long double change = fabsl(after[i] - before[i]), size = fmaxl(fabsl(after[i]), fabsl(before[i]));
        change = change > 0 ? change / size : change;
        most = isnan(change) || change > most ? change : most;
    }
    return most;
}

/* Where the solution of an equation stands among those of all. */
static size_t place_of(const Interpreter *interpreter, const Node *newton)
{
    const NodeList equations = equations_of(interpreter->arena, &interpreter->network->step);
    size_t place = 0;
    for (size_t k = 0; equations.nodes[k] != newton; k++)
        place += equations_unknowns(equations.nodes[k]);
    return place;
}

/* Takes note of the residual of solution z, in whose expressions everything has been computed. */
static void measure(Interpreter *interpreter, const Node *newton, const long double *z)
{
    const long double *image = value_of(interpreter, newton->args[NEWTON_IMAGE]);
    const long double *start = value_of(interpreter, newton->args[NEWTON_START]);
    const Node *factors = newton->args[NEWTON_FACTORS];
    for (size_t i = 0; i < equations_unknowns(newton); i++) {
        long double size = fabsl(start[i]) + fabsl(z[i]), residual = fabsl(image[i] - z[i]);
        for (size_t k = 0; k < factors->arg_count; k++) /* columns, as newton.c makes them */
            size += fabsl(value_of(interpreter, factors->args[k])[i] * z[k]);
        residual = residual > 0 ? residual / size : residual;
        interpreter->residual = isnan(residual) || residual > interpreter->residual ? residual : interpreter->residual;
    }
}

/* What solves the equation is given. */
static void take(Interpreter *interpreter, const Node *newton, const Body *body)
{
    const double *given = interpreter->given + place_of(interpreter, newton);
    long double *z = memory_of(interpreter, newton);
    for (size_t i = 0; i < equations_unknowns(newton); i++)
        z[i] = given[i];
    bind(interpreter, newton->args[NEWTON_UNKNOWN], z);
    for (size_t k = 0; k < body->count; k++)
        compute(interpreter, body->nodes[k]);
    measure(interpreter, newton, z);
}

/* Newton's method until nothing changes but by rounding. Its own, with a reading of "until" that compiled code does
 * not share. */
static void iterate(Interpreter *interpreter, const Node *newton)
{
    enum { MOST_ITERATIONS = 100 };
    const long double fine = 16 * LDBL_EPSILON, coarse = 1e-9L;
    const Node *unknown = newton->args[NEWTON_UNKNOWN];
    size_t n = size_of(unknown);
    long double *z = memory_of(interpreter, newton), change = INFINITY, before;
    if (!interpreter->bodies[newton->id])
        interpreter->bodies[newton->id] = find_body(interpreter, newton);
    const Body *body = interpreter->bodies[newton->id];
    eval(interpreter, newton->args[NEWTON_START]);
    for (size_t k = 0; k < body->argument_count; k++)
        eval(interpreter, body->arguments[k]);
    if (interpreter->given) {
        take(interpreter, newton, body);
        return;
    }
    bind(interpreter, unknown, value_of(interpreter, newton->args[NEWTON_START]));
    z[n] = 0;
    do {
        for (size_t k = 0; k < body->count; k++)
            compute(interpreter, body->nodes[k]);
        compute(interpreter, newton);
        before = change;
        change = change_of(n, value_of(interpreter, unknown), z);
        bind(interpreter, unknown, z);
        z[n]++;
    } while (change > fine && !(change < coarse && change > before / 2) && z[n] < MOST_ITERATIONS);
    for (size_t i = 0; i < n; i++)
        z[i] = z[n] < MOST_ITERATIONS ? z[i] : NAN;
}

static void eval(Interpreter *interpreter, const Node *node)
{
    if (interpreter->stamps[node->id] == interpreter->run)
        return;
    interpreter->stamps[node->id] = interpreter->run;
    if (node->op == OP_NEWTON) {
        iterate(interpreter, node);
        return;
    }
    for (size_t i = 0; i < node->arg_count; i++)
        eval(interpreter, node->args[i]);
    compute(interpreter, node);
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
    size_t rows = model->inputs + model->width + model->outputs + model->signals; /* enough for any of them */
    Block *added = &interpreter->blocks[interpreter->block_count++];
    *added = (Block){name, ARENA_ARRAY(interpreter->arena, rows, long double)};
    return added->value;
}

/* The layer behind this one; behind the last, itself. */
static size_t next_layer(const Model *model, size_t layer)
{
    return layer + 1 < model->layers ? layer + 1 : layer;
}

static long double *located(Interpreter *interpreter, const Location *location, size_t layer)
{
    long double *array = !strcmp(location->array, "gradient") ? interpreter->gradient : interpreter->params;
    bool next = !strcmp(location->layer, "next");
    return array + location_at(location, next ? next_layer(interpreter->network->model, layer) : layer);
}

static bool has(const Interpreter *interpreter, RoutineId id)
{
    return interpreter->network->routines[id].name;
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
        switch (result->kind) {
        case RESULT_OBJECTIVE:
            interpreter->objective += *value;
            break;
        case RESULT_BLOCK:
            memcpy(block(interpreter, result->name), value, size * sizeof *value);
            break;
        case RESULT_STORE:
            memcpy(located(interpreter, &result->location, layer), value, size * sizeof *value);
            break;
        case RESULT_ACCUMULATE:
            for (size_t k = 0; k < size; k++)
                located(interpreter, &result->location, layer)[k] += value[k];
            break;
        }
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

/* values + step dots; dots may be NULL. */
static void load_moved(Interpreter *interpreter, const char *name, const double *values, long double step,
                       const double *dots, size_t count)
{
    load(interpreter, name, values, count);
    long double *to = block(interpreter, name);
    for (size_t i = 0; dots && i < count; i++)
        to[i] += step * (long double)dots[i];
}

/* ---- what all samples share ---- */

static const Tensor *steps_of(const Interpreter *interpreter)
{
    const Model *model = interpreter->network->model;
    return &model->tensors[model->step_tensor];
}

/* The place of the layer's step in the parameters. */
static size_t step_place(const Interpreter *interpreter, size_t layer)
{
    const Tensor *steps = steps_of(interpreter);
    return steps->offset + (steps->span ? layer / steps->span : 0);
}

static void begin(Interpreter *interpreter, const long double *params)
{
    const Network *network = interpreter->network;
    const Model *model = network->model;
    memcpy(interpreter->params, params, model->parameters * sizeof *params);
    memset(interpreter->gradient, 0, network_extended(network) * sizeof *params);
    interpreter->objective = 0;
    long double t = (long double)model->start;
    for (size_t layer = 0; network->timed && layer < model->layers; layer++) {
        interpreter->params[model->parameters + layer] = t;
        t += params[step_place(interpreter, layer)];
    }
    for (size_t layer = 0; network->derived && layer < model->layers; layer++)
        run_routine(interpreter, ROUTINE_PREPARE, layer);
}

/* Penalty and decay, and with gradient theirs. */
static void regularise(Interpreter *interpreter, bool gradient)
{
    const Model *model = interpreter->network->model;
    *block(interpreter, "weight") = 1;
    for (size_t layer = 0; has(interpreter, ROUTINE_PENALTY) && layer < model->layers; layer++)
        run_routine(interpreter, gradient ? ROUTINE_PENALTY_ADJOINT : ROUTINE_PENALTY, layer);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        for (size_t i = tensor->offset; model_decays(model, t) && i < tensor->offset + tensor->size; i++) {
            interpreter->objective += (long double)model->decay / 2 * interpreter->params[i] * interpreter->params[i];
            interpreter->gradient[i] += (long double)model->decay * interpreter->params[i];
        }
    }
}

/* What is appended to the parameters hands on what it got. */
static void retract(Interpreter *interpreter)
{
    const Network *network = interpreter->network;
    const Model *model = network->model;
    long double later = 0;
    for (size_t layer = 0; network->derived && layer < model->layers; layer++)
        run_routine(interpreter, ROUTINE_PREPARE_ADJOINT, layer);
    for (size_t layer = model->layers; network->time_moves && layer-- > 0;) {
        interpreter->gradient[step_place(interpreter, layer)] += later;
        later += interpreter->gradient[model->parameters + layer];
    }
}

/* ---- one sample ---- */

typedef struct {
    size_t n;                           /* samples in all */
    const double *x, *signals, *target; /* of this one */
    const double *prediction_bar;       /* what arrives at its predictions, instead of the objective's derivative */
    long double step;                   /* how far all but the target has moved, */
    const double *x_dot, *signals_dot, *prediction_bar_dot; /* along these, or NULL */
    long double *signals_bar;                               /* what its signals get, or NULL */
} Sample;

static Sample sample_at(const Interpreter *interpreter, size_t n, size_t i, const double *x, const double *signals,
                        const double *target)
{
    const Model *model = interpreter->network->model;
    return (Sample){.n = n,
                    .x = x + i * model->inputs,
                    .signals = signals ? signals + i * model->signals * model_signal_rows(model) : NULL,
                    .target = target ? target + i * model_targets(model) : NULL};
}

static void load_sample(Interpreter *interpreter, const Sample *sample)
{
    const Model *model = interpreter->network->model;
    load_moved(interpreter, "x", sample->x, sample->step, sample->x_dot, model->inputs);
    *block(interpreter, "weight") = sample->prediction_bar ? 0 : model->average ? 1 / (long double)sample->n : 1;
    if (model->weighted && sample->target)
        *block(interpreter, "weight") *= sample->target[model_predictions(model)];
}

static void load_signals(Interpreter *interpreter, const Sample *sample, size_t layer)
{
    const Model *model = interpreter->network->model;
    if (!model->signals)
        return;
    for (size_t k = 0; k < 1 + (size_t)model->linear; k++) {
        size_t at = (layer + k) * model->signals;
        load_moved(interpreter, k ? "signal_next" : "signal", sample->signals + at, sample->step,
                   sample->signals_dot ? sample->signals_dot + at : NULL, model->signals);
    }
}

/* What the signals of a layer got is added to that of its rows. */
static void hand_signals(Interpreter *interpreter, const Sample *sample, size_t layer)
{
    const Model *model = interpreter->network->model;
    for (size_t k = 0; k < 1 + (size_t)model->linear; k++)
        for (size_t i = 0; i < model->signals; i++)
            sample->signals_bar[(layer + k) * model->signals + i] +=
                block(interpreter, k ? "signal_next_bar" : "signal_bar")[i];
}

/* Targets that are missing are anything, and not known. */
static void load_target(Interpreter *interpreter, const Sample *sample, size_t m)
{
    const Model *model = interpreter->network->model;
    const double *target = sample->target + m * model->outputs;
    load(interpreter, "target", target, model->outputs);
    if (!model->missing)
        return;
    bool whole = loss_is_whole(model->loss, model->link), all = true;
    long double *c = block(interpreter, "target"), *known = block(interpreter, "known");
    for (size_t k = 0; k < model->outputs; k++) {
        bool missing = isnan(target[k]);
        all = all && !missing;
        c[k] = missing ? 0.5L : c[k];
        if (!whole)
            known[k] = !missing;
    }
    if (whole)
        known[0] = all;
}

/* Which observation the state of the layer is, or their number. */
static size_t observation(const Model *model, size_t layer)
{
    size_t m = 0;
    while (m < model->observations && model->observed[m] != layer)
        m++;
    return m;
}

/* The states, [layers + 1][width], when states is not NULL; with costs the objective's part of this sample. */
static void run_forward(Interpreter *interpreter, const Sample *sample, bool costs, long double *states)
{
    const Model *model = interpreter->network->model;
    run_routine(interpreter, ROUTINE_LIFT, 0);
    for (size_t layer = 0;; layer++) {
        size_t m = observation(model, layer);
        if (states)
            memcpy(states + layer * model->width, block(interpreter, "y"), model->width * sizeof *states);
        if (costs && m < model->observations && model->has_loss) {
            load_target(interpreter, sample, m);
            run_routine(interpreter, ROUTINE_LOSS, 0);
        }
        if (layer == model->layers)
            break;
        load_signals(interpreter, sample, layer);
        run_routine(interpreter, costs && has(interpreter, ROUTINE_STEP_COST) ? ROUTINE_STEP_COST : ROUTINE_STEP,
                    layer);
        move_block(interpreter, "y", "y_next");
    }
    if (costs && has(interpreter, ROUTINE_TERMINAL))
        run_routine(interpreter, ROUTINE_TERMINAL, 0);
}

/* What observation m adds to the costate. */
static void observe_back(Interpreter *interpreter, const Sample *sample, size_t m)
{
    const Model *model = interpreter->network->model;
    size_t at = m * model->outputs;
    if (sample->prediction_bar)
        load_moved(interpreter, "prediction_bar", sample->prediction_bar + at, sample->step,
                   sample->prediction_bar_dot ? sample->prediction_bar_dot + at : NULL, model->outputs);
    else if (model->has_loss)
        load_target(interpreter, sample, m);
    else
        return;
    move_block(interpreter, "p_after", "p");
    run_routine(interpreter, sample->prediction_bar ? ROUTINE_HEAD_ADJOINT : ROUTINE_LOSS_ADJOINT, 0);
}

static void run_backward(Interpreter *interpreter, const Sample *sample, const long double *states)
{
    const Model *model = interpreter->network->model;
    memset(block(interpreter, "p"), 0, model->width * sizeof *states);
    if (has(interpreter, ROUTINE_TERMINAL_ADJOINT) && !sample->prediction_bar)
        run_routine(interpreter, ROUTINE_TERMINAL_ADJOINT, 0);
    for (size_t layer = model->layers;; layer--) {
        size_t m = observation(model, layer);
        memcpy(block(interpreter, "y"), states + layer * model->width, model->width * sizeof *states);
        if (m < model->observations)
            observe_back(interpreter, sample, m);
        if (layer == 0)
            break;
        memcpy(block(interpreter, "y"), states + (layer - 1) * model->width, model->width * sizeof *states);
        load_signals(interpreter, sample, layer - 1);
        move_block(interpreter, "p_next", "p");
        run_routine(interpreter, sample->signals_bar ? ROUTINE_STEP_PULLBACK : ROUTINE_STEP_ADJOINT, layer - 1);
        if (sample->signals_bar)
            hand_signals(interpreter, sample, layer - 1);
    }
    if (has(interpreter, ROUTINE_LIFT_ADJOINT))
        run_routine(interpreter, ROUTINE_LIFT_ADJOINT, 0);
}

/* ---- all samples ---- */

/* The derivative by the inputs of the sample that has come back last. */
static void hand_inputs(Interpreter *interpreter, long double *x_bar)
{
    run_routine(interpreter, ROUTINE_LIFT_COSTATE, 0);
    memcpy(x_bar, block(interpreter, "x_bar"), interpreter->network->model->inputs * sizeof *x_bar);
}

long double interpret_moved(Interpreter *interpreter, size_t n, const double *x, const MovedInputs *inputs,
                            const double *signals, const double *target, const long double *params,
                            long double *gradient)
{
    const Model *model = interpreter->network->model;
    long double *states =
        gradient ? ARENA_ARRAY(interpreter->arena, (model->layers + 1) * model->width, long double) : NULL;
    begin(interpreter, params);
    for (size_t i = 0; i < n; i++) {
        Sample sample = sample_at(interpreter, n, i, x, signals, target);
        sample.step = inputs->step;
        sample.x_dot = inputs->direction ? inputs->direction + i * model->inputs : NULL;
        load_sample(interpreter, &sample);
        run_forward(interpreter, &sample, !gradient, states);
        if (gradient)
            run_backward(interpreter, &sample, states);
        if (gradient && inputs->bar)
            hand_inputs(interpreter, inputs->bar + i * model->inputs);
    }
    if (gradient)
        retract(interpreter);
    regularise(interpreter, gradient);
    if (gradient)
        memcpy(gradient, interpreter->gradient, model->parameters * sizeof *gradient);
    return interpreter->objective;
}

long double interpret_objective(Interpreter *interpreter, size_t n, const double *x, const double *signals,
                                const double *target, const long double *params)
{
    return interpret_moved(interpreter, n, x, &(MovedInputs){0}, signals, target, params, NULL);
}

long double interpret_gradient(Interpreter *interpreter, size_t n, const double *x, const double *signals,
                               const double *target, const long double *params, long double *gradient)
{
    return interpret_moved(interpreter, n, x, &(MovedInputs){0}, signals, target, params, gradient);
}

void interpret_pullback(Interpreter *interpreter, size_t n, const PullbackPoint *point, long double step,
                        const PullbackPoint *direction, long double *x_bar, long double *signals_bar,
                        long double *gradient)
{
    const Model *model = interpreter->network->model;
    size_t signals = model->signals * model_signal_rows(model);
    long double *states = ARENA_ARRAY(interpreter->arena, (model->layers + 1) * model->width, long double);
    long double *params = ARENA_ARRAY(interpreter->arena, model->parameters + 1, long double);
    for (size_t i = 0; i < model->parameters; i++)
        params[i] = (long double)point->params[i] + step * (long double)direction->params[i];
    begin(interpreter, params);
    for (size_t i = 0; i < n; i++) {
        Sample sample = sample_at(interpreter, n, i, point->x, point->signals, NULL);
        sample.prediction_bar = point->prediction_bar + i * model_predictions(model);
        sample.prediction_bar_dot = direction->prediction_bar + i * model_predictions(model);
        sample.step = step;
        sample.x_dot = direction->x + i * model->inputs;
        if (signals) {
            sample.signals_dot = direction->signals + i * signals;
            sample.signals_bar = signals_bar + i * signals;
            memset(sample.signals_bar, 0, signals * sizeof *signals_bar);
        }
        load_sample(interpreter, &sample);
        run_forward(interpreter, &sample, false, states);
        run_backward(interpreter, &sample, states);
        hand_inputs(interpreter, x_bar + i * model->inputs);
    }
    retract(interpreter);
    memcpy(gradient, interpreter->gradient, model->parameters * sizeof *gradient);
}

void interpret_along(Interpreter *interpreter, const double *x, const double *signals, const long double *params,
                     size_t count, const Node *const *nodes, long double *values)
{
    const Model *model = interpreter->network->model;
    const Sample sample = sample_at(interpreter, 1, 0, x, signals, NULL);
    begin(interpreter, params);
    load_sample(interpreter, &sample);
    run_routine(interpreter, ROUTINE_LIFT, 0);
    for (size_t layer = 0; layer < model->layers; layer++) {
        load_signals(interpreter, &sample, layer);
        run_routine(interpreter, ROUTINE_STEP, layer);
        for (size_t k = 0; k < count; values += size_of(nodes[k++])) {
            eval(interpreter, nodes[k]);
            memcpy(values, value_of(interpreter, nodes[k]), size_of(nodes[k]) * sizeof *values);
        }
        move_block(interpreter, "y", "y_next");
    }
}

void interpret_slopes(Interpreter *interpreter, const double *x, const double *signals, const long double *params,
                      long double *slopes)
{
    const Step *step = &interpreter->network->step;
    interpret_along(interpreter, x, signals, params, step->stages * step->parts, step->slope, slopes);
}

long double interpret_residual(Interpreter *interpreter, const double *x, const double *signals,
                               const long double *params, size_t samples, const double *states, const double *solutions)
{
    const Model *model = interpreter->network->model;
    const Sample sample = sample_at(interpreter, 1, 0, x, signals, NULL);
    const NodeList equations = equations_of(interpreter->arena, &interpreter->network->step);
    size_t unknowns = 0;
    for (size_t k = 0; k < equations.count; k++)
        unknowns += equations_unknowns(equations.nodes[k]);
    begin(interpreter, params);
    load_sample(interpreter, &sample);
    interpreter->residual = 0;
    for (size_t layer = 0; layer < model->layers; layer++) {
        load(interpreter, "y", states + layer * samples * model->width, model->width);
        load_signals(interpreter, &sample, layer);
        interpreter->given = solutions + layer * samples * unknowns;
        run_routine(interpreter, ROUTINE_STEP, layer);
    }
    interpreter->given = NULL;
    return interpreter->residual;
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

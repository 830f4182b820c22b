/* prepare: what field and cost compute of controls and time alone is hoisted out of the step; see network.h. */
#include "gen/network/builder.h"

/* A hoisted expression, in the problem's inputs, and the input that stands for it. */
typedef struct {
    const Node *value, *input;
    bool staged; /* another one at each stage */
} Derived;

typedef struct {
    Builder *builder;
    const Problem *problem;
    Derived *derived;
    size_t count;
    StageArguments plain; /* of the problem's own inputs */
} Hoister;

/* ---- the inputs at the stages ---- */

/* t + c_i h */
static const Node *time_at(Builder *builder, const Node *c)
{
    const Node *h = builder->shared[builder->first[builder->model->step_tensor]].node;
    const Node *t = builder->shared[builder->time].node;
    return node_is_constant(c, 0, 1) ? t : graph_add(builder->graph, t, graph_binary(builder->graph, OP_MUL, h, c));
}

/* Zero hold: the signals of the layer; else on the line from them to the next layer's. As the network sees them. */
static const Node *signals_at(Builder *builder, const Problem *problem, const Node *c)
{
    Graph *graph = builder->graph;
    const Scale *scale = &builder->model->intake.scales.signals;
    const Node *s = builder_scaled(builder, scale, problem->s);
    if (!builder->model->linear || node_is_constant(c, 0, 1))
        return s;
    const Node *next = builder_scaled(builder, scale, graph_input(graph, "signal_next", problem->s->shape));
    if (node_is_constant(c, 1, 1))
        return next;
    const Node *one = graph_integer(graph, 1), *coefficients[2] = {graph_subtract(graph, one, c), c},
               *terms[2] = {s, next};
    return graph_combine(graph, 2, coefficients, terms, NULL);
}

/* What control k is at stage i: its value of the layer, or of the stage. */
static const Node *control_at(Builder *builder, size_t k, size_t i)
{
    size_t tensor = builder->model->control_tensor + k;
    return builder->shared[builder->first[tensor] + (builder->model->tensors[tensor].stages > 1 ? i : 0)].node;
}

static StageArguments stage_arguments(Builder *builder, size_t most)
{
    const Problem *problem = builder->problem;
    const Tableau *tableau = builder->network->tableau;
    size_t stages = tableau->stages, count = problem->control_count + (problem->t != NULL) + (problem->s != NULL);
    StageArguments arguments = {.count = count,
                                .inputs = ARENA_ARRAY(builder->arena, count + most, const Node *),
                                .images = ARENA_ARRAY(builder->arena, stages * (count + most), const Node *)};
    for (size_t k = 0; k < problem->control_count; k++)
        arguments.inputs[k] = problem->controls[k];
    if (problem->t)
        arguments.inputs[problem->control_count] = problem->t;
    if (problem->s)
        arguments.inputs[count - 1] = problem->s;
    for (size_t i = 0; i < stages; i++) {
        const Node **images = arguments.images + i * count, *c = graph_constant(builder->graph, tableau->c[i]);
        for (size_t k = 0; k < problem->control_count; k++)
            images[k] = control_at(builder, k, i);
        if (problem->t)
            images[problem->control_count] = time_at(builder, c);
        if (problem->s)
            images[count - 1] = signals_at(builder, problem, c);
    }
    return arguments;
}

/* ---- what is hoisted ---- */

static bool is_hoistable(const Node *node)
{
    return !node->shape.varies && node->arg_count + (node->op == OP_IDENTITY) > 0;
}

/* Does value depend on the time or on a control with a value for each stage? */
static bool is_staged(const Hoister *hoister, const Node *value)
{
    const Builder *builder = hoister->builder;
    const Problem *problem = hoister->problem;
    bool *marks = ARENA_ARRAY(builder->arena, graph_size(builder->graph), bool);
    graph_mark(value, marks);
    if (problem->t && marks[problem->t->id])
        return true;
    for (size_t k = 0; k < problem->control_count; k++)
        if (builder->model->tensors[builder->model->control_tensor + k].stages > 1 && marks[problem->controls[k]->id])
            return true;
    return false;
}

/* Finds the shared expressions that varying operations of the field and the cost refer to. */
static void find_derived(Hoister *hoister)
{
    Graph *graph = hoister->builder->graph;
    size_t size = graph_size(graph);
    bool *live = ARENA_ARRAY(hoister->builder->arena, size, bool);
    bool *found = ARENA_ARRAY(hoister->builder->arena, size, bool);
    hoister->derived = ARENA_ARRAY(hoister->builder->arena, size, Derived);
    graph_mark(hoister->problem->field, live);
    if (hoister->problem->cost)
        graph_mark(hoister->problem->cost, live);
    for (size_t id = 0; id < size; id++) {
        const Node *node = graph_at(graph, id);
        for (size_t i = 0; live[id] && node->shape.varies && i < node->arg_count; i++) {
            const Node *arg = node->args[i];
            if (is_hoistable(arg) && !found[arg->id]) {
                found[arg->id] = true;
                hoister->derived[hoister->count++] = (Derived){.value = arg, .staged = is_staged(hoister, arg)};
            }
        }
    }
}

/* Another shared value, computed of `value`, behind all that there are. */
static void add_shared(Builder *builder, const Node *node, const Node *value)
{
    size_t size = value->shape.rows * value->shape.cols, layers = builder->model->layers;
    size_t number = builder->shared_count - builder->first[builder->model->tensor_count] - builder->network->timed + 1;
    builder->shared[builder->shared_count] = (Shared){
        .node = node,
        .dot = builder_moves(builder, value)
                   ? builder_dot(builder, text_print(builder->arena, "%s_dot", node->name), value->shape)
                   : NULL,
        .variable = text_print(builder->arena, "D%zu", number),
        .location = {"params", network_extended(builder->network), size, 1, "layer"},
    };
    builder->network->derived += layers * size;
    builder->shared_count++;
}

static const Node *at_stage(const Hoister *hoister, const Node *value, size_t i)
{
    Graph *graph = hoister->builder->graph;
    const StageArguments *plain = &hoister->plain;
    Substitution map = graph_substitution(graph);
    for (size_t k = 0; k < plain->count; k++)
        graph_replace(graph, &map, plain->inputs[k], plain->images[i * plain->count + k]);
    return graph_substitute(graph, &map, value);
}

/* ---- the routines ---- */

typedef struct {
    Routine *forward, *adjoint, *tangent;
} Prepare;

/* Each takes params, one of them another array, the layer and scratch; an array that is extended is written. */
static Prepare open_prepare(Builder *builder)
{
    Prepare prepare = {
        builder_routine(builder, ROUTINE_PREPARE, "prepare",
                        "What the field computes from the controls of a layer alone."),
        builder_routine(builder, ROUTINE_PREPARE_ADJOINT, "prepare_adjoint", "The adjoint of prepare."),
        builder_routine(builder, ROUTINE_PREPARE_TANGENT, "prepare_tangent", "The tangent of prepare."),
    };
    Routine *const routines[3] = {prepare.forward, prepare.adjoint, prepare.tangent};
    for (size_t r = 0; r < 3; r++) {
        Routine *routine = routines[r];
        routine->loads = true;
        builder_takes(builder, routine, "params", ROLE_SHARED, routine != prepare.forward);
        if (routine == prepare.tangent)
            builder_takes(builder, routine, "params_dot", ROLE_SHARED, false);
        builder_takes(builder, routine, "layer", ROLE_LAYER, true);
        if (routine == prepare.adjoint)
            builder_takes(builder, routine, "gradient", ROLE_SHARED, false);
        builder_takes(builder, routine, "scratch", ROLE_SCRATCH, false);
        builder_read_shared(builder, routine);
    }
    return prepare;
}

/* Shared value k is computed, and pulled back to those before it. */
static void prepare_value(Builder *builder, const Prepare *prepare, size_t k, const Node *value, size_t before)
{
    Arena *arena = builder->arena;
    const Shared *shared = &builder->shared[k];
    Location moved = shared->location, gradient = shared->location;
    moved.array = "params_dot";
    gradient.array = "gradient";
    routine_result(
        arena, prepare->forward,
        (RoutineResult){RESULT_STORE, value, text_print(arena, "%s_out", shared->variable), shared->location});
    if (!shared->dot)
        return;
    routine_result(arena, prepare->tangent,
                   (RoutineResult){RESULT_STORE, builder_tangent(builder, value, 0, NULL, NULL),
                                   text_print(arena, "%s_dot_out", shared->variable), moved});
    const Node *bar = builder_bar(builder, text_print(arena, "%s_bar", shared->node->name), value->shape);
    routine_input(arena, prepare->adjoint, (RoutineInput){bar, text_print(arena, "%s_in", shared->variable), gradient});
    NodeList *bars = ARENA_ARRAY(arena, builder->shared_count, NodeList);
    builder_pull(builder, value, bar, 0, NULL, bars);
    for (size_t c = 0; c < before; c++)
        builder_accumulate(builder, prepare->adjoint, c, &bars[c]);
}

/* The field and the cost with an input in place of each hoisted expression. */
static Problem hoisted_problem(const Hoister *hoister)
{
    Graph *graph = hoister->builder->graph;
    Problem problem = *hoister->problem;
    Substitution map = graph_substitution(graph);
    for (size_t k = 0; k < hoister->count; k++)
        graph_replace(graph, &map, hoister->derived[k].value, hoister->derived[k].input);
    problem.field = graph_substitute(graph, &map, problem.field);
    if (problem.cost)
        problem.cost = graph_substitute(graph, &map, problem.cost);
    return problem;
}

/* What stands for a value. */
static const Node *input_of(Builder *builder, const char *name, const Node *value)
{
    const Node *input = graph_input(builder->graph, name, value->shape);
    graph_carries(input, value->branched, value->infinite);
    return input;
}

Hoisted builder_hoist(Builder *builder)
{
    Hoister hoister = {.builder = builder, .problem = builder->problem};
    size_t stages = builder->network->tableau->stages, before = builder->shared_count, images = 0;
    find_derived(&hoister);
    hoister.plain = stage_arguments(builder, 0);
    StageArguments all = stage_arguments(builder, hoister.count);
    const Node **values = ARENA_ARRAY(builder->arena, stages * hoister.count + 1, const Node *);
    size_t own = all.count;
    all.count += hoister.count;
    const Node **plain = all.images;
    all.images = ARENA_ARRAY(builder->arena, stages * all.count + 1, const Node *);
    for (size_t i = 0; i < stages; i++)
        for (size_t k = 0; k < own; k++)
            all.images[i * all.count + k] = plain[i * own + k];
    builder->shared = arena_grow(builder->arena, builder->shared, before * sizeof *builder->shared,
                                 (before + stages * hoister.count) * sizeof *builder->shared);
    for (size_t k = 0; k < hoister.count; k++) {
        Derived *derived = &hoister.derived[k];
        const char *name = text_print(builder->arena, "derived%zu", k + 1);
        derived->input = input_of(builder, name, derived->value);
        all.inputs[own + k] = derived->input;
        for (size_t i = 0; i < stages; i++) {
            size_t position = i * all.count + own + k;
            if (i > 0 && !derived->staged) {
                all.images[position] = derived->input;
                continue;
            }
            const Node *node =
                derived->staged ? input_of(builder, text_print(builder->arena, "%s@%zu", name, i + 1), derived->value)
                                : derived->input;
            values[images] = at_stage(&hoister, derived->value, i);
            add_shared(builder, node, values[images++]);
            all.images[position] = node;
        }
    }
    if (images) {
        const Prepare prepare = open_prepare(builder);
        for (size_t k = 0; k < images; k++)
            prepare_value(builder, &prepare, before + k, values[k], before);
    }
    return (Hoisted){hoisted_problem(&hoister), all};
}

/* second: second order. The tangent of the pullback, of which the product of the objective's Hessian is one use: forth
 * the tangent of the steps, back that of every adjoint routine. Each such routine is derived here from the adjoint
 * routine as it stands: its results, and how they move when what it reads does. */
#include "gen/network/builder.h"

#include <string.h>

static bool is_one_of(const char *name, size_t count, const char *const *names)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

/* Blocks that do not move. */
static bool is_still(const char *name)
{
    static const char *const still[] = {"target", "known", "weight"};
    return is_one_of(name, sizeof still / sizeof *still, still);
}

/* Blocks that the adjoint writes and nobody asks the tangent of. */
static bool is_left_out(const char *name)
{
    return !strcmp(name, "prediction");
}

/* The way back needs the costate itself; of all else, how it moves is all that is wanted. */
static bool is_carried(const char *name)
{
    return !strcmp(name, "p");
}

typedef struct {
    Builder *builder;
    const Routine *adjoint;
    Routine *second;
    bool of_derived;             /* the adjoint meets the gradient of what is computed of the parameters alone */
    const Node **inputs, **dots; /* what moves, and how */
    size_t count;
} Second;

static const char *dotted(const Second *second, const char *name)
{
    return text_print(second->builder->arena, "%s_dot", name);
}

static void moves(Second *second, const Node *input, const Node *dot)
{
    second->inputs[second->count] = input;
    second->dots[second->count++] = dot;
}

/* A block that is read, and its tangent behind it. */
static void read_block(Second *second, const Node *block)
{
    builder_read(second->builder, second->second, block);
    if (is_still(block->name))
        return;
    const Node *dot = builder_dot(second->builder, dotted(second, block->name), block->shape);
    builder_read(second->builder, second->second, dot);
    moves(second, block, dot);
}

/* What is computed of the parameters alone: `prepare_second` needs its gradient, too. */
static bool is_derived(const Builder *builder, const Location *location)
{
    const Model *model = builder->model;
    return location->offset >= model->parameters + (builder->network->timed ? model->layers : 0);
}

static bool is_gradient(const char *array)
{
    return array && !strcmp(array, "gradient");
}

static bool adds_derived(const Second *second)
{
    for (size_t i = 0; i < second->adjoint->result_count; i++) {
        const RoutineResult *result = &second->adjoint->results[i];
        if (is_gradient(result->location.array) && is_derived(second->builder, &result->location))
            return true;
    }
    return false;
}

static const RoutineInput *input_called(const Routine *routine, const char *name)
{
    for (size_t i = 0; i < routine->input_count; i++)
        if (!routine->inputs[i].location.array && !strcmp(routine->inputs[i].variable, name))
            return &routine->inputs[i];
    return NULL;
}

/* The gradient itself is there for what is derived. */
static void take_shared(Second *second, const RoutineParameter *parameter)
{
    Builder *builder = second->builder;
    if (!is_gradient(parameter->name)) {
        builder_takes(builder, second->second, parameter->name, ROLE_SHARED, parameter->constant);
        builder_takes(builder, second->second, "params_dot", ROLE_SHARED, parameter->constant);
        return;
    }
    if (second->of_derived)
        builder_takes(builder, second->second, parameter->name, ROLE_SHARED, !adds_derived(second));
    builder_takes(builder, second->second, "product", ROLE_SHARED, false);
}

static void take_block(Second *second, const RoutineParameter *parameter)
{
    Arena *arena = second->builder->arena;
    const RoutineInput *input = input_called(second->adjoint, parameter->name);
    if (input) {
        read_block(second, input->node);
        return;
    }
    if (is_left_out(parameter->name))
        return;
    if (is_carried(parameter->name))
        routine_parameter(arena, second->second, *parameter);
    routine_parameter(arena, second->second,
                      (RoutineParameter){dotted(second, parameter->name), ROLE_SAMPLE, false, parameter->rows});
}

/* The parameters of the adjoint in their order: arrays and blocks with what moves beside them. */
static void take_parameters(Second *second)
{
    for (size_t i = 0; i < second->adjoint->parameter_count; i++) {
        const RoutineParameter *parameter = &second->adjoint->parameters[i];
        switch (parameter->role) {
        case ROLE_SHARED:
            take_shared(second, parameter);
            break;
        case ROLE_SAMPLE:
            take_block(second, parameter);
            break;
        case ROLE_LAYER:
        case ROLE_RECORD:
        case ROLE_SCRATCH:
            builder_takes(second->builder, second->second, parameter->name, parameter->role, parameter->constant);
            break;
        case ROLE_TOTAL:
            break;
        }
    }
}

/* Shared inputs are read as by the adjoint, with their tangents; those that it reads from the gradient move with what
 * is in the product. */
static void read_shared(Second *second)
{
    Builder *builder = second->builder;
    const Routine *adjoint = second->adjoint;
    for (size_t k = 0; k < builder->shared_count; k++)
        if (builder->shared[k].dot)
            moves(second, builder->shared[k].node, builder->shared[k].dot);
    for (size_t i = 0; i < adjoint->input_count; i++) {
        RoutineInput input = adjoint->inputs[i];
        if (!input.location.array)
            continue;
        routine_input(builder->arena, second->second, input);
        bool next = !strcmp(input.location.layer, "next");
        if (!is_gradient(input.location.array) && !next)
            continue;
        const Node *dot = builder_dot(builder, dotted(second, input.node->name), input.node->shape);
        moves(second, input.node, dot);
        input.node = dot;
        input.variable = dotted(second, input.variable);
        input.location.array = next ? "params_dot" : "product";
        routine_input(builder->arena, second->second, input);
    }
}

static const Node *tangent_of(const Second *second, const Node *root)
{
    return derive_pushforward(second->builder->graph, root, second->count, second->inputs, second->dots);
}

/* value, a sum of sums over the samples, is added term by term, as each can be gathered where it is added. */
static void accumulate(Second *second, RoutineResult result, const Node *value)
{
    bool plain = value->op == OP_COMBINE && !combine_shift(value);
    for (size_t k = 0; plain && k < combine_terms(value); k++)
        plain = node_is_constant(combine_coefficient(value, k), 1, 1);
    for (size_t k = 0; k < (plain ? combine_terms(value) : 1); k++) {
        result.node = plain ? combine_term(value, k) : value;
        routine_result(second->builder->arena, second->second, result);
    }
}

static void add_to_product(Second *second, RoutineResult result)
{
    if (is_derived(second->builder, &result.location))
        routine_result(second->builder->arena, second->second, result);
    const Node *dot = tangent_of(second, result.node);
    if (!dot)
        return;
    result.name = dotted(second, result.name);
    result.location.array = "product";
    accumulate(second, result, dot);
}

static void write_block(Second *second, RoutineResult result)
{
    if (is_left_out(result.name))
        return;
    if (is_carried(result.name))
        routine_result(second->builder->arena, second->second, result);
    const Node *dot = tangent_of(second, result.node);
    result.node = dot ? dot : builder_zeros(second->builder, result.node->shape.rows);
    result.name = dotted(second, result.name);
    routine_result(second->builder->arena, second->second, result);
}

static void write_results(Second *second)
{
    for (size_t i = 0; i < second->adjoint->result_count; i++) {
        const RoutineResult *result = &second->adjoint->results[i];
        switch (result->kind) {
        case RESULT_ACCUMULATE:
            add_to_product(second, *result);
            break;
        case RESULT_BLOCK:
            write_block(second, *result);
            break;
        case RESULT_STORE:
        case RESULT_OBJECTIVE:
            break;
        }
    }
}

static void derive_second(Builder *builder, RoutineId id, RoutineId of, const char *name, const char *comment,
                          bool of_derived)
{
    const Routine *adjoint = &builder->network->routines[of];
    if (!adjoint->name)
        return;
    size_t most = adjoint->input_count + builder->shared_count;
    Second second = {builder,
                     adjoint,
                     builder_routine(builder, id, name, comment),
                     of_derived,
                     ARENA_ARRAY(builder->arena, most, const Node *),
                     ARENA_ARRAY(builder->arena, most, const Node *),
                     0};
    second.second->loads = adjoint->loads;
    second.second->record = adjoint->record;
    second.second->order = ORDER_SECOND;
    read_shared(&second);
    take_parameters(&second);
    write_results(&second);
}

void builder_second(Builder *builder)
{
    bool signals = builder->network->routines[ROUTINE_STEP_PULLBACK].name, derived = builder->network->derived;
    derive_second(builder, ROUTINE_PREPARE_SECOND, ROUTINE_PREPARE_ADJOINT, "prepare_second",
                  "The tangent of the adjoint of prepare.", derived);
    derive_second(builder, ROUTINE_LIFT_SECOND, ROUTINE_LIFT_ADJOINT, "lift_second",
                  "The tangent of the adjoint of lift: adds to the product.", false);
    derive_second(builder, ROUTINE_LIFT_COSTATE_SECOND, ROUTINE_LIFT_COSTATE, "lift_costate_second",
                  "How the costate of the input moves.", false);
    derive_second(builder, ROUTINE_STEP_SECOND, signals ? ROUTINE_STEP_PULLBACK : ROUTINE_STEP_ADJOINT, "step_second",
                  signals ? "The adjoint step and its tangent: p and p_dot before the step, and how what the signals "
                            "get moves; adds to the product."
                          : "The adjoint step and its tangent: p and p_dot before the step; adds to the product.",
                  derived);
    derive_second(builder, ROUTINE_HEAD_SECOND, ROUTINE_HEAD_ADJOINT, "head_second",
                  "The adjoint of the head and its tangent; adds to the product.", false);
    derive_second(builder, ROUTINE_LOSS_SECOND, ROUTINE_LOSS_ADJOINT, "loss_second",
                  "The adjoint of the loss and its tangent; adds to the product.", false);
    derive_second(builder, ROUTINE_TERMINAL_SECOND, ROUTINE_TERMINAL_ADJOINT, "terminal_second",
                  "The adjoint of the terminal cost and its tangent: the last p and p_dot.", false);
    derive_second(builder, ROUTINE_PENALTY_SECOND, ROUTINE_PENALTY_ADJOINT, "penalty_second",
                  "The tangent of the penalty's gradient, added to the product.", false);
}

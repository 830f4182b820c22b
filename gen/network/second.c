/* second: second order. The product of the objective's Hessian with a direction is the tangent of its gradient: forth
 * the tangent of the steps, back that of every adjoint routine. Each such routine is derived here from the adjoint
 * routine as it stands: its results, and how they move when what it reads does. */
#include "gen/network/builder.h"

#include <string.h>

/* Blocks that do not move with a direction of the parameters. */
static bool is_still(const char *name)
{
    static const char *const still[] = {"x", "target", "known", "weight", "signal", "signal_next"};
    for (size_t i = 0; i < sizeof still / sizeof *still; i++)
        if (!strcmp(name, still[i]))
            return true;
    return false;
}

typedef struct {
    Builder *builder;
    const Routine *adjoint;
    Routine *second;
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
    const Node *dot = graph_input(second->builder->graph, dotted(second, block->name), block->shape);
    builder_read(second->builder, second->second, dot);
    moves(second, block, dot);
}

static const RoutineInput *input_called(const Routine *routine, const char *name)
{
    for (size_t i = 0; i < routine->input_count; i++)
        if (!routine->inputs[i].location.array && !strcmp(routine->inputs[i].variable, name))
            return &routine->inputs[i];
    return NULL;
}

/* The parameters of the adjoint in their order: arrays and blocks with what moves beside them; no prediction, objective
 * or record. */
static void take_parameters(Second *second)
{
    Builder *builder = second->builder;
    for (size_t i = 0; i < second->adjoint->parameter_count; i++) {
        const RoutineParameter *parameter = &second->adjoint->parameters[i];
        const RoutineInput *input = input_called(second->adjoint, parameter->name);
        bool gradient = !strcmp(parameter->name, "gradient");
        switch (parameter->role) {
        case ROLE_SHARED:
            builder_takes(builder, second->second, parameter->name, ROLE_SHARED, parameter->constant);
            builder_takes(builder, second->second, gradient ? "product" : "params_dot", ROLE_SHARED,
                          parameter->constant);
            break;
        case ROLE_LAYER:
        case ROLE_SCRATCH:
            builder_takes(builder, second->second, parameter->name, parameter->role, parameter->constant);
            break;
        case ROLE_SAMPLE:
            if (input)
                read_block(second, input->node);
            else if (!strcmp(parameter->name, "p")) {
                routine_parameter(builder->arena, second->second, *parameter);
                routine_parameter(builder->arena, second->second,
                                  (RoutineParameter){"p_dot", ROLE_SAMPLE, false, parameter->rows});
            }
            break;
        case ROLE_RECORD:
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
        if (strcmp(input.location.array, "gradient") != 0 && !next)
            continue;
        const Node *dot = graph_input(builder->graph, dotted(second, input.node->name), input.node->shape);
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

static void write_results(Second *second)
{
    Arena *arena = second->builder->arena;
    for (size_t i = 0; i < second->adjoint->result_count; i++) {
        RoutineResult result = second->adjoint->results[i];
        bool costate = result.kind == RESULT_BLOCK && !strcmp(result.name, "p");
        if (result.kind != RESULT_ACCUMULATE && !costate)
            continue;
        routine_result(arena, second->second, result);
        const Node *dot = tangent_of(second, result.node);
        const char *name = dotted(second, result.name);
        if (costate) {
            result.node = dot ? dot : builder_zeros(second->builder, result.node->shape.rows);
            result.name = name;
            routine_result(arena, second->second, result);
        } else if (dot) {
            result.name = name;
            result.location.array = "product";
            accumulate(second, result, dot);
        }
    }
}

static void derive_second(Builder *builder, RoutineId id, RoutineId of, const char *name, const char *comment)
{
    const Routine *adjoint = &builder->network->routines[of];
    if (!adjoint->name)
        return;
    size_t most = adjoint->input_count + builder->shared_count;
    Second second = {builder,
                     adjoint,
                     builder_routine(builder, id, name, comment),
                     ARENA_ARRAY(builder->arena, most, const Node *),
                     ARENA_ARRAY(builder->arena, most, const Node *),
                     0};
    second.second->loads = adjoint->loads;
    read_shared(&second);
    take_parameters(&second);
    write_results(&second);
}

void builder_second(Builder *builder)
{
    derive_second(builder, ROUTINE_PREPARE_SECOND, ROUTINE_PREPARE_ADJOINT, "prepare_second",
                  "The adjoint of prepare and its tangent.");
    derive_second(builder, ROUTINE_LIFT_SECOND, ROUTINE_LIFT_ADJOINT, "lift_second",
                  "The adjoint of lift and its tangent: adds to gradient and product.");
    derive_second(builder, ROUTINE_STEP_SECOND, ROUTINE_STEP_ADJOINT, "step_second",
                  "The adjoint step and its tangent: p and p_dot before the step; adds to gradient and product.");
    derive_second(builder, ROUTINE_LOSS_SECOND, ROUTINE_LOSS_ADJOINT, "loss_second",
                  "The adjoint of the loss and its tangent; adds to gradient and product.");
    derive_second(builder, ROUTINE_TERMINAL_SECOND, ROUTINE_TERMINAL_ADJOINT, "terminal_second",
                  "The adjoint of the terminal cost and its tangent: the last p and p_dot.");
    derive_second(builder, ROUTINE_PENALTY_SECOND, ROUTINE_PENALTY_ADJOINT, "penalty_second",
                  "The gradient of the penalty and its tangent, added to gradient and product.");
}

/* local: routines for who sees one layer, or wants derivatives one by one: the field with its adjoint and its tangent;
 * and adjoints and tangents for which the parameters are constants, as they are where Jacobians are computed. */
#include "gen/network/builder.h"

#include <string.h>

/* ---- the field ---- */

/* The field at the first stage, of y and of the signals at that time. */
typedef struct {
    const Node *slope;
    size_t count; /* of what varies: y, and the signals */
    const Node *inputs[2], *dots[2];
} Field;

static const Node *dotted(Builder *builder, const Node *node)
{
    return builder_dot(builder, text_print(builder->arena, "%s_dot", node->name), node->shape);
}

static Field field_of(Builder *builder, const Hoisted *hoisted)
{
    const Problem *problem = &hoisted->problem;
    const StageArguments *arguments = &hoisted->arguments;
    Substitution map = graph_substitution(builder->graph);
    for (size_t k = 0; k < arguments->count; k++)
        if (arguments->inputs[k] != problem->s && arguments->images[k] != arguments->inputs[k])
            graph_replace(builder->graph, &map, arguments->inputs[k], arguments->images[k]);
    if (problem->s)
        graph_replace(builder->graph, &map, problem->s,
                      builder_scaled(builder, &builder->model->intake.scales.signals, problem->s));
    Field field = {.slope = graph_substitute(builder->graph, &map, problem->field),
                   .count = 1 + (problem->s != NULL),
                   .inputs = {problem->y, problem->s}};
    for (size_t k = 0; k < field.count; k++)
        field.dots[k] = dotted(builder, field.inputs[k]);
    return field;
}

static Routine *open_field(Builder *builder, const Field *field, RoutineId id, const char *name, const char *comment)
{
    Routine *routine = builder_routine(builder, id, name, comment);
    builder_takes(builder, routine, "params", ROLE_SHARED, true);
    if (id == ROUTINE_FIELD_TANGENT)
        builder_takes(builder, routine, "params_dot", ROLE_SHARED, true);
    builder_takes(builder, routine, "layer", ROLE_LAYER, true);
    builder_read_shared(builder, routine);
    for (size_t k = 0; k < field->count; k++)
        builder_read(builder, routine, field->inputs[k]);
    return routine;
}

static void build_field_adjoint(Builder *builder, const Field *field)
{
    const Node *bar = builder_bar(builder, "slope_bar", field->slope->shape);
    NodeList *bars = ARENA_ARRAY(builder->arena, field->count + builder->shared_count, NodeList);
    Routine *adjoint = open_field(builder, field, ROUTINE_FIELD_ADJOINT, "field_adjoint",
                                  "Its adjoint: what y and the signals get; adds to the gradient.");
    builder_read(builder, adjoint, bar);
    builder_pull(builder, field->slope, bar, field->count, field->inputs, bars);
    builder_accumulate_all(builder, adjoint, bars + field->count);
    for (size_t k = 0; k < field->count; k++) {
        const Node *sum = derive_sum(builder->graph, &bars[k]);
        builder_write(builder, adjoint, sum ? sum : builder_zeros(builder, field->inputs[k]->shape.rows),
                      k ? "signal_bar" : "y_bar");
    }
    builder_takes(builder, adjoint, "gradient", ROLE_SHARED, false);
    builder_takes(builder, adjoint, "scratch", ROLE_SCRATCH, false);
}

static void build_field(Builder *builder, const Hoisted *hoisted)
{
    const Field field = field_of(builder, hoisted);
    Routine *forward = open_field(builder, &field, ROUTINE_FIELD, "field_block", "The field at the state y.");
    builder_write(builder, forward, field.slope, "slope");
    builder_takes(builder, forward, "scratch", ROLE_SCRATCH, false);
    build_field_adjoint(builder, &field);
    Routine *moved = open_field(builder, &field, ROUTINE_FIELD_TANGENT, "field_tangent",
                                "How the field moves when y and the parameters do.");
    for (size_t k = 0; k < field.count; k++)
        builder_read(builder, moved, field.dots[k]);
    builder_write(builder, moved, builder_tangent(builder, field.slope, field.count, field.inputs, field.dots),
                  "slope_dot");
    builder_takes(builder, moved, "scratch", ROLE_SCRATCH, false);
}

/* ---- the parameters are constants ---- */

static bool is_for_parameters(const RoutineParameter *parameter)
{
    return (parameter->role == ROLE_SHARED && strcmp(parameter->name, "params") != 0) || parameter->role == ROLE_TOTAL;
}

/* An adjoint routine without what it adds to the gradient and to the objective. */
static void build_costate(Builder *builder, RoutineId id, RoutineId of, const char *name, const char *comment)
{
    const Routine *adjoint = &builder->network->routines[of];
    Routine *routine = builder_routine(builder, id, name, comment);
    routine->record = adjoint->record;
    routine->loads = adjoint->loads;
    for (size_t i = 0; i < adjoint->parameter_count; i++)
        if (!is_for_parameters(&adjoint->parameters[i]))
            routine_parameter(builder->arena, routine, adjoint->parameters[i]);
    for (size_t i = 0; i < adjoint->input_count; i++)
        routine_input(builder->arena, routine, adjoint->inputs[i]);
    for (size_t i = 0; i < adjoint->result_count; i++)
        if (adjoint->results[i].kind == RESULT_BLOCK)
            routine_result(builder->arena, routine, adjoint->results[i]);
}

static const Node *block_called(const Routine *routine, const char *name)
{
    for (size_t i = 0; i < routine->input_count; i++)
        if (!routine->inputs[i].location.array && !strcmp(routine->inputs[i].variable, name))
            return routine->inputs[i].node;
    return NULL;
}

/* The tangent of root, which the blocks of a tangent routine move and its parameters do not. */
static const Node *moved_by_blocks(Builder *builder, const Routine *tangent, const Node *root)
{
    const Node **inputs = ARENA_ARRAY(builder->arena, tangent->input_count, const Node *);
    const Node **dots = ARENA_ARRAY(builder->arena, tangent->input_count, const Node *);
    size_t count = 0;
    for (size_t i = 0; i < tangent->input_count; i++) {
        const RoutineInput *input = &tangent->inputs[i];
        const Node *dot =
            input->location.array ? NULL : block_called(tangent, text_print(builder->arena, "%s_dot", input->variable));
        if (dot) {
            inputs[count] = input->node;
            dots[count++] = dot;
        }
    }
    const Node *moved = derive_pushforward(builder->graph, root, count, inputs, dots);
    return moved ? moved : builder_zeros(builder, root->shape.rows);
}

/* A tangent routine, whose last result is the tangent of what the routine `forward` computes, for parameters that stay.
 */
static void build_flow(Builder *builder, RoutineId id, RoutineId of, RoutineId forward, const char *name,
                       const char *comment)
{
    const Routine *tangent = &builder->network->routines[of];
    Routine *routine = builder_routine(builder, id, name, comment);
    routine->loads = tangent->loads;
    for (size_t i = 0; i < tangent->parameter_count; i++)
        if (!is_for_parameters(&tangent->parameters[i]) && tangent->parameters[i].role != ROLE_RECORD)
            routine_parameter(builder->arena, routine, tangent->parameters[i]);
    for (size_t i = 0; i < tangent->input_count; i++)
        if (!tangent->inputs[i].location.array || strcmp(tangent->inputs[i].location.array, "params_dot") != 0)
            routine_input(builder->arena, routine, tangent->inputs[i]);
    for (size_t i = 0; i < tangent->result_count; i++) {
        RoutineResult result = tangent->results[i];
        if (i + 1 == tangent->result_count)
            result.node = moved_by_blocks(builder, tangent, builder->network->routines[forward].results[0].node);
        routine_result(builder->arena, routine, result);
    }
}

void builder_local(Builder *builder, const Hoisted *hoisted)
{
    bool signals = builder->network->routines[ROUTINE_STEP_PULLBACK].name;
    build_field(builder, hoisted);
    build_costate(builder, ROUTINE_FIELD_COSTATE, ROUTINE_FIELD_ADJOINT, "field_costate",
                  "What y and the signals get of the field.");
    build_flow(builder, ROUTINE_FIELD_FLOW, ROUTINE_FIELD_TANGENT, ROUTINE_FIELD, "field_flow",
               "How the field moves when y does.");
    build_costate(builder, ROUTINE_STEP_COSTATE, signals ? ROUTINE_STEP_PULLBACK : ROUTINE_STEP_ADJOINT, "step_costate",
                  "The adjoint step for the costate alone, with constant parameters.");
    build_flow(builder, ROUTINE_STEP_FLOW, ROUTINE_STEP_TANGENT, ROUTINE_STEP, "step_flow",
               "The step, and how y_next moves when y does.");
    build_costate(builder, ROUTINE_HEAD_COSTATE, ROUTINE_HEAD_ADJOINT, "head_costate",
                  "The adjoint of the head for the costate alone.");
    build_flow(builder, ROUTINE_HEAD_FLOW, ROUTINE_HEAD_TANGENT, ROUTINE_HEAD, "head_flow",
               "How the prediction moves when y does.");
    build_flow(builder, ROUTINE_LIFT_FLOW, ROUTINE_LIFT_TANGENT, ROUTINE_LIFT, "lift_flow",
               "How the first state moves when x does.");
}

#include "gen/network/builder.h"
#include "gen/base/variable.h"
#include "gen/model/loss.h"

#include <stdint.h>

size_t network_extended(const Network *network)
{
    return network->model->parameters + (network->timed ? network->model->layers : 0) + network->derived;
}

/* ---- what all samples share ---- */

static bool is_control(const Model *model, size_t tensor)
{
    return tensor >= model->control_tensor && tensor < model->control_tensor + model->control_count;
}

/* The input of a tensor's value at stage i: what the problem's expressions are in, where that is one for all stages. */
static const Node *tensor_input(const Builder *builder, size_t t, size_t i)
{
    const Model *model = builder->model;
    const Tensor *tensor = &model->tensors[t];
    const Problem *problem = builder->problem;
    if (t == model->step_tensor)
        return graph_input(builder->graph, "h", tensor->value);
    if (!is_control(model, t))
        return graph_input(builder->graph, tensor->name, tensor->value);
    const Node *control = problem->controls[t - model->control_tensor];
    if (tensor->stages == 1)
        return control;
    return graph_input(builder->graph, text_print(builder->arena, "%s@%zu", control->name, i + 1), tensor->value);
}

static const char *tensor_variable(const Builder *builder, size_t t, size_t i)
{
    const Model *model = builder->model;
    if (t == model->step_tensor)
        return "h";
    if (model->tensors[t].stages > 1)
        return variable_of_stage(builder->arena, model->name, model->tensors[t].name, i);
    return variable_of(builder->arena, model->name, model->tensors[t].name);
}

static Shared tensor_at(Builder *builder, size_t t, size_t i)
{
    const Tensor *tensor = &builder->model->tensors[t];
    size_t size = tensor->value.rows * tensor->value.cols;
    const Node *node = tensor_input(builder, t, i);
    return (Shared){
        .node = node,
        .dot =
            tensor->learnt ? builder_dot(builder, text_print(builder->arena, "%s_dot", node->name), node->shape) : NULL,
        .variable = tensor_variable(builder, t, i),
        .location = {"params", tensor->offset + i * size, tensor->span ? tensor->stages * size : 0, tensor->span,
                     "layer"},
    };
}

static void share_tensors(Builder *builder)
{
    const Model *model = builder->model;
    size_t most = 1;
    for (size_t t = 0; t < model->tensor_count; t++)
        most += model->tensors[t].stages;
    builder->shared = ARENA_ARRAY(builder->arena, most, Shared);
    builder->first = ARENA_ARRAY(builder->arena, model->tensor_count + 1, size_t);
    for (size_t t = 0; t < model->tensor_count; t++) {
        builder->first[t] = builder->shared_count;
        for (size_t i = 0; i < model->tensors[t].stages; i++)
            builder->shared[builder->shared_count++] = tensor_at(builder, t, i);
    }
    builder->first[model->tensor_count] = builder->shared_count;
}

/* The time at the beginning of the layer, behind the parameters: the driver adds up the steps before it. */
static void share_time(Builder *builder)
{
    const Model *model = builder->model;
    builder->time = SIZE_MAX;
    if (!builder->problem->t)
        return;
    builder->network->timed = true;
    builder->network->time_moves = model->tensors[model->step_tensor].learnt;
    builder->time = builder->shared_count;
    const Node *t = graph_input(builder->graph, "t@0", shape_scalar(false));
    builder->shared[builder->shared_count++] = (Shared){
        .node = t,
        .dot = builder->network->time_moves ? builder_dot(builder, "t_dot", t->shape) : NULL,
        .variable = "t",
        .location = {"params", model->parameters, 1, 1, "layer"},
    };
}

/* ---- states in the unit of rows ---- */

static void choose_states(Builder *builder, Extras extras)
{
    if (extras.local)
        builder->state = model_state_scale(builder->arena, builder->model, &builder->model->intake.scales.x);
    builder->network->raw_states = builder->state.mean;
}

/* The problem of raw states y: its functions see the scaled one, and the field's slope is that of y. */
static Problem of_raw_states(Builder *builder)
{
    Problem problem = *builder->problem;
    Graph *graph = builder->graph;
    const Node **const functions[] = {&problem.field, &problem.cost, &problem.head, &problem.terminal};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        Substitution map = graph_substitution(graph);
        graph_replace(graph, &map, problem.y, builder_scaled(builder, &builder->state, problem.y));
        if (*functions[i])
            *functions[i] = graph_substitute(graph, &map, *functions[i]);
    }
    problem.field = builder_widened(builder, &builder->state, problem.field);
    return problem;
}

/* ---- branches ---- */

/* What the expressions of the problem, the loss, missing targets and weights make of what routines hand to each other.
 */
static void note_branches(Builder *builder)
{
    const Model *model = builder->model;
    const Problem *problem = builder->problem;
    const Node *const parts[] = {problem->lift, problem->field, problem->cost,
                                 problem->head, problem->loss,  problem->terminal};
    const bool of_probabilities = model->loss && model->loss->of_classes && !model->link;
    builder->branched = model->missing || model->weighted || of_probabilities;
    builder->infinite = of_probabilities;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        builder->branched = builder->branched || (parts[i] && parts[i]->branched);
        builder->infinite = builder->infinite || (parts[i] && parts[i]->infinite);
    }
    graph_carries(builder->weight, model->weighted, false);
}

/* ---- all of it ---- */

Network *network_build(Graph *graph, const Model *model, const Tableau *tableau, const Problem *problem, Extras extras)
{
    Arena *arena = graph_arena(graph);
    Network *network = ARENA_NEW(arena, Network);
    *network = (Network){.model = model, .tableau = tableau, .graph = graph};
    Builder builder = {.arena = arena,
                       .graph = graph,
                       .model = model,
                       .network = network,
                       .problem = problem,
                       .weight = graph_input(graph, "weight", shape_scalar(true))};
    network->simple = model_observes_last(model) && model->has_loss && !model->missing && !model->weighted &&
                      !model->signals && !problem->cost && !problem->terminal;
    choose_states(&builder, extras);
    const Problem raw = of_raw_states(&builder);
    builder.problem = &raw;
    note_branches(&builder);
    share_tensors(&builder);
    share_time(&builder);
    const Hoisted hoisted = builder_hoist(&builder);
    builder_lift(&builder);
    builder_step(&builder, &hoisted, extras.second);
    builder_head(&builder);
    builder_terminal(&builder);
    builder_penalty(&builder);
    if (extras.second)
        builder_second(&builder);
    if (extras.local)
        builder_local(&builder, &hoisted);
    return network;
}

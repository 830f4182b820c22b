#include "gen/network/network.h"

#include "gen/base/name.h"

#include <ctype.h>
#include <string.h>

/* What the builders below share. Nodes of tensors are by the tensor's index; NULL where a tensor is not learnt or not
 * there. */
typedef struct {
    Arena *arena;
    Graph *graph;
    const Model *model;
    Network *network;
    const Node **tensors, **tensor_dots;
    const Node **derived;        /* inputs that stand for the hoisted expressions */
    const Node **derived_values; /* those expressions */
    const Node **derived_dots;
    size_t *derived_offsets;
    size_t derived_count;
} Builder;

/* ---- tensors and their C variables ---- */

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length >= tail && !strcmp(name + length - tail, ending);
}

/* NULL, SIZE_MAX: no letter in lower case, and more than a letter. */
static bool is_macro_like(const char *name)
{
    if (!name[1])
        return false;
    for (; *name; name++)
        if (*name >= 'a' && *name <= 'z')
            return false;
    return true;
}

/* K_0: a row of K in a codelet. */
static bool is_row_like(const char *name)
{
    const char *end = strrchr(name, '_');
    return end && end[1] && strspn(end + 1, "0123456789") == strlen(end + 1);
}

/* Names that emitted functions use for other things; a letter and a number is a stage value or a buffer. */
static bool is_taken(const char *name)
{
    static const char taken[][16] = {"y",        "h",          "p",      "x",       "y_next",    "p_next",     "params",
                                     "gradient", "layer",      "record", "scratch", "objective", "prediction", "target",
                                     "weight",   "y_dot_next", "size_t", "linux",   "unix",      "i",          "s"};
    static const char endings[][8] = {"_", "_bar", "_dot", "_in", "_out", "_i"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (!strcmp(name, taken[i]))
            return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(name, endings[i]))
            return true;
    return is_macro_like(name) || is_row_like(name) || name_is_keyword(name) ||
           (name[0] && name[1] && strspn(name + 1, "0123456789") == strlen(name + 1));
}

static bool begins_with(const char *name, const char *beginning)
{
    for (; *beginning; name++, beginning++)
        if (tolower((unsigned char)*name) != tolower((unsigned char)*beginning))
            return false;
    return *name == '_';
}

/* The C variable of a tensor: its name, with a trailing _ where that is taken and a leading u_ where it begins as the
 * solver's own symbols do. Names that are like that already get one more, so no two tensors meet. */
static const char *variable_of(Builder *builder, const char *tensor)
{
    bool own = begins_with(tensor, "costate") || begins_with(tensor, builder->model->name) || begins_with(tensor, "u");
    return text_print(builder->arena, "%s%s%s", own ? "u_" : "", tensor, is_taken(tensor) ? "_" : "");
}

static Shape tensor_shape(const Builder *builder, size_t tensor)
{
    const Tensor *t = &builder->model->tensors[tensor];
    size_t first = tensor >= builder->model->control_tensor && tensor <= builder->model->step_tensor;
    size_t rank = t->rank - first;
    if (rank == 0)
        return shape_scalar(false);
    return rank == 1 ? shape_vector(t->shape[first], false) : shape_matrix(t->shape[first], t->shape[first + 1]);
}

static Location tensor_location(const Builder *builder, size_t tensor, const char *array)
{
    const Model *model = builder->model;
    const Tensor *t = &model->tensors[tensor];
    bool layered = tensor >= model->control_tensor && tensor <= model->step_tensor;
    return (Location){array, t->offset, layered ? t->size / model->layers : 0};
}

static const char *tensor_variable(Builder *builder, size_t tensor)
{
    return tensor == builder->model->step_tensor ? "h" : variable_of(builder, builder->model->tensors[tensor].name);
}

static size_t shape_size(Shape shape)
{
    return shape.rows * shape.cols;
}

static Location derived_location(const Builder *builder, size_t k, const char *array)
{
    return (Location){array, builder->derived_offsets[k], shape_size(builder->derived[k]->shape)};
}

/* ---- routines ---- */

static Routine *routine(Builder *builder, RoutineId id, const char *name, const char *comment, const char *parameters)
{
    Routine *routine = &builder->network->routines[id];
    *routine = (Routine){.name = name, .comment = comment, .parameters = parameters};
    return routine;
}

static void read_block(Builder *builder, Routine *routine, const Node *node)
{
    routine_input(builder->arena, routine, (RoutineInput){node, node->name, {NULL, 0, 0}});
}

static void write_block(Builder *builder, Routine *routine, const Node *node, const char *name)
{
    routine_result(builder->arena, routine, (RoutineResult){RESULT_BLOCK, node, name, {NULL, 0, 0}});
}

/* All tensors and derived values can be read; the printer declares those that are. */
static void read_shared(Builder *builder, Routine *routine)
{
    Arena *arena = builder->arena;
    for (size_t t = 0; t < builder->model->tensor_count; t++) {
        const char *name = tensor_variable(builder, t);
        routine_input(arena, routine, (RoutineInput){builder->tensors[t], name, tensor_location(builder, t, "params")});
        if (builder->tensor_dots[t])
            routine_input(arena, routine,
                          (RoutineInput){builder->tensor_dots[t], text_print(arena, "%s_dot", name),
                                         tensor_location(builder, t, "params_dot")});
    }
    for (size_t k = 0; k < builder->derived_count; k++) {
        const char *name = text_print(arena, "D%zu", k + 1);
        routine_input(arena, routine,
                      (RoutineInput){builder->derived[k], name, derived_location(builder, k, "params")});
        if (builder->derived_dots[k])
            routine_input(arena, routine,
                          (RoutineInput){builder->derived_dots[k], text_print(arena, "%s_dot", name),
                                         derived_location(builder, k, "params_dot")});
    }
}

static void accumulate(Builder *builder, Routine *routine, const NodeList *bars, const char *variable,
                       Location location)
{
    const char *name = text_print(builder->arena, "%s_bar", variable);
    for (size_t i = 0; i < bars->count; i++)
        routine_result(builder->arena, routine, (RoutineResult){RESULT_ACCUMULATE, bars->nodes[i], name, location});
}

static void accumulate_tensor(Builder *builder, Routine *routine, size_t tensor, const NodeList *bars)
{
    if (builder->model->tensors[tensor].learnt)
        accumulate(builder, routine, bars, tensor_variable(builder, tensor),
                   tensor_location(builder, tensor, "gradient"));
}

static const Node *tangent(Builder *builder, const Node *root, const Node *x, const Node *x_dot)
{
    size_t tensors = builder->model->tensor_count, count = 0;
    const Node **inputs = ARENA_ARRAY(builder->arena, tensors + builder->derived_count + 1, const Node *);
    const Node **dots = ARENA_ARRAY(builder->arena, tensors + builder->derived_count + 1, const Node *);
    if (x) {
        inputs[count] = x;
        dots[count++] = x_dot;
    }
    for (size_t t = 0; t < tensors; t++) {
        inputs[count] = builder->tensors[t];
        dots[count++] = builder->tensor_dots[t];
    }
    for (size_t k = 0; k < builder->derived_count; k++) {
        inputs[count] = builder->derived[k];
        dots[count++] = builder->derived_dots[k];
    }
    const Node *dot = derive_pushforward(builder->graph, root, count, inputs, dots);
    return dot ? dot : graph_spread(builder->graph, graph_integer(builder->graph, 0), root->shape);
}

/* ---- prepare: what the field computes from controls alone ---- */

static bool depends_on(Builder *builder, const Node *root, const Node *input)
{
    bool *marks = ARENA_ARRAY(builder->arena, graph_size(builder->graph), bool);
    graph_mark(root, marks);
    return marks[input->id];
}

static bool is_learnt_expression(Builder *builder, const Node *root)
{
    for (size_t t = 0; t < builder->model->tensor_count; t++)
        if (builder->model->tensors[t].learnt && depends_on(builder, root, builder->tensors[t]))
            return true;
    return false;
}

static bool is_hoistable(const Node *node)
{
    return !node->shape.varies && node->arg_count + (node->op == OP_IDENTITY) > 0;
}

/* Finds the shared expressions that the field's varying operations refer to. */
static void find_derived(Builder *builder, const Field *field)
{
    size_t size = graph_size(builder->graph);
    bool *live = ARENA_ARRAY(builder->arena, size, bool), *found = ARENA_ARRAY(builder->arena, size, bool);
    builder->derived_values = ARENA_ARRAY(builder->arena, size, const Node *);
    graph_mark(field->value, live);
    for (size_t id = 0; id < size; id++) {
        const Node *node = graph_at(builder->graph, id);
        for (size_t i = 0; live[id] && node->shape.varies && i < node->arg_count; i++) {
            const Node *arg = node->args[i];
            if (is_hoistable(arg) && !found[arg->id]) {
                found[arg->id] = true;
                builder->derived_values[builder->derived_count++] = arg;
            }
        }
    }
}

/* The field with an input in place of each hoisted expression; these inputs count as further controls. */
static Field hoist(Builder *builder, const Field *field)
{
    find_derived(builder, field);
    size_t count = builder->derived_count;
    builder->derived = ARENA_ARRAY(builder->arena, count, const Node *);
    builder->derived_dots = ARENA_ARRAY(builder->arena, count, const Node *);
    builder->derived_offsets = ARENA_ARRAY(builder->arena, count, size_t);
    Field hoisted = *field;
    hoisted.controls = ARENA_ARRAY(builder->arena, field->control_count + count, const Node *);
    hoisted.control_count = field->control_count + count;
    for (size_t k = 0; k < field->control_count; k++)
        hoisted.controls[k] = field->controls[k];
    Substitution map = graph_substitution(builder->graph);
    size_t offset = builder->model->parameters;
    for (size_t k = 0; k < count; k++) {
        const Node *value = builder->derived_values[k];
        const char *name = text_print(builder->arena, "derived%zu", k + 1);
        builder->derived[k] = graph_input(builder->graph, name, value->shape);
        if (is_learnt_expression(builder, value))
            builder->derived_dots[k] =
                graph_input(builder->graph, text_print(builder->arena, "%s_dot", name), value->shape);
        builder->derived_offsets[k] = offset;
        offset += builder->model->layers * shape_size(value->shape);
        hoisted.controls[field->control_count + k] = builder->derived[k];
        graph_replace(builder->graph, &map, value, builder->derived[k]);
    }
    hoisted.value = graph_substitute(builder->graph, &map, field->value);
    builder->network->derived = offset - builder->model->parameters;
    return hoisted;
}

static void build_prepare(Builder *builder, const Field *field)
{
    if (!builder->derived_count)
        return;
    Routine *prepare =
        routine(builder, ROUTINE_PREPARE, "prepare", "What the field computes from the controls of a layer alone.",
                "R *params, size_t layer, R *scratch");
    Routine *adjoint = routine(builder, ROUTINE_PREPARE_ADJOINT, "prepare_adjoint", "The adjoint of prepare.",
                               "const R *params, size_t layer, R *gradient, R *scratch");
    Routine *moved = routine(builder, ROUTINE_PREPARE_TANGENT, "prepare_tangent", "The tangent of prepare.",
                             "const R *params, R *params_dot, size_t layer, R *scratch");
    prepare->loads = adjoint->loads = moved->loads = true;
    read_shared(builder, prepare);
    read_shared(builder, adjoint);
    read_shared(builder, moved);
    NodeList *bars = ARENA_ARRAY(builder->arena, field->control_count, NodeList);
    for (size_t k = 0; k < builder->derived_count; k++) {
        const Node *value = builder->derived_values[k];
        const char *name = text_print(builder->arena, "D%zu", k + 1);
        routine_result(builder->arena, prepare,
                       (RoutineResult){RESULT_STORE, value, text_print(builder->arena, "%s_out", name),
                                       derived_location(builder, k, "params")});
        if (!builder->derived_dots[k])
            continue;
        routine_result(builder->arena, moved,
                       (RoutineResult){RESULT_STORE, tangent(builder, value, NULL, NULL),
                                       text_print(builder->arena, "%s_dot_out", name),
                                       derived_location(builder, k, "params_dot")});
        const Node *bar =
            graph_input(builder->graph, text_print(builder->arena, "derived%zu_bar", k + 1), value->shape);
        routine_input(
            builder->arena, adjoint,
            (RoutineInput){bar, text_print(builder->arena, "%s_in", name), derived_location(builder, k, "gradient")});
        derive_pullback(builder->graph, value, bar, field->control_count, field->controls, bars);
        for (size_t c = 0; c < field->control_count; c++)
            accumulate_tensor(builder, adjoint, builder->model->control_tensor + c, &bars[c]);
    }
}

/* ---- step ---- */

static void build_step_forward(Builder *builder, const Step *step)
{
    Routine *forward = routine(builder, ROUTINE_STEP, "step", "One step: y_next from the state y; fills in the record.",
                               "const R *params, size_t layer, const R *y, R *record, R *y_next, R *scratch");
    forward->record = RECORD_WRITE;
    read_shared(builder, forward);
    read_block(builder, forward, step->y);
    write_block(builder, forward, step->y_next, "y_next");
}

/* bars: what is to be added to the gradient by each control, and by what is derived of them. */
static void build_step_adjoint(Builder *builder, const Step *step, const NodeList *bars)
{
    const Model *model = builder->model;
    Arena *arena = builder->arena;
    Routine *adjoint = routine(builder, ROUTINE_STEP_ADJOINT, "step_adjoint",
                               "Its adjoint: the costate p before the step from p_next after it; adds to the gradient.",
                               "const R *params, size_t layer, const R *y, const R *record, const R *p_next, R *p, "
                               "R *gradient, R *scratch");
    adjoint->record = RECORD_READ;
    read_shared(builder, adjoint);
    read_block(builder, adjoint, step->y);
    read_block(builder, adjoint, step->p_next);
    for (size_t k = 0; k < model->control_count; k++)
        accumulate_tensor(builder, adjoint, model->control_tensor + k, &bars[k]);
    for (size_t k = 0; k < builder->derived_count; k++)
        if (builder->derived_dots[k])
            accumulate(builder, adjoint, &bars[model->control_count + k], text_print(arena, "D%zu", k + 1),
                       derived_location(builder, k, "gradient"));
    if (step->h_bar) {
        NodeList h_bar = node_list(arena);
        node_list_add(&h_bar, graph_reduce(builder->graph, step->h_bar));
        accumulate_tensor(builder, adjoint, model->step_tensor, &h_bar);
    }
    write_block(builder, adjoint, step->p, "p");
}

static void build_step_tangent(Builder *builder, const Step *step)
{
    Routine *moved = routine(builder, ROUTINE_STEP_TANGENT, "step_tangent",
                             "The step and its tangent: how y_next moves when y and the parameters do.",
                             "const R *params, const R *params_dot, size_t layer, const R *y, const R *y_dot, "
                             "R *y_next, R *y_dot_next, R *scratch");
    const Node *y_dot = graph_input(builder->graph, "y_dot", step->y->shape);
    read_shared(builder, moved);
    read_block(builder, moved, step->y);
    read_block(builder, moved, y_dot);
    write_block(builder, moved, step->y_next, "y_next");
    write_block(builder, moved, tangent(builder, step->y_next, step->y, y_dot), "y_dot_next");
}

static void build_step(Builder *builder, const Tableau *tableau, const Field *field)
{
    const Model *model = builder->model;
    NodeList *bars = ARENA_ARRAY(builder->arena, field->control_count, NodeList);
    const Node *h = builder->tensors[model->step_tensor];
    Step *step = &builder->network->step;
    *step = step_build(builder->graph, tableau, field, model->residual, h, bars);
    build_step_forward(builder, step);
    build_step_adjoint(builder, step, bars);
    build_step_tangent(builder, step);
}

/* ---- lift ---- */

static void build_lift(Builder *builder)
{
    const Model *model = builder->model;
    Graph *graph = builder->graph;
    const Node *x = graph_input(graph, "x", shape_vector(model->inputs, true));
    const Node *x_dot = graph_input(graph, "x_dot", x->shape);
    const Node *p = graph_input(graph, "p", shape_vector(model->width, true)), *y = x;
    if (model->lift)
        y = graph_add(graph, graph_matvec(graph, builder->tensors[model->lift_tensor], x),
                      builder->tensors[model->lift_tensor + 1]);
    else if (model->width > model->inputs) {
        const Node *parts[2] = {
            x, graph_spread(graph, graph_integer(graph, 0), shape_vector(model->width - model->inputs, true))};
        y = graph_concat(graph, parts, 2);
    }
    const Node *inputs[3] = {x, model->lift ? builder->tensors[model->lift_tensor] : NULL,
                             model->lift ? builder->tensors[model->lift_tensor + 1] : NULL};
    NodeList bars[3];
    derive_pullback(graph, y, p, model->lift ? 3 : 1, inputs, bars);

    Routine *forward = routine(builder, ROUTINE_LIFT, "lift", "The first state y of the input x.",
                               "const R *params, const R *x, R *y, R *scratch");
    read_shared(builder, forward);
    read_block(builder, forward, x);
    write_block(builder, forward, y, "y");
    if (model->lift) {
        Routine *adjoint = routine(builder, ROUTINE_LIFT_ADJOINT, "lift_adjoint",
                                   "Its adjoint: adds to the gradient what the first costate p gives.",
                                   "const R *params, const R *x, const R *p, R *gradient, R *scratch");
        read_shared(builder, adjoint);
        read_block(builder, adjoint, x);
        read_block(builder, adjoint, p);
        accumulate_tensor(builder, adjoint, model->lift_tensor, &bars[1]);
        accumulate_tensor(builder, adjoint, model->lift_tensor + 1, &bars[2]);
    }
    Routine *costate = routine(builder, ROUTINE_LIFT_COSTATE, "lift_costate", "The costate of the input.",
                               "const R *params, const R *p, R *x_bar, R *scratch");
    read_shared(builder, costate);
    read_block(builder, costate, p);
    write_block(builder, costate, derive_sum(graph, &bars[0]), "x_bar");
    Routine *moved = routine(builder, ROUTINE_LIFT_TANGENT, "lift_tangent",
                             "How the first state moves when x and the parameters do.",
                             "const R *params, const R *params_dot, const R *x, const R *x_dot, R *y_dot, R *scratch");
    read_shared(builder, moved);
    read_block(builder, moved, x);
    read_block(builder, moved, x_dot);
    write_block(builder, moved, tangent(builder, y, x, x_dot), "y_dot");
}

/* ---- head and loss ---- */

static const Node *link_of(Graph *graph, Link link, const Node *v)
{
    switch (link) {
    case LINK_SIGMOID:
        return graph_unary(graph, OP_SIGMOID, v);
    case LINK_SOFTMAX:
        return graph_softmax(graph, v);
    default:
        return v;
    }
}

/* Cross-entropy is taken of v, before the link: it cannot overflow there, and its derivative is p - c. */
static const Node *loss_of(Graph *graph, const Model *model, const Node *v, const Node *prediction, const Node *target)
{
    if (model->loss == LOSS_SQUARED) {
        const Node *residual = graph_subtract(graph, prediction, target);
        return graph_scale(graph, graph_constant(graph, rational_ratio(graph_arena(graph), 1, 2)),
                           graph_dot(graph, residual, residual));
    }
    const Node *normaliser = model->link == LINK_SOFTMAX
                                 ? graph_multiply(graph, graph_total(graph, target), graph_logsumexp(graph, v))
                                 : graph_total(graph, graph_unary(graph, OP_LOG1PEXP, v));
    return graph_subtract(graph, normaliser, graph_dot(graph, target, v));
}

/* Adds the gradient of the head and the costate p of its input, when bar arrives at root. */
static void pull_head(Builder *builder, Routine *routine, const Node *y, const Node *root, const Node *bar)
{
    size_t head = builder->model->head_tensor;
    const Node *inputs[3] = {y, builder->tensors[head], builder->tensors[head + 1]};
    NodeList bars[3];
    derive_pullback(builder->graph, root, bar, 3, inputs, bars);
    accumulate_tensor(builder, routine, head, &bars[1]);
    accumulate_tensor(builder, routine, head + 1, &bars[2]);
    write_block(builder, routine, derive_sum(builder->graph, &bars[0]), "p");
}

/* The last state and what becomes of it. */
typedef struct {
    const Node *y, *prediction, *loss; /* loss: of one sample */
    const Node *target, *weight;
    RoutineResult objective; /* the weighted losses added up */
} Head;

static Head head_of(Builder *builder)
{
    const Model *model = builder->model;
    Graph *graph = builder->graph;
    Head head = {.y = graph_input(graph, "y", shape_vector(model->width, true)),
                 .target = graph_input(graph, "target", shape_vector(model->outputs, true)),
                 .weight = graph_input(graph, "weight", shape_scalar(true))};
    const Node *v = graph_add(graph, graph_matvec(graph, builder->tensors[model->head_tensor], head.y),
                              builder->tensors[model->head_tensor + 1]);
    head.prediction = link_of(graph, model->link, v);
    head.loss = loss_of(graph, model, v, head.prediction, head.target);
    graph_label(head.prediction, "prediction");
    const Node *objective = graph_reduce(graph, graph_multiply(graph, head.weight, head.loss));
    head.objective = (RoutineResult){RESULT_OBJECTIVE, objective, "objective", {NULL, 0, 0}};
    return head;
}

static void build_head(Builder *builder, const Head *head)
{
    Routine *forward = routine(builder, ROUTINE_HEAD, "head", "The prediction from the last state y.",
                               "const R *params, const R *y, R *prediction, R *scratch");
    read_shared(builder, forward);
    read_block(builder, forward, head->y);
    write_block(builder, forward, head->prediction, "prediction");
}

static void build_head_adjoint(Builder *builder, const Head *head)
{
    const Node *bar = graph_input(builder->graph, "prediction_bar", head->prediction->shape);
    Routine *adjoint =
        routine(builder, ROUTINE_HEAD_ADJOINT, "head_adjoint", "Its adjoint: the last costate p; adds to the gradient.",
                "const R *params, const R *y, const R *prediction_bar, R *p, R *gradient, R *scratch");
    read_shared(builder, adjoint);
    read_block(builder, adjoint, head->y);
    read_block(builder, adjoint, bar);
    pull_head(builder, adjoint, head->y, head->prediction, bar);
}

static void build_head_tangent(Builder *builder, const Head *head)
{
    const Node *y_dot = graph_input(builder->graph, "y_dot", head->y->shape);
    Routine *moved =
        routine(builder, ROUTINE_HEAD_TANGENT, "head_tangent", "How the prediction moves when y and the parameters do.",
                "const R *params, const R *params_dot, const R *y, const R *y_dot, R *prediction_dot, "
                "R *scratch");
    read_shared(builder, moved);
    read_block(builder, moved, head->y);
    read_block(builder, moved, y_dot);
    write_block(builder, moved, tangent(builder, head->prediction, head->y, y_dot), "prediction_dot");
}

/* Prediction and objective, of a routine that may go on. */
static void evaluate_loss(Builder *builder, Routine *routine, const Head *head)
{
    read_shared(builder, routine);
    read_block(builder, routine, head->y);
    read_block(builder, routine, head->target);
    read_block(builder, routine, head->weight);
    write_block(builder, routine, head->prediction, "prediction");
    routine_result(builder->arena, routine, head->objective);
}

static void build_loss(Builder *builder, const Head *head)
{
    Routine *forward =
        routine(builder, ROUTINE_LOSS, "loss", "The prediction, and the samples' weighted losses added up.",
                "const R *params, const R *y, const R *target, const R *weight, R *prediction, "
                "R *objective, R *scratch");
    evaluate_loss(builder, forward, head);
    Routine *adjoint = routine(builder, ROUTINE_LOSS_ADJOINT, "loss_adjoint",
                               "The loss and its adjoint: the last costate p; adds to objective and gradient.",
                               "const R *params, const R *y, const R *target, const R *weight, R *prediction, R *p, "
                               "R *objective, R *gradient, R *scratch");
    evaluate_loss(builder, adjoint, head);
    pull_head(builder, adjoint, head->y, head->loss, head->weight);
}

/* ---- all of it ---- */

static void name_tensors(Builder *builder, const Field *field)
{
    const Model *model = builder->model;
    builder->tensors = ARENA_ARRAY(builder->arena, model->tensor_count, const Node *);
    builder->tensor_dots = ARENA_ARRAY(builder->arena, model->tensor_count, const Node *);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const char *name = model->tensors[t].name;
        bool control = t >= model->control_tensor && t < model->control_tensor + model->control_count;
        builder->tensors[t] =
            control ? field->controls[t - model->control_tensor]
                    : graph_input(builder->graph, t == model->step_tensor ? "h" : name, tensor_shape(builder, t));
        if (model->tensors[t].learnt)
            builder->tensor_dots[t] =
                graph_input(builder->graph, text_print(builder->arena, "%s_dot", builder->tensors[t]->name),
                            tensor_shape(builder, t));
    }
}

Network *network_build(Graph *graph, const Model *model, const Tableau *tableau, const Field *field)
{
    Arena *arena = graph_arena(graph);
    Network *network = ARENA_NEW(arena, Network);
    *network = (Network){.model = model, .tableau = tableau, .graph = graph};
    Builder builder = {.arena = arena, .graph = graph, .model = model, .network = network};
    name_tensors(&builder, field);
    Field hoisted = hoist(&builder, field);
    build_prepare(&builder, field);
    build_lift(&builder);
    build_step(&builder, tableau, &hoisted);
    const Head head = head_of(&builder);
    build_head(&builder, &head);
    build_head_adjoint(&builder, &head);
    build_head_tangent(&builder, &head);
    build_loss(&builder, &head);
    return network;
}

/* The functions of a spec as expressions: field, cost, lift, head, loss, terminal cost and penalty. */
#include "gen/model/loss.h"
#include "gen/spec/parts.h"

#include <math.h>
#include <string.h>

/* ---- head and loss, as far as they are no expressions ---- */

static const char *const *link_names(Reader *reader, size_t *count)
{
    const char **names = ARENA_ARRAY(reader->arena, 16, const char *);
    for (*count = 0; loss_links[*count].name; ++*count)
        names[*count] = loss_links[*count].name;
    return names;
}

static const char *const *loss_names(Reader *reader, size_t *count)
{
    const char **names = ARENA_ARRAY(reader->arena, 16, const char *);
    for (*count = 0; loss_losses[*count].name; ++*count)
        names[*count] = loss_losses[*count].name;
    return names;
}

static void read_affine_head(Reader *reader)
{
    Model *model = reader->model;
    size_t count;
    const char *const *links = link_names(reader, &count);
    Entries head = {reader->diagnostics, entry_table(&reader->network, "head"), "head", reader_head_keys,
                    READER_HEAD_KEYS};
    model->affine_head = true;
    entry_check_keys(&head, 0, reader_meant_key);
    entry_require(&head, "outputs", "how many numbers a prediction has");
    entry_require(&head, "link", entry_candidates(reader->arena, links, count));
    model->outputs = entry_count(&head, "outputs", 1, 1, MOST_CHANNELS);
    model->link = &loss_links[entry_choice(&head, "link", 1, links, count, reader_meant_value)];
    if (head.table && model->link->coupled && model->outputs == 1)
        diagnostics_error(reader->diagnostics, entry_place(&head, "link"),
                          "the softmax of one output is always 1: use link = \"sigmoid\" or more outputs");
}

static void require_loss(Reader *reader)
{
    size_t count;
    const char *const *losses = loss_names(reader, &count);
    entry_require(&reader->network, "loss", entry_candidates(reader->arena, losses, count));
}

/* Which of the rows, where the loss is no function. */
static void read_loss(Reader *reader)
{
    Model *model = reader->model;
    size_t count;
    const char *const *losses = loss_names(reader, &count);
    const Value *loss = value_get(reader->network.table, "loss");
    model->has_loss = true;
    if (loss->kind == VALUE_FUNCTION)
        return;
    if (loss->kind != VALUE_STRING) {
        diagnostics_error(reader->diagnostics, loss->place, "loss must be a name or function(p, c) ... end, not %s",
                          value_kind(loss));
        return;
    }
    model->loss = &loss_losses[entry_choice(&reader->network, "loss", 0, losses, count, reader_meant_value)];
    if (model->loss->of_classes && model->link && !model->link->classes)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "loss"),
                          "loss = \"%s\" needs the link \"sigmoid\" or \"softmax\", not \"%s\"", model->loss->name,
                          model->link->name);
}

static void read_noise(Reader *reader)
{
    Model *model = reader->model;
    const Value *list = entry_table(&reader->network, "noise");
    if (!list)
        return;
    if (!model->loss || !model->loss->residuals)
        diagnostics_error(reader->diagnostics, list->place,
                          "noise divides residuals; this loss has none: it belongs to \"squared\" and \"huber\"");
    double *noise = ARENA_ARRAY(reader->arena, list->array_count + 1, double);
    for (size_t i = 0; i < list->array_count; i++) {
        const Value *entry = list->entries[i];
        bool number = entry->kind == VALUE_INTEGER || entry->kind == VALUE_REAL;
        if (!number || !(entry->real > 0) || !isfinite(entry->real))
            diagnostics_error(reader->diagnostics, entry->place,
                              "noise[%zu] is the standard deviation of a target: a number above 0", i + 1);
        noise[i] = entry->real;
    }
    if (model->outputs && (list->array_count != model->outputs || list->entry_count != list->array_count))
        diagnostics_error(reader->diagnostics, list->place, "noise lists %zu standard deviations; targets have %zu",
                          list->array_count, model->outputs);
    model->noise = noise;
}

/* Without a head the prediction is the state; without a loss there must be another cost. */
void reader_head(Reader *reader)
{
    Model *model = reader->model;
    bool other = reader_has(reader, "cost") || reader_has(reader, "terminal");
    bool head = reader_has(reader, "head"), control = other || reader_has(reader, "controls");
    if (head && !reader_has_function(reader, "head"))
        read_affine_head(reader);
    else if (!head)
        model->outputs = model->width;
    model->shows_states = !head;
    if (!head && !control)
        entry_require(&reader->network, "head", "{ outputs = .., link = .. }, or function(y, u) .. end");
    if (reader_has(reader, "loss"))
        read_loss(reader);
    else if (!other)
        require_loss(reader);
    else if (head)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "head"),
                          "a head makes predictions for a loss, which is missing; without one the prediction is the "
                          "state");
}

/* ---- calling functions ---- */

/* Which controls a function sees. */
typedef enum {
    SEES_STAGE, /* all, those with a value a stage as that of the stage */
    SEES_ALL,   /* those of span "all" */
    SEES_HERE,  /* all, those with a value a stage as lists: of this layer */
    SEES_NEXT   /* and of the next */
} Sight;

static const Node **stage_nodes(Reader *reader, const Tensor *tensor, const char *form)
{
    const Node **nodes = ARENA_ARRAY(reader->arena, tensor->stages, const Node *);
    for (size_t i = 0; i < tensor->stages; i++)
        nodes[i] = graph_input(reader->graph,
                               tensor->stages > 1 ? text_print(reader->arena, form, tensor->name, i + 1)
                                                  : text_print(reader->arena, form, tensor->name, (size_t)0),
                               tensor->value);
    return nodes;
}

/* Inputs for the controls, under names that no other input has. */
static void name_controls(Reader *reader)
{
    const Model *model = reader->model;
    Problem *problem = &reader->description->problem;
    problem->control_count = model->control_count;
    problem->controls = ARENA_ARRAY(reader->arena, model->control_count, const Node *);
    problem->here = ARENA_ARRAY(reader->arena, model->control_count, const Node **);
    problem->next = ARENA_ARRAY(reader->arena, model->control_count, const Node **);
    for (size_t k = 0; k < model->control_count; k++) {
        const Tensor *tensor = &model->tensors[model->control_tensor + k];
        problem->controls[k] =
            graph_input(reader->graph, text_print(reader->arena, "u.%s", tensor->name), tensor->value);
        problem->here[k] = stage_nodes(reader, tensor, "here.%s@%zu");
        problem->next[k] = stage_nodes(reader, tensor, "next.%s@%zu");
    }
}

/* Has it a value a stage? Also where the method has one stage: then the index of the stage is there alone. */
static bool is_staged(const Tensor *tensor)
{
    return tensor->rank == tensor->value.rank + 2;
}

/* key: the function that sees them. */
static SpecArgument controls_argument(Reader *reader, Sight sight, const char *key)
{
    const Model *model = reader->model;
    const Problem *problem = &reader->description->problem;
    SpecMember *members = ARENA_ARRAY(reader->arena, model->control_count + 1, SpecMember);
    for (size_t k = 0; k < model->control_count; k++) {
        const Tensor *tensor = &model->tensors[model->control_tensor + k];
        bool lists = (sight == SEES_HERE || sight == SEES_NEXT) && is_staged(tensor);
        members[k] = (SpecMember){
            .name = tensor->name,
            .nodes = sight == SEES_HERE   ? problem->here[k]
                     : sight == SEES_NEXT ? problem->next[k]
                                          : &problem->controls[k],
            .count = lists ? tensor->stages : 1,
            .list = lists,
            .why_not = sight == SEES_ALL && tensor->span != 0
                           ? text_print(reader->arena, "%s sees controls of span \"all\" alone; this one has %s", key,
                                        is_staged(tensor)  ? "a value for each stage"
                                        : tensor->span > 1 ? "several values over the layers"
                                                           : "a value for each layer")
                           : NULL,
        };
    }
    return (SpecArgument){.members = members, .member_count = model->control_count};
}

/* What the function under key returns; NULL where there is none, or after an error. */
static const Node *call(Reader *reader, const char *key, size_t count, const SpecArgument *arguments)
{
    const Value *function = value_get(reader->network.table, key);
    if (!function)
        return NULL;
    if (function->kind != VALUE_FUNCTION) {
        diagnostics_error(reader->diagnostics, function->place, "%s must be a function, not %s", key,
                          value_kind(function));
        return NULL;
    }
    return spec_apply(reader->spec, function, count, arguments);
}

/* value as a varying vector of rows, or NULL after an error, which says that it must be a vector `called`. */
static const Node *as_vector(Reader *reader, const char *key, const Node *value, size_t rows, const char *called)
{
    Shape shape = shape_vector(rows, true);
    if (!value)
        return NULL;
    if (value->shape.rank == 0)
        value = graph_spread(reader->graph, value, shape);
    if (value->shape.rank == 1 && value->shape.rows == rows)
        return graph_spread(reader->graph, value, shape);
    Text text = text_new(reader->arena);
    shape_text(&text, value->shape);
    diagnostics_error(reader->diagnostics, entry_place(&reader->network, key),
                      "the %s must return a vector %s, not a %s", key, called, text.data);
    return NULL;
}

/* value as a scalar; where samples are seen, as one that varies. */
static const Node *as_scalar(Reader *reader, const char *key, const Node *value, bool samples)
{
    if (!value)
        return NULL;
    if (value->shape.rank == 0)
        return samples ? graph_spread(reader->graph, value, shape_scalar(true)) : value;
    Text text = text_new(reader->arena);
    shape_text(&text, value->shape);
    diagnostics_error(reader->diagnostics, entry_place(&reader->network, key),
                      "%s must return a scalar, such as sum(v), not a %s", key, text.data);
    return NULL;
}

/* ---- the field ---- */

static const Value *find_activation(Reader *reader)
{
    const Value *activation = value_get(reader->network.table, "activation");
    if (!activation) {
        diagnostics_error(reader->diagnostics, reader->network.table->place,
                          "activation (or field) is missing: %s, or function(x) .. end",
                          spec_known_names(reader->spec, reader->network.table->place, "activation"));
        return NULL;
    }
    if (activation->kind == VALUE_STRING)
        activation = spec_load(reader->spec, activation->place, "activation", activation->string);
    if (activation && activation->kind != VALUE_FUNCTION) {
        diagnostics_error(reader->diagnostics, activation->place,
                          "activation must be a name or function(x) ... end, not %s", value_kind(activation));
        return NULL;
    }
    return activation;
}

/* sigma(K y + b), sigma a function of the spec. */
static const Node *activate(Reader *reader, const Problem *problem)
{
    const Value *activation = find_activation(reader);
    if (!activation)
        return NULL;
    const Node *z =
        graph_add(reader->graph, graph_matvec(reader->graph, problem->controls[0], problem->y), problem->controls[1]);
    const SpecArgument argument = {.node = z};
    return spec_apply(reader->spec, activation, 1, &argument);
}

static const Node *apply_field(Reader *reader, const SpecArgument *arguments, size_t count)
{
    const Value *function = value_get(reader->network.table, "field");
    if (function->kind != VALUE_FUNCTION) {
        diagnostics_error(reader->diagnostics, function->place, "field must be function(y, u) ... end, not %s",
                          value_kind(function));
        return NULL;
    }
    return spec_apply(reader->spec, function, count, arguments);
}

static const char *field_key(const Reader *reader)
{
    return reader_has(reader, "field") ? "field" : "activation";
}

static void read_field(Reader *reader, const SpecArgument *arguments, size_t count)
{
    Problem *problem = &reader->description->problem;
    Shape shape = shape_vector(reader->model->width, true);
    const Node *value = reader_has(reader, "field") ? apply_field(reader, arguments, count) : activate(reader, problem);
    if (!value)
        return;
    if (value->shape.rank == 0)
        value = graph_spread(reader->graph, value, shape);
    if (value->shape.rank != 1 || value->shape.rows != shape.rows) {
        Text text = text_new(reader->arena);
        shape_text(&text, value->shape);
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, field_key(reader)),
                          "the field must return a vector of width = %zu, not a %s", shape.rows, text.data);
        return;
    }
    problem->field = graph_spread(reader->graph, value, shape);
}

/* The length of the longest chain of operations below node. */
static size_t depth_of(const Reader *reader, const Node *node)
{
    size_t *depths = ARENA_ARRAY(reader->arena, node->id + 1, size_t);
    for (size_t id = 0; id <= node->id; id++) {
        const Node *at = graph_at(reader->graph, id);
        for (size_t i = 0; i < at->arg_count; i++)
            depths[id] = depths[id] > depths[at->args[i]->id] ? depths[id] : depths[at->args[i]->id] + 1;
    }
    return depths[node->id];
}

/* Passes go down chains of operations by recursion, all stages of a step in one. */
static void check_depth(Reader *reader)
{
    size_t depth = depth_of(reader, reader->description->problem.field), stages = reader->description->tableau->stages;
    if (depth * stages > DEEPEST_STEP)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, field_key(reader)),
                          "the field chains %zu operations in each of %zu stages; at most %d in all are supported",
                          depth, stages, DEEPEST_STEP);
}

/* ---- the others ---- */

/* What a function of x or y and the controls of span "all" returns. */
static const Node *call_of_end(Reader *reader, const char *key, const Node *of)
{
    return call(reader, key, 2, (const SpecArgument[]){{.node = of}, controls_argument(reader, SEES_ALL, key)});
}

static void read_ends(Reader *reader)
{
    Model *model = reader->model;
    Graph *graph = reader->graph;
    Problem *problem = &reader->description->problem;
    problem->x = graph_input(graph, "x", shape_vector(model->inputs, true));
    if (reader_has_function(reader, "lift"))
        problem->lift = as_vector(reader, "lift", call_of_end(reader, "lift", problem->x), model->width,
                                  text_print(reader->arena, "of width = %zu", model->width));
    if (reader_has_function(reader, "head")) {
        const Node *head = call_of_end(reader, "head", problem->y);
        model->outputs = head && head->shape.rank == 1 ? head->shape.rows : 1;
        problem->head = as_vector(reader, "head", head, model->outputs, "or a scalar");
    }
    problem->terminal = as_scalar(reader, "terminal", call_of_end(reader, "terminal", problem->y), true);
    problem->prediction = graph_input(graph, "prediction", shape_vector(model->outputs, true));
    problem->target = graph_input(graph, "target", shape_vector(model->outputs, true));
    if (reader_has_function(reader, "loss"))
        problem->loss = as_scalar(
            reader, "loss",
            call(reader, "loss", 2, (const SpecArgument[]){{.node = problem->prediction}, {.node = problem->target}}),
            true);
    read_noise(reader);
}

static void read_penalty(Reader *reader)
{
    Problem *problem = &reader->description->problem;
    spec_leave_samples(reader->spec);
    problem->h = graph_input(reader->graph, "h", shape_scalar(false));
    const SpecArgument arguments[3] = {
        controls_argument(reader, SEES_HERE, ""), controls_argument(reader, SEES_NEXT, ""), {.node = problem->h}};
    reader->model->penalised = reader_has(reader, "penalty");
    problem->penalty = as_scalar(reader, "penalty", call(reader, "penalty", 3, arguments), false);
}

static bool depends_on(Reader *reader, const Node *root, const Node *input)
{
    bool *marks = ARENA_ARRAY(reader->arena, graph_size(reader->graph), bool);
    if (root)
        graph_mark(root, marks);
    return marks[input->id];
}

void reader_problem(Reader *reader)
{
    const Model *model = reader->model;
    Graph *graph = reader->graph;
    Problem *problem = &reader->description->problem;
    problem->y = graph_input(graph, "y", shape_vector(model->width, true));
    problem->partition = model->partition;
    name_controls(reader);
    problem->t = graph_input(graph, "t", shape_scalar(false));
    if (model->signals)
        problem->s = graph_input(graph, "signal", shape_vector(model->signals, true));
    const SpecArgument arguments[4] = {
        {.node = problem->y},
        controls_argument(reader, SEES_STAGE, ""),
        {.node = problem->t},
        {.node = problem->s, .absent = "there are no signals s: the key signals, which says how many, is not given"}};
    read_field(reader, arguments, COUNT(arguments));
    problem->cost = as_scalar(reader, "cost", call(reader, "cost", COUNT(arguments), arguments), true);
    read_ends(reader);
    read_penalty(reader);
    if (diagnostics_errors(reader->diagnostics))
        return;
    if (!depends_on(reader, problem->field, problem->t) && !depends_on(reader, problem->cost, problem->t))
        problem->t = NULL;
    check_depth(reader);
}

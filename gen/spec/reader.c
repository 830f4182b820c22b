#include "gen/spec/reader.h"

#include "gen/base/nearest.h"
#include "gen/spec/entry.h"
#include "gen/spec/reader_data.h"
#include "gen/base/name.h"

#include <math.h>
#include <string.h>

enum {
    MOST_CHANNELS = 1 << 20, /* inputs and outputs */
    MOST_WIDTH = 4096,
    MOST_LAYERS = 10 * 1000 * 1000,
    MOST_SAMPLES = 100 * 1000 * 1000,
    MOST_ITERATIONS = 1000 * 1000 * 1000,
    MOST_PARAMETERS = 1 << 30,
    MOST_CONTROLS = 64,
    DEEPEST_STEP = 4000,
    LONGEST_NAME = 40
};

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    Spec *spec;
    Graph *graph;
    Entries network;
    const Value *controls[MOST_CONTROLS]; /* in the order of creation */
    Model *model;
    Description *description;
} Reader;

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- names ---- */

static void read_name(Reader *reader)
{
    const char *name = entry_string(&reader->network, "name", NULL);
    Place place = entry_place(&reader->network, "name");
    reader->model->name = name ? name : name_stem(reader->arena, reader->model->file);
    name = reader->model->name;
    if (!name_is_identifier(name))
        diagnostics_error(reader->diagnostics, place,
                          "name = \"%.60s\" is not a C identifier: a letter, then letters, digits and _", name);
    else if (strlen(name) > LONGEST_NAME)
        diagnostics_error(reader->diagnostics, place, "name has more than %d characters", LONGEST_NAME);
    else if (name_is_keyword(name))
        diagnostics_error(reader->diagnostics, place, "name = \"%s\" is a keyword of C or C++", name);
    else if (name_is_header(name))
        diagnostics_error(reader->diagnostics, place, "name = \"%s\": %s.h is a header of the C library", name, name);
    else if (name_is_integer(name))
        diagnostics_error(reader->diagnostics, place, "name = \"%s\" is that of integers in <stdint.h>", name);
}

/* ---- dimensions, head and loss ---- */

static void read_dimensions(Reader *reader)
{
    const Entries *network = &reader->network;
    Model *model = reader->model;
    entry_require(network, "inputs");
    entry_require(network, "layers");
    model->inputs = entry_count(network, "inputs", 1, 1, MOST_CHANNELS);
    model->lift = entry_boolean(network, "lift", false);
    model->layers = entry_count(network, "layers", 1, 1, MOST_LAYERS);
    if (!value_get(network->table, "width") && model->inputs > MOST_WIDTH)
        diagnostics_error(reader->diagnostics, entry_place(network, "inputs"),
                          "width is inputs = %zu where it is not given, and at most %d", model->inputs, MOST_WIDTH);
    model->width = entry_count(network, "width", model->inputs, 1, MOST_WIDTH);
    if (model->width < model->inputs && !model->lift)
        diagnostics_error(reader->diagnostics, entry_place(network, "width"),
                          "width = %zu is less than inputs = %zu; set lift = true or widen it", model->width,
                          model->inputs);
    model->residual = entry_boolean(network, "residual", true);
    model->average = entry_boolean(network, "average", false);
    model->step = entry_real(network, "step", 1.0 / (double)model->layers, -1e6, 1e6);
    static const char *const reals[] = {"double", "float"};
    model->single = entry_choice(network, "real", 0, reals, COUNT(reals)) == 1;
    model->seed = entry_count(network, "seed", 1, 0, (size_t)1 << 53);
}

/* What a gradient keeps: everything, the states of all layers, or those of some. */
static void read_memory(Reader *reader)
{
    const Entries *network = &reader->network;
    Model *model = reader->model;
    model->recompute = entry_boolean(network, "recompute", false);
    model->checkpoints = entry_count(network, "checkpoints", model->layers, 1, MOST_LAYERS);
    if (!value_get(network->table, "checkpoints"))
        return;
    if (model->recompute)
        diagnostics_error(reader->diagnostics, entry_place(network, "recompute"),
                          "recompute = true keeps the state of every layer, checkpoints = %zu those of some: use one "
                          "of them",
                          model->checkpoints);
    model->recompute = true;
    if (model->checkpoints > model->layers)
        model->checkpoints = model->layers;
}

static void read_head(Reader *reader)
{
    static const char *const links[] = {"identity", "sigmoid", "softmax"}, *const losses[] = {"squared",
                                                                                              "crossentropy"};
    static const char *const keys[] = {"outputs", "link"};
    Model *model = reader->model;
    entry_require(&reader->network, "head");
    entry_require(&reader->network, "loss");
    Entries head = {reader->diagnostics, entry_table(&reader->network, "head"), "head", keys, COUNT(keys)};
    entry_check_keys(&head, 0);
    entry_require(&head, "outputs");
    entry_require(&head, "link");
    model->outputs = entry_count(&head, "outputs", 1, 1, MOST_CHANNELS);
    model->link = (Link)entry_choice(&head, "link", LINK_SIGMOID, links, COUNT(links));
    model->loss = (Loss)entry_choice(&reader->network, "loss", LOSS_SQUARED, losses, COUNT(losses));
    if (model->loss == LOSS_CROSSENTROPY && model->link == LINK_IDENTITY)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "loss"),
                          "loss = \"crossentropy\" needs the link \"sigmoid\" or \"softmax\", not \"identity\"");
    if (head.table && model->link == LINK_SOFTMAX && model->outputs == 1)
        diagnostics_error(reader->diagnostics, entry_place(&head, "link"),
                          "the softmax of one output is always 1: use link = \"sigmoid\" or more outputs");
}

/* ---- controls and tensors ---- */

static int compare_serial(const void *a, const void *b)
{
    const Value *x = *(const Value *const *)a, *y = *(const Value *const *)b;
    return x->serial < y->serial ? -1 : x->serial > y->serial;
}

static size_t sort_controls(Reader *reader, const Value *table)
{
    size_t count = 0;
    if (table->array_count)
        diagnostics_error(reader->diagnostics, table->entries[0]->place,
                          "a control has no name: write controls = { name = vector(2) }");
    for (size_t i = table->array_count; i < table->entry_count; i++)
        if (count < MOST_CONTROLS)
            reader->controls[count++] = table->entries[i];
    if (table->entry_count - table->array_count > MOST_CONTROLS)
        diagnostics_error(reader->diagnostics, table->place, "more than %d controls", MOST_CONTROLS);
    for (size_t i = 1; i < count; i++) /* insertion: few, and no comparison function needed */
        for (size_t k = i; k > 0 && compare_serial(&reader->controls[k], &reader->controls[k - 1]) < 0; k--) {
            const Value *other = reader->controls[k];
            reader->controls[k] = reader->controls[k - 1];
            reader->controls[k - 1] = other;
        }
    return count;
}

static Tensor tensor(const char *name, size_t rank, size_t first, size_t second, size_t third)
{
    Tensor tensor = {.rank = rank, .shape = {first, second, third}};
    strncpy(tensor.name, name, TENSOR_NAME - 1);
    tensor.size = first * (rank > 1 ? second : 1) * (rank > 2 ? third : 1);
    for (size_t i = rank; i < 3; i++)
        tensor.shape[i] = 0;
    return tensor;
}

static bool is_own_tensor(const char *name)
{
    static const char names[][4] = {"P", "q", "dt", "W", "mu"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static bool check_control(Reader *reader, const Value *control)
{
    if (control->kind != VALUE_CONTROL)
        return diagnostics_error(reader->diagnostics, control->place,
                                 "controls.%.60s must be matrix(rows, columns), vector(rows) or scalar(), not %s",
                                 control->key, value_kind(control));
    if (!name_is_identifier(control->key) || strlen(control->key) >= TENSOR_NAME)
        return diagnostics_error(reader->diagnostics, control->place,
                                 "a control's name is an identifier of at most %d characters, not \"%.60s\"",
                                 TENSOR_NAME - 1, control->key);
    if (is_own_tensor(control->key))
        return diagnostics_error(reader->diagnostics, control->place,
                                 "a control cannot be called %s: the network has a tensor of that name", control->key);
    return true;
}

/* The tensors in the order of the flat array: lift, controls, dt, head. */
static void lay_out(Reader *reader)
{
    Model *model = reader->model;
    bool field = value_get(reader->network.table, "field") != NULL;
    model->tensors = ARENA_ARRAY(reader->arena, model->control_count + 7, Tensor);
    Tensor *next = model->tensors;
    if (model->lift) {
        *next++ = tensor("P", 2, model->width, model->inputs, 0);
        *next++ = tensor("q", 1, model->width, 0, 0);
    }
    model->control_tensor = (size_t)(next - model->tensors);
    for (size_t k = 0; field && k < model->control_count; k++) {
        const Value *control = reader->controls[k];
        if (check_control(reader, control))
            *next++ = tensor(control->key, control->rank + 1, model->layers, control->rows, control->cols);
    }
    if (!field) {
        *next++ = tensor("K", 3, model->layers, model->width, model->width);
        *next++ = tensor("b", 2, model->layers, model->width, 0);
    }
    model->control_count = (size_t)(next - model->tensors) - model->control_tensor;
    model->step_tensor = (size_t)(next - model->tensors);
    *next++ = tensor("dt", 1, model->layers, 0, 0);
    model->head_tensor = (size_t)(next - model->tensors);
    *next++ = tensor("W", 2, model->outputs, model->width, 0);
    *next++ = tensor("mu", 1, model->outputs, 0, 0);
    model->tensor_count = (size_t)(next - model->tensors);
    for (size_t t = 0; t < model->tensor_count; t++) {
        model->tensors[t].offset = model->parameters;
        model->parameters += model->tensors[t].size;
    }
    if (model->parameters > MOST_PARAMETERS)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "layers"),
                          "the network has %zu parameters; at most %d are supported", model->parameters,
                          MOST_PARAMETERS);
}

static const char *const *tensor_names(Reader *reader)
{
    const Model *model = reader->model;
    const char **names = ARENA_ARRAY(reader->arena, model->tensor_count, const char *);
    for (size_t t = 0; t < model->tensor_count; t++)
        names[t] = model->tensors[t].name;
    return names;
}

static Tensor *find_tensor(Reader *reader, const char *name)
{
    for (size_t t = 0; t < reader->model->tensor_count; t++)
        if (!strcmp(reader->model->tensors[t].name, name))
            return &reader->model->tensors[t];
    return NULL;
}

static void unknown_tensor(Reader *reader, const Value *name)
{
    const Model *model = reader->model;
    const char *nearest = nearest_name(name->string, tensor_names(reader), model->tensor_count);
    Text all = text_new(reader->arena);
    for (size_t t = 0; t < model->tensor_count; t++)
        text_format(&all, "%s%s", t ? ", " : "; there are ", model->tensors[t].name);
    diagnostics_error(reader->diagnostics, name->place, "learn: there is no tensor \"%.60s\"%s", name->string,
                      nearest ? nearest_hint(nearest, "\"").text : all.data);
}

static void read_learn(Reader *reader)
{
    Model *model = reader->model;
    const Value *list = entry_table(&reader->network, "learn");
    if (!list) {
        for (size_t t = 0; t < model->tensor_count; t++)
            model->tensors[t].learnt = t != model->step_tensor;
        return;
    }
    Entries learn = {reader->diagnostics, list, "learn", NULL, 0};
    entry_check_keys(&learn, list->array_count);
    for (size_t i = 0; i < list->array_count; i++) {
        const Value *name = list->entries[i];
        Tensor *found = name->kind == VALUE_STRING ? find_tensor(reader, name->string) : NULL;
        if (found) {
            found->learnt = true;
            continue;
        }
        if (name->kind == VALUE_STRING)
            unknown_tensor(reader, name);
        else
            diagnostics_error(reader->diagnostics, name->place, "learn is a list of names of tensors; it holds %s",
                              value_kind(name));
    }
}

static void read_simplex(Reader *reader)
{
    Model *model = reader->model;
    model->simplex = entry_boolean(&reader->network, "simplex", false);
    Place place = entry_place(&reader->network, "simplex");
    if (model->simplex && !model->tensors[model->step_tensor].learnt)
        diagnostics_error(reader->diagnostics, place,
                          "simplex = true constrains the time steps, but learn lacks \"dt\"");
    if (model->simplex && !(model->step > 0))
        diagnostics_error(reader->diagnostics, place, "simplex = true needs a positive step");
}

/* ---- initial values ---- */

static bool convert_init(const Value *value, Init *init)
{
    switch (value->kind) {
    case VALUE_INTEGER:
    case VALUE_REAL:
        *init = (Init){INIT_CONSTANT, value->real, 0};
        return isfinite(value->real);
    case VALUE_NORMAL:
        *init = (Init){INIT_NORMAL, value->real, 0};
        return true;
    case VALUE_UNIFORM:
        *init = (Init){INIT_UNIFORM, value->real, value->upper};
        return true;
    default:
        return false;
    }
}

static void read_init(Reader *reader)
{
    Model *model = reader->model;
    Entries init = {reader->diagnostics, entry_table(&reader->network, "init"), "init", tensor_names(reader),
                    model->tensor_count};
    entry_check_keys(&init, 0);
    for (size_t t = 0; t < model->tensor_count; t++) {
        Tensor *at = &model->tensors[t];
        bool layered = t >= model->control_tensor && t <= model->step_tensor;
        at->init = at->rank - layered == 2 ? (Init){INIT_NORMAL, 1 / sqrt((double)model->width), 0} : (Init){0};
        const Value *value = init.table ? value_get(init.table, at->name) : NULL;
        if (t == model->step_tensor) {
            at->init = (Init){INIT_CONSTANT, model->step, 0};
            if (value)
                diagnostics_error(reader->diagnostics, value->place, "dt begins at step: set step = %g", model->step);
        } else if (value && !convert_init(value, &at->init)) {
            diagnostics_error(reader->diagnostics, value->place,
                              "init.%s must be a number, normal(s) or uniform(a, b), not %s", at->name,
                              value_kind(value));
        }
    }
}

/* ---- training ---- */

/* Keys that only one of the algorithms knows are errors with the others. */
static void check_train_keys(const Entries *train, Algorithm algorithm)
{
    static const struct {
        const char *key;
        Algorithm algorithm;
    } own[] = {{"tau", TRAIN_ARMIJO},   {"tau_max", TRAIN_ARMIJO}, {"lipschitz", TRAIN_LIPSCHITZ},
               {"up", TRAIN_LIPSCHITZ}, {"down", TRAIN_LIPSCHITZ}, {"rate", TRAIN_ADAM},
               {"batch", TRAIN_ADAM},   {"epochs", TRAIN_ADAM}};
    static const char *const titles[] = {"search = \"armijo\"", "search = \"lipschitz\"", "algorithm = \"adam\""};
    for (size_t i = 0; i < COUNT(own); i++)
        if (own[i].algorithm != algorithm && value_get(train->table, own[i].key))
            diagnostics_error(train->diagnostics, entry_place(train, own[i].key), "train.%s belongs to %s, not to %s",
                              own[i].key, titles[own[i].algorithm], titles[algorithm]);
}

static void read_train(Reader *reader)
{
    static const char *const keys[] = {"search", "algorithm", "iterations", "tau",   "tau_max", "lipschitz",
                                       "up",     "down",      "rate",       "batch", "epochs"};
    static const char *const searches[] = {"armijo", "lipschitz"}, *const algorithms[] = {"adam"};
    TrainSpec *train = &reader->model->train;
    Entries entries = {reader->diagnostics, entry_table(&reader->network, "train"), "train", keys, COUNT(keys)};
    entry_check_keys(&entries, 0);
    bool adam = entries.table && value_get(entries.table, "algorithm");
    if (adam && value_get(entries.table, "search"))
        diagnostics_error(reader->diagnostics, entry_place(&entries, "algorithm"),
                          "train has both search and algorithm: choose one");
    entry_choice(&entries, "algorithm", 0, algorithms, COUNT(algorithms));
    train->algorithm = adam ? TRAIN_ADAM : (Algorithm)entry_choice(&entries, "search", 0, searches, COUNT(searches));
    if (entries.table)
        check_train_keys(&entries, train->algorithm);
    const double tiny = 1e-300, huge = 1e300;
    train->tau = entry_real(&entries, "tau", 0.1, tiny, huge);
    train->tau_max = entry_real(&entries, "tau_max", 10, tiny, huge);
    train->lipschitz = entry_real(&entries, "lipschitz", 0.1, tiny, huge);
    train->up = entry_real(&entries, "up", 1.5, 1 + 1e-6, huge);
    train->down = entry_real(&entries, "down", 0.99, tiny, 1);
    train->rate = entry_real(&entries, "rate", 0.001, tiny, huge);
    train->batch = entry_count(&entries, "batch", 32, 1, MOST_SAMPLES);
    train->iterations = entry_count(&entries, "iterations", adam ? 10 : 1000, 0, MOST_ITERATIONS);
    train->iterations = entry_count(&entries, "epochs", train->iterations, 0, MOST_ITERATIONS);
}

/* ---- method and field ---- */

static void read_method(Reader *reader)
{
    const Value *method = value_get(reader->network.table, "method");
    if (!method) {
        entry_require(&reader->network, "method");
        return;
    }
    const char *name = "tableau";
    if (method->kind == VALUE_STRING) {
        name = method->string;
        Place place = method->place;
        method = spec_load(reader->spec, place, "tableau", name);
        if (!method)
            return;
        name = name_stem(reader->arena, name);
    }
    if (method->kind != VALUE_TABLEAU) {
        diagnostics_error(reader->diagnostics, method->place,
                          "method must be the name of a tableau or tableau { A = ..., b = ... }, not %s",
                          value_kind(method));
        return;
    }
    reader->description->tableau = reader_convert_tableau(reader->arena, reader->diagnostics, method, name);
}

static Shape control_shape(const Model *model, size_t k)
{
    const Tensor *tensor = &model->tensors[model->control_tensor + k];
    if (tensor->rank == 1)
        return shape_scalar(false);
    return tensor->rank == 2 ? shape_vector(tensor->shape[1], false) : shape_matrix(tensor->shape[1], tensor->shape[2]);
}

/* Inputs for the controls, under names that no other input has. */
static void name_controls(Reader *reader, Field *field)
{
    const Model *model = reader->model;
    field->y = graph_input(reader->graph, "y", shape_vector(model->width, true));
    field->control_count = model->control_count;
    field->controls = ARENA_ARRAY(reader->arena, model->control_count, const Node *);
    for (size_t k = 0; k < model->control_count; k++)
        field->controls[k] = graph_input(
            reader->graph, text_print(reader->arena, "u.%s", model->tensors[model->control_tensor + k].name),
            control_shape(model, k));
}

static const Value *find_activation(Reader *reader)
{
    const Value *activation = value_get(reader->network.table, "activation");
    if (!activation) {
        diagnostics_error(reader->diagnostics, reader->network.table->place, "activation (or field) is missing");
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
static const Node *activate(Reader *reader, const Field *field)
{
    const Value *activation = find_activation(reader);
    if (!activation)
        return NULL;
    const Node *z =
        graph_add(reader->graph, graph_matvec(reader->graph, field->controls[0], field->y), field->controls[1]);
    return spec_apply(reader->spec, activation, &z, NULL, 0);
}

static const Node *apply_field(Reader *reader, const Field *field)
{
    const Model *model = reader->model;
    const Value *function = value_get(reader->network.table, "field");
    if (function->kind != VALUE_FUNCTION) {
        diagnostics_error(reader->diagnostics, function->place, "field must be function(y, u) ... end, not %s",
                          value_kind(function));
        return NULL;
    }
    const Node **args = ARENA_ARRAY(reader->arena, model->control_count + 1, const Node *);
    const char **names = ARENA_ARRAY(reader->arena, model->control_count + 1, const char *);
    args[0] = field->y;
    for (size_t k = 0; k < model->control_count; k++) {
        args[1 + k] = field->controls[k];
        names[k] = model->tensors[model->control_tensor + k].name;
    }
    return spec_apply(reader->spec, function, args, names, model->control_count);
}

static void read_field(Reader *reader)
{
    Field *field = &reader->description->field;
    Shape shape = shape_vector(reader->model->width, true);
    bool whole = value_get(reader->network.table, "field") != NULL;
    name_controls(reader, field);
    const Node *value = whole ? apply_field(reader, field) : activate(reader, field);
    if (!value)
        return;
    if (value->shape.rank == 0)
        value = graph_spread(reader->graph, value, shape);
    if (value->shape.rank != 1 || value->shape.rows != shape.rows) {
        Text text = text_new(reader->arena);
        shape_text(&text, value->shape);
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, whole ? "field" : "activation"),
                          "the field must return a vector of width = %zu, not a %s", shape.rows, text.data);
        return;
    }
    field->value = graph_spread(reader->graph, value, shape);
}

static Place field_place(const Reader *reader)
{
    bool whole = value_get(reader->network.table, "field") != NULL;
    return entry_place(&reader->network, whole ? "field" : "activation");
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
    size_t depth = depth_of(reader, reader->description->field.value), stages = reader->description->tableau->stages;
    if (depth * stages > DEEPEST_STEP)
        diagnostics_error(reader->diagnostics, field_place(reader),
                          "the field chains %zu operations in each of %zu stages; at most %d in all are supported",
                          depth, stages, DEEPEST_STEP);
}

static void check_field_keys(Reader *reader)
{
    const Value *table = reader->network.table;
    bool field = value_get(table, "field"), controls = value_get(table, "controls");
    if (field && value_get(table, "activation"))
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "activation"),
                          "activation and field exclude each other");
    if (controls && !field)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "controls"),
                          "controls belong to a field, which is missing");
    if (field && !controls)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "field"),
                          "a field needs controls = { ... } (which may be empty)");
}

/* ---- the whole ---- */

const char *const reader_keys[] = {"name",       "inputs",   "width",     "lift",        "layers", "method",
                                   "activation", "controls", "field",     "residual",    "step",   "head",
                                   "loss",       "average",  "learn",     "simplex",     "real",   "init",
                                   "data",       "seed",     "recompute", "checkpoints", "train",  NULL};

static void read_network(Reader *reader)
{
    entry_check_keys(&reader->network, 0);
    read_name(reader);
    read_dimensions(reader);
    read_memory(reader);
    read_head(reader);
    check_field_keys(reader);
    const Value *controls = entry_table(&reader->network, "controls");
    if (controls)
        reader->model->control_count = sort_controls(reader, controls);
    lay_out(reader);
    read_learn(reader);
    read_simplex(reader);
    read_init(reader);
    reader_data(&reader->network, &reader->model->data);
    read_train(reader);
    read_method(reader);
    if (!diagnostics_errors(reader->diagnostics))
        read_field(reader);
    if (!diagnostics_errors(reader->diagnostics))
        check_depth(reader);
    reader->model->hash = spec_hash(reader->spec);
}

bool reader_network(Arena *arena, Diagnostics *diagnostics, const char *path, const char *folder, const char *changes,
                    Description *description)
{
    Graph *graph = graph_new(arena);
    Reader reader = {.arena = arena,
                     .diagnostics = diagnostics,
                     .graph = graph,
                     .spec = spec_new(arena, diagnostics, graph, folder),
                     .model = ARENA_NEW(arena, Model),
                     .description = description};
    if (changes)
        spec_change(reader.spec, changes);
    const Value *value = spec_run(reader.spec, path);
    if (!value)
        return false;
    if (value->kind != VALUE_NETWORK)
        return diagnostics_error(diagnostics, value->place, "the file must return network { ... }, not %s",
                                 value_kind(value));
    *description = (Description){.graph = graph, .model = reader.model};
    reader.model->file = arena_string(arena, path, strlen(path));
    reader.model->place = value->place;
    reader.network = (Entries){diagnostics, value, "", reader_keys, COUNT(reader_keys) - 1};
    read_network(&reader);
    return diagnostics_errors(diagnostics) == 0;
}

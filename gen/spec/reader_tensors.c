/* The tensors of a network: shapes, spans, places in the flat array, which are learnt, how they begin, what bounds
 * them. */
#include "gen/base/name.h"
#include "gen/base/nearest.h"
#include "gen/spec/parts.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- controls ---- */

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

/* ---- spans ---- */

enum { SPAN_ALL = 0 };

typedef struct {
    size_t layers; /* that one value spans, or SPAN_ALL */
    bool staged;
} Span;

static Span read_span(Reader *reader, const Entries *spans, const char *name, bool may_be_staged)
{
    const Value *value = spans->table ? value_get(spans->table, name) : NULL;
    bool word = value && value->kind == VALUE_STRING;
    if (!value)
        return (Span){1, false};
    if (word && !strcmp(value->string, "all"))
        return (Span){SPAN_ALL, false};
    if (word && !strcmp(value->string, "stage") && may_be_staged)
        return (Span){1, true};
    if (value->kind == VALUE_INTEGER && value->integer >= 1)
        return (Span){(size_t)value->integer, false};
    if (word && !strcmp(value->string, "stage"))
        diagnostics_error(reader->diagnostics, value->place,
                          "span.%s: a step has no stages of its own: a number or \"all\"", name);
    else
        diagnostics_error(reader->diagnostics, value->place, "span.%s is a number of layers from 1, \"all\"%s, not %s",
                          name, may_be_staged ? " or \"stage\"" : "",
                          word                           ? text_print(reader->arena, "\"%.40s\"", value->string)
                          : value->kind == VALUE_INTEGER ? text_print(reader->arena, "%lld", value->integer)
                          : value->kind == VALUE_REAL    ? text_print(reader->arena, "%g", value->real)
                                                         : value_kind(value));
    return (Span){1, false};
}

/* ---- shapes ---- */

static void add_extent(Tensor *tensor, size_t extent)
{
    tensor->shape[tensor->rank++] = extent;
    tensor->size *= extent;
}

static Tensor named(const char *name, Shape value)
{
    Tensor tensor = {.size = 1, .values = 1, .stages = 1, .value = value};
    strncpy(tensor.name, name, TENSOR_NAME - 1);
    return tensor;
}

static void add_value_extents(Tensor *tensor)
{
    if (tensor->value.rank > 0)
        add_extent(tensor, tensor->value.rows);
    if (tensor->value.rank > 1)
        add_extent(tensor, tensor->value.cols);
}

/* One of lift and head. */
static Tensor single_tensor(const char *name, Shape value)
{
    Tensor tensor = named(name, value);
    add_value_extents(&tensor);
    return tensor;
}

/* One with values over the layers. */
static Tensor layer_tensor(const Reader *reader, const char *name, Shape value, Span span)
{
    Tensor tensor = named(name, value);
    size_t layers = reader->model->layers,
           stages = reader->description->tableau ? reader->description->tableau->stages : 1;
    tensor.span = span.layers;
    if (span.layers != SPAN_ALL) {
        tensor.values = (layers - 1) / span.layers + 1;
        add_extent(&tensor, tensor.values);
    }
    if (span.staged) {
        tensor.stages = stages;
        add_extent(&tensor, stages);
    }
    add_value_extents(&tensor);
    return tensor;
}

static Shape control_shape(const Value *control)
{
    if (control->rank == 0)
        return shape_scalar(false);
    return control->rank == 1 ? shape_vector(control->rows, false) : shape_matrix(control->rows, control->cols);
}

static Tensor *add_controls(Reader *reader, const Entries *spans, Tensor *next)
{
    Model *model = reader->model;
    if (!reader_has(reader, "field")) {
        *next++ =
            layer_tensor(reader, "K", shape_matrix(model->width, model->width), read_span(reader, spans, "K", true));
        *next++ = layer_tensor(reader, "b", shape_vector(model->width, false), read_span(reader, spans, "b", true));
        return next;
    }
    for (size_t k = 0; k < model->control_count; k++) {
        const Value *control = reader->controls[k];
        if (check_control(reader, control))
            *next++ = layer_tensor(reader, control->key, control_shape(control),
                                   read_span(reader, spans, control->key, true));
    }
    return next;
}

static const char *const *span_names(Reader *reader, size_t *count)
{
    bool field = reader_has(reader, "field");
    size_t controls = field ? reader->model->control_count : 2;
    const char **names = ARENA_ARRAY(reader->arena, controls + 1, const char *);
    for (size_t k = 0; k < controls; k++)
        names[k] = field ? (reader->controls[k]->key ? reader->controls[k]->key : "") : k ? "b" : "K";
    names[controls] = "dt";
    *count = controls + 1;
    return names;
}

/* The tensors in the order of the flat array: lift, controls, dt, head. */
static void lay_out(Reader *reader)
{
    Model *model = reader->model;
    Entries spans = {reader->diagnostics, entry_table(&reader->network, "span"), "span", NULL, 0};
    spans.keys = span_names(reader, &spans.key_count);
    entry_check_keys(&spans, 0, NULL);
    model->tensors = ARENA_ARRAY(reader->arena, model->control_count + 7, Tensor);
    Tensor *next = model->tensors;
    if (model->affine_lift) {
        *next++ = single_tensor("P", shape_matrix(model->width, model->inputs));
        *next++ = single_tensor("q", shape_vector(model->width, false));
    }
    model->control_tensor = (size_t)(next - model->tensors);
    next = add_controls(reader, &spans, next);
    model->control_count = (size_t)(next - model->tensors) - model->control_tensor;
    model->step_tensor = (size_t)(next - model->tensors);
    Span steps = read_span(reader, &spans, "dt", false);
    *next++ = layer_tensor(reader, "dt", shape_scalar(false), steps);
    const Value *list = value_get(reader->network.table, "step");
    if (steps.layers != 1 && list && list->kind == VALUE_TABLE)
        diagnostics_error(reader->diagnostics, list->place,
                          "step lists a step for each layer, but one value of dt spans %s",
                          steps.layers == SPAN_ALL ? "all" : "several");
    model->head_tensor = (size_t)(next - model->tensors);
    if (model->affine_head) {
        *next++ = single_tensor("W", shape_matrix(model->outputs, model->width));
        *next++ = single_tensor("mu", shape_vector(model->outputs, false));
    }
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

/* And one more, or NULL, behind them. */
static const char *const *tensor_names(Reader *reader, const char *more)
{
    const Model *model = reader->model;
    const char **names = ARENA_ARRAY(reader->arena, model->tensor_count + 1, const char *);
    names[model->tensor_count] = more;
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

/* ---- what is learnt ---- */

static void unknown_tensor(Reader *reader, const Value *name)
{
    const Model *model = reader->model;
    const char *nearest = nearest_name(name->string, tensor_names(reader, NULL), model->tensor_count);
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
    entry_check_keys(&learn, list->array_count, NULL);
    for (size_t i = 0; i < list->array_count; i++) {
        const Value *name = list->entries[i];
        Tensor *found = name->kind == VALUE_STRING ? find_tensor(reader, name->string) : NULL;
        if (found)
            found->learnt = true;
        else if (name->kind == VALUE_STRING && !strcmp(name->string, "x"))
            model->learns_x = true;
        else if (name->kind == VALUE_STRING)
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
    const Tensor *steps = &model->tensors[model->step_tensor];
    if (model->simplex && steps->span > 1 && model->layers % steps->span)
        diagnostics_error(reader->diagnostics, place,
                          "simplex = true counts all steps alike, but the last value of dt spans %zu of its %zu layers",
                          model->layers % steps->span, steps->span);
    if (model->simplex && !(model->step > 0))
        diagnostics_error(reader->diagnostics, place, "simplex = true needs a positive step");
}

/* ---- values of tensors ---- */

static bool is_number(const Value *value)
{
    return value->kind == VALUE_INTEGER || value->kind == VALUE_REAL;
}

/* A list of lists .. of numbers of that shape, row by row. */
static bool flatten(const Value *value, size_t rank, const size_t *shape, double **to)
{
    if (rank == 0) {
        if (!is_number(value))
            return false;
        *(*to)++ = value->real;
        return true;
    }
    if (value->kind != VALUE_TABLE || value->entry_count != shape[0] || value->array_count != shape[0])
        return false;
    for (size_t i = 0; i < shape[0]; i++)
        if (!flatten(value->entries[i], rank - 1, shape + 1, to))
            return false;
    return true;
}

/* Numbers of an expression without inputs: identity(n), times and plus numbers. False where it is another. */
static bool evaluate(const Node *node, double *values)
{
    size_t size = node->shape.rows * node->shape.cols;
    double other[2];
    if (node->op == OP_CONSTANT) {
        *values = number_to_double(node->value);
    } else if (node->op == OP_IDENTITY) {
        for (size_t i = 0; i < size; i++)
            values[i] = i % (node->shape.cols + 1) == 0;
    } else if (node->op == OP_SPREAD && node->args[0]->op == OP_CONSTANT) {
        for (size_t i = 0; i < size; i++)
            values[i] = number_to_double(node->args[0]->value);
    } else if (node->op == OP_COMBINE && combine_terms(node) == 1 && evaluate(combine_term(node, 0), values)) {
        const Node *shift = combine_shift(node);
        other[1] = 0;
        if (!evaluate(combine_coefficient(node, 0), &other[0]) || (shift && !evaluate(shift, &other[1])))
            return false;
        for (size_t i = 0; i < size; i++)
            values[i] = other[0] * values[i] + other[1];
    } else {
        return false;
    }
    return true;
}

/* The values of a whole tensor [size] from those of all, or of one value for all; NULL where the shape is another. */
static const double *tensor_values(Reader *reader, const Tensor *tensor, const Value *value)
{
    size_t one = tensor->value.rows * tensor->value.cols;
    const size_t shape[2] = {tensor->value.rows, tensor->value.cols};
    double *values = ARENA_ARRAY(reader->arena, tensor->size + 1, double), *to = values;
    if (value->kind == VALUE_TABLE && tensor->rank > tensor->value.rank &&
        flatten(value, tensor->rank, tensor->shape, &to))
        return values;
    to = values;
    if (value->kind == VALUE_EXPRESSION
            ? !shape_equal(value->node->shape, tensor->value) || !evaluate(value->node, values)
            : !flatten(value, tensor->value.rank, shape, &to))
        return NULL;
    for (size_t i = one; i < tensor->size; i++)
        values[i] = values[i - one];
    return values;
}

/* "2 rows of 3 numbers", of one value, and the shape of the tensor where it has more. */
static const char *extent_of(Reader *reader, const Tensor *tensor)
{
    Text text = text_new(reader->arena);
    if (tensor->value.rank == 0)
        text_add(&text, "a number");
    else if (tensor->value.rank == 1)
        text_format(&text, "%zu numbers", tensor->value.rows);
    else
        text_format(&text, "%zu rows of %zu numbers", tensor->value.rows, tensor->value.cols);
    if (tensor->rank > tensor->value.rank)
        text_add(&text, ", or of the whole tensor, ");
    for (size_t r = 0; tensor->rank > tensor->value.rank && r < tensor->rank; r++)
        text_format(&text, "%s%zu%s", r ? "," : "[", tensor->shape[r], r + 1 < tensor->rank ? "" : "]");
    return text.data;
}

/* ---- initial values ---- */

static bool convert_init(Reader *reader, Tensor *tensor, const Value *value)
{
    Init *init = &tensor->init;
    switch (value->kind) {
    case VALUE_INTEGER:
    case VALUE_REAL:
        *init = (Init){.kind = INIT_CONSTANT, .a = value->real};
        return true;
    case VALUE_NORMAL:
        *init = (Init){.kind = INIT_NORMAL, .a = value->real};
        return true;
    case VALUE_UNIFORM:
        *init = (Init){.kind = INIT_UNIFORM, .a = value->real, .b = value->upper};
        return true;
    case VALUE_TABLE:
    case VALUE_EXPRESSION:
        *init = (Init){.kind = INIT_VALUES, .values = tensor_values(reader, tensor, value)};
        return init->values;
    case VALUE_NOTHING:
    case VALUE_BOOLEAN:
    case VALUE_STRING:
    case VALUE_FUNCTION:
    case VALUE_COSINE:
    case VALUE_CONTROL:
    case VALUE_TABLEAU:
    case VALUE_PARTITIONED:
    case VALUE_NUMBER:
    case VALUE_NETWORK:
    case VALUE_OTHER:
        break;
    }
    return false;
}

/* Is no number of it beyond most? */
static bool is_within(const Tensor *tensor, double most)
{
    const Init *init = &tensor->init;
    bool within = fabs(init->a) <= most && fabs(init->b) <= most;
    for (size_t i = 0; init->values && i < tensor->size; i++)
        within = within && fabs(init->values[i]) <= most;
    return within;
}

static void read_init(Reader *reader)
{
    Model *model = reader->model;
    Entries init = {reader->diagnostics, entry_table(&reader->network, "init"), "init", tensor_names(reader, NULL),
                    model->tensor_count};
    entry_check_keys(&init, 0, NULL);
    for (size_t t = 0; t < model->tensor_count; t++) {
        Tensor *at = &model->tensors[t];
        at->init = at->value.rank == 2 ? (Init){.kind = INIT_NORMAL, .a = 1 / sqrt((double)model->width)} : (Init){0};
        const Value *value = init.table ? value_get(init.table, at->name) : NULL;
        if (t == model->step_tensor) {
            const Value *step = value_get(reader->network.table, "step");
            bool listed = step && step->kind == VALUE_TABLE;
            at->init = listed ? (Init){.kind = INIT_VALUES, .values = model->steps}
                              : (Init){.kind = INIT_CONSTANT, .a = model->step};
            if (value)
                diagnostics_error(reader->diagnostics, value->place, "dt begins at step: set step = %g", model->step);
        } else if (value && !convert_init(reader, at, value)) {
            bool table = value->kind == VALUE_TABLE || value->kind == VALUE_EXPRESSION;
            diagnostics_error(reader->diagnostics, value->place,
                              table ? "init.%s must have the shape of one value, %s"
                                    : "init.%s must be a number, normal(s) or uniform(a, b), not %s",
                              at->name, table ? extent_of(reader, at) : value_kind(value));
        } else if (value && !is_within(at, DBL_MAX)) {
            diagnostics_error(reader->diagnostics, value->place, "init.%s holds a number that is not finite", at->name);
        } else if (value && model->single && !is_within(at, (double)FLT_MAX)) {
            diagnostics_error(reader->diagnostics, value->place,
                              "init.%s holds a number beyond the range of real = \"float\"", at->name);
        }
    }
}

/* ---- bounds ---- */

/* One side: a number for all entries, or the shape of a value. */
static const double *read_side(Reader *reader, const Tensor *tensor, const Value *value)
{
    if (!is_number(value))
        return tensor_values(reader, tensor, value);
    double *values = ARENA_ARRAY(reader->arena, tensor->size, double);
    for (size_t i = 0; i < tensor->size; i++)
        values[i] = value->real;
    return values;
}

static void read_bound(Reader *reader, Tensor *tensor, const Value *pair)
{
    if (pair->kind != VALUE_TABLE || pair->entry_count != 2 || pair->array_count != 2) {
        diagnostics_error(reader->diagnostics, pair->place, "bounds.%s is a pair { lower, upper }", tensor->name);
        return;
    }
    if (!tensor->learnt)
        diagnostics_error(reader->diagnostics, pair->place, "bounds.%s bounds what is learnt, but learn lacks \"%s\"",
                          tensor->name, tensor->name);
    tensor->lower = read_side(reader, tensor, pair->entries[0]);
    tensor->upper = read_side(reader, tensor, pair->entries[1]);
    if (!tensor->lower || !tensor->upper) {
        diagnostics_error(reader->diagnostics, pair->place,
                          "bounds.%s: lower and upper are numbers or have the shape of one value, %s", tensor->name,
                          extent_of(reader, tensor));
        tensor->lower = tensor->upper = NULL;
        return;
    }
    for (size_t i = 0; i < tensor->size; i++)
        if (isnan(tensor->lower[i]) || isnan(tensor->upper[i])) {
            diagnostics_error(reader->diagnostics, pair->place, "bounds.%s holds what is not a number", tensor->name);
            return;
        } else if (tensor->lower[i] > tensor->upper[i]) {
            diagnostics_error(reader->diagnostics, pair->place, "bounds.%s cross: from %g to %g", tensor->name,
                              tensor->lower[i], tensor->upper[i]);
            return;
        }
}

/* Learnt inputs are bounded as a tensor is that has a value a sample. */
static void read_bounds_of_inputs(Reader *reader, const Value *pair)
{
    Model *model = reader->model;
    Tensor x = single_tensor("x", shape_vector(model->inputs, false));
    x.learnt = model->learns_x;
    read_bound(reader, &x, pair);
    model->x_lower = x.lower;
    model->x_upper = x.upper;
}

static void read_bounds(Reader *reader)
{
    Model *model = reader->model;
    Entries bounds = {reader->diagnostics, entry_table(&reader->network, "bounds"), "bounds", NULL, 0};
    const bool has_x = find_tensor(reader, "x"); /* a control's name: its bounds, then */
    bounds.keys = tensor_names(reader, has_x ? NULL : "x");
    bounds.key_count = model->tensor_count + !has_x;
    entry_check_keys(&bounds, 0, NULL);
    for (size_t t = 0; bounds.table && t < model->tensor_count; t++) {
        const Value *pair = value_get(bounds.table, model->tensors[t].name);
        if (pair)
            read_bound(reader, &model->tensors[t], pair);
    }
    if (bounds.table && !has_x && value_get(bounds.table, "x"))
        read_bounds_of_inputs(reader, value_get(bounds.table, "x"));
    if (bounds.table && model->simplex && value_get(bounds.table, "dt"))
        diagnostics_error(
            reader->diagnostics, entry_place(&bounds, "dt"),
            "simplex = true keeps the steps positive with their sum; bounds.dt would be a second constraint");
}

/* ---- all of it ---- */

static void check_field_keys(Reader *reader)
{
    bool field = reader_has(reader, "field"), controls = reader_has(reader, "controls");
    if (field && reader_has(reader, "activation"))
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "activation"),
                          "activation and field exclude each other");
    if (controls && !field)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "controls"),
                          "controls belong to a field, which is missing");
    if (field && !controls)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "field"),
                          "a field needs controls = { ... } (which may be empty)");
}

void reader_tensors(Reader *reader)
{
    check_field_keys(reader);
    const Value *controls = entry_table(&reader->network, "controls");
    if (controls)
        reader->model->control_count = sort_controls(reader, controls);
    lay_out(reader);
    read_learn(reader);
    read_simplex(reader);
    read_init(reader);
    read_bounds(reader);
}

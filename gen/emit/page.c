#include "gen/emit/page.h"

#include "gen/emit/cost.h"
#include "gen/emit/description.h"
#include "gen/emit/flag.h"
#include "gen/emit/names.h"
#include "gen/emit/pack.h"
#include "gen/emit/seal.h"
#include "gen/emit/template.h"
#include "gen/emit/wrap.h"

#include <string.h>

static const char *number(Arena *arena, size_t value)
{
    return text_print(arena, "%zu", value);
}

static const char *describe_memory(Arena *arena, const Blueprint *blueprint)
{
    if (blueprint_forward_only(blueprint))
        return text_print(arena, "%zu bytes, for any number of samples", blueprint->forward_workspace_bytes);
    Text text = text_new(arena);
    text_format(&text, "%zu bytes for a gradient, %zu for a prediction, for any number of samples; ",
                blueprint->workspace_bytes, blueprint->forward_workspace_bytes);
    tape_text(&text, &blueprint->tape);
    return text.data;
}

static const char *describe_tensors(Arena *arena, const Model *model)
{
    Text text = text_new(arena);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        text_format(&text, "%s| %s | %zu |", t ? "\n" : "", tensor->name, tensor->offset);
        for (size_t k = 0; k < tensor->rank; k++)
            text_format(&text, "%s%zu", k ? " x " : " ", tensor->shape[k]);
        text_format(&text, " | %s |", tensor->learnt ? "yes" : "no");
    }
    return text.data;
}

/* The entries of a dictionary in Python. */
static const char *list_tensors(Arena *arena, const Model *model)
{
    Text text = text_new(arena);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        text_format(&text, "    \"%s\": (%zu, (", tensor->name, tensor->offset);
        for (size_t k = 0; k < tensor->rank; k++)
            text_format(&text, "%s%zu", k ? ", " : "", tensor->shape[k]);
        text_add(&text, tensor->rank == 1 ? ",)),\n" : ")),\n");
    }
    return text.data;
}

/* "[n][6]", or "[n][10][6]" where several layers are observed. */
static const char *prediction_shape(Arena *arena, const Model *model)
{
    if (model_observes_last(model))
        return text_print(arena, "[n][%zu]", model->outputs);
    return text_print(arena, "[n][%zu][%zu]", model->observations, model->outputs);
}

/* The layers, as far as there is room for them. */
static const char *list_observed(Arena *arena, const Model *model)
{
    enum { SHOWN = 12 };
    Text text = text_new(arena);
    for (size_t m = 0; m < model->observations && m < SHOWN; m++)
        text_format(&text, "%s%zu", m ? ", " : "", model->observed[m]);
    text_add(&text, model->observations > SHOWN ? ", .." : "");
    return text.data;
}

static void add_cost(Text *text, const char *name, Cost cost)
{
    text_format(text, "| %s | %.0f | %.0f | %.0f |", name, cost.multiplications, cost.additions, cost.activations);
}

static const char *describe_costs(Arena *arena, const Blueprint *blueprint)
{
    Text text = text_new(arena);
    add_cost(&text, "forward", cost_forward(blueprint));
    if (!blueprint_forward_only(blueprint)) {
        text_add(&text, "\n");
        add_cost(&text, "adjoint", cost_adjoint(blueprint));
    }
    return text.data;
}

static const char *describe_tableau(Arena *arena, const Network *network)
{
    Text text = text_new(arena);
    if (network->model->residual)
        tableau_text(&text, network->tableau);
    else
        text_format(&text, "%s, without residual: no step of a Runge-Kutta method, and of no order\n",
                    network->tableau->name);
    return text.data;
}

/* The entries of an array's rows, each with its column's name (names NULL: none) and what scales it, as far as there
 * is room. */
static void add_columns(Text *text, const char *array, size_t count, const char *const *names, const Scale *scale)
{
    enum { SHOWN = 64 };
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        text_format(text, "%s| %s | %zu | ", text->length ? "\n" : "", array, i);
        names_cell(text, names ? names[i] : "");
        text_add(text, " | ");
        text_real(text, scale->mean ? scale->mean[i] : 0);
        text_add(text, " | ");
        text_real(text, scale->mean ? scale->deviation[i] : 1);
        text_add(text, " |");
    }
    if (count > SHOWN)
        text_format(text, "\n| %s | .. %zu | | | |", array, count - 1);
}

static const char *describe_columns(Arena *arena, const Model *model)
{
    const Intake *intake = &model->intake;
    const Scales *scales = &intake->scales;
    Text text = text_new(arena);
    add_columns(&text, "x", model->inputs, intake->features, &scales->x);
    if (scales->signals.mean)
        add_columns(&text, "signals", model->signals, NULL, &scales->signals);
    if (scales->targets.mean || (intake->labels && !model_classes(model)))
        add_columns(&text, "prediction", model->outputs, intake->labels, &scales->targets);
    return text.data;
}

/* "adelie, gentoo" */
static const char *list_classes(Arena *arena, const Intake *intake)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < intake->class_count; i++) {
        text_add(&text, i ? ", " : "");
        names_cell(&text, intake->classes[i]);
    }
    return text.data;
}

/* The items of a list in Python. */
static const char *list_names(Arena *arena, const char *const *names, size_t count)
{
    Text text = text_new(arena);
    names_list(&text, names, names ? count : 0);
    return text.data;
}

/* Is the template C, whose lines are to be of the usual length? */
static bool is_code(const char *file)
{
    const size_t length = strlen(file);
    return length > 5 && !strcmp(file + length - 5, ".c.in"); /* other pages keep their lines */
}

/* What states of a unit of FMI are about as large as: what those that are raw deviate by; NULL: 1. */
static const double *nominals_of(Arena *arena, const Network *network)
{
    const Model *model = network->model;
    return network->raw_states ? model_state_scale(arena, model, &model->intake.scales.x).deviation : NULL;
}

static const char *fmu_nominals(Arena *arena, const Network *network)
{
    const double *nominals = nominals_of(arena, network);
    Text text = text_new(arena);
    for (size_t i = 0; i < network->model->width; i++) {
        text_add(&text, i ? ", " : "");
        text_real(&text, nominals ? nominals[i] : 1);
    }
    return text.data;
}

/* The variables of a unit of FMI: states, their derivatives and the inputs, references as templates/fmu.c.in has them.
 */
static const char *fmu_variables(Arena *arena, const Network *network)
{
    const Model *model = network->model;
    const double *nominals = nominals_of(arena, network);
    Text text = text_new(arena);
    text_add(
        &text,
        "    <Float64 name=\"time\" valueReference=\"0\" causality=\"independent\" variability=\"continuous\"/>\n");
    for (size_t i = 1; i <= model->width; i++) {
        text_format(
            &text,
            "    <Float64 name=\"y[%zu]\" valueReference=\"%zu\" causality=\"output\" variability=\"continuous\" "
            "initial=\"exact\" start=\"0\"",
            i, i);
        if (nominals) {
            text_add(&text, " nominal=\"");
            text_real(&text, nominals[i - 1]);
            text_add(&text, "\"");
        }
        text_add(&text, "/>\n");
    }
    for (size_t i = 1; i <= model->width; i++)
        text_format(&text,
                    "    <Float64 name=\"der(y[%zu])\" valueReference=\"%zu\" causality=\"local\" "
                    "variability=\"continuous\" initial=\"calculated\" derivative=\"%zu\"/>\n",
                    i, model->width + i, i);
    for (size_t i = 1; i <= model->signals; i++)
        text_format(
            &text,
            "    <Float64 name=\"s[%zu]\" valueReference=\"%zu\" causality=\"input\" variability=\"continuous\" "
            "start=\"0\"/>\n",
            i, 2 * model->width + i);
    return text.data;
}

static const char *fmu_structure(Arena *arena, const Model *model)
{
    static const char *const parts[] = {"Output", "ContinuousStateDerivative", "InitialUnknown"};
    Text text = text_new(arena);
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 1; i <= model->width; i++)
            text_format(&text, "    <%s valueReference=\"%zu\"/>\n", parts[k], (k > 0) * model->width + i);
    return text.data;
}

/* The step of the first layer, and the time that all take; by the parameters, where the edition has some. */
static const char *step_of(Arena *arena, const Blueprint *blueprint, bool all)
{
    const Model *model = blueprint->network->model;
    double *steps = ARENA_ARRAY(arena, model->layers, double);
    Text text = text_new(arena);
    if (blueprint->edition.params)
        model_steps(model, blueprint->edition.params, steps);
    else
        steps[0] = model->step;
    text_real(&text, all ? steps[0] * (double)model->layers : steps[0]);
    return text.data;
}

/* By which those who run a unit know that library and description are of one. */
static const char *token_of(Arena *arena, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    uint64_t hash = text_hash(model->hash, COSTATE_VERSION, sizeof COSTATE_VERSION);
    if (blueprint->edition.params)
        hash = text_hash(hash, blueprint->edition.params, model->parameters * sizeof(double));
    return text_print(arena, "%016llx", (unsigned long long)hash);
}

char *page_fill(Arena *arena, const Blueprint *blueprint, const char *file)
{
    const Model *model = blueprint->network->model;
    bool one = blueprint->edition.amalgamated;
    const char *header = text_print(arena, "%s.h", model->name), *source = text_print(arena, "%s.c", model->name);
    const char *both = text_print(arena, "%s and %s", header, source);
    const char *text = template_choose(arena, template_text(file), flag_holds, blueprint);
    const bool libm = pack_needs_libm(arena, blueprint);
    const char *const blanks[][2] = {
        {"name", model->name},
        {"files", one ? header : both},
        {"prerequisites", one ? header : text_print(arena, "%s %s", header, source)},
        {"source", one ? header : source},
        {"fmu_variables", fmu_variables(arena, blueprint->network)},
        {"fmu_nominals", fmu_nominals(arena, blueprint->network)},
        {"fmu_structure", fmu_structure(arena, model)},
        {"step_size", step_of(arena, blueprint, false)},
        {"horizon", step_of(arena, blueprint, true)},
        {"token", token_of(arena, blueprint)},
        {"casadi_sources", one ? text_print(arena, "%s_casadi.c", model->name)
                               : text_print(arena, "%s_casadi.c %s", model->name, source)},
        {"dtype", model->single ? "float32" : "float64"},
        {"python_tensors", list_tensors(arena, model)},
        {"python_features", list_names(arena, model->intake.features, model->inputs)},
        {"python_classes", list_names(arena, model->intake.classes, model->intake.class_count)},
        {"columns", describe_columns(arena, model)},
        {"classes", list_classes(arena, &model->intake)},
        {"sources", one ? "" : text_print(arena, " %s", source)},
        {"libraries", libm ? " -lm" : ""},
        {"libm_use", libm ? "of libm only sqrt" : "no libm"},
        {"library", one ? "INTERFACE" : text_print(arena, "STATIC %s", source)},
        {"access", one ? "INTERFACE" : "PUBLIC"},
        {"libm",
         libm ? text_print(arena, "target_link_libraries(%s %s m)\n", model->name, one ? "INTERFACE" : "PUBLIC") : ""},
        {"network", description_network(arena, model)},
        {"method",
         text_print(arena, "%s, %zu stages", blueprint->network->tableau->name, blueprint->network->tableau->stages)},
        {"real", model->single ? "float" : "double"},
        {"version", COSTATE_VERSION},
        {"hash", text_print(arena, "%016llx", (unsigned long long)model->hash)},
        {"memory", describe_memory(arena, blueprint)},
        {"forward_bytes", number(arena, blueprint->forward_workspace_bytes)},
        {"gradient_bytes", number(arena, blueprint->workspace_bytes)},
        {"hessian_bytes", number(arena, blueprint->hessian_workspace_bytes)},
        {"step_bytes", number(arena, blueprint->step_workspace_bytes)},
        {"jacobian_bytes", number(arena, blueprint->jacobian_workspace_bytes)},
        {"training_bytes", number(arena, blueprint->training_workspace_bytes)},
        {"inputs", number(arena, model->inputs)},
        {"outputs", number(arena, model->outputs)},
        {"predictions", model_observes_last(model) ? "COSTATE_OUTPUTS" : "COSTATE_OBSERVATIONS * COSTATE_OUTPUTS"},
        {"prediction_shape", prediction_shape(arena, model)},
        {"shape", model_observes_last(model) ? "OUTPUTS" : "OBSERVATIONS, OUTPUTS"},
        {"target_shape", model->weighted              ? "OBSERVATIONS * OUTPUTS + 1"
                         : model_observes_last(model) ? "OUTPUTS"
                                                      : "OBSERVATIONS, OUTPUTS"},
        {"signal_end", model->linear ? " and one behind the last" : ""},
        {"observed", list_observed(arena, model)},
        {"observations", number(arena, model->observations)},
        {"signals", number(arena, model->signals)},
        {"signal_rows", number(arena, model_signal_rows(model))},
        {"signals_shape", text_print(arena, "[n][%zu][%zu]", model_signal_rows(model), model->signals)},
        {"parameters", number(arena, model->parameters)},
        {"width", number(arena, model->width)},
        {"layers", number(arena, model->layers)},
        {"tensors", describe_tensors(arena, model)},
        {"training", algorithm_rows[model->train.algorithm].says},
        {"step", model->residual ? "y+ = y + h sum_i b_i f(Y_i, u)." : "y+ = h sum_i b_i f(Y_i, u)."},
        {"costate", model->residual ? "p+ + sum_i l_i" : "sum_i l_i"},
        {"tableau", describe_tableau(arena, blueprint->network)},
        {"costs", describe_costs(arena, blueprint)},
    };
    enum { BLANKS = sizeof blanks / sizeof *blanks };
    const char *keys[BLANKS + 1] = {NULL}, *values[BLANKS];
    for (size_t i = 0; i < BLANKS; i++) {
        keys[i] = blanks[i][0];
        values[i] = blanks[i][1];
    }
    enum { COLUMNS = 120 };
    const char *filled = template_rename(arena, template_fill(arena, text, keys, values), model->name);
    return seal_close(arena, is_code(file) ? wrap_lines(arena, filled, COLUMNS) : filled);
}

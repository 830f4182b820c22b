#include "gen/emit/bundle.h"

#include "templates/noise.h"
#include "gen/base/name.h"
#include "gen/code/routine_text.h"
#include "gen/emit/seal.h"
#include "gen/emit/template.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the example ---- */

enum { EXAMPLE_SAMPLES = 5, KNOWN_DIGITS = 7 };

/* The number of that many decimals. */
static double rounded(Arena *arena, const char *format, double value)
{
    return strtod(text_print(arena, format, value), NULL);
}

/* Of the size that keeps K y within the range where activations bend. */
static double spread(Arena *arena, const Model *model)
{
    size_t widest = model->inputs > model->width ? model->inputs : model->width;
    return rounded(arena, "%.2g", 1 / sqrt((double)widest));
}

/* As templates/example.c does it. */
static void fill_parameters(Arena *arena, const Model *model, double *params)
{
    const Tensor *steps = &model->tensors[model->step_tensor];
    double scale = spread(arena, model);
    uint32_t state = 1;
    for (size_t i = 0; i < model->parameters; i++)
        params[i] = i - steps->offset < steps->size ? model->step : scale * costate_noise(&state);
}

Example bundle_example(Arena *arena, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    Example example = {.samples = EXAMPLE_SAMPLES};
    uint32_t state = 3;
    example.x = ARENA_ARRAY(arena, EXAMPLE_SAMPLES * model->inputs, double);
    example.target = ARENA_ARRAY(arena, EXAMPLE_SAMPLES * model->outputs, double);
    example.prediction = ARENA_ARRAY(arena, EXAMPLE_SAMPLES * model->outputs, double);
    example.params = ARENA_ARRAY(arena, model->parameters, double);
    for (size_t i = 0; i < EXAMPLE_SAMPLES * model->inputs; i++)
        example.x[i] = rounded(arena, "%.2f", costate_noise(&state));
    for (size_t i = 0; i < EXAMPLE_SAMPLES; i++)
        example.target[i * model->outputs + i % model->outputs] = model->outputs > 1 || i % 2 ? 1 : 0;
    if (pack_forward_only(blueprint))
        memcpy(example.params, blueprint->edition.params, model->parameters * sizeof(double));
    else
        fill_parameters(arena, model, example.params);
    return example;
}

/* "static const real name[SAMPLES][COSTATE_COLS] = { .. };" */
static void add_table(Text *text, const Blueprint *blueprint, const char *name, const char *cols, size_t col_count,
                      const double *values)
{
    enum { LAST_COLUMN = 112 };
    text_format(text, "static const costate_real %s[SAMPLES][COSTATE_%s] = {\n", name, cols);
    for (size_t i = 0; i < EXAMPLE_SAMPLES; i++) {
        size_t start = text->length;
        text_add(text, "    {");
        for (size_t j = 0; j < col_count; j++) {
            bool breaks = text->length - start > LAST_COLUMN;
            text_add(text, !j ? "" : breaks ? ",\n     " : ", ");
            start = breaks ? text->length : start;
            print_real(text, values[i * col_count + j], blueprint->network->model->single);
        }
        text_add(text, "},\n");
    }
    text_add(text, "};\n");
}

static void add_macro(Text *text, const Blueprint *blueprint, const char *name, double value)
{
    text_format(text, "#define %-14s ", name);
    print_real(text, value, blueprint->network->model->single);
    text_add(text, "\n");
}

static void add_data(Text *text, const Blueprint *blueprint, const Example *example)
{
    const Model *model = blueprint->network->model;
    const Tensor *steps = &model->tensors[model->step_tensor];
    double *known = ARENA_ARRAY(text->arena, EXAMPLE_SAMPLES * model->outputs, double);
    for (size_t i = 0; i < EXAMPLE_SAMPLES * model->outputs; i++)
        known[i] = rounded(text->arena, "%.7g", example->prediction[i]);
    text_format(text, "enum { SAMPLES = %d };\n\n", EXAMPLE_SAMPLES);
    add_table(text, blueprint, "x", "INPUTS", model->inputs, example->x);
    text_format(text, "/* the predictions for them, to %d digits */\n", KNOWN_DIGITS);
    add_table(text, blueprint, "known", "OUTPUTS", model->outputs, known);
    text_add(text, "\n");
    add_macro(text, blueprint, "FORWARD_BOUND", model->single ? 1e-4 : 1e-6);
    if (!pack_forward_only(blueprint)) {
        add_macro(text, blueprint, "GRADIENT_BOUND", model->single ? 0.02 : 1e-5);
        add_macro(text, blueprint, "DIFFERENCE", model->single ? 0.01 : 1e-5);
        add_macro(text, blueprint, "SPREAD", spread(text->arena, model));
        add_macro(text, blueprint, "STEP", model->step);
        text_format(text, "#define FIRST_STEP     %zu\n#define STEPS          %zu\n\n", steps->offset, steps->size);
        add_table(text, blueprint, "target", "OUTPUTS", model->outputs, example->target);
    }
    text_add(text, "\n");
}

static void add_section(Text *text, const Blueprint *blueprint, const char *file, const char *section)
{
    const Sections sections = template_sections(text->arena, file);
    text_add(text, template_choose(text->arena, template_find(&sections, section)->text, pack_flag, blueprint));
}

static char *pack_example(Arena *arena, const Blueprint *blueprint, const Example *example)
{
    const char *name = blueprint->network->model->name;
    Text text = text_new(arena);
    text_format(&text,
                "/* example.c: %s at work, and a check of it.\n *\n"
                " * Generated by costate " COSTATE_VERSION "; " SEAL_BLANK " of this file.\n"
                " * SPDX-License-Identifier: 0BSD */\n",
                name);
    if (blueprint->edition.amalgamated)
        text_add(&text, "#define COSTATE_IMPLEMENTATION 1\n");
    text_format(&text, "#include \"%s.h\"\n\n", name);
    add_section(&text, blueprint, "example.c", "opening");
    add_data(&text, blueprint, example);
    add_section(&text, blueprint, "example.c", "memory");
    if (!pack_forward_only(blueprint))
        add_section(&text, blueprint, "noise.h", "noise");
    add_section(&text, blueprint, "example.c", "forward");
    if (!pack_forward_only(blueprint))
        add_section(&text, blueprint, "example.c", "gradient");
    if (blueprint->edition.trainer)
        add_section(&text, blueprint, "example.c", "training");
    add_section(&text, blueprint, "example.c", "main");
    return pack_finish(arena, blueprint, &text);
}

/* ---- texts with blanks to fill in ---- */

static const char *number(Arena *arena, size_t value)
{
    return text_print(arena, "%zu", value);
}

static const char *describe_network(Arena *arena, const Model *model)
{
    static const char *const links[] = {"identity", "sigmoid", "softmax"};
    static const char *const losses[] = {"squared loss", "cross-entropy"};
    return text_print(arena, "%zu inputs, width %zu%s, %zu layers%s, %zu output%s (%s); %s, %s", model->inputs,
                      model->width, model->lift ? " by a learnt affine map" : "", model->layers,
                      model->residual ? "" : " without residual", model->outputs, model->outputs == 1 ? "" : "s",
                      links[model->link], losses[model->loss], model->average ? "averaged" : "summed");
}

static const char *describe_memory(Arena *arena, const Blueprint *blueprint)
{
    if (pack_forward_only(blueprint))
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

static void add_cost(Text *text, const char *name, Cost cost)
{
    text_format(text, "| %s | %.0f | %.0f | %.0f |", name, cost.multiplications, cost.additions, cost.activations);
}

static const char *describe_costs(Arena *arena, const Blueprint *blueprint)
{
    Text text = text_new(arena);
    add_cost(&text, "forward", pack_forward_cost(blueprint));
    if (!pack_forward_only(blueprint)) {
        text_add(&text, "\n");
        add_cost(&text, "adjoint", pack_adjoint_cost(blueprint));
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

/* A template with the blanks of this solver filled in, and sealed. */
static char *fill(Arena *arena, const Blueprint *blueprint, const char *template_source)
{
    const Model *model = blueprint->network->model;
    bool one = blueprint->edition.amalgamated;
    const char *header = text_print(arena, "%s.h", model->name), *source = text_print(arena, "%s.c", model->name);
    const char *both = text_print(arena, "%s and %s", header, source);
    const char *text = template_choose(arena, template_source, pack_flag, blueprint);
    const bool libm = strstr(one ? pack_amalgamation(arena, blueprint) : pack_source(arena, blueprint), "_SQRT_LIBM");
    const char *const blanks[][2] = {
        {"name", model->name},
        {"files", one ? header : both},
        {"prerequisites", one ? header : text_print(arena, "%s %s", header, source)},
        {"source", one ? header : source},
        {"dtype", model->single ? "float32" : "float64"},
        {"python_tensors", list_tensors(arena, model)},
        {"sources", one ? "" : text_print(arena, " %s", source)},
        {"libraries", libm ? " -lm" : ""},
        {"libm_use", libm ? "of libm only sqrt" : "no libm"},
        {"library", one ? "INTERFACE" : text_print(arena, "STATIC %s", source)},
        {"access", one ? "INTERFACE" : "PUBLIC"},
        {"libm",
         libm ? text_print(arena, "target_link_libraries(%s %s m)\n", model->name, one ? "INTERFACE" : "PUBLIC") : ""},
        {"network", describe_network(arena, model)},
        {"method",
         text_print(arena, "%s, %zu stages", blueprint->network->tableau->name, blueprint->network->tableau->stages)},
        {"real", model->single ? "float" : "double"},
        {"version", COSTATE_VERSION},
        {"hash", text_print(arena, "%016llx", (unsigned long long)model->hash)},
        {"memory", describe_memory(arena, blueprint)},
        {"forward_bytes", number(arena, blueprint->forward_workspace_bytes)},
        {"gradient_bytes", number(arena, blueprint->workspace_bytes)},
        {"training_bytes", number(arena, blueprint->training_workspace_bytes)},
        {"inputs", number(arena, model->inputs)},
        {"outputs", number(arena, model->outputs)},
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
    return seal_close(arena, template_rename(arena, template_fill(arena, text, keys, values), model->name));
}

/* ---- the folder ---- */

bool bundle_check(const Model *model, bool python, Diagnostics *diagnostics)
{
    const char *name = model->name;
    if (!strcmp(name, "example"))
        return diagnostics_error(diagnostics, model->place, "name = \"%s\": example.c is the example's", name);
    if (name_is_target(name))
        return diagnostics_error(diagnostics, model->place, "name = \"%s\": CMake has a target of that name", name);
    if (python && name_is_python(name))
        return diagnostics_error(diagnostics, model->place,
                                 "name = \"%s\": Python has a keyword or module of that name", name);
    return true;
}

static void add_file(Bundle *bundle, const char *name, const char *text)
{
    bundle->files[bundle->count++] = (BundleFile){name, text};
}

Bundle bundle_files(Arena *arena, const Blueprint *blueprint, const Example *example, bool python)
{
    const char *name = blueprint->network->model->name;
    const Sections readme = template_sections(arena, "README.md"), module = template_sections(arena, "solver.py");
    Bundle bundle = {.count = 0};
    if (blueprint->edition.amalgamated) {
        add_file(&bundle, text_print(arena, "%s.h", name), pack_amalgamation(arena, blueprint));
    } else {
        add_file(&bundle, text_print(arena, "%s.c", name), pack_source(arena, blueprint));
        add_file(&bundle, text_print(arena, "%s.h", name), pack_header(arena, blueprint));
    }
    add_file(&bundle, "example.c", pack_example(arena, blueprint, example));
    add_file(&bundle, "Makefile", fill(arena, blueprint, template_text("Makefile")));
    add_file(&bundle, "CMakeLists.txt", fill(arena, blueprint, template_text("CMakeLists.txt")));
    add_file(&bundle, "README.md", fill(arena, blueprint, readme.sections[0].text));
    add_file(&bundle, "LICENSE", seal_close(arena, template_text("LICENSE")));
    if (python)
        add_file(&bundle, text_print(arena, "%s.py", name), fill(arena, blueprint, module.sections[0].text));
    return bundle;
}

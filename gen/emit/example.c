#include "gen/emit/example.h"

#include "gen/code/routine_text.h"
#include "gen/emit/pack.h"
#include "gen/emit/seal.h"
#include "templates/noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EXAMPLE_SAMPLES = 5, KNOWN_DIGITS = 7 };

/* The number of that many decimals. */
static double rounded(Arena *arena, const char *format, double value)
{
    return strtod(text_print(arena, format, value), NULL);
}

ExampleBounds example_bounds(const Model *model)
{
    return model->single ? (ExampleBounds){1e-4, 0.02, 0.01} : (ExampleBounds){1e-6, 1e-5, 1e-5};
}

/* Of the size that keeps K y within the range where activations bend. */
static double spread(Arena *arena, const Model *model)
{
    size_t widest = model->inputs > model->width ? model->inputs : model->width;
    return rounded(arena, "%.2g", 1 / sqrt((double)widest));
}

void example_centre(Arena *arena, const Blueprint *blueprint, Example *example, double centre)
{
    const Model *model = blueprint->network->model;
    const Tensor *steps = &model->tensors[model->step_tensor];
    double scale = spread(arena, model);
    uint32_t state = 1;
    if (blueprint_forward_only(blueprint))
        return;
    example->centre = centre;
    for (size_t i = 0; i < model->parameters; i++) /* as templates/example.c does it */
        example->params[i] = i - steps->offset < steps->size ? model->step : centre + scale * costate_noise(&state);
}

void example_direction(size_t parameters, const double *gradient, double *direction)
{
    uint32_t state = 2;
    for (size_t i = 0; i < parameters; i++) /* as templates/example.c does it */
        direction[i] = gradient[i] < 0 || gradient[i] > 0 ? costate_noise(&state) : 0;
}

/* An entry of a raw row that the network sees as x, about. */
static double row_entry(Arena *arena, const Scale *scale, size_t j, double x)
{
    return scale->mean ? rounded(arena, "%.4g", scale->mean[j] + scale->deviation[j] * x) : rounded(arena, "%.2f", x);
}

Example example_new(Arena *arena, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    Example example = {.samples = EXAMPLE_SAMPLES};
    const Scales *scales = &model->intake.scales;
    uint32_t state = 3;
    example.x = ARENA_ARRAY(arena, EXAMPLE_SAMPLES * model->inputs, double);
    size_t predictions = model_predictions(model), signals = model->signals * model_signal_rows(model);
    const size_t targets = model_targets(model);
    example.target = ARENA_ARRAY(arena, EXAMPLE_SAMPLES * targets, double);
    example.prediction = ARENA_ARRAY(arena, EXAMPLE_SAMPLES * predictions, double);
    example.params = ARENA_ARRAY(arena, model->parameters, double);
    for (size_t i = 0; i < EXAMPLE_SAMPLES * model->inputs; i++)
        example.x[i] = row_entry(arena, &scales->x, i % model->inputs, costate_noise(&state));
    for (size_t i = 0; i < EXAMPLE_SAMPLES * model->observations; i++) {
        double *target = example.target + i / model->observations * targets;
        target[i % model->observations * model->outputs + i % model->outputs] = model->outputs > 1 || i % 2 ? 1 : 0;
    }
    for (size_t i = 0; i < EXAMPLE_SAMPLES && scales->targets.mean; i++)
        for (size_t k = 0; k < predictions; k++)
            example.target[i * targets + k] =
                row_entry(arena, &scales->targets, k % model->outputs, example.target[i * targets + k]);

    for (size_t i = 0; i < EXAMPLE_SAMPLES && model->weighted; i++)
        example.target[i * targets + predictions] = 0.5 + (double)(i % 3);
    example.signals = signals ? ARENA_ARRAY(arena, EXAMPLE_SAMPLES * signals, double) : NULL;
    for (size_t i = 0; i < EXAMPLE_SAMPLES * signals; i++)
        example.signals[i] = row_entry(arena, &scales->signals, i % model->signals, costate_noise(&state));
    if (blueprint_forward_only(blueprint))
        memcpy(example.params, blueprint->edition.params, model->parameters * sizeof(double));
    example_centre(arena, blueprint, &example, 0);
    return example;
}

/* "static const real name[SAMPLES][COLS] = { .. };" */
static void add_table(Text *text, const Blueprint *blueprint, const char *name, const char *cols, size_t col_count,
                      const double *values)
{
    enum { LAST_COLUMN = 112 };
    text_format(text, "static const costate_real %s[SAMPLES][%s] = {\n", name, cols);
    for (size_t i = 0; i < EXAMPLE_SAMPLES; i++) {
        size_t start = text->length;
        text_add(text, "    {");
        for (size_t j = 0; j < col_count; j++) {
            bool breaks = text->length - start > LAST_COLUMN;
            text_add(text, !j ? "" : breaks ? ",\n     " : ", ");
            start = breaks ? text->length : start;
            operand_real(text, values[i * col_count + j], blueprint->network->model->single);
        }
        text_add(text, "},\n");
    }
    text_add(text, "};\n");
}

static void add_macro(Text *text, const Blueprint *blueprint, const char *name, double value)
{
    text_format(text, "#define %-14s ", name);
    operand_real(text, value, blueprint->network->model->single);
    text_add(text, "\n");
}

static void add_data(Text *text, const Blueprint *blueprint, const Example *example)
{
    const Model *model = blueprint->network->model;
    const Tensor *steps = &model->tensors[model->step_tensor];
    const ExampleBounds bounds = example_bounds(model);
    size_t predictions = model_predictions(model);
    double *known = ARENA_ARRAY(text->arena, EXAMPLE_SAMPLES * predictions, double);
    for (size_t i = 0; i < EXAMPLE_SAMPLES * predictions; i++)
        known[i] = rounded(text->arena, "%.7g", example->prediction[i]);
    text_format(text, "enum { SAMPLES = %d, PREDICTIONS = %zu };\n\n", EXAMPLE_SAMPLES, predictions);
    add_table(text, blueprint, "x", "COSTATE_INPUTS", model->inputs, example->x);
    if (example->signals)
        add_table(text, blueprint, "signals", "COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS",
                  model->signals * model_signal_rows(model), example->signals);
    text_format(text, "/* the predictions for them, to %d digits */\n", KNOWN_DIGITS);
    add_table(text, blueprint, "known", "PREDICTIONS", predictions, known);
    text_add(text, "\n");
    add_macro(text, blueprint, "FORWARD_BOUND", bounds.forward);
    if (!blueprint_forward_only(blueprint)) {
        add_macro(text, blueprint, "GRADIENT_BOUND", bounds.gradient);
        add_macro(text, blueprint, "DIFFERENCE", bounds.step);
        add_macro(text, blueprint, "CENTRE", example->centre);
        add_macro(text, blueprint, "SPREAD", spread(text->arena, model));
        add_macro(text, blueprint, "STEP", model->step);
        text_format(text, "#define FIRST_STEP     %zu\n#define STEPS          %zu\n\n", steps->offset, steps->size);
        if (model->has_loss)
            add_table(text, blueprint, "target", model->weighted ? "PREDICTIONS + 1" : "PREDICTIONS",
                      model_targets(model), example->target);
    }
    text_add(text, "\n");
}

char *example_text(Arena *arena, const Blueprint *blueprint, const Example *example)
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
    pack_section(&text, blueprint, "example.c", "opening");
    add_data(&text, blueprint, example);
    pack_section(&text, blueprint, "example.c", "memory");
    if (!blueprint_forward_only(blueprint))
        pack_section(&text, blueprint, "noise.h", "noise");
    pack_section(&text, blueprint, "example.c", "forward");
    if (!blueprint_forward_only(blueprint))
        pack_section(&text, blueprint, "example.c", "gradient");
    if (blueprint->edition.trainer)
        pack_section(&text, blueprint, "example.c", "training");
    pack_section(&text, blueprint, "example.c", "main");
    return pack_finish(arena, blueprint, &text);
}

#include "runtime/command/evaluation.h"

#include "runtime/format/json.h"
#include "runtime/solver/quality.h"
#include "runtime/solver/sampled.h"

#include <math.h>
#include <string.h>

typedef struct {
    double objective;
    Quality quality;
} Measured;

static Measured measure(Arena *arena, const Evaluated *evaluated)
{
    const Dataset *data = evaluated->data;
    const Model *model = solver_model(evaluated->solver);
    Samples samples = solver_weighted_samples(arena, evaluated->solver, data->samples, data->x, data->signal,
                                              data->target, data->weight);
    double objective, *prediction = ARENA_ARRAY(arena, data->samples * model_predictions(model), double);
    samples.share = 0; /* penalty and decay say nothing of samples */
    solver_evaluate(evaluated->solver, &samples, evaluated->params, &objective, prediction, NULL);
    return (Measured){objective, quality_of(arena, model, data->samples, prediction, data->target)};
}

static const char *class_name(Arena *arena, const Evaluated *evaluated, size_t class)
{
    const Dataset *known = evaluated->known;
    return known->class_names ? known->class_names[class] : text_print(arena, "%zu", class);
}

static const char *output_name(Arena *arena, const Evaluated *evaluated, size_t output)
{
    const Dataset *data = evaluated->data;
    const bool named = data->label_names && data->labels == solver_model(evaluated->solver)->outputs;
    return named ? data->label_names[output] : text_print(arena, "p%zu", output + 1);
}

/* ---- for people ---- */

/* A column of text, which is as wide as its widest entry. */
static size_t widest(Arena *arena, const Evaluated *evaluated, size_t count,
                     const char *(*name)(Arena *arena, const Evaluated *evaluated, size_t index), size_t least)
{
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(name(arena, evaluated, i));
        least = length > least ? length : least;
    }
    return least;
}

static void add_share(Text *text, double value)
{
    if (isnan(value))
        text_format(text, "  %9s", "-");
    else
        text_format(text, "  %9.4f", value);
}

static void add_classes(Text *text, const Evaluated *evaluated, const Quality *quality)
{
    const int width = (int)widest(text->arena, evaluated, quality->classes, class_name, strlen("true class"));
    text_format(text, "\n%-*s  precision     recall    samples\n", width, "class");
    for (size_t k = 0; k < quality->classes; k++) {
        text_format(text, "%-*s", width, class_name(text->arena, evaluated, k));
        add_share(text, quality->class[k].precision);
        add_share(text, quality->class[k].recall);
        text_format(text, "  %9zu\n", quality->class[k].observed);
    }
    text_format(text, "\n%-*s  predicted\n%-*s", width, "true class", width, "");
    for (size_t k = 0; k < quality->classes; k++)
        text_format(text, "  %9s", class_name(text->arena, evaluated, k));
    text_add(text, "\n");
    for (size_t is = 0; is < quality->classes; is++) {
        text_format(text, "%-*s", width, class_name(text->arena, evaluated, is));
        for (size_t k = 0; k < quality->classes; k++)
            text_format(text, "  %9zu", quality->confusion[is * quality->classes + k]);
        text_add(text, "\n");
    }
    if (quality->unclassified)
        text_format(text, "%zu predictions are no numbers, and have no class\n", quality->unclassified);
}

static void add_outputs(Text *text, const Evaluated *evaluated, const Quality *quality)
{
    const size_t outputs = solver_model(evaluated->solver)->outputs;
    const int width = (int)widest(text->arena, evaluated, outputs, output_name, strlen("output"));
    text_format(text, "\n%-*s       RMSE         R2  mean residual  largest residual    targets\n", width, "output");
    for (size_t j = 0; j < outputs; j++) {
        const OutputQuality *output = &quality->output[j];
        text_format(text, "%-*s  %9.4g", width, output_name(text->arena, evaluated, j), output->rmse);
        add_share(text, output->r2);
        text_format(text, "  %13.4g  %16.4g  %9zu\n", output->mean, output->largest, output->observed);
    }
}

void evaluation_table(Text *text, const Evaluated *evaluated)
{
    Arena *own = arena_within(text->arena);
    const Measured measured = measure(own, evaluated);
    const Quality *quality = &measured.quality;
    const size_t samples = evaluated->data->samples;
    text_format(text, "%s%s: %zu sample%s, objective %.6g, %s %.4g\n", text->length ? "\n" : "", evaluated->title,
                samples, samples == 1 ? "" : "s", measured.objective,
                sampled_accuracy_name(solver_model(evaluated->solver)),
                quality->classes ? quality->accuracy : quality->rmse);
    if (quality->classes)
        add_classes(text, evaluated, quality);
    else
        add_outputs(text, evaluated, quality);
    arena_free(own);
}

/* ---- for programs ---- */

static void add_number(Text *text, const char *name, double value)
{
    text_format(text, ", \"%s\": ", name);
    if (isfinite(value))
        text_real(text, value);
    else
        text_add(text, "null");
}

static void add_json_classes(Text *text, const Evaluated *evaluated, const Quality *quality)
{
    add_number(text, "accuracy", quality->accuracy);
    text_format(text, ", \"unclassified\": %zu,\n    \"classes\": [", quality->unclassified);
    for (size_t k = 0; k < quality->classes; k++) {
        text_add(text, k ? ",\n      {\"name\": " : "\n      {\"name\": ");
        json_write_string(text, class_name(text->arena, evaluated, k));
        text_format(text, ", \"samples\": %zu, \"predicted\": %zu", quality->class[k].observed,
                    quality->class[k].predicted);
        add_number(text, "precision", quality->class[k].precision);
        add_number(text, "recall", quality->class[k].recall);
        text_add(text, "}");
    }
    text_add(text, "],\n    \"confusion\": [");
    for (size_t is = 0; is < quality->classes; is++) {
        text_add(text, is ? ", [" : "[");
        for (size_t k = 0; k < quality->classes; k++)
            text_format(text, "%s%zu", k ? ", " : "", quality->confusion[is * quality->classes + k]);
        text_add(text, "]");
    }
    text_add(text, "]");
}

static void add_json_outputs(Text *text, const Evaluated *evaluated, const Quality *quality)
{
    add_number(text, "rmse", quality->rmse);
    text_add(text, ",\n    \"outputs\": [");
    for (size_t j = 0; j < solver_model(evaluated->solver)->outputs; j++) {
        text_add(text, j ? ",\n      {\"name\": " : "\n      {\"name\": ");
        json_write_string(text, output_name(text->arena, evaluated, j));
        text_format(text, ", \"targets\": %zu", quality->output[j].observed);
        add_number(text, "rmse", quality->output[j].rmse);
        add_number(text, "r2", quality->output[j].r2);
        add_number(text, "mean_residual", quality->output[j].mean);
        add_number(text, "largest_residual", quality->output[j].largest);
        text_add(text, "}");
    }
    text_add(text, "]");
}

void evaluation_json(Text *text, const Evaluated *evaluated)
{
    Arena *own = arena_within(text->arena);
    const Measured measured = measure(own, evaluated);
    text_format(text, "%s\"%s\": {\"samples\": %zu", text->length ? "  , " : "{\n  ", evaluated->title,
                evaluated->data->samples);
    add_number(text, "objective", measured.objective);
    if (measured.quality.classes)
        add_json_classes(text, evaluated, &measured.quality);
    else
        add_json_outputs(text, evaluated, &measured.quality);
    text_add(text, "}\n");
    arena_free(own);
}

#include "runtime/command/prediction.h"

#include "runtime/format/table.h"
#include "runtime/number/grid.h"
#include "runtime/number/reals.h"
#include "runtime/solver/paths.h"
#include "runtime/solver/sampled.h"
#include "runtime/train/bands.h"

#include <math.h>
#include <string.h>

/* ---- fields ---- */

/* ",name1,..,namen". */
static void add_names(Text *text, const char *name, size_t count)
{
    for (size_t j = 1; j <= count; j++)
        text_format(text, ",%s%zu", name, j);
}

static void add_reals(Text *text, const double *values, size_t count)
{
    for (size_t j = 0; j < count; j++) {
        text_add(text, ",");
        text_real(text, values[j]);
    }
}

/* ---- predictions ---- */

/* The class of one prediction: its name where training had names, else its number; nothing where it has none. */
static void add_class(Text *text, const Model *model, const Dataset *trained, const double *p)
{
    size_t class = sampled_class(model, p);
    if (class == model_classes(model))
        return;
    if (trained->class_names)
        table_add_field(text, trained->class_names[class]);
    else
        text_format(text, "%zu", class);
}

/* "p1,..,pm", also with the ends of bands of that half width (NULL: none), and with the class. */
static void add_prediction(Text *text, const Model *model, const Dataset *trained, const double *p, const double *half)
{
    for (size_t j = 0; j < model->outputs; j++) {
        text_add(text, j ? "," : "");
        text_real(text, p[j]);
    }
    for (size_t k = 0; half && k < 2 * model->outputs; k++) {
        size_t j = k % model->outputs;
        add_reals(text, &(double){k < model->outputs ? p[j] - half[j] : p[j] + half[j]}, 1);
    }
    if (model_classes(model)) {
        text_add(text, ",");
        add_class(text, model, trained, p);
    }
}

/* ",label", or ",label1,..,labelm" of numbers; empty where it is missing. */
static void add_label(Text *text, const Model *model, const Dataset *trained, const double *target)
{
    for (size_t j = 0; j < (model_classes(model) ? 1 : model->outputs); j++) {
        text_add(text, ",");
        if (model_classes(model))
            add_class(text, model, trained, target);
        else if (!isnan(target[j]))
            text_real(text, target[j]);
    }
}

static const double *predictions_of(Arena *arena, const Predicting *predicting)
{
    const Dataset *data = predicting->data;
    double *prediction = ARENA_ARRAY(arena, data->samples * model_predictions(predicting->model), double);
    Samples samples = solver_samples(arena, predicting->solver, data->samples, data->x, data->signal, NULL);
    solver_predict(predicting->solver, &samples, predicting->params, prediction);
    return prediction;
}

/* Half the width of each prediction's band; NULL: none. */
static const double *bands_of_all(Arena *arena, const Predicting *predicting)
{
    const Dataset *data = predicting->data;
    if (!predicting->estimates)
        return NULL;
    double *half = ARENA_ARRAY(arena, data->samples * model_predictions(predicting->model), double);
    bands_of(arena, predicting->solver, predicting->estimates, data->samples, data->x, data->signal, predicting->params,
             half);
    return half;
}

/* Says of how many predictions some number is not finite, and which is the first. */
static void warn_of_infinite(Diagnostics *diagnostics, const Predicting *predicting, const double *prediction)
{
    const Model *model = predicting->model;
    size_t count = 0, first = 0, all = predicting->data->samples * model->observations;
    for (size_t i = all; i-- > 0;)
        if (!reals_finite(prediction + i * model->outputs, model->outputs)) {
            first = i / model->observations;
            count++;
        }
    if (count)
        diagnostics_warning(diagnostics, (Place){0},
                            "%zu of %zu predictions %s not finite%s; the first is of sample %zu", count, all,
                            count == 1 ? "is" : "are", model_classes(model) ? ", and nan has no class" : "", first + 1);
}

/* An id or its column's name, which the other columns stand behind; NULL: there are none. */
static void add_id(Text *text, const char *id)
{
    if (!id)
        return;
    table_add_field(text, id);
    text_add(text, ",");
}

static const char *id_of(const Dataset *data, size_t row)
{
    return data->ids ? data->ids[row] : NULL;
}

/* The names of the columns behind the id. */
static const char *columns_of(Arena *arena, const Predicting *predicting, bool over_time, bool bands)
{
    Text text = text_new(arena);
    const Model *model = predicting->model;
    const bool classes = model_classes(model), labels = predicting->data->target;
    text_add(&text, over_time ? "trajectory,time,p1" : "p1");
    for (size_t j = 2; j <= model->outputs; j++)
        text_format(&text, ",p%zu", j);
    add_names(&text, "lower", bands ? model->outputs : 0);
    add_names(&text, "upper", bands ? model->outputs : 0);
    text_add(&text, classes ? ",class" : "");
    text_add(&text, classes && labels ? ",label" : "");
    add_names(&text, "label", !classes && labels ? model->outputs : 0);
    return text.data;
}

/* Is name among the columns "A,B"? */
static bool is_column(const char *columns, const char *name)
{
    for (const char *at = columns; at; at = strchr(at, ','), at += at != NULL) {
        const size_t length = strcspn(at, ",");
        if (length == strlen(name) && !strncmp(at, name, length))
            return true;
    }
    return false;
}

/* Is a row for each of the times of a sample? */
static bool is_over_time(const Predicting *predicting)
{
    return !model_observes_last(predicting->model) || predicting->data->trajectories;
}

bool prediction_check(Arena *arena, Diagnostics *diagnostics, const Predicting *predicting)
{
    const char *columns = columns_of(arena, predicting, is_over_time(predicting), predicting->estimates);
    return !predicting->id || !is_column(columns, predicting->id) ||
           diagnostics_error(
               diagnostics, (Place){0},
               "--id %s: the table of predictions has a column of that name itself (%s); give that of the "
               "data another",
               predicting->id, columns);
}

/* Rows of the data that were left out, up to that of sample i, or to the end, leave empty ones, but for their ids. An
 * only field stands in quotes: who reads CSV passes over a blank line. */
static void add_dropped(Text *text, const Dataset *data, const char *columns, size_t i)
{
    const size_t before = i ? data->places[i - 1] + 1 : 0, samples = data->samples;
    const size_t here = i < samples ? data->places[i] : samples + data->dropped;
    const char *const first = data->ids || strchr(columns, ',') ? "" : "\"\"";
    for (size_t row = before; row < here; row++) {
        add_id(text, id_of(data, row));
        text_add(text, first);
        for (const char *comma = columns; (comma = strchr(comma, ',')); comma++)
            text_add(text, ",");
        text_add(text, "\n");
    }
}

Text prediction_table(Arena *arena, Diagnostics *diagnostics, const Predicting *predicting)
{
    Text text = text_new(arena);
    const Model *model = predicting->model;
    const Dataset *data = predicting->data;
    const double *prediction = predictions_of(arena, predicting);
    const double *half = bands_of_all(arena, predicting);
    warn_of_infinite(diagnostics, predicting, prediction);
    const bool over_time = is_over_time(predicting);
    Grid grid = grid_new(arena, model->layers, model->start, model->steps);
    const char *columns = columns_of(arena, predicting, over_time, half);
    add_id(&text, predicting->id);
    text_format(&text, "%s\n", columns);
    const bool in_place = data->places && !over_time;
    for (size_t i = 0; i < data->samples; i++) {
        if (in_place)
            add_dropped(&text, data, columns, i);
        for (size_t m = 0; m < model->observations; m++) {
            add_id(&text, id_of(data, data->places ? data->places[i] : i));
            if (over_time) {
                table_add_field(&text, dataset_trajectory(arena, data, i));
                text_format(&text, ",%s,", grid_print(arena, &grid, model->observed[m]));
            }
            size_t at = (i * model->observations + m) * model->outputs;
            add_prediction(&text, model, predicting->trained, prediction + at, half ? half + at : NULL);
            if (data->target)
                add_label(&text, model, predicting->trained, data->target + at);
            text_add(&text, "\n");
        }
    }
    if (in_place)
        add_dropped(&text, data, columns, data->samples);
    return text;
}

/* ---- states ---- */

/* The times of the states. */
static Grid times_of(Arena *arena, const Predicting *predicting)
{
    const Model *model = predicting->model;
    double *steps = ARENA_ARRAY(arena, model->layers, double);
    model_steps(model, predicting->params, steps);
    return grid_new(arena, model->layers, model->start, steps);
}

Text prediction_states(Arena *arena, const Predicting *predicting)
{
    Text text = text_new(arena);
    const Model *model = predicting->model;
    const Dataset *data = predicting->data;
    Grid grid = times_of(arena, predicting);
    const double *states = paths_of(arena, predicting->solver, data->samples, data->x, data->signal, NULL,
                                    predicting->params, PATHS_STATES);
    const size_t numbers = (model->layers + 1) * data->samples * model->width;
    const Scale scale = model_state_scale(arena, model, &data->scales.x);
    double *raw = ARENA_ARRAY(arena, numbers, double);
    intake_out(&scale, model->width, numbers, states, raw);
    text_add(&text, "trajectory,time");
    add_names(&text, "y", model->width);
    text_add(&text, "\n");
    for (size_t i = 0; i < data->samples; i++)
        for (size_t n = 0; n <= model->layers; n++) {
            table_add_field(&text, dataset_trajectory(arena, data, i));
            text_format(&text, ",%s", grid_print(arena, &grid, n));
            add_reals(&text, raw + (n * data->samples + i) * model->width, model->width);
            text_add(&text, "\n");
        }
    return text;
}

/* ---- controls ---- */

static void add_control_names(Text *text, const Tensor *tensor)
{
    size_t rows = tensor->value.rows, cols = tensor->value.cols;
    for (size_t stage = 1; stage <= tensor->stages; stage++)
        for (size_t i = 0; i < rows * cols; i++) {
            text_format(text, ",%s", tensor->name);
            if (tensor->stages > 1)
                text_format(text, "_stage%zu", stage);
            if (rows * cols > 1)
                text_format(text, "_%zu", i / cols + 1);
            if (cols > 1)
                text_format(text, "_%zu", i % cols + 1);
        }
}

/* The values of a layer, of which the network may have as many as layers: after the last one there are none. */
static void add_control(Text *text, const Model *model, const Tensor *tensor, const double *params, size_t layer)
{
    size_t count = tensor->stages * tensor->value.rows * tensor->value.cols;
    size_t at = tensor->span ? layer / tensor->span * count : 0;
    if (layer < model->layers || !tensor->span)
        add_reals(text, params + tensor->offset + at, count);
    else
        for (size_t i = 0; i < count; i++)
            text_add(text, ",");
}

Text prediction_controls(Arena *arena, const Predicting *predicting)
{
    Text text = text_new(arena);
    const Model *model = predicting->model;
    const Dataset *data = predicting->data;
    const Tensor *controls = model->tensors + model->control_tensor;
    Grid grid = times_of(arena, predicting);
    const double *costates = paths_of(arena, predicting->solver, data->samples, data->x, data->signal, data->target,
                                      predicting->params, PATHS_COSTATES);
    const size_t numbers = (model->layers + 1) * data->samples * model->width;
    const Scale scale = model_state_scale(arena, model, &data->scales.x);
    double *raw = ARENA_ARRAY(arena, numbers, double);
    memcpy(raw, costates, numbers * sizeof *raw);
    intake_narrow(&scale, model->width, numbers, raw);
    bool several = data->samples > 1;
    text_add(&text, several ? "trajectory,time" : "time");
    for (size_t c = 0; c < model->control_count; c++)
        add_control_names(&text, &controls[c]);
    add_names(&text, "costate", model->width);
    text_add(&text, "\n");
    for (size_t i = 0; i < data->samples; i++)
        for (size_t n = 0; n <= model->layers; n++) {
            if (several)
                table_add_field(&text, dataset_trajectory(arena, data, i));
            text_format(&text, "%s%s", several ? "," : "", grid_print(arena, &grid, n));
            for (size_t c = 0; c < model->control_count; c++)
                add_control(&text, model, &controls[c], predicting->params, n);
            add_reals(&text, raw + (n * data->samples + i) * model->width, model->width);
            text_add(&text, "\n");
        }
    return text;
}

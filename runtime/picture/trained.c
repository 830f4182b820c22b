#include "runtime/picture/trained.h"

#include "gen/network/interpret.h"
#include "runtime/number/reals.h"

#include <math.h>
#include <string.h>

size_t trained_samples(const Trained *trained)
{
    size_t samples = trained->train->samples;
    return samples < EXHIBIT_MOST_SAMPLES ? samples : EXHIBIT_MOST_SAMPLES;
}

size_t trained_classes(const Trained *trained)
{
    const Model *model = trained->model;
    return model->link == LINK_IDENTITY ? 0 : model->outputs == 1 ? 2 : model->outputs;
}

size_t trained_class(const Trained *trained, size_t sample)
{
    size_t outputs = trained->model->outputs;
    const double *target = trained->train->target + sample * outputs;
    return outputs == 1 ? *target > 0.5 : reals_largest(target, outputs);
}

const char *trained_class_name(Arena *arena, const Trained *trained, size_t class)
{
    const Dataset *train = trained->train;
    return train->class_names && class < train->classes ? train->class_names[class]
                                                        : text_print(arena, "class %zu", class);
}

/* ---- along the layers ---- */

/* dJ/dp of one output p whose target is c. */
static double loss_derivative(const Model *model, double p, double c)
{
    static const double tiny = 1e-16;
    if (model->loss == LOSS_SQUARED)
        return p - c;
    if (model->link == LINK_SOFTMAX)
        return -c / fmax(p, tiny);
    return (1 - c) / fmax(1 - p, tiny) - c / fmax(p, tiny);
}

static void fill_bars(Arena *arena, const Trained *trained, const Samples *samples, size_t start, double *bars)
{
    const Model *model = trained->model;
    size_t outputs = model->outputs;
    double *prediction = ARENA_ARRAY(arena, samples->count * outputs, double);
    const double *target = trained->train->target + start * outputs;
    double scale = model->average ? 1 / (double)trained->train->samples : 1;
    solver_predict(trained->solver, samples, trained->params, prediction);
    for (size_t i = 0; i < samples->count * outputs; i++)
        bars[i] = scale * loss_derivative(model, prediction[i], target[i]);
}

/* States or costates [layers + 1][count][width] of the samples start .. start + count. */
static const double *chunk_trajectory(Arena *arena, const Trained *trained, size_t start, size_t count, bool costates)
{
    const Model *model = trained->model;
    double *values = ARENA_ARRAY(arena, (model->layers + 1) * count * model->width, double);
    double *bars = ARENA_ARRAY(arena, count * model->outputs, double);
    Samples samples = solver_samples(arena, trained->solver, count, trained->train->x + start * model->inputs, NULL);
    if (costates)
        fill_bars(arena, trained, &samples, start, bars);
    solver_trajectory(trained->solver, &samples, trained->params, NULL, bars, costates ? NULL : values, NULL,
                      costates ? values : NULL);
    return values;
}

static double *trajectory(Arena *arena, const Trained *trained, bool costates)
{
    size_t layers = trained->model->layers, width = trained->model->width, all = trained_samples(trained);
    double *values = ARENA_ARRAY(arena, (layers + 1) * all * width, double);
    for (size_t start = 0; start < all; start += SOLVER_CHUNK) {
        size_t count = all - start < SOLVER_CHUNK ? all - start : SOLVER_CHUNK;
        const double *chunk = chunk_trajectory(arena, trained, start, count, costates);
        for (size_t layer = 0; layer <= layers; layer++)
            memcpy(values + (layer * all + start) * width, chunk + layer * count * width,
                   count * width * sizeof *values);
    }
    return values;
}

const double *trained_states(Arena *arena, const Trained *trained)
{
    return trajectory(arena, trained, false);
}

static double norm(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return sqrt(sum);
}

const double *trained_costate_norms(Arena *arena, const Trained *trained)
{
    size_t width = trained->model->width, count = (trained->model->layers + 1) * trained_samples(trained);
    const double *costates = trajectory(arena, trained, true);
    double *norms = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++)
        norms[i] = norm(costates + i * width, width);
    return norms;
}

/* Solvers keep no slopes, so they come from the interpreter, in long double. */
const double *trained_slope_norms(Arena *arena, const Trained *trained, size_t *samples)
{
    const Model *model = trained->model;
    size_t width = model->width, layers = model->layers, stages = trained->program->description.tableau->stages;
    size_t all = trained_samples(trained), count = all < EXHIBIT_FEW_SAMPLES ? all : EXHIBIT_FEW_SAMPLES;
    Interpreter *interpreter = interpret_new(arena, trained->program->derived);
    long double *params = ARENA_ARRAY(arena, model->parameters, long double);
    long double *slopes = ARENA_ARRAY(arena, layers * stages * width, long double);
    double *norms = ARENA_ARRAY(arena, stages * layers * count, double), *slope = ARENA_ARRAY(arena, width, double);
    for (size_t i = 0; i < model->parameters; i++)
        params[i] = (long double)trained->params[i];
    for (size_t sample = 0; sample < count; sample++) {
        interpret_slopes(interpreter, trained->train->x + sample * model->inputs, params, slopes);
        for (size_t i = 0; i < layers * stages; i++) {
            for (size_t j = 0; j < width; j++)
                slope[j] = (double)slopes[i * width + j];
            norms[(i % stages * layers + i / stages) * count + sample] = norm(slope, width);
        }
    }
    *samples = count;
    return norms;
}

/* ---- the head ---- */

const double *trained_head(Arena *arena, const Trained *trained, size_t count, const double *states)
{
    const Model *model = trained->model;
    const double *w = trained->params + model->tensors[model->head_tensor].offset;
    const double *mu = trained->params + model->tensors[model->head_tensor + 1].offset;
    double *result = ARENA_ARRAY(arena, count, double), *scores = ARENA_ARRAY(arena, model->outputs, double);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < model->outputs; k++) {
            scores[k] = mu[k];
            for (size_t j = 0; j < model->width; j++)
                scores[k] += w[k * model->width + j] * states[i * model->width + j];
        }
        if (model->outputs > 1)
            result[i] = (double)reals_largest(scores, model->outputs);
        else
            result[i] = model->link == LINK_SIGMOID ? 1 / (1 + exp(-scores[0])) : scores[0];
    }
    return result;
}

const double *trained_prediction(Arena *arena, const Trained *trained, size_t count, const double *x)
{
    size_t outputs = trained->model->outputs;
    Samples samples = solver_samples(arena, trained->solver, count, x, NULL);
    double *prediction = ARENA_ARRAY(arena, count * outputs, double);
    solver_predict(trained->solver, &samples, trained->params, prediction);
    for (size_t i = 0; outputs > 1 && i < count; i++)
        prediction[i] = (double)reals_largest(prediction + i * outputs, outputs);
    return prediction;
}

const double *trained_steps(const Trained *trained)
{
    return trained->params + trained->model->tensors[trained->model->step_tensor].offset;
}

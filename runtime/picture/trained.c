#include "runtime/picture/trained.h"

#include "gen/network/interpret.h"
#include "runtime/number/order.h"

#include <math.h>
#include <string.h>

size_t exhibit_samples(const Exhibit *exhibit)
{
    size_t samples = exhibit->train->samples;
    return samples < EXHIBIT_MOST_SAMPLES ? samples : EXHIBIT_MOST_SAMPLES;
}

size_t exhibit_classes(const Exhibit *exhibit)
{
    const Model *model = exhibit->model;
    return model->link == LINK_IDENTITY ? 0 : model->outputs == 1 ? 2 : model->outputs;
}

size_t exhibit_class(const Exhibit *exhibit, size_t sample)
{
    size_t outputs = exhibit->model->outputs;
    const double *target = exhibit->train->target + sample * outputs;
    return outputs == 1 ? *target > 0.5 : order_largest(target, outputs);
}

const char *exhibit_class_name(Arena *arena, const Exhibit *exhibit, size_t class)
{
    const Dataset *train = exhibit->train;
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

static void fill_bars(Arena *arena, const Exhibit *exhibit, const Samples *samples, size_t start, double *bars)
{
    const Model *model = exhibit->model;
    size_t outputs = model->outputs;
    double *prediction = ARENA_ARRAY(arena, samples->count * outputs, double);
    const double *target = exhibit->train->target + start * outputs;
    double scale = model->average ? 1 / (double)exhibit->train->samples : 1;
    solver_predict(exhibit->solver, samples, exhibit->params, prediction);
    for (size_t i = 0; i < samples->count * outputs; i++)
        bars[i] = scale * loss_derivative(model, prediction[i], target[i]);
}

/* States or costates [layers + 1][count][width] of the samples start .. start + count. */
static const double *chunk_trajectory(Arena *arena, const Exhibit *exhibit, size_t start, size_t count, bool costates)
{
    const Model *model = exhibit->model;
    double *values = ARENA_ARRAY(arena, (model->layers + 1) * count * model->width, double);
    double *bars = ARENA_ARRAY(arena, count * model->outputs, double);
    Samples samples = solver_samples(arena, exhibit->solver, count, exhibit->train->x + start * model->inputs, NULL);
    if (costates)
        fill_bars(arena, exhibit, &samples, start, bars);
    solver_trajectory(exhibit->solver, &samples, exhibit->params, NULL, bars, costates ? NULL : values, NULL,
                      costates ? values : NULL);
    return values;
}

static double *trajectory(Arena *arena, const Exhibit *exhibit, bool costates)
{
    size_t layers = exhibit->model->layers, width = exhibit->model->width, all = exhibit_samples(exhibit);
    double *values = ARENA_ARRAY(arena, (layers + 1) * all * width, double);
    for (size_t start = 0; start < all; start += SOLVER_CHUNK) {
        size_t count = all - start < SOLVER_CHUNK ? all - start : SOLVER_CHUNK;
        const double *chunk = chunk_trajectory(arena, exhibit, start, count, costates);
        for (size_t layer = 0; layer <= layers; layer++)
            memcpy(values + (layer * all + start) * width, chunk + layer * count * width,
                   count * width * sizeof *values);
    }
    return values;
}

const double *exhibit_states(Arena *arena, const Exhibit *exhibit)
{
    return trajectory(arena, exhibit, false);
}

static double norm(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return sqrt(sum);
}

const double *exhibit_costate_norms(Arena *arena, const Exhibit *exhibit)
{
    size_t width = exhibit->model->width, count = (exhibit->model->layers + 1) * exhibit_samples(exhibit);
    const double *costates = trajectory(arena, exhibit, true);
    double *norms = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++)
        norms[i] = norm(costates + i * width, width);
    return norms;
}

/* Solvers keep no slopes, so they come from the interpreter, in long double. */
const double *exhibit_slope_norms(Arena *arena, const Exhibit *exhibit, size_t *samples)
{
    const Model *model = exhibit->model;
    size_t width = model->width, layers = model->layers, stages = exhibit->program->description.tableau->stages;
    size_t all = exhibit_samples(exhibit), count = all < EXHIBIT_FEW_SAMPLES ? all : EXHIBIT_FEW_SAMPLES;
    Interpreter *interpreter = interpret_new(arena, exhibit->program->derived);
    long double *params = ARENA_ARRAY(arena, model->parameters, long double);
    long double *slopes = ARENA_ARRAY(arena, layers * stages * width, long double);
    double *norms = ARENA_ARRAY(arena, stages * layers * count, double), *slope = ARENA_ARRAY(arena, width, double);
    for (size_t i = 0; i < model->parameters; i++)
        params[i] = (long double)exhibit->params[i];
    for (size_t sample = 0; sample < count; sample++) {
        interpret_slopes(interpreter, exhibit->train->x + sample * model->inputs, params, slopes);
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

const double *exhibit_head(Arena *arena, const Exhibit *exhibit, size_t count, const double *states)
{
    const Model *model = exhibit->model;
    const double *w = exhibit->params + model->tensors[model->head_tensor].offset;
    const double *mu = exhibit->params + model->tensors[model->head_tensor + 1].offset;
    double *result = ARENA_ARRAY(arena, count, double), *scores = ARENA_ARRAY(arena, model->outputs, double);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < model->outputs; k++) {
            scores[k] = mu[k];
            for (size_t j = 0; j < model->width; j++)
                scores[k] += w[k * model->width + j] * states[i * model->width + j];
        }
        if (model->outputs > 1)
            result[i] = (double)order_largest(scores, model->outputs);
        else
            result[i] = model->link == LINK_SIGMOID ? 1 / (1 + exp(-scores[0])) : scores[0];
    }
    return result;
}

const double *exhibit_prediction(Arena *arena, const Exhibit *exhibit, size_t count, const double *x)
{
    size_t outputs = exhibit->model->outputs;
    Samples samples = solver_samples(arena, exhibit->solver, count, x, NULL);
    double *prediction = ARENA_ARRAY(arena, count * outputs, double);
    solver_predict(exhibit->solver, &samples, exhibit->params, prediction);
    for (size_t i = 0; outputs > 1 && i < count; i++)
        prediction[i] = (double)order_largest(prediction + i * outputs, outputs);
    return prediction;
}

const double *exhibit_steps(const Exhibit *exhibit)
{
    return exhibit->params + exhibit->model->tensors[exhibit->model->step_tensor].offset;
}

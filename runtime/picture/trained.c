#include "runtime/picture/trained.h"

#include "runtime/number/reals.h"

#include <math.h>
#include <string.h>

size_t trained_samples(const Trained *trained)
{
    size_t samples = trained->train->samples;
    return samples < TRAINED_MOST_SAMPLES ? samples : TRAINED_MOST_SAMPLES;
}

size_t trained_classes(const Trained *trained)
{
    const Model *model = trained->model;
    return model_classes(model);
}

const double *trained_target(const Trained *trained, size_t sample)
{
    const Dataset *train = trained->train;
    return train->target ? train->target + ((sample + 1) * train->observations - 1) * train->outputs : NULL;
}

size_t trained_class(const Trained *trained, size_t sample)
{
    size_t outputs = trained->model->outputs;
    const double *target = trained_target(trained, sample);
    return outputs == 1 ? *target > 0.5 : reals_largest(target, outputs);
}

const char *trained_class_name(Arena *arena, const Trained *trained, size_t class)
{
    const Dataset *train = trained->train;
    return train->class_names && class < train->classes ? train->class_names[class]
                                                        : text_print(arena, "class %zu", class);
}

/* ---- along the layers ---- */

/* States or costates [layers + 1][count][width] of the samples start .. start + count. */
static const double *chunk_trajectory(Arena *arena, const Trained *trained, size_t start, size_t count, bool costates)
{
    const Model *model = trained->model;
    const double *x = trained->train->x + start * model->inputs;
    const Dataset *train = trained->train;
    const double *target = train->target ? train->target + start * model_predictions(model) : NULL;
    const double *signals = train->signal ? train->signal + start * train->signals : NULL;
    double *values = ARENA_ARRAY(arena, (model->layers + 1) * count * model->width, double);
    Samples samples = solver_samples(arena, trained->solver, count, x, signals, target);
    solver_trajectory(trained->solver, &samples, trained->params, NULL, NULL, costates ? NULL : values, NULL,
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
    double *norms = ARENA_ARRAY(arena, count, double),
           share = trained->model->average ? (double)trained->train->samples : 1;
    for (size_t i = 0; i < count; i++)
        norms[i] = norm(costates + i * width, width) / share;
    return norms;
}

static const long double *long_parameters(Arena *arena, const Trained *trained)
{
    size_t parameters = trained->model->parameters;
    long double *params = ARENA_ARRAY(arena, parameters, long double);
    for (size_t i = 0; i < parameters; i++)
        params[i] = (long double)trained->params[i];
    return params;
}

/* Solvers keep no slopes, so they come from the interpreter, in long double. */
const double *trained_slope_norms(Arena *arena, const Trained *trained, size_t *samples)
{
    const Model *model = trained->model;
    size_t width = model->width, layers = model->layers, stages = trained->network->tableau->stages;
    size_t all = trained_samples(trained), count = all < TRAINED_FEW_SAMPLES ? all : TRAINED_FEW_SAMPLES;
    Interpreter *interpreter = interpret_new(arena, trained->network);
    const long double *params = long_parameters(arena, trained);
    long double *slopes = ARENA_ARRAY(arena, layers * stages * width, long double);
    double *norms = ARENA_ARRAY(arena, stages * layers * count, double), *slope = ARENA_ARRAY(arena, width, double);
    for (size_t sample = 0; sample < count; sample++) {
        const Dataset *train = trained->train;
        const double *signals = train->signal ? train->signal + sample * train->signals : NULL;
        interpret_slopes(interpreter, train->x + sample * model->inputs, signals, params, slopes);
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

/* The one output of each of the predictions, which are `stride` numbers apart, or the number of its largest. */
static const double *one_number(Arena *arena, size_t count, size_t outputs, size_t stride, const double *prediction)
{
    double *numbers = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++)
        numbers[i] = outputs > 1 ? (double)reals_largest(prediction + i * stride, outputs) : prediction[i * stride];
    return numbers;
}

/* Solvers have no head apart from their layers, so it is the interpreter's. */
const double *trained_head(Arena *arena, const Trained *trained, size_t count, const double *states)
{
    const Model *model = trained->model;
    double *prediction = ARENA_ARRAY(arena, count * model->outputs, double);
    interpret_head(interpret_new(arena, trained->network), count, states, long_parameters(arena, trained), prediction);
    return one_number(arena, count, model->outputs, model->outputs, prediction);
}

const double *trained_prediction(Arena *arena, const Trained *trained, size_t count, const double *x)
{
    size_t outputs = trained->model->outputs, numbers = model_predictions(trained->model);
    Samples samples = solver_samples(arena, trained->solver, count, x, NULL, NULL);
    double *prediction = ARENA_ARRAY(arena, count * numbers, double);
    solver_predict(trained->solver, &samples, trained->params, prediction);
    return one_number(arena, count, outputs, numbers, prediction + numbers - outputs);
}

const double *trained_steps(const Trained *trained)
{
    return trained->params + trained->model->tensors[trained->model->step_tensor].offset;
}

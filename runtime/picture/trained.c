#include "runtime/picture/trained.h"

#include "runtime/number/reals.h"
#include "runtime/solver/sampled.h"
#include "runtime/train/bands.h"

#include <math.h>

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
    const Model *model = trained->model;
    const double *targets = trained->train->target;
    return targets ? targets + sample * model_predictions(model) + (model->observations - 1) * model->outputs : NULL;
}

size_t trained_class(const Trained *trained, size_t sample)
{
    return sampled_class(trained->model, trained_target(trained, sample));
}

const char *trained_class_name(Arena *arena, const Trained *trained, size_t class)
{
    const Dataset *train = trained->train;
    return train->class_names && class < train->classes ? train->class_names[class]
                                                        : text_print(arena, "class %zu", class);
}

const char *trained_target_name(Arena *arena, const Trained *trained, size_t j)
{
    const Dataset *train = trained->train;
    return train->label_names && train->labels == trained->model->outputs ? train->label_names[j]
           : train->target                                                ? text_print(arena, "p%zu", j + 1)
                                                                          : text_print(arena, "y%zu", j + 1);
}

/* ---- along the layers ---- */

const double *trained_paths(Arena *arena, const Trained *trained, size_t count, PathsKind kind)
{
    const Dataset *train = trained->train;
    return paths_of(arena, trained->solver, count, train->x, train->signal, train->target, trained->params, kind);
}

const double *trained_states(Arena *arena, const Trained *trained)
{
    return trained_paths(arena, trained, trained_samples(trained), PATHS_STATES);
}

const double *trained_raw_states(Arena *arena, const Trained *trained, size_t count, const double *states)
{
    const size_t width = trained->model->width;
    const Scale scale = model_state_scale(arena, trained->model, &trained->train->scales.x);
    double *raw = ARENA_ARRAY(arena, count * width, double);
    intake_out(&scale, width, count * width, states, raw);
    return raw;
}

const double *trained_costate_norms(Arena *arena, const Trained *trained)
{
    size_t width = trained->model->width, count = (trained->model->layers + 1) * trained_samples(trained);
    const double *costates = trained_paths(arena, trained, trained_samples(trained), PATHS_COSTATES);
    double *norms = ARENA_ARRAY(arena, count, double),
           share = trained->model->average ? (double)trained->train->samples : 1;
    for (size_t i = 0; i < count; i++)
        norms[i] = reals_norm(width, costates + i * width) / share;
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

/* Of a sample, as the network sees them; NULL where there are none. */
static const double *signals_of(Arena *arena, const Trained *trained, size_t sample)
{
    const Model *model = trained->model;
    const Dataset *train = trained->train;
    if (!model->signals)
        return NULL;
    double *signals = ARENA_ARRAY(arena, train->signals, double);
    intake_in(&train->scales.signals, model->signals, train->signals, train->signal + sample * train->signals, signals);
    return signals;
}

double trained_work(const Trained *trained)
{
    const Model *model = trained->model;
    const double products = (double)model->layers * (double)model->width * (double)model->width;
    return (double)trained->network->tableau->stages * fmax(products, (double)model->parameters);
}

double trained_seconds(const Trained *trained, size_t samples)
{
    return (double)samples * trained_work(trained) / 1.5e10;
}

/* That many, for whom the interpreter takes half a second; some at any rate. */
static size_t few_samples(const Trained *trained)
{
    enum { FEWEST = 5 };
    const double most = fmax(FEWEST, fmin(TRAINED_FEW_SAMPLES, 1e8 / trained_work(trained)));
    const size_t all = trained_samples(trained);
    return (double)all < most ? all : (size_t)most;
}

double trained_seconds_slopes(const Trained *trained)
{
    return (double)few_samples(trained) * trained_work(trained) / 2e8;
}

/* Solvers keep no slopes, so they come from the interpreter, in long double. */
const double *trained_slope_norms(Arena *arena, const Trained *trained, size_t *samples)
{
    const Model *model = trained->model;
    size_t width = model->width, layers = model->layers, stages = trained->network->tableau->stages;
    size_t count = few_samples(trained);
    Interpreter *interpreter = interpret_new(arena, trained->network);
    const long double *params = long_parameters(arena, trained);
    long double *slopes = ARENA_ARRAY(arena, layers * stages * width, long double);
    double *norms = ARENA_ARRAY(arena, stages * layers * count, double), *slope = ARENA_ARRAY(arena, width, double);
    for (size_t sample = 0; sample < count; sample++) {
        interpret_slopes(interpreter, trained->train->x + sample * model->inputs, signals_of(arena, trained, sample),
                         params, slopes);
        for (size_t i = 0; i < layers * stages; i++) {
            for (size_t j = 0; j < width; j++)
                slope[j] = (double)slopes[i * width + j];
            norms[(i % stages * layers + i / stages) * count + sample] = reals_norm(width, slope);
        }
    }
    *samples = count;
    return norms;
}

/* ---- the head ---- */

/* Solvers have no head apart from their layers, so it is the interpreter's. */
const double *trained_outputs(Arena *arena, const Trained *trained, size_t count, const double *states)
{
    const size_t outputs = trained->model->outputs, numbers = count * outputs;
    double *prediction = ARENA_ARRAY(arena, numbers, double);
    if (trained->model->has_loss)
        interpret_head(interpret_new(arena, trained->network), count, states, long_parameters(arena, trained),
                       prediction);
    intake_out(&solver_scales(trained->solver)->targets, outputs, numbers,
               trained->model->has_loss ? prediction : states, prediction);
    return prediction;
}

const double *trained_predictions(Arena *arena, const Trained *trained, const Dataset *data, size_t count)
{
    double *prediction = ARENA_ARRAY(arena, count * model_predictions(trained->model), double);
    Samples samples = solver_samples(arena, trained->solver, count, data->x, data->signal, NULL);
    solver_predict(trained->solver, &samples, trained->params, prediction);
    return prediction;
}

bool trained_has_bands(const Trained *trained)
{
    return trained->estimates && !trained->estimates->missing && !trained->model->learns_x;
}

const double *trained_bands(Arena *arena, const Trained *trained, size_t count, const double *x, const double *signals)
{
    if (!trained_has_bands(trained))
        return NULL;
    double *half = ARENA_ARRAY(arena, count * model_predictions(trained->model), double);
    bands_of(arena, trained->solver, trained->estimates, count, x, signals, trained->params, half);
    return half;
}

const double *trained_steps(Arena *arena, const Trained *trained)
{
    double *steps = ARENA_ARRAY(arena, trained->model->layers, double);
    model_steps(trained->model, trained->params, steps);
    return steps;
}

const double *trained_times(Arena *arena, const Trained *trained)
{
    size_t layers = trained->model->layers;
    const double *steps = trained_steps(arena, trained);
    double *times = ARENA_ARRAY(arena, layers + 1, double);
    times[0] = trained->model->start;
    for (size_t n = 0; n < layers; n++)
        times[n + 1] = times[n] + steps[n];
    return times;
}

bool trained_over_time(const Trained *trained)
{
    const Model *model = trained->model;
    return !model_observes_last(model) || !model->has_loss || model->signals || trained->train->trajectories;
}

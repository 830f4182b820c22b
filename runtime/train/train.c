#include "runtime/train/point.h"

#include "runtime/number/lapack.h"
#include "runtime/number/simplex.h"

#include <math.h>
#include <string.h>

const char *const train_evaluated[EVALUATED_KINDS] = {
    [EVALUATED_OBJECTIVE] = "objectives",
    [EVALUATED_GRADIENT] = "gradients",
    [EVALUATED_PRODUCT] = "hessian_products",
    [EVALUATED_JACOBIAN] = "jacobians",
};

const TrainMethod *train_method(Algorithm algorithm)
{
#define METHOD(upper, lower) [TRAIN_##upper] = &train_##lower,
    static const TrainMethod *const methods[ALGORITHM_COUNT] = {ALGORITHMS(METHOD)};
#undef METHOD
    return methods[algorithm];
}

bool train_ready(const Model *model, Diagnostics *diagnostics)
{
    return !train_method(model->train.algorithm)->dense || lapack_ready(diagnostics);
}

bool train_suits(const Model *model, size_t samples, bool validation, Diagnostics *diagnostics)
{
    const AlgorithmRow *row = &algorithm_rows[model->train.algorithm];
    if (row->squares && model_unknowns(model, samples) > ALGORITHM_MOST_SQUARES)
        return diagnostics_error(diagnostics, model->algorithm_place,
                                 "train.%s = \"%s\" takes at most %d unknowns; these are %zu, %zu parameters and %zu "
                                 "learnt input%s of each of %zu samples",
                                 row->selector, row->name, ALGORITHM_MOST_SQUARES, model_unknowns(model, samples),
                                 model->parameters, model->inputs, model->inputs == 1 ? "" : "s", samples);
    return validation || !model->train.patience ||
           diagnostics_error(diagnostics, (Place){.file = model->file},
                             "train.patience is measured on validation samples, of which there are none: validation or "
                             "split of data or --test give some");
}

/* The lower bounds of the first `count` unknowns, or the upper ones: those of the tensors and of learnt inputs, and
 * infinite for the others. */
static const double *bounds(Arena *arena, const Model *model, size_t count, bool upper)
{
    double *all = ARENA_ARRAY(arena, count, double);
    const double *of_inputs = upper ? model->x_upper : model->x_lower;
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        const double *own = upper ? tensor->upper : tensor->lower;
        for (size_t i = 0; i < tensor->size; i++)
            all[tensor->offset + i] = own ? own[i] : upper ? INFINITY : -INFINITY;
    }
    for (size_t i = model->parameters; i < count; i++)
        all[i] = of_inputs[(i - model->parameters) % model->inputs];
    return all;
}

/* Of all parameters: does decay pull it? */
static const bool *decays(Arena *arena, const Model *model)
{
    bool *all = ARENA_ARRAY(arena, model->parameters, bool);
    for (size_t t = 0; t < model->tensor_count; t++)
        for (size_t i = 0; i < model->tensors[t].size; i++)
            all[model->tensors[t].offset + i] = model_decays(model, t);
    return all;
}

TrainSettings train_settings(Arena *arena, const Model *model, size_t samples)
{
    const Tensor *steps = &model->tensors[model->step_tensor];
    const size_t bounded = model->x_lower         ? model_unknowns(model, samples)
                           : model_bounded(model) ? model->parameters
                                                  : 0;
    return (TrainSettings){.spec = model->train,
                           .seed = model->seed,
                           .simplex_offset = model->simplex ? steps->offset : 0,
                           .simplex_count = model->simplex ? steps->size : 0,
                           .simplex_total = model_step_total(model),
                           .bounded = bounded,
                           .lower = bounded ? bounds(arena, model, bounded, false) : NULL,
                           .upper = bounded ? bounds(arena, model, bounded, true) : NULL,
                           .decaying = model->train.weight_decay > 0 ? model->parameters : 0,
                           .decays = model->train.weight_decay > 0 ? decays(arena, model) : NULL};
}

static size_t rows(const TrainSpec *spec, size_t parameters)
{
    const TrainMethod *method = train_method(spec->algorithm);
    return method->rows ? method->rows(spec, parameters) : 1;
}

size_t train_array_size(const TrainSpec *spec, size_t parameters)
{
    return rows(spec, parameters) * parameters;
}

double train_arrays(const TrainSpec *spec, size_t parameters)
{
    const TrainMethod *method = train_method(spec->algorithm);
    double arrays = 4 + (spec->keep_best ? 1 : 0), work = method->work ? (double)method->work(parameters) : 0;
    for (int i = 0; i < TRAIN_MOST_ARRAYS && method->arrays[i]; i++)
        arrays += 2 * (double)rows(spec, parameters);
    return arrays + (parameters ? work / (double)parameters : 0);
}

Train *train_new(Arena *arena, const Objective *objective, TrainSettings settings)
{
    size_t n = objective->parameters, size = train_array_size(&settings.spec, n);
    size_t scratch =
        settings.simplex_count > rows(&settings.spec, n) ? settings.simplex_count : rows(&settings.spec, n);
    Train *train = ARENA_NEW(arena, Train);
    train->objective = objective;
    train->settings = settings;
    train->method = train_method(settings.spec.algorithm);
    train->state.params = ARENA_ARRAY(arena, n, double);
    train->gradient = ARENA_ARRAY(arena, n, double);
    train->trial = ARENA_ARRAY(arena, n, double);
    train->trial_gradient = ARENA_ARRAY(arena, n, double);
    train->scratch = ARENA_ARRAY(arena, scratch, double);
    for (int i = 0; i < TRAIN_MOST_ARRAYS && train->method->arrays[i]; i++) {
        train->state.arrays[i] = ARENA_ARRAY(arena, size, double);
        train->trial_arrays[i] = ARENA_ARRAY(arena, size, double);
    }
    if (settings.spec.keep_best)
        train->state.best.params = ARENA_ARRAY(arena, n, double);
    if (train->method->work)
        train->work = ARENA_ARRAY(arena, train->method->work(n), double);
    if (train->method->shuffles)
        train->order = ARENA_ARRAY(arena, objective->samples, size_t);
    return train;
}

/* A parameter that is no number stays one, for the objective to show. */
static void clamp(const TrainSettings *settings, double *params)
{
    for (size_t i = 0; i < settings->bounded; i++) {
        if (params[i] < settings->lower[i])
            params[i] = settings->lower[i];
        if (params[i] > settings->upper[i])
            params[i] = settings->upper[i];
    }
}

TrainResult train_start(Train *train, const double *params)
{
    TrainState *state = &train->state;
    size_t parameters = train->objective->parameters;
    memcpy(state->params, params, parameters * sizeof(double));
    clamp(&train->settings, state->params);
    for (int i = 0; i < TRAIN_MOST_ARRAYS && state->arrays[i]; i++)
        memset(state->arrays[i], 0, train_array_size(&train->settings.spec, parameters) * sizeof(double));
    state->step = algorithm_rows[train->settings.spec.algorithm].first_step(&train->settings.spec);
    state->iteration = 0;
    memset(state->evaluations, 0, sizeof state->evaluations);
    train->norm = NAN;
    train->gradient_known = !train->method->shuffles;
    state->gradient_counted = train->gradient_known;
    if (!train_evaluate(train, state->params, &state->evaluation, train->gradient_known ? train->gradient : NULL))
        return TRAIN_FAILED;
    return isfinite(state->evaluation.objective) ? TRAIN_RUNNING : TRAIN_NOT_FINITE;
}

void train_continue(Train *train, const TrainState *from)
{
    size_t size = train->objective->parameters * sizeof(double);
    TrainState *state = &train->state;
    memcpy(state->params, from->params, size);
    for (int i = 0; i < TRAIN_MOST_ARRAYS && state->arrays[i]; i++)
        memcpy(state->arrays[i], from->arrays[i],
               train_array_size(&train->settings.spec, train->objective->parameters) * sizeof(double));
    state->evaluation = from->evaluation;
    state->step = from->step;
    state->iteration = from->iteration;
    memcpy(state->evaluations, from->evaluations, sizeof state->evaluations);
    state->gradient_counted = from->gradient_counted;
    state->still = from->still;
    if (state->best.params) {
        TrainBest best = from->best;
        best.params = memcpy(state->best.params, from->best.params, size);
        state->best = best;
    }
    train->norm = NAN;
    train->gradient_known = false;
}

TrainResult train_iterate(Train *train)
{
    return train->method->iterate(train);
}

void train_judge(Train *train, double validation)
{
    const TrainState *state = &train->state;
    TrainBest *best = &train->state.best;
    double value = isnan(validation) ? INFINITY : validation;
    if (!best->params || (state->iteration > 0 && !(value < best->validation)))
        return;
    best->evaluation = state->evaluation;
    best->validation = value;
    best->iteration = state->iteration;
    memcpy(best->params, state->params, train->objective->parameters * sizeof(double));
}

TrainKept train_kept(const Train *train)
{
    const TrainState *state = &train->state;
    const TrainBest *best = &state->best;
    return best->params ? (TrainKept){best->params, best->evaluation, best->iteration}
                        : (TrainKept){state->params, state->evaluation, state->iteration};
}

/* Objectives of one point under another rounding differ by some such share. */
static const double still_share = 1e-14;

static void note_still(TrainState *state)
{
    const double objective = state->evaluation.objective, before = state->still.objective;
    if (state->iteration == 0 || !(fabs(objective - before) <= still_share * fabs(before)))
        state->still = (TrainStill){objective, state->iteration};
}

size_t train_still(const TrainState *state)
{
    const size_t ago = state->iteration - state->still.iteration;
    return ago >= TRAIN_FEW_STILL ? ago : 0;
}

/* Shows the iterate to the watch. Does training go on? */
static bool look(Train *train, const TrainWatch *watch, TrainResult *result)
{
    TrainState *state = &train->state;
    note_still(state);
    const TraceRow row = {.iteration = state->iteration, .step = state->step, .training = state->evaluation};
    if (!watch->look(watch->context, &row))
        return false;
    size_t patience = train->settings.spec.patience, stall = train->settings.spec.stall;
    if (patience && state->iteration - state->best.iteration >= patience)
        *result = TRAIN_NO_BETTER;
    if (stall && state->iteration - state->still.iteration >= stall)
        *result = TRAIN_STALLED;
    return *result == TRAIN_RUNNING;
}

TrainResult train_iterations(Train *train, size_t iterations, const TrainWatch *watch)
{
    TrainResult result = TRAIN_RUNNING;
    bool going = look(train, watch, &result);
    for (size_t i = 0; i < iterations && going; i++) {
        result = train_iterate(train);
        going = result == TRAIN_RUNNING && look(train, watch, &result);
    }
    return result;
}

void train_project(Train *train, double *params)
{
    const TrainSettings *settings = &train->settings;
    clamp(settings, params);
    if (settings->simplex_count)
        simplex_project(params + settings->simplex_offset, settings->simplex_count, settings->simplex_total,
                        train->scratch);
}

bool train_held(const Train *train, size_t i)
{
    double g = train->gradient[i];
    const TrainSettings *settings = &train->settings;
    double x = train->state.params[i];
    return i < settings->bounded && g != 0.0 && (g > 0.0 ? x <= settings->lower[i] : x >= settings->upper[i]);
}

bool train_stationary(const Train *train)
{
    const double *g = train->gradient;
    for (size_t i = 0; i < train->objective->parameters; i++)
        if (g[i] != 0.0 && !train_held(train, i))
            return false;
    return true;
}

size_t train_evaluations(const TrainState *state)
{
    size_t sum = 0;
    for (int k = 0; k < EVALUATED_KINDS; k++)
        sum += state->evaluations[k];
    return sum;
}

const char *train_reason(TrainResult result)
{
    switch (result) {
    case TRAIN_RUNNING:
        break;
    case TRAIN_REJECTED_TOO_OFTEN:
        return "200 rejected trials";
    case TRAIN_ZERO_GRADIENT:
        return "zero gradient";
    case TRAIN_SMALL_GRADIENT:
        return "projected gradient within the tolerance";
    case TRAIN_SMALL_DECREASE:
        return "relative decrease within the tolerance";
    case TRAIN_NO_DECREASE:
        return "no further decrease";
    case TRAIN_NO_BETTER:
        return "patience: no better validation objective";
    case TRAIN_STALLED:
        return "stall: the objective does not change any more";
    case TRAIN_NO_JACOBIAN:
        return "derivatives of residuals not finite";
    case TRAIN_NOT_FINITE:
        return "objective or gradient not finite";
    case TRAIN_FAILED:
        return "failed";
    }
    return "iterations";
}

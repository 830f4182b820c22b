#include "runtime/train/train.h"

#include "runtime/train/adam.h"
#include "runtime/train/line_search.h"
#include "runtime/number/simplex.h"

#include <math.h>
#include <string.h>

TrainSettings train_settings(const Model *model)
{
    const Tensor *steps = &model->tensors[model->step_tensor];
    return (TrainSettings){.spec = model->train,
                           .seed = model->seed,
                           .simplex_offset = model->simplex ? steps->offset : 0,
                           .simplex_count = model->simplex ? steps->size : 0,
                           .simplex_total = (double)model->layers * model->step};
}

Train *train_new(Arena *arena, const Objective *objective, TrainSettings settings)
{
    size_t n = objective->parameters;
    Train *train = ARENA_NEW(arena, Train);
    train->objective = objective;
    train->settings = settings;
    train->state.params = ARENA_ARRAY(arena, n, double);
    train->gradient = ARENA_ARRAY(arena, n, double);
    train->trial = ARENA_ARRAY(arena, n, double);
    train->trial_gradient = ARENA_ARRAY(arena, n, double);
    train->scratch = ARENA_ARRAY(arena, settings.simplex_count, double);
    if (settings.spec.algorithm == TRAIN_ADAM) {
        for (int i = 0; i < 2; i++) {
            train->state.moments[i] = ARENA_ARRAY(arena, n, double);
            train->trial_moments[i] = ARENA_ARRAY(arena, n, double);
        }
        train->order = ARENA_ARRAY(arena, objective->samples, size_t);
    }
    return train;
}

static double initial_step(const TrainSpec *spec)
{
    switch (spec->algorithm) {
    case TRAIN_ARMIJO:
        return spec->tau / 2.0;
    case TRAIN_LIPSCHITZ:
        return spec->lipschitz;
    case TRAIN_ADAM:
        break;
    }
    return spec->rate;
}

TrainResult train_start(Train *train, const double *params)
{
    const Objective *objective = train->objective;
    TrainState *state = &train->state;
    memcpy(state->params, params, objective->parameters * sizeof(double));
    for (int i = 0; i < 2; i++)
        if (state->moments[i])
            memset(state->moments[i], 0, objective->parameters * sizeof(double));
    state->step = initial_step(&train->settings.spec);
    state->iteration = 0;
    train->gradient_known = false;
    if (!objective->evaluate(objective->context, state->params, NULL, objective->samples, &state->evaluation, NULL))
        return TRAIN_FAILED;
    return isfinite(state->evaluation.objective) ? TRAIN_RUNNING : TRAIN_NOT_FINITE;
}

void train_continue(Train *train, const TrainState *from)
{
    size_t size = train->objective->parameters * sizeof(double);
    TrainState *state = &train->state;
    memcpy(state->params, from->params, size);
    for (int i = 0; i < 2; i++)
        if (state->moments[i])
            memcpy(state->moments[i], from->moments[i], size);
    state->evaluation = from->evaluation;
    state->step = from->step;
    state->iteration = from->iteration;
    train->gradient_known = false;
}

TrainResult train_iterate(Train *train)
{
    return train->settings.spec.algorithm == TRAIN_ADAM ? adam_iterate(train) : line_search_iterate(train);
}

void train_project(Train *train, double *params)
{
    const TrainSettings *settings = &train->settings;
    if (settings->simplex_count)
        simplex_project(params + settings->simplex_offset, settings->simplex_count, settings->simplex_total,
                        train->scratch);
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
    case TRAIN_NOT_FINITE:
        return "objective or gradient not finite";
    case TRAIN_FAILED:
        return "failed";
    }
    return "iterations";
}

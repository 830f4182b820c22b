#include "laboratory.h"

#include "initial.h"
#include "interrupt.h"
#include "train.h"

#include <string.h>

Laboratory *laboratory_open(Session *session, const char *path, const char *changes)
{
    Arena *arena = session->arena;
    Laboratory *laboratory = ARENA_NEW(arena, Laboratory);
    laboratory->session = session;
    laboratory->path = arena_string(arena, path, strlen(path));
    laboratory->program =
        gen_changed_program(arena, session->diagnostics, laboratory->path, session_specs(arena), changes);
    laboratory->solver = laboratory->program ? session_solver(session, laboratory->program) : NULL;
    if (!laboratory->solver)
        return NULL;
    laboratory->model = laboratory->program->description.model;
    laboratory->params = ARENA_ARRAY(arena, laboratory->model->parameters, double);
    initial_parameters(laboratory->model, laboratory->model->seed, laboratory->params);
    return laboratory;
}

bool laboratory_data(Laboratory *laboratory)
{
    laboratory->has_data =
        laboratory->has_data || samples_load(laboratory->session, laboratory->model, &laboratory->source);
    return laboratory->has_data;
}

static void record(Laboratory *laboratory, const Train *train)
{
    const TraceRow row = {
        .iteration = laboratory->trace->count, .step = train->state.step, .training = train->state.evaluation};
    trace_add(laboratory->trace, &row);
}

const char *laboratory_train(Laboratory *laboratory, size_t iterations)
{
    Arena *arena = laboratory->session->arena;
    if (!laboratory_data(laboratory))
        return NULL;
    const Dataset *data = &laboratory->source.train;
    Samples samples = solver_samples(arena, laboratory->solver, data->samples, data->x, data->target);
    Objective objective = solver_objective(arena, laboratory->solver, &samples, data->target);
    Train *train = train_new(arena, &objective, train_settings(laboratory->model));
    TrainResult result = train_start(train, laboratory->params);
    bool interrupted = false;
    if (!laboratory->trace) {
        laboratory->trace = trace_new(arena, false);
        record(laboratory, train);
    }
    interrupt_begin();
    for (size_t i = 0; i < iterations && result == TRAIN_RUNNING && !interrupted; i++) {
        result = train_iterate(train);
        if (result == TRAIN_RUNNING)
            record(laboratory, train);
        interrupted = interrupt_seen();
    }
    interrupt_end();
    memcpy(laboratory->params, train->state.params, laboratory->model->parameters * sizeof(double));
    return interrupted ? "interrupted" : train_reason(result);
}

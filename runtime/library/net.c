#include "runtime/library/net.h"

#include "runtime/solver/initial.h"

#include <string.h>

static void release_memory(void *object)
{
    Laboratory *laboratory = object;
    arena_free(laboratory->call);
}

/* Also where memory runs out, and the arena goes by itself. */
static void forget_memory(void *object)
{
    Laboratory *laboratory = object;
    laboratory->call = NULL;
}

Arena *laboratory_memory(Laboratory *laboratory)
{
    arena_free(laboratory->call);
    Arena *call = arena_within(laboratory->session->arena);
    arena_on_free(call, forget_memory, laboratory); /* may fail: what goes then is not to be freed again */
    return laboratory->call = call;
}

Laboratory *laboratory_open(Session *session, Pool *pool, const char *path, const char *changes, const char *folder)
{
    Arena *arena = session->arena;
    Laboratory *laboratory = ARENA_NEW(arena, Laboratory);
    arena_on_free(arena, release_memory, laboratory);
    laboratory->session = session;
    laboratory->path = arena_string(arena, path, strlen(path));
    laboratory->program = gen_changed_program(arena, session->diagnostics, laboratory->path, folder, changes);
    if (!laboratory->program)
        return NULL;
    laboratory->solver = solver_compile(arena, session->diagnostics, laboratory->program, pool);
    if (!laboratory->solver)
        return NULL;
    laboratory->model = laboratory->program->description.model;
    laboratory->state.params = ARENA_ARRAY(arena, laboratory->model->parameters, double);
    initial_parameters(laboratory->model, laboratory->model->seed, laboratory->state.params);
    return laboratory;
}

bool laboratory_data(Laboratory *laboratory)
{
    laboratory->has_data =
        laboratory->has_data || samples_load(laboratory->session, laboratory->model, &laboratory->source);
    return laboratory->has_data;
}

void laboratory_gradient(Laboratory *laboratory, size_t count, const double *x, const double *target, double *objective,
                         double *gradient)
{
    Samples samples = solver_samples(laboratory_memory(laboratory), laboratory->solver, count, x, target);
    solver_evaluate(laboratory->solver, &samples, laboratory->state.params, objective, NULL, gradient);
}

void laboratory_predict(Laboratory *laboratory, size_t count, const double *x, double *prediction)
{
    Samples samples = solver_samples(laboratory_memory(laboratory), laboratory->solver, count, x, NULL);
    solver_predict(laboratory->solver, &samples, laboratory->state.params, prediction);
}

/* ---- training ---- */

/* The samples or the parameters may have changed since the call before, so the objective is evaluated anew. */
static TrainResult begin(Laboratory *laboratory, Train *train)
{
    TrainState *state = &laboratory->state;
    TrainResult result = train_start(train, state->params);
    if (!laboratory->trained)
        return result;
    state->evaluation = train->state.evaluation;
    train_continue(train, state);
    return result;
}

/* Copies the state out of the memory of the call. */
static void keep(Laboratory *laboratory, const TrainState *from)
{
    TrainState *state = &laboratory->state;
    size_t parameters = laboratory->model->parameters;
    memcpy(state->params, from->params, parameters * sizeof(double));
    for (int i = 0; i < 2 && from->moments[i]; i++) {
        if (!state->moments[i])
            state->moments[i] = ARENA_ARRAY(laboratory->session->arena, parameters, double);
        memcpy(state->moments[i], from->moments[i], parameters * sizeof(double));
    }
    state->step = from->step;
    state->iteration = from->iteration;
    laboratory->trained = true;
}

static bool look(const Watch *watch, const TrainState *state)
{
    const TraceRow row = {.iteration = state->iteration, .step = state->step, .training = state->evaluation};
    return watch->look(watch->context, &row);
}

TrainResult laboratory_train(Laboratory *laboratory, size_t count, const double *x, const double *target,
                             size_t iterations, const Watch *watch)
{
    Arena *arena = laboratory_memory(laboratory);
    Samples samples = solver_samples(arena, laboratory->solver, count, x, target);
    Objective objective = solver_objective(arena, laboratory->solver, &samples, target);
    Train *train = train_new(arena, &objective, train_settings(laboratory->model));
    TrainResult result = begin(laboratory, train);
    bool going = result == TRAIN_RUNNING && look(watch, &train->state);
    for (size_t i = 0; i < iterations && going; i++) {
        result = train_iterate(train);
        going = result == TRAIN_RUNNING && look(watch, &train->state);
    }
    keep(laboratory, &train->state);
    return result;
}

#include "runtime/library/net.h"

#include "runtime/solver/initial.h"
#include "runtime/solver/sampled.h"

#include <math.h>
#include <string.h>

static void release_memory(void *object)
{
    Net *net = object;
    arena_free(net->call);
}

/* Also where memory runs out, and the arena goes by itself. */
static void forget_memory(void *object)
{
    Net *net = object;
    net->call = NULL;
}

Arena *net_memory(Net *net)
{
    arena_free(net->call);
    Arena *call = arena_within(net->session->arena);
    arena_on_free(call, forget_memory, net); /* may fail: what goes then is not to be freed again */
    return net->call = call;
}

Net *net_open(Session *session, Pool *pool, const char *path, const char *changes, const char *folder)
{
    Arena *arena = session->arena;
    Net *net = ARENA_NEW(arena, Net);
    arena_on_free(arena, release_memory, net);
    net->session = session;
    net->path = arena_string(arena, path, strlen(path));
    net->program = gen_changed_program(arena, session->diagnostics, net->path, folder, changes);
    net->program = net->program ? gen_training(arena, session->diagnostics, net->program) : NULL;
    if (!net->program)
        return NULL;
    net->solver = solver_compile(arena, session->diagnostics, net->program, pool);
    if (!net->solver)
        return NULL;
    net->model = net->program->description.model;
    net->state.params = ARENA_ARRAY(arena, net->model->parameters, double);
    initial_parameters(net->model, net->model->seed, net->state.params);
    return net;
}

bool net_data(Net *net)
{
    net->has_data = net->has_data || request_load(net->session, net->model, &net->source);
    return net->has_data;
}

void net_gradient(Net *net, size_t count, const double *x, const double *signals, const double *target,
                  double *objective, double *gradient)
{
    Samples samples = solver_samples(net_memory(net), net->solver, count, x, signals, target);
    solver_evaluate(net->solver, &samples, net->state.params, objective, NULL, gradient);
}

void net_predict(Net *net, size_t count, const double *x, const double *signals, double *prediction)
{
    Samples samples = solver_samples(net_memory(net), net->solver, count, x, signals, NULL);
    solver_predict(net->solver, &samples, net->state.params, prediction);
}

/* ---- training ---- */

/* The samples or the parameters may have changed since the call before, so the objective is evaluated anew. */
static TrainResult begin(Net *net, Train *train)
{
    TrainState *state = &net->state;
    TrainResult result = train_start(train, state->params);
    memcpy(state->params, train->state.params, net->model->parameters * sizeof(double)); /* within their bounds */
    if (!net->trained)
        return result;
    state->evaluation = train->state.evaluation;
    state->best = (TrainBest){.params = state->params, .iteration = state->iteration, .validation = INFINITY};
    train_continue(train, state);
    return result;
}

/* Copies the state out of the memory of the call. */
static void keep(Net *net, const Train *train)
{
    TrainState *state = &net->state;
    const TrainState *from = &train->state;
    size_t parameters = net->model->parameters;
    memcpy(state->params, train_kept(train).params, parameters * sizeof(double));
    size_t size = train_array_size(&net->model->train, parameters);
    for (int i = 0; i < TRAIN_MOST_ARRAYS && from->arrays[i]; i++) {
        if (!state->arrays[i])
            state->arrays[i] = ARENA_ARRAY(net->session->arena, size, double);
        memcpy(state->arrays[i], from->arrays[i], size * sizeof(double));
    }
    state->best.iteration = train_kept(train).iteration;
    state->step = from->step;
    state->iteration = from->iteration;
    memcpy(state->evaluations, from->evaluations, sizeof state->evaluations);
    state->gradient_counted = from->gradient_counted;
    net->trained = true;
}

/* The state of a net in memory has no place for inputs of samples. */
bool net_trains(Net *net)
{
    const Model *model = net->model;
    return train_ready(model, net->session->diagnostics) &&
           (!model->learns_x ||
            diagnostics_error(net->session->diagnostics, (Place){.file = model->file},
                              "learn has \"x\", the inputs of samples, which only costate train learns"));
}

/* A watch that tells the training how good the iterate is. */
typedef struct {
    Train *train;
    const Objective *validation; /* or NULL */
    const TrainWatch *watch;
} Judge;

static bool judge(void *context, const TraceRow *row)
{
    const Judge *own = context;
    const Objective *validation = own->validation;
    Evaluation evaluation = row->training;
    if (validation && !validation->evaluate(validation->context, own->train->state.params, NULL, validation->samples,
                                            &evaluation, NULL))
        return false;
    train_judge(own->train, evaluation.objective);
    return own->watch->look(own->watch->context, row);
}

NetSamples net_samples(const Net *net)
{
    const Dataset *data = &net->source.train;
    return (NetSamples){data->samples, data->x, data->signal, data->target, net->source.test};
}

bool net_train(Net *net, const NetSamples *on, size_t iterations, const TrainWatch *watch, TrainResult *result)
{
    Arena *arena = net_memory(net);
    const Dataset *validation = net->model->train.keep_best ? on->validation : NULL;
    Samples samples = solver_samples(arena, net->solver, on->count, on->x, on->signals, on->target), others;
    Objective objective = sampled_objective(arena, net->solver, &samples, on->target), quality;
    if (!train_validates(net->model, validation, net->session->diagnostics))
        return false;
    if (validation) {
        others = solver_samples(arena, net->solver, validation->samples, validation->x, validation->signal,
                                validation->target);
        quality = sampled_validation(arena, net->solver, &others, validation->target);
    }
    Train *train = train_new(arena, &objective, train_settings(arena, net->model));
    Judge own = {train, validation ? &quality : NULL, watch};
    *result = begin(net, train);
    if (*result == TRAIN_RUNNING)
        *result = train_iterations(train, iterations, &(TrainWatch){judge, &own});
    keep(net, train);
    return true;
}

#include "runtime/library/net.h"

#include "runtime/format/parameters.h"
#include "runtime/session/stored.h"
#include "runtime/solver/initial.h"
#include "runtime/train/culprit.h"
#include "runtime/train/bands.h"
#include "runtime/train/solves.h"
#include "runtime/solver/sampled.h"
#include "runtime/session/budget.h"

#include <math.h>
#include <string.h>

static void release_memory(void *object)
{
    Net *net = object;
    arena_free(net->call);
    arena_free(net->samples);
    arena_free(net->file);
    arena_free(net->rows);
    arena_free(net->estimated);
}

/* Also where memory runs out, and the arena goes by itself. */
static void forget_memory(void *object)
{
    Net *net = object;
    net->call = NULL;
}

/* The same of the samples: what the training that was under way knew of them is lost. */
static void forget_samples(void *object)
{
    Net *net = object;
    net->samples = NULL;
    net->x = net->x_given = NULL;
    net->learnt = 0;
    net->trained = false;
    memset(net->state.arrays, 0, sizeof net->state.arrays);
}

static void forget_estimates(void *object)
{
    Net *net = object;
    net->estimated = NULL;
    net->estimates = NULL;
}

static void forget_file(void *object)
{
    Net *net = object;
    net->file = NULL;
}

static void forget_rows(void *object)
{
    Net *net = object;
    net->rows = NULL;
}

/* An arena in the place of *arena, which goes. */
static Arena *renew(Net *net, Arena **arena, void (*forget)(void *))
{
    arena_free(*arena);
    Arena *fresh = arena_within(net->session->arena);
    arena_on_free(fresh, forget, net); /* may fail: what goes then is not to be freed again */
    return *arena = fresh;
}

static double *copy_of(Arena *arena, const double *numbers, size_t count)
{
    double *copy = ARENA_ARRAY(arena, count, double);
    return memcpy(copy, numbers, count * sizeof *copy);
}

Arena *net_memory(Net *net)
{
    return renew(net, &net->call, forget_memory);
}

/* Memory for what is as large as the samples; what was in it is forgotten. */
static Arena *memory_for_samples(Net *net)
{
    return renew(net, &net->samples, forget_samples);
}

Net *net_open(Session *session, Pool *pool, const char *path, const char *changes, const char *folder)
{
    Arena *arena = session->arena;
    Net *net = ARENA_NEW(arena, Net);
    arena_on_free(arena, release_memory, net);
    net->session = session;
    net->pool = pool;
    net->path = arena_string(arena, path, strlen(path));
    net->program = gen_changed_program(arena, session->diagnostics, net->path, folder, changes);
    net->program = net->program ? gen_training(arena, session->diagnostics, net->program) : NULL;
    if (!net->program)
        return NULL;
    if (!budget_allows(
            session, net->program, 1,
            1 + train_arrays(&net->program->description.model->train, net->program->description.model->parameters)))
        return NULL;
    net->solver = solver_compile(arena, session->diagnostics, net->program, pool);
    if (!net->solver)
        return NULL;
    net->model = net->program->description.model;
    net->state.params = ARENA_ARRAY(arena, net->model->parameters, double);
    initial_parameters(net->model, net->model->seed, net->state.params);
    return net;
}

/* What signals, targets and predictions are scaled by, in all calls that follow. */
static void know(Net *net, const Dataset *trained)
{
    net->known = trained;
    solver_set_scales(net->solver, &trained->scales);
    if (net->second)
        solver_set_scales(net->second, &trained->scales);
}

/* session: who is told of errors. */
static bool load_data(Net *net, Session *session)
{
    const Dataset *trained = net->known && stored_has_intake(net->known) ? net->known : NULL;
    if (!net->has_data && !request_load(session, net->model, trained, &net->source))
        return false;
    net->has_data = true;
    know(net, net->known ? net->known : &net->source.train);
    return true;
}

bool net_data(Net *net)
{
    return load_data(net, net->session);
}

/* ---- rows as they are, and as the network takes them ---- */

/* Does the spec want samples to be scaled, by none that the network has seen? */
static bool scale_is_unknown(const Net *net)
{
    return (net->model->data.standardize || net->model->data.standardize_labels) && !net->known;
}

/* These are the first samples: x is theirs, and becomes what the network takes. */
static bool learn_scales(Net *net, const NetSamples *samples, double *x)
{
    const Model *model = net->model;
    Arena *arena = net->session->arena, *own = arena_within(arena);
    const size_t signals = model->signals * model_signal_rows(model), targets = model_predictions(model);
    Dataset first = {.samples = samples->count,
                     .features = model->inputs,
                     .outputs = model->outputs,
                     .observations = model->observations,
                     .signals = signals,
                     .signal_width = model->signals,
                     .x = x};
    if (samples->signals)
        first.signal = copy_of(own, samples->signals, samples->count * signals);
    if (samples->target)
        first.target = copy_of(own, samples->target, samples->count * targets);
    const Standardize what = {model->data.standardize, model->data.standardize_labels};
    const bool found = dataset_standardize(arena, net->session->diagnostics, "x", model, what, &first, NULL);
    arena_free(own);
    if (!found)
        return false;
    net->own = (Dataset){.features = first.features,
                         .outputs = first.outputs,
                         .signal_width = first.signal_width,
                         .scales = first.scales};
    know(net, &net->own);
    return true;
}

/* What will be taken for samples of the caller, whose own arrays are his affair: rows that are scaled, numbers in
 * float, and what a training keeps of inputs that it learns. Little is not summed up. */
static bool affords(Net *net, size_t count, bool scaled, bool training)
{
    enum { GIVEN_AND_KEPT = 5, LITTLE = 1 << 26 };
    const Model *model = net->model;
    const double n = (double)count, rows = n * (double)model->inputs,
                 signals = n * (double)(model->signals * model_signal_rows(model)),
                 arrays = train_arrays(&model->train, model->parameters),
                 learnt = training && model->learns_x ? (GIVEN_AND_KEPT + arrays) * rows : 0,
                 single = model->single ? rows + signals + n * (double)model_predictions(model) : 0,
                 copied = scaled ? rows + signals + n * (double)model_targets(model) : 0,
                 bytes = sizeof(double) * (copied + learnt) + sizeof(float) * single;
    if (bytes < LITTLE)
        return true;
    Budget budget = budget_of(net->session, net->program, 1, training ? 1 + arrays : 2);
    budget_add(&budget, bytes, "copies of the samples", "fewer samples");
    return budget_affords(net->session, (Place){0}, &budget);
}

const double *net_rows(Net *net, const NetSamples *samples, bool training)
{
    const size_t inputs = net->model->inputs, count = samples->count;
    const bool unknown = scale_is_unknown(net);
    if (unknown && !training && !net_data(net))
        return NULL;
    const bool scales = unknown || (net->known && intake_scales(&net->known->scales));
    if (!affords(net, count, scales, training))
        return NULL;
    if (!scales)
        return samples->x;
    double *x = copy_of(renew(net, &net->rows, forget_rows), samples->x, count * inputs);
    if (unknown && training)
        return learn_scales(net, samples, x) ? x : NULL;
    Dataset scaled = {.samples = count, .features = inputs, .x = x};
    dataset_scale(&scaled, net->known);
    return x;
}

void net_rows_bar(const Net *net, size_t count, double *x_bar)
{
    if (net->known)
        intake_narrow(&net->known->scales.x, net->model->inputs, count * net->model->inputs, x_bar);
}

/* The spec's own samples have the weights that its data say, a caller's count the same. */
static Samples samples_of(const Net *net, Arena *arena, const Solver *solver, size_t count, const double *x,
                          const double *signals, const double *target)
{
    const Dataset *own = &net->source.train;
    const double *weight = net->has_data && target && target == own->target ? own->weight : NULL;
    return solver_weighted_samples(arena, solver, count, x, signals, target, weight);
}

void net_gradient(Net *net, size_t count, const double *x, const double *signals, const double *target,
                  double *objective, double *x_bar, double *gradient)
{
    Samples samples = samples_of(net, net_memory(net), net->solver, count, x, signals, target);
    solver_evaluate_inputs(net->solver, &samples, net->state.params, objective, NULL, x_bar, gradient);
}

bool net_second(Net *net)
{
    Session *session = net->session;
    if (solver_second(net->solver))
        net->second = net->solver;
    if (net->second)
        return true;
    const Program *program = gen_second(session->arena, session->diagnostics, net->program);
    if (program)
        net->second = solver_compile(session->arena, session->diagnostics, program, net->pool);
    if (net->second)
        solver_set_scales(net->second, solver_scales(net->solver));
    return net->second;
}

bool net_hessian(Net *net, size_t count, const double *x, const double *signals, const double *target,
                 const double *x_direction, const double *direction, double *x_product, double *product)
{
    const Model *model = net->model;
    if (!net_second(net))
        return false;
    Arena *arena = net_memory(net);
    Samples samples = samples_of(net, arena, net->second, count, x, signals, target);
    double *learnt = ARENA_ARRAY(arena, model->parameters, double);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        for (size_t i = tensor->offset; tensor->learnt && i < tensor->offset + tensor->size; i++)
            learnt[i] = direction[i];
    }
    solver_hessian_inputs(net->second, &samples, net->state.params, x_direction, learnt, x_product, product);
    return true;
}

void net_predict(Net *net, size_t count, const double *x, const double *signals, double *prediction)
{
    Samples samples = solver_samples(net_memory(net), net->solver, count, x, signals, NULL);
    solver_predict(net->solver, &samples, net->state.params, prediction);
}

const Estimates *net_estimates(const Net *net)
{
    size_t bytes = net->model->parameters * sizeof(double);
    return net->estimates && !memcmp(net->estimated_at, net->state.params, bytes) ? net->estimates : NULL;
}

bool net_bands(Net *net, size_t count, const double *x, const double *signals, double *half)
{
    const Estimates *estimates = net_estimates(net);
    const char *missing = estimates        ? estimates->missing
                          : net->estimates ? "the parameters have changed since their training"
                                           : "train by \"gaussnewton\" first";
    if (missing)
        return diagnostics_error(net->session->diagnostics, (Place){0}, "predictions have no bands: %s", missing);
    bands_of(net_memory(net), net->solver, estimates, count, x, signals, net->state.params, half);
    return true;
}

/* ---- parameters and learnt inputs ---- */

/* Of the parameters of a training, and behind them inputs of so many samples. */
static double *unknowns(const Net *net, Arena *arena, size_t count, const double *x)
{
    const Model *model = net->model;
    const size_t total = model_unknowns(model, count);
    double *all = ARENA_ARRAY(arena, total, double);
    memcpy(all, net->state.params, model->parameters * sizeof *all);
    if (total > model->parameters)
        memcpy(all + model->parameters, x, (total - model->parameters) * sizeof *all);
    return all;
}

/* The spec's own samples, if they can be read, for what they say of scales; else nobody knows them yet. */
static void look_for_scales(Net *net)
{
    Session quiet = *net->session;
    quiet.diagnostics = diagnostics_new(quiet.arena);
    if (scale_is_unknown(net))
        load_data(net, &quiet);
}

bool net_save(Net *net, const char *path)
{
    look_for_scales(net);
    Arena *arena = net_memory(net);
    const Metadata metadata = stored_metadata(arena, net->model, net->known);
    return parameters_save(arena, net->session->diagnostics, path, net->model, net->learnt,
                           unknowns(net, arena, net->learnt, net->x), false, &metadata);
}

/* From here on rows are read as those that the parameters of a file were trained on. */
static void adopt_intake(Net *net, Arena *arena, const Dataset *trained)
{
    if (!stored_has_intake(trained)) {
        arena_free(arena);
        return;
    }
    if (net->has_data)
        dataset_scale(&net->source.train, trained);
    if (net->has_data && net->source.test)
        dataset_scale(net->source.test, trained);
    net->own = *trained;
    know(net, &net->own); /* from here on nothing is in the other file's memory */
    arena_free(net->file);
    net->file = arena;
    arena_on_free(arena, forget_file, net);
}

static void take_inputs(Net *net, size_t count, const double *x)
{
    Arena *kept = memory_for_samples(net);
    net->x = ARENA_ARRAY(kept, count * net->model->inputs, double);
    memcpy(net->x, x, count * net->model->inputs * sizeof *x);
    net->learnt = count;
}

bool net_read(Net *net, const char *path)
{
    Arena *kept_with_it = arena_within(net->session->arena);
    Session reading = *net->session;
    Dataset trained;
    size_t count;
    const double *x;
    path = stored_file(net->session->arena, path); /* errors name it, when the rest is gone */
    reading.arena = kept_with_it;
    if (!parameters_find_inputs(net_memory(net), net->session->diagnostics, path, net->model, &count, &x) ||
        !stored_read(&reading, net->model, path, STORED_MODEL, net->state.params, &trained)) {
        arena_free(kept_with_it);
        return false;
    }
    adopt_intake(net, kept_with_it, &trained);
    net->estimates = NULL;
    if (!count)
        return true;
    take_inputs(net, count, x);
    return true;
}

void net_adopt(Net *net, Net *from)
{
    memcpy(net->state.params, from->state.params, net->model->parameters * sizeof(double));
    if (from->learnt)
        take_inputs(net, from->learnt, from->x);
    if (!from->known)
        return;
    net->own = *from->known;
    net->own.samples = 0;
    know(net, &net->own);
    net->file = from->file;
    from->file = NULL;
    if (net->file)
        arena_on_free(net->file, forget_file, net);
}

/* ---- training ---- */

/* Makes room for inputs of those samples, where the model learns them, unless they are the same as before; where they
 * come of a file it takes them to be those of the samples. */
static void adopt(Net *net, size_t count, const double *x)
{
    const size_t numbers = count * net->model->inputs;
    const bool as_many = net->learnt == count;
    if (!net->model->learns_x || (as_many && net->x_given && !memcmp(net->x_given, x, numbers * sizeof *x)))
        return;
    const bool read = as_many && !net->x_given;
    double *both = ARENA_ARRAY(net_memory(net), 2 * numbers, double); /* x may be what is about to go */
    memcpy(both, x, numbers * sizeof *x);
    memcpy(both + numbers, read ? net->x : x, numbers * sizeof *x);
    double *kept = ARENA_ARRAY(memory_for_samples(net), 2 * numbers, double);
    memcpy(kept, both, 2 * numbers * sizeof *x);
    net->x_given = kept;
    net->x = kept + numbers;
    net->learnt = count;
}

/* The state of a training whose parameters are the unknowns. The samples or the parameters may have changed since the
 * call before, so the objective is evaluated anew. */
static TrainResult begin(Net *net, Train *train, double *all)
{
    TrainResult result = train_start(train, all);
    memcpy(all, train->state.params, train->objective->parameters * sizeof *all); /* within their bounds */
    memcpy(net->state.params, all, net->model->parameters * sizeof *all);
    if (!net->trained)
        return result;
    TrainState state = net->state;
    state.params = all;
    state.evaluation = train->state.evaluation;
    state.best = (TrainBest){.params = all, .iteration = state.iteration, .validation = INFINITY};
    train_continue(train, &state);
    return result;
}

/* Copies the state out of the memory of the call. */
static void keep(Net *net, const Train *train)
{
    const TrainState *from = &train->state;
    TrainState *state = &net->state;
    size_t parameters = net->model->parameters, unknown = train->objective->parameters;
    const double *kept = train_kept(train).params;
    memcpy(state->params, kept, parameters * sizeof(double));
    if (unknown > parameters)
        memcpy(net->x, kept + parameters, (unknown - parameters) * sizeof(double));
    size_t size = train_array_size(&net->model->train, unknown);
    if (!net->samples)
        memory_for_samples(net);
    for (int i = 0; i < TRAIN_MOST_ARRAYS && from->arrays[i]; i++) {
        if (!state->arrays[i])
            state->arrays[i] = ARENA_ARRAY(net->samples, size, double);
        memcpy(state->arrays[i], from->arrays[i], size * sizeof(double));
    }
    state->best.iteration = train_kept(train).iteration;
    state->step = from->step;
    state->iteration = from->iteration;
    memcpy(state->evaluations, from->evaluations, sizeof state->evaluations);
    state->gradient_counted = from->gradient_counted;
    state->still = from->still;
    net->trained = true;
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

bool net_test(Net *net, Evaluation *evaluation)
{
    const Dataset *test = net->has_data ? net->source.test : NULL;
    if (!test)
        return false;
    Arena *arena = net_memory(net);
    Samples samples =
        solver_weighted_samples(arena, net->solver, test->samples, test->x, test->signal, test->target, test->weight);
    const Objective objective = sampled_validation(arena, net->solver, &samples, test->target);
    return objective.evaluate(objective.context, net->state.params, NULL, test->samples, evaluation, NULL);
}

bool net_train(Net *net, const NetSamples *on, size_t iterations, const TrainWatch *watch, TrainResult *result)
{
    const Dataset *validation = net->model->train.keep_best ? on->validation : NULL;
    if (!train_suits(net->model, on->count, validation, net->session->diagnostics))
        return false;
    adopt(net, on->count, on->x);
    Arena *arena = net_memory(net);
    Samples samples = samples_of(net, arena, net->solver, on->count, on->x, on->signals, on->target), others;
    Objective objective = sampled_training(arena, net->solver, &samples, on->target), quality;
    if (validation) {
        others = solver_weighted_samples(arena, net->solver, validation->samples, validation->x, validation->signal,
                                         validation->target, validation->weight);
        quality = sampled_validation(arena, net->solver, &others, validation->target);
    }
    Train *train = train_new(arena, &objective, train_settings(arena, net->model, on->count));
    Judge own = {train, validation ? &quality : NULL, watch};
    *result = begin(net, train, unknowns(net, arena, on->count, net->x));
    const size_t before = train->state.iteration;
    if (*result == TRAIN_RUNNING)
        *result = train_iterations(train, iterations, &(TrainWatch){judge, &own});
    keep(net, train);
    net->remarks = NULL;
    if (train->state.iteration > before) {
        Text text = text_new(arena);
        solves_text(&text, train);
        net->remarks = text.data;
    }
    net->estimates = NULL;
    if (objective.squares && isfinite(train->state.evaluation.objective)) {
        Arena *estimated = renew(net, &net->estimated, forget_estimates);
        Estimates *found = ARENA_NEW(estimated, Estimates);
        double *at = ARENA_ARRAY(estimated, net->model->parameters, double);
        *found = estimates_of(estimated, net->model, train);
        net->estimated_at = memcpy(at, net->state.params, net->model->parameters * sizeof *at);
        net->estimates = found;
    }
    return *result != TRAIN_NOT_FINITE || train->state.iteration > before ||
           diagnostics_error(net->session->diagnostics, (Place){0}, "%s",
                             culprit_message(arena, train, net->model,
                                             &(CulpritInputs){net->model->learns_x ? NULL : on->x, NULL}, "present"));
}

#include "workload.h"

#include "gen/emit/cost.h"
#include "runtime/data/dataset.h"
#include "runtime/solver/sampled.h"
#include "runtime/system/file.h"
#include "runtime/solver/initial.h"
#include "runtime/number/lapack.h"
#include "runtime/number/random.h"
#include "runtime/train/bands.h"
#include "runtime/train/train.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

/* What the network computes, and the initial parameters of that: of verlet a two-layer Hamiltonian network (Chang et
 * al. 2018). */
static const char *field_of(Arena *arena, const Task *problem)
{
    const size_t half = problem->width / 2;
    const double size = 1 / (double)problem->width;
    if (strcmp(problem->method, "verlet") != 0)
        return text_print(arena, "activation = \"tanh\", init = { K = normal(%g), b = normal(0.1), W = normal(%g) },",
                          size, size);
    return text_print(
        arena,
        "partition = %zu, explicit = true,\n"
        "  controls = { K1 = matrix(%zu, %zu), b1 = vector(%zu), K2 = matrix(%zu, %zu), b2 = vector(%zu) },\n"
        "  field = function(y, u)\n"
        "    local q, v = y:slice(1, %zu), y:slice(%zu, %zu)\n"
        "    return concat(u.K1:T() * tanh(u.K1 * v + u.b1), -(u.K2:T() * tanh(u.K2 * q + u.b2)))\n"
        "  end,\n"
        "  init = { K1 = normal(%g), b1 = normal(0.1), K2 = normal(%g), b2 = normal(0.1), W = normal(%g) },",
        half, half, half, half, half, half, half, half, half + 1, problem->width, size, size, size);
}

static const char *spec_of(Arena *arena, const Task *problem, const char *keys)
{
    return text_print(arena,
                      "return network {\n"
                      "  name = \"%s\", inputs = %zu, layers = %zu, method = \"%s\",\n"
                      "  step = 0.1, head = { outputs = 1, link = \"sigmoid\" }, loss = \"squared\", real = \"%s\",\n"
                      "  %s %s\n"
                      "}\n",
                      problem->name, problem->width, problem->layers, problem->method,
                      problem->single ? "float" : "double", field_of(arena, problem), keys);
}

static Workload *fail(Diagnostics *diagnostics, Arena *arena)
{
    Text messages = text_new(arena);
    diagnostics_print(diagnostics, &messages);
    fputs(messages.data, stderr);
    return NULL;
}

static void fill(Workload *workload)
{
    Random random = random_stream(1, "bench");
    size_t n = workload->problem.samples, width = workload->problem.width;
    workload->x = ARENA_ARRAY(workload->arena, n * width, double);
    workload->target = ARENA_ARRAY(workload->arena, n, double);
    workload->prediction = ARENA_ARRAY(workload->arena, n, double);
    for (size_t i = 0; i < n * width; i++)
        workload->x[i] = random_normal(&random);
    for (size_t i = 0; i < n; i++)
        workload->target[i] = (double)random_below(&random, 2);
}

/* Every entry as the solver's real type has it. */
static void *converted(Arena *arena, const double *from, size_t count, bool single)
{
    float *to = ARENA_ARRAY(arena, count, float);
    if (!single)
        return (void *)(uintptr_t)from;
    for (size_t i = 0; i < count; i++)
        to[i] = (float)from[i];
    return to;
}

static void load_vendored(Workload *workload, const char *library)
{
    Arena *arena = workload->arena;
    const Model *model = workload->program->description.model;
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        fprintf(stderr, "%s\n", dlerror());
        return;
    }
    void *gradient = dlsym(handle, text_print(arena, "%s_gradient", model->name));
    void *forward = dlsym(handle, text_print(arena, "%s_forward", model->name));
    memcpy(&workload->vendored_gradient, &gradient, sizeof gradient); /* ISO C has no cast to a function */
    memcpy(&workload->vendored_forward, &forward, sizeof forward);
    const Blueprint *blueprint = workload->program->blueprint;
    void *hessian = dlsym(handle, text_print(arena, "%s_hessian", model->name));
    memcpy(&workload->vendored_hessian, &hessian, sizeof hessian);
    workload->work = arena_alloc(arena, blueprint->workspace_bytes > blueprint->hessian_workspace_bytes
                                            ? blueprint->workspace_bytes
                                            : blueprint->hessian_workspace_bytes);
    workload->vendored_params = converted(arena, workload->params, model->parameters, model->single);
    workload->vendored_result = arena_array(arena, model->parameters + workload->problem.samples, sizeof(double));
}

static void build_vendored(Workload *workload, const char *folder, Diagnostics *diagnostics)
{
    Arena *arena = workload->arena;
    const char *name = workload->problem.name, *compiler = getenv("BENCH_CC");
    const char *source = pack_source(arena, workload->program->blueprint);
    const char *header = pack_header(arena, workload->program->blueprint);
    const char *library = text_print(arena, "%s/%s.so", folder, name);
    if (!file_write(diagnostics, text_print(arena, "%s/%s.c", folder, name), source, strlen(source)) ||
        !file_write(diagnostics, text_print(arena, "%s/%s.h", folder, name), header, strlen(header)))
        return;
    const char *command = text_print(arena, "%s -O3 -march=native -fPIC -shared -o '%s' '%s/%s.c'",
                                     compiler ? compiler : "gcc", library, folder, name);
    if (system(command) != 0)
        fprintf(stderr, "no vendored row for %s: %s failed\n", name, command);
    else
        load_vendored(workload, library);
}

static bool build_native(Workload *workload, Diagnostics *diagnostics, Pool *pool)
{
    workload->native = solver_compile(workload->arena, diagnostics, workload->program, pool);
    return workload->native && solver_set_backend(workload->native, diagnostics, workload->program, BACKEND_CC);
}

/* The program of the spec at path, compiled, at its initial parameters; what workload_new and workload_paper share. */
static bool compile(Workload *workload, Diagnostics *diagnostics, const char *path, Pool *pool)
{
    Arena *arena = workload->arena;
    double start = measure_clock();
    workload->program = gen_program(arena, diagnostics, path, "specs");
    if (!workload->program)
        return false;
    workload->seconds_generate = measure_clock() - start;
    start = measure_clock();
    workload->solver = solver_compile(arena, diagnostics, workload->program, pool);
    if (!workload->solver)
        return false;
    workload->seconds_compile = measure_clock() - start;
    const Model *model = workload->program->description.model;
    workload->params = ARENA_ARRAY(arena, model->parameters, double);
    workload->gradient = ARENA_ARRAY(arena, model->parameters, double);
    initial_parameters(model, 1, workload->params);
    return true;
}

static void convert_samples(Workload *workload)
{
    const Task *problem = &workload->problem;
    workload->samples.count = problem->samples;
    workload->samples.x = converted(workload->arena, workload->x, problem->samples * problem->width, problem->single);
    workload->samples.target = converted(workload->arena, workload->target, problem->samples, problem->single);
}

Workload *workload_with(Arena *arena, const Task *problem, const char *keys, const char *folder, Pool *pool)
{
    Workload *workload = ARENA_NEW(arena, Workload);
    Diagnostics *diagnostics = diagnostics_new(arena);
    const char *spec = spec_of(arena, problem, keys), *path = text_print(arena, "%s/%s.lua", folder, problem->name);
    *workload = (Workload){.arena = arena, .problem = *problem};
    if (!file_write(diagnostics, path, spec, strlen(spec)) || !compile(workload, diagnostics, path, pool))
        return fail(diagnostics, arena);
    fill(workload);
    convert_samples(workload);
    return workload;
}

Workload *workload_new(Arena *arena, const Task *problem, const char *folder, Pool *pool, bool vendored)
{
    Workload *workload = workload_with(arena, problem, "", folder, pool);
    Diagnostics *diagnostics = diagnostics_new(arena);
    if (workload && vendored)
        build_vendored(workload, folder, diagnostics);
    if (workload && vendored && !build_native(workload, diagnostics, pool))
        return fail(diagnostics, arena);
    return diagnostics_errors(diagnostics) ? fail(diagnostics, arena) : workload;
}

Workload *workload_in(Arena *arena, const Task *problem, Form form, const char *folder, Pool *pool)
{
    Workload *workload = workload_with(arena, problem, "", folder, pool);
    Diagnostics *diagnostics = diagnostics_new(arena);
    const Edition edition = {.block = LARGEST_BLOCK, .form = form};
    if (!workload)
        return NULL;
    workload->program = gen_edition(arena, diagnostics, workload->program, problem->single, &edition);
    if (!workload->program)
        return fail(diagnostics, arena);
    build_vendored(workload, folder, diagnostics);
    return diagnostics_errors(diagnostics) ? fail(diagnostics, arena) : workload;
}

Workload *workload_second(Arena *arena, const Task *problem, const char *folder, Pool *pool)
{
    Workload *workload = workload_with(arena, problem, "", folder, pool);
    Diagnostics *diagnostics = diagnostics_new(arena);
    if (!workload)
        return NULL;
    workload->program = gen_second(arena, diagnostics, workload->program);
    if (!workload->program)
        return fail(diagnostics, arena);
    build_vendored(workload, folder, diagnostics);
    return diagnostics_errors(diagnostics) ? fail(diagnostics, arena) : workload;
}

Workload *workload_paper(Arena *arena, const char *name, const char *method, Pool *pool)
{
    Workload *workload = ARENA_NEW(arena, Workload);
    Diagnostics *diagnostics = diagnostics_new(arena);
    Dataset data;
    workload->arena = arena;
    if (!compile(workload, diagnostics, text_print(arena, "specs/paper/%s.lua", name), pool))
        return fail(diagnostics, arena);
    const Model *model = workload->program->description.model;
    const DatasetOptions options = dataset_options(model, &model->data);
    if (!dataset_generate(arena, diagnostics, &options, model->data.source, model->data.samples, model->seed, "train",
                          &data))
        return fail(diagnostics, arena);
    workload->problem = (Task){name, method, model->width, model->layers, data.samples, model->single};
    workload->x = data.x;
    workload->target = data.target;
    convert_samples(workload);
    return workload;
}

/* Counts of prey and predators around those that stay as they are. */
static double *counts(Arena *arena, Random *random, size_t count)
{
    double *values = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++)
        values[i] = (i % 2 ? 2.75 : 4) * (0.75 + 0.5 * random_uniform(random));
    return values;
}

Workload *workload_trajectories(Arena *arena, size_t samples, size_t layers, const char *folder, Pool *pool)
{
    static const char name[] = "lotka_volterra";
    Workload *workload = ARENA_NEW(arena, Workload);
    Diagnostics *diagnostics = diagnostics_new(arena);
    Random random = random_stream(1, "bench");
    const char *path = text_print(arena, "%s/%s.lua", folder, name);
    const char *spec = text_print(
        arena,
        "return network {\n"
        "  name = \"%s\", inputs = 2, layers = %zu, step = 0.05, method = \"kutta4\", observe = 10,\n"
        "  controls = { rate = vector(4) }, span = { rate = \"all\" }, init = { rate = { 1.1, 0.4, 0.1, 0.4 } },\n"
        "  field = function(y, u)\n"
        "    return concat(y[1] * (u.rate[1] - u.rate[2] * y[2]), y[2] * (u.rate[3] * y[1] - u.rate[4]))\n"
        "  end, loss = \"squared\",\n"
        "}\n",
        name, layers);
    *workload = (Workload){.arena = arena, .problem = {name, "kutta4", 2, layers, samples, false}};
    if (!file_write(diagnostics, path, spec, strlen(spec)) || !compile(workload, diagnostics, path, pool))
        return fail(diagnostics, arena);
    workload->x = counts(arena, &random, 2 * samples);
    workload->target = counts(arena, &random, samples * model_predictions(workload->program->description.model));
    workload->samples = solver_samples(arena, workload->solver, samples, workload->x, NULL, workload->target);
    build_vendored(workload, folder, diagnostics);
    if (!build_native(workload, diagnostics, pool))
        return fail(diagnostics, arena);
    return diagnostics_errors(diagnostics) ? fail(diagnostics, arena) : workload;
}

enum { PONDS = 6 };
static const double pond_noise[2] = {0.6, 0.2};

Workload *workload_noisy(Arena *arena, const double *rates, const char *folder, Pool *pool)
{
    static const double starts[PONDS][2] = {{10, 3}, {6, 2}, {4, 4}, {8, 1}, {3, 2}, {12, 5}};
    Workload *workload = ARENA_NEW(arena, Workload);
    Diagnostics *diagnostics = diagnostics_new(arena);
    const char *path = text_print(arena, "%s/noisy.lua", folder);
    const char *spec = text_print(
        arena,
        "return network {\n"
        "  name = \"noisy\", inputs = 2, layers = 48, step = 0.25, method = \"kutta4\", observe = 2,\n"
        "  controls = { rate = vector(4) }, span = { rate = \"all\" }, init = { rate = { 1, 0.3, 0.05, 0.3 } },\n"
        "  field = function(y, u)\n"
        "    return concat(y[1] * (u.rate[1] - u.rate[2] * y[2]), y[2] * (u.rate[3] * y[1] - u.rate[4]))\n"
        "  end, loss = \"squared\", noise = { %g, %g },\n"
        "  train = { algorithm = \"gaussnewton\", iterations = 100 },\n"
        "}\n",
        pond_noise[0], pond_noise[1]);
    workload->arena = arena;
    workload->problem = (Task){"noisy", "kutta4", 2, 48, PONDS, false};
    if (!lapack_ready(diagnostics) || !file_write(diagnostics, path, spec, strlen(spec)) ||
        !compile(workload, diagnostics, path, pool))
        return fail(diagnostics, arena);
    size_t numbers = PONDS * model_predictions(workload->program->description.model);
    workload->x = ARENA_ARRAY(arena, PONDS * 2, double);
    memcpy(workload->x, starts, sizeof starts);
    workload->target = ARENA_ARRAY(arena, numbers, double);
    workload->prediction = ARENA_ARRAY(arena, numbers, double);
    workload->samples = solver_samples(arena, workload->solver, PONDS, workload->x, NULL, workload->target);
    double *params = ARENA_ARRAY(arena, workload->program->description.model->parameters, double);
    memcpy(params, workload->params, workload->program->description.model->parameters * sizeof *params);
    memcpy(params, rates, 4 * sizeof *params);
    solver_predict(workload->solver, &workload->samples, params, workload->prediction);
    return workload;
}

static bool go_on(void *context, const TraceRow *row)
{
    (void)context;
    (void)row;
    return true;
}

/* The share of predictions whose band holds the true one. */
static double share_in_bands(Arena *arena, const Workload *workload, const Estimates *found, const double *params)
{
    size_t count = PONDS * model_predictions(workload->program->description.model), held = 0;
    double *half = ARENA_ARRAY(arena, count, double), *prediction = ARENA_ARRAY(arena, count, double);
    solver_predict(workload->solver, &workload->samples, params, prediction);
    bands_of(arena, workload->solver, found, PONDS, workload->x, NULL, params, half);
    for (size_t i = 0; i < count; i++)
        held += fabs(prediction[i] - workload->prediction[i]) <= half[i];
    return (double)held / (double)count;
}

bool workload_estimate(Workload *workload, size_t set, double *estimates, double *errors, double *banded)
{
    const Model *model = workload->program->description.model;
    Arena *arena = arena_within(workload->arena);
    Random random = random_stream(set + 1, "noisy set");
    for (size_t i = 0; i < PONDS * model_predictions(model); i++)
        workload->target[i] = workload->prediction[i] + pond_noise[i % 2] * random_normal(&random);
    Objective objective = sampled_training(arena, workload->solver, &workload->samples, workload->target);
    Train *train = train_new(arena, &objective, train_settings(arena, model, objective.samples));
    if (train_start(train, workload->params) == TRAIN_RUNNING)
        train_iterations(train, model->train.iterations, &(TrainWatch){go_on, NULL});
    const Estimates found = estimates_of(arena, model, train);
    bool known = !found.missing;
    for (size_t k = 0; known && k < found.count; k++) {
        estimates[k] = train_kept(train).params[found.index[k]];
        errors[k] = found.errors[k];
    }
    if (known)
        *banded = share_in_bands(arena, workload, &found, train_kept(train).params);
    arena_free(arena);
    return known;
}

double workload_gradient(void *context)
{
    Workload *workload = context;
    solver_evaluate(workload->solver, &workload->samples, workload->params, &workload->objective, NULL,
                    workload->gradient);
    return -1;
}

double workload_forward(void *context)
{
    Workload *workload = context;
    solver_predict(workload->solver, &workload->samples, workload->params, workload->prediction);
    return -1;
}

double workload_native_gradient(void *context)
{
    Workload *workload = context;
    solver_evaluate(workload->native, &workload->samples, workload->params, &workload->objective, NULL,
                    workload->gradient);
    return -1;
}

double workload_native_forward(void *context)
{
    Workload *workload = context;
    solver_predict(workload->native, &workload->samples, workload->params, workload->prediction);
    return -1;
}

double workload_vendored_gradient(void *context)
{
    Workload *workload = context;
    double objective[1];
    workload->vendored_gradient(workload->samples.count, workload->samples.x, workload->samples.target,
                                workload->vendored_params, objective, workload->vendored_result, workload->work);
    return -1;
}

double workload_vendored_forward(void *context)
{
    Workload *workload = context;
    workload->vendored_forward(workload->samples.count, workload->samples.x, workload->vendored_params,
                               workload->vendored_result, workload->work);
    return -1;
}

double workload_vendored_hessian(void *context)
{
    Workload *workload = context;
    workload->vendored_hessian(workload->samples.count, workload->samples.x, workload->samples.target,
                               workload->vendored_params, workload->vendored_params, workload->vendored_result,
                               workload->work);
    return -1;
}

double workload_train(void *context)
{
    Workload *workload = context;
    Arena *arena = arena_within(workload->arena);
    Objective objective = sampled_objective(arena, workload->solver, &workload->samples, workload->target);
    Train *train =
        train_new(arena, &objective, train_settings(arena, workload->program->description.model, objective.samples));
    train_start(train, workload->params);
    for (int i = 0; i < WORKLOAD_ITERATIONS; i++)
        train_iterate(train);
    workload->objective = train->state.evaluation.objective;
    arena_free(arena);
    return -1;
}

Work workload_work(const Workload *workload, bool gradient)
{
    Cost forward = cost_forward(workload->program->blueprint);
    Cost adjoint = cost_adjoint(workload->program->blueprint);
    double n = (double)workload->problem.samples;
    Work work = {n * (forward.multiplications + forward.additions), n * forward.activations};
    if (gradient) {
        work.flops += n * (adjoint.multiplications + adjoint.additions);
        work.activations += n * adjoint.activations;
    }
    return work;
}

/* The training step that is emitted for a device takes the parameters where the algorithms of the program take them. */
#include "gen/emit/bundle.h"
#include "runtime/train/train.h"
#include "tests/unit/compiled.h"

#include <dlfcn.h>

TestSuite(device, .init = fixture_open, .fini = fixture_close, .timeout = 120);

typedef void TrainStart(void *training);
typedef void TrainStartInputs(size_t n, void *x_memory, void *training);
typedef int TrainStep(size_t n, void *x, const void *target, void *params, void *training, void *work);

enum { SAMPLES = 40, ITERATIONS = 12 };

/* A network whose K and W, and inputs where it learns them, are bounded, but not b between them; key is one more. */
static const char *bounded_spec(const char *key, const char *train)
{
    return text_print(
        arena,
        "return network { name = 'bounded', inputs = 2, layers = 4, method = 'kutta3', activation = 'tanh',\n"
        "  head = { outputs = 2, link = 'identity' }, loss = 'squared', average = true,\n"
        "  bounds = { K = { -0.3, 0.1 }, W = { { { 0.2, -inf }, { -1, -1 } }, inf }%s },\n"
        "  %s train = { %s } }\n",
        strstr(key, "'x'") ? ", x = { -0.5, { 0.6, inf } }" : "", key, train);
}

/* The same without bounds. */
static const char *free_spec(const char *key, const char *train)
{
    const char *bounded = bounded_spec(key, train), *bounds = strstr(bounded, "bounds");
    return text_print(arena, "%.*s%s", (int)(bounds - bounded), bounded, strchr(bounds, '\n'));
}

static void *emitted(const Program *program)
{
    const char *name = program->description.model->name;
    fixture_text(text_print(arena, "%s.h", name), pack_header(arena, program->blueprint));
    const char *path = fixture_text(text_print(arena, "%s.c", name), pack_source(arena, program->blueprint));
    const char *library = fixture_path("bounded.so");
    const char *command =
        text_print(arena, "cc -O1 -Wall -Wextra -Wconversion -Werror -shared -fPIC -o %s %s -lm", library, path);
    cr_assert_eq(system(command), 0, "%s", command);
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(handle, "%s", dlerror());
    return handle;
}

static void load(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    cr_assert_not_null(symbol, "%s", name);
    memcpy(function, &symbol, sizeof symbol);
}

static void *narrowed(const double *values, size_t count, bool single)
{
    double *wide = ARENA_ARRAY(arena, count, double);
    float *narrow = ARENA_ARRAY(arena, count, float);
    for (size_t i = 0; i < count; i++) {
        wide[i] = values[i];
        narrow[i] = (float)values[i];
    }
    return single ? (void *)narrow : wide;
}

static double entry(const void *values, size_t i, bool single)
{
    return single ? (double)((const float *)values)[i] : ((const double *)values)[i];
}

/* As much as the algorithm that needs the most. */
static void *inputs_memory(const Model *model)
{
    const size_t arrays = algorithm_input_arrays(&model->train, true);
    return ARENA_ARRAY(arena, arrays * (model->parameters + SAMPLES * model->inputs), double);
}

/* Begins a training; memory for it and for the inputs that are learnt. */
static void *begin(void *library, const Model *model)
{
    const size_t pairs = model->train.memory ? model->train.memory : 1; /* no algorithm keeps more */
    void *training = ARENA_ARRAY(arena, (2 * pairs + 1) * model->parameters + 16, double);
    TrainStartInputs *start_inputs;
    TrainStart *start;
    load(library, "bounded_train_start", model->learns_x ? (void *)&start_inputs : &start);
    if (model->learns_x)
        start_inputs(SAMPLES, inputs_memory(model), training);
    else
        start(training);
    return training;
}

/* Its emitted step, a sample at a time, and a training that begins. Returns the library, to be closed. */
static void *begun(const Compiled *compiled, TrainStep **step, void **training)
{
    void *library =
        emitted(gen_edition(arena, diagnostics, compiled->program, false, &(Edition){.block = 1, .trainer = true}));
    load(library, "bounded_train_step", step);
    *training = begin(library, compiled->model);
    return library;
}

/* The same iterations by the program and by the emitted step, both from parameters outside of the bounds. */
static void expect_same_training(const char *spec, double tolerance)
{
    Compiled compiled = compiled_of(spec, 1, SAMPLES);
    const Model *model = compiled.model;
    size_t parameters = model->parameters, inputs = model->learns_x ? SAMPLES * model->inputs : 0;
    Objective objective = sampled_training(arena, compiled.solver, &compiled.samples, compiled.target);
    Train *train = train_new(arena, &objective, train_settings(arena, model, SAMPLES));
    const Program *program =
        gen_edition(arena, diagnostics, compiled.program, model->single, &(Edition){.block = 8, .trainer = true});
    void *library = emitted(program);
    TrainStep *step;
    load(library, "bounded_train_step", &step);
    const Tensor *dt = model_tensor(model, "dt");
    for (size_t i = 0; i < parameters; i++)
        compiled.params[i] = dt->offset <= i && i < dt->offset + dt->size ? model->step : 2 * compiled.params[i];
    double *unknowns = ARENA_ARRAY(arena, parameters + inputs, double);
    memcpy(unknowns, compiled.params, parameters * sizeof *unknowns);
    memcpy(unknowns + parameters, compiled.x, inputs * sizeof *unknowns);
    void *params = narrowed(unknowns, parameters, model->single);
    void *x = narrowed(compiled.x, SAMPLES * model->inputs, model->single);
    void *work = arena_alloc(arena, program->blueprint->training_workspace_bytes);
    void *training = begin(library, model);
    size_t held = model_held(model) ? 0 : 3;
    cr_assert_eq(train_start(train, unknowns), TRAIN_RUNNING);
    for (size_t k = 0; k < ITERATIONS; k++) {
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
        cr_assert_eq(step(SAMPLES, x, compiled.samples.target, params, training, work), 0);
    }
    for (size_t i = 0; i < inputs; i++) {
        double here = train->state.params[parameters + i], there = entry(x, i, model->single);
        cr_expect_leq(fabs(here - there), tolerance, "x[%zu]: %g, %g", i, here, there);
        cr_expect(here != compiled.x[i] || (model->x_lower && here >= model->x_upper[i % model->inputs]) ||
                  (model->x_lower && here <= model->x_lower[i % model->inputs]));
        held +=
            model->x_lower && (here <= model->x_lower[i % model->inputs] || here >= model->x_upper[i % model->inputs]);
    }
    for (size_t t = 0; t < model->tensor_count; t++)
        for (size_t i = 0; i < model->tensors[t].size; i++) {
            const Tensor *tensor = &model->tensors[t];
            double here = train->state.params[tensor->offset + i],
                   there = entry(params, tensor->offset + i, model->single);
            cr_expect_leq(fabs(here - there), tolerance, "%s[%zu]: %g, %g", tensor->name, i, here, there);
            held += tensor->lower && (here <= tensor->lower[i] || here >= tensor->upper[i]);
        }
    cr_expect(held > 2, "%zu at a bound", held);
    dlclose(library);
}

Test(device, bounds_are_those_of_the_program)
{
    static const char *const trains[] = {"search = 'armijo'", "search = 'lipschitz'",
                                         "algorithm = 'adam', rate = 0.05, batch = 100",
                                         "algorithm = 'adam', rate = cosine(0.05, 0.001), weight_decay = 0.2, "
                                         "batch = 100, epochs = 8"};
    static const char *const keys[] = {"", "learn = { 'K', 'W', 'dt' }, simplex = true,",
                                       "learn = { 'K', 'W', 'b', 'x' },"};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 3; k++)
            expect_same_training(bounded_spec(keys[k], trains[i]), 1e-12);
}

/* Every search ends by the same comparisons, so that rounding alone tells the two apart. */
Test(device, lbfgs_is_that_of_the_program)
{
    static const char *const memories[] = {"1", "3", "10"};
    for (size_t k = 0; k < 3; k++)
        expect_same_training(bounded_spec("", text_print(arena, "algorithm = 'lbfgs', memory = %s", memories[k])),
                             1e-13);
    expect_same_training(bounded_spec("real = 'float',", "algorithm = 'lbfgs'"), 2e-3);
    expect_same_training(bounded_spec("learn = { 'K', 'W', 'b', 'x' },", "algorithm = 'lbfgs', memory = 3"), 1e-12);
    expect_same_training(free_spec("learn = { 'K', 'x' },", "algorithm = 'lbfgs'"), 1e-12);
}

Test(device, bounds_in_float)
{
    expect_same_training(bounded_spec("real = 'float',", "search = 'lipschitz'"), 2e-5);
    expect_same_training(bounded_spec("real = 'float',", "algorithm = 'adam', rate = 0.05, batch = 100"), 2e-4);
    expect_same_training(bounded_spec("real = 'float', learn = { 'K', 'W', 'x' },", "search = 'armijo'"), 2e-5);
    expect_same_training(bounded_spec("real = 'float',", "algorithm = 'adam', rate = cosine(0.05, 0.001), weight_decay "
                                                         "= 0.2, batch = 100, epochs = 8"),
                         2e-4);
}

/* To the minimum of a line within bounds, which is not at them: 0 until then, and then why it ends. */
Test(device, lbfgs_says_why_it_ends)
{
    Compiled compiled =
        compiled_of("return network { name = 'bounded', inputs = 1, layers = 1, method = 'euler',\n"
                    "  controls = { v = vector(1) }, field = function(y, u) return u.v^2 end,\n"
                    "  head = { outputs = 1, link = 'identity' }, loss = 'squared', learn = { 'v' },\n"
                    "  init = { W = 1 }, bounds = { v = { 0.5, 4 } }, train = { algorithm = 'lbfgs' } }\n",
                    1, 1);
    TrainStep *step;
    void *training, *library = begun(&compiled, &step, &training);
    double params[] = {3, 1, 1, 0}, x = 0, target = 2;
    void *work = arena_alloc(arena, 1 << 16);
    cr_expect_eq(step(1, &x, &target, NULL, training, work), 1);
    int result = 0;
    for (int k = 0; k < 30 && !result; k++)
        result = step(1, &x, &target, params, training, work);
    cr_expect_eq(result, 5);
    cr_expect_float_eq(params[0], sqrt(2), 1e-7);
    const double kept = params[0];
    target = NAN;
    cr_expect_eq(step(1, &x, &target, params, training, work), 3);
    target = 0.1;
    for (int k = 0; k < 30 && (k == 0 || !result); k++)
        result = step(1, &x, &target, params, training, work);
    cr_expect_eq(result, 2);
    cr_expect_eq(params[0], 0.5);
    cr_expect_neq(kept, 0.5);
    dlclose(library);
}

/* A step has the gradient of the one before: what it sees of samples that change in between are its trials. */
Test(device, lbfgs_evaluates_each_point_once)
{
    Compiled compiled = compiled_of(bounded_spec("", "algorithm = 'lbfgs'"), 1, SAMPLES);
    TrainStep *step;
    void *training, *library = begun(&compiled, &step, &training), *work = arena_alloc(arena, 1 << 16);
    double *params = compiled.params, *nothing = ARENA_ARRAY(arena, SAMPLES * 2, double);
    for (size_t i = 0; i < SAMPLES * 2; i++)
        nothing[i] = NAN;
    cr_assert_eq(step(SAMPLES, compiled.x, compiled.target, params, training, work), 0);
    cr_expect_eq(step(SAMPLES, compiled.x, nothing, params, training, work), 4);
    cr_expect_eq(step(SAMPLES, compiled.x, nothing, params, training, work), 3);
    cr_expect_eq(step(SAMPLES, compiled.x, compiled.target, params, training, work), 0);
    dlclose(library);
}

/* At a corner of the bounds that the gradient points out of a step says that it is zero. */
Test(device, a_gradient_that_points_out_of_the_bounds_is_zero)
{
    Compiled compiled = compiled_of("return network { name = 'bounded', inputs = 1, layers = 1, method = 'euler',\n"
                                    "  controls = { v = vector(1) }, field = function(y, u) return u.v end,\n"
                                    "  head = { outputs = 1, link = 'identity' }, loss = 'squared', learn = { 'v' },\n"
                                    "  init = { W = 1 }, bounds = { v = { 3, 4 } } }\n",
                                    1, 1);
    TrainStep *step;
    void *training, *library = begun(&compiled, &step, &training);
    double params[] = {9, 1, 1, 0}, x = 0, target = 1;
    void *work = arena_alloc(arena, 1 << 16);
    cr_expect_eq(step(1, &x, &target, params, training, work), 0);
    cr_expect_float_eq(params[0], 3.7, 1e-12);
    for (int k = 0; k < 3 && params[0] > 3; k++)
        cr_assert_eq(step(1, &x, &target, params, training, work), 0);
    cr_expect_eq(params[0], 3);
    cr_expect_eq(step(1, &x, &target, params, training, work), 2);
    dlclose(library);
}

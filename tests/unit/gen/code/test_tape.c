/* tape: whatever a gradient keeps, it has the same bits; what it computes again is the least that can be. */
#include "gen/emit/bundle.h"
#include "tests/unit/compiled.h"
#include "tests/unit/variety.h"

#include <dlfcn.h>

TestSuite(tape, .init = fixture_open, .fini = fixture_close, .timeout = 300);

/* The spec with other layers, and with a key more. */
static const char *planned(const char *spec, size_t layers, const char *key)
{
    static const char layered[] = "layers = ", opening[] = "return network {";
    const char *at = strstr(spec, layered) + sizeof layered - 1;
    const char *rest = at + strspn(at, "0123456789");
    const char *start = spec + sizeof opening - 1;
    return text_print(arena, "%s %s %.*s%zu%s", opening, key, (int)(at - start), start, layers, rest);
}

static bool has_plan(const char *spec)
{
    return strstr(spec, "recompute") || strstr(spec, "checkpoints");
}

/* The plans that are compared; the first keeps everything. */
enum { PLANS = 7 };
static const char *plan_of(size_t plan, size_t layers)
{
    const size_t checkpoints[PLANS] = {0, 0, 1, 2, 3, layers, layers + 5};
    if (plan < 2)
        return plan ? "recompute = true," : "";
    return text_print(arena, "checkpoints = %zu,", checkpoints[plan]);
}

static Tape tape_of(size_t layers, size_t checkpoints)
{
    Model model = {.layers = layers, .checkpoints = checkpoints, .recompute = true};
    return tape_plan(&model);
}

/* ---- how much is computed again ---- */

enum { MOST = 120 };

/* The least number of steps taken again for l layers with c checkpoints, by trying every place for the second one. */
static void find_optima(double optimum[MOST + 1][MOST + 1])
{
    for (size_t l = 1; l <= MOST; l++)
        for (size_t c = 1; c <= MOST; c++) {
            optimum[l][c] = (double)l * (double)(l - 1) / 2;
            for (size_t m = 1; c > 1 && m < l; m++)
                optimum[l][c] = fmin(optimum[l][c], (double)m + optimum[m][c] + optimum[l - m][c - 1]);
        }
}

Test(tape, no_placement_of_checkpoints_needs_fewer_steps)
{
    static double optimum[MOST + 1][MOST + 1];
    find_optima(optimum);
    for (size_t l = 1; l <= MOST; l++)
        for (size_t c = 1; c <= l; c++) {
            const Tape tape = tape_of(l, c);
            cr_assert_eq(tape_recomputed(&tape), optimum[l][c], "%zu layers, %zu checkpoints", l, c);
        }
}

/* The sum over r of max(0, l - (c + r)! / (c! r!)): layers that are not done after r steps of each. */
static double steps_again(double l, double c)
{
    double sum = 0, reach = 1;
    for (double r = 0; reach < l; r++) {
        sum += l - reach;
        reach = round(reach * (c + r + 1) / (r + 1));
    }
    return sum;
}

Test(tape, millions_of_layers)
{
    static const size_t checkpoints[] = {1, 2, 3, 10, 100, 9999999, 10000000};
    for (size_t i = 0; i < sizeof checkpoints / sizeof *checkpoints; i++) {
        const Tape tape = tape_of(10000000, checkpoints[i]);
        cr_assert_eq(tape_recomputed(&tape), steps_again(1e7, (double)checkpoints[i]), "%zu", checkpoints[i]);
    }
}

Test(tape, everything_kept_nothing_again)
{
    Model model = {.layers = 9, .checkpoints = 9};
    const Tape kept = tape_plan(&model), again = tape_of(9, 9);
    cr_assert(kept.records == 9 && kept.states == 10 && tape_recomputed(&kept) == 0);
    cr_assert(again.records == 1 && again.states == 10 && tape_recomputed(&again) == 8);
}

/* ---- vendored solvers ---- */

typedef int Gradient(size_t n, const void *x, const void *target, const void *params, void *objective, void *gradient,
                     void *work);
typedef int Pullback(size_t n, const void *x, const void *params, const void *bar, void *x_bar, void *gradient,
                     void *work);
typedef void TrainStart(void *training);
typedef int TrainStep(size_t n, const void *x, const void *target, void *params, void *training, void *work);

static bool is_installed(const char *command)
{
    const char *program = arena_string(arena, command, strcspn(command, " "));
    return system(text_print(arena, "command -v %s >/dev/null 2>&1", program)) == 0;
}

/* NAME.c as the compiler makes a library of it, loaded. */
static void *library_of(const Blueprint *blueprint, const char *source, const char *compiler)
{
    const char *name = blueprint->network->model->name;
    fixture_text(text_print(arena, "%s.h", name), pack_header(arena, blueprint));
    const char *path = fixture_text(text_print(arena, "%s.c", name), source);
    const char *library = fixture_path(text_print(arena, "%zu.so", noise_between(0, 1000000000)));
    const char *command = text_print(arena, "%s -shared -fPIC -o %s %s -lm", compiler, library, path);
    cr_assert_eq(system(command), 0, "%s", command);
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(handle, "%s", dlerror());
    return handle;
}

static void load(void *library, const Model *model, const char *name, void *function)
{
    void *symbol = dlsym(library, text_print(arena, "%s_%s", model->name, name));
    cr_assert_not_null(symbol, "%s", name);
    memcpy(function, &symbol, sizeof symbol);
}

static void *reals(const Model *model, size_t count)
{
    double *wide = ARENA_ARRAY(arena, count + 1, double);
    float *narrow = ARENA_ARRAY(arena, count + 1, float);
    for (size_t i = 0; i < count; i++) {
        wide[i] = real_noise(model) / 2;
        narrow[i] = (float)wide[i];
    }
    return model->single ? (void *)narrow : wide;
}

typedef struct {
    size_t n;
    const void *x, *target, *params;
} Instance;

/* Everything that a solver computes with the tape, one after the other: bytes to compare. */
static const char *results_of(const Blueprint *blueprint, void *library, const Instance *problem, size_t *size)
{
    enum { STEPS = 2, TRAINING_BYTES = 64 /* more than a training without Adam */ };
    const Model *model = blueprint->network->model;
    size_t real = model->single ? 4 : 8, parameters = model->parameters * real;
    size_t inputs = problem->n * model->inputs * real;
    Gradient *gradient;
    Pullback *pullback;
    TrainStart *start;
    TrainStep *step;
    load(library, model, "gradient", &gradient);
    load(library, model, "pullback", &pullback);
    load(library, model, "train_start", &start);
    load(library, model, "train_step", &step);
    *size = real + 3 * parameters + inputs + TRAINING_BYTES;
    char *objective = arena_alloc(arena, *size), *first = objective + real, *x_bar = first + parameters;
    char *second = x_bar + inputs, *trained = second + parameters, *training = trained + parameters;
    void *work = arena_alloc(arena, blueprint->training_workspace_bytes);
    cr_assert_eq(gradient(problem->n, problem->x, problem->target, problem->params, objective, first, work), 0);
    cr_assert_eq(pullback(problem->n, problem->x, problem->params, problem->target, x_bar, second, work), 0);
    memcpy(trained, problem->params, parameters);
    double aligned[TRAINING_BYTES / sizeof(double)] = {0};
    start(aligned);
    for (int i = 0; i < STEPS; i++) { /* where the first step is rejected, then by all in the same way */
        int status = step(problem->n, problem->x, problem->target, trained, aligned, work);
        aligned[TRAINING_BYTES / sizeof(double) - 1] += status;
    }
    memcpy(training, aligned, TRAINING_BYTES);
    return objective;
}

static void expect_same_bits_vendored(const char *spec, const char *compiler, size_t block, size_t few)
{
    enum { LAYERS = 6 };
    const size_t plans[] = {0, 1, few};
    const char *kept = NULL;
    Instance problem = {.n = 70};
    size_t size;
    for (size_t i = 0; i < 3; i++) {
        const char *plan = plan_of(plans[i], LAYERS);
        const Program *program = program_of(planned(spec, LAYERS, plan));
        const Model *model = program->description.model;
        program = gen_edition(arena, diagnostics, program, model->single, &(Edition){.block = block, .trainer = true});
        if (!kept) {
            problem.x = reals(model, problem.n * model->inputs);
            problem.target = reals(model, problem.n * model->outputs);
            problem.params = reals(model, model->parameters);
        }
        const char *source = pack_source(arena, program->blueprint);
        void *library = library_of(program->blueprint, source, compiler);
        const char *results = results_of(program->blueprint, library, &problem, &size);
        cr_expect(!kept || memcmp(results, kept, size) == 0, "%s by %s: %s", model->name, compiler, plan);
        kept = kept ? kept : results;
        dlclose(library);
    }
}

/* Where a*b+c is contracted, and what is inlined, differs between them. */
Test(tape, vendored_gradients_have_the_same_bits)
{
    static const char *const compilers[] = {"gcc -O3 -march=native -ffp-contract=fast",
                                            "clang -O3 -march=native -ffp-contract=fast",
                                            "tcc",
                                            "gcc -O0",
                                            "gcc -O2 -march=native -ffp-contract=fast",
                                            "gcc -O1 -march=native",
                                            "gcc -Os -march=native",
                                            "clang -O1 -march=native -ffp-contract=on",
                                            "gcc -O3 -march=native -ffp-contract=off"};
    enum { COMPILERS = sizeof compilers / sizeof *compilers };
    for (size_t k = 0; k < VARIETY; k++)
        if (!has_plan(variety[k]) && is_installed(compilers[k % COMPILERS]))
            expect_same_bits_vendored(variety[k], compilers[k % COMPILERS], k % 4 == 3 ? 1 : 64, 2 + k % 3);
}

/* Inlined or cloned, a routine could round in another way here than there. */
Test(tape, compilers_make_one_function_of_a_routine)
{
    static const char *const compilers[] = {"gcc -O3 -march=native", "gcc -Os", "clang -O3 -march=native"};
    const Program *program = program_of(planned(variety[0], 6, "checkpoints = 2,"));
    const char *source = pack_source(arena, program->blueprint), *library = fixture_path("symbols");
    for (size_t c = 0; c < 3; c++) {
        if (!is_installed(compilers[c]))
            continue;
        fixture_text("kutta4_d2.h", pack_header(arena, program->blueprint));
        const char *path = fixture_text("kutta4_d2.c", source);
        const char *command =
            text_print(arena, "%s -c -o %s.o %s && nm %s.o > %s", compilers[c], library, path, library, library);
        char *symbols;
        size_t size;
        cr_assert_eq(system(command), 0, "%s", command);
        cr_assert(file_read(arena, diagnostics, library, &symbols, &size));
        for (size_t r = 0; r < ROUTINE_COUNT; r++) {
            const char *name = program->blueprint->network->routines[r].name;
            if (!name)
                continue;
            cr_expect_not_null(strstr(symbols, text_print(arena, " t kutta4_d2_%s\n", name)), "%s, %s", compilers[c],
                               name);
            cr_expect_null(strstr(symbols, text_print(arena, " kutta4_d2_%s.", name)), "%s, %s", compilers[c], name);
        }
    }
}

/* The emitted text with a counter in its step. */
static const char *counted(const char *source, const char *name)
{
    const char *step = strstr(source, text_print(arena, " void %s_step_block(", name)), *body = strstr(step, "{\n") + 2;
    return text_print(arena, "unsigned long steps;\n%.*s    steps++;\n%s", (int)(body - source), source, body);
}

Test(tape, the_emitted_solver_takes_as_few_steps)
{
    static const size_t plans[][2] = {{1, 1},  {2, 1},   {2, 2},    {7, 1},    {10, 2}, {10, 3},     {15, 4},
                                      {50, 3}, {64, 64}, {100, 10}, {100, 99}, {77, 5}, {100000, 12}};
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        const char *key = text_print(arena, "checkpoints = %zu,", plans[i][1]);
        const Program *program = program_of(
            planned("return network { name = 'count', inputs = 1, layers = 1, method = 'euler', activation = 'tanh',\n"
                    "  head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
                    plans[i][0], key));
        const Model *model = program->description.model;
        program = gen_edition(arena, diagnostics, program, false, &(Edition){.block = 1});
        void *library =
            library_of(program->blueprint, counted(pack_source(arena, program->blueprint), "count"), "gcc -O1");
        unsigned long *steps = dlsym(library, "steps");
        Gradient *gradient;
        double objective;
        load(library, model, "gradient", &gradient);
        cr_assert_eq(gradient(1, reals(model, 1), reals(model, 1), reals(model, model->parameters), &objective,
                              reals(model, model->parameters), arena_alloc(arena, program->blueprint->workspace_bytes)),
                     0);
        cr_expect_eq((double)*steps, (double)plans[i][0] + steps_again((double)plans[i][0], (double)plans[i][1]),
                     "%zu layers, %zu checkpoints: %lu steps", plans[i][0], plans[i][1], *steps);
        dlclose(library);
    }
}

/* ---- in memory ---- */

/* All that a compiled solver computes. */
typedef struct {
    double objective, *prediction, *gradient, *x_bar, *pulled, *states, *tangents, *costates;
} Results;

static Results evaluated(const Compiled *compiled, const double *x_dot, const double *w)
{
    const Model *model = compiled->model;
    size_t n = compiled->samples.count, path = (model->layers + 1) * n * model->width;
    Results results = {.prediction = ARENA_ARRAY(arena, n * model->outputs, double),
                       .gradient = ARENA_ARRAY(arena, model->parameters, double),
                       .x_bar = ARENA_ARRAY(arena, n * model->inputs, double),
                       .pulled = ARENA_ARRAY(arena, model->parameters, double),
                       .states = ARENA_ARRAY(arena, path, double),
                       .tangents = ARENA_ARRAY(arena, path, double),
                       .costates = ARENA_ARRAY(arena, path, double)};
    solver_evaluate(compiled->solver, &compiled->samples, compiled->params, &results.objective, results.prediction,
                    results.gradient);
    solver_pullback(compiled->solver, &compiled->samples, compiled->params, w, results.x_bar, NULL, results.pulled);
    solver_trajectory(compiled->solver, &compiled->samples, compiled->params, x_dot, w, results.states,
                      results.tangents, results.costates);
    return results;
}

static bool same(const double *a, const double *b, size_t count)
{
    return memcmp(a, b, count * sizeof *a) == 0;
}

static void expect_same(const Model *model, size_t n, const Results *a, const Results *b, const char *what)
{
    size_t path = (model->layers + 1) * n * model->width;
    cr_expect(same(&a->objective, &b->objective, 1), "objective, %s", what);
    cr_expect(same(a->prediction, b->prediction, n * model->outputs), "prediction, %s", what);
    cr_expect(same(a->gradient, b->gradient, model->parameters), "gradient, %s", what);
    cr_expect(same(a->x_bar, b->x_bar, n * model->inputs), "x_bar, %s", what);
    cr_expect(same(a->pulled, b->pulled, model->parameters), "pullback, %s", what);
    cr_expect(same(a->states, b->states, path), "states, %s", what);
    cr_expect(same(a->tangents, b->tangents, path), "tangents, %s", what);
    cr_expect(same(a->costates, b->costates, path), "costates, %s", what);
}

static void expect_same_bits_in_memory(const char *spec, const KernelSet *set)
{
    enum { SAMPLES = 131 };
    size_t layers = noise_between(1, 9);
    Compiled kept = {.solver = NULL};
    Results first;
    const double *x_dot = NULL, *w = NULL;
    for (size_t plan = 0; plan < PLANS; plan++) {
        Compiled compiled = compiled_of(planned(spec, layers, plan_of(plan, layers)), 1, SAMPLES);
        if (compiled.model->single != set->single)
            return;
        compiled.solver = solver_compile_with(arena, diagnostics, compiled.program, set, pool_new(arena, 1 + plan % 3));
        if (plan == 0) {
            kept = compiled;
            x_dot = some_numbers(compiled.model, SAMPLES * compiled.model->inputs);
            w = some_numbers(compiled.model, SAMPLES * compiled.model->outputs);
        }
        compiled.samples = kept.samples;
        compiled.params = kept.params;
        const Results results = evaluated(&compiled, x_dot, w);
        if (plan == 0)
            first = results;
        else
            expect_same(compiled.model, SAMPLES, &first, &results,
                        text_print(arena, "%s of %zu layers, %s, %s", compiled.model->name, layers, set->isa,
                                   plan_of(plan, layers)));
    }
}

Test(tape, gradients_in_memory_have_the_same_bits)
{
    for (size_t s = 0; s < kernels_count(); s++)
        for (size_t k = 0; k < VARIETY; k++)
            if (!has_plan(variety[k]))
                expect_same_bits_in_memory(variety[k], kernels_at(s));
}

/* Several chunks, of which threads take turns. */
Test(tape, threads_leave_every_bit)
{
    enum { SAMPLES = 2 * SOLVER_CHUNK + 9, LAYERS = 5 };
    Compiled kept = compiled_of(planned(variety[0], LAYERS, ""), 1, SAMPLES);
    double *w = some_numbers(kept.model, SAMPLES * kept.model->outputs);
    const Results first = evaluated(&kept, kept.x, w);
    for (size_t plan = 1; plan < PLANS; plan++)
        for (size_t threads = 1; threads <= 3; threads++) {
            Compiled compiled = compiled_of(planned(variety[0], LAYERS, plan_of(plan, LAYERS)), threads, 1);
            compiled.samples = kept.samples;
            compiled.params = kept.params;
            const Results results = evaluated(&compiled, kept.x, w);
            expect_same(kept.model, SAMPLES, &first, &results, plan_of(plan, LAYERS));
        }
}

/* ---- sizes ---- */

static const Blueprint *long_horizon(size_t layers, const char *key)
{
    return program_of(planned("return network { name = 'horizon', inputs = 4, layers = 1, method = 'euler',\n"
                              "  activation = 'tanh', head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
                              layers, key))
        ->blueprint;
}

/* Of 100,000 layers; a state takes 2 KiB. */
Test(tape, memory_is_that_of_the_checkpoints)
{
    const Blueprint *kept = long_horizon(100000, ""), *again = long_horizon(100000, "recompute = true,");
    const Blueprint *sparse = long_horizon(100000, "checkpoints = 100,");
    cr_assert_geq(kept->workspace_bytes, 100000u * 4096);
    cr_assert_leq(again->workspace_bytes, 100000u * 2052 + 30000);
    cr_assert_leq(sparse->workspace_bytes, 102u * 2048 + 30000);
}

Test(tape, texts_do_not_grow_with_layers)
{
    static const char *const keys[] = {"", "recompute = true,", "checkpoints = 3,"};
    for (size_t k = 0; k < 3; k++) {
        const Blueprint *few = long_horizon(10, keys[k]), *many = long_horizon(1000000, keys[k]);
        cr_assert_leq(strlen(pack_source(arena, many)), strlen(pack_source(arena, few)) + 200);
        cr_assert_leq(strlen(pack_jit(arena, many)), strlen(pack_jit(arena, few)) + 200);
    }
}

Test(tape, emitted_files_say_what_is_kept)
{
    cr_assert_not_null(strstr(pack_source(arena, long_horizon(10, "")), " a gradient keeps states and stages of all"));
    cr_assert_not_null(strstr(pack_source(arena, long_horizon(10, "recompute = true,")),
                              " a gradient keeps the states of all layers and takes 9 steps again\n"));
    cr_assert_not_null(strstr(pack_source(arena, long_horizon(10, "checkpoints = 3,")),
                              " a gradient keeps the states of 3 layers and takes 15 steps again\n"));
    const Blueprint *sparse = long_horizon(10, "checkpoints = 3,");
    const Example example = example_new(arena, sparse);
    const Bundle bundle = bundle_files(arena, sparse, &example, &(Kinds){{false}});
    bool said = false;
    for (size_t i = 0; i < bundle.count; i++)
        said = said ||
               (!strcmp(bundle.files[i].name, "README.md") && strstr(bundle.files[i].text, "takes 15 steps again"));
    cr_assert(said);
}

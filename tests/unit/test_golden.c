/* The golden problems of tests/golden through the program, and problems of the same form against a reference in long
 * double. */
#include "tests/unit/compiled.h"
#include "tests/unit/tensors.h"
#include "tests/unit/toolchain.h"

#include "runtime/solver/kernels.h"
#include "runtime/format/safetensors.h"
#include "runtime/train/trace.h"
#include "runtime/train/train.h"

TestSuite(golden, .init = fixture_open, .fini = program_close);

/* A folder of tests/golden. */
typedef struct {
    const char *name;
    size_t iterations, learnt; /* tensors */
} Instance;

static const Instance problems[] = {
    {"resnet_euler_donut1d", 200, 2}, {"odenet_kutta3_spiral2d", 150, 5}, {"kutta4_spiral2d", 100, 4}};
enum { PROBLEMS = sizeof problems / sizeof *problems };

static const char *golden_file(const Instance *problem, const char *file)
{
    return text_print(arena, "tests/golden/%s/%s", problem->name, file);
}

static const char *golden_spec(const Instance *problem)
{
    return golden_file(problem, "spec.lua");
}

static const char *backend = "tcc";

/* "--data .. --init .." of the problem, and the backend. */
static const char *golden_source(const Instance *problem)
{
    return text_print(arena, "--data %s --init %s --backend %s", golden_file(problem, "data.csv"),
                      golden_file(problem, "init.safetensors"), backend);
}

/* ---- comparison ---- */

/* Every tensor in the file at path, of which there are count, is the golden one to within bound of its largest entry.
 */
static void expect_tensors(const char *path, const char *wanted, size_t count, double bound)
{
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    const Safetensors *golden = safetensors_read(arena, diagnostics, wanted);
    cr_assert(file && golden, "%s", fixture_messages());
    cr_expect_eq(file->count, count);
    for (size_t t = 0; t < file->count; t++)
        expect_tensor(&file->tensors[t], find_tensor(golden, file->tensors[t].name), bound);
}

static const Trace *trace_of(const char *path, size_t iterations)
{
    Content content = content_of(path);
    Trace *trace = trace_read(arena, diagnostics, path, content.data, content.size, "accuracy", false, iterations);
    cr_assert_not_null(trace, "%s", fixture_messages());
    return trace;
}

static void expect_near(double found, double wanted, double bound, size_t iteration)
{
    cr_assert_leq(fabs(found - wanted), bound * fabs(wanted), "iteration %zu: %.17g, not %.17g", iteration, found,
                  wanted);
}

static void expect_trace(const char *path, const char *wanted, size_t iterations)
{
    const Trace *trace = trace_of(path, iterations), *golden = trace_of(wanted, iterations);
    for (size_t i = 0; i <= iterations; i++) {
        const TraceRow *row = &trace->rows[i], *expected = &golden->rows[i];
        expect_near(row->training.objective, expected->training.objective, 1e-9, i);
        expect_near(row->step, expected->step, 1e-12, i);
        cr_assert_eq(row->training.accuracy, expected->training.accuracy);
    }
}

/* ---- the golden problems ---- */

static void check_gradient(const Instance *problem, const char *spec, double bound)
{
    const char *path = fixture_path("gradient.safetensors");
    costate_succeeds("gradient %s %s -o %s", spec, golden_source(problem), path);
    expect_tensors(path, golden_file(problem, "gradient.safetensors"), problem->learnt, bound);
}

static void check_training(const Instance *problem)
{
    const char *run = fixture_path("run"), *trained = golden_file(problem, "trained.safetensors");
    costate_succeeds("train %s %s --out %s --force", golden_spec(problem), golden_source(problem), run);
    expect_trace(path_join(arena, run, "trace.csv"), golden_file(problem, "trace.csv"), problem->iterations);
    expect_tensors(path_join(arena, run, "model.safetensors"), trained, 5, 1e-9);
}

/* Calls check under every instruction set that this machine runs. */
static void on_every_isa(void (*check)(void))
{
    for (size_t i = 0; i < kernels_count(); i++) {
        const KernelSet *set = kernels_at(i);
        if (set->single)
            continue;
        setenv("COSTATE_ISA", set->isa, true);
        check();
    }
    unsetenv("COSTATE_ISA");
}

static void all_gradients(void)
{
    for (int p = 0; p < PROBLEMS; p++)
        check_gradient(&problems[p], golden_spec(&problems[p]), 1e-9);
}

Test(golden, gradients)
{
    on_every_isa(all_gradients);
}

static void all_trainings(void)
{
    for (int p = 0; p < PROBLEMS; p++)
        check_training(&problems[p]);
}

Test(golden, trainings)
{
    on_every_isa(all_trainings);
}

static void all_float_gradients(void)
{
    for (int p = 0; p < PROBLEMS; p++) {
        const char *text = content_of(golden_spec(&problems[p])).data;
        const char *spec = fixture_text("float.lua", replaced(text, "network {", "network { real = 'float',"));
        check_gradient(&problems[p], spec, 1e-5);
    }
}

Test(golden, float_gradients)
{
    on_every_isa(all_float_gradients);
}

static void all_of_double(void)
{
    all_gradients();
    all_trainings();
    costate_succeeds("check specs/spiral.lua --backend %s", backend);
}

Test(golden, by_the_systems_compiler)
{
    toolchain_needed();
    backend = "cc";
    on_every_isa(all_of_double);
    all_float_gradients();
    cr_expect_eq(cache_count(".so"), (int)kernels_count() / 2 * (PROBLEMS + 1) + PROBLEMS, "its code was used");
}

/* The first 512 samples are one chunk, so threads share the work of the problem that has 1000. */
Test(golden, threads_leave_every_bit)
{
    for (int p = 0; p < PROBLEMS; p++) {
        const Instance *problem = &problems[p];
        const char *source = golden_source(problem);
        for (int threads = 1; threads <= 3; threads++) {
            const char *out = text_print(arena, "%s/%d", folder, threads);
            costate_succeeds("train %s %s --threads %d --out %s --force", golden_spec(problem), source, threads, out);
            costate_succeeds("gradient %s %s --threads %d -o %s/gradient", golden_spec(problem), source, threads, out);
        }
        static const char *const files[] = {"trace.csv", "model.safetensors", "gradient"};
        for (int f = 0; f < 3; f++)
            for (int threads = 2; threads <= 3; threads++)
                cr_expect(same_content(text_print(arena, "%s/1/%s", folder, files[f]),
                                       text_print(arena, "%s/%d/%s", folder, threads, files[f])),
                          "%s: %s with %d threads", problem->name, files[f], threads);
    }
}

/* No assertion: a loaded machine is no bug. */
Test(golden, time_of_a_gradient)
{
    for (int p = 0; p < PROBLEMS; p++) {
        double least = INFINITY;
        for (int attempt = 0; attempt < 5; attempt++) {
            const char *path = fixture_path("gradient.safetensors"), *spec = golden_spec(&problems[p]);
            least =
                fmin(least, costate_succeeds("gradient %s %s -o %s", spec, golden_source(&problems[p]), path).seconds);
        }
        cr_log_info("costate gradient, %s: %.1f ms\n", problems[p].name, 1e3 * least);
    }
}

/* ---- the control problems ---- */

/* A folder whose spec says everything, and the data that this names. */
typedef struct {
    const char *name, *data[2];
    size_t learnt; /* tensors */
} Control;

static const Control controls[] = {{"lotka_volterra", {"lv.csv"}, 1}, {"vanderpol", {NULL}, 1},
                                   {"signals", {"duffing.csv"}, 2},   {"smooth_spiral", {"points.csv"}, 4},
                                   {"staged", {"points.csv"}, 4},     {"dynamics", {"x.npy", "y.npy"}, 4},
                                   {"gauss", {"points.csv"}, 5},      {"verlet", {"points.csv"}, 5}};
enum { CONTROLS = sizeof controls / sizeof *controls };

static const char *control_file(const Control *control, const char *file)
{
    return text_print(arena, "tests/golden/%s/%s", control->name, file);
}

/* The spec in the test's folder with the key in front, and its data beside it. */
static const char *control_with(const Control *control, const char *key)
{
    for (int d = 0; d < 2 && control->data[d]; d++) {
        Content data = content_of(control_file(control, control->data[d]));
        fixture_file(control->data[d], data.data, data.size);
    }
    const char *text = content_of(control_file(control, "spec.lua")).data;
    return fixture_text("control.lua", replaced(text, "network {", text_print(arena, "network { %s,", key)));
}

/* The text of a spec with that algorithm in place of what it says of training. */
static const char *with_training(const char *text, const char *algorithm)
{
    const char *from = strstr(text, "train = {");
    cr_assert_not_null(from);
    return text_print(arena, "%.*strain = { algorithm = '%s', tolerance = 1e-10 },\n}\n", (int)(from - text), text,
                      algorithm);
}

/* Objective and gradient at init are the golden ones to within bound. */
static void check_control(const Control *control, const char *spec, double bound)
{
    const char *path = fixture_path("gradient.safetensors");
    Outcome outcome = costate_succeeds("gradient %s --init %s --backend %s -o %s", spec,
                                       control_file(control, "init.safetensors"), backend, path);
    double wanted = strtod(content_of(control_file(control, "objective.txt")).data, NULL);
    cr_assert_eq(strncmp(outcome.out, "objective ", 10), 0, "%s", outcome.out);
    expect_near(strtod(outcome.out + 10, NULL), wanted, bound, 0);
    expect_tensors(path, control_file(control, "gradient.safetensors"), control->learnt, bound);
}

static void all_controls(void)
{
    for (int k = 0; k < CONTROLS; k++)
        check_control(&controls[k], control_file(&controls[k], "spec.lua"), 1e-9);
}

static void all_float_controls(void)
{
    for (int k = 0; k < CONTROLS; k++)
        check_control(&controls[k], control_with(&controls[k], "real = 'float'"), 2e-5);
}

Test(golden, control_problems)
{
    on_every_isa(all_controls);
}

Test(golden, control_problems_in_float)
{
    on_every_isa(all_float_controls);
}

Test(golden, control_problems_by_the_systems_compiler)
{
    toolchain_needed();
    backend = "cc";
    on_every_isa(all_controls);
    all_float_controls();
    cr_expect_eq(cache_count(".so"), ((int)kernels_count() / 2 + 1) * CONTROLS, "its code was used");
}

/* ---- optima ---- */

/* What SciPy's L-BFGS-B reaches of the objectives, from init, to as many digits as it found; and what may minimise them
 * here. */
static const struct {
    size_t control;
    double optimum;
    const char *algorithms[3];
} optima[] = {{1, 3.65252523307, {"lbfgs", "newton"}},
              {0, 0.198264695096, {"lbfgs", "newton", "gaussnewton"}},
              {2, 0.0109316558515, {"lbfgs", "newton", "gaussnewton"}}};
enum { OPTIMA = sizeof optima / sizeof *optima };

static const char *control_by(const Control *control, const char *algorithm, const char *keys)
{
    const char *spec = control_with(control, keys);
    return fixture_text("by.lua", with_training(content_of(spec).data, algorithm));
}

Test(golden, optima)
{
    for (int k = 0; k < OPTIMA; k++)
        for (int a = 0; a < 3 && optima[k].algorithms[a]; a++) {
            const Control *control = &controls[optima[k].control];
            costate_succeeds("train %s --init %s --out %s --force",
                             control_by(control, optima[k].algorithms[a], "average = false"),
                             control_file(control, "init.safetensors"), fixture_path("run"));
            const Content report = content_of(fixture_path("run/report.json"));
            const char *final = strstr(report.data, "\"final\": {");
            expect_near(strtod(strstr(final, "\"objective\": ") + 13, NULL), optima[k].optimum, 1e-9, 0);
            cr_expect(strstr(report.data, "within the tolerance\""), "%s, %s", control->name, optima[k].algorithms[a]);
        }
}

/* Stopped and gone on with at every iteration, and by other threads, trainings leave the same bits; also where inputs
 * of samples are learnt. */
Test(golden, every_algorithm_goes_on_to_the_same_bits)
{
    static const struct {
        int control;
        const char *algorithm, *keys;
    } trainings[] = {{1, "lbfgs", "average = false"},
                     {1, "newton", "average = false"},
                     {0, "lbfgs", "learn = { 'theta', 'x' }"},
                     {0, "gaussnewton", "average = true"},
                     {5, "newton", "seed = 2"}};
    for (size_t k = 0; k < sizeof trainings / sizeof *trainings; k++) {
        const Control *control = &controls[trainings[k].control];
        const char *spec = control_by(control, trainings[k].algorithm, trainings[k].keys);
        const char *rest = text_print(arena, "--init %s", control_file(control, "init.safetensors"));
        costate_succeeds("train %s %s --iterations 8 --out %s/whole --force", spec, rest, folder);
        costate_succeeds("train %s %s --iterations 8 --out %s/threads --threads 3 --force", spec, rest, folder);
        costate_succeeds("train %s %s --iterations 1 --out %s/parts --force", spec, rest, folder);
        for (int i = 2; i <= 8; i++)
            costate_succeeds("train %s --iterations %d --out %s/parts --resume", spec, i, folder);
        static const char *const files[] = {"trace.csv", "model.safetensors"};
        for (int f = 0; f < 2; f++)
            for (int other = 0; other < 2; other++)
                cr_expect(same_content(text_print(arena, "%s/whole/%s", folder, files[f]),
                                       text_print(arena, "%s/%s/%s", folder, other ? "threads" : "parts", files[f])),
                          "%s by %s: %s", control->name, trainings[k].algorithm, files[f]);
    }
}

/* The bits of a gradient depend neither on threads nor on what is kept of the way. */
Test(golden, control_problems_have_one_gradient)
{
    static const char *const keys[] = {"everything", "recompute = true", "checkpoints = 2"};
    for (int k = 0; k < CONTROLS; k++)
        for (int threads = 1, first = 1; threads <= 7; threads = threads == 3 ? 7 : threads + 1)
            for (int key = 0; key < 3; key++, first = 0) {
                const char *spec = key ? control_with(&controls[k], keys[key]) : control_file(&controls[k], "spec.lua");
                costate_succeeds("gradient %s --init %s --threads %d -o %s", spec,
                                 control_file(&controls[k], "init.safetensors"), threads,
                                 fixture_path(first ? "first" : "other"));
                cr_expect(first || same_content(fixture_path("first"), fixture_path("other")), "%s: %s with %d threads",
                          controls[k].name, keys[key], threads);
            }
}

/* ---- problems of the same form ---- */

static const char *const heads[][2] = {{"sigmoid", "squared"},
                                       {"sigmoid", "crossentropy"},
                                       {"softmax", "squared"},
                                       {"softmax", "crossentropy"},
                                       {"identity", "squared"}};
enum { HEADS = sizeof heads / sizeof *heads };

static const char *const variants[] = {
    "inputs = 2,",
    "inputs = 2, average = true, learn = { 'K', 'b', 'dt', 'W', 'mu' },",
    "inputs = 2, residual = false, step = 1,",
    "inputs = 2, residual = false, learn = { 'K', 'dt' },",
    "inputs = 3, width = 7, learn = { 'K', 'b', 'dt', 'W', 'mu' }, simplex = true,",
    "inputs = 1, width = 4, average = true, learn = { 'dt', 'W' },",
    "inputs = 5, width = 3, lift = true,",
    "inputs = 3, width = 9, lift = true, learn = { 'P', 'q', 'dt' }, average = true,",
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static const char *spec_of(const char *variant, const char *method, const char *activation, size_t head)
{
    return text_print(arena,
                      "return network { name = 'problem', %s layers = 3, method = '%s', activation = '%s',\n"
                      "  head = { outputs = %d, link = '%s' }, loss = '%s',\n"
                      "  init = { K = normal(1), b = normal(1), W = normal(1), mu = normal(1) } }\n",
                      variant, method, activation, head == 2 || head == 3 ? 3 : 1 + (head == 4), heads[head][0],
                      heads[head][1]);
}

static void expect_exact(const char *spec, size_t count, double bound)
{
    Compiled compiled = compiled_of(spec, 2, count);
    double objective, *gradient = ARENA_ARRAY(arena, compiled.model->parameters, double);
    solver_evaluate(compiled.solver, &compiled.samples, compiled.params, &objective, NULL, gradient);
    double error = reference_distance(&compiled, objective, gradient);
    cr_expect_leq(error, bound, "%g with %zu samples: %s", error, count, spec);
}

Test(golden, every_method_with_every_activation)
{
    Names methods = tableau_names(EXPLICIT_TABLEAU), activations = spec_names("specs/activation");
    cr_expect_eq(methods.count, 11);
    cr_expect_eq(activations.count, 9);
    for (size_t m = 0, i = 0; m < methods.count; m++)
        for (size_t a = 0; a < activations.count; a++, i++)
            expect_exact(spec_of(variants[i % VARIANTS], methods.at[m], activations.at[a], i % HEADS), 13, 1e-13);
}

static void every_variant(void)
{
    for (size_t head = 0; head < HEADS; head++)
        for (size_t variant = 0; variant < VARIANTS; variant++)
            expect_exact(spec_of(variants[variant], "kutta3", "tanh", head), 67, 1e-13);
}

Test(golden, every_head_with_every_variant)
{
    on_every_isa(every_variant);
}

static void every_float_variant(void)
{
    for (size_t head = 0; head < HEADS; head++)
        for (size_t variant = 0; variant < VARIANTS; variant++) {
            const char *text = text_print(arena, "real = 'float', %s", variants[variant]);
            expect_exact(spec_of(text, "kutta4", "swish", head), 67, 1e-5);
        }
}

Test(golden, every_head_with_every_variant_in_float)
{
    on_every_isa(every_float_variant);
}

static void every_count(void)
{
    static const size_t counts[] = {1, 63, 64, 65, 130, 513, 1025};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        expect_exact(spec_of(variants[1], "kutta3", "gelu", 3), counts[i], 1e-13);
        expect_exact(spec_of(variants[6], "heun3", "sigmoid", 1), counts[i], 1e-13);
    }
}

Test(golden, every_number_of_samples)
{
    on_every_isa(every_count);
}

/* ---- training against a training in long double ---- */

/* A training by the formulas of the paper. */
typedef struct {
    const Compiled *compiled;
    Interpreter *reference;
    size_t parameters;
    long double *params, *trial, *gradient, objective, step;
} Descent;

static long double objective_at(const Descent *descent, const long double *params)
{
    const Compiled *compiled = descent->compiled;
    return interpret_objective(descent->reference, compiled->samples.count, compiled->x, NULL, compiled->target,
                               params);
}

static long double clipped_sum(const long double *values, size_t count, long double threshold)
{
    long double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += fmaxl(values[i] - threshold, 0);
    return sum;
}

/* The projection onto values >= 0 with that sum: max(value - threshold, 0), where bisection finds the threshold. */
static void project(long double *values, size_t count, long double total)
{
    long double low = -100, high = 100;
    for (int i = 0; i < 100; i++) {
        long double middle = (low + high) / 2;
        *(clipped_sum(values, count, middle) > total ? &low : &high) = middle;
    }
    for (size_t i = 0; i < count; i++)
        values[i] = fmaxl(values[i] - high, 0);
}

/* trial = params - length gradient, projected where the model says so. */
static void move(Descent *descent, long double length)
{
    const Model *model = descent->compiled->model;
    for (size_t i = 0; i < descent->parameters; i++)
        descent->trial[i] = descent->params[i] - length * descent->gradient[i];
    if (model->simplex)
        project(descent->trial + model->tensors[model->step_tensor].offset, model->layers,
                (long double)model->step * (long double)model->layers);
}

static void differentiate(Descent *descent)
{
    const Compiled *compiled = descent->compiled;
    descent->objective = interpret_gradient(descent->reference, compiled->samples.count, compiled->x, NULL,
                                            compiled->target, descent->params, descent->gradient);
}

static void accept(Descent *descent)
{
    memcpy(descent->params, descent->trial, descent->parameters * sizeof *descent->trial);
    descent->objective = objective_at(descent, descent->params);
}

static void lipschitz_iteration(Descent *descent)
{
    const TrainSpec *spec = &descent->compiled->model->train;
    differentiate(descent);
    for (;; descent->step *= spec->up) {
        long double bound = descent->objective;
        move(descent, 1 / descent->step);
        for (size_t i = 0; i < descent->parameters; i++) {
            long double change = descent->trial[i] - descent->params[i];
            bound += descent->gradient[i] * change + descent->step / 2 * change * change;
        }
        if (objective_at(descent, descent->trial) <= bound)
            break;
    }
    descent->step *= spec->down;
    accept(descent);
}

static void armijo_iteration(Descent *descent)
{
    const TrainSpec *spec = &descent->compiled->model->train;
    differentiate(descent);
    long double square = inner_product(descent->gradient, descent->gradient, descent->parameters);
    descent->step = fminl(spec->tau_max, 2 * descent->step);
    for (;; descent->step /= 2) {
        move(descent, descent->step);
        if (objective_at(descent, descent->trial) <= descent->objective - 0.4L * descent->step * square)
            break;
    }
    accept(descent);
}

static void expect_training(const char *spec, size_t iterations)
{
    Compiled compiled = compiled_of(spec, 1, 40);
    size_t parameters = compiled.model->parameters;
    bool armijo = compiled.model->train.algorithm == TRAIN_ARMIJO;
    Objective objective = sampled_objective(arena, compiled.solver, &compiled.samples, compiled.target);
    Train *train = train_new(arena, &objective, train_settings(arena, compiled.model, objective.samples));
    cr_assert_eq(train_start(train, compiled.params), TRAIN_RUNNING);
    Descent descent = {.compiled = &compiled,
                       .reference = interpret_new(arena, compiled.program->network),
                       .parameters = parameters,
                       .params = widened(compiled.params, parameters),
                       .trial = ARENA_ARRAY(arena, parameters, long double),
                       .gradient = ARENA_ARRAY(arena, parameters, long double),
                       .step = train->state.step};
    for (size_t i = 1; i <= iterations; i++) {
        (armijo ? armijo_iteration : lipschitz_iteration)(&descent);
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
        expect_near(train->state.evaluation.objective, (double)descent.objective, 1e-9, i);
        expect_near(train->state.step, (double)descent.step, 1e-12, i);
    }
    cr_expect_leq(distance(descent.params, widened(train->state.params, parameters), parameters), 1e-9L);
}

Test(golden, training_by_lipschitz)
{
    const char *search = "train = { search = 'lipschitz', lipschitz = 0.1, up = 1.5, down = 0.9 },";
    for (size_t variant = 0; variant < VARIANTS; variant++)
        expect_training(
            spec_of(text_print(arena, "%s %s", search, variants[variant]), "kutta3", "tanh", variant % HEADS), 20);
}

Test(golden, training_by_armijo)
{
    const char *search = "train = { search = 'armijo', tau = 1, tau_max = 4 },";
    for (size_t variant = 0; variant < VARIANTS; variant++)
        if (!strstr(variants[variant], "simplex"))
            expect_training(
                spec_of(text_print(arena, "%s %s", search, variants[variant]), "ssprk3", "swish", variant % HEADS), 20);
}

/* Steps are driven to exactly zero, and their sum stays. */
Test(golden, training_on_the_simplex_reaches_its_faces)
{
    const char *text = "return network { name = 'simplex', inputs = 2, layers = 12, method = 'euler',\n"
                       "  activation = 'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                       "  average = true, learn = { 'K', 'b', 'dt' }, simplex = true, init = { K = normal(1) },\n"
                       "  train = { search = 'lipschitz' } }\n";
    Compiled compiled = compiled_of(text, 1, 100);
    const Tensor *dt = model_tensor(compiled.model, "dt");
    Objective objective = sampled_objective(arena, compiled.solver, &compiled.samples, compiled.target);
    Train *train = train_new(arena, &objective, train_settings(arena, compiled.model, objective.samples));
    size_t zeros = 0;
    cr_assert_eq(train_start(train, compiled.params), TRAIN_RUNNING);
    for (int i = 0; i < 300; i++)
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
    double sum = 0;
    for (size_t i = 0; i < dt->size; i++) {
        cr_expect_geq(train->state.params[dt->offset + i], 0);
        zeros += train->state.params[dt->offset + i] == 0;
        sum += train->state.params[dt->offset + i];
    }
    cr_expect_float_eq(sum, 1, 1e-14);
    cr_expect_gt(zeros, 0);
}

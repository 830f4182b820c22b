/* Problems of every form, composed at random (forms.h), and what each of them must satisfy. FORM_FROM and FORM_TO are
 * other seeds than the suite's. */
#include "tests/unit/compiled.h"
#include "tests/unit/forms.h"
#include "tests/unit/guarded.h"
#include "tests/unit/toolchain.h"

#include "gen/model/loss.h"
#include "runtime/solver/check.h"
#include "templates/solver.h"

TestSuite(forms, .init = toolchain_open, .fini = program_close, .timeout = 600);

/* A form with samples, some of whose targets are missing where they may be. */
typedef struct {
    const char *text;
    const Program *program;
    const Model *model;
    Solver *solver;
    Samples samples;
    double *x, *signals, *target, *params;
} Case;

typedef struct {
    double objective, *prediction, *x_bar, *gradient;
} Outcomes;

static double *zeros(size_t count)
{
    return ARENA_ARRAY(arena, count + 1, double);
}

static double inner(size_t count, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

static double length(size_t count, const double *a)
{
    return sqrt(inner(count, a, a));
}

static bool same_bits(const double *a, const double *b, size_t count)
{
    return memcmp(a, b, count * sizeof *a) == 0;
}

/* Classes, probabilities of them, or numbers: all losses take these. */
static double *targets_of(const Model *model, size_t count)
{
    size_t all = count * model_predictions(model);
    double *target = zeros(all);
    for (size_t i = 0; i < all; i++)
        target[i] = model->loss && model->loss->of_classes ? noise() > 0 : real_noise(model);
    for (size_t i = 0; i < all && model->missing; i++)
        target[i] = noise() > 0.7L ? NAN : target[i];
    return target;
}

static void sample(Case *it, size_t count)
{
    const Model *model = it->model;
    it->x = some_numbers(model, count * model->inputs);
    it->signals = model->signals ? some_numbers(model, count * model->signals * model_signal_rows(model)) : NULL;
    it->target = model->has_loss ? targets_of(model, count) : NULL;
    it->samples = solver_samples(arena, it->solver, count, it->x, it->signals, it->target);
}

/* changes: keys of the network that are others; or NULL. */
static Case case_of(const char *text, const char *changes, size_t threads)
{
    const char *path = fixture_text("spec.lua", text);
    Case it = {.text = text, .program = gen_changed_program(arena, diagnostics, path, "specs", changes)};
    cr_assert_not_null(it.program, "%s%s", fixture_messages(), text);
    it.model = it.program->description.model;
    it.solver = solver_compile(arena, diagnostics, it.program, pool_new(arena, threads));
    cr_assert_not_null(it.solver, "%s%s", fixture_messages(), text);
    return it;
}

static void choose_parameters(Case *it)
{
    it->params = zeros(it->model->parameters);
    initial_parameters(it->model, it->model->seed, it->params);
    for (size_t i = 0; i < it->model->parameters; i++) {
        it->params[i] += 0.05 * (double)noise();
        it->params[i] = it->model->single ? (double)(float)it->params[i] : it->params[i];
    }
}

static Outcomes evaluated(const Case *it)
{
    const Model *model = it->model;
    Outcomes result = {.prediction = zeros(it->samples.count * model_predictions(model)),
                       .x_bar = zeros(it->samples.count * model->inputs),
                       .gradient = zeros(model->parameters)};
    solver_evaluate_inputs(it->solver, &it->samples, it->params, &result.objective, result.prediction,
                           model->learns_x ? result.x_bar : NULL, result.gradient);
    return result;
}

/* The largest difference in a tensor relative to its largest entry, and that of the objectives. Where a tensor's
 * entries cancel, its size is that of what is added up: at least `floor` of the largest of all. */
static double difference(const Model *model, long double value, const long double *exact, double objective,
                         const double *gradient)
{
    long double worst = fabsl(value - objective) / fmaxl(fabsl(value), 1e-3L), floor = 0;
    for (size_t i = 0; i < model->parameters; i++)
        floor = fmaxl(floor, 1e-3L * fabsl(exact[i]));
    for (size_t t = 0; t < model->tensor_count; t++) {
        long double largest = floor, error = 0;
        for (size_t i = model->tensors[t].offset; i < model->tensors[t].offset + model->tensors[t].size; i++) {
            largest = fmaxl(largest, fabsl(exact[i]));
            error = fmaxl(error, fabsl(exact[i] - gradient[i]));
            if (isnan(gradient[i]))
                return NAN;
        }
        worst = fmaxl(worst, error > 0 ? error / largest : 0);
    }
    return (double)worst;
}

static double bound_of(const Case *it)
{
    return it->model->single ? 2e-3 : 1e-10;
}

/* Objective and gradient of a network, by its expressions. */
typedef struct {
    long double objective, *gradient;
} Reference;

static Reference reference_of(const Case *it, const Network *network)
{
    Reference result = {.gradient = ARENA_ARRAY(arena, it->model->parameters + 1, long double)};
    result.objective = interpret_gradient(interpret_new(arena, network), it->samples.count, it->x, it->signals,
                                          it->target, widened(it->params, it->model->parameters), result.gradient);
    return result;
}

static void expect_reference(const Case *it, const Outcomes *result)
{
    Reference plain = reference_of(it, it->program->network), simple = reference_of(it, it->program->simplified);
    double error = difference(it->model, plain.objective, plain.gradient, result->objective, result->gradient);
    cr_expect(error <= bound_of(it), "reference: %g\n%s", error, it->text);
    double *narrow = zeros(it->model->parameters);
    for (size_t i = 0; i < it->model->parameters; i++)
        narrow[i] = (double)simple.gradient[i];
    error = difference(it->model, plain.objective, plain.gradient, (double)simple.objective, narrow);
    cr_expect(error <= 1e-13, "simplified: %g\n%s", error, it->text);
}

/* The derivative by the inputs along x_dot is that of differences; so is what the first costate says. */
static void expect_inputs(const Case *it, const Outcomes *result)
{
    static const double step = 1e-6;
    const Model *model = it->model;
    size_t count = it->samples.count, inputs = count * model->inputs, row = count * model->width;
    Interpreter *interpreter = interpret_new(arena, it->program->network);
    double *x_dot = some_numbers(model, inputs), *x = zeros(inputs), change = 0;
    double *tangents = zeros((model->layers + 1) * row), *costates = zeros((model->layers + 1) * row);
    for (int side = -1; side <= 1; side += 2) {
        for (size_t i = 0; i < inputs; i++)
            x[i] = it->x[i] + side * step * x_dot[i];
        change += side * (double)interpret_objective(interpreter, count, x, it->signals, it->target,
                                                     widened(it->params, model->parameters));
    }
    change /= 2 * step;
    solver_trajectory(it->solver, &it->samples, it->params, x_dot, NULL, NULL, tangents, costates);
    double scale = 1e-2 + length(row, tangents) * length(row, costates), bound = model->single ? 1e-3 : 1e-7;
    double found = inner(row, tangents, costates) / (model->average ? (double)count : 1);
    cr_expect(fabs(found - change) <= bound * scale, "first costate: %.17g, not %.17g\n%s", found, change, it->text);
    found = inner(inputs, x_dot, result->x_bar);
    if (model->learns_x)
        cr_expect(fabs(found - change) <= bound * scale, "x_bar: %.17g, not %.17g\n%s", found, change, it->text);
}

/* Without a gradient, and for predictions alone. */
static void expect_other_ways(const Case *it, const Outcomes *result)
{
    size_t numbers = it->samples.count * model_predictions(it->model);
    double objective, *prediction = zeros(numbers);
    solver_evaluate(it->solver, &it->samples, it->params, &objective, NULL, NULL);
    cr_expect(fabs(objective - result->objective) <= (it->model->single ? 1e-5 : 1e-14) * fmax(1, fabs(objective)),
              "objective alone: %.17g, not %.17g\n%s", objective, result->objective, it->text);
    solver_evaluate(it->solver, &it->samples, it->params, &objective, prediction, NULL);
    cr_expect(same_bits(prediction, result->prediction, numbers), "predictions beside objective\n%s", it->text);
    memset(prediction, 0, numbers * sizeof *prediction);
    solver_predict(it->solver, &it->samples, it->params, prediction);
    cr_expect(same_bits(prediction, result->prediction, numbers), "predictions\n%s", it->text);
}

static void expect_same(const Case *it, const Outcomes *a, const Outcomes *b, const char *what)
{
    cr_expect(same_bits(&a->objective, &b->objective, 1), "%s: objective\n%s", what, it->text);
    cr_expect(same_bits(a->gradient, b->gradient, it->model->parameters), "%s: gradient\n%s", what, it->text);
    cr_expect(same_bits(a->prediction, b->prediction, it->samples.count * model_predictions(it->model)),
              "%s: predictions\n%s", what, it->text);
    cr_expect(same_bits(a->x_bar, b->x_bar, it->samples.count * it->model->inputs), "%s: x_bar\n%s", what, it->text);
}

/* Another solver of the same text on the same samples. */
static Outcomes evaluated_as(const Case *it, const char *changes, size_t threads)
{
    Case other = case_of(it->text, changes, threads);
    other.params = it->params;
    other.samples = it->samples;
    return evaluated(&other);
}

static void expect_memory(const Case *it, const Outcomes *result)
{
    static const char *const changes[] = {"{ checkpoints = 1 }", "{ recompute = true }",
                                          "{ recompute = false, checkpoints = false }"};
    if (!strstr(it->text, "checkpoints") && !strstr(it->text, "recompute"))
        for (int k = 0; k < 2; k++) {
            Outcomes other = evaluated_as(it, changes[k], 1);
            expect_same(it, result, &other, changes[k]);
        }
}

static void expect_check(const Case *it)
{
    CheckResult result = check_solver(arena, it->program, it->solver, it->samples.count, CHECK_FROM_INITIAL, it->x,
                                      it->signals, it->target);
    Text text = text_new(arena);
    check_text(&text, it->program, &result);
    cr_expect(result.passed && result.finite, "%s\n%s", text.data, it->text);
}

/* ---- second order ---- */

/* The same with second derivatives, by the kernels given, or those of this processor. */
static Case second_of(const Case *it, const Program *program, const KernelSet *kernels)
{
    Case other = *it;
    other.program = gen_second(arena, diagnostics, program);
    cr_assert_not_null(other.program, "%s%s", fixture_messages(), it->text);
    Pool *pool = pool_new(arena, 1);
    other.solver = kernels ? solver_compile_with(arena, diagnostics, other.program, kernels, pool)
                           : solver_compile(arena, diagnostics, other.program, pool);
    cr_assert_not_null(other.solver, "%s%s", fixture_messages(), it->text);
    return other;
}

static double *some_direction(const Model *model)
{
    double *direction = some_numbers(model, model->parameters);
    for (size_t t = 0; t < model->tensor_count; t++)
        for (size_t i = 0; i < model->tensors[t].size; i++)
            direction[model->tensors[t].offset + i] *= model->tensors[t].learnt;
    return direction;
}

/* The product of the Hessian is how the reference's gradient moves. */
static void expect_product(const Case *it)
{
    static const long double step = 1e-6L;
    const Model *model = it->model;
    double *direction = some_direction(model), *product = zeros(model->parameters);
    solver_hessian(it->solver, &it->samples, it->params, direction, product);
    Interpreter *interpreter = interpret_new(arena, it->program->network);
    long double *sides[2], error = 0, largest = 1e-3L;
    for (int side = 0; side < 2; side++) {
        long double *params = widened(it->params, model->parameters);
        sides[side] = ARENA_ARRAY(arena, model->parameters + 1, long double);
        for (size_t i = 0; i < model->parameters; i++)
            params[i] += (side ? step : -step) * (long double)direction[i];
        interpret_gradient(interpreter, it->samples.count, it->x, it->signals, it->target, params, sides[side]);
        for (size_t i = 0; i < model->parameters; i++)
            largest = fmaxl(largest, fabsl(sides[side][i]));
    }
    for (size_t i = 0; i < model->parameters; i++) {
        long double wanted = (sides[1][i] - sides[0][i]) / (2 * step);
        largest = fmaxl(largest, fabsl(wanted));
        error = fmaxl(error, fabsl(wanted - (long double)product[i]));
    }
    cr_expect(error <= (model->single ? 1e-2L : 1e-8L) * largest, "product: %Lg of %Lg\n%s", error, largest, it->text);
}

/* Steps that are taken again change no bit. */
static void expect_product_memory(const Case *it)
{
    const Model *model = it->model;
    double *direction = some_direction(model), *product = zeros(model->parameters), *again = zeros(model->parameters);
    bool recomputes = strstr(it->text, "recompute"); /* it is either the one or the other */
    Case sparse = case_of(it->text, recomputes ? "{ recompute = false }" : "{ checkpoints = 1 }", 1);
    solver_hessian(second_of(it, it->program, NULL).solver, &it->samples, it->params, direction, product);
    solver_hessian(second_of(&sparse, sparse.program, NULL).solver, &it->samples, it->params, direction, again);
    cr_expect(same_bits(product, again, model->parameters), "checkpoints: product\n%s", it->text);
}

/* ---- compiled in other ways ---- */

/* What is vendored, by the system's compiler: one of the forms of routines, and of the sizes of blocks. */
static void expect_vendored(const Case *it, size_t number)
{
    static const struct {
        size_t block;
        Form form;
    } kinds[] = {{64, FORM_BEST}, {64, FORM_CODELETS}, {64, FORM_LOOPS}, {1, FORM_BEST}, {4, FORM_BEST}};
    size_t k = number % (sizeof kinds / sizeof *kinds);
    const Edition edition = {.block = kinds[k].block, .form = kinds[k].form, .hessian = true};
    Reference wanted = reference_of(it, it->program->network);
    Case other = second_of(it, it->program, NULL);
    other.program = gen_edition(arena, diagnostics, other.program, it->model->single, &edition);
    cr_assert_not_null(other.program, "%s", fixture_messages());
    other.solver = solver_compile(arena, diagnostics, other.program, pool_new(arena, 1));
    cr_assert_not_null(other.solver, "%s%s", fixture_messages(), it->text);
    solver_set_backend(other.solver, diagnostics, other.program, BACKEND_CC);
    cr_assert_eq(cache_count(".so"), 1, "%s%s", fixture_messages(), it->text);
    Outcomes result = evaluated(&other);
    double error = difference(it->model, wanted.objective, wanted.gradient, result.objective, result.gradient);
    cr_expect(error <= bound_of(it), "block %zu, form %d: %g\n%s", kinds[k].block, (int)kinds[k].form, error, it->text);
    expect_check(&other);
}

/* The kernels of every instruction set. */
static void expect_kernels(const Case *it)
{
    Reference wanted = reference_of(it, it->program->network);
    for (size_t k = 0; k < kernels_count(); k++) {
        if (kernels_at(k)->single != it->model->single)
            continue;
        Case other = *it;
        other.solver = solver_compile_with(arena, diagnostics, it->program, kernels_at(k), pool_new(arena, 1));
        cr_assert_not_null(other.solver, "%s%s", fixture_messages(), it->text);
        Outcomes result = evaluated(&other);
        double error = difference(it->model, wanted.objective, wanted.gradient, result.objective, result.gradient);
        cr_expect(error <= bound_of(it), "%s: %g\n%s", kernels_at(k)->isa, error, it->text);
        other = second_of(it, it->program, kernels_at(k));
        expect_product(&other);
    }
}

/* Two chunks and a part of one; any number of threads gives the same bits. */
static void expect_threads(const Case *it)
{
    static const size_t threads[] = {2, 3, 7};
    Case many = *it;
    sample(&many, 2 * SOLVER_CHUNK + 76);
    Outcomes one = evaluated(&many);
    for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
        Outcomes other = evaluated_as(&many, NULL, threads[k]);
        expect_same(&many, &one, &other, "threads");
    }
    expect_reference(&many, &one);
}

/* ---- the workspace ---- */

static void expect_guards(const Case *it, const void *memory, size_t size, const char *name)
{
    size_t beyond = written_beyond(memory, size);
    cr_expect_eq(beyond, 0, "%s: written beyond, %zu bytes\n%s", name, beyond, it->text);
}

/* Every function stays within the workspace that the table names; n samples. */
static void expect_workspace(const Case *it, const struct costate_table *table, size_t n)
{
    size_t real = table->real_bytes, state = (table->layers + 1) * n * table->width * real,
           out_size = n *
                      (table->inputs + table->observations * table->outputs + table->signals * table->signal_rows + 1) *
                      real;
    const Samples *s = &it->samples;
    const void *params = solver_samples(arena, it->solver, 1, it->params, NULL, NULL).x;
    void *prediction = guarded(out_size), *x_bar = guarded(out_size), *signals_bar = guarded(out_size);
    void *gradient = guarded(table->parameters * real), *outputs[3] = {guarded(state), guarded(state), guarded(state)};
    double objective;
    void *work = guarded(table->forward_workspace_bytes);
    table->forward(n, s->x, s->signals, params, prediction, work);
    expect_guards(it, work, table->forward_workspace_bytes, "forward");
    table->objective(n, s->x, s->signals, s->target, params, &objective, prediction, work);
    expect_guards(it, work, table->forward_workspace_bytes, "objective");
    table->regularise(params, &objective, NULL, work);
    expect_guards(it, work, table->forward_workspace_bytes, "regularise");
    work = guarded(table->workspace_bytes);
    table->evaluate(n, s->x, s->signals, s->target, params, &objective, prediction, it->model->learns_x ? x_bar : NULL,
                    gradient, work);
    expect_guards(it, work, table->workspace_bytes, "evaluate");
    table->regularise(params, &objective, gradient, work);
    expect_guards(it, work, table->workspace_bytes, "regularise with gradient");
    table->pullback(n, s->x, s->signals, params, prediction, x_bar, signals_bar, gradient, work);
    expect_guards(it, work, table->workspace_bytes, "pullback");
    table->pushforward(n, s->x, s->x, s->signals, s->signals, params, params, prediction, work);
    expect_guards(it, work, table->workspace_bytes, "pushforward");
    work = guarded(table->trajectory_workspace_bytes);
    for (int from = 0; from < 2; from++) {
        table->trajectory(n, s->x, s->signals, s->target, params, s->x, from ? prediction : NULL, outputs[0],
                          outputs[1], outputs[2], work);
        expect_guards(it, work, table->trajectory_workspace_bytes, "trajectory");
    }
    expect_guards(it, prediction, out_size, "prediction");
    expect_guards(it, gradient, table->parameters * real, "gradient");
    for (int k = 0; k < 3; k++)
        expect_guards(it, outputs[k], state, "states");
    work = guarded(table->hessian_workspace_bytes);
    table->hessian(n, s->x, s->signals, s->target, params, NULL, params, it->model->learns_x ? x_bar : NULL, gradient,
                   work);
    expect_guards(it, work, table->hessian_workspace_bytes, "hessian");
    table->regularise_second(params, params, gradient, work);
    expect_guards(it, work, table->hessian_workspace_bytes, "regularise_second");
    table->pullback_tangent(n, s->x, s->x, s->signals, s->signals, params, params, prediction, prediction, x_bar,
                            signals_bar, gradient, work);
    expect_guards(it, work, table->hessian_workspace_bytes, "pullback_tangent");
    expect_guards(it, gradient, table->parameters * real, "gradient");
    expect_guards(it, x_bar, out_size, "x_bar");
    expect_guards(it, signals_bar, out_size, "signals_bar");
}

static void expect_workspaces(const Case *it)
{
    struct costate_table table = table_of(it->program);
    expect_workspace(it, &table, 1);
    expect_workspace(it, &table, it->samples.count);
}

/* ---- all forms ---- */

static uint64_t first_seed(void)
{
    const char *from = getenv("FORM_FROM");
    return from ? strtoull(from, NULL, 10) : 1;
}

static uint64_t last_seed(uint64_t suite)
{
    const char *to = getenv("FORM_TO");
    return to ? strtoull(to, NULL, 10) : suite;
}

Test(forms, satisfy_what_they_must)
{
    for (uint64_t seed = first_seed(), last = last_seed(60); seed <= last; seed++) {
        program_close();
        toolchain_open();
        if (getenv("FORM_TO"))
            fprintf(stderr, "seed %lu\n", (unsigned long)seed);
        const char *text = text_print(arena, "-- seed %lu\n%s", (unsigned long)seed, form_text(seed));
        Case it = case_of(text, NULL, 1);
        choose_parameters(&it);
        sample(&it, 67);
        Outcomes result = evaluated(&it);
        cr_expect(isfinite(result.objective), "%s", text);
        expect_check(&it);
        expect_reference(&it, &result);
        expect_inputs(&it, &result);
        expect_other_ways(&it, &result);
        expect_memory(&it, &result);
        expect_kernels(&it);
        const Case second = second_of(&it, it.program, NULL);
        expect_check(&second);
        expect_workspaces(&second);
        expect_product_memory(&it);
        if (seed % 4 == 0)
            expect_threads(&it);
        if (seed % 4 == 2 || getenv("FORM_TO"))
            expect_vendored(&it, seed / 4);
    }
}

#include "gen/model/loss.h"
#include "tests/unit/guarded.h"
#include "tests/unit/variety.h"

#include "templates/solver.h"

#include <float.h>
#include <stdint.h>
#include <sys/resource.h>

TestSuite(solver, .init = fixture_open, .fini = fixture_close);

static bool same_bits(const double *a, const double *b, size_t count)
{
    return memcmp(a, b, count * sizeof *a) == 0;
}

static double *zeros(size_t count)
{
    return ARENA_ARRAY(arena, count, double);
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

/* Rounding in the solver's real type. */
static double rounding(const Model *model)
{
    return model->single ? (double)FLT_EPSILON : DBL_EPSILON;
}

/* What one evaluation gives. */
typedef struct {
    double objective, *prediction, *gradient;
} Result;

static Result evaluated(const Compiled *compiled)
{
    Result result = {.prediction = zeros(compiled->samples.count * compiled->model->outputs),
                     .gradient = zeros(compiled->model->parameters)};
    solver_evaluate(compiled->solver, &compiled->samples, compiled->params, &result.objective, result.prediction,
                    result.gradient);
    return result;
}

/* ---- evaluation ---- */

Test(solver, every_way_to_an_objective_gives_the_same_bits)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 2, SOLVER_CHUNK + 70);
        size_t outputs = compiled.samples.count * compiled.model->outputs;
        double *prediction = zeros(outputs), alone, with;
        Result result = evaluated(&compiled);
        solver_evaluate(compiled.solver, &compiled.samples, compiled.params, &alone, NULL, NULL);
        solver_evaluate(compiled.solver, &compiled.samples, compiled.params, &with, prediction, NULL);
        cr_expect(same_bits(&alone, &result.objective, 1), "%s", compiled.model->name);
        cr_expect(same_bits(&with, &result.objective, 1), "%s", compiled.model->name);
        cr_expect(same_bits(prediction, result.prediction, outputs), "%s", compiled.model->name);
        memset(prediction, 0, outputs * sizeof *prediction);
        solver_predict(compiled.solver, &compiled.samples, compiled.params, prediction);
        cr_expect(same_bits(prediction, result.prediction, outputs), "%s", compiled.model->name);
    }
}

Test(solver, every_feature_agrees_with_the_reference)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 1, 67);
        Result result = evaluated(&compiled);
        double error = reference_distance(&compiled, result.objective, result.gradient);
        cr_expect_leq(error, compiled.model->single ? 1e-5 : 1e-13, "%s: %g", compiled.model->name, error);
    }
}

Test(solver, gradient_of_what_is_not_learnt_is_zero)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 1, 10);
        double *gradient = evaluated(&compiled).gradient;
        for (size_t t = 0; t < compiled.model->tensor_count; t++) {
            const Tensor *tensor = &compiled.model->tensors[t];
            for (size_t j = 0; j < tensor->size && !tensor->learnt; j++)
                cr_expect_eq(gradient[tensor->offset + j], 0, "%s of %s", tensor->name, compiled.model->name);
        }
    }
}

Test(solver, threads_leave_every_bit)
{
    static const size_t threads[] = {1, 2, 3, 7};
    static const size_t counts[] = {1,
                                    SOLVER_CHUNK - 1,
                                    SOLVER_CHUNK,
                                    SOLVER_CHUNK + 1,
                                    2 * SOLVER_CHUNK,
                                    2 * SOLVER_CHUNK + 1,
                                    8 * SOLVER_CHUNK + 3};
    for (int spec = 0; spec < 4; spec++) { /* double and float, sum and average */
        Compiled compiled[4];
        for (int t = 0; t < 4; t++)
            compiled[t] = compiled_of(variety[spec], threads[t], 1);
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            choose_samples(&compiled[0], counts[c]);
            Result first = evaluated(&compiled[0]);
            for (int t = 1; t < 4; t++) {
                Compiled other = compiled[t];
                other.samples = compiled[0].samples;
                other.params = compiled[0].params;
                Result result = evaluated(&other);
                cr_expect(same_bits(&first.objective, &result.objective, 1));
                cr_expect(same_bits(first.prediction, result.prediction, counts[c] * other.model->outputs));
                cr_expect(same_bits(first.gradient, result.gradient, other.model->parameters),
                          "%s: %zu samples, %zu threads", other.model->name, counts[c], threads[t]);
            }
        }
    }
}

Test(solver, repetition_leaves_every_bit)
{
    Compiled compiled = compiled_of(variety[1], 3, 5 * SOLVER_CHUNK + 9);
    Result first = evaluated(&compiled);
    for (int i = 0; i < 50; i++) {
        Result again = evaluated(&compiled);
        cr_assert(same_bits(&first.objective, &again.objective, 1));
        cr_assert(same_bits(first.gradient, again.gradient, compiled.model->parameters));
    }
}

/* The samples from start on. */
static Compiled part_of(const Compiled *whole, size_t start, size_t count)
{
    Compiled part = *whole;
    part.x += start * whole->model->inputs;
    part.target += start * whole->model->outputs;
    part.samples = solver_samples(arena, whole->solver, count, part.x, NULL, part.target);
    return part;
}

/* Pieces that are cut elsewhere than at chunks add up to the whole, weighed by their share for an average. */
static void expect_sum_of_parts(const char *spec)
{
    const size_t total = 2 * SOLVER_CHUNK + 76, piece = 100;
    Compiled compiled = compiled_of(spec, 2, total);
    size_t parameters = compiled.model->parameters;
    double *gradient = zeros(parameters), *difference = zeros(parameters), objective = 0;
    for (size_t start = 0; start < total; start += piece) {
        Compiled part = part_of(&compiled, start, piece);
        Result result = evaluated(&part);
        double share = compiled.model->average ? (double)piece / (double)total : 1;
        objective += share * result.objective;
        for (size_t i = 0; i < parameters; i++)
            gradient[i] += share * result.gradient[i];
    }
    Result whole = evaluated(&compiled);
    double bound = 8 * sqrt((double)total) * rounding(compiled.model);
    for (size_t i = 0; i < parameters; i++)
        difference[i] = whole.gradient[i] - gradient[i];
    cr_expect_leq(fabs(whole.objective - objective), bound * fabs(objective), "%s", compiled.model->name);
    cr_expect_leq(length(parameters, difference), bound * length(parameters, gradient), "%s", compiled.model->name);
}

Test(solver, chunks_add_up)
{
    for (int i = 0; i < VARIETY; i++) {
        expect_sum_of_parts(variety[i]);
        const char *average = strstr(variety[i], "average") ? "" : "average = true, ";
        expect_sum_of_parts(text_print(arena, "return network { %s%s", average, strchr(variety[i], '{') + 1));
    }
}

Test(solver, no_samples_no_objective)
{
    Compiled compiled = compiled_of(variety[1], 2, 0);
    Result result = evaluated(&compiled);
    cr_expect_eq(result.objective, 0);
    cr_expect_eq(length(compiled.model->parameters, result.gradient), 0);
}

/* ---- accuracy ---- */

static double accuracy_of(const char *link, size_t outputs, size_t count, const double *prediction,
                          const double *target)
{
    Model model = {.link = loss_link(link), .outputs = outputs, .observations = 1};
    return sampled_accuracy(&model, count, prediction, target);
}

Test(solver, accuracy_of_one_output)
{
    const double prediction[] = {0.2, 0.8, 0.5, 0.50001, 0.5}, target[] = {0, 1, 1, 1, 0};
    cr_expect_eq(accuracy_of("sigmoid", 1, 5, prediction, target), 0.8);
    cr_expect_eq(accuracy_of("sigmoid", 1, 0, prediction, target), 0);
}

/* What is missing counts nothing: of numbers an entry, of classes the whole. */
Test(solver, accuracy_of_what_is_observed)
{
    const double prediction[] = {0.2, 0.8, 0.5, 0.6, 0.1, 0.9}, target[] = {0, NAN, 1, 1, NAN, NAN};
    Model model = {.link = loss_link("sigmoid"), .outputs = 1, .observations = 3};
    cr_expect_eq(sampled_accuracy(&model, 2, prediction, target), 2.0 / 3);
    cr_expect_eq(sampled_accuracy(&model, 2, prediction, NULL), 0);
    model.link = loss_link("softmax");
    model.outputs = 2;
    model.observations = 1;
    cr_expect_eq(sampled_accuracy(&model, 3, prediction, target), 0);
    model.link = loss_link("identity");
    cr_expect_float_eq(sampled_accuracy(&model, 3, prediction, target), sqrt((0.04 + 0.25 + 0.16) / 3), 1e-15);
    cr_expect_eq(sampled_accuracy(&model, 1, prediction, target + 4), 0);
}

/* At a tie the first of the largest is the answer. */
Test(solver, accuracy_of_several_outputs)
{
    const double prediction[] = {0.2, 0.5, 0.3, 0.4, 0.2, 0.4, 0.4, 0.2, 0.4, 0.1, 0.1, 0.8};
    const double target[] = {0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0};
    cr_expect_eq(accuracy_of("softmax", 3, 4, prediction, target), 0.5);
    cr_expect_eq(accuracy_of("sigmoid", 3, 4, prediction, target), 0.5);
}

Test(solver, accuracy_of_real_targets_is_the_root_mean_square)
{
    const double prediction[] = {1, 2, 3, 4}, target[] = {1, 4, 3, 0};
    cr_expect_float_eq(accuracy_of("identity", 2, 2, prediction, target), sqrt(5), 1e-15);
    cr_expect_float_eq(accuracy_of("identity", 1, 4, prediction, target), sqrt(5), 1e-15);
}

/* ---- derivatives ---- */

/* <Jv, w> = <v, J^T w>. */
Test(solver, pullback_is_the_transpose_of_pushforward)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 1, 131);
        const Model *model = compiled.model;
        size_t inputs = 131 * model->inputs, outputs = 131 * model->outputs, parameters = model->parameters;
        double *x_dot = some_numbers(model, inputs), *w = some_numbers(model, outputs), *jv = zeros(outputs);
        double *v = some_numbers(model, parameters), *x_bar = zeros(inputs), *gradient = zeros(parameters);
        solver_pushforward(compiled.solver, &compiled.samples, x_dot, NULL, compiled.params, v, jv);
        solver_pullback(compiled.solver, &compiled.samples, compiled.params, w, x_bar, NULL, gradient);
        double error = inner(outputs, jv, w) - inner(inputs, x_dot, x_bar) - inner(parameters, v, gradient);
        cr_expect_leq(fabs(error), 100 * rounding(model) * length(outputs, jv) * length(outputs, w), "%s: %g",
                      model->name, error);
        double *again = zeros(parameters);
        solver_pullback(compiled.solver, &compiled.samples, compiled.params, w, NULL, NULL, again);
        cr_expect(same_bits(gradient, again, parameters), "%s", model->name);
    }
}

/* ---- trajectories ---- */

typedef struct {
    size_t row, size; /* of one layer, of all */
    double *states, *tangents, *costates, *x_dot, *w;
} Trajectory;

static Trajectory trajectory_of(const Compiled *compiled)
{
    const Model *model = compiled->model;
    Trajectory it = {.row = compiled->samples.count * model->width};
    it.size = (model->layers + 1) * it.row;
    it.states = zeros(it.size);
    it.tangents = zeros(it.size);
    it.costates = zeros(it.size);
    it.x_dot = some_numbers(model, compiled->samples.count * model->inputs);
    it.w = some_numbers(model, compiled->samples.count * model->outputs);
    solver_trajectory(compiled->solver, &compiled->samples, compiled->params, it.x_dot, it.w, it.states, it.tangents,
                      it.costates);
    return it;
}

/* <p_n, dy_n> is one number; at the end it is what pushforward moves along w. */
Test(solver, costates_and_tangents_keep_their_product)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 1, 70);
        const Model *model = compiled.model;
        Trajectory it = trajectory_of(&compiled);
        size_t outputs = compiled.samples.count * model->outputs;
        double *jv = zeros(outputs);
        solver_pushforward(compiled.solver, &compiled.samples, it.x_dot, NULL, compiled.params,
                           zeros(model->parameters), jv);
        double wanted = inner(outputs, jv, it.w);
        for (size_t n = 0; n <= model->layers; n++) {
            const double *p = it.costates + n * it.row, *dy = it.tangents + n * it.row;
            double scale = length(it.row, p) * length(it.row, dy);
            cr_expect_leq(fabs(inner(it.row, p, dy) - wanted), 100 * rounding(model) * scale, "%s, layer %zu",
                          model->name, n);
        }
    }
}

/* How the sum of the samples' losses changes along x_dot, by central differences in long double. */
static double slope_of_losses(const Compiled *compiled, const double *x_dot)
{
    static const double step = 1e-5;
    const Model *model = compiled->model;
    size_t count = compiled->samples.count, inputs = count * model->inputs;
    Interpreter *interpreter = interpret_new(arena, compiled->program->network);
    double *x = zeros(inputs), change = 0;
    for (int side = -1; side <= 1; side += 2) {
        for (size_t i = 0; i < inputs; i++)
            x[i] = compiled->x[i] + side * step * x_dot[i];
        change += side * (double)interpret_objective(interpreter, count, x, NULL, compiled->target,
                                                     widened(compiled->params, model->parameters));
    }
    return change / (2 * step) * (model->average ? (double)count : 1);
}

/* The costates of the losses say how these change, at every layer. */
Test(solver, costates_of_the_losses)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 1, 70);
        const Model *model = compiled.model;
        Trajectory it = trajectory_of(&compiled);
        double wanted = slope_of_losses(&compiled, it.x_dot);
        solver_trajectory(compiled.solver, &compiled.samples, compiled.params, NULL, NULL, NULL, NULL, it.costates);
        for (size_t n = 0; n <= model->layers; n++) {
            const double *p = it.costates + n * it.row, *dy = it.tangents + n * it.row;
            double scale = length(it.row, p) * length(it.row, dy);
            cr_expect_leq(fabs(inner(it.row, p, dy) - wanted), (1e-6 + 100 * rounding(model)) * scale,
                          "%s, layer %zu: %g, not %g", model->name, n, inner(it.row, p, dy), wanted);
        }
    }
}

/* y_n+1 - y_n = h sum b_i f_i: the slopes that the interpreter gives are those that the solver advances by. */
static void expect_steps(const Compiled *compiled, const double *states)
{
    const Model *model = compiled->model;
    const Tableau *tableau = compiled->program->description.tableau;
    size_t width = model->width, count = compiled->samples.count, stages = tableau->stages;
    Interpreter *interpreter = interpret_new(arena, compiled->program->network);
    long double *slopes = ARENA_ARRAY(arena, model->layers * stages * width, long double);
    const double *steps = compiled->params + model->tensors[model->step_tensor].offset;
    for (size_t sample = 0; sample < count; sample++) {
        interpret_slopes(interpreter, compiled->x + sample * model->inputs, NULL,
                         widened(compiled->params, model->parameters), slopes);
        for (size_t i = 0; i < model->layers * width; i++) {
            size_t layer = i / width, row = i % width;
            const double *y = states + (layer * count + sample) * width + row;
            long double sum = 0;
            for (size_t k = 0; k < stages; k++)
                sum += (long double)number_to_double(tableau->b[k]) * slopes[(layer * stages + k) * width + row];
            cr_expect_float_eq(y[count * width] - y[0], (double)(steps[layer] * sum), 100 * rounding(model), "%s",
                               model->name);
        }
    }
}

Test(solver, slopes_make_the_steps)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 1, 2);
        if (compiled.model->residual)
            expect_steps(&compiled, trajectory_of(&compiled).states);
    }
}

/* The interpreter's head makes of the last states what the solver predicts. */
Test(solver, heads_make_predictions_of_last_states)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 1, 70);
        const Model *model = compiled.model;
        Trajectory it = trajectory_of(&compiled);
        size_t outputs = compiled.samples.count * model->outputs;
        double *predicted = zeros(outputs), *made = zeros(outputs);
        solver_predict(compiled.solver, &compiled.samples, compiled.params, predicted);
        interpret_head(interpret_new(arena, compiled.program->network), compiled.samples.count,
                       it.states + model->layers * it.row, widened(compiled.params, model->parameters), made);
        for (size_t k = 0; k < outputs; k++)
            cr_expect_float_eq(made[k], predicted[k], 100 * rounding(model) * fmax(1, fabs(predicted[k])), "%s",
                               model->name);
    }
}

Test(solver, trajectory_leaves_out_what_is_not_asked_for)
{
    Compiled compiled = compiled_of(variety[1], 1, 70);
    Trajectory all = trajectory_of(&compiled);
    double *states = zeros(all.size), *tangents = zeros(all.size), *costates = zeros(all.size);
    solver_trajectory(compiled.solver, &compiled.samples, compiled.params, NULL, NULL, states, NULL, NULL);
    solver_trajectory(compiled.solver, &compiled.samples, compiled.params, all.x_dot, NULL, NULL, tangents, NULL);
    solver_trajectory(compiled.solver, &compiled.samples, compiled.params, NULL, all.w, NULL, NULL, costates);
    cr_expect(same_bits(states, all.states, all.size));
    cr_expect(same_bits(tangents, all.tangents, all.size));
    cr_expect(same_bits(costates, all.costates, all.size));
}

Test(solver, first_state_is_the_padded_input)
{
    Compiled compiled = compiled_of(variety[1], 1, 70);
    const Model *model = compiled.model;
    Trajectory it = trajectory_of(&compiled);
    for (size_t i = 0; i < 70; i++)
        for (size_t j = 0; j < model->width; j++)
            cr_expect_eq(it.states[i * model->width + j], j < model->inputs ? compiled.x[i * model->inputs + j] : 0);
}

/* AddressSanitizer keeps what is freed for a while. */
#if !defined(__SANITIZE_ADDRESS__)
Test(solver, single_calls_give_their_memory_back)
{
    enum { CALLS = 500, MOST = 4 * 1024 /* KiB */ };
    Compiled compiled = compiled_of(variety[1], 1, SOLVER_CHUNK);
    Trajectory it = trajectory_of(&compiled);
    double *v = zeros(compiled.model->parameters), *moved = zeros(it.row), *gradient = zeros(it.size);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < CALLS; i++) {
        solver_trajectory(compiled.solver, &compiled.samples, compiled.params, it.x_dot, it.w, it.states, it.tangents,
                          it.costates);
        solver_pushforward(compiled.solver, &compiled.samples, it.x_dot, NULL, compiled.params, v, moved);
        solver_pullback(compiled.solver, &compiled.samples, compiled.params, it.w, moved, NULL, gradient);
    }
    getrusage(RUSAGE_SELF, &after);
    cr_expect_lt(after.ru_maxrss - before.ru_maxrss, MOST);
}
#endif

/* ---- batches ---- */

Test(solver, batches_are_the_samples_they_name)
{
    for (int spec = 0; spec < 4; spec++) {
        Compiled compiled = compiled_of(variety[spec], 2, 900);
        const Model *model = compiled.model;
        Objective objective = sampled_objective(arena, compiled.solver, &compiled.samples, compiled.target);
        static const size_t counts[] = {3, 64, 700, 1};
        for (int c = 0; c < 4; c++) {
            size_t *indices = ARENA_ARRAY(arena, counts[c], size_t);
            Compiled batch = compiled;
            batch.x = zeros(counts[c] * model->inputs);
            batch.target = zeros(counts[c] * model->outputs);
            for (size_t i = 0; i < counts[c]; i++) {
                indices[i] = noise_between(0, 899);
                memcpy(batch.x + i * model->inputs, compiled.x + indices[i] * model->inputs,
                       model->inputs * sizeof(double));
                memcpy(batch.target + i * model->outputs, compiled.target + indices[i] * model->outputs,
                       model->outputs * sizeof(double));
            }
            batch.samples = solver_samples(arena, compiled.solver, counts[c], batch.x, NULL, batch.target);
            Evaluation evaluation;
            double *gradient = zeros(model->parameters);
            cr_assert(
                objective.evaluate(objective.context, compiled.params, indices, counts[c], &evaluation, gradient));
            Result wanted = evaluated(&batch);
            cr_expect(same_bits(&evaluation.objective, &wanted.objective, 1));
            cr_expect(same_bits(gradient, wanted.gradient, model->parameters));
            cr_expect_eq(evaluation.accuracy, sampled_accuracy(model, counts[c], wanted.prediction, batch.target));
        }
    }
}

Test(solver, without_indices_all_samples_count)
{
    Compiled compiled = compiled_of(variety[0], 1, 600);
    Objective objective = sampled_objective(arena, compiled.solver, &compiled.samples, compiled.target);
    Evaluation evaluation;
    cr_assert(objective.evaluate(objective.context, compiled.params, NULL, 7, &evaluation, NULL));
    Result wanted = evaluated(&compiled);
    cr_expect(same_bits(&evaluation.objective, &wanted.objective, 1));
}

/* ---- the table of the ABI ---- */

static void expect_guards(const void *memory, size_t size, const char *name)
{
    size_t beyond = written_beyond(memory, size);
    cr_assert_eq(beyond, 0, "%s: written beyond, %zu bytes", name, beyond);
}

/* Memory for a call: a workspace and results of exactly the sizes that the table names. */
typedef struct {
    const struct costate_table *table;
    size_t count;
    void *work, *prediction, *gradient, *x_bar, *trajectory[3];
    double objective;
} Bench;

static size_t trajectory_bytes(const Bench *bench)
{
    const struct costate_table *table = bench->table;
    return (table->layers + 1) * bench->count * table->width * table->real_bytes;
}

static Bench bench_new(const struct costate_table *table, size_t count, size_t workspace)
{
    Bench bench = {.table = table, .count = count};
    bench.work = guarded(workspace);
    bench.prediction = guarded(count * table->outputs * table->real_bytes);
    bench.gradient = guarded(table->parameters * table->real_bytes);
    bench.x_bar = guarded(count * table->inputs * table->real_bytes);
    for (int i = 0; i < 3; i++)
        bench.trajectory[i] = guarded(trajectory_bytes(&bench));
    return bench;
}

static void expect_bench(const Bench *bench, size_t workspace, const char *name)
{
    const struct costate_table *table = bench->table;
    expect_guards(bench->work, workspace, name);
    expect_guards(bench->prediction, bench->count * table->outputs * table->real_bytes, name);
    expect_guards(bench->gradient, table->parameters * table->real_bytes, name);
    expect_guards(bench->x_bar, bench->count * table->inputs * table->real_bytes, name);
    for (int i = 0; i < 3; i++)
        expect_guards(bench->trajectory[i], trajectory_bytes(bench), name);
}

/* Numbers in the solver's real type. */
static void *reals(const Model *model, size_t count)
{
    double *values = some_numbers(model, count);
    float *narrow = ARENA_ARRAY(arena, count, float);
    for (size_t i = 0; i < count; i++)
        narrow[i] = (float)values[i];
    return model->single ? (void *)narrow : values;
}

static void call_all(const Model *model, const struct costate_table *table, size_t n)
{
    const void *x = reals(model, n * model->inputs), *target = reals(model, n * model->outputs);
    const void *params = reals(model, model->parameters), *direction = reals(model, model->parameters);
    Bench small = bench_new(table, n, table->forward_workspace_bytes);
    cr_expect_eq(table->forward(n, x, NULL, params, small.prediction, small.work), 0);
    expect_bench(&small, table->forward_workspace_bytes, model->name);
    cr_expect_eq(table->objective(n, x, NULL, target, params, &small.objective, small.prediction, small.work), 0);
    expect_bench(&small, table->forward_workspace_bytes, model->name);
    Bench it = bench_new(table, n, table->workspace_bytes);
    cr_expect_eq(table->evaluate(n, x, NULL, target, params, &it.objective, it.prediction, NULL, it.gradient, it.work),
                 0);
    expect_bench(&it, table->workspace_bytes, model->name);
    cr_expect_eq(table->pullback(n, x, NULL, params, target, it.x_bar, NULL, it.gradient, it.work), 0);
    expect_bench(&it, table->workspace_bytes, model->name);
    cr_expect_eq(table->pushforward(n, x, x, NULL, NULL, params, direction, it.prediction, it.work), 0);
    expect_bench(&it, table->workspace_bytes, model->name);
    Bench last = bench_new(table, n, table->trajectory_workspace_bytes);
    for (int from = 0; from < 2; from++) {
        cr_expect_eq(table->trajectory(n, x, NULL, from ? target : NULL, params, x, from ? NULL : target,
                                       last.trajectory[0], last.trajectory[1], last.trajectory[2], last.work),
                     0);
        expect_bench(&last, table->trajectory_workspace_bytes, model->name);
    }
}

Test(solver, nothing_is_written_beyond_the_workspace)
{
    for (int i = 0; i < VARIETY; i++) {
        const Program *program = program_of(variety[i]);
        struct costate_table table = table_of(program);
        call_all(program->description.model, &table, 1);
        call_all(program->description.model, &table, 131);
    }
}

Test(solver, table_says_what_the_model_says)
{
    for (int i = 0; i < VARIETY; i++) {
        const Program *program = program_of(variety[i]);
        const Model *model = program->description.model;
        struct costate_table table = table_of(program);
        cr_expect(table.inputs == model->inputs && table.width == model->width && table.outputs == model->outputs);
        cr_expect(table.layers == model->layers && table.parameters == model->parameters);
        cr_expect_eq(table.real_bytes, model->single ? 4 : 8);
        for (size_t t = 0; t < model->tensor_count; t++) {
            cr_expect_str_eq(table.tensors[t].name, model->tensors[t].name);
            cr_expect_eq(table.tensors[t].offset, model->tensors[t].offset);
            cr_expect_eq(table.tensors[t].rank, model->tensors[t].rank);
        }
        cr_expect_str_eq(table.tensors[model->tensor_count].name, "");
    }
}

/* Arrays that are needed must be there; with no samples those of the samples are not needed. */
Test(solver, null_arrays_are_refused)
{
    const Program *program = program_of(variety[0]);
    struct costate_table table = table_of(program);
    double x[2] = {0.5, 0.25}, target[1] = {1}, out[2], objective = 7, *params = zeros(table.parameters);
    double *gradient = zeros(table.parameters);
    void *work = arena_alloc(arena, table.workspace_bytes);
    cr_expect_eq(table.forward(1, NULL, NULL, params, out, work), 1);
    cr_expect_eq(table.forward(1, x, NULL, params, NULL, work), 1);
    cr_expect_eq(table.forward(1, x, NULL, params, out, NULL), 1);
    cr_expect_eq(table.objective(1, x, NULL, NULL, params, &objective, NULL, work), 1);
    cr_expect_eq(table.objective(1, x, NULL, target, params, NULL, NULL, work), 1);
    cr_expect_eq(table.evaluate(1, x, NULL, target, NULL, &objective, NULL, NULL, gradient, work), 1);
    cr_expect_eq(table.evaluate(1, x, NULL, target, params, &objective, NULL, NULL, NULL, work), 1);
    cr_expect_eq(table.pullback(1, x, NULL, params, NULL, NULL, NULL, gradient, work), 1);
    cr_expect_eq(table.pushforward(1, x, NULL, NULL, NULL, params, params, out, work), 1);
    cr_expect_eq(objective, 7);
    cr_expect_eq(table.forward(0, NULL, NULL, params, NULL, work), 0);
    cr_expect_eq(table.objective(0, NULL, NULL, NULL, params, &objective, NULL, work), 0);
    cr_expect_eq(objective, 0);
    objective = 7;
    cr_expect_eq(table.evaluate(0, NULL, NULL, NULL, params, &objective, NULL, NULL, gradient, work), 0);
    cr_expect_eq(objective, 0);
}

#include "runtime/solver/sampled.h"

#include "gen/network/equations.h"
#include "runtime/number/reals.h"
#include "runtime/solver/squares.h"
#include "runtime/system/ranks.h"

#include <math.h>
#include <string.h>

size_t sampled_class(const Model *model, const double *p)
{
    for (size_t j = 0; j < model->outputs; j++)
        if (isnan(p[j]))
            return model_classes(model);
    return model->outputs == 1 ? *p > 0.5 : reals_largest(p, model->outputs);
}

/* Adds what the accuracy of these samples, or their RMSE, is found from. */
enum { KNOWN, RIGHT };
static void add_samples(const Model *model, size_t count, const double *prediction, const double *target, double *sums)
{
    const size_t outputs = model->outputs, classes = model_classes(model);
    if (!classes) {
        reals_add_squares(count * model_predictions(model), prediction, target, sums);
        return;
    }
    for (size_t i = 0; i < count * model->observations; i++) {
        const size_t is = sampled_class(model, target + i * outputs);
        sums[KNOWN] += is < classes;
        sums[RIGHT] += is < classes && sampled_class(model, prediction + i * outputs) == is;
    }
}

static double accuracy_of(const Model *model, const double *sums)
{
    if (!model_classes(model))
        return reals_root(sums);
    return sums[KNOWN] > 0 ? sums[RIGHT] / sums[KNOWN] : 0;
}

/* As the solver adds up its chunks. */
static void add_up(const Model *model, size_t count, const double *prediction, const double *target, double *sums)
{
    const size_t numbers = model_predictions(model);
    double others[MEASURE_MOST] = {0};
    size_t half = SOLVER_CHUNK;
    if (count <= half) {
        add_samples(model, count, prediction, target, sums);
        return;
    }
    while (2 * half < count)
        half *= 2;
    add_up(model, half, prediction, target, sums);
    add_up(model, count - half, prediction + half * numbers, target + half * numbers, others);
    for (size_t i = 0; i < MEASURE_MOST; i++)
        sums[i] += others[i];
}

double sampled_accuracy(const Model *model, size_t count, const double *prediction, const double *target)
{
    double sums[MEASURE_MOST] = {0};
    if (target)
        add_up(model, count, prediction, target, sums);
    return accuracy_of(model, sums);
}

const char *sampled_accuracy_name(const Model *model)
{
    if (!model->has_loss)
        return NULL;
    return !model_classes(model) ? "RMSE" : "accuracy";
}

const char *sampled_measure(const Model *model)
{
    if (!model->has_loss)
        return NULL;
    return !model_classes(model) ? "rmse" : "accuracy";
}

typedef struct {
    Arena *arena;
    Solver *solver;
    Samples samples;
    const double *target;
    void *batch_x, *batch_signals, *batch_target; /* gathered samples in the real type */
    double *batch_targets;                        /* the same as doubles */
    double *batch_inputs;                         /* of one sample */
    size_t batch_capacity;
    bool learns_x;
    double *x_bar; /* [count][inputs] where inputs are learnt */
} Context;

static void reserve_batch(Context *context, size_t count)
{
    const Model *model = solver_model(context->solver);
    size_t real = solver_real_bytes(context->solver);
    if (count <= context->batch_capacity)
        return;
    context->batch_capacity = count;
    context->batch_x = arena_array(context->arena, count * model->inputs, real);
    context->batch_signals = arena_array(context->arena, count * model->signals * model_signal_rows(model) + 1, real);
    context->batch_inputs = ARENA_ARRAY(context->arena, model->inputs, double);
    if (!context->target && !context->samples.rows)
        return;
    context->batch_target = arena_array(context->arena, count * model_targets(model), real);
    context->batch_targets = ARENA_ARRAY(context->arena, count * model_predictions(model), double);
}

/* Row number `to` of the batch becomes row number `from` of all, where there are any; rows are of that many bytes. */
static void copy_row(void *batch, size_t to, const void *all, size_t from, size_t bytes)
{
    if (all)
        memcpy((char *)batch + to * bytes, (const char *)all + from * bytes, bytes);
}

/* The samples, where inputs are learnt with those that stand behind the parameters. */
static Samples samples_at(const Context *context, Arena *own, const double *params)
{
    const Model *model = solver_model(context->solver);
    Samples samples = context->samples;
    if (context->learns_x)
        samples.x = solver_samples(own, context->solver, samples.count, params + model->parameters, NULL, NULL).x;
    return samples;
}

/* Puts a row of those that are not in memory into row number `to` of the batch. */
static void read_row(Context *context, size_t to, size_t from)
{
    const Model *model = solver_model(context->solver);
    const SampleRows *rows = context->samples.rows;
    const size_t real = solver_real_bytes(context->solver), numbers = model_predictions(model);
    double *target = context->batch_targets + to * numbers;
    rows->read(rows->context, from, 1, context->batch_inputs, target);
    Arena *own = arena_within(context->arena);
    const Samples row = solver_samples(own, context->solver, 1, context->batch_inputs, NULL, target);
    copy_row(context->batch_x, to, row.x, 0, model->inputs * real);
    copy_row(context->batch_target, to, row.target, 0, numbers * real);
    arena_free(own);
}

/* The rows of a batch, of which this rank evaluates a part. Those that other ranks have alone they tell. */
static void gather_rows(Context *context, const size_t *indices, size_t count, SolverPart part)
{
    const Model *model = solver_model(context->solver);
    const SampleRows *rows = context->samples.rows;
    const size_t real = solver_real_bytes(context->solver), targets = count * model_predictions(model);
    const size_t x_bytes = count * model->inputs * real;
    const bool all = rows->end - rows->first == context->samples.count;
    for (size_t i = part.first; i < part.end && all; i++)
        read_row(context, i, indices[i]);
    if (all)
        return;
    memset(context->batch_x, 0, x_bytes);
    memset(context->batch_target, 0, targets * real);
    memset(context->batch_targets, 0, targets * sizeof(double));
    for (size_t i = 0; i < count; i++)
        if (indices[i] >= rows->first && indices[i] < rows->end)
            read_row(context, i, indices[i]);
    ranks_unite(context->batch_x, x_bytes);
    ranks_unite(context->batch_target, targets * real);
    ranks_unite(context->batch_targets, targets * sizeof(double));
}

static Samples gather(Context *context, const Samples *all, const size_t *indices, size_t count)
{
    const Model *model = solver_model(context->solver);
    size_t real = solver_real_bytes(context->solver), numbers = model_predictions(model);
    size_t signals = model->signals * model_signal_rows(model);
    const SolverPart part = solver_part(count);
    reserve_batch(context, count);
    if (all->rows)
        gather_rows(context, indices, count, part);
    for (size_t i = part.first; i < part.end && !all->rows; i++) {
        copy_row(context->batch_x, i, all->x, indices[i], model->inputs * real);
        copy_row(context->batch_signals, i, context->samples.signals, indices[i], signals * real);
        copy_row(context->batch_target, i, context->samples.target, indices[i], model_targets(model) * real);
        copy_row(context->batch_targets, i, context->target, indices[i], numbers * sizeof(double));
    }
    return (Samples){.count = count,
                     .x = context->batch_x,
                     .signals = signals ? context->batch_signals : NULL,
                     .target = context->target || all->rows ? context->batch_target : NULL,
                     .share = model->average ? 1 : (double)count / (double)context->samples.count};
}

/* The derivative by the inputs of the samples, behind that by the parameters. */
static void hand_out(const Context *context, const size_t *indices, size_t count, double *gradient)
{
    const Model *model = solver_model(context->solver);
    size_t row = model->inputs * sizeof(double);
    double *all = gradient + model->parameters;
    memset(all, 0, context->samples.count * row);
    for (size_t i = 0; i < count; i++)
        memcpy(all + (indices ? indices[i] : i) * model->inputs, context->x_bar + i * model->inputs, row);
}

/* What a measure knows. */
typedef struct {
    const Model *model;
    const double *target; /* of the samples that are evaluated */
} Targets;

static void measure(const void *object, size_t start, size_t count, const double *prediction, const double *target,
                    double *sums)
{
    const Targets *targets = object;
    const double *own = target ? target : targets->target + start * model_predictions(targets->model);
    add_samples(targets->model, count, prediction, own, sums);
}

static bool evaluate(void *object, const double *params, const size_t *indices, size_t count, Evaluation *evaluation,
                     double *gradient)
{
    Context *context = object;
    Arena *own = arena_within(context->arena);
    const Samples all = samples_at(context, own, params);
    const Samples samples = indices ? gather(context, &all, indices, count) : all;
    double *x_bar = gradient && context->learns_x ? context->x_bar : NULL;
    const Targets targets = {solver_model(context->solver), indices ? context->batch_targets : context->target};
    const bool observed = targets.target || (samples.rows && targets.model->has_loss);
    const Measure measured = {MEASURE_MOST, measure, &targets};
    double sums[MEASURE_MOST] = {0};
    solver_measure(context->solver, &samples, params, observed ? &measured : NULL, sums, &evaluation->objective, x_bar,
                   gradient);
    if (x_bar)
        hand_out(context, indices, samples.count, gradient);
    arena_free(own);
    evaluation->accuracy = accuracy_of(targets.model, sums);
    return true;
}

static bool hessian(void *object, const double *params, const double *direction, double *product)
{
    const Context *context = object;
    const size_t parameters = solver_model(context->solver)->parameters;
    Arena *own = arena_within(context->arena);
    const Samples samples = samples_at(context, own, params);
    solver_hessian_inputs(context->solver, &samples, params, context->learns_x ? direction + parameters : NULL,
                          direction, context->learns_x ? product + parameters : NULL, product);
    arena_free(own);
    return true;
}

static bool squares(void *object, const double *params, double *matrix)
{
    const Context *context = object;
    Arena *own = arena_within(context->arena);
    const Samples samples = samples_at(context, own, params);
    squares_matrix(own, context->solver, &samples, context->target, context->learns_x, params, matrix);
    arena_free(own);
    return true;
}

enum { SOLVED_AT_ONCE = 64 /* samples, whose counts of all layers are in memory */ };

/* What ranks tell each other of their solves. */
enum { SOLVED, MOST, LOST, ITERATIONS, SAMPLE, LAYER, EQUATION, SOLVE_NUMBERS };

/* The counts [layers][equations] of sample i of `count`, which is number `sample` of all. states [layers + 1][count]
 * [width]. */
static void add_solves(const Context *context, size_t i, size_t count, const double *states, const double *counts,
                       size_t sample, double *solves)
{
    const Model *model = solver_model(context->solver);
    const size_t equations = solver_equations(context->solver);
    for (size_t k = 0; k < model->layers * equations; k++) {
        const size_t layer = k / equations;
        const double *y = states + (layer * count + i) * model->width;
        const double taken = counts[(layer * count + i) * equations + k % equations];
        if (isnan(taken) && reals_finite(y, model->width) && solves[LOST]++ == 0) {
            solves[SAMPLE] = (double)sample;
            solves[LAYER] = (double)layer;
            solves[EQUATION] = (double)(k % equations);
        }
        if (isnan(taken))
            return;
        solves[ITERATIONS] += taken;
        solves[SOLVED]++;
        solves[MOST] = fmax(solves[MOST], taken);
    }
}

static Samples read_some(Arena *arena, const Solver *solver, const SampleRows *rows, size_t start, size_t count)
{
    double *x = ARENA_ARRAY(arena, count * solver_model(solver)->inputs, double);
    rows->read(rows->context, start, count, x, NULL);
    return solver_samples(arena, solver, count, x, NULL, NULL);
}

static void join_solves(const void *context, const double *before, double *solves)
{
    (void)context;
    for (int i = SAMPLE; i < SOLVE_NUMBERS && before[LOST] > 0; i++)
        solves[i] = before[i];
    solves[SOLVED] += before[SOLVED];
    solves[ITERATIONS] += before[ITERATIONS];
    solves[LOST] += before[LOST];
    solves[MOST] = fmax(solves[MOST], before[MOST]);
}

static void solve_some(const Context *context, const Samples *all, const double *params, size_t start, size_t end,
                       double *solves)
{
    const Model *model = solver_model(context->solver);
    Arena *own = arena_within(context->arena);
    const size_t real = solver_real_bytes(context->solver), signals = model->signals * model_signal_rows(model);
    const size_t count = end - start;
    double *states = ARENA_ARRAY(own, (model->layers + 1) * count * model->width, double);
    double *counts = ARENA_ARRAY(own, model->layers * count * solver_equations(context->solver), double);
    const Samples some =
        all->rows ? read_some(own, context->solver, all->rows, start, count)
                  : (Samples){.count = count,
                              .x = (const char *)all->x + start * model->inputs * real,
                              .signals = signals ? (const char *)all->signals + start * signals * real : NULL};
    solver_solve_steps(context->solver, &some, params, states, counts, NULL);
    for (size_t i = 0; i < count; i++)
        add_solves(context, i, count, states, counts, start + i, solves);
    arena_free(own);
}

static void count_solves(void *object, const double *params, Solves *solves)
{
    const Context *context = object;
    Arena *own = arena_within(context->arena);
    const Samples all = samples_at(context, own, params);
    const Step *step = &solver_network(context->solver)->step;
    const SolverPart part = solver_part(all.count);
    double found[SOLVE_NUMBERS] = {0};
    for (size_t start = part.first; start < part.end; start += SOLVED_AT_ONCE)
        solve_some(context, &all, params, start, part.end - start < SOLVED_AT_ONCE ? part.end : start + SOLVED_AT_ONCE,
                   found);
    if (part.end - part.first < all.count)
        ranks_reduce(found, SOLVE_NUMBERS, join_solves, NULL);
    *solves = (Solves){.stages = equations_text(context->arena, step),
                       .solved = (size_t)found[SOLVED],
                       .most = (size_t)found[MOST],
                       .mean = found[SOLVED] > 0 ? found[ITERATIONS] / found[SOLVED] : 0,
                       .lost = (size_t)found[LOST],
                       .sample = (size_t)found[SAMPLE],
                       .layer = (size_t)found[LAYER]};
    if (solves->lost)
        solves->unknown =
            equations_stages(context->arena, step, equations_of(context->arena, step).nodes[(size_t)found[EQUATION]]);
    arena_free(own);
}

/* The targets that are there, and count something. */
static size_t known(const Solver *solver, const Samples *samples, const double *target)
{
    const size_t numbers = model_predictions(solver_model(solver));
    size_t sum = 0;
    for (size_t k = 0; target && k < samples->count * numbers; k++)
        if (!isnan(target[k]) && solver_weight(solver, samples, k / numbers) > 0)
            sum++;
    return sum;
}

static Objective objective_of(Arena *arena, Solver *solver, const Samples *samples, const double *target, bool learns_x)
{
    const Model *model = solver_model(solver);
    Context *context = ARENA_NEW(arena, Context);
    *context = (Context){.arena = arena, .solver = solver, .samples = *samples, .target = target, .learns_x = learns_x};
    if (learns_x)
        context->x_bar = ARENA_ARRAY(arena, samples->count * model->inputs, double);
    return (Objective){.context = context,
                       .parameters = learns_x ? model_unknowns(model, samples->count) : model->parameters,
                       .samples = samples->count,
                       .evaluate = evaluate,
                       .hessian = solver_second(solver) ? hessian : NULL,
                       .squares = algorithm_rows[model->train.algorithm].squares ? squares : NULL,
                       .solves = solver_equations(solver) ? count_solves : NULL,
                       .residuals = samples->rows ? samples->rows->known : known(solver, samples, target)};
}

Objective sampled_training(Arena *arena, Solver *solver, const Samples *samples, const double *target)
{
    return objective_of(arena, solver, samples, target, solver_model(solver)->learns_x);
}

Objective sampled_objective(Arena *arena, Solver *solver, const Samples *samples, const double *target)
{
    return objective_of(arena, solver, samples, target, false);
}

Objective sampled_validation(Arena *arena, Solver *solver, const Samples *samples, const double *target)
{
    Samples alone = *samples;
    alone.share = 0;
    return objective_of(arena, solver, &alone, target, false);
}

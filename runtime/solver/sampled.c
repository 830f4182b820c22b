#include "runtime/solver/sampled.h"

#include "gen/network/equations.h"
#include "runtime/number/reals.h"
#include "runtime/solver/squares.h"

#include <math.h>
#include <string.h>

size_t sampled_class(const Model *model, const double *p)
{
    for (size_t j = 0; j < model->outputs; j++)
        if (isnan(p[j]))
            return model_classes(model);
    return model->outputs == 1 ? *p > 0.5 : reals_largest(p, model->outputs);
}

double sampled_accuracy(const Model *model, size_t count, const double *prediction, const double *target)
{
    size_t outputs = model->outputs, right = 0, known = 0, classes = model_classes(model);
    if (!target)
        return 0;
    if (!classes)
        return reals_distance(count * model_predictions(model), prediction, target);
    for (size_t i = 0; i < count * model->observations; i++) {
        size_t is = sampled_class(model, target + i * outputs);
        known += is < classes;
        right += is < classes && sampled_class(model, prediction + i * outputs) == is;
    }
    return known ? (double)right / (double)known : 0;
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
    double *prediction;                           /* [count][observations][outputs] */
    void *batch_x, *batch_signals, *batch_target; /* gathered samples in the real type */
    double *batch_targets;                        /* the same as doubles */
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
    if (!context->target)
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

static Samples gather(Context *context, const Samples *all, const size_t *indices, size_t count)
{
    const Model *model = solver_model(context->solver);
    size_t real = solver_real_bytes(context->solver), numbers = model_predictions(model);
    size_t signals = model->signals * model_signal_rows(model);
    reserve_batch(context, count);
    for (size_t i = 0; i < count; i++) {
        copy_row(context->batch_x, i, all->x, indices[i], model->inputs * real);
        copy_row(context->batch_signals, i, context->samples.signals, indices[i], signals * real);
        copy_row(context->batch_target, i, context->samples.target, indices[i], model_targets(model) * real);
        copy_row(context->batch_targets, i, context->target, indices[i], numbers * sizeof(double));
    }
    return (Samples){.count = count,
                     .x = context->batch_x,
                     .signals = signals ? context->batch_signals : NULL,
                     .target = context->target ? context->batch_target : NULL,
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

static bool evaluate(void *object, const double *params, const size_t *indices, size_t count, Evaluation *evaluation,
                     double *gradient)
{
    Context *context = object;
    Arena *own = arena_within(context->arena);
    const Samples all = samples_at(context, own, params);
    const Samples samples = indices ? gather(context, &all, indices, count) : all;
    double *x_bar = gradient && context->learns_x ? context->x_bar : NULL;
    solver_evaluate_inputs(context->solver, &samples, params, &evaluation->objective, context->prediction, x_bar,
                           gradient);
    if (x_bar)
        hand_out(context, indices, samples.count, gradient);
    arena_free(own);
    evaluation->accuracy = sampled_accuracy(solver_model(context->solver), samples.count, context->prediction,
                                            indices ? context->batch_targets : context->target);
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

/* The counts [layers][equations] of sample i of `count`, which is number `sample` of all. states [layers + 1][count]
 * [width]. Adds up iterations. */
static void add_solves(const Context *context, size_t i, size_t count, const double *states, const double *counts,
                       size_t sample, double *iterations, Solves *solves)
{
    const Model *model = solver_model(context->solver);
    const Step *step = &solver_network(context->solver)->step;
    const size_t equations = solver_equations(context->solver);
    for (size_t k = 0; k < model->layers * equations; k++) {
        const size_t layer = k / equations;
        const double *y = states + (layer * count + i) * model->width;
        const double taken = counts[(layer * count + i) * equations + k % equations];
        if (isnan(taken) && reals_finite(y, model->width) && solves->lost++ == 0) {
            solves->sample = sample;
            solves->layer = layer;
            solves->unknown =
                equations_stages(context->arena, step, equations_of(context->arena, step).nodes[k % equations]);
        }
        if (isnan(taken))
            return;
        *iterations += taken;
        solves->solved++;
        solves->most = taken > (double)solves->most ? (size_t)taken : solves->most;
    }
}

static void count_solves(void *object, const double *params, Solves *solves)
{
    const Context *context = object;
    const Model *model = solver_model(context->solver);
    Arena *own = arena_within(context->arena);
    const size_t real = solver_real_bytes(context->solver), signals = model->signals * model_signal_rows(model);
    const Samples all = samples_at(context, own, params);
    double *states = ARENA_ARRAY(own, (model->layers + 1) * SOLVED_AT_ONCE * model->width, double);
    double *counts = ARENA_ARRAY(own, model->layers * SOLVED_AT_ONCE * solver_equations(context->solver), double);
    double iterations = 0;
    *solves = (Solves){.stages = equations_text(context->arena, &solver_network(context->solver)->step)};
    for (size_t start = 0; start < all.count; start += SOLVED_AT_ONCE) {
        const size_t count = all.count - start < SOLVED_AT_ONCE ? all.count - start : SOLVED_AT_ONCE;
        const Samples some = {.count = count,
                              .x = (const char *)all.x + start * model->inputs * real,
                              .signals = signals ? (const char *)all.signals + start * signals * real : NULL};
        solver_solve_steps(context->solver, &some, params, states, counts, NULL);
        for (size_t i = 0; i < count; i++)
            add_solves(context, i, count, states, counts, start + i, &iterations, solves);
    }
    solves->mean = solves->solved ? iterations / (double)solves->solved : 0;
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
    context->prediction = ARENA_ARRAY(arena, samples->count * model_predictions(model), double);
    if (learns_x)
        context->x_bar = ARENA_ARRAY(arena, samples->count * model->inputs, double);
    return (Objective){.context = context,
                       .parameters = learns_x ? model_unknowns(model, samples->count) : model->parameters,
                       .samples = samples->count,
                       .evaluate = evaluate,
                       .hessian = solver_second(solver) ? hessian : NULL,
                       .squares = algorithm_rows[model->train.algorithm].squares ? squares : NULL,
                       .solves = solver_equations(solver) ? count_solves : NULL,
                       .residuals = known(solver, samples, target)};
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

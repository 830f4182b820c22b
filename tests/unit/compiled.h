/* compiled: what the tests of compiled solvers share: a solver from the text of a spec, samples, a point to evaluate
 * at, and the reference in long double. */
#ifndef COSTATE_COMPILED_H
#define COSTATE_COMPILED_H

#include "tests/unit/specs.h"

#include "runtime/solver/initial.h"
#include "gen/gen.h"
#include "runtime/solver/sampled.h"
#include "runtime/solver/native.h"
#include "runtime/system/pool.h"

typedef struct {
    const Program *program;
    const Model *model;
    Solver *solver;
    Samples samples;
    double *x, *target, *params;
} Compiled;

/* noise(), as a number that the model's real type holds. */
static inline double real_noise(const Model *model)
{
    double value = (double)noise();
    return model->single ? (double)(float)value : value;
}

/* Targets that fit the head. */
static inline double *some_targets(const Model *model, size_t count)
{
    size_t outputs = model->outputs;
    double *target = ARENA_ARRAY(arena, count * outputs, double);
    for (size_t i = 0; i < count; i++)
        if (!model_classes(model))
            for (size_t j = 0; j < outputs; j++)
                target[i * outputs + j] = real_noise(model);
        else if (outputs == 1)
            target[i] = noise() > 0;
        else
            target[i * outputs + noise_between(0, outputs - 1)] = 1;
    return target;
}

static inline double *some_numbers(const Model *model, size_t count)
{
    double *values = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++)
        values[i] = real_noise(model);
    return values;
}

static inline void choose_samples(Compiled *compiled, size_t count)
{
    compiled->x = some_numbers(compiled->model, count * compiled->model->inputs);
    compiled->target = some_targets(compiled->model, count);
    compiled->samples = solver_samples(arena, compiled->solver, count, compiled->x, NULL, compiled->target);
}

/* A solver of the spec `text` for `threads` threads, at parameters near its initial ones, on count samples. */
static inline Compiled compiled_of(const char *text, size_t threads, size_t count)
{
    Compiled compiled = {.program = program_of(text)};
    compiled.model = compiled.program->description.model;
    compiled.solver = solver_compile(arena, diagnostics, compiled.program, pool_new(arena, threads));
    cr_assert_not_null(compiled.solver, "%s", fixture_messages());
    compiled.params = ARENA_ARRAY(arena, compiled.model->parameters, double);
    initial_parameters(compiled.model, compiled.model->seed, compiled.params);
    for (size_t i = 0; i < compiled.model->parameters; i++) {
        compiled.params[i] += 0.1 * (double)noise();
        if (compiled.model->single)
            compiled.params[i] = (double)(float)compiled.params[i];
    }
    choose_samples(&compiled, count);
    return compiled;
}

static inline long double *widened(const double *values, size_t count)
{
    long double *wide = ARENA_ARRAY(arena, count, long double);
    for (size_t i = 0; i < count; i++)
        wide[i] = values[i];
    return wide;
}

/* How far objective and gradient [parameters] are from the reference's: the largest difference in a tensor relative to
 * its largest entry, over all tensors. */
static inline double reference_distance(const Compiled *compiled, double objective, const double *gradient)
{
    const Model *model = compiled->model;
    Interpreter *reference = interpret_new(arena, compiled->program->network);
    long double *exact = ARENA_ARRAY(arena, model->parameters, long double), worst;
    long double value = interpret_gradient(reference, compiled->samples.count, compiled->x, NULL, compiled->target,
                                           widened(compiled->params, model->parameters), exact);
    worst = fabsl(value - objective) / fabsl(value);
    for (size_t t = 0; t < model->tensor_count; t++) {
        long double largest = 0, difference = 0;
        for (size_t i = model->tensors[t].offset; i < model->tensors[t].offset + model->tensors[t].size; i++) {
            largest = fmaxl(largest, fabsl(exact[i]));
            difference = fmaxl(difference, fabsl(exact[i] - gradient[i]));
            cr_expect(isfinite(gradient[i]));
        }
        worst = fmaxl(worst, difference > 0 ? difference / largest : 0);
    }
    return (double)worst;
}

#endif

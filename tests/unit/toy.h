/* toy: what the tests of whole trainings share: a model of one tensor, an objective for it, and its plan. */
#ifndef COSTATE_TOY_H
#define COSTATE_TOY_H

#include "runtime/run/provenance.h"
#include "runtime/solver/objective.h"

#include <math.h>
#include <signal.h>
#include "gen/model/loss.h"

#include <string.h>

enum { TOY_PARAMETERS = 6, TOY_SAMPLES = 5 };

/* What happens at evaluation number at, counting from 1; 0: nothing ever. */
typedef struct {
    size_t evaluations, at;
    enum { TOY_FAILS, TOY_INTERRUPTED, TOY_KILLED, TOY_NOT_FINITE } event;
} Toy;

static Tensor toy_tensor = {.name = "K", .size = TOY_PARAMETERS, .rank = 1, .shape = {TOY_PARAMETERS}, .learnt = true};
static Model toy_model = {.name = "toy",
                          .file = "toy.lua",
                          .hash = 0xabc,
                          .link = &loss_links[1],
                          .has_loss = true,
                          .tensors = &toy_tensor,
                          .tensor_count = 1,
                          .parameters = TOY_PARAMETERS,
                          .seed = 7};
static const double toy_params[TOY_PARAMETERS] = {4.0, 0.3, -0.2, 1.0, -3.0, 0.5};

static inline void toy_algorithm(Algorithm algorithm)
{
    toy_model.train = (TrainSpec){.algorithm = algorithm,
                                  .tau = 0.1,
                                  .tau_max = 10.0,
                                  .lipschitz = 0.1,
                                  .up = 1.5,
                                  .down = 0.99,
                                  .rate = {.first = 0.05},
                                  .batch = 2,
                                  .memory = 3,
                                  .tolerance = 1e-9};
}

/* Sample s pulls parameter i towards sin(s + i), through log cosh. */
static inline bool toy_evaluate(void *context, const double *params, const size_t *samples, size_t count,
                                Evaluation *evaluation, double *gradient)
{
    Toy *toy = context;
    bool now = ++toy->evaluations == toy->at;
    if (now && toy->event == TOY_FAILS)
        return false;
    if (now && toy->event != TOY_NOT_FINITE)
        raise(toy->event == TOY_KILLED ? SIGKILL : SIGINT);
    *evaluation = (Evaluation){now && toy->event == TOY_NOT_FINITE ? NAN : 0.0, 0.0};
    if (gradient)
        memset(gradient, 0, TOY_PARAMETERS * sizeof *gradient);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < TOY_PARAMETERS; i++) {
            double distance = params[i] - sin((double)((samples ? samples[k] : k) + i));
            evaluation->objective += log(cosh(distance)) / (double)count;
            evaluation->accuracy += distance < 0.1 ? 1.0 / (double)(count * TOY_PARAMETERS) : 0.0;
            if (gradient)
                gradient[i] += tanh(distance) / (double)count;
        }
    return true;
}

/* The curvature by parameter i, the only one there is. */
static inline double toy_curvature(const double *params, size_t i)
{
    double sum = 0;
    for (size_t k = 0; k < TOY_SAMPLES; k++) {
        double slope = tanh(params[i] - sin((double)(k + i)));
        sum += (1 - slope * slope) / TOY_SAMPLES;
    }
    return sum;
}

static inline bool toy_hessian(void *context, const double *params, const double *direction, double *product)
{
    (void)context;
    for (size_t i = 0; i < TOY_PARAMETERS; i++)
        product[i] = toy_curvature(params, i) * direction[i];
    return true;
}

/* As if these were sums of squares. */
static inline bool toy_squares(void *context, const double *params, double *matrix)
{
    (void)context;
    memset(matrix, 0, TOY_PARAMETERS * TOY_PARAMETERS * sizeof *matrix);
    for (size_t i = 0; i < TOY_PARAMETERS; i++)
        matrix[i * (TOY_PARAMETERS + 1)] = toy_curvature(params, i);
    return true;
}

static inline Objective toy_objective(Toy *toy, size_t samples)
{
    const AlgorithmRow *row = &algorithm_rows[toy_model.train.algorithm];
    return (Objective){.context = toy,
                       .parameters = TOY_PARAMETERS,
                       .samples = samples,
                       .evaluate = toy_evaluate,
                       .hessian = row->second ? toy_hessian : NULL,
                       .squares = row->squares ? toy_squares : NULL,
                       .residuals = TOY_PARAMETERS * samples};
}

static inline Provenance toy_plan(Arena *owner)
{
    Provenance plan = provenance_new(owner, &toy_model);
    plan.source = "toy.csv";
    plan.data_hash = 0x123;
    plan.samples = TOY_SAMPLES;
    return plan;
}

#endif

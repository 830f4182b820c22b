#include "runtime/solver/squares.h"

#include "runtime/number/lapack.h"

#include <math.h>
#include <string.h>

/* The samples of a chunk, and what each prediction's derivative is multiplied by. */
typedef struct {
    Samples samples;
    double *weights; /* [cells] */
    size_t cells;
} Chunk;

static Chunk chunk_of(Arena *arena, const Solver *solver, const Samples *all, const double *target, size_t start)
{
    const Model *model = solver_model(solver);
    size_t real = solver_real_bytes(solver), left = all->count - start;
    size_t count = left < SOLVER_CHUNK ? left : SOLVER_CHUNK, signals = model->signals * model_signal_rows(model);
    Chunk chunk = {.samples = *all, .cells = count * model_predictions(model)};
    chunk.samples.count = count;
    chunk.samples.x = (const char *)all->x + start * model->inputs * real;
    chunk.samples.signals = all->signals ? (const char *)all->signals + start * signals * real : NULL;
    chunk.samples.target = NULL;
    chunk.weights = ARENA_ARRAY(arena, chunk.cells, double);
    target += start * model_predictions(model);
    for (size_t k = 0; k < chunk.cells; k++)
        chunk.weights[k] = isnan(target[k]) ? 0 : model->noise ? 1 / model->noise[k % model->outputs] : 1;
    return chunk;
}

void squares_derivatives(Arena *arena, Solver *solver, const Samples *samples, const double *params, double *rows)
{
    const Model *model = solver_model(solver);
    size_t signals = model->signals * model_signal_rows(model), cells = samples->count * model_predictions(model);
    double *direction = ARENA_ARRAY(arena, model->parameters, double);
    double *x_dot = ARENA_ARRAY(arena, samples->count * model->inputs, double);
    double *signals_dot = samples->signals ? ARENA_ARRAY(arena, samples->count * signals, double) : NULL;
    memset(rows, 0, model->parameters * cells * sizeof *rows);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        for (size_t i = tensor->offset; tensor->learnt && i < tensor->offset + tensor->size; i++) {
            direction[i] = 1;
            solver_pushforward(solver, samples, x_dot, signals_dot, params, direction, rows + i * cells);
            direction[i] = 0;
        }
    }
}

/* Derivatives of predictions become those of residuals. */
static void weigh(const Chunk *chunk, size_t parameters, double *rows)
{
    for (size_t i = 0; i < parameters * chunk->cells; i++) {
        double weight = chunk->weights[i % chunk->cells];
        rows[i] = weight == 0 ? 0 : weight * rows[i];
    }
}

/* Steps do not decay. */
static void add_decay(const Model *model, double *matrix)
{
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        for (size_t i = tensor->offset; i < tensor->offset + tensor->size; i++)
            if (model_decays(model, t))
                matrix[i * model->parameters + i] += model->decay;
    }
}

void squares_matrix(Arena *arena, Solver *solver, const Samples *samples, const double *target, const double *params,
                    double *matrix)
{
    const Model *model = solver_model(solver);
    size_t n = model->parameters;
    double share = model->average ? 1 / (double)samples->count : 1;
    memset(matrix, 0, n * n * sizeof *matrix);
    for (size_t start = 0; start < samples->count; start += SOLVER_CHUNK) {
        Arena *own = arena_within(arena);
        const Chunk chunk = chunk_of(own, solver, samples, target, start);
        double *rows = ARENA_ARRAY(own, n * chunk.cells, double);
        squares_derivatives(own, solver, &chunk.samples, params, rows);
        weigh(&chunk, n, rows);
        lapack_add_products(n, chunk.cells, share, rows, matrix);
        arena_free(own);
    }
    add_decay(model, matrix);
}

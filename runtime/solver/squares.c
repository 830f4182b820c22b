#include "runtime/solver/squares.h"

#include "runtime/number/lapack.h"

#include <math.h>
#include <string.h>

/* The samples of a chunk, and what each prediction's derivative is multiplied by: the root of its sample's weight over
 * its noise. */
typedef struct {
    Samples samples;
    size_t start;    /* the first one's number */
    double *weights; /* [cells] */
    size_t cells;
} Chunk;

static Chunk chunk_of(Arena *arena, const Solver *solver, const Samples *all, const double *target, size_t start)
{
    const Model *model = solver_model(solver);
    size_t real = solver_real_bytes(solver), left = all->count - start;
    size_t count = left < SOLVER_CHUNK ? left : SOLVER_CHUNK, signals = model->signals * model_signal_rows(model);
    Chunk chunk = {.samples = *all, .start = start, .cells = count * model_predictions(model)};
    chunk.samples.count = count;
    chunk.samples.x = (const char *)all->x + start * model->inputs * real;
    chunk.samples.signals = all->signals ? (const char *)all->signals + start * signals * real : NULL;
    chunk.samples.target = NULL;
    chunk.weights = ARENA_ARRAY(arena, chunk.cells, double);
    for (size_t k = 0; k < chunk.cells; k++) {
        const double weight = solver_weight(solver, all, start + k / model_predictions(model));
        const bool missing = isnan(target[start * model_predictions(model) + k]);
        chunk.weights[k] = missing ? 0 : sqrt(weight) / (model->noise ? model->noise[k % model->outputs] : 1);
    }
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

/* The same by the inputs of each sample, in rows for those of all, of which each moves its own predictions alone: so
 * those of all samples move at once. */
static void fill_input_rows(Arena *arena, Solver *solver, const Chunk *chunk, const double *params, double *rows)
{
    const Model *model = solver_model(solver);
    const size_t count = chunk->samples.count, inputs = model->inputs, cells = model_predictions(model);
    const size_t signals = model->signals * model_signal_rows(model);
    double *still = ARENA_ARRAY(arena, model->parameters, double), *moved = ARENA_ARRAY(arena, chunk->cells, double);
    double *x_dot = ARENA_ARRAY(arena, count * inputs, double);
    double *signals_dot = chunk->samples.signals ? ARENA_ARRAY(arena, count * signals, double) : NULL;
    for (size_t j = 0; j < inputs; j++) {
        for (size_t i = 0; i < count * inputs; i++)
            x_dot[i] = i % inputs == j;
        solver_pushforward(solver, &chunk->samples, x_dot, signals_dot, params, still, moved);
        for (size_t i = 0; i < count; i++)
            memcpy(rows + ((chunk->start + i) * inputs + j) * chunk->cells + i * cells, moved + i * cells,
                   cells * sizeof *rows);
    }
}

/* Derivatives of predictions become those of residuals. */
static void weigh(const Chunk *chunk, size_t count, double *rows)
{
    for (size_t i = 0; i < count * chunk->cells; i++) {
        double weight = chunk->weights[i % chunk->cells];
        rows[i] = weight == 0 ? 0 : weight * rows[i];
    }
}

/* Steps and inputs do not decay. */
static void add_decay(const Model *model, size_t n, double *matrix)
{
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        for (size_t i = tensor->offset; i < tensor->offset + tensor->size; i++)
            if (model_decays(model, t))
                matrix[i * n + i] += model->decay;
    }
}

void squares_matrix(Arena *arena, Solver *solver, const Samples *samples, const double *target, bool inputs,
                    const double *params, double *matrix)
{
    const Model *model = solver_model(solver);
    const size_t n = model->parameters + (inputs ? samples->count * model->inputs : 0);
    double share = model->average ? 1 / (double)samples->count : 1;
    memset(matrix, 0, n * n * sizeof *matrix);
    for (size_t start = 0; start < samples->count; start += SOLVER_CHUNK) {
        Arena *own = arena_within(arena);
        const Chunk chunk = chunk_of(own, solver, samples, target, start);
        double *rows = ARENA_ARRAY(own, n * chunk.cells, double);
        squares_derivatives(own, solver, &chunk.samples, params, rows);
        if (inputs)
            fill_input_rows(own, solver, &chunk, params, rows + model->parameters * chunk.cells);
        weigh(&chunk, n, rows);
        lapack_add_products(n, chunk.cells, share, rows, matrix);
        arena_free(own);
    }
    add_decay(model, n, matrix);
}

#include "runtime/solver/squares.h"

#include "runtime/number/lapack.h"

#include <math.h>
#include <string.h>

/* The samples of a chunk, and what each prediction's derivative is multiplied by. */
typedef struct {
    Samples samples;
    size_t start;                /* the first one's number */
    double *x_dot, *signals_dot; /* zeros */
    double *weights;             /* [cells] */
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
    chunk.x_dot = ARENA_ARRAY(arena, count * model->inputs, double);
    chunk.signals_dot = all->signals ? ARENA_ARRAY(arena, count * signals, double) : NULL;
    chunk.weights = ARENA_ARRAY(arena, chunk.cells, double);
    target += start * model_predictions(model);
    for (size_t k = 0; k < chunk.cells; k++)
        chunk.weights[k] = isnan(target[k]) ? 0 : model->noise ? 1 / model->noise[k % model->outputs] : 1;
    return chunk;
}

static void weigh(const Chunk *chunk, double *row)
{
    for (size_t k = 0; k < chunk->cells; k++)
        row[k] = chunk->weights[k] == 0 ? 0 : chunk->weights[k] * row[k];
}

/* Rows of J^T, one for each parameter; those that are not learnt stay 0. */
static void fill_rows(Arena *arena, Solver *solver, const Chunk *chunk, const double *params, double *rows)
{
    const Model *model = solver_model(solver);
    double *direction = ARENA_ARRAY(arena, model->parameters, double);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        for (size_t i = tensor->offset; tensor->learnt && i < tensor->offset + tensor->size; i++) {
            double *row = rows + i * chunk->cells;
            direction[i] = 1;
            solver_pushforward(solver, &chunk->samples, chunk->x_dot, chunk->signals_dot, params, direction, row);
            direction[i] = 0;
            weigh(chunk, row);
        }
    }
}

/* The same by the inputs of each sample, in rows for those of all, of which each moves its own predictions alone: so
 * those of all samples move at once. */
static void fill_input_rows(Arena *arena, Solver *solver, const Chunk *chunk, const double *params, double *rows)
{
    const Model *model = solver_model(solver);
    const size_t cells = model_predictions(model);
    double *still = ARENA_ARRAY(arena, model->parameters, double), *all = ARENA_ARRAY(arena, chunk->cells, double);
    for (size_t j = 0; j < model->inputs; j++) {
        for (size_t i = 0; i < chunk->samples.count; i++)
            chunk->x_dot[i * model->inputs + j] = 1;
        solver_pushforward(solver, &chunk->samples, chunk->x_dot, chunk->signals_dot, params, still, all);
        weigh(chunk, all);
        for (size_t i = 0; i < chunk->samples.count; i++) {
            double *row = rows + ((chunk->start + i) * model->inputs + j) * chunk->cells;
            memcpy(row + i * cells, all + i * cells, cells * sizeof *row);
            chunk->x_dot[i * model->inputs + j] = 0;
        }
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
        fill_rows(own, solver, &chunk, params, rows);
        if (inputs)
            fill_input_rows(own, solver, &chunk, params, rows + model->parameters * chunk.cells);
        lapack_add_products(n, chunk.cells, share, rows, matrix);
        arena_free(own);
    }
    add_decay(model, n, matrix);
}

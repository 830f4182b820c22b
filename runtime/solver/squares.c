#include "runtime/solver/squares.h"

#include "runtime/number/lapack.h"
#include "runtime/number/total.h"

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

/* target: of the chunk. Rows that stay in their files have no weights. */
static void weigh_cells(Arena *arena, const Solver *solver, Chunk *chunk, const Samples *all, const double *target)
{
    const Model *model = solver_model(solver);
    chunk->weights = ARENA_ARRAY(arena, chunk->cells, double);
    for (size_t k = 0; k < chunk->cells; k++) {
        const size_t sample = chunk->start + k / model_predictions(model);
        const double weight = all->rows ? 1 : solver_weight(solver, all, sample);
        chunk->weights[k] = isnan(target[k]) ? 0 : sqrt(weight) / (model->noise ? model->noise[k % model->outputs] : 1);
    }
}

static Chunk chunk_of(Arena *arena, const Solver *solver, const Samples *all, const double *target, size_t start)
{
    const Model *model = solver_model(solver);
    size_t real = solver_real_bytes(solver), left = all->count - start;
    size_t count = left < SOLVER_CHUNK ? left : SOLVER_CHUNK, signals = model->signals * model_signal_rows(model);
    Chunk chunk = {.samples = *all, .start = start, .cells = count * model_predictions(model)};
    if (all->rows) {
        double *x = ARENA_ARRAY(arena, count * model->inputs, double), *read = ARENA_ARRAY(arena, chunk.cells, double);
        all->rows->read(all->rows->context, start, count, x, read);
        chunk.samples = solver_samples(arena, solver, count, x, NULL, NULL);
        weigh_cells(arena, solver, &chunk, all, read);
        return chunk;
    }
    chunk.samples.count = count;
    chunk.samples.x = (const char *)all->x + start * model->inputs * real;
    chunk.samples.signals = all->signals ? (const char *)all->signals + start * signals * real : NULL;
    chunk.samples.target = NULL;
    weigh_cells(arena, solver, &chunk, all, target + start * model_predictions(model));
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

/* The leaf of a chunk: the triangle of J^T J that is not below the diagonal, row by row. */
static void add_chunk(Arena *arena, Solver *solver, const Chunk *chunk, bool inputs, const double *params, size_t n,
                      double share, double *leaf)
{
    const Model *model = solver_model(solver);
    double *rows = ARENA_ARRAY(arena, n * chunk->cells, double), *square = ARENA_ARRAY(arena, n * n, double);
    squares_derivatives(arena, solver, &chunk->samples, params, rows);
    if (inputs)
        fill_input_rows(arena, solver, chunk, params, rows + model->parameters * chunk->cells);
    weigh(chunk, n, rows);
    lapack_add_products(n, chunk->cells, share, rows, square);
    for (size_t i = 0; i < n; i++) {
        memcpy(leaf, square + i * (n + 1), (n - i) * sizeof *leaf);
        leaf += n - i;
    }
}

static void fill_square(size_t n, const double *triangle, double *matrix)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            matrix[i * n + j] = matrix[j * n + i] = *triangle++;
}

static size_t numbers_of_triangle(size_t n)
{
    return n * (n + 1) / 2;
}

double squares_sum_bytes(const Model *model, size_t samples)
{
    const size_t n = model_unknowns(model, samples);
    return total_bytes(numbers_of_triangle(n), solver_chunks(samples)) + (double)n * (double)n * sizeof(double);
}

void squares_matrix(Arena *arena, Solver *solver, const Samples *samples, const double *target, bool inputs,
                    const double *params, double *matrix)
{
    const Model *model = solver_model(solver);
    const size_t n = model->parameters + (inputs ? samples->count * model->inputs : 0);
    double share = model->average ? 1 / (double)samples->count : 1;
    Arena *whole = arena_within(arena);
    Tree *tree = tree_new(whole);
    const TreePart part = total_begin(tree, numbers_of_triangle(n), solver_chunks(samples->count));
    for (size_t k = part.first; k < part.end; k++) {
        Arena *own = arena_within(arena);
        const Chunk chunk = chunk_of(own, solver, samples, target, k * SOLVER_CHUNK);
        add_chunk(own, solver, &chunk, inputs, params, n, share, tree_leaf(tree));
        tree_add(tree);
        arena_free(own);
    }
    fill_square(n, total_sum(tree, text_hash(TEXT_HASH_SEED, params, n * sizeof *params)), matrix);
    arena_free(whole);
    add_decay(model, n, matrix);
}

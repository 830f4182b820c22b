#include "runtime/solver/paths.h"

#include <string.h>

typedef struct {
    Solver *solver;
    const double *x, *signal, *target, *params;
    PathsKind kind;
} Bundle;

static const double *rows_from(const double *values, size_t start, size_t row)
{
    return values ? values + start * row : NULL;
}

/* Those of the samples start .. start + count, which are at most a chunk. */
static const double *chunk_paths(Arena *arena, const Bundle *bundle, size_t start, size_t count)
{
    const Model *model = solver_model(bundle->solver);
    double *values = ARENA_ARRAY(arena, (model->layers + 1) * count * model->width, double);
    Samples samples = solver_samples(arena, bundle->solver, count, rows_from(bundle->x, start, model->inputs),
                                     rows_from(bundle->signal, start, model->signals * model_signal_rows(model)),
                                     rows_from(bundle->target, start, model_predictions(model)));
    solver_trajectory(bundle->solver, &samples, bundle->params, NULL, NULL,
                      bundle->kind == PATHS_STATES ? values : NULL, NULL,
                      bundle->kind == PATHS_COSTATES ? values : NULL);
    return values;
}

const double *paths_of(Arena *arena, Solver *solver, size_t count, const double *x, const double *signal,
                       const double *target, const double *params, PathsKind kind)
{
    const Bundle bundle = {solver, x, signal, target, params, kind};
    size_t layers = solver_model(solver)->layers, width = solver_model(solver)->width;
    double *values = ARENA_ARRAY(arena, (layers + 1) * count * width, double);
    for (size_t start = 0; start < count; start += SOLVER_CHUNK) {
        size_t some = count - start < SOLVER_CHUNK ? count - start : SOLVER_CHUNK;
        Arena *own = arena_within(arena);
        const double *chunk = chunk_paths(own, &bundle, start, some);
        for (size_t layer = 0; layer <= layers; layer++)
            memcpy(values + (layer * count + start) * width, chunk + layer * some * width,
                   some * width * sizeof *values);
        arena_free(own);
    }
    return values;
}

#include "runtime/train/bands.h"

#include "runtime/number/student.h"
#include "runtime/solver/squares.h"

#include <math.h>

/* g^T C g of one prediction; rows[parameters][cells] are the derivatives from that prediction on. */
static double variance(const Estimates *estimates, const double *rows, size_t cells)
{
    size_t count = estimates->count;
    double sum = 0;
    for (size_t a = 0; a < count; a++) {
        double image = 0;
        for (size_t b = 0; b < count; b++)
            image += estimates->correlation[a * count + b] * estimates->errors[b] * rows[estimates->index[b] * cells];
        sum += estimates->errors[a] * rows[estimates->index[a] * cells] * image;
    }
    return sum < 0 ? 0 : sum; /* rounding */
}

void bands_of(Arena *arena, Solver *solver, const Estimates *estimates, size_t count, const double *x,
              const double *signals, const double *params, double *half)
{
    const Model *model = solver_model(solver);
    size_t predictions = model_predictions(model), signal_row = model->signals * model_signal_rows(model);
    double quantile = student_95(estimates->degrees);
    for (size_t start = 0; start < count; start += SOLVER_CHUNK) {
        Arena *own = arena_within(arena);
        size_t some = count - start < SOLVER_CHUNK ? count - start : SOLVER_CHUNK, cells = some * predictions;
        Samples samples = solver_samples(own, solver, some, x + start * model->inputs,
                                         signals ? signals + start * signal_row : NULL, NULL);
        double *rows = ARENA_ARRAY(own, model->parameters * cells, double);
        squares_derivatives(own, solver, &samples, params, rows);
        for (size_t k = 0; k < cells; k++)
            half[start * predictions + k] = quantile * sqrt(variance(estimates, rows + k, cells));
        intake_widen(&solver_scales(solver)->targets, model->outputs, cells, half + start * predictions);
        arena_free(own);
    }
}

#include "runtime/train/estimates.h"

#include "runtime/number/lapack.h"
#include "runtime/number/reals.h"

#include <float.h>
#include <math.h>

const size_t *estimates_learnt(Arena *arena, const Model *model, size_t *count)
{
    size_t *index = ARENA_ARRAY(arena, model->parameters, size_t);
    *count = 0;
    for (size_t t = 0; t < model->tensor_count; t++)
        for (size_t i = 0; model->tensors[t].learnt && i < model->tensors[t].size; i++)
            index[(*count)++] = model->tensors[t].offset + i;
    return index;
}

/* Everything that is learnt: the parameters first, and behind them the inputs of samples. */
typedef struct {
    size_t count;
    const size_t *index;
} Unknowns;

static Unknowns unknowns_of(Arena *arena, const Model *model, const Train *train, const Estimates *estimates)
{
    size_t all = train->objective->parameters, count = estimates->count + all - model->parameters;
    size_t *index = ARENA_ARRAY(arena, count, size_t);
    for (size_t k = 0; k < count; k++)
        index[k] = k < estimates->count ? estimates->index[k] : model->parameters + k - estimates->count;
    return (Unknowns){count, index};
}

static bool at_bound(const Unknowns *unknowns, const Train *train)
{
    const TrainSettings *settings = &train->settings;
    const double *params = train_kept(train).params;
    for (size_t k = 0; k < unknowns->count; k++) {
        size_t i = unknowns->index[k];
        double u = params[i];
        if (i < settings->bounded && (u <= settings->lower[i] || u >= settings->upper[i]))
            return true;
    }
    return false;
}

/* What matrix [n][n] says of what is learnt alone, with ones on the diagonal, and the roots of what was there. False:
 * some of it has no effect. */
static bool normalise(const Unknowns *unknowns, size_t n, const double *matrix, double *normal, double *roots)
{
    size_t count = unknowns->count;
    for (size_t a = 0; a < count; a++)
        roots[a] = sqrt(matrix[unknowns->index[a] * (n + 1)]);
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++)
            normal[a * count + b] = matrix[unknowns->index[a] * n + unknowns->index[b]] / (roots[a] * roots[b]);
    return reals_finite(normal, count * count);
}

/* normal becomes its inverse; false where it is singular to rounding. */
static bool invert(Arena *arena, size_t count, double *normal)
{
    double *vectors = arena_grow(arena, normal, count * count * sizeof(double), count * count * sizeof(double));
    double *values = ARENA_ARRAY(arena, count, double);
    if (!lapack_eigenvectors(arena, count, vectors, values) ||
        !(values[0] > (double)count * DBL_EPSILON * values[count - 1]))
        return false;
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++) {
            double sum = 0;
            for (size_t k = 0; k < count; k++)
                sum += vectors[k * count + a] * vectors[k * count + b] / values[k];
            normal[a * count + b] = sum;
        }
    return true;
}

/* From the inverse [all][all] of the normalised matrix; variance: s^2 in the units of the objective. */
static void fill(Arena *arena, Estimates *estimates, size_t all, const double *inverse, const double *roots,
                 double variance)
{
    size_t count = estimates->count;
    double *errors = ARENA_ARRAY(arena, count, double), *correlation = ARENA_ARRAY(arena, count * count, double);
    for (size_t a = 0; a < count; a++) {
        errors[a] = sqrt(variance * inverse[a * (all + 1)]) / roots[a];
        for (size_t b = 0; b < count; b++)
            correlation[a * count + b] = inverse[a * all + b] / sqrt(inverse[a * (all + 1)] * inverse[b * (all + 1)]);
    }
    estimates->errors = errors;
    estimates->correlation = correlation;
}

static const char *compute(Arena *arena, const Model *model, const Train *train, Estimates *estimates)
{
    const Objective *objective = train->objective;
    const TrainKept kept = train_kept(train);
    const Unknowns unknowns = unknowns_of(arena, model, train, estimates);
    size_t count = unknowns.count, n = objective->parameters;
    if (model->decay > 0)
        return "decay pulls the estimates";
    if (at_bound(&unknowns, train))
        return "a parameter is at its bound";
    if (objective->residuals <= count)
        return "there are no more residuals than parameters";
    double *roots = ARENA_ARRAY(arena, count, double), *normal = ARENA_ARRAY(arena, count * count, double);
    if (!objective->squares(objective->context, kept.params, train->work) ||
        !normalise(&unknowns, n, train->work, normal, roots) || !invert(arena, count, normal))
        return "the Jacobian of the residuals is singular";
    estimates->degrees = objective->residuals - count;
    /* the objective is half the sum of the squares, with `average` divided as the matrix is */
    fill(arena, estimates, count, normal, roots, 2 * kept.evaluation.objective / (double)estimates->degrees);
    return NULL;
}

Estimates estimates_of(Arena *arena, const Model *model, const Train *train)
{
    Estimates estimates = {0};
    estimates.index = estimates_learnt(arena, model, &estimates.count);
    estimates.missing = compute(arena, model, train, &estimates);
    return estimates;
}

const char *estimates_name(Arena *arena, const Model *model, size_t parameter)
{
    Text text = text_new(arena);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        if (parameter < tensor->offset || parameter >= tensor->offset + tensor->size)
            continue;
        size_t place = parameter - tensor->offset, size = tensor->size;
        text_add(&text, tensor->name);
        for (size_t r = 0; r < tensor->rank; r++) {
            size /= tensor->shape[r];
            text_format(&text, "[%zu]", place / size + 1);
            place %= size;
        }
    }
    return text.data;
}

void estimates_text(Text *text, const Model *model, const Estimates *estimates, const double *params)
{
    enum { MOST_LINES = 12 };
    for (size_t k = 0; k < estimates->count && estimates->count <= MOST_LINES; k++) {
        size_t i = estimates->index[k];
        text_format(text, "\n  %s = %.6g", estimates_name(text->arena, model, i), params[i]);
        if (estimates->missing)
            continue;
        text_format(text, ", standard error %.2g%s", estimates->errors[k], k ? ", correlation" : "");
        for (size_t other = 0; other < k; other++)
            text_format(text, " %.2f", estimates->correlation[k * estimates->count + other]);
    }
    if (estimates->missing)
        text_format(text, "\nno standard errors: %s", estimates->missing);
}

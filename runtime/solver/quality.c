#include "runtime/solver/quality.h"

#include "runtime/solver/sampled.h"

#include <math.h>

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

/* ---- classes ---- */

static void count_pairs(Quality *quality, const Model *model, size_t rows, const double *prediction,
                        const double *target)
{
    const size_t classes = quality->classes;
    for (size_t i = 0; i < rows; i++) {
        const size_t is = sampled_class(model, target + i * model->outputs);
        const size_t seems = sampled_class(model, prediction + i * model->outputs);
        if (is == classes)
            continue;
        quality->observed++;
        quality->class[is].observed++;
        if (seems == classes)
            quality->unclassified++;
        else
            quality->confusion[is * classes + seems]++;
    }
}

static void rate_classes(Quality *quality)
{
    const size_t classes = quality->classes;
    size_t right = 0;
    for (size_t k = 0; k < classes; k++) {
        ClassQuality *class = &quality->class[k];
        for (size_t is = 0; is < classes; is++)
            class->predicted += quality->confusion[is * classes + k];
        class->right = quality->confusion[k * classes + k];
        class->precision = share(class->right, class->predicted);
        class->recall = share(class->right, class->observed);
        right += class->right;
    }
    quality->accuracy = share(right, quality->observed);
}

/* ---- numbers ---- */

/* Output j; sums in the range of long double, since targets may have any size. */
static OutputQuality rate_output(size_t rows, size_t outputs, size_t j, const double *prediction, const double *target)
{
    OutputQuality quality = {.largest = 0};
    long double sum = 0, residuals = 0, squares = 0, spread = 0;
    for (size_t i = j; i < rows * outputs; i += outputs)
        if (!isnan(target[i])) {
            quality.observed++;
            sum += target[i];
        }
    const long double mean = sum / (long double)quality.observed;
    for (size_t i = j; i < rows * outputs; i += outputs)
        if (!isnan(target[i])) {
            const long double residual = (long double)prediction[i] - target[i], away = target[i] - mean;
            residuals += residual;
            squares += residual * residual;
            spread += away * away;
            quality.largest = !(fabsl(residual) <= quality.largest) ? (double)fabsl(residual) : quality.largest;
        }
    quality.rmse = (double)sqrtl(squares / (long double)quality.observed);
    quality.mean = (double)(residuals / (long double)quality.observed);
    quality.r2 = spread > 0 ? (double)(1 - squares / spread) : NAN;
    return quality;
}

Quality quality_of(Arena *arena, const Model *model, size_t count, const double *prediction, const double *target)
{
    const size_t rows = count * model->observations, classes = model_classes(model);
    Quality quality = {.classes = classes};
    if (classes) {
        quality.confusion = ARENA_ARRAY(arena, classes * classes, size_t);
        quality.class = ARENA_ARRAY(arena, classes, ClassQuality);
        count_pairs(&quality, model, rows, prediction, target);
        rate_classes(&quality);
        return quality;
    }
    quality.output = ARENA_ARRAY(arena, model->outputs, OutputQuality);
    for (size_t j = 0; j < model->outputs; j++) {
        quality.output[j] = rate_output(rows, model->outputs, j, prediction, target);
        quality.observed += quality.output[j].observed;
    }
    quality.rmse = sampled_accuracy(model, count, prediction, target);
    return quality;
}

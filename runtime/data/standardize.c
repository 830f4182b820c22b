#include "runtime/data/rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- mean and deviation ---- */

/* What is constant but for the rounding of its values has deviation 1. */
static double deviation_of(double variance, double least, double most)
{
    static const double rounding = 4 * DBL_EPSILON;
    const bool constant = most - least <= rounding * fmax(fabs(least), fabs(most));
    return constant || variance <= 0.0 ? 1.0 : sqrt(variance);
}

/* Mean and population deviation of x [n], of differences to its first value, so that what all values share costs no
 * digits. What is not there at all has deviation 1. */
static void moments(const double *x, size_t n, double *mean, double *deviation)
{
    double sum = 0.0, squares = 0.0, rest = 0.0, least = n ? x[0] : 0, most = least;
    *mean = 0;
    *deviation = 1;
    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] - x[0];
        least = fmin(least, x[i]);
        most = fmax(most, x[i]);
    }
    *mean = x[0] + sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        double difference = x[i] - *mean;
        squares += difference * difference;
        rest += difference;
    }
    *deviation = deviation_of((squares - rest * rest / (double)n) / (double)n, least, most);
}

/* The same of each feature of rows, which are many. */
static void moments_of_rows(Arena *arena, const Rows *rows, size_t width, double *mean, double *deviation)
{
    double *variance = ARENA_ARRAY(arena, 3 * width, double), *least = variance + width, *most = least + width;
    rows_moments(arena, rows, mean, variance, least, most);
    for (size_t j = 0; j < width; j++)
        deviation[j] = deviation_of(variance[j], least[j], most[j]);
}

/* Entry j of every row of values [count][width] that is there. */
static size_t gather(const double *values, size_t count, size_t width, size_t j, double *numbers)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i * width + j]))
            numbers[n++] = values[i * width + j];
    return n;
}

/* The same of a column of cells, over the samples' rows. */
static size_t gather_cells(const Dataset *dataset, size_t column, double *numbers)
{
    size_t n = 0;
    for (size_t i = 0; i < dataset->samples; i++) {
        const CellRows *rows = &dataset->cell_rows[i];
        const size_t width = dataset->cells->columns;
        n += gather(dataset->cells->values + rows->first * width, rows->count, width, column, numbers + n);
    }
    return n;
}

/* ---- what is scaled ---- */

/* Entries [count][width] that may be scaled, what one of a row is called, and of a table in long form the column of
 * cells of each entry. */
typedef struct {
    const char *what;
    const double *values;
    size_t count, width;
    const size_t *columns;
} Entries;

static size_t most_numbers(const Dataset *dataset, const Entries *entries)
{
    size_t n = entries->count;
    for (size_t i = 0; entries->columns && i < dataset->samples; i++)
        n = i ? n + dataset->cell_rows[i].count : dataset->cell_rows[i].count;
    return n;
}

/* Of the entries that `scaled` has; the others stay as they are. */
static void moments_of_entries(Arena *arena, const Dataset *train, const Entries *entries, const bool *scaled,
                               double *mean, double *deviation)
{
    double *numbers = ARENA_ARRAY(arena, most_numbers(train, entries), double);
    for (size_t j = 0; j < entries->width; j++) {
        deviation[j] = 1;
        if (!scaled[j])
            continue;
        const size_t n = entries->columns ? gather_cells(train, entries->columns[j], numbers)
                                          : gather(entries->values, entries->count, entries->width, j, numbers);
        moments(numbers, n, &mean[j], &deviation[j]);
    }
}

/* rows: the features, where these are many; NULL: others. */
static bool find_scale(Arena *arena, Diagnostics *diagnostics, const char *file, const Dataset *train, const Rows *rows,
                       const Entries *entries, const bool *scaled, Scale *scale)
{
    double *mean = ARENA_ARRAY(arena, entries->width, double), *deviation = ARENA_ARRAY(arena, entries->width, double);
    Arena *own = arena_within(arena);
    if (rows)
        moments_of_rows(own, rows, entries->width, mean, deviation);
    else
        moments_of_entries(own, train, entries, scaled, mean, deviation);
    arena_free(own);
    *scale = (Scale){mean, deviation};
    for (size_t j = 0; j < entries->width; j++)
        if (!isfinite(mean[j]) || !isfinite(deviation[j]))
            return diagnostics_error(diagnostics, (Place){file, 0, 0}, "%s %zu has values too large to be standardised",
                                     entries->what, j + 1);
    return true;
}

static bool is_among(size_t column, const size_t *columns, size_t count)
{
    for (size_t i = 0; columns && i < count; i++)
        if (columns[i] == column)
            return true;
    return false;
}

/* Which entries are scaled: all, or those whose columns are scaled as others. */
static bool choose(const Entries *entries, bool all, const Entries *const others[2], bool others_scaled, bool *scaled)
{
    bool any = false;
    for (size_t j = 0; j < entries->width; j++) {
        bool shared = false;
        for (size_t k = 0; k < 2 && entries->columns && others[k]; k++)
            shared = shared || is_among(entries->columns[j], others[k]->columns, others[k]->width);
        scaled[j] = all || (shared && others_scaled);
        any = any || scaled[j];
    }
    return any;
}

/* ---- features that are labels, too ---- */

enum { NO_FEATURE = -1 };

/* The feature that output k is the same column as. */
static ptrdiff_t feature_of(const Model *model, const Dataset *dataset, size_t k)
{
    const bool named = dataset->feature_names && dataset->label_names && dataset->labels == dataset->outputs;
    const bool states = model->shows_states && !model->lift && model->residual;
    for (size_t j = 0; named && j < dataset->features; j++)
        if (!strcmp(dataset->feature_names[j], dataset->label_names[k]))
            return (ptrdiff_t)j;
    return !dataset->feature_names && states && k < dataset->features ? (ptrdiff_t)k : NO_FEATURE;
}

/* Puts the rows of x and targets below each other where they share columns, as a table in long form has them: for each
 * sample a row with its features, and one for each target. */
static void join(Arena *arena, const Model *model, Dataset *train)
{
    const size_t features = train->features, rows = 1 + train->observations;
    Cells *cells = ARENA_NEW(arena, Cells);
    size_t *own = ARENA_ARRAY(arena, features, size_t), *labels = ARENA_ARRAY(arena, train->outputs, size_t);
    *cells = (Cells){.columns = features, .features = own, .labels = labels};
    for (size_t j = 0; j < features; j++)
        own[j] = j;
    for (size_t k = 0; k < train->outputs; k++) {
        const ptrdiff_t feature = feature_of(model, train, k);
        labels[k] = feature == NO_FEATURE ? cells->columns++ : (size_t)feature;
    }
    if (cells->columns == features + train->outputs)
        return;
    double *values = arena_array(arena, train->samples * rows, cells->columns * sizeof *values);
    train->cell_rows = ARENA_ARRAY(arena, train->samples, CellRows);
    for (size_t i = 0; i < train->samples * rows * cells->columns; i++)
        values[i] = NAN;
    for (size_t i = 0; i < train->samples; i++) {
        double *to = values + i * rows * cells->columns;
        const double *target = train->target + i * train->observations * train->outputs;
        train->cell_rows[i] = (CellRows){i * rows, rows};
        memcpy(to, train->x + i * features, features * sizeof *to);
        for (size_t k = 0; k < train->observations * train->outputs; k++)
            to[(1 + k / train->outputs) * cells->columns + labels[k % train->outputs]] = target[k];
    }
    cells->values = values;
    train->cells = cells;
}

/* The samples with such cells, where targets are numbers, x is as the data have it, and they are no table in long form.
 */
static Dataset joined(Arena *arena, const Model *model, const Dataset *train)
{
    Dataset copy = *train;
    if (!train->cells && train->target && !train->scales.x.mean && !model_classes(model))
        join(arena, model, &copy);
    return copy;
}

/* ---- the whole ---- */

static bool kept_as_they_are(Diagnostics *diagnostics, const char *file, const Dataset *train, const bool *scaled)
{
    size_t j = 0;
    while (!scaled[j])
        j++;
    if (!train->label_names)
        return diagnostics_error(diagnostics, (Place){file, 0, 0},
                                 "feature %zu and label %zu are one state, so that standardize scales both, but noise "
                                 "is that of labels as they are: leave one of them away",
                                 j + 1, j + 1);
    return diagnostics_error(diagnostics, (Place){file, 0, 0},
                             "column \"%s\" is feature and label, so that standardize scales it as both, but noise is "
                             "that of labels as they are: leave one of them away",
                             train->label_names[j]);
}

/* The scales of train by its cells, or else by its rows. */
static bool find_scales(Arena *arena, Diagnostics *diagnostics, const char *file, const Model *model, Standardize what,
                        const Dataset *train, Scales *found)
{
    const Cells *cells = train->cells;
    const size_t width = train->signal_width, outputs = train->target ? train->outputs : 0;
    const Entries x = {"feature", train->x, train->samples, train->features, cells ? cells->features : NULL};
    const Entries signals = {"signal", train->signal, width ? train->samples * train->signals / width : 0, width,
                             cells ? cells->signals : NULL};
    const Entries targets = {"label", train->target, train->samples * train->observations, outputs,
                             cells ? cells->labels : NULL};
    const Entries *const seen[2] = {&x, &signals}, *const asked[2] = {&targets, NULL};
    const Entries *const all[3] = {&x, &signals, &targets};
    Scale *const scales[3] = {&found->x, &found->signals, &found->targets};
    for (size_t k = 0; k < 3; k++) {
        const bool labels = k == 2;
        bool *scaled = ARENA_ARRAY(arena, all[k]->width + 1, bool);
        const bool any = choose(all[k], labels ? what.labels : what.features, labels ? seen : asked,
                                labels ? what.features : what.labels, scaled);
        if (any && labels && model->noise)
            return kept_as_they_are(diagnostics, file, train, scaled);
        const Rows *rows = any && k == 0 && !cells ? rows_of(arena, train) : NULL;
        if (any && !find_scale(arena, diagnostics, file, train, rows, all[k], scaled, scales[k]))
            return false;
    }
    return true;
}

bool dataset_standardize(Arena *arena, Diagnostics *diagnostics, const char *file, const Model *model, Standardize what,
                         Dataset *train, Dataset *test)
{
    Arena *own = arena_within(arena);
    const Dataset whole = joined(own, model, train);
    Dataset scaled = {.features = train->features, .scales = train->scales};
    const bool found = find_scales(arena, diagnostics, file, model, what, &whole, &scaled.scales);
    arena_free(own);
    if (!found)
        return false;
    dataset_scale(train, &scaled);
    if (test)
        dataset_scale(test, &scaled);
    return true;
}

static bool same_scale(const Scale *a, const Scale *b, size_t width)
{
    const size_t bytes = width * sizeof *a->mean;
    return a->mean && b->mean && !memcmp(a->mean, b->mean, bytes) && !memcmp(a->deviation, b->deviation, bytes);
}

void dataset_scale(Dataset *dataset, const Dataset *trained)
{
    const size_t width = dataset->features, count = dataset->samples * width;
    if (dataset->rows) {
        rows_scale(dataset->rows, trained->scales.x.mean, trained->scales.x.deviation);
    } else if (!same_scale(&dataset->scales.x, &trained->scales.x, width)) {
        intake_out(&dataset->scales.x, width, count, dataset->x, dataset->x);
        intake_in(&trained->scales.x, width, count, dataset->x, dataset->x);
    }
    dataset->scales = trained->scales;
}

#include "runtime/data/dataset.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- mean and deviation ---- */

/* Mean and population deviation of x [n], of differences to its first value, so that what all values share costs no
 * digits. What is constant but for the rounding of its values, or not there at all, has deviation 1. */
static void moments(const double *x, size_t n, double *mean, double *deviation)
{
    static const double rounding = 4 * DBL_EPSILON;
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
    double variance = (squares - rest * rest / (double)n) / (double)n;
    bool constant = most - least <= rounding * fmax(fabs(least), fabs(most));
    *deviation = constant || variance <= 0.0 ? 1.0 : sqrt(variance);
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

/* Rows [count][width] that may be scaled, what a row's entry is called, and of a table in long form the column of cells
 * of each entry. */
typedef struct {
    const char *what;
    const double *values;
    size_t count, width;
    const size_t *columns;
} Rows;

static size_t most_numbers(const Dataset *dataset, const Rows *rows)
{
    size_t n = rows->count;
    for (size_t i = 0; rows->columns && i < dataset->samples; i++)
        n = i ? n + dataset->cell_rows[i].count : dataset->cell_rows[i].count;
    return n;
}

/* The scale of the entries that `scaled` has; the others stay as they are. */
static bool find_scale(Arena *arena, Diagnostics *diagnostics, const char *file, const Dataset *train, const Rows *rows,
                       const bool *scaled, Scale *scale)
{
    double *mean = ARENA_ARRAY(arena, rows->width, double), *deviation = ARENA_ARRAY(arena, rows->width, double);
    Arena *own = arena_within(arena);
    double *numbers = ARENA_ARRAY(own, most_numbers(train, rows), double);
    bool finite = true;
    for (size_t j = 0; j < rows->width && finite; j++) {
        deviation[j] = 1;
        if (!scaled[j])
            continue;
        const size_t n = rows->columns ? gather_cells(train, rows->columns[j], numbers)
                                       : gather(rows->values, rows->count, rows->width, j, numbers);
        moments(numbers, n, &mean[j], &deviation[j]);
        finite = (isfinite(mean[j]) && isfinite(deviation[j])) ||
                 diagnostics_error(diagnostics, (Place){file, 0, 0}, "%s %zu has values too large to be standardised",
                                   rows->what, j + 1);
    }
    arena_free(own);
    *scale = (Scale){mean, deviation};
    return finite;
}

static bool is_among(size_t column, const size_t *columns, size_t count)
{
    for (size_t i = 0; columns && i < count; i++)
        if (columns[i] == column)
            return true;
    return false;
}

/* Which entries of rows are scaled: all, or those whose columns are scaled as others. */
static bool choose(const Rows *rows, bool all, const Rows *const others[2], bool others_scaled, bool *scaled)
{
    bool any = false;
    for (size_t j = 0; j < rows->width; j++) {
        bool shared = false;
        for (size_t k = 0; k < 2 && rows->columns && others[k]; k++)
            shared = shared || is_among(rows->columns[j], others[k]->columns, others[k]->width);
        scaled[j] = all || (shared && others_scaled);
        any = any || scaled[j];
    }
    return any;
}

static bool kept_as_they_are(Diagnostics *diagnostics, const char *file, const Dataset *train, const bool *scaled)
{
    size_t j = 0;
    while (!scaled[j])
        j++;
    return diagnostics_error(diagnostics, (Place){file, 0, 0},
                             "column \"%s\" is feature and label, so that standardize scales it as both, but noise is "
                             "that of labels as they are: leave one of them away",
                             train->label_names[j]);
}

bool dataset_standardize(Arena *arena, Diagnostics *diagnostics, const char *file, Standardize what, Dataset *train,
                         Dataset *test)
{
    const Cells *cells = train->cells;
    const size_t width = train->signal_width, outputs = train->target ? train->outputs : 0;
    const Rows x = {"feature", train->x, train->samples, train->features, cells ? cells->features : NULL};
    const Rows signals = {"signal", train->signal, width ? train->samples * train->signals / width : 0, width,
                          cells ? cells->signals : NULL};
    const Rows targets = {"label", train->target, train->samples * train->observations, outputs,
                          cells ? cells->labels : NULL};
    const Rows *const seen[2] = {&x, &signals}, *const asked[2] = {&targets, NULL};
    const Rows *const all[3] = {&x, &signals, &targets};
    Dataset own = {.features = train->features, .scales = train->scales};
    Scale *const scales[3] = {&own.scales.x, &own.scales.signals, &own.scales.targets};
    for (size_t k = 0; k < 3; k++) {
        const bool labels = k == 2;
        bool *scaled = ARENA_ARRAY(arena, all[k]->width + 1, bool);
        const bool any = choose(all[k], labels ? what.labels : what.features, labels ? seen : asked,
                                labels ? what.features : what.labels, scaled);
        if (any && labels && what.labels_kept)
            return kept_as_they_are(diagnostics, file, train, scaled);
        if (any && !find_scale(arena, diagnostics, file, train, all[k], scaled, scales[k]))
            return false;
    }
    dataset_scale(train, &own);
    if (test)
        dataset_scale(test, &own);
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
    if (!same_scale(&dataset->scales.x, &trained->scales.x, width)) {
        intake_out(&dataset->scales.x, width, count, dataset->x, dataset->x);
        intake_in(&trained->scales.x, width, count, dataset->x, dataset->x);
    }
    dataset->scales = trained->scales;
}

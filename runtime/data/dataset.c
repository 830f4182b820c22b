#include "runtime/data/dataset.h"

#include "runtime/system/file.h"
#include "runtime/data/generate.h"
#include "runtime/number/random.h"
#include "runtime/data/source.h"

#include <math.h>
#include <string.h>

DatasetOptions dataset_options(const Model *model, const DataSpec *data)
{
    return (DatasetOptions){.label = data->label,
                            .features = data->features,
                            .drop_missing = data->drop_missing,
                            .inputs = model->inputs,
                            .outputs = model->outputs,
                            .classes = model_classes(model) > 0};
}

/* The first missing value of a sample, features before labels. */
static bool find_missing(const Source *source, size_t sample, Cell *cell)
{
    double value;
    for (size_t i = 0; i < source->features; i++)
        if (isnan(source->x[sample * source->features + i])) {
            *cell = (Cell){sample, i, false};
            return true;
        }
    for (size_t i = 0; i < source->labels; i++)
        if (source_label(source, sample, i, &value) == CELL_MISSING) {
            *cell = (Cell){sample, i, true};
            return true;
        }
    return false;
}

static bool missing_error(const Source *source, Cell first, size_t count)
{
    const char *where = "";
    if (source->table)
        where = text_print(source->arena, " in column \"%s\"",
                           (first.label ? source->label_names : source->feature_names)[first.index]);
    return source_error(source, first,
                        "a value is missing%s; missing values are in %zu of %zu rows, which --drop-missing leaves out",
                        where, count, source->samples);
}

/* Keeps the samples without missing values. */
static bool drop_missing(Source *source, size_t *dropped)
{
    size_t kept = 0, missing = 0, width = source->features;
    Cell cell, first = {0};
    for (size_t i = 0; i < source->samples; i++) {
        if (find_missing(source, i, &cell)) {
            first = missing++ ? first : cell;
        } else if (source->options->drop_missing) {
            memmove(source->x + kept * width, source->x + i * width, width * sizeof *source->x);
            source->row[kept++] = source->row[i];
        }
    }
    if (source->options->drop_missing)
        source->samples = kept;
    else if (missing > 0)
        return missing_error(source, first, missing);
    *dropped = missing;
    return true;
}

static void standardize(Dataset *dataset, double *mean, double *deviation)
{
    for (size_t i = 0; i < dataset->samples; i++)
        for (size_t j = 0; j < dataset->features; j++) {
            double *x = &dataset->x[i * dataset->features + j];
            *x = (*x - mean[j]) / deviation[j];
        }
    dataset->mean = mean;
    dataset->deviation = deviation;
}

/* Turns a source that has been read into a dataset. */
static bool finish(Source *source, Dataset *dataset)
{
    const Dataset *trained = source->options->trained;
    *dataset = (Dataset){0};
    if (!drop_missing(source, &dataset->dropped))
        return false;
    if (source->samples == 0)
        return diagnostics_error(source->diagnostics, (Place){source->file, 0, 0},
                                 dataset->dropped ? "no samples are left: every row has missing values"
                                                  : "there are no samples");
    dataset->samples = source->samples;
    dataset->features = source->features;
    dataset->outputs = source->options->outputs;
    dataset->x = source->x;
    dataset->feature_names = source->feature_names;
    if (!source_targets(source, dataset))
        return false;
    if (trained && trained->mean)
        standardize(dataset, trained->mean, trained->deviation);
    return true;
}

bool dataset_load(Arena *arena, Diagnostics *diagnostics, const DatasetOptions *options, Dataset *dataset)
{
    char *data;
    size_t size;
    Source source = {.arena = arena, .diagnostics = diagnostics, .options = options, .file = options->source};
    if (!file_read(arena, diagnostics, options->source, &data, &size))
        return false;
    source.format = data_format_of(options->source, data, size);
    bool read =
        source.format->read_array ? source_from_arrays(&source, data, size) : source_from_table(&source, data, size);
    return read && finish(&source, dataset);
}

bool dataset_generate(Arena *arena, Diagnostics *diagnostics, const DatasetOptions *options, const char *generator,
                      size_t samples, uint64_t seed, const char *stream, Dataset *dataset)
{
    double *x = arena_array(arena, samples, 2 * sizeof *x), *label = ARENA_ARRAY(arena, samples, double);
    generate(arena, generator, samples, seed, stream, x, label);
    Source source = {.arena = arena, .diagnostics = diagnostics, .options = options, .file = generator};
    return source_from_points(&source, samples, x, label) && finish(&source, dataset);
}

/* The samples of dataset that index[0..count) lists. */
static Dataset pick(Arena *arena, const Dataset *dataset, const size_t *index, size_t count)
{
    size_t width = dataset->features, outputs = dataset->outputs;
    Dataset part = *dataset;
    part.samples = count;
    part.x = arena_array(arena, count, width * sizeof(double));
    if (dataset->target)
        part.target = arena_array(arena, count, outputs * sizeof(double));
    for (size_t i = 0; i < count; i++) {
        memcpy(part.x + i * width, dataset->x + index[i] * width, width * sizeof(double));
        if (dataset->target)
            memcpy(part.target + i * outputs, dataset->target + index[i] * outputs, outputs * sizeof(double));
    }
    return part;
}

bool dataset_split(Arena *arena, Diagnostics *diagnostics, const char *file, const Dataset *dataset, double share,
                   uint64_t seed, Dataset *train, Dataset *test)
{
    size_t n = dataset->samples, training = (size_t)floor(share * (double)n + 0.5);
    if (training == 0 || training >= n)
        return diagnostics_error(diagnostics, (Place){file, 0, 0}, "a share of %g of %zu samples leaves none to %s",
                                 share, n, training == 0 ? "train on" : "test on");
    size_t *index = ARENA_ARRAY(arena, n, size_t);
    Random random = random_stream(seed, "split");
    for (size_t i = 0; i < n; i++)
        index[i] = i;
    random_shuffle(&random, index, n);
    *train = pick(arena, dataset, index, training);
    *test = pick(arena, dataset, index + training, n - training);
    return true;
}

/* Mean and population deviation of feature j; a constant feature, whose rounded deviation need not be 0, has 1. */
static void moments(const Dataset *dataset, size_t j, double *mean, double *deviation)
{
    const double *x = dataset->x + j;
    size_t n = dataset->samples, width = dataset->features;
    double sum = 0.0, squares = 0.0;
    bool constant = true;
    for (size_t i = 0; i < n; i++) {
        sum += x[i * width];
        constant &= x[i * width] == x[0];
    }
    *mean = constant ? x[0] : sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i * width] - *mean) * (x[i * width] - *mean);
    *deviation = constant || squares == 0.0 ? 1.0 : sqrt(squares / (double)n);
}

bool dataset_standardize(Arena *arena, Diagnostics *diagnostics, const char *file, Dataset *train, Dataset *test)
{
    double *mean = ARENA_ARRAY(arena, train->features, double);
    double *deviation = ARENA_ARRAY(arena, train->features, double);
    for (size_t j = 0; j < train->features; j++) {
        moments(train, j, &mean[j], &deviation[j]);
        if (!isfinite(mean[j]) || !isfinite(deviation[j]))
            return diagnostics_error(diagnostics, (Place){file, 0, 0},
                                     "feature %zu has values too large to be standardised", j + 1);
    }
    standardize(train, mean, deviation);
    if (test)
        standardize(test, mean, deviation);
    return true;
}

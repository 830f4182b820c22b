#include "runtime/data/dataset.h"

#include "runtime/system/file.h"
#include "runtime/data/generate.h"
#include "runtime/data/rows.h"
#include "runtime/number/random.h"
#include "runtime/data/source.h"

#include <math.h>
#include <string.h>

DatasetOptions dataset_options(const Model *model, const DataSpec *data)
{
    return (DatasetOptions){.in_place = data->in_place.x.rank ? &data->in_place : NULL,
                            .label = data->label,
                            .features = data->features,
                            .drop = data->drop,
                            .missing_words = data->missing,
                            .header = data->no_header ? HEADER_MISSING
                                      : data->header  ? HEADER_THERE
                                                      : HEADER_FOUND,
                            .trajectory = data->trajectory,
                            .time = data->time,
                            .weight = data->weight,
                            .signals = data->signals,
                            .drop_missing = data->drop_missing,
                            .labels_unused = !model->has_loss,
                            .inputs = model->inputs,
                            .outputs = model->outputs,
                            .classes = model_classes(model) > 0,
                            .missing = model->missing,
                            .single = model->single,
                            .standardized = data->standardize,
                            .labels_standardized = data->standardize_labels,
                            .layers = model->layers,
                            .observations = model->observations,
                            .observed = model->observed,
                            .start = model->start,
                            .steps = model->steps,
                            .signal_width = model->signals,
                            .signal_rows = model->signals ? model_signal_rows(model) : 0};
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
    for (size_t i = 0; !source->options->missing && i < source->observations * source->labels; i++)
        if (source_label(source, sample, i, &value) == CELL_MISSING) {
            *cell = (Cell){sample, i, true};
            return true;
        }
    return false;
}

/* " in column "x2"" with what is before it, of a table; else "". */
static const char *in_column(const Source *source, const char *before, Cell cell)
{
    return !source->table ? ""
                          : text_print(source->arena, "%s in column \"%s\"", before,
                                       cell.label ? source->label_names[cell.index % source->labels]
                                                  : source->feature_names[cell.index]);
}

static bool missing_error(const Source *source, Cell first, size_t count)
{
    const char *where = in_column(source, "", first), *what = source->observed_row ? "trajectories" : "rows";
    return source_error(source, first,
                        "a value is missing%s; missing values are in %zu of %zu %s, which --drop-missing leaves out",
                        where, count, source->samples, what);
}

/* Item number `to` of items becomes item number `from`, of that many bytes; items may be NULL. */
static void move_item(void *items, size_t to, size_t from, size_t bytes)
{
    if (items)
        memmove((char *)items + to * bytes, (char *)items + from * bytes, bytes);
}

static void move_sample(Source *source, size_t to, size_t from)
{
    const DatasetOptions *options = source->options;
    move_item(source->x, to, from, source->features * sizeof *source->x);
    move_item(source->signal, to, from, options->signal_rows * options->signal_width * sizeof *source->signal);
    move_item(source->row, to, from, sizeof *source->row);
    move_item(source->observed_row, to, from, source->observations * sizeof *source->observed_row);
    move_item(source->names, to, from, sizeof *source->names);
    move_item(source->cell_rows, to, from, sizeof *source->cell_rows);
}

/* Keeps the samples without missing values. */
static bool drop_missing(Source *source, Dataset *dataset)
{
    size_t kept = 0, missing = 0, *places = ARENA_ARRAY(source->arena, source->samples, size_t);
    Cell cell, first = {0};
    for (size_t i = 0; i < source->samples; i++) {
        if (find_missing(source, i, &cell)) {
            first = missing++ ? first : cell;
        } else if (source->options->drop_missing) {
            places[kept] = i;
            move_sample(source, kept++, i);
        }
    }
    if (source->options->drop_missing)
        source->samples = kept;
    else if (missing > 0)
        return missing_error(source, first, missing);
    dataset->dropped = missing;
    dataset->places = missing ? places : NULL;
    return true;
}

/* Shades from 0 to 255 are numbers from 0 to 1, unless all is standardised later on. */
static void scale_shades(const Source *source, Dataset *dataset)
{
    Dataset shades = {.scales = dataset->scales};
    double *mean = ARENA_ARRAY(source->arena, dataset->features, double);
    double *deviation = ARENA_ARRAY(source->arena, dataset->features, double);
    for (size_t j = 0; j < dataset->features; j++)
        deviation[j] = 255;
    shades.scales.x = (Scale){mean, deviation};
    if (source->shades && !source->options->standardized)
        dataset_scale(dataset, &shades);
}

/* Is any number of the sample's target there? */
static bool is_observed(const Dataset *dataset, size_t sample)
{
    size_t numbers = dataset->observations * dataset->outputs;
    for (size_t i = 0; i < numbers; i++)
        if (!isnan(dataset->target[sample * numbers + i]))
            return true;
    return false;
}

/* Targets may be missing, but not all of them; a sample without any is a reason to look. */
static bool check_observed(const Source *source, const Dataset *dataset)
{
    size_t unobserved = 0, last = 0;
    for (size_t i = 0; dataset->target && i < dataset->samples; i++)
        if (!is_observed(dataset, i)) {
            unobserved++;
            last = i;
        }
    if (unobserved > 0 && unobserved == dataset->samples)
        return diagnostics_error(source->diagnostics, source->place, "nothing is observed: every label is missing");
    if (unobserved > 0)
        diagnostics_warning(source->diagnostics, source->place, "%zu of %zu samples %s no label, %s %s", unobserved,
                            dataset->samples, unobserved == 1 ? "has" : "have",
                            unobserved == 1 ? "number" : "the last of them number",
                            dataset_trajectory(source->arena, dataset, last));
    return true;
}

static bool beyond_range(const Source *source, Cell cell)
{
    return source_error(source, cell, "%s is beyond the range of real = \"float\"%s", source_show(source, cell),
                        in_column(source, ",", cell));
}

/* Are features and labels numbers of the network's type? What will be standardised is only then. */
static bool check_range(const Source *source, const Dataset *dataset)
{
    const DatasetOptions *options = source->options;
    size_t labels = source->observations * source->labels;
    const bool later = options->standardized && !dataset->scales.x.mean;
    const bool scaled = options->labels_standardized || dataset->scales.targets.mean;
    double value;
    for (size_t i = 0; options->single && !later && i < dataset->samples * dataset->features; i++)
        if (source_beyond(source, dataset->x[i]))
            return beyond_range(source, (Cell){i / dataset->features, i % dataset->features, false});
    for (size_t i = 0; options->single && !scaled && dataset->target && i < dataset->samples * labels; i++)
        if (source_label(source, i / labels, i % labels, &value) == CELL_NUMBER && source_beyond(source, value))
            return beyond_range(source, (Cell){i / labels, i % labels, true});
    return true;
}

/* The words for missing values, as said or as in training; NULL: the usual ones. */
static const char *words_of(const DatasetOptions *options)
{
    const Dataset *trained = options->trained;
    return options->missing_words || !trained ? options->missing_words : trained->missing_words;
}

/* Turns a source that has been read into a dataset. */
static bool finish(Source *source, Dataset *dataset)
{
    const Dataset *trained = source->options->trained;
    *dataset = (Dataset){0};
    if (!drop_missing(source, dataset))
        return false;
    if (source->samples == 0)
        return diagnostics_error(source->diagnostics, source->place,
                                 dataset->dropped ? "no samples are left: every row has missing values"
                                                  : "there are no samples");
    dataset->samples = source->samples;
    dataset->features = source->features;
    dataset->outputs = source->options->outputs;
    dataset->observations = source->observations;
    dataset->signal_width = source->options->signal_width;
    dataset->signals = source->options->signal_rows * dataset->signal_width;
    dataset->x = source->x;
    dataset->signal = source->signal;
    dataset->trajectory_names = source->names;
    dataset->trajectories = source->observed_row != NULL;
    dataset->feature_names = source->feature_names;
    dataset->missing_words = words_of(source->options);
    dataset->cells = source->cells;
    dataset->cell_rows = source->cell_rows;
    if (!source_targets(source, dataset) || !check_observed(source, dataset) ||
        !source_weights(source, &dataset->weight) || !source_ids(source, &dataset->ids))
        return false;
    if (trained && intake_scales(&trained->scales))
        dataset_scale(dataset, trained);
    if (!dataset->scales.x.mean)
        scale_shades(source, dataset);
    return check_range(source, dataset);
}

static Source new_source(Arena *arena, Diagnostics *diagnostics, const DatasetOptions *options, const char *file)
{
    const Place place = {file, 0, 0};
    return (Source){.arena = arena,
                    .diagnostics = diagnostics,
                    .options = options,
                    .file = file,
                    .place = place,
                    .missing = source_split(arena, words_of(options) ? words_of(options) : DATA_MISSING_WORDS),
                    .numbers_missing = words_of(options),
                    .label_place = place,
                    .observations = options->observed ? options->observations : 1};
}

/* No signals for a network that takes none. */
static bool check_signals(const Source *source)
{
    const DatasetOptions *options = source->options;
    bool in_place = options->in_place && options->in_place->signals.rank;
    if (options->signal_width || !(options->signals || in_place))
        return true;
    return diagnostics_error(source->diagnostics, in_place ? options->in_place->signals.place : source->place,
                             "the network takes no signals (signals = 1, 2, ...), but the data has some");
}

static bool load_file(Source *source)
{
    char *data;
    size_t size;
    if (!source_read(source, source->file, &data, &size))
        return false;
    source->format = data_format_of(source->file, data, size);
    return source->format->read_array ? source_from_arrays(source, data, size) : source_from_table(source, data, size);
}

bool dataset_load(Arena *arena, Diagnostics *diagnostics, const DatasetOptions *options, Dataset *dataset)
{
    if (options->stay && rows_find(arena, options, dataset))
        return true;
    Source source = new_source(arena, diagnostics, options, options->source);
    return check_signals(&source) && (options->in_place ? source_in_place(&source) : load_file(&source)) &&
           finish(&source, dataset);
}

bool dataset_generate(Arena *arena, Diagnostics *diagnostics, const DatasetOptions *options, const char *generator,
                      size_t samples, uint64_t seed, const char *stream, Dataset *dataset)
{
    double *x = arena_array(arena, samples, 2 * sizeof *x), *label = ARENA_ARRAY(arena, samples, double);
    generate(arena, generator, samples, seed, stream, x, label);
    Source source = new_source(arena, diagnostics, options, generator);
    return source_from_points(&source, samples, x, label) && finish(&source, dataset);
}

const char *dataset_trajectory(Arena *arena, const Dataset *dataset, size_t sample)
{
    return dataset->trajectory_names ? dataset->trajectory_names[sample] : text_print(arena, "%zu", sample + 1);
}

/* Of items of that many bytes those that index[0..count) lists; NULL of NULL. */
static void *pick_items(Arena *arena, const void *items, size_t bytes, const size_t *index, size_t count)
{
    if (!items)
        return NULL;
    char *picked = arena_array(arena, count, bytes);
    for (size_t i = 0; i < count; i++)
        memcpy(picked + i * bytes, (const char *)items + index[i] * bytes, bytes);
    return picked;
}

/* The samples of dataset that index[0..count) lists. */
static Dataset pick(Arena *arena, const Dataset *dataset, const size_t *index, size_t count)
{
    size_t numbers = dataset->observations * dataset->outputs;
    Dataset part = *dataset;
    part.samples = count;
    part.x = pick_items(arena, dataset->x, dataset->features * sizeof *part.x, index, count);
    part.signal = pick_items(arena, dataset->signal, dataset->signals * sizeof *part.signal, index, count);
    part.target = pick_items(arena, dataset->target, numbers * sizeof *part.target, index, count);
    part.weight = pick_items(arena, dataset->weight, sizeof *part.weight, index, count);
    part.cell_rows = pick_items(arena, dataset->cell_rows, sizeof *part.cell_rows, index, count);
    part.trajectory_names = pick_items(arena, dataset->trajectory_names, sizeof *part.trajectory_names, index, count);
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

static size_t classes_of(const Dataset *dataset)
{
    return dataset->outputs > 1 ? dataset->outputs : 2;
}

/* The class of a target of one layer; the number of classes where it is missing. */
static size_t observed_class(const Dataset *dataset, const double *target)
{
    const size_t outputs = dataset->outputs;
    size_t class = 0;
    for (size_t j = 0; j < outputs; j++) {
        if (isnan(target[j]))
            return classes_of(dataset);
        class = target[j] > target[class] ? j : class;
    }
    return outputs > 1 ? class : target[0] > 0.5;
}

/* The class of a sample, at all layers where it has one; the number of classes where it has none, and one more where
 * it has several. */
static size_t class_of(const Dataset *dataset, size_t sample)
{
    const size_t none = classes_of(dataset);
    size_t class = none;
    for (size_t k = 0; k < dataset->observations; k++) {
        const size_t one =
            observed_class(dataset, dataset->target + (sample * dataset->observations + k) * dataset->outputs);
        if (one != none && class != none && one != class)
            return none + 1;
        class = one != none ? one : class;
    }
    return class;
}

static bool have_one_class(Arena *arena, Diagnostics *diagnostics, const char *file, const Dataset *dataset)
{
    for (size_t i = 0; i < dataset->samples; i++)
        if (class_of(dataset, i) > classes_of(dataset))
            return diagnostics_error(
                diagnostics, (Place){file, 0, 0},
                "class_weight is for samples of one class, but trajectory %s has several: leave it "
                "away, or give the trajectories a weight",
                dataset_trajectory(arena, dataset, i));
    return true;
}

static void multiply_weights(Arena *arena, Dataset *dataset, const double *factors)
{
    double *weight = ARENA_ARRAY(arena, dataset->samples, double);
    for (size_t i = 0; i < dataset->samples; i++)
        weight[i] = (dataset->weight ? dataset->weight[i] : 1) * factors[class_of(dataset, i)];
    dataset->weight = weight;
}

bool dataset_balance(Arena *arena, Diagnostics *diagnostics, const char *file, Dataset *train, Dataset *test)
{
    const size_t classes = classes_of(train);
    size_t *counts = ARENA_ARRAY(arena, classes + 1, size_t), present = 0, known = 0;
    double *factors = ARENA_ARRAY(arena, classes + 1, double);
    if (!have_one_class(arena, diagnostics, file, train) || (test && !have_one_class(arena, diagnostics, file, test)))
        return false;
    for (size_t i = 0; i < train->samples; i++)
        counts[class_of(train, i)]++;
    for (size_t k = 0; k < classes; k++) {
        present += counts[k] > 0;
        known += counts[k];
    }
    for (size_t k = 0; k <= classes; k++)
        factors[k] = k < classes && counts[k] ? (double)known / ((double)present * (double)counts[k]) : 1;
    multiply_weights(arena, train, factors);
    if (test)
        multiply_weights(arena, test, factors);
    return true;
}

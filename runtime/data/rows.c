#include "runtime/data/rows.h"

#include "runtime/data/source.h"
#include "runtime/number/total.h"
#include "runtime/system/file.h"
#include "runtime/system/ranks.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 512 /* rows that are looked at at once */ };

struct Rows {
    const Array *x, *labels; /* labels NULL: none */
    size_t count, features, outputs, observations;
    bool classes;    /* a label is the number of a class */
    bool mapped;     /* they are in a file, else in memory */
    RowsThere there; /* the arrays begin with the first of these */
    const double *mean, *deviation;
};

/* ---- reading ---- */

/* `count` rows of the array from number first on, `numbers` each. With them the system puts pages around them into
 * memory, up to 2 MiB at once, which other threads may have done with. */
static void decode(const Rows *rows, const Array *array, size_t numbers, size_t first, size_t count, double *values)
{
    enum { AROUND = 1 << 22 };
    const size_t size = element_size(array->element), bytes = numbers * size, whole = array->count * size;
    const size_t start = (first - rows->there.first) * bytes, end = start + count * bytes;
    element_decode(array->element, array->big, array->bytes + start, count * numbers, values);
    if (!rows->mapped)
        return;
    const size_t from = start < AROUND ? 0 : start - AROUND, to = whole - end < AROUND ? whole : end + AROUND;
    file_unneeded(array->bytes + from, to - from);
}

/* The numbers of a target from the classes that stand at the end of it, one for each observation. */
static void spread_classes(const Rows *rows, size_t count, double *target)
{
    const size_t outputs = rows->outputs, slots = count * rows->observations;
    const double *labels = target + slots * (outputs - 1);
    for (size_t i = 0; outputs > 1 && i < slots; i++) {
        const double label = labels[i];
        for (size_t j = 0; j < outputs; j++)
            target[i * outputs + j] = (double)j == label;
    }
}

void rows_read(const void *object, size_t first, size_t count, double *x, double *target)
{
    const Rows *rows = object;
    const size_t numbers = rows->observations * (rows->classes ? 1 : rows->outputs);
    if (x)
        decode(rows, rows->x, rows->features, first, count, x);
    for (size_t i = 0; x && rows->mean && i < count * rows->features; i++)
        x[i] = (x[i] - rows->mean[i % rows->features]) / rows->deviation[i % rows->features];
    if (!target || !rows->labels)
        return;
    if (!rows->classes) {
        decode(rows, rows->labels, numbers, first, count, target);
        return;
    }
    decode(rows, rows->labels, numbers, first, count, target + count * numbers * (rows->outputs - 1));
    spread_classes(rows, count, target);
}

void rows_scale(Rows *rows, const double *mean, const double *deviation)
{
    rows->mean = mean;
    rows->deviation = deviation;
}

/* ---- what can stay ---- */

static bool are_many(double numbers)
{
    const char *text = getenv(ROWS_STAY_VARIABLE);
    char *end = NULL;
    const double bytes = text ? strtod(text, &end) : -1;
    return numbers * sizeof(double) >= (bytes >= 0 && *end == '\0' ? bytes : ROWS_STAY_BYTES);
}

/* The array of numbers that stands in file; NULL: there is none. *scaled: its bytes are shades. */
static const Array *find(Arena *arena, const char *file, bool *scaled)
{
    char *data;
    size_t size;
    const DataFormat *format = file && file_map(arena, file, &data, &size) ? data_format_found(file, data, size) : NULL;
    const Array *array = format ? format->find_array(arena, diagnostics_new(arena), file, data, size) : NULL;
    *scaled = array && format->scaled && array->element == ELEMENT_U8;
    return array && array->shape[0] > 0 ? array : NULL;
}

/* Does nothing belong to the samples but their features and labels? */
static bool is_plain(const DatasetOptions *options)
{
    const char *const columns[] = {options->label,      options->features,      options->drop,
                                   options->trajectory, options->time,          options->weight,
                                   options->id,         options->missing_words, options->signals};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (columns[i])
            return false;
    const Dataset *trained = options->trained;
    return options->source && !options->in_place && !options->signal_width &&
           !(trained && (trained->class_names || trained->missing_words || trained->feature_names));
}

/* Has each row as many numbers as the network takes? */
static bool fits(const Rows *rows)
{
    const size_t labels = rows->observations * (rows->classes ? 1 : rows->outputs);
    return rows->x->count / rows->count == rows->features &&
           (!rows->labels || (rows->labels->shape[0] == rows->count && rows->labels->count / rows->count == labels));
}

static bool sound_x(const DatasetOptions *options, const double *x, size_t count)
{
    const bool later = options->standardized && !(options->trained && options->trained->scales.x.mean);
    const double most = options->single && !later ? (double)FLT_MAX : DBL_MAX;
    for (size_t i = 0; i < count; i++)
        if (!(fabs(x[i]) <= most))
            return false;
    return true;
}

static bool sound_labels(const Rows *rows, const DatasetOptions *options, const double *labels, size_t count)
{
    const double most = options->single ? (double)FLT_MAX : DBL_MAX;
    const size_t classes = rows->outputs == 1 ? 2 : rows->outputs;
    for (size_t i = 0; i < count; i++)
        if (rows->classes ? !(labels[i] >= 0 && labels[i] < (double)classes && floor(labels[i]) == labels[i])
                          : !(fabs(labels[i]) <= most))
            return false;
    return true;
}

static size_t chunks_of(const Rows *rows)
{
    return (rows->count + CHUNK - 1) / CHUNK;
}

static size_t chunk_count(const Rows *rows, size_t chunk)
{
    const size_t left = rows->count - chunk * CHUNK;
    return left < CHUNK ? left : CHUNK;
}

/* The numbers of a row of the array; 0: there is none. */
static size_t width_of(const Array *array)
{
    return array ? array->count / array->shape[0] : 0;
}

/* Is a chunk, as it stands there, as it should be? numbers: room for it. */
static bool is_sound(const Rows *rows, const DatasetOptions *options, size_t chunk, double *numbers)
{
    const size_t count = chunk_count(rows, chunk), first = chunk * CHUNK, labels = width_of(rows->labels);
    decode(rows, rows->x, rows->features, first, count, numbers);
    if (!sound_x(options, numbers, count * rows->features))
        return false;
    if (labels)
        decode(rows, rows->labels, labels, first, count, numbers);
    return sound_labels(rows, options, numbers, count * labels);
}

static bool are_sound(Arena *arena, const Rows *rows, const DatasetOptions *options)
{
    Arena *own = arena_within(arena);
    const size_t labels = width_of(rows->labels), most = rows->features > labels ? rows->features : labels;
    double *numbers = ARENA_ARRAY(own, CHUNK * most, double);
    const TreePart part = total_part(chunks_of(rows));
    bool sound = true;
    for (size_t k = part.first; k < part.end && sound; k++)
        sound = is_sound(rows, options, k, numbers);
    arena_free(own);
    return !ranks_any(!sound);
}

/* Shades from 0 to 255 are numbers from 0 to 1, as dataset_load has them. */
static void scale(Arena *arena, const DatasetOptions *options, bool shades, Dataset *dataset)
{
    Dataset own = {.scales = dataset->scales};
    double *mean = ARENA_ARRAY(arena, dataset->features, double);
    double *deviation = ARENA_ARRAY(arena, dataset->features, double);
    for (size_t j = 0; j < dataset->features; j++)
        deviation[j] = 255;
    if (shades && !options->standardized)
        own.scales.x = (Scale){mean, deviation};
    dataset_scale(dataset, options->trained && options->trained->scales.x.mean ? options->trained : &own);
}

/* Numbers of a target. */
static size_t targets_of(const Rows *rows)
{
    return rows->labels ? rows->observations * rows->outputs : 0;
}

/* The rows, where those of this rank can stay; they are not looked at yet. */
static Rows *open_rows(Arena *arena, const DatasetOptions *options, bool *shades)
{
    bool scaled;
    Rows *rows = ARENA_NEW(arena, Rows);
    if (!is_plain(options) || !(rows->x = find(arena, options->source, shades)))
        return NULL;
    rows->labels = options->labels_unused ? NULL : find(arena, options->labels, &scaled);
    if (!rows->labels && !options->labels_unused)
        return NULL;
    rows->count = rows->x->shape[0];
    rows->features = options->inputs;
    rows->outputs = options->outputs;
    rows->observations = options->observed ? options->observations : 1;
    rows->classes = options->classes;
    rows->mapped = true;
    rows->there = (RowsThere){0, rows->count, rows->count * targets_of(rows)};
    const double numbers = (double)rows->count * (double)(rows->features + targets_of(rows));
    return fits(rows) && are_many(numbers) ? rows : NULL;
}

Rows *rows_find(Arena *arena, const DatasetOptions *options, Dataset *dataset)
{
    bool shades;
    Rows *rows = open_rows(arena, options, &shades);
    if (ranks_any(!rows) || !are_sound(arena, rows, options))
        return NULL;
    *dataset = (Dataset){.samples = rows->count,
                         .features = rows->features,
                         .outputs = rows->outputs,
                         .observations = rows->observations,
                         .rows = rows};
    scale(arena, options, shades, dataset);
    return rows;
}

/* An array of `numbers` numbers a row that is in memory; NULL of NULL. */
static const Array *array_of(Arena *arena, const double *values, size_t count, size_t numbers)
{
    const uint16_t one = 1;
    Array *array = ARENA_NEW(arena, Array);
    *array = (Array){.element = ELEMENT_F64,
                     .rank = 2,
                     .shape = {count, numbers},
                     .count = count * numbers,
                     .bytes = (const char *)values,
                     .big = *(const unsigned char *)&one == 0};
    return values ? array : NULL;
}

static Rows *rows_in_memory(Arena *arena, const Dataset *dataset)
{
    Rows *rows = ARENA_NEW(arena, Rows);
    const size_t count = dataset->samples;
    *rows = (Rows){.count = count,
                   .features = dataset->features,
                   .outputs = dataset->outputs,
                   .observations = dataset->observations,
                   .there = {.end = count}};
    rows->x = array_of(arena, dataset->x, count, rows->features);
    rows->labels = array_of(arena, dataset->target, count, rows->observations * rows->outputs);
    return rows;
}

const Rows *rows_of(Arena *arena, const Dataset *dataset)
{
    if (dataset->rows || dataset->signal || dataset->weight)
        return dataset->rows;
    const Rows *rows = rows_in_memory(arena, dataset);
    return are_many((double)rows->count * (double)(rows->features + targets_of(rows))) ? rows : NULL;
}

static const char *const *copied_names(Arena *arena, const char *const *names, size_t count)
{
    const char **copy = ARENA_ARRAY(arena, count + 1, const char *);
    for (size_t i = 0; names && i < count; i++)
        copy[i] = arena_string(arena, names[i], strlen(names[i]));
    return names ? copy : NULL;
}

static double *copied_numbers(Arena *arena, const double *numbers, size_t count)
{
    return numbers ? memcpy(ARENA_ARRAY(arena, count + 1, double), numbers, count * sizeof *numbers) : NULL;
}

static Scale copied_scale(Arena *arena, const Scale *scale, size_t width)
{
    return (Scale){copied_numbers(arena, scale->mean, width), copied_numbers(arena, scale->deviation, width)};
}

void rows_keep(Arena *arena, const Dataset *whole, size_t first, size_t end, Dataset *part)
{
    const size_t targets = whole->observations * whole->outputs, count = end - first;
    const char *words = whole->missing_words;
    *part = *whole;
    part->x = copied_numbers(arena, whole->x + first * whole->features, count * whole->features);
    part->target = whole->target ? copied_numbers(arena, whole->target + first * targets, count * targets) : NULL;
    part->rows = rows_in_memory(arena, part);
    part->rows->there = (RowsThere){.first = first, .end = end};
    for (size_t i = 0; whole->target && i < whole->samples * targets; i++)
        part->rows->there.known += isnan(whole->target[i]) ? 0 : 1;
    part->x = part->target = NULL;
    part->feature_names = copied_names(arena, whole->feature_names, whole->features);
    part->label_names = copied_names(arena, whole->label_names, whole->labels);
    part->class_names = copied_names(arena, whole->class_names, whole->classes);
    part->scales = (Scales){.x = copied_scale(arena, &whole->scales.x, whole->features),
                            .targets = copied_scale(arena, &whole->scales.targets, whole->outputs)};
    part->missing_words = words ? arena_string(arena, words, strlen(words)) : NULL;
    part->trajectory_names = NULL;
    part->ids = NULL;
    part->places = NULL;
}

RowsThere rows_there(const Rows *rows)
{
    return rows->there;
}

/* ---- a hash ---- */

/* Each word changes every later result, and none of two that differ is lost. */
static uint64_t hash_numbers(uint64_t hash, const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t word;
        memcpy(&word, &numbers[i], sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return hash;
}

/* From the hashes of chunks, which the ranks have each a part of. */
static uint64_t hash_all(Arena *arena, uint64_t *hashes, size_t chunks)
{
    const size_t ranks = total_ranks(chunks);
    size_t *first = ARENA_ARRAY(arena, ranks + 1, size_t);
    for (size_t r = 0; r < ranks; r++)
        first[r + 1] = tree_part(chunks, ranks, r).end;
    if (ranks > 1)
        ranks_gather(hashes, sizeof *hashes, first);
    return text_hash(TEXT_HASH_SEED, hashes, chunks * sizeof *hashes);
}

uint64_t rows_hash(Arena *arena, const Rows *rows)
{
    Arena *own = arena_within(arena);
    const size_t chunks = chunks_of(rows), targets = targets_of(rows);
    double *x = ARENA_ARRAY(own, CHUNK * rows->features, double);
    double *target = targets ? ARENA_ARRAY(own, CHUNK * targets, double) : NULL;
    uint64_t *hashes = ARENA_ARRAY(own, chunks, uint64_t);
    const TreePart part = total_part(chunks);
    for (size_t k = part.first; k < part.end; k++) {
        const size_t count = chunk_count(rows, k);
        rows_read(rows, k * CHUNK, count, x, target);
        hashes[k] = hash_numbers(hash_numbers(TEXT_HASH_SEED, x, count * rows->features), target, count * targets);
    }
    const uint64_t hash = hash_all(own, hashes, chunks);
    arena_free(own);
    return hash;
}

/* ---- moments ---- */

static void join_most(const void *rows, const double *before, double *most)
{
    for (size_t i = 0; i < 2 * ((const Rows *)rows)->features; i++)
        most[i] = fmax(most[i], before[i]);
}

/* Adds leaves of sums over x - origin and its square. most[2][features]: of x and of -x, or NULL. */
static const double *sum_up(const Rows *rows, Tree *tree, const double *origin, double *x, double *most)
{
    const size_t width = rows->features;
    const TreePart part = total_begin(tree, 2 * width, chunks_of(rows));
    for (size_t k = part.first; k < part.end; k++) {
        const size_t count = chunk_count(rows, k);
        double *leaf = memset(tree_leaf(tree), 0, 2 * width * sizeof *leaf);
        decode(rows, rows->x, width, k * CHUNK, count, x);
        for (size_t i = 0; i < count * width; i++) {
            const size_t j = i % width;
            const double away = x[i] - origin[j];
            leaf[j] += away;
            leaf[width + j] += away * away;
            if (most) {
                most[j] = fmax(most[j], x[i]);
                most[width + j] = fmax(most[width + j], -x[i]);
            }
        }
        tree_add(tree);
    }
    return total_sum(tree, rows->count);
}

void rows_moments(Arena *arena, const Rows *rows, double *mean, double *variance, double *least, double *most)
{
    Arena *own = arena_within(arena);
    const size_t width = rows->features;
    const double n = (double)rows->count;
    double *x = ARENA_ARRAY(own, CHUNK * width, double), *first = ARENA_ARRAY(own, width, double);
    double *ends = ARENA_ARRAY(own, 2 * width, double);
    Tree *tree = tree_new(own);
    decode(rows, rows->x, width, 0, 1, first);
    for (size_t j = 0; j < 2 * width; j++)
        ends[j] = -INFINITY;
    const double *sums = sum_up(rows, tree, first, x, ends);
    for (size_t j = 0; j < width; j++)
        mean[j] = first[j] + sums[j] / n;
    ranks_reduce(ends, 2 * width, join_most, rows);
    sums = sum_up(rows, tree, mean, x, NULL);
    for (size_t j = 0; j < width; j++) {
        variance[j] = (sums[width + j] - sums[j] * sums[j] / n) / n;
        least[j] = -ends[width + j];
        most[j] = ends[j];
    }
    arena_free(own);
}

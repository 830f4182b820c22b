#include "runtime/data/dataset.h"

#include "runtime/format/json.h"

#include <string.h>

/* The reader's view of one key. */
typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    const char *file;
    const Metadata *metadata;
} Reader;

static void set_names(Metadata *metadata, const char *key, const char *const *names, size_t count)
{
    Text text = text_new(metadata->arena);
    if (!names)
        return;
    for (size_t i = 0; i < count; i++) {
        text_add(&text, i ? "," : "[");
        json_write_string(&text, names[i]);
    }
    text_add(&text, "]");
    metadata_set(metadata, key, text.data);
}

static void set_numbers(Metadata *metadata, const char *key, const double *values, size_t count)
{
    Text text = text_new(metadata->arena);
    if (!values)
        return;
    for (size_t i = 0; i < count; i++) {
        text_add(&text, i ? "," : "[");
        text_real(&text, values[i]);
    }
    text_add(&text, "]");
    metadata_set(metadata, key, text.data);
}

/* ---- scales ---- */

/* The keys of the scales, of rows of as many numbers as what is called so. */
typedef struct {
    const char *mean, *deviation, *of;
} ScaleKeys;
enum { SCALES = 3 };
static const ScaleKeys scale_keys[SCALES] = {
    {"mean", "deviation", "input"},
    {"signal_mean", "signal_deviation", "signal"},
    {"label_mean", "label_deviation", "output"},
};

static Scale *scale_at(Scales *scales, size_t k)
{
    Scale *const all[SCALES] = {&scales->x, &scales->signals, &scales->targets};
    return all[k];
}

void dataset_to_metadata(const Dataset *dataset, Metadata *metadata)
{
    set_names(metadata, "features", dataset->feature_names, dataset->features);
    set_names(metadata, "labels", dataset->label_names, dataset->labels);
    if (dataset->missing_words)
        metadata_set(metadata, "missing", dataset->missing_words);
    set_names(metadata, "classes", dataset->class_names, dataset->classes);
    Scales scales = dataset->scales;
    const size_t widths[SCALES] = {dataset->features, dataset->signal_width, dataset->outputs};
    for (size_t k = 0; k < SCALES; k++) {
        set_numbers(metadata, scale_keys[k].mean, scale_at(&scales, k)->mean, widths[k]);
        set_numbers(metadata, scale_keys[k].deviation, scale_at(&scales, k)->deviation, widths[k]);
    }
}

Intake dataset_intake(const Dataset *trained)
{
    return (Intake){.scales = trained->scales,
                    .features = trained->feature_names,
                    .labels = trained->labels == trained->outputs ? trained->label_names : NULL,
                    .classes = trained->class_names,
                    .class_count = trained->classes};
}

static bool fail(const Reader *reader, const char *key, const char *problem)
{
    return diagnostics_error(reader->diagnostics, (Place){reader->file, 0, 0}, "metadata \"%s\": %s", key, problem);
}

/* The array under key, all of whose items are names, or numbers; *list is NULL where there is no such key. */
static bool get_list(const Reader *reader, const char *key, bool names, const json_t **list)
{
    const char *text = metadata_get(reader->metadata, key);
    *list = NULL;
    if (!text)
        return true;
    JsonSource source = {.file = text_print(reader->arena, "%s, metadata \"%s\"", reader->file, key),
                         .text = text,
                         .length = strlen(text)};
    *list = json_read(reader->arena, reader->diagnostics, &source);
    if (!*list)
        return false;
    bool sound = json_array_size(*list) > 0;
    for (size_t i = 0; sound && i < json_array_size(*list); i++) {
        const json_t *item = json_array_get(*list, i);
        sound = names ? json_is_string(item) : json_is_number(item);
    }
    return sound || fail(reader, key, names ? "not a list of names" : "not a list of numbers");
}

static bool get_names(const Reader *reader, const char *key, const char *const **names, size_t *count)
{
    const json_t *list;
    if (!get_list(reader, key, true, &list))
        return false;
    if (!list)
        return true;
    *count = json_array_size(list);
    const char **copy = ARENA_ARRAY(reader->arena, *count, const char *);
    for (size_t i = 0; i < *count; i++)
        copy[i] = json_string_value(json_array_get(list, i));
    *names = copy;
    return true;
}

/* count numbers under key, one for each of what is called so. */
static bool get_numbers(const Reader *reader, const char *key, size_t count, const char *of, const double **values)
{
    const json_t *list;
    if (!get_list(reader, key, false, &list))
        return false;
    if (!list)
        return true;
    if (json_array_size(list) != count)
        return fail(reader, key,
                    text_print(reader->arena, "%zu numbers for %zu %ss", json_array_size(list), count, of));
    double *numbers = ARENA_ARRAY(reader->arena, count, double);
    for (size_t i = 0; i < count; i++)
        numbers[i] = json_number_value(json_array_get(list, i));
    *values = numbers;
    return true;
}

/* As many names as the head has classes, each once; their order numbers them. */
static bool check_classes(const Reader *reader, const Dataset *trained)
{
    size_t expected = trained->outputs == 1 ? 2 : trained->outputs;
    if (trained->classes > 0 && trained->classes != expected)
        return fail(reader, "classes",
                    text_print(reader->arena, "%zu classes for a head of %zu", trained->classes, expected));
    if (trained->classes > 0 && table_twice(reader->arena, trained->class_names, trained->classes))
        return fail(reader, "classes", "a name stands there twice");
    return true;
}

static bool get_scale(const Reader *reader, const ScaleKeys *keys, size_t width, Scale *scale)
{
    if (!get_numbers(reader, keys->mean, width, keys->of, &scale->mean) ||
        !get_numbers(reader, keys->deviation, width, keys->of, &scale->deviation))
        return false;
    if (!scale->mean != !scale->deviation)
        return fail(reader, keys->mean, "mean and deviation belong together, but one is missing");
    for (size_t i = 0; scale->deviation && i < width; i++)
        if (scale->deviation[i] <= 0)
            return fail(reader, keys->deviation, "not positive");
    return true;
}

static bool get_scales(const Reader *reader, const Model *model, Scales *scales)
{
    const size_t widths[SCALES] = {model->inputs, model->signals, model->outputs};
    for (size_t k = 0; k < SCALES; k++)
        if (!get_scale(reader, &scale_keys[k], widths[k], scale_at(scales, k)))
            return false;
    return true;
}

bool dataset_from_metadata(Arena *arena, Diagnostics *diagnostics, const char *file, const Metadata *metadata,
                           const Model *model, Dataset *trained)
{
    Reader reader = {arena, diagnostics, file, metadata};
    size_t inputs = model->inputs, names = inputs;
    *trained = (Dataset){.features = inputs,
                         .outputs = model->outputs,
                         .signal_width = model->signals,
                         .missing_words = metadata_get(metadata, "missing")};
    bool read = get_names(&reader, "features", &trained->feature_names, &names) &&
                get_names(&reader, "labels", &trained->label_names, &trained->labels) &&
                get_names(&reader, "classes", &trained->class_names, &trained->classes) &&
                get_scales(&reader, model, &trained->scales);
    if (read && names != inputs)
        return fail(&reader, "features", text_print(arena, "%zu names for %zu inputs", names, inputs));
    return read && check_classes(&reader, trained);
}

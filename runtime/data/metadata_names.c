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

void dataset_to_metadata(const Dataset *dataset, Metadata *metadata)
{
    set_names(metadata, "features", dataset->feature_names, dataset->features);
    set_names(metadata, "labels", dataset->label_names, dataset->labels);
    if (dataset->missing_words)
        metadata_set(metadata, "missing", dataset->missing_words);
    set_names(metadata, "classes", dataset->class_names, dataset->classes);
    set_numbers(metadata, "mean", dataset->mean, dataset->features);
    set_numbers(metadata, "deviation", dataset->deviation, dataset->features);
}

Intake dataset_intake(const Dataset *trained)
{
    return (Intake){trained->mean, trained->deviation, trained->feature_names, trained->class_names, trained->classes};
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

/* count numbers under key. */
static bool get_numbers(const Reader *reader, const char *key, size_t count, double **values)
{
    const json_t *list;
    if (!get_list(reader, key, false, &list))
        return false;
    if (!list)
        return true;
    if (json_array_size(list) != count)
        return fail(reader, key, text_print(reader->arena, "%zu numbers for %zu inputs", json_array_size(list), count));
    *values = ARENA_ARRAY(reader->arena, count, double);
    for (size_t i = 0; i < count; i++)
        (*values)[i] = json_number_value(json_array_get(list, i));
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

static bool check_standardisation(const Reader *reader, const Dataset *trained)
{
    if (!trained->mean != !trained->deviation)
        return fail(reader, "mean", "mean and deviation belong together, but one is missing");
    for (size_t i = 0; trained->deviation && i < trained->features; i++)
        if (trained->deviation[i] <= 0)
            return fail(reader, "deviation", "not positive");
    return true;
}

bool dataset_from_metadata(Arena *arena, Diagnostics *diagnostics, const char *file, const Metadata *metadata,
                           size_t inputs, size_t outputs, Dataset *trained)
{
    Reader reader = {arena, diagnostics, file, metadata};
    size_t names = inputs;
    *trained = (Dataset){.features = inputs, .outputs = outputs, .missing_words = metadata_get(metadata, "missing")};
    bool read = get_names(&reader, "features", &trained->feature_names, &names) &&
                get_names(&reader, "labels", &trained->label_names, &trained->labels) &&
                get_names(&reader, "classes", &trained->class_names, &trained->classes) &&
                get_numbers(&reader, "mean", inputs, &trained->mean) &&
                get_numbers(&reader, "deviation", inputs, &trained->deviation);
    if (read && names != inputs)
        return fail(&reader, "features", text_print(arena, "%zu names for %zu inputs", names, inputs));
    return read && check_classes(&reader, trained) && check_standardisation(&reader, trained);
}

#include "runtime/run/state.h"

#include "runtime/format/safetensors.h"

#include <stddef.h>
#include <string.h>

static const char setting_prefix[] = "setting.", option_prefix[] = "option.", names_prefix[] = "names.";

/* A tensor of a state. */
typedef struct {
    const char *name;
    double **values;
    size_t size;
    bool optional; /* an older state has none */
} Kept;

/* The tensors of a state: its parameters, what its algorithm keeps, and the best parameters where they are kept. */
enum { MOST_TENSORS = 2 + TRAIN_MOST_ARRAYS };

/* Those of state; their number. */
static size_t list_tensors(const Provenance *provenance, TrainState *state, Kept tensors[MOST_TENSORS])
{
    const TrainSpec *train = &provenance->model->train;
    const size_t unknowns = model_unknowns(provenance->model, provenance->samples);
    const char *const *arrays = train_method(train->algorithm)->arrays;
    size_t count = 0;
    bool renews = train_method(train->algorithm)->renews;
    tensors[count++] = (Kept){"params", &state->params, unknowns, false};
    for (size_t i = 0; i < TRAIN_MOST_ARRAYS && arrays[i]; i++)
        tensors[count++] = (Kept){arrays[i], &state->arrays[i], train_array_size(train, unknowns), renews};
    if (train->keep_best)
        tensors[count++] = (Kept){"best", &state->best.params, unknowns, false};
    return count;
}

/* The numbers of a state beside its tensors: a member of TrainState each, a size_t where it is whole, else a double.
 * One that was not always there is optional: a state without it is an older one, which goes on with 0. */
typedef struct {
    const char *key;
    size_t offset;
    bool whole, optional;
} Field;

static const Field fields[] = {
    {"iteration", offsetof(TrainState, iteration), .whole = true, .optional = false},
    {"step", offsetof(TrainState, step), .whole = false, .optional = false},
    {"objective", offsetof(TrainState, evaluation.objective), .whole = false, .optional = false},
    {"accuracy", offsetof(TrainState, evaluation.accuracy), .whole = false, .optional = false},
    {"gradient_counted", offsetof(TrainState, gradient_counted), .whole = true, .optional = true},
    {"still.iteration", offsetof(TrainState, still.iteration), .whole = true, .optional = true},
    {"still.objective", offsetof(TrainState, still.objective), .whole = false, .optional = true},
    {"best.iteration", offsetof(TrainState, best.iteration), .whole = true, .optional = true},
    {"best.validation", offsetof(TrainState, best.validation), .whole = false, .optional = true},
    {"best.objective", offsetof(TrainState, best.evaluation.objective), .whole = false, .optional = true},
    {"best.accuracy", offsetof(TrainState, best.evaluation.accuracy), .whole = false, .optional = true},
};
enum { FIELDS = sizeof fields / sizeof *fields };

/* Field i of a state: those above, and then a count of evaluations each. */
enum { ALL_FIELDS = FIELDS + EVALUATED_KINDS };

static Field field_at(Arena *arena, size_t i)
{
    if (i < FIELDS)
        return fields[i];
    size_t kind = i - FIELDS;
    return (Field){text_print(arena, "evaluations.%s", train_evaluated[kind]),
                   offsetof(TrainState, evaluations) + kind * sizeof(size_t), .whole = true, .optional = true};
}

static void set_number(Metadata *metadata, const char *key, double value)
{
    Text text = text_new(metadata->arena);
    text_real(&text, value);
    metadata_set(metadata, key, text.data);
}

/* The options of the command line that say what the data are. */
static Metadata data_options(Arena *arena, const Provenance *provenance)
{
    Metadata options = metadata_new(arena);
    for (size_t i = 0; i < provenance->origin.count; i++)
        if (*provenance->origin.entries[i].key == '-')
            metadata_set(&options, provenance->origin.entries[i].key, provenance->origin.entries[i].value);
    return options;
}

static void set_all(Metadata *metadata, const char *prefix, const Metadata *from)
{
    for (size_t i = 0; i < from->count; i++)
        metadata_set(metadata, text_print(metadata->arena, "%s%s", prefix, from->entries[i].key),
                     from->entries[i].value);
}

/* What is called so in the metadata of model.safetensors: names, of which the data's hash says nothing. */
static const struct {
    const char *key, *what;
} names_of[] = {
    {"features", "features"}, {"labels", "labels"}, {"classes", "classes"}, {"missing", "words for missing values"}};
enum { NAMES = sizeof names_of / sizeof *names_of };

/* Empty: there are none. */
static const char *names_now(const Provenance *provenance, size_t i)
{
    const char *names = metadata_get(&provenance->metadata, names_of[i].key);
    return names ? names : "";
}

static void set_plan(Metadata *metadata, const Provenance *provenance)
{
    const Metadata options = data_options(metadata->arena, provenance);
    Arena *arena = metadata->arena;
    metadata_set(metadata, "version", COSTATE_VERSION);
    metadata_set(metadata, "spec", provenance_hash(arena, provenance->model->hash));
    metadata_set(metadata, "problem", provenance_hash(arena, provenance->model->problem));
    metadata_set(metadata, "data", provenance_hash(arena, provenance->data_hash));
    if (provenance->isa)
        metadata_set(metadata, "isa", provenance->isa);
    if (provenance->backend)
        metadata_set(metadata, "backend", provenance->backend);
    set_all(metadata, setting_prefix, &provenance->settings);
    set_all(metadata, option_prefix, &options);
    for (size_t i = 0; i < NAMES; i++)
        metadata_set(metadata, text_print(arena, "%s%s", names_prefix, names_of[i].key), names_now(provenance, i));
}

bool state_write(Arena *arena, Diagnostics *diagnostics, const char *path, const Provenance *provenance,
                 const TrainState *state, double seconds)
{
    NamedTensor tensors[MOST_TENSORS];
    Kept kept[MOST_TENSORS];
    TrainState copy = *state;
    const size_t count = list_tensors(provenance, &copy, kept);
    for (size_t i = 0; i < count; i++)
        tensors[i] = (NamedTensor){kept[i].name, 1, &kept[i].size, *kept[i].values};
    Metadata metadata = metadata_new(arena);
    set_plan(&metadata, provenance);
    for (size_t i = 0; i < ALL_FIELDS; i++) {
        const Field field = field_at(arena, i);
        const void *member = (const char *)state + field.offset;
        set_number(&metadata, field.key, field.whole ? (double)*(const size_t *)member : *(const double *)member);
    }
    set_number(&metadata, "seconds", seconds);
    return safetensors_write(arena, diagnostics, path, tensors, count, &metadata);
}

/* A state file while it is read. */
typedef struct {
    Diagnostics *diagnostics;
    Place place;
    const Safetensors *file;
} Reader;

static bool damaged(const Reader *reader, const char *what)
{
    return diagnostics_error(reader->diagnostics, reader->place, "no state of a training: \"%s\" is missing or damaged",
                             what);
}

static bool check_hash(const Reader *reader, const char *key, const char *now)
{
    const char *then = metadata_get(&reader->file->metadata, key);
    if (!then)
        return damaged(reader, key);
    if (strcmp(then, now) == 0)
        return true;
    return diagnostics_error(reader->diagnostics, reader->place, "this run was made with %s %s (%s, now %s)",
                             strcmp(key, "data") == 0 ? "other" : "another", key, then, now);
}

/* Another spec is as good where what is minimised is the same; its settings are compared one by one. */
static bool check_spec(const Reader *reader, Arena *arena, const Model *model)
{
    const char *problem = metadata_get(&reader->file->metadata, "problem");
    return (problem && !strcmp(problem, provenance_hash(arena, model->problem))) ||
           check_hash(reader, "spec", provenance_hash(arena, model->hash));
}

/* "tau = 0.1", and of a switch, whose value is empty, its name. */
static const char *show(Arena *arena, const char *key, const char *value)
{
    return text_print(arena, *value ? "%s = %s" : "%s%s", key, value);
}

/* What now has and the file, under the prefix, has with another value or not at all: a setting that is younger than the
 * file had the value that it has where a spec does not give it. Those of renewed may have another value. */
static bool check_present(const Reader *reader, Arena *arena, const char *prefix, const Metadata *now,
                          const Metadata *fallbacks, const Metadata *renewed)
{
    bool same = true;
    for (size_t i = 0; i < now->count; i++) {
        const MetadataEntry *entry = &now->entries[i];
        const char *then = metadata_get(&reader->file->metadata, text_print(arena, "%s%s", prefix, entry->key));
        const char *fallback = then || !fallbacks ? NULL : metadata_get(fallbacks, entry->key);
        if (fallback && strcmp(fallback, entry->value) == 0)
            continue;
        if (!then)
            same = diagnostics_error(reader->diagnostics, reader->place, "this run was made without %s",
                                     show(arena, entry->key, entry->value));
        else if (strcmp(then, entry->value) != 0 && metadata_get(renewed, entry->key))
            diagnostics_note(reader->diagnostics, reader->place, "%s was %s, and is %s from here on", entry->key, then,
                             entry->value);
        else if (strcmp(then, entry->value) != 0)
            same = diagnostics_error(reader->diagnostics, reader->place, "this run was made with %s = %s, not %s",
                                     entry->key, then, entry->value);
    }
    return same;
}

/* What the file has under the prefix and now does not have. */
static bool check_dropped(const Reader *reader, Arena *arena, const char *prefix, const Metadata *now)
{
    bool same = true;
    for (size_t i = 0; i < reader->file->metadata.count; i++) {
        const MetadataEntry *entry = &reader->file->metadata.entries[i];
        size_t length = strlen(prefix);
        if (strncmp(entry->key, prefix, length) == 0 && !metadata_get(now, entry->key + length))
            same = diagnostics_error(reader->diagnostics, reader->place, "this run was made with %s",
                                     show(arena, entry->key + length, entry->value));
    }
    return same;
}

static bool check_all(const Reader *reader, Arena *arena, const char *prefix, const Metadata *now,
                      const Metadata *fallbacks, const Metadata *renewed)
{
    bool same = check_present(reader, arena, prefix, now, fallbacks, renewed);
    return check_dropped(reader, arena, prefix, now) && same;
}

/* Options may differ where the data do not (a file that was moved): they are the reason where the data do. */
static bool check_data(const Reader *reader, Arena *arena, const Provenance *provenance)
{
    const Metadata options = data_options(arena, provenance);
    if (check_hash(reader, "data", provenance_hash(arena, provenance->data_hash)))
        return true;
    check_all(reader, arena, option_prefix, &options, NULL, &(Metadata){0});
    return false;
}

/* The model has one name for each class, and one row that it takes. An older file says nothing of them. */
static bool check_names(const Reader *reader, Arena *arena, const Provenance *provenance)
{
    bool same = true;
    for (size_t i = 0; i < NAMES; i++) {
        const char *then =
            metadata_get(&reader->file->metadata, text_print(arena, "%s%s", names_prefix, names_of[i].key));
        const char *now = names_now(provenance, i);
        if (then && strcmp(then, now))
            same = diagnostics_error(reader->diagnostics, reader->place, "this run was made with the %s %s, not %s",
                                     names_of[i].what, *then ? then : "(none)", *now ? now : "(none)");
    }
    return same;
}

static void check_version(const Reader *reader)
{
    const char *version = metadata_get(&reader->file->metadata, "version");
    if (version && strcmp(version, COSTATE_VERSION) != 0)
        diagnostics_warning(reader->diagnostics, reader->place,
                            "this run was made with costate %s; its numbers may not be those of %s to the last bit",
                            version, COSTATE_VERSION);
}

/* now: NULL, or what the state, if it is not older than the key, was made with, too. */
static void check_digits(const Reader *reader, const char *key, const char *what, const char *now)
{
    const char *then = metadata_get(&reader->file->metadata, key);
    if (then && now && strcmp(then, now) != 0)
        diagnostics_warning(reader->diagnostics, reader->place,
                            "this run was made with the %s %s; with %s its last digits will differ", what, then, now);
}

/* Every difference is reported, not only the first. */
static bool check_plan(const Reader *reader, Arena *arena, const Provenance *provenance)
{
    bool same = check_spec(reader, arena, provenance->model);
    same = check_data(reader, arena, provenance) && same;
    same = check_names(reader, arena, provenance) && same;
    same =
        check_all(reader, arena, setting_prefix, &provenance->settings, &provenance->fallbacks, &provenance->renewed) &&
        same;
    check_version(reader);
    check_digits(reader, "isa", "instruction set", provenance->isa);
    check_digits(reader, "backend", "backend", provenance->backend);
    return same;
}

static bool get_number(const Reader *reader, const char *key, double *value)
{
    const char *text = metadata_get(&reader->file->metadata, key);
    return (text && text_parse_printed(text, strlen(text), value)) || damaged(reader, key);
}

static bool get_field(const Reader *reader, const Field *field, TrainState *state)
{
    void *member = (char *)state + field->offset;
    double value = 0;
    bool missing = field->optional && !metadata_get(&reader->file->metadata, field->key);
    if (!missing && !get_number(reader, field->key, &value))
        return false;
    if (field->whole && (value < 0.0 || value > 0x1p53 || value != (double)(size_t)value))
        return damaged(reader, field->key);
    if (field->whole)
        *(size_t *)member = (size_t)value;
    else
        *(double *)member = value;
    return true;
}

static bool get_fields(const Reader *reader, Arena *arena, TrainState *state)
{
    for (size_t i = 0; i < ALL_FIELDS; i++) {
        const Field field = field_at(arena, i);
        if (!get_field(reader, &field, state))
            return false;
    }
    return true;
}

static bool has_tensor(const Reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->file->count; i++)
        if (strcmp(reader->file->tensors[i].name, name) == 0)
            return true;
    return false;
}

static bool get_tensor(const Reader *reader, Arena *arena, const Kept *kept)
{
    size_t bytes = kept->size * sizeof(double);
    for (size_t i = 0; i < reader->file->count; i++) {
        const NamedTensor *found = &reader->file->tensors[i];
        if (strcmp(found->name, kept->name) == 0 && found->rank == 1 && found->shape[0] == kept->size) {
            *kept->values = arena_grow(arena, found->values, bytes, bytes);
            return true;
        }
    }
    return damaged(reader, kept->name);
}

bool state_read(Arena *arena, Diagnostics *diagnostics, const char *path, const Provenance *provenance,
                TrainState *state, double *seconds)
{
    Reader reader = {diagnostics, {.file = path}, safetensors_read(arena, diagnostics, path)};
    if (!reader.file || !check_plan(&reader, arena, provenance))
        return false;
    *state = (TrainState){0};
    Kept kept[MOST_TENSORS];
    const size_t count = list_tensors(provenance, state, kept);
    if (!get_fields(&reader, arena, state) || !get_number(&reader, "seconds", seconds))
        return false;
    const TrainSpec *train = &provenance->model->train;
    for (size_t i = 0; i < count; i++) {
        if (kept[i].optional && !has_tensor(&reader, kept[i].name)) {
            *kept[i].values = ARENA_ARRAY(arena, kept[i].size, double);
            state->step = algorithm_rows[train->algorithm].first_step(train);
        } else if (!get_tensor(&reader, arena, &kept[i])) {
            return false;
        }
    }
    return true;
}

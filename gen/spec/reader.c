#include "gen/spec/reader.h"

#include "gen/spec/reader_data.h"
#include "gen/base/name.h"
#include "gen/base/nearest.h"
#include "gen/model/meaning.h"
#include "gen/model/loss.h"
#include "gen/model/separation.h"
#include "gen/spec/parts.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

bool reader_has(const Reader *reader, const char *key)
{
    return value_get(reader->network.table, key) != NULL;
}

bool reader_has_function(const Reader *reader, const char *key)
{
    const Value *value = value_get(reader->network.table, key);
    return value && value->kind == VALUE_FUNCTION;
}

/* ---- names ---- */

static void read_name(Reader *reader)
{
    const char *name = entry_string(&reader->network, "name", NULL);
    Place place = entry_place(&reader->network, "name");
    reader->model->name = name ? name : name_stem(reader->arena, reader->model->file);
    name = reader->model->name;
    if (!name_is_identifier(name))
        diagnostics_error(reader->diagnostics, place,
                          "name = \"%.60s\" is not a C identifier: a letter, then letters, digits and _", name);
    else if (strlen(name) > LONGEST_NAME)
        diagnostics_error(reader->diagnostics, place, "name has more than %d characters", LONGEST_NAME);
    else if (name_is_keyword(name))
        diagnostics_error(reader->diagnostics, place, "name = \"%s\" is a keyword of C or C++", name);
    else if (name_is_header(name))
        diagnostics_error(reader->diagnostics, place, "name = \"%s\": %s.h is a header of the C library", name, name);
    else if (name_is_integer(name))
        diagnostics_error(reader->diagnostics, place, "name = \"%s\" is that of integers in <stdint.h>", name);
}

/* ---- dimensions ---- */

/* One step for all layers, or a list with one for each. */
static void read_steps(Reader *reader)
{
    const Entries *network = &reader->network;
    Model *model = reader->model;
    double *steps = ARENA_ARRAY(reader->arena, model->layers, double);
    const Value *list = value_get(network->table, "step");
    bool listed = list && list->kind == VALUE_TABLE;
    model->step = listed ? 1 : entry_real(network, "step", 1.0 / (double)model->layers, -1e6, 1e6);
    if (listed && (list->array_count != model->layers || list->entry_count != model->layers))
        diagnostics_error(reader->diagnostics, list->place, "step lists %zu steps; there are layers = %zu",
                          list->array_count, model->layers);
    for (size_t i = 0; i < model->layers; i++) {
        const Value *entry = listed && i < list->array_count ? list->entries[i] : NULL;
        bool number = entry && (entry->kind == VALUE_INTEGER || entry->kind == VALUE_REAL);
        if (entry && (!number || !(fabs(entry->real) <= 1e6)))
            diagnostics_error(reader->diagnostics, entry->place, "step[%zu] must be a number from -1e6 to 1e6, not %s",
                              i + 1, number ? "one beyond" : value_kind(entry));
        steps[i] = number ? entry->real : model->step;
    }
    model->step = steps[0];
    model->steps = steps;
}

/* ---- what is observed ---- */

static void observe_every(Reader *reader, size_t every)
{
    Model *model = reader->model;
    size_t *observed = ARENA_ARRAY(reader->arena, model->layers / every, size_t);
    for (size_t m = 0; m < model->layers / every; m++)
        observed[m] = (m + 1) * every;
    model->observations = model->layers / every;
    model->observed = observed;
}

static void observe_list(Reader *reader, const Value *list)
{
    Model *model = reader->model;
    size_t *observed = ARENA_ARRAY(reader->arena, list->array_count + 1, size_t);
    if (!list->array_count || list->entry_count != list->array_count)
        diagnostics_error(reader->diagnostics, list->place, "observe lists the layers that are observed: { 0, 5, 10 }");
    for (size_t m = 0; m < list->array_count; m++) {
        const Value *entry = list->entries[m];
        bool fits = entry->kind == VALUE_INTEGER && entry->integer >= 0 && (size_t)entry->integer <= model->layers;
        if (!fits)
            diagnostics_error(reader->diagnostics, entry->place,
                              "observe: an observed layer is an integer from 0, the first state, to layers = %zu",
                              model->layers);
        else if (m && (size_t)entry->integer <= observed[m - 1])
            diagnostics_error(reader->diagnostics, entry->place, "observe lists layers in ascending order");
        observed[m] = fits ? (size_t)entry->integer : m ? observed[m - 1] : 0;
    }
    model->observations = list->array_count;
    model->observed = observed;
}

static void read_observe(Reader *reader)
{
    Model *model = reader->model;
    const Value *value = value_get(reader->network.table, "observe");
    model->missing = value != NULL;
    observe_every(reader, model->layers);
    if (!value || (value->kind == VALUE_STRING && !strcmp(value->string, "last")))
        return;
    if (value->kind == VALUE_STRING && !strcmp(value->string, "all"))
        observe_every(reader, 1);
    else if (value->kind == VALUE_INTEGER && value->integer >= 1 && (size_t)value->integer <= model->layers)
        observe_every(reader, (size_t)value->integer);
    else if (value->kind == VALUE_TABLE)
        observe_list(reader, value);
    else if (value->kind == VALUE_INTEGER)
        diagnostics_error(reader->diagnostics, value->place, "observe = %lld: every so many layers, 1 to layers = %zu",
                          value->integer, model->layers);
    else
        diagnostics_error(reader->diagnostics, value->place,
                          "observe is \"last\", \"all\", a number of layers or a list of layers, not %s",
                          value->kind == VALUE_STRING ? text_print(reader->arena, "\"%.40s\"", value->string)
                          : value->kind == VALUE_REAL ? text_print(reader->arena, "%g", value->real)
                                                      : value_kind(value));
}

static void read_signals(Reader *reader)
{
    static const char *const holds[] = {"zero", "linear"};
    Model *model = reader->model;
    model->signals = entry_count(&reader->network, "signals", 0, 0, MOST_WIDTH);
    model->linear = entry_choice(&reader->network, "hold", 0, holds, COUNT(holds), NULL) == 1;
    if (reader_has(reader, "hold") && !model->signals)
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "hold"),
                          "hold says what signals do between their times, but signals is not given");
}

/* ---- dimensions and memory ---- */

static void read_lift(Reader *reader)
{
    const Value *lift = value_get(reader->network.table, "lift");
    Model *model = reader->model;
    if (!lift)
        return;
    if (lift->kind != VALUE_FUNCTION && lift->kind != VALUE_BOOLEAN)
        diagnostics_error(reader->diagnostics, lift->place,
                          "lift must be true, false or function(x, u) ... end, not %s", value_kind(lift));
    model->affine_lift = lift->kind == VALUE_BOOLEAN && lift->boolean;
    model->lift = model->affine_lift || lift->kind == VALUE_FUNCTION;
}

static void read_dimensions(Reader *reader)
{
    const Entries *network = &reader->network;
    Model *model = reader->model;
    entry_require(network, "inputs", "how many numbers a sample has");
    entry_require(network, "layers", "how many steps");
    model->inputs = entry_count(network, "inputs", 1, 1, MOST_CHANNELS);
    read_lift(reader);
    model->layers = entry_count(network, "layers", 1, 1, MOST_LAYERS);
    if (!value_get(network->table, "width") && model->inputs > MOST_WIDTH)
        diagnostics_error(reader->diagnostics, entry_place(network, "inputs"),
                          "width is inputs = %zu where it is not given, and at most %d", model->inputs, MOST_WIDTH);
    model->width = entry_count(network, "width", model->inputs, 1, MOST_WIDTH);
    if (model->width < model->inputs && !model->lift)
        diagnostics_error(reader->diagnostics, entry_place(network, "width"),
                          "width = %zu is less than inputs = %zu; set lift = true or widen it", model->width,
                          model->inputs);
    model->residual = entry_boolean(network, "residual", true);
    model->average = entry_boolean(network, "average", false);
    model->start = entry_real(network, "start", 0, -1e15, 1e15);
    read_steps(reader);
    static const char *const reals[] = {"double", "float"};
    model->single = entry_choice(network, "real", 0, reals, COUNT(reals), NULL) == 1;
    model->seed = entry_count(network, "seed", 1, 0, (size_t)1 << 53);
    model->decay = entry_real(network, "decay", 0, 0, 1e300);
    read_observe(reader);
    read_signals(reader);
}

/* What a gradient keeps: everything, the states of all layers, or those of some. */
static void read_memory(Reader *reader)
{
    const Entries *network = &reader->network;
    Model *model = reader->model;
    model->recompute = entry_boolean(network, "recompute", false);
    model->checkpoints = entry_count(network, "checkpoints", model->layers, 1, MOST_LAYERS);
    if (!value_get(network->table, "checkpoints"))
        return;
    if (model->recompute)
        diagnostics_error(reader->diagnostics, entry_place(network, "recompute"),
                          "recompute = true keeps the state of every layer, checkpoints = %zu those of some: use one "
                          "of them",
                          model->checkpoints);
    model->recompute = true;
    if (model->checkpoints > model->layers)
        model->checkpoints = model->layers;
}

/* ---- training ---- */

/* Of every algorithm. */
static const char *const common_keys[] = {"iterations", "patience", "stall", "keep"};

static void add_key(const char **keys, size_t *count, const char *key)
{
    for (size_t i = 0; i < *count; i++)
        if (!strcmp(keys[i], key))
            return;
    keys[(*count)++] = key;
}

size_t reader_train_keys(const char **keys)
{
    size_t count = 0;
    for (size_t i = ALGORITHM_COUNT; i-- > 0;)
        add_key(keys, &count, algorithm_rows[i].selector);
    for (size_t i = 0; i < COUNT(common_keys); i++)
        add_key(keys, &count, common_keys[i]);
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        for (const AlgorithmSetting *setting = algorithm_rows[i].settings; setting->key; setting++)
            add_key(keys, &count, setting->key);
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        add_key(keys, &count, algorithm_rows[i].unit);
    return count;
}

/* May an algorithm have key beside it? What chooses the algorithm is not its own. */
static bool algorithm_has(const AlgorithmRow *row, const char *key)
{
    bool has = !strcmp(row->unit, key);
    for (size_t i = 0; i < COUNT(common_keys); i++)
        has = has || !strcmp(common_keys[i], key);
    return has || algorithm_has_setting(row, key);
}

/* Keys that only others of the algorithms know are errors. */
static void check_train_keys(const Entries *train, const AlgorithmRow *row)
{
    for (size_t k = 0; k < train->key_count; k++) {
        const char *key = train->keys[k];
        if (algorithm_has(row, key) || !value_get(train->table, key))
            continue;
        const AlgorithmRow *owner = algorithm_rows, *end = algorithm_rows + ALGORITHM_COUNT;
        while (owner < end && !algorithm_has(owner, key))
            owner++;
        if (owner < end)
            diagnostics_error(train->diagnostics, entry_place(train, key),
                              "train.%s belongs to %s = \"%s\", not to %s = \"%s\"", key, owner->selector, owner->name,
                              row->selector, row->name);
    }
}

/* The algorithm that the entry `selector` names, by default the first of that selector, and after an error none. */
static Algorithm choose_by(const Entries *entries, const char *selector)
{
    const char *names[ALGORITHM_COUNT];
    Algorithm algorithms[ALGORITHM_COUNT + 1];
    size_t count = 0;
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        if (!strcmp(algorithm_rows[i].selector, selector)) {
            algorithms[count] = (Algorithm)i;
            names[count++] = algorithm_rows[i].name;
        }
    algorithms[count] = ALGORITHM_COUNT;
    const bool named = entries->table && value_get(entries->table, selector);
    return algorithms[entry_choice(entries, selector, named ? count : 0, names, count, reader_meant_value)];
}

static Algorithm choose_algorithm(const Entries *entries)
{
    bool algorithm = entries->table && value_get(entries->table, "algorithm");
    if (algorithm && value_get(entries->table, "search"))
        diagnostics_error(entries->diagnostics, entry_place(entries, "algorithm"),
                          "train has both search and algorithm: choose one");
    return choose_by(entries, algorithm ? "algorithm" : "search");
}

/* A number, or one that falls. */
static void read_rate(const Entries *entries, const AlgorithmSetting *setting, Rate *rate)
{
    const Value *value = entries->table ? value_get(entries->table, setting->key) : NULL;
    if (value && value->kind == VALUE_COSINE)
        *rate = (Rate){value->real, value->upper, .falls = true};
    else
        rate->first = entry_real(entries, setting->key, setting->fallback, setting->least, setting->most);
}

/* Decay of the objective's gradient, which Adam divides by its size, and decay of the weights are two things. */
static void check_decay(const Reader *reader, const Entries *train)
{
    const Model *model = reader->model;
    if (model->decay > 0 && model->train.weight_decay > 0)
        diagnostics_error(reader->diagnostics, entry_place(train, "weight_decay"),
                          "decay = %.10g belongs to the objective and train.weight_decay = %.10g to the steps of Adam: "
                          "use one of them",
                          model->decay, model->train.weight_decay);
}

static void read_setting(const Entries *entries, const AlgorithmSetting *setting, TrainSpec *train)
{
    void *member = (char *)train + setting->offset;
    switch (setting->kind) {
    case SETTING_REAL:
        *(double *)member = entry_real(entries, setting->key, setting->fallback, setting->least, setting->most);
        return;
    case SETTING_WHOLE:
        *(size_t *)member = entry_count(entries, setting->key, (size_t)setting->fallback, (size_t)setting->least,
                                        (size_t)setting->most);
        return;
    case SETTING_RATE:
        read_rate(entries, setting, member);
        return;
    }
}

/* An algorithm of squares has an objective of nothing else. */
static void check_squares(const Reader *reader)
{
    static const char *const others[] = {"cost", "terminal", "penalty"};
    const Model *model = reader->model;
    const AlgorithmRow *row = &algorithm_rows[model->train.algorithm];
    if (!row->squares)
        return;
    if (model->loss != loss_named("squared"))
        diagnostics_error(reader->diagnostics, model->algorithm_place, "train.%s = \"%s\" needs loss = \"squared\"",
                          row->selector, row->name);
    for (size_t i = 0; i < COUNT(others); i++)
        if (value_get(reader->network.table, others[i]))
            diagnostics_error(reader->diagnostics, entry_place(&reader->network, others[i]),
                              "train.%s = \"%s\" minimises squared residuals; a %s is none", row->selector, row->name,
                              others[i]);
    if (model->parameters > ALGORITHM_MOST_SQUARES)
        diagnostics_error(reader->diagnostics, model->algorithm_place,
                          "train.%s = \"%s\" takes at most %d parameters; these are %zu", row->selector, row->name,
                          ALGORITHM_MOST_SQUARES, model->parameters);
}

/* What is learnt, and under which constraints, fits the algorithm. */
static void check_learnt(const Reader *reader, const AlgorithmRow *row)
{
    const Model *model = reader->model;
    AlgorithmList list;
    if (model->simplex && !row->simplex)
        diagnostics_error(reader->diagnostics, model->algorithm_place,
                          "train.%s = \"%s\" does not keep simplex = true; %s do", row->selector, row->name,
                          algorithm_list(algorithm_keeps_simplex, &list));
}

/* When training ends for want of progress, and what it then leaves. */
static void read_patience(const Entries *entries, TrainSpec *train)
{
    static const char *const kept[] = {"last", "best"};
    bool given = entries->table && value_get(entries->table, "keep");
    train->patience = entry_count(entries, "patience", 0, 1, MOST_ITERATIONS);
    train->stall = entry_count(entries, "stall", 0, 1, MOST_ITERATIONS);
    train->keep_best = entry_choice(entries, "keep", train->patience > 0, kept, COUNT(kept), NULL) == 1;
    if (given && train->patience && !train->keep_best)
        diagnostics_error(entries->diagnostics, entry_place(entries, "keep"),
                          "train.patience waits for a better iterate than the best, which it keeps: leave keep away");
}

static void read_train(Reader *reader)
{
    const char *keys[READER_MOST_TRAIN_KEYS];
    size_t key_count = reader_train_keys(keys);
    TrainSpec *train = &reader->model->train;
    Entries entries = {reader->diagnostics, entry_table(&reader->network, "train"), "train", keys, key_count};
    entry_check_keys(&entries, 0, reader_meant_key);
    train->algorithm = choose_algorithm(&entries);
    if (train->algorithm == ALGORITHM_COUNT) { /* of an unknown one nobody knows the settings */
        train->algorithm = TRAIN_ARMIJO;
        return;
    }
    const AlgorithmRow *row = &algorithm_rows[train->algorithm];
    reader->model->algorithm_place = entry_place(&entries, row->selector);
    if (entries.table)
        check_train_keys(&entries, row);
    for (const AlgorithmSetting *setting = row->settings; setting->key; setting++)
        read_setting(&entries, setting, train);
    if (entries.table && strcmp(row->unit, "iterations") != 0 && value_get(entries.table, row->unit) &&
        value_get(entries.table, "iterations"))
        diagnostics_error(entries.diagnostics, entry_place(&entries, "iterations"),
                          "train has both iterations and %s: choose one", row->unit);
    const bool by_unit = entries.table && value_get(entries.table, row->unit);
    train->iterations = entry_count(&entries, by_unit ? row->unit : "iterations", row->iterations, 0, MOST_ITERATIONS);
    train->horizon = train->iterations;
    read_patience(&entries, train);
    check_decay(reader, &entries);
    check_learnt(reader, row);
}

/* ---- method and field ---- */

/* How many components of the state are q, where the method is a pair. */
static void read_partition(Reader *reader)
{
    const Tableau *tableau = reader->description->tableau;
    const bool given = reader_has(reader, "partition");
    const size_t width = reader->model->width;
    Place place = entry_place(&reader->network, "partition");
    reader->model->only_explicit = entry_boolean(&reader->network, "explicit", false);
    if (!tableau)
        return;
    if (!tableau->partner && given)
        diagnostics_error(reader->diagnostics, place,
                          "partition belongs to a partitioned method; %s is one tableau for all components",
                          tableau->name);
    if (!tableau->partner)
        return;
    if (!given)
        diagnostics_error(reader->diagnostics, place,
                          "method = \"%s\" is partitioned: partition says how many components of the state, the first "
                          "ones, are q",
                          tableau->name);
    reader->model->partition = entry_count(&reader->network, "partition", 1, 0, MOST_WIDTH);
    if (reader->model->partition == 0 || reader->model->partition >= width)
        diagnostics_error(reader->diagnostics, place,
                          "partition = %zu: of width = %zu components, 1 to %zu are q and the others v",
                          reader->model->partition, width, width - 1);
}

static void read_method(Reader *reader)
{
    const Value *method = value_get(reader->network.table, "method");
    if (!method) {
        entry_require(&reader->network, "method",
                      spec_known_names(reader->spec, reader->network.table->place, "tableau"));
        return;
    }
    const Tableau *tableau = reader_convert_method(reader->spec, reader->diagnostics, method, "tableau");
    reader->description->tableau = tableau;
    read_partition(reader);
}

/* ---- the whole ---- */

const char *const reader_keys[] = {
    "name",       "inputs",    "width",       "lift",   "layers",   "method", "partition", "explicit",
    "activation", "controls",  "span",        "field",  "residual", "start",  "step",      "signals",
    "hold",       "observe",   "head",        "loss",   "noise",    "cost",   "terminal",  "penalty",
    "decay",      "average",   "learn",       "bounds", "simplex",  "real",   "init",      "data",
    "seed",       "recompute", "checkpoints", "train",  NULL};

const char *const reader_head_keys[READER_HEAD_KEYS] = {"outputs", "link"};

/* ---- what words mean ---- */

/* The key of the table, or NULL. */
static const char *key_among(const char *word, const char *const *keys, size_t count, const char *table,
                             const char **home)
{
    const char *key = nearest_known(word, keys, count);
    *home = key ? table : *home;
    return key;
}

const char *reader_meant_key(const char *word, const char **home)
{
    const char *train[READER_MOST_TRAIN_KEYS], *data[DATA_OPTION_COUNT], *key;
    size_t own = 0, count = 0;
    while (reader_keys[own])
        own++;
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++)
        if (data_rows[i].key)
            data[count++] = data_rows[i].key;
    (void)((key = key_among(word, reader_keys, own, "", home)) ||
           (key = key_among(word, reader_head_keys, READER_HEAD_KEYS, "head", home)) ||
           (key = key_among(word, train, reader_train_keys(train), "train", home)) ||
           (key = key_among(word, data, count, "data", home)));
    return key;
}

const char *reader_meant_value(const char *value, const char **home)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        if (!strcmp(algorithm_rows[i].name, value)) {
            *home = "train";
            return algorithm_rows[i].selector;
        }
    *home = loss_named(value) ? "" : "head";
    return loss_named(value) ? "loss" : loss_link(value) ? "link" : NULL;
}

/* ---- equations ---- */

/* explicit = true, and something is an equation: which component of the field couples, if the method does not. */
static void report_coupling(Reader *reader, const Separation *separation)
{
    size_t component = separation_component(reader->graph, separation);
    bool of_v = separation->parts > 1 && component >= reader->model->partition;
    Place place = entry_place(&reader->network, "explicit");
    if (separation->parts == 1 || component == SIZE_MAX)
        diagnostics_error(reader->diagnostics, place,
                          "explicit = true, but the stages of %s are an equation, whatever the field",
                          separation->tableau[0]->name);
    else
        diagnostics_error(
            reader->diagnostics, place,
            "explicit = true, but component %zu of the field, one of %s, depends on %s: %s is an equation "
            "where f is not one of v alone, and g of q alone",
            component + 1, of_v ? "v" : "q", of_v ? "v" : "q", separation->tableau[0]->name);
}

/* Stages that are computed together are an equation, which has to fit into its kernels. */
static void check_equations(Reader *reader)
{
    enum { MOST_UNKNOWNS = 128 };
    const Separation separation =
        separation_of(reader->graph, reader->description->tableau, &reader->description->problem);
    const Coupling coupling = separation_coupling(reader->arena, &separation);
    for (size_t g = 0; g < coupling.count; g++) {
        const CoupledGroup *group = &coupling.groups[g];
        size_t unknowns = separation_unknowns(&separation, group);
        if (group->coupled && reader->model->only_explicit) {
            report_coupling(reader, &separation);
            return;
        }
        if (!group->coupled || unknowns <= MOST_UNKNOWNS)
            continue;
        diagnostics_error(reader->diagnostics, entry_place(&reader->network, "method"),
                          "%zu implicit stage%s of width %zu %s an equation in %zu unknowns; at most %d", group->count,
                          group->count == 1 ? "" : "s", reader->model->width, group->count == 1 ? "is" : "are",
                          unknowns, MOST_UNKNOWNS);
        return;
    }
}

/* The keys with their values, those of a table in it as keys of their own. */
typedef struct {
    Arena *arena;
    ModelKey *keys;
    size_t count, capacity;
} Written;

static void write_key(Written *written, const char *key, const Value *value)
{
    Text text = text_new(written->arena);
    const bool named = value->kind == VALUE_TABLE && value->entry_count > value->array_count;
    for (size_t i = 0; named && i < value->entry_count; i++) {
        const Value *entry = value->entries[i];
        const char *own = entry->key ? entry->key : text_print(written->arena, "%zu", i + 1);
        write_key(written, text_print(written->arena, "%s.%s", key, own), entry);
    }
    if (named)
        return;
    value_text(&text, value);
    written->keys = ARENA_MORE(written->arena, written->keys, written->count, written->capacity);
    written->keys[written->count++] = (ModelKey){key, text.data};
}

/* What says nothing of what is minimised, or what a training that goes on checks for itself. */
static bool is_beside_problem(const char *key)
{
    static const char *const beside[] = {"name", "seed", "data", "train", "init"};
    bool is = false;
    for (size_t i = 0; i < COUNT(beside); i++)
        is |= !strcmp(beside[i], key);
    return is;
}

static void read_identity(Reader *reader)
{
    const Value *table = reader->network.table;
    const Description *description = reader->description;
    Written written = {.arena = reader->arena};
    uint64_t hash = TEXT_HASH_SEED;
    for (size_t i = table->array_count; i < table->entry_count; i++) {
        const Value *entry = table->entries[i];
        write_key(&written, entry->key, entry);
        if (!is_beside_problem(entry->key))
            hash += value_hash(text_hash(TEXT_HASH_SEED, entry->key, strlen(entry->key)), entry);
    }
    Text literal = text_new(reader->arena);
    value_literal(&literal, table);
    reader->model->written = literal.data;
    reader->model->keys = written.keys;
    reader->model->key_count = written.count;
    reader->model->meaning =
        meaning_hash(reader->arena, description->graph, reader->model, description->tableau, &description->problem);
    reader->model->problem =
        meaning_problem(reader->arena, description->graph, reader->model, &description->problem, hash);
}

static void check_weights(const Reader *reader)
{
    const Model *model = reader->model;
    const DataSpec *data = &model->data;
    const char *problem = model_weight_problem(reader->arena, model, data->weight ? "data.weight" : NULL,
                                               data->class_weight ? "data.class_weight" : NULL);
    if (problem)
        diagnostics_error(reader->diagnostics, data->place, "%s", problem);
}

static void check_labels(const Reader *reader)
{
    const DataSpec *data = &reader->model->data;
    const char *problem =
        data->standardize_labels ? model_labels_problem(reader->arena, reader->model, "data.standardize_labels") : NULL;
    if (problem)
        diagnostics_error(reader->diagnostics, data->place, "%s", problem);
}

/* A check that needs what was read before it is left out where that failed: its messages would mislead. */
static void read_network(Reader *reader)
{
    entry_check_keys(&reader->network, 0, reader_meant_key);
    read_name(reader);
    read_dimensions(reader);
    read_memory(reader);
    reader_head(reader);
    read_method(reader);
    reader_tensors(reader);
    reader_data(reader->arena, &reader->network, &reader->model->data);
    reader->model->missing |= reader->model->data.trajectory || reader->model->data.time;
    reader->model->weighted = data_weighted(&reader->model->data);
    read_train(reader);
    if (!diagnostics_errors(reader->diagnostics))
        reader_problem(reader);
    if (!diagnostics_errors(reader->diagnostics))
        check_equations(reader);
    if (!diagnostics_errors(reader->diagnostics))
        check_squares(reader);
    if (!diagnostics_errors(reader->diagnostics))
        check_weights(reader);
    if (!diagnostics_errors(reader->diagnostics))
        check_labels(reader);
    reader->model->hash = spec_hash(reader->spec);
    if (!diagnostics_errors(reader->diagnostics))
        read_identity(reader);
}

bool reader_network(Arena *arena, Diagnostics *diagnostics, const char *path, const char *folder, const char *changes,
                    Description *description)
{
    Graph *graph = graph_new(arena);
    Reader reader = {.arena = arena,
                     .diagnostics = diagnostics,
                     .graph = graph,
                     .spec = spec_new(arena, diagnostics, graph, folder),
                     .model = ARENA_NEW(arena, Model),
                     .description = description};
    if (changes)
        spec_change(reader.spec, changes);
    const Value *value = spec_run(reader.spec, path);
    if (!value)
        return false;
    if (value->kind != VALUE_NETWORK)
        return diagnostics_error(diagnostics, value->place, "the file must return network { ... }, not %s",
                                 value_kind(value));
    *description = (Description){.graph = graph, .model = reader.model, .spec = reader.spec};
    reader.model->file = arena_string(arena, path, strlen(path));
    reader.model->changes = changes;
    reader.model->place = value->place;
    reader.network = (Entries){diagnostics, value, "", reader_keys, COUNT(reader_keys) - 1};
    read_network(&reader);
    return diagnostics_errors(diagnostics) == 0;
}

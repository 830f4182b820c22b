#include "runtime/session/request.h"

#include "gen/base/nearest.h"
#include "runtime/system/file.h"
#include "runtime/system/ranks.h"
#include "runtime/data/generate.h"
#include "runtime/data/rows.h"
#include "runtime/format/npz.h"
#include "runtime/session/budget.h"

#include <string.h>

/* ---- what the command line says ---- */

static bool set_share(Session *session, DataSpec *data, const DataOption *option, const char *text)
{
    double share;
    const size_t length = strlen(text);
    const bool percent = length > 1 && text[length - 1] == '%',
               number = text_parse_real(text, length - percent, &share);
    if (!number || percent || !(share > option->least && share <= option->most)) {
        const bool meant = number && share > option->most && share <= 100 * option->most;
        session->problem = text_print(session->arena, "%s takes a share, above %g and up to %g, not %s%s",
                                      option->option, option->least, option->most, text,
                                      meant ? text_print(session->arena, ": write %g", share / 100) : "");
        return false;
    }
    data_set(data, option, NULL, share);
    return true;
}

static bool set_count(Session *session, DataSpec *data, const DataOption *option)
{
    uint64_t count;
    if (!options_count(session->arena, session->options, option->option, &count, &session->problem))
        return false;
    if ((double)count < option->least || (double)count > option->most) {
        session->problem = text_print(session->arena, "%s takes %g to %g", option->option, option->least, option->most);
        return false;
    }
    data_set(data, option, NULL, (double)count);
    return true;
}

static bool set_option(Session *session, DataSpec *data, const DataOption *option, const char *text)
{
    switch (option->kind) {
    case DATA_SHARE:
        return set_share(session, data, option, text);
    case DATA_COUNT:
        return set_count(session, data, option);
    case DATA_TEXT:
    case DATA_FILE:
    case DATA_FLAG:
        break;
    }
    data_set(data, option, text, true);
    return true;
}

/* Sets in data, which is what the spec says, what the command line says. */
static bool apply_options(Session *session, DataSpec *data)
{
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++) {
        const DataOption *option = &data_rows[i];
        const char *text = option->option ? session_option(session, option->option) : NULL;
        if (text && !set_option(session, data, option, text))
            return false;
    }
    return true;
}

/* The file of the signals of an array; what the spec names lies in its folder, and goes with the spec's own source. */
static const char *signals_file(Session *session, const DataSpec *data)
{
    if (session_option(session, "--signals"))
        return data->signals;
    bool own = data->signals && !session_option(session, "--data");
    const DataOption *row = data_rows;
    while (row->offset != offsetof(DataSpec, signals))
        row++;
    return own ? spec_relative(session->arena, data_place(data, row), data->signals) : NULL;
}

/* option: that of the command line which names such a file in place of the spec. */
static DatasetOptions file_options(Session *session, const Model *model, const DataSpec *data, const char *option,
                                   const char *path, const char *labels)
{
    DatasetOptions options = dataset_options(model, data);
    options.source = path;
    options.labels = labels;
    options.in_place = NULL;
    options.concealed = !session_option(session, option) && data->source_place.line != PLACE_TYPED;
    options.signals_file = signals_file(session, data);
    return options;
}

/* ---- generators ---- */

bool request_need_file(Session *session, const char *instead)
{
    for (size_t i = 0; i < DATA_OPTION_COUNT && !session->problem; i++) {
        const DataOption *option = &data_rows[i];
        if (option->scope == DATA_OF_FILE && option->option && session_option(session, option->option) &&
            !session_option(session, "--test"))
            session->problem =
                text_print(session->arena, "%s is for a data file, but the samples are %s: add --data FILE",
                           option->option, instead);
    }
    return !session->problem;
}

/* No key of the spec is for other samples than the spec's own. */
static bool check_keys(Session *session, const DataSpec *spec, bool generated)
{
    const DataScope wrong = generated ? DATA_OF_FILE : DATA_OF_GENERATOR;
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++) {
        const DataOption *option = &data_rows[i];
        if (option->scope != wrong || !data_given(spec, option))
            continue;
        return !spec->source ? diagnostics_error(session->diagnostics, spec->place,
                                                 "data.%s is for a %s, but the samples stand in the spec", option->key,
                                                 wrong == DATA_OF_FILE ? "file" : "generator")
               : generated
                   ? diagnostics_error(session->diagnostics, spec->place,
                                       "data.%s is for a file, but \"%s\" is a generator", option->key, spec->source)
                   : diagnostics_error(session->diagnostics, spec->place,
                                       "data.%s is for a generator, but \"%s\" is none: use split", option->key,
                                       spec->source);
    }
    return true;
}

static bool load_generated(Session *session, const Model *model, const Dataset *trained, Dataset *dataset)
{
    const DataSpec *spec = &model->data;
    DatasetOptions options = dataset_options(model, spec);
    options.trained = trained;
    Budget budget = {0};
    budget_add(&budget, (double)(spec->samples + spec->validation) * 8 * sizeof(double), "the samples",
               "fewer samples");
    return request_need_file(session, text_print(session->arena, "those of \"%s\"", spec->source)) &&
           check_keys(session, spec, true) && budget_affords(session, spec->place, &budget) &&
           dataset_generate(session->arena, session->diagnostics, &options, spec->source, spec->samples, model->seed,
                            "train", dataset);
}

/* ---- samples that stand in the spec ---- */

static bool load_in_place(Session *session, const Model *model, const Dataset *trained, Dataset *dataset)
{
    const DataSpec *spec = &model->data;
    DatasetOptions options = dataset_options(model, spec);
    options.source = model->file;
    options.trained = trained;
    return request_need_file(session, "those of the spec") && check_keys(session, spec, true) &&
           check_keys(session, spec, false) && dataset_load(session->arena, session->diagnostics, &options, dataset);
}

/* ---- files ---- */

/* The path of a file that the spec names; NULL, with an error in its line, where there is none. */
static const char *spec_file(Session *session, Place place, const char *name, const char *option)
{
    const char *path = spec_relative(session->arena, place, name);
    const char *beside = spec_relative(session->arena, (Place){place.file, 0, 0}, name);
    const char *nearest = nearest_name(name, generate_names, GENERATE_COUNT);
    if (npz_exists(session->arena, path))
        return path;
    bool advise = session->options && options_known(session->options->command, option);
    if (nearest)
        diagnostics_error(session->diagnostics, place, "there is no generator \"%s\"%s", name,
                          nearest_hint(nearest, "\"").text);
    else if (npz_exists(session->arena, beside))
        diagnostics_error(session->diagnostics, place,
                          "there is no file \"%s\"; beside the spec there is \"%s\": what is typed is sought here",
                          path, beside);
    else
        diagnostics_error(session->diagnostics, place, "there is no file \"%s\"%s%s%s", path,
                          advise ? ": put it there, or add " : "", advise ? option : "", advise ? " FILE" : "");
    return NULL;
}

/* The files: what the spec names lies in its folder, what was typed in the working directory, and it goes with the
 * spec's own source, which --data replaces. */
static bool find_files(Session *session, DataSpec *data)
{
    const char *path = session_option(session, "--data");
    data->source = path ? path : spec_file(session, data->source_place, data->source, "--data");
    for (size_t i = 0; i < DATA_OPTION_COUNT && data->source; i++) {
        const DataOption *option = &data_rows[i];
        const char *name = option->kind == DATA_FILE ? data_text(data, option) : NULL;
        if (!name || session_option(session, option->option))
            continue;
        const char *file = path ? NULL : spec_file(session, data_place(data, option), name, option->option);
        if (!path && !file)
            return false;
        data_set(data, option, file, 0);
    }
    return data->source;
}

/* May samples stay in their files? Others than those of a file's first to last row, or with more than what is there,
 * are made in memory. */
static bool may_stay(const Model *model, const DataSpec *data, const Dataset *trained)
{
    const bool scaled = data->standardize_labels || (data->standardize && model->shows_states) ||
                        (trained && trained->scales.targets.mean);
    return !scaled && !model->learns_x && model_targets(model) == model_predictions(model) && data->split >= 1 &&
           !data->class_weight && !data->drop_missing;
}

/* The training data, whole. data: what spec and command line say together. */
static bool load_training(Session *session, const Model *model, DataSpec *data, const Dataset *trained, bool stay,
                          Dataset *dataset)
{
    const char *path = session_option(session, "--data");
    if (!path && data->in_place.x.rank) {
        data->source = model->file;
        return load_in_place(session, model, trained, dataset);
    }
    if (!path && !data->source)
        return diagnostics_error(session->diagnostics, model->place, "the spec names no data: add --data FILE");
    if (!path && generate_known(data->source))
        return load_generated(session, model, trained, dataset);
    if ((!path && !check_keys(session, &model->data, false)) || !find_files(session, data))
        return false;
    data->validation = 0;
    DatasetOptions options = file_options(session, model, data, "--data", data->source, data->labels);
    options.trained = trained;
    options.stay = stay && may_stay(model, data, trained);
    return dataset_load(session->arena, session->diagnostics, &options, dataset);
}

/* ---- the whole ---- */

/* A test file is read as the training data taught it to be: its numbers come as they are, and both parts are
 * standardised together. */
static bool load_test_file(Session *session, const Model *model, const DataSpec *data, const Dataset *train, bool stay,
                           Dataset *test)
{
    DatasetOptions options = file_options(session, model, data, "--test", data->test, data->test_labels);
    options.trained = train;
    options.signals_file = data->test_signals;
    options.stay = stay && may_stay(model, data, train);
    return dataset_load(session->arena, session->diagnostics, &options, test);
}

/* The samples to test on, if any, from a file, from the training data, or from the generator. */
static bool load_test(Session *session, const Model *model, const DataSpec *data, bool stay, Request *request,
                      Dataset *test)
{
    const DatasetOptions options = dataset_options(model, data);
    const Dataset whole = request->train;
    request->test = data->test || data->split < 1 || data->validation ? test : NULL;
    if (data->test)
        return load_test_file(session, model, data, &request->train, stay, test);
    if (data->split < 1)
        return dataset_split(session->arena, session->diagnostics, request->name, &whole, data->split, model->seed,
                             &request->train, test);
    return !data->validation || dataset_generate(session->arena, session->diagnostics, &options, data->source,
                                                 data->validation, model->seed, "validation", test);
}

/* Scales what spec and command line want to be scaled, and what was trained on says nothing of. */
static bool standardize(Session *session, const Model *model, const DataSpec *data, const Dataset *trained,
                        Request *request, Dataset *test)
{
    const Scales known = trained ? trained->scales : (Scales){0};
    const Standardize what = {.features = data->standardize && !known.x.mean,
                              .labels = data->standardize_labels && !known.targets.mean};
    return (!what.features && !what.labels) ||
           dataset_standardize(session->arena, session->diagnostics, request->name, model, what, &request->train, test);
}

static bool load(Session *session, const Model *model, const Dataset *trained, bool stay, Request *request)
{
    DataSpec data = model->data;
    Dataset *test = ARENA_NEW(session->arena, Dataset);
    request->hash = 0;
    if (session_option(session, "--test") && session_option(session, "--split"))
        session->problem = "--test and --split exclude each other";
    else if (!session_option(session, "--test") && session_option(session, "--test-labels"))
        session->problem = "--test-labels needs --test FILE";
    else if (!session_option(session, "--test") && session_option(session, "--test-signals"))
        session->problem = "--test-signals needs --test FILE";
    if (session->problem || !apply_options(session, &data))
        return false;
    if (data.standardize_labels)
        session->problem = model_labels_problem(session->arena, model, "--standardize-labels");
    if (session->problem || !load_training(session, model, &data, trained, stay, &request->train))
        return false;
    request->name = data.source;
    return load_test(session, model, &data, stay, request, test) &&
           (!data.class_weight || dataset_balance(session->arena, session->diagnostics, request->name, &request->train,
                                                  request->test ? test : NULL)) &&
           standardize(session, model, &data, trained, request, request->test ? test : NULL);
}

bool request_load(Session *session, const Model *model, const Dataset *trained, Request *request)
{
    return ranks_settle(session->diagnostics, load(session, model, trained, false, request));
}

/* The part of the dataset that this rank evaluates, or all of it where that is not apart from the rest. */
static bool keep_part(Arena *arena, const Model *model, const Dataset *dataset, Dataset *part)
{
    if (dataset->rows || dataset->signal || model->learns_x || model_targets(model) != model_predictions(model))
        return false;
    const SolverPart own = solver_part(dataset->samples);
    rows_keep(arena, dataset, own.first, own.end, part);
    return true;
}

/* Both parts of a request, in the session's memory. */
static bool keep_parts(Session *session, const Model *model, const Request *whole, Request *request)
{
    Dataset *test = ARENA_NEW(session->arena, Dataset);
    if (solver_chunks(whole->train.samples) < 2 || !keep_part(session->arena, model, &whole->train, &request->train) ||
        (whole->test && !keep_part(session->arena, model, whole->test, test)))
        return false;
    request->test = whole->test ? test : NULL;
    request->name = arena_string(session->arena, whole->name, strlen(whole->name));
    return true;
}

/* What is read goes when the parts have been kept. */
bool request_load_rows(Session *session, const Model *model, const Dataset *trained, Request *request)
{
    if (ranks_count() == 1)
        return load(session, model, trained, true, request);
    Session reading = *session;
    Request whole = {.hash = 0};
    reading.arena = arena_within(session->arena);
    reading.diagnostics = diagnostics_new(reading.arena);
    const bool loaded = load(&reading, model, trained, true, &whole);
    session->problem = reading.problem;
    if (loaded)
        diagnostics_forget(reading.diagnostics);
    diagnostics_adopt(session->diagnostics, reading.diagnostics);
    if (!ranks_settle(session->diagnostics, loaded))
        return false;
    *request = whole;
    if (!keep_parts(session, model, &whole, request)) {
        *request = whole;
        return true;
    }
    request->hash = request_hash(reading.arena, &whole);
    arena_free(reading.arena);
    return true;
}

Samples request_samples(Arena *arena, const Solver *solver, const Dataset *dataset)
{
    if (!dataset->rows)
        return solver_weighted_samples(arena, solver, dataset->samples, dataset->x, dataset->signal, dataset->target,
                                       dataset->weight);
    SampleRows *rows = ARENA_NEW(arena, SampleRows);
    const RowsThere there = rows_there(dataset->rows);
    *rows = (SampleRows){rows_read, dataset->rows, there.first, there.end, there.known};
    return solver_rows(dataset->samples, rows);
}

/* The options for the samples to predict, whose source is set: --data, or the spec's own. */
static bool find_for_prediction(Session *session, const Model *model, DataSpec *data, DatasetOptions *options)
{
    const char *path = session_option(session, "--data");
    if (!path && data->in_place.x.rank) {
        *options = dataset_options(model, data);
        options->source = model->file;
        return request_need_file(session, "those of the spec");
    }
    if (!path && (!data->source || generate_known(data->source))) {
        session->problem = "--data FILE is missing";
        return false;
    }
    if (!find_files(session, data))
        return false;
    *options = file_options(session, model, data, "--data", data->source, data->labels);
    return true;
}

static const Dataset *load_for_prediction(Session *session, const Model *model, const Dataset *trained,
                                          LabelsUse labels, const char *id)
{
    Dataset *dataset = ARENA_NEW(session->arena, Dataset);
    DatasetOptions options;
    DataSpec data = model->data;
    data.drop_missing = false; /* what the spec says is for training: rows must not go unnoticed */
    if (!apply_options(session, &data) || !find_for_prediction(session, model, &data, &options))
        return NULL;
    options.trained = trained;
    options.standardized = options.labels_standardized = false; /* by itself, where trained says nothing of it */
    options.labels_unused = options.labels_unused || labels == LABELS_UNUSED;
    options.missing = options.missing || labels == LABELS_SHOWN;
    options.id = id;
    options.weight = NULL; /* of the samples of a training */
    if (!dataset_load(session->arena, session->diagnostics, &options, dataset))
        return NULL;
    if (dataset->dropped)
        diagnostics_warning(session->diagnostics, (Place){options.source, 0, 0},
                            "%zu rows with missing values have no prediction", dataset->dropped);
    return dataset;
}

/* x is scaled already. */
static uint64_t hash_scale(uint64_t hash, const Scale *scale, size_t width)
{
    return scale->mean ? text_hash(text_hash(hash, scale->mean, width * sizeof *scale->mean), scale->deviation,
                                   width * sizeof *scale->deviation)
                       : hash;
}

const Dataset *request_for_prediction(Session *session, const Model *model, const Dataset *trained, LabelsUse labels,
                                      const char *id)
{
    const Dataset *dataset = load_for_prediction(session, model, trained, labels, id);
    return ranks_settle(session->diagnostics, dataset) ? dataset : NULL;
}

static uint64_t hash_dataset(Arena *arena, uint64_t hash, const Dataset *dataset)
{
    size_t n = dataset->samples;
    const Rows *rows = rows_of(arena, dataset);
    if (rows) {
        const uint64_t own = rows_hash(arena, rows);
        return text_hash(hash, &own, sizeof own);
    }
    hash = text_hash(hash, dataset->x, n * dataset->features * sizeof *dataset->x);
    if (dataset->signal)
        hash = text_hash(hash, dataset->signal, n * dataset->signals * sizeof *dataset->signal);
    if (dataset->weight)
        hash = text_hash(hash, dataset->weight, n * sizeof *dataset->weight);
    if (dataset->target)
        hash = text_hash(hash, dataset->target, n * dataset->observations * dataset->outputs * sizeof *dataset->target);
    for (size_t k = 0; k < dataset->classes; k++)
        hash = text_hash(hash, dataset->class_names[k], strlen(dataset->class_names[k]) + 1);
    hash = hash_scale(hash, &dataset->scales.signals, dataset->signal_width);
    return hash_scale(hash, &dataset->scales.targets, dataset->outputs);
}

uint64_t request_hash(Arena *arena, const Request *request)
{
    if (request->hash)
        return request->hash;
    uint64_t hash = hash_dataset(arena, TEXT_HASH_SEED, &request->train);
    return request->test ? hash_dataset(arena, hash, request->test) : hash;
}

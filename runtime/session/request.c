#include "runtime/session/request.h"

#include "runtime/system/file.h"
#include "runtime/data/generate.h"

#include <string.h>

static DatasetOptions file_options(const Session *session, const Model *model, const char *path)
{
    DatasetOptions options = dataset_options(model);
    const char *label = session_option(session, "--label"), *features = session_option(session, "--features");
    options.source = path;
    options.labels = session_option(session, "--labels");
    options.label = label ? label : options.label;
    options.features = features ? features : options.features;
    options.drop_missing = options.drop_missing || session_option(session, "--drop-missing");
    return options;
}

bool request_need_file(Session *session, const char *instead)
{
    static const char *const options[] = {"--labels", "--label", "--features", "--drop-missing"};
    for (size_t i = 0; i < sizeof options / sizeof *options && !session->problem; i++)
        if (session_option(session, options[i]) && !session_option(session, "--test"))
            session->problem = text_print(
                session->arena, "%s is for a data file, but the samples are %s: add --data FILE", options[i], instead);
    return !session->problem;
}

/* The same of the spec's keys. */
static bool check_generator_keys(Session *session, const DataSpec *spec)
{
    const char *key = spec->labels         ? "labels"
                      : spec->label        ? "label"
                      : spec->features     ? "features"
                      : spec->drop_missing ? "drop_missing"
                                           : NULL;
    return !key || diagnostics_error(session->diagnostics, spec->place,
                                     "data.%s is for a file, but \"%s\" is a generator", key, spec->source);
}

static bool load_generated(Session *session, const Model *model, Dataset *dataset)
{
    const DataSpec *spec = &model->data;
    const DatasetOptions options = dataset_options(model);
    return request_need_file(session, text_print(session->arena, "those of \"%s\"", spec->source)) &&
           check_generator_keys(session, spec) &&
           dataset_generate(session->arena, session->diagnostics, &options, spec->source, spec->samples, model->seed,
                            "train", dataset);
}

/* The path of a file that the spec names; NULL, with an error in its line, where there is none. */
static const char *spec_file(Session *session, const DataSpec *spec, const char *name, const char *option)
{
    const char *path = spec_relative(session->arena, spec->place, name);
    const char *nearest = text_nearest(name, generate_names, GENERATE_COUNT);
    if (file_exists(path))
        return path;
    bool advise = session->options && options_known(session->options->command, option);
    if (nearest)
        diagnostics_error(session->diagnostics, spec->place, "there is no generator \"%s\"; did you mean \"%s\"?", name,
                          nearest);
    else
        diagnostics_error(session->diagnostics, spec->place, "there is no file \"%s\"%s%s%s", path,
                          advise ? ": put it there, or add " : "", advise ? option : "", advise ? " FILE" : "");
    return NULL;
}

/* The files that the spec names where no option does. */
static bool name_files(Session *session, const DataSpec *spec, DatasetOptions *options)
{
    if (!options->source && spec->validation)
        return diagnostics_error(session->diagnostics, spec->place,
                                 "data.validation is for a generator, but \"%s\" is none: use split", spec->source);
    if (!options->source) {
        options->source = spec_file(session, spec, spec->source, "--data");
        if (options->source && !options->labels && spec->labels)
            return (options->labels = spec_file(session, spec, spec->labels, "--labels"));
    }
    return options->source;
}

/* The training data, whole. validation: samples of the generator that are for testing. */
static bool load_training(Session *session, const Model *model, Dataset *dataset, const char **name, size_t *validation)
{
    const DataSpec *spec = &model->data;
    const char *path = session_option(session, "--data");
    *validation = 0;
    if (!path && !spec->source)
        return diagnostics_error(session->diagnostics, model->place, "the spec names no data: add --data FILE");
    if (!path && generate_known(spec->source)) {
        *name = spec->source;
        *validation = spec->validation;
        return load_generated(session, model, dataset);
    }
    DatasetOptions options = file_options(session, model, path);
    if (!name_files(session, spec, &options))
        return false;
    *name = options.source;
    return dataset_load(session->arena, session->diagnostics, &options, dataset);
}

static bool read_share(Session *session, const Model *model, double *share)
{
    const char *text = session_option(session, "--split");
    *share = model->data.split;
    if (!text)
        return true;
    if (text_parse_real(text, strlen(text), share) && *share > 0 && *share < 1)
        return true;
    session->problem = text_print(session->arena, "--split takes a share between 0 and 1, not %s", text);
    return false;
}

/* A test file is read as the training data taught it to be. */
static bool load_test_file(Session *session, const Model *model, const char *path, const Dataset *train, Dataset *test)
{
    DatasetOptions options = file_options(session, model, path);
    options.labels = session_option(session, "--test-labels");
    options.trained = train;
    return dataset_load(session->arena, session->diagnostics, &options, test);
}

bool request_load(Session *session, const Model *model, Request *source)
{
    Arena *arena = session->arena;
    const char *test_path = session_option(session, "--test");
    bool standardize = model->data.standardize || session_option(session, "--standardize");
    Dataset whole, *test = ARENA_NEW(arena, Dataset);
    size_t validation;
    double share;
    if (test_path && session_option(session, "--split"))
        session->problem = "--test and --split exclude each other";
    else if (!test_path && session_option(session, "--test-labels"))
        session->problem = "--test-labels needs --test FILE";
    if (session->problem || !read_share(session, model, &share) ||
        !load_training(session, model, &whole, &source->name, &validation))
        return false;
    source->train = whole;
    source->test = NULL;
    if (test_path) {
        /* the file's numbers come as they are; both parts are standardised together below */
        if (!load_test_file(session, model, test_path, &source->train, test))
            return false;
        source->test = test;
    } else if (share < 1) {
        if (!dataset_split(arena, session->diagnostics, source->name, &whole, share, model->seed, &source->train, test))
            return false;
        source->test = test;
    } else if (validation) {
        DatasetOptions options = file_options(session, model, NULL);
        if (!dataset_generate(arena, session->diagnostics, &options, model->data.source, validation, model->seed,
                              "validation", test))
            return false;
        source->test = test;
    }
    return !standardize ||
           dataset_standardize(arena, session->diagnostics, source->name, &source->train, source->test ? test : NULL);
}

const Dataset *request_for_prediction(Session *session, const Model *model, const Dataset *trained)
{
    Dataset *dataset = ARENA_NEW(session->arena, Dataset);
    DatasetOptions options = file_options(session, model, session_option(session, "--data"));
    options.trained = trained;
    options.labels_unused = true;
    options.drop_missing =
        session_option(session, "--drop-missing"); /* what the spec says is for training: rows must not go unnoticed */
    if (!dataset_load(session->arena, session->diagnostics, &options, dataset))
        return NULL;
    if (dataset->dropped)
        diagnostics_warning(session->diagnostics, (Place){options.source, 0, 0},
                            "%zu rows with missing values have no prediction", dataset->dropped);
    return dataset;
}

static uint64_t hash_dataset(uint64_t hash, const Dataset *dataset)
{
    hash = text_hash(hash, dataset->x, dataset->samples * dataset->features * sizeof *dataset->x);
    return text_hash(hash, dataset->target, dataset->samples * dataset->outputs * sizeof *dataset->target);
}

uint64_t request_hash(const Request *source)
{
    uint64_t hash = hash_dataset(TEXT_HASH_SEED, &source->train);
    return source->test ? hash_dataset(hash, source->test) : hash;
}

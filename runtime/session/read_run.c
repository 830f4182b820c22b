#include "runtime/session/read_run.h"

#include "gen/base/name.h"
#include "gen/base/nearest.h"
#include "gen/gen.h"
#include "runtime/data/generate.h"
#include "runtime/run/run.h"
#include "runtime/picture/figures.h"
#include "runtime/session/stored.h"
#include "runtime/system/file.h"
#include "runtime/run/provenance.h"
#include "runtime/run/summary.h"
#include "runtime/format/npz.h"
#include "runtime/format/parameters.h"
#include "runtime/session/budget.h"
#include "runtime/solver/sampled.h"

#include <string.h>

/* What a run notes of its command line beside the options of the data. */
static const char *const others[] = {"--data", "--seed", "--set"};
enum { OTHERS = sizeof others / sizeof *others, NOTED = DATA_OPTION_COUNT + OTHERS };

/* The i-th option of train that says what the data are; NULL where the data's i-th row is none. */
static const char *noted_option(size_t i)
{
    return i < OTHERS ? others[i] : data_rows[i - OTHERS].option;
}

bool read_run_notes(const char *option)
{
    size_t i = 0;
    while (i < NOTED && (!noted_option(i) || strcmp(noted_option(i), option)))
        i++;
    return i < NOTED;
}

void read_run_note(Session *session, const Model *model, const char *folder, Metadata *origin)
{
    metadata_set(origin, "folder", path_absolute(session->arena, "."));
    metadata_set(origin, "run", path_absolute(session->arena, folder));
    metadata_set(origin, "spec", model->file);
    for (size_t i = 0; i < NOTED; i++) {
        const char *option = noted_option(i), *value = option ? options_get(session->options, option) : NULL;
        if (value)
            metadata_set(origin, option, value);
    }
}

/* ---- the spec ---- */

/* What an option of train takes: "FILE", "A,B|FILE" where it may also be something else, .. */
static const char *kind_of(const char *option)
{
    for (const Option *known = command_train.options; known->name; known++)
        if (!strcmp(known->name, option))
            return known->value ? known->value : "";
    return "";
}

/* File number i of those that a spec may name among its data: the key, or NULL, and what stands there. Number 0 is the
 * source, and row i - 1 names the others. */
enum { SPEC_FILES = 1 + DATA_OPTION_COUNT };
static const char *spec_file(const DataSpec *data, size_t i, const char **path)
{
    const DataOption *row = i ? &data_rows[i - 1] : NULL;
    const bool file = data->source && !generate_known(data->source) &&
                      (!row || (row->key && row->option && strstr(kind_of(row->option), "FILE")));
    *path = !file ? NULL : row ? data_text(data, row) : data->source;
    return !*path ? NULL : row ? row->key : "1";
}

static void add_change(Text *changes, const char *key, const char *value)
{
    text_format(changes, "%s[\"%s\"] = ", changes->length ? ", " : "", key);
    text_lua_string(changes, value);
}

const char *read_run_spec(Session *session, const Program *program, const char *folder)
{
    Arena *arena = session->arena;
    const Model *model = program->description.model;
    const char *from = path_absolute(arena, folder);
    const char *own = path_absolute(arena, path_join(arena, folder, RUN_SPEC));
    Text changes = text_new(arena);
    if (!model->changes && !strcmp(path_absolute(arena, model->file), own))
        return gen_written(program, NULL);
    add_change(&changes, "name", model->name);
    for (size_t i = 0; i < SPEC_FILES; i++) {
        const char *name, *key = spec_file(&model->data, i, &name);
        const Place place = i ? data_place(&model->data, &data_rows[i - 1]) : model->data.source_place;
        const char *path = key ? spec_relative(arena, place, name) : NULL;
        if (path && npz_exists(arena, path))
            add_change(&changes, text_print(arena, "data.%s", key),
                       path_between(arena, from, path_absolute(arena, path)));
    }
    return gen_written(program, text_print(arena, "{ %s }", changes.data));
}

/* ---- the command line of the training ---- */

/* NULL also where there is no object. */
static const char *string_member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* A file of the training, from the root: where it is to be, seen from the run's folder, and where it was. */
typedef struct {
    const char *here, *then;
} Sought;

/* path: from the run's folder as it was then, or from the root. */
static Sought sought(Arena *arena, const RunRead *read, const char *path)
{
    const char *run = string_member(json_object_get(read->report, "origin"), "run");
    const char *then = path_absolute(arena, path_join(arena, run ? run : read->folder, path));
    const char *here = path_join(arena, read->folder, run ? path_between(arena, run, then) : then);
    return (Sought){path_absolute(arena, here), then};
}

/* The file, where it is to be if it is nowhere. */
static const char *found(Arena *arena, const Sought *file)
{
    return npz_exists(arena, file->here) || !npz_exists(arena, file->then) ? file->here : file->then;
}

/* A path of the training's command line, from where that ran, as found above. */
static const char *found_from_there(Arena *arena, const RunRead *read, const char *path)
{
    const char *folder = string_member(json_object_get(read->report, "origin"), "folder");
    const Sought file = sought(arena, read, folder ? path_join(arena, folder, path) : path);
    return found(arena, &file);
}

/* The value of an option, of which a file is seen from here. */
static const char *value_from_here(Arena *arena, const RunRead *read, const char *option, const char *value)
{
    const char *file = strstr(kind_of(option), "FILE");
    const char *path = file ? found_from_there(arena, read, value) : value;
    return file == kind_of(option) || npz_exists(arena, path) ? path : value;
}

/* The option, with each of the lines of value that it was given. */
static void add_option(CommandLine *line, const RunRead *read, const char *option, const char *value)
{
    do {
        const size_t length = strcspn(value, "\n");
        const char *one = arena_string(line->arena, value, length);
        options_add_word(line, option);
        if (*one)
            options_add_word(line, value_from_here(line->arena, read, option, one));
        value += length;
    } while (*value++ == '\n');
}

/* What --set said is in the run's spec. */
static const Options *training_options(Session *session, const RunRead *read)
{
    CommandLine line = {.arena = session->arena};
    const json_t *origin = json_object_get(read->report, "origin");
    const char *problem = NULL;
    if (!string_member(origin, "spec"))
        return NULL;
    options_add_word(&line, path_join(session->arena, read->folder, RUN_SPEC));
    for (size_t i = 0; i < NOTED; i++) {
        const char *option = noted_option(i), *value = option ? string_member(origin, option) : NULL;
        if (value && strcmp(option, "--set") != 0)
            add_option(&line, read, option, value);
    }
    return options_parse(session->arena, &command_train, line.count, line.words, &problem);
}

/* ---- files of the folder ---- */

const char *const *read_run_made(Arena *arena, const char *folder)
{
    const char *const *drawn = figures_files(arena, path_join(arena, folder, RUN_PICTURES));
    size_t count = 0;
    while (drawn[count])
        count++;
    const char **made = ARENA_ARRAY(arena, count + 2, const char *);
    memcpy(made, drawn, count * sizeof *made);
    made[count] = path_join(arena, folder, RUN_PAGE);
    return made;
}

/* The run that a training of the spec of that name writes by default, where there is one; else NULL. */
static const char *meant_run(Arena *arena, const char *name)
{
    const char *folder = text_print(arena, "out/runs/%s", name_stem(arena, name));
    return file_exists(path_join(arena, folder, RUN_REPORT)) ? folder : NULL;
}

json_t *read_run_report(Session *session, const char *folder)
{
    const char *path = path_join(session->arena, folder, RUN_REPORT);
    char *data;
    size_t size;
    if (!file_exists(path)) {
        const char *what = folder_exists(folder) ? "there is no run in this folder (no report.json)"
                           : file_exists(folder) ? "this is a file, and a run is a folder"
                                                 : "there is no such folder of a run";
        const char *meant = meant_run(session->arena, folder);
        diagnostics_error(session->diagnostics, (Place){.file = folder}, "%s%s", what,
                          meant ? nearest_hint(meant, "").text
                                : text_print(session->arena, "; costate train SPEC --out %s makes one", folder));
        return NULL;
    }
    if (!file_read(session->arena, session->diagnostics, path, &data, &size))
        return NULL;
    const JsonSource source = {path, data, size, 0};
    return json_read(session->arena, session->diagnostics, &source);
}

static const char *parameter_file(Arena *arena, const char *folder)
{
    return path_join(arena, folder, RUN_MODEL);
}

static bool read_parameters(Session *session, RunRead *read)
{
    const Model *model = read->trained.model;
    double *params = ARENA_ARRAY(session->arena, model->parameters, double);
    read->trained.params = params;
    return stored_read(session, model, parameter_file(session->arena, read->folder), STORED_MODEL, params,
                       &read->known);
}

const double *read_run_initial(Session *session, const Model *model, const char *folder)
{
    const char *path = path_join(session->arena, folder, RUN_INITIAL);
    double *params = ARENA_ARRAY(session->arena, model->parameters, double);
    Session own = *session; /* a picture less is no error */
    Dataset trained;
    own.diagnostics = diagnostics_new(session->arena);
    return file_exists(path) && stored_read(&own, model, path, STORED_MODEL, params, &trained) ? params : NULL;
}

/* Training samples start where their training has moved them. */
static bool read_inputs(Session *session, RunRead *read)
{
    const char *path = parameter_file(session->arena, read->folder);
    const Dataset *train = &read->source.train;
    return parameters_load_inputs(session->arena, session->diagnostics, path, read->trained.model, train->samples,
                                  train->x);
}

static bool read_trace(Session *session, RunRead *read)
{
    const char *path = path_join(session->arena, read->folder, RUN_TRACE);
    json_int_t iterations = json_integer_value(json_object_get(read->report, "iterations"));
    char *data;
    size_t size;
    if (!file_read(session->arena, session->diagnostics, path, &data, &size))
        return false;
    read->trained.trace =
        trace_read(session->arena, session->diagnostics, path, data, size, sampled_measure(read->trained.model),
                   read->source.test, iterations > 0 ? (size_t)iterations : 0);
    return read->trained.trace;
}

/* Runs of older versions have none. */
static bool read_course(Session *session, RunRead *read)
{
    const Model *model = read->trained.model;
    const char *path = path_join(session->arena, read->folder, RUN_COURSE);
    const size_t iterations = read->trained.trace->count - 1;
    char *data;
    size_t size;
    if (!file_exists(path))
        return true;
    if (!file_read(session->arena, session->diagnostics, path, &data, &size))
        return false;
    read->trained.course =
        course_read(session->arena, session->diagnostics, path, data, size, run_course_layers(model), iterations);
    return read->trained.course;
}

/* ---- the run ---- */

/* Is what the run's spec says the network that was trained, and for what? */
static bool check_spec(Session *session, const RunRead *read)
{
    const char *then = string_member(read->report, "problem");
    const Model *model = read->program->description.model;
    if (!then || !strcmp(then, provenance_hash(session->arena, model->problem)))
        return true;
    return diagnostics_error(session->diagnostics, (Place){.file = model->file},
                             "this spec was changed after the run, and has another network or objective: put it back, "
                             "or train it in another folder");
}

/* The program of the run, whose model knows where the spec's data are. */
static bool recall_network(Session *training, RunRead *read)
{
    Program *program = ARENA_NEW(training->arena, Program);
    read->program = session_program(training);
    if (!read->program || !check_spec(training, read))
        return false;
    *program = *read->program;
    read->named = program->description.model->data;
    Model *model = session_model(training, program);
    if (!model)
        return false;
    for (size_t i = 0; i < SPEC_FILES; i++) {
        const char *path, *key = spec_file(&model->data, i, &path);
        const Sought file = sought(training->arena, read, key ? path : "");
        const char *now = found(training->arena, &file);
        if (!key || (i && data_rows[i - 1].kind != DATA_FILE && !npz_exists(training->arena, now)))
            continue; /* signals may be columns, too */
        if (i)
            data_set(&model->data, &data_rows[i - 1], now, 0);
        else
            model->data.source = now;
    }
    program->description.model = model;
    read->program = program;
    read->trained.network = program->network;
    read->trained.model = model;
    return true;
}

static bool no_file(const Session *session, const RunRead *read, const Sought *file)
{
    const Place place = {.file = read->folder};
    if (!strcmp(file->here, file->then))
        return diagnostics_error(session->diagnostics, place,
                                 "there is no file \"%s\", which this run was trained on: put it back", file->then);
    return diagnostics_error(session->diagnostics, place,
                             "there is no file \"%s\", where this run's data lie seen from its folder, nor \"%s\", "
                             "where they were: put them back",
                             file->here, file->then);
}

/* Are the files there that its training was told of, in its spec or on its command line? */
static bool has_files(Session *training, const RunRead *read)
{
    Arena *arena = training->arena;
    const json_t *origin = json_object_get(read->report, "origin");
    const char *from = string_member(origin, "folder");
    for (size_t i = 0; i < SPEC_FILES && !string_member(origin, "--data"); i++) {
        const char *path, *key = spec_file(&read->named, i, &path);
        const Sought file = sought(arena, read, key ? path : "");
        const bool may_be_none = i && data_rows[i - 1].kind != DATA_FILE;
        if (key && !may_be_none && !npz_exists(arena, found(arena, &file)))
            return no_file(training, read, &file);
    }
    for (size_t i = 0; i < NOTED; i++) {
        const char *option = noted_option(i), *path = option ? string_member(origin, option) : NULL;
        const Sought file = sought(arena, read, path && from ? path_join(arena, from, path) : "");
        if (path && !strcmp(kind_of(option), "FILE") && !npz_exists(arena, found(arena, &file)))
            return no_file(training, read, &file);
    }
    return true;
}

static bool check_data(Session *session, const RunRead *read)
{
    const char *then = string_member(json_object_get(read->report, "data"), "hash");
    const char *now = provenance_hash(session->arena, request_hash(session->arena, &read->source));
    if (then && !strcmp(then, now))
        return true;
    return diagnostics_error(session->diagnostics, (Place){.file = read->folder},
                             "the data have changed since this run: %s had the hash %s, and has %s now; put back what "
                             "was there, or train again",
                             read->source.name, then ? then : "none", now);
}

static bool recall_data(Session *training, RunRead *read)
{
    if (!has_files(training, read) || !request_load(training, read->trained.model, NULL, &read->source) ||
        !check_data(training, read))
        return false;
    read->trained.train = &read->source.train;
    read->trained.test = read->source.test;
    return true;
}

/* names: of the pictures to draw, as figures_needs takes them; drawn: whether there are to be some. */
static bool affords(Session *session, const RunRead *read, bool drawn, const char *const *names)
{
    const Model *model = read->program->description.model;
    const size_t samples = read->source.train.samples;
    FigureNeeds needs = {.evaluates = true};
    Budget budget = budget_of(session, read->program, samples, 4);
    if (drawn)
        needs = figures_needs(session->arena, &read->trained, names);
    if (needs.widths > 0) {
        budget_add_states(&budget, model, samples < TRAINED_MOST_SAMPLES ? samples : TRAINED_MOST_SAMPLES,
                          needs.widths + needs.numbers / (double)model->width);
        budget_add(&budget, (double)read->program->blueprint->trajectory_workspace_bytes,
                   "the workspace of trajectories", "fewer layers or a smaller width");
    }
    return !needs.evaluates || budget_affords(session, model->place, &budget);
}

/* Begins with the report, which says what the command line of the training was: *training is the session with it. NULL
 * after errors. */
static RunRead *begin(Session *session, const char *folder, Session *training)
{
    RunRead *read = ARENA_NEW(session->arena, RunRead);
    if (!session_solver_options(session))
        return NULL;
    read->folder = folder;
    read->report = read_run_report(session, folder);
    if (!read->report)
        return NULL;
    if (!file_exists(path_join(session->arena, folder, RUN_SPEC))) {
        diagnostics_error(session->diagnostics, (Place){.file = folder},
                          "this run has no " RUN_SPEC ": it is of an older version, or not whole; train it again");
        return NULL;
    }
    *training = *session;
    training->options = training_options(session, read);
    if (!training->options) {
        diagnostics_error(session->diagnostics, (Place){.file = path_join(session->arena, folder, RUN_REPORT)},
                          "it does not say what the run was trained on: a run of an older version?");
        return NULL;
    }
    return read;
}

/* The session with its options, and with those of the training that say what the data are where it names none. */
static Session *with_data(Session *session, const Session *training)
{
    Session *both = ARENA_NEW(session->arena, Session);
    Options *options = ARENA_NEW(session->arena, Options);
    *both = *session;
    if (session_option(session, "--data"))
        return both;
    *options = *training->options;
    for (size_t i = 0; command_train.options[i].name; i++) {
        const char *own = session_option(session, command_train.options[i].name);
        options->values[i] = own ? own : options->values[i];
    }
    both->options = options;
    return both;
}

static bool model_of_run(Session *session, const char *folder, RunModel *model)
{
    Session training;
    RunRead *read = begin(session, folder, &training);
    if (!read || !recall_network(&training, read) || !read_parameters(session, read))
        return false;
    *model = (RunModel){read->program, parameter_file(session->arena, folder), read->trained.params, read->known,
                        read->report,  with_data(session, &training)};
    return true;
}

static bool model_of_spec(Session *session, const char *file, RunModel *model)
{
    const Program *program = session_program(session);
    if (!program || !budget_allows(session, program, 1, 2))
        return false;
    double *params = ARENA_ARRAY(session->arena, program->description.model->parameters, double);
    file = stored_file(session->arena, file);
    *model = (RunModel){.program = program, .file = file, .params = params, .data = session};
    return stored_read(session, program->description.model, file, STORED_MODEL, params, &model->known);
}

bool read_run_model(Session *session, RunModel *model)
{
    const char *argument = session->options->argument, *file = options_get(session->options, "--params");
    const bool folder = folder_exists(argument);
    if (folder && file)
        session->problem = "a RUN_DIR has its parameters: leave --params away";
    else if (folder && options_get(session->options, "--set"))
        session->problem = "a RUN_DIR has its spec: leave --set away";
    else if (!folder && !file)
        session->problem =
            text_print(session->arena, "%s is not the folder of a run, and of a spec --params FILE is missing%s",
                       argument, nearest_hint(meant_run(session->arena, argument), "").text);
    if (session->problem)
        return false;
    return folder ? model_of_run(session, argument, model) : model_of_spec(session, file, model);
}

static const RunRead *read_for(Session *session, const char *folder, bool drawn, const char *const *names)
{
    Session training;
    RunRead *read = begin(session, folder, &training);
    if (!read || !recall_network(&training, read) || !recall_data(&training, read) || !read_parameters(session, read) ||
        !read_inputs(session, read) || !read_trace(session, read) || !read_course(session, read) ||
        !affords(session, read, drawn, names))
        return NULL;
    read->trained.initial = read_run_initial(session, read->trained.model, folder);
    read->estimates = summary_estimates(session->arena, read->report, read->trained.model, read->trained.params);
    read->trained.estimates = &read->estimates;
    training.threads = session->threads;
    training.backend = session->backend;
    read->trained.solver = session_solver(&training, read->program, &read->source.train.scales);
    return read->trained.solver ? read : NULL;
}

const RunRead *read_run(Session *session, const char *folder)
{
    return read_for(session, folder, false, NULL);
}

const RunRead *read_run_for_figures(Session *session, const char *folder, const char *const *names)
{
    return read_for(session, folder, true, names);
}

#include "runtime/session/read_run.h"

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
#include <unistd.h>

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

void read_run_note(Session *session, const Model *model, Metadata *origin)
{
    char folder[4096];
    if (getcwd(folder, sizeof folder))
        metadata_set(origin, "folder", arena_string(session->arena, folder, strlen(folder)));
    metadata_set(origin, "spec", model->file);
    for (size_t i = 0; i < NOTED; i++) {
        const char *option = noted_option(i), *value = option ? options_get(session->options, option) : NULL;
        if (value)
            metadata_set(origin, option, value);
    }
}

/* ---- the command line of the training ---- */

/* NULL also where there is no object. */
static const char *string_member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* The file of that name from here, or from where the training ran. */
static const char *found(Arena *arena, const json_t *origin, const char *path)
{
    const char *folder = string_member(origin, "folder");
    return npz_exists(arena, path) || !folder ? path : path_join(arena, folder, path);
}

/* What an option of train takes: "FILE", "A,B|FILE" where it may also be something else, .. */
static const char *kind_of(const char *option)
{
    for (const Option *known = command_train.options; known->name; known++)
        if (!strcmp(known->name, option))
            return known->value ? known->value : "";
    return "";
}

/* The value of an option, of which a file is seen from here. */
static const char *value_from_here(Arena *arena, const json_t *origin, const char *option, const char *value)
{
    const char *file = strstr(kind_of(option), "FILE");
    const char *path = file ? found(arena, origin, value) : value;
    return file == kind_of(option) || npz_exists(arena, path) ? path : value;
}

/* The option, with each of the lines of value that it was given. */
static void add_option(CommandLine *line, const json_t *origin, const char *option, const char *value)
{
    do {
        const size_t length = strcspn(value, "\n");
        const char *one = arena_string(line->arena, value, length);
        options_add_word(line, option);
        if (*one)
            options_add_word(line, value_from_here(line->arena, origin, option, one));
        value += length;
    } while (*value++ == '\n');
}

static const Options *training_options(Session *session, const json_t *origin)
{
    CommandLine line = {.arena = session->arena};
    const char *spec = string_member(origin, "spec"), *problem = NULL;
    if (!spec)
        return NULL;
    options_add_word(&line, found(session->arena, origin, spec));
    for (size_t i = 0; i < NOTED; i++) {
        const char *option = noted_option(i), *value = option ? string_member(origin, option) : NULL;
        if (value)
            add_option(&line, origin, option, value);
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

json_t *read_run_report(Session *session, const char *folder)
{
    const char *path = path_join(session->arena, folder, RUN_REPORT);
    char *data;
    size_t size;
    if (!file_exists(path)) {
        diagnostics_error(session->diagnostics, (Place){.file = folder},
                          "there is no run in this folder (no report.json); costate train SPEC --out %s makes one",
                          folder);
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

/* ---- the run ---- */

static bool same_hash(Session *session, const json_t *object, const char *name, uint64_t hash, const char *folder,
                      const char *what)
{
    const char *stored = string_member(object, name);
    if (stored && !strcmp(stored, provenance_hash(session->arena, hash)))
        return true;
    return diagnostics_error(session->diagnostics, (Place){.file = folder},
                             "%s changed since this run; train again to see what it makes of them", what);
}

static bool recall_network(Session *training, RunRead *read)
{
    read->program = session_program(training);
    if (!read->program || !same_hash(training, read->report, "spec", read->program->description.model->hash,
                                     read->folder, "the spec or a file it uses has"))
        return false;
    read->trained.network = read->program->network;
    read->trained.model = session_model(training, read->program);
    return read->trained.model;
}

static bool recall_data(Session *training, RunRead *read)
{
    if (!request_load(training, read->trained.model, NULL, &read->source) ||
        !same_hash(training, json_object_get(read->report, "data"), "hash",
                   request_hash(training->arena, &read->source), read->folder, "the data have"))
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
    read->folder = folder;
    read->report = read_run_report(session, folder);
    if (!read->report)
        return NULL;
    *training = *session;
    training->options = training_options(session, json_object_get(read->report, "origin"));
    if (!training->options) {
        diagnostics_error(session->diagnostics, (Place){.file = path_join(session->arena, folder, RUN_REPORT)},
                          "it does not say what the run was trained on: a run of an older version?");
        return NULL;
    }
    return read;
}

static bool model_of_run(Session *session, const char *folder, RunModel *model)
{
    Session training;
    RunRead *read = begin(session, folder, &training);
    if (!read || !recall_network(&training, read) || !read_parameters(session, read))
        return false;
    *model = (RunModel){read->program, parameter_file(session->arena, folder), read->trained.params, read->known,
                        read->report};
    return true;
}

static bool model_of_spec(Session *session, const char *file, RunModel *model)
{
    const Program *program = session_program(session);
    if (!program || !budget_allows(session, program, 1, 2))
        return false;
    double *params = ARENA_ARRAY(session->arena, program->description.model->parameters, double);
    *model = (RunModel){.program = program, .file = file, .params = params};
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
        session->problem = text_print(
            session->arena, "%s is not the folder of a run, and of a spec --params FILE is missing", argument);
    if (session->problem)
        return false;
    return folder ? model_of_run(session, argument, model) : model_of_spec(session, file, model);
}

static const RunRead *read_for(Session *session, const char *folder, bool drawn, const char *const *names)
{
    Session training;
    RunRead *read = begin(session, folder, &training);
    if (!read || !recall_network(&training, read) || !recall_data(&training, read) || !read_parameters(session, read) ||
        !read_inputs(session, read) || !read_trace(session, read) || !affords(session, read, drawn, names))
        return NULL;
    read->estimates = summary_estimates(session->arena, read->report, read->trained.model, read->trained.params);
    read->trained.estimates = &read->estimates;
    read->trained.solver = session_solver(&training, read->program);
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

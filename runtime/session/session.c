#include "runtime/session/session.h"

#include "gen/base/nearest.h"
#include "runtime/format/data_format.h"
#include "runtime/format/kind.h"
#include "runtime/run/run.h"
#include "runtime/session/change.h"
#include "runtime/system/file.h"
#include "runtime/system/process.h"
#include "runtime/system/ranks.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *session_specs(Arena *arena)
{
    static const char *const places[] = {"../../specs", "../share/costate/specs"};
    const char *program = process_program(arena);
    if (!program)
        return "specs";
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *folder = text_print(arena, "%.*s/%s", (int)(strrchr(program, '/') - program), program, places[i]);
        if (folder_exists(folder))
            return folder;
    }
    return "specs";
}

/* The names of the specs in folder, behind the count that there are; at most MOST_SPECS in all. */
enum { MOST_SPECS = 1000 };
static size_t list_specs(Arena *arena, const char *folder, const char **names, size_t count)
{
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && count < MOST_SPECS && (entry = readdir(listing));) {
        const size_t length = strlen(entry->d_name);
        if (length > 4 && !strcmp(entry->d_name + length - 4, ".lua"))
            names[count++] = arena_string(arena, entry->d_name, length - 4);
    }
    if (listing)
        closedir(listing);
    return count;
}

static const char *unknown_spec(Session *session, const char *name)
{
    Arena *arena = session->arena;
    const char **names = ARENA_ARRAY(arena, MOST_SPECS, const char *);
    const size_t count = list_specs(arena, session_specs(arena), names, list_specs(arena, ".", names, 0));
    diagnostics_error(session->diagnostics, (Place){0},
                      "there is no spec \"%.200s\", neither a file nor among costate's own%s", name,
                      nearest_hint(nearest_name(name, names, count), "\"").text);
    return NULL;
}

/* Does its name say so? */
static bool is_table(const char *path)
{
    static const char *const endings[] = {".csv", ".tsv", ".csv.gz", ".dat"};
    const size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (length > strlen(endings[i]) && !strcmp(path + length - strlen(endings[i]), endings[i]))
            return true;
    return false;
}

/* Not where its first bytes are those of another kind of file, which is said. */
static bool is_spec(Session *session, const char *path)
{
    enum { LOOKED_AT = 4096 };
    char data[LOOKED_AT];
    struct stat status; /* what is read once, as a pipe, is left alone */
    FILE *file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "rb") : NULL;
    const size_t size = file ? fread(data, 1, sizeof data, file) : 0;
    const Place place = {path, 0, 0};
    if (file)
        fclose(file);
    static const char *const elsewhere[] = {[KIND_FOREIGN] = "a spec is a Lua file that returns network { .. }",
                                            [KIND_DATA] = "give it by --data",
                                            [KIND_PARAMETERS] = "give it by --params or --init"};
    const Kind *kind = kind_of(data, size);
    if (kind && kind->use != KIND_SPEC)
        return diagnostics_error(session->diagnostics, place, "this is %s, and no spec: %s", kind->what,
                                 elsewhere[kind->use]);
    if (!kind && is_table(path))
        return diagnostics_error(session->diagnostics, place, "this is a table, and no spec: give it by --data");
    return true;
}

/* That of a run. */
static const char *run_spec(Session *session, const char *folder)
{
    const char *path = path_join(session->arena, folder, RUN_SPEC);
    if (file_exists(path))
        return path;
    diagnostics_error(session->diagnostics, (Place){.file = folder},
                      "this folder has no " RUN_SPEC ", as that of a run has: name a spec or the folder of a run");
    return NULL;
}

const char *session_spec(Session *session, const char *name)
{
    Arena *arena = session->arena;
    const size_t length = strlen(name);
    const bool plain = !strchr(name, '/') && !(length > 4 && !strcmp(name + length - 4, ".lua"));
    const char *const paths[] = {name, text_print(arena, "%s.lua", name),
                                 text_print(arena, "%s/%s.lua", session_specs(arena), name)};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (file_exists(paths[i]) && !folder_exists(paths[i]))
            return is_spec(session, paths[i]) ? paths[i] : NULL;
    if (folder_exists(name))
        return run_spec(session, name);
    return plain && !file_exists(name) ? unknown_spec(session, name) : name;
}

const char *session_messages(Session *session)
{
    Text messages = text_new(session->arena);
    if (session->problem)
        text_format(&messages, "%s\n", session->problem);
    diagnostics_print(session->diagnostics, &messages);
    session->problem = NULL;
    session->diagnostics = diagnostics_new(session->arena);
    return messages.data;
}

const char *session_option(const Session *session, const char *name)
{
    assert(options_known(&command_train, name));
    return session->options && options_known(session->options->command, name) ? options_get(session->options, name)
                                                                              : NULL;
}

static bool count_option(Session *session, const char *name, uint64_t *value)
{
    return !session_option(session, name) ||
           options_count(session->arena, session->options, name, value, &session->problem);
}

/* Before any work is done, and before any other complaint. */
bool session_solver_options(Session *session)
{
    session->threads = 0;
    session->backend = BACKEND_TCC;
    return count_option(session, "--threads", &session->threads) &&
           (!session_option(session, "--backend") ||
            options_choice(session->arena, session->options, "--backend", backend_names, BACKENDS, &session->backend,
                           &session->problem));
}

/* The program as --weight and --class-weight want it: the samples of its loss have weights. */
static const Program *weighted(Session *session, const Program *program)
{
    const char *weight = session_option(session, "--weight"), *classes = session_option(session, "--class-weight");
    const Model *model = program->description.model;
    if (!weight && !classes)
        return program;
    if (classes && strcmp(classes, DATA_BALANCED))
        session->problem = text_print(session->arena, "--class-weight takes " DATA_BALANCED ", not %s", classes);
    else
        session->problem =
            model_weight_problem(session->arena, model, weight ? "--weight" : NULL, classes ? "--class-weight" : NULL);
    if (session->problem)
        return NULL;
    return model->weighted ? program : gen_weighted(session->arena, session->diagnostics, program);
}

const Program *session_changed_program(Session *session, const char *settings)
{
    const char *path, *changes;
    if (!session_solver_options(session) || !(path = session_spec(session, session->options->argument)) ||
        !change_read(session, settings, &changes))
        return NULL;
    diagnostics_typed(session->diagnostics, "--set");
    const Program *program =
        gen_changed_program(session->arena, session->diagnostics, path, session_specs(session->arena), changes);
    return program ? weighted(session, program) : NULL;
}

const Program *session_program(Session *session)
{
    return session_changed_program(session, session_option(session, "--set"));
}

Model *session_model(Session *session, const Program *program)
{
    Model *model = ARENA_NEW(session->arena, Model);
    *model = *program->description.model;
    uint64_t iterations = model->train.iterations;
    count_option(session, "--iterations", &iterations);
    count_option(session, "--seed", &model->seed);
    model->train.iterations = (size_t)iterations;
    return session->problem ? NULL : model;
}

Solver *session_solver(Session *session, const Program *program, const Scales *scales)
{
    Arena *arena = session->arena;
    Solver *solver = solver_compile(arena, session->diagnostics, program, pool_new(arena, (size_t)session->threads));
    bool set = solver && solver_set_backend(solver, session->diagnostics, program, (Backend)session->backend);
    if (set && scales)
        solver_set_scales(solver, scales);
    return ranks_settle(session->diagnostics, set) ? solver : NULL;
}

Status session_print(Session *session, const Text *text)
{
    if (fwrite(text->data, 1, text->length, stdout) == text->length && fflush(stdout) == 0)
        return STATUS_OK;
    diagnostics_error(session->diagnostics, (Place){0}, "cannot write to standard output: %s", strerror(errno));
    return STATUS_FAILED;
}

#include "runtime/session/session.h"

#include "runtime/system/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *session_specs(Arena *arena)
{
    static const char *const places[] = {"../../specs", "../share/costate/specs"};
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return "specs";
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *folder = text_print(arena, "%s/%s", program, places[i]);
        if (folder_exists(folder))
            return folder;
    }
    return "specs";
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

/* Before any work is done, and before any other complaint. */
static bool read_solver_options(Session *session)
{
    Arena *arena = session->arena;
    session->threads = 0;
    session->backend = BACKEND_TCC;
    return options_count(arena, session->options, "--threads", &session->threads, &session->problem) &&
           options_choice(arena, session->options, "--backend", backend_names, BACKENDS, &session->backend,
                          &session->problem);
}

const Program *session_program(Session *session)
{
    if (!read_solver_options(session))
        return NULL;
    return gen_program(session->arena, session->diagnostics, session->options->argument, session_specs(session->arena));
}

Model *session_model(Session *session, const Program *program)
{
    Model *model = ARENA_NEW(session->arena, Model);
    *model = *program->description.model;
    uint64_t iterations = model->train.iterations;
    options_count(session->arena, session->options, "--iterations", &iterations, &session->problem);
    options_count(session->arena, session->options, "--seed", &model->seed, &session->problem);
    model->train.iterations = (size_t)iterations;
    return session->problem ? NULL : model;
}

Solver *session_solver(Session *session, const Program *program)
{
    Arena *arena = session->arena;
    Solver *solver = solver_compile(arena, session->diagnostics, program, pool_new(arena, (size_t)session->threads));
    bool set = solver && solver_set_backend(solver, session->diagnostics, program, (Backend)session->backend);
    return set ? solver : NULL;
}

Status session_print(Session *session, const Text *text)
{
    if (fwrite(text->data, 1, text->length, stdout) == text->length && fflush(stdout) == 0)
        return STATUS_OK;
    diagnostics_error(session->diagnostics, (Place){0}, "cannot write to standard output: %s", strerror(errno));
    return STATUS_FAILED;
}

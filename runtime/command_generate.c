/* Commands of the generator: emit, derive, tableau. */
#include "session.h"

#include "file.h"

#include <string.h>

/* ---- emit ---- */

static const Option emit_options[] = {
    {"-o", "DIR", "folder for NAME.c and NAME.h [out/solvers/NAME]"},
    {NULL, NULL, NULL},
};

const Command command_emit = {
    "emit", "SPEC", "Write a solver as C source that depends on nothing: NAME.c and NAME.h.",
    "The files are free to use without conditions (0BSD); the API is described in NAME.h.\n",
    "costate emit specs/spiral.lua -o out/solvers/spiral", emit_options};

bool emit_files(Session *session, const Program *program, const char *folder, Text *files)
{
    Arena *arena = session->arena;
    const char *name = program->description.model->name;
    const char *source = pack_source(arena, program->blueprint), *header = pack_header(arena, program->blueprint);
    const char *source_path = path_join(arena, folder, text_print(arena, "%s.c", name));
    const char *header_path = path_join(arena, folder, text_print(arena, "%s.h", name));
    size_t made;
    if (!folder_create(session->diagnostics, folder, &made))
        return false;
    if (!file_write(session->diagnostics, source_path, source, strlen(source)) ||
        !file_write(session->diagnostics, header_path, header, strlen(header))) {
        folder_remove(folder, made);
        return false;
    }
    text_format(files, "%s\n%s\n", source_path, header_path);
    return true;
}

Status emit_run(Session *session)
{
    const Program *program = session_program(session);
    if (!program)
        return STATUS_FAILED;
    const char *folder = options_get(session->options, "-o");
    if (!folder)
        folder = text_print(session->arena, "out/solvers/%s", program->description.model->name);
    Text report = text_new(session->arena);
    return emit_files(session, program, folder, &report) ? session_print(session, &report) : STATUS_FAILED;
}

/* ---- derive ---- */

static const Option derive_options[] = {
    {"--pass", "NAME", "field, derive, simplify, schedule or c [simplify]"},
    {NULL, NULL, NULL},
};

const Command command_derive = {
    "derive", "SPEC", "Show what the generator made of a spec after one of its passes.",
    "field     the vector field as the spec gives it\n"
    "derive    every routine of the network: step, exact adjoint, tangent, head, loss\n"
    "simplify  the same after simplification\n"
    "schedule  the order of operations, and where each value is kept\n"
    "c         the C text\n",
    "costate derive specs/spiral.lua --pass simplify", derive_options};

Status derive_run(Session *session)
{
    const char *pass = options_get(session->options, "--pass");
    const Program *program = session_program(session);
    Text text = text_new(session->arena);
    if (!program || !gen_dump(&text, session->diagnostics, program, pass ? pass : "simplify"))
        return STATUS_FAILED;
    return session_print(session, &text);
}

/* ---- tableau ---- */

static const Option no_options[] = {{NULL, NULL, NULL}};

const Command command_tableau = {
    "tableau", "NAME|FILE", "Analyse a Butcher tableau in exact rationals: orders, adjoint tableau, symplecticity.",
    NULL, "costate tableau my_method.lua", no_options};

Status tableau_run(Session *session)
{
    const Tableau *tableau = reader_tableau(session->arena, session->diagnostics, session->options->argument,
                                            session_specs(session->arena));
    if (!tableau)
        return STATUS_FAILED;
    Text text = text_new(session->arena);
    tableau_text(&text, tableau);
    return session_print(session, &text);
}

/* session: what the commands share: memory, errors, the generated program and its solver. */
#ifndef COSTATE_SESSION_H
#define COSTATE_SESSION_H

#include "runtime/session/options.h"
#include "gen/gen.h"
#include "runtime/solver/solver.h"
#include "runtime/system/pool.h"

struct Session {
    Arena *arena;
    Diagnostics *diagnostics;
    const Options *options; /* NULL: there is no command line */
    const char *problem;    /* what is wrong with the command line: an exit with STATUS_USAGE */
    uint64_t threads;       /* as --threads and --backend say, once session_solver_options has read them */
    size_t backend;
};

/* One file a command, in runtime/command but for those whose room is their subject's. */
extern const Command command_train, command_gradient, command_predict, command_evaluate, command_emit, command_check,
    command_derive, command_tableau, command_plot, command_paper, command_report, command_new, command_repl,
    command_run, command_sweep, command_compare;

/* The folder with tableau/ and activation/: specs/ of the source tree that the program was built in, or
 * share/costate/specs where it is installed, whatever the working directory. */
const char *session_specs(Arena *arena);

/* The path of the spec of that name, as every command takes one: a file, NAME.lua, or NAME.lua among costate's specs,
 * or that of the run in a folder.
 * NULL, with an error that says the nearest, where a plain name is none of them, or that says what else the
 * file is: an image, an archive, parameters. */
const char *session_spec(Session *session, const char *name);

/* An option of train, for what serves several commands: NULL also where this command has none of that name. */
const char *session_option(const Session *session, const char *name);

/* What went wrong since the last call, a line each, and begins anew; "" where nothing did. */
const char *session_messages(Session *session);

/* Reads --threads and --backend; false with session->problem set where one has a value that it cannot have. */
bool session_solver_options(Session *session);

/* Reads them and generates the program of the spec that the command line names, with what --set changes in it; NULL after errors, or
 * with session->problem set where --threads, --backend or --set has a value that it cannot have. */
const Program *session_program(Session *session);

/* The same with other settings, as --set has them with newlines between them, or NULL. */
const Program *session_changed_program(Session *session, const char *settings);

/* The program's model with what --iterations and --seed change in it; NULL with session->problem set. */
Model *session_model(Session *session, const Program *program);

/* The option of every command that takes a spec (see change.h). */
#define SET_OPTION                                                                                                     \
    {                                                                                                                  \
        "--set", "KEY=VALUE...", "a key of the spec, as often as you like: --set width=4 --set train.rate=0.1"         \
    }

/* The option of every command that evaluates. */
#define BACKEND_OPTION                                                                                                 \
    {                                                                                                                  \
        "--backend", "NAME", "the compiler: tcc, cc (the system's) or auto (both, one after the other) [tcc]"          \
    }
/* And what its command's details say about it. */
#define BACKEND_DETAILS                                                                                                \
    "--backend cc waits once for the system's C compiler (CC, or else cc) and keeps its code in ~/.cache/costate;\n"   \
    "auto does not wait, but changes over when the compiler is done. With tcc a run has the same bits every time,\n"   \
    "and with cc; with auto its last digits depend on that moment.\n"

/* The solver of session_program's program for samples of those scales (NULL: they are as the network sees them), with
 * threads as --threads says and code as --backend says; NULL after errors. Together. */
Solver *session_solver(Session *session, const Program *program, const Scales *scales);

/* Writes NAME.c and NAME.h into folder and appends their paths to files; false after errors, with no folder left.
 * intake: of the rows that the solver is to take, or NULL. */
bool session_emit_files(Session *session, const Program *program, const Intake *intake, const char *folder,
                        Text *files);

/* Writes text to standard output; an error when it cannot be written. */
Status session_print(Session *session, const Text *text);

#endif

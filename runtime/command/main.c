/* costate: the command line. The only place that exits. */
#include "runtime/session/session.h"

#include "gen/base/nearest.h"
#include "runtime/system/ranks.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const Command *const commands[] = {
    &command_train,   &command_gradient, &command_predict, &command_evaluate, &command_emit, &command_check,
    &command_derive,  &command_tableau,  &command_new,     &command_repl,     &command_run,  &command_sweep,
    &command_compare, &command_plot,     &command_report,  &command_paper,
};
enum { COMMANDS = sizeof commands / sizeof *commands };

/* Those that all ranks run together; any other is the first one's alone. */
static bool is_shared(const Command *command)
{
    static const Command *const shared[] = {&command_train,    &command_gradient, &command_predict,
                                            &command_evaluate, &command_sweep,    &command_paper};
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        if (shared[i] == command)
            return true;
    return false;
}

static void put(const char *text)
{
    fputs(text, stdout);
}

static void help(void)
{
    put("costate " COSTATE_VERSION ": Runge-Kutta networks with exact discrete adjoints, from a spec to C.\n\n"
        "usage: costate COMMAND ...\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-9s %-10s %s\n", commands[i]->name, commands[i]->argument ? commands[i]->argument : "",
               commands[i]->summary);
    put("\nstart with\n"
        "  costate new moons                 # moons.lua: a commented spec\n"
        "  costate train moons.lua --plot    # out/runs/moons: the trained network, and pictures\n"
        "  costate repl moons.lua            # change it, train again, look inside\n"
        "costate COMMAND --help tells more.\n");
}

static int usage(const char *command, const char *problem)
{
    fprintf(stderr, "costate%s%s: %s\ncostate%s%s --help shows how it is used\n", command ? " " : "",
            command ? command : "", problem, command ? " " : "", command ? command : "");
    return STATUS_USAGE;
}

/* *said: the messages. */
static int run_command(Arena *arena, const Command *command, size_t count, char **argv, const char **said)
{
    if (!is_shared(command) && !ranks_part())
        return STATUS_OK;
    Session session = {.arena = arena, .diagnostics = diagnostics_new(arena)};
    session.options = options_parse(arena, command, count, argv, &session.problem);
    if (!session.options)
        return usage(command->name, session.problem);
    if (session.options->help) {
        options_help(command, put);
        return STATUS_OK;
    }
    Status status = command->run(&session);
    Text messages = text_new(arena);
    diagnostics_print(session.diagnostics, &messages);
    fputs(messages.data, stderr);
    *said = messages.data;
    return session.problem ? usage(command->name, session.problem) : (int)status;
}

static int unknown_command(Arena *arena, const char *name)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i]->name;
    const char *nearest = nearest_name(name, names, COMMANDS);
    return usage(NULL, text_print(arena, "unknown command %s%s", name, nearest_hint(nearest, "").text));
}

static int dispatch(Arena *arena, int argc, char **argv, const char **said)
{
    if (argc == 3 && !strcmp(argv[1], "help"))
        return dispatch(arena, argc, (char *[]){argv[0], argv[2], "--help", NULL}, said);
    if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        help();
        return STATUS_OK;
    }
    if (!strcmp(argv[1], "--version")) {
        put("costate " COSTATE_VERSION "\n");
        return STATUS_OK;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (!strcmp(argv[1], commands[i]->name))
            return run_command(arena, commands[i], (size_t)argc - 2, argv + 2, said);
    return unknown_command(arena, argv[1]);
}

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is an error of what is written, as a full disk is */
    ranks_begin(&argc, &argv);
    Arena *arena = arena_new();
    int status = STATUS_FAILED;
    const char *said = "";
    if (!arena || setjmp(*arena_recovery(arena)))
        fputs(said = "costate: out of memory\n", stderr);
    else
        status = dispatch(arena, argc, argv, &said);
    if (status == STATUS_OK && (fflush(stdout) != 0 || ferror(stdout))) {
        fputs("costate: cannot write to standard output\n", stderr);
        status = STATUS_FAILED;
    }
    status = ranks_end(status, said);
    arena_free(arena);
    return status;
}

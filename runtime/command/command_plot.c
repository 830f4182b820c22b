/* costate plot. */
#include "runtime/session/session.h"

#include "runtime/picture/figures.h"
#include "runtime/system/file.h"
#include "runtime/session/read_run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const Option plot_options[] = {
    {"--only", "A,B", "draw these pictures alone"},
    {"--out", "DIR", "folder for the pictures [RUN_DIR/plots]"},
    {"--png", NULL, "no SVG"},
    {"--ascii", NULL, "show the curves in the terminal instead"},
    {NULL, NULL, NULL},
};

static Status plot_run(Session *session);

const Command command_plot = {
    .name = "plot",
    .argument = "RUN_DIR",
    .summary = "Draw the pictures of a run as SVG and PNG; it needs gnuplot.",
    .details = "More than two channels are seen in the plane of their first two principal components.\n",
    .example = "costate plot out/runs/spiral",
    .options = plot_options,
    .list = figures_list,
    .run = plot_run};

/* The width of the terminal, or what COLUMNS says, or 80. */
static int terminal_columns(void)
{
    enum { NARROWEST = 20, WIDEST = 160 };
    struct winsize size;
    const char *set = getenv("COLUMNS");
    long columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col
                   : set                                                       ? strtol(set, NULL, 10)
                                                                               : 80;
    return columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : (int)columns;
}

/* "A,B" as names closed by NULL. */
static const char *const *split_names(Arena *arena, const char *list)
{
    const char **names = ARENA_ARRAY(arena, strlen(list) + 2, const char *);
    for (size_t count = 0;; list++) {
        size_t length = strcspn(list, ",");
        names[count++] = arena_string(arena, list, length);
        list += length;
        if (!*list)
            return names;
    }
}

static Status plot_run(Session *session)
{
    Arena *arena = session->arena;
    const char *folder = options_get(session->options, "--out"), *only = options_get(session->options, "--only");
    const char *const *names = only ? split_names(arena, only) : NULL;
    const RunRead *recall = read_run_for_figures(session, session->options->argument, names);
    if (!recall)
        return STATUS_FAILED;
    const FigureRequest request = {.folder = folder ? folder : path_join(arena, recall->folder, RUN_PICTURES),
                                   .names = names,
                                   .png_only = options_get(session->options, "--png"),
                                   .progress = stderr};
    if (options_get(session->options, "--ascii"))
        return figures_print(arena, session->diagnostics, &recall->trained, &request, terminal_columns())
                   ? STATUS_OK
                   : STATUS_FAILED;
    Text drawn = text_new(arena);
    if (!figures_draw(arena, session->diagnostics, &recall->trained, &request, &drawn))
        return STATUS_FAILED;
    return session_print(session, &drawn);
}

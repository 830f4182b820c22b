/* costate compare. */
#include "runtime/compare/reached.h"

#include "runtime/picture/curves.h"
#include "runtime/system/file.h"

#include <math.h>
#include <string.h>

static const Option compare_options[] = {
    {"-o", "FILE", "the picture, an .svg or a .png [out/compare.svg]"},
    {"--table", NULL, "only the table, no picture"},
    {NULL, NULL, NULL},
};

static Status compare_run(Session *session);

const Command command_compare = {
    .name = "compare",
    .argument = "RUN_DIR...",
    .summary = "Compare runs: where their specs differ, what they reached, and their objectives in one picture.",
    .details = "The table has a row for each run: the keys of the spec and the options that are not the same for all,\n"
               "objective and accuracy, or RMSE, of training and test with the parameters that were kept, and the\n"
               "time. The picture shows means of the samples over the iterations, the test set dashed.\n",
    .example = "costate train specs/spiral.lua --set width=4 --iterations 500 --out out/runs/wide\n"
               "costate compare out/runs/spiral out/runs/wide",
    .options = compare_options,
    .run = compare_run};

/* The runs, and the columns of their table. */
typedef struct {
    Session *session;
    size_t count;
    const Reached *results;
    const char **cells; /* [1 + count][columns] once all columns are known; until then column by column */
    size_t columns, capacity;
} Comparison;

/* Room for a column, whose cells follow each other until the table is laid out. */
static const char **add_column(Comparison *comparison, const char *title)
{
    const size_t rows = comparison->count + 1, used = comparison->columns * rows;
    for (size_t i = 0; i < rows; i++)
        comparison->cells = ARENA_MORE(comparison->session->arena, comparison->cells, used + i, comparison->capacity);
    comparison->columns++;
    comparison->cells[used] = title;
    return comparison->cells + used + 1;
}

static void add_numbers(Comparison *comparison, const ReachedQuantity *quantity)
{
    const char **cells = add_column(comparison, quantity->title);
    for (size_t i = 0; i < comparison->count; i++) {
        const Spread spread = {quantity->of(&comparison->results[i]), 0};
        cells[i] = spread_text(comparison->session->arena, &spread);
    }
}

/* What a run has under key, as a cell: a switch that is on has no value of its own. */
static const char *cell_of(Arena *arena, const Reached *reached, const char *key)
{
    enum { LONGEST = 40 };
    const char *text = reached_key(arena, reached, key);
    return !text ? "-" : !*text ? "yes" : strlen(text) <= LONGEST ? text : text_print(arena, "%.38s..", text);
}

/* The columns of what is not the same for all. */
static void add_differences(Comparison *comparison)
{
    Arena *arena = comparison->session->arena;
    const char **cells = ARENA_ARRAY(arena, comparison->count, const char *);
    for (const char *const *key = reached_keys(arena, comparison->count, comparison->results); *key; key++) {
        bool same = true;
        for (size_t i = 0; i < comparison->count; i++) {
            cells[i] = cell_of(arena, &comparison->results[i], *key);
            same = same && !strcmp(cells[i], cells[0]);
        }
        if (!same)
            memcpy(add_column(comparison, *key), cells, comparison->count * sizeof *cells);
    }
}

static void add_results(Comparison *comparison)
{
    ReachedQuantity quantities[REACHED_QUANTITIES];
    const size_t used =
        reached_quantities(comparison->session->arena, comparison->count, comparison->results, " ", quantities);
    for (size_t q = 0; q < used; q++)
        add_numbers(comparison, &quantities[q]);
}

static void add_table(Text *text, Comparison *comparison)
{
    const size_t rows = comparison->count + 1;
    const char **names = add_column(comparison, "run");
    for (size_t i = 0; i < comparison->count; i++)
        names[i] = comparison->results[i].folder;
    add_differences(comparison);
    add_results(comparison);
    const char **cells = ARENA_ARRAY(text->arena, rows * comparison->columns, const char *);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < comparison->columns; j++)
            cells[i * comparison->columns + j] = comparison->cells[j * rows + i];
    reached_table(text, rows, comparison->columns, cells);
}

/* ---- the picture ---- */

/* The folder, the name and the format that a path asks for; false where it has another ending. */
static bool split_path(Session *session, const char *path, const char **folder, const char **name,
                       DrawingFormat *format)
{
    static const DrawingFormat formats[] = {DRAWING_SVG, DRAWING_PNG};
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path, *dot = strrchr(file, '.');
    *folder = slash ? arena_string(session->arena, path, (size_t)(slash - path)) : ".";
    for (size_t i = 0; i < 2; i++)
        if (dot && dot > file && !strcmp(dot + 1, drawing_ending(formats[i]))) {
            *name = arena_string(session->arena, file, (size_t)(dot - file));
            *format = formats[i];
            return true;
        }
    session->problem = text_print(session->arena, "-o takes a file .svg or .png, not %s", path);
    return false;
}

static bool counts_epochs(Arena *arena, const Reached *reached)
{
    const char *algorithm = reached_key(arena, reached, "train.algorithm");
    for (size_t i = 0; algorithm && i < ALGORITHM_COUNT; i++)
        if (!strcmp(algorithm_rows[i].name, algorithm))
            return !strcmp(algorithm_rows[i].unit, "epochs");
    return false;
}

static bool averages(Arena *arena, const Reached *reached)
{
    const char *average = reached_key(arena, reached, "average");
    return average && !strcmp(average, "true");
}

/* How many characters of their folders all runs share, up to a slash. */
static size_t shared_folder(size_t count, const Reached *results)
{
    size_t shared = 0;
    for (size_t i = 0; results[0].folder[i]; i++) {
        for (size_t k = 1; k < count; k++)
            if (results[k].folder[i] != results[0].folder[i])
                return shared;
        if (results[0].folder[i] == '/' && count > 1)
            shared = i + 1;
    }
    return shared;
}

static bool draw(Session *session, size_t count, const Reached *results, const char *folder, const char *name,
                 DrawingFormat format)
{
    Arena *arena = session->arena;
    NamedTrace *traces = ARENA_ARRAY(arena, count, NamedTrace);
    const size_t shared = shared_folder(count, results);
    size_t made;
    for (size_t i = 0; i < count; i++) {
        const bool sum = !averages(arena, &results[i]);
        traces[i] = (NamedTrace){results[i].folder[shared] ? results[i].folder + shared : results[i].folder,
                                 i,
                                 reached_trace(session, &results[i]),
                                 sum ? reached_samples(&results[i], false) : 0,
                                 sum ? reached_samples(&results[i], true) : 0,
                                 counts_epochs(arena, &results[i])};
        if (!traces[i].trace)
            return false;
    }
    Gnuplot gnuplot = gnuplot_new(arena);
    const Drawing drawing = curves_objective(arena, "objective (dashed: test)", true, count, traces);
    drawing_finish(&drawing, &gnuplot, format, folder, name, 0);
    return folder_create(session->diagnostics, folder, &made) && gnuplot_run(session->diagnostics, &gnuplot);
}

static Status compare_run(Session *session)
{
    const Options *options = session->options;
    const char *path = options_get(options, "-o"), *folder, *name;
    const size_t count = options->argument_count;
    Reached *results = ARENA_ARRAY(session->arena, count, Reached);
    DrawingFormat format;
    if (!split_path(session, path ? path : "out/compare.svg", &folder, &name, &format))
        return STATUS_USAGE;
    for (size_t i = 0; i < count; i++)
        if (!reached_read(session, options->arguments[i], &results[i]))
            return STATUS_FAILED;
    Text text = text_new(session->arena);
    Comparison comparison = {.session = session, .count = count, .results = results};
    add_table(&text, &comparison);
    const bool drawn = options_get(options, "--table") || draw(session, count, results, folder, name, format);
    if (drawn && !options_get(options, "--table"))
        text_format(&text, "%s\n", path ? path : "out/compare.svg");
    return session_print(session, &text) == STATUS_OK && drawn ? STATUS_OK : STATUS_FAILED;
}

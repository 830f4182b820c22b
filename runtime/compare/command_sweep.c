/* costate sweep. */
#include "runtime/compare/reached.h"

#include "runtime/format/data_format.h"
#include "runtime/format/table.h"
#include "runtime/run/run.h"
#include "runtime/session/change.h"
#include "runtime/session/read_run.h"
#include "runtime/session/request.h"
#include "runtime/system/file.h"
#include "runtime/system/jobs.h"
#include "runtime/system/pool.h"
#include "runtime/system/ranks.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

extern char **environ;

static const Option sweep_options[] = {
    {"--set", "KEY=VALUE...", "a key of the spec; of several values, --set width=2,4,8, each is trained"},
    {"--seeds", "N", "with the seeds 1 to N [the spec's alone]"},
    {"--jobs", "N", "trainings at a time, of a thread each [all processors]"},
    {"--data", "FILE", "training data: " FORMAT_NAMES ", plain or gzip [the spec's]"},
    REQUEST_TRAINING{"--iterations", "N", "iterations, or epochs [the spec's]"},
    BACKEND_OPTION,
    {"--out", "DIR", "folder of the sweep [out/sweeps/NAME]"},
    {"--force", NULL, "replace the sweep in that folder, and its runs"},
    {NULL, NULL, NULL},
};

static Status sweep_run(Session *session);

const Command command_sweep = {
    .name = "sweep",
    .argument = "SPEC",
    .summary = "Train a spec for every combination of values and seeds, and lay the results out in a table.",
    .details =
        "Each combination is a run in a folder of its own, as costate train makes it, for plot, report, predict\n"
        "and compare. What has been trained is not trained again: the same command goes on where ^C, or a\n"
        "run that failed, ended the one before, and with more values trains those alone. sweep.csv has a row\n"
        "for each run; the table has means and standard deviations over the seeds.\n" BACKEND_DETAILS,
    .example = "costate sweep specs/spiral.lua --set width=2,4 --seeds 3 --iterations 100",
    .options = sweep_options,
    .run = sweep_run};

static const char results_name[] = "sweep.csv";

enum { MOST_RUNS = 10000, MOST_KEYS = 16 };

/* A setting with the values that it takes. */
typedef struct {
    const char *key;
    const char **values; /* [count] */
    size_t count, capacity;
} Axis;

/* One training. */
typedef struct {
    size_t at[MOST_KEYS]; /* of each axis the index of its value */
    size_t seed;          /* 0: the spec's */
    const char *folder, *settings;
    bool done, resumes, failed;
    bool leavings; /* in its folder is what a training left that ended before it saved anything to go on from */
} SweepRun;

typedef struct {
    Session *session;
    Axis axes[MOST_KEYS];
    size_t axis_count;
    const char *folder;
    SweepRun *runs;
    size_t run_count, seeds, jobs;
    bool interrupted;
} Sweep;

/* ---- what is swept ---- */

/* The length of the value that text begins with: up to a comma that stands in no brackets and no string. */
static size_t value_length(const char *text)
{
    size_t length = 0;
    int depth = 0;
    char quote = 0;
    for (; text[length] && (depth > 0 || quote || text[length] != ','); length++) {
        const char c = text[length];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else
            depth += strchr("({[", c) ? 1 : strchr(")}]", c) ? -1 : 0;
    }
    return length;
}

static void add_value(Arena *arena, Axis *axis, const char *value)
{
    axis->values = ARENA_MORE(arena, axis->values, axis->count, axis->capacity);
    axis->values[axis->count++] = value;
}

static bool read_axis(Sweep *sweep, const char *setting)
{
    Arena *arena = sweep->session->arena;
    const char *equals = strchr(setting, '='), *at = equals;
    if (sweep->axis_count == MOST_KEYS) {
        sweep->session->problem = text_print(arena, "a sweep sets at most %d keys", MOST_KEYS);
        return false;
    }
    Axis *axis = &sweep->axes[sweep->axis_count++];
    axis->key = equals ? arena_string(arena, setting, (size_t)(equals - setting)) : setting;
    do {
        const size_t length = at ? value_length(at + 1) : 0;
        const char *value = at ? arena_string(arena, at + 1, length) : "", *changes;
        if (!change_read(sweep->session, at ? text_print(arena, "%s=%s", axis->key, value) : setting, &changes))
            return false;
        add_value(arena, axis, value);
        at += length + 1;
    } while (*at == ',');
    return true;
}

static bool read_axes(Sweep *sweep)
{
    Session *session = sweep->session;
    const char *settings = options_get(session->options, "--set");
    uint64_t seeds = 0, jobs = pool_planned(0);
    size_t most = 0;
    while (settings) {
        const size_t length = strcspn(settings, "\n");
        if (!read_axis(sweep, arena_string(session->arena, settings, length)))
            return false;
        most = sweep->axes[sweep->axis_count - 1].count > most ? sweep->axes[sweep->axis_count - 1].count : most;
        settings = settings[length] ? settings + length + 1 : NULL;
    }
    if (!options_count(session->arena, session->options, "--seeds", &seeds, &session->problem) ||
        !options_count(session->arena, session->options, "--jobs", &jobs, &session->problem))
        return false;
    sweep->seeds = (size_t)seeds;
    sweep->jobs = jobs < 1 ? 1 : jobs > JOBS_MOST ? JOBS_MOST : (size_t)jobs;
    if (most < 2 && !options_get(session->options, "--seeds"))
        session->problem = "there is nothing to sweep: --set KEY=A,B or --seeds N";
    else if (options_get(session->options, "--seeds") && !seeds)
        session->problem = "--seeds takes 1 or more";
    return !session->problem;
}

/* ---- the runs ---- */

/* What a file can be called: the value, with a dash for what stands in no name. */
static const char *plain(Arena *arena, const char *value)
{
    char *name = arena_string(arena, value, strlen(value));
    for (char *c = name; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-", *c))
            *c = '-';
    return name;
}

/* "width=4,seed=2": the keys of several values. */
static const char *run_name(const Sweep *sweep, const SweepRun *run)
{
    Text text = text_new(sweep->session->arena);
    for (size_t i = 0; i < sweep->axis_count; i++)
        if (sweep->axes[i].count > 1)
            text_format(&text, "%s%s=%s", text.length ? "," : "", sweep->axes[i].key,
                        plain(text.arena, sweep->axes[i].values[run->at[i]]));
    if (run->seed)
        text_format(&text, "%sseed=%zu", text.length ? "," : "", run->seed);
    return text.data;
}

static const char *run_settings(const Sweep *sweep, const SweepRun *run)
{
    Text text = text_new(sweep->session->arena);
    for (size_t i = 0; i < sweep->axis_count; i++)
        text_format(&text, "%s%s=%s", i ? "\n" : "", sweep->axes[i].key, sweep->axes[i].values[run->at[i]]);
    return sweep->axis_count ? text.data : NULL;
}

static bool names_differ(const Sweep *sweep)
{
    for (size_t i = 0; i < sweep->axis_count; i++)
        for (size_t a = 0; a < sweep->axes[i].count; a++)
            for (size_t b = 0; b < a; b++) {
                const char *one = sweep->axes[i].values[b], *other = sweep->axes[i].values[a];
                if (!strcmp(plain(sweep->session->arena, one), plain(sweep->session->arena, other)))
                    return diagnostics_error(sweep->session->diagnostics, (Place){0},
                                             "the values %s and %s of %s have folders of the same name", one, other,
                                             sweep->axes[i].key);
            }
    return true;
}

/* Every combination, the seeds of one behind each other. */
static bool list_runs(Sweep *sweep)
{
    Session *session = sweep->session;
    size_t count = sweep->seeds ? sweep->seeds : 1;
    for (size_t i = 0; i < sweep->axis_count; i++)
        count = count > MOST_RUNS ? count : count * sweep->axes[i].count;
    if (count > MOST_RUNS)
        return diagnostics_error(session->diagnostics, (Place){0}, "a sweep has at most %d runs", MOST_RUNS);
    sweep->runs = ARENA_ARRAY(session->arena, count, SweepRun);
    sweep->run_count = count;
    for (size_t r = 0; r < count; r++) {
        SweepRun *run = &sweep->runs[r];
        size_t rest = sweep->seeds ? r / sweep->seeds : r;
        run->seed = sweep->seeds ? r % sweep->seeds + 1 : 0;
        for (size_t i = sweep->axis_count; i-- > 0; rest /= sweep->axes[i].count)
            run->at[i] = rest % sweep->axes[i].count;
        run->folder = path_join(session->arena, sweep->folder, run_name(sweep, run));
        run->settings = run_settings(sweep, run);
    }
    return names_differ(sweep);
}

/* The model of a run, in memory that goes with arena; NULL after errors. */
static const Model *model_of(const Sweep *sweep, const SweepRun *run, Arena *arena, Session *own)
{
    *own = *sweep->session;
    own->arena = arena;
    own->diagnostics = diagnostics_new(arena); /* which knows texts of that memory */
    const Program *program = session_changed_program(own, run->settings);
    const Model *model = program ? session_model(own, program) : NULL;
    sweep->session->problem = own->problem;
    return model;
}

static bool same_spec(Arena *arena, const Reached *reached, const Model *model)
{
    Text hash = text_new(arena);
    text_format(&hash, "%016llx", (unsigned long long)model->hash);
    const char *stored = json_string_value(json_object_get(reached->report, "spec"));
    return stored && !strcmp(stored, hash.data);
}

/* An option that says what the data are, of which the run was told something else; NULL: there is none. */
static const char *other_data(const Sweep *sweep, const Reached *reached)
{
    Arena *arena = sweep->session->arena;
    for (const Option *option = sweep_options; option->name; option++) {
        const char *now = options_get(sweep->session->options, option->name);
        const char *then = reached_key(arena, reached, option->name);
        if (read_run_notes(option->name) && strcmp(option->name, "--set") &&
            (!now != !then || (now && strcmp(now, then))))
            return option->name;
    }
    return NULL;
}

/* Is it trained already, or begun? An error where a run of another spec, or of other data, is in its place. */
static bool look_at(const Sweep *sweep, SweepRun *run)
{
    Arena *arena = arena_within(sweep->session->arena);
    Session own;
    Reached reached;
    const Model *model = model_of(sweep, run, arena, &own);
    bool fits = model;
    if (fits && !options_get(own.options, "--force") && file_exists(path_join(arena, run->folder, RUN_REPORT))) {
        fits = reached_read(&own, run->folder, &reached);
        if (fits && !same_spec(arena, &reached, model))
            fits = diagnostics_error(own.diagnostics, (Place){.file = run->folder},
                                     "this folder holds a run of another spec; --force replaces the sweep");
        const char *other = fits ? other_data(sweep, &reached) : NULL;
        if (other)
            fits = diagnostics_error(own.diagnostics, (Place){.file = run->folder},
                                     "this folder holds a run with another %s; --force replaces the sweep", other);
        const bool longer =
            fits && !strcmp(reached.ended, "iterations") && reached.iterations < (double)model->train.iterations;
        const bool cut = fits && (!strcmp(reached.ended, "unfinished") || !strcmp(reached.ended, "interrupted"));
        run->resumes = fits && (longer || cut);
        run->done = fits && !run->resumes;
    } else if (fits && !options_get(own.options, "--force")) {
        run->resumes = file_exists(path_join(arena, run->folder, RUN_STATE));
        run->leavings = !run->resumes;
    }
    if (!fits)
        diagnostics_adopt(sweep->session->diagnostics, own.diagnostics);
    arena_free(arena);
    return fits;
}

/* ---- what --force removes ---- */

static void remove_run(const Sweep *sweep, const char *folder)
{
    Arena *arena = sweep->session->arena;
    const char *const *made = read_run_made(arena, folder);
    for (; *made; made++)
        file_remove(*made);
    folder_remove(path_join(arena, folder, RUN_PICTURES), 1);
    run_remove(arena, folder, 1);
}

static bool is_of_sweep(const Sweep *sweep, const char *folder)
{
    for (size_t r = 0; r < sweep->run_count; r++)
        if (!strcmp(sweep->runs[r].folder, folder))
            return true;
    return false;
}

/* The runs of the sweep before, as its sweep.csv names them, which this one has none of; names are those that plain
 * makes. */
static void remove_before(const Sweep *sweep)
{
    Arena *arena = sweep->session->arena;
    const char *path = path_join(arena, sweep->folder, results_name);
    char *data;
    size_t size;
    if (!options_get(sweep->session->options, "--force") || !file_exists(path) ||
        !file_read(arena, sweep->session->diagnostics, path, &data, &size))
        return;
    for (const char *line = data; (line = strchr(line, '\n')) && line[1];) {
        line += 1 + (line[1] == '"');
        const char *name = arena_string(arena, line, strcspn(line, line[-1] == '"' ? "\"\n" : ",\n"));
        const char *folder = path_join(arena, sweep->folder, name);
        if (*name && *name != '.' && !strchr(name, '/') && !is_of_sweep(sweep, folder))
            remove_run(sweep, folder);
    }
    file_remove(path);
}

/* ---- training ---- */

/* What this command and train both have is handed on, but for what each run has its own of. */
static CommandLine training_of(const Sweep *sweep, const SweepRun *run, const char *program)
{
    static const char *const own[] = {"--set", "--out", "--force"};
    Arena *arena = sweep->session->arena;
    const Options *options = sweep->session->options;
    CommandLine line = {.arena = arena};
    options_add_word(&line, program);
    options_add_word(&line, "train");
    options_add_word(&line, options->argument);
    for (const Option *option = sweep_options; option->name; option++) {
        const char *value = options_get(options, option->name);
        bool passed = value && options_known(&command_train, option->name);
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            passed = passed && strcmp(own[i], option->name);
        if (passed)
            options_add_word(&line, option->value ? text_print(arena, "%s=%s", option->name, value) : option->name);
    }
    for (size_t i = 0; i < sweep->axis_count; i++)
        options_add_word(&line,
                         text_print(arena, "--set=%s=%s", sweep->axes[i].key, sweep->axes[i].values[run->at[i]]));
    if (run->seed)
        options_add_word(&line, text_print(arena, "--seed=%zu", run->seed));
    options_add_word(&line, text_print(arena, "--out=%s", run->folder));
    options_add_word(&line, "--threads=1");
    if (run->resumes || run->leavings || options_get(options, "--force"))
        options_add_word(&line, run->resumes ? "--resume" : "--force");
    return line;
}

/* A training under way, and what it prints. */
typedef struct {
    SweepRun *run;
    FILE *output;
} Training;

/* All of them. */
typedef struct {
    Sweep *sweep;
    const char *program;
    size_t next, ended, total;
    Training trainings[JOBS_MOST];
} Trainings;

/* Is that run to be trained, and by this rank? */
static bool is_ours(const Sweep *sweep, size_t run)
{
    return !sweep->runs[run].done && ranks_mine(run);
}

/* The next run that is to be trained; NULL: there is none. */
static SweepRun *next_run(Trainings *trainings)
{
    const Sweep *sweep = trainings->sweep;
    while (trainings->next < sweep->run_count && !is_ours(sweep, trainings->next))
        trainings->next++;
    return trainings->next < sweep->run_count ? &sweep->runs[trainings->next++] : NULL;
}

static bool start(void *context, size_t place, Process *process)
{
    Trainings *trainings = context;
    const Sweep *sweep = trainings->sweep;
    SweepRun *run = next_run(trainings);
    if (!run)
        return true;
    const CommandLine line = training_of(sweep, run, trainings->program);
    FILE *output = tmpfile();
    int error = output ? process_start(process, (const char *const *)line.words, environ, fileno(output)) : errno;
    if (!error) {
        trainings->trainings[place] = (Training){run, output};
        return true;
    }
    if (output)
        fclose(output);
    return diagnostics_error(sweep->session->diagnostics, (Place){0}, "cannot start a training: %s", strerror(error));
}

/* What a training that failed said last, which is why. */
static void tell_failure(const Sweep *sweep, const Training *training)
{
    char text[1024] = "";
    fseek(training->output, 0, SEEK_END);
    const long size = ftell(training->output);
    fseek(training->output, size > 1000 ? size - 1000 : 0, SEEK_SET);
    text[fread(text, 1, sizeof text - 1, training->output)] = '\0';
    char *end = strrchr(text, '\n');
    if (end && !end[1])
        *end = '\0';
    const char *line = strrchr(text, '\n');
    diagnostics_error(sweep->session->diagnostics, (Place){.file = training->run->folder}, "%s",
                      line ? line + 1 : text);
}

static bool end(void *context, size_t place, int status, bool interrupted)
{
    Trainings *trainings = context;
    const Training *training = &trainings->trainings[place];
    SweepRun *run = training->run;
    run->done = status == 0 && !interrupted;
    run->failed = status != 0 && !interrupted;
    if (run->failed)
        tell_failure(trainings->sweep, training);
    fclose(training->output);
    fprintf(stderr, "%zu/%zu  %s%s\n", ++trainings->ended, trainings->total, run_name(trainings->sweep, run),
            run->failed ? ": failed"
            : run->done ? ""
                        : ": stopped");
    return true;
}

static bool train_all(Sweep *sweep)
{
    Session *session = sweep->session;
    Trainings trainings = {.sweep = sweep, .program = process_program(session->arena)};
    if (!trainings.program)
        return diagnostics_error(session->diagnostics, (Place){0}, "cannot find the file of this program");
    for (size_t i = 0; i < sweep->run_count; i++)
        trainings.total += is_ours(sweep, i);
    const bool ran = jobs_run(&(Jobs){&trainings, start, end}, sweep->jobs, &sweep->interrupted);
    return ranks_settle(session->diagnostics, ran);
}

static void add_done(const void *sweep, const double *before, double *done)
{
    for (size_t r = 0; r < ((const Sweep *)sweep)->run_count; r++)
        done[r] += before[r];
}

/* What has been trained by other ranks, and why not. */
static void tell_all(Sweep *sweep)
{
    double *done = ARENA_ARRAY(sweep->session->arena, sweep->run_count, double);
    for (size_t r = 0; r < sweep->run_count; r++)
        done[r] = sweep->runs[r].done;
    ranks_reduce(done, sweep->run_count, add_done, sweep);
    for (size_t r = 0; r < sweep->run_count; r++)
        sweep->runs[r].done = done[r] > 0;
    sweep->interrupted = ranks_any(sweep->interrupted);
    ranks_collect(sweep->session->diagnostics);
}

/* ---- results ---- */

static void add_field(Text *text, const char *field)
{
    text_add(text, text->length && text->data[text->length - 1] != '\n' ? "," : "");
    table_add_field(text, field);
}

static void add_number(Text *text, double value)
{
    Text number = text_new(text->arena);
    if (!isnan(value))
        text_real(&number, value);
    add_field(text, number.data);
}

/* Of the runs; those that are not there are zeros. */
typedef struct {
    const Reached *runs; /* [run_count] */
    size_t count;
    ReachedQuantity quantities[REACHED_QUANTITIES];
} Results;

static bool write_rows(const Sweep *sweep, const Results *results)
{
    Arena *arena = sweep->session->arena;
    Text text = text_new(arena);
    add_field(&text, "run");
    for (size_t i = 0; i < sweep->axis_count; i++)
        add_field(&text, sweep->axes[i].key);
    if (sweep->seeds)
        add_field(&text, "seed");
    for (size_t q = 0; q < results->count; q++)
        add_field(&text, results->quantities[q].title);
    text_add(&text, ",ended\n");
    for (size_t r = 0; r < sweep->run_count; r++) {
        const SweepRun *run = &sweep->runs[r];
        if (!run->done)
            continue;
        add_field(&text, run_name(sweep, run));
        for (size_t i = 0; i < sweep->axis_count; i++)
            add_field(&text, sweep->axes[i].values[run->at[i]]);
        if (sweep->seeds)
            add_number(&text, (double)run->seed);
        for (size_t q = 0; q < results->count; q++)
            add_number(&text, results->quantities[q].of(&results->runs[r]));
        add_field(&text, results->runs[r].ended);
        text_add(&text, "\n");
    }
    return file_write(sweep->session->diagnostics, path_join(arena, sweep->folder, results_name), text.data,
                      text.length);
}

/* The rows of the table: a combination each, over its seeds. */
static void add_table(const Sweep *sweep, const Results *results, Text *text)
{
    enum { MOST_COLUMNS = MOST_KEYS + REACHED_QUANTITIES + 1 };
    Arena *arena = text->arena;
    const size_t seeds = sweep->seeds ? sweep->seeds : 1, rows = sweep->run_count / seeds + 1;
    const char **cells = ARENA_ARRAY(arena, rows * MOST_COLUMNS, const char *);
    double *values = ARENA_ARRAY(arena, seeds, double);
    size_t at = 0, columns;
    for (size_t i = 0; i < sweep->axis_count; i++)
        if (sweep->axes[i].count > 1)
            cells[at++] = sweep->axes[i].key;
    cells[at++] = "runs";
    for (size_t q = 0; q < results->count; q++)
        cells[at++] = results->quantities[q].title;
    columns = at;
    for (size_t row = 0; row + 1 < rows; row++) {
        const size_t first = row * seeds;
        size_t done = 0;
        for (size_t r = first; r < first + seeds; r++)
            done += sweep->runs[r].done;
        for (size_t i = 0; i < sweep->axis_count; i++)
            if (sweep->axes[i].count > 1)
                cells[at++] = sweep->axes[i].values[sweep->runs[first].at[i]];
        cells[at++] = text_print(arena, "%zu", done);
        for (size_t q = 0; q < results->count; q++) {
            size_t count = 0;
            for (size_t r = first; r < first + seeds; r++)
                if (sweep->runs[r].done)
                    values[count++] = results->quantities[q].of(&results->runs[r]);
            const Spread spread = spread_of(count, values);
            cells[at++] = count ? spread_text(arena, &spread) : "-";
        }
    }
    reached_table(text, rows, columns, cells);
}

/* The run with the least objective of its test set, or where there is none of its training. */
static void add_best(const Sweep *sweep, const Results *results, Text *text)
{
    const SweepRun *best = NULL;
    const char *of = "";
    double least = INFINITY;
    for (size_t r = 0; r < sweep->run_count; r++) {
        const Reached *reached = &results->runs[r];
        const double objective = reached->test ? reached->evaluation.objective : reached->training.objective;
        if (!sweep->runs[r].done || !(objective < least))
            continue;
        least = objective;
        best = &sweep->runs[r];
        of = reached->test ? "test " : "";
    }
    if (best && sweep->run_count > 1)
        text_format(text, "best: %s, %sobjective %.6g\n", best->folder, of, least);
}

/* The runs that are there, in sweep.csv and as a table. */
static Status show(Sweep *sweep)
{
    Session *session = sweep->session;
    Reached *runs = ARENA_ARRAY(session->arena, sweep->run_count, Reached);
    Results results = {.runs = runs};
    bool whole = true, any = false;
    for (size_t r = 0; r < sweep->run_count; r++) {
        whole = whole && sweep->runs[r].done;
        if (!sweep->runs[r].done)
            continue;
        if (!reached_read(session, sweep->runs[r].folder, &runs[r]))
            return STATUS_FAILED;
        any = true;
    }
    Text text = text_new(session->arena);
    results.count = reached_quantities(session->arena, sweep->run_count, runs, "_", results.quantities);
    if (any && !write_rows(sweep, &results))
        return STATUS_FAILED;
    if (any)
        add_table(sweep, &results, &text);
    if (any)
        add_best(sweep, &results, &text);
    text_format(&text, "%s%s\n", sweep->folder, sweep->interrupted ? " (the same command goes on)" : "");
    return session_print(session, &text) == STATUS_OK && (whole || sweep->interrupted) ? STATUS_OK : STATUS_FAILED;
}

/* The runs, as far as they are there, and their folder. Nobody changes anything before all have looked. */
static bool prepare(Sweep *sweep)
{
    Diagnostics *diagnostics = sweep->session->diagnostics;
    size_t made;
    bool listed = list_runs(sweep);
    for (size_t r = 0; r < sweep->run_count && listed; r++)
        listed = look_at(sweep, &sweep->runs[r]);
    if (!ranks_settle(diagnostics, listed))
        return false;
    if (ranks_first())
        remove_before(sweep);
    return ranks_settle(diagnostics, !ranks_first() || folder_create(diagnostics, sweep->folder, &made));
}

static Status sweep_run(Session *session)
{
    Sweep sweep = {.session = session, .folder = options_get(session->options, "--out")};
    if (!read_axes(&sweep))
        return STATUS_USAGE;
    const Program *program = session_changed_program(session, NULL);
    if (!program)
        return STATUS_FAILED;
    if (!sweep.folder)
        sweep.folder = text_print(session->arena, "out/sweeps/%s", program->description.model->name);
    if (!prepare(&sweep) || !train_all(&sweep))
        return STATUS_FAILED;
    tell_all(&sweep);
    return ranks_part() ? show(&sweep) : STATUS_OK;
}

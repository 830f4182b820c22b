#define _DEFAULT_SOURCE /* setitimer */
#include "tests/fuzz/targets.h"

#include "gen/gen.h"
#include "gen/network/identity.h"
#include "runtime/data/dataset.h"
#include "runtime/format/json.h"
#include "runtime/format/parameters.h"
#include "runtime/format/safetensors.h"
#include "runtime/prompt/console.h"
#include "runtime/run/state.h"
#include "runtime/system/file.h"
#include "runtime/system/gzip.h"
#include "runtime/train/trace.h"
#include "tests/unit/toy.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

void target_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}

static void require(bool holds, const char *what)
{
    if (!holds)
        target_fail("%s", what);
}

/* ---- data ---- */

/* Every way in which samples may be asked for: classes or numbers, missing or not, trajectories with signals. */
static void run_data(Input *input)
{
    static const size_t observed[] = {1, 2};
    static const double steps[] = {0.5, 0.5};
    const DatasetOptions plain = {.source = input->path, .inputs = 2, .outputs = 1, .classes = true},
                         each[] = {plain,
                                   {.label = "label", .features = "x1,x2", .drop_missing = true, .outputs = 3},
                                   {.missing = true,
                                    .standardized = true,
                                    .labels_standardized = true,
                                    .label = "x2",
                                    .signals = "s",
                                    .signal_width = 1,
                                    .signal_rows = 2,
                                    .layers = 2,
                                    .steps = steps,
                                    .observations = 2,
                                    .observed = observed,
                                    .trajectory = "run",
                                    .time = "t"}};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        DatasetOptions options = each[i];
        Dataset dataset, other;
        options.source = options.labels = input->path;
        options.inputs = 2 - i / 2;
        options.outputs = options.outputs ? options.outputs : 1;
        if (i != 1)
            options.labels = NULL;
        if (dataset_load(input->arena, input->diagnostics, &options, &dataset) && dataset.samples > 1 &&
            dataset_split(input->arena, input->diagnostics, input->path, &dataset, 0.5, 1, &dataset, &other))
            dataset_standardize(input->arena, input->diagnostics, input->path,
                                &(Model){.outputs = options.outputs, .shows_states = true, .residual = true},
                                (Standardize){.features = true, .labels = !options.classes}, &dataset, &other);
    }
}

static void run_gzip(Input *input)
{
    char *expanded;
    size_t size;
    if (gzip_recognised(input->data, input->size))
        gzip_expand(input->arena, input->diagnostics, input->path, input->data, input->size, 1 << 20, &expanded, &size);
}

/* ---- parameters, runs ---- */

/* What can be read can be written, and is then the same. */
static void run_safetensors(Input *input)
{
    const char *copy = text_print(input->arena, "%s.copy", input->path);
    const Safetensors *file = safetensors_read(input->arena, input->diagnostics, input->path), *again;
    double params[TOY_PARAMETERS];
    Metadata metadata;
    Dataset trained;
    if (!file)
        return;
    require(safetensors_write(input->arena, input->diagnostics, copy, file->tensors, file->count, &file->metadata),
            "what was read cannot be written");
    again = safetensors_read(input->arena, input->diagnostics, copy);
    require(again && again->count == file->count && again->metadata.count == file->metadata.count,
            "what was written is something else");
    dataset_from_metadata(input->arena, input->diagnostics, input->path, &file->metadata,
                          &(Model){.inputs = 2, .outputs = 3, .signals = 1}, &trained);
    parameters_load(input->arena, input->diagnostics, input->path, &toy_model, params, &metadata);
}

static void run_json(Input *input)
{
    json_read(input->arena, input->diagnostics,
              &(JsonSource){.file = input->path, .text = input->data, .length = input->size});
}

static void run_state(Input *input)
{
    toy_algorithm(TRAIN_ARMIJO);
    const Provenance provenance = toy_plan(input->arena);
    TrainState state;
    double seconds;
    state_read(input->arena, input->diagnostics, input->path, &provenance, &state, &seconds);
}

/* Rows that are printed again are the same text. */
static void run_trace(Input *input)
{
    const bool test = strstr(input->data, ",test_") != NULL;
    for (size_t last = 0; last < 4; last += 3) {
        const Trace *trace =
            trace_read(input->arena, input->diagnostics, input->path, input->data, input->size, "accuracy", test, last);
        if (!trace)
            continue;
        Trace *again = trace_new(input->arena, "accuracy", test);
        for (size_t i = 0; i < trace->count; i++)
            trace_add(again, &trace->rows[i]);
        require(trace->count == last + 1 && !strcmp(trace->text.data, again->text.data), "another trace");
    }
}

/* And so is a course. */
static void run_course(Input *input)
{
    for (size_t layers = 0; layers < 3; layers += 2) {
        const Course *course =
            course_read(input->arena, input->diagnostics, input->path, input->data, input->size, layers, 100);
        if (!course)
            continue;
        Course *again = course_new(input->arena, layers);
        for (size_t i = 0; i < course->count; i++)
            course_add(again, &course->rows[i]);
        require(!strcmp(course->text.data, again->text.data), "another course");
    }
}

/* ---- specs ---- */

static void run_tableau(Input *input)
{
    const Tableau *tableau = reader_tableau(input->arena, input->diagnostics, input->path, "specs");
    Text text = text_new(input->arena);
    if (!tableau)
        return;
    tableau_text(&text, tableau);
    const Number **adjoint = tableau_adjoint(input->arena, tableau);
    require(!adjoint || tableau_is_symplectic(input->arena, tableau, adjoint), "the adjoint is not symplectic");
    if (tableau->stages <= 8 && !tableau->partner && tableau_structure(tableau) == TABLEAU_EXPLICIT)
        require(identity_bilinear(input->arena, tableau), "the bilinear identity does not hold");
}

/* ---- the prompt ---- */

enum { PATIENCE = 200 * 1000 /* microseconds */ };

/* Whoever sits at the prompt may do anything; the fuzzer may not, and asks for little. */
static const char harmless[] =
    "os, io, package, require, dofile, loadfile = nil\n"
    "debug = { getupvalue = debug.getupvalue, getinfo = debug.getinfo }\n"
    "do local rep, min, set = string.rep, math.min, setmetatable\n"
    "  setmetatable = function(t, m) if m then rawset(m, '__gc', nil) end return set(t, m) end\n"
    "  string.rep = function(s, n, by) return rep(s, min(n, 1000), by) end end\n";

static void interrupt(int signal_number)
{
    (void)signal_number;
    raise(SIGINT);
}

/* Line by line, as they are typed: what is completed at the end of each, and what it does. */
static void run_prompt(Input *input)
{
    const struct itimerval soon = {.it_value = {.tv_usec = PATIENCE}}, never = {{0}, {0}};
    Session session = {.arena = input->arena, .diagnostics = input->diagnostics};
    Console *console = console_new(&session);
    require(console && console_run(console, harmless) == CONSOLE_DONE, "there is no prompt");
    console_catch_interrupts();
    signal(SIGVTALRM, interrupt);
    Text text = text_new(input->arena);
    for (const char *line = input->data; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
        const char *typed = arena_string(input->arena, line, strcspn(line, "\n")), *word;
        console_complete(console, typed, &word);
        text_format(&text, "%s\n", typed);
        setitimer(ITIMER_VIRTUAL, &soon, NULL);
        ConsoleResult result = console_run(console, text.data);
        setitimer(ITIMER_VIRTUAL, &never, NULL);
        if (result != CONSOLE_MORE)
            text = text_new(input->arena);
    }
}

/* ---- all of them ---- */

const Target targets[TARGETS] = {
    {"csv", "data.csv", run_data, true, false},
    {"txt", "data.txt", run_data, true, false},
    {"npy", "data.npy", run_data, true, false},
    {"idx", "data.idx", run_data, true, false},
    {"npz", "data.npz", run_data, true, false},
    {"gzip", "data.gz", run_gzip, false, false},
    {"safetensors", "model.safetensors", run_safetensors, true, false},
    {"json", "report.json", run_json, false, false},
    {"state", "state.safetensors", run_state, true, false},
    {"trace", "trace.csv", run_trace, false, false},
    {"course", "course.csv", run_course, false, false},
    {"tableau", "tableau.lua", run_tableau, true, true},
    {"spec", "spec.lua", target_spec, true, true},
    {"prompt", "lines", run_prompt, false, false},
};

const Target *target_named(const char *name)
{
    for (size_t i = 0; i < TARGETS; i++)
        if (!strcmp(targets[i].name, name))
            return &targets[i];
    return NULL;
}

static void write_file(const Input *input)
{
    int descriptor = open(input->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    require(descriptor >= 0 && write(descriptor, input->data, input->size) == (ssize_t)input->size,
            "the input cannot be written");
    close(descriptor);
}

size_t target_run(const Target *target, const char *folder, const void *data, size_t size)
{
    Arena *arena = arena_new();
    require(arena != NULL, "no memory to begin with");
    if (setjmp(*arena_recovery(arena))) {
        arena_free(arena);
        return 1;
    }
    Input input = {.arena = arena, .diagnostics = diagnostics_new(arena), .size = size};
    input.data = arena_string(arena, data, size);
    input.path = path_join(arena, folder, target->file);
    if (target->written)
        write_file(&input);
    target->run(&input);
    Text messages = text_new(arena);
    diagnostics_print(input.diagnostics, &messages);
    size_t errors = diagnostics_errors(input.diagnostics);
    arena_free(arena);
    return errors;
}

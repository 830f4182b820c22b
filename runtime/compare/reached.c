#include "runtime/compare/reached.h"

#include "runtime/run/run.h"
#include "runtime/session/read_run.h"
#include "runtime/system/file.h"

#include <math.h>
#include <string.h>

/* ---- one run ---- */

static double number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static const char *string(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

static bool keeps_best(const json_t *report)
{
    return !strcmp(string(json_object_get(report, "settings"), "keep"), "best");
}

bool reached_read(Session *session, const char *folder, Reached *reached)
{
    static const char *const measures[] = {"accuracy", "rmse"};
    *reached = (Reached){.folder = folder, .report = read_run_report(session, folder)};
    if (!reached->report)
        return false;
    const json_t *kept = json_object_get(reached->report, keeps_best(reached->report) ? "best" : "final");
    for (size_t i = 0; i < 2; i++)
        if (json_object_get(kept, measures[i]))
            reached->measure = measures[i];
    reached->test = json_object_get(kept, "test_objective");
    reached->training.objective = number(kept, "objective");
    reached->evaluation.objective = number(kept, "test_objective");
    reached->training.accuracy = reached->measure ? number(kept, reached->measure) : NAN;
    reached->evaluation.accuracy =
        reached->measure ? number(kept, text_print(session->arena, "test_%s", reached->measure)) : NAN;
    reached->iterations = number(reached->report, "iterations");
    reached->seconds = number(reached->report, "seconds");
    reached->ended = string(reached->report, "ended");
    return true;
}

const Trace *reached_trace(Session *session, const Reached *reached)
{
    const char *path = path_join(session->arena, reached->folder, RUN_TRACE);
    const size_t last = reached->iterations > 0 ? (size_t)reached->iterations : 0;
    char *data;
    size_t size;
    if (!file_read(session->arena, session->diagnostics, path, &data, &size))
        return NULL;
    return trace_read(session->arena, session->diagnostics, path, data, size, reached->measure, reached->test, last);
}

size_t reached_samples(const Reached *reached, bool test)
{
    const double samples = number(json_object_get(reached->report, "data"), test ? "test_samples" : "samples");
    return samples > 0 ? (size_t)samples : 0;
}

const char *reached_key(Arena *arena, const Reached *reached, const char *key)
{
    const json_t *seed = json_object_get(json_object_get(reached->report, "settings"), key);
    if (!strcmp(key, "seed"))
        return json_is_number(seed) ? text_print(arena, "%.15g", json_number_value(seed)) : NULL;
    return json_string_value(json_object_get(json_object_get(reached->report, *key == '-' ? "origin" : "keys"), key));
}

/* ---- several ---- */

/* Names, each once. */
typedef struct {
    Arena *arena;
    const char **names;
    size_t count, capacity;
} Names;

static void add_name(Names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (!strcmp(names->names[i], name))
            return;
    names->names = ARENA_MORE(names->arena, names->names, names->count, names->capacity);
    names->names[names->count++] = name;
}

const char *const *reached_keys(Arena *arena, size_t count, const Reached *results)
{
    Names names = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const char *key;
        json_t *value;
        json_object_foreach(json_object_get(results[i].report, "keys"), key, value) add_name(&names, key);
        json_object_foreach(json_object_get(results[i].report, "origin"), key, value)
        {
            if (*key == '-' && strcmp(key, "--set") && strcmp(key, "--seed"))
                add_name(&names, key);
        }
    }
    add_name(&names, "seed");
    const char **closed = ARENA_ARRAY(arena, names.count + 1, const char *);
    memcpy(closed, names.names, names.count * sizeof *closed);
    return closed;
}

static double objective(const Reached *reached)
{
    return reached->training.objective;
}

static double measured(const Reached *reached)
{
    return reached->training.accuracy;
}

static double test_objective(const Reached *reached)
{
    return reached->evaluation.objective;
}

static double test_measured(const Reached *reached)
{
    return reached->evaluation.accuracy;
}

static double iterations(const Reached *reached)
{
    return reached->iterations;
}

static double seconds(const Reached *reached)
{
    return reached->seconds;
}

/* "accuracy", "rmse", or both where runs differ; NULL: no run has any. */
static const char *measure_of(size_t count, const Reached *results)
{
    const char *measure = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *own = results[i].measure;
        measure = !own ? measure : !measure || !strcmp(measure, own) ? own : "accuracy|rmse";
    }
    return measure;
}

size_t reached_quantities(Arena *arena, size_t count, const Reached *results, const char *between,
                          ReachedQuantity quantities[REACHED_QUANTITIES])
{
    const char *measure = measure_of(count, results);
    bool test = false;
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        test = test || results[i].test;
    quantities[used++] = (ReachedQuantity){"objective", objective};
    if (measure)
        quantities[used++] = (ReachedQuantity){measure, measured};
    if (test)
        quantities[used++] = (ReachedQuantity){text_print(arena, "test%sobjective", between), test_objective};
    if (test && measure)
        quantities[used++] = (ReachedQuantity){text_print(arena, "test%s%s", between, measure), test_measured};
    quantities[used++] = (ReachedQuantity){"iterations", iterations};
    quantities[used++] = (ReachedQuantity){"seconds", seconds};
    return used;
}

Spread spread_of(size_t count, const double *values)
{
    Spread spread = {0, 0};
    for (size_t i = 0; i < count; i++)
        spread.mean += values[i] / (double)count;
    for (size_t i = 0; i < count && count > 1; i++)
        spread.deviation += (values[i] - spread.mean) * (values[i] - spread.mean) / (double)(count - 1);
    spread.deviation = sqrt(spread.deviation);
    return spread;
}

const char *spread_text(Arena *arena, const Spread *spread)
{
    if (isnan(spread->mean))
        return "-";
    return spread->deviation > 0 ? text_print(arena, "%.4g +- %.2g", spread->mean, spread->deviation)
                                 : text_print(arena, "%.6g", spread->mean);
}

/* ---- tables ---- */

void reached_table(Text *text, size_t rows, size_t columns, const char *const *cells)
{
    size_t *widths = ARENA_ARRAY(text->arena, columns, size_t);
    for (size_t i = 0; i < rows * columns; i++) {
        const size_t width = strlen(cells[i]);
        widths[i % columns] = width > widths[i % columns] ? width : widths[i % columns];
    }
    for (size_t i = 0; i < rows * columns; i++) {
        const size_t column = i % columns;
        text_format(text, column ? "  %*s" : "%-*s", (int)widths[column], cells[i]);
        text_add(text, column + 1 == columns ? "\n" : "");
    }
}

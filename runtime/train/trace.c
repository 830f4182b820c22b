#include "runtime/train/trace.h"

#include <math.h>
#include <string.h>

enum { MOST_COLUMNS = 6, TRAINING_COLUMNS = 4 };

static const char header_training[] = "iteration,objective,step,accuracy";
static const char header_test[] = "iteration,objective,step,accuracy,test_objective,test_accuracy";

static const char *header(bool test)
{
    return test ? header_test : header_training;
}

Trace *trace_new(Arena *arena, bool test)
{
    Trace *trace = ARENA_NEW(arena, Trace);
    trace->test = test;
    trace->text = text_new(arena);
    text_format(&trace->text, "%s\n", header(test));
    return trace;
}

/* A NaN has no sign worth writing. */
static void add_number(Text *text, double value)
{
    text_add(text, ",");
    text_real(text, isnan(value) ? fabs(value) : value);
}

void trace_add(Trace *trace, const TraceRow *row)
{
    trace->rows = ARENA_MORE(trace->text.arena, trace->rows, trace->count, trace->capacity);
    trace->rows[trace->count++] = *row;
    Text *text = &trace->text;
    text_format(text, "%zu", row->iteration);
    add_number(text, row->training.objective);
    add_number(text, row->step);
    add_number(text, row->training.accuracy);
    if (trace->test) {
        add_number(text, row->test.objective);
        add_number(text, row->test.accuracy);
    }
    text_add(text, "\n");
}

static double ranking(const Trace *trace, const TraceRow *row)
{
    double objective = trace->test ? row->test.objective : row->training.objective;
    return isnan(objective) ? INFINITY : objective;
}

const TraceRow *trace_best(const Trace *trace)
{
    const TraceRow *best = trace->rows;
    for (size_t i = 1; i < trace->count; i++)
        if (ranking(trace, &trace->rows[i]) < ranking(trace, best))
            best = &trace->rows[i];
    return best;
}

/* Where reading stands: a line of the file and what is left of it. */
typedef struct {
    Diagnostics *diagnostics;
    const char *path, *at, *end;
    int line;
} Reader;

static Place place(const Reader *reader)
{
    return (Place){.file = reader->path, .line = reader->line};
}

/* The next line without its newline; false where no complete line is left. */
static bool next_line(Reader *reader, const char **line, size_t *length)
{
    const char *newline =
        reader->at < reader->end ? memchr(reader->at, '\n', (size_t)(reader->end - reader->at)) : NULL;
    if (!newline)
        return false;
    *line = reader->at;
    *length = (size_t)(newline - reader->at);
    reader->at = newline + 1;
    reader->line++;
    return true;
}

/* Splits line into exactly columns numbers. */
static bool parse_numbers(const Reader *reader, const char *line, size_t length, size_t columns, double *values)
{
    const char *end = line + length;
    size_t count = 0;
    for (const char *at = line; at <= end; count++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        size_t size = (size_t)((comma ? comma : end) - at);
        if (count < columns && !text_parse_printed(at, size, &values[count]))
            return diagnostics_error(reader->diagnostics, place(reader), "\"%.*s\" is not a number",
                                     size > 40 ? 40 : (int)size, at);
        at += size + 1;
    }
    if (count != columns)
        return diagnostics_error(reader->diagnostics, place(reader), "%zu values where there should be %zu", count,
                                 columns);
    return true;
}

static bool read_row(Reader *reader, Trace *trace)
{
    const char *line;
    size_t length;
    if (!next_line(reader, &line, &length)) {
        reader->line++;
        return diagnostics_error(reader->diagnostics, place(reader), "the file ends before iteration %zu",
                                 trace->count);
    }
    double values[MOST_COLUMNS] = {0};
    if (!parse_numbers(reader, line, length, trace->test ? MOST_COLUMNS : TRAINING_COLUMNS, values))
        return false;
    if (values[0] != (double)trace->count)
        return diagnostics_error(reader->diagnostics, place(reader), "this should be iteration %zu", trace->count);
    TraceRow row = {trace->count, values[2], {values[1], values[3]}, {values[4], values[5]}};
    trace_add(trace, &row);
    return true;
}

Trace *trace_read(Arena *arena, Diagnostics *diagnostics, const char *path, const char *data, size_t size, bool test,
                  size_t last)
{
    Reader reader = {diagnostics, path, data, data + size, 0};
    Trace *trace = trace_new(arena, test);
    const char *line, *expected = header(test);
    size_t length;
    if (!next_line(&reader, &line, &length) || length != strlen(expected) || memcmp(line, expected, length) != 0) {
        reader.line = 1;
        diagnostics_error(diagnostics, place(&reader), "the header should be \"%s\"", expected);
        return NULL;
    }
    while (trace->count <= last)
        if (!read_row(&reader, trace))
            return NULL;
    return trace;
}

#include "runtime/train/trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_COLUMNS = 6 };

/* The names of the columns, and how many they are. */
typedef struct {
    char text[100];
    size_t columns;
} Header;

static Header header_of(const char *measure, bool test)
{
    Header header = {.columns = (test ? 2u : 1u) * (measure ? 2u : 1u) + 2u};
    snprintf(header.text, sizeof header.text, "iteration,objective,step%s%s%s%s%s", measure ? "," : "",
             measure ? measure : "", test ? ",test_objective" : "", test && measure ? ",test_" : "",
             test && measure ? measure : "");
    return header;
}

Trace *trace_new(Arena *arena, const char *measure, bool test)
{
    Trace *trace = ARENA_NEW(arena, Trace);
    trace->measure = measure;
    trace->test = test;
    trace->text = text_new(arena);
    text_format(&trace->text, "%s\n", header_of(measure, test).text);
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
    if (trace->measure)
        add_number(text, row->training.accuracy);
    if (trace->test)
        add_number(text, row->test.objective);
    if (trace->test && trace->measure)
        add_number(text, row->test.accuracy);
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

/* written: the columns of the file, whose measures may be those of another time. */
static bool read_row(Reader *reader, const Header *written, bool measured, Trace *trace)
{
    const char *line;
    size_t length;
    if (!next_line(reader, &line, &length)) {
        reader->line++;
        return diagnostics_error(reader->diagnostics, place(reader), "the file ends before iteration %zu",
                                 trace->count);
    }
    double values[MOST_COLUMNS] = {0};
    if (!parse_numbers(reader, line, length, written->columns, values))
        return false;
    if (values[0] != (double)trace->count)
        return diagnostics_error(reader->diagnostics, place(reader), "this should be iteration %zu", trace->count);
    const double *test = values + (measured ? 4 : 3);
    TraceRow row = {.iteration = trace->count, .step = values[2], .training = {.objective = values[1]}};
    row.training.accuracy = measured ? values[3] : 0;
    if (trace->test)
        row.test = (Evaluation){test[0], measured ? test[1] : 0};
    trace_add(trace, &row);
    return true;
}

static bool is_header(const char *line, size_t length, const Header *header)
{
    return length == strlen(header->text) && !memcmp(line, header->text, length);
}

Trace *trace_read(Arena *arena, Diagnostics *diagnostics, const char *path, const char *data, size_t size,
                  const char *measure, bool test, size_t last)
{
    Reader reader = {diagnostics, path, data, data + size, 0};
    Trace *trace = trace_new(arena, measure, test);
    const Header present = header_of(measure, test), older = header_of("accuracy", test);
    const char *line;
    size_t length;
    const bool complete = next_line(&reader, &line, &length);
    const bool is_present = complete && is_header(line, length, &present);
    if (!is_present && !(complete && is_header(line, length, &older))) {
        reader.line = 1;
        diagnostics_error(diagnostics, place(&reader), "the header should be \"%s\"", present.text);
        return NULL;
    }
    while (trace->count <= last)
        if (!read_row(&reader, is_present ? &present : &older, measure || !is_present, trace))
            return NULL;
    return trace;
}

/* ---- the course ---- */

static void add_course_header(Text *text, size_t layers)
{
    text_add(text, "iteration,gradient");
    for (size_t n = 0; n < layers; n++)
        text_format(text, ",h%zu", n + 1);
}

Course *course_new(Arena *arena, size_t layers)
{
    Course *course = ARENA_NEW(arena, Course);
    course->layers = layers;
    course->text = text_new(arena);
    add_course_header(&course->text, layers);
    text_add(&course->text, "\n");
    return course;
}

/* From one that is recorded at that iteration to the next. */
static size_t stride_at(size_t iteration)
{
    size_t stride = 1;
    while (iteration / stride >= 2 * COURSE_OCTAVE)
        stride *= 2;
    return stride;
}

bool course_has(size_t iteration)
{
    return iteration % stride_at(iteration) == 0;
}

void course_add(Course *course, const CourseRow *row)
{
    Arena *arena = course->text.arena;
    double *steps = ARENA_ARRAY(arena, course->layers, double);
    course->rows = ARENA_MORE(arena, course->rows, course->count, course->capacity);
    text_format(&course->text, "%zu", row->iteration);
    add_number(&course->text, row->gradient);
    for (size_t n = 0; n < course->layers; n++) {
        steps[n] = row->steps[n];
        add_number(&course->text, steps[n]);
    }
    text_add(&course->text, "\n");
    course->rows[course->count++] = (CourseRow){row->iteration, row->gradient, steps};
}

Course *course_read(Arena *arena, Diagnostics *diagnostics, const char *path, const char *data, size_t size,
                    size_t layers, size_t last)
{
    Reader reader = {diagnostics, path, data, data + size, 0};
    Course *course = course_new(arena, layers);
    const char *line;
    size_t length;
    double *values = ARENA_ARRAY(arena, layers + 2, double);
    if (!next_line(&reader, &line, &length) || length + 1 != course->text.length ||
        memcmp(line, course->text.data, length) != 0) {
        reader.line = 1;
        diagnostics_error(diagnostics, place(&reader), "the header should be \"iteration,gradient%s\"",
                          layers ? text_print(arena, ",h1,..,h%zu", layers) : "");
        return NULL;
    }
    for (size_t next = 0; next <= last && next_line(&reader, &line, &length); next += stride_at(next)) {
        if (!parse_numbers(&reader, line, length, layers + 2, values))
            return NULL;
        if (course->count == 0 && values[0] >= 0 && values[0] <= (double)last && course_has((size_t)values[0]))
            next = (size_t)values[0]; /* an older run's begins where that was continued */
        if (values[0] != (double)next) {
            diagnostics_error(diagnostics, place(&reader), "this should be iteration %zu", next);
            return NULL;
        }
        course_add(course, &(CourseRow){next, values[1], values + 2});
    }
    return course;
}

/* trace: what each iteration reached, as trace.csv holds it.
 *
 * The header is "iteration,objective,step", what else is measured of predictions, "accuracy" or "rmse"
 * (sampled_measure), and where there is a test set "test_objective" and the same of it; row i is iteration i, row 0 the
 * initial point; numbers read back as the same doubles. The objective of the test set is without penalty and decay,
 * which are no part of how well it is predicted. */
#ifndef COSTATE_TRACE_H
#define COSTATE_TRACE_H

#include "gen/base/diagnostics.h"
#include "runtime/solver/objective.h"

typedef struct {
    size_t iteration;
    double step;
    Evaluation training, test; /* test: where there is a test set */
} TraceRow;

typedef struct {
    const char *measure; /* "accuracy" or "rmse"; NULL: there are no targets to measure anything by */
    bool test;
    TraceRow *rows; /* [count], iterations 0, 1, ... */
    size_t count, capacity;
    Text text; /* the file: header and every row */
} Trace;

/* A trace without rows; test: is there a test set? */
Trace *trace_new(Arena *arena, const char *measure, bool test);

/* Adds row, whose iteration is trace->count. */
void trace_add(Trace *trace, const TraceRow *row);

/* The first row with the lowest objective, of the test set where there is one; NULL in an empty trace. */
const TraceRow *trace_best(const Trace *trace);

/* Reads rows 0 to last from data[0..size), the content of the file path; what follows them is ignored. NULL, with an
 * error that names path and line, when the header is not that of a trace of that measure with (without) a test set, or
 * as it was in older runs, where every measure was called accuracy; a row is not
 * exactly its numbers or not the next iteration, or the file ends before row last is complete. Only the values of the
 * test set may be "nan" or "inf". */
Trace *trace_read(Arena *arena, Diagnostics *diagnostics, const char *path, const char *data, size_t size,
                  const char *measure, bool test, size_t last);

/* What is known of some iterations, as course.csv holds it: of the first ones all, then COURSE_OCTAVE of those from n
 * to 2 n, so that there are few of many. The header is "iteration,gradient", and behind it, where time steps are
 * recorded, one column for each layer: "h1", "h2", ... */
#define COURSE_NAME "course.csv"
enum { COURSE_OCTAVE = 32, COURSE_MOST_LAYERS = 300 };

typedef struct {
    size_t iteration;
    double gradient;     /* the norm of that which the iteration went down; NaN: it has none of all samples */
    const double *steps; /* [layers] */
} CourseRow;

typedef struct {
    size_t layers; /* 0: no time steps are recorded */
    CourseRow *rows;
    size_t count, capacity;
    Text text; /* the file */
} Course;

/* A course without rows. */
Course *course_new(Arena *arena, size_t layers);

/* Is that iteration one of those? */
bool course_has(size_t iteration);

/* Adds a copy of row, which is one of those and beyond the last. */
void course_add(Course *course, const CourseRow *row);

/* Reads the rows up to iteration last from data[0..size), the content of the file path; what follows them is ignored.
 * NULL, with an error that names path and line, when the header is another, or a row is not the next. */
Course *course_read(Arena *arena, Diagnostics *diagnostics, const char *path, const char *data, size_t size,
                    size_t layers, size_t last);

#endif

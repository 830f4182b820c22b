/* progress: how far training is, for the person who waits. */
#ifndef COSTATE_PROGRESS_H
#define COSTATE_PROGRESS_H

#include "runtime/train/trace.h"

#include <stdio.h>

enum { PROGRESS_WIDEST = 200 };

typedef struct {
    FILE *stream;
    bool terminal;        /* one line that is rewritten, instead of plain lines */
    bool test;            /* show the test set's accuracy too, or its objective */
    const char *accuracy; /* "accuracy" or "RMSE", or NULL: there is none */
    size_t first, total;  /* iterations done before the start, and in the end */
    double start, shown;  /* seconds: of the start, and of the last line */
    size_t length;        /* of the line that stands on the terminal */
    size_t iteration;     /* that the last line showed */
} Progress;

/* Shows row, the iteration from which training starts or goes on. stream is where lines go, plain text without colour;
 * whether it is a terminal is found out here. seconds: the time, of any clock, here and below. */
Progress progress_start(FILE *stream, bool test, const char *accuracy, size_t total, const TraceRow *row,
                        double seconds);

/* Shows row, unless the last line is younger than 0.1 s (a terminal) or 5 s. */
void progress_show(Progress *progress, const TraceRow *row, double seconds);

/* Shows row, unless it stands there already, and ends the line. */
void progress_end(Progress *progress, const TraceRow *row, double seconds);

/* The line for row, at most width characters of it (width < PROGRESS_WIDEST): fields that do not fit are left out from
 * the right. Returns its length. */
size_t progress_line(const Progress *progress, const TraceRow *row, double seconds, size_t width,
                     char line[PROGRESS_WIDEST]);

#endif

/* gnuplot: the program that draws. */
#ifndef COSTATE_GNUPLOT_H
#define COSTATE_GNUPLOT_H

#include "gen/base/diagnostics.h"

/* A picture that a script draws: the file that it becomes, and the bytes that every whole one ends with. Without a path
 * it is text for standard output, where a full disk is seen as with all that is printed. */
typedef struct {
    const char *path, *ending;
    size_t ending_length;
} GnuplotPicture;

/* A script and its pictures. */
typedef struct {
    Text script;
    GnuplotPicture *pictures;
    size_t count, capacity;
} Gnuplot;

Gnuplot gnuplot_new(Arena *arena);

/* Has what the script draws from here on become that picture. */
void gnuplot_picture(Gnuplot *gnuplot, GnuplotPicture picture);

/* Runs gnuplot on the script. Pictures are drawn to temporary files that have no name, and each is written as
 * file_write does when all are drawn: whole, or not at all. False, with an error, when gnuplot is not installed, cannot
 * be run, or does not like the script, and when a picture cannot be written. */
bool gnuplot_run(Diagnostics *diagnostics, const Gnuplot *gnuplot);

/* Appends string as a gnuplot string constant; other control characters than the end of a line become blanks and bytes
 * that are not UTF-8 become U+FFFD. */
void gnuplot_string(Text *text, const char *string);

#endif

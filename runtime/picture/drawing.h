/* drawing: one picture as a gnuplot script, in colours that colour-blind people can tell apart: those of Okabe and
 * Ito (2008) but yellow, which is faint on white, and three as far from them. */
#ifndef COSTATE_DRAWING_H
#define COSTATE_DRAWING_H

#include "runtime/picture/gnuplot.h"

typedef enum { DRAWING_SVG = 1, DRAWING_PNG = 2, DRAWING_GIF = 4, DRAWING_ASCII = 8 } DrawingFormat;

typedef struct {
    Arena *arena;
    Text data;         /* data blocks */
    Text body;         /* settings and plots; run once for each format */
    int width, height; /* in pixels */
} Drawing;

enum { DRAWING_COLOURS = 10 };

/* A drawing without content, of that size. */
Drawing drawing_new(Arena *arena, int width, int height);

/* How a file of that format ends: "svg". */
const char *drawing_ending(DrawingFormat format);

/* "#0072b2": colour number index of the palette, which repeats; and its light shade, for areas. */
const char *drawing_colour(size_t index);
const char *drawing_shade(size_t index);

/* The gnuplot number of a point shape for group index. */
int drawing_shape(size_t index);

/* Title and axis labels; labels may be NULL. */
void drawing_titles(Drawing *drawing, const char *title, const char *x, const char *y);

/* Appends what draws it to gnuplot's script, once for each format in formats, into folder/name.svg and so on. An ASCII
 * drawing goes to standard output, columns wide. */
void drawing_finish(const Drawing *drawing, Gnuplot *gnuplot, unsigned formats, const char *folder, const char *name,
                    int columns);

#endif

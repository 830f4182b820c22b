/* figures: the pictures of a trained network, a row each: its name, which is that of its files, what it shows, when a
 * network has it, and how it is drawn. Commands, the page, the prompt and completion read the names here. */
#ifndef COSTATE_FIGURES_H
#define COSTATE_FIGURES_H

#include "runtime/picture/drawing.h"
#include "runtime/picture/trained.h"

#include <stdio.h>

/* What a picture takes memory for: nothing to speak of, evaluations, states or costates of all layers, or these in a
 * plane. */
typedef enum { FIGURE_HOLDS_NOTHING, FIGURE_EVALUATES, FIGURE_HOLDS_PATHS, FIGURE_HOLDS_PLANE } FigureMemory;

/* How much that is: for the states of each layer and sample shown, `widths` times the width and `numbers` more doubles,
 * beside what evaluating the network takes, if it does. */
typedef struct {
    bool evaluates;
    double widths, numbers;
} FigureNeeds;

typedef struct {
    const char *name, *shows;
    unsigned formats;   /* of DrawingFormat */
    DrawingFormat page; /* the one of them that suits a page */
    Drawing (*draw)(Arena *arena, const Trained *trained);
    const char *(*obstacle)(Arena *arena, const Trained *trained);   /* why a network does not have it ("": not worth a
                                                                      * word), or NULL; NULL: every network has it */
    bool (*ready)(Diagnostics *diagnostics, const Trained *trained); /* is there what drawing it needs beside gnuplot?
                                                                      * an error where not; NULL: it needs nothing */
    FigureMemory memory;
    double (*seconds)(const Trained *trained); /* that it takes, about; NULL: none to speak of */
} Figure;

/* The last has name NULL. */
extern const Figure figures[];

/* The file of a picture in that format: folder/name.svg and so on. */
const char *figure_file(Arena *arena, const char *folder, const Figure *figure, DrawingFormat format);

/* Every file that figures_draw may leave in folder, closed by NULL. */
const char *const *figures_files(Arena *arena, const char *folder);

/* A line for each picture: its name, and what it shows. */
void figures_list(void (*put)(const char *text));

typedef struct {
    const char *folder;       /* that receives NAME.svg and NAME.png, and flow.gif; created where it is missing */
    const char *const *names; /* closed by NULL: the pictures to draw; NULL: all */
    bool png_only;
    FILE *progress; /* where a line says of a picture that takes FIGURES_LONG seconds that it is drawn; NULL: nowhere */
} FigureRequest;

enum { FIGURES_LONG = 2 };

/* The most that one of the pictures needs; names[] closed by NULL, or NULL for all. They are drawn one after the other,
 * each in memory of its own. trained need not have its solver yet. */
FigureNeeds figures_needs(Arena *arena, const Trained *trained, const char *const *names);

/* "drawing NAME: about 12 s (what it shows)" of a picture that takes long, or, as long as the states are not shared
 * yet, the part of it; else NULL. */
const char *figure_warning(Arena *arena, const Trained *trained, const Figure *figure);

/* Draws them. `drawn` receives a line for each picture: its files, or why this network has none. False after errors:
 * an unknown name, gnuplot or LAPACK missing, gnuplot failing, a folder that cannot be made. */
bool figures_draw(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request,
                  Text *drawn);

/* Draws the curves of request->names with characters on standard output, columns wide. */
bool figures_print(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request,
                   int columns);

#endif

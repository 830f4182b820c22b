/* figures: the pictures of a trained network. */
#ifndef COSTATE_FIGURES_H
#define COSTATE_FIGURES_H

#include "runtime/picture/trained.h"

/* A picture by its name, and what it shows. */
typedef struct {
    const char *name, *shows;
} FigureName;

/* The last has name NULL. */
extern const FigureName figure_names[];

typedef struct {
    const char *folder;       /* that receives NAME.svg and NAME.png, and flow.gif; created where it is missing */
    const char *const *names; /* closed by NULL: the pictures to draw; NULL: all */
    bool png_only;
} FigureRequest;

/* Draws them. `drawn` receives a line for each picture: its files, or why this network has none. False after errors:
 * an unknown name, gnuplot missing or failing, a folder that cannot be made. */
bool figures_draw(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request,
                  Text *drawn);

/* Draws the curves of request->names with characters on standard output, columns wide. */
bool figures_print(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request,
                   int columns);

#endif

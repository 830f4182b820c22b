/* printer: what the parts of print share. */
#ifndef COSTATE_PRINTER_H
#define COSTATE_PRINTER_H

#include "print.h"

typedef struct {
    Text *text;
    const Network *network;
    const Schedule *schedule;
    KernelUse *use;
    Arena *arena;
} Printer;

/* A shared scalar as an expression: "h / 6". */
void printer_scalar(Printer *printer, const Node *node);

/* The memory of a value: "t0", "y + 2 * COSTATE_BLOCK". */
void printer_place(Printer *printer, const Node *node);

/* The reals of a value, as kernels take them: "2 * COSTATE_BLOCK". */
void printer_count(Printer *printer, const Node *node);

/* Is it a shared scalar, which has no block? */
bool printer_is_scalar(const Node *node);

#endif

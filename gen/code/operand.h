/* operand: the parts of C text that statements are made of: constants, scalar expressions, places in memory. */
#ifndef COSTATE_OPERAND_H
#define COSTATE_OPERAND_H

#include "gen/code/schedule.h"

/* A section of the templates that a text needs. */
typedef struct {
    const char *name;
    bool called; /* the text calls the function of that name, which has to be declared */
} NeededSection;

/* What a text needs of the templates - the kernels and elementary functions that it calls, and more -, or the names of
 * variables that it uses. */
typedef struct {
    Arena *arena;
    NeededSection *names;
    size_t count, capacity;
} KernelUse;

/* The text calls costate_NAME, of the section of that name. */
void kernel_use(KernelUse *use, const char *name);
bool kernel_use_has(const KernelUse *use, const char *name);

/* It needs a section in another way. */
void kernel_use_section(KernelUse *use, const char *name);

typedef struct {
    Text *text;
    const Network *network;
    const Schedule *schedule;
    KernelUse *use;
    KernelUse *variables; /* arguments of the routine and what it declares at its head */
    Arena *arena;
    bool loops; /* what works entry by entry is written out, where that is better than calls of kernels */
} Printer;

/* Adds a variable's name. */
void printer_variable(Printer *printer, const char *name);

/* The shortest decimal literal that reads back as the same double, or float. */
void operand_real(Text *text, double value, bool single);

/* A shared scalar as an expression: "h / 6". */
void printer_scalar(Printer *printer, const Node *node);

/* The same of a scalar that is computed from others, and not where it is kept. */
void printer_expression(Printer *printer, const Node *node);

/* The name of a value in the record. */
const char *printer_record(const Node *node, const Storage *storage, Arena *arena);

/* " + 2 * COSTATE_BLOCK": row of a block; nothing for 0. */
void printer_row(Printer *printer, size_t row);

/* The memory of a value: "t0", "y + 2 * COSTATE_BLOCK". */
void printer_place(Printer *printer, const Node *node);

/* The two as a string of the printer's arena. */
const char *printer_scalar_text(const Printer *printer, const Node *node);
const char *printer_place_text(const Printer *printer, const Node *node);

/* The memory of a value from a row on: "y_next + 4 * COSTATE_BLOCK". */
const char *printer_part_text(const Printer *printer, const Node *node, size_t row);

/* What a value is called: "f4", its label; "df4_g4" and "f4_squared", products of values with labels; NULL: nothing. */
const char *operand_label(const Node *node, Arena *arena);

/* What one is called by number where it has no label, or another value had it before: "sigmoid3", "v3". */
const char *operand_numbered(const Node *node, size_t number, Arena *arena);

/* The reals of a value, as kernels take them: "2 * COSTATE_BLOCK". */
void printer_count(Printer *printer, const Node *node);

/* The reals of so many rows that vary. */
const char *printer_rows_text(const Printer *printer, size_t rows);

#endif

/* source: the raw samples behind a dataset, before missing values are dropped and labels become targets. Internal to
 * the dataset module. */
#ifndef COSTATE_SOURCE_H
#define COSTATE_SOURCE_H

#include "runtime/data/dataset.h"
#include "runtime/format/data_format.h"

typedef enum { CELL_NUMBER, CELL_MISSING, CELL_NOT_FINITE, CELL_TEXT } CellKind;

/* Feature or label number `index` of a sample. */
typedef struct {
    size_t sample, index;
    bool label;
} Cell;

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    const DatasetOptions *options;
    const char *file, *label_file;
    const DataFormat *format;         /* NULL: the samples were generated */
    size_t samples, features, labels; /* labels: numbers or names a sample; 0: there are none */
    double *x;                        /* [samples][features]; NAN where missing */
    size_t *row;                      /* [samples]: in the table or array */
    /* A table: its columns. */
    const Table *table;
    const size_t *feature_columns, *label_columns;
    const char **feature_names, **label_names;
    /* Arrays: labels [rows][labels]. */
    const double *label;
} Source;

/* What a field of a table holds; *value is its number, or NAN where it is none. */
CellKind source_field(TableField field, double *value);

/* The same for label number index of a sample. */
CellKind source_label(const Source *source, size_t sample, size_t index, double *value);

/* A label of a table, as it is written. */
TableField source_label_field(const Source *source, size_t sample, size_t index);

/* A cell for a message: text in quotes and shortened, a number as it is. */
const char *source_show(const Source *source, Cell cell);

/* A list of names for a message: "a, b, c", and after the eighth ", ... (784 in all)". */
const char *source_list(Arena *arena, const char *const *names, size_t count);

/* Records an error at a cell: for a table with line and column, for an array with its index at the end. Returns false.
 */
bool source_error(const Source *source, Cell cell, const char *format, ...) COSTATE_FORMAT(3, 4);

/* Fill in everything but arena, diagnostics, options, file and format, from the content of options->source. */
bool source_from_table(Source *source, const char *data, size_t size);
bool source_from_arrays(Source *source, const char *data, size_t size);

/* The same for samples that were generated: x [samples][2], label [samples]; file is the generator. */
bool source_from_points(Source *source, size_t samples, double *x, double *label);

/* Makes the labels of a source without missing values the targets and the classes of dataset. */
bool source_targets(const Source *source, Dataset *dataset);

#endif

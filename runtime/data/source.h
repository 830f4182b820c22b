/* source: the raw samples behind a dataset, before missing values are dropped and labels become targets. Internal to
 * the dataset module. */
#ifndef COSTATE_SOURCE_H
#define COSTATE_SOURCE_H

#include "runtime/data/dataset.h"
#include "runtime/format/data_format.h"

typedef enum { CELL_NUMBER, CELL_MISSING, CELL_NOT_FINITE, CELL_TEXT } CellKind;

/* Feature number `index` of a sample, or label number index % labels of its observation index / labels. */
typedef struct {
    size_t sample, index;
    bool label;
} Cell;

/* A list of names: the parts of "A,B" without the blanks around them; a part in quotes may hold commas. */
typedef struct Names {
    const char **names;
    size_t count;
} Names;
Names source_split(Arena *arena, const char *list);

/* A row that a table does not have. */
#define SOURCE_NO_ROW SIZE_MAX

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    const DatasetOptions *options;
    const char *file;
    Place place, label_place, signal_place; /* of samples, labels and signals as a whole */
    Names missing;                          /* words for a missing value */
    bool numbers_missing;                   /* these words are not the usual ones, and may be numbers */
    const DataFormat *format;               /* NULL: the samples were generated, or stand in the spec */
    size_t samples, features, observations;
    size_t labels;        /* numbers or names an observation; 0: there are none */
    double *x;            /* [samples][features]; NAN where missing */
    double *signal;       /* [samples][signal_rows][signal_width]; NULL: none */
    size_t *row;          /* [samples]: in the table or array, of a trajectory the first */
    size_t *observed_row; /* [samples][observations]: of a table in long form; else NULL */
    const char **names;   /* [samples]: of trajectories, or NULL */
    const size_t *of_row; /* [rows of the table]: the trajectory; NULL where it is not in long form */
    const Cells *cells;   /* where something of a table in long form is to be scaled; or NULL */
    CellRows *cell_rows;  /* [samples] */
    /* A table: its columns. */
    const Table *table;
    const size_t *feature_columns, *label_columns, *signal_columns;
    const char **feature_names, **label_names;
    size_t weight_column, id_column; /* table->columns: none */
    /* Arrays: labels [rows][observations][labels]. */
    const double *label;
    const char *const *label_text; /* the same where they are strings; then there is no label */
    bool shades;                   /* x are bytes from 0 to 255, for 0 to 1 */
    size_t first;                  /* what indices in messages count from */
} Source;

/* What a field of a table holds; *value is its number, or NAN where it is none. */
CellKind source_field(const Source *source, TableField field, double *value);

/* The same for label number index of a sample. */
CellKind source_label(const Source *source, size_t sample, size_t index, double *value);

/* A label of a table, as it is written; missing where there is no row. */
TableField source_label_field(const Source *source, size_t sample, size_t index);

/* Is a number beyond the range of those that the network computes with? */
bool source_beyond(const Source *source, double value);

/* Are signals scaled before the network computes with them, so that they may be in any range? */
bool source_scales_signals(const Source *source);

/* A cell for a message: text in quotes and shortened, a number as it is. And a field. */
const char *source_show(const Source *source, Cell cell);
const char *source_show_field(Arena *arena, TableField field, bool quoted);

/* A list of names for a message: "a, b, c", and after the eighth ", ... (784 in all)". */
const char *source_list(Arena *arena, const char *const *names, size_t count);

/* Records an error at a cell: for a table with line and column, for an array with its index at the end. Returns false.
 */
bool source_error(const Source *source, Cell cell, const char *format, ...) COSTATE_FORMAT(3, 4);

/* Fill in everything but arena, diagnostics, options, file, place and format, from the content of options->source. */
bool source_from_table(Source *source, const char *data, size_t size);
bool source_from_arrays(Source *source, const char *data, size_t size);

/* The same for samples that were generated: x [samples][2], label [samples]; file is the generator. */
bool source_from_points(Source *source, size_t samples, double *x, double *label);

/* The same for options->in_place. */
bool source_in_place(Source *source);

/* Reads a file of data, for an array of an archive the archive (npz.h); an error also where it is one of a kind that
 * holds none, such as a picture. */
bool source_read(const Source *source, const char *file, char **data, size_t *size);

/* Makes the rows of a table in long form samples: the trajectories in the order in which they begin, with row,
 * observed_row, names and signal. trajectory and time are columns, or table->columns for none. */
bool source_trajectories(Source *source, size_t trajectory, size_t time);

/* Fills in cells of a table in long form, where something is to be scaled by them; an error where one of them is no
 * finite number, and not missing. */
bool source_cells(Source *source);

/* The weights [samples] of a source whose samples have been chosen, NULL where options name no column; false after an
 * error: an array, which has no columns, what is no finite number of 0 or more, or nothing but 0. */
bool source_weights(const Source *source, double **weights);

/* The text of the column of ids in every row, dropped or not; NULL where options name none; false after an error: an
 * array, which has no columns. */
bool source_ids(const Source *source, const char *const **ids);

/* Makes the labels of a source without missing values, but those that may be, the targets and the classes of dataset.
 */
bool source_targets(const Source *source, Dataset *dataset);

#endif

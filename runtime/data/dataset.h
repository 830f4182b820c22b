/* dataset: any source of data as samples that a network can be trained or tested on.
 *
 * The formats are those of runtime/format/data_format.h, and all may be gzipped. In a table `label` or the named
 * columns are the labels, the other or the named columns the features. An array holds one sample for each first index,
 * its labels are in a second array, and the bytes of an IDX file of samples are scaled from 0..255 to [0,1], which is
 * noted as if they were standardised: what was trained on them takes the same bytes from any file.
 *
 * Labels. Under the identity link they are real targets, one column for each output. Otherwise they are classes:
 * integers are their value (0 or 1 for one output, 0 to m - 1 for m outputs); two other integers for two classes, and m
 * other consecutive ones for m, are the classes in order, named by them, which a note says; if a label is no number,
 * all are names of classes, numbered in byte order, of which there are 2 for one output and m for m. Columns that have
 * a probability each for m outputs name the classes. An array of labels may be one of strings. A target is 0 or 1 for
 * one output and has a 1 in its class's place for several.
 *
 * Trajectories. A table is in long form when a column of trajectories or of times is named: then its rows are states of
 * trajectories, of which each is a sample. Its first row, at the network's start, has the features; the row at the time
 * of an observed layer its labels; the rows at the times of the layers the signals. The rows of a trajectory ascend in
 * time, those of several may be mixed; without times they are the layers one after the other. In all forms a target is
 * there for every observed layer, and where targets may be missing, a label that is missing is NAN in them.
 *
 * Scales. x is as the network sees it; signals and targets are as the data have them, and what evaluates the network
 * scales them (runtime/solver/solver.h) and scales predictions back. In long form the mean and deviation of a column
 * are those of its cells in all rows.
 *
 * Missing values are empty fields and the words of DATA_MISSING_WORDS, or of `missing` in their place (so that what is
 * no such word may be a class), and in arrays the numbers that are not a number. */
#ifndef COSTATE_DATASET_H
#define COSTATE_DATASET_H

#include "runtime/format/metadata.h"
#include "runtime/format/table.h"
#include "gen/model/model.h"

/* The numbers of a table in long form, of all rows, in those columns that features, signals and targets are of. */
typedef struct {
    size_t columns;
    const double *values; /* [rows][columns], those of a trajectory one behind the other; NAN where missing */
    const size_t *features, *signals,
        *labels; /* the column of each; labels NULL: there are none, or they are classes */
} Cells;
typedef struct {
    size_t first, count;
} CellRows;
typedef struct Rows Rows; /* rows.h */

typedef struct {
    size_t samples, features, outputs, observations;
    size_t signals, signal_width;     /* numbers of a sample's signals, and of a row of them; 0: none */
    double *x;                        /* [samples][features] */
    double *signal;                   /* [samples][rows][signals of the network]; NULL where it takes none */
    double *target;                   /* [samples][observations][outputs], NAN where missing; NULL: no labels */
    Rows *rows;                       /* they stay in their files, and x and target are NULL; or NULL */
    double *weight;                   /* [samples] 0 or more; NULL: all count the same */
    const char **trajectory_names;    /* [samples]: their names in a table; NULL where they have none */
    bool trajectories;                /* the table was in long form */
    const char *const *feature_names; /* [features]; NULL for arrays */
    const char *const *label_names;   /* [labels]: the label columns; NULL for arrays and without labels */
    size_t labels;
    const char *const *class_names; /* [classes]; NULL where labels are numbers */
    size_t classes;
    Scales scales;             /* what x was scaled by, and what signals and targets are to be */
    const Cells *cells;        /* of a table in long form, where something is to be scaled; or NULL */
    CellRows *cell_rows;       /* [samples]: which rows of them are the sample's */
    const char *missing_words; /* "A,B" in place of the usual ones, or NULL */
    size_t dropped;            /* rows with missing values */
    const char *const *ids;    /* [samples + dropped]: what names the rows, the dropped ones, too; NULL: nothing does */
    const size_t *places;      /* [samples]: their numbers, from 0, among all rows; NULL where none was dropped */
} Dataset;

typedef struct {
    const char *source;         /* the file of the samples; a file for messages where they are in_place */
    const DataArrays *in_place; /* the samples, and no file; or NULL */
    bool concealed;       /* a spec names the file, which may be any: messages quote no more of it than a bad cell */
    const char *labels;   /* the file of the labels of an array, or NULL */
    const char *label;    /* label columns "A,B", or NULL: those of trained, or "label" */
    const char *features; /* feature columns "A,B", or NULL: all named ones that nothing else is read from */
    const char *drop;     /* columns "A,B" that are none, or NULL */
    const char *missing_words; /* words "A,B" for missing values, or NULL: those of trained, or the usual ones */
    TableHeader header;
    const char *trajectory, *time; /* columns of a table in long form; NULL: there is none */
    const char *weight;            /* the column of the samples' weights, or NULL */
    const char *id;                /* the column whose text names the rows, and that is no feature; or NULL */
    const char *signals;           /* signal columns "A,B", or NULL */
    const char *signals_file;      /* the file of the signals of an array, or NULL */
    bool drop_missing;             /* leave out rows with missing values; otherwise they are an error */
    bool labels_unused;            /* labels are not read, there or not; their columns are no features */
    size_t inputs, outputs;
    bool classes;             /* targets are classes, not numbers */
    bool missing;             /* labels may be */
    bool stay;                /* they may stay in their files, if they are large (rows.h) */
    bool single;              /* the network computes in float, whose range numbers must be in */
    bool standardized;        /* x and signals will be, and are then in any range */
    bool labels_standardized; /* and targets, which are numbers */
    /* The network's layers and its observed ones, [observations] ascending; NULL: the last one alone, whose time nobody
     * asks for. */
    size_t layers, observations;
    const size_t *observed;
    double start;
    const double *steps; /* [layers] */
    size_t signal_width; /* numbers of a signal; 0: none */
    size_t signal_rows;  /* of a sample */
    const Dataset
        *trained; /* what the network was trained on, or NULL: its feature names pick the columns, its class
                     names number the classes, its scales are those of x, signals and targets. No samples needed
                   */
} DatasetOptions;

/* The options for samples of a model: its dimensions, times and signals, whether it classifies, whether it reads labels
 * at all, and the columns and drop_missing that data says; no source. */
DatasetOptions dataset_options(const Model *model, const DataSpec *data);

/* Reads options->source or takes options->in_place. Errors, each with the file and where there is one the line and
 * column: what file_read, the file's format does not allow; columns that are not there; a feature or signal that is no
 * finite number; what is beyond the range of the network's numbers; missing values; labels that do not fit the head or
 * that trained does not know; a number of features that is not inputs; an id of trajectories, or without columns;
 * signals for other times than the network's; times that are not on its grid or do not ascend; no samples. */
bool dataset_load(Arena *arena, Diagnostics *diagnostics, const DatasetOptions *options, Dataset *dataset);

/* The samples of a generator of generate.h, from its random stream of that name, under the same rules for head and
 * inputs; of options inputs, outputs, classes and trained count. */
bool dataset_generate(Arena *arena, Diagnostics *diagnostics, const DatasetOptions *options, const char *generator,
                      size_t samples, uint64_t seed, const char *stream, Dataset *dataset);

/* The names of the trajectory of a sample: the one in its table, else its number, from 1. */
const char *dataset_trajectory(Arena *arena, const Dataset *dataset, size_t sample);

/* Shuffles the samples with seed and gives round(share * samples) of them to *train, the others to *test. An error,
 * which names file, when one of them is left without a sample. */
bool dataset_split(Arena *arena, Diagnostics *diagnostics, const char *file, const Dataset *dataset, double share,
                   uint64_t seed, Dataset *train, Dataset *test);

/* Multiplies the weights, of train and of test, which may be NULL, so that each class of train counts the same: those
 * of a class with n of its N samples by N / (classes n), where classes are those that occur. An error, which names
 * file, where one has several, at one layer and another. */
bool dataset_balance(Arena *arena, Diagnostics *diagnostics, const char *file, Dataset *train, Dataset *test);

/* What is to have mean 0 and deviation 1: features and signals, and targets. */
typedef struct {
    bool features, labels;
} Standardize;

/* Finds the mean over train, and the population deviation there (1 where it is constant), of each feature, signal and
 * output, for all observed layers alike, as `what` says, and scales x of train and test, which may be NULL; both keep
 * the scales. A column that is feature, or signal in long form, and label, has one scale for both, over the cells of
 * both: where it is scaled as one, it is as the other, unless labels are classes. So have, of arrays, feature and label
 * j of a model that shows states which begin as rows. What is not to be scaled keeps its scale. An error, which names
 * file, when they overflow, and where the model has noise and such a column asks for a scale of labels. */
bool dataset_standardize(Arena *arena, Diagnostics *diagnostics, const char *file, const Model *model, Standardize what,
                         Dataset *train, Dataset *test);

/* Scales x as that of trained, if it is scaled, whatever it was scaled by before, and takes over all its scales, which
 * it shares. */
void dataset_scale(Dataset *dataset, const Dataset *trained);

/* What the network was trained on as its intake; the strings and numbers stay the dataset's. */
Intake dataset_intake(const Dataset *trained);

/* Sets what `trained` needs to know in metadata: the words for missing values as they were given, features, labels and
 * classes as JSON arrays of strings, means and deviations as JSON arrays of numbers that round-trip; those that there
 * are. */
void dataset_to_metadata(const Dataset *dataset, Metadata *metadata);

/* The inverse: *trained, without samples, from the metadata of file, for that model. An error for what
 * dataset_to_metadata would not have written. */
bool dataset_from_metadata(Arena *arena, Diagnostics *diagnostics, const char *file, const Metadata *metadata,
                           const Model *model, Dataset *trained);

#endif

/* data: what a spec's `data` and the options of a command line say about samples. */
#ifndef COSTATE_DATA_H
#define COSTATE_DATA_H

#include "gen/base/diagnostics.h"

/* An option of the data is a row here, and nothing else: the spec's key, the option of the commands, its line of help,
 * the member of DataSpec, what a run notes of its data, and which samples it is for come from the row.
 *   ROW(kind, member, key, option, value, help, fallback, least, most, scope)
 *   kind    TEXT; FILE, which a spec names relative to its folder, and whoever types to where he is; COUNT;
 *           SHARE, in a spec with its ends; FLAG
 *   key     in the spec's data; NULL: the command line's alone
 *   option  of the commands; NULL: the spec's alone. value: what its help calls the value; NULL for a FLAG
 *   fallback, least, most  of a COUNT or SHARE
 *   scope   ANY, or the samples that alone know it: FILE's or GENERATOR's
 * Rows for every command that reads samples, for those that know their targets, for training, and for specs alone. */
#define DATA_BALANCED      "balanced" /* what class_weight may be */
#define DATA_MISSING_WORDS "?,NA,N/A,n/a,#N/A,NaN,nan,NULL,Null,null,None,none"
#define DATA_READING(ROW)                                                                                              \
    ROW(FILE, labels, "labels", "--labels", "FILE", "labels of a data file without columns", 0, 0, 0, OF_FILE)         \
    ROW(TEXT, label, "label", "--label", "A,B", "label columns [label]", 0, 0, 0, OF_FILE)                             \
    ROW(TEXT, features, "features", "--features", "A,B", "feature columns [all others]", 0, 0, 0, OF_FILE)             \
    ROW(TEXT, drop, "drop", "--drop", "A,B", "columns that are no features", 0, 0, 0, OF_FILE)                         \
    ROW(FLAG, drop_missing, "drop_missing", "--drop-missing", NULL, "leave out rows with missing values", 0, 0, 0,     \
        OF_FILE)                                                                                                       \
    ROW(TEXT, missing, "missing", "--missing", "A,B", "words for a missing value [" DATA_MISSING_WORDS "]", 0, 0, 0,   \
        OF_FILE)                                                                                                       \
    ROW(FLAG, header, "header", "--header", NULL, "the first line of a CSV is a header, whatever it holds", 0, 0, 0,   \
        OF_FILE)                                                                                                       \
    ROW(FLAG, no_header, "no_header", "--no-header", NULL, "a CSV has no header: its columns are x1, x2, ..", 0, 0, 0, \
        OF_FILE)                                                                                                       \
    ROW(TEXT, trajectory, "trajectory", "--trajectory", "A",                                                           \
        "column that names the trajectory of a row [there is one]", 0, 0, 0, OF_FILE)                                  \
    ROW(TEXT, time, "time", "--time", "A", "column of the times of a trajectory's rows [rows are layers]", 0, 0, 0,    \
        OF_FILE)                                                                                                       \
    ROW(TEXT, signals, "signals", "--signals", "A,B|FILE", "columns of the signals, or for arrays their file", 0, 0,   \
        0, OF_FILE)
#define DATA_TARGETS(ROW)                                                                                              \
    ROW(FLAG, standardize, "standardize", "--standardize", NULL, "shift and scale features to mean 0 and deviation 1", \
        0, 0, 0, OF_ANY)                                                                                               \
    ROW(FLAG, standardize_labels, "standardize_labels", "--standardize-labels", NULL,                                  \
        "the same of real targets; predictions and errors stay in their unit", 0, 0, 0, OF_ANY)                        \
    ROW(TEXT, weight, "weight", "--weight", "A", "column of the samples' weights [all count the same]", 0, 0, 0,       \
        OF_FILE)                                                                                                       \
    ROW(TEXT, class_weight, "class_weight", "--class-weight", "balanced",                                              \
        "every class counts the same, however many samples it has", 0, 0, 0, OF_ANY)
#define DATA_TRAINING(ROW)                                                                                             \
    ROW(FILE, test, NULL, "--test", "FILE", "test data", 0, 0, 0, OF_ANY)                                              \
    ROW(FILE, test_labels, NULL, "--test-labels", "FILE", "labels of a test file without columns", 0, 0, 0, OF_ANY)    \
    ROW(FILE, test_signals, NULL, "--test-signals", "FILE", "signals of a test file without columns", 0, 0, 0, OF_ANY) \
    ROW(SHARE, split, "split", "--split", "SHARE", "train on this share of the data, test on the rest", 1, 0, 1, OF_ANY)
#define DATA_SPEC(ROW)                                                                                                 \
    ROW(COUNT, samples, "samples", NULL, NULL, NULL, 1000, 1, 1e8, OF_ANY)                                             \
    ROW(COUNT, validation, "validation", NULL, NULL, NULL, 0, 0, 1e8, OF_GENERATOR)
#define DATA_OPTIONS(ROW) DATA_READING(ROW) DATA_TARGETS(ROW) DATA_TRAINING(ROW) DATA_SPEC(ROW)

typedef enum { DATA_TEXT, DATA_FILE, DATA_COUNT, DATA_SHARE, DATA_FLAG } DataKind;
typedef enum { DATA_OF_ANY, DATA_OF_FILE, DATA_OF_GENERATOR } DataScope;

#define DATA_TYPE_TEXT                 const char *
#define DATA_TYPE_FILE                 const char *
#define DATA_TYPE_COUNT                size_t
#define DATA_TYPE_SHARE                double
#define DATA_TYPE_FLAG                 bool
#define DATA_MEMBER(kind, member, ...) DATA_TYPE_##kind member;

/* Numbers that stand in the spec: values [shape[0]]..[shape[rank - 1]], row-major; rank 0: there are none. */
enum { DATA_ARRAY_RANK = 3 };
typedef struct {
    const double *values;
    size_t rank, shape[DATA_ARRAY_RANK];
    Place place;
} DataArray;

/* Samples that do: x [n][inputs], labels [n][observations][outputs], signals [n][rows][signals]. */
typedef struct {
    DataArray x, labels, signals;
} DataArrays;

#define DATA_COUNTED(...) +1
enum { DATA_OPTION_COUNT = DATA_OPTIONS(DATA_COUNTED) };

/* One member a row: a TEXT or FILE that nobody gave is NULL. labels and test_labels belong to arrays; label, features
 * and drop are lists of columns, separated by commas ("x, m" in quotes is one), and so is signals, for arrays the file
 * of theirs; missing lists words, beside which an empty field is missing, too; trajectory or time put a table in long
 * form: its rows are states of a trajectory, not samples; samples and validation are for a generator, which makes
 * validation a second, independent set; split is the share to train on, 1 for all. */
typedef struct {
    const char *source; /* a generator's name or a file, relative to what names it; NULL: the spec has no data, or has
                           them in_place */
    DataArrays in_place;
    DATA_OPTIONS(DATA_MEMBER)
    Place place, source_place, places[DATA_OPTION_COUNT]; /* of the table, of source, and of the rows that it has */
} DataSpec;

typedef struct {
    DataKind kind;
    const char *key, *option;
    size_t offset; /* of the member in DataSpec */
    double fallback, least, most;
    DataScope scope;
} DataOption;

/* The rows, in order. */
extern const DataOption data_rows[DATA_OPTION_COUNT];

/* Where a spec names what the row's member is. */
Place data_place(const DataSpec *data, const DataOption *option);

/* Sets the member of a row: text for TEXT and FILE, number for the others. */
void data_set(DataSpec *data, const DataOption *option, const char *text, double number);

/* Do the samples get weights? */
bool data_weighted(const DataSpec *data);

/* The member of a TEXT or FILE. */
const char *data_text(const DataSpec *data, const DataOption *option);

/* Is the member of a row another than it is where nobody says anything? */
bool data_given(const DataSpec *data, const DataOption *option);

#endif

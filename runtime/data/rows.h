/* rows: samples that are not all in memory. Those of large arrays stay in their files: they are decoded whenever they
 * are wanted, a few at a time. Of others each of several ranks keeps a part. */
#ifndef COSTATE_ROWS_H
#define COSTATE_ROWS_H

#include "runtime/data/dataset.h"

/* Rows are many where their numbers take that many bytes, unless the environment variable names another number. */
#define ROWS_STAY_BYTES    ((double)(UINT64_C(1) << 30))
#define ROWS_STAY_VARIABLE "COSTATE_STAY_BYTES"

/* Together: the samples of options->source and their labels, *dataset without x and target; NULL, without an error,
 * where they are not many, or have to be read, since they are not plain numbers row by row in a file of an array, one
 * of them is missing or not as it should be, or something else belongs to them, such as signals. */
Rows *rows_find(Arena *arena, const DatasetOptions *options, Dataset *dataset);

/* Those of a dataset, wherever they are; NULL: they are not many. */
const Rows *rows_of(Arena *arena, const Dataset *dataset);

/* The rows first .. end - 1 of a dataset that is in memory and has no weights or signals, *part: a copy in arena of
 * these, and of what is said of all but the names of trajectories and rows. */
void rows_keep(Arena *arena, const Dataset *whole, size_t first, size_t end, Dataset *part);

/* Which of them are to be had here, and how many numbers of all targets are there. */
typedef struct {
    size_t first, end, known;
} RowsThere;
RowsThere rows_there(const Rows *rows);

/* Rows first .. first + count - 1: x[count][features] and target[count][observations][outputs], which are there where
 * the dataset has labels; each may be NULL. By any thread. */
void rows_read(const void *rows, size_t first, size_t count, double *x, double *target);

/* Together: mean and population variance of each feature, its least and its largest value, [features] each. The sums
 * are those of a tree (runtime/number/tree.h). */
void rows_moments(Arena *arena, const Rows *rows, double *mean, double *variance, double *least, double *most);

/* From here on x = (row - mean) / deviation, [features] each, which must stay; NULL: x are the rows. */
void rows_scale(Rows *rows, const double *mean, const double *deviation);

/* Together: a hash of all numbers. */
uint64_t rows_hash(Arena *arena, const Rows *rows);

#endif

/* rows: what rows of a vector are computed of. */
#ifndef COSTATE_ROWS_H
#define COSTATE_ROWS_H

#include "gen/graph/graph.h"

/* Rows from .. from + rows - 1 of the varying vector x, as a vector that is computed of no more than they need: where
 * operations go entry by entry, and through sums, slices and concatenations. */
const Node *graph_rows(Graph *graph, const Node *x, size_t from, size_t rows);

/* root with the vectors parts[count], one below the other, in the place of the vector y, and with all its slices taken
 * by graph_rows: what it depends on the parts shows, then. */
const Node *graph_split(Graph *graph, const Node *root, const Node *y, size_t count, const Node *const *parts);

#endif

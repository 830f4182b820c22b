/* total: sums in the order of a tree (tree.h) whose leaves the ranks (runtime/system/ranks.h) have each a part of, so
 * that all ranks get the same bits, whatever their number. Of one leaf each rank has all. */
#ifndef COSTATE_TOTAL_H
#define COSTATE_TOTAL_H

#include "runtime/number/tree.h"

/* How many ranks have a part of so many leaves. */
size_t total_ranks(size_t leaves);

/* The leaves of this rank. */
TreePart total_part(size_t leaves);

/* What a tree and its parcels take, as tree_bytes. */
double total_bytes(size_t numbers, size_t leaves);

/* Begins sums as tree_begin does: the leaves that this rank has to add. */
TreePart total_begin(Tree *tree, size_t numbers, size_t leaves);

/* Together: tree_sum over the leaves of all ranks. stamp: of what the leaves were computed from, which all ranks have
 * for themselves; they are ended where it is not the same. */
const double *total_sum(Tree *tree, uint64_t stamp);

#endif

/* tree: sums in a fixed order. Leaves, which are numbered, are added in pairs, the sums of pairs in pairs, and so on;
 * what has no partner at the end is added to what is left of it, the last first. So a sum has the same bits whoever
 * computes its leaves, and the sums of neighbouring leaves, which are few, can be computed apart: those of 2^l leaves
 * whose first is a multiple of 2^l (N. J. Higham, The accuracy of floating point summation, SIAM J. Sci. Comput. 14,
 * 1993: the error grows with the logarithm of their number). */
#ifndef COSTATE_TREE_H
#define COSTATE_TREE_H

#include "gen/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Tree Tree;

/* Its memory comes when it is needed: tree_bytes. */
Tree *tree_new(Arena *arena);

/* What sums of that many numbers over that many leaves take. */
double tree_bytes(size_t numbers, size_t leaves);

/* Begins sums of `numbers` numbers over at most that many leaves, and takes their memory. */
void tree_begin(Tree *tree, size_t numbers, size_t leaves);

/* [numbers]: where the whole next leaf is to be written. */
double *tree_leaf(Tree *tree);

/* Adds what was written there as the next leaf. */
void tree_add(Tree *tree);

/* [numbers]: the sums over the leaves so far, zeros where there are none, until the next tree_begin, which has to come
 * next. */
const double *tree_sum(Tree *tree);

/* ---- of leaves that several processes have ---- */

/* The leaves first .. end - 1 that process number `index` of `processes` has of so many: as many as any other, but for
 * one in TREE_EVENNESS, so that few sums tell all about them. */
enum { TREE_EVENNESS = 32 };
typedef struct {
    size_t first, end;
} TreePart;
TreePart tree_part(size_t leaves, size_t processes, size_t index);

/* Begins such a sum: the next leaf is number part.first of `leaves`, and those of the part are to be added. */
void tree_begin_part(Tree *tree, size_t numbers, size_t leaves, size_t processes, TreePart part);

/* As it was begun; 1 by tree_begin. */
size_t tree_processes(const Tree *tree);

/* What a process tells the others: its leaves' sums, and a stamp that all should have; *count numbers, whatever the
 * part, which take tree_parcel_bytes. Lasts as tree_sum does. */
double *tree_parcel(Tree *tree, uint64_t stamp, size_t *count);
size_t tree_parcel_bytes(size_t numbers, size_t leaves, size_t processes);

/* parcel becomes that of the leaves of `before`, which are those before its own, together with its own. Associative to
 * the last bit. tree: of any of the processes. */
void tree_join(const Tree *tree, const double *before, double *parcel);

/* [numbers]: the sums over all leaves, of which there is one at least, from their parcel; *same: did all have the same
 * stamp? */
const double *tree_parcel_sum(const Tree *tree, double *parcel, bool *same);

#endif

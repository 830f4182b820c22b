/* tree: sums in a fixed order. Leaves, which are numbered, are added in pairs, the sums of pairs in pairs, and so on;
 * what has no partner at the end is added to what is left of it, the last first. So a sum has the same bits whoever
 * computes its leaves, and the sums of neighbouring leaves, which are few, can be computed apart: those of 2^l leaves
 * whose first is a multiple of 2^l (N. J. Higham, The accuracy of floating point summation, SIAM J. Sci. Comput. 14,
 * 1993: the error grows with the logarithm of their number). */
#ifndef COSTATE_TREE_H
#define COSTATE_TREE_H

#include "gen/base/arena.h"

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

#endif

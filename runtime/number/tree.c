#include "runtime/number/tree.h"

#include <string.h>

enum { MOST_LEVELS = 64 };

/* The leaves so far are a binary number: where its bit l is 1, sums[l] is that of 2^l of them. */
struct Tree {
    Arena *arena;
    size_t room, numbers, leaves;
    double *sums[MOST_LEVELS], *leaf; /* [room] each, or NULL yet */
};

Tree *tree_new(Arena *arena)
{
    Tree *tree = ARENA_NEW(arena, Tree);
    *tree = (Tree){.arena = arena};
    return tree;
}

static size_t levels(size_t leaves)
{
    size_t count = 0;
    for (; leaves; leaves /= 2)
        count++;
    return count;
}

double tree_bytes(size_t numbers, size_t leaves)
{
    return (double)(levels(leaves) + 1) * (double)numbers * sizeof(double);
}

void tree_begin(Tree *tree, size_t numbers, size_t leaves)
{
    if (numbers > tree->room)
        *tree = (Tree){.arena = tree->arena, .room = numbers};
    if (!tree->leaf)
        tree->leaf = ARENA_ARRAY(tree->arena, tree->room, double);
    for (size_t l = 0; l < levels(leaves); l++)
        if (!tree->sums[l])
            tree->sums[l] = ARENA_ARRAY(tree->arena, tree->room, double);
    tree->numbers = numbers;
    tree->leaves = 0;
}

double *tree_leaf(Tree *tree)
{
    return tree->leaf;
}

static void add(size_t count, double *to, const double *from)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

static void exchange(double **a, double **b)
{
    double *const last = *a;
    *a = *b;
    *b = last;
}

/* The carry of a binary counter: what is full is added to its left neighbour, and moves up. */
void tree_add(Tree *tree)
{
    size_t l = 0;
    for (; tree->leaves >> l & 1; l++) {
        add(tree->numbers, tree->sums[l], tree->leaf);
        exchange(&tree->sums[l], &tree->leaf);
    }
    exchange(&tree->sums[l], &tree->leaf);
    tree->leaves++;
}

const double *tree_sum(Tree *tree)
{
    const double *last = NULL;
    for (size_t l = 0; tree->leaves >> l; l++) {
        if (!(tree->leaves >> l & 1))
            continue;
        if (last)
            add(tree->numbers, tree->sums[l], last);
        last = tree->sums[l];
    }
    return last ? last : memset(tree->leaf, 0, tree->numbers * sizeof *tree->leaf);
}

#include "runtime/number/tree.h"

#include <criterion/criterion.h>
#include <string.h>

enum { NUMBERS = 3, MOST = 70 };

static double leaves[MOST][NUMBERS];

static void draw_leaves(void)
{
    for (int k = 0; k < MOST; k++)
        for (int i = 0; i < NUMBERS; i++)
            leaves[k][i] = 1.0 / (1 + 7 * k + 3 * i) * (k % 3 ? 1e3 : -1e-3);
}

/* As the header defines it: the most leaves that are a power of two, and what is left. */
static double defined(size_t first, size_t count, int i)
{
    size_t half = 1;
    if (count == 1)
        return leaves[first][i];
    while (2 * half < count)
        half *= 2;
    return defined(first, half, i) + defined(first + half, count - half, i);
}

static const double *sum_of(Tree *tree, size_t first, size_t count, size_t numbers)
{
    tree_begin(tree, numbers, count);
    for (size_t k = 0; k < count; k++) {
        memcpy(tree_leaf(tree), leaves[first + k], numbers * sizeof(double));
        tree_add(tree);
    }
    return tree_sum(tree);
}

Test(tree, sums_are_those_of_the_definition)
{
    Arena *arena = arena_new();
    Tree *tree = tree_new(arena);
    draw_leaves();
    for (size_t count = 1; count <= MOST; count++) {
        const double *sum = sum_of(tree, 0, count, NUMBERS);
        for (int i = 0; i < NUMBERS; i++)
            cr_expect_eq(sum[i], defined(0, count, i), "%zu leaves", count);
    }
    cr_expect_eq(*sum_of(tree, 0, MOST, 1), defined(0, MOST, 0));
    const double *none = sum_of(tree, 0, 0, NUMBERS);
    for (int i = 0; i < NUMBERS; i++)
        cr_expect_eq(none[i], 0);
    arena_free(arena);
}

Test(tree, up_to_three_leaves_are_added_one_after_the_other)
{
    Arena *arena = arena_new();
    Tree *tree = tree_new(arena);
    draw_leaves();
    cr_expect_eq(*sum_of(tree, 0, 3, 1), (0 + *leaves[0] + *leaves[1]) + *leaves[2]);
    arena_free(arena);
}

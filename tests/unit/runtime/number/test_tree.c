#include "runtime/number/tree.h"

#include <criterion/criterion.h>
#include <string.h>

enum { NUMBERS = 3, MOST = 70, MANY = 700 };

static double leaves[MANY][NUMBERS];

static void draw_leaves(void)
{
    for (int k = 0; k < MANY; k++)
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

enum { PROCESSES = 8 };

/* Over the leaves of parts, whose parcels are joined from the first process on, or from the last. */
static const double *sum_of_parts(Arena *arena, size_t count, size_t processes, bool backwards, bool *same)
{
    double *parcels[PROCESSES];
    size_t numbers;
    Tree *tree = NULL;
    for (size_t p = 0; p < processes; p++) {
        const TreePart part = tree_part(count, processes, p);
        cr_assert_eq(part.first, p ? tree_part(count, processes, p - 1).end : 0);
        tree = tree_new(arena);
        tree_begin_part(tree, NUMBERS, count, processes, part);
        for (size_t k = part.first; k < part.end; k++) {
            memcpy(tree_leaf(tree), leaves[k], sizeof leaves[k]);
            tree_add(tree);
        }
        parcels[p] = tree_parcel(tree, p == 5, &numbers);
        cr_expect_eq(numbers * sizeof(double), tree_parcel_bytes(NUMBERS, count, processes));
    }
    const size_t last = processes - 1;
    for (size_t p = 0; p < last; p++)
        tree_join(tree, backwards ? parcels[last - p - 1] : parcels[p], parcels[backwards ? last : p + 1]);
    cr_expect_eq(tree_part(count, processes, last).end, count);
    return tree_parcel_sum(tree, parcels[last], same);
}

Test(tree, parts_have_the_bits_of_the_whole)
{
    bool same;
    draw_leaves();
    for (size_t count = 1; count <= MANY; count += 1 + count / 20)
        for (size_t processes = 1; processes <= PROCESSES; processes++)
            for (int backwards = 0; backwards < 2; backwards++) {
                Arena *arena = arena_new();
                const double *sum = sum_of_parts(arena, count, processes, backwards, &same);
                for (int i = 0; i < NUMBERS; i++)
                    cr_expect_eq(sum[i], defined(0, count, i), "%zu leaves of %zu", count, processes);
                cr_expect_eq(same, processes <= 5, "%zu processes", processes);
                arena_free(arena);
            }
}

/* Where leaves are many, parts are cut at few places, and what a process tells of its own is little. */
Test(tree, parts_are_even_and_parcels_are_small)
{
    for (size_t count = 100; count < 1000000; count = count * 7 / 3)
        for (size_t processes = 1; processes <= count / TREE_EVENNESS; processes += 1 + processes / 3) {
            const double even = (double)count / (double)processes;
            size_t levels = 0;
            while (count >> levels)
                levels++;
            for (size_t p = 0; p < processes; p++) {
                const TreePart part = tree_part(count, processes, p);
                cr_expect_leq((double)(part.end - part.first), even * (1 + 2.0 / TREE_EVENNESS));
            }
            cr_expect_leq(tree_parcel_bytes(1000, count, processes), 2 * (levels + 1) * 1003 * sizeof(double));
        }
}

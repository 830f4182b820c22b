#include "runtime/number/total.h"

#include "runtime/system/ranks.h"

size_t total_ranks(size_t leaves)
{
    return leaves > 1 ? ranks_count() : 1;
}

double total_bytes(size_t numbers, size_t leaves)
{
    const size_t ranks = total_ranks(leaves);
    return (ranks > 1 ? 2 : 1) * tree_bytes(numbers, leaves) +
           (ranks > 1 ? 4.0 * (double)tree_parcel_bytes(numbers, leaves, ranks) : 0);
}

TreePart total_part(size_t leaves)
{
    const size_t ranks = total_ranks(leaves);
    return tree_part(leaves, ranks, ranks > 1 ? ranks_index() : 0);
}

TreePart total_begin(Tree *tree, size_t numbers, size_t leaves)
{
    const TreePart part = total_part(leaves);
    tree_begin_part(tree, numbers, leaves, total_ranks(leaves), part);
    return part;
}

static void join(const void *tree, const double *before, double *parcel)
{
    tree_join(tree, before, parcel);
}

const double *total_sum(Tree *tree, uint64_t stamp)
{
    size_t count;
    bool same;
    if (tree_processes(tree) == 1)
        return tree_sum(tree);
    double *parcel = tree_parcel(tree, stamp, &count);
    ranks_reduce(parcel, count, join, tree);
    const double *sum = tree_parcel_sum(tree, parcel, &same);
    if (!same)
        ranks_abort("the ranks have come to have different parameters: run them on processors of one kind");
    return sum;
}

#include "runtime/number/tree.h"

#include <string.h>

enum { MOST_LEVELS = 64, MOST_NODES = 2 * MOST_LEVELS };

/* The sum over the 2^level leaves from number first on. */
typedef struct {
    size_t first, level;
} Node;

/* The level of what all leaves end with, where it is no whole node. */
static const size_t rest = SIZE_MAX;

/* The nodes so far, ascending, of as many leaves as they can be. */
struct Tree {
    Arena *arena;
    size_t room, numbers;
    size_t next, count; /* the leaf that comes next; nodes */
    Node nodes[MOST_NODES];
    double *sums[MOST_NODES], *leaf; /* [room] each, or NULL yet */
    size_t leaves, processes;        /* of all, and who has them */
    double *parcel, *joined;         /* [parcel_room] */
    size_t parcel_room;
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

static void begin(Tree *tree, size_t numbers, size_t nodes)
{
    if (numbers > tree->room)
        *tree = (Tree){.arena = tree->arena, .room = numbers};
    if (!tree->leaf)
        tree->leaf = ARENA_ARRAY(tree->arena, tree->room, double);
    for (size_t i = 0; i < nodes; i++)
        if (!tree->sums[i])
            tree->sums[i] = ARENA_ARRAY(tree->arena, tree->room, double);
    tree->numbers = numbers;
    tree->next = tree->count = 0;
}

void tree_begin(Tree *tree, size_t numbers, size_t leaves)
{
    begin(tree, numbers, levels(leaves));
    tree->leaves = leaves;
    tree->processes = 1;
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

/* Are these neighbours the two halves of a node? */
static bool halves(Node left, Node right)
{
    return left.level == right.level && !(left.first >> left.level & 1);
}

/* The carry of a binary counter: what is full is added to its left neighbour, and moves up. */
void tree_add(Tree *tree)
{
    Node node = {tree->next++, 0};
    while (tree->count && halves(tree->nodes[tree->count - 1], node)) {
        node = tree->nodes[--tree->count];
        node.level++;
        add(tree->numbers, tree->sums[tree->count], tree->leaf);
        exchange(&tree->sums[tree->count], &tree->leaf);
    }
    tree->nodes[tree->count] = node;
    exchange(&tree->sums[tree->count++], &tree->leaf);
}

/* Makes what is behind node number i one with it, the last added first. */
static double *fold(Tree *tree, size_t i)
{
    for (; tree->count > i + 1; tree->count--)
        add(tree->numbers, tree->sums[tree->count - 2], tree->sums[tree->count - 1]);
    return tree->sums[i];
}

const double *tree_sum(Tree *tree)
{
    return tree->count ? fold(tree, 0) : memset(tree->leaf, 0, tree->numbers * sizeof *tree->leaf);
}

/* ---- of leaves that several processes have ---- */

/* The level of the sums that parts are cut into. */
static size_t least_level(size_t leaves, size_t processes)
{
    size_t level = 0;
    while (leaves >> (level + 1) >= TREE_EVENNESS * processes)
        level++;
    return level;
}

TreePart tree_part(size_t leaves, size_t processes, size_t index)
{
    const size_t level = least_level(leaves, processes), units = (leaves + ((size_t)1 << level) - 1) >> level;
    const size_t first = units * index / processes << level, end = units * (index + 1) / processes << level;
    return (TreePart){first < leaves ? first : leaves, end < leaves ? end : leaves};
}

void tree_begin_part(Tree *tree, size_t numbers, size_t leaves, size_t processes, TreePart part)
{
    begin(tree, numbers, (processes > 1 ? 2 : 1) * levels(leaves));
    tree->next = part.first;
    tree->leaves = leaves;
    tree->processes = processes;
}

size_t tree_processes(const Tree *tree)
{
    return tree->processes;
}

/* A parcel is a head and, ascending, its nodes: each a Node and its sum, all of it doubles. */
typedef struct {
    uint64_t stamp;
    size_t differs, count;
} Head;
enum { HEAD = sizeof(Head) / sizeof(double), NODE = sizeof(Node) / sizeof(double) };
_Static_assert(HEAD * sizeof(double) == sizeof(Head) && NODE * sizeof(double) == sizeof(Node), "doubles");

static Head head_of(const double *parcel)
{
    Head head;
    memcpy(&head, parcel, sizeof head);
    return head;
}

static size_t node_size(const Tree *tree)
{
    return NODE + tree->numbers;
}

static size_t parcel_size(const Tree *tree)
{
    const size_t nodes = 2 * (levels(tree->leaves) - least_level(tree->leaves, tree->processes)) + 1;
    return HEAD + nodes * node_size(tree);
}

size_t tree_parcel_bytes(size_t numbers, size_t leaves, size_t processes)
{
    const Tree tree = {.numbers = numbers, .leaves = leaves, .processes = processes};
    return parcel_size(&tree) * sizeof(double);
}

/* Puts a node behind those of the parcel. */
static void put(const Tree *tree, double *parcel, Node node, const double *sum)
{
    Head head = head_of(parcel);
    double *at = parcel + HEAD + head.count++ * node_size(tree);
    memcpy(at, &node, sizeof node);
    memcpy(at + NODE, sum, tree->numbers * sizeof *sum);
    memcpy(parcel, &head, sizeof head);
}

static void make_parcels(Tree *tree)
{
    if (parcel_size(tree) <= tree->parcel_room)
        return;
    tree->parcel_room = parcel_size(tree);
    tree->parcel = ARENA_ARRAY(tree->arena, tree->parcel_room, double);
    tree->joined = ARENA_ARRAY(tree->arena, tree->parcel_room, double);
}

double *tree_parcel(Tree *tree, uint64_t stamp, size_t *count)
{
    const Head head = {.stamp = stamp};
    const size_t level = least_level(tree->leaves, tree->processes);
    make_parcels(tree);
    *count = parcel_size(tree);
    memcpy(tree->parcel, &head, sizeof head);
    for (size_t i = 0; i < tree->count; i++) {
        Node node = tree->nodes[i];
        if (node.level < level) {
            fold(tree, i);
            node.level = rest;
        }
        put(tree, tree->parcel, node, tree->sums[i]);
    }
    return tree->parcel;
}

/* Adds a node that comes behind those of the parcel. */
static void append(const Tree *tree, double *parcel, const double *from)
{
    Node node, last;
    Head head = head_of(parcel);
    double *at = parcel + HEAD + head.count * node_size(tree);
    put(tree, parcel, (memcpy(&node, from, sizeof node), node), from + NODE);
    for (; head.count; head.count--) {
        double *const left = at - node_size(tree);
        memcpy(&last, left, sizeof last);
        memcpy(&node, at, sizeof node);
        if (!halves(last, node))
            return;
        add(tree->numbers, left + NODE, at + NODE);
        last.level++;
        memcpy(left, &last, sizeof last);
        memcpy(parcel, &head, sizeof head);
        at = left;
    }
}

void tree_join(const Tree *tree, const double *before, double *parcel)
{
    double *const joined = tree->joined;
    const Head own = head_of(parcel), other = head_of(before);
    memcpy(joined, before, parcel_size(tree) * sizeof *joined);
    for (size_t i = 0; i < own.count; i++)
        append(tree, joined, parcel + HEAD + i * node_size(tree));
    Head head = head_of(joined);
    head.differs = other.differs || own.differs || other.stamp != own.stamp;
    memcpy(joined, &head, sizeof head);
    memcpy(parcel, joined, parcel_size(tree) * sizeof *joined);
}

const double *tree_parcel_sum(const Tree *tree, double *parcel, bool *same)
{
    const Head head = head_of(parcel);
    double *const sums = parcel + HEAD + NODE;
    *same = !head.differs;
    for (size_t i = head.count; i-- > 1;)
        add(tree->numbers, sums + (i - 1) * node_size(tree), sums + i * node_size(tree));
    return sums;
}

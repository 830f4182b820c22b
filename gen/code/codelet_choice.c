/* codelet_choice: which routines are codelets; see codelet.h. */
#include "gen/code/codelet.h"

#include "gen/code/gather.h"

enum {
    MOST_LINES = 400,
    SHORT = 128,   /* lines: a microcontroller's flash is small, and of more the other form is as fast */
    MOST_LIVE = 28 /* variables at a time; of 32 registers, some hold constants */
};

/* ---- where it can be ---- */

/* Lines that a statement becomes, counting a product of a row by its terms. */
static size_t lines_of(const Node *node)
{
    bool product = operation(node->op)->entry == ENTRY_PRODUCT;
    return node->shape.rows * (product ? node->args[1]->shape.rows : node->shape.cols);
}

/* What is computed before the loop stays where it is while the loop runs, so no two may share memory. */
static bool overlap(const Schedule *schedule, const Node *a, const Node *b)
{
    const Storage *x = &schedule->storage[a->id], *y = &schedule->storage[b->id];
    return x->residence == AT_SCRATCH && y->residence == AT_SCRATCH &&
           x->offset < y->offset + schedule_rows(b, schedule->block) &&
           y->offset < x->offset + schedule_rows(a, schedule->block);
}

static bool has_place_of_its_own(const Schedule *schedule, size_t s)
{
    for (size_t k = 0; k < s; k++) {
        const Statement *other = &schedule->statements[k];
        if (other->kind == STATEMENT_COMPUTE && !other->node->shape.varies &&
            other->node != schedule->statements[s].node && overlap(schedule, other->node, schedule->statements[s].node))
            return false;
    }
    return true;
}

static size_t line_count(const Schedule *schedule)
{
    size_t lines = 0;
    for (size_t s = 0; s < schedule->count; s++) {
        const Node *node = schedule->statements[s].node;
        lines += node->shape.varies || gather_is_sum(node) ? lines_of(node) : 0;
    }
    return lines;
}

bool codelet_fits(const Graph *graph, const Schedule *schedule)
{
    const bool *based = gather_based(graph);
    for (size_t s = 0; s < schedule->count; s++) {
        const Node *node = schedule->statements[s].node;
        if (node->shape.varies ? operation(node->op)->entry == ENTRY_NONE || based[node->id]
                               : !has_place_of_its_own(schedule, s))
            return false;
    }
    size_t lines = line_count(schedule);
    return lines > 0 && lines <= MOST_LINES;
}

/* ---- where it is faster ---- */

/* The variables in which sums over the samples are gathered. */
static size_t sum_count(const Schedule *schedule)
{
    size_t count = 0;
    for (size_t s = 0; s < schedule->count; s++) {
        const Node *node = schedule->statements[s].node;
        count += gather_is_first(schedule, s) ? node->shape.rows * node->shape.cols : 0;
    }
    return count;
}

/* The most variables that wait for their last use at a time. */
static size_t most_waiting(const Schedule *schedule)
{
    size_t most = 0;
    for (size_t s = 0; s < schedule->count; s++) {
        size_t live = 0;
        for (size_t k = 0; k <= s; k++) {
            const Statement *statement = &schedule->statements[k];
            bool waits = statement->kind == STATEMENT_COMPUTE && statement->node->shape.varies &&
                         schedule->last_use[statement->node->id] > s;
            live += waits ? statement->node->shape.rows : 0;
        }
        most = live > most ? live : most;
    }
    return most;
}

/* Where the whole step is additions and multiplications, the loops of the other form wait for memory, and a codelet that
 * spills variables is still twice as fast; but not one that spills its sums. */
bool codelet_wins(const Schedule *schedule)
{
    const Cost *cost = &schedule->cost;
    bool waits = cost->activations > 0 && schedule->block > 1, computes = cost->multiplications + cost->additions > 0;
    size_t sums = sum_count(schedule), live = most_waiting(schedule) + sums;
    bool small = live <= MOST_LIVE && line_count(schedule) <= SHORT;
    return computes && !waits && (small || (schedule->lean && schedule->block > 1 && sums <= MOST_LIVE));
}

/* An equation is a loop in the list of statements, from its BEGIN to its END: what depends on its unknown is computed
 * within, what does not before it, and keeps its memory to the end of the loop where that refers to it. */
#include "gen/code/schedule.h"

#include "gen/graph/newton.h"

#include <stdint.h>

enum {
    SHARED_PADDING = 16, /* reals: the widest vector */
    LARGEST_INLINE = 16  /* operands of a scalar expression that is computed where it is used */
};

typedef struct {
    size_t offset, rows;
    bool free;
} Slot;

typedef struct {
    Arena *arena;
    const Routine *routine;
    const Record *record;
    size_t block;
    bool *live, *read;     /* by node id: is computed, and is an argument of what is */
    const Node **equation; /* by node id: the one on whose unknown the node depends, or NULL */
    size_t *loop_end;      /* by node id: the last statement of an equation */
    Schedule schedule;
    size_t *operands;           /* by node id: of a shared scalar expression, counted as often as they are written */
    size_t *slot_of, *aside_of; /* by node id: of the value, and of what an equation's kernels remember */
    Slot *slots;
    size_t slot_count;
} Scheduler;

/* ---- equations ---- */

/* Finds what is computed in loops. */
static void find_equations(Scheduler *scheduler, const Graph *graph)
{
    for (size_t id = 0; id < graph_size(graph); id++) {
        const Node *node = graph_at(graph, id);
        if (scheduler->live[id] && node->op == OP_NEWTON)
            scheduler->schedule.equation[node->args[NEWTON_UNKNOWN]->id] = node;
    }
    for (size_t id = 0; id < graph_size(graph); id++) {
        const Node *node = graph_at(graph, id);
        for (size_t i = 0; scheduler->live[id] && node->op != OP_NEWTON && i < node->arg_count; i++)
            if (scheduler->schedule.equation[node->args[i]->id])
                scheduler->schedule.equation[id] = scheduler->schedule.equation[node->args[i]->id];
    }
}

static bool is_unknown(const Scheduler *scheduler, const Node *node)
{
    const Node *equation = scheduler->schedule.equation[node->id];
    return equation && equation->args[NEWTON_UNKNOWN] == node;
}

size_t schedule_aside(const Node *newton)
{
    return 3 * newton->args[NEWTON_IMAGE]->shape.rows + 1;
}

/* ---- what needs memory ---- */

bool schedule_is_arithmetic(const Node *node)
{
    if (!node_is_shared_scalar(node))
        return false;
    switch (operation(node->op)->entry) {
    case ENTRY_CONSTANT:
    case ENTRY_INPUT:
    case ENTRY_TIMES:
    case ENTRY_OVER:
    case ENTRY_SUM:
        return true;
    case ENTRY_NONE:
    case ENTRY_FUNCTION:
    case ENTRY_SPREAD:
    case ENTRY_PART:
    case ENTRY_PRODUCT:
    case ENTRY_DOT:
    case ENTRY_TOTAL:
        return false;
    }
    return false;
}

/* Written out where it is used: only while it is short, or repeated squares would double the text each time. */
static bool is_scalar_expression(const Scheduler *scheduler, const Node *node)
{
    return schedule_is_arithmetic(node) && scheduler->operands[node->id] <= LARGEST_INLINE;
}

static void count_operands(Scheduler *scheduler, const Graph *graph)
{
    for (size_t id = 0; id < graph_size(graph); id++) {
        const Node *node = graph_at(graph, id);
        scheduler->operands[id] = !node->arg_count || !schedule_is_arithmetic(node);
        for (size_t i = 0; schedule_is_arithmetic(node) && i < node->arg_count; i++)
            scheduler->operands[id] +=
                is_scalar_expression(scheduler, node->args[i]) ? scheduler->operands[node->args[i]->id] : 1;
    }
}

static bool is_taped(const Scheduler *scheduler, const Node *node)
{
    return scheduler->record && scheduler->routine->record != RECORD_NONE && scheduler->record->taped[node->id];
}

/* Sums over samples that are results, and nothing else, go straight to where they are accumulated. */
static bool is_direct_result(const Scheduler *scheduler, const Node *node)
{
    if (operation(node->op)->call != CALL_SAMPLES || scheduler->read[node->id])
        return false;
    for (size_t i = 0; i < scheduler->routine->result_count; i++)
        if (scheduler->routine->results[i].node == node)
            return true;
    return false;
}

static bool is_loaded(const Scheduler *scheduler, const Node *node)
{
    return node->op == OP_INPUT && scheduler->routine->loads && node->shape.rank > 0 && !node->shape.varies;
}

static bool is_computed(const Scheduler *scheduler, const Node *node)
{
    if (is_loaded(scheduler, node))
        return true;
    if (node->op == OP_INPUT || node->op == OP_SLICE || is_scalar_expression(scheduler, node))
        return false;
    if (is_taped(scheduler, node) && scheduler->routine->record == RECORD_READ)
        return false;
    return !is_direct_result(scheduler, node);
}

size_t schedule_reals(const Node *node, size_t block)
{
    size_t size = node->shape.rows * node->shape.cols;
    if (node->shape.varies)
        return size * block;
    size_t padding = block < SHARED_PADDING ? block : SHARED_PADDING; /* no vector is longer than a block */
    return (size + padding - 1) / padding * padding;
}

/* A shared scalar of two arguments that only a kernel can compute: its arguments are spread in its buffer. */
static bool spreads_two_arguments(const Node *node)
{
    return operation_elementwise(node->op) == 2 && node_is_shared_scalar(node) && !schedule_is_arithmetic(node);
}

size_t schedule_rows(const Node *node, size_t block)
{
    size_t reals = schedule_reals(node, block) * (spreads_two_arguments(node) ? 2 : 1);
    return (reals + block - 1) / block;
}

/* ---- liveness ---- */

/* Marks what must be computed; what the record holds already needs nothing below it. */
static void mark_live(Scheduler *scheduler, const Node *node)
{
    if (scheduler->live[node->id])
        return;
    scheduler->live[node->id] = true;
    if (is_taped(scheduler, node) && scheduler->routine->record == RECORD_READ)
        return;
    for (size_t i = 0; i < node->arg_count; i++) {
        scheduler->read[node->args[i]->id] = true;
        mark_live(scheduler, node->args[i]);
    }
}

/* The statement until which a value is needed that statement s reads: all of a loop that s is in and the value was
 * there before. */
static size_t needed_until(const Scheduler *scheduler, const Node *arg, size_t s)
{
    const Statement *statement = &scheduler->schedule.statements[s];
    const Node *equation =
        statement->node->op == OP_NEWTON ? statement->node : scheduler->schedule.equation[statement->node->id];
    bool inside = equation && statement->kind != STATEMENT_RESULT && statement->kind != STATEMENT_BEGIN;
    return inside && scheduler->schedule.equation[arg->id] != equation ? scheduler->loop_end[equation->id] : s;
}

/* Calls visit for every value in memory that evaluating node reads as an argument. */
static void visit_reads(Scheduler *scheduler, const Node *arg, size_t statement)
{
    if (arg->op == OP_SLICE || is_scalar_expression(scheduler, arg)) {
        for (size_t i = 0; i < arg->arg_count; i++)
            visit_reads(scheduler, arg->args[i], statement);
        return;
    }
    if (is_unknown(scheduler, arg)) /* which lies where its equation's value does */
        return;
    size_t until = needed_until(scheduler, arg, statement);
    for (; arg; arg = scheduler->schedule.whole[arg->id])
        if (scheduler->schedule.last_use[arg->id] < until)
            scheduler->schedule.last_use[arg->id] = until;
}

/* What a statement of an equation reads. */
static const Node *argument_of(const Statement *statement)
{
    switch (statement->kind) {
    case STATEMENT_BEGIN:
        return statement->node->args[NEWTON_START];
    case STATEMENT_TEST:
        return statement->node->args[NEWTON_IMAGE];
    case STATEMENT_END:
        return statement->node->args[NEWTON_FACTORS];
    case STATEMENT_COMPUTE:
    case STATEMENT_RESULT:
        return NULL;
    }
    return NULL;
}

static void find_last_uses(Scheduler *scheduler)
{
    for (size_t s = 0; s < scheduler->schedule.count; s++) {
        const Statement *statement = &scheduler->schedule.statements[s];
        const Node *node = statement->node;
        const Node *only = argument_of(statement);
        if (statement->kind == STATEMENT_RESULT && !is_direct_result(scheduler, node))
            only = node;
        if (only) {
            visit_reads(scheduler, only, s);
            continue;
        }
        for (size_t i = 0; i < node->arg_count; i++)
            visit_reads(scheduler, node->args[i], s);
    }
}

/* ---- order ---- */

static void add_statement(Scheduler *scheduler, StatementKind kind, const Node *node, const RoutineResult *result)
{
    if (kind == STATEMENT_END)
        scheduler->loop_end[node->id] = scheduler->schedule.count;
    scheduler->schedule.statements[scheduler->schedule.count++] = (Statement){kind, node, result};
}

/* A block result that is computed here, and is not taped, is computed in place. */
static bool takes_result_place(Scheduler *scheduler, const RoutineResult *result)
{
    const Node *node = result->node;
    Storage *storage = &scheduler->schedule.storage[node->id];
    if (result->kind != RESULT_BLOCK || !is_computed(scheduler, node) || is_taped(scheduler, node) ||
        storage->residence != AT_NOWHERE)
        return false;
    *storage = (Storage){AT_VARIABLE, result->name, 0};
    return true;
}

/* What of the equation is computed in its loop, for its image or for its factors alone. */
static void order_loop_part(Scheduler *scheduler, const Graph *graph, const Node *equation, const bool *image,
                            bool wanted)
{
    for (size_t id = 0; id < equation->id; id++)
        if (scheduler->live[id] && scheduler->schedule.equation[id] == equation && image[id] == wanted &&
            is_computed(scheduler, graph_at(graph, id)))
            add_statement(scheduler, STATEMENT_COMPUTE, graph_at(graph, id), NULL);
}

static void order_loop(Scheduler *scheduler, const Graph *graph, const Node *equation)
{
    bool *image = ARENA_ARRAY(scheduler->arena, graph_size(graph), bool);
    graph_mark(equation->args[NEWTON_IMAGE], image);
    add_statement(scheduler, STATEMENT_BEGIN, equation, NULL);
    order_loop_part(scheduler, graph, equation, image, true);
    add_statement(scheduler, STATEMENT_TEST, equation, NULL);
    order_loop_part(scheduler, graph, equation, image, false);
    add_statement(scheduler, STATEMENT_END, equation, NULL);
}

/* Is the value there once the graph has been computed up to node id `now`? */
static bool is_there(const Node *node, size_t now)
{
    for (size_t i = 0; i < node->arg_count; i++)
        if (node->args[i]->id > now)
            return false;
    return true;
}

/* Hands over what the value gives; the sums of rows in lanes as soon as what they sum is there, long ones or the
 * others: a loop that computes it can do that, too, if it has as many rows. */
static void order_results(Scheduler *scheduler, const Node *now, bool *handed, bool wanted)
{
    const Routine *routine = scheduler->routine;
    for (size_t i = 0; i < routine->result_count; i++) {
        const Node *node = routine->results[i].node;
        bool early = scheduler->schedule.rows && is_direct_result(scheduler, node) && is_there(node, now->id);
        bool large = early && (node->shape.rows > MOST_FEW || node->shape.cols > MOST_FEW);
        if (handed[i] || large != wanted || (node != now && !early))
            continue;
        handed[i] = true;
        if (!takes_result_place(scheduler, &routine->results[i]))
            add_statement(scheduler, STATEMENT_RESULT, node, &routine->results[i]);
    }
}

static void order_statements(Scheduler *scheduler, const Graph *graph)
{
    enum { LOOP_STATEMENTS = 3 };
    const Routine *routine = scheduler->routine;
    size_t size = graph_size(graph);
    bool *handed = ARENA_ARRAY(scheduler->arena, routine->result_count + 1, bool);
    scheduler->schedule.statements =
        ARENA_ARRAY(scheduler->arena, LOOP_STATEMENTS * size + routine->result_count, Statement);
    for (size_t id = 0; id < size; id++) {
        const Node *node = graph_at(graph, id);
        if (!scheduler->live[id] || scheduler->schedule.equation[id])
            continue;
        if (is_computed(scheduler, node) && node->op == OP_NEWTON)
            order_loop(scheduler, graph, node);
        else if (is_computed(scheduler, node))
            add_statement(scheduler, STATEMENT_COMPUTE, node, NULL);
        order_results(scheduler, node, handed, false);
        order_results(scheduler, node, handed, true);
    }
}

/* ---- parts of concatenations ---- */

/* Is the value computed when the concatenation is, and may the place be anywhere? */
static bool is_placeable(const Scheduler *scheduler, const Node *node, const Node *concat)
{
    const Schedule *schedule = &scheduler->schedule;
    return node->shape.varies && is_computed(scheduler, node) && node->op != OP_NEWTON && node->op != OP_FACTOR &&
           schedule->storage[node->id].residence == AT_NOWHERE && !schedule->whole[node->id] &&
           !schedule->also[node->id] && schedule->equation[node->id] == schedule->equation[concat->id];
}

/* What is put one below the other is computed there, but for what lies elsewhere anyhow. */
static void find_wholes(Scheduler *scheduler)
{
    Schedule *schedule = &scheduler->schedule;
    for (size_t s = 0; s < schedule->count; s++) {
        const Node *node = schedule->statements[s].node;
        size_t row = 0;
        if (schedule->statements[s].kind != STATEMENT_COMPUTE || node->op != OP_CONCAT || !node->shape.varies)
            continue;
        for (size_t i = 0; i < node->arg_count; row += node->args[i++]->shape.rows) {
            const Node *part = node->args[i];
            if (!is_placeable(scheduler, part, node))
                continue;
            if (!is_taped(scheduler, part))
                schedule->whole[part->id] = node;
            else if (schedule->storage[node->id].residence == AT_VARIABLE)
                schedule->also[part->id] = node;
            schedule->whole_row[part->id] = row;
        }
    }
}

/* ---- memory ---- */

/* What a loop reads all the time does not lie where rows are, which it may write meanwhile. */
static bool suits(const Scheduler *scheduler, const Slot *slot, size_t rows)
{
    bool apart = scheduler->schedule.rows && (slot->rows > MOST_FEW) != (rows > MOST_FEW);
    return slot->free && slot->rows >= rows && !apart;
}

static size_t take_slot(Scheduler *scheduler, size_t rows)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < scheduler->slot_count; i++)
        if (suits(scheduler, &scheduler->slots[i], rows) &&
            (best == SIZE_MAX || scheduler->slots[i].rows < scheduler->slots[best].rows))
            best = i;
    if (best == SIZE_MAX) {
        best = scheduler->slot_count++;
        scheduler->slots[best] = (Slot){scheduler->schedule.scratch_rows, rows, true};
        scheduler->schedule.scratch_rows += rows;
    }
    scheduler->slots[best].free = false;
    return best;
}

/* Gives back the memory of what statement s reads last. */
static void release_dead(Scheduler *scheduler, const Node *arg, size_t s)
{
    if (arg->op == OP_SLICE || is_scalar_expression(scheduler, arg)) {
        for (size_t i = 0; i < arg->arg_count; i++)
            release_dead(scheduler, arg->args[i], s);
        return;
    }
    while (scheduler->schedule.whole[arg->id])
        arg = scheduler->schedule.whole[arg->id];
    if (scheduler->schedule.storage[arg->id].residence == AT_SCRATCH && scheduler->schedule.last_use[arg->id] == s)
        scheduler->slots[scheduler->slot_of[arg->id]].free = true;
}

/* Gives back the memory of all that is needed until statement s, the last of a loop, and no longer. */
static void release_kept(Scheduler *scheduler, size_t s)
{
    const Schedule *schedule = &scheduler->schedule;
    for (size_t k = 0; k < s; k++) {
        const Node *node = schedule->statements[k].node;
        if (schedule->storage[node->id].residence == AT_SCRATCH && !schedule->whole[node->id] &&
            schedule->last_use[node->id] == s)
            scheduler->slots[scheduler->slot_of[node->id]].free = true;
    }
}

static void release_arguments(Scheduler *scheduler, const Node *node, size_t s)
{
    for (size_t i = 0; i < node->arg_count; i++)
        release_dead(scheduler, node->args[i], s);
}

/* May the result lie where an argument lies? Entry by entry, yes; but not over a part of an argument, nor where a long
 * sum, or one with a shift, takes several kernels. */
static bool may_overwrite(const Node *node)
{
    for (size_t i = 0; i < node->arg_count; i++)
        if (node->args[i]->op == OP_SLICE)
            return false;
    if (node->op == OP_COMBINE)
        return combine_terms(node) == 1 || (combine_terms(node) <= LONGEST_KERNEL_SUM && !combine_shift(node));
    return operation_elementwise(node->op) && !spreads_two_arguments(node);
}

static Storage take_scratch(Scheduler *scheduler, size_t rows, size_t *slot)
{
    *slot = take_slot(scheduler, rows);
    return (Storage){AT_SCRATCH, NULL, scheduler->slots[*slot].offset};
}

static void place(Scheduler *scheduler, const Node *node)
{
    Storage *storage = &scheduler->schedule.storage[node->id];
    const Node *whole = scheduler->schedule.whole[node->id];
    if (storage->residence != AT_NOWHERE)
        return;
    if (whole) {
        place(scheduler, whole);
        *storage = scheduler->schedule.storage[whole->id];
        storage->offset += scheduler->schedule.whole_row[node->id];
        return;
    }
    if (is_taped(scheduler, node)) {
        *storage = (Storage){AT_RECORD, NULL, scheduler->record->offsets[node->id]};
        return;
    }
    *storage = take_scratch(scheduler, schedule_rows(node, scheduler->block), &scheduler->slot_of[node->id]);
}

/* The value of an equation, and what its kernels remember. */
static void place_equation(Scheduler *scheduler, const Node *node)
{
    Schedule *schedule = &scheduler->schedule;
    place(scheduler, node);
    schedule->storage[node->args[NEWTON_UNKNOWN]->id] = schedule->storage[node->id];
    schedule->aside[node->id] = take_scratch(scheduler, schedule_aside(node), &scheduler->aside_of[node->id]);
}

static void place_statement(Scheduler *scheduler, size_t s)
{
    const Statement *statement = &scheduler->schedule.statements[s];
    const Node *node = statement->node;
    bool early = may_overwrite(node) && !scheduler->schedule.whole[node->id];
    switch (statement->kind) {
    case STATEMENT_COMPUTE:
        if (early)
            release_arguments(scheduler, node, s);
        place(scheduler, node);
        if (!early)
            release_arguments(scheduler, node, s);
        break;
    case STATEMENT_BEGIN:
        place_equation(scheduler, node);
        release_dead(scheduler, argument_of(statement), s);
        break;
    case STATEMENT_TEST:
        release_dead(scheduler, argument_of(statement), s);
        break;
    case STATEMENT_END:
        release_kept(scheduler, s);
        scheduler->slots[scheduler->aside_of[node->id]].free = true;
        break;
    case STATEMENT_RESULT:
        if (is_direct_result(scheduler, node))
            release_arguments(scheduler, node, s);
        else
            release_dead(scheduler, node, s);
        break;
    }
}

static void place_all(Scheduler *scheduler)
{
    scheduler->slots = ARENA_ARRAY(scheduler->arena, 2 * scheduler->schedule.count + 1, Slot);
    for (size_t s = 0; s < scheduler->schedule.count; s++)
        place_statement(scheduler, s);
}

static void place_inputs(Scheduler *scheduler, const Graph *graph)
{
    for (size_t i = 0; i < scheduler->routine->input_count; i++) {
        const RoutineInput *input = &scheduler->routine->inputs[i];
        if (is_loaded(scheduler, input->node))
            continue;
        scheduler->schedule.storage[input->node->id] = (Storage){AT_VARIABLE, input->variable, 0};
    }
    for (size_t id = 0; id < graph_size(graph); id++) {
        const Node *node = graph_at(graph, id);
        if (scheduler->live[id] && is_taped(scheduler, node) && scheduler->routine->record == RECORD_READ)
            scheduler->schedule.storage[id] = (Storage){AT_RECORD, NULL, scheduler->record->offsets[id]};
    }
}

static void count_cost(Scheduler *scheduler, const Graph *graph)
{
    for (size_t id = 0; id < graph_size(graph); id++) {
        const Node *node = graph_at(graph, id);
        if (!scheduler->live[id] || (is_taped(scheduler, node) && scheduler->routine->record == RECORD_READ))
            continue;
        Cost cost = operation_cost(node), *sum = &scheduler->schedule.cost;
        sum->multiplications += cost.multiplications;
        sum->additions += cost.additions;
        sum->activations += cost.activations;
    }
}

/* A block of one sample has nothing for the lanes of vectors but its rows; where those do not even fill one, vectors
 * are slower than reals, which wait for nothing but themselves. */
static bool has_rows_in_lanes(const Network *network, size_t block)
{
    const size_t widest = network->model->single ? 16 : 8; /* reals of 64 bytes */
    for (size_t id = 0; block == 1 && id < graph_size(network->graph); id++) {
        const Node *node = graph_at(network->graph, id);
        if (node->shape.varies && node->shape.rows > widest)
            return true;
    }
    return false;
}

Schedule schedule_routine(const Network *network, const Routine *routine, const Record *record, size_t block)
{
    const Graph *graph = network->graph;
    Arena *arena = graph_arena(graph);
    size_t size = graph_size(graph);
    Scheduler scheduler = {
        .arena = arena,
        .routine = routine,
        .record = record,
        .block = block,
        .live = ARENA_ARRAY(arena, size, bool),
        .read = ARENA_ARRAY(arena, size, bool),
        .operands = ARENA_ARRAY(arena, size, size_t),
        .schedule = {.routine = routine,
                     .block = block,
                     .rows = has_rows_in_lanes(network, block),
                     .lean = record && record->lean,
                     .storage = ARENA_ARRAY(arena, size, Storage),
                     .last_use = ARENA_ARRAY(arena, size, size_t),
                     .equation = ARENA_ARRAY(arena, size, const Node *),
                     .whole = ARENA_ARRAY(arena, size, const Node *),
                     .also = ARENA_ARRAY(arena, size, const Node *),
                     .whole_row = ARENA_ARRAY(arena, size, size_t),
                     .aside = ARENA_ARRAY(arena, size, Storage)},
        .loop_end = ARENA_ARRAY(arena, size, size_t),
        .slot_of = ARENA_ARRAY(arena, size, size_t),
        .aside_of = ARENA_ARRAY(arena, size, size_t),
    };
    count_operands(&scheduler, graph);
    for (size_t i = 0; i < routine->result_count; i++)
        mark_live(&scheduler, routine->results[i].node);
    find_equations(&scheduler, graph);
    place_inputs(&scheduler, graph);
    order_statements(&scheduler, graph);
    find_wholes(&scheduler);
    find_last_uses(&scheduler);
    place_all(&scheduler);
    count_cost(&scheduler, graph);
    return scheduler.schedule;
}

/* ---- text ---- */

static void node_text(Text *text, const Node *node)
{
    if (node->label)
        text_add(text, node->label);
    else
        text_format(text, "%%%zu", node->id);
}

static void storage_text(Text *text, const Storage *storage)
{
    static const char *const names[] = {"", "", "record", "scratch"};
    if (storage->residence == AT_VARIABLE)
        text_format(text, "%s", storage->name);
    else if (storage->residence != AT_NOWHERE)
        text_format(text, "%s[%zu]", names[storage->residence], storage->offset);
}

static void result_text(Text *text, const Statement *statement)
{
    static const char *const verbs[] = {"copied to", "stored in", "added to", "added to"};
    text_format(text, " %s %s", verbs[statement->result->kind], statement->result->name);
}

static void computation_text(Text *text, const Schedule *schedule, const Node *node)
{
    text_format(text, " = %s", operation_name(node->op));
    for (size_t i = 0; i < node->arg_count; i++) {
        text_add(text, i ? ", " : " ");
        node_text(text, node->args[i]);
    }
    text_add(text, "  -> ");
    storage_text(text, &schedule->storage[node->id]);
}

static void statement_text(Text *text, const Schedule *schedule, const Statement *statement)
{
    static const char *const phrases[] = {[STATEMENT_BEGIN] = " solves an equation, from ",
                                          [STATEMENT_TEST] = " is the solution where it equals ",
                                          [STATEMENT_END] = " moves on by "};
    node_text(text, statement->node);
    if (argument_of(statement)) {
        text_add(text, phrases[statement->kind]);
        node_text(text, argument_of(statement));
    } else if (statement->kind == STATEMENT_RESULT)
        result_text(text, statement);
    else
        computation_text(text, schedule, statement->node);
}

void schedule_text(Text *text, const Schedule *schedule)
{
    bool inside = false;
    for (size_t s = 0; s < schedule->count; s++) {
        const Statement *statement = &schedule->statements[s];
        text_add(text, inside ? "    " : "  ");
        statement_text(text, schedule, statement);
        text_add(text, "\n");
        inside = (inside || statement->kind == STATEMENT_BEGIN) && statement->kind != STATEMENT_END;
    }
    text_format(text, "  scratch: %zu rows\n", schedule->scratch_rows);
}

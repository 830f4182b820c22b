#include "gen/code/loop.h"

#include "gen/code/lane.h"

#include <string.h>

enum { FEW_ROWS = 4 }; /* fewer are not put into a vector: each waits for nothing but itself */

/* The value that a node is a part of, and the row where it begins. */
static const Node *whole_of(const Node *node, size_t *from)
{
    for (*from = 0; node->op == OP_SLICE; node = node->args[0])
        *from += node->from;
    return node;
}

/* The value in whose memory a node lies, and the row where it begins. */
static const Node *place_of(const Schedule *schedule, const Node *node, size_t *from)
{
    node = whole_of(node, from);
    for (; schedule->whole[node->id]; node = schedule->whole[node->id])
        *from += schedule->whole_row[node->id];
    return node;
}

/* ---- which statements ---- */

bool loop_takes(const Node *node)
{
    return node->shape.varies && (lane_writes(node) || (node->op == OP_SPREAD && node_is_shared_scalar(node->args[0])));
}

/* The rows of memory that a value takes, in the array `storage`. */
typedef struct {
    const Storage *storage;
    size_t first, rows;
} Extent;

static Extent extent_of(const Schedule *schedule, const Node *node)
{
    size_t from, rows = node->shape.rows;
    node = place_of(schedule, node, &from);
    const Storage *storage = &schedule->storage[node->id];
    return (Extent){storage, storage->offset + from, rows};
}

/* Would entry i of the one be another entry of the other? Then the loop would mix up before and after. */
static bool is_shifted(Extent a, Extent b)
{
    bool one_array = a.storage->residence == b.storage->residence &&
                     (a.storage->residence != AT_VARIABLE || !strcmp(a.storage->name, b.storage->name));
    return one_array && a.first != b.first && a.first < b.first + b.rows && b.first < a.first + a.rows;
}

/* Can `later` be in the loop that has `earlier`? Neither may write what the other has at another entry. */
static bool can_share(const Schedule *schedule, const Node *earlier, const Node *later)
{
    if (earlier->shape.rows != later->shape.rows)
        return false;
    Extent written = extent_of(schedule, earlier), result = extent_of(schedule, later);
    if (is_shifted(written, result))
        return false;
    for (size_t i = 0; i < later->arg_count; i++)
        if (later->args[i]->shape.varies && is_shifted(extent_of(schedule, later->args[i]), written))
            return false;
    for (size_t i = 0; i < earlier->arg_count; i++)
        if (earlier->args[i]->shape.varies && is_shifted(extent_of(schedule, earlier->args[i]), result))
            return false;
    return true;
}

size_t loop_length(const Schedule *schedule, size_t first)
{
    size_t last = first;
    for (; last < schedule->count; last++) {
        const Statement *statement = &schedule->statements[last];
        bool fits = statement->kind == STATEMENT_COMPUTE && loop_takes(statement->node);
        for (size_t s = first; fits && s < last; s++)
            fits = can_share(schedule, schedule->statements[s].node, statement->node);
        if (!fits)
            break;
    }
    return last - first;
}

/* ---- names ---- */

/* A loop that is being printed: the values that it has in variables by now. */
typedef struct {
    Printer *printer;
    size_t first, count;
    const Node **values;
    const char **names;
    size_t value_count;
    const char *rows; /* where lanes are rows: how many there are, "50 * COSTATE_BLOCK"; else NULL */
} Loop;

/* All that is in the loop has as many rows, so that parts of a value that begin together are one. */
static const char *name_of(const void *context, const Node *node)
{
    const Loop *loop = context;
    const Schedule *schedule = loop->printer->schedule;
    size_t from, other;
    const Node *place = place_of(schedule, node, &from);
    for (size_t i = 0; i < loop->value_count; i++)
        if (place_of(schedule, loop->values[i], &other) == place && other == from)
            return loop->names[i];
    return NULL;
}

static void add_name(Loop *loop, const Node *node, const char *name)
{
    loop->values[loop->value_count] = node;
    loop->names[loop->value_count++] = name;
}

/* "y_i", and "y_2_i" for the part of y that begins with row 2. */
static const char *loaded_name(Loop *loop, const Node *node)
{
    size_t from;
    const char *place = printer_place_text(loop->printer, place_of(loop->printer->schedule, node, &from));
    return from ? text_print(loop->printer->arena, "%s_%zu_i", place, from)
                : text_print(loop->printer->arena, "%s_i", place);
}

static bool is_free(const Loop *loop, const char *name)
{
    for (size_t i = 0; i < loop->value_count; i++)
        if (!strcmp(loop->names[i], name))
            return false;
    return true;
}

/* "f1_i"; "v2_i" for the second statement where it has no label, or another value has that name. */
static const char *value_name(const Loop *loop, const Node *node, size_t s)
{
    Arena *arena = loop->printer->arena;
    const char *label = operand_label(node, arena), *name = label ? text_print(arena, "%s_i", label) : NULL;
    for (size_t number = s - loop->first + 1; !name || !is_free(loop, name); number++)
        name = text_print(arena, "%s_i", operand_numbered(node, number, arena));
    return name;
}

/* ---- statements ---- */

static bool reads(const Statement *statement, const Node *node)
{
    for (size_t i = 0; i < statement->node->arg_count; i++) {
        size_t from;
        if (whole_of(statement->node->args[i], &from) == node)
            return true;
    }
    return statement->kind == STATEMENT_RESULT && statement->node == node;
}

/* Does a statement from..to read the node? */
static bool is_read(const Schedule *schedule, const Node *node, size_t from, size_t to)
{
    for (size_t s = from; s < to; s++)
        if (reads(&schedule->statements[s], node))
            return true;
    return false;
}

static bool is_stored(const Loop *loop, const Node *node)
{
    const Schedule *schedule = loop->printer->schedule;
    return schedule->storage[node->id].residence != AT_SCRATCH ||
           schedule->last_use[node->id] >= loop->first + loop->count;
}

static void load_arguments(Loop *loop, const Node *node)
{
    for (size_t i = 0; i < node->arg_count; i++) {
        const Node *arg = node->args[i];
        if (node_is_shared_scalar(arg) || name_of(loop, arg))
            continue;
        add_name(loop, arg, loaded_name(loop, arg));
        const char *place = printer_place_text(loop->printer, arg);
        text_format(loop->printer->text, "        const costate_vec %s = ", name_of(loop, arg));
        text_format(loop->printer->text,
                    loop->rows ? "costate_load_rows(%s + i, %s - i);\n" : "COSTATE_LOAD(%s + i);\n", place, loop->rows);
    }
}

/* Stores the value there, which is a variable or else computed here. */
static void store_value(Loop *loop, const Node *node, const char *variable, const char *place)
{
    const Lane lane = {loop->printer, name_of, loop};
    Text *text = loop->printer->text;
    text_format(text, "        %s(%s + i, ", loop->rows ? "costate_store_rows" : "COSTATE_STORE", place);
    if (variable)
        text_add(text, variable);
    else
        lane_expression(&lane, node);
    if (loop->rows)
        text_format(text, ", %s - i", loop->rows);
    bool scratch = node->label && !variable && loop->printer->schedule->storage[node->id].residence == AT_SCRATCH;
    text_format(text, scratch ? "); /* %s */\n" : ");\n", node->label);
}

static void print_statement(Loop *loop, size_t s)
{
    const Schedule *schedule = loop->printer->schedule;
    const Node *node = schedule->statements[s].node, *also = schedule->also[node->id];
    const Lane lane = {loop->printer, name_of, loop};
    Text *text = loop->printer->text;
    const char *name = NULL;
    if (also || is_read(schedule, node, s + 1, loop->first + loop->count)) {
        name = value_name(loop, node, s);
        text_format(text, "        const costate_vec %s = ", name);
        lane_expression(&lane, node);
        text_add(text, ";\n");
        add_name(loop, node, name);
    }
    if (is_stored(loop, node))
        store_value(loop, node, name, printer_place_text(loop->printer, node));
    if (also)
        store_value(loop, node, name, printer_part_text(loop->printer, also, schedule->whole_row[node->id]));
}

void loop_print(Printer *printer, size_t first, size_t count)
{
    const Schedule *schedule = printer->schedule;
    size_t most = count;
    for (size_t s = first; s < first + count; s++)
        most += schedule->statements[s].node->arg_count;
    Loop loop = {printer,
                 first,
                 count,
                 ARENA_ARRAY(printer->arena, most, const Node *),
                 ARENA_ARRAY(printer->arena, most, const char *),
                 0,
                 NULL};
    const char *reals = printer_count_text(printer, schedule->statements[first].node);
    loop.rows = schedule->rows && schedule->statements[first].node->shape.rows >= FEW_ROWS ? reals : NULL;
    kernel_use_section(printer->use, "vector_type");
    text_format(printer->text,
                loop.rows ? "    for (size_t i = 0; i < %s; i += COSTATE_ROW_LANES) {\n"
                          : "    for (size_t i = 0; i < %s; i += COSTATE_LANES) {\n",
                reals);
    for (size_t s = first; s < first + count; s++) {
        load_arguments(&loop, schedule->statements[s].node);
        print_statement(&loop, s);
    }
    text_add(printer->text, "    }\n");
}

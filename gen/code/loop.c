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
    size_t from, rows = node->shape.varies ? node->shape.rows : schedule_rows(node, schedule->block);
    node = place_of(schedule, node, &from);
    const Storage *storage = &schedule->storage[node->id];
    return (Extent){storage, storage->offset + from, rows};
}

static bool overlap(Extent a, Extent b)
{
    bool one_array = a.storage->residence == b.storage->residence &&
                     (a.storage->residence != AT_VARIABLE || !strcmp(a.storage->name, b.storage->name));
    return one_array && a.first < b.first + b.rows && b.first < a.first + a.rows;
}

/* Would entry i of the one be another entry of the other? Then the loop would mix up before and after. */
static bool is_shifted(Extent a, Extent b)
{
    return overlap(a, b) && a.first != b.first;
}

/* What a statement is in a loop. Where lanes are rows of one sample, products with a matrix of few rows or columns work
 * entry by entry of its other side, too, and so do sums of what the loop has. */
typedef enum {
    TASK_NONE,
    TASK_ENTRY,   /* as loop_takes says */
    TASK_COMBINE, /* z = A^T x, A of few rows: what they give, entry by entry */
    TASK_FOLD,    /* z = A^T x, A of few columns: sums, which are there behind the loop */
    TASK_REDUCE,  /* a += x */
    TASK_ROWS,    /* A += x y^T, of few rows */
    TASK_COLUMNS  /* A += x y^T, of few columns */
} Task;

typedef struct {
    Task task;
    size_t rows;       /* of the loop */
    const Node *entry; /* what is read entry by entry, but for TASK_ENTRY, of which that is everything; or NULL */
    const Node *few;   /* what is read all the time, or NULL */
} LoopPart;

static bool is_few(size_t count)
{
    return count == 1 || count == 2 || count == 4;
}

static LoopPart product_part(const Node *node)
{
    const Node *a = node->args[0], *x = node->args[1];
    if (node->op == OP_MATVEC_T && a->shape.rows <= MOST_FEW && node->shape.rows > MOST_FEW)
        return (LoopPart){TASK_COMBINE, node->shape.rows, NULL, x};
    if (node->op == OP_MATVEC_T && is_few(a->shape.cols) && x->shape.rows > MOST_FEW)
        return (LoopPart){TASK_FOLD, x->shape.rows, x, NULL};
    return (LoopPart){TASK_NONE, 0, NULL, NULL};
}

static LoopPart sum_part(const Node *node)
{
    const Node *x = node->args[0];
    if (node->op == OP_REDUCE && x->shape.rows > MOST_FEW)
        return (LoopPart){TASK_REDUCE, x->shape.rows, x, NULL};
    if (node->op == OP_OUTER && node->shape.rows <= MOST_FEW && node->shape.cols > MOST_FEW)
        return (LoopPart){TASK_ROWS, node->shape.cols, node->args[1], x};
    if (node->op == OP_OUTER && is_few(node->shape.cols) && node->shape.rows > MOST_FEW)
        return (LoopPart){TASK_COLUMNS, node->shape.rows, x, node->args[1]};
    return (LoopPart){TASK_NONE, 0, NULL, NULL};
}

static LoopPart part_of(const Schedule *schedule, const Statement *statement)
{
    const Node *node = statement->node;
    bool direct = schedule->storage[node->id].residence == AT_NOWHERE;
    if (statement->kind == STATEMENT_COMPUTE && loop_takes(node))
        return (LoopPart){TASK_ENTRY, node->shape.rows, NULL, NULL};
    if (schedule->rows && statement->kind == STATEMENT_COMPUTE && operation(node->op)->call == CALL_PRODUCT)
        return product_part(node);
    if (schedule->rows && statement->kind == STATEMENT_RESULT && direct && operation(node->op)->call == CALL_SAMPLES)
        return sum_part(node);
    return (LoopPart){TASK_NONE, 0, NULL, NULL};
}

/* Does the one write, entry by entry, what the other reads at another one or as a whole? */
static bool mixes_up(const Schedule *schedule, const Statement *writer, const Statement *reader)
{
    const LoopPart w = part_of(schedule, writer), r = part_of(schedule, reader);
    if (w.task != TASK_ENTRY && w.task != TASK_COMBINE)
        return false;
    Extent written = extent_of(schedule, writer->node);
    for (size_t i = 0; i < reader->node->arg_count; i++) {
        const Node *arg = reader->node->args[i];
        bool entry = r.task == TASK_ENTRY ? arg->shape.varies : arg == r.entry;
        if (entry && is_shifted(extent_of(schedule, arg), written))
            return true;
        if (!entry && !node_is_shared_scalar(arg) && overlap(extent_of(schedule, arg), written))
            return true;
    }
    return false;
}

/* Does the later of them read what is there only behind the loop? */
static bool comes_too_late(const Schedule *schedule, const Statement *earlier, const Statement *later)
{
    bool late = false;
    for (size_t i = 0; part_of(schedule, earlier).task == TASK_FOLD && i < later->node->arg_count; i++)
        late = late || (!node_is_shared_scalar(later->node->args[i]) &&
                        overlap(extent_of(schedule, later->node->args[i]), extent_of(schedule, earlier->node)));
    return late;
}

/* Can `later` be in the loop that has `earlier`? Neither may write what the other has at another entry. */
static bool can_share(const Schedule *schedule, const Statement *earlier, const Statement *later)
{
    const LoopPart a = part_of(schedule, earlier), b = part_of(schedule, later);
    bool both = (a.task == TASK_ENTRY || a.task == TASK_COMBINE) && (b.task == TASK_ENTRY || b.task == TASK_COMBINE);
    if (a.rows != b.rows || comes_too_late(schedule, earlier, later))
        return false;
    if (both && is_shifted(extent_of(schedule, earlier->node), extent_of(schedule, later->node)))
        return false;
    return !mixes_up(schedule, earlier, later) && !mixes_up(schedule, later, earlier);
}

size_t loop_length(const Schedule *schedule, size_t first)
{
    size_t last = first;
    for (; last < schedule->count; last++) {
        const Statement *statement = &schedule->statements[last];
        bool fits = part_of(schedule, statement).task != TASK_NONE;
        for (size_t s = first; fits && s < last; s++)
            fits = can_share(schedule, &schedule->statements[s], statement);
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

static void load(Loop *loop, const Node *arg)
{
    if (node_is_shared_scalar(arg) || name_of(loop, arg))
        return;
    add_name(loop, arg, loaded_name(loop, arg));
    const char *place = printer_place_text(loop->printer, arg);
    text_format(loop->printer->text, "        const costate_vec %s = ", name_of(loop, arg));
    text_format(loop->printer->text, loop->rows ? "costate_load_rows(%s + i, %s - i);\n" : "COSTATE_LOAD(%s + i);\n",
                place, loop->rows);
}

static void load_arguments(Loop *loop, const Statement *statement)
{
    const LoopPart part = part_of(loop->printer->schedule, statement);
    if (part.entry)
        load(loop, part.entry);
    for (size_t i = 0; part.task == TASK_ENTRY && i < statement->node->arg_count; i++)
        load(loop, statement->node->args[i]);
}

/* " + 50 + i": row r of a matrix with `cols` columns. */
static const char *at_row(const Loop *loop, const char *matrix, size_t row, size_t cols)
{
    return row ? text_print(loop->printer->arena, "%s + %zu + i", matrix, row * cols)
               : text_print(loop->printer->arena, "%s + i", matrix);
}

/* Loads the entries of A's rows, few, for statement s. */
static void load_rows(const Loop *loop, const Node *node, size_t s)
{
    const Node *a = node->args[0];
    const char *matrix = printer_place_text(loop->printer, a);
    for (size_t r = 0; r < a->shape.rows; r++)
        text_format(loop->printer->text, "        const costate_vec row%zu_%zu_i = costate_load_rows(%s, %s - i);\n", s,
                    r, at_row(loop, matrix, r, a->shape.cols), loop->rows);
}

/* Their sum, each as often as x says. */
static void combine_rows(const Loop *loop, const Node *node, size_t s)
{
    const char *few = printer_place_text(loop->printer, node->args[1]);
    for (size_t r = 0; r < node->args[0]->shape.rows; r++)
        text_format(loop->printer->text, "%s%s[%zu] * row%zu_%zu_i", r ? " + " : "", few, r, s, r);
}

/* The entry of a value that the loop computes. */
static void compute_entry(const Loop *loop, const Node *node, size_t s)
{
    const Lane lane = {loop->printer, name_of, loop};
    if (operation(node->op)->call == CALL_PRODUCT)
        combine_rows(loop, node, s);
    else
        lane_expression(&lane, node);
}

/* Stores the value there, which is a variable or else computed here. */
static void store_value(Loop *loop, size_t s, const char *variable, const char *place)
{
    const Node *node = loop->printer->schedule->statements[s].node;
    Text *text = loop->printer->text;
    text_format(text, "        %s(%s + i, ", loop->rows ? "costate_store_rows" : "COSTATE_STORE", place);
    if (variable)
        text_add(text, variable);
    else
        compute_entry(loop, node, s);
    if (loop->rows)
        text_format(text, ", %s - i", loop->rows);
    bool scratch = node->label && !variable && loop->printer->schedule->storage[node->id].residence == AT_SCRATCH;
    text_format(text, scratch ? "); /* %s */\n" : ");\n", node->label);
}

static void print_entry(Loop *loop, size_t s)
{
    const Schedule *schedule = loop->printer->schedule;
    const Node *node = schedule->statements[s].node, *also = schedule->also[node->id];
    Text *text = loop->printer->text;
    const char *name = NULL;
    if (also || is_read(schedule, node, s + 1, loop->first + loop->count)) {
        name = value_name(loop, node, s);
        text_format(text, "        const costate_vec %s = ", name);
        compute_entry(loop, node, s);
        text_add(text, ";\n");
        add_name(loop, node, name);
    }
    if (is_stored(loop, node))
        store_value(loop, s, name, printer_place_text(loop->printer, node));
    if (also)
        store_value(loop, s, name, printer_part_text(loop->printer, also, schedule->whole_row[node->id]));
}

/* A += x y^T of few rows. */
static void add_few_rows(const Loop *loop, const Statement *statement, const LoopPart *part)
{
    const Node *node = statement->node;
    const char *few = printer_place_text(loop->printer, part->few);
    kernel_use(loop->printer->use, "add_rows");
    kernel_use(loop->printer->variables, statement->result->name);
    for (size_t r = 0; r < node->shape.rows; r++)
        text_format(loop->printer->text, "        costate_add_rows(%s, %s[%zu] * %s, %s - i);\n",
                    at_row(loop, statement->result->name, r, node->shape.cols), few, r, name_of(loop, part->entry),
                    loop->rows);
}

static void add_few_columns(const Loop *loop, size_t s, const LoopPart *part)
{
    const Statement *statement = &loop->printer->schedule->statements[s];
    const size_t cols = statement->node->shape.cols;
    kernel_use(loop->printer->use, "outer_few");
    kernel_use(loop->printer->variables, statement->result->name);
    text_format(loop->printer->text, "        costate_outer_few(%zu, %s + %zu * i, %s, %s, again%zu, %s - i);\n", cols,
                statement->result->name, cols, name_of(loop, part->entry), printer_place_text(loop->printer, part->few),
                s, loop->rows);
}

static void add_entry(const Loop *loop, const Statement *statement, const LoopPart *part)
{
    kernel_use(loop->printer->use, "add_rows");
    kernel_use(loop->printer->variables, statement->result->name);
    text_format(loop->printer->text, "        costate_add_rows(%s + i, %s, %s - i);\n", statement->result->name,
                name_of(loop, part->entry), loop->rows);
}

static void fold(const Loop *loop, size_t s, const LoopPart *part)
{
    const Node *node = loop->printer->schedule->statements[s].node;
    const size_t cols = node->shape.rows;
    kernel_use(loop->printer->use, "fold_rows");
    for (size_t j = 0; j < cols; j++)
        text_format(loop->printer->text,
                    "        sum%zu_%zu = costate_fold_rows(%zu, %zu, sum%zu_%zu, %s + %zu * i, %s, %s - i);\n", s, j,
                    cols, j, s, j, printer_place_text(loop->printer, node->args[0]), cols, name_of(loop, part->entry),
                    loop->rows);
}

static void print_statement(Loop *loop, size_t s)
{
    const Statement *statement = &loop->printer->schedule->statements[s];
    const LoopPart part = part_of(loop->printer->schedule, statement);
    load_arguments(loop, statement);
    switch (part.task) {
    case TASK_NONE:
        break;
    case TASK_COMBINE:
        load_rows(loop, statement->node, s);
        print_entry(loop, s);
        break;
    case TASK_ENTRY:
        print_entry(loop, s);
        break;
    case TASK_FOLD:
        fold(loop, s, &part);
        break;
    case TASK_REDUCE:
        add_entry(loop, statement, &part);
        break;
    case TASK_ROWS:
        add_few_rows(loop, statement, &part);
        break;
    case TASK_COLUMNS:
        add_few_columns(loop, s, &part);
        break;
    }
}

/* What stands before the loop. */
static void print_before(const Loop *loop)
{
    const Schedule *schedule = loop->printer->schedule;
    Text *text = loop->printer->text;
    for (size_t s = loop->first; s < loop->first + loop->count; s++) {
        const Node *node = schedule->statements[s].node;
        const LoopPart part = part_of(schedule, &schedule->statements[s]);
        if (part.task == TASK_FOLD) {
            for (size_t j = 0; j < node->shape.rows; j++)
                text_format(text, "    costate_vec sum%zu_%zu = costate_splat(COSTATE_C(0));\n", s, j);
        } else if (part.task == TASK_COLUMNS) {
            kernel_use(loop->printer->use, "again");
            text_format(text, "    const costate_vec again%zu = costate_again(%zu, %s);\n", s, node->shape.cols,
                        printer_place_text(loop->printer, part.few));
        }
    }
}

/* What stands behind it. */
static void print_behind(const Loop *loop)
{
    const Schedule *schedule = loop->printer->schedule;
    for (size_t s = loop->first; s < loop->first + loop->count; s++) {
        const Node *node = schedule->statements[s].node;
        if (part_of(schedule, &schedule->statements[s]).task != TASK_FOLD)
            continue;
        kernel_use(loop->printer->use, "fold_done");
        text_format(loop->printer->text, "    costate_fold_done(%zu, %s", node->shape.rows,
                    printer_place_text(loop->printer, node));
        for (size_t j = 0; j < MOST_FEW; j++)
            text_add(loop->printer->text, j < node->shape.rows ? text_print(loop->printer->arena, ", sum%zu_%zu", s, j)
                                                               : ", costate_splat(COSTATE_C(0))");
        text_add(loop->printer->text, ");");
        text_format(loop->printer->text, node->label ? " /* %s */\n" : "\n", node->label);
    }
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
    const size_t rows = part_of(schedule, &schedule->statements[first]).rows;
    const char *reals = printer_rows_text(printer, rows);
    loop.rows = schedule->rows && rows >= FEW_ROWS ? reals : NULL;
    print_before(&loop);
    kernel_use_section(printer->use, "vector_type");
    text_format(printer->text,
                loop.rows ? "    for (size_t i = 0; i < %s; i += COSTATE_ROW_LANES) {\n"
                          : "    for (size_t i = 0; i < %s; i += COSTATE_LANES) {\n",
                reals);
    for (size_t s = first; s < first + count; s++)
        print_statement(&loop, s);
    text_add(printer->text, "    }\n");
    print_behind(&loop);
}

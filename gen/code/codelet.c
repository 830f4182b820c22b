#include "gen/code/codelet.h"

#include "gen/code/gather.h"
#include "gen/code/lane.h"

#include <string.h>

static EntryForm entry_of(const Node *node)
{
    return operation(node->op)->entry;
}

/* ---- which rows ---- */

typedef struct {
    Printer *printer;
    bool **used;        /* by node id and row: something depends on it */
    const char ***rows; /* by node id and row: what has it; NULL where nothing has yet */
    const char **bases; /* by node id: the name that its rows are numbered behind; NULL where they have others */
    size_t unnamed;
    size_t row; /* that is being printed */
} Codelet;

static void use(Codelet *codelet, const Node *node, size_t row);

/* The row of a part of others. */
static void use_part(Codelet *codelet, const Node *node, size_t row)
{
    size_t i = 0;
    for (; node->op == OP_CONCAT && row >= node->args[i]->shape.rows; i++)
        row -= node->args[i]->shape.rows;
    use(codelet, node->args[i], row + (node->op == OP_SLICE ? node->from : 0));
}

/* Are its rows those of others? What the record holds has its own. */
static bool is_part(const Codelet *codelet, const Node *node)
{
    const Schedule *schedule = codelet->printer->schedule;
    if (schedule->storage[node->id].residence == AT_RECORD && schedule->routine->record == RECORD_READ)
        return false;
    return entry_of(node) == ENTRY_PART || entry_of(node) == ENTRY_SPREAD;
}

static void use(Codelet *codelet, const Node *node, size_t row)
{
    if (!node->shape.varies)
        return;
    row = row < node->shape.rows ? row : 0;
    if (!codelet->used[node->id])
        codelet->used[node->id] = ARENA_ARRAY(codelet->printer->arena, node->shape.rows, bool);
    codelet->used[node->id][row] = true;
    if (is_part(codelet, node))
        use_part(codelet, node, row);
}

static void use_all(Codelet *codelet, const Node *node)
{
    for (size_t r = 0; r < node->shape.rows; r++)
        use(codelet, node, r);
}

static bool is_used(const Codelet *codelet, const Node *node, size_t row)
{
    return codelet->used[node->id] && codelet->used[node->id][row];
}

/* A part of a concatenation is stored with that. */
static bool is_stored(const Codelet *codelet, const Node *node)
{
    Residence residence = codelet->printer->schedule->storage[node->id].residence;
    return node->op != OP_INPUT && !codelet->printer->schedule->whole[node->id] &&
           (residence == AT_VARIABLE || residence == AT_RECORD);
}

/* What the used rows of a value are made of. */
static void use_arguments(Codelet *codelet, const Node *node)
{
    bool by_row = lane_writes(node);
    for (size_t r = 0; r < node->shape.rows; r++)
        for (size_t i = 0; is_used(codelet, node, r) && i < node->arg_count; i++) {
            if (by_row)
                use(codelet, node->args[i], r);
            else
                use_all(codelet, node->args[i]);
        }
}

static void mark_used(Codelet *codelet)
{
    const Schedule *schedule = codelet->printer->schedule;
    for (size_t s = schedule->count; s-- > 0;) {
        const Statement *statement = &schedule->statements[s];
        const Node *node = statement->node;
        if (gather_is_sum(node)) {
            for (size_t i = 0; i < node->arg_count; i++)
                use_all(codelet, node->args[i]);
        } else if (node->shape.varies) {
            if (statement->kind == STATEMENT_RESULT || is_stored(codelet, node))
                use_all(codelet, node);
            if (!is_part(codelet, node))
                use_arguments(codelet, node);
        }
    }
}

/* ---- variables ---- */

static const char *name_of(const void *context, const Node *node)
{
    const Codelet *codelet = context;
    return codelet->rows[node->id][codelet->row < node->shape.rows ? codelet->row : 0];
}

static bool is_free(const Codelet *codelet, const char *base)
{
    for (size_t id = 0; id < graph_size(codelet->printer->network->graph); id++)
        if (codelet->bases[id] && !strcmp(codelet->bases[id], base))
            return false;
    return true;
}

/* "f1" for f1_0, f1_1, ...; v1, v2, ... where a value has no name, or another had it before. */
static const char *base_name(Codelet *codelet, const Node *node, const char *name)
{
    while (!name || !is_free(codelet, name))
        name = operand_numbered(node, ++codelet->unnamed, codelet->printer->arena);
    return name;
}

static const char **name_rows(Codelet *codelet, const Node *node, const char *base)
{
    const char **rows = ARENA_ARRAY(codelet->printer->arena, node->shape.rows, const char *);
    for (size_t r = 0; r < node->shape.rows; r++)
        rows[r] = text_print(codelet->printer->arena, "%s_%zu", base, r);
    codelet->rows[node->id] = rows;
    codelet->bases[node->id] = base;
    return rows;
}

static void add_address(Codelet *codelet, const char *place, size_t row)
{
    printer_variable(codelet->printer, place);
    printer_row(codelet->printer, row);
    text_add(codelet->printer->text, " + s");
}

static void store_rows(Codelet *codelet, const Node *node, const char *place)
{
    for (size_t r = 0; r < node->shape.rows; r++) {
        text_add(codelet->printer->text, "        COSTATE_STORE(");
        add_address(codelet, place, r);
        text_format(codelet->printer->text, ", %s);\n", codelet->rows[node->id][r]);
    }
}

static void load_rows(Codelet *codelet, const Node *node)
{
    if (!codelet->used[node->id]) { /* nor is its place */
        name_rows(codelet, node, "");
        return;
    }
    const char *place = printer_place_text(codelet->printer, node);
    const char **rows = name_rows(codelet, node, base_name(codelet, node, place));
    for (size_t r = 0; r < node->shape.rows; r++) {
        if (!is_used(codelet, node, r))
            continue;
        text_format(codelet->printer->text, "        const costate_vec %s = COSTATE_LOAD(", rows[r]);
        add_address(codelet, place, r);
        text_add(codelet->printer->text, ");\n");
    }
}

static void need(Codelet *codelet, const Node *node);

/* Rows that others have. */
static void share_rows(Codelet *codelet, const Node *node)
{
    const char **rows = ARENA_ARRAY(codelet->printer->arena, node->shape.rows, const char *);
    size_t row = 0;
    for (size_t i = 0; i < node->arg_count; i++) {
        const Node *part = node->args[i];
        size_t from = node->op == OP_SLICE ? node->from : 0,
               count = node->op == OP_CONCAT ? part->shape.rows : node->shape.rows;
        for (size_t r = 0; r < count; r++)
            rows[row++] = codelet->rows[part->id][part->shape.rows > 1 ? from + r : 0];
    }
    codelet->rows[node->id] = rows;
}

/* A shared value in every sample. */
static void splat_rows(Codelet *codelet, const Node *node)
{
    const Node *shared = node->args[0];
    const char **rows = ARENA_ARRAY(codelet->printer->arena, node->shape.rows, const char *);
    for (size_t r = 0; r < node->shape.rows; r++)
        if (is_used(codelet, node, r))
            rows[r] = node_is_shared_scalar(shared)
                          ? text_print(codelet->printer->arena, "costate_splat(COSTATE_C(%s))",
                                       printer_scalar_text(codelet->printer, shared))
                          : text_print(codelet->printer->arena, "costate_splat(%s[%zu])",
                                       printer_place_text(codelet->printer, shared), r);
    codelet->rows[node->id] = rows;
}

/* Sees to it that the rows of a varying value have names: of variables that are there, of parts of others, or of loads
 * that are printed here. */
static void need(Codelet *codelet, const Node *node)
{
    if (codelet->rows[node->id] || !node->shape.varies)
        return;
    if (node->op == OP_SPREAD && !node->args[0]->shape.varies) {
        splat_rows(codelet, node);
    } else if (is_part(codelet, node)) {
        for (size_t i = 0; i < node->arg_count; i++)
            need(codelet, node->args[i]);
        share_rows(codelet, node);
    } else {
        load_rows(codelet, node);
    }
}

/* ---- statements ---- */

static void print_term(Codelet *codelet, bool first, const char *a, const char *x)
{
    text_format(codelet->printer->text, "%s%s * %s", first ? "" : " + ", a, x);
}

/* Row `row` of A x + b or A^T x, in the order of the kernels. */
static void print_product(Codelet *codelet, const Node *node)
{
    const Node *A = node->args[0], *x = node->args[1], *b = node->arg_count == 3 ? node->args[2] : NULL;
    Arena *arena = codelet->printer->arena;
    const char *place = printer_place_text(codelet->printer, A);
    bool transposed = node->op == OP_MATVEC_T;
    if (b)
        text_format(codelet->printer->text, "%s[%zu]", printer_place_text(codelet->printer, b), codelet->row);
    for (size_t k = 0; k < x->shape.rows; k++) {
        size_t at = transposed ? k * A->shape.cols + codelet->row : codelet->row * A->shape.cols + k;
        print_term(codelet, k == 0 && !b, text_print(arena, "%s[%zu]", place, at), codelet->rows[x->id][k]);
    }
}

/* x1 * y1 + x2 * y2 + ..., or x1 + x2 + ... where there is no y. */
static void print_row_sum(Codelet *codelet, const Node *x, const Node *y)
{
    for (size_t r = 0; r < x->shape.rows; r++) {
        text_format(codelet->printer->text, "%s%s", r ? " + " : "", codelet->rows[x->id][r]);
        if (y)
            text_format(codelet->printer->text, " * %s", codelet->rows[y->id][r]);
    }
}

static void print_row(Codelet *codelet, const Node *node)
{
    const Lane lane = {codelet->printer, name_of, codelet};
    if (lane_writes(node))
        lane_expression(&lane, node);
    else if (entry_of(node) == ENTRY_PRODUCT)
        print_product(codelet, node);
    else /* ENTRY_DOT, ENTRY_TOTAL; parts and inputs are no rows of their own */
        print_row_sum(codelet, node->args[0], entry_of(node) == ENTRY_DOT ? node->args[1] : NULL);
}

/* Is it the function of one argument that takes long, and that a vector with room for two does at once? */
static bool goes_by_two(const Codelet *codelet, const Node *node)
{
    const Schedule *schedule = codelet->printer->schedule;
    return schedule->block == 1 && !schedule->rows && node->arg_count == 1 && entry_of(node) == ENTRY_FUNCTION &&
           operation_cost(node).activations > 0;
}

/* Rows r and r + 1 of a function. */
static void print_two_rows(Codelet *codelet, const Node *node, size_t r)
{
    const char *function = text_print(codelet->printer->arena, "vec_%s", operation_name(node->op));
    const char *const *x = codelet->rows[node->args[0]->id], *const *z = codelet->rows[node->id];
    kernel_use(codelet->printer->use, function);
    kernel_use_section(codelet->printer->use, "twice");
    text_format(codelet->printer->text, "        COSTATE_TWICE(costate_%s, %s, %s, %s, %s);\n", function, x[r],
                x[r + 1], z[r], z[r + 1]);
}

static void compute_rows(Codelet *codelet, const Node *node)
{
    for (size_t i = 0; i < node->arg_count; i++)
        need(codelet, node->args[i]);
    const char **rows =
        name_rows(codelet, node, base_name(codelet, node, operand_label(node, codelet->printer->arena)));
    bool by_two = goes_by_two(codelet, node);
    for (size_t r = 0; r < node->shape.rows; r++) {
        if (!is_used(codelet, node, r))
            continue;
        if (by_two && r + 1 < node->shape.rows && is_used(codelet, node, r + 1)) {
            print_two_rows(codelet, node, r++);
            continue;
        }
        codelet->row = r;
        text_format(codelet->printer->text, "        const costate_vec %s = ", rows[r]);
        print_row(codelet, node);
        text_add(codelet->printer->text, ";\n");
    }
}

static void print_varying(Codelet *codelet, const Statement *statement)
{
    const Node *node = statement->node;
    if (is_part(codelet, node) || node->op == OP_INPUT || statement->kind == STATEMENT_RESULT)
        need(codelet, node);
    else
        compute_rows(codelet, node);
    if (statement->kind == STATEMENT_RESULT)
        store_rows(codelet, node, statement->result->name);
    else if (is_stored(codelet, node))
        store_rows(codelet, node, printer_place_text(codelet->printer, node));
}

/* ---- sums over the samples ---- */

/* Where a sum that is gathered goes: "K_bar", "t3". */
static const char *sum_target(const Codelet *codelet, const Statement *statement)
{
    return statement->kind == STATEMENT_RESULT ? statement->result->name
                                               : printer_place_text(codelet->printer, statement->node);
}

static void add_to_sum(Codelet *codelet, const Statement *statement)
{
    const Node *node = statement->node, *x = node->args[0], *y = node->op == OP_OUTER ? node->args[1] : NULL;
    const char *target = sum_target(codelet, statement);
    for (size_t i = 0; i < node->arg_count; i++)
        need(codelet, node->args[i]);
    for (size_t r = 0; r < node->shape.rows; r++)
        for (size_t c = 0; c < node->shape.cols; c++) {
            text_format(codelet->printer->text, "        %s_%zu += %s", target, r * node->shape.cols + c,
                        codelet->rows[x->id][r]);
            if (y)
                text_format(codelet->printer->text, " * %s", codelet->rows[y->id][c]);
            text_add(codelet->printer->text, ";\n");
        }
}

static void declare_sums(Codelet *codelet)
{
    const Schedule *schedule = codelet->printer->schedule;
    for (size_t s = 0; s < schedule->count; s++) {
        if (!gather_is_first(schedule, s))
            continue;
        const Node *node = schedule->statements[s].node;
        const char *target = sum_target(codelet, &schedule->statements[s]);
        for (size_t i = 0; i < node->shape.rows * node->shape.cols; i++)
            text_format(codelet->printer->text, "    costate_vec %s_%zu = costate_splat(COSTATE_C(0));\n", target, i);
    }
}

/* Hands over what the lanes have. */
static void print_sum(Codelet *codelet, const Statement *statement)
{
    const Node *node = statement->node;
    const char *target = sum_target(codelet, statement), *assign = statement->kind == STATEMENT_COMPUTE ? "=" : "+=";
    kernel_use(codelet->printer->use, "lane_sum");
    for (size_t i = 0; i < node->shape.rows * node->shape.cols; i++) {
        text_add(codelet->printer->text, "    ");
        printer_variable(codelet->printer, target);
        text_format(codelet->printer->text, "[%zu] %s costate_lane_sum(%s_%zu);\n", i, assign, target, i);
    }
}

/* ---- the whole ---- */

static void print_loop(Codelet *codelet)
{
    const Schedule *schedule = codelet->printer->schedule;
    kernel_use_section(codelet->printer->use, "vector_type");
    declare_sums(codelet);
    text_add(codelet->printer->text, "    for (size_t s = 0; s < COSTATE_BLOCK; s += COSTATE_LANES) {\n");
    for (size_t s = 0; s < schedule->count; s++) {
        const Statement *statement = &schedule->statements[s];
        if (gather_takes(schedule, statement))
            add_to_sum(codelet, statement);
        else if (statement->node->shape.varies)
            print_varying(codelet, statement);
    }
    text_add(codelet->printer->text, "    }\n");
}

void codelet_print(Printer *printer, void (*print)(Printer *printer, const Statement *statement))
{
    const Schedule *schedule = printer->schedule;
    const Graph *graph = printer->network->graph;
    const bool *based = gather_based(graph);
    size_t nodes = graph_size(graph);
    Codelet codelet = {printer,
                       ARENA_ARRAY(printer->arena, nodes, bool *),
                       ARENA_ARRAY(printer->arena, nodes, const char **),
                       ARENA_ARRAY(printer->arena, nodes, const char *),
                       0,
                       0};
    mark_used(&codelet);
    for (size_t s = 0; s < schedule->count; s++)
        if (!schedule->statements[s].node->shape.varies && !based[schedule->statements[s].node->id])
            print(printer, &schedule->statements[s]);
    print_loop(&codelet);
    for (size_t s = 0; s < schedule->count; s++) {
        const Statement *statement = &schedule->statements[s];
        if (gather_is_first(schedule, s))
            print_sum(&codelet, statement);
        else if (!gather_takes(schedule, statement) && !statement->node->shape.varies && based[statement->node->id])
            print(printer, statement);
    }
}

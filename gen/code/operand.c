#include "gen/code/operand.h"

#include <assert.h>
#include <string.h>

enum { LARGEST_LITERAL = 1 << 24 /* exact in float, and an int everywhere */ };

bool kernel_use_has(const KernelUse *use, const char *name)
{
    for (size_t i = 0; i < use->count; i++)
        if (!strcmp(use->names[i].name, name))
            return true;
    return false;
}

static void add_name(KernelUse *use, const char *name, bool called)
{
    if (kernel_use_has(use, name))
        return;
    use->names = ARENA_MORE(use->arena, use->names, use->count, use->capacity);
    use->names[use->count++] = (NeededSection){arena_string(use->arena, name, strlen(name)), called};
}

void kernel_use(KernelUse *use, const char *name)
{
    add_name(use, name, true);
}

void kernel_use_section(KernelUse *use, const char *name)
{
    add_name(use, name, false);
}

void printer_variable(Printer *printer, const char *name)
{
    kernel_use(printer->variables, name);
    text_add(printer->text, name);
}

/* ---- scalar expressions ---- */

void operand_real(Text *text, double value, bool single)
{
    Text digits = text_new(text->arena);
    if (single)
        text_float(&digits, (float)value);
    else
        text_real(&digits, value);
    text_add(text, digits.data);
    if (!strpbrk(digits.data, ".e"))
        text_add(text, ".0");
    if (single)
        text_add(text, "f");
}

static void print_decimal(Text *text, const Number *value, bool single)
{
    operand_real(text, single ? (double)number_to_float(value) : number_to_double(value), single);
}

/* A constant as C: "1", "0.5", "1.0 / 6", or the shortest decimal that reads back; with suffix f when single. A
 * quotient of small integers is what a reader knows, and C rounds it correctly. */
static void print_constant(Text *text, const Number *value, bool single)
{
    long numerator, denominator;
    if (!number_parts(value, LARGEST_LITERAL, &numerator, &denominator))
        print_decimal(text, value, single);
    else if (denominator == 1)
        text_format(text, "%ld", numerator);
    else if (denominator <= 64 && (denominator & (denominator - 1)) == 0)
        print_decimal(text, value, single);
    else
        text_format(text, single ? "%ld.0f / %ld.0f" : "%ld.0 / %ld.0", numerator, denominator);
}

static bool is_whole(const Number *value)
{
    long numerator, denominator;
    return number_parts(value, LARGEST_LITERAL, &numerator, &denominator) && denominator == 1;
}

static bool is_written_out(const Printer *printer, const Node *node)
{
    return printer->schedule->storage[node->id].residence == AT_NOWHERE && node->op != OP_INPUT;
}

static void print_factor(Printer *printer, const Node *node)
{
    bool whole = node->op == OP_CONSTANT && number_sign(node->value) >= 0 && is_whole(node->value);
    bool bracketed = is_written_out(printer, node) && !whole;
    text_add(printer->text, bracketed ? "(" : "");
    printer_scalar(printer, node);
    text_add(printer->text, bracketed ? ")" : "");
}

/* x p/q as "p * x / q", as one would write it by hand. */
static void print_product(Printer *printer, const Node *x, const Node *y)
{
    long numerator, denominator;
    bool ratio = y->op == OP_CONSTANT && number_parts(y->value, LARGEST_LITERAL, &numerator, &denominator);
    if (!ratio) {
        if (y->op == OP_CONSTANT)
            print_constant(printer->text, y->value, printer->network->model->single);
        else
            print_factor(printer, y);
        text_add(printer->text, " * ");
        print_factor(printer, x);
        return;
    }
    if (numerator == -1)
        text_add(printer->text, "-");
    else if (numerator != 1)
        text_format(printer->text, "%ld * ", numerator);
    print_factor(printer, x);
    if (denominator != 1)
        text_format(printer->text, " / %ld", denominator);
}

static void print_sum(Printer *printer, const Node *node)
{
    for (size_t k = 0; k < combine_terms(node); k++) {
        const Node *c = combine_coefficient(node, k);
        text_add(printer->text, k ? " + " : "");
        if (node_is_constant(c, 1, 1))
            print_factor(printer, combine_term(node, k));
        else
            print_product(printer, combine_term(node, k), c);
    }
    if (combine_shift(node)) {
        text_add(printer->text, " + ");
        print_factor(printer, combine_shift(node));
    }
}

/* Requires: schedule_is_arithmetic(node). */
void printer_expression(Printer *printer, const Node *node)
{
    EntryForm entry = operation(node->op)->entry;
    assert(schedule_is_arithmetic(node));
    if (entry == ENTRY_CONSTANT)
        print_constant(printer->text, node->value, printer->network->model->single);
    else if (entry == ENTRY_INPUT)
        printer_place(printer, node);
    else if (entry == ENTRY_SUM)
        print_sum(printer, node);
    else if (entry == ENTRY_TIMES)
        print_product(printer, node->args[0], node->args[1]);
    else { /* ENTRY_OVER */
        print_factor(printer, node->args[0]);
        text_add(printer->text, " / ");
        print_factor(printer, node->args[1]);
    }
}

/* A scalar as an operand: written out, or from the memory that it was computed in. */
void printer_scalar(Printer *printer, const Node *node)
{
    if (is_written_out(printer, node) || node->op == OP_INPUT) {
        printer_expression(printer, node);
        return;
    }
    printer_place(printer, node);
    text_add(printer->text, "[0]");
}

/* ---- names ---- */

const char *operand_label(const Node *node, Arena *arena)
{
    if (node->label || operation(node->op)->entry != ENTRY_TIMES)
        return node->label;
    const Node *x = node->args[0], *y = node->args[1];
    if (!x->label || !y->label || !x->shape.varies || !y->shape.varies)
        return NULL;
    return text_print(arena, "%s_%s", x->label, x == y ? "squared" : y->label);
}

const char *operand_numbered(const Node *node, size_t number, Arena *arena)
{
    bool called = operation(node->op)->entry == ENTRY_FUNCTION;
    return text_print(arena, "%s%zu", called ? operation_name(node->op) : "v", number);
}

/* ---- memory ---- */

const char *printer_record(const Node *node, const Storage *storage, Arena *arena)
{
    bool called = operation(node->op)->entry == ENTRY_FUNCTION;
    return node->label ? node->label
                       : text_print(arena, "%s%zu", called ? operation_name(node->op) : "r", storage->offset);
}

/* " + 2 * COSTATE_BLOCK" */
void printer_row(Printer *printer, size_t row)
{
    if (row == 1)
        text_add(printer->text, " + COSTATE_BLOCK");
    else if (row)
        text_format(printer->text, " + %zu * COSTATE_BLOCK", row);
}

void printer_place(Printer *printer, const Node *node)
{
    if (node->op == OP_SLICE) {
        printer_place(printer, node->args[0]);
        printer_row(printer, node->from);
        return;
    }
    if (printer->schedule->whole[node->id]) {
        printer_place(printer, printer->schedule->whole[node->id]);
        printer_row(printer, printer->schedule->whole_row[node->id]);
        return;
    }
    if (node->op == OP_INPUT && printer->schedule->equation[node->id])
        node = printer->schedule->equation[node->id];
    const Storage *storage = &printer->schedule->storage[node->id];
    if (storage->residence == AT_VARIABLE)
        printer_variable(printer, storage->name);
    else if (storage->residence == AT_RECORD)
        printer_variable(printer, printer_record(node, storage, printer->arena));
    else
        printer_variable(printer, text_print(printer->arena, "t%zu", storage->offset));
}

static const char *text_of(const Printer *printer, void (*print)(Printer *printer, const Node *node), const Node *node)
{
    Text text = text_new(printer->arena);
    Printer aside = *printer;
    aside.text = &text;
    print(&aside, node);
    return text.data;
}

const char *printer_scalar_text(const Printer *printer, const Node *node)
{
    return text_of(printer, printer_scalar, node);
}

const char *printer_part_text(const Printer *printer, const Node *node, size_t row)
{
    Text text = text_new(printer->arena);
    Printer aside = *printer;
    aside.text = &text;
    printer_place(&aside, node);
    printer_row(&aside, row);
    return text.data;
}

const char *printer_place_text(const Printer *printer, const Node *node)
{
    return text_of(printer, printer_place, node);
}

/* The reals of a value as an elementwise kernel's first argument. */
void printer_count(Printer *printer, const Node *node)
{
    if (!node->shape.varies)
        text_format(printer->text, "%zu", schedule_reals(node, printer->schedule->block));
    else
        text_add(printer->text, printer_rows_text(printer, node->shape.rows));
}

const char *printer_rows_text(const Printer *printer, size_t rows)
{
    return rows == 1 ? "COSTATE_BLOCK" : text_print(printer->arena, "%zu * COSTATE_BLOCK", rows);
}

#include "gen/code/lane.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static bool is_identifier(const char *text)
{
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && *text != '_')
            return false;
    return true;
}

/* The entry of a value that varies, or a shared scalar as a real. */
static void print_value(const Lane *lane, const Node *node)
{
    Text *text = lane->printer->text;
    if (!node_is_shared_scalar(node)) {
        text_add(text, lane->name(lane->context, node));
        return;
    }
    const char *scalar = printer_scalar_text(lane->printer, node);
    text_format(text, node->op == OP_INPUT && is_identifier(scalar) ? "%s" : "COSTATE_C(%s)", scalar);
}

/* c x, after the terms that stand before it, if any. */
static void print_term(const Lane *lane, const Node *c, const Node *x, bool first)
{
    Text *text = lane->printer->text;
    bool minus = node_is_constant(c, -1, 1);
    text_add(text, first ? (minus ? "-" : "") : (minus ? " - " : " + "));
    if (!minus && !node_is_constant(c, 1, 1)) {
        print_value(lane, c);
        text_add(text, " * ");
    }
    print_value(lane, x);
}

static void print_sum(const Lane *lane, const Node *node)
{
    if (combine_shift(node))
        print_value(lane, combine_shift(node));
    for (size_t k = 0; k < combine_terms(node); k++)
        print_term(lane, combine_coefficient(node, k), combine_term(node, k), k == 0 && !combine_shift(node));
}

static void print_call(const Lane *lane, const Node *node)
{
    const char *function = text_print(lane->printer->arena, "vec_%s", operation_name(node->op));
    kernel_use(lane->printer->use, function);
    text_format(lane->printer->text, "costate_%s(", function);
    for (size_t i = 0; i < node->arg_count; i++) {
        text_add(lane->printer->text, i ? ", " : "");
        print_value(lane, node->args[i]);
    }
    text_add(lane->printer->text, ")");
}

static void print_infix(const Lane *lane, const Node *node, const char *operator)
{
    print_value(lane, node->args[0]);
    text_add(lane->printer->text, operator);
    print_value(lane, node->args[1]);
}

bool lane_writes(const Node *node)
{
    switch (operation(node->op)->entry) {
    case ENTRY_TIMES:
    case ENTRY_OVER:
    case ENTRY_FUNCTION:
    case ENTRY_SUM:
        return true;
    case ENTRY_NONE:
    case ENTRY_CONSTANT:
    case ENTRY_INPUT:
    case ENTRY_SPREAD:
    case ENTRY_PART:
    case ENTRY_PRODUCT:
    case ENTRY_DOT:
    case ENTRY_TOTAL:
        return false;
    }
    return false;
}

void lane_expression(const Lane *lane, const Node *node)
{
    EntryForm entry = operation(node->op)->entry;
    assert(lane_writes(node) || entry == ENTRY_SPREAD);
    if (entry == ENTRY_SUM)
        print_sum(lane, node);
    else if (entry == ENTRY_TIMES || entry == ENTRY_OVER)
        print_infix(lane, node, entry == ENTRY_TIMES ? " * " : " / ");
    else if (entry == ENTRY_FUNCTION)
        print_call(lane, node);
    else {
        text_add(lane->printer->text, "costate_splat(");
        print_value(lane, node->args[0]);
        text_add(lane->printer->text, ")");
    }
}

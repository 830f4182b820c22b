#include "gen/code/lane.h"

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

void lane_expression(const Lane *lane, const Node *node)
{
    if (node->op == OP_COMBINE)
        print_sum(lane, node);
    else if (node->op == OP_SPREAD) {
        text_add(lane->printer->text, "costate_splat(");
        print_value(lane, node->args[0]);
        text_add(lane->printer->text, ")");
    } else if (node->op == OP_MUL || node->op == OP_DIV) {
        print_value(lane, node->args[0]);
        text_add(lane->printer->text, node->op == OP_MUL ? " * " : " / ");
        print_value(lane, node->args[1]);
    } else
        print_call(lane, node);
}

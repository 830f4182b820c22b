#include "gen/graph/dump.h"

#include "gen/graph/operation.h"

static void dump_node(Text *text, const Node *node)
{
    text_format(text, "%%%-3zu = %s", node->id, operation_name(node->op));
    if (node->op == OP_CONSTANT) {
        text_add(text, " ");
        number_text(text, node->value);
    }
    if (node->op == OP_INPUT)
        text_format(text, " %s", node->name);
    if (node->op == OP_SLICE || node->op == OP_PART || node->op == OP_PAD)
        text_format(text, " %zu:", node->from);
    for (size_t i = 0; i < node->arg_count; i++)
        text_format(text, "%s%%%zu", i ? ", " : " ", node->args[i]->id);
    text_add(text, " : ");
    shape_text(text, node->shape);
    if (node->label && node->op != OP_INPUT)
        text_format(text, "    %s", node->label);
    text_add(text, "\n");
}

void dump_graph(Text *text, const Graph *graph, const bool *live)
{
    for (size_t id = 0; id < graph_size(graph); id++)
        if (live[id])
            dump_node(text, graph_at(graph, id));
}

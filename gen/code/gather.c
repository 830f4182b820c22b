#include "gen/code/gather.h"

#include <string.h>

bool gather_is_sum(const Node *node)
{
    return operation(node->op)->call == CALL_SAMPLES;
}

bool *gather_based(const Graph *graph)
{
    bool *marks = ARENA_ARRAY(graph_arena(graph), graph_size(graph), bool);
    for (size_t id = 0; id < graph_size(graph); id++) {
        const Node *node = graph_at(graph, id);
        marks[id] = gather_is_sum(node);
        for (size_t i = 0; i < node->arg_count; i++)
            marks[id] = marks[id] || marks[node->args[i]->id];
    }
    return marks;
}

bool gather_takes(const Schedule *schedule, const Statement *statement)
{
    bool direct = schedule->storage[statement->node->id].residence == AT_NOWHERE;
    return gather_is_sum(statement->node) && (statement->kind == STATEMENT_COMPUTE || direct);
}

bool gather_is_first(const Schedule *schedule, size_t s)
{
    const Statement *statements = schedule->statements;
    for (size_t k = 0; statements[s].result && k < s; k++)
        if (gather_takes(schedule, &statements[k]) && statements[k].result &&
            !strcmp(statements[k].result->name, statements[s].result->name))
            return false;
    return gather_takes(schedule, &statements[s]);
}

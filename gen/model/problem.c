#include "gen/model/problem.h"

#include <math.h>

/* Is the number there, or no number to look around? */
static bool is_known(size_t count, const double *numbers, double number)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return number == 0 || !isfinite(number);
}

size_t problem_constants(const Graph *graph, const Problem *problem, double *numbers)
{
    const Node *const parts[] = {problem->lift, problem->field, problem->cost,
                                 problem->head, problem->loss,  problem->terminal};
    const size_t size = graph_size(graph);
    bool *marks = ARENA_ARRAY(graph_arena(graph), size, bool);
    size_t count = 0;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        if (parts[k])
            graph_mark(parts[k], marks);
    for (size_t id = 0; id < size && count < PROBLEM_MOST_CONSTANTS; id++) {
        const Node *node = graph_at(graph, id);
        const double number = marks[id] && node->op == OP_CONSTANT ? fabs(number_to_double(node->value)) : 0;
        if (!is_known(count, numbers, number))
            numbers[count++] = number;
    }
    return count;
}

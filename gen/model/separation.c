#include "gen/model/separation.h"

#include "gen/graph/rows.h"

#include <stdint.h>

static bool depends_on(Graph *graph, const Node *root, const Node *input)
{
    bool *marks = ARENA_ARRAY(graph_arena(graph), graph_size(graph), bool);
    graph_mark(root, marks);
    return marks[input->id];
}

/* A stage of one tableau is taken to depend on the state, whatever its field does. */
static Separation whole(const Tableau *tableau, const Problem *problem)
{
    return (Separation){.parts = 1,
                        .tableau = {tableau},
                        .rows = {problem->y->shape.rows},
                        .inputs = {problem->y},
                        .field = {problem->field},
                        .cost = problem->cost,
                        .depends = {{true}}};
}

Separation separation_of(Graph *graph, const Tableau *tableau, const Problem *problem)
{
    static const char *const names[] = {"q@", "v@"};
    if (!tableau->partner)
        return whole(tableau, problem);
    size_t width = problem->y->shape.rows;
    Separation separation = {.parts = 2,
                             .tableau = {tableau, tableau->partner},
                             .from = {0, problem->partition},
                             .rows = {problem->partition, width - problem->partition}};
    for (size_t k = 0; k < 2; k++)
        separation.inputs[k] = graph_input(graph, names[k], shape_vector(separation.rows[k], true));
    const Node *field = graph_split(graph, problem->field, problem->y, 2, separation.inputs);
    if (problem->cost)
        separation.cost = graph_split(graph, problem->cost, problem->y, 2, separation.inputs);
    for (size_t i = 0; i < 2; i++) {
        separation.field[i] = graph_rows(graph, field, separation.from[i], separation.rows[i]);
        for (size_t k = 0; k < 2; k++)
            separation.depends[i][k] = depends_on(graph, separation.field[i], separation.inputs[k]);
    }
    return separation;
}

Coupling separation_coupling(Arena *arena, const Separation *separation)
{
    size_t parts = separation->parts, stages = separation->tableau[0]->stages, count = parts * stages;
    bool *needs = ARENA_ARRAY(arena, count * count, bool);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            needs[i * count + k] = separation->depends[i % parts][k % parts] &&
                                   number_sign(tableau_a(separation->tableau[i % parts], i / parts, k / parts)) != 0;
    return coupling_of(arena, count, needs);
}

size_t separation_unknowns(const Separation *separation, const CoupledGroup *group)
{
    size_t unknowns = 0;
    for (size_t k = 0; k < group->count; k++)
        unknowns += separation->rows[group->members[k] % separation->parts];
    return unknowns;
}

size_t separation_component(Graph *graph, const Separation *separation)
{
    for (size_t i = 0; i < separation->parts; i++)
        for (size_t row = 0; row < separation->rows[i]; row++)
            if (depends_on(graph, graph_rows(graph, separation->field[i], row, 1), separation->inputs[i]))
                return separation->from[i] + row;
    return SIZE_MAX;
}

#include "gen/model/meaning.h"

#include "gen/graph/operation.h"
#include "gen/model/loss.h"

#include <string.h>

static uint64_t add_text(uint64_t hash, const char *text)
{
    return text_hash(hash, text, strlen(text) + 1);
}

static uint64_t add_count(uint64_t hash, size_t count)
{
    const uint64_t value = count;
    return text_hash(hash, &value, sizeof value);
}

static uint64_t add_real(uint64_t hash, double value)
{
    return text_hash(hash, &value, sizeof value);
}

/* Of a node, whose arguments have their hashes in known. Operations by name: their numbers move when one is added. */
static uint64_t hash_node(const Node *node, const uint64_t *known)
{
    uint64_t hash = add_text(TEXT_HASH_SEED, operation_name(node->op));
    hash = add_count(add_count(add_count(hash, node->shape.rows), node->shape.cols), node->from);
    if (node->value)
        hash = add_real(hash, number_to_double(node->value));
    if (node->name)
        hash = add_text(hash, node->name);
    for (size_t i = 0; i < node->arg_count; i++)
        hash = add_count(hash, known[node->args[i]->id]);
    return hash;
}

/* Arguments are older than what uses them, so that the order of ids will do. */
static uint64_t add_expression(Arena *arena, uint64_t hash, const Graph *graph, const Node *root)
{
    if (!root)
        return add_text(hash, "none");
    const size_t count = root->id + 1;
    bool *live = ARENA_ARRAY(arena, graph_size(graph), bool);
    uint64_t *known = ARENA_ARRAY(arena, count, uint64_t);
    graph_mark(root, live);
    for (size_t id = 0; id < count; id++)
        if (live[id])
            known[id] = hash_node(graph_at(graph, id), known);
    return add_count(hash, known[root->id]);
}

static uint64_t add_tableau(uint64_t hash, const Tableau *tableau)
{
    hash = add_count(hash, tableau->stages);
    for (size_t i = 0; i < tableau->stages; i++) {
        hash = add_real(hash, number_to_double(tableau->b[i]));
        for (size_t j = 0; j < tableau->stages; j++)
            hash = add_real(hash, number_to_double(tableau_a(tableau, i, j)));
    }
    return tableau->partner ? add_tableau(hash, tableau->partner) : hash;
}

uint64_t meaning_hash(Arena *arena, const Graph *graph, const Model *model, const Tableau *tableau,
                      const Problem *problem)
{
    const size_t counts[] = {model->inputs, model->width,       model->outputs,     model->layers,  model->signals,
                             model->linear, model->affine_lift, model->affine_head, model->residual};
    uint64_t hash = add_tableau(TEXT_HASH_SEED, tableau);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        hash = add_count(hash, counts[i]);
    hash = add_text(add_real(hash, model->start), model->link ? model->link->name : "none");
    hash = add_expression(arena, hash, graph, problem->field);
    hash = add_expression(arena, hash, graph, problem->lift);
    return add_expression(arena, hash, graph, problem->head);
}

uint64_t meaning_problem(Arena *arena, const Graph *graph, const Model *model, const Problem *problem, uint64_t hash)
{
    const Node *const parts[] = {problem->loss, problem->terminal, problem->cost, problem->penalty};
    hash = add_count(hash, model->meaning);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        hash = add_expression(arena, hash, graph, parts[i]);
    return hash;
}

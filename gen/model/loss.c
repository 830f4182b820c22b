#include "gen/model/loss.h"

#include <string.h>

/* ---- links ---- */

static const Node *identity(Graph *graph, const Node *v)
{
    (void)graph;
    return v;
}

static const Node *sigmoid(Graph *graph, const Node *v)
{
    return graph_unary(graph, OP_SIGMOID, v);
}

static const Node *log_one_plus_exp(Graph *graph, const Node *v)
{
    return graph_unary(graph, OP_LOG1PEXP, v);
}

static const Node *sum_of_logs(Graph *graph, const Node *v, const Node *target)
{
    (void)target;
    return graph_total(graph, log_one_plus_exp(graph, v));
}

static const Node *log_of_sum(Graph *graph, const Node *v, const Node *target)
{
    const Node *log = graph_logsumexp(graph, v);
    return graph_multiply(graph, graph_total(graph, target), log);
}

const Link loss_links[] = {
    {"identity", false, false, identity, NULL, NULL},
    {"sigmoid", true, false, sigmoid, sum_of_logs, log_one_plus_exp},
    {"softmax", true, true, graph_softmax, log_of_sum, NULL},
    {0},
};

/* ---- losses ---- */

/* p - c, 0 where c is missing, in units of the noise. */
static const Node *residual(Graph *graph, const LossArguments *a)
{
    const Node *r = graph_subtract(graph, a->prediction, a->target);
    if (a->noise)
        r = graph_binary(graph, OP_DIV, r, a->noise);
    return a->known ? graph_binary(graph, OP_MUL, a->known, r) : r;
}

/* |p - c|^2 / 2 */
static const Node *squared(Graph *graph, const LossArguments *a)
{
    const Node *r = residual(graph, a);
    return graph_scale(graph, graph_constant(graph, number_ratio(graph_arena(graph), 1, 2)), graph_dot(graph, r, r));
}

/* Of probabilities: of one class, or of as many as there are. */
static const Node *crossentropy_of_probabilities(Graph *graph, const LossArguments *a)
{
    const Node *p = a->prediction, *c = a->target, *one = graph_integer(graph, 1);
    const Node *hits = graph_dot(graph, c, graph_unary(graph, OP_LOG, p));
    if (p->shape.rows > 1)
        return graph_negate(graph, hits);
    const Node *misses =
        graph_dot(graph, graph_subtract(graph, one, c), graph_unary(graph, OP_LOG, graph_subtract(graph, one, p)));
    return graph_negate(graph, graph_add(graph, hits, misses));
}

static const Node *crossentropy(Graph *graph, const LossArguments *a)
{
    if (!a->link)
        return crossentropy_of_probabilities(graph, a);
    if (a->known && !a->link->coupled) {
        const Node *entries =
            graph_subtract(graph, a->link->entry_normaliser(graph, a->v), graph_binary(graph, OP_MUL, a->target, a->v));
        return graph_dot(graph, a->known, entries);
    }
    const Node *normaliser = a->link->normaliser(graph, a->v, a->target);
    return graph_subtract(graph, normaliser, graph_dot(graph, a->target, a->v));
}

/* sum sqrt(1 + r^2) - 1: as squared where r is small, |r| where it is large. */
static const Node *huber(Graph *graph, const LossArguments *a)
{
    const Node *r = residual(graph, a), *one = graph_integer(graph, 1);
    const Node *root = graph_unary(graph, OP_SQRT, graph_add(graph, one, graph_binary(graph, OP_MUL, r, r)));
    return graph_total(graph, graph_subtract(graph, root, one));
}

const Loss loss_losses[] = {
    {"squared", "squared", false, true, squared},
    {"crossentropy", "cross-entropy", true, false, crossentropy},
    {"huber", "Huber", false, true, huber},
    {0},
};

/* ---- finding them ---- */

const Link *loss_link(const char *name)
{
    for (const Link *link = loss_links; link->name; link++)
        if (!strcmp(link->name, name))
            return link;
    return NULL;
}

const Loss *loss_named(const char *name)
{
    for (const Loss *loss = loss_losses; loss->name; loss++)
        if (!strcmp(loss->name, name))
            return loss;
    return NULL;
}

bool loss_is_whole(const Loss *loss, const Link *link)
{
    return !loss || (loss->of_classes && (!link || link->coupled));
}

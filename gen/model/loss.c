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

/* log(1 + exp(v)) - c v */
static const Node *of_sigmoids(Graph *graph, const Node *v, const Node *target)
{
    return graph_subtract(graph, graph_unary(graph, OP_LOG1PEXP, v), graph_binary(graph, OP_MUL, target, v));
}

static const Node *of_all_sigmoids(Graph *graph, const Node *v, const Node *target)
{
    const Node *normaliser = graph_total(graph, graph_unary(graph, OP_LOG1PEXP, v));
    return graph_subtract(graph, normaliser, graph_dot(graph, target, v));
}

/* - <c, log p>. The logarithm of a sum less <c, v> would cancel the digits of what the entries of v share. */
static const Node *of_softmax(Graph *graph, const Node *v, const Node *target)
{
    return graph_negate(graph, graph_dot(graph, target, graph_logsoftmax(graph, v)));
}

const Link loss_links[] = {
    {"identity", false, false, identity, NULL, NULL},
    {"sigmoid", true, false, sigmoid, of_all_sigmoids, of_sigmoids},
    {"softmax", true, true, graph_softmax, of_softmax, NULL},
    {0},
};

/* ---- losses ---- */

/* p - c, 0 where c is missing, in units of the noise. */
static const Node *residual(Graph *graph, const LossArguments *a)
{
    const Node *r = graph_subtract(graph, a->prediction, a->target);
    if (a->noise)
        r = graph_binary(graph, OP_DIV, r, a->noise);
    return a->known ? graph_gated(graph, a->known, r) : r;
}

/* |p - c|^2 / 2 */
static const Node *squared(Graph *graph, const LossArguments *a)
{
    const Node *r = residual(graph, a);
    return graph_scale(graph, graph_constant(graph, number_ratio(graph_arena(graph), 1, 2)), graph_dot(graph, r, r));
}

/* <c, log p>; what c is 0 of counts nothing, whatever p. */
static const Node *hits_of(Graph *graph, const Node *c, const Node *p)
{
    return graph_total(graph, graph_gated(graph, c, graph_unary(graph, OP_LOG, p)));
}

/* Of probabilities: of one class, or of as many as there are. */
static const Node *crossentropy_of_probabilities(Graph *graph, const LossArguments *a)
{
    const Node *p = a->prediction, *c = a->target, *one = graph_integer(graph, 1);
    const Node *hits = hits_of(graph, c, p);
    if (p->shape.rows > 1)
        return graph_negate(graph, hits);
    const Node *misses = hits_of(graph, graph_subtract(graph, one, c), graph_subtract(graph, one, p));
    return graph_negate(graph, graph_add(graph, hits, misses));
}

static const Node *crossentropy(Graph *graph, const LossArguments *a)
{
    if (!a->link)
        return crossentropy_of_probabilities(graph, a);
    if (a->known && !a->link->coupled)
        return graph_dot(graph, a->known, a->link->crossentropies(graph, a->v, a->target));
    return a->link->crossentropy(graph, a->v, a->target);
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

/* loss: links and losses, a row each: what the prediction is of the head's value, and what it costs. A row is all that
 * the program knows of one; adding one touches loss.c alone. */
#ifndef COSTATE_LOSS_H
#define COSTATE_LOSS_H

#include "gen/graph/graph.h"
#include "gen/model/model.h"

/* v: the head's value, a varying vector. */
struct Link {
    const char *name; /* in specs */
    bool classes;     /* predictions are probabilities of classes */
    bool coupled;     /* entries depend on each other, so that one of them alone says nothing, nor what all share */
    const Node *(*prediction)(Graph *graph, const Node *v);
    /* The cross-entropy of v and the target c, of v so that it cannot overflow; its derivative is p - c for a c whose
     * entries sum to 1. NULL: the link has none. */
    const Node *(*crossentropy)(Graph *graph, const Node *v, const Node *target);
    /* The same entry by entry, for targets of which some are missing; NULL where `coupled`. */
    const Node *(*crossentropies)(Graph *graph, const Node *v, const Node *target);
};

/* What a loss is made of. */
typedef struct {
    const Link *link; /* NULL: the prediction is no link's */
    const Node *v, *prediction, *target;
    const Node *known; /* 1 where the target's entry is there, else 0; or NULL: all are */
    const Node *noise; /* what residuals are divided by, a shared vector; or NULL */
} LossArguments;

struct Loss {
    const char *name;  /* in specs */
    const char *title; /* for people */
    bool of_classes;   /* only links with classes have it */
    bool residuals;    /* a function of the residuals, which noise scales */
    const Node *(*loss)(Graph *graph, const LossArguments *arguments);
};

/* The rows, in the order in which they are listed to people; the last has no name. */
extern const Link loss_links[];
extern const Loss loss_losses[];

const Link *loss_link(const char *name);
const Loss *loss_named(const char *name);

/* Does a target of which one entry is missing say nothing at all? loss NULL: a function of the spec. */
bool loss_is_whole(const Loss *loss, const Link *link);

#endif

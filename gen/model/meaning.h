/* meaning: a hash of what parameters mean to a network: that of the same parameters under another tableau, activation
 * or field is another one, while a comment, a training setting, a loss or the name of a file changes nothing. */
#ifndef COSTATE_MEANING_H
#define COSTATE_MEANING_H

#include "gen/model/model.h"
#include "gen/model/problem.h"
#include "gen/model/tableau.h"

#include <stdint.h>

/* The expressions of problem are in graph. */
uint64_t meaning_hash(Arena *arena, const Graph *graph, const Model *model, const Tableau *tableau,
                      const Problem *problem);

/* The hash of keys, goes on over what training minimises: the same, and the problem's losses and costs. */
uint64_t meaning_problem(Arena *arena, const Graph *graph, const Model *model, const Problem *problem, uint64_t hash);

#endif

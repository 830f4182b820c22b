/* codelet: a routine as one loop over the samples of a block, in which every row of every value is a variable, so that
 * the state of a small network stays in registers. The other form, kernels and loops over whole blocks, keeps more
 * vectors in flight and is as short for every width. */
#ifndef COSTATE_CODELET_H
#define COSTATE_CODELET_H

#include "gen/code/operand.h"

/* Can the routine be written so? Not with operations whose rows depend on each other in more than sums, and not when
 * the text would be of hundreds of lines. */
bool codelet_fits(const Graph *graph, const Schedule *schedule);

/* Is that form the faster one, which `make bench` checks? Where nothing waits for a long chain of operations, as an
 * activation is, and the variables fit into the registers. Requires codelet_fits. */
bool codelet_wins(const Schedule *schedule);

/* The schedule's statements: those that do not vary by `print`, one loop, and what is made of its sums, by `print`
 * again. Requires codelet_fits. */
void codelet_print(Printer *printer, void (*print)(Printer *printer, const Statement *statement));

#endif

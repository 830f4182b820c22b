/* loop: statements that work entry by entry and follow each other are done in one loop over the block, so that what
 * only the next of them needs stays in a register. */
#ifndef COSTATE_LOOP_H
#define COSTATE_LOOP_H

#include "gen/code/operand.h"

/* Does a loop, if any, compute the value? */
bool loop_takes(const Node *node);

/* The number of statements, from `first` on, that one loop can do; 0 or 1 where there is nothing to gain. */
size_t loop_length(const Schedule *schedule, size_t first);

/* That loop as C. */
void loop_print(Printer *printer, size_t first, size_t count);

#endif

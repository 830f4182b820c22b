/* memory: how much of it there is. */
#ifndef COSTATE_MEMORY_H
#define COSTATE_MEMORY_H

/* The most bytes that this process can have: those of the machine, of its control group, or of its limit of address
 * space, whichever are fewest. Infinite where nothing tells. */
double memory_most(void);

#endif

/* calls: programs whose calls of the system on files fail. They are traced (ptrace), so that calls of the C library
 * count as those of costate do. On x86-64 alone, whose registers are known here. */
#ifndef COSTATE_CALLS_H
#define COSTATE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What happens: an errno instead of the call, half of what was to be written, or the end of the process. */
typedef enum { FAULT_ERROR, FAULT_HALF, FAULT_KILL } FaultKind;

typedef struct {
    FaultKind kind;
    int error; /* FAULT_ERROR */
    bool full; /* not that call alone, but from it on all that make files longer or more */
    size_t at; /* the number of the call, from 1; 0: no call */
} Fault;

typedef struct {
    size_t count; /* that were made */
    bool removal; /* one that failed would have removed something */
} Calls;

/* Is there such a thing here? */
bool calls_can_fail(void);

/* In the child, before it executes the program. */
void calls_offer(void);

/* Follows the child to its end; its wait status, and in *calls what it called. */
int calls_follow(pid_t child, Fault fault, Calls *calls);

#endif

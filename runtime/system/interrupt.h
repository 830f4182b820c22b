/* interrupt: ^C and SIGTERM end training, not the program. */
#ifndef COSTATE_INTERRUPT_H
#define COSTATE_INTERRUPT_H

#include <stdbool.h>

/* From here to interrupt_end the first SIGINT or SIGTERM is only noted; another one of the same kind ends the program
 * at once. A signal that is ignored (nohup, a background job) stays ignored. */
void interrupt_begin(void);

/* Has one arrived since interrupt_begin? */
bool interrupt_seen(void);

/* Restores what interrupt_begin found. */
void interrupt_end(void);

#endif

/* print: C text of scheduled routines. The text is written for the prefix `costate_`, like the templates; pack gives
 * it the solver's own. */
#ifndef COSTATE_PRINT_H
#define COSTATE_PRINT_H

#include "printer.h"

/* One routine as a static function, with its comment; the kernels it calls are added to use. loops: elementwise
 * statements that follow each other share a loop over vectors, which is for compilers that have them; else each is a
 * kernel's call. */
void print_routine(Text *text, const Network *network, const Schedule *schedule, bool loops, KernelUse *use);

#endif

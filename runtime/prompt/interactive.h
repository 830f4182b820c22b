/* interactive: a training while somebody sits at the prompt: its trace, a line that shows how far it is, ^C. */
#ifndef COSTATE_INTERACTIVE_H
#define COSTATE_INTERACTIVE_H

#include "runtime/library/net.h"

/* Trains for that many more iterations on the data of the spec (see net_train) and adds them to
 * net->trace; progress is shown where standard error is a terminal, and ^C ends training after the iteration
 * under way. Why it ended; NULL after errors, which an objective that is not finite at the start is, too. */
const char *interactive_train(Net *net, size_t iterations);

#endif

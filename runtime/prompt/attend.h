/* attend: a training while somebody sits at the prompt: its trace, a line that shows how far it is, ^C. */
#ifndef COSTATE_ATTEND_H
#define COSTATE_ATTEND_H

#include "runtime/library/net.h"

/* Trains for that many more iterations on the data of the spec (see laboratory_train) and adds them to
 * laboratory->trace; progress is shown where standard error is a terminal, and ^C ends training after the iteration
 * under way. Why it ended; NULL after errors, which an objective that is not finite at the start is, too. */
const char *attend_training(Laboratory *laboratory, size_t iterations);

#endif

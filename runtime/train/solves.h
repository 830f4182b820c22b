/* solves: what the stages of a training's network took, for people. */
#ifndef COSTATE_SOLVES_H
#define COSTATE_SOLVES_H

#include "runtime/train/train.h"

/* A line that begins with "\n": which stages are explicit, which are found by Newton's method, and in how many
 * iterations at what train keeps; nothing where all are explicit. */
void solves_text(Text *text, const Train *train);

#endif

/* paper: the page of all experiments, in the order of Benning et al. (2019). */
#ifndef COSTATE_PAPER_H
#define COSTATE_PAPER_H

#include "runtime/paper/outcomes.h"

/* Draws the figures that compare networks into FOLDER/figures and writes the page FOLDER/index.html; seconds: what the
 * experiments took. False after errors. */
bool paper_write(Session *session, const Outcomes *outcomes, double seconds);

#endif

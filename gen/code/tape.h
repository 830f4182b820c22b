/* tape: what a gradient keeps of a block's way through the layers, for the way back.
 *
 * Either the state and the stage values of every layer; or the states of `checkpoints` layers, and on the way back
 * each layer is computed again, from the newest checkpoint before it, and its stage values are kept until its adjoint
 * is done. Where the checkpoints are all layers, that is one step a layer. Where they are fewer, they are placed as in
 * A. Griewank and A. Walther, Algorithm 799: Revolve, ACM Trans. Math. Softw. 26, 2000, where no placement needs fewer
 * steps. templates/driver.c does what is planned here. */
#ifndef COSTATE_TAPE_H
#define COSTATE_TAPE_H

#include "gen/model/model.h"
#include "gen/base/text.h"

typedef struct {
    size_t layers, checkpoints; /* 1 <= checkpoints <= layers */
    bool recomputed;            /* stage values are not kept */
    size_t states, records;     /* that there is memory for: of width rows; of what a layer's record takes */
} Tape;

/* As the spec asks for it. */
Tape tape_plan(const Model *model);

/* The steps that a gradient takes a second time or more often, over all layers: the fewest that there can be. */
double tape_recomputed(const Tape *tape);

/* Rows of a block of row_bytes bytes: all of the tape, and where it notes which layers its checkpoints are. */
size_t tape_rows(const Tape *tape, size_t width, size_t record_rows, size_t row_bytes);
size_t tape_note_rows(const Tape *tape, size_t row_bytes);

/* "a gradient keeps ..", for people. */
void tape_text(Text *text, const Tape *tape);

#endif

/* culprit: why an objective or its gradient is not finite. */
#ifndef COSTATE_CULPRIT_H
#define COSTATE_CULPRIT_H

#include "gen/base/text.h"
#include "gen/model/model.h"
#include "runtime/train/train.h"

/* The inputs of an objective's samples, for messages. */
typedef struct {
    const double *x;          /* [samples][inputs], or NULL: they are learnt */
    const char *const *names; /* [inputs]; NULL: they have none */
} CulpritInputs;

/* Of a training that was not finite: "the objective is not finite at the initial parameters: ", or "the gradient by K
 * and b ..", or ".. after 2 updates of epoch 1 at a rate of 10", and why, as far as it can be told: a parameter beyond
 * the range of the model's numbers, the first sample of which a stage was not found, and in which layer, or the first
 * that alone makes it so, with its inputs. which: "initial", where it was so before any update. */
const char *culprit_message(Arena *arena, const Train *train, const Model *model, const CulpritInputs *inputs,
                            const char *which);

/* Of a training that went from one objective to another, and ended since an iteration was not finite: "the objective is
 * 1e+20 times that at the start: train.rate = 10 is too large"; NULL where its rate, if it has one, is not to blame. */
const char *culprit_divergence(Arena *arena, const Model *model, double first, double last, bool not_finite);

#endif

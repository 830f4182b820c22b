/* culprit: why an objective or its gradient is not finite. */
#ifndef COSTATE_CULPRIT_H
#define COSTATE_CULPRIT_H

#include "gen/base/text.h"
#include "gen/model/model.h"
#include "runtime/solver/objective.h"

/* The inputs of an objective's samples, for messages. */
typedef struct {
    const double *x;          /* [samples][inputs], or NULL: they are learnt */
    const char *const *names; /* [inputs]; NULL: they have none */
} CulpritInputs;

/* "the objective is not finite at the initial parameters: ", or "the gradient by K and b ..", and why, as far as it can
 * be told: a parameter beyond the range of the model's numbers, the first sample of which a stage was not found, and in
 * which layer, or the first that alone makes it so, with its inputs. which: "initial". params [objective->parameters]. */
const char *culprit_message(Arena *arena, const Objective *objective, const Model *model, const CulpritInputs *inputs,
                            const char *which, const double *params);

#endif

/* descent: a training that is to go down, step by step. */
#ifndef COSTATE_DESCENT_H
#define COSTATE_DESCENT_H

#include "tests/unit/fixture.h"

#include "runtime/train/train.h"

/* To the end, which comes within 100 iterations; the objective goes down with each. */
static inline TrainResult finish(Train *train)
{
    TrainResult result = TRAIN_RUNNING;
    for (size_t i = 0; i < 100 && result == TRAIN_RUNNING; i++) {
        double before = train->state.evaluation.objective;
        result = train_iterate(train);
        cr_expect(result == TRAIN_RUNNING ? train->state.evaluation.objective < before
                                          : train->state.evaluation.objective == before);
    }
    return result;
}

#endif

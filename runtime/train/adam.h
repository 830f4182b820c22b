/* adam: Adam over batches, one epoch an iteration. */
#ifndef COSTATE_ADAM_H
#define COSTATE_ADAM_H

#include "runtime/train/train.h"

/* One epoch: the samples in an order that follows from seed and epoch number, batch by batch (the last one may be
 * shorter); then the objective of all samples. D. P. Kingma, J. Ba, ICLR 2015, algorithm 1, with beta1 = 0.9,
 * beta2 = 0.999, epsilon = 1e-8; with a constraint each update is followed by the projection onto it. */
TrainResult adam_iterate(Train *train);

#endif

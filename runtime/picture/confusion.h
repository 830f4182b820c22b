/* confusion: which classes are taken for which. */
#ifndef COSTATE_CONFUSION_H
#define COSTATE_CONFUSION_H

#include "runtime/picture/drawing.h"
#include "runtime/picture/trained.h"

/* How often each class was predicted to be which, of all training samples and of all test samples where there are. */
Drawing confusion_matrix(Arena *arena, const Trained *trained);

#endif

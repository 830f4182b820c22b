/* generate: the four planar data sets of Benning et al. (2019), section 5: two classes of points.
 *
 *   donut1d    ceil(n/3) of class 1 near 0 on a line, class 0 near -1/2 and 1/2; noise 0.1
 *   donut2d    ceil(n/2) of class 1 in a disk, class 0 in a ring of radius 1/2; noise 0.1
 *   spiral2d   ceil(n/2) of class 1 on one arm of a spiral, class 0 on the other; noise 0.05
 *   squares2d  uniform on [-0.7, 0.7]^2, class 1 where x1 x2 > 0; noise 0.1 */
#ifndef COSTATE_GENERATE_H
#define COSTATE_GENERATE_H

#include "gen/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { GENERATE_COUNT = 4 };

/* The names above, for messages. */
extern const char *const generate_names[GENERATE_COUNT];

/* Whether name is one of them. */
bool generate_known(const char *name);

/* Fills x [samples][2] and label [samples] (0 or 1) with the data set of a known name: the points by class, shuffled,
 * then Gaussian noise on both coordinates. The same seed and stream give the same bits on every machine; another
 * stream, say "train" and "validate", an independent sample. */
void generate(Arena *arena, const char *name, size_t samples, uint64_t seed, const char *stream, double *x,
              double *label);

#endif

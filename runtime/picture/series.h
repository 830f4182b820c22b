/* series: pictures of what goes on over time t, a panel for each target, control or component, of some trajectories. */
#ifndef COSTATE_SERIES_H
#define COSTATE_SERIES_H

#include "runtime/picture/drawing.h"
#include "runtime/picture/trained.h"

/* What the head makes of the states as lines and what was observed as points, with 95 % bands where there are any:
 * exact at the layers that are observed, and in between as wide as a line says; the states where there are no targets.
 */
Drawing series_observed(Arena *arena, const Trained *trained);

/* The paths of the first two channels, also with what was observed of them where the prediction is the state. */
Drawing series_phase(Arena *arena, const Trained *trained);

/* The controls that have values over layers, held over the layers that they are for, within their bounds. */
Drawing series_controls(Arena *arena, const Trained *trained);

/* The costates p = dJ/dy of each trajectory's part of the objective. */
Drawing series_adjoints(Arena *arena, const Trained *trained);

/* Predicted less observed, in standard deviations where the network knows the noise: over time, or else over what is
 * predicted. */
Drawing series_residuals(Arena *arena, const Trained *trained);

/* Has any control values over layers? */
bool series_has_controls(const Trained *trained);

#endif

/* plane: pictures of points in a plane. */
#ifndef COSTATE_PLANE_H
#define COSTATE_PLANE_H

#include "runtime/picture/drawing.h"
#include "runtime/picture/trained.h"

/* Is there what draws states in a plane? An error where not: more than two channels need LAPACK. */
bool plane_ready(Diagnostics *diagnostics, const Trained *trained);

/* How many seconds they take, about: of a picture of the states that is drawn first, where they are shared. */
double plane_seconds_prediction(const Trained *trained);
double plane_seconds_start(const Trained *trained);
double plane_seconds_flow(const Trained *trained);
double plane_seconds_transformed(const Trained *trained);

/* The samples in the plane of their two inputs. */
Drawing plane_samples(Arena *arena, const Trained *trained, const char *title);

/* What the network predicts over the plane of its two inputs, [-1, 1]^2 or what holds the samples, with them: the
 * classes, or a surface for each output that is a number. */
Drawing plane_prediction(Arena *arena, const Trained *trained);

/* The same before and after the training: trained->initial is there. */
Drawing plane_start(Arena *arena, const Trained *trained);

/* The final states and what the head makes of the plane they are in, [-2, 2]^2 where they are there. Here and below,
 * more than two channels are seen in the plane of their first two principal components. */
Drawing plane_transformed(Arena *arena, const Trained *trained);

/* The states after every layer: side by side, as one line for each sample, and one after the other, as far as
 * some dozens of layers show it. */
Drawing plane_snapshots(Arena *arena, const Trained *trained);
Drawing plane_trajectories(Arena *arena, const Trained *trained);
Drawing plane_animation(Arena *arena, const Trained *trained);

#endif

/* curves: pictures of numbers over iterations or layers, of one network or of several. */
#ifndef COSTATE_CURVES_H
#define COSTATE_CURVES_H

#include "runtime/picture/drawing.h"
#include "runtime/picture/trained.h"

/* colour: of the palette, that of the network in every picture of a page. */
typedef struct {
    const char *name; /* for the legend; NULL: "training" and "test" alone */
    size_t colour;
    const Trace *trace;
    size_t samples, tests; /* by which objectives are divided, of training and test; 0: by nothing */
    bool epochs;           /* its rows are epochs, not iterations */
} NamedTrace;

typedef struct {
    const char *name;
    size_t colour, layers;
    const double *steps; /* [layers] */
} NamedSteps;

/* Objective (mean: they are divided by samples), and accuracy (RMSE where that is what the traces hold), over
 * iterations on logarithmic axes, that of values where they span a decade; the test set dashed, and without an entry of
 * its own in the legend where traces have names. */
Drawing curves_objective(Arena *arena, const char *title, bool mean, size_t count, const NamedTrace *traces);
Drawing curves_accuracy(Arena *arena, const char *title, bool rmse, size_t count, const NamedTrace *traces);

/* Time steps by layer, a step of 0 with a cross. */
Drawing curves_steps(Arena *arena, const char *title, size_t count, const NamedSteps *steps);

/* Does the training count epochs, not iterations? */
bool curves_epochs(const Trained *trained);

/* The step of the algorithm, as it calls it, over the iterations. */
Drawing curves_search(Arena *arena, const Trained *trained);

/* The norm of the gradient over the iterations, and the time steps, a line for each layer, of a course that has some.
 */
Drawing curves_gradient(Arena *arena, const Trained *trained);
Drawing curves_learnt_steps(Arena *arena, const Trained *trained);

/* The median of the samples' slope norms by layer, a line for each stage. */
Drawing curves_stages(Arena *arena, const Trained *trained);

/* Median and the range from a tenth to nine tenths of the samples' costate norms by layer. */
Drawing curves_costates(Arena *arena, const Trained *trained);

/* The state by layer of a network with one channel, a line for each sample. */
Drawing curves_channel(Arena *arena, const Trained *trained);

#endif

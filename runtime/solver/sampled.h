/* sampled: the objective of a network over samples, and how well its predictions do. */
#ifndef COSTATE_SAMPLED_H
#define COSTATE_SAMPLED_H

#include "runtime/solver/objective.h"
#include "runtime/solver/solver.h"

/* The share of observations that predictions [count][observations][outputs] classify as target says (p > 1/2 for one
 * output, the largest of several; what is no number has no class, and is wrong); for numbers the root of the mean
 * squared error. What is missing in target, NAN, counts nothing; 0 where nothing is left, or target is NULL. The sums
 * are those over the tree of the solver's chunks. */
double sampled_accuracy(const Model *model, size_t count, const double *prediction, const double *target);

/* The class that a prediction or a target [outputs] stands for: of one output 1 where it exceeds 1/2, of several the
 * first of the largest; model_classes, which is none, where an entry is no number. */
size_t sampled_class(const Model *model, const double *p);

/* What sampled_accuracy gives: "accuracy" or "RMSE"; NULL where the model has no targets. */
const char *sampled_accuracy_name(const Model *model);

/* The same as a name of members and columns: "accuracy" or "rmse". */
const char *sampled_measure(const Model *model);

/* What optimisers minimise: the objective over `samples`, whose targets are `target` [count][observations][outputs],
 * NULL where there are none, or the samples are rows. It lives, and gathers batches, in arena. Where the model learns
 * inputs, those of the samples are the ones behind the parameters (model_unknowns), whose derivative is 0 where a batch
 * lacks the sample. */
Objective sampled_training(Arena *arena, Solver *solver, const Samples *samples, const double *target);

/* The same over samples whose inputs are given, whatever the model learns; what is behind the parameters counts
 * nothing. */
Objective sampled_objective(Arena *arena, Solver *solver, const Samples *samples, const double *target);

/* The same without penalty and decay, which say nothing of how well samples are predicted: for test sets. */
Objective sampled_validation(Arena *arena, Solver *solver, const Samples *samples, const double *target);

#endif

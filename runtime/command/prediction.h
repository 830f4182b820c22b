/* prediction: what costate predict writes, as CSV. */
#ifndef COSTATE_PREDICTION_H
#define COSTATE_PREDICTION_H

#include "runtime/session/request.h"
#include "runtime/train/estimates.h"

/* What there is to write about: a network with parameters and samples. */
typedef struct {
    Solver *solver;
    const Model *model;
    const double *params;
    const Dataset *data;
    const Dataset *trained;     /* the names of classes */
    const char *id;             /* the column of the data's ids, or NULL */
    const Estimates *estimates; /* by which predictions have bands (bands.h), or NULL */
} Predicting;

/* "p1,..,pm", with bands "lower1,..,lowerm,upper1,..,upperm", also "class" where those are probabilities: a row for
 * each sample, or where each has several predictions or is a trajectory of a table, "trajectory,time,p1,..,pm", a row
 * for each of its times. Before them stands the id, under the name of its column; behind them, where the data have
 * targets, the "label", as a class is written, or "label1,..,labelm", empty where it is missing. A row of the data that
 * was left out for a missing value is an empty row, but for its id; an only field is "" then, for a blank line is no
 * row. A trajectory has its name in the data, else its number from 1. A prediction that is no number has an empty
 * class; a warning counts those that are not finite. */
/* An error where the column of ids has the name of one of them. */
bool prediction_check(Arena *arena, Diagnostics *diagnostics, const Predicting *predicting);
Text prediction_table(Arena *arena, Diagnostics *diagnostics, const Predicting *predicting);

/* "trajectory,time,y1,..,yd": the state of every layer, in the unit of the rows where it begins as one. Here and below
 * times are sums of the network's steps dt, and so the grid's where those are not learnt. */
Text prediction_states(Arena *arena, const Predicting *predicting);

/* "time", the controls one column an entry ("u", "v_1", "K_1_2"; of those with a value a stage "u_stage1", then
 * "u_stage2"), and "costate1,..,costated", a row for each state; "trajectory" before them where there are several
 * samples. The controls are those of the layer that begins there: empty after the last one, but for those of span
 * "all". The costates are those of the sample's part of the objective, before `average`, by states in that unit. */
Text prediction_controls(Arena *arena, const Predicting *predicting);

#endif

/* outcomes: what the runs of the paper reached, and what that says about its findings. */
#ifndef COSTATE_OUTCOMES_H
#define COSTATE_OUTCOMES_H

#include "runtime/paper/experiments.h"
#include "runtime/data/generate.h"
#include "runtime/session/read_run.h"
#include "runtime/compare/reached.h"

typedef struct {
    const RunRead *first;                          /* the run of seed 1 */
    bool validated;                                /* has a validation set */
    Spread objective, training, validation, zeros; /* zeros: share of time steps that are exactly 0 */
} Outcome;

typedef struct {
    const ExperimentPlan *plan;
    Outcome outcomes[GENERATE_COUNT][EXPERIMENT_KINDS];
} Outcomes;

/* Reads all runs of the plan; false after errors. */
bool outcomes_read(Session *session, const ExperimentPlan *plan, Outcomes *outcomes);

/* Appends a table of all outcomes as HTML. */
void outcomes_table(Text *page, const Outcomes *outcomes);

/* Append what the networks, and the methods, show on one data set, and whether that agrees with the paper, as HTML. */
void outcomes_networks(Text *page, const Outcomes *outcomes, size_t data);
void outcomes_methods(Text *page, const Outcomes *outcomes, size_t data);

/* Appends each finding of the paper with what is seen here and whether that agrees, as HTML. */
void outcomes_findings(Text *page, const Outcomes *outcomes);

#endif

/* experiments: the trainings of the paper, each by a process of its own, two and more at a time.
 *
 * Data sets x networks (Net, ResNet, ODENet, ODENet+simplex), data sets x methods (Euler, improved Euler, Kutta(3),
 * Kutta(4)): the specs DATA_NAME.lua of specs/paper/. */
#ifndef COSTATE_EXPERIMENTS_H
#define COSTATE_EXPERIMENTS_H

#include "runtime/session/session.h"

enum { EXPERIMENT_KINDS = 8, EXPERIMENT_NETWORKS = 4 };

/* The names in specs/paper/ and for people; the first EXPERIMENT_NETWORKS are networks, the others methods. */
extern const char *const experiment_names[EXPERIMENT_KINDS], *const experiment_titles[EXPERIMENT_KINDS];

typedef struct {
    const char *folder; /* receives runs/ */
    size_t seeds;
    bool quick; /* 200 iterations each */
} ExperimentPlan;

/* The folder of one run; seeds count from 1. */
const char *experiments_folder(Arena *arena, const ExperimentPlan *plan, size_t data, size_t kind, size_t seed);

/* Runs all, draws prediction, transformed and snapshots of those of seed 1, and says on standard error what is
 * done. False after an error. */
bool experiments_run(Session *session, const ExperimentPlan *plan);

#endif

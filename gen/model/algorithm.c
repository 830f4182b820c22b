#include "gen/model/algorithm.h"

#define TINY 1e-300
#define VAST 1e300

static double armijo_first(const TrainSpec *spec)
{
    return spec->tau / 2; /* an iteration tries twice the last step first */
}

static double lipschitz_first(const TrainSpec *spec)
{
    return spec->lipschitz;
}

static double lbfgs_first(const TrainSpec *spec)
{
    (void)spec;
    return 1.0; /* a quasi-Newton step's length */
}

static double adam_first(const TrainSpec *spec)
{
    return spec->rate;
}

static double newton_first(const TrainSpec *spec)
{
    (void)spec;
    return 1; /* the radius of the region, which soon fits */
}

static double gaussnewton_first(const TrainSpec *spec)
{
    (void)spec;
    return 1e-3; /* the damping, in units of the largest entry of the diagonal */
}

#define REAL(member)  offsetof(TrainSpec, member), false
#define WHOLE(member) offsetof(TrainSpec, member), true

#define SEARCH_CODES                                                                                                   \
    "\nIt returns 1 (an array is NULL), 2 (the gradient is zero), 3 (objective or gradient is not finite) or 4 (200 "  \
    "trials were\nrejected) with params and training as they were."

#define TOLERANCE                                                                                                      \
    {                                                                                                                  \
        "tolerance", REAL(tolerance), 1e-8, TINY, VAST                                                                 \
    }

const AlgorithmRow algorithm_rows[ALGORITHM_COUNT] = {
    [TRAIN_ARMIJO] = {.simplex = true,
                      .selector = "search",
                      .name = "armijo",
                      .unit = "iterations",
                      .iterations = 1000,
                      .settings = {{"tau", REAL(tau), 0.1, TINY, VAST}, {"tau_max", REAL(tau_max), 10, TINY, VAST}},
                      .first_step = armijo_first,
                      .template_file = "search.c",
                      .section = "train_search",
                      .constants = {{"MOST_STEP", offsetof(TrainSpec, tau_max)}},
                      .says = "A step is gradient descent with Armijo's line search." SEARCH_CODES},
    [TRAIN_LIPSCHITZ] = {.simplex = true,
                         .selector = "search",
                         .name = "lipschitz",
                         .unit = "iterations",
                         .iterations = 1000,
                         .settings = {{"lipschitz", REAL(lipschitz), 0.1, TINY, VAST},
                                      {"up", REAL(up), 1.5, 1 + 1e-6, VAST},
                                      {"down", REAL(down), 0.99, TINY, 1}},
                         .first_step = lipschitz_first,
                         .template_file = "search.c",
                         .section = "train_search",
                         .constants = {{"UP", offsetof(TrainSpec, up)}, {"DOWN", offsetof(TrainSpec, down)}},
                         .flag = "LIPSCHITZ",
                         .says = "A step is gradient descent with a backtracked estimate of the Lipschitz "
                                 "constant." SEARCH_CODES},
    [TRAIN_ADAM] = {.simplex = true,
                    .selector = "algorithm",
                    .name = "adam",
                    .unit = "epochs",
                    .iterations = 10,
                    .settings = {{"rate", REAL(rate), 0.001, TINY, VAST}, {"batch", WHOLE(batch), 32, 1, 1e8}},
                    .first_step = adam_first,
                    .template_file = "adam.c",
                    .section = "train_adam",
                    .says = "A step is one update of Adam by the samples that it gets, one batch after the other.\n"
                            "It returns 1 (an array is NULL) or 3 (objective or gradient is not finite) with params "
                            "and training as they were."},
    [TRAIN_LBFGS] = {.selector = "algorithm",
                     .name = "lbfgs",
                     .unit = "iterations",
                     .iterations = 1000,
                     .settings = {{"memory", WHOLE(memory), 10, 1, 1e4}, TOLERANCE},
                     .first_step = lbfgs_first},
    [TRAIN_GAUSSNEWTON] = {.squares = true,
                           .selector = "algorithm",
                           .name = "gaussnewton",
                           .unit = "iterations",
                           .iterations = 1000,
                           .settings = {TOLERANCE},
                           .first_step = gaussnewton_first},
    [TRAIN_NEWTON] = {.second = true,
                      .selector = "algorithm",
                      .name = "newton",
                      .unit = "iterations",
                      .iterations = 1000,
                      .settings = {TOLERANCE},
                      .first_step = newton_first},
};

double algorithm_real(const TrainSpec *spec, size_t offset)
{
    return *(const double *)(const void *)((const char *)spec + offset);
}

double algorithm_setting(const TrainSpec *spec, const AlgorithmSetting *setting)
{
    const void *member = (const char *)spec + setting->offset;
    return setting->whole ? (double)*(const size_t *)member : *(const double *)member;
}

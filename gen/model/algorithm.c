#include "gen/model/algorithm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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
    return spec->rate.first;
}

static double region_first(const TrainSpec *spec)
{
    (void)spec;
    return 1; /* the radius of the region, which soon fits */
}

#define REAL(member)  offsetof(TrainSpec, member), SETTING_REAL
#define WHOLE(member) offsetof(TrainSpec, member), SETTING_WHOLE
#define RATE(member)  offsetof(TrainSpec, member), SETTING_RATE

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
                      .step = "length of the step",
                      .template_file = "search.c",
                      .section = "train_search",
                      .arrays = 2,
                      .input_arrays = 2,
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
                         .step = "estimate of the Lipschitz constant",
                         .template_file = "search.c",
                         .section = "train_search",
                         .arrays = 2,
                         .input_arrays = 2,
                         .constants = {{"UP", offsetof(TrainSpec, up)}, {"DOWN", offsetof(TrainSpec, down)}},
                         .flag = "LIPSCHITZ",
                         .says = "A step is gradient descent with a backtracked estimate of the Lipschitz "
                                 "constant." SEARCH_CODES},
    [TRAIN_ADAM] = {.simplex = true,
                    .selector = "algorithm",
                    .name = "adam",
                    .unit = "epochs",
                    .iterations = 10,
                    .settings = {{"rate", RATE(rate), 0.001, TINY, VAST},
                                 {"batch", WHOLE(batch), 32, 1, 1e8},
                                 {"weight_decay", REAL(weight_decay), 0, 0, VAST}},
                    .first_step = adam_first,
                    .step = "rate",
                    .template_file = "adam.c",
                    .section = "train_adam",
                    .arrays = 2,
                    .input_arrays = 3,
                    .says = "A step is one update of Adam by the samples that it gets, one batch after the other.\n"
                            "It returns 1 (an array is NULL) or 3 (objective or gradient is not finite) with params "
                            "and training as they were."},
    [TRAIN_LBFGS] = {.selector = "algorithm",
                     .name = "lbfgs",
                     .unit = "iterations",
                     .iterations = 1000,
                     .settings = {{"memory", WHOLE(memory), 10, 1, 1e4}, TOLERANCE},
                     .first_step = lbfgs_first,
                     .step = "length of the step",
                     .template_file = "lbfgs.c",
                     .section = "train_lbfgs",
                     .arrays = 4,
                     .bounded_arrays = 2,
                     .input_arrays = 6,
                     .joint = true,
                     .constants = {{"TOLERANCE", offsetof(TrainSpec, tolerance)}},
                     .says =
                         "A step is one of L-BFGS; give it the same samples each time, and params as it left them.\n"
                         "It returns 1 (an array is NULL), 2 (the gradient is zero), 3 (objective or gradient is not "
                         "finite), 4 (no trial is\nlower) or 5 (the gradient, or the decrease to expect, is within "
                         "the tolerance) with params and training as they were."},
    [TRAIN_GAUSSNEWTON] = {.squares = true,
                           .selector = "algorithm",
                           .name = "gaussnewton",
                           .unit = "iterations",
                           .iterations = 1000,
                           .settings = {TOLERANCE},
                           .first_step = region_first,
                           .step = "radius of the trust region"},
    [TRAIN_NEWTON] = {.second = true,
                      .selector = "algorithm",
                      .name = "newton",
                      .unit = "iterations",
                      .iterations = 1000,
                      .settings = {TOLERANCE},
                      .first_step = region_first,
                      .step = "radius of the trust region"},
};

double algorithm_real(const TrainSpec *spec, size_t offset)
{
    return *(const double *)(const void *)((const char *)spec + offset);
}

static void add_rate(Text *text, const Rate *rate)
{
    text_add(text, rate->falls ? "cosine(" : "");
    text_real(text, rate->first);
    if (!rate->falls)
        return;
    text_add(text, ", ");
    text_real(text, rate->last);
    text_add(text, ")");
}

void algorithm_add_setting(Text *text, const TrainSpec *spec, const AlgorithmSetting *setting)
{
    const void *member = (const char *)spec + setting->offset;
    switch (setting->kind) {
    case SETTING_REAL:
        text_real(text, *(const double *)member);
        return;
    case SETTING_WHOLE:
        text_real(text, (double)*(const size_t *)member);
        return;
    case SETTING_RATE:
        add_rate(text, member);
        return;
    }
}

double algorithm_rate(const Rate *rate, double share)
{
    const double pi = 3.14159265358979323846;
    if (!rate->falls)
        return rate->first;
    return share < 1 ? rate->last + (rate->first - rate->last) / 2 * (1 + cos(pi * share)) : rate->last;
}

bool algorithm_has_setting(const AlgorithmRow *row, const char *key)
{
    for (const AlgorithmSetting *setting = row->settings; setting->key; setting++)
        if (!strcmp(setting->key, key))
            return true;
    return false;
}

bool algorithm_has_step(const AlgorithmRow *row)
{
    return row->template_file;
}

size_t algorithm_input_arrays(const TrainSpec *spec, bool bounded)
{
    const AlgorithmRow *row = &algorithm_rows[spec->algorithm];
    return row->input_arrays + 2 * spec->memory + (bounded ? row->bounded_arrays : 0);
}

bool algorithm_keeps_simplex(const AlgorithmRow *row)
{
    return row->simplex;
}

const char *algorithm_list(bool (*has)(const AlgorithmRow *row), AlgorithmList *list)
{
    size_t left = 0, length = 0;
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        left += has(&algorithm_rows[i]);
    list->text[0] = '\0';
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        if (!has(&algorithm_rows[i]))
            continue;
        left--;
        length += (size_t)snprintf(list->text + length, sizeof list->text - length, "%s%s", algorithm_rows[i].name,
                                   left > 1 ? ", "
                                   : left   ? " and "
                                            : "");
    }
    return list->text;
}

#include "runtime/train/train.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { MOST = 100, PARAMETERS = 4 };

static Arena *arena;
static Objective objective;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(lbfgs, .init = setup, .fini = teardown);

/* Rosenbrock's function of every two neighbours; the minimum is 0, at 1. */
static bool rosenbrock(void *context, const double *x, const size_t *samples, size_t count, Evaluation *evaluation,
                       double *gradient)
{
    (void)context, (void)samples, (void)count;
    double sum = 0.0;
    if (gradient)
        memset(gradient, 0, PARAMETERS * sizeof *gradient);
    for (size_t i = 0; i + 1 < PARAMETERS; i++) {
        double valley = x[i + 1] - x[i] * x[i];
        sum += (1.0 - x[i]) * (1.0 - x[i]) + 100.0 * valley * valley;
        if (!gradient)
            continue;
        gradient[i] += -2.0 * (1.0 - x[i]) - 400.0 * x[i] * valley;
        gradient[i + 1] += 200.0 * valley;
    }
    *evaluation = (Evaluation){sum, 0.0};
    return true;
}

/* (x - 2)^2 + (y - 1)^2 + x y, and two that do nothing: within x <= 0.5 the minimum is at (0.5, 0.75). */
static bool coupled(void *context, const double *x, const size_t *samples, size_t count, Evaluation *evaluation,
                    double *gradient)
{
    (void)context, (void)samples, (void)count;
    *evaluation = (Evaluation){(x[0] - 2) * (x[0] - 2) + (x[1] - 1) * (x[1] - 1) + x[0] * x[1], 0.0};
    if (gradient) {
        memset(gradient, 0, PARAMETERS * sizeof *gradient);
        gradient[0] = 2 * (x[0] - 2) + x[1];
        gradient[1] = 2 * (x[1] - 1) + x[0];
    }
    return true;
}

/* Sum of x - log x, which is no number where x is negative: the minimum is 4, at 1. */
static bool barrier(void *context, const double *x, const size_t *samples, size_t count, Evaluation *evaluation,
                    double *gradient)
{
    (void)context, (void)samples, (void)count;
    *evaluation = (Evaluation){0.0, 0.0};
    for (size_t i = 0; i < PARAMETERS; i++) {
        evaluation->objective += x[i] - log(x[i]);
        if (gradient)
            gradient[i] = 1.0 - 1.0 / x[i];
    }
    return true;
}

/* |x|, whose gradient has the wrong sign. */
static bool uphill(void *context, const double *x, const size_t *samples, size_t count, Evaluation *evaluation,
                   double *gradient)
{
    (void)context, (void)samples, (void)count;
    *evaluation = (Evaluation){fabs(x[0]), 0.0};
    for (size_t i = 0; gradient && i < PARAMETERS; i++)
        gradient[i] = i == 0 ? -1.0 : 0.0;
    return true;
}

static TrainSettings settings(size_t memory)
{
    return (TrainSettings){.spec = {.algorithm = TRAIN_LBFGS, .memory = memory, .tolerance = 1e-10}};
}

static Train *begin(ObjectiveEvaluate *evaluate, TrainSettings how, const double *params)
{
    objective = (Objective){.parameters = PARAMETERS, .samples = 1, .evaluate = evaluate};
    Train *train = train_new(arena, &objective, how);
    cr_assert_eq(train_start(train, params), TRAIN_RUNNING);
    return train;
}

/* Until it ends; no iterate is worse than the one before. */
static TrainResult finish(Train *train)
{
    TrainResult result = TRAIN_RUNNING;
    for (size_t i = 0; i < 10 * MOST && result == TRAIN_RUNNING; i++) {
        double before = train->state.evaluation.objective;
        result = train_iterate(train);
        cr_assert_leq(train->state.evaluation.objective, before);
    }
    return result;
}

Test(lbfgs, rosenbrock_to_its_minimum)
{
    static const size_t memories[] = {1, 2, 10};
    for (size_t k = 0; k < 3; k++) {
        Train *train = begin(rosenbrock, settings(memories[k]), (double[]){-1.2, 1.0, -1.2, 1.5});
        TrainResult result = finish(train);
        cr_expect(result == TRAIN_SMALL_GRADIENT || result == TRAIN_SMALL_DECREASE, "%s", train_reason(result));
        for (size_t i = 0; i < PARAMETERS; i++)
            cr_expect_leq(fabs(train->state.params[i] - 1.0), 1e-7, "memory %zu", memories[k]);
        if (memories[k] == 10)
            cr_expect_leq(train->state.iteration, MOST);
    }
}

Test(lbfgs, a_minimum_at_a_bound)
{
    static const double least[PARAMETERS] = {-1, -1, -1, -1}, most[PARAMETERS] = {0.5, 1, 1, 1};
    TrainSettings how = settings(5);
    how.bounded = PARAMETERS;
    how.lower = least;
    how.upper = most;
    Train *train = begin(coupled, how, (double[]){-0.5, 0.9, 0.25, -7});
    TrainResult result = finish(train);
    cr_expect_eq(result, TRAIN_ZERO_GRADIENT, "%s", train_reason(result)); /* all numbers here are exact */
    cr_expect_eq(train->state.params[0], 0.5);
    cr_expect_leq(fabs(train->state.params[1] - 0.75), 1e-10);
    cr_expect_eq(train->state.params[2], 0.25);
    cr_expect_eq(train->state.params[3], -1.0);
}

Test(lbfgs, trials_that_are_not_finite_are_rejected)
{
    Train *train = begin(barrier, settings(5), (double[]){0.01, 5, 0.5, 40});
    TrainResult result = finish(train);
    cr_expect(result == TRAIN_SMALL_GRADIENT || result == TRAIN_SMALL_DECREASE, "%s", train_reason(result));
    cr_expect_leq(fabs(train->state.evaluation.objective - 4.0), 1e-9);
}

Test(lbfgs, a_search_that_finds_nothing_changes_nothing)
{
    Train *train = begin(uphill, settings(5), (double[]){1, 2, 3, 4});
    cr_expect_eq(train_iterate(train), TRAIN_NO_DECREASE);
    cr_expect_str_eq(train_reason(TRAIN_NO_DECREASE), "no further decrease");
    cr_expect_eq(train->state.iteration, 0);
    cr_expect_eq(train->state.params[0], 1.0);
}

/* Cut at every iteration, the rest has the bits of the whole, and ends as that does. */
Test(lbfgs, resuming_changes_no_bit)
{
    const double params[PARAMETERS] = {-1.2, 1.0, -1.2, 1.5};
    for (size_t memory = 1; memory <= 3; memory += 2) {
        Train *whole = begin(rosenbrock, settings(memory), params);
        for (size_t cut = 0; cut < 30; cut++) {
            Train *rest = train_new(arena, &objective, settings(memory));
            train_continue(rest, &whole->state);
            cr_assert_eq(train_iterate(whole), TRAIN_RUNNING);
            cr_assert_eq(train_iterate(rest), TRAIN_RUNNING);
            cr_expect_arr_eq(rest->state.params, whole->state.params, sizeof params);
            for (int k = 0; k < 2; k++)
                cr_expect_arr_eq(rest->state.arrays[k], whole->state.arrays[k], memory * sizeof params);
            cr_expect_eq(rest->state.evaluation.objective, whole->state.evaluation.objective);
            cr_expect_eq(rest->state.step, whole->state.step);
        }
    }
}

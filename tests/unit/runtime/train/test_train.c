#include "runtime/train/train.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { PARAMETERS = 6, SAMPLES = 5, LISTED = 64 };

/* What the objectives below were asked, and how they misbehave. */
typedef struct {
    size_t values, gradients;
    size_t fail_at; /* evaluation that fails; 0: none */
    double radius;  /* not finite where |x_0| is larger; 0: finite everywhere */
    size_t listed;  /* samples of batches so far, the last LISTED of them below */
    size_t seen[LISTED];
} Asked;

static Arena *arena;
static Asked asked;

static void setup(void)
{
    arena = arena_new();
    memset(&asked, 0, sizeof asked);
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(train, .init = setup, .fini = teardown);

static bool count_call(const double *gradient)
{
    *(gradient ? &asked.gradients : &asked.values) += 1;
    return asked.values + asked.gradients != asked.fail_at;
}

static void set(Evaluation *evaluation, const double *params, double objective)
{
    bool outside = asked.radius > 0.0 && fabs(params[0]) > asked.radius;
    *evaluation = (Evaluation){outside ? NAN : objective, params[0]};
}

/* J = 2 x^2 */
static bool parabola(void *context, const double *params, const size_t *samples, size_t count, Evaluation *evaluation,
                     double *gradient)
{
    (void)context, (void)samples, (void)count;
    set(evaluation, params, 2.0 * params[0] * params[0]);
    if (gradient)
        gradient[0] = 4.0 * params[0];
    return count_call(gradient);
}

/* J = |x| with a gradient of the wrong sign: every step goes up. */
static bool uphill(void *context, const double *params, const size_t *samples, size_t count, Evaluation *evaluation,
                   double *gradient)
{
    (void)context, (void)samples, (void)count;
    set(evaluation, params, fabs(params[0]));
    if (gradient)
        gradient[0] = -1.0;
    return count_call(gradient);
}

/* Rosenbrock's function in two parameters. */
static bool rosenbrock(void *context, const double *params, const size_t *samples, size_t count, Evaluation *evaluation,
                       double *gradient)
{
    (void)context, (void)samples, (void)count;
    double x = params[0], y = params[1], valley = y - x * x;
    set(evaluation, params, (1.0 - x) * (1.0 - x) + 100.0 * valley * valley);
    if (gradient) {
        gradient[0] = -2.0 * (1.0 - x) - 400.0 * x * valley;
        gradient[1] = 200.0 * valley;
    }
    return count_call(gradient);
}

/* Samples s pull parameter i towards sin(s + i), through log cosh; the last parameter is not learnt. */
static bool pulls(void *context, const double *params, const size_t *samples, size_t count, Evaluation *evaluation,
                  double *gradient)
{
    (void)context;
    double objective = 0.0;
    if (gradient)
        memset(gradient, 0, PARAMETERS * sizeof *gradient);
    for (size_t k = 0; k < count; k++) {
        size_t sample = samples ? samples[k] : k;
        if (samples)
            asked.seen[asked.listed++ % LISTED] = sample;
        for (size_t i = 0; i + 1 < PARAMETERS; i++) {
            double distance = params[i] - sin((double)(sample + i));
            objective += log(cosh(distance)) / (double)count;
            if (gradient)
                gradient[i] += tanh(distance) / (double)count;
        }
    }
    set(evaluation, params, objective);
    return count_call(gradient);
}

static const TrainSettings lipschitz = {
    .spec = {.algorithm = TRAIN_LIPSCHITZ, .lipschitz = 0.1, .up = 1.5, .down = 0.99}, .simplex_total = 1.0};
static const TrainSettings armijo = {.spec = {.algorithm = TRAIN_ARMIJO, .tau = 0.1, .tau_max = 10.0},
                                     .simplex_total = 1.0};
static const TrainSettings adam = {
    .spec = {.algorithm = TRAIN_ADAM, .rate = {.first = 0.1}, .batch = 2}, .seed = 3, .simplex_total = 1.0};

static Train *begin(ObjectiveEvaluate *evaluate, size_t parameters, size_t samples, TrainSettings settings,
                    const double *params)
{
    Objective *objective = ARENA_NEW(arena, Objective);
    *objective = (Objective){.parameters = parameters, .samples = samples, .evaluate = evaluate};
    Train *train = train_new(arena, objective, settings);
    cr_assert_eq(train_start(train, params), TRAIN_RUNNING);
    return train;
}

/* The quadratic's condition is L >= 4, whatever the point. */
Test(train, lipschitz_steps_by_hand)
{
    Train *train = begin(parabola, 1, 1, lipschitz, (double[]){1.0});
    cr_expect_eq(train->state.step, 0.1);
    cr_expect_eq(train->state.evaluation.objective, 2.0);
    double L = 0.1, x = 1.0;
    for (size_t i = 1; i <= 100; i++) {
        while (L < 4.0)
            L *= 1.5;
        x = x - 4.0 * x / L;
        L *= 0.99;
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
        cr_expect_eq(train->state.iteration, i);
        cr_expect_eq(train->state.step, L);
        cr_expect_eq(train->state.params[0], x);
        cr_expect_eq(train->state.evaluation.objective, 2.0 * x * x);
    }
}

/* The quadratic's condition is alpha <= 0.3. */
Test(train, armijo_steps_by_hand)
{
    Train *train = begin(parabola, 1, 1, armijo, (double[]){1.0});
    cr_expect_eq(train->state.step, 0.05);
    const double steps[] = {0.1, 0.2, 0.2, 0.2};
    double x = 1.0;
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
        x -= steps[i] * (4.0 * x);
        cr_expect_eq(train->state.step, steps[i]);
        cr_expect_eq(train->state.params[0], x);
    }
}

Test(train, armijo_accepts_up_to_its_share)
{
    const double taus[] = {0.58, 0.62}, steps[] = {0.29, 0.155};
    for (size_t k = 0; k < 2; k++) {
        TrainSettings settings = armijo;
        settings.spec.tau = taus[k];
        Train *train = begin(parabola, 1, 1, settings, (double[]){1.0});
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
        cr_expect_eq(train->state.step, steps[k]);
    }
}

Test(train, armijo_never_tries_more_than_tau_max)
{
    TrainSettings settings = armijo;
    settings.spec.tau_max = 0.15;
    Train *train = begin(parabola, 1, 1, settings, (double[]){1.0});
    const double steps[] = {0.1, 0.15, 0.15};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
        cr_expect_eq(train->state.step, steps[i]);
    }
}

/* One evaluation a trial; where Lipschitz accepts at once its trial's gradient is the next iteration's. */
Test(train, evaluations_are_not_repeated)
{
    TrainSettings settings = lipschitz;
    settings.spec.lipschitz = 100.0;
    Train *train = begin(parabola, 1, 1, settings, (double[]){1.0});
    for (size_t i = 0; i < 10; i++)
        train_iterate(train);
    cr_expect_eq(asked.values, 0);
    cr_expect_eq(asked.gradients, 11);
    memset(&asked, 0, sizeof asked);
    train = begin(parabola, 1, 1, armijo, (double[]){1.0});
    for (size_t i = 0; i < 4; i++)
        train_iterate(train);
    cr_expect_eq(asked.values, 1 + 1 + 2 + 2);
    cr_expect_eq(asked.gradients, 4);
}

Test(train, rosenbrock_goes_down)
{
    const TrainSettings settings[] = {lipschitz, armijo};
    for (size_t k = 0; k < 2; k++) {
        Train *train = begin(rosenbrock, 2, 1, settings[k], (double[]){-1.2, 1.0});
        double last = train->state.evaluation.objective;
        for (size_t i = 0; i < 2000; i++) {
            cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
            cr_expect_leq(train->state.evaluation.objective, last);
            last = train->state.evaluation.objective;
        }
        cr_expect_lt(last, 0.1);
    }
}

Test(train, trials_that_are_not_finite_are_rejected)
{
    asked.radius = 1.5;
    TrainSettings settings = lipschitz;
    settings.spec.lipschitz = 0.01;
    Train *train = begin(parabola, 1, 1, settings, (double[]){1.0});
    cr_expect_eq(train_iterate(train), TRAIN_RUNNING);
    cr_expect_lt(train->state.evaluation.objective, 2.0);
    train = begin(rosenbrock, 2, 1, armijo, (double[]){-1.2, 1.0});
    for (size_t i = 0; i < 20; i++)
        cr_expect_eq(train_iterate(train), TRAIN_RUNNING);
}

Test(train, two_hundred_rejections_end_it)
{
    const TrainSettings settings[] = {lipschitz, armijo};
    for (size_t k = 0; k < 2; k++) {
        memset(&asked, 0, sizeof asked);
        Train *train = begin(uphill, 1, 1, settings[k], (double[]){0.0});
        double step = train->state.step;
        for (int again = 0; again < 2; again++) {
            cr_expect_eq(train_iterate(train), TRAIN_REJECTED_TOO_OFTEN);
            cr_expect_eq(train->state.step, step);
            cr_expect_eq(train->state.params[0], 0.0);
            cr_expect_eq(train->state.iteration, 0);
        }
        cr_expect_eq(asked.values + asked.gradients, 1 + 2 * 200);
    }
    cr_expect_str_eq(train_reason(TRAIN_REJECTED_TOO_OFTEN), "200 rejected trials");
}

Test(train, zero_gradient_ends_it)
{
    const TrainSettings settings[] = {lipschitz, armijo};
    for (size_t k = 0; k < 2; k++) {
        Train *train = begin(parabola, 1, 1, settings[k], (double[]){0.0});
        cr_expect_eq(train_iterate(train), TRAIN_ZERO_GRADIENT);
        cr_expect_eq(train->state.iteration, 0);
    }
    Train *tiny = begin(parabola, 1, 1, armijo, (double[]){1e-200});
    cr_expect_eq(train_iterate(tiny), TRAIN_RUNNING, "only exact zeros count, not squares that underflow");
}

Test(train, a_start_that_is_not_finite)
{
    asked.radius = 0.5;
    Objective objective = {.parameters = 1, .samples = 1, .evaluate = parabola};
    Train *train = train_new(arena, &objective, lipschitz);
    cr_expect_eq(train_start(train, (double[]){1.0}), TRAIN_NOT_FINITE);
}

Test(train, a_failed_evaluation_changes_nothing)
{
    const TrainSettings settings[] = {lipschitz, armijo, adam};
    for (size_t k = 0; k < 3; k++)
        for (size_t more = 1; more <= 2; more++) { /* a search asks once, an epoch of Adam more often */
            memset(&asked, 0, sizeof asked);
            const double params[PARAMETERS] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
            Train *train = begin(pulls, PARAMETERS, SAMPLES, settings[k], params);
            asked.fail_at = asked.values + asked.gradients + (k == 2 ? more : 1);
            cr_expect_eq(train_iterate(train), TRAIN_FAILED);
            cr_expect_arr_eq(train->state.params, params, sizeof params);
        }
}

Test(train, adam_by_hand)
{
    TrainSettings settings = adam;
    Train *train = begin(rosenbrock, 2, 1, settings, (double[]){-1.2, 1.0});
    double x[2] = {-1.2, 1.0}, m[2] = {0}, v[2] = {0}, g[2];
    for (int t = 1; t <= 5; t++) {
        Evaluation ignored;
        rosenbrock(NULL, x, NULL, 0, &ignored, g);
        for (int i = 0; i < 2; i++) {
            m[i] = 0.9 * m[i] + (1.0 - 0.9) * g[i];
            v[i] = 0.999 * v[i] + (1.0 - 0.999) * g[i] * g[i];
            double mean = m[i] / (1.0 - pow(0.9, t)), square = v[i] / (1.0 - pow(0.999, t));
            x[i] -= 0.1 * mean / (sqrt(square) + 1e-8);
        }
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
        for (int i = 0; i < 2; i++)
            cr_expect_leq(fabs(train->state.params[i] - x[i]), 1e-14);
    }
    cr_expect_eq(train->state.step, 0.1);
    cr_expect_eq(train->state.evaluation.accuracy, train->state.params[0]);
}

/* The first step of Adam has the length of the rate, whatever the gradient's. */
Test(train, adam_starts_with_the_rate)
{
    Train *train = begin(parabola, 1, 1, adam, (double[]){7.0});
    cr_expect_eq(train_iterate(train), TRAIN_RUNNING);
    cr_expect_leq(fabs(train->state.params[0] - 6.9), 1e-9);
}

/* Two updates an epoch, over three epochs of which the rate falls; the objective is 2 x^2, and a second parameter,
 * which does not decay, counts nothing. Weights that decay by themselves are x (1 - rate * decay). */
Test(train, adam_by_hand_with_weight_decay_and_a_rate_that_falls)
{
    TrainSettings settings = adam;
    settings.spec.rate = (Rate){0.1, 0.02, .falls = true};
    settings.spec.horizon = 3;
    settings.spec.weight_decay = 0.5;
    settings.decaying = 1;
    settings.decays = (const bool[]){true};
    Train *train = begin(parabola, 1, 4, settings, (double[]){1.0});
    double x = 1, m = 0, v = 0;
    for (int t = 1; t <= 10; t++) {
        double rate = t > 6 ? 0.02 : 0.06 + 0.04 * cos(3.14159265358979323846 * (t - 1) / 6.0), g = 4 * x;
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        x = x * (1 - rate * 0.5) - rate * (m / (1 - pow(0.9, t))) / (sqrt(v / (1 - pow(0.999, t))) + 1e-8);
        if (t % 2)
            continue;
        cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
        cr_expect_leq(fabs(train->state.params[0] - x), 1e-14);
        double next = t >= 6 ? 0.02 : 0.06 + 0.04 * cos(3.14159265358979323846 * t / 6.0);
        cr_expect_leq(fabs(train->state.step - next), 1e-16);
    }
}

Test(train, adam_sees_every_sample_once_an_epoch)
{
    const double params[PARAMETERS] = {0};
    size_t orders[3][SAMPLES];
    for (int again = 0; again < 2; again++) {
        memset(&asked, 0, sizeof asked);
        Train *train = begin(pulls, PARAMETERS, SAMPLES, adam, params);
        for (size_t epoch = 0; epoch < 3; epoch++) {
            asked.listed = asked.gradients = 0;
            train_iterate(train);
            cr_expect_eq(asked.gradients, 3);
            cr_expect_eq(asked.listed, SAMPLES);
            size_t mask = 0;
            for (size_t i = 0; i < SAMPLES; i++)
                mask |= (size_t)1 << asked.seen[i];
            cr_expect_eq(mask, 31);
            if (again)
                cr_expect_arr_eq(asked.seen, orders[epoch], sizeof orders[epoch]);
            memcpy(orders[epoch], asked.seen, sizeof orders[epoch]);
        }
    }
    cr_expect(memcmp(orders[0], orders[1], sizeof orders[0]) || memcmp(orders[1], orders[2], sizeof orders[0]));
}

Test(train, adam_stops_before_an_epoch_that_is_not_finite)
{
    asked.radius = 0.95;
    TrainSettings settings = adam;
    settings.spec.rate.first = -0.1;
    Train *train = begin(parabola, 1, 1, settings, (double[]){0.9});
    cr_expect_eq(train_iterate(train), TRAIN_NOT_FINITE);
    cr_expect_eq(train->state.params[0], 0.9);
    cr_expect_eq(train->state.arrays[0][0], 0.0);
    cr_expect_eq(train->state.iteration, 0);
}

static TrainSettings constrained(TrainSettings settings)
{
    settings.simplex_offset = 1;
    settings.simplex_count = 3;
    return settings;
}

Test(train, constraint_holds_after_every_iteration)
{
    const TrainSettings settings[] = {constrained(lipschitz), constrained(armijo), constrained(adam)};
    const double third = 1.0 / 3.0, params[PARAMETERS] = {2.0, third, third, third, -1.0, 0.5};
    for (size_t k = 0; k < 3; k++) {
        Train *train = begin(pulls, PARAMETERS, SAMPLES, settings[k], params);
        for (size_t i = 0; i < 200; i++) {
            cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
            const double *x = train->state.params;
            cr_expect(x[1] >= 0.0 && x[2] >= 0.0 && x[3] >= 0.0);
            cr_expect_leq(fabs(x[1] + x[2] + x[3] - 1.0), 1e-15);
            cr_expect_eq(x[5], 0.5, "what is not learnt stays");
        }
    }
}

/* ---- bounds ---- */

static const double lower[PARAMETERS] = {0.5, -INFINITY, 0.25, -INFINITY, -0.3, -9.0},
                    upper[PARAMETERS] = {3.0, 0.1, 0.25, INFINITY, INFINITY, 9.0};

static TrainSettings within(TrainSettings settings, size_t bounded, const double *least, const double *most)
{
    settings.bounded = bounded;
    settings.lower = least;
    settings.upper = most;
    return settings;
}

static TrainSettings bounded(TrainSettings settings)
{
    return within(settings, PARAMETERS, lower, upper);
}

Test(train, bounds_hold_from_the_start_on)
{
    const TrainSettings settings[] = {bounded(lipschitz), bounded(armijo), bounded(adam)};
    const double params[PARAMETERS] = {4.0, 0.5, 1.0, 2.0, -3.0, 0.5},
                 moved[PARAMETERS] = {3.0, 0.1, 0.25, 2, -0.3, 0.5};
    for (size_t k = 0; k < 3; k++) {
        Train *train = begin(pulls, PARAMETERS, SAMPLES, settings[k], params);
        cr_expect_arr_eq(train->state.params, moved, sizeof moved);
        for (size_t i = 0; i < 200 && train_iterate(train) == TRAIN_RUNNING; i++)
            for (size_t p = 0; p < PARAMETERS; p++)
                cr_expect(lower[p] <= train->state.params[p] && train->state.params[p] <= upper[p], "%zu", p);
        cr_expect_gt(train->state.iteration, 10);
        cr_expect_eq(train->state.params[0], 0.5, "it is pulled below its bound");
    }
}

Test(train, bounds_that_nothing_reaches_change_no_bit)
{
    static const double far_below[PARAMETERS] = {-50, -50, -50, -50, -50, -INFINITY},
                        far_above[PARAMETERS] = {50, 50, 50, 50, 50, INFINITY};
    const TrainSettings settings[] = {lipschitz, armijo, adam};
    const double params[PARAMETERS] = {4.0, 0.3, -0.2, 1.0, -3.0, 0.5};
    for (size_t k = 0; k < 3; k++) {
        Train *freely = begin(pulls, PARAMETERS, SAMPLES, settings[k], params);
        Train *inside =
            begin(pulls, PARAMETERS, SAMPLES, within(settings[k], PARAMETERS, far_below, far_above), params);
        for (size_t i = 0; i < 60; i++) {
            cr_assert_eq(train_iterate(freely), train_iterate(inside));
            cr_expect_arr_eq(inside->state.params, freely->state.params, sizeof params);
            cr_expect_eq(inside->state.step, freely->state.step);
        }
    }
}

/* J = (x - 2)^2 + (y - 1)^2 + x y: with x <= 1/2 least where x = 1/2, y = 3/4. */
static bool coupled(void *context, const double *params, const size_t *samples, size_t count, Evaluation *evaluation,
                    double *gradient)
{
    (void)context, (void)samples, (void)count;
    double x = params[0], y = params[1];
    set(evaluation, params, (x - 2) * (x - 2) + (y - 1) * (y - 1) + x * y);
    if (gradient) {
        gradient[0] = 2 * (x - 2) + y;
        gradient[1] = 2 * (y - 1) + x;
    }
    return count_call(gradient);
}

Test(train, a_minimum_at_a_bound_is_found)
{
    static const double least[] = {-1, -1}, most[] = {0.5, 1};
    const TrainSettings settings[] = {lipschitz, armijo, adam};
    const double tolerance[] = {1e-7, 1e-7, 1e-4};
    for (size_t k = 0; k < 3; k++) {
        Train *train = begin(coupled, 2, 1, within(settings[k], 2, least, most), (double[]){-0.5, 0.9});
        for (size_t i = 0; i < 1000 && train_iterate(train) == TRAIN_RUNNING; i++)
            continue;
        cr_expect_eq(train->state.params[0], 0.5);
        cr_expect_leq(fabs(train->state.params[1] - 0.75), tolerance[k]);
    }
}

Test(train, a_gradient_that_points_out_of_the_bounds_ends_it)
{
    static const double least[] = {0.25}, most[] = {3.0};
    const TrainSettings settings[] = {lipschitz, armijo};
    for (size_t k = 0; k < 2; k++)
        for (int above = 0; above < 2; above++) {
            Train *train = begin(above ? parabola : uphill, 1, 1, within(settings[k], 1, least, most),
                                 (double[]){above ? 2.0 : 9.0});
            TrainResult result = TRAIN_RUNNING;
            for (size_t i = 0; i < 50 && result == TRAIN_RUNNING; i++)
                result = train_iterate(train);
            cr_expect_eq(result, TRAIN_ZERO_GRADIENT);
            cr_expect_eq(train->state.params[0], above ? 0.25 : 3.0);
        }
}

Test(train, bounds_leave_what_is_no_number_to_the_objective)
{
    static const double least[] = {-1.0}, most[] = {1.0};
    const TrainSettings settings = within(armijo, 1, least, most);
    Objective objective = {.parameters = 1, .samples = 1, .evaluate = parabola};
    Train *train = train_new(arena, &objective, settings);
    cr_expect_eq(train_start(train, (double[]){NAN}), TRAIN_NOT_FINITE);
}

/* 60 iterations at once, and the same with a copy of the state carried over into a new training at every cut. */
static void expect_same_after_resuming(TrainSettings settings)
{
    enum { ITERATIONS = 60 };
    const double third = 1.0 / 3.0, params[PARAMETERS] = {4.0, third, third, third, -3.0, 0.5};
    Train *whole = begin(pulls, PARAMETERS, SAMPLES, settings, params);
    TrainState states[ITERATIONS + 1];
    for (size_t i = 0; i <= ITERATIONS; i++) {
        states[i] = whole->state;
        states[i].params = arena_grow(arena, whole->state.params, sizeof params, sizeof params);
        for (int k = 0; k < 2 && whole->state.arrays[k]; k++)
            states[i].arrays[k] = arena_grow(arena, whole->state.arrays[k], sizeof params, sizeof params);
        if (i < ITERATIONS)
            cr_assert_eq(train_iterate(whole), TRAIN_RUNNING);
    }
    for (size_t cut = 0; cut < ITERATIONS; cut += 7) {
        Train *rest = train_new(arena, whole->objective, settings);
        train_continue(rest, &states[cut]);
        for (size_t i = cut; i <= ITERATIONS; i++) {
            cr_expect_arr_eq(rest->state.params, states[i].params, sizeof params);
            cr_expect_eq(rest->state.evaluation.objective, states[i].evaluation.objective);
            cr_expect_eq(rest->state.step, states[i].step);
            cr_expect_eq(rest->state.iteration, i);
            train_iterate(rest);
        }
    }
}

Test(train, resuming_changes_no_bit)
{
    const TrainSettings settings[] = {lipschitz, armijo, adam};
    for (size_t k = 0; k < 3; k++) {
        expect_same_after_resuming(settings[k]);
        expect_same_after_resuming(constrained(settings[k]));
        expect_same_after_resuming(bounded(settings[k]));
    }
}

Test(train, settings_of_a_model)
{
    Tensor tensors[2] = {{.name = "K", .size = 4}, {.name = "dt", .offset = 4, .size = 20}};
    Model model = {.layers = 20, .step = 0.25, .simplex = true, .seed = 9, .tensors = tensors, .step_tensor = 1};
    model.train = armijo.spec;
    TrainSettings settings = train_settings(arena, &model, 0);
    cr_expect_eq(settings.simplex_offset, 4);
    cr_expect_eq(settings.simplex_count, 20);
    cr_expect_eq(settings.simplex_total, 5.0);
    cr_expect_eq(settings.seed, 9);
    cr_expect_eq(settings.spec.tau_max, 10.0);
    cr_expect_eq(settings.bounded, 0);
    model.simplex = false;
    cr_expect_eq(train_settings(arena, &model, 0).simplex_count, 0);
}

Test(train, bounds_of_a_model)
{
    static const double least[] = {-1, -2}, most[] = {1, INFINITY};
    Tensor tensors[2] = {{.name = "dt", .size = 3},
                         {.name = "b", .offset = 3, .size = 2, .lower = least, .upper = most}};
    Model model = {.tensors = tensors, .tensor_count = 2, .parameters = 5};
    TrainSettings settings = train_settings(arena, &model, 0);
    cr_assert_eq(settings.bounded, 5);
    cr_expect_arr_eq(settings.lower, ((double[]){-INFINITY, -INFINITY, -INFINITY, -1, -2}), 5 * sizeof(double));
    cr_expect_arr_eq(settings.upper, ((double[]){INFINITY, INFINITY, INFINITY, 1, INFINITY}), 5 * sizeof(double));
}

/* A list of steps keeps its sum, and a value of dt that spans layers counts once. */
Test(train, simplex_keeps_the_sum_of_the_steps)
{
    static const double steps[] = {0.5, 0.25, 2};
    Tensor dt = {.name = "dt", .size = 3, .init = {.kind = INIT_VALUES, .values = steps}};
    Model model = {.layers = 3, .step = 0.5, .simplex = true, .tensors = &dt, .tensor_count = 1};
    cr_expect_eq(train_settings(arena, &model, 0).simplex_total, 2.75);
    dt.init = (Init){.kind = INIT_CONSTANT, .a = 0.5};
    model.layers = 6;
    cr_expect_eq(train_settings(arena, &model, 0).simplex_total, 1.5);
}

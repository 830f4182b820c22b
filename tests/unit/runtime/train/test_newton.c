/* Newton's method in a trust region, on functions of two parameters and on networks. */
#include "tests/unit/descent.h"
#include "tests/unit/program.h"

#include "runtime/train/train.h"

#include <math.h>

static const double *broken_beyond; /* the Hessian is not finite where x_0 is larger; NULL: it always is */
static bool hessian_fails;
static size_t evaluations, products;

static void setup(void)
{
    fixture_open();
    broken_beyond = NULL;
    hessian_fails = false;
    evaluations = products = 0;
}

TestSuite(newton, .init = setup, .fini = program_close);

/* A function of x, y, with its gradient and its Hessian h[0] h[1]; h[1] h[2]. */
typedef double Surface(const double *p, double *g, double *h);

static double rosenbrock(const double *p, double *g, double *h)
{
    double x = p[0], valley = p[1] - x * x;
    g[0] = -2 * (1 - x) - 400 * x * valley;
    g[1] = 200 * valley;
    h[0] = 2 - 400 * (valley - 2 * x * x);
    h[1] = -400 * x;
    h[2] = 200;
    return (1 - x) * (1 - x) + 100 * valley * valley;
}

/* Least where x = 1, y = -2, and 3 there. */
static double bowl(const double *p, double *g, double *h)
{
    double x = p[0] - 1, y = p[1] + 2;
    g[0] = 10 * x + y;
    g[1] = x + y;
    h[0] = 10, h[1] = 1, h[2] = 1;
    return 5 * x * x + x * y + y * y / 2 + 3;
}

/* A saddle at 0, minima at x = 0, y = +-1. */
static double saddle(const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    g[0] = 2 * x;
    g[1] = y * y * y - y;
    h[0] = 2, h[1] = 0, h[2] = 3 * y * y - 1;
    return x * x + y * y * y * y / 4 - y * y / 2;
}

/* (x - 2)^2 + (y - 1)^2 + x y: with x <= 1/2 least where x = 1/2, y = 3/4. */
static double coupled(const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    g[0] = 2 * (x - 2) + y;
    g[1] = 2 * (y - 1) + x;
    h[0] = 2, h[1] = 1, h[2] = 2;
    return (x - 2) * (x - 2) + (y - 1) * (y - 1) + x * y;
}

typedef struct {
    Surface *surface;
} Toy;

static bool evaluate(void *context, const double *params, const size_t *samples, size_t count, Evaluation *evaluation,
                     double *gradient)
{
    const Toy *toy = context;
    double g[2], h[3];
    (void)samples, (void)count;
    evaluations++;
    *evaluation = (Evaluation){.objective = toy->surface(params, g, h)};
    if (gradient)
        memcpy(gradient, g, sizeof g);
    return true;
}

static bool hessian(void *context, const double *params, const double *direction, double *product)
{
    const Toy *toy = context;
    double g[2], h[3];
    products++;
    toy->surface(params, g, h);
    if (broken_beyond && params[0] > *broken_beyond)
        h[0] = NAN;
    product[0] = h[0] * direction[0] + h[1] * direction[1];
    product[1] = h[1] * direction[0] + h[2] * direction[1];
    return !hessian_fails;
}

static const TrainSettings settings = {.spec = {.algorithm = TRAIN_NEWTON, .tolerance = 1e-8}};

static Train *begin(Surface *surface, TrainSettings with, const double *params)
{
    Toy *toy = ARENA_NEW(arena, Toy);
    toy->surface = surface;
    Objective *objective = ARENA_NEW(arena, Objective);
    *objective = (Objective){.context = toy, .parameters = 2, .samples = 1, .evaluate = evaluate, .hessian = hessian};
    Train *train = train_new(arena, objective, with);
    cr_assert_eq(train_start(train, params), TRAIN_RUNNING);
    return train;
}

static void expect_at(const Train *train, double x, double y, double bound)
{
    cr_expect_leq(fabs(train->state.params[0] - x), bound, "x = %.17g", train->state.params[0]);
    cr_expect_leq(fabs(train->state.params[1] - y), bound, "y = %.17g", train->state.params[1]);
}

/* The minimum is within the first region, which conjugate gradients reach in two products. */
Test(newton, a_quadratic_takes_a_few_steps)
{
    Train *train = begin(bowl, settings, (double[]){0.75, -1.5});
    cr_expect_eq(finish(train), TRAIN_SMALL_GRADIENT);
    cr_expect_leq(train->state.iteration, 4);
    expect_at(train, 1, -2, 1e-9);
    cr_expect_leq(evaluations, 6);
}

Test(newton, the_region_grows_where_the_model_is_right)
{
    Train *train = begin(bowl, settings, (double[]){500, 700});
    cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
    cr_expect_eq(train->state.step, 2);
    cr_expect_leq(fabs(hypot(train->state.params[0] - 500, train->state.params[1] - 700) - 1), 1e-12);
    finish(train);
    expect_at(train, 1, -2, 1e-9);
}

Test(newton, rosenbrock)
{
    Train *train = begin(rosenbrock, settings, (double[]){-1.2, 1});
    TrainResult result = finish(train);
    cr_expect(result == TRAIN_SMALL_GRADIENT || result == TRAIN_ZERO_GRADIENT);
    cr_expect_leq(train->state.iteration, 40);
    expect_at(train, 1, 1, 1e-8);
}

/* On the ridge the gradient leads to the saddle, and the curvature away from it. */
Test(newton, an_indefinite_hessian)
{
    Train *train = begin(saddle, settings, (double[]){0.5, 1e-3});
    cr_expect_eq(finish(train), TRAIN_SMALL_GRADIENT);
    expect_at(train, 0, 1, 1e-7);
}

Test(newton, a_hessian_that_is_not_finite)
{
    const double everywhere = -INFINITY, near = 0.5;
    broken_beyond = &near;
    Train *train = begin(rosenbrock, settings, (double[]){-1.2, 1});
    finish(train);
    cr_expect_lt(train->state.evaluation.objective, 0.3);
    broken_beyond = &everywhere;
    train = begin(bowl, settings, (double[]){0, 0});
    finish(train);
    cr_expect_lt(train->state.evaluation.objective, 3.1, "steepest descent");
}

Test(newton, a_product_that_fails)
{
    hessian_fails = true;
    Train *train = begin(rosenbrock, settings, (double[]){-1.2, 1});
    cr_expect_eq(train_iterate(train), TRAIN_FAILED);
    cr_expect_eq(train->state.params[0], -1.2);
    cr_expect_eq(train->state.iteration, 0);
}

static TrainSettings within(const double *lower, const double *upper)
{
    TrainSettings with = settings;
    with.bounded = 2;
    with.lower = lower;
    with.upper = upper;
    return with;
}

Test(newton, a_minimum_at_a_bound)
{
    static const double lower[] = {-1, -1}, upper[] = {0.5, 1};
    Train *train = begin(coupled, within(lower, upper), (double[]){-0.5, 0.9});
    cr_expect_eq(finish(train), TRAIN_ZERO_GRADIENT);
    cr_expect_eq(train->state.params[0], 0.5);
    expect_at(train, 0.5, 0.75, 1e-9);
    cr_expect_leq(train->state.iteration, 5);
}

/* It begins a hair's breadth from a bound that it does not end at, and that it would run into. */
Test(newton, near_a_bound_it_does_not_jam)
{
    static const double lower[] = {-5, -INFINITY}, upper[] = {INFINITY, 1 + 1e-12};
    Train *train = begin(rosenbrock, within(lower, upper), (double[]){-1.2, 1});
    finish(train);
    expect_at(train, 1, 1, 1e-7);
    cr_expect_leq(train->state.iteration, 60);
    static const double corner[] = {2, -1}, wide[] = {9, 9};
    train = begin(bowl, within(corner, wide), (double[]){3, 4});
    cr_expect_eq(finish(train), TRAIN_ZERO_GRADIENT, "the corner holds both");
    cr_expect_eq(train->state.params[0], 2);
    cr_expect_eq(train->state.params[1], -1);
}

Test(newton, bounds_that_nothing_reaches_change_no_bit)
{
    static const double lower[] = {-50, -INFINITY}, upper[] = {50, 50};
    Train *freely = begin(rosenbrock, settings, (double[]){-1.2, 1});
    Train *inside = begin(rosenbrock, within(lower, upper), (double[]){-1.2, 1});
    for (size_t i = 0; i < 30; i++) {
        cr_assert_eq(train_iterate(freely), train_iterate(inside));
        cr_expect_arr_eq(inside->state.params, freely->state.params, 2 * sizeof(double));
        cr_expect_eq(inside->state.step, freely->state.step);
    }
}

Test(newton, resuming_changes_no_bit)
{
    for (size_t cut = 0; cut < 20; cut += 3) {
        Train *whole = begin(rosenbrock, settings, (double[]){-1.2, 1});
        for (size_t i = 0; i < cut; i++)
            train_iterate(whole);
        Train *rest = train_new(arena, whole->objective, settings);
        train_continue(rest, &whole->state);
        for (size_t i = 0; i < 40; i++) {
            cr_assert_eq(train_iterate(whole), train_iterate(rest));
            cr_expect_arr_eq(rest->state.params, whole->state.params, 2 * sizeof(double));
            cr_expect_eq(rest->state.step, whole->state.step);
            cr_expect_eq(rest->state.evaluation.objective, whole->state.evaluation.objective);
        }
    }
}

/* The tolerance is of the gradient; where rounding keeps that away, what is in reach ends it. */
Test(newton, tolerances)
{
    TrainSettings loose = settings, tight = settings;
    loose.spec.tolerance = 0.1;
    tight.spec.tolerance = 1e-300;
    Train *train = begin(saddle, loose, (double[]){0.5, 0.6});
    cr_expect_eq(finish(train), TRAIN_SMALL_GRADIENT);
    cr_expect_gt(fabs(train->state.params[1] - 1), 1e-9);
    train = begin(saddle, tight, (double[]){0.5, 0.6});
    TrainResult result = finish(train);
    cr_expect(result == TRAIN_SMALL_DECREASE || result == TRAIN_ZERO_GRADIENT || result == TRAIN_REJECTED_TOO_OFTEN,
              "%s", train_reason(result));
    expect_at(train, 0, 1, 1e-8);
    cr_expect_str_eq(train_reason(TRAIN_SMALL_GRADIENT), "projected gradient within the tolerance");
    cr_expect_str_eq(train_reason(TRAIN_SMALL_DECREASE), "relative decrease within the tolerance");
}

/* ---- whole trainings ---- */

static const char *curved_spec(const char *rest)
{
    return fixture_text(
        "curved.lua",
        text_print(arena,
                   "return network { name = 'curved', inputs = 2, layers = 3, method = 'kutta4', activation = 'tanh',\n"
                   "  init = { K = normal(1), W = normal(1) }, head = { outputs = 1, link = 'sigmoid' },\n"
                   "  loss = 'squared', data = { 'spiral2d', samples = 700 }, seed = 2, %s\n"
                   "  train = { algorithm = 'newton', iterations = 12 } }\n",
                   rest));
}

static const char *trace_of(const char *run)
{
    return path_join(arena, path_join(arena, folder, run), "trace.csv");
}

/* Threads, an end in between and bounds that hold something change no bit of the trace. */
Test(newton, runs_of_the_program)
{
    static const char *const rests[] = {"", "bounds = { K = { -0.5, 0.5 } },", "decay = 0.01,", "real = 'float',"};
    for (size_t k = 0; k < 4; k++) {
        const char *spec = curved_spec(rests[k]);
        costate_succeeds("train %s --threads 1 --out %s/whole --force", spec, folder);
        costate_succeeds("train %s --threads 2 --out %s/threads --force", spec, folder);
        costate_succeeds("train %s --iterations 5 --out %s/parts --force", spec, folder);
        costate_succeeds("train %s --resume --out %s/parts", spec, folder);
        cr_expect(same_content(trace_of("whole"), trace_of("threads")), "%s", rests[k]);
        cr_expect(same_content(trace_of("whole"), trace_of("parts")), "%s", rests[k]);
    }
}

Test(newton, no_step_for_a_device)
{
    const Outcome outcome = costate("emit %s --trainer -o %s", curved_spec(""), fixture_path("solver"));
    cr_expect_eq(outcome.status, 1);
    cr_expect_not_null(strstr(outcome.err, ":4: train.algorithm = \"newton\" has no training step to emit"), "%s",
                       outcome.err);
    cr_expect_not(file_exists(fixture_path("solver")));
}

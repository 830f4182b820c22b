/* Gauss and Newton's method, damped: residuals of two parameters, Lotka and Volterra's equations against SciPy, and
 * what is reported of the estimates. */
#include "tests/unit/compiled.h"
#include "tests/unit/descent.h"
#include "tests/unit/program.h"

#include "runtime/number/lapack.h"
#include "runtime/train/estimates.h"

TestSuite(gaussnewton, .init = fixture_open, .fini = program_close);

enum { RESIDUALS = 3 };

/* Residuals r of x, y and their derivatives, d[2 k] by x, d[2 k + 1] by y. */
typedef void Fitted(const double *p, double *r, double *d);

static void rosenbrock(const double *p, double *r, double *d)
{
    const double derivatives[2 * RESIDUALS] = {-1, 0, -20 * p[0], 10};
    r[0] = 1 - p[0], r[1] = 10 * (p[1] - p[0] * p[0]), r[2] = 0;
    memcpy(d, derivatives, sizeof derivatives);
}

/* Least where x = 1, y = 2, and 1/2 there; with x <= 1/2 where y = 2.25. */
static void plane(const double *p, double *r, double *d)
{
    const double derivatives[2 * RESIDUALS] = {1, 1, 0, 1, 0, 0};
    r[0] = p[0] + p[1] - 3, r[1] = p[1] - 2, r[2] = 1;
    memcpy(d, derivatives, sizeof derivatives);
}

/* x + y alone matters. */
static void valley(const double *p, double *r, double *d)
{
    double sum = p[0] + p[1];
    const double derivatives[2 * RESIDUALS] = {1, 1, sum, sum, 0, 0};
    r[0] = sum - 2, r[1] = (sum * sum - 1) / 2, r[2] = 0;
    memcpy(d, derivatives, sizeof derivatives);
}

/* x + 1 and 0.95 x^2 + x - 1: least where x = 0, and 1 there. Gauss and Newton's own steps come nearer by a twentieth
 * each: what they leave out of the curvature is nearly all of it. */
static void large(const double *p, double *r, double *d)
{
    const double derivatives[2 * RESIDUALS] = {1, 0, 1.9 * p[0] + 1, 0, 0, 1};
    r[0] = p[0] + 1, r[1] = 0.95 * p[0] * p[0] + p[0] - 1, r[2] = p[1];
    memcpy(d, derivatives, sizeof derivatives);
}

static bool broken; /* the derivatives are no numbers */

/* A residual that the method would leap away from: atan. */
static void flat(const double *p, double *r, double *d)
{
    const double derivatives[2 * RESIDUALS] = {1 / (1 + p[0] * p[0]), 0, 0, broken ? NAN : 1, 0, 0};
    r[0] = atan(p[0]), r[1] = p[1], r[2] = 0;
    memcpy(d, derivatives, sizeof derivatives);
}

typedef struct {
    Fitted *fitted;
} Toy;

static bool evaluate(void *context, const double *params, const size_t *samples, size_t count, Evaluation *evaluation,
                     double *gradient)
{
    double r[RESIDUALS], d[2 * RESIDUALS];
    (void)samples, (void)count;
    ((const Toy *)context)->fitted(params, r, d);
    *evaluation = (Evaluation){0};
    if (gradient)
        gradient[0] = gradient[1] = 0;
    for (size_t k = 0; k < RESIDUALS; k++) {
        evaluation->objective += r[k] * r[k] / 2;
        for (size_t i = 0; gradient && i < 2; i++)
            gradient[i] += broken ? r[k] : r[k] * d[2 * k + i];
    }
    return true;
}

static bool squares(void *context, const double *params, double *matrix)
{
    double r[RESIDUALS], d[2 * RESIDUALS], rows[2 * RESIDUALS];
    ((const Toy *)context)->fitted(params, r, d);
    for (size_t k = 0; k < RESIDUALS; k++) {
        rows[k] = d[2 * k];
        rows[RESIDUALS + k] = d[2 * k + 1];
    }
    memset(matrix, 0, 4 * sizeof *matrix);
    lapack_add_products(2, RESIDUALS, 1, rows, matrix);
    return true;
}

static const TrainSettings settings = {.spec = {.algorithm = TRAIN_GAUSSNEWTON, .tolerance = 1e-9}};

static Train *begin(Fitted *fitted, TrainSettings with, const double *params)
{
    cr_assert(lapack_ready(diagnostics));
    Toy *toy = ARENA_NEW(arena, Toy);
    toy->fitted = fitted;
    Objective *objective = ARENA_NEW(arena, Objective);
    *objective = (Objective){.context = toy,
                             .parameters = 2,
                             .samples = 1,
                             .evaluate = evaluate,
                             .squares = squares,
                             .residuals = RESIDUALS};
    Train *train = train_new(arena, objective, with);
    cr_assert_eq(train_start(train, params), TRAIN_RUNNING);
    return train;
}

/* The last where rounding of the objective hides what is left. */
static bool converged(TrainResult result)
{
    return result == TRAIN_SMALL_GRADIENT || result == TRAIN_ZERO_GRADIENT || result == TRAIN_SMALL_DECREASE;
}

static void expect_at(const Train *train, double x, double y, double bound)
{
    cr_expect_leq(fabs(train->state.params[0] - x), bound, "x = %.17g", train->state.params[0]);
    cr_expect_leq(fabs(train->state.params[1] - y), bound, "y = %.17g", train->state.params[1]);
}

Test(gaussnewton, rosenbrock)
{
    Train *train = begin(rosenbrock, settings, (double[]){-1.2, 1});
    cr_expect(converged(finish(train)));
    expect_at(train, 1, 1, 1e-8);
    cr_expect_leq(train->state.iteration, 50);
}

Test(gaussnewton, linear_residuals_take_a_few_steps)
{
    Train *train = begin(plane, settings, (double[]){-30, 70});
    cr_expect(converged(finish(train)));
    expect_at(train, 1, 2, 1e-8);
    cr_expect_leq(train->state.iteration, 8);
}

Test(gaussnewton, large_residuals_are_no_slow_case)
{
    Train *train = begin(large, settings, (double[]){0.5, 1});
    cr_expect(converged(finish(train)));
    expect_at(train, 0, 0, 1e-7);
    cr_expect_leq(train->state.iteration, 20);
    cr_expect_leq(train->state.evaluations[EVALUATED_JACOBIAN], train->state.iteration);
}

Test(gaussnewton, a_singular_jacobian)
{
    Train *train = begin(valley, settings, (double[]){5, -2.5});
    cr_expect(converged(finish(train)));
    double sum = train->state.params[0] + train->state.params[1];
    cr_expect_leq(fabs(sum - 2 + (sum * sum - 1) / 2 * sum), 1e-8, "the gradient by the sum is 0");
    Tensor tensor = {.name = "u", .size = 2, .rank = 1, .shape = {2}, .learnt = true};
    const Model model = {.tensors = &tensor, .tensor_count = 1, .parameters = 2};
    cr_expect_str_eq(estimates_of(arena, &model, train).missing, "the Jacobian of the residuals is singular");
}

Test(gaussnewton, leaps_are_damped)
{
    Train *train = begin(flat, settings, (double[]){20, 1});
    cr_expect(converged(finish(train)));
    expect_at(train, 0, 0, 1e-8);
}

Test(gaussnewton, derivatives_that_are_no_numbers_end_it)
{
    broken = true;
    Train *train = begin(flat, settings, (double[]){20, 1});
    cr_expect_eq(train_iterate(train), TRAIN_NO_JACOBIAN);
    cr_expect_str_eq(train_reason(TRAIN_NO_JACOBIAN), "derivatives of residuals not finite");
    expect_at(train, 20, 1, 0);
    broken = false;
}

static TrainSettings within(const double *lower, const double *upper)
{
    TrainSettings with = settings;
    with.bounded = 2;
    with.lower = lower;
    with.upper = upper;
    return with;
}

Test(gaussnewton, bounds)
{
    static const double lower[] = {-40, -INFINITY}, upper[] = {0.5, INFINITY}, far[] = {-90, -90}, wide[] = {90, 90};
    Train *train = begin(plane, within(lower, upper), (double[]){-30, 70});
    cr_expect(converged(finish(train)));
    cr_expect_eq(train->state.params[0], 0.5);
    expect_at(train, 0.5, 2.25, 1e-8);
    Train *freely = begin(rosenbrock, settings, (double[]){-1.2, 1});
    Train *inside = begin(rosenbrock, within(far, wide), (double[]){-1.2, 1});
    for (size_t i = 0; i < 30; i++) {
        cr_assert_eq(train_iterate(freely), train_iterate(inside));
        cr_expect_arr_eq(inside->state.params, freely->state.params, 2 * sizeof(double));
    }
}

Test(gaussnewton, resuming_changes_no_bit)
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
        }
    }
}

/* ---- the matrix of a network ---- */

/* Of predictions that are linear in what is learnt the matrix is the Hessian, decay and average included. */
Test(gaussnewton, the_matrix_where_predictions_are_linear)
{
    static const char *const rests[] = {"", "decay = 0.3", "average = true, decay = 0.3", "noise = { 0.5, 2 }"};
    cr_assert(lapack_ready(diagnostics));
    for (size_t k = 0; k < 4; k++) {
        Compiled compiled = compiled_of(
            text_print(arena,
                       "return network { name = 'linear', inputs = 2, width = 3, layers = 2, method = 'kutta3',\n"
                       "  activation = 'tanh', head = { outputs = 2, link = 'identity' }, loss = 'squared',\n"
                       "  learn = { 'W', 'mu' }, train = { algorithm = 'gaussnewton' }, %s }\n",
                       rests[k]),
            1, 1100);
        Objective objective = sampled_objective(arena, compiled.solver, &compiled.samples, compiled.target);
        size_t n = compiled.model->parameters;
        double *matrix = ARENA_ARRAY(arena, n * n, double), *params = compiled.params;
        double *above = ARENA_ARRAY(arena, n, double), *below = ARENA_ARRAY(arena, n, double);
        Evaluation ignored;
        cr_assert(objective.squares(objective.context, params, matrix));
        cr_expect_eq(objective.residuals, 2200);
        for (size_t i = 0; i < n; i++) {
            double here = params[i];
            params[i] = here + 0.5;
            objective.evaluate(objective.context, params, NULL, 0, &ignored, above);
            params[i] = here - 0.5;
            objective.evaluate(objective.context, params, NULL, 0, &ignored, below);
            params[i] = here;
            for (size_t j = 0; j < n && matrix[i * (n + 1)] > 0; j++)
                cr_expect_leq(fabs(matrix[i * n + j] - (above[j] - below[j])), 1e-10 * matrix[i * (n + 1)] + 1e-9,
                              "%s: %zu, %zu", rests[k], i, j);
        }
    }
}

/* ---- whole trainings ---- */

#define LOTKA_VOLTERRA "tests/golden/lotka_volterra/"

static const char *lotka_volterra(const char *from, const char *to)
{
    const Content spec = content_of(LOTKA_VOLTERRA "spec.lua");
    const char *text = replaced(text_print(arena, "%.*s", (int)spec.size, spec.data), "\"lv.csv\"",
                                text_print(arena, "\"%s\"", absolute_path(LOTKA_VOLTERRA "lv.csv")));
    return fixture_text("lv.lua", from ? replaced(text, from, to) : text);
}

/* Number i of the array of that name in the report. */
static double reported(const char *run, const char *name, size_t i)
{
    const Content report = content_of(path_join(arena, path_join(arena, folder, run), "report.json"));
    char *at = strstr(text_print(arena, "%.*s", (int)report.size, report.data), text_print(arena, "\"%s\": [", name));
    cr_assert_not_null(at, "no %s", name);
    for (at = strchr(at, '[') + 1; *at == '['; at++)
        continue;
    for (; i > 0; i--)
        at = strchr(at, ',') + 1;
    return strtod(at, NULL);
}

/* Of SciPy 1.17.1: optimize.least_squares(residuals, [1, 1, 1, 1], jac="3-point", xtol=1e-15, ftol=1e-15, gtol=1e-13)
 * with the residuals of the same 20 steps of Kutta(4) at the 134 observations that are there, and the root of the
 * diagonal of fun @ fun / (134 - 4) * inv(jac.T @ jac). */
static const double estimates[4] = {1.1027798698634068, 0.8013209884300684, 0.5960393002180676, 0.8931408725572642},
                    errors[4] = {0.01235973085417878, 0.00902095016424872, 0.00646368604711904, 0.0099559367546702};

Test(gaussnewton, lotka_volterra_as_scipy_fits_it)
{
    static const char *const changes[][2] = {{NULL, NULL},
                                             {"observe = 2,", "observe = 2, noise = { 0.05, 0.05 },"},
                                             {"observe = 2,", "observe = 2, average = true,"}};
    for (size_t k = 0; k < 3; k++) {
        const char *spec = lotka_volterra(changes[k][0], changes[k][1]);
        const Outcome outcome =
            costate("train %s --init " LOTKA_VOLTERRA "init.safetensors --out %s/run --force", spec, folder);
        cr_assert_eq(outcome.status, 0, "%s", outcome.err);
        for (size_t i = 0; i < 4; i++) {
            cr_expect_float_eq(reported("run", "values", i), estimates[i], 1e-6);
            cr_expect_float_eq(reported("run", "standard_errors", i), errors[i], 1e-6 * errors[i] + 1e-8);
        }
        cr_expect_float_eq(reported("run", "correlation", 1), 0.9607056084506655, 1e-6);
        cr_expect_not_null(strstr(outcome.out, "\n  theta[2] = 0.801321, standard error 0.009, correlation 0.96\n"),
                           "%s", outcome.out);
        if (k)
            continue;
        costate_succeeds("report %s/run", folder);
        const Content page = content_of(fixture_path("run/report.html"));
        cr_expect_not_null(strstr(arena_string(arena, page.data, page.size),
                                  "<tr><td>theta[2]</td><td>0.801321</td><td>0.009</td><td>0.96</td></tr>"));
    }
}

/* Of SciPy 1.17.1 and NumPy: stats.t.ppf(0.975, 134 - 4) times the root of g @ covariance @ g at the solution above, g
 * by complex steps of 1e-30; trajectories 1, 3 and 8 at times 0.5, 5 and 2.5, which has missing cells. */
static const struct {
    const char *at;
    double prediction[2], half[2];
} bands[] = {{"\n1,0.5,", {2.363813824404905, 1.597467729646773}, {0.008501800723038104, 0.009746962726950924}},
             {"\n3,5,", {2.843616076973412, 1.3794589799486037}, {0.03507404742846487, 0.048447914880952736}},
             {"\n8,2.5,", {0.8686962532193285, 1.4101501091539625}, {0.0124157506191041, 0.015102250373127778}}};

static void expect_bands(const char *table)
{
    for (size_t k = 0; k < 3; k++) {
        char *at = strstr(table, bands[k].at);
        cr_assert_not_null(at, "%s", table);
        double row[6];
        at += strlen(bands[k].at) - 1;
        for (size_t j = 0; j < 6; j++)
            row[j] = strtod(at + 1, &at);
        for (size_t j = 0; j < 2; j++) {
            cr_expect_float_eq(row[j], bands[k].prediction[j], 1e-7);
            cr_expect_float_eq((row[j + 4] - row[j + 2]) / 2, bands[k].half[j], 1e-6 * bands[k].half[j]);
            cr_expect_float_eq((row[j + 4] + row[j + 2]) / 2, row[j], 1e-14);
        }
    }
}

/* They stay as they are beyond the trained layers. */
Test(gaussnewton, bands_as_scipy_computes_them)
{
    costate_succeeds("train %s --init " LOTKA_VOLTERRA "init.safetensors --out %s/run", lotka_volterra(NULL, NULL),
                     folder);
    const char *table = costate_succeeds("predict %s/run --bands", folder).out;
    cr_expect(!strncmp(table, "trajectory,time,p1,p2,lower1,lower2,upper1,upper2\n", 50), "%s", table);
    expect_bands(table);
    expect_bands(costate_succeeds("predict %s/run --bands --layers 24", folder).out);
}

/* More than a chunk of samples, classes beside the bands, and any number of threads. */
Test(gaussnewton, bands_of_classes)
{
    const char *spec = fixture_text(
        "classes.lua",
        "return network { name = 'classes', inputs = 2, layers = 3, method = 'kutta4',\n"
        "  activation = 'tanh', init = { K = normal(1), W = normal(1) }, span = { K = 'all', b = 'all' },\n"
        "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared', seed = 2,\n"
        "  data = { 'donut2d', samples = 700 }, train = { algorithm = 'gaussnewton', iterations = 3 } }\n");
    Text points = text_new(arena);
    text_add(&points, "x1,x2\n");
    for (int i = 0; i < 600; i++)
        text_format(&points, "%g,%g\n", sin(i), cos(3.0 * i));
    fixture_text("points.csv", points.data);
    costate_succeeds("train %s --out %s/run", spec, folder);
    const char *one = costate_succeeds("predict %s/run --bands --data %s/points.csv --threads 1", folder, folder).out;
    cr_expect(!strncmp(one, "p1,lower1,upper1,class\n", 23), "%s", one);
    cr_expect_str_eq(costate_succeeds("predict %s/run --bands --data %s/points.csv --threads 2", folder, folder).out,
                     one);
}

/* The run of that spec's training has none, and says why. */
static void expect_no_bands(const char *spec, const char *options, const char *why)
{
    costate_succeeds("train %s --init " LOTKA_VOLTERRA "init.safetensors --out %s/run --force", spec, folder);
    expect_refusal(costate("predict %s/run --bands %s", folder, options), 1,
                   text_print(arena, "predictions of this run have no bands: %s\n", why));
}

Test(gaussnewton, why_there_are_no_bands)
{
    static const char train[] = "algorithm = \"gaussnewton\", iterations = 50";
    expect_no_bands(lotka_volterra("observe = 2,", "observe = 2, decay = 0.1,"), "", "decay pulls the estimates");
    expect_no_bands(lotka_volterra(train, "algorithm = 'lbfgs', iterations = 3"), "",
                    "only training by least squares tells how certain its parameters are");
    expect_no_bands(lotka_volterra("observe = 2,", "observe = 2, learn = { 'dt' },"), "--layers 30",
                    "with --layers other steps are learnt than in its training");
    expect_no_bands(lotka_volterra("observe = 2,", "observe = 2, learn = { 'theta', 'x' },"), "",
                    "their inputs were learnt, too; those of rows in --data have some");
    costate_succeeds("train %s --out %s/run --force", lotka_volterra(NULL, NULL), folder);
    const Content report = content_of(fixture_path("run/report.json"));
    char *text = arena_string(arena, report.data, report.size);
    static const char *const damages[][3] = {
        {"\"values\": [1", "\"values\": [2", "report.json is of other parameters than model.safetensors"},
        {"\"degrees_of_freedom\"", "\"degrees\"",
         "report.json lacks their standard errors, correlation or degrees of freedom"},
        {"\"correlation\": [[1, ", "\"correlation\": [[1], [",
         "report.json lacks their standard errors, correlation or degrees of freedom"}};
    for (size_t k = 0; k < 3; k++) {
        fixture_text("run/report.json", replaced(text, damages[k][0], damages[k][1]));
        expect_refusal(costate("predict %s/run --bands", folder), 1,
                       text_print(arena, "predictions of this run have no bands: %s\n", damages[k][2]));
    }
}

Test(gaussnewton, why_there_are_no_standard_errors)
{
    static const char *const changes[][3] = {
        {"observe = 2,", "observe = 2, decay = 0.1,", "decay pulls the estimates"},
        {"observe = 2,", "observe = 2, bounds = { theta = { 0.1, 1 } },", "a parameter is at its bound"},
        {"theta[2] * y[2]", "theta[2] * y[2] + 0 * u.theta[4]", NULL}};
    for (size_t k = 0; k < 3; k++) {
        const char *spec = lotka_volterra(changes[k][0], changes[k][1]);
        const Outcome outcome =
            costate("train %s --init " LOTKA_VOLTERRA "init.safetensors --out %s/run --force", spec, folder);
        cr_assert_eq(outcome.status, 0, "%s", outcome.err);
        if (changes[k][2])
            cr_expect_not_null(strstr(outcome.out, text_print(arena, "\nno standard errors: %s\n", changes[k][2])),
                               "%s", outcome.out);
        else
            cr_expect_null(strstr(outcome.out, "no standard errors"));
    }
}

/* Threads and an end in between change no bit of the trace. */
Test(gaussnewton, runs_of_the_program)
{
    const char *spec = fixture_text(
        "curved.lua",
        "return network { name = 'curved', inputs = 2, layers = 3, method = 'kutta4', activation = 'tanh',\n"
        "  init = { K = normal(1), W = normal(1) }, head = { outputs = 1, link = 'sigmoid' }, decay = 0.01,\n"
        "  loss = 'squared', data = { 'spiral2d', samples = 700 }, seed = 2, bounds = { K = { -0.5, 0.5 } },\n"
        "  train = { algorithm = 'gaussnewton', iterations = 12 } }\n");
    costate_succeeds("train %s --threads 1 --out %s/whole", spec, folder);
    costate_succeeds("train %s --threads 2 --out %s/threads", spec, folder);
    costate_succeeds("train %s --iterations 5 --out %s/parts", spec, folder);
    costate_succeeds("train %s --resume --out %s/parts", spec, folder);
    const char *whole = path_join(arena, folder, "whole/trace.csv");
    cr_expect(same_content(whole, path_join(arena, folder, "threads/trace.csv")));
    cr_expect(same_content(whole, path_join(arena, folder, "parts/trace.csv")));
}

Test(gaussnewton, names_of_parameters)
{
    Tensor tensors[3] = {{.name = "K", .size = 12, .rank = 3, .shape = {3, 2, 2}},
                         {.name = "b", .offset = 12, .size = 3, .rank = 1, .shape = {3}},
                         {.name = "g", .offset = 15, .size = 1}};
    const Model model = {.tensors = tensors, .tensor_count = 3, .parameters = 16};
    cr_expect_str_eq(estimates_name(arena, &model, 0), "K[1][1][1]");
    cr_expect_str_eq(estimates_name(arena, &model, 9), "K[3][1][2]");
    cr_expect_str_eq(estimates_name(arena, &model, 14), "b[3]");
    cr_expect_str_eq(estimates_name(arena, &model, 15), "g");
}

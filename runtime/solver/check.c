#include "runtime/solver/check.h"

#include "runtime/number/reals.h"
#include "gen/network/equations.h"
#include "gen/network/identity.h"
#include "runtime/solver/initial.h"
#include "gen/network/interpret.h"
#include "gen/network/symplectic.h"
#include "runtime/number/random.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct {
    Arena *arena;
    const Program *program;
    const Model *model;
    Solver *solver;
    Samples samples;
    const double *x, *signals, *target;
    const double *weighted;     /* the targets with the weights of samples (solver_targets) */
    double *params, *direction; /* [parameters], [unknowns]: 0 in tensors that are not learnt */
    size_t unknowns;            /* parameters and, where they are learnt, the inputs of the samples behind them */
    double *x_dot, *signals_dot,
        *w; /* [count][inputs], [count][signal rows][signals], [count][observations][outputs] */
    Interpreter *reference;
    bool looked; /* for result.obstacle */
    CheckResult result;
} Checker;

size_t check_samples(const Model *model)
{
    const size_t most = 71, work = 20 * 1000 * 1000;
    size_t each = model->parameters + 16 * model->layers * model->width, count = work / each;
    return count < 1 ? 1 : count > most ? most : count;
}

/* 0 / 0 is no error: both sides vanish. */
static double relative(double difference, double scale)
{
    return scale > 0 ? fabs(difference) / scale : fabs(difference);
}

/* The larger error; what is not a number is larger than anything. */
static double worse(double a, double b)
{
    return isnan(a) || a > b ? a : b;
}

static void leave_out(Checker *checker, const char *name, const char *why_not)
{
    checker->result.rows[checker->result.count++] = (CheckRow){.name = name, .passed = true, .why_not = why_not};
}

static const char *obstacle_of(Checker *checker);

static void add_row(Checker *checker, const char *name, double error, double bound)
{
    if (!isfinite(error) && obstacle_of(checker)) {
        leave_out(checker, name, text_print(checker->arena, "not finite: %s", checker->result.obstacle));
        return;
    }
    bool passed = bound > 0 ? error <= bound : error == 0;
    checker->result.rows[checker->result.count++] = (CheckRow){name, error, bound, passed, NULL};
    checker->result.passed = checker->result.passed && passed;
}

/* ---- exact identities ---- */

/* A few samples say as much as many. */
static void check_map(Checker *checker)
{
    const size_t most = 3, n = checker->samples.count < most ? checker->samples.count : most;
    const Symplecticity measured =
        symplectic_measure(checker->arena, checker->program->network, n, checker->x, checker->signals, checker->params);
    if (measured.why_not)
        leave_out(checker, "symplectic map", measured.why_not);
    else
        add_row(checker, "symplectic map", (double)measured.defect, 1e-13);
}

static void check_pair(Checker *checker, const Tableau *pair)
{
    if (tableau_pair_is_symplectic(checker->arena, pair))
        add_row(checker, "symplectic conditions", 0, 0);
    else
        leave_out(checker, "symplectic conditions", "the pair is not symplectic");
    check_map(checker);
    add_row(checker, "bilinear identity", !identity_bilinear(checker->arena, pair), 0);
}

static void check_tableau(Checker *checker)
{
    const Tableau *tableau = checker->program->description.tableau;
    if (!checker->model->residual)
        return;
    if (tableau->partner) {
        check_pair(checker, tableau);
        return;
    }
    const Number **adjoint = tableau_adjoint(checker->arena, tableau);
    if (adjoint)
        add_row(checker, "symplectic conditions", !tableau_is_symplectic(checker->arena, tableau, adjoint), 0);
    add_row(checker, "bilinear identity", !identity_bilinear(checker->arena, tableau), 0);
}

/* ---- stages ---- */

/* values + step direction. */
static long double *widened(Checker *checker, const double *values, double step)
{
    size_t count = checker->model->parameters;
    long double *wide = ARENA_ARRAY(checker->arena, count, long double);
    for (size_t i = 0; i < count; i++)
        wide[i] = (long double)values[i] + (long double)step * (long double)checker->direction[i];
    return wide;
}

static void check_equations(Checker *checker, Interpreter *reference, double bound)
{
    const Model *model = checker->model;
    const size_t count = checker->samples.count, unknowns = solver_unknowns(checker->solver);
    const size_t signals = model->signals * model_signal_rows(model);
    double *states = ARENA_ARRAY(checker->arena, (model->layers + 1) * count * model->width, double);
    double *solutions = ARENA_ARRAY(checker->arena, model->layers * count * unknowns, double);
    const long double *params = widened(checker, checker->params, 0);
    double worst = 0;
    solver_solve_steps(checker->solver, &checker->samples, checker->params, states, NULL, solutions);
    for (size_t i = 0; i < count; i++)
        worst = worse(worst, (double)interpret_residual(reference, checker->x + i * model->inputs,
                                                        signals ? checker->signals + i * signals : NULL, params, count,
                                                        states + i * model->width, solutions + i * unknowns));
    add_row(checker, "stage equations", worst, bound);
}

/* ---- derivatives ---- */

static void check_dot_product(Checker *checker, double bound)
{
    const Model *model = checker->model;
    size_t inputs = checker->samples.count * model->inputs, outputs = checker->samples.count * model_predictions(model);
    size_t signals = checker->samples.count * model->signals * model_signal_rows(model);
    double *signals_bar = ARENA_ARRAY(checker->arena, signals + 1, double);
    double *jv = ARENA_ARRAY(checker->arena, outputs, double), *x_bar = ARENA_ARRAY(checker->arena, inputs, double);
    double *gradient = ARENA_ARRAY(checker->arena, model->parameters, double);
    solver_pushforward(checker->solver, &checker->samples, checker->x_dot, checker->signals_dot, checker->params,
                       checker->direction, jv);
    solver_pullback(checker->solver, &checker->samples, checker->params, checker->w, x_bar,
                    signals ? signals_bar : NULL, gradient);
    double left = reals_dot(outputs, jv, checker->w);
    double right = reals_dot(inputs, checker->x_dot, x_bar) + reals_dot(signals, checker->signals_dot, signals_bar) +
                   reals_dot(model->parameters, checker->direction, gradient);
    add_row(checker, "dot product", relative(left - right, reals_norm(outputs, jv) * reals_norm(outputs, checker->w)),
            bound);
}

/* The part of an array [unknowns] that is learnt inputs'; NULL: there is none. */
#define INPUTS_OF(checker, array)                                                                                      \
    ((checker)->unknowns > (checker)->model->parameters ? (array) + (checker)->model->parameters : NULL)

/* The reference's gradient [unknowns] at params and inputs + step direction. */
static long double *gradient_at(Checker *checker, double step)
{
    long double *gradient = ARENA_ARRAY(checker->arena, checker->unknowns, long double);
    const MovedInputs inputs = {(long double)step, INPUTS_OF(checker, checker->direction),
                                INPUTS_OF(checker, gradient)};
    interpret_moved(checker->reference, checker->samples.count, checker->x, &inputs, checker->signals,
                    checker->weighted, widened(checker, checker->params, step), gradient);
    return gradient;
}

static long double objective_at(Checker *checker, double step)
{
    const MovedInputs inputs = {(long double)step, INPUTS_OF(checker, checker->direction), NULL};
    return interpret_moved(checker->reference, checker->samples.count, checker->x, &inputs, checker->signals,
                           checker->weighted, widened(checker, checker->params, step), NULL);
}

/* The error of those entries, relative to the largest. */
static double apart_in(size_t count, const long double *exact, const double *gradient)
{
    double largest = 0, error = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs((double)exact[i]));
        error = worse(error, fabs((double)(exact[i] - (long double)gradient[i])));
    }
    return relative(error, largest);
}

/* Tensor by tensor. False where the reference has no number to hold against. */
static bool check_gradient(Checker *checker, const double *gradient, double bound)
{
    const Model *model = checker->model;
    const long double *exact = gradient_at(checker, 0);
    for (size_t i = 0; i < checker->unknowns; i++)
        if (!isfinite(exact[i]))
            return false;
    double worst =
        apart_in(checker->unknowns - model->parameters, exact + model->parameters, gradient + model->parameters);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const size_t first = model->tensors[t].offset;
        worst = worse(worst, apart_in(model->tensors[t].size, exact + first, gradient + first));
    }
    add_row(checker, "gradient", worst, bound);
    return true;
}

/* Of what the gradient's reference has met. */
static void check_angles(Checker *checker)
{
    const double largest = (double)interpret_largest_angle(checker->reference);
    if (largest >= 0)
        add_row(checker, "argument of sin and cos", largest, checker->model->single ? 6400 : 2e5);
}

/* What differences are held against. */
typedef struct {
    const double *gradient, *product; /* [unknowns] */
    const struct Direction *direction, *tangent;
    double bound;
} Compared;

/* Relative to what is compared, of differences over +- step. */
typedef double Deviation(Checker *checker, const Compared *with, double step);

/* The steps are so small that kinks are hardly ever crossed and curvature of curvature does not count, and large enough
 * for long double; the second is for points that are so steep that it does. */
static double least_deviation(Checker *checker, Deviation *deviation, const Compared *with)
{
    static const double steps[] = {1e-8, 1e-10};
    Arena *const arena = checker->arena;
    double least = INFINITY;
    for (size_t k = 0; k < sizeof steps / sizeof *steps && !(least <= with->bound); k++) {
        checker->arena = arena_within(arena);
        least = fmin(least, deviation(checker, with, steps[k]));
        arena_free(checker->arena);
        checker->arena = arena;
    }
    return least;
}

/* What the objectives' rounding alone can do stays within the bound. */
static double directional_deviation(Checker *checker, const Compared *with, double step)
{
    size_t count = checker->samples.count, unknowns = checker->unknowns;
    long double above = objective_at(checker, step), below = objective_at(checker, -step);
    double difference = (double)((above - below) / (2 * (long double)step));
    double rounding = (double)((fabsl(above) + fabsl(below)) * (long double)count * LDBL_EPSILON / (long double)step);
    double scale =
        reals_norm(unknowns, with->gradient) * reals_norm(unknowns, checker->direction) + rounding / with->bound;
    return relative(reals_dot(unknowns, with->gradient, checker->direction) - difference, scale);
}

static void check_directional(Checker *checker, const double *gradient, double bound)
{
    const Compared with = {.gradient = gradient, .bound = bound};
    add_row(checker, "directional derivative", least_deviation(checker, directional_deviation, &with), bound);
}

/* What an observation got on the way of the costates, and how much that moved: <w_m, dprediction_m> of all samples. */
static double observed_part(const Checker *checker, const double *moved, size_t m)
{
    const Model *model = checker->model;
    double sum = 0;
    for (size_t i = 0; i < checker->samples.count; i++) {
        size_t at = i * model_predictions(model) + m * model->outputs;
        sum += reals_dot(model->outputs, checker->w + at, moved + at);
    }
    return sum;
}

/* <p_n, dy_n>, sums over all samples, is one number, when what observed layers before n added to p is counted again. */
static void check_invariant(Checker *checker, double bound)
{
    const Model *model = checker->model;
    size_t row = checker->samples.count * model->width, size = (model->layers + 1) * row;
    double *tangents = ARENA_ARRAY(checker->arena, size, double), *costates = ARENA_ARRAY(checker->arena, size, double);
    solver_trajectory(checker->solver, &checker->samples, checker->params, checker->x_dot, checker->w, NULL, tangents,
                      costates);
    double *still =
        ARENA_ARRAY(checker->arena, checker->samples.count * model->signals * model_signal_rows(model) + 1, double);
    double *moved = ARENA_ARRAY(checker->arena, checker->samples.count * model_predictions(model), double);
    solver_pushforward(checker->solver, &checker->samples, checker->x_dot, model->signals ? still : NULL,
                       checker->params, ARENA_ARRAY(checker->arena, model->parameters, double), moved);
    double least = INFINITY, most = -INFINITY, scale = 0, passed = 0;
    for (size_t n = 0, m = 0; n <= model->layers; n++) {
        double value = passed + reals_dot(row, tangents + n * row, costates + n * row);
        if (m < model->observations && model->observed[m] == n)
            passed += observed_part(checker, moved, m++);
        least = fmin(least, value);
        most = fmax(most, value);
        scale = fmax(scale, reals_norm(row, tangents + n * row) * reals_norm(row, costates + n * row));
    }
    add_row(checker, "invariant", relative(most - least, scale), bound);
}

/* ---- second derivatives ---- */

/* The Hessian's product [unknowns] with a direction. */
static const double *product_with(Checker *checker, const double *direction)
{
    double *product = ARENA_ARRAY(checker->arena, checker->unknowns, double);
    solver_hessian_inputs(checker->solver, &checker->samples, checker->params, INPUTS_OF(checker, direction), direction,
                          INPUTS_OF(checker, product), product);
    return product;
}

static double hessian_deviation(Checker *checker, const Compared *with, double step)
{
    size_t count = checker->unknowns;
    const long double *above = gradient_at(checker, step), *below = gradient_at(checker, -step);
    double *difference = ARENA_ARRAY(checker->arena, count, double);
    for (size_t i = 0; i < count; i++)
        difference[i] = (double)((above[i] - below[i]) / (2 * (long double)step)) - with->product[i];
    return relative(reals_norm(count, difference), reals_norm(count, with->product));
}

/* other: a second direction, 0 in tensors that are not learnt. */
static void check_hessian(Checker *checker, const double *other, double bounds[2])
{
    size_t count = checker->unknowns;
    const double *product = product_with(checker, checker->direction), *image = product_with(checker, other);
    add_row(checker, "Hessian, symmetry",
            relative(reals_dot(count, checker->direction, image) - reals_dot(count, other, product),
                     reals_norm(count, checker->direction) * reals_norm(count, image)),
            bounds[0]);
    const Compared with = {.product = product, .bound = bounds[1]};
    add_row(checker, "Hessian, differences", least_deviation(checker, hessian_deviation, &with), bounds[1]);
}

/* A direction of the pullback's arguments, or what has their shapes. */
typedef struct Direction {
    double *x, *signals, *params, *prediction_bar;
} Direction;

static Direction direction_of(Checker *checker)
{
    const Model *model = checker->model;
    size_t count = checker->samples.count;
    return (Direction){ARENA_ARRAY(checker->arena, count * model->inputs, double),
                       ARENA_ARRAY(checker->arena, count * model->signals * model_signal_rows(model) + 1, double),
                       ARENA_ARRAY(checker->arena, model->parameters, double),
                       ARENA_ARRAY(checker->arena, count * model_predictions(model), double)};
}

/* Of what has the shapes of x, signals and params. */
static double pairing(const Checker *checker, const Direction *a, const Direction *b)
{
    const Model *model = checker->model;
    size_t count = checker->samples.count;
    return reals_dot(count * model->inputs, a->x, b->x) +
           reals_dot(count * model->signals * model_signal_rows(model), a->signals, b->signals) +
           reals_dot(model->parameters, a->params, b->params);
}

/* The tangent of the pullback of checker->w along direction; and in moved how predictions move. */
static Direction bent(Checker *checker, const Direction *direction, double *moved)
{
    const double *signals_dot = checker->model->signals ? direction->signals : NULL;
    Direction tangent = direction_of(checker);
    solver_pullback_tangent(checker->solver, &checker->samples, direction->x, signals_dot, checker->params,
                            direction->params, checker->w, direction->prediction_bar, tangent.x,
                            checker->model->signals ? tangent.signals : NULL, tangent.params);
    solver_pushforward(checker->solver, &checker->samples, direction->x, signals_dot, checker->params,
                       direction->params, moved);
    return tangent;
}

static void check_pullback_symmetry(Checker *checker, const Direction directions[2], Direction *tangent, double bound)
{
    size_t outputs = checker->samples.count * model_predictions(checker->model);
    double sides[2], scale = 0, *moved[2];
    Direction tangents[2];
    for (size_t k = 0; k < 2; k++) {
        moved[k] = ARENA_ARRAY(checker->arena, outputs, double);
        tangents[k] = bent(checker, &directions[k], moved[k]);
    }
    for (size_t k = 0; k < 2; k++) {
        const Direction *other = &directions[1 - k];
        sides[k] =
            pairing(checker, other, &tangents[k]) - reals_dot(outputs, directions[k].prediction_bar, moved[1 - k]);
        scale = fmax(scale, sqrt(pairing(checker, other, other) * pairing(checker, &tangents[k], &tangents[k])));
        scale = fmax(scale, reals_norm(outputs, directions[k].prediction_bar) * reals_norm(outputs, moved[1 - k]));
    }
    add_row(checker, "pullback, symmetry", relative(sides[0] - sides[1], scale), bound);
    *tangent = tangents[0];
}

/* How far the pullback's difference quotient is from its tangent, entries beyond `count` left out. */
static double apart(size_t count, const long double *above, const long double *below, double step,
                    const double *tangent)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double error = (double)((above[i] - below[i]) / (2 * (long double)step) - (long double)tangent[i]);
        sum += error * error;
    }
    return sum;
}

static double pullback_deviation(Checker *checker, const Compared *with, double step)
{
    const Model *model = checker->model;
    const Direction *direction = with->direction, *tangent = with->tangent;
    size_t count = checker->samples.count, inputs = count * model->inputs;
    size_t signals = count * model->signals * model_signal_rows(model);
    const PullbackPoint point = {checker->x, checker->signals, checker->params, checker->w};
    const PullbackPoint dots = {direction->x, model->signals ? direction->signals : NULL, direction->params,
                                direction->prediction_bar};
    long double *x[2], *s[2], *gradient[2];
    for (int side = 0; side < 2; side++) {
        x[side] = ARENA_ARRAY(checker->arena, inputs, long double);
        s[side] = ARENA_ARRAY(checker->arena, signals + 1, long double);
        gradient[side] = ARENA_ARRAY(checker->arena, model->parameters, long double);
        interpret_pullback(checker->reference, count, &point, (long double)(side ? -step : step), &dots, x[side],
                           s[side], gradient[side]);
    }
    double error = apart(inputs, x[0], x[1], step, tangent->x) + apart(signals, s[0], s[1], step, tangent->signals) +
                   apart(model->parameters, gradient[0], gradient[1], step, tangent->params);
    return relative(sqrt(error), sqrt(pairing(checker, tangent, tangent)));
}

static void check_pullback_differences(Checker *checker, const Direction *direction, const Direction *tangent,
                                       double bound)
{
    const Compared with = {.direction = direction, .tangent = tangent, .bound = bound};
    add_row(checker, "pullback, differences", least_deviation(checker, pullback_deviation, &with), bound);
}

/* ---- the point ---- */

static double *normals(Checker *checker, const char *stream, size_t count)
{
    Random random = random_stream(checker->model->seed, stream);
    double *values = ARENA_ARRAY(checker->arena, count, double);
    for (size_t i = 0; i < count; i++)
        values[i] = random_normal(&random);
    return values;
}

static void restrict_to_learnt(const Model *model, double *direction)
{
    for (size_t t = 0; t < model->tensor_count; t++)
        for (size_t i = model->tensors[t].offset; i < model->tensors[t].offset + model->tensors[t].size; i++)
            direction[i] *= model->tensors[t].learnt;
}

/* Random, but for the parameters' part. */
static Direction some_direction(Checker *checker, double *params, const char *which)
{
    const Model *model = checker->model;
    size_t count = checker->samples.count;
    return (Direction){
        normals(checker, text_print(checker->arena, "check %s x", which), count * model->inputs),
        normals(checker, text_print(checker->arena, "check %s signals", which),
                count * model->signals * model_signal_rows(model) + 1),
        params, normals(checker, text_print(checker->arena, "check %s w", which), count * model_predictions(model))};
}

/* How far from the initial values, or their magnitudes, parameters are, so that nothing is zero for a special reason:
 * as far as may be. */
static const double shakes[] = {0.1, 0.01, 0.001, 0};
enum { SHAKES = sizeof shakes / sizeof *shakes };

static void shake(Checker *checker, double size)
{
    const Model *model = checker->model;
    const double *noise = normals(checker, "check noise", model->parameters);
    initial_parameters(model, model->seed, checker->params);
    for (size_t t = 0; t < model->tensor_count; t++) {
        double own = t == model->step_tensor ? size * model->step : size;
        for (size_t i = model->tensors[t].offset; i < model->tensors[t].offset + model->tensors[t].size; i++) {
            double *param = &checker->params[i];
            *param = checker->result.positive ? fabs(*param) + own * fabs(noise[i]) : *param + own * noise[i];
            if (model->single)
                checker->params[i] = (double)(float)checker->params[i];
        }
    }
}

/* Weights from 0.5 to 2, where samples have some; whatever those of the data are. */
static const double *some_weights(Arena *arena, const Model *model, size_t count)
{
    double *weights = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++)
        weights[i] = 0.5 * (double)(1 + i % 4);
    return model->weighted ? weights : NULL;
}

/* Objective and gradient [unknowns] over the samples. Are they finite? */
static bool evaluates(Checker *checker, const Samples *samples, double *gradient)
{
    const Model *model = checker->model;
    double objective, *x_bar = model->learns_x ? gradient + model->parameters : NULL;
    solver_evaluate_inputs(checker->solver, samples, checker->params, &objective, NULL, x_bar, gradient);
    return isfinite(objective) && reals_finite(gradient, model_unknowns(model, samples->count));
}

/* The first of the shakes at which the samples can be evaluated, or the first of all. */
static void choose_point(Checker *checker, double *gradient)
{
    const Model *model = checker->model;
    checker->params = ARENA_ARRAY(checker->arena, model->parameters, double);
    checker->direction = normals(checker, "check direction", checker->unknowns);
    restrict_to_learnt(model, checker->direction);
    for (size_t k = 0; k < SHAKES && !checker->result.finite; k++) {
        shake(checker, shakes[k]);
        checker->result.finite = evaluates(checker, &checker->samples, gradient);
    }
    if (!checker->result.finite) {
        shake(checker, shakes[0]);
        evaluates(checker, &checker->samples, gradient);
    }
}

/* ---- samples ---- */

/* Is the objective defined at that sample of x, signals and target and, where `by_x`, the derivatives of its
 * predictions by x and signals? */
static bool is_defined(Checker *checker, size_t sample, bool by_x)
{
    const Model *model = checker->model;
    const size_t inputs = model->inputs, signals = model->signals * model_signal_rows(model);
    double *x_bar = ARENA_ARRAY(checker->arena, inputs, double);
    double *signals_bar = ARENA_ARRAY(checker->arena, signals + 1, double);
    double *gradient = ARENA_ARRAY(checker->arena, model_unknowns(model, 1), double);
    const Samples one = solver_samples(checker->arena, checker->solver, 1, checker->x + sample * inputs,
                                       signals ? checker->signals + sample * signals : NULL,
                                       checker->target ? checker->target + sample * model_predictions(model) : NULL);
    if (!evaluates(checker, &one, gradient))
        return false;
    if (by_x)
        solver_pullback(checker->solver, &one, checker->params, checker->w, x_bar, signals ? signals_bar : NULL,
                        gradient);
    return !by_x || (reals_finite(x_bar, inputs) && reals_finite(signals_bar, signals) &&
                     reals_finite(gradient, model->parameters));
}

/* What is not finite in the reference, at the first sample that is not in compiled code: gradient or pullback. */
static const char *find_obstacle(Checker *checker)
{
    const Model *model = checker->model;
    const size_t inputs = model->inputs, signals = model->signals * model_signal_rows(model);
    size_t sample = 0;
    while (sample < checker->samples.count && is_defined(checker, sample, true))
        sample++;
    if (sample == checker->samples.count) /* then it is on the way */
        sample = 0;
    const double *own = signals ? checker->signals + sample * signals : NULL;
    const PullbackPoint point = {checker->x + sample * inputs, own, checker->params, checker->w};
    long double *gradient = ARENA_ARRAY(checker->arena, model->parameters, long double);
    interpret_watch(checker->reference);
    const double *target = checker->target ? checker->target + sample * model_predictions(model) : NULL;
    interpret_gradient(checker->reference, 1, point.x, own, solver_targets(checker->arena, model, 1, target, NULL),
                       widened(checker, checker->params, 0), gradient);
    interpret_pullback(checker->reference, 1, &point, 0, &point, ARENA_ARRAY(checker->arena, inputs, long double),
                       ARENA_ARRAY(checker->arena, signals + 1, long double), gradient);
    return interpret_obstacle(checker->reference);
}

static const char *obstacle_of(Checker *checker)
{
    if (!checker->looked)
        checker->result.obstacle = find_obstacle(checker);
    checker->looked = true;
    return checker->result.obstacle;
}

typedef struct {
    Checker *checker; /* of the same samples */
    double size;
    double *x, *signals, *target;
    size_t signal_reals; /* of a sample */
    double centres[PROBLEM_MOST_CONSTANTS + 1];
    size_t centre_count;
} Settling;

/* A number on either side, or one side, of a constant. */
static double draw_anywhere(const Settling *settling, Random *random)
{
    const double value = settling->size * random_normal(random);
    const double centre = settling->centres[random_below(random, settling->centre_count)];
    const double sides[] = {value, fabs(value), -fabs(value)};
    return (random_below(random, 4) ? centre : -centre) + sides[random_below(random, 3)];
}

/* Normal numbers, or every other time their magnitudes: many a field is for positive ones. In half of all times any
 * number that may be one of its domain. */
static void draw(const Settling *settling, Random *random, size_t sample, size_t number)
{
    const size_t inputs = settling->checker->model->inputs, signals = settling->signal_reals;
    double *const arrays[] = {settling->x + sample * inputs, settling->signals + sample * signals};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < (k ? signals : inputs); i++) {
            if (number % 4 > 1) {
                arrays[k][i] = draw_anywhere(settling, random);
                continue;
            }
            double value = settling->size * random_normal(random);
            arrays[k][i] = number % 2 ? fabs(value) : value;
        }
    const Model *model = settling->checker->model;
    double *target = settling->target + sample * model_predictions(model);
    for (size_t i = 0; i < model_predictions(model) && number % 2; i++) /* of classes they are positive already */
        target[i] = fabs(target[i]);
}

static void copy_sample(const Settling *settling, size_t to, size_t from)
{
    const Model *model = settling->checker->model;
    const size_t inputs = model->inputs, signals = settling->signal_reals, outputs = model_predictions(model);
    memcpy(settling->x + to * inputs, settling->x + from * inputs, inputs * sizeof(double));
    memcpy(settling->signals + to * signals, settling->signals + from * signals, signals * sizeof(double));
    memcpy(settling->target + to * outputs, settling->target + from * outputs, outputs * sizeof(double));
}

/* At each sample, and where the first few find none, at no sample. */
static bool settle(const Settling *settling, size_t count, bool by_x)
{
    enum { DRAWS = 40, HOPELESS = 3 };
    Random random = random_stream(settling->checker->model->seed, "check samples again");
    bool *found = ARENA_ARRAY(settling->checker->arena, count, bool);
    size_t some = count;
    for (size_t i = 0; i < count && (i < HOPELESS || some < count); i++) {
        found[i] = is_defined(settling->checker, i, by_x);
        for (size_t k = 0; k < DRAWS && !found[i]; k++) {
            draw(settling, &random, i, k);
            found[i] = is_defined(settling->checker, i, by_x);
        }
        some = found[i] ? i : some;
    }
    for (size_t i = 0; i < count && some < count; i++)
        if (!found[i])
            copy_sample(settling, i, some);
    return some < count;
}

bool check_settle(Arena *arena, const Program *program, Solver *solver, size_t count, double size, CheckFrom from,
                  double *x, double *signals, double *target)
{
    const Model *model = program->description.model;
    Checker checker = {.arena = arena, .program = program, .model = model, .solver = solver};
    checker.x = x, checker.signals = signals, checker.target = target;
    checker.params = ARENA_ARRAY(arena, model->parameters, double);
    checker.w = normals(&checker, "check w", model_predictions(model));
    checker.result.positive = from == CHECK_FROM_MAGNITUDES;
    Settling settling = {
        .checker = &checker, .size = size, .x = x, .signals = signals, .target = target, .centre_count = 1};
    settling.signal_reals = model->signals * model_signal_rows(model);
    settling.centre_count +=
        problem_constants(program->description.graph, &program->description.problem, settling.centres + 1);
    bool settled = false;
    for (size_t by_x = 2; by_x-- > 0 && !settled;)
        for (size_t k = 0; k < SHAKES && !settled; k++) {
            shake(&checker, shakes[k]);
            settled = settle(&settling, count, by_x);
        }
    return settled;
}

/* ---- the whole ---- */

CheckResult check_solver(Arena *arena, const Program *program, Solver *solver, size_t count, CheckFrom from,
                         const double *x, const double *signals, const double *target)
{
    const Model *model = program->description.model;
    const double *weight = some_weights(arena, model, count);
    Checker checker = {.arena = arena,
                       .program = program,
                       .model = model,
                       .solver = solver,
                       .samples = solver_weighted_samples(arena, solver, count, x, signals, target, weight),
                       .x = x,
                       .signals = signals,
                       .target = target,
                       .weighted = solver_targets(arena, model, count, target, weight),
                       .unknowns = model_unknowns(model, count),
                       .result = {.passed = true, .positive = from == CHECK_FROM_MAGNITUDES}};
    double *gradient = ARENA_ARRAY(arena, checker.unknowns, double);
    checker.reference = interpret_new(arena, program->network);
    choose_point(&checker, gradient);
    checker.x_dot = normals(&checker, "check x", count * model->inputs);
    checker.w = normals(&checker, "check w", count * model_predictions(model));
    if (model->signals)
        checker.signals_dot = normals(&checker, "check signals", count * model->signals * model_signal_rows(model));
    checker.result.passed = checker.result.finite;
    check_tableau(&checker);
    if (checker.result.finite)
        check_dot_product(&checker, model->single ? 1e-4 : 1e-12);
    checker.result.finite = checker.result.finite && check_gradient(&checker, gradient, model->single ? 1e-3 : 1e-10);
    if (!checker.result.finite) { /* there is nothing to hold the numbers of one against */
        checker.result.passed = false;
        obstacle_of(&checker);
        return checker.result;
    }
    check_angles(&checker);
    if (solver_equations(solver))
        check_equations(&checker, checker.reference, model->single ? 1e-4 : 1e-12);
    check_directional(&checker, gradient, model->single ? 1e-3 : 1e-8);
    check_invariant(&checker, model->single ? 1e-4 : 1e-12);
    if (solver_second(solver)) {
        double *other = normals(&checker, "check other direction", checker.unknowns);
        restrict_to_learnt(model, other);
        check_hessian(&checker, other, model->single ? (double[]){1e-4, 1e-3} : (double[]){1e-12, 1e-7});
        const Direction directions[2] = {some_direction(&checker, checker.direction, "first"),
                                         some_direction(&checker, other, "second")};
        Direction tangent;
        check_pullback_symmetry(&checker, directions, &tangent, model->single ? 1e-4 : 1e-12);
        check_pullback_differences(&checker, &directions[0], &tangent, model->single ? 1e-3 : 1e-7);
    }
    return checker.result;
}

/* ---- text ---- */

static void orders_text(Text *text, const Program *program)
{
    const Tableau *tableau = program->description.tableau;
    text_format(text, "%-24s %s, %zu stage%s\n", "method", tableau->name, tableau->stages,
                tableau->stages == 1 ? "" : "s");
    if (!program->description.model->residual) {
        text_format(text, "%-24s %s\n", "order", "- (a plain net is no Runge-Kutta step)");
        return;
    }
    if (tableau->partner) {
        text_format(text, "%-24s %s\n", "order, any field", tableau_pair_order_text(text->arena, tableau, false));
        text_format(text, "%-24s %s\n", "order, separable fields", tableau_pair_order_text(text->arena, tableau, true));
        return;
    }
    const char *control = tableau_control_text(text->arena, tableau);
    text_format(text, "%-24s %d\n", "order, equation", tableau_order(text->arena, tableau));
    text_format(text, "%-24s %s\n", "order, control problem", control ? control : "- (some b_i <= 0)");
}

/* Of a pair, and of a step that has equations. */
static void stages_text(Text *text, const Program *program)
{
    const Step *step = &program->network->step;
    if (step->parts > 1 || program->blueprint->equations > 0)
        text_format(text, "%-24s %s\n", "stages", equations_text(text->arena, step));
}

void check_text(Text *text, const Program *program, const CheckResult *result)
{
    orders_text(text, program);
    stages_text(text, program);
    if (program->blueprint->tape.recomputed) {
        text_format(text, "%-24s ", "memory");
        tape_text(text, &program->blueprint->tape);
        text_add(text, "\n");
    }
    text_format(text, "\n%-24s %-10s %-10s %s\n", "check", "error", "bound", "verdict");
    for (size_t i = 0; i < result->count; i++) {
        const CheckRow *row = &result->rows[i];
        if (row->why_not)
            text_format(text, "%-24s %-10s %-10s left out: %s\n", row->name, "-", "-", row->why_not);
        else if (row->bound > 0)
            text_format(text, "%-24s %-10.2g %-10.0e %s\n", row->name, row->error, row->bound,
                        row->passed ? "passed" : "FAILED");
        else
            text_format(text, "%-24s %-10s %-10s %s\n", row->name, row->passed ? "0" : "not 0", "exact",
                        row->passed ? "passed" : "FAILED");
    }
}

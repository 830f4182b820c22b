/* Implicit stages as compiled: samples that are solved side by side know nothing of each other. */
#include "tests/unit/compiled.h"

#include <math.h>

TestSuite(stages, .init = fixture_open, .fini = fixture_close);

enum { SAMPLES = 67, WIDTH = 2 };

static double *predicted(const Compiled *compiled, const double *x, size_t count)
{
    double *states = ARENA_ARRAY(arena, count * WIDTH, double);
    const Samples samples = solver_samples(arena, compiled->solver, count, x, NULL, compiled->target);
    solver_predict(compiled->solver, &samples, compiled->params, states);
    return states;
}

/* With the steps as they are given, and not shaken. */
static Compiled problem_of(const char *method, double step, const char *field)
{
    Compiled compiled =
        compiled_of(text_print(arena,
                               "return network { name = 'm', inputs = 2, layers = 3, method = '%s', step = %g,\n"
                               "controls = { g = vector(2) }, field = function(y, u) return %s end,\n"
                               "loss = 'squared' }\n",
                               method, step, field),
                    1, SAMPLES);
    const Tensor *steps = &compiled.model->tensors[compiled.model->step_tensor];
    for (size_t i = 0; i < steps->size; i++)
        compiled.params[steps->offset + i] = step;
    return compiled;
}

static const char *const methods[] = {"implicit_midpoint", "sdirk3", "gauss4", "radau5", "lobatto3a4"};
enum { METHODS = sizeof methods / sizeof *methods };

Test(stages, a_sample_has_the_bits_that_it_has_alone)
{
    for (size_t m = 0; m < METHODS; m++) {
        Compiled compiled = problem_of(methods[m], 0.7, "concat(y[2] + u.g[1], sin(3 * y[1]) - y[1]^3 * y[2])");
        const double *together = predicted(&compiled, compiled.x, SAMPLES);
        for (size_t i = 0; i < SAMPLES; i++) {
            const double *alone = predicted(&compiled, compiled.x + i * compiled.model->inputs, 1);
            cr_expect_eq(memcmp(alone, together + i * WIDTH, WIDTH * sizeof *alone), 0, "%s, sample %zu", methods[m],
                         i);
        }
    }
}

/* y = x + h (y^2 + 1) has no solution for the large ones. */
Test(stages, a_sample_without_a_solution_is_lost_alone)
{
    for (size_t m = 0; m < METHODS; m++) {
        Compiled compiled = problem_of(methods[m], 0.01, "concat(y[2], y[2]^2 + y[1] + u.g[1])");
        const double *before = predicted(&compiled, compiled.x, SAMPLES);
        compiled.x[2 * 5 + 1] = 1e6;
        const double *after = predicted(&compiled, compiled.x, SAMPLES);
        for (size_t i = 0; i < SAMPLES; i++)
            if (i == 5)
                cr_expect(isnan(after[i * WIDTH + 1]), "%s: %g", methods[m], after[i * WIDTH + 1]);
            else
                cr_expect_eq(memcmp(before + i * WIDTH, after + i * WIDTH, WIDTH * sizeof *after), 0);
    }
}

/* The matrix of the implicit midpoint rule is 1 - h / 2. */
Test(stages, a_singular_matrix_gives_no_number)
{
    Compiled compiled = problem_of("implicit_midpoint", 2, "y");
    const double *states = predicted(&compiled, compiled.x, SAMPLES);
    for (size_t i = 0; i < SAMPLES * WIDTH; i++)
        cr_expect_not(isfinite(states[i]), "%g", states[i]);
}

/* Rows are exchanged, another way for each sample: y1' = -a y2, y2' = -b y1 with large a and b, by its solution. */
Test(stages, rows_are_exchanged_where_that_is_needed)
{
    Compiled compiled = problem_of("implicit_midpoint", 2, "concat(y[1] - 3 * y[2], y[2] - 5 * y[1])");
    const double *states = predicted(&compiled, compiled.x, SAMPLES);
    for (size_t i = 0; i < SAMPLES; i++) {
        double y[2] = {compiled.x[2 * i], compiled.x[2 * i + 1]};
        for (int layer = 0; layer < 3; layer++) { /* the matrix is {{0, 3}, {5, 0}} */
            const double stage[2] = {y[1] / 5, y[0] / 3};
            y[0] = 2 * stage[0] - y[0];
            y[1] = 2 * stage[1] - y[1];
        }
        for (size_t k = 0; k < WIDTH; k++)
            cr_expect_leq(fabs(states[i * WIDTH + k] - y[k]), 1e-14 * (1 + fabs(y[k])), "%g, not %g",
                          states[i * WIDTH + k], y[k]);
    }
}

/* How often each equation was iterated: [layers][SAMPLES][equations]. */
static double *counts_of(const Compiled *compiled)
{
    const size_t size = compiled->model->layers * SAMPLES * solver_equations(compiled->solver);
    double *counts = ARENA_ARRAY(arena, size + 1, double);
    solver_solve_steps(compiled->solver, &compiled->samples, compiled->params, NULL, counts, NULL);
    return counts;
}

/* An affine equation is solved by the first iteration of Newton's method, whatever its matrix; another is not. */
Test(stages, affine_fields_take_one_iteration)
{
    static const char *const fields[] = {"concat(y[2] + u.g[1], u.g[2] * y[1] - 30 * y[2])",
                                         "concat(y[2] + u.g[1], sin(u.g[2] + y[1]) - y[2])"};
    const Names implicit = tableau_names(IMPLICIT_TABLEAU);
    cr_assert_gt(implicit.count, 10);
    for (size_t m = 0; m < implicit.count; m++)
        for (int curved = 0; curved < 2; curved++) {
            const Compiled compiled = problem_of(implicit.at[m], 0.3, fields[curved]);
            const size_t equations = solver_equations(compiled.solver);
            const double *counts = counts_of(&compiled);
            cr_assert_gt(equations, 0, "%s", implicit.at[m]);
            for (size_t i = 0; i < compiled.model->layers * SAMPLES * equations; i++)
                cr_expect(curved ? counts[i] >= 2 && counts[i] <= 8 : counts[i] == 1, "%s, %s: %g", implicit.at[m],
                          fields[curved], counts[i]);
        }
}

/* The numbers that reports tell, of samples of which one is lost in the second layer. */
Test(stages, solves_are_counted_and_the_lost_sample_is_named)
{
    Compiled compiled = problem_of("implicit_midpoint", 0.01, "concat(y[2], y[2]^2 + y[1] + u.g[1])");
    Solves solves;
    const Objective objective = sampled_objective(arena, compiled.solver, &compiled.samples, compiled.target);
    objective.solves(objective.context, compiled.params, &solves);
    const double *counts = counts_of(&compiled);
    double sum = 0, most = 0;
    for (size_t i = 0; i < compiled.model->layers * SAMPLES; i++) {
        sum += counts[i];
        most = fmax(most, counts[i]);
    }
    cr_expect_str_eq(solves.stages, "Y1 by Newton's method, 2 unknowns");
    cr_expect_eq(solves.solved, compiled.model->layers * SAMPLES);
    cr_expect_eq((double)solves.most, most);
    cr_expect_float_eq(solves.mean, sum / (double)solves.solved, 1e-14);
    cr_expect_eq(solves.lost, 0);
    compiled.x[2 * 5 + 1] = 45; /* y2 + 0.01 y2^2 grows: the first layer's equation has a solution, the next has none */
    objective.solves(objective.context, compiled.params, &solves);
    cr_expect_eq(solves.lost, 1);
    cr_expect_eq(solves.sample, 5);
    cr_expect_str_eq(solves.unknown, "Y1");
    cr_expect_eq(solves.solved, compiled.model->layers * (SAMPLES - 1) + solves.layer);
    cr_expect_gt(solves.layer, 0);
}

/* The widest equations: s d = 128, and a width of 64 of a diagonally implicit method. */
Test(stages, the_widest_equations_are_solved)
{
    static const char *const widest[] = {"gauss4", "sdirk2"};
    for (size_t m = 0; m < 2; m++) {
        const Compiled compiled = compiled_of(
            text_print(arena,
                       "return network { name = 'w', inputs = 64, layers = 1, step = 0.5, method = '%s',\n"
                       "activation = 'tanh', head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
                       widest[m]),
            1, 1);
        const size_t unknowns = solver_unknowns(compiled.solver), parameters = compiled.model->parameters;
        double *states = ARENA_ARRAY(arena, 2 * 64, double), *solutions = ARENA_ARRAY(arena, unknowns, double);
        long double *params = ARENA_ARRAY(arena, parameters, long double);
        for (size_t i = 0; i < parameters; i++)
            params[i] = compiled.params[i];
        solver_solve_steps(compiled.solver, &compiled.samples, compiled.params, states, NULL, solutions);
        const long double residual = interpret_residual(interpret_new(arena, compiled.program->network), compiled.x,
                                                        NULL, params, 1, states, solutions);
        cr_expect_eq(unknowns, 128);
        cr_expect_leq(residual, 1e-14L, "%s: %Lg", widest[m], residual);
        solutions[17] *= 1 + 1e-9; /* and what is no solution is seen to be none */
        cr_expect_geq(interpret_residual(interpret_new(arena, compiled.program->network), compiled.x, NULL, params, 1,
                                         states, solutions),
                      1e-11L);
    }
}

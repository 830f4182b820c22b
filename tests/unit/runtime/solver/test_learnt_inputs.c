/* Where a model learns inputs, those of the training samples stand behind its parameters. */
#include "tests/unit/compiled.h"

TestSuite(learnt_inputs, .init = fixture_open, .fini = fixture_close, .timeout = 60);

static Compiled some(const char *keys, size_t count)
{
    return compiled_of(
        text_print(arena,
                   "return network { name = 'inputs', inputs = 2, layers = 5, method = 'kutta3',\n"
                   "  activation = 'tanh', loss = 'squared', head = { outputs = 2, link = 'identity' },\n"
                   "  learn = { 'K', 'x' }, %s }\n",
                   keys),
        2, count);
}

/* The parameters, and behind them the inputs. */
static double *unknowns_of(const Compiled *compiled)
{
    const Model *model = compiled->model;
    double *all = ARENA_ARRAY(arena, model_unknowns(model, compiled->samples.count), double);
    memcpy(all, compiled->params, model->parameters * sizeof *all);
    memcpy(all + model->parameters, compiled->x, compiled->samples.count * model->inputs * sizeof *all);
    return all;
}

static double value_of(const Objective *objective, const double *unknowns, const size_t *samples, size_t count)
{
    Evaluation evaluation;
    cr_assert(objective->evaluate(objective->context, unknowns, samples, count, &evaluation, NULL));
    return evaluation.objective;
}

/* The derivative is that of differences, for all samples (more than a chunk) and for a batch, of which alone it is. */
static void expect_derivative(const char *keys, const size_t *batch, size_t count)
{
    enum { SAMPLES = 700 };
    const double step = 1e-6;
    Compiled compiled = some(keys, SAMPLES);
    Objective objective = sampled_training(arena, compiled.solver, &compiled.samples, compiled.target);
    size_t first = compiled.model->parameters, inputs = compiled.model->inputs;
    cr_assert_eq(objective.parameters, first + SAMPLES * inputs);
    double *unknowns = unknowns_of(&compiled), *gradient = ARENA_ARRAY(arena, objective.parameters, double);
    Evaluation evaluation;
    cr_assert(objective.evaluate(objective.context, unknowns, batch, count, &evaluation, gradient));
    for (size_t i = 0; i < SAMPLES * inputs; i += 13) {
        double here = unknowns[first + i], up, down;
        unknowns[first + i] = here + step;
        up = value_of(&objective, unknowns, batch, count);
        unknowns[first + i] = here - step;
        down = value_of(&objective, unknowns, batch, count);
        unknowns[first + i] = here;
        bool counts = !batch;
        for (size_t k = 0; batch && k < count; k++)
            counts = counts || batch[k] == i / inputs;
        cr_expect_leq(fabs((up - down) / (2 * step) - gradient[first + i]), 1e-6, "%zu", i);
        cr_expect_eq(gradient[first + i] != 0, counts, "%zu", i);
    }
}

Test(learnt_inputs, derivative)
{
    static const size_t batch[] = {13, 0, 52, 699, 26};
    static const char *const keys[] = {"average = true", "lift = true, width = 3, decay = 0.5"};
    for (size_t k = 0; k < 2; k++) {
        expect_derivative(keys[k], NULL, 0);
        expect_derivative(keys[k], batch, 5);
    }
}

/* As given, they are the data: the objective and the derivative by parameters are those of a model with given x. */
Test(learnt_inputs, begin_as_the_data)
{
    static const char *const reals[] = {"", "real = 'float'"};
    for (size_t k = 0; k < 2; k++) {
        Compiled compiled = some(reals[k], 30);
        Objective learnt = sampled_training(arena, compiled.solver, &compiled.samples, compiled.target),
                  given = sampled_objective(arena, compiled.solver, &compiled.samples, compiled.target);
        double *unknowns = unknowns_of(&compiled), *a = ARENA_ARRAY(arena, learnt.parameters, double),
               *b = ARENA_ARRAY(arena, given.parameters, double);
        Evaluation here, there;
        cr_assert(learnt.evaluate(learnt.context, unknowns, NULL, 0, &here, a));
        cr_assert(given.evaluate(given.context, unknowns, NULL, 0, &there, b));
        cr_expect_eq(given.parameters, compiled.model->parameters);
        cr_expect_eq(here.objective, there.objective);
        cr_expect_eq(here.accuracy, there.accuracy);
        cr_expect_arr_eq(a, b, given.parameters * sizeof *b);
        for (size_t i = given.parameters; i < learnt.parameters; i++)
            unknowns[i] += 1;
        cr_assert(given.evaluate(given.context, unknowns, NULL, 0, &there, NULL));
        cr_expect_eq(here.objective, there.objective, "a test set keeps its own inputs");
    }
}

/* The product with a direction of parameters and inputs is what differences of their gradients are; without inputs that
 * move it is that of the parameters alone. */
Test(learnt_inputs, product_of_the_hessian)
{
    enum { SAMPLES = 600 };
    const double step = 1e-5;
    Compiled compiled = some("average = true", SAMPLES);
    Objective objective = sampled_training(arena, compiled.solver, &compiled.samples, compiled.target);
    const size_t count = objective.parameters, first = compiled.model->parameters;
    Solver *second =
        solver_compile(arena, diagnostics, gen_second(arena, diagnostics, compiled.program), pool_new(arena, 2));
    double *unknowns = unknowns_of(&compiled), *direction = ARENA_ARRAY(arena, count, double);
    double *moved = ARENA_ARRAY(arena, count, double), *product = ARENA_ARRAY(arena, count, double);
    double *sides[2], *alone = ARENA_ARRAY(arena, first, double), *still = ARENA_ARRAY(arena, count, double);
    const Tensor *K = model_tensor(compiled.model, "K");
    for (size_t i = 0; i < count; i++)
        direction[i] = i >= first || (i >= K->offset && i < K->offset + K->size) ? (double)noise() : 0;
    solver_hessian_inputs(second, &compiled.samples, compiled.params, direction + first, direction, product + first,
                          product);
    for (int side = 0; side < 2; side++) {
        Evaluation evaluation;
        sides[side] = ARENA_ARRAY(arena, count, double);
        for (size_t i = 0; i < count; i++)
            moved[i] = unknowns[i] + (side ? step : -step) * direction[i];
        cr_assert(objective.evaluate(objective.context, moved, NULL, 0, &evaluation, sides[side]));
    }
    for (size_t i = 0; i < count; i++)
        cr_expect_leq(fabs((sides[1][i] - sides[0][i]) / (2 * step) - product[i]), 1e-7, "%zu: %g", i, product[i]);
    solver_hessian(second, &compiled.samples, compiled.params, direction, alone);
    solver_hessian_inputs(second, &compiled.samples, compiled.params, still + first, direction, NULL, still);
    cr_expect_arr_eq(alone, still, first * sizeof *alone);
}

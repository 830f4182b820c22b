/* What batches count of the objective, and how well predictions do where targets are missing. */
#include "gen/model/loss.h"
#include "tests/unit/compiled.h"

TestSuite(sampled, .init = fixture_open, .fini = fixture_close, .timeout = 60);

enum { SAMPLES = 12 };

/* The objective of the samples from first on, and its gradient. */
static double batch_of(const Objective *objective, const double *params, size_t first, size_t count, double *gradient)
{
    size_t samples[SAMPLES];
    Evaluation evaluation;
    for (size_t i = 0; i < count; i++)
        samples[i] = first + i;
    cr_assert(objective->evaluate(objective->context, params, samples, count, &evaluation, gradient));
    return evaluation.objective;
}

/* Penalty and decay enter a batch with its share of the samples, so that batches add up to the whole; averages they
 * enter as they are, so that batches average to it. */
Test(sampled, batches_share_what_belongs_to_no_sample)
{
    static const char form[] = "return network { name = 'shared', inputs = 2, layers = 3, method = 'kutta3',\n"
                               "  activation = 'tanh', loss = 'squared', head = { outputs = 1, link = 'identity' },\n"
                               "  decay = 0.3, penalty = function(u, v, h) return sum((u.K - v.K)^2) / h end, %s }\n";
    for (int average = 0; average < 2; average++) {
        Compiled compiled = compiled_of(text_print(arena, form, average ? "average = true" : ""), 1, SAMPLES);
        size_t parameters = compiled.model->parameters;
        Objective objective = sampled_objective(arena, compiled.solver, &compiled.samples, compiled.target);
        double *whole = ARENA_ARRAY(arena, parameters, double), *part = ARENA_ARRAY(arena, parameters, double),
               *sum = ARENA_ARRAY(arena, parameters, double), total = 0;
        Evaluation evaluation;
        cr_assert(objective.evaluate(objective.context, compiled.params, NULL, 0, &evaluation, whole));
        for (size_t first = 0; first < SAMPLES; first += 4) {
            total += batch_of(&objective, compiled.params, first, 4, part) / (average ? 3 : 1);
            for (size_t i = 0; i < parameters; i++)
                sum[i] += part[i] / (average ? 3 : 1);
        }
        cr_expect_float_eq(total, evaluation.objective, 1e-12 * evaluation.objective);
        for (size_t i = 0; i < parameters; i++)
            cr_expect_float_eq(sum[i], whole[i], 1e-12);
    }
}

Test(sampled, what_is_missing_is_no_mistake)
{
    const Model real = {.link = loss_link("identity"), .outputs = 2, .observations = 2, .has_loss = true},
                classes = {.link = loss_link("softmax"), .outputs = 2, .observations = 2, .has_loss = true};
    const double prediction[] = {1, 2, 3, 4}, target[] = {1, NAN, NAN, 2};
    cr_expect_eq(sampled_accuracy(&real, 1, prediction, target), sqrt(2));
    cr_expect_eq(sampled_accuracy(&real, 1, prediction, (double[]){NAN, NAN, NAN, NAN}), 0);
    const double shares[] = {0.25, 0.75, 0.875, 0.125, 0.5, 0.25, 0, 1};
    cr_expect_eq(sampled_accuracy(&classes, 2, shares, (double[]){0, 1, NAN, 1, 0, 1, 0, 1}), 2.0 / 3);
    cr_expect_eq(sampled_accuracy(&real, 3, prediction, NULL), 0);
    cr_expect_eq(
        sampled_accuracy(&classes, 2, (double[]){NAN, 0, 1, 0, 0, 1, 1, 0}, (double[]){1, 0, 1, 0, 0, 1, 1, 0}),
        3.0 / 4, "what is no number has no class");
    cr_expect_null(sampled_accuracy_name(&(Model){.outputs = 2}));
}

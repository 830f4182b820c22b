#include "runtime/solver/quality.h"

#include "tests/unit/specs.h"

#include <math.h>

TestSuite(quality, .init = fixture_open, .fini = fixture_close);

static const Model *model_with(const char *head)
{
    static const char form[] = "return network { name = 'm', inputs = 2, layers = 2, method = 'euler', "
                               "activation = 'tanh', head = { %s }, loss = 'squared' }\n";
    return description_of(text_print(arena, form, head)).model;
}

/* Ten observations of three classes, counted by hand; one prediction is no number, one target is missing. */
Test(quality, classes_are_counted_by_the_true_and_the_predicted_one)
{
    static const int is[] = {0, 0, 0, 1, 1, 2, 2, 2, 2, 1}, seems[] = {0, 0, 1, 1, 2, 2, 2, 2, 0, 1};
    static const size_t confusion[9] = {2, 1, 0, 0, 1, 1, 1, 0, 3};
    const Model *model = model_with("outputs = 3, link = 'softmax'");
    double prediction[10][3], target[10][3];
    for (int i = 0; i < 10; i++)
        for (int k = 0; k < 3; k++) {
            prediction[i][k] = k == seems[i] ? 0.6 : 0.2;
            target[i][k] = k == is[i];
        }
    prediction[9][1] = NAN;
    Quality quality = quality_of(arena, model, 10, prediction[0], target[0]);
    cr_expect_arr_eq(quality.confusion, confusion, sizeof confusion);
    cr_expect_eq(quality.observed, 10);
    cr_expect_eq(quality.unclassified, 1);
    cr_expect_float_eq(quality.accuracy, 0.6, 1e-15);
    cr_expect_float_eq(quality.class[0].precision, 2.0 / 3, 1e-15);
    cr_expect_float_eq(quality.class[0].recall, 2.0 / 3, 1e-15);
    cr_expect_float_eq(quality.class[1].precision, 0.5, 1e-15);
    cr_expect_float_eq(quality.class[1].recall, 1.0 / 3, 1e-15);
    cr_expect_float_eq(quality.class[2].recall, 0.75, 1e-15);
    for (int k = 0; k < 3; k++)
        target[0][k] = NAN;
    quality = quality_of(arena, model, 10, prediction[0], target[0]);
    cr_expect_eq(quality.observed, 9);
    cr_expect_eq(quality.class[0].observed, 2);
    /* nothing is predicted to be of class 1, and nothing is of class 0 */
    quality = quality_of(arena, model, 1, prediction[5], target[5]);
    cr_expect(isnan(quality.class[1].precision) && isnan(quality.class[0].recall));
}

/* Residuals 1, -1, 2 of targets 1, 2, 6: mean 3, sum of squares about it 14. */
Test(quality, residuals_of_every_output)
{
    static const double prediction[4][2] = {{2, 7}, {1, 7}, {8, 7}, {9, 7}};
    static const double target[4][2] = {{1, 7}, {2, 7}, {6, NAN}, {NAN, NAN}};
    const Model *model = model_with("outputs = 2, link = 'identity'");
    const Quality quality = quality_of(arena, model, 4, prediction[0], target[0]);
    cr_expect_eq(quality.classes, 0);
    cr_expect_eq(quality.observed, 5);
    cr_expect_eq(quality.output[0].observed, 3);
    cr_expect_float_eq(quality.output[0].rmse, sqrt(2), 1e-15);
    cr_expect_float_eq(quality.output[0].r2, 1 - 6.0 / 14, 1e-15);
    cr_expect_float_eq(quality.output[0].mean, 2.0 / 3, 1e-15);
    cr_expect_eq(quality.output[0].largest, 2);
    cr_expect_eq(quality.output[1].rmse, 0);
    cr_expect(isnan(quality.output[1].r2), "targets that do not vary have no variance to explain");
    cr_expect_float_eq(quality.rmse, sqrt(6.0 / 5), 1e-15);
    /* squares beyond the range of a double */
    static const double far[2][2] = {{3e200, 0}, {-3e200, 0}}, zero[2][2] = {{0, 0}, {1e200, 0}};
    const Quality large = quality_of(arena, model, 2, far[0], zero[0]);
    cr_expect_float_eq(large.output[0].rmse / 1e200, sqrt(12.5), 1e-14);
    cr_expect_float_eq(large.output[0].largest / 1e200, 4, 1e-15);
}

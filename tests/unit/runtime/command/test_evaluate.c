/* costate evaluate, and the folder of a run in place of spec and parameters. */
#include "tests/unit/program.h"

#include "runtime/format/json.h"

TestSuite(evaluate, .init = fixture_open, .fini = program_close);

static const char penguins[] = "specs/penguins.lua --data tests/data/penguins.csv";

static void train(void)
{
    costate_succeeds("train %s --iterations 60 --out %s", penguins, fixture_path("run"));
}

static json_t *parsed(const char *text)
{
    const JsonSource source = {"evaluate", text, strlen(text), 0};
    json_t *object = json_read(arena, diagnostics, &source);
    cr_assert_not_null(object, "%s", text);
    return object;
}

static double number_in(const json_t *object, const char *name)
{
    return json_number_value(json_object_get(object, name));
}

/* Accuracy and counts are those that training reported; the confusion's rows are the classes' samples. */
Test(evaluate, a_run_is_as_good_as_its_report_says)
{
    train();
    const json_t *result = parsed(costate_succeeds("evaluate %s --json", fixture_path("run")).out);
    const json_t *report = parsed(content_of(path_join(arena, fixture_path("run"), "report.json")).data);
    const json_t *final = json_object_get(report, "final"), *training = json_object_get(result, "training"),
                 *test = json_object_get(result, "test");
    cr_expect_eq(number_in(training, "accuracy"), number_in(final, "accuracy"));
    cr_expect_eq(number_in(test, "accuracy"), number_in(final, "test_accuracy"));
    cr_expect_eq(number_in(test, "objective"), number_in(final, "test_objective"));
    const json_t *classes = json_object_get(training, "classes"), *confusion = json_object_get(training, "confusion");
    double all = 0, right = 0;
    for (size_t is = 0; is < 3; is++) {
        const json_t *row = json_array_get(confusion, is);
        double sum = 0;
        for (size_t k = 0; k < 3; k++)
            sum += json_number_value(json_array_get(row, k));
        cr_expect_eq(sum, number_in(json_array_get(classes, is), "samples"));
        right += json_number_value(json_array_get(row, is));
        all += sum;
    }
    cr_expect_eq(all, number_in(training, "samples"));
    cr_expect_float_eq(right / all, number_in(training, "accuracy"), 1e-15);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(classes, 1), "name")), "Chinstrap");
}

Test(evaluate, a_spec_with_its_parameters_is_the_run)
{
    train();
    const char *run = fixture_path("run"), *data = "--data tests/data/penguins.csv --drop-missing";
    const Outcome one = costate_succeeds("evaluate %s %s", run, data);
    const Outcome other = costate_succeeds("evaluate specs/penguins.lua --params %s/model.safetensors %s", run, data);
    cr_expect_str_eq(one.out, other.out);
    cr_expect(strncmp(one.out, "data: 342 samples, objective ", 29) == 0, "%s", one.out);
    cr_expect(strstr(one.out, "\nAdelie "), "%s", one.out);
    const Outcome predicted = costate_succeeds("predict %s %s", run, data);
    cr_expect_str_eq(predicted.out,
                     costate_succeeds("predict specs/penguins.lua --params %s/model.safetensors %s", run, data).out);
}

/* The RMSE is that of the report, and R2 follows from it. */
Test(evaluate, trajectories_have_an_error_for_every_output)
{
    costate_succeeds("train specs/lotka_volterra.lua --iterations 30 --out %s", fixture_path("run"));
    const json_t *result = parsed(costate_succeeds("evaluate %s --json", fixture_path("run")).out);
    const json_t *report = parsed(content_of(path_join(arena, fixture_path("run"), "report.json")).data);
    const json_t *training = json_object_get(result, "training"), *outputs = json_object_get(training, "outputs");
    cr_expect_eq(number_in(training, "rmse"), number_in(json_object_get(report, "final"), "rmse"));
    double squares = 0, count = 0;
    for (size_t j = 0; j < 2; j++) {
        const json_t *output = json_array_get(outputs, j);
        squares += number_in(output, "rmse") * number_in(output, "rmse") * number_in(output, "targets");
        count += number_in(output, "targets");
    }
    cr_expect_float_eq(squares / count, number_in(training, "rmse") * number_in(training, "rmse"), 1e-12);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(outputs, 0), "name")), "prey");
}

Test(evaluate, what_is_missing_is_told)
{
    train();
    const char *run = fixture_path("run");
    Outcome outcome = costate("evaluate specs/penguins.lua");
    cr_expect_eq(outcome.status, 2);
    cr_expect(strstr(outcome.err, " is not the folder of a run, and of a spec --params FILE is missing\n"), "%s", outcome.err);
    outcome = costate("evaluate %s --params x --data tests/data/penguins.csv", run);
    cr_expect_eq(outcome.status, 2);
    cr_expect(strstr(outcome.err, "a RUN_DIR has its parameters: leave --params away\n"), "%s", outcome.err);
    costate_succeeds("train specs/vanderpol.lua --iterations 2 --out %s", fixture_path("control"));
    outcome = costate("evaluate %s", fixture_path("control"));
    cr_expect_eq(outcome.status, 1);
    cr_expect(strstr(outcome.err, "there are no targets to compare predictions with: the network has no loss"), "%s",
              outcome.err);
}

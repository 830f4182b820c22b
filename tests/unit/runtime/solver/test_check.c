#include "tests/unit/compiled.h"
#include "tests/unit/variety.h"

#include "runtime/solver/check.h"

TestSuite(check, .init = fixture_open, .fini = fixture_close);

static CheckResult checked(const Compiled *compiled)
{
    return check_solver(arena, compiled->program, compiled->solver, compiled->samples.count, CHECK_FROM_INITIAL,
                        compiled->x, NULL, compiled->target);
}

static const CheckRow *find_row(const CheckResult *result, const char *name)
{
    for (size_t i = 0; i < result->count; i++)
        if (strcmp(result->rows[i].name, name) == 0)
            return &result->rows[i];
    return NULL;
}

static const char *text_of(const Compiled *compiled, const CheckResult *result)
{
    Text text = text_new(arena);
    check_text(&text, compiled->program, result);
    return text.data;
}

Test(check, every_feature_passes)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_of(variety[i], 1, 71);
        CheckResult result = checked(&compiled);
        cr_expect(result.passed && result.finite, "%s\n%s", compiled.model->name, text_of(&compiled, &result));
    }
}

static const char *spec_of(const char *method, const char *rest)
{
    return text_print(arena,
                      "return network { name = 'm', inputs = 2, layers = 3, method = '%s', activation = 'tanh',\n"
                      "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared', %s }\n",
                      method, rest);
}

/* What does not apply is left out, and a zero weight is no failure. */
Test(check, rows_of_the_tableau)
{
    Compiled kutta = compiled_of(spec_of("kutta4", ""), 1, 71), midpoint = compiled_of(spec_of("midpoint", ""), 1, 71);
    Compiled plain = compiled_of(spec_of("euler", "residual = false"), 1, 71);
    CheckResult result = checked(&kutta);
    cr_expect_eq(result.count, 6);
    cr_expect(strstr(text_of(&kutta, &result), "order, control problem   4\n"));
    cr_expect_eq(find_row(&result, "symplectic conditions")->bound, 0);
    result = checked(&midpoint);
    cr_expect_eq(result.count, 5);
    cr_expect_null(find_row(&result, "symplectic conditions"));
    cr_expect(find_row(&result, "bilinear identity")->passed);
    cr_expect(strstr(text_of(&midpoint, &result), "order, control problem   - (some b_i <= 0)\n"));
    result = checked(&plain);
    cr_expect_eq(result.count, 4);
    cr_expect(strstr(text_of(&plain, &result), "order                    - (a plain net is no Runge-Kutta step)\n"));
}

Test(check, one_sample_is_enough)
{
    Compiled compiled = compiled_of(spec_of("kutta3", "learn = { 'dt' }"), 1, 1);
    cr_expect(checked(&compiled).passed);
}

/* The same with the Hessian's product. */
static Compiled second_of(const char *text)
{
    Compiled compiled = compiled_of(text, 1, 71);
    compiled.program = gen_second(arena, diagnostics, compiled.program);
    cr_assert_not_null(compiled.program, "%s", fixture_messages());
    compiled.solver = solver_compile(arena, diagnostics, compiled.program, pool_new(arena, 1));
    compiled.samples = solver_samples(arena, compiled.solver, 71, compiled.x, NULL, compiled.target);
    return compiled;
}

Test(check, every_hessian_passes)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = second_of(variety[i]);
        CheckResult result = checked(&compiled);
        cr_expect(result.passed && result.finite, "%s\n%s", compiled.model->name, text_of(&compiled, &result));
        cr_expect(find_row(&result, "Hessian, symmetry") && find_row(&result, "Hessian, differences"));
    }
}

Test(check, a_wrong_hessian_fails)
{
    Compiled right = second_of(spec_of("kutta3", "")), wrong = second_of(spec_of("ralston2", ""));
    CheckResult result =
        check_solver(arena, right.program, wrong.solver, 71, CHECK_FROM_INITIAL, right.x, NULL, right.target);
    cr_expect_not(find_row(&result, "Hessian, differences")->passed);
    cr_expect(find_row(&result, "Hessian, symmetry")->passed, "it is the Hessian of another objective");
}

/* The solver of another method is wrong. */
Test(check, a_wrong_solver_fails)
{
    static const char *const others[] = {"kutta4", "three_eighths", "ralston2"};
    Compiled right = compiled_of(spec_of("kutta3", ""), 1, 71);
    for (int i = 0; i < 3; i++) {
        Compiled wrong = compiled_of(spec_of(others[i], ""), 1, 71);
        CheckResult result =
            check_solver(arena, right.program, wrong.solver, 71, CHECK_FROM_INITIAL, right.x, NULL, right.target);
        cr_expect_not(result.passed);
        cr_expect_not(find_row(&result, "gradient")->passed);
        cr_expect(strstr(text_of(&right, &result), "FAILED"));
    }
}

Test(check, what_is_not_finite_fails)
{
    Compiled compiled = compiled_of("return network { name = 'm', inputs = 1, layers = 9, method = 'kutta4',\n"
                                    "  activation = function(x) return x ^ 9 end, step = 10,\n"
                                    "  head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
                                    1, 71);
    for (size_t i = 0; i < 71; i++)
        compiled.x[i] *= 1e6;
    CheckResult result = checked(&compiled);
    cr_expect_not(result.finite);
    cr_expect_not(result.passed);
}

/* A field for positive states alone, parameters that begin where it ends, and samples that are drawn accordingly. */
Test(check, samples_are_drawn_where_the_field_is_defined)
{
    static const char *const fields[] = {"u.s * log(y)", "y * log(u.s)", "log(y - 0.5)", "y ^ u.s"};
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
        Compiled compiled = compiled_of(text_print(arena,
                                                   "return network { name = 'm', inputs = 1, layers = 3, method = "
                                                   "'kutta3', step = 0.1, controls = { s = scalar() },\n"
                                                   "  field = function(y, u) return %s end, init = { s = 0.05 },\n"
                                                   "  head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
                                                   fields[k]),
                                        1, 71);
        cr_assert(check_settle(arena, compiled.program, compiled.solver, 71, 1, CHECK_FROM_INITIAL, compiled.x, NULL,
                               compiled.target));
        CheckResult result = checked(&compiled);
        cr_expect(result.passed && result.finite, "%s: %s", fields[k], text_of(&compiled, &result));
    }
}

Test(check, a_field_that_is_defined_nowhere_says_what_is_not)
{
    Compiled compiled =
        compiled_of("return network { name = 'm', inputs = 1, layers = 1, method = 'euler', controls = {"
                    " s = scalar() },\n"
                    "  field = function(y, u) return u.s * log(-1 - y * y) end,\n"
                    "  head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
                    1, 71);
    cr_expect_not(check_settle(arena, compiled.program, compiled.solver, 71, 1, CHECK_FROM_INITIAL, compiled.x, NULL,
                               compiled.target));
    CheckResult result = checked(&compiled);
    cr_expect_not(result.finite || result.passed);
    cr_assert_not_null(result.obstacle);
    cr_expect(strncmp(result.obstacle, "log(-", 5) == 0, "%s", result.obstacle);
}

/* Beyond 2e5 sines lose digits. */
Test(check, arguments_of_sines_are_within_their_range)
{
    static const char *const factors[] = {"1", "1e7"};
    for (size_t k = 0; k < 2; k++) {
        Compiled compiled = compiled_of(text_print(arena,
                                                   "return network { name = 'm', inputs = 1, layers = 2, method = "
                                                   "'euler', activation = function(x) return sin(%s * x) end,\n"
                                                   "  head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
                                                   factors[k]),
                                        1, 71);
        CheckResult result = checked(&compiled);
        const CheckRow *row = find_row(&result, "argument of sin and cos");
        cr_assert_not_null(row);
        cr_expect_eq(row->passed, k == 0, "%g", row->error);
    }
}

Test(check, large_networks_get_few_samples)
{
    Model model = {.parameters = 1000, .layers = 10, .width = 10};
    cr_expect_eq(check_samples(&model), 71);
    model.parameters = 10000000;
    cr_expect_eq(check_samples(&model), 1);
    model.parameters = 1000000;
    cr_expect(1 < check_samples(&model) && check_samples(&model) < 71);
}

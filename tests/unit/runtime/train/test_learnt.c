/* Every algorithm learns inputs of samples, too, within bounds. */
#include "tests/unit/compiled.h"
#include "tests/unit/program.h"

#include "runtime/format/safetensors.h"
#include "runtime/number/lapack.h"
#include "runtime/solver/check.h"
#include "runtime/train/train.h"

TestSuite(learnt, .init = fixture_open, .fini = program_close, .timeout = 60);

/* An oscillator whose rates and first states are learnt from what is seen of it. */
static const char *oscillator(const char *train, const char *keys)
{
    return text_print(
        arena,
        "return network { name = 'oscillator', inputs = 2, layers = 6, method = 'kutta4', step = 0.3,\n"
        "  controls = { a = vector(2) }, span = { a = 'all' }, observe = 'all', loss = 'squared',\n"
        "  field = function(y, u) return concat(y[2], -u.a[1] * y[1] - u.a[2] * y[2]^3) end,\n"
        "  learn = { 'a', 'x' }, init = { a = { 1, 0.2 } }, noise = { 0.5, 2 },\n"
        "  bounds = { x = { { -0.3, -0.2 }, { 0.2, inf } }, a = { 0, 3 } },\n"
        "  data = { x = { { 0.4, 0 }, { 0.1, 0.5 }, { 0, -1 } }, labels = {\n"
        "    { { 0.4, -0.2 }, { 0.2, -0.3 }, { 0.1, -0.5 }, { 0, -0.3 }, { -0.2, -0.3 }, { -0.4, 0.1 } },\n"
        "    { { 0.2, 0.4 }, { 0.4, 0.2 }, { 0.5, 0 }, { 0.4, -0.3 }, { 0.3, -0.3 }, { 0.2, -0.2 } },\n"
        "    { { -0.3, -0.9 }, { -0.5, -0.8 }, { -0.7, -0.4 }, { -0.8, 0 }, { -0.7, 0.3 }, { -0.6, 0.4 } } } },\n"
        "  %s train = { %s } }\n",
        keys, train);
}

/* The rates, and behind them the inputs of the samples. */
static const double *learnt_by(const char *run)
{
    const Safetensors *file = safetensors_read(arena, diagnostics, fixture_path(run));
    cr_assert_not_null(file, "%s", fixture_messages());
    double *values = ARENA_ARRAY(arena, 8, double);
    for (size_t k = 0; k < file->count; k++)
        if (!strcmp(file->tensors[k].name, "a"))
            memcpy(values, file->tensors[k].values, 2 * sizeof *values);
        else if (!strcmp(file->tensors[k].name, "x"))
            memcpy(values + 2, file->tensors[k].values, 6 * sizeof *values);
    return values;
}

/* One minimum, at the bounds of some of x and inside those of the others, from a start outside of them. */
Test(learnt, every_algorithm_ends_in_the_same_point)
{
    static const char *const trains[] = {"algorithm = 'newton', iterations = 100",
                                         "algorithm = 'gaussnewton', tolerance = 1e-12",
                                         "algorithm = 'lbfgs', tolerance = 1e-14",
                                         "search = 'armijo', iterations = 4000",
                                         "search = 'lipschitz', iterations = 4000",
                                         "algorithm = 'adam', rate = cosine(0.02, 1e-9), batch = 3, epochs = 8000"};
    static const double lower[] = {-0.3, -0.2}, upper[] = {0.2, INFINITY};
    const double *first = NULL;
    for (size_t k = 0; k < sizeof trains / sizeof *trains; k++) {
        const char *spec = fixture_text("oscillator.lua", oscillator(trains[k], ""));
        const Outcome outcome = costate("train %s --force --out %s/run", spec, folder);
        cr_assert_eq(outcome.status, 0, "%s", outcome.err);
        cr_expect_not_null(
            strstr(outcome.err, "warning: x begins outside of its bounds: 2 of 6 values are moved to the nearest"));
        const double *values = learnt_by("run/model.safetensors");
        size_t held = 0;
        for (size_t i = 2; i < 8; i++) {
            cr_expect(values[i] >= lower[i % 2] && values[i] <= upper[i % 2], "%s: %g", trains[k], values[i]);
            held += values[i] == lower[i % 2] || values[i] == upper[i % 2];
        }
        first = first ? first : values;
        cr_expect(held > 0 && held < 6);
        for (size_t i = 0; i < 8; i++)
            cr_expect_float_eq(values[i], first[i], 1e-5, "%s, %zu: %.9g, %.9g", trains[k], i, values[i], first[i]);
    }
}

/* Threads and an end in between change no bit of it. */
Test(learnt, the_same_bits)
{
    static const char *const trains[] = {"algorithm = 'newton', iterations = 9",
                                         "algorithm = 'gaussnewton', iterations = 9"};
    for (size_t k = 0; k < 2; k++) {
        const char *spec = fixture_text("oscillator.lua", oscillator(trains[k], ""));
        costate_succeeds("train %s --force --threads 1 --out %s/whole", spec, folder);
        costate_succeeds("train %s --force --threads 2 --iterations 3 --out %s/parts", spec, folder);
        costate_succeeds("train %s --resume --threads 2 --out %s/parts", spec, folder);
        cr_expect(
            same_content(path_join(arena, folder, "whole/trace.csv"), path_join(arena, folder, "parts/trace.csv")));
        cr_expect(same_content(path_join(arena, folder, "whole/model.safetensors"),
                               path_join(arena, folder, "parts/model.safetensors")));
    }
}

/* Of predictions that are linear in what is learnt the matrix is the Hessian; more than a chunk of samples. */
Test(learnt, the_matrix_where_predictions_are_linear)
{
    static const char *const rests[] = {"", "average = true, decay = 0.3", "noise = { 0.5, 2 }"};
    cr_assert(lapack_ready(diagnostics));
    for (size_t k = 0; k < 3; k++) {
        Compiled compiled = compiled_of(
            text_print(arena,
                       "return network { name = 'linear', inputs = 2, layers = 2, method = 'kutta3',\n"
                       "  controls = { A = matrix(2, 2) }, field = function(y, u) return u.A * y end,\n"
                       "  head = { outputs = 2, link = 'identity' }, loss = 'squared', learn = { 'mu', 'x' },\n"
                       "  train = { algorithm = 'gaussnewton' }, %s }\n",
                       rests[k]),
            1, 300);
        Objective objective = sampled_training(arena, compiled.solver, &compiled.samples, compiled.target);
        const size_t n = objective.parameters, first = compiled.model->parameters;
        double *matrix = ARENA_ARRAY(arena, n * n, double), *unknowns = ARENA_ARRAY(arena, n, double);
        double *above = ARENA_ARRAY(arena, n, double), *below = ARENA_ARRAY(arena, n, double);
        Evaluation ignored;
        memcpy(unknowns, compiled.params, first * sizeof *unknowns);
        memcpy(unknowns + first, compiled.x, (n - first) * sizeof *unknowns);
        cr_assert(objective.squares(objective.context, unknowns, matrix));
        for (size_t i = 0; i < n; i++) {
            double here = unknowns[i];
            unknowns[i] = here + 0.5;
            objective.evaluate(objective.context, unknowns, NULL, 0, &ignored, above);
            unknowns[i] = here - 0.5;
            objective.evaluate(objective.context, unknowns, NULL, 0, &ignored, below);
            unknowns[i] = here;
            for (size_t j = 0; j < n && matrix[i * (n + 1)] > 0; j++)
                cr_assert_leq(fabs(matrix[i * n + j] - (above[j] - below[j])), 1e-10 * matrix[i * (n + 1)] + 1e-9,
                              "%s: %zu, %zu", rests[k], i, j);
            cr_expect(matrix[i * (n + 1)] > 0 || i < first);
        }
    }
}

Test(learnt, unknowns_that_are_too_many)
{
    const char *spec = fixture_text(
        "many.lua", "return network { name = 'many', inputs = 2, layers = 3, method = 'euler', activation = 'tanh',\n"
                    "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared', learn = { 'K', 'x' },\n"
                    "  data = { 'spiral2d', samples = 600 },\n"
                    "  train = { algorithm = 'gaussnewton' } }\n");
    expect_refusal(costate("train %s --out %s/run", spec, folder), 1,
                   "many.lua:4: train.algorithm = \"gaussnewton\" takes at most 1000 unknowns; these are 1224, 24 "
                   "parameters and 2 learnt inputs of each of 600 samples\n");
    cr_expect(access(fixture_path("run"), F_OK) != 0);
}

/* They count among what is estimated: the errors of the rates are larger than those of rates alone. */
Test(learnt, standard_errors)
{
    const char *spec = fixture_text("free.lua", replaced(oscillator("algorithm = 'gaussnewton'", ""),
                                                         "x = { { -0.3, -0.2 }, { 0.2, inf } }, ", ""));
    const Outcome outcome = costate_succeeds("train %s --out %s/run", spec, folder);
    cr_expect_not_null(strstr(outcome.out, ", standard error "), "%s", outcome.out);
    costate_succeeds("report %s/run", folder);
    costate_succeeds("predict %s/run -o %s/p.csv", folder, folder);
}

/* The gradient by inputs and products with them are among what check compares. */
Test(learnt, check_tells_of_inputs)
{
    static const char *const keys[] = {"", "real = 'float',", "lift = function(x, u) return x * u.a[1] end,",
                                       "average = true, recompute = true,"};
    for (size_t k = 0; k < 4; k++) {
        const char *spec = fixture_text("oscillator.lua", oscillator("algorithm = 'newton'", keys[k]));
        const Outcome outcome = costate_succeeds("check %s", spec);
        cr_expect_not_null(strstr(outcome.out, "\nHessian, differences "), "%s", outcome.out);
        cr_expect_not_null(strstr(outcome.out, "\npullback, symmetry "), "%s", outcome.out);
        cr_expect_null(strstr(outcome.out, "FAILED"));
    }
}

/* Implicit and partitioned methods as people meet them: what is said of stages, how a training ends where they cannot
 * be found. */
#include "tests/unit/program.h"
#include "tests/unit/specs.h"

#include <math.h>

TestSuite(implicit, .init = fixture_open, .fini = program_close, .timeout = 120);

/* A damped pendulum: one slope of v needs v. */
static const char *pendulum(const char *method)
{
    return fixture_text("p.lua",
                        text_print(arena,
                                   "return network { name = 'p', inputs = 2, layers = 8, step = 0.1, partition = 1,\n"
                                   "  method = %s, controls = { k = scalar(), g = scalar() },\n"
                                   "  span = { k = 'all', g = 'all' }, init = { k = 1, g = 0.1 },\n"
                                   "  field = function(y, u) return concat(y[2], -u.k * sin(y[1]) - u.g * y[2]) end,\n"
                                   "  loss = 'squared', data = { x = { { 1, 0 }, { 2, 1 } },\n"
                                   "  labels = { { 0.5, 0.5 }, { 1, 1 } } }, train = { algorithm = 'lbfgs' } }",
                                   method));
}

/* What is explicit and what is not, in check, at the end of a training, in its report and on the page. */
Test(implicit, stages_are_told_and_counted)
{
    static const struct {
        const char *method, *stages, *iterations;
    } rows[] = {
        {"'verlet'", "Q1, Q2, V2 explicit; V1 by Newton's method, 1 unknown", "1 iteration on average, 1 at most"},
        {"'lobatto3a3b'", "Q1, Q3 explicit; V1, Q2, V2, V3 by Newton's method, 4 unknowns", " at most\n"},
        {"'mclachlan4'",
         "Q1, Q2, Q3, Q4, Q5, Q6 explicit; V1, V2, V3, V4, V5, V6 by Newton's method, each of 1 unknown", " at most\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *spec = pendulum(rows[i].method), *run = fixture_path("run");
        Outcome checked = costate_succeeds("check %s", spec);
        cr_expect(strstr(checked.out, text_print(arena, "\nstages                   %s", rows[i].stages)), "%s",
                  checked.out);
        cr_expect(strstr(checked.out, "\nstage equations "), "%s", checked.out);
        Outcome trained = costate_succeeds("train %s --iterations 3 --out %s --force", spec, run);
        cr_expect(strstr(trained.out, text_print(arena, "\nstages: %s", rows[i].stages)), "%s", trained.out);
        cr_expect(strstr(trained.out, rows[i].iterations), "%s", trained.out);
        const char *report = content_of(path_join(arena, run, "report.json")).data;
        cr_expect(strstr(report, text_print(arena, "  \"newton\": {\"stages\": \"%s", rows[i].stages)), "%s", report);
        cr_expect(strstr(report, "\"samples_lost\": 0}"), "%s", report);
        costate_succeeds("report %s -o %s", run, fixture_path("page.html"));
        const char *page = content_of(fixture_path("page.html")).data;
        cr_expect(strstr(page, "<h2>Newton&#39;s method</h2>") || strstr(page, "<h2>Newton's method</h2>"));
        cr_expect(strstr(page, "mean_iterations"));
    }
    Outcome explicits = costate_succeeds("check specs/pendulum.lua");
    cr_expect(strstr(explicits.out, "\nstages                   Q1, V1, Q2, V2 explicit\n"), "%s", explicits.out);
    cr_expect_null(strstr(explicits.out, "stage equations"));
    cr_expect_null(strstr(costate_succeeds("check specs/spiral.lua").out, "stages "));
}

static const char *growing(const char *step, const char *train)
{
    return fixture_text("g.lua", text_print(arena,
                                            "return network { name = 'g', inputs = 1, layers = 2, step = %s,\n"
                                            "  method = tableau { A = { { 1 } }, b = { 1 } },\n"
                                            "  controls = { k = scalar() }, span = { k = 'all' }, init = { k = 1 },\n"
                                            "  field = function(y, u) return u.k * y^2 end, loss = 'squared',\n"
                                            "  data = { x = { { 0.5 }, { 1 } }, labels = { 1, 10 } },\n"
                                            "  train = { %s } }",
                                            step, train));
}

/* y = x + h k y^2 has no solution where 4 h k x > 1. */
Test(implicit, a_stage_that_is_not_found_is_named)
{
    expect_refusal(costate("train %s --out %s", growing("0.3", "iterations = 1"), fixture_path("run")), 1,
                   "g.lua: the objective is not finite at the initial parameters: in layer 1 Newton's method does not "
                   "find Y1 of sample 2 (input 1 = 1); smaller steps make that easier\n");
    expect_refusal(costate("train %s --out %s", growing("0.24", "iterations = 1"), fixture_path("run")), 1,
                   "g.lua: the objective is not finite at the initial parameters: in layer 2 Newton's method does not "
                   "find Y1 of sample 2 (input 1 = 1); smaller steps make that easier\n");
    cr_expect_not(file_exists(fixture_path("run")));
}

/* The target is beyond what any k with a solution reaches: trials without one are rejected, and training goes on. */
Test(implicit, a_trial_without_stages_is_rejected)
{
    static const char *const algorithms[] = {"search = 'armijo', tau = 100", "search = 'lipschitz', lipschitz = 1e-4",
                                             "algorithm = 'lbfgs'", "algorithm = 'newton'",
                                             "algorithm = 'gaussnewton'"};
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        const char *spec = growing("0.1", text_print(arena, "%s, iterations = 40", algorithms[i]));
        Outcome outcome = costate_succeeds("train %s --out %s --force", spec, fixture_path("run"));
        const char *objective = strstr(outcome.out, "objective "), *iterations = strstr(outcome.out, "g: ");
        size_t steps, evaluations;
        double last;
        cr_assert(objective && sscanf(objective, "objective %lf", &last) == 1, "%s", outcome.out);
        cr_assert(iterations && sscanf(iterations, "g: %zu iterations, %zu", &steps, &evaluations) == 2, "%s",
                  outcome.out);
        cr_expect(last < 33.5 && evaluations > steps + 1, "%s: %s", algorithms[i], outcome.out);
    }
}

/* Signals between their times, time, a running cost and a control of every stage, with learnt steps: all rows of check.
 */
Test(implicit, pairs_take_linear_signals)
{
    const Names pairs = tableau_names(PAIR_OF_TABLEAUS);
    for (size_t i = 0; i < pairs.count; i++) {
        const char *spec = fixture_text(
            "l.lua", text_print(arena,
                                "return network { name = 'l', inputs = 3, layers = 5, step = 0.2, method = '%s',\n"
                                "  partition = 1, signals = 2, hold = 'linear', start = 0.5,\n"
                                "  controls = { a = vector(3), K = matrix(2, 2) }, span = { K = 'stage' },\n"
                                "  init = { a = normal(0.5), K = normal(1) }, learn = { 'a', 'K', 'dt' },\n"
                                "  cost = function(y, u, t, s) return sum(y^2) * t + s[1] * y[2] end,\n"
                                "  field = function(y, u, t, s)\n"
                                "    local kick = u.K * concat(y[1], y[3]) - u.a:slice(2, 3) * s\n"
                                "    return concat(y[2] * s[1] + sin(t), kick + 0.1 * y:slice(2, 3))\n"
                                "  end, loss = 'squared' }",
                                pairs.at[i]));
        Outcome outcome = costate_succeeds("check %s", spec);
        cr_expect_null(strstr(outcome.out, "FAILED"), "%s: %s", pairs.at[i], outcome.out);
        cr_expect(strstr(outcome.out, "\nbilinear identity        0 "), "%s", outcome.out);
        cr_expect(strstr(costate_succeeds("tableau %s", pairs.at[i]).out,
                         "\nbilinear: <p+, dy+> - <p, dy> = sum <g_i, df_i> - sum <l_i, dY_i> holds exactly\n"));
    }
}

/* A file that returns a name is another name, and no more. */
Test(implicit, a_tableau_may_have_another_name)
{
    const char *one = costate_succeeds("tableau trapezoidal").out, *other = costate_succeeds("tableau lobatto3a2").out;
    cr_expect_str_eq(one + strlen("trapezoidal"), other + strlen("lobatto3a2"));
    fixture_text("a.lua", "return 'b.lua'\n");
    fixture_text("b.lua", "return 'a.lua'\n");
    expect_refusal(costate("tableau %s", fixture_path("a.lua")), 1,
                   "b.lua:1: b.lua is another name already, for a.lua; say \"a.lua\" instead\n");
}

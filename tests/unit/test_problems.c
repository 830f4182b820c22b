/* The problems that are shipped as specs descend as they are, and the dynamics of the spiral are learnt beyond what was
 * seen of them; so do the specs that costate new writes. That all of them pass their check is a test of the commands.
 */
#include "runtime/format/safetensors.h"
#include "tests/unit/program.h"

#include <math.h>

TestSuite(problems, .init = fixture_open, .fini = program_close, .timeout = 120);

/* The number that follows word in what costate printed. */
static double number_after(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    cr_assert_not_null(at, "no %s in: %s", word, text);
    return strtod(at + strlen(word), NULL);
}

static double objective_after(const char *spec, int iterations)
{
    Outcome outcome =
        costate_succeeds("train specs/%s.lua --iterations %d --out %s --force", spec, iterations, fixture_path(spec));
    return number_after(outcome.out, "objective ");
}

/* To what share of its first value the objective falls in how many iterations. */
Test(problems, descend)
{
    static const struct {
        const char *spec;
        int iterations;
        double share;
    } problems[] = {{"lotka_volterra", 300, 0.05}, {"vanderpol", 100, 0.35}, {"swingup", 1000, 0.1},
                    {"driven", 300, 0.01},         {"smooth", 200, 0.75},    {"staged", 200, 0.75},
                    {"stiff", 60, 0.001}};
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        const char *spec = problems[i].spec;
        double first = objective_after(spec, 0), last = objective_after(spec, problems[i].iterations);
        cr_expect_lt(last, problems[i].share * first, "%s: from %g to %g", spec, first, last);
    }
}

/* Rates of stiff problems by implicit methods: within three of their standard errors of what made the data. */
Test(problems, stiff_rates_are_found)
{
    static const struct {
        const char *spec, *value;
        double truth;
    } rates[] = {{"robertson", "log_rate[1] = ", 0.04},
                 {"robertson", "log_rate[2] = ", 3e7},
                 {"robertson", "log_rate[3] = ", 1e4},
                 {"relaxation", "log_mu = ", 1000}};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        Outcome outcome = costate_succeeds("train specs/%s.lua --out %s --force", rates[i].spec, fixture_path("run"));
        const char *found = strstr(outcome.out, rates[i].value);
        cr_assert_not_null(found, "%s", outcome.out);
        double value = number_after(found, rates[i].value), deviation = number_after(found, "standard error ");
        cr_expect_leq(fabs(value - log(rates[i].truth)), 3 * deviation, "%s: %g, %g", rates[i].value, value, deviation);
        cr_expect_lt(deviation, 0.05, "%s: %g", rates[i].value, deviation);
    }
}

/* The one torque brings the pendulum upright and to rest. */
Test(problems, the_pendulum_ends_upright)
{
    costate_succeeds("train specs/swingup.lua --out %s/run", folder);
    Outcome outcome = costate_succeeds("predict specs/swingup.lua --params %s/run/model.safetensors --states", folder);
    double angle, speed;
    const char *last = strstr(outcome.out, "\n1,7,");
    cr_assert(last && sscanf(last, "\n1,7,%lf,%lf", &angle, &speed) == 2, "%s", outcome.out);
    cr_expect_leq(fabs(angle), 0.05);
    cr_expect_leq(fabs(speed), 0.1);
}

static double parameter(const char *run, const char *name, size_t i)
{
    const Safetensors *file =
        safetensors_read(arena, diagnostics, text_print(arena, "%s/%s/model.safetensors", folder, run));
    for (size_t t = 0; file && t < file->count; t++)
        if (strcmp(file->tensors[t].name, name) == 0)
            return file->tensors[t].values[i];
    cr_assert_fail("no tensor %s", name);
    return 0;
}

/* The tables were made with these numbers (specs/data/make.py). */
Test(problems, parameters_are_found)
{
    static const double rates[] = {1.1, 0.4, 0.1, 0.4};
    costate_succeeds("train specs/driven.lua --out %s/driven", folder);
    cr_expect_float_eq(parameter("driven", "gain", 0), 0.8, 0.02 * 0.8);
    cr_expect_float_eq(parameter("driven", "damping", 0), 0.3, 0.02 * 0.3);
    cr_expect_float_eq(parameter("driven", "stiffness", 0), 2, 0.02 * 2);
    const char *text = content_of("specs/lotka_volterra.lua").data, *from = strstr(text, "  train = {");
    const char *spec = text_print(arena, "%.*s  train = { algorithm = 'gaussnewton' },\n}\n", (int)(from - text), text);
    spec = replaced(spec, "bounds = { rate = { 0, inf } },", "");
    const char *table = replaced(spec, "\"data/", text_print(arena, "\"%s/", absolute_path("specs/data")));
    Outcome outcome = costate_succeeds("train %s --out %s/ponds", fixture_text("ponds.lua", table), folder);
    for (size_t i = 0; i < 4; i++) {
        const char *word = text_print(arena, "rate[%zu] = ", i + 1);
        const char *line = strstr(outcome.out, word);
        cr_assert_not_null(line, "%s", outcome.out);
        double error = number_after(line, "standard error ");
        cr_expect_float_eq(number_after(line, word), rates[i], 3 * error);
    }
}

/* What costate new writes is a spec of that kind, which trains as it is. */
Test(problems, new_specs_of_each_kind_train)
{
    static const struct {
        const char *kind, *holds;
    } kinds[] = {
        {"network", "activation ="}, {"parameters", "noise ="}, {"dynamics", "decay ="}, {"control", "cost ="}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *path = fixture_path(kinds[i].kind), *run = text_print(arena, "%s/run", folder);
        costate_succeeds("new fresh --kind %s -o %s", kinds[i].kind, path);
        const char *text = content_of(path).data;
        cr_expect(strstr(text, kinds[i].holds) && strstr(text, "name = \"fresh\"") && strstr(text, path), "%s", text);
        cr_expect_null(strstr(costate_succeeds("check %s", path).out, "FAILED"), "%s", kinds[i].kind);
        double first =
            number_after(costate_succeeds("train %s --iterations 0 --out %s --force", path, run).out, "objective ");
        double last = number_after(costate_succeeds("train %s --out %s --force", path, run).out, "objective ");
        cr_expect_lt(last, 0.1 * first, "%s: from %g to %g", kinds[i].kind, first, last);
    }
    expect_refusal(costate("new fresh --kind contrl -o %s", fixture_path("none")), 2,
                   "--kind takes network, parameters, dynamics or control, not contrl; did you mean control?");
    cr_expect_not(file_exists(fixture_path("none")));
    cr_expect_str_eq(costate_succeeds("new fresh -o %s", fixture_path("plain")).out,
                     text_print(arena, "%s\nnext: costate check %s; costate train %s\n", fixture_path("plain"),
                                fixture_path("plain"), fixture_path("plain")));
}

/* Rows of matrices, entries of shared vectors and their parts, of this layer, of the next and of stages. */
Test(problems, parts_of_shared_values_have_exact_derivatives)
{
    static const char spec[] =
        "return network { name = 'rows', inputs = 2, layers = 5, method = 'kutta3', step = 0.3, loss = 'squared',\n"
        "  controls = { A = matrix(3, 2), b = vector(3), w = matrix(2, 3), c = vector(2), e = vector(1) },\n"
        "  span = { b = 'stage', w = 'all', c = 2 },\n"
        "  field = function(y, u)\n"
        "    local first = concat(tanh(dot(u.A[1], y)), u.w[2][3] * y[2])\n"
        "    return first + u.A[2] * u.A[3] + u.w * (u.A * y + u.b) + u.c\n"
        "  end, cost = function(y, u) return dot(u.A[1], y) ^ 2 + u.e[1] end, decay = 0.1, %s\n"
        "  penalty = function(u, v, h)\n"
        "    local jump = (u.b[1][2] - v.b[2][3]) ^ 2 / h + exp(u.e[1]) * dot(u.A[1] - v.A[1], u.A[2])\n"
        "    local parts = sum(u.c:slice(2, 2)) * tanh(sum(u.w[1]:slice(2, 3) ^ 2)) + dot(u.w, v.w) * u.A[3][1]\n"
        "    return jump + parts + max(u.c[1], v.c[2], 0.1) + u.c[1] / (1 + u.c[2] ^ 2)\n"
        "  end, data = { x = { { 0.1, 1 }, { 0.2, 2 } }, labels = { { 1, 1 }, { 2, 0 } } } }\n";
    static const char *const reals[] = {"real = 'double',", "real = 'float',"};
    for (size_t i = 0; i < 2; i++) {
        const char *path = fixture_text("rows.lua", replaced(spec, "%s", reals[i]));
        Outcome outcome = costate_succeeds("check %s", path);
        cr_expect_null(strstr(outcome.out, "FAILED"), "%s", outcome.out);
        costate_succeeds("emit %s -o %s/solver%zu", path, folder, i);
        cr_expect_eq(system(text_print(arena,
                                       "cd %s/solver%zu && cc -std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror "
                                       "-o example example.c rows.c -lm && ./example >/dev/null",
                                       folder, i)),
                     0);
    }
}

/* Whatever an expression of the field may use, a penalty and the ends may use; the objective is that of numpy. */
Test(problems, every_function_sees_products_and_vectors)
{
    static const char penalty[] =
        "return network { name = 'penalty', inputs = 2, layers = 3, method = 'euler', step = 0.5, loss = 'squared',\n"
        "  controls = { A = matrix(2, 2), c = vector(2), g = scalar() }, span = { g = 'all' },\n"
        "  field = function(y, u) return u.A * y + u.c + u.g end,\n"
        "  penalty = function(u, v, h)\n"
        "    local product = sum((u.A * v.c - u.c)^2) / h + dot(softmax(u.c), v.A:T() * u.c)\n"
        "    return product + h * logsumexp(concat(u.A[1], v.g, 0.5)) + mean(u.c:slice(1, 2))\n"
        "  end, learn = { 'A', 'c', 'g', 'dt' }, init = { A = { { 1, 2 }, { 3, 4 } }, c = { 0.5, -1 }, g = 0.25 },\n"
        "  data = { x = { { 0, 1 } }, labels = { { 1, 1 } } } }\n";
    static const char ends[] =
        "return network { name = 'ends', inputs = 2, layers = 3, method = 'kutta3', step = 0.5, signals = 2,\n"
        "  controls = { A = matrix(2, 2), c = vector(2), g = scalar(), O = matrix(3, 2), w = vector(3) },\n"
        "  span = { g = 'all', O = 'all', w = 'all' }, observe = 'all', average = true, decay = 0.1,\n"
        "  lift = function(x, u) return u.O:T() * softmax(concat(x, u.g)) end,\n"
        "  field = function(y, u, t, s) return u.A * (y + s) + u.c * mean(u.A * u.c) + u.g * softmax(u.c) end,\n"
        "  head = function(y, u) return (u.O + tanh(u.O)) * y + softmax(u.w) end,\n"
        "  loss = function(p, c) return logsumexp(concat(p - c, 1)) + mean((p - c)^2) end,\n"
        "  cost = function(y, u, t, s) return sum((u.A * u.c)^2) + logsumexp(concat(u.c, t * s)) * mean(u.A * y) end,\n"
        "  terminal = function(y, u) return dot(u.w, sin(u.O) * y) + mean(softmax(concat(u.w, y))) end,\n"
        "  penalty = function(u, v, h) return dot(u.O * v.c, softmax(u.w)) / h end,\n"
        "  learn = { 'A', 'c', 'g', 'O', 'w', 'dt' } }\n";
    const char *path = fixture_text("penalty.lua", penalty);
    cr_expect_null(strstr(costate_succeeds("check %s", path).out, "FAILED"));
    cr_expect_null(strstr(costate_succeeds("check %s", fixture_text("ends.lua", ends)).out, "FAILED"));
    double objective = number_after(costate_succeeds("gradient %s -o %s", path, fixture_path("g")).out, "objective ");
    cr_expect_float_eq(objective, 778.6926615948016, 1e-9, "%.16g", objective);
}

/* ---- the spiral ---- */

static void spiral_rate(const double *y, double *rate)
{
    rate[0] = -y[1] * y[1] * y[1] - y[0] / 20;
    rate[1] = y[0] * y[0] * y[0] - y[1] / 20;
}

/* One step h of Kutta(4). */
static void spiral_step(double *y, double h)
{
    static const double nodes[4] = {0, 0.5, 0.5, 1}, weights[4] = {1, 2, 2, 1};
    double rate[2] = {0, 0}, sum[2] = {0, 0};
    for (size_t i = 0; i < 4; i++) {
        const double stage[2] = {y[0] + nodes[i] * h * rate[0], y[1] + nodes[i] * h * rate[1]};
        spiral_rate(stage, rate);
        for (size_t k = 0; k < 2; k++)
            sum[k] += weights[i] * rate[k];
    }
    for (size_t k = 0; k < 2; k++)
        y[k] += h / 6 * sum[k];
}

/* Adds up what 80 predicted layers of a trajectory miss of its true path from y, and that path's squares; returns what
 * follows them in the table. */
static const char *compare_path(const char *table, int run, double *y, double *error, double *squares)
{
    for (int n = 1; n <= 80; n++) {
        double time, p[2];
        int at, length = 0;
        for (int i = 0; i < 20; i++)
            spiral_step(y, 0.005);
        cr_assert_eq(sscanf(table, " %d,%lf,%lf,%lf%n", &at, &time, &p[0], &p[1], &length), 4, "%.60s", table);
        cr_assert(at == run && fabs(time - 0.1 * n) < 1e-9, "%.60s", table);
        for (int k = 0; k < 2; k++) {
            *error += (p[k] - y[k]) * (p[k] - y[k]);
            *squares += y[k] * y[k];
        }
        table += length;
    }
    return table;
}

/* Twice the horizon of the table, from the first states of all its runs. */
Test(problems, dynamics_are_learnt_beyond_the_horizon)
{
    const char *run = fixture_path("run"), *line = content_of("specs/data/spiral.csv").data;
    costate_succeeds("train specs/dynamics.lua --out %s", run);
    Outcome outcome = costate_succeeds("predict specs/dynamics.lua --params %s/model.safetensors --layers 80", run);
    const char *table = strchr(outcome.out, '\n');
    double error = 0, squares = 0, y[2];
    int trajectory, count = 0;
    for (; (line = strchr(line, '\n')); line++)
        if (sscanf(line, "\n%d,0,%lf,%lf", &trajectory, &y[0], &y[1]) == 3) {
            table = compare_path(table, trajectory, y, &error, &squares);
            count++;
        }
    cr_assert_eq(count, 12);
    cr_assert_str_eq(table, "\n");
    cr_expect_lt(sqrt(error), 0.05 * sqrt(squares), "%g of the amplitude", sqrt(error / squares));
}

/* Objectives that an algorithm of second order may stumble over: it goes on or ends with its reason, and has never
 * taken a worse point. */
#include "tests/unit/program.h"

#include <math.h>

TestSuite(hostile, .init = fixture_open, .fini = program_close, .timeout = 120);

/* Controls with their initial values, and a field of them. */
static const char *const problems[][2] = {
    {"a = 0.3, c = 1", "u.a * sqrt(u.c + 0 * y) - y"}, /* no number below c = 0, and a c that only scales a */
    {"a = 0.2, c = 1", "u.a * y + 0 * u.c"},           /* a parameter without effect */
    {"a = 0, c = 0", "u.a * u.c * y"},                 /* a saddle */
    {"a = 0.001, c = 1", "(log(u.a) + u.c) * y"},      /* no number below a = 0, a valley */
    {"a = 6, c = 1", "exp(u.a) * u.c * y"},            /* 1e82 at first */
    {"a = -3, c = 2", "sin(9 * u.a) * sin(7 * u.c) * y - y * u.a^4"}, /* curvature of both signs */
};
static const char *const algorithms[] = {"lbfgs", "newton", "gaussnewton"};

/* The objectives of the trace of a run do not rise. */
static void expect_descent(const char *run, const char *what)
{
    const Content trace = content_of(path_join(arena, run, "trace.csv"));
    const char *line = arena_string(arena, trace.data, trace.size);
    double last = INFINITY;
    while ((line = strchr(line, '\n')) && line[1]) {
        double objective = strtod(strchr(++line, ',') + 1, NULL);
        cr_expect(isfinite(objective) && objective <= last, "%s: %g after %g", what, objective, last);
        last = objective;
    }
    cr_expect(isfinite(last), "%s", what);
}

Test(hostile, no_point_is_worse)
{
    fixture_text("points.csv", "x,y\n1,1.5\n2,1\n-0.5,0.3\n");
    for (size_t p = 0; p < sizeof problems / sizeof *problems; p++)
        for (size_t k = 0; k < sizeof algorithms / sizeof *algorithms; k++) {
            const char *run = text_print(arena, "%s/%zu%s", folder, p, algorithms[k]);
            const char *spec = fixture_text(
                "spec.lua",
                text_print(arena,
                           "return network { name = 'hostile', inputs = 1, layers = 8, method = 'kutta4', step = 0.1,\n"
                           "  controls = { a = scalar(), c = scalar() }, span = { a = 'all', c = 'all' },\n"
                           "  init = { %s }, field = function(y, u) return %s end, loss = 'squared',\n"
                           "  data = { 'points.csv', label = 'y' },\n"
                           "  train = { algorithm = '%s', iterations = 60 } }\n",
                           problems[p][0], problems[p][1], algorithms[k]));
            costate_succeeds("train %s --out %s", spec, run);
            expect_descent(run, run);
        }
}

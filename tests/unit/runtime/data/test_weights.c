/* Weights of samples: what counts twice counts as two. */
#include "tests/unit/program.h"

#include "runtime/format/parameters.h"
#include "runtime/format/safetensors.h"

#include <math.h>
#include <string.h>

TestSuite(weights, .init = fixture_open, .fini = program_close);

static const char *spec_of(const char *name, const char *data, const char *rest)
{
    const char *form = "return network { name = 'w', inputs = 2, layers = 3, width = 3, method = 'kutta3',\n"
                       "  activation = 'tanh', init = { K = normal(1), b = normal(1), W = normal(1) }, decay = 1e-3,\n"
                       "  data = { '%s' }, train = { iterations = 20 }, %s }\n";
    return fixture_text(name, text_print(arena, form, data, rest));
}

static const char *weighted(void)
{
    fixture_text("w.csv", "x1,x2,label,w\n0.5,1,0,2\n-1,0.25,1,1\n0.75,-2,1,0\n1,1,2,3\n");
    return "w.csv";
}

static const char *repeated(void)
{
    fixture_text("r.csv", "x1,x2,label\n0.5,1,0\n0.5,1,0\n-1,0.25,1\n1,1,2\n1,1,2\n1,1,2\n");
    return "r.csv";
}

/* The largest difference of the tensors in two files. */
static double difference(const char *a, const char *b)
{
    const Safetensors *left = safetensors_read(arena, diagnostics, a), *right = safetensors_read(arena, diagnostics, b);
    double most = 0;
    cr_assert(left && right && left->count == right->count);
    for (size_t t = 0; t < left->count; t++) {
        size_t size = 1;
        for (size_t i = 0; i < left->tensors[t].rank; i++)
            size *= left->tensors[t].shape[i];
        for (size_t i = 0; i < size; i++)
            most = fmax(most, fabs(left->tensors[t].values[i] - right->tensors[t].values[i]));
    }
    return most;
}

/* Objective, gradient, products of the Hessian and trainings, of every loss; and what an average divides by. */
Test(weights, are_repetitions)
{
    static const char *const heads[] = {"head = { outputs = 1, link = 'identity' }, loss = 'squared'",
                                        "head = { outputs = 1, link = 'identity' }, loss = 'huber', noise = { 0.5 }",
                                        "head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy'",
                                        "head = { outputs = 3, link = 'softmax' }, loss = 'squared', recompute = true"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        const char *w = spec_of("w.lua", weighted(), heads[i]), *r = spec_of("r.lua", repeated(), heads[i]);
        const char *a = fixture_path("a"), *b = fixture_path("b"), *c = fixture_path("c"), *d = fixture_path("d");
        costate_succeeds("gradient %s --weight w -o %s", w, a);
        costate_succeeds("gradient %s -o %s", r, b);
        cr_expect_leq(difference(a, b), 1e-13, "%s", heads[i]);
        costate_succeeds("gradient %s --weight w --direction %s -o %s", w, a, c);
        costate_succeeds("gradient %s --direction %s -o %s", r, a, d);
        cr_expect_leq(difference(c, d), 1e-12, "%s", heads[i]);
        costate_succeeds("train %s --weight w --out %s", w, fixture_path("wrun"));
        costate_succeeds("train %s --out %s", r, fixture_path("rrun"));
        cr_expect_leq(difference(path_join(arena, fixture_path("wrun"), "model.safetensors"),
                                 path_join(arena, fixture_path("rrun"), "model.safetensors")),
                      1e-9, "%s", heads[i]);
        remove_tree(fixture_path("wrun"));
        remove_tree(fixture_path("rrun"));
    }
}

/* The derivatives of all forms that a driver has, against the interpreter in long double. */
Test(weights, every_form_is_checked)
{
    fixture_text("t.csv", "id,t,y,w\na,0,1,2\na,0.5,,\na,1,0.5,\nb,0,2,1\nb,0.5,1.5,\nb,1,,\n");
    const char *path = fixture_text(
        "t.lua", "return network { name = 't', inputs = 1, layers = 2, step = 0.5, method = 'kutta4',\n"
                 "  controls = { a = scalar() }, field = function(y, u) return u.a * y * y end, observe = 'all',\n"
                 "  cost = function(y, u) return sum(y^2) end, terminal = function(y) return sum(y^4) end,\n"
                 "  loss = 'squared', data = { 't.csv', trajectory = 'id', time = 't', features = 'y', label = 'y',\n"
                 "  weight = 'w' } }\n");
    const char *checked = costate_succeeds("check %s", path).out;
    cr_expect_null(strstr(checked, "failed"), "%s", checked);
    costate_succeeds("train %s --iterations 3 --out %s", path, fixture_path("t"));
    const char *w =
        spec_of("w.lua", weighted(), "head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy', real = 'float'");
    costate_succeeds("check %s --weight w --data %s", w, fixture_path("w.csv"));
    costate_succeeds("check %s --set average=true --class-weight balanced --backend cc", w);
}

/* The root of a weight is a factor of its sample's residuals: what counts twice is two for Gauss and Newton, too. */
Test(weights, of_squares_are_repetitions)
{
    static const char *const heads[] = {"head = { outputs = 1, link = 'identity' }, loss = 'squared', noise = { 0.5 }",
                                        "head = { outputs = 3, link = 'softmax' }, loss = 'squared', real = 'float'"};
    for (size_t i = 0; i < 2; i++) {
        const char *w = spec_of("w.lua", weighted(), heads[i]), *r = spec_of("r.lua", repeated(), heads[i]);
        const char *train = "--set train.algorithm=gaussnewton --iterations 4";
        costate_succeeds("train %s --weight w %s --out %s", w, train, fixture_path("wrun"));
        costate_succeeds("train %s %s --out %s", r, train, fixture_path("rrun"));
        cr_expect_leq(difference(path_join(arena, fixture_path("wrun"), "model.safetensors"),
                                 path_join(arena, fixture_path("rrun"), "model.safetensors")),
                      i ? 1e-3 : 1e-9, "%s", heads[i]);
        remove_tree(fixture_path("wrun"));
        remove_tree(fixture_path("rrun"));
    }
}

/* A line through five points with weights, and one that weighs nothing: slope, intercept and their standard errors by
 * the formulas of weighted linear regression. */
Test(weights, of_squares_are_in_standard_errors)
{
    fixture_text("line.csv", "x,label,w\n0,1,1\n1,2.5,2\n2,2,0.5\n3,4.5,3\n4,5,1.5\n2.5,100,0\n");
    const char *line = fixture_text(
        "line.lua", "return network { name = 'line', inputs = 1, layers = 1, method = 'euler', activation = 'tanh',\n"
                    "  init = { K = 0 }, learn = { 'W', 'mu' }, loss = 'squared',\n"
                    "  head = { outputs = 1, link = 'identity' }, data = { 'line.csv', weight = 'w' },\n"
                    "  train = { algorithm = 'gaussnewton' } }\n");
    const char *said = costate_succeeds("train %s --out %s", line, fixture_path("line")).out;
    cr_expect_not_null(strstr(said, "W[1][1] = 1, standard error 0.17\n"), "%s", said);
    cr_expect_not_null(strstr(said, "mu[1] = 1.25, standard error 0.44, "), "%s", said);
}

/* Adam's batches take their samples' weights along: with one batch and a small rate an epoch is a step of its mean. */
Test(weights, batches_have_theirs)
{
    const char *head = "head = { outputs = 1, link = 'identity' }, loss = 'squared'";
    const char *w = spec_of("w.lua", weighted(), head), *r = spec_of("r.lua", repeated(), head);
    const char *adam = "--set train.algorithm=adam --set train.batch=100 --set train.rate=0.01";
    costate_succeeds("train %s --weight w %s --out %s", w, adam, fixture_path("wrun"));
    costate_succeeds("train %s %s --out %s", r, adam, fixture_path("rrun"));
    cr_expect_leq(difference(path_join(arena, fixture_path("wrun"), "model.safetensors"),
                             path_join(arena, fixture_path("rrun"), "model.safetensors")),
                  1e-9);
}

/* Three of one class and one of the other: 4 / (2 * 3) and 4 / (2 * 1), also on top of a column. */
Test(weights, balanced_classes_count_the_same)
{
    const char *head = "head = { outputs = 1, link = 'sigmoid' }, loss = 'crossentropy'";
    fixture_text("u.csv", "x1,x2,label\n0.5,1,0\n-1,0.25,1\n0.75,-2,0\n1,1,0\n");
    fixture_text("v.csv", "x1,x2,label,w\n0.5,1,0,0.66666666666666663\n-1,0.25,1,2\n0.75,-2,0,0.66666666666666663\n"
                          "1,1,0,0.66666666666666663\n");
    const char *u = spec_of("u.lua", "u.csv", head), *v = spec_of("v.lua", "v.csv", head);
    costate_succeeds("gradient %s --class-weight balanced -o %s", u, fixture_path("a"));
    costate_succeeds("gradient %s --weight w -o %s", v, fixture_path("b"));
    cr_expect_leq(difference(fixture_path("a"), fixture_path("b")), 1e-14);
    costate_succeeds("gradient %s --set data.class_weight=balanced -o %s", u, fixture_path("c"));
    cr_expect_eq(difference(fixture_path("a"), fixture_path("c")), 0);
    const char *run = fixture_path("run");
    costate_succeeds("train %s --class-weight balanced --split 0.75 --out %s", u, run);
    costate_succeeds("plot %s --ascii --only objective", run);
    costate_succeeds("evaluate %s", run);
    costate_succeeds("predict %s --data %s", run, fixture_path("u.csv"));
    expect_refusal(costate("train %s --out %s --split 0.75 --resume", u, run), 1,
                   "this run was made with --class-weight = balanced");
}

/* A trajectory is of the class that it has at every layer; one without a class keeps its weight. */
Test(weights, balanced_classes_of_trajectories)
{
    const char *spec = fixture_text(
        "t.lua", "return network { name = 't', inputs = 1, layers = 2, method = 'euler', activation = 'tanh',\n"
                 "  observe = 'all', head = { outputs = 1, link = 'sigmoid' }, loss = 'crossentropy',\n"
                 "  data = { 't.csv', trajectory = 'id', features = 'x' } }\n");
    fixture_text("t.csv", "id,x,label\na,1,\na,,1\na,,\nb,2,\nb,,0\nb,,0\nc,3,\nc,,0\nc,,0\n");
    fixture_text("u.csv", "id,x,label,w\na,1,,1.5\na,,1,\na,,,\nb,2,,0.75\nb,,0,\nb,,0,\nc,3,,0.75\nc,,0,\nc,,0,\n");
    costate_succeeds("gradient %s --class-weight balanced -o %s", spec, fixture_path("a"));
    costate_succeeds("gradient %s --data %s --weight w -o %s", spec, fixture_path("u.csv"), fixture_path("b"));
    cr_expect_eq(difference(fixture_path("a"), fixture_path("b")), 0);
}

/* The prompt's own data have them; rows that are given count the same. */
Test(weights, at_the_prompt)
{
    const char *w = spec_of("w.lua", weighted(), "head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy'");
    const char *script =
        text_print(arena,
                   "local net, other = load '%s', load '%s'\n"
                   "net.data = { '%s', weight = 'w' }\n"
                   "other.data = { '%s', drop = 'w' }\n"
                   "local a, b = net:gradient().W[1][1], other:gradient().W[1][1]\n"
                   "local x, c = { { 0.5, 1 } }, { { 1, 0, 0 } }\n"
                   "print(a == b, net:gradient(x, c).W[1][1] == other:gradient(x, c).W[1][1])\n"
                   "print(net:train { iterations = 2 }.objective ~= other:train { iterations = 2 }.objective)\n",
                   w, w, fixture_path("w.csv"), fixture_path("w.csv"));
    cr_expect_str_eq(costate_succeeds("run %s", fixture_text("s.lua", script)).out, "false\ttrue\ntrue\n");
}

/* A device's objective, gradient and trainer take them behind the targets. */
Test(weights, an_emitted_solver_takes_them)
{
    const char *w = spec_of("w.lua", weighted(), "head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy'");
    const char *out = fixture_path("solver");
    costate_succeeds("emit %s --set data.weight=w --trainer --hessian -o %s", w, out);
    const char *header = content_of(path_join(arena, out, "w.h")).data;
    cr_expect_not_null(strstr(header, "the weight of its sample; target is [n][OBSERVATIONS * OUTPUTS + 1]"), "%s",
                       header);
    const char *line = text_print(arena, "MAKEFLAGS= make -s -C %s check >%s/log 2>&1", out, folder);
    cr_expect_eq(system(line), 0, "%s", content_of(fixture_path("log")).data);
}

Test(weights, mistakes_are_told)
{
    const char *w = spec_of("w.lua", weighted(), "head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy'");
    fixture_text("bad.csv", "x1,x2,label,w\n0.5,1,0,2\n-1,0.25,1,-1\n");
    fixture_text("none.csv", "x1,x2,label,w\n0.5,1,0,0\n-1,0.25,1,0\n");
    static const struct {
        const char *line, *message;
        int status;
    } cases[] = {
        {"--weight q", "no column \"q\"", 1},
        {"--weight w --data %s/bad.csv", "bad.csv:3:11: \"-1\" in column \"w\" is no weight: a number, 0 or more\n", 1},
        {"--weight w --data %s/none.csv", "none.csv:1:13: every weight is 0\n", 1},
        {"--class-weight equal", "--class-weight takes balanced, not equal\n", 2},
        {"--weight w --set data={'spiral2d'} --set width=3", "--weight is for a data file", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *options = strstr(cases[i].line, "%s")
                                  ? text_print(arena, "%.*s%s%s", (int)(strstr(cases[i].line, "%s") - cases[i].line),
                                               cases[i].line, folder, strstr(cases[i].line, "%s") + 2)
                                  : cases[i].line;
        expect_refusal(costate("train %s %s --out %s/run", w, options, folder), cases[i].status, cases[i].message);
    }
    const char *several = fixture_text(
        "several.lua", "return network { name = 's', inputs = 1, layers = 2, method = 'euler', activation = 'tanh',\n"
                       "  observe = 'all', head = { outputs = 1, link = 'sigmoid' }, loss = 'crossentropy',\n"
                       "  data = { 's.csv', trajectory = 'id', features = 'x' } }\n");
    fixture_text("s.csv", "id,x,label\na,1,\na,,1\na,,\nb,2,\nb,,1\nb,,0\n");
    expect_refusal(costate("train %s --class-weight balanced --out %s/run", several, folder), 1,
                   "s.csv: class_weight is for samples of one class, but trajectory b has several: leave it away, or "
                   "give the trajectories a weight\n");
    expect_refusal(costate("train vanderpol --weight w --out %s/run", folder), 2,
                   "--weight is for losses, and the network has none\n");
    expect_refusal(costate("train lotka_volterra --class-weight balanced --out %s/run", folder), 2,
                   "--class-weight is for classes, and the targets are numbers\n");
}

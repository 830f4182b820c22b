/* Where 0 meets infinity across routines: a sample whose costate is 0, because its targets are missing, it weighs
 * nothing or a branch is not taken, gives nothing to the gradient where field or head has no derivative. */
#include "tests/unit/program.h"
#include "tests/unit/tensors.h"

#include <string.h>

TestSuite(branches, .init = fixture_open, .fini = fixture_close);

/* Of the sample x = 0 and of x = 4 (the file w.csv: with the weights 0 and 1); the gradient is that of x = 4 alone,
 * whose labels are `label`. */
typedef struct {
    const char *name, *rest, *data, *label;
} Branch;

#define STILL  "field = function(y, u) return 0 * u.a + 0 * y end, "
#define ROOT   "field = function(y, u) return u.a * sqrt(y) end, "
#define HOLES  "x = { { 0 }, { 4 } }, labels = { { 0 / 0, 0 / 0 }, { 1, 2 } }"
#define LABELS "x = { { 0 }, { 4 } }, labels = { 1, 2 }"
#define PLAIN  "x = { { 0 }, { 4 } }"

static const Branch rows[] = {
    {"masked root in a head", STILL "observe = 'all', head = function(y, u) return u.a * sqrt(max(y, 0)) end", HOLES,
     "{ { 1, 2 } }"},
    {"logarithm in a head", STILL "observe = 'all', head = function(y, u) return u.a * log(y) end", HOLES,
     "{ { 1, 2 } }"},
    {"no number in a head", STILL "observe = 'all', head = function(y, u) return u.a * log(y - 1) end", HOLES,
     "{ { 1, 2 } }"},
    {"quotient in a head, Huber", STILL "observe = 'all', loss = 'huber', head = function(y, u) return u.a / y end",
     HOLES, "{ { 1, 2 } }"},
    {"a loss",
     STILL "observe = 'all', head = function(y, u) return u.a * y end, loss = function(p, c) return "
           "sum(sqrt(p) * c) end",
     HOLES, "{ { 1, 2 } }"},
    {"probabilities of 0 and 1", STILL "loss = 'crossentropy', head = function(y, u) return u.a * y / 2 end",
     "x = { { 0 }, { 1 } }, labels = { 0, 1 }", "{ 1 }"},
    {"field", ROOT "observe = 'all'", HOLES, "{ { 1, 2 } }"},
    {"field and noise", ROOT "observe = 'all', noise = { 0.5 }, loss = 'huber'", HOLES, "{ { 1, 2 } }"},
    {"implicit stages", ROOT "observe = 'all', method = 'implicit_midpoint', init = { a = 0.1 }", HOLES,
     "{ { 1, 2 } }"},
    {"branch in a head", ROOT "head = function(y, u) return max(y - 1, 0) end", LABELS, "{ 2 }"},
    {"branch in a loss", ROOT "loss = function(p, c) return sum(max(p - c, 0)) end", LABELS, "{ 2 }"},
    {"branch in a terminal cost", ROOT "loss = nil, terminal = function(y) return sum(max(y - 1, 0)^2) end", PLAIN,
     NULL},
    {"branch in a running cost", ROOT "loss = nil, cost = function(y) return sum(max(y - 1, 0)^2) end", PLAIN, NULL},
    {"signal",
     "signals = 1, hold = 'zero', field = function(y, u, t, s) return u.a * sqrt(s) end, "
     "head = function(y, u) return max(y - 1, 0) end",
     LABELS ", signals = { { 0, 0 }, { 0, 0 } }", "{ 2 }, signals = { { 0, 0 } }"},
    {"step", "learn = { 'a', 'dt' }, " ROOT "observe = 'all', start = 1", HOLES, "{ { 1, 2 } }"},
};

static const char *spec_of(const Branch *row, const char *data)
{
    return fixture_text("s.lua",
                        text_print(arena,
                                   "local keys = { name = 's', inputs = 1, layers = 2, method = 'kutta4', step = 0.5,\n"
                                   "  controls = { a = vector(1) }, span = { a = 'all' }, init = { a = 0.5 },\n"
                                   "  loss = 'squared', data = { %s } }\n"
                                   "for key, value in pairs { %s } do keys[key] = value end\n"
                                   "%s return network(keys)\n",
                                   data, row->rest, strstr(row->rest, "loss = nil") ? "keys.loss = nil" : ""));
}

static const Safetensors *derivative(const char *spec, const char *options)
{
    const char *file = fixture_path("g");
    costate_succeeds("gradient %s %s -o %s", spec, options, file);
    const Safetensors *tensors = safetensors_read(arena, diagnostics, file);
    cr_assert_not_null(tensors, "%s", fixture_messages());
    return tensors;
}

static void expect_same(const Branch *row, const char *options, double bound)
{
    const char *alone = row->label ? text_print(arena, "x = { { %s } }, labels = %s",
                                                strstr(row->name, "probabilities") ? "1" : "4", row->label)
                                   : "x = { { 4 } }";
    const Safetensors *wanted = derivative(spec_of(row, alone), options);
    const Safetensors *found = derivative(spec_of(row, row->data), options);
    for (size_t t = 0; t < wanted->count; t++)
        expect_tensor(&found->tensors[t], &wanted->tensors[t], bound);
}

Test(branches, what_counts_nothing_gives_nothing)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect_same(&rows[i], "", 1e-15);
        expect_same(&rows[i], "--set real=float", 1e-6);
        derivative(spec_of(&rows[i], rows[i].data), "");
        cr_assert_eq(rename(fixture_path("g"), fixture_path("v")), 0);
        expect_same(&rows[i], text_print(arena, "--direction %s", fixture_path("v")), 1e-15);
    }
    expect_same(&rows[0], "--backend cc", 1e-15);
    expect_same(&rows[6], "--backend cc", 1e-15);
}

/* What a sample of weight 0 has of no numbers, too. */
Test(branches, what_weighs_nothing_gives_nothing)
{
    static const Branch weighed[] = {
        {"field", ROOT, NULL, "{ 2 }"},
        {"head", STILL "head = function(y, u) return u.a * log(y) end", NULL, "{ 2 }"},
        {"running cost", STILL "cost = function(y, u) return sum(u.a * log(y)) end", NULL, "{ 2 }"},
        {"terminal cost", STILL "terminal = function(y, u) return sum(u.a / y) end", NULL, "{ 2 }"},
    };
    fixture_text("w.csv", "x,label,w\n0,1,0\n4,2,1\n");
    for (size_t i = 0; i < sizeof weighed / sizeof *weighed; i++) {
        const Safetensors *wanted = derivative(spec_of(&weighed[i], "x = { { 4 } }, labels = { 2 }"), "");
        const Safetensors *found = derivative(spec_of(&weighed[i], "'w.csv', weight = 'w'"), "");
        for (size_t t = 0; t < wanted->count; t++)
            expect_tensor(&found->tensors[t], &wanted->tensors[t], 1e-15);
    }
}

/* Gauss and Newton's matrix is of tangents, along most of which most of it does not move. */
Test(branches, residuals_have_derivatives)
{
    const char *train = "--set train.algorithm=gaussnewton --set train.iterations=8 --force";
    static const size_t squares[] = {0, 1, 2, 6, 9};
    for (size_t i = 0; i < sizeof squares / sizeof *squares; i++) {
        const Outcome done = costate("train %s %s --out %s", spec_of(&rows[squares[i]], rows[squares[i]].data), train,
                                     fixture_path("r"));
        cr_expect(done.status == 0 && !strstr(done.out, "not finite"), "%s: %s%s", rows[squares[i]].name, done.out,
                  done.err);
    }
    const Branch untouched = {"a control that the state does not see",
                              "field = function(y, u) return 0 * y end, head = function(y, u) return u.a + sqrt(y) end",
                              LABELS, "{ 2 }"};
    const Outcome done = costate("train %s %s --out %s", spec_of(&untouched, untouched.data), train, fixture_path("r"));
    cr_expect(strstr(done.out, "\n  a[1] = 0.5, standard error"), "%s%s", done.out, done.err);
}

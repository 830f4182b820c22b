/* Fields, heads and losses that are defined on a part of all numbers: check finds points there, and so does the example
 * of an emitted solver; where there are none, both say so. */
#include "tests/unit/program.h"

#include <string.h>

TestSuite(domains, .init = fixture_open, .fini = program_close);

static const char *spec_of(const char *rest)
{
    return fixture_text("o.lua", text_print(arena,
                                            "return network { name = 'o', inputs = 2, layers = 3, method = 'kutta4',\n"
                                            "  step = 0.1, average = true, %s }\n",
                                            rest));
}

#define FIELD(of) "controls = { a = scalar() }, loss = 'squared', field = function(y, u, t, s) return " of " end"

static const char *const domains[] = {
    FIELD("u.a * log(y)"),
    FIELD("u.a * sqrt(1 - y^2)"),
    FIELD("u.a / y"),
    FIELD("u.a * y^1.5"),
    FIELD("u.a * log(y - 5)"),
    FIELD("u.a * sqrt(y - 273)"),
    FIELD("u.a * sqrt(0.01 - (y - 3)^2)"),
    FIELD("u.a * log(y - 1) * log(1.001 - y)"),
    FIELD("u.a * concat(log(y[1]), log(-y[2]))"),
    FIELD("u.a * log(1 - sum(y)) * log(y)"),
    FIELD("log((1 - y) / (1 + y)) * u.a"),
    FIELD("exp(-u.a / y)"),
    FIELD("log(u.a) * y"),
    "signals = 1, " FIELD("u.a * y * log(s[1])"),
    FIELD("u.a * y") ", cost = function(y) return sum(y * log(y)) end",
    "activation = 'tanh', loss = 'crossentropy', head = function(y) return y[1] end",
    "activation = 'tanh', head = function(y) return y end, loss = function(p, c) return sum(p - c * log(p)) end",
    "activation = 'tanh', head = function(y) return y end, loss = function(p, c) return sum(c * (log(c) - p)) end",
};

Test(domains, points_are_found)
{
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        const Outcome done = costate_succeeds("check %s", spec_of(domains[i]));
        cr_expect(!strstr(done.out, "left out") && !strstr(done.out, "FAILED"), "%s: %s", domains[i], done.out);
        cr_expect_eq(!!strstr(done.err, "it was checked at their magnitudes; init = { .. } says where"),
                     !strcmp(domains[i], FIELD("log(u.a) * y")), "%s: %s", domains[i], done.err);
    }
}

Test(domains, examples_are_within_them)
{
    static const size_t some[] = {3, 5, 12, 13, 15};
    for (size_t k = 0; k < sizeof some / sizeof *some; k++) {
        const char *out = fixture_path("out"), *spec = spec_of(domains[some[k]]);
        cr_expect_str_eq(costate_succeeds("emit %s %s -o %s", spec, k % 2 ? "--real float" : "--trainer", out).err, "");
        const char *line = text_print(arena, "MAKEFLAGS= make -s -C %s check >%s/log 2>&1", out, folder);
        cr_expect_eq(system(line), 0, "%s: %s", domains[some[k]], content_of(fixture_path("log")).data);
        remove_tree(out);
    }
}

Test(domains, where_there_are_none)
{
    const char *nowhere = spec_of(FIELD("u.a * log(-1 - y^2)"));
    Outcome done = costate("check %s", nowhere);
    cr_expect(done.status == 1 && strstr(done.err, "the objective or its gradient is not finite at any point that was "
                                                   "drawn; --data gives it samples: log(-"),
              "%s", done.err);
    done = costate_succeeds("emit %s -o %s/out", nowhere, folder);
    cr_expect(strstr(done.err, "warning: predictions, objective or gradient are not finite wherever example.c could "
                               "compute them: its check will fail\n"),
              "%s", done.err);
}

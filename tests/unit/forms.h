/* forms: specs that are composed at random, the same ones for the same seed: every form that a problem may have, with
 * every other. They live in `arena`, which whoever includes this has. */
#ifndef COSTATE_FORMS_H
#define COSTATE_FORMS_H

#include "tests/unit/numbers.h"

#include "gen/base/text.h"

#include <string.h>

/* What has been chosen of a spec so far. */
typedef struct {
    size_t inputs, width, layers, stages, outputs, signals;
    bool field, timed, single;
    const char *span_v; /* of the control that ends may see */
    Text text, learn, span;
} Composition;

static inline bool chance(size_t percent)
{
    return noise_between(1, 100) <= percent;
}

/* One of `count` strings. */
static inline const char *one_of(size_t count, const char *const *choices)
{
    return choices[noise_between(0, count - 1)];
}
#define ONE_OF(...)                                                                                                    \
    one_of(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), (const char *const[]){__VA_ARGS__})

static inline void compose_method(Composition *it)
{
    static const struct {
        const char *name; /* explicit, diagonally implicit, coupled in all or in some of its stages; or a tableau */
        size_t stages;
    } methods[] = {{"'euler'", 1},
                   {"'midpoint'", 2},
                   {"'heun3'", 3},
                   {"'improved_euler'", 2},
                   {"'ralston2'", 2},
                   {"'kutta3'", 3},
                   {"'ssprk3'", 3},
                   {"'kutta4'", 4},
                   {"'three_eighths'", 4},
                   {"'dopri5'", 6},
                   {"'implicit_midpoint'", 1},
                   {"'sdirk2'", 2},
                   {"'gauss4'", 2},
                   {"'radau5'", 3},
                   {"'lobatto3a4'", 3},
                   {"'lobatto3b4'", 3},
                   {"tableau { A = { { 0, 0 }, { 0, 1 } }, b = { 0, 1 } }", 1}};
    size_t m = noise_between(0, sizeof methods / sizeof *methods - 1);
    it->stages = methods[m].stages;
    text_format(&it->text, " method = %s,", methods[m].name);
}

/* Where the values over layers of a control lie. */
static inline const char *compose_span(Composition *it, const char *name)
{
    const char *span = ONE_OF("1", "1", "'all'", "'all'", "2", "3", "'stage'", "'stage'", "100");
    if (strcmp(span, "1") != 0)
        text_format(&it->span, " %s = %s,", name, span);
    return span;
}

static inline void compose_learn(Composition *it, const char *name, size_t percent)
{
    if (chance(percent))
        text_format(&it->learn, " '%s',", name);
}

/* A term of the field, a vector [width], or a number. */
static inline void compose_term(Composition *it)
{
    Text *text = &it->text;
    switch (noise_between(0, 17)) {
    case 0:
        text_add(text, "tanh(u.M * y + u.a)");
        break;
    case 1:
        text_add(text, "u.g * y");
        break;
    case 2:
        text_add(text, "sin(t) * y");
        it->timed = true;
        break;
    case 3:
        text_add(text, "cos(u.g * t) * u.a");
        it->timed = true;
        break;
    case 4:
        text_add(text, it->signals ? "s[1] * tanh(y)" : "-y");
        break;
    case 5:
        text_add(text, it->signals ? "u.S * s" : "u.a");
        break;
    case 6:
        text_add(text, "tanh((u.M - u.M:T() - u.g * identity(#y)) * y)");
        break;
    case 7:
        text_add(text, "u.B * tanh(u.A * y)");
        break;
    case 8:
        text_add(text, "u.a * y / (1 + y * y)");
        break;
    case 9:
        text_add(text, "u.v[1] * y");
        break;
    case 10:
        text_add(text, "(u.v[1] - u.v[2] * y[#y]) * y");
        break;
    case 11:
        text_add(text, "softmax(y)");
        break;
    case 12:
        text_add(text, "exp(-t) * tanh(u.M) * y");
        it->timed = true;
        break;
    case 13:
        text_add(text, "u.a");
        break;
    case 14:
        text_add(text, it->signals ? "max(s[#s], u.g) * u.a" : "max(y, 0.1 * y)");
        break;
    case 15:
        text_add(text, "sum(u.M) * y");
        break;
    case 16:
        text_add(text, "0.5");
        break;
    default:
        text_add(text, it->width > 1 ? "concat(y[2] * u.v[2], y:slice(2, #y))" : "y[1] * u.v[2]");
        break;
    }
}

static inline void compose_field(Composition *it)
{
    it->field = chance(75);
    text_add(&it->text, it->field ? " init = { M = normal(0.5), a = normal(0.5), A = normal(0.7), B = normal(0.5), "
                                    "g = 0.4, v = normal(0.6), O = normal(0.5) },"
                                  : " init = { K = normal(0.5), b = normal(0.3) },");
    if (!it->field) {
        text_format(&it->text, " activation = '%s',", ONE_OF("tanh", "swish", "sigmoid", "softplus"));
        compose_span(it, "K");
        compose_span(it, "b");
        compose_learn(it, "K", 80);
        compose_learn(it, "b", 60);
        return;
    }
    static const char *const names[] = {"M", "a", "g", "A", "B", "v"};
    text_format(&it->text, "\n  controls = { M = matrix(%zu, %zu), a = vector(%zu), g = scalar(), A = matrix(3, %zu),",
                it->width, it->width, it->width, it->width);
    text_format(&it->text, " B = matrix(%zu, 3), v = vector(2), O = matrix(%zu, %zu)", it->width, it->width, it->width);
    text_add(&it->span, " O = 'all',"); /* ends see it */
    compose_learn(it, "O", 70);
    if (it->signals)
        text_format(&it->text, ", S = matrix(%zu, %zu)", it->width, it->signals);
    text_add(&it->text, " },\n");
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const char *span = compose_span(it, names[k]);
        if (!strcmp(names[k], "v"))
            it->span_v = span;
        compose_learn(it, names[k], 70);
    }
    if (it->signals) {
        compose_span(it, "S");
        compose_learn(it, "S", 70);
    }
    text_add(&it->text, "  field = function(y, u, t, s) return ");
    for (size_t term = noise_between(1, 4); term > 0; term--) {
        compose_term(it);
        text_add(&it->text, term > 1 ? " + " : " end,\n");
    }
}

static inline bool sees_v(const Composition *it)
{
    return it->field && !strcmp(it->span_v, "'all'");
}

static inline void compose_costs(Composition *it, bool needed)
{
    Text *text = &it->text;
    bool cost = chance(40), terminal = chance(30) || (needed && !cost);
    if (cost)
        text_format(text, "  cost = function(y, u, t, s) return %s end,\n",
                    it->field && it->signals && chance(30) ? "s[1] * y[1] + 0.1 * s[1]^2"
                    : it->field ? ONE_OF("0.5 * u.g^2", "sum(y^2) + 0.1 * sum(u.a^2)", "t * y[1]^2", "u.v[1] * sum(y)",
                                         "exp(-u.g * t) * sum(tanh(y))", "u.v[1]^2 * t", "0.25", "dot(y, u.M * y)")
                                : ONE_OF("sum(y^2)", "t * sum(y)", "sum(u.K^2)", "sum((u.K * y)^2)"));
    if (terminal)
        text_format(text, "  terminal = function(y, u) return %s end,\n",
                    it->field && chance(30)    ? ONE_OF("dot(y, tanh(u.O) * y)", "sum((u.O - u.O:T()) * y)")
                    : sees_v(it) && chance(50) ? ONE_OF("u.v[1] * y[1]", "u.v[1]^2", "dot(y, y) * u.v[2]")
                                               : ONE_OF("sum(y^2)", "y[1]", "0.5", "logsumexp(y)"));
    if (chance(35)) {
        bool staged = strstr(it->span.data, it->field ? " M = 'stage'" : " K = 'stage'");
        const char *name = it->field ? "M" : "K", *first = staged ? "[1]" : "";
        size_t last = it->stages;
        if (staged)
            text_format(text,
                        "  penalty = function(u, v, h) return 0.1 * sum((u.%s[%zu] - v.%s[1])^2) / h + h * "
                        "sum(tanh(u.%s[1])) end,\n",
                        name, last, name, name);
        else
            text_format(
                text, "  penalty = function(u, v, h) return %s end,\n",
                text_print(arena,
                           ONE_OF("sum((v.%s%s - u.%s%s)^2) / h", "h * dot(v.%s%s, u.%s%s)",
                                  "sum(exp(u.%s%s)) + 0 * sum(v.%s%s)", "h^2 + 0 * dot(v.%s%s, u.%s%s)",
                                  "sum((u.%s%s * v.%s%s[1])^2) / h", "h * logsumexp(concat(u.%s%s[1], 0.5, v.%s%s[1]))",
                                  "dot(softmax(u.%s%s[1]), tanh(v.%s%s[1]))", "mean(u.%s%s:T() * v.%s%s[1])"),
                           name, first, name, first));
    }
    if (chance(35))
        text_add(text, " decay = 0.3,");
}

static inline void compose_head(Composition *it)
{
    Text *text = &it->text;
    it->outputs = noise_between(1, 3);
    bool loss = chance(85);
    if (!loss) {
        it->outputs = it->width;
        compose_costs(it, true);
        return;
    }
    switch (noise_between(0, 4)) {
    case 0:
        it->outputs = it->outputs > 1 ? it->outputs : 2;
        text_format(text, "  head = { outputs = %zu, link = 'softmax' }, loss = %s,\n", it->outputs,
                    ONE_OF("'crossentropy'", "'squared'", "function(p, c) return sum((p - c)^4) end"));
        compose_learn(it, "W", 60);
        compose_learn(it, "mu", 60);
        break;
    case 1:
        text_format(text, "  head = { outputs = %zu, link = 'sigmoid' }, loss = %s,\n", it->outputs,
                    ONE_OF("'crossentropy'", "'squared'", "'huber'"));
        compose_learn(it, "W", 60);
        compose_learn(it, "mu", 60);
        break;
    case 2:
        text_format(text, "  head = function(y, u) return %s end,\n",
                    it->field && chance(30)
                        ? ONE_OF("(0.5 * u.O + u.O:T()) * y", "tanh(u.O) * y + u.O[1]", "concat(u.O * u.O[1], y[1])")
                    : sees_v(it) ? ONE_OF("u.v * y[1]", "u.v", "concat(y[1] + u.v[1], sin(y[#y]))")
                                 : ONE_OF("y:slice(1, 1)", "concat(y[1]^2, y[#y])", "tanh(y)"));
        text_format(text, "  loss = %s,\n",
                    ONE_OF("'squared'", "'huber'", "function(p, c) return dot(p - c, p - c) * 0.5 end"));
        break;
    case 3:
        text_format(text, "  head = function(y, u) return %s end, loss = 'crossentropy',\n",
                    ONE_OF("softmax(concat(y[1], 0.3))", "sigmoid(tanh(y:slice(1, 1)))"));
        break;
    default:
        it->outputs = it->width;
        if (it->field)
            text_format(text, "  loss = %s,\n",
                        ONE_OF("'squared'", "'huber'", "function(p, c) return sum(abs(p - c)^3) end",
                               "function(p, c) return sum(c) end", "function(p, c) return sum(p) end"));
        else
            text_format(text, "  head = { outputs = %zu, link = 'identity' }, loss = 'squared',\n", it->outputs);
        break;
    }
    if (strstr(text->data, "link = 'identity'") || strstr(text->data, "loss = 'huber'"))
        compose_learn(it, "dt", 20);
    if (chance(50))
        compose_costs(it, false);
}

static inline void compose_lift(Composition *it)
{
    size_t kind = noise_between(0, 5);
    if (kind == 0) {
        text_add(&it->text, " lift = true,");
        compose_learn(it, "P", 70);
        compose_learn(it, "q", 70);
    } else if (kind == 1 && sees_v(it)) {
        text_format(&it->text, "  lift = function(x, u) return %s end,\n",
                    it->width == 2   ? ONE_OF("u.v", "x[1] * u.v", "concat(x[1], u.v[2])")
                    : it->width == 3 ? "concat(x[1], u.v)"
                                     : ONE_OF("u.v[1] + x[1]", "x[1]", "tanh(u.v[2])"));
    } else if (kind == 2 && it->field) {
        text_format(&it->text, "  lift = function(x, u) return %s end,\n",
                    ONE_OF("(u.O - u.O:T()) * (u.O[1] + x[1])", "tanh(u.O) * softmax(u.O[1] * x[1])"));
    } else if (it->width < it->inputs) {
        text_add(&it->text, " lift = function(x, u) return sin(x[1]) end,");
    }
}

static inline void compose_steps(Composition *it, bool plain)
{
    bool learnt = chance(40) && !plain;
    if (learnt)
        text_add(&it->learn, " 'dt',");
    if (plain) {
        text_add(&it->text, " residual = false, step = 1,");
    } else if (chance(40) && learnt) {
        text_format(&it->span, " dt = %s,", ONE_OF("2", "'all'", "3"));
        text_add(&it->text, " step = 0.1,");
    } else if (chance(40)) {
        text_add(&it->text, " step = {");
        for (size_t n = 0; n < it->layers; n++)
            text_format(&it->text, " %g,", 0.05 * (double)noise_between(1, 4));
        text_add(&it->text, " },");
    } else {
        text_add(&it->text, " step = 0.2,");
    }
    if (chance(30))
        text_add(&it->text, " start = -0.7,");
}

static inline void compose_observed(Composition *it)
{
    switch (noise_between(0, 6)) {
    case 0:
        text_add(&it->text, " observe = 'all',");
        break;
    case 1:
        text_format(&it->text, " observe = %zu,", noise_between(1, it->layers));
        break;
    case 2:
        text_add(&it->text, " observe = { 0 },");
        break;
    case 3:
        text_format(&it->text, " observe = { 0, %zu },", it->layers);
        break;
    case 4:
        text_add(&it->text, " observe = 'last',");
        break;
    default:
        break;
    }
}

/* The spec of a seed. */
static inline const char *form_text(uint64_t seed)
{
    noise_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (int i = 0; i < 8; i++)
        noise();
    Composition it = {.inputs = noise_between(1, 3), .layers = noise_between(1, 6), .span_v = "1"};
    it.text = text_new(arena);
    it.learn = text_new(arena);
    it.span = text_new(arena);
    it.width = chance(60) ? it.inputs : noise_between(1, 4);
    it.signals = chance(40) ? noise_between(1, 2) : 0;
    bool plain = chance(7);
    text_format(&it.text, "return network { name = 'form', inputs = %zu, width = %zu, layers = %zu,", it.inputs,
                it.width, it.layers);
    if (it.signals)
        text_format(&it.text, " signals = %zu, hold = '%s',", it.signals, ONE_OF("zero", "linear"));
    compose_method(&it);
    compose_field(&it);
    compose_lift(&it);
    compose_head(&it);
    compose_steps(&it, plain);
    compose_observed(&it);
    if (chance(40))
        text_add(&it.text, " average = true,");
    if (chance(25))
        text_format(&it.text, " checkpoints = %zu,", noise_between(1, it.layers));
    else if (chance(20))
        text_add(&it.text, " recompute = true,");
    if (chance(15))
        text_add(&it.text, " real = 'float',");
    compose_learn(&it, "x", 25);
    if (chance(85) && *it.learn.data)
        text_format(&it.text, "\n  learn = {%s },", it.learn.data);
    if (*it.span.data)
        text_format(&it.text, "\n  span = {%s },", it.span.data);
    text_add(&it.text, " }\n");
    return it.text.data;
}

#endif

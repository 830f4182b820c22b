/* --step: functions of one layer and of its field, their products, and Jacobians, as emitted. Values and tangents are
 * held against the interpreter, whose tangents are differences in long double along a path through all layers;
 * pullbacks against tangents, Jacobians against pullbacks, and a solver whose parameters are constants against one that
 * takes them. */
#include "tests/unit/program.h"
#include "tests/unit/specs.h"

#include "tests/unit/forms.h"
#include "runtime/solver/initial.h"

#include <dlfcn.h>

TestSuite(local, .init = fixture_open, .fini = program_close, .timeout = 300);

/* The emitted functions under one signature, whatever the solver takes. */
static const char shim[] =
    "#if defined(SIGNAL_ROWS)\n"
    "#define S(x) x,\n"
    "#else\n"
    "#define S(x)\n"
    "#endif\n"
    "#if defined(CONSTANT)\n"
    "#define P(x)\n"
    "#else\n"
    "#define P(x) x,\n"
    "#endif\n"
    "typedef const double *In;\n"
    "typedef double *Out;\n"
    "int shim_step(size_t n, size_t l, In y, In s, In p, Out z, void *w) { return F(step)(n, l, y, S(s) P(p) z, w); }\n"
    "int shim_field(size_t n, size_t l, In y, In s, In p, Out z, void *w) { return F(field)(n, l, y, S(s) P(p) z, w); "
    "}\n"
    "int shim_step_pullback(size_t n, size_t l, In y, In s, In p, In z, Out a, Out b, Out c, void *w)\n"
    "{ return F(step_pullback)(n, l, y, S(s) P(p) z, a, S(b) P(c) w); }\n"
    "int shim_field_pullback(size_t n, size_t l, In y, In s, In p, In z, Out a, Out b, Out c, void *w)\n"
    "{ return F(field_pullback)(n, l, y, S(s) P(p) z, a, S(b) P(c) w); }\n"
    "int shim_step_pushforward(size_t n, size_t l, In y, In a, In s, In b, In p, In c, Out z, void *w)\n"
    "{ return F(step_pushforward)(n, l, y, a, S(s) S(b) P(p) P(c) z, w); }\n"
    "int shim_field_pushforward(size_t n, size_t l, In y, In a, In s, In b, In p, In c, Out z, void *w)\n"
    "{ return F(field_pushforward)(n, l, y, a, S(s) S(b) P(p) P(c) z, w); }\n"
    "int shim_step_jacobian(size_t n, size_t l, In y, In s, In p, Out z, Out a, Out b, Out c, void *w)\n"
    "{ return F(step_jacobian)(n, l, y, S(s) P(p) z, a, S(b) P(c) w); }\n"
    "int shim_jacobian(size_t n, In x, In s, In p, Out z, Out a, Out b, Out c, void *w)\n"
    "{ return F(jacobian)(n, x, S(s) P(p) z, a, S(b) P(c) w); }\n"
    "#if !defined(CONSTANT)\n"
    "int shim_pullback(size_t n, In x, In s, In p, In z, Out a, Out b, Out c, void *w)\n"
    "{ return F(pullback)(n, x, S(s) p, z, a, S(b) c, w); }\n"
    "#endif\n"
    "#if defined(GRADIENT)\n"
    "int shim_gradient(size_t n, In x, In s, In t, In p, Out j, Out g, void *w)\n"
    "{ return F(gradient)(n, x, S(s) t, p, j, g, w); }\n"
    "#endif\n"
    "int shim_forward(size_t n, In x, In s, In p, Out z, void *w) { return F(forward)(n, x, S(s) P(p) z, w); }\n";

typedef int Function(size_t n, size_t layer, const double *y, const double *signals, const double *params,
                     double *value, void *work);
typedef int Forward(size_t n, const double *x, const double *signals, const double *params, double *value, void *work);
typedef int Pullback(size_t n, size_t layer, const double *y, const double *signals, const double *params,
                     const double *bar, double *y_bar, double *signals_bar, double *gradient, void *work);
typedef int Pushforward(size_t n, size_t layer, const double *y, const double *y_dot, const double *signals,
                        const double *signals_dot, const double *params, const double *params_dot, double *dot,
                        void *work);
typedef int StepJacobian(size_t n, size_t layer, const double *y, const double *signals, const double *params,
                         double *value, double *by_y, double *by_signals, double *by_params, void *work);
typedef int WholePullback(size_t n, const double *x, const double *signals, const double *params, const double *bar,
                          double *x_bar, double *signals_bar, double *gradient, void *work);
typedef int WholeJacobian(size_t n, const double *x, const double *signals, const double *params, double *prediction,
                          double *by_x, double *by_signals, double *by_params, void *work);

typedef int Gradient(size_t n, const double *x, const double *signals, const double *target, const double *params,
                     double *objective, double *gradient, void *work);

/* What compiles it. */
static const char *compiler = "cc -O0";

/* An emitted solver. */
typedef struct {
    const Program *program;
    const Model *model;
    Function *step, *field;
    Forward *forward;
    Pullback *step_pullback, *field_pullback;
    Pushforward *step_pushforward, *field_pushforward;
    StepJacobian *step_jacobian;
    WholePullback *pullback;
    WholeJacobian *jacobian;
    Gradient *gradient; /* NULL: inputs are learnt, or there is no loss, or parameters are constants */
    size_t step_bytes, jacobian_bytes;
} Emitted;

static void *symbol(void *library, const char *name)
{
    void *found = dlsym(library, name);
    cr_assert_not_null(found, "%s", name);
    return found;
}

/* Of that program, with its parameters as constants where params is not NULL. */
static Emitted emitted_of(const Program *program, size_t block, bool second, const double *params)
{
    static unsigned count;
    const Edition edition = {.block = block, .params = params, .hessian = second, .step = true};
    Emitted it = {.program = gen_edition(arena, diagnostics, program, false, &edition)};
    cr_assert_not_null(it.program, "%s", fixture_messages());
    it.model = it.program->description.model;
    const char *name = it.model->name;
    bool plain = !params && !it.model->learns_x && it.model->has_loss;
    fixture_text(text_print(arena, "%s.h", name), pack_header(arena, it.program->blueprint));
    fixture_text(text_print(arena, "%s.c", name), pack_source(arena, it.program->blueprint));
    const char *path = fixture_text("shim.c", text_print(arena, "#include \"%s.c\"\n#define F(x) %s_##x\n%s%s%s%s",
                                                         name, name, it.model->signals ? "#define SIGNAL_ROWS 1\n" : "",
                                                         params ? "#define CONSTANT 1\n" : "",
                                                         plain ? "#define GRADIENT 1\n" : "", shim));
    const char *library = fixture_path(text_print(arena, "shim%u.so", count++));
    const char *command =
        text_print(arena, "%s -std=c99 -Wall -Wextra -Wno-unused-parameter -Werror -shared -fPIC -o %s %s -lm",
                   compiler, library, path);
    cr_assert_eq(system(command), 0, "%s", command);
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(handle, "%s", dlerror());
#define LOAD(function)                                                                                                 \
    do {                                                                                                               \
        void *address = symbol(handle, "shim_" #function);                                                             \
        memcpy(&it.function, &address, sizeof address);                                                                \
    } while (0)
    LOAD(step);
    LOAD(field);
    LOAD(forward);
    LOAD(step_pullback);
    LOAD(field_pullback);
    LOAD(step_pushforward);
    LOAD(field_pushforward);
    LOAD(step_jacobian);
    LOAD(jacobian);
    if (plain)
        LOAD(gradient);
    if (!params)
        LOAD(pullback);
#undef LOAD
    it.step_bytes = it.program->blueprint->step_workspace_bytes;
    it.jacobian_bytes = it.program->blueprint->jacobian_workspace_bytes;
    return it;
}

/* ---- numbers ---- */

static double *zeros(size_t count)
{
    return ARENA_ARRAY(arena, count + 1, double);
}

/* Of 20 binary digits, so that x + step v is a double for a step of as many. */
static double *coarse(size_t count, double radius)
{
    double *values = zeros(count);
    for (size_t i = 0; i < count; i++)
        values[i] = nearbyint(radius * (double)noise() * 0x1p20) * 0x1p-20;
    return values;
}

static void expect_near(size_t count, const double *found, const double *wanted, double bound, double scale,
                        const char *what, const char *spec)
{
    double worst = 0;
    for (size_t i = 0; i < count; i++) {
        scale = fmax(scale, fabs(wanted[i]));
        cr_assert(isfinite(found[i]), "%s is not finite: %s", what, spec);
        worst = fmax(worst, fabs(found[i] - wanted[i]));
    }
    cr_expect_leq(worst, bound * scale, "%s is off by %g of %g: %s", what, worst, scale, spec);
}

static double inner(size_t count, const double *a, const double *b, double *size)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
        *size += fabs(a[i] * b[i]);
    }
    return sum;
}

/* Work of exactly that size between guards. */
enum { GUARD = 256, GUARD_BYTE = 0xa5 };
static unsigned char *guarded(size_t size)
{
    unsigned char *memory = arena_alloc(arena, size + 2 * GUARD);
    memset(memory, GUARD_BYTE, size + 2 * GUARD);
    return memory + GUARD;
}

static void expect_guarded(const unsigned char *work, size_t size, const char *spec)
{
    for (size_t i = 0; i < GUARD; i++)
        cr_assert(work[size + i] == GUARD_BYTE && work[-1 - (ptrdiff_t)i] == GUARD_BYTE, "beyond the workspace: %s",
                  spec);
}

/* ---- a point ---- */

typedef struct {
    const char *spec;
    const Model *model;
    size_t layer, signals, layer_signals; /* reals of all rows, and of those that a step reads */
    double *x, *x_dot, *s, *s_dot, *params, *params_dot;
    double *y, *y_dot, *next, *next_dot, *slope, *slope_dot; /* at the layer */
} Point;

enum { ALONG = 3 };
static void along(const Point *point, const Program *program, double step, long double *values)
{
    const Model *model = point->model;
    Interpreter *interpreter = interpret_new(arena, program->network);
    const Node *nodes[ALONG] = {program->network->step.y, program->network->step.y_next,
                                program->network->routines[ROUTINE_FIELD].results[0].node};
    long double *params = ARENA_ARRAY(arena, model->parameters + 1, long double);
    double *x = zeros(model->inputs), *s = zeros(point->signals);
    for (size_t i = 0; i < model->parameters; i++)
        params[i] = (long double)point->params[i] + (long double)step * (long double)point->params_dot[i];
    for (size_t i = 0; i < model->inputs; i++)
        x[i] = point->x[i] + step * point->x_dot[i];
    for (size_t i = 0; i < point->signals; i++)
        s[i] = point->s[i] + step * point->s_dot[i];
    interpret_along(interpreter, x, point->signals ? s : NULL, params, ALONG, nodes, values);
}

/* At a random layer of the path of random inputs, what the interpreter says; false where it is not finite. */
static bool choose_point(Point *point, const Program *program)
{
    const Model *model = point->model = program->description.model;
    size_t d = model->width, size = ALONG * d * model->layers;
    const double step = 0x1p-20;
    point->signals = model->signals * model_signal_rows(model);
    point->layer_signals = model->signals * (1 + (size_t)model->linear);
    point->layer = noise_between(0, model->layers - 1);
    point->x = coarse(model->inputs, 0.7);
    point->x_dot = coarse(model->inputs, 1);
    point->s = coarse(point->signals, 0.7);
    point->s_dot = coarse(point->signals, 1);
    point->params = zeros(model->parameters);
    point->params_dot = coarse(model->parameters, 0.5);
    initial_parameters(model, model->seed, point->params);
    for (size_t t = 0; t < model->tensor_count; t++)
        for (size_t i = model->tensors[t].offset; i < model->tensors[t].offset + model->tensors[t].size; i++) {
            point->params[i] += 0.05 * (double)noise();
            point->params_dot[i] *= model->tensors[t].learnt;
        }
    long double *values[3];
    for (int k = 0; k < 3; k++) {
        values[k] = ARENA_ARRAY(arena, size, long double);
        along(point, program, (k - 1) * step, values[k]);
    }
    double **const found[ALONG] = {&point->y, &point->next, &point->slope};
    double **const moved[ALONG] = {&point->y_dot, &point->next_dot, &point->slope_dot};
    for (size_t k = 0; k < ALONG; k++) {
        *found[k] = zeros(d);
        *moved[k] = zeros(d);
        for (size_t i = 0; i < d; i++) {
            size_t at = (point->layer * ALONG + k) * d + i;
            (*found[k])[i] = (double)values[1][at];
            (*moved[k])[i] = (double)((values[2][at] - values[0][at]) / (2 * (long double)step));
            if (!(fabs((*found[k])[i]) < 1e6 && fabs((*moved[k])[i]) < 1e6))
                return false;
        }
    }
    return true;
}

/* ---- what must hold ---- */

/* Of the step, or of the field, for three samples: this point, other states, this point again. */
static void expect_function(const Emitted *it, const Point *point, bool step, double bound)
{
    enum { N = 3 };
    const Model *model = point->model;
    const char *spec = point->spec, *what = step ? "step" : "field";
    size_t d = model->width, m = step ? point->layer_signals : model->signals;
    double *y = zeros(N * d), *y_dot = zeros(N * d), *s = zeros(N * m), *s_dot = zeros(N * m);
    double *value = zeros(N * d), *dot = zeros(N * d), *bar = coarse(N * d, 1), *y_bar = zeros(N * d),
           *s_bar = zeros(N * m), *gradient = zeros(model->parameters), size = 0;
    unsigned char *work = guarded(it->step_bytes);
    for (size_t i = 0; i < N * d; i++) {
        y[i] = point->y[i % d] + (i / d % 2 ? 0.1 * (double)noise() : 0);
        y_dot[i] = i / d % 2 ? (double)noise() : point->y_dot[i % d];
    }
    for (size_t i = 0; i < N * m; i++) {
        s[i] = point->s[point->layer * model->signals + i % m];
        s_dot[i] = point->s_dot[point->layer * model->signals + i % m];
    }
    cr_assert_eq((step ? it->step : it->field)(N, point->layer, y, s, point->params, value, work), 0);
    const double *wanted = step ? point->next : point->slope, *moves = step ? point->next_dot : point->slope_dot;
    expect_near(d, value, wanted, bound, 1e-3, what, spec);
    expect_near(d, value + 2 * d, wanted, bound, 1e-3, what, spec);
    cr_assert_eq((step ? it->step_pushforward : it->field_pushforward)(N, point->layer, y, y_dot, s, s_dot,
                                                                       point->params, point->params_dot, dot, work),
                 0);
    expect_near(d, dot, moves, 1e-8, 1e-2, step ? "step's tangent" : "field's tangent", spec);
    cr_assert_eq((step ? it->step_pullback : it->field_pullback)(N, point->layer, y, s, point->params, bar, y_bar,
                                                                 s_bar, gradient, work),
                 0);
    double forth = inner(N * d, bar, dot, &size), back = inner(N * d, y_bar, y_dot, &size);
    back += inner(N * m, s_bar, s_dot, &size) + inner(model->parameters, gradient, point->params_dot, &size);
    cr_expect_leq(fabs(forth - back), 1e-11 * size, "%s: <w, J v> %.17g, <J' w, v> %.17g: %s", what, forth, back, spec);
    double *alone = zeros(N * d);
    cr_assert_eq((step ? it->step_pullback : it->field_pullback)(N, point->layer, y, s, point->params, bar, alone, NULL,
                                                                 NULL, work),
                 0);
    expect_near(N * d, alone, y_bar, 1e-13, 1e-3, "pullback without gradient", spec);
    expect_guarded(work, it->step_bytes, spec);
    cr_expect_eq((step ? it->step : it->field)(N, model->layers, y, s, point->params, value, work), 1);
    cr_expect_eq((step ? it->step : it->field)(N, point->layer, NULL, s, point->params, value, work), 1);
}

/* Its rows are pullbacks of unit vectors. */
static void expect_step_jacobian(const Emitted *it, const Point *point)
{
    const Model *model = point->model;
    size_t d = model->width, m = point->layer_signals, p = model->parameters;
    double *value = zeros(d), *by_y = zeros(d * d), *by_s = zeros(d * m), *by_p = zeros(d * p), *unit = zeros(d),
           *y_bar = zeros(d), *s_bar = zeros(m), *gradient = zeros(p);
    const double *s = point->s + point->layer * model->signals;
    unsigned char *work = guarded(it->step_bytes);
    cr_assert_eq(it->step_jacobian(1, point->layer, point->y, s, point->params, value, by_y, by_s, by_p, work), 0);
    expect_near(d, value, point->next, 1e-10, 1e-3, "the Jacobian's step", point->spec);
    for (size_t r = 0; r < d; r++) {
        unit[r] = 1;
        it->step_pullback(1, point->layer, point->y, s, point->params, unit, y_bar, s_bar, gradient, work);
        expect_near(d, by_y + r * d, y_bar, 1e-12, 1e-3, "by y", point->spec);
        expect_near(m, by_s + r * m, s_bar, 1e-12, 1e-3, "by signals", point->spec);
        expect_near(p, by_p + r * p, gradient, 1e-12, 1e-3, "by params", point->spec);
        unit[r] = 0;
    }
    expect_guarded(work, it->step_bytes, point->spec);
}

typedef struct {
    double *prediction, *by_x, *by_s, *by_p;
} Jacobian;

static Jacobian jacobian_at(const Emitted *it, const Point *point, size_t n, const double *x, const double *s)
{
    const Model *model = point->model;
    size_t rows = n * model_predictions(model);
    Jacobian it_is = {zeros(rows), zeros(rows * model->inputs), zeros(rows * point->signals),
                      zeros(rows * model->parameters)};
    unsigned char *work = guarded(it->jacobian_bytes);
    cr_assert_eq(it->jacobian(n, x, s, point->params, it_is.prediction, it_is.by_x, it_is.by_s, it_is.by_p, work), 0);
    expect_guarded(work, it->jacobian_bytes, point->spec);
    return it_is;
}

static void expect_jacobian(const Emitted *it, const Point *point)
{
    enum { N = 2 };
    const Model *model = point->model;
    size_t q = model_predictions(model), d = model->inputs, m = point->signals, p = model->parameters;
    double *x = coarse(N * d, 0.7), *s = coarse(N * m, 0.7), *prediction = zeros(N * q), *unit = zeros(q);
    double *x_bar = zeros(d), *s_bar = zeros(m), *gradient = zeros(p);
    memcpy(x, point->x, d * sizeof *x);
    memcpy(s, point->s, m * sizeof *s);
    void *work = arena_alloc(arena, it->program->blueprint->workspace_bytes);
    const Jacobian found = jacobian_at(it, point, N, x, s);
    it->forward(N, x, s, point->params, prediction, work);
    expect_near(N * q, found.prediction, prediction, 1e-12, 1e-3, "the Jacobian's prediction", point->spec);
    for (size_t i = 0; i < N; i++)
        for (size_t r = 0; r < q; r++) {
            size_t row = i * q + r;
            unit[r] = 1;
            it->pullback(1, x + i * d, s + i * m, point->params, unit, x_bar, s_bar, gradient, work);
            unit[r] = 0;
            expect_near(d, found.by_x + row * d, x_bar, 1e-11, 1e-3, "by x", point->spec);
            expect_near(m, found.by_s + row * m, s_bar, 1e-11, 1e-3, "by signals", point->spec);
            expect_near(p, found.by_p + row * p, gradient, 1e-11, 1e-3, "by params", point->spec);
        }
}

/* The same numbers by the solver whose parameters are constants. */
static void expect_constant(const Emitted *it, const Emitted *constant, const Point *point)
{
    const Model *model = point->model;
    size_t d = model->width, m = point->layer_signals, q = model_predictions(model);
    const double *s = point->s + point->layer * model->signals, *unmoved = zeros(model->parameters);
    double *by_y[2], *by_s[2], *value[2], *dot[2], *bar[2];
    const Emitted *const both[2] = {it, constant};
    const Jacobian found[2] = {jacobian_at(it, point, 1, point->x, point->s),
                               jacobian_at(constant, point, 1, point->x, point->s)};
    for (int k = 0; k < 2; k++) {
        unsigned char *work = guarded(both[k]->step_bytes);
        by_y[k] = zeros(d * d), by_s[k] = zeros(d * m), value[k] = zeros(2 * d), dot[k] = zeros(2 * d);
        bar[k] = zeros(2 * d);
        both[k]->step_jacobian(1, point->layer, point->y, s, point->params, value[k], by_y[k], by_s[k], NULL, work);
        both[k]->field(1, point->layer, point->y, s, point->params, value[k] + d, work);
        both[k]->step_pushforward(1, point->layer, point->y, point->y_dot, s, point->s_dot, point->params, unmoved,
                                  dot[k], work);
        both[k]->field_pushforward(1, point->layer, point->y, point->y_dot, s, point->s_dot, point->params, unmoved,
                                   dot[k] + d, work);
        both[k]->step_pullback(1, point->layer, point->y, s, point->params, point->y_dot, bar[k], NULL, NULL, work);
        both[k]->field_pullback(1, point->layer, point->y, s, point->params, point->y_dot, bar[k] + d, NULL, NULL,
                                work);
        expect_guarded(work, both[k]->step_bytes, point->spec);
    }
    expect_near(d * d, by_y[1], by_y[0], 1e-12, 1e-3, "by y, constant parameters", point->spec);
    expect_near(d * m, by_s[1], by_s[0], 1e-12, 1e-3, "by signals, constant parameters", point->spec);
    expect_near(2 * d, value[1], value[0], 1e-12, 1e-3, "values, constant parameters", point->spec);
    expect_near(2 * d, dot[1], dot[0], 1e-12, 1e-3, "tangents, constant parameters", point->spec);
    expect_near(2 * d, bar[1], bar[0], 1e-12, 1e-3, "pullbacks, constant parameters", point->spec);
    expect_near(q, found[1].prediction, found[0].prediction, 1e-12, 1e-3, "predictions, constant", point->spec);
    expect_near(q * model->inputs, found[1].by_x, found[0].by_x, 1e-12, 1e-3, "by x, constant", point->spec);
    expect_near(q * point->signals, found[1].by_s, found[0].by_s, 1e-12, 1e-3, "by signals, constant", point->spec);
}

static void expect_all(const Program *program, const char *spec, size_t block, bool second)
{
    Point point = {.spec = spec};
    const Program *reference = program;
    cr_assert_not_null(program, "%s%s", fixture_messages(), spec);
    if (second)
        reference = gen_second(arena, diagnostics, program);
    const Emitted it = emitted_of(reference, block, second, NULL);
    if (!choose_point(&point, it.program))
        return;
    expect_function(&it, &point, true, 1e-10);
    expect_function(&it, &point, false, 1e-11);
    expect_step_jacobian(&it, &point);
    expect_jacobian(&it, &point);
    const Emitted constant = emitted_of(program, block, false, point.params);
    expect_constant(&it, &constant, &point);
}

static const char *const golden[] = {"lotka_volterra", "vanderpol", "signals", "smooth_spiral",
                                     "staged",         "dynamics",  "gauss",   "verlet"};

Test(local, golden_problems_have_right_steps_fields_and_jacobians)
{
    for (size_t k = 0; k < sizeof golden / sizeof *golden; k++) {
        const char *path = text_print(arena, "tests/golden/%s/spec.lua", golden[k]);
        expect_all(gen_program(arena, diagnostics, path, "specs"), path, k % 3 ? (k % 3 == 1 ? 1 : 4) : 64, k % 2);
    }
}

Test(local, problems_of_every_form_have_right_steps_fields_and_jacobians)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        const char *text = form_text(seed);
        const char *path = fixture_text("spec.lua", text);
        expect_all(gen_changed_program(arena, diagnostics, path, "specs", "{ real = 'double' }"), text,
                   (size_t)1 << seed % 7, seed % 3 == 0);
    }
}

/* ---- rows in the lanes of vectors ---- */

/* Hidden layers of any number of rows, which fill vectors and do not; values of few rows beside them. */
static const char *rows_spec(size_t d, size_t first, size_t second, const char *rest)
{
    return text_print(
        arena,
        "return network { name = 'rows', inputs = %zu, layers = 2, step = 0.2,\n"
        "  controls = { A = matrix(%zu, %zu), a = vector(%zu), B = matrix(%zu, %zu), C = matrix(%zu, %zu) },\n"
        "  field = function(y, u)\n"
        "    local z = u.B * tanh(u.A * y + u.a)\n"
        "    return u.C * (z * sigmoid(z))\n"
        "  end, %s }\n",
        d, first, d, first, second, first, d, second, rest);
}

static void expect_gradient(const Emitted *it, const char *spec)
{
    enum { N = 3 };
    const Model *model = it->model;
    size_t q = model_predictions(model), p = model->parameters;
    double *x = coarse(N * model->inputs, 0.7), *target = zeros(N * q), *params = coarse(p, 0.3), *found = zeros(p);
    double objective;
    long double *wide = ARENA_ARRAY(arena, p, long double), *exact = ARENA_ARRAY(arena, p, long double);
    for (size_t i = 0; i < N * q; i++)
        target[i] = i % model->outputs == i / model->outputs % model->outputs;
    for (size_t i = 0; i < p; i++)
        wide[i] = params[i];
    Interpreter *interpreter = interpret_new(arena, it->program->network);
    long double value = interpret_gradient(interpreter, N, x, NULL, target, wide, exact);
    unsigned char *work = guarded(it->program->blueprint->workspace_bytes);
    cr_assert_eq(it->gradient(N, x, NULL, target, params, &objective, found, work), 0);
    expect_guarded(work, it->program->blueprint->workspace_bytes, spec);
    cr_expect_leq(fabsl(value - (long double)objective), 1e-12L * fabsl(value), "objective: %s", spec);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        double *wanted = zeros(tensor->size);
        for (size_t i = 0; i < tensor->size; i++)
            wanted[i] = (double)exact[tensor->offset + i];
        expect_near(tensor->size, found + tensor->offset, wanted, 1e-12, 1e-6, tensor->name, spec);
    }
}

static bool is_there(const char *command)
{
    return system(text_print(arena, "echo 'int x;' | %s -x c -c -o /dev/null - 2>/dev/null", command)) == 0;
}

static const char *with_avx2(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "cc -O2 -mavx2 -mfma";
#endif
    return "cc -O2";
}

Test(local, one_sample_has_its_rows_in_the_lanes_of_vectors)
{
    const char *const specs[] = {
        rows_spec(2, 50, 9, "method = 'kutta4', head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy'"),
        rows_spec(3, 17, 8, "method = 'heun3', head = { outputs = 2, link = 'sigmoid' }, loss = 'squared'"),
        rows_spec(1, 13, 11,
                  "method = 'kutta3', observe = 'all', head = { outputs = 9, link = 'identity' }, loss = 'squared'"),
        rows_spec(12, 4, 33,
                  "method = 'midpoint', learn = { 'A', 'a', 'B', 'C', 'dt' }, loss = 'squared',\n"
                  "  head = { outputs = 1, link = 'identity' }"),
        rows_spec(8, 16, 64, "method = 'gauss4', head = { outputs = 10, link = 'softmax' }, loss = 'squared'"),
        rows_spec(4, 21, 3, "method = 'kutta4', head = { outputs = 4, link = 'identity' }, loss = 'squared'"),
        "return network { name = 'rows', inputs = 3, width = 19, lift = true, layers = 3, method = 'kutta4', step = "
        "0.2,\n"
        "  controls = { M = matrix(19, 19), v = vector(19) }, head = { outputs = 2, link = 'identity' }, loss = "
        "'squared',\n"
        "  learn = { 'P', 'q', 'M', 'v', 'W', 'mu' }, field = function(y, u)\n"
        "    local q, p = y:slice(1, 9), y:slice(10, 19)\n"
        "    return concat(tanh(p:slice(2, 10)) * q, softmax(p) - p / #y) + (u.M - u.M:T()) * y + u.v * dot(u.v, y)\n"
        "  end }\n",
    };
    const char *const compilers[] = {"cc -O1", with_avx2(), "cc -O2 -march=native", "clang -O1 -march=native"};
    for (size_t k = 0; k < sizeof specs / sizeof *specs; k++)
        for (size_t c = 0; c < 1 + k % 2; c++) {
            compiler = compilers[(2 * k + c + k / 2) % 4];
            Point point = {.spec = text_print(arena, "%s: %s", compiler, specs[k])};
            if (!is_there(compiler))
                continue;
            const Emitted it = emitted_of(program_of(specs[k]), 1, false, NULL);
            cr_assert(it.program->blueprint->schedules[ROUTINE_STEP].rows);
            expect_gradient(&it, point.spec);
            if (choose_point(&point, it.program))
                expect_step_jacobian(&it, &point);
        }
    compiler = "cc -O0";
}

/* What is computed of controls and of the time, which moves with the steps before. */
Test(local, learnt_steps_move_the_times_of_the_layers_behind_them)
{
    const char *spec =
        "return network { name = 'timed', inputs = 2, layers = 4, method = 'kutta3', step = 0.2, start = 0.3,\n"
        "  controls = { M = matrix(2, 2), g = scalar() }, learn = { 'M', 'g', 'dt', 'W', 'mu' },\n"
        "  field = function(y, u, t) return tanh((u.M - cos(t) * u.M:T()) * y) * u.g + sin(3 * t) * y end,\n"
        "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }\n";
    const Emitted it = emitted_of(program_of(spec), 4, false, NULL);
    bool later = false;
    for (int k = 0; k < 6; k++) {
        Point point = {.spec = spec};
        cr_assert(choose_point(&point, it.program));
        later = later || point.layer > 1;
        expect_function(&it, &point, true, 1e-10);
        expect_function(&it, &point, false, 1e-11);
    }
    cr_assert(later);
}

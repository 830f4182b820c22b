/* What the theory says of gradients by controls: the discrete maximum principle at every stage, and that the gradient
 * of a value adds up over what the value spans. */
#include "tests/unit/compiled.h"

#include "gen/graph/derive.h"

TestSuite(principle, .init = fixture_open, .fini = fixture_close);

static const char *problem_of(const char *method, const char *keys)
{
    return text_print(
        arena,
        "return network { name = 'problem', inputs = 2, layers = 4, method = '%s', step = { 0.2, 0.1, 0.3, 0.2 },\n"
        "  start = 0.5, signals = 1, controls = { M = matrix(2, 2), a = vector(2), g = scalar() },\n"
        "  init = { M = normal(0.7), a = normal(0.5), g = 0.3 },\n"
        "  field = function(y, u, t, s) return tanh(u.M * y + u.a) * s[1] + sin(u.g * t) * y end,\n"
        "  cost = function(y, u, t, s) return sum(y^2) * u.g + s[1] * t * sum(u.a^2) end,\n"
        "  terminal = function(y, u) return sum(y^4) end, %s }\n",
        method, keys);
}

/* ---- the maximum principle ---- */

enum { WIDTH = 2, CONTROLS = 3, MOST_STAGES = 8 };

/* H(y, p) = <p, f> + r of one sample, and its derivatives, with what they stand on. */
typedef struct {
    Interpreter *interpreter;
    const Node *field, *p, *inputs[3 + CONTROLS + 1];
    size_t count;
    NodeList slopes[1 + CONTROLS]; /* of H by y, and by the controls */
} Hamiltonian;

static Hamiltonian hamiltonian_of(const Description *description)
{
    const Problem *problem = &description->problem;
    Graph *graph = description->graph;
    Hamiltonian it = {.field = problem->field, .p = graph_input(graph, "P", shape_vector(WIDTH, true))};
    const Node *by[1 + CONTROLS] = {problem->y};
    it.inputs[it.count++] = problem->y;
    it.inputs[it.count++] = problem->t;
    it.inputs[it.count++] = problem->s;
    for (size_t k = 0; k < CONTROLS; k++)
        it.inputs[it.count++] = by[1 + k] = problem->controls[k];
    it.inputs[it.count++] = it.p;
    const Node *h = graph_add(graph, graph_dot(graph, it.p, problem->field), problem->cost);
    const Node *one = graph_spread(graph, graph_integer(graph, 1), h->shape);
    derive_pullback(graph, h, one, 1 + CONTROLS, by, it.slopes);
    it.interpreter = interpreter_of(graph);
    return it;
}

/* Adds factor times the derivative by y (k = 0) or control k - 1 at values to sum. */
static void add_slope(const Hamiltonian *it, size_t k, const long double *const *values, long double factor,
                      long double *sum)
{
    for (size_t term = 0; term < it->slopes[k].count; term++) {
        const Node *node = it->slopes[k].nodes[term];
        const long double *value = interpret_node(it->interpreter, node, it->count, it->inputs, values);
        for (size_t i = 0; i < node_size(node); i++)
            sum[i] += factor * value[i];
    }
}

/* One layer: its stages forth from y, and the costates of the adjoint tableau back from p, which becomes the one
 * before; gradient [CONTROLS][stages][4]. */
static void principle_of_layer(const Hamiltonian *it, const Tableau *tableau, const Number *const *adjoint,
                               long double t, long double h, const double *y, const double *s,
                               const long double *const (*controls)[CONTROLS], long double *p,
                               long double (*gradient)[MOST_STAGES][4])
{
    size_t stages = tableau->stages;
    long double stage[MOST_STAGES][WIDTH], slope[MOST_STAGES][WIDTH], times[MOST_STAGES], bars[MOST_STAGES][WIDTH];
    long double signal = s[0], costate[WIDTH];
    for (size_t j = 0; j < stages; j++) {
        times[j] = t + h * (long double)number_to_double(tableau->c[j]);
        for (size_t i = 0; i < WIDTH; i++) {
            stage[j][i] = y[i];
            for (size_t k = 0; k < j; k++)
                stage[j][i] += h * (long double)number_to_double(tableau_a(tableau, j, k)) * slope[k][i];
        }
        const long double *values[] = {stage[j],       times + j,      &signal, controls[j][0],
                                       controls[j][1], controls[j][2], costate};
        memcpy(slope[j], interpret_node(it->interpreter, it->field, it->count - 1, it->inputs, values),
               sizeof slope[j]);
    }
    long double last[WIDTH] = {p[0], p[1]};
    for (size_t j = stages; j-- > 0;) {
        long double b = number_to_double(tableau->b[j]);
        for (size_t i = 0; i < WIDTH; i++) {
            costate[i] = last[i];
            for (size_t k = j + 1; k < stages; k++)
                costate[i] += h *
                              ((long double)number_to_double(tableau->b[k]) -
                               (long double)number_to_double(adjoint[j * stages + k])) *
                              bars[k][i];
        }
        const long double *values[] = {stage[j],       times + j,      &signal, controls[j][0],
                                       controls[j][1], controls[j][2], costate};
        memset(bars[j], 0, sizeof bars[j]);
        add_slope(it, 0, values, 1, bars[j]);
        for (size_t k = 0; k < CONTROLS; k++) {
            memset(gradient[k][j], 0, sizeof gradient[k][j]);
            add_slope(it, 1 + k, values, h * b, gradient[k][j]);
        }
        for (size_t i = 0; i < WIDTH; i++)
            p[i] += h * b * bars[j][i];
    }
}

static void expect_principle(const char *method)
{
    Description description = description_of(problem_of(method, "span = { M = 'stage', a = 'stage', g = 'stage' }"));
    const Hamiltonian hamiltonian = hamiltonian_of(&description);
    Compiled it = compiled_of(problem_of(method, "span = { M = 'stage', a = 'stage', g = 'stage' }"), 1, 0);
    const Model *model = it.model;
    const Tableau *tableau = it.program->description.tableau;
    const Number **adjoint = tableau_adjoint(arena, tableau);
    size_t stages = tableau->stages, layers = model->layers;
    double *x = some_numbers(model, WIDTH), *signals = some_numbers(model, layers), objective;
    double *states = ARENA_ARRAY(arena, (layers + 1) * WIDTH, double),
           *costates = ARENA_ARRAY(arena, (layers + 1) * WIDTH, double),
           *gradient = ARENA_ARRAY(arena, model->parameters, double);
    const Samples samples = solver_samples(arena, it.solver, 1, x, signals, NULL);
    solver_evaluate(it.solver, &samples, it.params, &objective, NULL, gradient);
    solver_trajectory(it.solver, &samples, it.params, NULL, NULL, states, NULL, costates);
    const long double *params = widened(it.params, model->parameters);
    const long double *steps = params + model->tensors[model->step_tensor].offset;
    long double p[WIDTH] = {costates[layers * WIDTH], costates[layers * WIDTH + 1]}, t = 0.5L;
    for (size_t n = 0; n < layers; n++)
        t += steps[n];
    for (size_t n = layers; n-- > 0;) {
        const long double *controls[MOST_STAGES][CONTROLS];
        long double found[CONTROLS][MOST_STAGES][4];
        const Tensor *tensors = model->tensors + model->control_tensor;
        for (size_t j = 0; j < stages; j++)
            for (size_t k = 0; k < CONTROLS; k++)
                controls[j][k] =
                    params + tensors[k].offset + (n * stages + j) * tensors[k].value.rows * tensors[k].value.cols;
        t -= steps[n];
        principle_of_layer(&hamiltonian, tableau, adjoint, t, steps[n], states + n * WIDTH, signals + n,
                           (const long double *const(*)[CONTROLS])controls, p, found);
        for (size_t i = 0; i < WIDTH; i++)
            cr_expect_float_eq((double)p[i], costates[n * WIDTH + i], 1e-13 * fmax(1, fabs(costates[n * WIDTH + i])),
                               "%s, costate of layer %zu", method, n);
        for (size_t j = 0; j < stages; j++)
            for (size_t k = 0; k < CONTROLS; k++)
                for (size_t i = 0, size = tensors[k].value.rows * tensors[k].value.cols; i < size; i++) {
                    double wanted = gradient[tensors[k].offset + (n * stages + j) * size + i];
                    cr_expect_float_eq((double)found[k][j][i], wanted, 1e-13 * fmax(1, fabs(wanted)),
                                       "%s, %s of layer %zu, stage %zu", method, tensors[k].name, n, j);
                }
    }
}

/* dJ/du_nj = h b_j dH/du at (Y_j, P_j), where P_j are the stages of the adjoint tableau. */
Test(principle, holds_at_every_stage)
{
    static const char *const methods[] = {"euler",  "improved_euler", "ralston2",     "kutta3",
                                          "ssprk3", "kutta4",         "three_eighths"};
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
        expect_principle(methods[m]);
}

/* ---- spans ---- */

/* Objective and gradient on some samples. */
static double *gradient_of(const Compiled *it, const double *params, const double *x, const double *signals,
                           size_t count, double *objective)
{
    double *gradient = ARENA_ARRAY(arena, it->model->parameters, double);
    const Samples samples = solver_samples(arena, it->solver, count, x, signals, NULL);
    solver_evaluate(it->solver, &samples, params, objective, NULL, gradient);
    return gradient;
}

/* The gradient of a value is the sum of those of the values that it stands for: all layers, two each, all stages. */
static void expect_sum(const char *method, const char *span)
{
    const char *learnt = "learn = { 'M', 'a', 'g' }";
    Compiled few = compiled_of(
        problem_of(method, text_print(arena, "%s, span = { M = %s, a = %s, g = %s }", learnt, span, span, span)), 1, 0);
    Compiled all = compiled_of(
        problem_of(method, text_print(arena, "%s, span = { M = 'stage', a = 'stage', g = 'stage' }", learnt)), 1, 0);
    enum { SAMPLES = 37 };
    const Model *model = all.model;
    double *x = some_numbers(model, SAMPLES * WIDTH), *signals = some_numbers(model, SAMPLES * model->layers),
           objectives[2];
    double *sum = ARENA_ARRAY(arena, few.model->parameters, double),
           *absolute = ARENA_ARRAY(arena, few.model->parameters, double);
    for (size_t k = 0; k < CONTROLS; k++) {
        const Tensor *one = &few.model->tensors[few.model->control_tensor + k],
                     *many = &model->tensors[model->control_tensor + k];
        for (size_t i = 0, value = many->value.rows * many->value.cols; i < many->size; i++) {
            size_t layer = i / value / many->stages;
            all.params[many->offset + i] =
                few.params[one->offset + (one->span ? layer / one->span : 0) * value + i % value];
        }
    }
    memcpy(all.params + model->tensors[model->step_tensor].offset,
           few.params + few.model->tensors[few.model->step_tensor].offset, model->layers * sizeof(double));
    double *shared = gradient_of(&few, few.params, x, signals, SAMPLES, &objectives[0]);
    double *single = gradient_of(&all, all.params, x, signals, SAMPLES, &objectives[1]);
    cr_expect_float_eq(objectives[0], objectives[1], 1e-14 * fabs(objectives[0]), "%s, %s", method, span);
    for (size_t k = 0; k < CONTROLS; k++) {
        const Tensor *one = &few.model->tensors[few.model->control_tensor + k],
                     *many = &model->tensors[model->control_tensor + k];
        for (size_t i = 0, value = many->value.rows * many->value.cols; i < many->size; i++) {
            size_t at = one->offset + (one->span ? i / value / many->stages / one->span : 0) * value + i % value;
            sum[at] += single[many->offset + i];
            absolute[at] += fabs(single[many->offset + i]);
        }
        for (size_t i = one->offset; i < one->offset + one->size; i++)
            cr_expect_float_eq(shared[i], sum[i], 1e-14 * absolute[i], "%s, %s, %s: %.17g, not %.17g", method, span,
                               one->name, shared[i], sum[i]);
    }
}

Test(principle, gradients_add_up_over_spans)
{
    static const char *const methods[] = {"euler", "midpoint", "heun3", "kutta4", "dopri5"};
    static const char *const spans[] = {"1", "2", "3", "'all'"};
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
        for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
            expect_sum(methods[m], spans[s]);
}

/* The order for the control problem as it is measured: what the discrete first-order conditions give, with a control at
 * every stage, against the solution of a problem that is known.
 *
 * Minimise Phi(q(1), v(1)) + z(1) over u, where
 *     q' = v + v^2/2,   v' = k(t) q + q^2/2 + e(t) + u,   z' = u^2/2 + u^4/12 + c(t) u,
 * with k, e and c such that v = cos t, q = sin t + t/4 + sin(2t)/8, u = cos(2t)/2 and the costates p_v = 2 - sin t, p_q
 * = -p_v' / (1 + v) = cos t / (1 + cos t) solve y' = H_p, p' = -H_y, H_u = 0. It is separable in q and (v, z), and time
 * is no part of q', so that pairs have the order that is theirs for separable fields. */
#include "tests/unit/compiled.h"

TestSuite(control_order, .init = fixture_open, .fini = fixture_close);

enum { WIDTH = 3, MOST_UNKNOWNS = 32 * TABLEAU_MOST_STAGES };

static double control_at(double t)
{
    return cos(2 * t) / 2;
}

static double costate_at(double t, bool of_v)
{
    return of_v ? 2 - sin(t) : cos(t) / (1 + cos(t));
}

/* c(t), by which u(t) minimises the Hamiltonian: p_v + u + u^3/3 + c = 0. */
static double linear_cost_at(double t)
{
    double u = control_at(t);
    return -costate_at(t, true) - u - u * u * u / 3;
}

static Compiled problem_of(const char *method, size_t layers)
{
    const char *partition = tableau_of(method)->partner ? "partition = 1, " : "";
    const char *text = text_print(
        arena,
        "return network { name = 'known', inputs = 3, layers = %zu, step = 1 / %zu, method = '%s', %s\n"
        "  controls = { u = scalar() }, span = { u = 'stage' }, init = { u = 0.5 },\n"
        "  field = function(y, u, t)\n"
        "    local S, C = sin(t), cos(t)\n"
        "    local q, w = S + t / 4 + sin(2 * t) / 8, cos(2 * t) / 2\n"
        "    local k = S / ((1 + C)^2 * (2 - S)) - q\n"
        "    local e, c = -S - k * q - q^2 / 2 - w, S - 2 - w - w^3 / 3\n"
        "    return concat(y[2] + y[2]^2 / 2, k * y[1] + y[1]^2 / 2 + e + u.u, u.u^2 / 2 + u.u^4 / 12 + c * u.u)\n"
        "  end,\n"
        "  terminal = function(y) return %.17g * y[1] + %.17g * y[2] + y[3] end,\n"
        "  data = { x = { { 0, 1, 0 } } } }\n",
        layers, layers, method, partition, costate_at(1, false), costate_at(1, true));
    Compiled compiled = {.program = gen_second(arena, diagnostics, program_of(text))};
    static const double start[WIDTH] = {0, 1, 0};
    cr_assert_not_null(compiled.program, "%s", fixture_messages());
    compiled.model = compiled.program->description.model;
    compiled.solver = solver_compile(arena, diagnostics, compiled.program, pool_new(arena, 1));
    cr_assert_not_null(compiled.solver, "%s", fixture_messages());
    compiled.params = ARENA_ARRAY(arena, compiled.model->parameters, double);
    initial_parameters(compiled.model, 1, compiled.params);
    compiled.samples = solver_samples(arena, compiled.solver, 1, start, NULL, NULL);
    return compiled;
}

/* Solves matrix[n][n] x = side in place; a row of zeros, that of a control without weight, leaves its x alone. */
static void solve(size_t n, double *matrix, double *side)
{
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k; i < n; i++)
            pivot = fabs(matrix[i * n + k]) > fabs(matrix[pivot * n + k]) ? i : pivot;
        if (matrix[pivot * n + k] == 0)
            continue;
        for (size_t j = 0; j <= n; j++) {
            double *a = j < n ? &matrix[k * n + j] : &side[k], *b = j < n ? &matrix[pivot * n + j] : &side[pivot];
            double entry = *a;
            *a = *b;
            *b = entry;
        }
        for (size_t i = k + 1; i < n; i++) {
            double factor = matrix[i * n + k] / matrix[k * n + k];
            for (size_t j = k; j < n; j++)
                matrix[i * n + j] -= factor * matrix[k * n + j];
            side[i] -= factor * side[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++)
            side[k] -= matrix[k * n + j] * side[j];
        side[k] = matrix[k * n + k] == 0 ? 0 : side[k] / matrix[k * n + k];
    }
}

/* The controls at which the gradient vanishes, by Newton's method: no minimum where a weight is negative. */
static void meet_conditions(const Compiled *compiled)
{
    const Model *model = compiled->model;
    const Tensor *u = &model->tensors[model->control_tensor];
    size_t n = u->size;
    double *gradient = ARENA_ARRAY(arena, model->parameters, double), largest = 1, objective;
    double *direction = ARENA_ARRAY(arena, model->parameters, double);
    double *product = ARENA_ARRAY(arena, model->parameters, double), *matrix = ARENA_ARRAY(arena, n * n, double);
    cr_assert_leq(n, MOST_UNKNOWNS);
    for (int iteration = 0; largest > 1e-14 && iteration < 12; iteration++) {
        solver_evaluate(compiled->solver, &compiled->samples, compiled->params, &objective, NULL, gradient);
        for (size_t i = 0; i < n; i++) {
            direction[u->offset + i] = 1;
            solver_hessian(compiled->solver, &compiled->samples, compiled->params, direction, product);
            direction[u->offset + i] = 0;
            memcpy(matrix + i * n, product + u->offset, n * sizeof *matrix);
        }
        largest = 0;
        for (size_t i = 0; i < n; i++)
            largest = fmax(largest, fabs(gradient[u->offset + i]));
        solve(n, matrix, gradient + u->offset);
        for (size_t i = 0; i < n; i++)
            compiled->params[u->offset + i] -= gradient[u->offset + i];
    }
    cr_assert_lt(largest, 1e-12, "%g", largest);
}

/* The control that minimises the Hamiltonian where the costate of v is p. */
static double minimiser(double p, double t)
{
    double u = control_at(t), c = linear_cost_at(t);
    for (int i = 0; i < 20; i++)
        u -= (p + u + u * u * u / 3 + c) / (1 + u * u);
    return u;
}

typedef struct {
    double costates, controls;
} Errors;

/* The largest at the ends of layers. */
static Errors errors_of(const char *method, size_t layers)
{
    const Compiled compiled = problem_of(method, layers);
    double *costates = ARENA_ARRAY(arena, (layers + 1) * WIDTH, double);
    meet_conditions(&compiled);
    solver_trajectory(compiled.solver, &compiled.samples, compiled.params, NULL, NULL, NULL, NULL, costates);
    Errors errors = {0, 0};
    for (size_t n = 0; n < layers; n++) {
        const double t = (double)n / (double)layers, *p = costates + n * WIDTH;
        for (int k = 0; k < 2; k++)
            errors.costates = fmax(errors.costates, fabs(p[k] - costate_at(t, k)));
        errors.controls = fmax(errors.controls, fabs(minimiser(p[1], t) - control_at(t)));
    }
    return errors;
}

/* Where theory says less: "at least", or nothing for negative weights. */
static const struct {
    const char *method;
    int order;
} beyond_theory[] = {{"radau5", 5}, {"sdirk3", 2}, {"esdirk4", 2}};

static int order_of(const char *method)
{
    const Tableau *tableau = tableau_of(method);
    bool at_least;
    for (size_t i = 0; i < sizeof beyond_theory / sizeof *beyond_theory; i++)
        if (!strcmp(beyond_theory[i].method, method))
            return beyond_theory[i].order;
    return tableau->partner ? tableau_pair_order(arena, tableau, true)
                            : tableau_control_order(arena, tableau, &at_least);
}

/* Of all but those with a stage without weight, whose controls cost nothing: with controls at such stages there is no
 * minimum. */
Test(control_order, controls_and_costates_have_the_order_that_is_told)
{
    const Names all = tableau_names(ANY_TABLEAU);
    for (size_t m = 0; m < all.count; m++) {
        const Tableau *tableau = tableau_of(all.at[m]);
        const int order = order_of(all.at[m]);
        if (!tableau->partner && !tableau_has_adjoint(tableau))
            continue;
        const size_t layers = order > 4 ? 8 : 16;
        const Errors wide = errors_of(all.at[m], layers), narrow = errors_of(all.at[m], 2 * layers);
        const double slopes[2] = {log2(wide.costates / narrow.costates), log2(wide.controls / narrow.controls)};
        for (int k = 0; k < 2; k++)
            cr_expect_lt(fabs(slopes[k] - order), 0.25, "%s: %s of order %.3f, not %d", all.at[m],
                         k ? "controls" : "costates", slopes[k], order);
    }
}

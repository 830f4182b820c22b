#include "tests/unit/specs.h"
#include "tests/unit/variety.h"

#include "gen/graph/operation.h"
#include "gen/network/simplify.h"

TestSuite(simplify, .init = fixture_open, .fini = fixture_close);

enum { SAMPLES = 3 };

typedef struct {
    double *x, *target;
    long double *params;
} Instance;

/* Random data, targets that are probabilities, and time steps that are positive. */
static Instance problem_of(const Model *model)
{
    Instance problem = {.x = ARENA_ARRAY(arena, SAMPLES * model->inputs, double),
                        .target = ARENA_ARRAY(arena, SAMPLES * model->outputs, double),
                        .params = noise_array(arena, model->parameters, 0, 0.8L)};
    for (size_t i = 0; i < SAMPLES * model->inputs; i++)
        problem.x[i] = (double)noise();
    for (size_t i = 0; i < SAMPLES * model->outputs; i++)
        problem.target[i] = (double)(1 + noise()) / 2;
    const Tensor *dt = &model->tensors[model->step_tensor];
    for (size_t i = 0; i < dt->size; i++)
        problem.params[dt->offset + i] = 0.2L + 0.1L * noise();
    return problem;
}

Test(simplify, objective_and_gradient_stay)
{
    for (size_t k = 0; k < VARIETY; k++) {
        const Program *program = program_of(variety[k]);
        const Model *model = program->description.model;
        Instance problem = problem_of(model);
        long double *before = ARENA_ARRAY(arena, model->parameters, long double);
        long double *after = ARENA_ARRAY(arena, model->parameters, long double);
        long double j = interpret_gradient(interpret_new(arena, program->network), SAMPLES, problem.x, NULL,
                                           problem.target, problem.params, before);
        long double again = interpret_gradient(interpret_new(arena, program->simplified), SAMPLES, problem.x, NULL,
                                               problem.target, problem.params, after);
        cr_assert(isfinite(j) && j != 0, "%s", model->name);
        long double error = distance(before, after, model->parameters), error_j = fabsl(j - again) / fabsl(j);
        cr_assert_leq(error, 1e-15L, "%s: the gradient differs by %Lg", model->name, error);
        cr_assert_leq(error_j, 1e-15L, "%s: the objective differs by %Lg", model->name, error_j);
    }
}

/* The gradient of the derived network is that of its objective, by central differences: what is compared above is not
 * twice the same mistake. */
Test(simplify, the_gradient_is_that_of_the_objective)
{
    for (size_t k = 0; k < VARIETY; k++) {
        const Program *program = program_of(variety[k]);
        const Model *model = program->description.model;
        Instance problem = problem_of(model);
        Interpreter *interpreter = interpret_new(arena, program->simplified);
        long double *gradient = ARENA_ARRAY(arena, model->parameters, long double), slope[2];
        long double *along = noise_array(arena, model->parameters, 0, 1);
        interpret_gradient(interpreter, SAMPLES, problem.x, NULL, problem.target, problem.params, gradient);
        for (size_t t = 0; t < model->tensor_count; t++)
            for (size_t i = 0; !model->tensors[t].learnt && i < model->tensors[t].size; i++)
                along[model->tensors[t].offset + i] = 0;
        for (int twice = 0; twice < 2; twice++) {
            long double *there = ARENA_ARRAY(arena, model->parameters, long double), eps = 1e-4L * (1 + twice), j[2];
            for (int side = 0; side < 2; side++) {
                for (size_t i = 0; i < model->parameters; i++)
                    there[i] = problem.params[i] + (side ? -eps : eps) * along[i];
                j[side] = interpret_objective(interpreter, SAMPLES, problem.x, NULL, problem.target, there);
            }
            slope[twice] = (j[0] - j[1]) / (2 * eps);
        }
        long double expected = (4 * slope[0] - slope[1]) / 3;
        long double found = inner_product(gradient, along, model->parameters);
        cr_assert_leq(fabsl(found - expected), 1e-11L * (1 + fabsl(expected)), "%s: %Lg, by differences %Lg",
                      model->name, found, expected);
    }
}

/* What the kernels do for one sample. A sum takes one multiplication and addition a term, whatever its coefficients;
 * merging sums may turn a coefficient of 1 into another (so that operation_cost grows) but saves a pass over memory. */
typedef struct {
    double passes, arithmetic, activations;
} Work;

static Work work_of(const Network *network, const Routine *routine)
{
    Work work = {0, 0, 0};
    bool *live = ARENA_ARRAY(arena, graph_size(network->graph), bool);
    routine_mark(routine, live);
    for (size_t id = 0; id < graph_size(network->graph); id++) {
        const Node *node = graph_at(network->graph, id);
        if (!live[id] || !node->arg_count)
            continue;
        Cost cost = operation_cost(node);
        work.passes += node->shape.varies;
        work.arithmetic += node->op == OP_COMBINE && node->shape.varies
                               ? (double)(combine_terms(node) * node->shape.rows)
                               : cost.multiplications + cost.additions;
        work.activations += cost.activations;
    }
    return work;
}

Test(simplify, no_routine_grows)
{
    for (size_t k = 0; k < VARIETY; k++) {
        const Program *program = program_of(variety[k]);
        for (size_t r = 0; r < ROUTINE_COUNT; r++) {
            const Routine *routine = &program->network->routines[r];
            if (!routine->name)
                continue;
            Work before = work_of(program->network, routine);
            Work after = work_of(program->simplified, &program->simplified->routines[r]);
            cr_assert_leq(after.passes, before.passes, "%s of %zu", routine->name, k);
            cr_assert_leq(after.arithmetic, before.arithmetic, "%s of %zu", routine->name, k);
            cr_assert_leq(after.activations, before.activations, "%s of %zu", routine->name, k);
        }
    }
}

/* ---- single rewrites ---- */

static const Node *simplified(Graph *graph, const Node *root, Graph **result)
{
    const Node *roots[1] = {root};
    *result = simplify(graph, 1, roots);
    return roots[0];
}

typedef struct {
    Graph *graph, *after;
    const Node *x, *a, *b, *h;
} Ground;

static Ground ground_new(void)
{
    Graph *graph = graph_new(arena);
    return (Ground){graph,
                    NULL,
                    graph_input(graph, "x", shape_vector(2, true)),
                    graph_input(graph, "A", shape_matrix(2, 2)),
                    graph_input(graph, "b", shape_vector(2, false)),
                    graph_input(graph, "h", shape_scalar(false))};
}

Test(simplify, a_product_and_a_bias_become_one_operation)
{
    Ground g = ground_new();
    const Node *root = simplified(g.graph, graph_add(g.graph, graph_matvec(g.graph, g.a, g.x), g.b), &g.after);
    cr_assert_eq(root->op, OP_MATVEC);
    cr_assert_eq(root->arg_count, 3);
}

Test(simplify, nested_sums_become_one)
{
    Ground g = ground_new();
    const Node *inner = graph_add(g.graph, graph_scale(g.graph, g.h, g.x), graph_unary(g.graph, OP_SIN, g.x));
    const Node *outer = graph_subtract(g.graph, graph_add(g.graph, inner, g.x), g.x);
    const Node *root = simplified(g.graph, outer, &g.after);
    cr_assert_eq(root->op, OP_COMBINE);
    cr_assert_eq(combine_terms(root), 2);
    cr_assert_null(combine_shift(root));
}

Test(simplify, what_cancels_is_zero)
{
    Ground g = ground_new();
    const Node *root = simplified(g.graph, graph_subtract(g.graph, g.x, g.x), &g.after);
    cr_assert_eq(root->op, OP_SPREAD);
    cr_assert(node_is_constant(root->args[0], 0, 1));
}

Test(simplify, units_vanish)
{
    Ground g = ground_new();
    const Node *one = graph_integer(g.graph, 1), *twice = graph_transpose(g.graph, graph_transpose(g.graph, g.a));
    const Node *product = graph_matvec(g.graph, graph_identity(g.graph, 2), graph_multiply(g.graph, one, g.x));
    cr_assert_eq(simplified(g.graph, product, &g.after)->op, OP_INPUT);
    cr_assert_eq(simplified(g.graph, twice, &g.after)->op, OP_INPUT);
    cr_assert_eq(simplified(g.graph, graph_matvec(g.graph, graph_transpose(g.graph, g.a), g.x), &g.after)->op,
                 OP_MATVEC_T);
}

Test(simplify, only_division_by_a_power_of_two_becomes_a_product)
{
    Ground g = ground_new();
    const Node *quarter = graph_binary(g.graph, OP_DIV, g.x, graph_integer(g.graph, 4));
    const Node *third = graph_binary(g.graph, OP_DIV, g.x, graph_integer(g.graph, 3));
    cr_assert_eq(simplified(g.graph, quarter, &g.after)->op, OP_COMBINE);
    cr_assert_eq(simplified(g.graph, third, &g.after)->op, OP_DIV);
}

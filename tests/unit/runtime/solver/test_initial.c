#include "tests/unit/specs.h"

#include "runtime/solver/initial.h"

TestSuite(initial, .init = fixture_open, .fini = fixture_close);

static const Model *model_of(const char *init)
{
    return program_of(text_print(arena,
                                 "return network { name = 'm', inputs = 3, width = 20, lift = true, layers = 5,\n"
                                 "  method = 'euler', activation = 'tanh', head = { outputs = 1, link = 'sigmoid' },\n"
                                 "  loss = 'squared'%s }\n",
                                 init))
        ->description.model;
}

static const double *initial_of(const Model *model, uint64_t seed)
{
    double *params = ARENA_ARRAY(arena, model->parameters, double);
    initial_parameters(model, seed, params);
    return params;
}

/* The values of the tensor of that name. */
static const double *values_of(const Model *model, const double *params, const char *name, size_t *size)
{
    const Tensor *tensor = model_tensor(model, name);
    cr_assert_not_null(tensor);
    *size = tensor->size;
    return params + tensor->offset;
}

static void expect_constant(const Model *model, const char *name, double wanted)
{
    size_t size;
    const double *values = values_of(model, initial_of(model, 1), name, &size);
    for (size_t i = 0; i < size; i++)
        cr_expect_eq(values[i], wanted, "%s[%zu]", name, i);
}

/* Mean and deviation lie within five standard errors of a sample's. */
static void expect_normal(const Model *model, const char *name, double deviation)
{
    size_t size;
    const double *values = values_of(model, initial_of(model, 1), name, &size);
    double mean = 0, square = 0;
    for (size_t i = 0; i < size; i++) {
        mean += values[i] / (double)size;
        square += values[i] * values[i] / (double)size;
    }
    cr_expect_leq(fabs(mean), 5 * deviation / sqrt((double)size), "%s: mean %g", name, mean);
    cr_expect_leq(fabs(sqrt(square) / deviation - 1), 5 / sqrt(2.0 * (double)size), "%s: %g", name, sqrt(square));
}

Test(initial, defaults)
{
    const Model *model = model_of("");
    static const char *const zero[] = {"q", "b", "mu"};
    for (int i = 0; i < 3; i++)
        expect_constant(model, zero[i], 0);
    expect_constant(model, "dt", 0.2);
    expect_normal(model, "K", 1 / sqrt(20));
    expect_normal(model, "P", 1 / sqrt(20));
    expect_normal(model, "W", 1 / sqrt(20));
}

Test(initial, distributions_of_the_spec)
{
    const Model *model = model_of(", step = 0.1, init = { K = normal(3), b = uniform(-1, 2), W = 0.5, mu = -1 }");
    size_t size;
    double least = 2, most = -1;
    expect_normal(model, "K", 3);
    expect_constant(model, "W", 0.5);
    expect_constant(model, "mu", -1);
    expect_constant(model, "dt", 0.1);
    const double *b = values_of(model, initial_of(model, 1), "b", &size);
    for (size_t i = 0; i < size; i++) {
        least = fmin(least, b[i]);
        most = fmax(most, b[i]);
    }
    cr_expect(-1 <= least && least < -0.8 && 1.8 < most && most < 2, "%g to %g", least, most);
}

static bool same_tensor(const Model *model, const double *a, const double *b, const char *name)
{
    size_t size;
    const double *first = values_of(model, a, name, &size), *second = values_of(model, b, name, &size);
    return memcmp(first, second, size * sizeof *first) == 0;
}

Test(initial, seeds_decide_every_bit)
{
    const Model *model = model_of("");
    cr_expect(same_tensor(model, initial_of(model, 1), initial_of(model, 1), "K"));
    cr_expect_not(same_tensor(model, initial_of(model, 1), initial_of(model, 2), "K"));
    cr_expect_not(same_tensor(model, initial_of(model, 1), initial_of(model, UINT64_MAX), "K"));
}

/* Each tensor draws from a stream of its own. */
Test(initial, another_distribution_leaves_the_others)
{
    const Model *one = model_of(""), *other = model_of(", init = { P = uniform(0, 1), K = normal(2), b = normal(1) }");
    const double *first = initial_of(one, 3), *second = initial_of(other, 3);
    size_t size;
    cr_expect(same_tensor(one, first, second, "W"));
    const double *k = values_of(one, first, "K", &size), *twice = values_of(one, second, "K", &size);
    for (size_t i = 0; i < size; i++)
        cr_expect_float_eq(k[i] * 2 * sqrt(20), twice[i], 1e-14);
}

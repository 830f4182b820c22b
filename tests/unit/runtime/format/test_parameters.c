/* A model's parameters in a file, whatever the rank of its tensors. */
#include "tests/unit/compiled.h"
#include "runtime/format/parameters.h"
#include "runtime/format/safetensors.h"

TestSuite(parameters, .init = fixture_open, .fini = fixture_close);

/* Tensors of all ranks from 0 to 4, of which some are learnt. */
static const char ranks[] =
    "return network { name = 'ranks', inputs = 2, layers = 3, method = 'improved_euler', step = 0.25,\n"
    "  controls = { K = matrix(2, 2), M = matrix(2, 2), v = vector(2), a = scalar(), c = scalar() },\n"
    "  span = { K = 'stage', v = 2, a = 'all', dt = 'all', c = 'all' }, learn = { 'K', 'M', 'a', 'dt' },\n"
    "  field = function(y, u) return tanh(u.K * y + u.v) + u.a * (u.M * y) + u.c end, loss = 'squared' }\n";

static const NamedTensor *named(const Safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (!strcmp(file->tensors[i].name, name))
            return &file->tensors[i];
    return NULL;
}

static const Safetensors *saved(const Compiled *compiled, const char *path, bool learnt_only)
{
    cr_assert(parameters_save(arena, diagnostics, path, compiled->model, 0, compiled->params, learnt_only, NULL), "%s",
              fixture_messages());
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    cr_assert_not_null(file, "%s", fixture_messages());
    return file;
}

static void expect_shape(const Safetensors *file, const char *name, size_t rank, const size_t *shape)
{
    const NamedTensor *tensor = named(file, name);
    cr_assert_not_null(tensor, "%s", name);
    cr_assert_eq(tensor->rank, rank, "%s", name);
    for (size_t i = 0; i < rank; i++)
        cr_expect_eq(tensor->shape[i], shape[i], "%s, index %zu", name, i);
}

Test(parameters, of_every_rank_come_back)
{
    Compiled compiled = compiled_of(ranks, 1, 2);
    const char *path = fixture_path("all.safetensors");
    const Safetensors *file = saved(&compiled, path, false);
    cr_expect_eq(file->count, 6);
    expect_shape(file, "K", 4, (const size_t[]){3, 2, 2, 2});
    expect_shape(file, "M", 3, (const size_t[]){3, 2, 2});
    expect_shape(file, "v", 2, (const size_t[]){2, 2});
    expect_shape(file, "a", 0, NULL);
    expect_shape(file, "c", 0, NULL);
    expect_shape(file, "dt", 0, NULL);
    double *params = ARENA_ARRAY(arena, compiled.model->parameters, double);
    cr_assert(parameters_load(arena, diagnostics, path, compiled.model, params, NULL), "%s", fixture_messages());
    cr_expect_arr_eq(params, compiled.params, compiled.model->parameters * sizeof *params);
}

/* As gradients, directions and products are kept. */
Test(parameters, that_are_learnt_alone)
{
    Compiled compiled = compiled_of(ranks, 1, 2);
    const char *path = fixture_path("learnt.safetensors");
    const Safetensors *file = saved(&compiled, path, true);
    cr_expect_eq(file->count, 4);
    cr_expect_null(named(file, "v"));
    cr_expect_null(named(file, "c"));
    cr_expect_eq(named(file, "dt")->values[0], compiled.params[model_tensor(compiled.model, "dt")->offset]);
    double *params = ARENA_ARRAY(arena, compiled.model->parameters, double);
    cr_expect_not(parameters_load(arena, diagnostics, path, compiled.model, params, NULL));
    cr_expect_str_eq(fixture_messages(), "learnt.safetensors: tensor \"v\" is missing\n"
                                         "learnt.safetensors: tensor \"c\" is missing\n");
}

/* Numbers that a float cannot hold; those of a tensor that the file need not have, too. */
Test(parameters, beyond_the_range_of_float_are_refused)
{
    Compiled compiled = compiled_of(ranks, 1, 2);
    Model single = *compiled.model;
    const char *path = fixture_path("far.safetensors");
    double *params = ARENA_ARRAY(arena, single.parameters, double);
    const size_t at = model_tensor(&single, "K")->offset + 13;
    single.single = true;
    compiled.params[at] = 3.4e38;
    saved(&compiled, path, false);
    cr_expect(parameters_load(arena, diagnostics, path, &single, params, NULL), "%s", fixture_messages());
    cr_expect_eq(params[at], 3.4e38);
    compiled.params[at] = -1e39;
    saved(&compiled, path, false);
    cr_expect(parameters_load(arena, diagnostics, path, compiled.model, params, NULL), "%s", fixture_messages());
    cr_expect_not(parameters_load(arena, diagnostics, path, &single, params, NULL));
    cr_expect_str_eq(fixture_messages(),
                     "far.safetensors: tensor \"K\" has -1e+39 at [1,1,0,1], beyond the range of real "
                     "= \"float\"\n");
}

Test(parameters, of_another_rank_are_refused)
{
    static const size_t one[] = {1}, flat[] = {3, 2, 4};
    static const double values[24] = {0};
    Compiled compiled = compiled_of(ranks, 1, 2);
    const Safetensors *file = saved(&compiled, fixture_path("all.safetensors"), false);
    NamedTensor tensors[6];
    for (size_t i = 0; i < 6; i++) {
        tensors[i] = file->tensors[i];
        if (!strcmp(tensors[i].name, "K"))
            tensors[i] = (NamedTensor){"K", 3, flat, values};
        if (!strcmp(tensors[i].name, "a"))
            tensors[i] = (NamedTensor){"a", 1, one, values};
    }
    const char *path = fixture_path("flat.safetensors");
    cr_assert(safetensors_write(arena, diagnostics, path, tensors, 6, NULL));
    double *params = ARENA_ARRAY(arena, compiled.model->parameters, double);
    cr_expect_not(parameters_load(arena, diagnostics, path, compiled.model, params, NULL));
    cr_expect_str_eq(fixture_messages(),
                     "flat.safetensors: tensor \"K\" has shape [3,2,4], but \"ranks\" needs [3,2,2,2]\n"
                     "flat.safetensors: tensor \"a\" has shape [1], but \"ranks\" needs []\n");
}

/* Without its steps a file has those of the spec, also where one is for all layers. */
Test(parameters, without_one_step)
{
    Compiled compiled = compiled_of(ranks, 1, 2);
    const Safetensors *file = saved(&compiled, fixture_path("all.safetensors"), false);
    NamedTensor tensors[6];
    size_t count = 0;
    for (size_t i = 0; i < 6; i++)
        if (strcmp(file->tensors[i].name, "dt") != 0)
            tensors[count++] = file->tensors[i];
    const char *path = fixture_path("fixed.safetensors");
    cr_assert(safetensors_write(arena, diagnostics, path, tensors, count, NULL));
    double *params = ARENA_ARRAY(arena, compiled.model->parameters, double);
    initial_parameters(compiled.model, 1, params);
    cr_assert(parameters_load(arena, diagnostics, path, compiled.model, params, NULL), "%s", fixture_messages());
    cr_expect_eq(params[model_tensor(compiled.model, "dt")->offset], 0.25);
}

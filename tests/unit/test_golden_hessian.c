/* Products of the Hessian: those of tests/golden, which another implementation computed, through the program. */
#include "tests/unit/program.h"

#include "runtime/format/safetensors.h"

#include <math.h>

TestSuite(golden_hessian, .init = fixture_open, .fini = program_close);

static const NamedTensor *find_tensor(const Safetensors *file, const char *name)
{
    for (size_t t = 0; t < file->count; t++)
        if (strcmp(file->tensors[t].name, name) == 0)
            return &file->tensors[t];
    cr_assert_fail("no tensor %s", name);
    return NULL;
}

static void expect_tensor(const NamedTensor *found, const NamedTensor *wanted, double bound)
{
    double largest = 0, difference = 0;
    size_t size = 1;
    cr_assert_eq(found->rank, wanted->rank);
    for (size_t r = 0; r < found->rank; r++) {
        cr_assert_eq(found->shape[r], wanted->shape[r]);
        size *= found->shape[r];
    }
    for (size_t i = 0; i < size; i++) {
        largest = fmax(largest, fabs(wanted->values[i]));
        difference = fmax(difference, fabs(found->values[i] - wanted->values[i]));
    }
    cr_expect_leq(difference, bound * largest, "%s: %g of %g", found->name, difference, largest);
}

static const char *const problems[] = {"dynamics", "lotka_volterra", "signals", "smooth_spiral", "staged", "vanderpol"};
enum { PROBLEMS = sizeof problems / sizeof *problems };

/* Every tensor of the product with the golden direction. */
static void expect_product(const char *name, double bound)
{
    const char *golden = text_print(arena, "tests/golden/%s", name), *path = fixture_path("hv.safetensors");
    costate_succeeds("gradient %s/spec.lua --init %s/init.safetensors --direction %s/direction.safetensors -o %s",
                     golden, golden, golden, path);
    const Safetensors *found = safetensors_read(arena, diagnostics, path);
    const Safetensors *wanted = safetensors_read(arena, diagnostics, path_join(arena, golden, "hessian.safetensors"));
    cr_assert(found && wanted, "%s", fixture_messages());
    cr_expect_eq(found->count, wanted->count, "%s", name);
    for (size_t t = 0; t < wanted->count; t++)
        expect_tensor(find_tensor(found, wanted->tensors[t].name), &wanted->tensors[t], bound);
}

Test(golden_hessian, products)
{
    for (size_t k = 0; k < PROBLEMS; k++)
        expect_product(problems[k], 1e-8);
}

/* tensors: what tests of golden files compare. */
#ifndef COSTATE_TENSORS_H
#define COSTATE_TENSORS_H

#include "tests/unit/fixture.h"

#include "runtime/format/safetensors.h"

#include <math.h>

static inline const NamedTensor *find_tensor(const Safetensors *file, const char *name)
{
    for (size_t t = 0; t < file->count; t++)
        if (strcmp(file->tensors[t].name, name) == 0)
            return &file->tensors[t];
    cr_assert_fail("no tensor %s", name);
    return NULL;
}

/* Of the wanted one's shape, and its entries to within bound of its largest. */
static inline void expect_tensor(const NamedTensor *found, const NamedTensor *wanted, double bound)
{
    double largest = 0, difference = 0;
    size_t size = 1;
    cr_assert_eq(found->rank, wanted->rank);
    for (size_t r = 0; r < found->rank; r++)
        cr_assert_eq(found->shape[r], wanted->shape[r]);
    for (size_t r = 0; r < found->rank; r++)
        size *= found->shape[r];
    for (size_t i = 0; i < size; i++) {
        largest = fmax(largest, fabs(wanted->values[i]));
        difference = fmax(difference, fabs(found->values[i] - wanted->values[i]));
    }
    cr_expect_leq(difference, bound * largest, "%s: %g of %g", found->name, difference, largest);
}

#endif

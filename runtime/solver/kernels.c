#include "runtime/solver/kernels.h"

#include "runtime/system/ranks.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#define KERNEL_ISAS(X) X(avx512) X(avx2) X(baseline)
#else
#define KERNEL_ISAS(X) X(baseline)
#endif

/* The tables that kernels_isa.c is compiled to. */
#define DECLARE(isa) extern const Kernel kernels_##isa##_double[], kernels_##isa##_float[];
KERNEL_ISAS(DECLARE)

/* Best first, and for each instruction set double before float. */
#define SETS(isa)                                                                                                      \
    {#isa, KERNEL_FLAGS_##isa, false, kernels_##isa##_double}, {#isa, KERNEL_FLAGS_##isa, true, kernels_##isa##_float},
static const KernelSet sets[] = {KERNEL_ISAS(SETS)};

enum { SET_COUNT = sizeof sets / sizeof *sets };

/* The flags that the Makefile compiles an instruction set with must all be supported. */
static bool runs_here(const char *isa)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(isa, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (strcmp(isa, "avx512") == 0)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
#endif
    return strcmp(isa, "baseline") == 0;
}

/* The first set of the real type whose instruction set is isa, or runs here if isa is NULL. */
static const KernelSet *find_set(const char *isa, bool single)
{
    for (size_t i = 0; i < SET_COUNT; i++) {
        bool fits = isa ? strcmp(sets[i].isa, isa) == 0 : runs_here(sets[i].isa);
        if (fits && sets[i].single == single)
            return &sets[i];
    }
    return NULL;
}

/* The error for an instruction set that was asked for in vain. */
static void refuse(const char *isa, bool known, Diagnostics *diagnostics)
{
    const char *reason = known ? "not supported here" : "there is no such instruction set";
    diagnostics_error(diagnostics, (Place){0}, "COSTATE_ISA=%s: %s; the best that this processor runs is %s", isa,
                      reason, kernels_at(0)->isa);
}

/* Of the sets that ranks would take the one that all of them run: the last. */
static const KernelSet *common(const KernelSet *set)
{
    return sets + SET_COUNT - ranks_least(SET_COUNT - (size_t)(set - sets));
}

const KernelSet *kernels_select(bool single, Diagnostics *diagnostics)
{
    const char *isa = getenv("COSTATE_ISA");
    if (isa && isa[0] == '\0')
        isa = NULL;
    const KernelSet *set = find_set(isa, single);
    const bool runs = set && runs_here(set->isa);
    const KernelSet *all = common(runs ? set : sets);
    if (runs)
        return all;
    refuse(isa, set != NULL, diagnostics);
    return NULL;
}

const Kernel *kernels_find(const KernelSet *set, const char *name)
{
    for (const Kernel *kernel = set->kernels; kernel->name; kernel++) {
        if (strcmp(kernel->name, name) == 0)
            return kernel;
    }
    return NULL;
}

const void *kernels_symbol(const Kernel *kernel)
{
    const void *symbol;
    _Static_assert(sizeof symbol == sizeof kernel->address, "functions and objects have addresses of one size");
    memcpy(&symbol, &kernel->address, sizeof symbol);
    return symbol;
}

size_t kernels_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < SET_COUNT; i++)
        count += runs_here(sets[i].isa);
    return count;
}

const KernelSet *kernels_at(size_t index)
{
    for (size_t i = 0; i < SET_COUNT; i++) {
        if (runs_here(sets[i].isa) && index-- == 0)
            return &sets[i];
    }
    return NULL;
}

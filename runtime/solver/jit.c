#include "runtime/solver/jit.h"

#include "templates/abi.h"

#include <libtcc.h>
#include <string.h>

static void delete_state(void *object)
{
    tcc_delete(object);
}

/* libtcc tells warnings from errors by a word only; the first error ends its work. */
static void report(void *context, const char *message)
{
    if (strstr(message, "warning: "))
        diagnostics_warning(context, (Place){0}, "libtcc: %s", message);
    else
        diagnostics_error(context, (Place){0}, "libtcc: %s", message);
}

static void add_kernels(Arena *arena, TCCState *state, const char *prefix, const KernelSet *kernels)
{
    for (const Kernel *kernel = kernels->kernels; kernel->name; kernel++)
        tcc_add_symbol(state, text_print(arena, "%s_%s", prefix, kernel->name), kernels_symbol(kernel));
}

void *jit_compile(Arena *arena, Diagnostics *diagnostics, const char *text, const char *prefix,
                  const KernelSet *kernels, const char *function)
{
    TCCState *state = tcc_new();
    if (!state)
        arena_fail(arena);
    arena_on_free(arena, delete_state, state);
    tcc_set_error_func(state, diagnostics, report);
    tcc_set_options(state, "-nostdlib -nostdinc");
    tcc_set_output_type(state, TCC_OUTPUT_MEMORY);
    if (tcc_compile_string(state, text) != 0)
        return NULL;
    add_kernels(arena, state, prefix, kernels);
    if (tcc_relocate(state, TCC_RELOCATE_AUTO) != 0)
        return NULL;
    void *address = tcc_get_symbol(state, function);
    if (!address)
        diagnostics_error(diagnostics, (Place){0}, "libtcc: no symbol %s", function);
    return address;
}

bool jit_describe(void *address, struct costate_table *table)
{
    union {
        void *address;
        void (*describe)(struct costate_table *table);
    } entry = {address}; /* ISO C has no cast from an object to a function */
    if (address)
        entry.describe(table);
    return address != NULL;
}

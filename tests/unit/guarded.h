/* guarded: the table of compiled code, and memory of exactly the sizes that it names, to see what it writes beyond. */
#ifndef COSTATE_GUARDED_H
#define COSTATE_GUARDED_H

#include "tests/unit/compiled.h"

#include "runtime/solver/jit.h"
#include "runtime/solver/kernels.h"
#include "templates/abi.h"

static inline struct costate_table table_of(const Program *program)
{
    const Model *model = program->description.model;
    struct costate_table table;
    union {
        void *address;
        void (*describe)(struct costate_table *table);
    } entry;
    entry.address =
        jit_compile(arena, diagnostics, pack_jit(arena, program->blueprint), model->name,
                    kernels_select(model->single, diagnostics), text_print(arena, "%s_describe", model->name));
    cr_assert_not_null(entry.address, "%s", fixture_messages());
    entry.describe(&table);
    return table;
}

enum { GUARD = 4096, GUARD_BYTE = 0xa5 };

/* size bytes between two guards, at an address that is aligned for a double and nothing more. */
static inline void *guarded(size_t size)
{
    unsigned char *memory = arena_alloc(arena, size + 2 * GUARD + 8);
    memset(memory, GUARD_BYTE, size + 2 * GUARD + 8);
    return memory + GUARD + 8;
}

/* How far beyond the memory something was written; 0: nowhere. */
static inline size_t written_beyond(const void *memory, size_t size)
{
    const unsigned char *bytes = memory;
    for (size_t i = 0; i < GUARD; i++)
        if (bytes[-1 - (ptrdiff_t)i] != GUARD_BYTE || bytes[size + i] != GUARD_BYTE)
            return i + 1;
    return 0;
}

#endif

/* Which statements share a loop, and what that loop keeps. That loops compute what kernels do is tested with the
 * compiled solvers, which call kernels, and the vendored ones, which have loops. */
#include "gen/code/loop.h"

#include "tests/unit/specs.h"
#include "tests/unit/variety.h"

TestSuite(loop, .init = fixture_open, .fini = fixture_close);

/* The first row of a value, through slices, and what memory it is in. */
static const Storage *memory_of(const Schedule *schedule, const Node *node, size_t *row)
{
    *row = 0;
    for (; node->op == OP_SLICE; node = node->args[0])
        *row += node->from;
    *row += schedule->storage[node->id].offset;
    return &schedule->storage[node->id];
}

/* An argument that overlaps with what the loop writes must begin where that begins. */
static void assert_aligned(const Schedule *schedule, const Node *written, const Node *read)
{
    size_t to, from;
    const Storage *a = memory_of(schedule, written, &to), *b = memory_of(schedule, read, &from);
    if (a->residence == b->residence && a->residence == AT_SCRATCH && to < from + read->shape.rows &&
        from < to + written->shape.rows)
        cr_assert_eq(to, from, "%s: rows %zu and %zu share a loop", schedule->routine->name, to, from);
}

static size_t assert_loops(const Schedule *schedule)
{
    size_t longest = 0;
    for (size_t first = 0; first < schedule->count; first++) {
        size_t count = loop_length(schedule, first);
        longest = count > longest ? count : longest;
        for (size_t s = first; s < first + count; s++) {
            const Node *node = schedule->statements[s].node;
            cr_assert_eq(node->shape.rows, schedule->statements[first].node->shape.rows);
            cr_assert(node->shape.varies && schedule->statements[s].kind == STATEMENT_COMPUTE);
            for (size_t k = first; k < first + count; k++)
                for (size_t i = 0; i < node->arg_count; i++)
                    if (node->args[i]->shape.varies)
                        assert_aligned(schedule, schedule->statements[k].node, node->args[i]);
        }
    }
    return longest;
}

Test(loop, statements_that_share_one_work_entry_by_entry)
{
    size_t longest = 0;
    for (size_t k = 0; k < VARIETY; k++) {
        const Blueprint *blueprint = program_of(variety[k])->blueprint;
        for (size_t r = 0; r < ROUTINE_COUNT; r++) {
            size_t length = blueprint->network->routines[r].name ? assert_loops(&blueprint->schedules[r]) : 0;
            longest = length > longest ? length : longest;
        }
    }
    cr_assert_gt(longest, 4);
}

Test(loop, what_only_the_loop_needs_is_not_stored)
{
    const Program *program = program_in(variety[0], FORM_LOOPS);
    const char *text = pack_source(arena, program->blueprint);
    const char *adjoint = strstr(text, "void kutta4_d2_step_adjoint");
    const char *loop = strstr(adjoint, "for (size_t i"), *end = strstr(loop, "\n    }\n");
    const char *body = arena_string(arena, loop, (size_t)(end - loop));
    cr_assert_not_null(strstr(body, "const kutta4_d2_vec g4_i = "));
    cr_assert_not_null(strstr(body, "KUTTA4_D2_C(1) - "));
    const char *store = strstr(body, "_STORE(");
    cr_assert(store && !strstr(store + 1, "_STORE("), "one store: %s", body);
}

Test(loop, the_compiler_in_memory_gets_kernels)
{
    const Program *program = program_of(variety[0]);
    cr_assert_null(strstr(pack_jit(arena, program->blueprint), "_LOAD("));
}

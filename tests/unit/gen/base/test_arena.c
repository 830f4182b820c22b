#include "tests/unit/specs.h"
#include "tests/unit/variety.h"

#include <stdint.h>

TestSuite(arena, .timeout = 600);

static bool is_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

Test(arena, memory_is_aligned_zeroed_and_apart)
{
    Arena *own = arena_new();
    cr_assert_eq(setjmp(*arena_recovery(own)), 0);
    for (size_t size = 0; size < 100 * 1000; size = size * 9 / 8 + 1) {
        unsigned char *block = arena_alloc(own, size), *next = arena_alloc(own, 1);
        cr_assert_eq((uintptr_t)block % (size >= 64 ? 64 : 16), 0, "%zu bytes", size);
        cr_assert(is_zero(block, size));
        memset(block, 0xff, size);
        cr_assert_eq(*next, 0);
    }
    arena_free(own);
}

Test(arena, growing_keeps_the_content)
{
    Arena *own = arena_new();
    cr_assert_eq(setjmp(*arena_recovery(own)), 0);
    char *text = arena_string(own, "costate!", 7);
    cr_assert_str_eq(text, "costate");
    char *grown = arena_grow(own, text, 8, 1000);
    cr_assert_str_eq(grown, "costate");
    cr_assert(is_zero((unsigned char *)grown + 8, 992));
    cr_assert_str_eq(text, "costate");
    cr_assert_not_null(arena_grow(own, NULL, 0, 0));
    arena_free(own);
    arena_free(NULL);
}

/* Does the arena jump? size 0: of an array of count objects. */
static bool jumps(size_t count, size_t size)
{
    Arena *own = arena_new();
    bool jumped = false;
    if (setjmp(*arena_recovery(own)) == 0)
        arena_array(own, count, size);
    else
        jumped = true;
    arena_free(own);
    return jumped;
}

Test(arena, overflow_is_out_of_memory)
{
    cr_assert(jumps(SIZE_MAX, 2));
    cr_assert(jumps(2, SIZE_MAX));
    cr_assert(jumps(1, SIZE_MAX));
    cr_assert(jumps(SIZE_MAX / 8 + 2, 8));
    cr_assert_not(jumps(SIZE_MAX, 0));
    cr_assert_not(jumps(0, SIZE_MAX));
    cr_assert_not(jumps(1000, 1000));
}

static void append_a(void *text)
{
    strcat(text, "a");
}

static void append_b(void *text)
{
    strcat(text, "b");
}

Test(arena, what_is_released_last_came_first)
{
    char text[8] = "";
    Arena *own = arena_new();
    cr_assert_eq(setjmp(*arena_recovery(own)), 0);
    arena_on_free(own, append_a, text);
    arena_on_free(own, append_b, text);
    arena_free(own);
    cr_assert_str_eq(text, "ba");
}

Test(arena, it_fails_when_it_is_told)
{
    Arena *own = arena_new();
    volatile int allocations = 0;
    if (setjmp(*arena_recovery(own)) == 0) {
        arena_fail_after(own, 3);
        for (; allocations < 10; allocations++)
            arena_alloc(own, 1);
    }
    cr_assert_eq(allocations, 2);
    arena_free(own);
}

/* ---- out of memory at every allocation of a whole run ---- */

/* One run that fails at allocation n; true when it ended before. The text of the emitted files is made, too. */
static bool survives(const char *path, size_t n)
{
    Arena *own = arena_new();
    bool finished = false;
    if (setjmp(*arena_recovery(own)) == 0) {
        arena_fail_after(own, n);
        Diagnostics *messages = diagnostics_new(own);
        const Program *program = gen_program(own, messages, path, "specs");
        cr_assert_not_null(program);
        cr_assert_not_null(pack_source(own, program->blueprint));
        finished = true;
    }
    arena_free(own);
    return finished;
}

/* The first allocations one by one, then ever fewer: a run has some hundred thousand. With the address sanitizer this
 * also shows that nothing leaks. */
Test(arena, a_run_ends_well_wherever_memory_runs_out, .init = fixture_open, .fini = fixture_close)
{
    const char *path = fixture_text("spec.lua", variety[5]);
    size_t n = 1, runs = 0;
    while (!survives(path, n)) {
        n += 1 + n / 200;
        runs++;
    }
    cr_assert_gt(runs, 500);
}

static bool reports(const char *path, size_t n)
{
    Arena *own = arena_new();
    bool finished = false;
    if (setjmp(*arena_recovery(own)) == 0) {
        arena_fail_after(own, n);
        Diagnostics *messages = diagnostics_new(own);
        Text text = text_new(own);
        cr_assert_null(gen_program(own, messages, path, "specs"));
        diagnostics_print(messages, &text);
        finished = true;
    }
    arena_free(own);
    return finished;
}

Test(arena, so_does_one_that_reports_errors, .init = fixture_open, .fini = fixture_close)
{
    for (size_t n = 1; !reports("tests/bad/specs/several_errors.lua", n); n++)
        ;
    for (size_t n = 1; !reports("tests/bad/specs/shape_add.lua", n); n++)
        ;
}

/* Memory that runs out in an arena within another is a matter of the other's recovery point. */
Test(arena, what_runs_out_within_returns_to_the_parent)
{
    Arena *parent = arena_new();
    volatile bool reached = false;
    if (setjmp(*arena_recovery(parent)) == 0) {
        Arena *within = arena_within(arena_within(parent));
        arena_alloc(within, 100);
        arena_fail_after(within, 1);
        reached = true;
        arena_alloc(within, 100);
        cr_assert_fail("it did not run out");
    }
    cr_assert(reached);
    cr_assert_not_null(arena_alloc(parent, 100));
    arena_free(parent);
}

Test(arena, an_array_grows_by_one)
{
    Arena *own = arena_new();
    size_t *items = NULL, count = 0, capacity = 0;
    while (count < 1000) {
        const size_t *before = items;
        bool full = count == capacity;
        items = ARENA_MORE(own, items, count, capacity);
        cr_assert(full != (items == before) && capacity > count);
        items[count] = count;
        count++;
    }
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(items[i], i);
    arena_free(own);
}

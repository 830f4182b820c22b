#include "tests/unit/compiled.h"

#include "runtime/solver/check.h"
#include "runtime/solver/guest.h"
#include "runtime/solver/jit.h"
#include "gen/emit/template.h"

#include <dlfcn.h>
#include <malloc.h>

TestSuite(jit, .init = fixture_open, .fini = fixture_close);

/* ---- errors ---- */

static void *compile(const char *text, const char *function)
{
    diagnostics = diagnostics_new(arena);
    return jit_compile(arena, diagnostics, text, "it", kernels_at(0), function);
}

static void expect_error(const char *text, const char *function, const char *part)
{
    cr_expect_null(compile(text, function), "%s", text);
    cr_expect(strstr(fixture_messages(), "libtcc: "), "%s", fixture_messages());
    cr_expect(strstr(fixture_messages(), part), "no \"%s\" in %s", part, fixture_messages());
}

Test(jit, compiles)
{
    union {
        void *address;
        int (*call)(int);
    } entry;
    entry.address = compile("int twice(int x) { return 2 * x; }", "twice");
    cr_assert_not_null(entry.address, "%s", fixture_messages());
    cr_expect_eq(entry.call(21), 42);
    cr_expect_eq(diagnostics_errors(diagnostics), 0);
}

Test(jit, names_what_does_not_compile)
{
    expect_error("int f(void) { return 0 }", "f", "expected");
    expect_error("\n\nint f(void) { return x; }", "f", ":3:");
    expect_error("#include <stdio.h>\nint f(void) { return 0; }", "f", "stdio.h");
    expect_error("int f(void) { return 0; }", "g", "no symbol g");
}

Test(jit, warnings_are_no_errors)
{
    cr_expect_not_null(compile("int f(int *p) { long *q = p; return *q != 0; }", "f"));
    cr_expect_eq(diagnostics_errors(diagnostics), 0);
    cr_expect(strstr(fixture_messages(), "warning: libtcc: "), "%s", fixture_messages());
}

/* There is no library but the kernels, under the prefix. */
Test(jit, names_what_is_not_there)
{
    expect_error("int puts(const char *); int f(void) { return puts(\"\"); }", "f", "puts");
    expect_error("void tanh(void); int f(void) { tanh(); return 0; }", "f", "tanh");
    expect_error("void it_no_kernel(void); int f(void) { it_no_kernel(); return 0; }", "f", "it_no_kernel");
    cr_expect_not_null(compile("void it_tanh(void); int f(void) { it_tanh(); return 0; }", "f"));
}

/* ---- libtcc never ends the program ---- */

static const char many[] = "static int part(int x) { return x > 1 ? x * part(x - 1) : 1; }\n"
                           "void it_tanh(void); static const double table[] = { 1, 2.5, 3 }; int f(int x)\n"
                           "{ struct { int a; double b[4]; } s; s.b[0] = 2; for (int i = 0; i < 4; i++)\n"
                           "  s.b[i] += table[i % 3]; if (x < 0) it_tanh(); return part(x) + (int)s.b[0]; }\n";

static size_t bytes_in_use(void)
{
    return mallinfo2().uordblks;
}

/* From the n-th allocation of libtcc on there is no memory. */
static bool compiles_until(size_t n)
{
    Arena *own = arena_new();
    volatile bool compiled = false;
    if (!setjmp(*arena_recovery(own))) {
        guest_fail_at(n);
        compiled = jit_compile(own, diagnostics_new(own), many, "it", kernels_at(0), "f");
    }
    guest_fail_at(0);
    arena_free(own);
    return compiled;
}

/* The number of allocations of a compilation, each of which fails once. */
static size_t fail_at_each(void)
{
    size_t n = 1;
    for (; !compiles_until(n); n++)
        if (n % 16 == 0)
            cr_assert(compiles_until(0), "libtcc does not compile any more after a failure at %zu", n);
    return n - 1;
}

/* What malloc keeps for itself is there after the first round. */
Test(jit, memory_may_run_out_at_every_allocation_of_libtcc)
{
    cr_assert_not_null(compile(many, "f"), "%s", fixture_messages());
    size_t count = fail_at_each(), before = bytes_in_use();
    cr_expect_gt(count, 100);
    cr_expect_eq(fail_at_each(), count);
    cr_expect_leq(bytes_in_use(), before, "%zu bytes stay", bytes_in_use() - before);
}

static void leave_at_once(void *context)
{
    *(int *)context = 1;
    guest_exit(1);
}

Test(jit, exits_of_libtcc_come_back)
{
    int been = 0;
    cr_expect_eq(guest_run(leave_at_once, &been), GUEST_LEFT);
    cr_expect_eq(been, 1);
    cr_expect_not_null(compile(many, "f"));
}

Test(jit, compiles_after_an_error)
{
    expect_error("int f(void) { return 0; } int f(void) { return 1; }", "f", "f");
    cr_expect_not_null(compile(many, "f"));
}

/* ---- one kernel source for all ---- */

static const char spec[] = "return network { name = 'm', inputs = 4, layers = 3, method = 'kutta4', step = 0.2,\n"
                           "  activation = 'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }\n";

/* An edit of a function's text, which is the same in templates/ and in vendored solvers but for the prefix. */
typedef struct {
    const char *kernel, *file, *function, *from, *to; /* what shows it, and where it is */
} Mutation;

static const Mutation mutations[] = {
    {"tanh", "elementary.h", "vec_tanh", "COSTATE_C(0.5) * e", "COSTATE_C(0.500001) * e"},
    {"combine5", "kernels.c", "combine5", " + c5 *", " - c5 *"},
    {"affine", "kernels.c", "affine", "cols, 1, b", "cols, 1, NULL"},
    {"matvec_transposed", "kernels.c", "matvec_transposed", "K, 1, cols", "K, cols, 1"},
    {"outer_wide", "kernels.c", "outer_tiles", "A + r * stride + c", "A + r * stride"},
    {"reduce", "kernels.c", "reduce", "s = COSTATE_LANES", "s = 2 * COSTATE_LANES"},
};
enum { MUTATIONS = sizeof mutations / sizeof *mutations };

/* Where text defines the function, and neither declares nor calls it: a brace comes before a semicolon. */
static const char *definition_of(const char *text, const char *head)
{
    const char *at = strstr(text, head);
    while (at && at[strcspn(at, ";{")] != '{')
        at = strstr(at + 1, head);
    return at;
}

/* text, in which names have that prefix, with the mutation; NULL: none. */
static const char *mutated(const char *text, const char *prefix, const Mutation *mutation)
{
    if (!mutation)
        return text;
    const char *head = text_print(arena, "%s_%s(", prefix, mutation->function);
    const char *function = definition_of(text, head);
    cr_assert_not_null(function, "no %s", head);
    const char *from = template_rename(arena, mutation->from, prefix), *at = strstr(function, from);
    const char *to = template_rename(arena, mutation->to, prefix);
    cr_assert(at && at < function + 600, "no %s in %s", from, mutation->function);
    return text_print(arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void close_library(void *library)
{
    dlclose(library);
}

/* Compiles the file of the temporary folder to a library and loads it. */
static void *library_of(const char *file, const char *flags)
{
    static int number;
    const char *path = fixture_path(text_print(arena, "library%d.so", number++));
    int status = system(text_print(arena, "cc -O1 -shared -fPIC %s -o %s %s", flags, path, fixture_path(file)));
    cr_assert_eq(status, 0);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(library, "%s", dlerror());
    arena_on_free(arena, close_library, library);
    return library;
}

static void (*function_of(void *library, const char *name))(void)
{
    void (*function)(void);
    void *symbol = dlsym(library, name);
    cr_assert_not_null(symbol, "no %s", name);
    memcpy(&function, &symbol, sizeof function);
    return function;
}

/* templates/kernels.c, mutated, as a library. */
static void *kernel_library(const Mutation *mutation)
{
    for (const Template *file = templates; file->name[0]; file++)
        fixture_text(file->name, mutation && strcmp(file->name, mutation->file) == 0
                                     ? mutated(file->text, "costate", mutation)
                                     : file->text);
    return library_of("kernels.c", "-DCOSTATE_KERNEL=");
}

/* The baseline kernels with the one that is mutated replaced. */
static KernelSet kernel_set(const Mutation *mutation)
{
    KernelSet set = *kernels_at(kernels_count() - 2);
    cr_assert(!set.single && strcmp(set.isa, "baseline") == 0);
    size_t count = 0;
    while (set.kernels[count++].name)
        continue;
    Kernel *kernels = ARENA_ARRAY(arena, count, Kernel);
    memcpy(kernels, set.kernels, count * sizeof *kernels);
    set.kernels = kernels;
    void *library = kernel_library(mutation);
    for (; kernels->name; kernels++)
        if (!mutation || strcmp(kernels->name, mutation->kernel) == 0)
            kernels->address = function_of(library, text_print(arena, "costate_%s", kernels->name));
    return set;
}

static bool compiled_solver_passes(const Mutation *mutation)
{
    Compiled compiled = compiled_of(spec, 1, 71);
    KernelSet set = kernel_set(mutation);
    Solver *solver = solver_compile_with(arena, diagnostics, compiled.program, &set, pool_new(arena, 1));
    cr_assert_not_null(solver, "%s", fixture_messages());
    return check_solver(arena, compiled.program, solver, 71, CHECK_FROM_INITIAL, compiled.x, NULL, compiled.target)
        .passed;
}

static bool vendored_solver_passes(const Mutation *mutation)
{
    Compiled compiled = compiled_of(spec, 1, 71);
    fixture_text("m.h", pack_header(arena, compiled.program->blueprint));
    fixture_text("m.c", mutated(pack_source(arena, compiled.program->blueprint), "m", mutation));
    union {
        void (*function)(void);
        int (*gradient)(size_t n, const double *x, const double *target, const double *params, double *objective,
                        double *gradient, void *work);
    } entry = {.function = function_of(library_of("m.c", ""), "m_gradient")};
    double objective, *gradient = ARENA_ARRAY(arena, compiled.model->parameters, double);
    void *work = arena_alloc(arena, compiled.program->blueprint->workspace_bytes);
    cr_assert_eq(entry.gradient(71, compiled.x, compiled.target, compiled.params, &objective, gradient, work), 0);
    return reference_distance(&compiled, objective, gradient) < 1e-10;
}

Test(jit, the_text_of_the_kernels_is_right)
{
    cr_expect(compiled_solver_passes(NULL));
    cr_expect(vendored_solver_passes(NULL));
}

Test(jit, a_mutation_of_the_text_breaks_compiled_and_vendored_solvers)
{
    for (int i = 0; i < MUTATIONS; i++) {
        cr_expect_not(compiled_solver_passes(&mutations[i]), "compiled in memory: %s", mutations[i].kernel);
        cr_expect_not(vendored_solver_passes(&mutations[i]), "vendored: %s", mutations[i].kernel);
    }
}

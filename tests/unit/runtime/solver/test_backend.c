/* --backend: what the system's compiler makes of a solver, and what happens where it makes nothing. */
#include "tests/unit/compiled.h"
#include "tests/unit/shell.h"
#include "tests/unit/toolchain.h"
#include "tests/unit/variety.h"

#include "runtime/solver/check.h"

#include <dlfcn.h>
#include <sys/resource.h>

TestSuite(backend, .init = toolchain_open, .fini = program_close);

static const char spec[] = "return network { name = 'm', inputs = 2, layers = 4, method = 'kutta3', step = 0.2,\n"
                           "  activation = 'swish', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                           "  data = { 'spiral2d', samples = 1100 }, train = { iterations = 60 } }\n";

/* `costate gradient` with those options; where the gradient is. */
static const char *gradient_by(const char *options, const char *file)
{
    const char *path = fixture_path(file);
    last = costate_succeeds("gradient %s -o %s %s", fixture_text("m.lua", spec), path, options);
    return path;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

static const char *const fallback = "; the code of libtcc is used\n";

/* The compiled solver cannot be had: one line says so, and the gradient is libtcc's. */
static void expect_fallback(const char *message)
{
    const char *plain = gradient_by("", "plain");
    cr_expect_str_eq(last.err, "");
    const char *path = gradient_by("--backend cc", "fallback");
    cr_expect(same_content(path, plain), "%s", message);
    cr_expect(strstr(last.err, message), "no \"%s\" in: %s", message, last.err);
    cr_expect_eq(count_of(last.err, "\n"), 1, "%s", last.err);
    cr_expect(strstr(last.err, "warning: ") == last.err && strstr(last.err, fallback), "%s", last.err);
    cr_expect_eq(cache_count(""), 0);
}

/* ---- it computes what libtcc's code computes, and what vendored code computes ---- */

static Compiled compiled_by(const char *text, Backend backend, size_t threads, size_t count)
{
    Compiled compiled = compiled_of(text, threads, count);
    cr_assert(solver_set_backend(compiled.solver, diagnostics, compiled.program, backend));
    cr_assert_str_eq(fixture_messages(), "");
    return compiled;
}

Test(backend, every_kind_of_network_is_right)
{
    for (int i = 0; i < VARIETY; i++) {
        Compiled compiled = compiled_by(variety[i], BACKEND_CC, 1, 67);
        CheckResult result = check_solver(arena, compiled.program, compiled.solver, 67, CHECK_FROM_INITIAL, compiled.x,
                                          NULL, compiled.target);
        cr_expect(result.passed, "%s", variety[i]);
    }
    cr_expect_eq(cache_count(".so"), VARIETY);
    cr_expect_eq(cache_count(""), VARIETY, "nothing but the entries is left");
}

/* The vendored file, compiled with the same flags. */
static void vendored_gradient(const Compiled *compiled, double *objective, double *gradient)
{
    union {
        void *address;
        int (*gradient)(size_t n, const double *x, const double *target, const double *params, double *objective,
                        double *gradient, void *work);
    } entry;
    const char *library = fixture_path("m.so"), *source = fixture_path("m.c");
    fixture_text("m.h", pack_header(arena, compiled->program->blueprint));
    fixture_text("m.c", pack_source(arena, compiled->program->blueprint));
    cr_assert_eq(system(text_print(arena, "cc -O3 -ffp-contract=fast %s -shared -fPIC -o %s %s",
                                   kernels_select(false, diagnostics)->flags, library, source)),
                 0);
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(handle, "%s", dlerror());
    entry.address = dlsym(handle, "m_gradient");
    void *work = arena_alloc(arena, compiled->program->blueprint->workspace_bytes);
    cr_assert_eq(entry.gradient(compiled->samples.count, compiled->x, compiled->target, compiled->params, objective,
                                gradient, work),
                 0);
    dlclose(handle);
}

Test(backend, has_the_bits_of_vendored_code)
{
    Compiled compiled = compiled_by(spec, BACKEND_CC, 1, 300), other = compiled_of(spec, 1, 1);
    size_t size = compiled.model->parameters * sizeof(double);
    double objective, expected, *gradient = arena_alloc(arena, size), *wanted = arena_alloc(arena, size);
    vendored_gradient(&compiled, &expected, wanted);
    solver_evaluate(compiled.solver, &compiled.samples, compiled.params, &objective, NULL, gradient);
    cr_expect_eq(objective, expected);
    cr_expect_eq(memcmp(gradient, wanted, size), 0);
    solver_evaluate(other.solver, &compiled.samples, compiled.params, &objective, NULL, gradient);
    cr_expect_neq(memcmp(gradient, wanted, size), 0, "another code than libtcc's");
    cr_expect_leq(reference_distance(&compiled, objective, gradient), 1e-13);
}

Test(backend, has_the_same_bits_from_the_compiler_from_the_cache_and_for_every_number_of_threads)
{
    const char *first = gradient_by("--backend cc --threads 1", "first");
    cr_expect_eq(cache_count("m-"), 1);
    for (int threads = 1; threads <= 3; threads++)
        cr_expect(same_content(first, gradient_by(text_print(arena, "--backend cc --threads %d", threads), "next")));
    cr_expect(same_content(first, gradient_by("--backend auto", "auto")), "what the cache has, auto uses at once");
    cr_expect_not(same_content(first, gradient_by("--backend tcc", "tcc")));
    cr_expect(same_content(fixture_path("tcc"), gradient_by("", "default")));
}

Test(backend, compiles_for_the_instruction_set_of_the_kernels)
{
    be_compiler(text_print(arena, "echo \"$@\" >>%s; exec cc \"$@\"", fixture_path("words")));
    for (size_t i = 0; i < kernels_count(); i++) {
        const KernelSet *set = kernels_at(i);
        if (set->single)
            continue;
        fixture_text("words", "");
        setenv("COSTATE_ISA", set->isa, true);
        gradient_by("--backend cc", "gradient");
        const char *words = content_of(fixture_path("words")).data;
        cr_expect(strstr(words, set->flags), "%s: %s", set->isa, words);
        cr_expect_eq(strstr(words, " -m") != NULL, set->flags[0] != '\0');
    }
    cr_expect_eq(cache_count(".so"), (int)kernels_count() / 2);
}

Test(backend, another_compiler_is_another_entry)
{
    gradient_by("--backend cc", "gradient");
    setenv("CC", "cc -O1", true);
    gradient_by("--backend cc", "gradient");
    cr_expect_eq(cache_count("m-"), 2);
}

/* ---- when it is used ---- */

Test(backend, the_default_runs_no_compiler_and_looks_at_no_cache)
{
    be_compiler("exit 1");
    fixture_text("fake-cc", text_print(arena, "#!/bin/sh\ntouch %s\n", fixture_path("ran")));
    gradient_by("", "gradient");
    gradient_by("--backend tcc", "gradient");
    cr_expect_str_eq(last.err, "");
    cr_expect_not(file_exists(fixture_path("ran")));
    cr_expect_not(file_exists(fixture_path("costate")));
}

Test(backend, auto_compiles_nothing_for_some_gradients)
{
    be_compiler("exec sleep 1000");
    Compiled compiled = compiled_by(spec, BACKEND_AUTO, 1, 1);
    double objective;
    for (int look = 2; look < NATIVE_PATIENCE; look++) {
        solver_evaluate(compiled.solver, &compiled.samples, compiled.params, &objective, NULL, NULL);
        cr_assert_eq(cache_count(""), 0, "look %d", look);
    }
    solver_evaluate(compiled.solver, &compiled.samples, compiled.params, &objective, NULL, NULL);
    cr_expect_eq(cache_count("compiling-"), 1);
}

static double distance_of(const double *a, const double *b, size_t count)
{
    double largest = 0, difference = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(a[i]));
        difference = fmax(difference, fabs(a[i] - b[i]));
    }
    return difference / largest;
}

/* The compiler waits for the test's word; before it the bits are libtcc's, behind it they are the compiler's. */
Test(backend, auto_changes_between_two_evaluations)
{
    const char *word = fixture_path("word");
    be_compiler(text_print(arena, "while [ ! -e %s ]; do sleep 0.01; done; exec cc \"$@\"", word));
    Compiled compiled = compiled_by(spec, BACKEND_AUTO, 2, 1100), fast;
    Compiled plain = compiled_of(spec, 1, 1);
    size_t size = compiled.model->parameters;
    double objective, *gradient = ARENA_ARRAY(arena, size, double), *before = ARENA_ARRAY(arena, size, double);
    double *after = ARENA_ARRAY(arena, size, double);
    solver_evaluate(plain.solver, &compiled.samples, compiled.params, &objective, NULL, before);
    for (int i = 0; i < 100; i++) {
        solver_evaluate(compiled.solver, &compiled.samples, compiled.params, &objective, NULL, gradient);
        cr_assert_eq(memcmp(gradient, before, size * sizeof(double)), 0, "evaluation %d", i);
    }
    fixture_text("word", "");
    for (int i = 0; i < 100000 && memcmp(gradient, before, size * sizeof(double)) == 0; i++)
        solver_evaluate(compiled.solver, &compiled.samples, compiled.params, &objective, NULL, gradient);
    fast = compiled_by(spec, BACKEND_CC, 1, 1);
    solver_evaluate(fast.solver, &compiled.samples, compiled.params, &objective, NULL, after);
    cr_expect_eq(memcmp(gradient, after, size * sizeof(double)), 0);
    cr_expect_neq(memcmp(before, after, size * sizeof(double)), 0);
    cr_expect_leq(distance_of(before, after, size), 1e-13);
    cr_expect_eq(cache_count(""), 1);
}

Test(backend, auto_says_once_that_compiling_failed)
{
    const char *path = fixture_text("m.lua", spec);
    be_compiler("echo 'fake: error: no disk'; exit 3");
    costate_succeeds("train %s --out %s", path, fixture_path("tcc"));
    last = costate_succeeds("train %s --out %s --backend auto", path, fixture_path("auto"));
    cr_expect(strstr(last.err, "fake-cc fails, exit code 3: fake: error: no disk"), "%s", last.err);
    cr_expect_eq(count_of(last.err, "warning: "), 1, "%s", last.err);
    cr_expect(same_content(fixture_path("tcc/trace.csv"), fixture_path("auto/trace.csv")));
    cr_expect(same_content(fixture_path("tcc/model.safetensors"), fixture_path("auto/model.safetensors")));
    cr_expect_eq(cache_count(""), 0);
}

/* What still compiles when costate ends is stopped, with all it started. */
Test(backend, auto_leaves_no_compiler_behind)
{
    be_compiler(text_print(arena, "sleep 1000 & echo $! >%s; wait", fixture_path("inner")));
    last = costate_succeeds("train %s --out %s --backend auto --iterations 3000", fixture_text("m.lua", spec),
                            fixture_path("run"));
    cr_expect_null(strstr(last.err, "warning"), "%s", last.err);
    cr_expect(is_gone(fixture_path("inner")));
    cr_expect_eq(cache_count(""), 0);
}

/* ---- interruption ---- */

static void expect_interruption(int number)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    be_compiler(text_print(arena, "sleep 1000 & echo $! >%s.new; mv %s.new %s; wait", fixture_path("inner"),
                           fixture_path("inner"), fixture_path("inner")));
    Running running = program_start(
        text_print(arena, "gradient %s -o %s --backend cc", fixture_text("m.lua", spec), fixture_path("gradient")));
    for (int i = 0; i < 20000 && !file_exists(fixture_path("inner")); i++)
        nanosleep(&moment, NULL);
    kill(running.process, number);
    last = program_end(running);
    cr_expect_eq(last.status, 1);
    cr_expect_str_eq(last.err, "interrupted\n");
    cr_expect(is_gone(fixture_path("inner")));
    cr_expect_eq(cache_count(""), 0);
    cr_expect_not(file_exists(fixture_path("gradient")));
    remove(fixture_path("inner"));
}

Test(backend, interrupted_while_it_waits_it_leaves_nothing)
{
    expect_interruption(SIGINT);
    expect_interruption(SIGTERM);
}

/* ---- what can be wrong ---- */

Test(backend, of_another_name_is_a_mistake)
{
    const char *path = fixture_text("m.lua", spec);
    expect_refusal(costate("gradient %s -o %s --backend nope", path, fixture_path("g")), 2,
                   "--backend takes tcc, cc or auto, not nope\n");
    expect_refusal(costate("check %s --backend autp", path), 2, "not autp; did you mean auto?\n");
    expect_refusal(costate("check %s --backend=", path), 2, "not nothing\n");
    cr_expect_eq(run("emit x.lua --backend cc"), 2);
}

Test(backend, without_a_compiler)
{
    setenv("CC", "no-such-compiler", true);
    expect_fallback("cannot run the C compiler no-such-compiler: No such file or directory");
}

Test(backend, with_a_compiler_that_fails)
{
    be_compiler("echo first; echo 'out of: error: luck'; exit 7");
    expect_fallback("fake-cc fails, exit code 7: out of: error: luck");
}

Test(backend, with_a_compiler_that_makes_nothing)
{
    be_compiler("exit 0");
    expect_fallback("cannot load the compiled solver");
}

Test(backend, with_a_compiler_that_makes_garbage)
{
    be_compiler("for last; do :; done; head -c 3000 \"$last\" >\"${last%.c}.so\"");
    expect_fallback("cannot load the compiled solver");
}

Test(backend, with_a_compiler_that_makes_something_else)
{
    be_compiler("for last; do :; done; echo 'int x;' >\"$last\"; exec cc \"$@\"");
    expect_fallback("holds another solver");
    be_compiler("sed -i 's/define M_WIDTH .*/define M_WIDTH 3/' \"${TMPDIR}/solver.c\"; exec cc \"$@\"");
    expect_fallback("holds another solver");
}

Test(backend, without_a_cache)
{
    setenv("XDG_CACHE_HOME", "relative", true);
    unsetenv("HOME");
    expect_fallback("there is no folder for a cache: neither XDG_CACHE_HOME nor HOME is set");
    setenv("XDG_CACHE_HOME", "/proc/none", true);
    expect_fallback("/proc/none/costate: cannot create the folder");
}

/* A folder in /proc cannot be written, not even by root. */
Test(backend, with_a_cache_that_cannot_be_written)
{
    cr_assert_eq(symlink("/proc/self/attr", fixture_path("costate")), 0);
    const char *plain = gradient_by("", "plain");
    cr_expect(same_content(plain, gradient_by("--backend cc", "fallback")));
    cr_expect(strstr(last.err, "costate: cannot create a folder: "), "%s", last.err);
    cr_expect_eq(count_of(last.err, "\n"), 1, "%s", last.err);
    remove(fixture_path("costate"));
}

static void limit_files(rlim_t bytes)
{
    const struct rlimit limit = {bytes, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(backend, with_a_full_disk)
{
    be_compiler("ulimit -f 8; exec cc \"$@\""); /* in units of 512 or 1024 bytes */
    expect_fallback("fake-cc fails, exit code");
    limit_files(20000);
    expect_fallback("solver.c: cannot write: File too large");
}

/* The one entry of the cache. */
static const char *entry_path(void)
{
    DIR *listing = opendir(fixture_path("costate"));
    const char *path = NULL;
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (strstr(entry->d_name, ".so"))
            path = path_join(arena, fixture_path("costate"), arena_string(arena, entry->d_name, strlen(entry->d_name)));
    closedir(listing);
    cr_assert_not_null(path);
    return path;
}

/* An entry is its object and its recipe. */
Test(backend, with_a_disk_too_full_for_the_entry_the_code_is_used)
{
    const char *kept = gradient_by("--backend cc", "kept");
    const char *path = entry_path();
    limit_files(content_of(path).size - 1);
    remove(path);
    cr_expect(same_content(kept, gradient_by("--backend cc", "next")));
    cr_expect(strstr(last.err, "cannot write: File too large; the compiled solver is used, but not kept\n"), "%s",
              last.err);
    cr_expect_eq(cache_count(""), 0);
}

/* ---- entries that are not what they seem ---- */

/* The entry is replaced after one warning; the bits are those of a sound one. */
static void expect_renewal(const char *sound, const char *what)
{
    cr_expect(same_content(sound, gradient_by("--backend cc", "next")), "%s", what);
    cr_expect(strstr(last.err, "warning: this entry of the cache cannot be trusted and is not used\n"), "%s: %s", what,
              last.err);
    cr_expect_eq(count_of(last.err, "\n"), 1, "%s: %s", what, last.err);
    cr_expect(same_content(sound, gradient_by("--backend cc", "next")), "%s", what);
    cr_expect_str_eq(last.err, "");
    cr_expect_eq(cache_count(""), 1);
}

Test(backend, a_broken_entry_is_made_anew)
{
    const char *sound = gradient_by("--backend cc", "sound"), *path = entry_path();
    Content entry = content_of(path);
    cr_assert(file_write(diagnostics, path, entry.data, entry.size / 2));
    expect_renewal(sound, "cut");
    cr_assert(file_write(diagnostics, path, "garbage", 7));
    expect_renewal(sound, "garbage");
    entry.data[entry.size / 3] ^= 1;
    cr_assert(file_write(diagnostics, path, entry.data, entry.size));
    expect_renewal(sound, "a bit");
    cr_assert_eq(chmod(path, 0666), 0);
    expect_renewal(sound, "anybody's");
}

/* Auto does without the compiler for one gradient, and then without the entry. */
Test(backend, a_broken_entry_is_libtccs_turn_with_auto)
{
    gradient_by("--backend cc", "sound");
    cr_assert(file_write(diagnostics, entry_path(), "garbage", 7));
    const char *plain = gradient_by("", "plain");
    cr_expect(same_content(plain, gradient_by("--backend auto", "auto")));
    cr_expect_eq(count_of(last.err, "warning: this entry of the cache cannot be trusted"), 1, "%s", last.err);
    cr_expect_eq(cache_count(""), 0);
}

Test(backend, an_entry_of_another_network_is_not_taken)
{
    const char *sound = gradient_by("--backend cc", "sound"), *path = entry_path();
    Content entry = content_of(path);
    cr_assert_eq(remove(path), 0);
    const char *other = fixture_text("other.lua", replaced(spec, "kutta3", "heun3"));
    costate_succeeds("gradient %s -o %s --backend cc", other, fixture_path("other"));
    Content wrong = content_of(entry_path());
    cr_assert_eq(remove(entry_path()), 0);
    cr_assert(file_write(diagnostics, path, wrong.data, wrong.size));
    expect_renewal(sound, "another network");
    cr_expect(content_of(path).size == entry.size);
}

Test(backend, several_processes_can_begin_at_once)
{
    enum { PROCESSES = 4 };
    Running running[PROCESSES];
    const char *path = fixture_text("m.lua", spec);
    for (int i = 0; i < PROCESSES; i++)
        running[i] = program_start(
            text_print(arena, "gradient %s -o %s --backend cc", path, fixture_path(text_print(arena, "g%d", i))));
    for (int i = 0; i < PROCESSES; i++) {
        last = program_end(running[i]);
        cr_expect_eq(last.status, 0);
        cr_expect_str_eq(last.err, "");
        cr_expect(same_content(fixture_path("g0"), fixture_path(text_print(arena, "g%d", i))));
    }
    cr_expect_eq(cache_count(""), 1);
}

#include "tests/unit/specs.h"
#include "tests/unit/variety.h"

#include <dlfcn.h>
#include <sys/wait.h>

TestSuite(pack, .init = fixture_open, .fini = fixture_close, .timeout = 300);

/* Writes NAME.h and NAME.c of the program into the temporary folder; returns the path without the ending. */
static const char *emit(const Program *program)
{
    const char *name = program->description.model->name;
    fixture_text(text_print(arena, "%s.h", name), pack_header(arena, program->blueprint));
    fixture_text(text_print(arena, "%s.c", name), pack_source(arena, program->blueprint));
    return fixture_path(name);
}

/* What a command prints; the test fails when it fails. */
static const char *output_of(const char *command)
{
    Text text = text_new(arena);
    char buffer[4096];
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    for (size_t count; (count = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        text_append(&text, buffer, count);
    int status = pclose(pipe);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s\n%s", command, text.data);
    return text.data;
}

static bool is_installed(const char *program)
{
    return system(text_print(arena, "command -v %s >/dev/null 2>&1", program)) == 0;
}

/* ---- golden files ---- */

static void assert_golden(const char *path, const char *text)
{
    const char *wish = getenv("COSTATE_GOLDEN");
    char *expected;
    size_t size;
    if (wish && strcmp(wish, "write") == 0)
        cr_assert(file_write(diagnostics, path, text, strlen(text)), "%s", fixture_messages());
    cr_assert(file_read(arena, diagnostics, path, &expected, &size), "%s", fixture_messages());
    size_t line = 1, at = 0;
    for (; expected[at] && expected[at] == text[at]; at++)
        line += text[at] == '\n';
    cr_assert_eq(expected[at], text[at], "%s:%zu differs; COSTATE_GOLDEN=write rewrites it", path, line);
}

Test(pack, the_emitted_files_are_the_golden_ones)
{
    const Program *program = gen_program(arena, diagnostics, "tests/golden/kutta4_d2.lua", "specs");
    cr_assert_not_null(program, "%s", fixture_messages());
    assert_golden("tests/golden/kutta4_d2.h", pack_header(arena, program->blueprint));
    assert_golden("tests/golden/kutta4_d2.c", pack_source(arena, program->blueprint));
}

/* One sample a block, with the functions of one layer. */
Test(pack, the_emitted_file_of_one_sample_is_the_golden_one)
{
    const Program *program = gen_program(arena, diagnostics, "tests/golden/sample.lua", "specs");
    const Edition edition = {.block = 1, .step = true};
    cr_assert_not_null(program, "%s", fixture_messages());
    program = gen_edition(arena, diagnostics, program, false, &edition);
    cr_assert_not_null(program, "%s", fixture_messages());
    assert_golden("tests/golden/sample.h", pack_header(arena, program->blueprint));
    assert_golden("tests/golden/sample.c", pack_source(arena, program->blueprint));
}

Test(pack, the_same_input_gives_the_same_bytes)
{
    for (size_t k = 0; k < VARIETY; k++) {
        const Program *first = program_of(variety[k]), *second = program_of(variety[k]);
        cr_assert_str_eq(pack_source(arena, first->blueprint), pack_source(arena, second->blueprint));
        cr_assert_str_eq(pack_header(arena, first->blueprint), pack_header(arena, second->blueprint));
        cr_assert_str_eq(pack_jit(arena, first->blueprint), pack_jit(arena, second->blueprint));
    }
}

Test(pack, emitted_lines_are_short_and_clean)
{
    for (size_t k = 0; k < VARIETY; k++) {
        const Program *program = program_of(variety[k]);
        const char *texts[2] = {pack_header(arena, program->blueprint), pack_source(arena, program->blueprint)};
        for (size_t i = 0; i < 2; i++) {
            for (const char *line = texts[i]; *line; line += strcspn(line, "\n") + 1) {
                size_t length = strcspn(line, "\n");
                cr_expect_leq(length, 120, "%zu columns: %.*s", length, (int)length, line);
                cr_assert(!length || (line[length - 1] != ' ' && !memchr(line, '\t', length)), "%.*s", (int)length,
                          line);
            }
            cr_assert_null(strstr(texts[i], "\n\n\n"), "two blank lines in %zu", k);
            cr_assert_null(strstr(texts[i], folder), "the emitted text names a path");
        }
    }
}

static const char *adjoint_of(const char *activation, size_t width)
{
    const char *spec = text_print(arena,
                                  "return network { name = 'n', inputs = %zu, layers = 2, method = 'kutta4',\n"
                                  "  activation = '%s', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }\n",
                                  width, activation);
    return strstr(pack_source(arena, program_of(spec)->blueprint), "\nN_ROUTINE void n_step_adjoint(");
}

/* By rows as a codelet, by entries in a loop. */
Test(pack, values_are_named_for_what_they_are)
{
    const char *rows = adjoint_of("tanh", 2), *entries = adjoint_of("tanh", 16), *called = adjoint_of("swish", 16);
    cr_assert(rows && entries && called);
    cr_expect(strstr(rows, " f3_squared_1 = f3_1 * f3_1;"));
    cr_expect(strstr(rows, " df3_g3_1 = df3_1 * g3_1;"));
    cr_expect(strstr(entries, " f3_squared_i = f3_i * f3_i;"));
    cr_expect(strstr(entries, "t0 + i, df3_i * g3_i);"));
    cr_expect(strstr(called, " sigmoid112_i = N_LOAD(sigmoid112 + i);"));
}

/* ---- compilers ---- */

/* The object is a file: tcc would replace a device of that name. */
Test(pack, every_compiler_takes_it_without_a_warning)
{
    static const char flags[] = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wundef -Werror -O1";
    static const char *const compilers[] = {
        "gcc -std=c99",   "gcc -std=c11 -O3 -march=native",     "g++ -std=c++17",
        "clang -std=c99", "clang++ -std=c++17 -Wno-deprecated", "tcc -Wall -Werror"};
    for (size_t k = 0; k < VARIETY; k++) {
        const char *stem = emit(program_in(variety[k], k % 2 ? FORM_CODELETS : FORM_BEST));
        for (size_t c = 0; c < sizeof compilers / sizeof *compilers; c++) {
            const char *name = arena_string(arena, compilers[c], strcspn(compilers[c], " "));
            const char *language = strstr(name, "++") ? "-x c++" : "";
            bool tiny = strcmp(name, "tcc") == 0;
            if (is_installed(name))
                output_of(text_print(arena, "%s %s %s -c -o %s.o %s.c 2>&1", compilers[c], tiny ? "" : flags, language,
                                     stem, stem));
        }
    }
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Lines of nm are "[address] type name". */
static void assert_symbols(const char *listing, const char *prefix)
{
    static const char *const allowed[] = {"memcpy", "memset", "memmove", "memcmp", "sqrt", "sqrtf"};
    char type, name[128];
    for (const char *line = listing; *line; line += strcspn(line, "\n") + 1) {
        const char *at = line + strspn(line, "0123456789abcdef");
        cr_assert_eq(sscanf(at, " %c %127s", &type, name), 2, "%s", line);
        if (strncmp(name, ".L", 2) == 0) /* a constant that the compiler made */
            continue;
        if (type == 'U') {
            cr_assert(is_among(name, allowed, sizeof allowed / sizeof *allowed), "%s is undefined", name);
            continue;
        }
        cr_assert_not_null(strchr("TtRr", type), "%s is of type %c: writable", name, type);
        cr_assert_eq(strncmp(name, prefix, strlen(prefix)), 0, "%s lacks the prefix", name);
    }
}

Test(pack, only_prefixed_symbols_none_writable)
{
    static const char *const levels[] = {"-O0", "-O2", "-O3 -march=native", "-O2 -fPIC"};
    for (size_t k = 0; k < VARIETY; k++) {
        const Program *program = program_of(variety[k]);
        const char *stem = emit(program);
        for (size_t l = 0; l < sizeof levels / sizeof *levels; l++)
            assert_symbols(
                output_of(text_print(arena, "gcc -std=c99 %s -c -o %s.o %s.c && nm %s.o", levels[l], stem, stem, stem)),
                text_print(arena, "%s_", program->description.model->name));
    }
}

/* ---- runs ---- */

typedef int Forward(size_t n, const void *x, const void *params, void *prediction, void *work);
typedef int Gradient(size_t n, const void *x, const void *target, const void *params, void *objective, void *result,
                     void *work);
typedef int Pullback(size_t n, const void *x, const void *params, const void *bar, void *x_bar, void *gradient,
                     void *work);
typedef int Pushforward(size_t n, const void *x, const void *x_dot, const void *params, const void *params_dot,
                        void *dot, void *work);

typedef struct {
    const Program *program;
    const Model *model;
    void *library;
    Forward *forward;
    Gradient *objective, *gradient;
    Pullback *pullback;
    Pushforward *pushforward;
} Vendored;

static void load(const Vendored *vendored, const char *name, void *function)
{
    void *symbol = dlsym(vendored->library, text_print(arena, "%s_%s", vendored->model->name, name));
    cr_assert_not_null(symbol, "%s", name);
    memcpy(function, &symbol, sizeof symbol);
}

static Vendored vendor(const char *spec, const char *compiler, Form form)
{
    Vendored vendored = {.program = program_in(spec, form)};
    const char *stem = emit(vendored.program);
    vendored.model = vendored.program->description.model;
    output_of(text_print(arena, "%s -shared -fPIC -o %s.so %s.c 2>&1", compiler, stem, stem));
    vendored.library = dlopen(text_print(arena, "%s.so", stem), RTLD_NOW);
    cr_assert_not_null(vendored.library, "%s", dlerror());
    load(&vendored, "forward", &vendored.forward);
    load(&vendored, "objective", &vendored.objective);
    load(&vendored, "gradient", &vendored.gradient);
    load(&vendored, "pullback", &vendored.pullback);
    load(&vendored, "pushforward", &vendored.pushforward);
    return vendored;
}

/* An array of the solver's reals, and the same numbers for the reference. */
typedef struct {
    size_t count;
    void *reals;
    double *doubles;
    long double *longs;
} Numbers;

static Numbers numbers_new(const Model *model, size_t count)
{
    return (Numbers){count, arena_array(arena, count + 1, model->single ? sizeof(float) : sizeof(double)),
                     ARENA_ARRAY(arena, count + 1, double), ARENA_ARRAY(arena, count + 1, long double)};
}

static void numbers_set(const Model *model, Numbers *numbers, size_t i, long double value)
{
    if (model->single)
        ((float *)numbers->reals)[i] = (float)value;
    else
        ((double *)numbers->reals)[i] = (double)value;
    numbers->doubles[i] = model->single ? (double)(float)value : (double)value;
    numbers->longs[i] = (long double)numbers->doubles[i];
}

static Numbers numbers_random(const Model *model, size_t count, long double middle, long double radius)
{
    Numbers numbers = numbers_new(model, count);
    for (size_t i = 0; i < count; i++)
        numbers_set(model, &numbers, i, middle + radius * noise());
    return numbers;
}

/* What the solver wrote. */
static const long double *numbers_read(const Model *model, const Numbers *numbers)
{
    for (size_t i = 0; i < numbers->count; i++)
        numbers->longs[i] =
            model->single ? (long double)((float *)numbers->reals)[i] : (long double)((double *)numbers->reals)[i];
    return numbers->longs;
}

/* Workspace of exactly that many bytes, misaligned, between bytes that must stay as they are. */
enum { GUARD = 128, GUARD_BYTE = 0xa5 };
typedef struct {
    unsigned char *memory;
    size_t size, shift;
} Guarded;

static Guarded guarded_new(size_t size, size_t shift)
{
    Guarded guarded = {arena_alloc(arena, size + 2 * GUARD), size, shift};
    memset(guarded.memory, GUARD_BYTE, size + 2 * GUARD);
    return guarded;
}

static void *guarded_work(const Guarded *guarded)
{
    return guarded->memory + GUARD / 2 + guarded->shift;
}

static void assert_guarded(const Guarded *guarded)
{
    const unsigned char *work = guarded_work(guarded), *end = guarded->memory + guarded->size + 2 * GUARD;
    for (const unsigned char *at = guarded->memory; at < end; at++)
        cr_assert(*at == GUARD_BYTE || (at >= work && at < work + guarded->size), "written %td bytes off the workspace",
                  at < work ? at - work : at - work - (ptrdiff_t)guarded->size);
}

typedef struct {
    size_t n;
    Numbers x, target, params;
} Instance;

static Instance problem_of(const Model *model, size_t n)
{
    Instance problem = {n, numbers_random(model, n * model->inputs, 0, 1),
                        numbers_random(model, n * model->outputs, 0.5L, 0.5L),
                        numbers_random(model, model->parameters, 0, 0.8L)};
    const Tensor *dt = &model->tensors[model->step_tensor];
    for (size_t i = 0; i < dt->size; i++)
        numbers_set(model, &problem.params, dt->offset + i, 0.2L + 0.1L * noise());
    return problem;
}

/* Measured: 2e-14 and 9e-6 at most. */
static long double tolerance(const Model *model)
{
    return model->single ? 1e-4L : 1e-12L;
}

static void assert_tensors(const Model *model, const long double *expected, const long double *found)
{
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        long double largest = 0, difference = 0;
        for (size_t i = tensor->offset; i < tensor->offset + tensor->size; i++) {
            largest = fmaxl(largest, fabsl(expected[i]));
            difference = fmaxl(difference, fabsl(expected[i] - found[i]));
            cr_assert(isfinite(found[i]) && (tensor->learnt || found[i] == 0));
        }
        cr_assert_leq(difference, tolerance(model) * largest, "%s: %s is off by %Lg of %Lg", model->name, tensor->name,
                      difference, largest);
    }
}

static void assert_gradient(const Vendored *vendored, const Instance *problem, const Guarded *work)
{
    const Model *model = vendored->model;
    Numbers j = numbers_new(model, 1), again = numbers_new(model, 1), gradient = numbers_new(model, model->parameters);
    long double *expected = ARENA_ARRAY(arena, model->parameters, long double);
    long double objective =
        interpret_gradient(interpret_new(arena, vendored->program->network), problem->n, problem->x.doubles, NULL,
                           problem->target.doubles, problem->params.longs, expected);
    cr_assert_eq(vendored->gradient(problem->n, problem->x.reals, problem->target.reals, problem->params.reals, j.reals,
                                    gradient.reals, guarded_work(work)),
                 0);
    cr_assert_eq(vendored->objective(problem->n, problem->x.reals, problem->target.reals, problem->params.reals,
                                     again.reals, NULL, guarded_work(work)),
                 0);
    assert_tensors(model, expected, numbers_read(model, &gradient));
    long double found = *numbers_read(model, &j);
    cr_assert_leq(fabsl(found - objective), tolerance(model) * fabsl(objective), "%s: objective %Lg, not %Lg",
                  model->name, found, objective);
    cr_assert_leq(fabsl(*numbers_read(model, &again) - found), tolerance(model) * fabsl(found));
}

/* <J v, w> = <v, J^T w> through the vendored functions; v moves x and the learnt tensors. */
static void assert_transposed(const Vendored *vendored, const Instance *problem, const Guarded *work)
{
    const Model *model = vendored->model;
    size_t n = problem->n, inputs = n * model->inputs, outputs = n * model->outputs;
    Numbers x_dot = numbers_random(model, inputs, 0, 1), params_dot = numbers_random(model, model->parameters, 0, 1);
    Numbers bar = numbers_random(model, outputs, 0, 1), dot = numbers_new(model, outputs);
    Numbers x_bar = numbers_new(model, inputs), gradient = numbers_new(model, model->parameters);
    cr_assert_eq(vendored->pushforward(n, problem->x.reals, x_dot.reals, problem->params.reals, params_dot.reals,
                                       dot.reals, guarded_work(work)),
                 0);
    cr_assert_eq(vendored->pullback(n, problem->x.reals, problem->params.reals, bar.reals, x_bar.reals, gradient.reals,
                                    guarded_work(work)),
                 0);
    long double left = inner_product(numbers_read(model, &dot), bar.longs, outputs), scale = 0;
    long double right = inner_product(numbers_read(model, &x_bar), x_dot.longs, inputs) +
                        inner_product(numbers_read(model, &gradient), params_dot.longs, model->parameters);
    for (size_t i = 0; i < outputs; i++)
        scale += fabsl(dot.longs[i] * bar.longs[i]);
    cr_assert_leq(fabsl(left - right), tolerance(model) * scale, "%s: <Jv, w> = %Lg, <v, J^T w> = %Lg", model->name,
                  left, right);
}

/* The forward functions need the smaller workspace only, and agree to the bit. */
static void assert_forward(const Vendored *vendored, const Instance *problem, const Guarded *work)
{
    const Model *model = vendored->model;
    size_t outputs = problem->n * model->outputs;
    Numbers alone = numbers_new(model, outputs), beside = numbers_new(model, outputs), j = numbers_new(model, 1);
    cr_assert_eq(
        vendored->forward(problem->n, problem->x.reals, problem->params.reals, alone.reals, guarded_work(work)), 0);
    int (*objective)(size_t, const void *, const void *, const void *, void *, void *, void *) = vendored->objective;
    cr_assert_eq(objective(problem->n, problem->x.reals, problem->target.reals, problem->params.reals, j.reals,
                           beside.reals, guarded_work(work)),
                 0);
    cr_assert_leq(distance(numbers_read(model, &alone), numbers_read(model, &beside), outputs), tolerance(model));
}

static void assert_runs(const Vendored *vendored)
{
    static const size_t counts[] = {1, 63, 64, 65, 200}, shifts[] = {0, 1, 63};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        Instance problem = problem_of(vendored->model, counts[k]);
        Guarded work = guarded_new(vendored->program->blueprint->workspace_bytes, shifts[k % 3]);
        Guarded small = guarded_new(vendored->program->blueprint->forward_workspace_bytes, shifts[k % 3]);
        assert_gradient(vendored, &problem, &work);
        assert_transposed(vendored, &problem, &work);
        assert_forward(vendored, &problem, &small);
        assert_guarded(&work);
        assert_guarded(&small);
    }
}

Test(pack, vendored_solvers_agree_with_the_reference)
{
    for (size_t k = 0; k < VARIETY; k++) {
        Vendored vendored = vendor(variety[k], k % 2 ? "gcc -O3 -march=native" : "gcc -O2", FORM_BEST);
        assert_runs(&vendored);
        dlclose(vendored.library);
    }
}

Test(pack, so_do_codelets_wherever_they_can_be)
{
    for (size_t k = 0; k < VARIETY; k++) {
        Vendored vendored = vendor(variety[k], k % 2 ? "gcc -O1" : "gcc -O1 -march=native", FORM_CODELETS);
        assert_runs(&vendored);
        dlclose(vendored.library);
    }
}

/* Scalar code, without vector extensions. */
Test(pack, so_do_those_that_tcc_compiles)
{
    for (size_t k = 0; k < VARIETY && is_installed("tcc"); k++) {
        Vendored vendored = vendor(variety[k], "tcc", k % 2 ? FORM_BEST : FORM_CODELETS);
        assert_runs(&vendored);
        dlclose(vendored.library);
    }
}

Test(pack, missing_arrays_are_refused)
{
    Vendored vendored = vendor(variety[0], "gcc -O1", FORM_BEST);
    Instance problem = problem_of(vendored.model, 2);
    double out[64], j;
    Guarded work = guarded_new(vendored.program->blueprint->workspace_bytes, 0);
    const void *x = problem.x.reals, *c = problem.target.reals, *u = problem.params.reals;
    cr_assert_eq(vendored.forward(2, NULL, u, out, guarded_work(&work)), 1);
    cr_assert_eq(vendored.forward(2, x, u, out, NULL), 1);
    cr_assert_eq(vendored.gradient(2, x, NULL, u, &j, out, guarded_work(&work)), 1);
    cr_assert_eq(vendored.gradient(2, x, c, u, NULL, out, guarded_work(&work)), 1);
    cr_assert_eq(vendored.objective(2, x, c, NULL, &j, NULL, guarded_work(&work)), 1);
    cr_assert_eq(vendored.pullback(2, x, u, NULL, NULL, out, guarded_work(&work)), 1);
    cr_assert_eq(vendored.pushforward(2, x, x, u, NULL, out, guarded_work(&work)), 1);
}

/* The objective of no samples is 0, and so is its gradient. */
Test(pack, no_samples)
{
    Vendored vendored = vendor(variety[0], "gcc -O1", FORM_BEST);
    Instance problem = problem_of(vendored.model, 1);
    Guarded work = guarded_new(vendored.program->blueprint->workspace_bytes, 0);
    double j = 7, out[128] = {7};
    cr_assert_eq(vendored.gradient(0, NULL, NULL, problem.params.reals, &j, out, guarded_work(&work)), 0);
    cr_assert(j == 0 && out[0] == 0);
    j = 7;
    cr_assert_eq(vendored.objective(0, NULL, NULL, problem.params.reals, &j, NULL, guarded_work(&work)), 0);
    cr_assert_eq(j, 0);
    cr_assert_eq(vendored.forward(0, NULL, problem.params.reals, NULL, guarded_work(&work)), 0);
}

Test(pack, a_workspace_that_no_machine_has_is_refused)
{
    const char *path = fixture_text(
        "huge.lua",
        "return network { inputs = 4096, layers = 10000000, method = 'kutta4', controls = {},\n"
        "  field = function(y) return sin(y) end, head = { outputs = 1, link = 'identity' }, loss = 'squared' }");
    cr_assert_null(gen_program(arena, diagnostics, path, "specs"));
    const char *message =
        "huge.lua:1: a gradient would need 78125 GiB of workspace; at most 64 are supported: fewer layers or "
        "channels, or checkpoints, will do\n";
    cr_assert_eq(strncmp(fixture_messages(), message, strlen(message)), 0, "%s", fixture_messages());
}

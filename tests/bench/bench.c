/* bench: how fast costate is, beside its rivals and the machine's floor. `bench PART [full]` prints one part (see the
 * list at the end) and adds its rows to out/bench/bench.csv. See `make bench`. */
#include "cluster.h"
#include "library.h"
#include "rates.h"
#include "rival.h"
#include "sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "out/bench"

enum { REPEATS = 30, MOST_CONTESTANTS = 16, FLOOR_WIDTH = 64, NETWORKS = 2, LIBRARIES = 2 };

typedef struct {
    Arena *arena;
    FILE *csv;
    bool full;
    Rival *rival;                  /* PyTorch */
    Rival *networks[NETWORKS];     /* JAX, CasADi */
    Library *libraries[LIBRARIES]; /* Eigen, PETSc */
} Bench;

static void row(Bench *bench, const char *part, const char *workload, const char *what, const char *contestant,
                double median, double minimum)
{
    fprintf(bench->csv, "%s,%s,%s,%s,%.9g,%.9g\n", part, workload, what, contestant, median, minimum);
}

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* ---- the table ---- */

typedef struct {
    Contestant entries[MOST_CONTESTANTS];
    size_t count;
} Line;

/* What the floor is made of; costate; from RIVALS on the others. */
enum { BLAS, PRODUCT, TANH, JIT, NATIVE, VENDORED, RIVALS };

static const char *const networks[NETWORKS] = {"jax", "casadi"};
static const struct {
    const char *name, *packages;
} libraries[LIBRARIES] = {{"eigen", "libeigen3-dev, g++"}, {"petsc", "libpetsc-real-dev"}};

static void start_networks(Bench *bench)
{
    for (size_t k = 0; k < NETWORKS; k++)
        bench->networks[k] = rival_network(bench->arena, networks[k]);
}

static void enter(Line *line, const char *name, double (*run)(void *), void *context)
{
    line->entries[line->count++] = (Contestant){name, run, context, 0, 0};
}

/* Seconds that the machine needs at least: products at the rate of OpenBLAS or of our kernel at its best width, which
 * is faster where OpenBLAS does not know the processor; activations at that of the vector tanh. */
static double floor_of(const Workload *workload, bool gradient, const Contestant *parts)
{
    Work work = workload_work(workload, gradient);
    double blas = 2.0 * RATES_BLAS * RATES_BLAS * RATES_BLAS / parts[BLAS].minimum;
    double product = rates_flops(FLOOR_WIDTH) / parts[PRODUCT].minimum;
    double rate = blas > product ? blas : product;
    if (workload->problem.single)
        rate *= 2; /* the lanes of a vector */
    return work.flops / rate + work.activations * parts[TANH].minimum / RATES_ELEMENTS;
}

static void print_heading(const char *what, const Line *line)
{
    printf("\n%s, ms, minima (medians are in bench.csv)\n%-10s", what, "");
    for (size_t i = JIT; i < line->count; i++)
        printf(" %11s", line->entries[i].name);
    printf(" %9s %9s %11s %9s %9s\n", "floor", "reached", "best rival", "cc/v", "libtcc/v");
}

static double ratio(const Contestant *a, const Contestant *b)
{
    return a->run && b->run ? a->minimum / b->minimum : NAN;
}

static void print_number(double value, int width, int digits)
{
    if (isnan(value))
        printf(" %*s", width, "-");
    else
        printf(" %*.*f", width, digits, value);
}

static const Contestant *best_rival(const Line *line)
{
    const Contestant *best = NULL;
    for (size_t i = RIVALS; i < line->count; i++)
        if (line->entries[i].run && (!best || line->entries[i].minimum < best->minimum))
            best = &line->entries[i];
    return best;
}

static void print_line(Bench *bench, const Workload *workload, bool gradient, const Line *line)
{
    const Contestant *c = line->entries, *best = best_rival(line);
    double least = floor_of(workload, gradient, c);
    const char *name = workload->problem.name, *what = gradient ? "gradient" : "forward";
    printf("%-10s", name);
    for (size_t i = JIT; i < line->count; i++)
        print_number(c[i].run ? 1e3 * c[i].minimum : NAN, 11, 3);
    printf(" %9.3f %9.2f", 1e3 * least, least / c[VENDORED].minimum);
    print_number(best ? ratio(best, &c[VENDORED]) : NAN, 11, 2);
    print_number(ratio(&c[NATIVE], &c[VENDORED]), 9, 2);
    print_number(ratio(&c[JIT], &c[VENDORED]), 9, 2);
    printf("  %s", best ? best->name : "");
    for (size_t k = 0; gradient && k < LIBRARIES; k++)
        if (bench->libraries[k] && library_takes(workload))
            printf("; %s: %s", libraries[k].name, library_way(bench->libraries[k]));
    printf("\n");
    fflush(stdout);
    for (size_t i = JIT; i < line->count; i++)
        if (c[i].run)
            row(bench, "table", name, what, c[i].name, c[i].median, c[i].minimum);
    row(bench, "table", name, what, "floor", least, least);
}

static Rates *rates_of(Bench *bench, size_t width, bool single)
{
    const KernelSet *kernels = kernels_select(single, diagnostics_new(bench->arena));
    require(kernels != NULL, "no kernels for this processor");
    Rates *rates = rates_new(bench->arena, width, kernels);
    require(rates->dgemm != NULL, "no OpenBLAS to measure the floor with (Debian: libopenblas0)");
    return rates;
}

/* Every contestant; what is not here, or does not take the workload, has no run. */
static void enter_all(Bench *bench, Line *line, Workload *workload, bool gradient)
{
    Rates *rates = rates_of(bench, FLOOR_WIDTH, workload->problem.single);
    Rates *products = rates_of(bench, FLOOR_WIDTH, false);
    const bool torch = bench->rival, linked = gradient && library_takes(workload);
    enter(line, "blas", rates_blas, rates);
    enter(line, "product", rates_affine, products);
    enter(line, "tanh", rates_tanh, rates);
    enter(line, "libtcc", gradient ? workload_gradient : workload_forward, workload);
    enter(line, "costate cc", gradient ? workload_native_gradient : workload_native_forward, workload);
    enter(line, "vendored", gradient ? workload_vendored_gradient : workload_vendored_forward, workload);
    enter(line, "eager", !torch ? NULL : gradient ? rival_eager_gradient : rival_eager_forward, bench->rival);
    enter(line, "script", !torch ? NULL : gradient ? rival_script_gradient : rival_script_forward, bench->rival);
    for (size_t k = 0; k < NETWORKS; k++) {
        const bool takes = bench->networks[k] && rival_takes(bench->networks[k], workload, false);
        enter(line, networks[k], !takes ? NULL : gradient ? rival_gradient : rival_forward, bench->networks[k]);
    }
    for (size_t k = 0; k < LIBRARIES; k++)
        enter(line, libraries[k].name, linked && bench->libraries[k] ? library_gradient : NULL, bench->libraries[k]);
}

/* Hands the workload to everybody, who must compute what costate does. */
static void load_all(Bench *bench, Workload *workload)
{
    workload_gradient(workload);
    if (bench->rival)
        require(rival_load(bench->rival, workload, FOLDER), "PyTorch computes another objective");
    for (size_t k = 0; k < NETWORKS; k++)
        if (bench->networks[k] && rival_takes(bench->networks[k], workload, false))
            require(rival_load_gradient(bench->networks[k], workload, FOLDER),
                    text_print(bench->arena, "%s computes another gradient", networks[k]));
    for (size_t k = 0; k < LIBRARIES; k++)
        if (bench->libraries[k] && library_takes(workload))
            require(library_load(bench->libraries[k], workload),
                    text_print(bench->arena, "%s computes another gradient", libraries[k].name));
}

static void table(Bench *bench)
{
    static const Task problems[] = {
        {"kutta4_2", "kutta4", 2, 15, 1024, false},     {"kutta4_4", "kutta4", 4, 15, 1024, false},
        {"kutta4_8", "kutta4", 8, 15, 1024, false},     {"kutta4_16", "kutta4", 16, 15, 1024, false},
        {"kutta4_32", "kutta4", 32, 15, 1024, false},   {"kutta4_64", "kutta4", 64, 15, 1024, false},
        {"euler_2", "euler", 2, 20, 512, false},        {"dopri5_8", "dopri5", 8, 15, 1024, false},
        {"float_2", "kutta4", 2, 15, 1024, true},       {"float_8", "kutta4", 8, 15, 1024, true},
        {"float_32", "kutta4", 32, 15, 1024, true},     {"kutta4_128", "kutta4", 128, 15, 1024, false},
        {"kutta4_256", "kutta4", 256, 15, 1024, false},
    };
    size_t count = sizeof problems / sizeof *problems - (bench->full ? 0 : 2);
    bench->rival = rival_start(bench->arena);
    start_networks(bench);
    for (size_t k = 0; k < LIBRARIES; k++)
        bench->libraries[k] = library_open(bench->arena, libraries[k].name, libraries[k].packages);
    Workload *workloads[sizeof problems / sizeof *problems];
    Pool *pool = pool_new(bench->arena, 1);
    for (size_t i = 0; i < count; i++) {
        workloads[i] = workload_new(bench->arena, &problems[i], FOLDER, pool, true);
        require(workloads[i] && workloads[i]->vendored_gradient, problems[i].name);
    }
    for (int gradient = 1; gradient >= 0; gradient--)
        for (size_t i = 0; i < count; i++) {
            Line line = {.count = 0};
            load_all(bench, workloads[i]);
            enter_all(bench, &line, workloads[i], gradient);
            if (i == 0)
                print_heading(gradient ? "full-batch gradient, one thread" : "forward pass, one thread", &line);
            measure(bench->arena, line.entries, line.count, REPEATS);
            print_line(bench, workloads[i], gradient, &line);
        }
}

/* ---- kernels ---- */

static void kernels(Bench *bench)
{
    static const size_t widths[] = {2, 4, 8, 16, 32, 64, 128, 256};
    printf("\nrates in GF/s on blocks of %d samples, double\n%-6s %9s %9s %11s %9s %12s\n", LARGEST_BLOCK, "width",
           "affine", "outer", "transposed", "OpenBLAS", "tanh, ns");
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        size_t d = widths[i];
        Rates *rates = rates_of(bench, d, false);
        Line line = {.count = 0};
        enter(&line, "affine", rates_affine, rates);
        enter(&line, "outer", rates_outer, rates);
        enter(&line, "transposed", rates_transposed, rates);
        enter(&line, "openblas", rates_blas_block, rates);
        enter(&line, "tanh", rates_tanh, rates);
        measure(bench->arena, line.entries, line.count, REPEATS);
        printf("%-6zu", d);
        for (size_t c = 0; c < 4; c++)
            printf(c == 2 ? " %11.1f" : " %9.1f", 1e-9 * rates_flops(d) / line.entries[c].minimum);
        printf(" %12.3f\n", 1e9 * line.entries[4].minimum / RATES_ELEMENTS);
        for (size_t c = 0; c < line.count; c++)
            row(bench, "kernels", text_print(bench->arena, "%zu", d), "seconds", line.entries[c].name,
                line.entries[c].median, line.entries[c].minimum);
    }
}

/* ---- cost over samples and layers ---- */

static void scaling(Bench *bench)
{
    Pool *pool = pool_new(bench->arena, 1);
    printf("\ncost over samples: kutta4, d = 2, 15 layers, one thread\n%10s %16s\n", "samples", "ns a sample");
    for (size_t n = 1000; n <= (bench->full ? 10000000u : 1000000u); n *= 10) {
        Task problem = {text_print(bench->arena, "samples_%zu", n), "kutta4", 2, 15, n, false};
        Workload *workload = workload_new(bench->arena, &problem, FOLDER, pool, false);
        require(workload != NULL, problem.name);
        Contestant one = {"libtcc", workload_gradient, workload, 0, 0};
        measure(bench->arena, &one, 1, n > 100000 ? 5 : REPEATS);
        printf("%10zu %16.1f\n", n, 1e9 * one.minimum / (double)n);
        row(bench, "samples", problem.name, "gradient", one.name, one.median, one.minimum);
    }
    printf("\ncost over layers: kutta4, d = 2, 1024 samples, one thread\n%10s %24s\n", "layers",
           "ns a sample and layer");
    for (size_t layers = 5; layers <= 1280; layers *= 4) {
        Task problem = {text_print(bench->arena, "layers_%zu", layers), "kutta4", 2, layers, 1024, false};
        Workload *workload = workload_new(bench->arena, &problem, FOLDER, pool, false);
        require(workload != NULL, problem.name);
        Contestant one = {"libtcc", workload_gradient, workload, 0, 0};
        measure(bench->arena, &one, 1, REPEATS);
        printf("%10zu %24.2f\n", layers, 1e9 * one.minimum / (1024.0 * (double)layers));
        row(bench, "layers", problem.name, "gradient", one.name, one.median, one.minimum);
    }
}

/* ---- threads ---- */

static void threads(Bench *bench)
{
    static const Task problems[] = {{"threads_2", "kutta4", 2, 15, 4096, false},
                                    {"threads_8", "kutta4", 8, 15, 4096, false},
                                    {"threads_32", "kutta4", 32, 15, 4096, false}};
    printf("\nthreads: kutta4, 15 layers, 4096 samples\n%-12s %10s %10s %9s\n", "", "1, ms", "2, ms", "ratio");
    Pool *pools[2] = {pool_new(bench->arena, 1), pool_new(bench->arena, 2)};
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        Line line = {.count = 0};
        for (size_t t = 0; t < 2; t++) {
            Workload *workload = workload_new(bench->arena, &problems[i], FOLDER, pools[t], false);
            require(workload != NULL, problems[i].name);
            enter(&line, t ? "2 threads" : "1 thread", workload_gradient, workload);
        }
        measure(bench->arena, line.entries, line.count, REPEATS);
        const Contestant *c = line.entries;
        printf("%-12s %10.3f %10.3f %9.2f\n", problems[i].name, 1e3 * c[0].median, 1e3 * c[1].median,
               c[0].median / c[1].median);
        for (size_t t = 0; t < 2; t++)
            row(bench, "threads", problems[i].name, "gradient", c[t].name, c[t].median, c[t].minimum);
    }
}

/* ---- memory ---- */

/* A gradient in a process of its own: its peak memory, less what it is given and gives. */
static void peak_of(Bench *bench, const Task *problem, const char *keys)
{
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        Workload *workload = workload_with(bench->arena, problem, keys, FOLDER, pool_new(bench->arena, 1));
        require(workload != NULL, problem->name);
        workload_gradient(workload);
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        size_t samples = problem->samples * (problem->width + 1); /* x and target */
        double data = (double)((samples + 2 * workload->program->description.model->parameters) * sizeof(double));
        double peak = (double)usage.ru_maxrss / 1024, rest = peak - data / 1048576;
        printf("%-12s %10zu %10zu %10.1f %10.1f %10.1f   %s\n", problem->name, problem->samples, problem->layers, peak,
               data / 1048576, rest, keys);
        row(bench, "memory", problem->name, "MiB beyond data, parameters and gradient", "libtcc", rest, rest);
        fflush(NULL);
        _exit(0);
    }
    int status = 1;
    waitpid(process, &status, 0);
    require(status == 0, problem->name);
}

static void memory(Bench *bench)
{
    static const Task many = {"many", "kutta4", 2, 15, 1000000, false};
    static const Task far[] = {{"far", "euler", 4, 100000, 64, false},
                               {"far_again", "euler", 4, 100000, 64, false},
                               {"far_sparse", "euler", 4, 100000, 64, false}};
    printf(
        "\npeak memory of a gradient in MiB; data: samples, parameters and gradient\n%-12s %10s %10s %10s %10s %10s\n",
        "", "samples", "layers", "peak", "data", "the rest");
    peak_of(bench, &many, "");
    peak_of(bench, &far[0], "");
    peak_of(bench, &far[1], "recompute = true,");
    peak_of(bench, &far[2], "checkpoints = 100,");
}

/* ---- process start to first gradient ---- */

/* context is a shell's command. */
static double start_process(void *context)
{
    require(system(context) == 0, context);
    return -1;
}

static void start(Bench *bench)
{
    enum { ROUNDS = 5 }; /* others take their time */
    static char command[] =
        "out/bin/costate gradient specs/spiral.lua -o " FOLDER "/gradient.safetensors >" FOLDER "/log";
    Contestant process = {"costate gradient", start_process, command, 0, 0};
    Task problem = {"start", "kutta4", 2, 15, 1000, false};
    measure(bench->arena, &process, 1, REPEATS);
    Workload *workload = workload_new(bench->arena, &problem, FOLDER, pool_new(bench->arena, 1), false);
    require(workload != NULL, problem.name);
    printf("\nprocess start to exit of costate gradient, d = 2: %.1f ms (minimum %.1f)\n"
           "of which spec and derivation %.1f ms, libtcc %.1f ms\n",
           1e3 * process.median, 1e3 * process.minimum, 1e3 * workload->seconds_generate,
           1e3 * workload->seconds_compile);
    row(bench, "start", "spiral", "process", process.name, process.median, process.minimum);
    Line line = {.count = 0};
    start_networks(bench);
    bench->rival = rival_start(bench->arena);
    Rival *const rivals[] = {bench->networks[0], bench->networks[1], bench->rival};
    const char *const names[] = {networks[0], networks[1], "eager"};
    for (size_t k = 0; k < sizeof rivals / sizeof *rivals; k++)
        if (rivals[k])
            enter(&line, names[k], start_process, (void *)(uintptr_t)rival_first(rivals[k]));
    measure(bench->arena, line.entries, line.count, ROUNDS);
    for (size_t k = 0; k < line.count; k++) {
        const Contestant *c = &line.entries[k];
        printf("process start to the first gradient of %s: %.1f ms (minimum %.1f), %.0f times\n", c->name,
               1e3 * c->median, 1e3 * c->minimum, c->median / process.median);
        row(bench, "start", "spiral", "process", c->name, c->median, c->minimum);
    }
}

/* ---- the paper's iterations ---- */

/* TorchScript must have walked the same way. */
static void compare_iterations(Bench *bench, Workload *workload)
{
    enum { ROUNDS = 3 };
    const char *name = workload->problem.name;
    Line line = {.count = 0};
    workload_gradient(workload);
    enter(&line, "libtcc", workload_train, workload);
    if (bench->rival) {
        require(rival_load(bench->rival, workload, FOLDER), "PyTorch computes another objective");
        enter(&line, "script", rival_script_train, bench->rival);
    }
    measure(bench->arena, line.entries, line.count, ROUNDS);
    require(!bench->rival || fabs(rival_trained(bench->rival) / workload->objective - 1) < 1e-6,
            "PyTorch trains to another objective");
    printf("%-16s", name);
    for (size_t i = 0; i < line.count; i++) {
        printf(" %12.3f", 1e3 * line.entries[i].median / WORKLOAD_ITERATIONS);
        row(bench, "paper", name, "iteration", line.entries[i].name, line.entries[i].median / WORKLOAD_ITERATIONS,
            line.entries[i].minimum / WORKLOAD_ITERATIONS);
    }
    if (bench->rival)
        printf(" %9.1f", line.entries[1].median / line.entries[0].median);
    printf("\n");
}

static void paper(Bench *bench)
{
    static const char *const experiments[][2] = {{"spiral2d_rk1", "euler"}, {"spiral2d_rk4", "kutta4"}};
    Pool *pool = pool_new(bench->arena, 1);
    bench->rival = rival_start(bench->arena);
    printf("\nthe paper's iterations, the first %d, one thread, ms an iteration\n%-16s %12s %12s %9s\n",
           WORKLOAD_ITERATIONS, "", "libtcc", "TorchScript", "ratio");
    for (size_t i = 0; i < sizeof experiments / sizeof *experiments; i++) {
        Workload *workload = workload_paper(bench->arena, experiments[i][0], experiments[i][1], pool);
        require(workload != NULL, experiments[i][0]);
        compare_iterations(bench, workload);
    }
}

/* ---- the cost model ---- */

/* What the generator chose beside either form everywhere: where the model errs, the last column is above 1. */
static void compare_forms(Bench *bench, const char *method, size_t width, Pool *pool)
{
    static const struct {
        Form form;
        const char *name;
    } forms[] = {{FORM_BEST, "chosen"}, {FORM_LOOPS, "loops"}, {FORM_CODELETS, "codelets"}};
    Line line = {.count = 0};
    for (size_t f = 0; f < 3; f++) {
        const char *name = text_print(bench->arena, "%s_%zu_%s", method, width, forms[f].name);
        const Task problem = {name, method, width, 15, 1024, false};
        Workload *workload = workload_in(bench->arena, &problem, forms[f].form, FOLDER, pool);
        require(workload && workload->vendored_gradient, name);
        enter(&line, forms[f].name, workload_vendored_gradient, workload);
    }
    measure(bench->arena, line.entries, line.count, REPEATS);
    const Contestant *c = line.entries;
    printf("%-16s %6zu %10.4f %10.4f %10.4f %12.2f\n", method, width, 1e3 * c[0].minimum, 1e3 * c[1].minimum,
           1e3 * c[2].minimum, c[0].minimum / (c[1].minimum < c[2].minimum ? c[1].minimum : c[2].minimum));
    for (size_t i = 0; i < line.count; i++)
        row(bench, "forms", text_print(bench->arena, "%s_%zu", method, width), "gradient", c[i].name, c[i].median,
            c[i].minimum);
}

static void forms(Bench *bench)
{
    static const char *const methods[] = {"euler", "kutta4"};
    static const size_t widths[] = {1, 2, 3, 4, 6, 8};
    Pool *pool = pool_new(bench->arena, 1);
    printf("\nforms of a vendored gradient, ms (minimum)\n%-16s %6s %10s %10s %10s %12s\n", "", "width", "chosen",
           "loops", "codelets", "chosen/best");
    for (size_t m = 0; m < 2; m++)
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            compare_forms(bench, methods[m], widths[w], pool);
}

/* ---- second order ---- */

/* A run takes a millisecond or so, and there are many, so that some are not interrupted by what else a machine does. */
static void second(Bench *bench)
{
    enum { ROUNDS = 20 * REPEATS };
    static const size_t widths[] = {2, 4, 8, 16, 32}, samples[] = {256, 256, 256, 128, 64};
    Pool *pool = pool_new(bench->arena, 1);
    bench->rival = rival_start(bench->arena);
    start_networks(bench);
    printf(
        "\na product of the Hessian beside a gradient, vendored: kutta4, 15 layers, 256 to 64 samples, ms, minima; a "
        "product in gradients; rivals' products\n%-6s %10s %10s %10s %10s %10s %10s\n",
        "width", "gradient", "product", "gradients", networks[0], networks[1], "eager");
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        const Task problem = {
            text_print(bench->arena, "second_%zu", widths[w]), "kutta4", widths[w], 15, samples[w], false};
        Workload *workload = workload_second(bench->arena, &problem, FOLDER, pool);
        require(workload && workload->vendored_hessian, problem.name);
        workload_gradient(workload);
        workload_vendored_hessian(workload);
        require(!bench->rival || rival_load(bench->rival, workload, FOLDER), "PyTorch computes another objective");
        Line line = {.count = 0}, others = {.count = 0};
        enter(&line, "gradient", workload_vendored_gradient, workload);
        enter(&line, "product", workload_vendored_hessian, workload);
        for (size_t k = 0; k < NETWORKS; k++) {
            Rival *rival = bench->networks[k];
            if (rival && !rival_takes(rival, workload, true))
                rival = NULL;
            require(!rival || rival_load_product(rival, workload, FOLDER), "a rival computes another product");
            enter(&others, networks[k], rival ? rival_product : NULL, rival);
        }
        enter(&others, "eager", bench->rival ? rival_product : NULL, bench->rival);
        measure(bench->arena, line.entries, line.count, ROUNDS);
        measure(bench->arena, others.entries, others.count, REPEATS);
        printf("%-6zu", widths[w]);
        for (size_t c = 0; c < line.count; c++) {
            print_number(1e3 * line.entries[c].minimum, 10, 3);
            row(bench, "second", problem.name, line.entries[c].name, "vendored", line.entries[c].median,
                line.entries[c].minimum);
        }
        print_number(ratio(&line.entries[1], &line.entries[0]), 10, 2);
        for (size_t c = 0; c < others.count; c++) {
            print_number(others.entries[c].run ? 1e3 * others.entries[c].minimum : NAN, 10, 3);
            if (others.entries[c].run)
                row(bench, "second", problem.name, "product", others.entries[c].name, others.entries[c].median,
                    others.entries[c].minimum);
        }
        printf("\n");
    }
}

/* ---- standard errors ---- */

enum { NOISY_SETS = 200, RATES = 4 };

/* How many of the 95 % intervals of noisy sets hold the rate that made them. */
static void coverage(Bench *bench)
{
    static const double truth[RATES] = {1.1, 0.4, 0.1, 0.4}, quantile = 1.96, bounds[2] = {0.90, 0.99};
    Workload *workload = workload_noisy(bench->arena, truth, FOLDER, pool_new(bench->arena, 1));
    require(workload != NULL, "noisy sets");
    size_t held[RATES] = {0}, all = 0, within = 0;
    double banded = 0;
    for (size_t set = 0; set < NOISY_SETS; set++) {
        double estimates[RATES], errors[RATES], bands;
        require(workload_estimate(workload, set, estimates, errors, &bands), "a set has no standard errors");
        banded += bands / NOISY_SETS;
        for (size_t k = 0; k < RATES; k++) {
            held[k] += fabs(estimates[k] - truth[k]) <= quantile * errors[k];
            within += fabs(estimates[k] - truth[k]) <= 3 * errors[k];
        }
    }
    printf("\n95 %% intervals of %d noisy sets that hold the rate: lotka_volterra, gaussnewton\n", NOISY_SETS);
    for (size_t k = 0; k < RATES; k++) {
        printf("rate[%zu] %8.1f %%\n", k + 1, 100.0 * (double)held[k] / NOISY_SETS);
        all += held[k];
    }
    double share = (double)all / (RATES * NOISY_SETS);
    printf("all     %8.1f %%, within three standard errors %.1f %%\n", 100 * share,
           100.0 * (double)within / (RATES * NOISY_SETS));
    printf("bands   %8.1f %% of the predictions\n", 100 * banded);
    row(bench, "coverage", "lotka_volterra", "share", "gaussnewton", share, share);
    row(bench, "coverage", "lotka_volterra", "bands", "gaussnewton", banded, banded);
    require(bounds[0] <= share && share <= bounds[1], "the intervals hold too few, or too many");
    require(bounds[0] <= banded && banded <= bounds[1], "the bands hold too few, or too many");
}

/* ---- the parameters of an ODE ---- */

/* Additions and multiplications of a layer and sample, 52 forward and 96 back. */
enum { TRAJECTORIES = 1000, TRAJECTORY_LAYERS = 100, TRAJECTORY_WORK = 148 };

/* Floors: that work at the rate of the fastest of our kernels of this width. */
typedef struct {
    const char *name;
    size_t width, first; /* of three contestants */
} Floor;

static void enter_floor(Bench *bench, Line *line, Floor *floor)
{
    Rates *rates = rates_of(bench, floor->width, false);
    floor->first = line->count;
    enter(line, "affine", rates_affine, rates);
    enter(line, "outer", rates_outer, rates);
    enter(line, "transposed", rates_transposed, rates);
}

static double floor_seconds(const Floor *floor, const Line *line, double flops)
{
    double least = INFINITY;
    for (size_t i = floor->first; i < floor->first + 3; i++)
        least = fmin(least, line->entries[i].minimum);
    return flops * least / rates_flops(floor->width);
}

static void trajectories(Bench *bench)
{
    const double flops = (double)TRAJECTORIES * TRAJECTORY_LAYERS * TRAJECTORY_WORK;
    Floor floors[] = {{"floor, width 2", 2, 0}, {"floor, width 64", FLOOR_WIDTH, 0}};
    Workload *workload =
        workload_trajectories(bench->arena, TRAJECTORIES, TRAJECTORY_LAYERS, FOLDER, pool_new(bench->arena, 1));
    require(workload && workload->vendored_gradient, "the trajectories' problem");
    Line line = {.count = 0};
    enter_floor(bench, &line, &floors[0]);
    enter_floor(bench, &line, &floors[1]);
    size_t first = line.count;
    enter(&line, "vendored", workload_vendored_gradient, workload);
    enter(&line, "costate cc", workload_native_gradient, workload);
    enter(&line, "libtcc", workload_gradient, workload);
    workload_gradient(workload);
    static const char *const peers[] = {"jax", "casadi", "torch"};
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        Rival *peer = rival_peer(bench->arena, peers[i]);
        require(!peer || rival_load_trajectories(peer, workload, FOLDER), "a peer computes another gradient");
        if (peer)
            enter(&line, peers[i], rival_gradient, peer);
    }
    measure(bench->arena, line.entries, line.count, REPEATS);
    double least[2];
    printf("\ngradient of %d trajectories of Lotka and Volterra, %d layers of Kutta(4), one thread\n"
           "%-18s %11s %11s %9s %11s %11s\n",
           TRAJECTORIES, TRAJECTORY_LAYERS, "", "median, ms", "minimum", "GF/s", "of floor 2", "of floor 64");
    for (size_t f = 0; f < 2; f++) {
        least[f] = floor_seconds(&floors[f], &line, flops);
        printf("%-18s %11s %11.3f %9.1f\n", floors[f].name, "", 1e3 * least[f], 1e-9 * flops / least[f]);
        row(bench, "trajectories", workload->problem.name, "gradient", floors[f].name, least[f], least[f]);
    }
    for (size_t i = first; i < line.count; i++) {
        const Contestant *c = &line.entries[i];
        printf("%-18s %11.3f %11.3f %9.1f %11.2f %11.2f\n", c->name, 1e3 * c->median, 1e3 * c->minimum,
               1e-9 * flops / c->minimum, c->minimum / least[0], c->minimum / least[1]);
        row(bench, "trajectories", workload->problem.name, "gradient", c->name, c->median, c->minimum);
    }
}

/* ---- implicit and partitioned methods ---- */

/* Gauss's method of order 4 beside those who have a Newton's method, too. */
static void implicit(Bench *bench)
{
    enum { ROUNDS = 8 }; /* peers take their time */
    static const Task problems[] = {{"gauss4_2", "gauss4", 2, 15, 1024, false},
                                    {"gauss4_4", "gauss4", 4, 15, 1024, false},
                                    {"gauss4_8", "gauss4", 8, 15, 1024, false},
                                    {"gauss4_16", "gauss4", 16, 15, 1024, false}};
    Pool *pool = pool_new(bench->arena, 1);
    printf(
        "\ngradient of gauss4, 15 layers, 1024 samples, one thread, ms (minimum); ratios to vendored\n%-12s %10s %10s "
        "%10s %10s %10s %10s\n",
        "", "vendored", "libtcc", networks[0], networks[1], "ratio", "ratio");
    start_networks(bench);
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        Workload *workload = workload_new(bench->arena, &problems[i], FOLDER, pool, true);
        require(workload && workload->vendored_gradient, problems[i].name);
        load_all(bench, workload);
        Line line = {.count = 0};
        enter(&line, "vendored", workload_vendored_gradient, workload);
        enter(&line, "libtcc", workload_gradient, workload);
        for (size_t k = 0; k < NETWORKS; k++)
            if (bench->networks[k])
                enter(&line, networks[k], rival_gradient, bench->networks[k]);
        measure(bench->arena, line.entries, line.count, ROUNDS);
        printf("%-12s", problems[i].name);
        for (size_t c = 0; c < line.count; c++) {
            printf(" %10.3f", 1e3 * line.entries[c].minimum);
            row(bench, "implicit", problems[i].name, "gradient", line.entries[c].name, line.entries[c].median,
                line.entries[c].minimum);
        }
        for (size_t c = 2; c < line.count; c++)
            printf(" %10.1f", line.entries[c].minimum / line.entries[0].minimum);
        printf("\n");
        fflush(stdout);
    }
}

/* Shares of their floors of a pair and of Kutta's method of order 4, in turns. */
static void pairs(Bench *bench)
{
    static const size_t widths[] = {4, 8, 16, 32};
    static const char *const methods[] = {"verlet", "kutta4"};
    Pool *pool = pool_new(bench->arena, 1);
    Rates *rates = rates_of(bench, FLOOR_WIDTH, false);
    printf("\nshare of the floor's speed, gradient, 15 layers, 1024 samples, one thread\n%-6s %10s %10s\n", "width",
           methods[0], methods[1]);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        Line line = {.count = 0};
        Workload *workloads[2];
        enter(&line, "blas", rates_blas, rates);
        enter(&line, "product", rates_affine, rates);
        enter(&line, "tanh", rates_tanh, rates);
        for (size_t m = 0; m < 2; m++) {
            const Task problem = {
                text_print(bench->arena, "%s_%zu", methods[m], widths[w]), methods[m], widths[w], 15, 1024, false};
            workloads[m] = workload_new(bench->arena, &problem, FOLDER, pool, true);
            require(workloads[m] && workloads[m]->vendored_gradient, problem.name);
            enter(&line, methods[m], workload_vendored_gradient, workloads[m]);
        }
        measure(bench->arena, line.entries, line.count, REPEATS);
        printf("%-6zu", widths[w]);
        for (size_t m = 0; m < 2; m++) {
            const Contestant *c = &line.entries[3 + m];
            const double least = floor_of(workloads[m], true, line.entries);
            printf(" %10.2f", least / c->minimum);
            row(bench, "pairs", workloads[m]->problem.name, "gradient", "vendored", c->median, c->minimum);
            row(bench, "pairs", workloads[m]->problem.name, "gradient", "floor", least, least);
        }
        printf("\n");
    }
}

/* ---- one sample ---- */

static void sample(Bench *bench)
{
    require(sample_latency(bench->arena, FOLDER, bench->csv), "one sample");
}

/* ---- many machines ---- */

static void ranks(Bench *bench)
{
    require(cluster_ranks(bench->arena, FOLDER, bench->csv), "mpirun failed; MPIRUN says how it is called");
}

static void rows(Bench *bench)
{
    require(cluster_rows(bench->arena, FOLDER, bench->csv), "rows");
}

/* ---- which ---- */

typedef struct {
    const char *name;
    void (*run)(Bench *bench);
} Part;

static const Part parts[] = {{"table", table},       {"kernels", kernels},   {"scaling", scaling},
                             {"threads", threads},   {"memory", memory},     {"start", start},
                             {"paper", paper},       {"forms", forms},       {"trajectories", trajectories},
                             {"second", second},     {"coverage", coverage}, {"sample", sample},
                             {"implicit", implicit}, {"pairs", pairs},       {"ranks", ranks},
                             {"rows", rows}};

/* The second tier compiles into FOLDER/costate, not into the user's cache. */
static void use_own_cache(Arena *arena)
{
    char here[4096];
    require(getcwd(here, sizeof here) != NULL, "no working directory");
    setenv("XDG_CACHE_HOME", text_print(arena, "%s/" FOLDER, here), true);
}

static _Noreturn void print_usage(void)
{
    fputs("usage: bench PART [full], where " FOLDER " is; PART is", stderr);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        fprintf(stderr, " %s", parts[i].name);
    fputs("\n", stderr);
    exit(1);
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    if (!arena || setjmp(*arena_recovery(arena)))
        require(false, "out of memory");
    Bench bench = {.arena = arena, .full = argc > 2 && !strcmp(argv[2], "full")};
    bench.csv = fopen(FOLDER "/bench.csv", "a");
    if (argc < 2 || !bench.csv)
        print_usage();
    use_own_cache(arena);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strcmp(argv[1], parts[i].name))
            parts[i].run(&bench);
    fclose(bench.csv);
    arena_free(arena);
    return 0;
}

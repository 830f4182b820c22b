#define _DEFAULT_SOURCE /* wait4 */
#include "cluster.h"
#include "workload.h"

#include "gen/base/text.h"
#include "runtime/number/tree.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 5, SAMPLES = 1000000, MEASURED = 65536 };

/* ---- ranks ---- */

static const char spec[] =
    "return network {\n"
    "  name = \"ranks\", inputs = 2, width = 2, layers = 15, step = 0.1, method = \"kutta4\", activation = \"tanh\",\n"
    "  head = { outputs = 1, link = \"sigmoid\" }, loss = \"squared\",\n"
    "  data = { \"spiral2d\", samples = 1000000 }, train = { algorithm = \"lbfgs\", iterations = 4 },\n"
    "}\n";

/* Seconds of the training that the report in that folder is of; a negative number where there is none. */
static double reported(Arena *arena, const char *folder)
{
    static const char key[] = "\"seconds\": ";
    char text[1 << 16] = "";
    FILE *file = fopen(text_print(arena, "%s/report.json", folder), "r");
    if (file) {
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
    }
    const char *at = strstr(text, key);
    return at ? strtod(at + strlen(key), NULL) : -1;
}

static double train_by(Arena *arena, const char *folder, size_t ranks)
{
    const char *mpirun = getenv("MPIRUN"), *run = text_print(arena, "%s/ranks", folder);
    const char *command = text_print(arena,
                                     "%s -n %zu out/bin/costate-mpi train %s/ranks.lua --threads 1 --force --out %s "
                                     ">/dev/null 2>&1",
                                     mpirun ? mpirun : "mpirun", ranks, folder, run);
    fflush(NULL);
    return system(command) == 0 ? reported(arena, run) : -1;
}

/* A network of interconnect: InfiniBand HDR and a core's rate of additions, as their makers and STREAM have them. */
static const double latency = 2e-6, bandwidth = 12e9, additions = 5e9; /* s, bytes/s, bytes/s */

/* What is said of a gradient by so many ranks, of which the slowest has its chunks, and then everything goes up a
 * binary tree of ranks and down again. */
static double predicted(double chunk_seconds, size_t numbers, size_t samples, size_t ranks, double *bytes)
{
    const size_t chunks = (samples + SOLVER_CHUNK - 1) / SOLVER_CHUNK;
    size_t most = 0;
    for (size_t r = 0; r < ranks; r++) {
        const TreePart part = tree_part(chunks, ranks, r);
        most = part.end - part.first > most ? part.end - part.first : most;
    }
    *bytes = ranks > 1 ? (double)tree_parcel_bytes(numbers, chunks, ranks) : 0;
    const double levels = ceil(log2((double)ranks));
    return (double)most * chunk_seconds + levels * (2 * latency + 2 * *bytes / bandwidth + *bytes / additions);
}

static void print_predictions(double chunk_seconds, size_t numbers, FILE *csv)
{
    static const size_t counts[] = {1, 2, 10, 100, 1000};
    printf("\npredicted, a gradient of %zu numbers by ranks of one thread: %.3g ms a chunk of %d samples, %.0f us and "
           "%.0f GB/s\nbetween ranks, %.0f GB/s of additions\n%-12s %8s %12s %12s %10s\n",
           numbers, 1e3 * chunk_seconds, SOLVER_CHUNK, 1e6 * latency, 1e-9 * bandwidth, 1e-9 * additions, "samples",
           "ranks", "KiB a rank", "ms", "efficiency");
    for (size_t samples = SAMPLES; samples <= (size_t)1000 * SAMPLES; samples *= 1000)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            double bytes, none;
            const double alone = predicted(chunk_seconds, numbers, samples, 1, &none);
            const double seconds = predicted(chunk_seconds, numbers, samples, counts[i], &bytes);
            printf("%-12zu %8zu %12.1f %12.3f %10.2f\n", samples, counts[i], bytes / 1024, 1e3 * seconds,
                   alone / seconds / (double)counts[i]);
            fprintf(csv, "ranks,%zu_%zu,gradient,predicted,%.9g,%.9g\n", samples, counts[i], seconds, seconds);
        }
}

bool cluster_ranks(Arena *arena, const char *folder, FILE *csv)
{
    double least[2] = {INFINITY, INFINITY};
    FILE *file = fopen(text_print(arena, "%s/ranks.lua", folder), "w");
    if (!file || fputs(spec, file) < 0 || fclose(file) != 0)
        return false;
    for (int round = 0; round < ROUNDS; round++)
        for (size_t r = 0; r < 2; r++) {
            const double seconds = train_by(arena, folder, r + 1);
            if (seconds < 0)
                return false;
            least[r] = fmin(least[r], seconds);
        }
    printf("\nranks: kutta4, 15 layers, %d samples, L-BFGS, one thread a rank; minima of %d rounds in turns\n"
           "1 rank %.3f s, 2 ranks %.3f s: %.2f times\n",
           SAMPLES, ROUNDS, least[0], least[1], least[0] / least[1]);
    for (size_t r = 0; r < 2; r++)
        fprintf(csv, "ranks,%d,training,%zu,%.9g,%.9g\n", SAMPLES, r + 1, least[r], least[r]);
    const Task problem = {"ranks_chunk", "kutta4", 2, 15, MEASURED, false};
    Workload *workload = workload_new(arena, &problem, folder, pool_new(arena, 1), false);
    if (!workload)
        return false;
    Contestant gradient = {"gradient", workload_gradient, workload, 0, 0};
    measure(arena, &gradient, 1, ROUNDS);
    const size_t parameters = workload->program->description.model->parameters;
    print_predictions(gradient.minimum * SOLVER_CHUNK / MEASURED, 1 + MEASURE_MOST + parameters, csv);
    return true;
}

/* ---- rows ---- */

static const char wide[] =
    "return network {\n"
    "  name = \"rows\", inputs = 16, width = 16, layers = 1, step = 0.1, method = \"euler\", activation = \"tanh\",\n"
    "  head = { outputs = 1, link = \"sigmoid\" }, loss = \"squared\", average = true,\n"
    "  data = { \"rows.npy\", labels = \"labels.npy\" }, train = { search = \"armijo\", iterations = 1 },\n"
    "}\n";

/* An NPY file of zeros that takes no room on the disk. */
static bool write_sparse(const char *path, const char *descr, const char *shape, size_t bytes)
{
    char header[119];
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }%60s", descr, shape, "");
    header[117] = '\n';
    const bool written = fwrite("\x93NUMPY\x01\0\x76\0", 1, 10, file) == 10 && fwrite(header, 1, 118, file) == 118 &&
                         fflush(file) == 0 && ftruncate(fileno(file), (off_t)(128 + bytes)) == 0;
    return fclose(file) == 0 && written;
}

/* Of costate gradient, in MiB, at least the bench's own, which the process begins as; a negative number where it
 * failed.
 */
static double peak_of_gradient(Arena *arena, const char *folder)
{
    struct rusage usage;
    int status = 1;
    const char *rows = text_print(arena, "%s/rows.lua", folder), *out = text_print(arena, "%s/rows.gradient", folder);
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        setenv("COSTATE_STAY_BYTES", "0", 1);
        if (freopen("/dev/null", "w", stdout))
            execl("out/bin/costate", "costate", "gradient", rows, "-o", out, (char *)NULL);
        _exit(127);
    }
    return wait4(process, &status, 0, &usage) == process && status == 0 ? (double)usage.ru_maxrss / 1024 : -1;
}

bool cluster_rows(Arena *arena, const char *folder, FILE *csv)
{
    const char *rows = text_print(arena, "%s/rows.npy", folder), *labels = text_print(arena, "%s/labels.npy", folder);
    FILE *file = fopen(text_print(arena, "%s/rows.lua", folder), "w");
    bool done = file && fputs(wide, file) >= 0 && fclose(file) == 0;
    printf("\nrows that stay in their file: costate gradient, 16 doubles a sample (at least the bench's own "
           "peak)\n%12s %12s %12s\n",
           "samples", "GB", "peak, MiB");
    for (size_t count = 1562500; count <= 156250000 && done; count *= 10) {
        done = write_sparse(rows, "<f8", text_print(arena, "(%zu, 16)", count), count * 128) &&
               write_sparse(labels, "|u1", text_print(arena, "(%zu,)", count), count);
        const double peak = done ? peak_of_gradient(arena, folder) : -1;
        done = peak >= 0;
        printf("%12zu %12.1f %12.1f\n", count, (double)count * 128e-9, peak);
        fprintf(csv, "rows,%zu,MiB,peak,%.9g,%.9g\n", count, peak, peak);
    }
    remove(rows);
    remove(labels);
    return done;
}

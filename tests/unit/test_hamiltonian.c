/* Hamiltonian networks: what they learn of an energy, and what their methods keep of it. */
#include "tests/unit/program.h"
#include "tests/unit/compiled.h"

#include "runtime/format/safetensors.h"
#include "runtime/number/reals.h"

#include <math.h>

TestSuite(hamiltonian, .init = fixture_open, .fini = program_close, .timeout = 120);

enum { UNITS = 8 };

/* sum_i weights_i log cosh(slopes_i x + shifts_i) */
typedef struct {
    const double *slopes, *shifts, *weights;
} Energy;

static double energy_at(const Energy *energy, double x)
{
    double sum = 0;
    for (int i = 0; i < UNITS; i++) {
        double z = fabs(energy->slopes[i] * x + energy->shifts[i]);
        sum += energy->weights[i] * (z + log1p(exp(-2 * z)));
    }
    return sum;
}

static const double *values_of(const Safetensors *file, const char *name)
{
    for (size_t t = 0; t < file->count; t++)
        if (strcmp(file->tensors[t].name, name) == 0)
            return file->tensors[t].values;
    cr_assert_fail("no tensor %s", name);
    return NULL;
}

/* V(q) and T(v) of a trained model. */
static void read_energies(const char *path, Energy energies[2])
{
    static const char *const names[2][3] = {{"A", "a", "c"}, {"B", "b", "d"}};
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    cr_assert_not_null(file, "%s", fixture_messages());
    for (int k = 0; k < 2; k++)
        energies[k] =
            (Energy){values_of(file, names[k][0]), values_of(file, names[k][1]), values_of(file, names[k][2])};
}

/* Pearson's, over a grid of states of a pendulum that does not turn over. */
static double correlation(const Energy energies[2])
{
    double n = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, xy = 0;
    for (int i = -24; i <= 24; i++)
        for (int k = -20; k <= 20; k++) {
            double q = 0.1 * i, v = 0.1 * k, y = v * v / 2 - cos(q);
            if (y > 0.9)
                continue;
            double x = energy_at(&energies[0], q) + energy_at(&energies[1], v);
            n++, x1 += x, y1 += y, x2 += x * x, y2 += y * y, xy += x * y;
        }
    return (n * xy - x1 * y1) / sqrt((n * x2 - x1 * x1) * (n * y2 - y1 * y1));
}

/* The largest change of the learnt energy over 10,000 steps of 0.5, and the change at their end. */
typedef struct {
    double largest, last;
} Drift;

static Drift drift_of(const char *spec, const char *params, const Energy energies[2])
{
    const char *one = fixture_text("one.csv", "run,t,q,v\n1,0,1.5,0\n");
    Outcome outcome = costate_succeeds("predict %s --params %s --data %s --layers 10000 --step 0.5", spec, params, one);
    double start = energy_at(&energies[0], 1.5) + energy_at(&energies[1], 0);
    Drift drift = {0, 0};
    size_t rows = 0;
    for (const char *line = strchr(outcome.out, '\n'); line && line[1]; line = strchr(line + 1, '\n'), rows++) {
        double q, v;
        cr_assert_eq(sscanf(line + 1, "%*d,%*f,%lf,%lf", &q, &v), 2);
        drift.last = energy_at(&energies[0], q) + energy_at(&energies[1], v) - start;
        drift.largest = fmax(drift.largest, fabs(drift.last));
    }
    cr_assert_eq(rows, 10000);
    return drift;
}

/* The energy swings within a band under Verlet's method, and is lost under Kutta's; both have learnt the same. */
Test(hamiltonian, a_pendulum_and_its_energy)
{
    const char *run = fixture_path("verlet"), *other = fixture_path("kutta");
    Energy energies[2];
    costate_succeeds("train specs/pendulum.lua --out %s", run);
    const char *params = text_print(arena, "%s/model.safetensors", run);
    read_energies(params, energies);
    cr_expect_gt(correlation(energies), 0.99, "%g", correlation(energies));
    const char *text = replaced(content_of("specs/pendulum.lua").data,
                                "method = \"verlet\", partition = 1, explicit = true", "method = \"kutta4\"");
    text = replaced(text, "data/pendulum.csv", "pendulum.csv");
    fixture_text("pendulum.csv", content_of("specs/data/pendulum.csv").data);
    const char *kutta = fixture_text("kutta.lua", text);
    costate_succeeds("train %s --init %s --iterations 0 --out %s", kutta, params, other);
    Drift kept = drift_of("specs/pendulum.lua", params, energies),
          lost = drift_of(kutta, text_print(arena, "%s/model.safetensors", other), energies);
    cr_expect_lt(kept.largest, 0.08, "%g", kept.largest);
    cr_expect_lt(lost.last, -0.4, "%g", lost.last);
}

/* ---- gradients of many layers ---- */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How large the median costate of the first layer is beside that of the last, of a spec made 1,000 layers deep. */
static double growth_of(const char *spec)
{
    enum { LAYERS = 1000, COUNT = 40 };
    const char *text = content_of(text_print(arena, "specs/%s.lua", spec)).data, *from = strstr(text, "layers = ");
    cr_assert_not_null(from);
    text = text_print(arena, "%.*slayers = 1000, step = 0.05%s", (int)(from - text), text, strstr(from, ",\n"));
    const Compiled compiled = compiled_of(text, 1, COUNT);
    const size_t width = compiled.model->width, row = COUNT * width;
    double *costates = ARENA_ARRAY(arena, (LAYERS + 1) * row, double), norms[2][COUNT];
    double *params = ARENA_ARRAY(arena, compiled.model->parameters, double);
    initial_parameters(compiled.model, compiled.model->seed, params);
    solver_trajectory(compiled.solver, &compiled.samples, params, NULL, NULL, NULL, NULL, costates);
    for (int end = 0; end < 2; end++) {
        for (size_t i = 0; i < COUNT; i++)
            norms[end][i] = reals_norm(width, costates + (end ? LAYERS * row : 0) + i * width);
        qsort(norms[end], COUNT, sizeof(double), ascending);
    }
    return norms[0][COUNT / 2] / norms[1][COUNT / 2];
}

/* What the picture beside the specs shows. */
Test(hamiltonian, gradients_do_not_vanish)
{
    cr_expect_lt(growth_of("antisymmetric"), 0.1);
    cr_expect_gt(growth_of("h1dnn"), 1);
    cr_expect_gt(growth_of("h2dnn"), 1);
}

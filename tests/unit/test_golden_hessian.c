/* Products of the Hessian: those of tests/golden, which another implementation computed, through the program, and in
 * emitted code. */
#include "tests/unit/program.h"
#include "tests/unit/tensors.h"

TestSuite(golden_hessian, .init = fixture_open, .fini = program_close);

static const char *const problems[] = {"dynamics",      "gauss",  "lotka_volterra", "signals",
                                       "smooth_spiral", "staged", "vanderpol",      "verlet"};
enum { PROBLEMS = sizeof problems / sizeof *problems };

/* Every tensor of the product with the golden direction. */
static void expect_product(const char *name, double bound)
{
    const char *golden = text_print(arena, "tests/golden/%s", name), *path = fixture_path("hv.safetensors");
    costate_succeeds("gradient %s/spec.lua --init %s/init.safetensors --direction %s/direction.safetensors -o %s",
                     golden, golden, golden, path);
    const Safetensors *found = safetensors_read(arena, diagnostics, path);
    const Safetensors *wanted = safetensors_read(arena, diagnostics, path_join(arena, golden, "hessian.safetensors"));
    cr_assert(found && wanted, "%s", fixture_messages());
    cr_expect_eq(found->count, wanted->count, "%s", name);
    for (size_t t = 0; t < wanted->count; t++)
        expect_tensor(find_tensor(found, wanted->tensors[t].name), &wanted->tensors[t], bound);
}

Test(golden_hessian, products)
{
    for (size_t k = 0; k < PROBLEMS; k++)
        expect_product(problems[k], 1e-8);
}

/* Three chunks of samples, the last one not whole. */
Test(golden_hessian, threads_leave_every_bit)
{
    static const char *const keys[] = {"", "average = true, decay = 0.1,", "real = 'float',",
                                       "learn = { 'K', 'W', 'x' },"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const char *spec = fixture_text(
            "spec.lua", text_print(arena,
                                   "return network { name = 'many', inputs = 2, layers = 3, method = 'kutta3',\n"
                                   "  activation = 'tanh', init = { K = normal(1), W = normal(1) }, %s\n"
                                   "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                                   "  data = { 'spiral2d', samples = 1100 } }\n",
                                   keys[k]));
        const char *way = fixture_path("way.safetensors");
        costate_succeeds("gradient %s -o %s", spec, way);
        for (int threads = 1; threads <= 3; threads++)
            costate_succeeds("gradient %s --direction %s --threads %d -o %s/%d", spec, way, threads, folder, threads);
        cr_expect(same_content(fixture_path("1"), fixture_path("2")), "%s", keys[k]);
        cr_expect(same_content(fixture_path("1"), fixture_path("3")), "%s", keys[k]);
        cr_expect_not(same_content(fixture_path("1"), way), "%s", keys[k]);
    }
}

/* ---- vendored ---- */

/* At some point, with v and w: <v, H w> - <w, H v>, and |H v - (g(u + v / 2^12) - g(u - v / 2^12)) 2^11|, relative to
 * |v| |H w| and to |H v|; and the same difference for the pullback, of x, u and prediction_bar. */
static const char user[] =
    "#include \"smooth_spiral.h\"\n"
    "#include <math.h>\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "enum { N = 70, P = SMOOTH_SPIRAL_PARAMETERS };\n"
    "static double u[P], v[P], w[P], hv[P], hw[P], up[P], down[P], x[N * SMOOTH_SPIRAL_INPUTS], c[N];\n"
    "static double x_dot[N * SMOOTH_SPIRAL_INPUTS], c_dot[N], x_bar[3][N * SMOOTH_SPIRAL_INPUTS];\n"
    "static double dot(const double *a, const double *b)\n"
    "{\n"
    "    double sum = 0;\n"
    "    for (int i = 0; i < P; i++)\n"
    "        sum += a[i] * b[i];\n"
    "    return sum;\n"
    "}\n"
    "static void gradient(double step, double *g, void *work)\n"
    "{\n"
    "    double at[P], value;\n"
    "    for (int i = 0; i < P; i++)\n"
    "        at[i] = u[i] + step * v[i];\n"
    "    smooth_spiral_gradient(N, x, c, at, &value, g, work);\n"
    "}\n"
    "static void pullback(double step, double *x_bar_at, double *g, void *work)\n"
    "{\n"
    "    double at[P], x_at[N * SMOOTH_SPIRAL_INPUTS], c_at[N];\n"
    "    for (int i = 0; i < P; i++)\n"
    "        at[i] = u[i] + step * v[i];\n"
    "    for (int i = 0; i < N * SMOOTH_SPIRAL_INPUTS; i++)\n"
    "        x_at[i] = x[i] + step * x_dot[i];\n"
    "    for (int i = 0; i < N; i++)\n"
    "        c_at[i] = c[i] + step * c_dot[i];\n"
    "    smooth_spiral_pullback(N, x_at, at, c_at, x_bar_at, g, work);\n"
    "}\n"
    "int main(void)\n"
    "{\n"
    "    const struct smooth_spiral_tensor *t = smooth_spiral_tensors;\n"
    "    void *work = malloc(SMOOTH_SPIRAL_WORKSPACE_BYTES), *more = malloc(SMOOTH_SPIRAL_HESSIAN_WORKSPACE_BYTES);\n"
    "    double error = 0;\n"
    "    for (int i = 0; i < P; i++)\n"
    "        u[i] = 0.3 + 0.1 * sin(i);\n"
    "    for (; t->rank; t++)\n"
    "        for (size_t i = 0; i < (t[1].offset - t->offset) * (t->name[0] != 'd'); i++)\n"
    "            v[t->offset + i] = cos(3.0 * (double)i), w[t->offset + i] = sin(2.0 * (double)i);\n"
    "    for (int i = 0; i < N * SMOOTH_SPIRAL_INPUTS; i++)\n"
    "        x[i] = cos(i), c[i / SMOOTH_SPIRAL_INPUTS] = i % 2;\n"
    "    smooth_spiral_hessian(N, x, c, u, v, hv, more);\n"
    "    smooth_spiral_hessian(N, x, c, u, w, hw, more);\n"
    "    gradient(1.0 / 4096, up, work);\n"
    "    gradient(-1.0 / 4096, down, work);\n"
    "    for (int i = 0; i < P; i++)\n"
    "        error += pow((up[i] - down[i]) * 2048 - hv[i], 2);\n"
    "    double bent = 0, all = 0;\n"
    "    for (int i = 0; i < N * SMOOTH_SPIRAL_INPUTS; i++)\n"
    "        x_dot[i] = sin(5.0 * i), c_dot[i / SMOOTH_SPIRAL_INPUTS] = cos(7.0 * i);\n"
    "    pullback(1.0 / 4096, x_bar[0], up, work);\n"
    "    pullback(-1.0 / 4096, x_bar[1], down, work);\n"
    "    smooth_spiral_pullback_tangent(N, x, x_dot, u, v, c, c_dot, x_bar[2], hw, more);\n"
    "    for (int i = 0; i < P; i++)\n"
    "        bent += pow((up[i] - down[i]) * 2048 - hw[i], 2), all += hw[i] * hw[i];\n"
    "    for (int i = 0; i < N * SMOOTH_SPIRAL_INPUTS; i++)\n"
    "        bent += pow((x_bar[0][i] - x_bar[1][i]) * 2048 - x_bar[2][i], 2), all += x_bar[2][i] * x_bar[2][i];\n"
    "    smooth_spiral_hessian(N, x, c, u, w, hw, more);\n"
    "    printf(\"%g %g %g\\n\", fabs(dot(v, hw) - dot(w, hv)) / sqrt(dot(v, v) * dot(hw, hw)),\n"
    "           sqrt(error / dot(hv, hv)), sqrt(bent / all));\n"
    "    free(work);\n"
    "    free(more);\n"
    "    return !(dot(hv, hv) > 0);\n"
    "}\n";

Test(golden_hessian, vendored_by_c_and_cpp)
{
    static const char *const compilers[] = {"cc -std=c11", "c++"};
    costate_succeeds("emit tests/golden/smooth_spiral/spec.lua --hessian -o %s/solver", folder);
    fixture_file("solver/user.c", user, sizeof user - 1);
    for (int k = 0; k < 2; k++) {
        double errors[3];
        const char *line = text_print(arena,
                                      "cd %s/solver && %s -O1 -Wall -Wextra -Werror smooth_spiral.c user.c "
                                      "-lm -o user && ./user",
                                      folder, compilers[k]);
        FILE *pipe = popen(line, "r");
        cr_assert_eq(fscanf(pipe, "%lf %lf %lf", &errors[0], &errors[1], &errors[2]), 3, "%s", compilers[k]);
        cr_expect_eq(pclose(pipe), 0);
        cr_expect_leq(errors[0], 1e-12, "%s: symmetry %g", compilers[k], errors[0]);
        cr_expect_leq(errors[1], 1e-5, "%s: differences %g", compilers[k], errors[1]);
        cr_expect_leq(errors[2], 1e-5, "%s: pullback %g", compilers[k], errors[2]);
    }
}

Test(golden_hessian, constants_have_none)
{
    const Outcome outcome = costate("emit tests/golden/smooth_spiral/spec.lua --hessian --params "
                                    "tests/golden/smooth_spiral/init.safetensors -o %s/solver",
                                    folder);
    cr_expect_eq(outcome.status, 2);
    cr_expect_not_null(
        strstr(outcome.err, "parameters that are constants have no Hessian: add --trainable, or leave out --hessian"));
}

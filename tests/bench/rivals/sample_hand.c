/* hand: the gradient of bench.c's "narrow" as one writes it in C: loops that -Ofast turns into vectors, with the vector
 * tanh of glibc. rival_gradient has the signature of an emitted solver's gradient; it takes one sample. */
#include <math.h>
#include <stddef.h>

enum { LAYERS = 30, HIDDEN = 50, D = 2, STAGES = 4, A = 0, B = 100, C = 150, BIAS = 250, STEPS = 252 };

static const double a[STAGES] = {0, 0.5, 0.5, 1}, weight[STAGES] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};

static void field(const double *restrict p, const double *restrict y, double *restrict t, double *restrict f)
{
    double f0 = p[BIAS], f1 = p[BIAS + 1];
    for (int i = 0; i < HIDDEN; i++)
        t[i] = tanh(p[A + 2 * i] * y[0] + p[A + 2 * i + 1] * y[1] + p[B + i]);
    for (int i = 0; i < HIDDEN; i++) {
        f0 += p[C + i] * t[i];
        f1 += p[C + HIDDEN + i] * t[i];
    }
    f[0] = f0;
    f[1] = f1;
}

static void field_back(const double *restrict p, const double *restrict y, const double *restrict t,
                       const double *restrict g, double *restrict bar, double *restrict l)
{
    double l0 = 0, l1 = 0;
    for (int i = 0; i < HIDDEN; i++) {
        const double m = (1 - t[i] * t[i]) * (p[C + i] * g[0] + p[C + HIDDEN + i] * g[1]);
        bar[C + i] += g[0] * t[i];
        bar[C + HIDDEN + i] += g[1] * t[i];
        bar[A + 2 * i] += m * y[0];
        bar[A + 2 * i + 1] += m * y[1];
        bar[B + i] += m;
        l0 += p[A + 2 * i] * m;
        l1 += p[A + 2 * i + 1] * m;
    }
    bar[BIAS] += g[0];
    bar[BIAS + 1] += g[1];
    l[0] = l0;
    l[1] = l1;
}

/* Loss at the state before every layer, and at the last. */
int rival_gradient(size_t n, const double *x, const double *target, const double *p, double *objective, double *bar,
                   void *work)
{
    static _Thread_local double state[LAYERS + 1][D], stage[LAYERS][STAGES][D], hidden[LAYERS][STAGES][HIDDEN];
    double q[D] = {0, 0}, sum = 0;
    (void)n;
    (void)work;
    for (int i = 0; i < STEPS + LAYERS; i++)
        bar[i] = 0;
    for (int d = 0; d < D; d++)
        state[0][d] = x[d];
    for (int k = 0; k < LAYERS; k++) {
        const double h = p[STEPS + k];
        double f[STAGES][D];
        for (int s = 0; s < STAGES; s++) {
            for (int d = 0; d < D; d++)
                stage[k][s][d] = state[k][d] + (s ? h * a[s] * f[s - 1][d] : 0);
            field(p, stage[k][s], hidden[k][s], f[s]);
        }
        for (int d = 0; d < D; d++)
            state[k + 1][d] = state[k][d] + h * (weight[0] * f[0][d] + weight[1] * f[1][d] + weight[2] * f[2][d] +
                                                 weight[3] * f[3][d]);
    }
    for (int k = LAYERS; k >= 0; k--) {
        double l[STAGES][D], after[D];
        for (int d = 0; d < D && k > 0; d++) {
            const double e = state[k][d] - target[(k - 1) * D + d];
            sum += e * e / 2;
            q[d] += e;
        }
        if (k == 0)
            break;
        const double h = p[STEPS + k - 1];
        for (int d = 0; d < D; d++)
            after[d] = q[d];
        for (int s = STAGES - 1; s >= 0; s--) {
            double g[D];
            for (int d = 0; d < D; d++)
                g[d] = h * weight[s] * after[d] + (s + 1 < STAGES ? h * a[s + 1] * l[s + 1][d] : 0);
            field_back(p, stage[k - 1][s], hidden[k - 1][s], g, bar, l[s]);
            for (int d = 0; d < D; d++)
                q[d] += l[s][d];
        }
    }
    *objective = sum;
    return 0;
}

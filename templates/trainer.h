/* trainer: what the ways of training share; see search.c, adam.c and lbfgs.c. The driver and the stand-ins below are for
 * compiling alone and not emitted. Define COSTATE_SIMPLEX for steps that are constrained, COSTATE_BOUNDED for parameters
 * that are, COSTATE_X_LEARNT for inputs that are learnt, COSTATE_X_BOUNDED for those within bounds. */
#include "driver.c"
#define COSTATE_FIRST_STEP    COSTATE_C(0.05)
#define COSTATE_MOST_STEP     COSTATE_C(10)
#define COSTATE_UP            COSTATE_C(1.5)
#define COSTATE_DOWN          COSTATE_C(0.99)
#define COSTATE_LAST_STEP     COSTATE_C(0.0001)
#define COSTATE_HORIZON       10
#define COSTATE_WEIGHT_DECAY  0.01
#define COSTATE_MEMORY        3
#define COSTATE_TOLERANCE     COSTATE_C(1e-8)
#define COSTATE_TRAINING_X_REALS(n) (100 * (n))
#define COSTATE_SIMPLEX_FIRST 12
#define COSTATE_SIMPLEX_COUNT 3
#define COSTATE_SIMPLEX_TOTAL COSTATE_C(1)
#define COSTATE_BOUNDED_FIRST 2
#define COSTATE_BOUNDED_COUNT 3
extern const costate_real costate_lower[COSTATE_BOUNDED_COUNT], costate_upper[COSTATE_BOUNDED_COUNT];
extern const costate_real costate_x_lower[COSTATE_INPUTS], costate_x_upper[COSTATE_INPUTS];

/*@ all_finite */
static int costate_all_finite(size_t n, const costate_real *x)
{
    for (size_t i = 0; i < n; i++)
        if (!(x[i] - x[i] == 0))
            return 0;
    return 1;
}

/*@ project all_finite */
/* Replaces the time steps x by the nearest that are not negative and add up to COSTATE_SIMPLEX_TOTAL (Duchi et al.
 * 2008): max(x - theta, 0), theta measured from the largest, so that it keeps its digits. */
static void costate_project(costate_real *x, costate_real *sorted)
{
    if (!costate_all_finite(COSTATE_SIMPLEX_COUNT, x))
        return;
    for (size_t i = 0; i < COSTATE_SIMPLEX_COUNT; i++) {
        size_t at = i;
        for (; at > 0 && sorted[at - 1] < x[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = x[i];
    }
    const costate_real largest = sorted[0];
    costate_real sum = 0, theta = -COSTATE_SIMPLEX_TOTAL;
    for (size_t i = 0; i < COSTATE_SIMPLEX_COUNT; i++) {
        sum += sorted[i] - largest;
        const costate_real candidate = (sum - COSTATE_SIMPLEX_TOTAL) / (costate_real)(ptrdiff_t)(i + 1);
        if (sorted[i] - largest <= candidate)
            break;
        theta = candidate;
    }
    for (size_t i = 0; i < COSTATE_SIMPLEX_COUNT; i++) {
        const costate_real rest = (x[i] - largest) - theta;
        x[i] = rest > 0 ? rest : 0;
    }
}

/*@ clamp */
/* Moves parameters outside of their bounds to the nearest one. */
static void costate_clamp(costate_real *params)
{
    costate_real *const x = params + COSTATE_BOUNDED_FIRST;
    for (size_t i = 0; i < COSTATE_BOUNDED_COUNT; i++) {
        if (x[i] < costate_lower[i])
            x[i] = costate_lower[i];
        if (x[i] > costate_upper[i])
            x[i] = costate_upper[i];
    }
}

/*@ clamp_inputs */
/* Moves inputs outside of their bounds to the nearest one; x has so many reals. */
static void costate_clamp_inputs(size_t inputs, costate_real *x)
{
    for (size_t i = 0; i < inputs; i++) {
        if (x[i] < costate_x_lower[i % COSTATE_INPUTS])
            x[i] = costate_x_lower[i % COSTATE_INPUTS];
        if (x[i] > costate_x_upper[i % COSTATE_INPUTS])
            x[i] = costate_x_upper[i % COSTATE_INPUTS];
    }
}

/*@ take_parameters take */
/* Memory for as many reals as there are parameters. */
static costate_real *costate_take_parameters(costate_real **free)
{
    return costate_take(free, (COSTATE_PARAMETERS + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
}

/*@ is_zero */
#if defined(COSTATE_BOUNDED)
/* Is parameter i at the bound towards which a step down its derivative g goes? */
static int costate_is_held(size_t i, costate_real x, costate_real g)
{
    const size_t k = i - COSTATE_BOUNDED_FIRST;
    return k < COSTATE_BOUNDED_COUNT && (g > 0 ? x <= costate_lower[k] : x >= costate_upper[k]);
}

static int costate_is_zero(const costate_real *u, const costate_real *g)
#else
static int costate_is_zero(const costate_real *g)
#endif
{
    for (size_t i = 0; i < COSTATE_PARAMETERS; i++)
#if defined(COSTATE_BOUNDED)
        if ((g[i] < 0 || g[i] > 0) && !costate_is_held(i, u[i], g[i]))
#else
        if (g[i] < 0 || g[i] > 0)
#endif
            return 0;
    return 1;
}

/* petsc: the gradient by PETSc's TSAdjoint with TSRK. A block of samples is one state, an entry of all of them after
 * the other; the Jacobians are shells, and the derivatives of tanh are kept from the way forward. Whether products are
 * loops or those of the BLAS, and how large a block is, is tried out. */
#include "rivals.h"

#include <math.h>
#include <petscts.h>

#include <petscblaslapack.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 5, STAGES = 4 };

/* y and z are [width][samples]; K of one layer is [width][width]. */
typedef struct {
    const char *name;
    void (*affine)(size_t d, size_t n, const double *K, const double *b, const double *y, double *z); /* K y + b */
    void (*transposed)(size_t d, size_t n, const double *K, const double *g, double *l);              /* K^T g */
    void (*outer)(size_t d, size_t n, const double *g, const double *y, double *bar);                 /* g y^T */
} Products;

typedef struct {
    struct rival_problem problem;
    const Products *products;
    size_t block, entries; /* samples of a state, its entries */
    TS ts;
    Mat by_y, by_p;                  /* shells */
    Vec y, l, bar;                   /* the state, its costate, the derivatives of K and b of all layers */
    double *slopes, *slope, *pulled; /* 1 - tanh^2 at all stages, at this one, and the costate times that */
    size_t stages;                   /* how many are behind */
    double *p;                       /* K and b of every layer */
    const double *K;                 /* of the stage's layer */
    size_t layer;
    Vec stage;
    char way[64];
} Rival;

/* ---- products ---- */

static void affine_loops(size_t d, size_t n, const double *restrict K, const double *b, const double *restrict y,
                         double *restrict z)
{
    for (size_t i = 0; i < d; i++) {
        double *restrict row = z + i * n;
        for (size_t s = 0; s < n; s++)
            row[s] = b[i];
        for (size_t j = 0; j < d; j++)
            for (size_t s = 0; s < n; s++)
                row[s] += K[i * d + j] * y[j * n + s];
    }
}

static void transposed_loops(size_t d, size_t n, const double *restrict K, const double *restrict g, double *restrict l)
{
    for (size_t j = 0; j < d; j++) {
        double *restrict row = l + j * n;
        for (size_t s = 0; s < n; s++)
            row[s] = 0;
        for (size_t i = 0; i < d; i++)
            for (size_t s = 0; s < n; s++)
                row[s] += K[i * d + j] * g[i * n + s];
    }
}

static void outer_loops(size_t d, size_t n, const double *restrict g, const double *restrict y, double *restrict bar)
{
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++) {
            double sum = 0;
            for (size_t s = 0; s < n; s++)
                sum += g[i * n + s] * y[j * n + s];
            bar[i * d + j] = sum;
        }
}

/* C[m][k] = A B + beta C in rows, which is the transposed product in Fortran's columns: op(B)^T op(A)^T. */
static void gemm(const char *op_a, const char *op_b, size_t m, size_t k, size_t inner, const double *A, size_t a_row,
                 const double *B, size_t b_row, double beta, double *C)
{
    const PetscBLASInt rows = (PetscBLASInt)m, columns = (PetscBLASInt)k, between = (PetscBLASInt)inner,
                       lda = (PetscBLASInt)a_row, ldb = (PetscBLASInt)b_row;
    const double one = 1;
    BLASgemm_(op_b, op_a, &columns, &rows, &between, &one, B, &ldb, A, &lda, &beta, C, &columns);
}

static void affine_blas(size_t d, size_t n, const double *K, const double *b, const double *y, double *z)
{
    for (size_t i = 0; i < d; i++)
        for (size_t s = 0; s < n; s++)
            z[i * n + s] = b[i];
    gemm("N", "N", d, n, d, K, d, y, n, 1, z);
}

static void transposed_blas(size_t d, size_t n, const double *K, const double *g, double *l)
{
    gemm("T", "N", d, n, d, K, d, g, n, 0, l);
}

static void outer_blas(size_t d, size_t n, const double *g, const double *y, double *bar)
{
    gemm("N", "T", d, d, n, g, n, y, n, 0, bar);
}

static const Products ways[] = {{"loops", affine_loops, transposed_loops, outer_loops},
                                {"BLAS", affine_blas, transposed_blas, outer_blas}};

/* ---- the equation ---- */

/* The stages' times are inside of their step, so that they tell the layer. */
static void enter_layer(Rival *rival, double t)
{
    const size_t d = rival->problem.width;
    rival->layer = (size_t)(t / rival->problem.step);
    rival->K = rival->p + rival->layer * (d * d + d);
}

static PetscErrorCode slopes(TS ts, PetscReal t, Vec y, Vec f, void *context)
{
    Rival *rival = context;
    const size_t d = rival->problem.width;
    const double *from;
    double *to, *const kept = rival->slopes + rival->entries * rival->stages++;
    (void)ts;
    enter_layer(rival, t);
    PetscCall(VecGetArrayRead(y, &from));
    PetscCall(VecGetArrayWrite(f, &to));
    rival->products->affine(d, rival->block, rival->K, rival->K + d * d, from, to);
    for (size_t k = 0; k < rival->entries; k++) {
        to[k] = tanh(to[k]);
        kept[k] = 1 - to[k] * to[k];
    }
    PetscCall(VecRestoreArrayWrite(f, &to));
    return VecRestoreArrayRead(y, &from);
}

/* By y, of the stages in turn, from the last on. That by K and b is asked for after it, at the same stage. */
static PetscErrorCode jacobian(TS ts, PetscReal t, Vec y, Mat a, Mat b, void *context)
{
    Rival *rival = context;
    (void)ts, (void)a, (void)b;
    enter_layer(rival, t);
    rival->stage = y;
    rival->slope = rival->slopes + rival->entries * --rival->stages;
    return 0;
}

static PetscErrorCode jacobian_by_p(TS ts, PetscReal t, Vec y, Mat a, void *context)
{
    (void)ts, (void)t, (void)y, (void)a, (void)context;
    return 0;
}

static PetscErrorCode pull(Mat matrix, Vec g, Vec l)
{
    Rival *rival;
    const double *from;
    double *to;
    PetscCall(MatShellGetContext(matrix, &rival));
    PetscCall(VecGetArrayRead(g, &from));
    PetscCall(VecGetArrayWrite(l, &to));
    for (size_t k = 0; k < rival->entries; k++)
        rival->pulled[k] = rival->slope[k] * from[k];
    rival->products->transposed(rival->problem.width, rival->block, rival->K, rival->pulled, to);
    PetscCall(VecRestoreArrayWrite(l, &to));
    return VecRestoreArrayRead(g, &from);
}

static PetscErrorCode pull_to_p(Mat matrix, Vec g, Vec bar)
{
    Rival *rival;
    const double *from, *y;
    double *to;
    PetscCall(MatShellGetContext(matrix, &rival));
    const size_t d = rival->problem.width, n = rival->block, size = d * d + d;
    PetscCall(VecGetArrayRead(g, &from));
    PetscCall(VecGetArrayRead(rival->stage, &y));
    PetscCall(VecGetArrayWrite(bar, &to));
    memset(to, 0, rival->problem.layers * size * sizeof *to);
    double *const own = to + rival->layer * size;
    for (size_t k = 0; k < rival->entries; k++)
        rival->pulled[k] = rival->slope[k] * from[k];
    rival->products->outer(d, n, rival->pulled, y, own);
    for (size_t i = 0; i < d; i++)
        for (size_t s = 0; s < n; s++)
            own[d * d + i] += rival->pulled[i * n + s];
    PetscCall(VecRestoreArrayWrite(bar, &to));
    PetscCall(VecRestoreArrayRead(rival->stage, &y));
    return VecRestoreArrayRead(g, &from);
}

/* ---- one gradient ---- */

/* The head of the block of samples from `first` on, whose derivatives are added, and the last costate in l. */
static double head(Rival *rival, size_t first, const double *y, double *l, const struct rival_gradient *gradient)
{
    const struct rival_problem *problem = &rival->problem;
    const size_t d = problem->width, n = rival->block;
    double sum = 0;
    double *const g = rival->pulled;
    for (size_t s = 0; s < n; s++)
        g[s] = problem->mu[0];
    for (size_t i = 0; i < d; i++)
        for (size_t s = 0; s < n; s++)
            g[s] += problem->W[i] * y[i * n + s];
    for (size_t s = 0; s < n; s++) {
        const double p = 1 / (1 + exp(-g[s])), r = p - problem->target[first + s];
        sum += r * r / 2;
        g[s] = r * p * (1 - p);
        gradient->mu[0] += g[s];
    }
    for (size_t i = 0; i < d; i++) {
        double bar = 0;
        for (size_t s = 0; s < n; s++) {
            bar += g[s] * y[i * n + s];
            l[i * n + s] = problem->W[i] * g[s];
        }
        gradient->W[i] += bar;
    }
    return sum;
}

/* Adds what the block of samples from `first` on has; the derivatives of K and b to those in bar. */
static PetscErrorCode evaluate_block(Rival *rival, size_t first, const struct rival_gradient *gradient,
                                     double *objective)
{
    const struct rival_problem *problem = &rival->problem;
    const size_t d = problem->width, n = rival->block;
    const double *y;
    double *start, *l;
    TSTrajectory trajectory;
    PetscCall(VecGetArrayWrite(rival->y, &start));
    for (size_t s = 0; s < n; s++)
        for (size_t i = 0; i < d; i++)
            start[i * n + s] = problem->x[(first + s) * d + i];
    PetscCall(VecRestoreArrayWrite(rival->y, &start));
    PetscCall(TSSetTime(rival->ts, 0));
    PetscCall(TSResetTrajectory(rival->ts)); /* which goes to the disk, unless it is told */
    PetscCall(TSGetTrajectory(rival->ts, &trajectory));
    PetscCall(TSTrajectorySetType(trajectory, rival->ts, TSTRAJECTORYMEMORY));
    PetscCall(TSTrajectorySetSolutionOnly(trajectory, PETSC_FALSE));
    PetscCall(TSSetStepNumber(rival->ts, 0));
    PetscCall(TSSetTimeStep(rival->ts, problem->step));
    rival->stages = 0;
    PetscCall(TSSolve(rival->ts, rival->y));
    PetscCall(VecGetArrayRead(rival->y, &y));
    PetscCall(VecGetArrayWrite(rival->l, &l));
    *objective += head(rival, first, y, l, gradient);
    PetscCall(VecRestoreArrayWrite(rival->l, &l));
    PetscCall(VecRestoreArrayRead(rival->y, &y));
    PetscCall(TSSetCostGradients(rival->ts, 1, &rival->l, &rival->bar));
    return TSAdjointSolve(rival->ts);
}

static PetscErrorCode evaluate(Rival *rival, const struct rival_gradient *gradient, double *objective)
{
    const struct rival_problem *problem = &rival->problem;
    const size_t d = problem->width;
    const double *bar;
    *objective = gradient->mu[0] = 0;
    memset(gradient->W, 0, d * sizeof *gradient->W);
    PetscCall(VecSet(rival->bar, 0));
    for (size_t first = 0; first < problem->samples; first += rival->block)
        PetscCall(evaluate_block(rival, first, gradient, objective));
    PetscCall(VecGetArrayRead(rival->bar, &bar));
    for (size_t k = 0; k < problem->layers; k++) {
        memcpy(gradient->K + k * d * d, bar + k * (d * d + d), d * d * sizeof *bar);
        memcpy(gradient->b + k * d, bar + k * (d * d + d) + d * d, d * sizeof *bar);
    }
    return VecRestoreArrayRead(rival->bar, &bar);
}

/* ---- setting up ---- */

static PetscErrorCode clear(Rival *rival)
{
    PetscCall(TSDestroy(&rival->ts));
    PetscCall(MatDestroy(&rival->by_y));
    PetscCall(MatDestroy(&rival->by_p));
    PetscCall(VecDestroy(&rival->y));
    PetscCall(VecDestroy(&rival->l));
    return VecDestroy(&rival->bar);
}

/* For blocks of that many samples. */
static PetscErrorCode set_up(Rival *rival, size_t block)
{
    const struct rival_problem *problem = &rival->problem;
    const double A[STAGES * STAGES] = {0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0};
    const double b[STAGES] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6}, within[STAGES] = {0.25, 0.5, 0.5, 0.75};
    const PetscInt entries = (PetscInt)(problem->width * block);
    const PetscInt parameters = (PetscInt)(problem->layers * problem->width * (problem->width + 1));
    TSAdapt adapt;
    static bool registered;
    if (!registered)
        PetscCall(TSRKRegister("kutta4", 4, STAGES, A, b, within, NULL, 0, NULL));
    registered = true;
    PetscCall(clear(rival));
    rival->block = block;
    rival->entries = problem->width * block;
    PetscCall(VecCreateSeq(PETSC_COMM_SELF, entries, &rival->y));
    PetscCall(VecCreateSeq(PETSC_COMM_SELF, entries, &rival->l));
    PetscCall(VecCreateSeq(PETSC_COMM_SELF, parameters, &rival->bar));
    PetscCall(MatCreateShell(PETSC_COMM_SELF, entries, entries, entries, entries, rival, &rival->by_y));
    PetscCall(MatShellSetOperation(rival->by_y, MATOP_MULT_TRANSPOSE, (void (*)(void))pull));
    PetscCall(MatCreateShell(PETSC_COMM_SELF, entries, parameters, entries, parameters, rival, &rival->by_p));
    PetscCall(MatShellSetOperation(rival->by_p, MATOP_MULT_TRANSPOSE, (void (*)(void))pull_to_p));
    PetscCall(TSCreate(PETSC_COMM_SELF, &rival->ts));
    PetscCall(TSSetProblemType(rival->ts, TS_NONLINEAR));
    PetscCall(TSSetType(rival->ts, TSRK));
    PetscCall(TSRKSetType(rival->ts, "kutta4"));
    PetscCall(TSSetRHSFunction(rival->ts, NULL, slopes, rival));
    PetscCall(TSSetRHSJacobian(rival->ts, rival->by_y, rival->by_y, jacobian, rival));
    PetscCall(TSSetRHSJacobianP(rival->ts, rival->by_p, jacobian_by_p, rival));
    PetscCall(TSGetAdapt(rival->ts, &adapt));
    PetscCall(TSAdaptSetType(adapt, TSADAPTNONE));
    PetscCall(TSSetMaxSteps(rival->ts, (PetscInt)problem->layers));
    PetscCall(TSSetMaxTime(rival->ts, 1e6));
    PetscCall(TSSetExactFinalTime(rival->ts, TS_EXACTFINALTIME_STEPOVER));
    return TSSetSaveTrajectory(rival->ts);
}

static double seconds_of(Rival *rival, const struct rival_gradient *gradient)
{
    double least = INFINITY, objective;
    for (size_t k = 0; k < TRIES; k++) {
        PetscLogDouble start, end;
        if (PetscTime(&start) || evaluate(rival, gradient, &objective) || PetscTime(&end))
            return INFINITY;
        least = fmin(least, end - start);
    }
    return least;
}

/* K and b of a layer after one another. */
static void pack(Rival *rival)
{
    const struct rival_problem *problem = &rival->problem;
    const size_t d = problem->width;
    for (size_t k = 0; k < problem->layers; k++) {
        memcpy(rival->p + k * (d * d + d), problem->K + k * d * d, d * d * sizeof *rival->p);
        memcpy(rival->p + k * (d * d + d) + d * d, problem->b + k * d, d * sizeof *rival->p);
    }
}

/* Tries every way, and stays with the fastest. */
static bool choose(Rival *rival, const struct rival_gradient *gradient)
{
    static const size_t blocks[] = {128, 256, 512, 1024};
    double least = INFINITY;
    size_t way = 0, block = 0;
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++) {
        if (rival->problem.samples % blocks[k] != 0 || set_up(rival, blocks[k]))
            continue;
        for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
            rival->products = &ways[w];
            const double seconds = seconds_of(rival, gradient);
            if (seconds < least) {
                least = seconds;
                way = w;
                block = blocks[k];
            }
        }
    }
    rival->products = &ways[way];
    snprintf(rival->way, sizeof rival->way, "blocks of %zu, products by %s", block, ways[way].name);
    return block > 0 && !set_up(rival, block);
}

void *rival_new(const struct rival_problem *problem)
{
    PetscBool begun;
    if (PetscInitialized(&begun) || (!begun && PetscInitializeNoArguments()))
        return NULL;
    Rival *rival = calloc(1, sizeof *rival);
    const size_t d = problem->width, parameters = problem->layers * (d * d + d), entries = d * problem->samples;
    if (!rival)
        return NULL;
    rival->problem = *problem;
    rival->slopes = malloc(entries * (STAGES * problem->layers + 1) * sizeof(double));
    rival->p = malloc((2 * parameters + d + 1) * sizeof(double));
    if (!rival->slopes || !rival->p) {
        rival_free(rival);
        return NULL;
    }
    rival->pulled = rival->slopes + entries * STAGES * problem->layers;
    pack(rival);
    double *const scratch = rival->p + parameters;
    const struct rival_gradient gradient = {scratch, scratch + problem->layers * d * d, scratch + parameters,
                                            scratch + parameters + d};
    if (!choose(rival, &gradient)) {
        rival_free(rival);
        return NULL;
    }
    return rival;
}

double rival_evaluate(void *object, const struct rival_gradient *gradient)
{
    double objective = NAN;
    Rival *rival = object;
    return rival && !evaluate(rival, gradient, &objective) ? objective : NAN;
}

const char *rival_way(const void *object)
{
    const Rival *rival = object;
    return rival->way;
}

void rival_free(void *object)
{
    Rival *rival = object;
    if (!rival)
        return;
    clear(rival);
    free(rival->slopes);
    free(rival->p);
    free(rival);
}

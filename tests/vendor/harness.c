/* harness: calls one solver as the flags say and gives the largest deviation from what costate computed (data.h).
 * SOLVER is its name and NAME its macros' prefix; FORWARD_ONLY: its parameters are constants; TRAINED: it has
 * parameters to begin with. data.h says what it takes besides: SIGNALS, TARGET and X_BAR are an argument and a comma,
 * or nothing; LEARNS_X: inputs are learnt, HESSIAN: it has products of the Hessian, and Jacobians. No library is
 * needed; main, which prints, is left out for wasm. */
#define GLUE(a, b)    a##_##b
#define JOIN(a, b)    GLUE(a, b)
#define TEXT(a)       #a
#define HEADER(name)  TEXT(name.h)
#define FUNCTION(x)   JOIN(SOLVER, x)
#define SIZE(x)       JOIN(NAME, x)
#define INCLUDE(name) HEADER(name)
#include INCLUDE(SOLVER)

typedef FUNCTION(real) real;
#include "data.h"

#if defined(TRAINED)
#define START FUNCTION(trained)
#else
#define START start
#endif

enum { STEPS = 3, GUARD = 64, GUARD_BYTE = 0xa5 };
enum { NUMBERS = SAMPLES * SIZE(INPUTS) };
#if defined(FORWARD_ONLY)
enum { WORK = SIZE(WORKSPACE_BYTES) };
#else
#if defined(HESSIAN)
enum {
    PRODUCT_WORK = SIZE(HESSIAN_WORKSPACE_BYTES),
    JACOBIAN_WORK = SIZE(JACOBIAN_WORKSPACE_BYTES),
    HESSIAN_WORK = (int)JACOBIAN_WORK > (int)PRODUCT_WORK ? (int)JACOBIAN_WORK : (int)PRODUCT_WORK
};
static real by_x[PREDICTIONS * SIZE(INPUTS)];
#else
enum { HESSIAN_WORK = 0 };
#endif
enum {
    TRAINING_WORK = SIZE(TRAINING_WORKSPACE_BYTES),
    WORK = (int)TRAINING_WORK > (int)HESSIAN_WORK ? (int)TRAINING_WORK : (int)HESSIAN_WORK
};
static real gradient[SIZE(PARAMETERS)], params[SIZE(PARAMETERS)], objective;
static real x_bar[NUMBERS], inputs[NUMBERS], dot[PREDICTIONS], weights[PREDICTIONS];
static struct FUNCTION(training) training;
#if defined(LEARNS_X)
static real x_memory[SIZE(TRAINING_X_REALS)(SAMPLES)];
#endif
#endif
static real prediction[PREDICTIONS];

/* The workspace begins at an address that is aligned to nothing, and has a guard behind it. */
static unsigned char memory[1 + WORK + GUARD];
static unsigned char *const work = memory + 1;

static double magnitude(double a)
{
    return a < 0 ? -a : a;
}

/* The largest difference, relative to the largest entry; 9 for a NaN. */
static double deviation(size_t n, const real *got, const double *want)
{
    double most = 0, scale = 1e-300;
    for (size_t i = 0; i < n; i++) {
        double difference = magnitude((double)got[i] - want[i]);
        if (!(difference < 9))
            return 9;
        most = difference > most ? difference : most;
        scale = magnitude(want[i]) > scale ? magnitude(want[i]) : scale;
    }
    return most / scale;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double predictions_deviation(void)
{
#if defined(FORWARD_ONLY)
    FUNCTION(forward)(SAMPLES, x, SIGNALS prediction, work);
#else
    FUNCTION(forward)(SAMPLES, x, SIGNALS START, prediction, work);
#endif
    return deviation(PREDICTIONS, prediction, known);
}

#if !defined(FORWARD_ONLY)
static double gradient_deviation(void)
{
    double most = 0;
    FUNCTION(gradient)(SAMPLES, x, SIGNALS TARGET START, &objective, X_BAR gradient, work);
#if defined(LEARNS_X)
    most = deviation(NUMBERS, x_bar, x_bar_known);
#endif
    return larger(most, deviation(SIZE(PARAMETERS), gradient, bar));
}

/* Of the Hessian's product with the parameters, and with the inputs that are learnt. */
static double product_deviation(void)
{
    double most = 0;
#if defined(HESSIAN) && defined(LEARNS_X)
    FUNCTION(hessian)(SAMPLES, x, SIGNALS TARGET START, x, START, x_bar, gradient, work);
    most = deviation(NUMBERS, x_bar, x_product_known);
#elif defined(HESSIAN)
    FUNCTION(hessian)(SAMPLES, x, SIGNALS TARGET START, START, gradient, work);
#endif
#if defined(HESSIAN)
    most = larger(most, deviation(SIZE(PARAMETERS), gradient, product_known));
#endif
    return most;
}

/* Adds the product to *sum, and its size to *size. */
static void add(double a, double b, double *sum, double *size)
{
    *sum += a * b;
    *size += magnitude(a * b);
}

/* <J v, w> less <v, J^T w>, relative to their terms, for v the samples, signals and parameters, and some w. */
static double transpose_deviation(void)
{
    double difference = 0, back = 0, size = 1e-300;
    for (size_t i = 0; i < PREDICTIONS; i++)
        weights[i] = (real)((double)(i * 7 % 5) / 4 - 0.4);
#if defined(HAS_SIGNALS)
    static real signals_bar[sizeof signals / sizeof *signals];
    FUNCTION(pushforward)(SAMPLES, x, x, signals, signals, START, START, dot, work);
    FUNCTION(pullback)(SAMPLES, x, signals, START, weights, x_bar, signals_bar, gradient, work);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        add((double)signals_bar[i], (double)signals[i], &back, &size);
#else
    FUNCTION(pushforward)(SAMPLES, x, x, START, START, dot, work);
    FUNCTION(pullback)(SAMPLES, x, START, weights, x_bar, gradient, work);
#endif
    for (size_t i = 0; i < PREDICTIONS; i++)
        add((double)dot[i], (double)weights[i], &difference, &size);
    for (size_t i = 0; i < NUMBERS; i++)
        add((double)x_bar[i], (double)x[i], &back, &size);
    for (size_t i = 0; i < SIZE(PARAMETERS); i++)
        add((double)gradient[i], (double)START[i], &back, &size);
    return magnitude(difference - back) / size;
}

/* The rows of the Jacobian by x, weighted, are the pullback of the weights; transpose_deviation leaves both. */
static double jacobian_deviation(void)
{
    double most = 0;
#if defined(HESSIAN)
    const size_t rows = PREDICTIONS / SAMPLES;
#if defined(HAS_SIGNALS)
    FUNCTION(jacobian)(SAMPLES, x, signals, START, prediction, by_x, 0, 0, work);
#else
    FUNCTION(jacobian)(SAMPLES, x, START, prediction, by_x, 0, work);
#endif
    for (size_t i = 0; i < NUMBERS; i++) {
        const size_t sample = i / SIZE(INPUTS), column = i % SIZE(INPUTS);
        double sum = 0, size = 1e-300;
        for (size_t r = sample * rows; r < (sample + 1) * rows; r++)
            add((double)weights[r], (double)by_x[r * SIZE(INPUTS) + column], &sum, &size);
        most = larger(most, magnitude(sum - (double)x_bar[i]) / size);
    }
    most = larger(most, deviation(PREDICTIONS, prediction, known));
#endif
    return most;
}

static int take_step(void)
{
    return FUNCTION(train_step)(SAMPLES, inputs, SIGNALS TARGET params, &training, work);
}

static double training_deviation(void)
{
    double most = 0;
    for (size_t i = 0; i < SIZE(PARAMETERS); i++)
        params[i] = START[i];
    for (size_t i = 0; i < NUMBERS; i++)
        inputs[i] = x[i];
#if defined(LEARNS_X)
    FUNCTION(train_start)(SAMPLES, x_memory, &training);
#else
    FUNCTION(train_start)(&training);
#endif
    for (int i = 0; i < STEPS; i++)
        if (take_step())
            return 8;
#if defined(LEARNS_X)
    most = deviation(NUMBERS, inputs, x_end);
#endif
    return larger(most, deviation(SIZE(PARAMETERS), params, end));
}
#endif

/* 7 where something beyond the workspace was written. */
double largest_deviation(void)
{
    double most;
    for (size_t i = 0; i < GUARD; i++)
        work[WORK + i] = GUARD_BYTE;
    most = predictions_deviation();
#if !defined(FORWARD_ONLY)
    most = larger(most, gradient_deviation());
    most = larger(most, transpose_deviation());
    most = larger(most, jacobian_deviation());
    most = larger(most, product_deviation());
    most = larger(most, training_deviation());
#endif
    for (size_t i = 0; i < GUARD; i++)
        most = work[WORK + i] == GUARD_BYTE ? most : 7;
    return most;
}

/* What instructions are counted of: a prediction or a gradient. */
static void work_once(void)
{
#if defined(FORWARD_ONLY)
    FUNCTION(forward)(SAMPLES, x, SIGNALS prediction, work);
#else
    FUNCTION(gradient)(SAMPLES, x, SIGNALS TARGET START, &objective, X_BAR gradient, work);
#endif
}

#if defined(__wasm__)
void *memcpy(void *to, const void *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}

void *memset(void *to, int value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile char *)to)[i] = (char)value;
    return to;
}
#else
#include <stdio.h>

enum { STACK = 16384, SHIFT = 256 };

/* Paints the stack below here; or how many of the painted bytes are something else by now. One function does both, so
 * that they are the same bytes, but for those by which a caller's arguments may shift its frame. */
static __attribute__((noinline, noclone)) size_t painted_over(int paint)
{
    volatile unsigned char below[STACK];
    size_t i = 0;
    for (; paint && i < STACK; i++)
        below[i] = 0x5a;
    for (i = SHIFT; i < STACK && below[i] == 0x5a; i++)
        ;
    return STACK - i;
}

#if defined(SYSTICK)
/* With -icount shift=0 an instruction takes a nanosecond; the timer ticks at 25 MHz. */
static unsigned instructions(void)
{
    volatile unsigned *const timer = (volatile unsigned *)0xe000e010;
    timer[1] = 0xffffff;
    timer[2] = 0;
    timer[0] = 5;
    work_once();
    return (0xffffff - timer[2]) * 40 / SAMPLES;
}
#endif

/* More arguments: more work, whose instructions can be told by the difference. */
int main(int argc, char **argv)
{
    (void)argv;
    double most = largest_deviation();
    painted_over(1);
#if defined(FORWARD_ONLY)
    work_once();
#else
    take_step(); /* which calls all that a gradient does */
#endif
    size_t stack = painted_over(0);
    for (int i = 1; i < argc; i++)
        work_once();
#if defined(SYSTICK)
    printf("%.1e %u %u\n", most, (unsigned)stack, instructions());
#else
    printf("%.1e %u -\n", most, (unsigned)stack);
#endif
    return most > BOUND;
}
#endif

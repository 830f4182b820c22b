/* harness: calls one solver as the flags say and gives the largest deviation from what costate computed (data.h).
 * SOLVER is its name and NAME its macros' prefix; FORWARD_ONLY: its parameters are constants; TRAINED: it has
 * parameters to begin with. No library is needed; main, which prints, is left out for wasm. */
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
#if defined(FORWARD_ONLY)
enum { WORK = SIZE(WORKSPACE_BYTES) };
#else
enum { WORK = SIZE(TRAINING_WORKSPACE_BYTES) };
static real gradient[SIZE(PARAMETERS)], params[SIZE(PARAMETERS)], objective;
static real x_bar[SAMPLES * SIZE(INPUTS)], dot[SAMPLES * SIZE(OUTPUTS)];
static struct FUNCTION(training) training;
#endif
static real prediction[SAMPLES * SIZE(OUTPUTS)];

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
    FUNCTION(forward)(SAMPLES, x, prediction, work);
#else
    FUNCTION(forward)(SAMPLES, x, START, prediction, work);
#endif
    return deviation(SAMPLES * SIZE(OUTPUTS), prediction, known);
}

#if !defined(FORWARD_ONLY)
static double gradient_deviation(void)
{
    FUNCTION(gradient)(SAMPLES, x, target, START, &objective, gradient, work);
    return deviation(SIZE(PARAMETERS), gradient, bar);
}

/* Adds the product to *sum, and its size to *size. */
static void add(double a, double b, double *sum, double *size)
{
    *sum += a * b;
    *size += magnitude(a * b);
}

/* <J v, w> less <v, J^T w>, relative to their terms, for v the samples and parameters, and w the targets. */
static double transpose_deviation(void)
{
    double difference = 0, back = 0, size = 1e-300;
    FUNCTION(pushforward)(SAMPLES, x, x, START, START, dot, work);
    FUNCTION(pullback)(SAMPLES, x, START, target, x_bar, gradient, work);
    for (size_t i = 0; i < SAMPLES * SIZE(OUTPUTS); i++)
        add((double)dot[i], (double)target[i], &difference, &size);
    for (size_t i = 0; i < SAMPLES * SIZE(INPUTS); i++)
        add((double)x_bar[i], (double)x[i], &back, &size);
    for (size_t i = 0; i < SIZE(PARAMETERS); i++)
        add((double)gradient[i], (double)START[i], &back, &size);
    return magnitude(difference - back) / size;
}

static int take_step(void)
{
    return FUNCTION(train_step)(SAMPLES, x, target, params, &training, work);
}

static double training_deviation(void)
{
    for (size_t i = 0; i < SIZE(PARAMETERS); i++)
        params[i] = START[i];
    FUNCTION(train_start)(&training);
    for (int i = 0; i < STEPS; i++)
        if (take_step())
            return 8;
    return deviation(SIZE(PARAMETERS), params, end);
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
    FUNCTION(forward)(SAMPLES, x, prediction, work);
#else
    FUNCTION(gradient)(SAMPLES, x, target, START, &objective, gradient, work);
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

/* harness: calls one solver as the flags say and gives the largest deviation from what costate computed (data.h).
 * SOLVER is its name and NAME its macros' prefix; FORWARD_ONLY: its parameters are constants. No library is needed;
 * main, which prints, is left out for wasm. */
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

enum { STEPS = 3 };
#if defined(FORWARD_ONLY)
static unsigned char work[SIZE(WORKSPACE_BYTES) + 1];
#else
static unsigned char work[SIZE(TRAINING_WORKSPACE_BYTES) + 1];
static real gradient[SIZE(PARAMETERS)], params[SIZE(PARAMETERS)], objective;
static struct FUNCTION(training) training;
#endif
static real prediction[SAMPLES * SIZE(OUTPUTS)];

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

void work_once(void)
{
#if defined(FORWARD_ONLY)
    FUNCTION(forward)(SAMPLES, x, prediction, work);
#else
    FUNCTION(gradient)(SAMPLES, x, target, start, &objective, gradient, work);
#endif
}

/* From an address that is aligned to nothing. */
double largest_deviation(void)
{
    double most = 0, next;
#if defined(FORWARD_ONLY)
    FUNCTION(forward)(SAMPLES, x, prediction, work + 1);
#else
    FUNCTION(forward)(SAMPLES, x, start, prediction, work + 1);
    FUNCTION(gradient)(SAMPLES, x, target, start, &objective, gradient, work + 1);
    most = deviation(SIZE(PARAMETERS), gradient, bar);
    for (size_t i = 0; i < SIZE(PARAMETERS); i++)
        params[i] = start[i];
    FUNCTION(train_start)(&training);
    for (int i = 0; i < STEPS; i++)
        if (FUNCTION(train_step)(SAMPLES, x, target, params, &training, work + 1))
            return 8;
    next = deviation(SIZE(PARAMETERS), params, end);
    most = next > most ? next : most;
#endif
    next = deviation(SAMPLES * SIZE(OUTPUTS), prediction, known);
    return next > most ? next : most;
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

enum { STACK = 16384 };

/* Paints the stack below here; or how many of the painted bytes are something else by now. One function does both, so
 * that they are the same bytes. */
static __attribute__((noinline, noclone)) size_t painted_over(int paint)
{
    volatile unsigned char below[STACK];
    size_t i = 0;
    for (; paint && i < STACK; i++)
        below[i] = 0x5a;
    while (i < STACK && below[i] == 0x5a)
        i++;
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
    work_once();
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

#include "runtime/data/generate.h"

#include "runtime/number/portable.h"
#include "runtime/number/random.h"
#include "gen/base/text.h"

#include <string.h>

/* Products and sums of one formula stand in statements of their own here, so that no compiler fuses them and the bits
 * are the same everywhere. */

const char *const generate_names[GENERATE_COUNT] = {"donut1d", "donut2d", "spiral2d", "squares2d"};

static const double pi = 3.141592653589793;

/* Point number at of the 100 that are equispaced on [-1, 1]. */
enum { GRID = 100 };

static double grid_point(size_t at)
{
    double along = (double)(2 * at) / (GRID - 1);
    return along - 1.0;
}

/* The density of a class at distance |r|: a normal of deviation 0.1 around 0 for class 1, around 1/2 for class 0. */
static double density(double r, bool inner)
{
    double deviation = r < 0.0 ? -r : r;
    if (!inner)
        deviation -= 0.5;
    double square = deviation * deviation;
    return portable_exp(square / -0.02);
}

/* The number of the cell that a uniform u in [0, 1) falls in: the first whose cumulative weight exceeds u times all. */
static size_t draw(const double *cumulative, size_t count, double u)
{
    double level = u * cumulative[count - 1];
    size_t low = 0, high = count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cumulative[middle] > level)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* count points of a donut's class: on the line with rows 1, in the plane with rows GRID. */
static void donut(Arena *arena, Random *random, size_t rows, bool inner, size_t count, double *x)
{
    double *cumulative = ARENA_ARRAY(arena, rows * GRID, double);
    double sum = 0.0;
    for (size_t i = 0; i < rows * GRID; i++) {
        double first = grid_point(i % GRID), second = rows == 1 ? 0.0 : grid_point(i / GRID);
        double a = first * first, b = second * second;
        sum += density(portable_sqrt(a + b), inner);
        cumulative[i] = sum;
    }
    for (size_t i = 0; i < count; i++) {
        size_t cell = draw(cumulative, rows * GRID, random_uniform(random));
        x[2 * i] = grid_point(cell % GRID);
        x[2 * i + 1] = rows == 1 ? 0.0 : grid_point(cell / GRID);
    }
}

/* count points of one arm: radius from 0.1 to 1, angle from 0.1 to 2 pi, both linear, turned by offset. */
static void arm(double offset, size_t count, double *x)
{
    for (size_t i = 0; i < count; i++) {
        double t = count > 1 ? (double)i / (double)(count - 1) : 0.0;
        double along = 0.9 * t, round = (2.0 * pi - 0.1) * t;
        double radius = 0.1 + along, angle = 0.1 + round + offset;
        x[2 * i] = radius * portable_cos(angle);
        x[2 * i + 1] = radius * portable_sin(angle);
    }
}

static double side(Random *random)
{
    double across = 1.4 * random_uniform(random);
    return across - 0.7;
}

static void squares(Random *random, size_t count, double *x, double *label)
{
    for (size_t i = 0; i < count; i++) {
        x[2 * i] = side(random);
        x[2 * i + 1] = side(random);
        label[i] = x[2 * i] * x[2 * i + 1] > 0.0 ? 1.0 : 0.0;
    }
}

/* The points without noise, class 1 first. */
static void points(Arena *arena, Random *random, const char *name, size_t samples, double *x, double *label)
{
    if (strcmp(name, "squares2d") == 0) {
        squares(random, samples, x, label);
        return;
    }
    bool line = strcmp(name, "donut1d") == 0;
    size_t ones = line ? samples / 3 + (samples % 3 > 0) : samples / 2 + samples % 2;
    double *rest = x + 2 * ones;
    if (strcmp(name, "spiral2d") == 0) {
        arm(pi, ones, x);
        arm(0.0, samples - ones, rest);
    } else {
        donut(arena, random, line ? 1 : GRID, true, ones, x);
        donut(arena, random, line ? 1 : GRID, false, samples - ones, rest);
    }
    for (size_t i = 0; i < samples; i++)
        label[i] = i < ones ? 1.0 : 0.0;
}

bool generate_known(const char *name)
{
    for (size_t i = 0; i < GENERATE_COUNT; i++) {
        if (strcmp(generate_names[i], name) == 0)
            return true;
    }
    return false;
}

void generate(Arena *arena, const char *name, size_t samples, uint64_t seed, const char *stream, double *x,
              double *label)
{
    Random random = random_stream(seed, text_print(arena, "%s %s", name, stream));
    double noise = strcmp(name, "spiral2d") == 0 ? 0.05 : 0.1;
    Arena *own = arena_within(arena);
    double *sorted = ARENA_ARRAY(own, 2 * samples, double);
    size_t *order = ARENA_ARRAY(own, samples, size_t);
    points(own, &random, name, samples, x, label);
    for (size_t i = 0; i < samples; i++)
        order[i] = i;
    random_shuffle(&random, order, samples);
    memcpy(sorted, label, samples * sizeof *sorted);
    for (size_t i = 0; i < samples; i++)
        label[i] = sorted[order[i]];
    memcpy(sorted, x, 2 * samples * sizeof *sorted);
    for (size_t i = 0; i < 2 * samples; i++) {
        double offset = noise * random_normal(&random);
        x[i] = sorted[2 * order[i / 2] + i % 2] + offset;
    }
    arena_free(own);
}

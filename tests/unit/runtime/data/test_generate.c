/* Random streams and the generated data sets: exact bits, class counts, geometry. */
#include "runtime/data/generate.h"
#include "runtime/number/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 3001 };

static double x[SAMPLES][2], label[SAMPLES];

static void make(const char *name, uint64_t seed, const char *stream)
{
    Arena *arena = arena_new();
    generate(arena, name, SAMPLES, seed, stream, x[0], label);
    arena_free(arena);
}

Test(random, streams_are_pinned)
{
    Random random = random_stream(1, "weights");
    cr_assert_eq(random_bits(&random), UINT64_C(0x566cb547f9db1015));
    cr_assert_eq(random_uniform(&random), 0x1.e3ae3c7120fdp-4);
    cr_assert_eq(random_normal(&random), -0x1.427fb8c80aff1p-1);
    cr_assert_eq(random_normal(&random), 0x1.0a80ec3771e41p-3);
    cr_assert_eq(random_below(&random, 1000), 346u);
}

Test(random, names_and_seeds_give_other_streams)
{
    Random first = random_stream(1, "train"), second = random_stream(1, "validate"), third = random_stream(2, "train");
    uint64_t bits = random_bits(&first);
    cr_assert_neq(bits, random_bits(&second));
    cr_assert_neq(bits, random_bits(&third));
}

Test(random, moments_are_those_of_the_distributions)
{
    enum { COUNT = 100000 };
    Random random = random_stream(3, "moments");
    double uniform[2] = {0}, normal[4] = {0};
    for (int i = 0; i < COUNT; i++) {
        double u = random_uniform(&random), g = random_normal(&random);
        cr_assert(u >= 0 && u < 1);
        uniform[0] += u / COUNT, uniform[1] += u * u / COUNT;
        normal[0] += g / COUNT, normal[1] += g * g / COUNT;
        normal[2] += g * g * g / COUNT, normal[3] += g * g * g * g / COUNT;
    }
    cr_assert_float_eq(uniform[0], 0.5, 0.005);
    cr_assert_float_eq(uniform[1], 1.0 / 3, 0.005);
    cr_assert_float_eq(normal[0], 0, 0.02);
    cr_assert_float_eq(normal[1], 1, 0.03);
    cr_assert_float_eq(normal[2], 0, 0.1);
    cr_assert_float_eq(normal[3], 3, 0.25);
}

Test(random, bounded_integers_and_shuffles_are_uniform)
{
    Random random = random_stream(4, "shuffle");
    int at[5][5] = {{0}}, below[7] = {0};
    for (int round = 0; round < 10000; round++) {
        size_t index[5] = {0, 1, 2, 3, 4};
        random_shuffle(&random, index, 5);
        for (size_t i = 0; i < 5; i++)
            at[i][index[i]]++;
        below[random_below(&random, 7)]++;
    }
    for (size_t i = 0; i < 25; i++)
        cr_assert(abs(at[i / 5][i % 5] - 2000) < 200);
    for (size_t i = 0; i < 7; i++)
        cr_assert(abs(below[i] - 1429) < 175);
}

Test(generate, knows_its_names)
{
    for (size_t i = 0; i < GENERATE_COUNT; i++)
        cr_assert(generate_known(generate_names[i]));
    cr_assert_not(generate_known("donut3d"));
}

Test(generate, classes_have_their_counts_and_are_shuffled)
{
    static const size_t ones[] = {1001, 1501, 1501};
    for (size_t i = 0; i < 3; i++) {
        make(generate_names[i], 5, "train");
        size_t count = 0, first = 0;
        for (size_t k = 0; k < SAMPLES; k++) {
            cr_assert(label[k] == 0 || label[k] == 1);
            count += label[k] == 1;
            first += k < 300 && label[k] == 1;
        }
        cr_assert_eq(count, ones[i]);
        cr_assert(first > 50 && first < 200, "%zu of the first 300", first);
    }
}

Test(generate, seeds_and_streams_decide_every_bit)
{
    static double before[SAMPLES][2];
    for (size_t i = 0; i < GENERATE_COUNT; i++) {
        make(generate_names[i], 6, "train");
        memcpy(before, x, sizeof x);
        make(generate_names[i], 6, "train");
        cr_assert_eq(memcmp(before, x, sizeof x), 0);
        make(generate_names[i], 6, "validate");
        cr_assert_neq(before[0][0], x[0][0]);
        make(generate_names[i], 7, "train");
        cr_assert_neq(before[0][0], x[0][0]);
    }
}

Test(generate, points_are_pinned)
{
    static const double pinned[GENERATE_COUNT][3] = {
        {-0x1.df7b9ffdfcbe2p-3, 0x1.664d6e9b192bbp-4, 1},
        {-0x1.2ee5ad392ba8p-1, -0x1.4bd3545b8c8e2p-5, 0},
        {0x1.5081db694be3cp-4, 0x1.b6e73ccc9af49p-3, 0},
        {0x1.64e1de498e249p-1, -0x1.43b1d9550f68cp-1, 0},
    };
    for (size_t i = 0; i < GENERATE_COUNT; i++) {
        make(generate_names[i], 42, "train");
        cr_assert_eq(x[0][0], pinned[i][0]);
        cr_assert_eq(x[0][1], pinned[i][1]);
        cr_assert_eq(label[0], pinned[i][2]);
    }
}

/* The share of a class whose distance from the origin (in the plane, or on the line) is in [least, most). */
static double share(double class, bool line, double least, double most)
{
    double inside = 0, all = 0;
    for (size_t k = 0; k < SAMPLES; k++) {
        if (label[k] != class)
            continue;
        double r = line ? fabs(x[k][0]) : hypot(x[k][0], x[k][1]);
        inside += r >= least && r < most;
        all++;
    }
    return inside / all;
}

/* With the noise, deviations are 0.1 sqrt(2) = 0.141: P(|g| < 0.283) = 0.954 for a normal g. */
Test(generate, donut1d_lies_on_a_line)
{
    make("donut1d", 8, "train");
    double square = 0;
    for (size_t k = 0; k < SAMPLES; k++)
        square += x[k][1] * x[k][1] / SAMPLES;
    cr_assert_float_eq(square, 0.01, 0.001);
    cr_assert_float_eq(share(1, true, 0, 0.283), 0.954, 0.02);
    cr_assert_float_eq(share(0, true, 0.217, 0.783), 0.954, 0.02);
}

/* In the plane the radius of class 1 has a Rayleigh distribution: P(r < 0.283) = 1 - exp(-2). */
Test(generate, donut2d_has_a_disk_and_a_ring)
{
    make("donut2d", 9, "train");
    cr_assert_float_eq(share(1, false, 0, 0.283), 0.865, 0.03);
    cr_assert_float_eq(share(0, false, 0.217, 0.85), 0.954, 0.03);
}

/* The distance of a point from the nearest of many points on the arm that starts at angle 0.1 + offset. */
static double distance(const double *point, double offset)
{
    double nearest = INFINITY;
    for (int i = 0; i <= 200; i++) {
        double radius = 0.1 + 0.9 * i / 200, angle = 0.1 + (6.283185307179586 - 0.1) * i / 200 + offset;
        nearest = fmin(nearest, hypot(point[0] - radius * cos(angle), point[1] - radius * sin(angle)));
    }
    return nearest;
}

Test(generate, spiral2d_has_two_arms)
{
    make("spiral2d", 10, "train");
    double far = 0;
    for (size_t k = 0; k < SAMPLES; k++)
        far += distance(x[k], label[k] == 1 ? 3.141592653589793 : 0.0) > 0.15;
    cr_assert_leq(far / SAMPLES, 0.01);
}

Test(generate, squares2d_are_uniform_with_classes_by_quadrant)
{
    make("squares2d", 11, "train");
    double agree = 0, square = 0, ones = 0;
    for (size_t k = 0; k < SAMPLES; k++) {
        agree += (x[k][0] * x[k][1] > 0) == (label[k] == 1);
        square += x[k][0] * x[k][0] / SAMPLES;
        ones += label[k];
    }
    cr_assert_float_eq(square, 0.7 * 0.7 / 3 + 0.01, 0.01);
    cr_assert_float_eq(ones / SAMPLES, 0.5, 0.04);
    cr_assert(agree / SAMPLES > 0.8 && agree / SAMPLES < 0.95, "%g", agree / SAMPLES);
}

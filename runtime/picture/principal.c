#include "runtime/picture/principal.h"

#include <math.h>
#include <stdbool.h>

enum { ITERATIONS = 300 };

static double dot(size_t width, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < width; i++)
        sum += a[i] * b[i];
    return sum;
}

static const double *mean_of(Arena *arena, size_t count, size_t width, const double *points)
{
    double *mean = ARENA_ARRAY(arena, width, double);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < width; j++)
            mean[j] += points[i * width + j] / (double)count;
    return mean;
}

static double *covariance_of(Arena *arena, size_t count, size_t width, const double *points, const double *mean)
{
    double *covariance = ARENA_ARRAY(arena, width * width, double);
    for (size_t n = 0; n < count; n++) {
        const double *point = points + n * width;
        for (size_t i = 0; i < width; i++)
            for (size_t j = 0; j < width; j++)
                covariance[i * width + j] += (point[i] - mean[i]) * (point[j] - mean[j]) / (double)count;
    }
    return covariance;
}

/* Makes axis a unit vector orthogonal to other (or NULL); false where nothing is left of it. */
static bool normalise(size_t width, double *axis, const double *other)
{
    double overlap = other ? dot(width, axis, other) : 0;
    for (size_t i = 0; other && i < width; i++)
        axis[i] -= overlap * other[i];
    double length = sqrt(dot(width, axis, axis));
    if (!(length > 1e-150))
        return false;
    for (size_t i = 0; i < width; i++)
        axis[i] /= length;
    return true;
}

/* The eigenvector of the largest eigenvalue on the complement of other, by power iteration from a channel. */
static const double *principal(Arena *arena, size_t width, const double *matrix, const double *other, double *value)
{
    double *axis = ARENA_ARRAY(arena, width, double), *next = ARENA_ARRAY(arena, width, double);
    size_t start = 0;
    for (size_t i = 1; i < width; i++)
        if (matrix[i * width + i] * (other ? 1 - other[i] * other[i] : 1) >
            matrix[start * width + start] * (other ? 1 - other[start] * other[start] : 1))
            start = i;
    axis[start] = 1;
    for (size_t i = 0; other && !normalise(width, axis, other); i++)
        axis[(start + i) % width] = 1;
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        for (size_t i = 0; i < width; i++)
            next[i] = dot(width, matrix + i * width, axis);
        *value = dot(width, next, axis);
        if (!normalise(width, next, other))
            break;
        double *previous = axis;
        axis = next;
        next = previous;
    }
    return axis;
}

static PrincipalPlane channels(Arena *arena)
{
    double *axes = ARENA_ARRAY(arena, 4, double);
    axes[0] = axes[3] = 1;
    return (PrincipalPlane){2, ARENA_ARRAY(arena, 2, double), {axes, axes + 2}, 1};
}

PrincipalPlane principal_of(Arena *arena, size_t count, size_t width, const double *points)
{
    if (width == 2)
        return channels(arena);
    PrincipalPlane projection = {.width = width, .mean = mean_of(arena, count, width, points)};
    const double *covariance = covariance_of(arena, count, width, points, projection.mean);
    double first = 0, second = 0, total = 0;
    for (size_t i = 0; i < width; i++)
        total += covariance[i * width + i];
    projection.axes[0] = principal(arena, width, covariance, NULL, &first);
    projection.axes[1] = principal(arena, width, covariance, projection.axes[0], &second);
    projection.share = total > 0 ? (first + second) / total : 1;
    return projection;
}

void principal_apply(const PrincipalPlane *projection, const double *point, double coordinates[2])
{
    for (int axis = 0; axis < 2; axis++) {
        coordinates[axis] = 0;
        for (size_t i = 0; i < projection->width; i++)
            coordinates[axis] += (point[i] - projection->mean[i]) * projection->axes[axis][i];
    }
}

void principal_lift(const PrincipalPlane *projection, const double coordinates[2], double *point)
{
    for (size_t i = 0; i < projection->width; i++)
        point[i] =
            projection->mean[i] + coordinates[0] * projection->axes[0][i] + coordinates[1] * projection->axes[1][i];
}

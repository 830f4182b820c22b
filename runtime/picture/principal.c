#include "runtime/picture/principal.h"

#include "runtime/number/lapack.h"

#include <math.h>

static const double *mean_of(Arena *arena, size_t count, size_t width, const double *points)
{
    double *mean = ARENA_ARRAY(arena, width, double);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < width; j++)
            mean[j] += points[i * width + j];
    for (size_t j = 0; j < width; j++)
        mean[j] /= (double)count;
    return mean;
}

static double *covariance_of(Arena *arena, size_t count, size_t width, const double *points, const double *mean)
{
    enum { MOST = 1024 };
    double *covariance = ARENA_ARRAY(arena, width * width, double), *off = ARENA_ARRAY(arena, width * MOST, double);
    for (size_t first = 0, some; first < count; first += some) {
        some = count - first < MOST ? count - first : MOST;
        for (size_t n = 0; n < some; n++)
            for (size_t i = 0; i < width; i++)
                off[i * some + n] = points[(first + n) * width + i] - mean[i];
        lapack_add_products(width, some, 1 / (double)count, off, covariance);
    }
    return covariance;
}

/* The first two channels. */
static PrincipalPlane channels(Arena *arena, size_t width)
{
    double *axes = ARENA_ARRAY(arena, 2 * width, double);
    axes[0] = axes[width + 1] = 1;
    return (PrincipalPlane){width, ARENA_ARRAY(arena, width, double), {axes, axes + width}, 1};
}

PrincipalPlane principal_of(Arena *arena, size_t count, size_t width, const double *points)
{
    if (width == 2)
        return channels(arena, width);
    const double *mean = mean_of(arena, count, width, points);
    double *axes = covariance_of(arena, count, width, points, mean), *values = ARENA_ARRAY(arena, width, double);
    double total = 0;
    for (size_t i = 0; i < width; i++)
        total += axes[i * width + i];
    if (!isfinite(total) || !lapack_eigenvectors(arena, width, axes, values))
        return channels(arena, width);
    double share = total > 0 ? (values[width - 1] + values[width - 2]) / total : 1;
    return (PrincipalPlane){width, mean, {axes + (width - 1) * width, axes + (width - 2) * width}, share};
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

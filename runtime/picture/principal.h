/* principal: a plane to look at points of many channels in. */
#ifndef COSTATE_PRINCIPAL_H
#define COSTATE_PRINCIPAL_H

#include "gen/base/arena.h"

/* The plane mean + a axes[0] + b axes[1], where the axes are orthonormal. */
typedef struct {
    size_t width;
    const double *mean;    /* [width] */
    const double *axes[2]; /* [width] each */
    double share;          /* of the variance that lies in the plane */
} PrincipalPlane;

/* Of points [count][width], width >= 2: for two channels the channels themselves (mean 0), for more the first two
 * principal components (Pearson 1901), by LAPACK, which must be ready (runtime/number/lapack.h); for points that are
 * not finite the first two channels. */
PrincipalPlane principal_of(Arena *arena, size_t count, size_t width, const double *points);

/* Coordinates of a point in the plane. */
void principal_apply(const PrincipalPlane *projection, const double *point, double coordinates[2]);

/* The point of the plane with these coordinates. */
void principal_lift(const PrincipalPlane *projection, const double coordinates[2], double *point);

#endif

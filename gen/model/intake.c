#include "gen/model/intake.h"

bool intake_scales(const Scales *scales)
{
    return scales->x.mean || scales->signals.mean || scales->targets.mean;
}

void intake_in(const Scale *scale, size_t width, size_t count, const double *from, double *to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = scale->mean ? (from[i] - scale->mean[i % width]) / scale->deviation[i % width] : from[i];
}

void intake_out(const Scale *scale, size_t width, size_t count, const double *from, double *to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = scale->mean ? from[i] * scale->deviation[i % width] + scale->mean[i % width] : from[i];
}

void intake_widen(const Scale *scale, size_t width, size_t count, double *values)
{
    for (size_t i = 0; scale->mean && i < count; i++)
        values[i] *= scale->deviation[i % width];
}

void intake_narrow(const Scale *scale, size_t width, size_t count, double *values)
{
    for (size_t i = 0; scale->mean && i < count; i++)
        values[i] /= scale->deviation[i % width];
}

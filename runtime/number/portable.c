#include "runtime/number/portable.h"

/* A block of one sample makes a vector one real. */
#define COSTATE_BLOCK 1
#include "templates/elementary.h"

#define PORTABLE(name)                                                                                                 \
    double portable_##name(double x)                                                                                   \
    {                                                                                                                  \
        return costate_vec_##name(x);                                                                                  \
    }

PORTABLE(exp)
PORTABLE(expm1)
PORTABLE(log)
PORTABLE(log1p)
PORTABLE(tanh)
PORTABLE(sigmoid)
PORTABLE(sin)
PORTABLE(cos)
PORTABLE(erf)
PORTABLE(sqrt)

double portable_pow(double x, double y)
{
    return costate_vec_pow(x, y);
}

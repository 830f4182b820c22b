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
PORTABLE(log)
PORTABLE(sin)
PORTABLE(cos)
PORTABLE(sqrt)

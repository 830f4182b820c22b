/* noise: numbers for an example, the same on every machine and in every real type. */
#include "vector.h"

/*@ noise */
/* A number in [-1, 1), a multiple of 2^-23. */
static costate_real costate_noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (costate_real)(int32_t)(*state >> 8) / 8388608 - 1;
}

/*@ end */

/* random: pseudo-random numbers, the same on every machine. xoshiro256++ of Blackman and Vigna (2019), its state filled
 * by splitmix64. */
#ifndef COSTATE_RANDOM_H
#define COSTATE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stream of numbers. A copy of it repeats them. */
typedef struct {
    uint64_t state[4];
    double spare; /* the second normal of a pair, when has_spare */
    bool has_spare;
} Random;

/* The stream called name under seed; another name or seed gives an independent stream. */
Random random_stream(uint64_t seed, const char *name);

/* 64 random bits. */
uint64_t random_bits(Random *random);

/* Uniform in [0, 1), a multiple of 2^-53. */
double random_uniform(Random *random);

/* Uniform in 0 .. bound - 1, without bias; bound > 0. */
size_t random_below(Random *random, size_t bound);

/* Normal with mean 0 and variance 1 (Box and Muller). */
double random_normal(Random *random);

/* Shuffles index[0..count) uniformly (Fisher and Yates). */
void random_shuffle(Random *random, size_t *index, size_t count);

#endif

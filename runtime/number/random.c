#include "runtime/number/random.h"

#include "runtime/number/portable.h"
#include "gen/base/text.h"

#include <string.h>

/* Products and sums of one formula stand in statements of their own here, so that no compiler fuses them. */

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

Random random_stream(uint64_t seed, const char *name)
{
    Random random = {{0}, 0.0, false};
    uint64_t state = seed;
    state = splitmix(&state) ^ text_hash(TEXT_HASH_SEED, name, strlen(name));
    for (size_t i = 0; i < 4; i++)
        random.state[i] = splitmix(&state);
    return random;
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t random_bits(Random *random)
{
    uint64_t *s = random->state;
    uint64_t bits = rotate(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return bits;
}

double random_uniform(Random *random)
{
    return (double)(random_bits(random) >> 11) * 0x1p-53;
}

size_t random_below(Random *random, size_t bound)
{
    /* The lowest 2^64 mod bound values are refused: what is left is a whole number of rounds. */
    uint64_t least = (0 - (uint64_t)bound) % bound, bits;
    do
        bits = random_bits(random);
    while (bits < least);
    return (size_t)(bits % bound);
}

double random_normal(Random *random)
{
    if (random->has_spare) {
        random->has_spare = false;
        return random->spare;
    }
    double radius = portable_sqrt(-2.0 * portable_log(1.0 - random_uniform(random)));
    double angle = 6.283185307179586 * random_uniform(random);
    random->spare = radius * portable_sin(angle);
    random->has_spare = true;
    return radius * portable_cos(angle);
}

void random_shuffle(Random *random, size_t *index, size_t count)
{
    for (size_t left = count; left > 1; left--) {
        size_t at = random_below(random, left), last = index[left - 1];
        index[left - 1] = index[at];
        index[at] = last;
    }
}

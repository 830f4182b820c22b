#include "gen/model/coupling.h"

#include <string.h>

/* needs, also by way of others (Warshall). */
static bool *reach_of(Arena *arena, size_t count, const bool *needs)
{
    bool *reach = ARENA_ARRAY(arena, count * count, bool);
    memcpy(reach, needs, count * count * sizeof *reach);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; reach[i * count + k] && j < count; j++)
                reach[i * count + j] = reach[i * count + j] || reach[k * count + j];
    return reach;
}

static bool together(size_t count, const bool *reach, size_t i, size_t k)
{
    return i == k || (reach[i * count + k] && reach[k * count + i]);
}

/* Is everything there that the group of value i needs of others? */
static bool is_ready(size_t count, const bool *reach, const bool *placed, size_t i)
{
    for (size_t k = 0; k < count; k++)
        if (reach[i * count + k] && !placed[k] && !together(count, reach, i, k))
            return false;
    return true;
}

static void add_group(Arena *arena, Coupling *coupling, size_t count, const bool *reach, bool *placed, size_t i)
{
    CoupledGroup *group = &coupling->groups[coupling->count++];
    group->members = ARENA_ARRAY(arena, count, size_t);
    group->coupled = reach[i * count + i];
    for (size_t k = 0; k < count; k++)
        if (together(count, reach, i, k)) {
            group->members[group->count++] = k;
            placed[k] = true;
        }
}

Coupling coupling_of(Arena *arena, size_t count, const bool *needs)
{
    const bool *reach = reach_of(arena, count, needs);
    bool *placed = ARENA_ARRAY(arena, count, bool);
    Coupling coupling = {.groups = ARENA_ARRAY(arena, count, CoupledGroup)};
    for (size_t i = 0; i < count;) {
        if (placed[i] || !is_ready(count, reach, placed, i)) {
            i++;
            continue;
        }
        add_group(arena, &coupling, count, reach, placed, i);
        i = 0; /* what stood before i may be ready now */
    }
    return coupling;
}

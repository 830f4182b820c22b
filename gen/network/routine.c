#include "gen/network/routine.h"

#include <string.h>

/* Room for one element more in an array of that many. */
static void *room(Arena *arena, void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    size_t before = *capacity;
    *capacity = 2 * before + 8;
    return arena_grow(arena, array, before * size, *capacity * size);
}

void routine_parameter(Arena *arena, Routine *routine, RoutineParameter parameter)
{
    routine->parameters = room(arena, routine->parameters, routine->parameter_count, &routine->parameter_capacity,
                               sizeof *routine->parameters);
    routine->parameters[routine->parameter_count++] = parameter;
}

void routine_input(Arena *arena, Routine *routine, RoutineInput input)
{
    routine->inputs =
        room(arena, routine->inputs, routine->input_count, &routine->input_capacity, sizeof *routine->inputs);
    routine->inputs[routine->input_count++] = input;
}

void routine_result(Arena *arena, Routine *routine, RoutineResult result)
{
    routine->results =
        room(arena, routine->results, routine->result_count, &routine->result_capacity, sizeof *routine->results);
    routine->results[routine->result_count++] = result;
}

const RoutineParameter *routine_find(const Routine *routine, const char *name)
{
    for (size_t i = 0; i < routine->parameter_count; i++)
        if (!strcmp(routine->parameters[i].name, name))
            return &routine->parameters[i];
    return NULL;
}

size_t location_at(const Location *location, size_t layer)
{
    return location->offset + (location->span ? location->stride * (layer / location->span) : 0);
}

void routine_mark(const Routine *routine, bool *marks)
{
    for (size_t i = 0; i < routine->result_count; i++)
        graph_mark(routine->results[i].node, marks);
}

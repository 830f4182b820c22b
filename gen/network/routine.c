#include "gen/network/routine.h"

void routine_input(Arena *arena, Routine *routine, RoutineInput input)
{
    if (routine->input_count == routine->input_capacity) {
        size_t size = routine->input_capacity * sizeof(RoutineInput);
        routine->input_capacity = 2 * routine->input_capacity + 4;
        routine->inputs = arena_grow(arena, routine->inputs, size, routine->input_capacity * sizeof(RoutineInput));
    }
    routine->inputs[routine->input_count++] = input;
}

void routine_result(Arena *arena, Routine *routine, RoutineResult result)
{
    if (routine->result_count == routine->result_capacity) {
        size_t size = routine->result_capacity * sizeof(RoutineResult);
        routine->result_capacity = 2 * routine->result_capacity + 8;
        routine->results = arena_grow(arena, routine->results, size, routine->result_capacity * sizeof(RoutineResult));
    }
    routine->results[routine->result_count++] = result;
}

void routine_mark(const Routine *routine, bool *marks)
{
    for (size_t i = 0; i < routine->result_count; i++)
        graph_mark(routine->results[i].node, marks);
}

#include "gen/network/equations.h"

#include "gen/graph/newton.h"

static bool is_first_of(const Step *step, size_t value)
{
    for (size_t i = 0; i < value; i++)
        if (step->newton[i] == step->newton[value])
            return false;
    return step->newton[value] != NULL;
}

NodeList equations_of(Arena *arena, const Step *step)
{
    NodeList equations = node_list(arena);
    for (size_t value = 0; value < step->stages * step->parts; value++)
        if (is_first_of(step, value))
            node_list_add(&equations, step->newton[value]);
    return equations;
}

size_t equations_unknowns(const Node *equation)
{
    return equation->args[NEWTON_IMAGE]->shape.rows;
}

/* The stages that solve the equation, or no equation where it is NULL. */
const char *equations_stages(Arena *arena, const Step *step, const Node *equation)
{
    const char *names = "";
    for (size_t value = 0; value < step->stages * step->parts; value++)
        if (step->newton[value] == equation)
            names = text_print(arena, "%s%s%s", names, *names ? ", " : "", step_stage_name(arena, step, value));
    return names;
}

static size_t stages_of(const Step *step, const Node *equation)
{
    size_t count = 0;
    for (size_t value = 0; value < step->stages * step->parts; value++)
        count += step->newton[value] == equation;
    return count;
}

/* How many equations from the first one on are alike: of one stage and of as many unknowns. */
static size_t alike(const Step *step, const Node *const *equations, size_t count)
{
    size_t k = 1;
    while (k < count && stages_of(step, equations[0]) == 1 && stages_of(step, equations[k]) == 1 &&
           equations_unknowns(equations[k]) == equations_unknowns(equations[0]))
        k++;
    return k;
}

const char *equations_text(Arena *arena, const Step *step)
{
    const NodeList equations = equations_of(arena, step);
    const char *explicits = equations_stages(arena, step, NULL);
    Text text = text_new(arena);
    if (*explicits)
        text_format(&text, "%s explicit", explicits);
    for (size_t k = 0, count; k < equations.count; k += count) {
        const size_t unknowns = equations_unknowns(equations.nodes[k]);
        count = alike(step, equations.nodes + k, equations.count - k);
        for (size_t i = k; i < k + count; i++)
            text_format(&text, "%s%s",
                        i > k         ? ", "
                        : text.length ? "; "
                                      : "",
                        equations_stages(arena, step, equations.nodes[i]));
        text_format(&text, " by Newton's method, %s%zu unknown%s", count > 1 ? "each of " : "", unknowns,
                    unknowns == 1 ? "" : "s");
    }
    return text.data;
}

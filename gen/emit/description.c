#include "gen/emit/description.h"

const char *description_network(Arena *arena, const Model *model)
{
    static const char *const links[] = {"identity", "sigmoid", "softmax"};
    static const char *const losses[] = {"squared", "cross-entropy"};
    return text_print(arena, "%zu inputs%s, width %zu, %zu layers%s, %zu output%s (%s), %s loss %s", model->inputs,
                      model->lift ? " (lifted)" : "", model->width, model->layers,
                      model->residual ? "" : " without residual", model->outputs, model->outputs == 1 ? "" : "s",
                      links[model->link], losses[model->loss], model->average ? "averaged" : "summed");
}

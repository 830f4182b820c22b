#include "gen/emit/description.h"

#include "gen/model/loss.h"

const char *description_network(Arena *arena, const Model *model)
{
    Text text = text_new(arena);
    text_format(&text, "%zu inputs%s, width %zu, %zu layers%s, %zu output%s", model->inputs,
                model->lift ? " (lifted)" : "", model->width, model->layers, model->residual ? "" : " without residual",
                model->outputs, model->outputs == 1 ? "" : "s");
    if (model->link)
        text_format(&text, " (%s)", model->link->name);
    if (model->has_loss)
        text_format(&text, ", %s loss %s", model->loss ? model->loss->title : "own",
                    model->average ? "averaged" : "summed");
    return text.data;
}

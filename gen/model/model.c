#include "gen/model/model.h"

#include "gen/base/text.h"
#include "gen/model/algorithm.h"
#include "gen/model/loss.h"

#include <string.h>

const Tensor *model_tensor(const Model *model, const char *name)
{
    for (size_t t = 0; t < model->tensor_count; t++)
        if (!strcmp(model->tensors[t].name, name))
            return &model->tensors[t];
    return NULL;
}

const char *model_loss_name(const Model *model)
{
    return model->loss ? model->loss->name : NULL;
}

const char *model_link_name(const Model *model)
{
    return model->link ? model->link->name : NULL;
}

size_t model_classes(const Model *model)
{
    bool probabilities = model->link ? model->link->classes : model->loss && model->loss->of_classes;
    if (!probabilities)
        return 0;
    return model->outputs == 1 ? 2 : model->outputs;
}

const char *model_weight_problem(Arena *arena, const Model *model, const char *weight, const char *class_weight)
{
    const char *name = weight ? weight : class_weight;
    if (name && !model->has_loss)
        return text_print(arena, "%s is for losses, and the network has none", name);
    if (class_weight && !model_classes(model))
        return text_print(arena, "%s is for classes, and the targets are numbers", class_weight);
    return NULL;
}

const char *model_labels_problem(Arena *arena, const Model *model, const char *name)
{
    if (!model->has_loss)
        return text_print(arena, "%s is for targets, and the network has no loss", name);
    if (model_classes(model))
        return text_print(arena, "%s is for targets that are numbers, and these are classes", name);
    if (model->noise)
        return text_print(arena, "%s gives targets another unit than that of their noise: leave one of them away",
                          name);
    return NULL;
}

Scale model_state_scale(Arena *arena, const Model *model, const Scale *x)
{
    if (!x->mean || model->lift || !model->residual)
        return (Scale){NULL, NULL};
    double *mean = ARENA_ARRAY(arena, model->width, double), *deviation = ARENA_ARRAY(arena, model->width, double);
    for (size_t i = 0; i < model->width; i++) {
        mean[i] = i < model->inputs ? x->mean[i] : 0;
        deviation[i] = i < model->inputs ? x->deviation[i] : 1;
    }
    return (Scale){mean, deviation};
}

Scales model_scales(Arena *arena, const Model *model, const Scales *scales)
{
    Scales all = *scales;
    if (!model->has_loss)
        all.targets = model_state_scale(arena, model, &scales->x);
    return all;
}

size_t model_predictions(const Model *model)
{
    return model->observations * model->outputs;
}

size_t model_targets(const Model *model)
{
    return model_predictions(model) + (model->weighted ? 1 : 0);
}

size_t model_signal_rows(const Model *model)
{
    return model->layers + model->linear;
}

size_t model_unknowns(const Model *model, size_t samples)
{
    return model->parameters + (model->learns_x ? samples * model->inputs : 0);
}

bool model_bounded(const Model *model)
{
    for (size_t t = 0; t < model->tensor_count; t++)
        if (model->tensors[t].lower)
            return true;
    return false;
}

bool model_held(const Model *model)
{
    return model->x_lower || model_bounded(model);
}

double model_step_total(const Model *model)
{
    const Tensor *steps = &model->tensors[model->step_tensor];
    if (steps->init.kind != INIT_VALUES)
        return (double)steps->size * model->step;
    double total = 0;
    for (size_t i = 0; i < steps->size; i++)
        total += steps->init.values[i];
    return total;
}

void model_steps(const Model *model, const double *params, double *steps)
{
    const Tensor *dt = &model->tensors[model->step_tensor];
    for (size_t n = 0; n < model->layers; n++)
        steps[n] = params[dt->offset + (dt->span ? n / dt->span : 0)];
}

bool model_observes_last(const Model *model)
{
    return model->observations == 1 && model->observed[0] == model->layers;
}

bool model_decays(const Model *model, size_t tensor)
{
    return model->tensors[tensor].learnt && tensor != model->step_tensor;
}

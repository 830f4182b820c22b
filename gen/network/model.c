#include "gen/network/model.h"

#include <string.h>

const Tensor *model_tensor(const Model *model, const char *name)
{
    for (size_t t = 0; t < model->tensor_count; t++)
        if (!strcmp(model->tensors[t].name, name))
            return &model->tensors[t];
    return NULL;
}

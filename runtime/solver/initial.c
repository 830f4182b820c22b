#include "runtime/solver/initial.h"

#include "runtime/number/random.h"

void initial_parameters(const Model *model, uint64_t seed, double *params)
{
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        const Init *init = &tensor->init;
        Random random = random_stream(seed, tensor->name);
        for (size_t i = 0; i < tensor->size; i++) {
            double *value = &params[tensor->offset + i];
            if (init->kind == INIT_NORMAL)
                *value = init->a * random_normal(&random);
            else if (init->kind == INIT_UNIFORM)
                *value = init->a + (init->b - init->a) * random_uniform(&random);
            else
                *value = init->a;
        }
    }
}

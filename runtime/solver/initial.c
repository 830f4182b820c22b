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
            switch (init->kind) {
            case INIT_CONSTANT:
                *value = init->a;
                break;
            case INIT_NORMAL:
                *value = init->a * random_normal(&random);
                break;
            case INIT_UNIFORM:
                *value = init->a + (init->b - init->a) * random_uniform(&random);
                break;
            case INIT_VALUES:
                *value = init->values[i];
                break;
            }
        }
    }
}

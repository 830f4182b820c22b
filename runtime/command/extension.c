#include "runtime/command/extension.h"

#include "runtime/solver/initial.h"

#include <string.h>

/* What the values of a tensor over layers are there for: "each layer". */
static const char *values_of(Arena *arena, const Tensor *tensor)
{
    return tensor->stages > 1 ? "each stage"
           : tensor->span > 1 ? text_print(arena, "each %zu layers", tensor->span)
                              : "each layer";
}

/* Only what is known of all layers is known of further ones. The steps are a sequence that goes on. */
static bool can_extend(Session *session, const Model *model, const double *step)
{
    const Place place = {.file = model->file};
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        bool is_step = t == model->step_tensor;
        bool over_layers =
            is_step ? tensor->span > 1
                    : t >= model->control_tensor && t < model->control_tensor + model->control_count && tensor->span;
        if (over_layers)
            return diagnostics_error(session->diagnostics, place,
                                     "--layers needs controls of span \"all\", but \"%s\" has a value for %s",
                                     tensor->name, values_of(session->arena, tensor));
        if (is_step && !tensor->span && step)
            return diagnostics_error(session->diagnostics, place,
                                     "--step is for further layers, but \"dt\" has one value for all layers");
    }
    return true;
}

/* count steps [count], those of `steps` as far as they go, and then step. */
static double *continued(Arena *arena, const Model *model, const double *steps, size_t count, const double *step)
{
    double *longer = ARENA_ARRAY(arena, count, double);
    for (size_t n = 0; n < count; n++)
        longer[n] = n < model->layers ? steps[n] : step ? *step : steps[model->layers - 1];
    return longer;
}

/* "{ layers = 3, step = { 0.1, 0.1, 0.2 } }"; without steps where dt has one value, which the spec gives as a number.
 */
static const char *changes_of(Arena *arena, const Model *model, size_t layers, const double *step)
{
    Text text = text_new(arena);
    const double *steps = continued(arena, model, model->steps, layers, step);
    text_format(&text, "{ layers = %zu", layers);
    if (model->tensors[model->step_tensor].span) {
        text_add(&text, ", step = { ");
        for (size_t n = 0; n < layers; n++) {
            text_real(&text, steps[n]);
            text_add(&text, ", ");
        }
        text_add(&text, "}");
    }
    text_add(&text, " }");
    return text.data;
}

/* Every tensor by its name; all but the steps have the same shape. */
static const double *carried(Arena *arena, const Model *from, const double *params, const Model *to, const double *step)
{
    double *longer = ARENA_ARRAY(arena, to->parameters, double);
    for (size_t t = 0; t < to->tensor_count; t++) {
        const Tensor *tensor = &to->tensors[t], *old = model_tensor(from, tensor->name);
        const double *values = params + old->offset;
        if (t == to->step_tensor && tensor->span)
            values = continued(arena, from, values, to->layers, step);
        memcpy(longer + tensor->offset, values, tensor->size * sizeof *longer);
    }
    return longer;
}

const Program *extension_of(Session *session, const Program *program, size_t layers, const double *step,
                            const double **params)
{
    Arena *arena = session->arena;
    const Model *model = program->description.model;
    if (!can_extend(session, model, step))
        return NULL;
    const char *changes = changes_of(arena, model, layers, step);
    if (model->changes)
        changes = text_print(arena, "%s, %s", model->changes, changes);
    const Program *other = gen_changed_program(arena, session->diagnostics, model->file, session_specs(arena), changes);
    if (other)
        *params = carried(arena, model, *params, other->description.model, step);
    return other;
}

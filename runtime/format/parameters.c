#include "runtime/format/parameters.h"

#include "gen/base/nearest.h"
#include "runtime/format/array.h"
#include "runtime/format/safetensors.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const NamedTensor *find(const Safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

static const char inputs_name[] = "x";

/* Every tensor of the file is one of the model. */
static bool check_names(Arena *arena, Diagnostics *diagnostics, Place place, const Model *model,
                        const Safetensors *file)
{
    const char **names = ARENA_ARRAY(arena, model->tensor_count, const char *);
    Text all = text_new(arena);
    bool sound = true;
    text_format(&all, "; \"%s\" has ", model->name);
    for (size_t i = 0; i < model->tensor_count; i++) {
        names[i] = model->tensors[i].name;
        text_format(&all, "%s%s", i ? ", " : "", names[i]);
    }
    for (size_t i = 0; i < file->count; i++) {
        const char *name = file->tensors[i].name, *nearest = nearest_name(name, names, model->tensor_count);
        if (model_tensor(model, name) || (model->learns_x && !strcmp(name, inputs_name)))
            continue;
        sound = diagnostics_error(diagnostics, place, "unknown tensor \"%s\"%s", name,
                                  nearest ? nearest_hint(nearest, "\"").text : all.data);
    }
    return sound;
}

static bool same_shape(const Tensor *tensor, const NamedTensor *found)
{
    return tensor->rank == found->rank && memcmp(tensor->shape, found->shape, tensor->rank * sizeof(size_t)) == 0;
}

static bool check_shapes(Arena *arena, Diagnostics *diagnostics, Place place, const Model *model,
                         const Safetensors *file, bool learnt_only)
{
    bool sound = true;
    for (size_t i = 0; i < model->tensor_count; i++) {
        const Tensor *tensor = &model->tensors[i];
        const NamedTensor *found = find(file, tensor->name);
        if (!found && (learnt_only ? tensor->learnt : strcmp(tensor->name, "dt") != 0))
            sound = diagnostics_error(diagnostics, place, "tensor \"%s\" is missing", tensor->name);
        if (found && !same_shape(tensor, found))
            sound = diagnostics_error(diagnostics, place, "tensor \"%s\" has shape %s, but \"%s\" needs %s",
                                      tensor->name, array_shape_print(arena, found->shape, found->rank), model->name,
                                      array_shape_print(arena, tensor->shape, tensor->rank));
    }
    return sound;
}

/* Are the numbers of a tensor, which may be NULL, in the range of the model's? */
static bool check_range(Arena *arena, Diagnostics *diagnostics, Place place, const Model *model,
                        const NamedTensor *tensor, size_t size)
{
    for (size_t i = 0; tensor && model->single && i < size; i++)
        if (fabs(tensor->values[i]) > (double)FLT_MAX) {
            Text value = text_new(arena);
            text_real(&value, tensor->values[i]);
            return diagnostics_error(diagnostics, place,
                                     "tensor \"%s\" has %s at %s, beyond the range of real = \"float\"", tensor->name,
                                     value.data, array_shape_print_index(arena, tensor->shape, tensor->rank, i));
        }
    return true;
}

static bool load(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model, double *params,
                 Metadata *metadata)
{
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    Place place = {path, 0, 0};
    if (!file)
        return false;
    bool names = check_names(arena, diagnostics, place, model, file);
    if (!check_shapes(arena, diagnostics, place, model, file, false) || !names)
        return false;
    for (size_t i = 0; i < model->tensor_count; i++)
        if (!check_range(arena, diagnostics, place, model, find(file, model->tensors[i].name), model->tensors[i].size))
            return false;
    for (size_t i = 0; i < model->tensor_count; i++) {
        const Tensor *tensor = &model->tensors[i];
        const NamedTensor *found = find(file, tensor->name);
        if (found)
            memcpy(params + tensor->offset, found->values, tensor->size * sizeof *params);
    }
    if (metadata)
        *metadata = file->metadata;
    return true;
}

/* Where nothing but params is wanted of it, the file has an arena of its own, which goes at once. */
bool parameters_load(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model, double *params,
                     Metadata *metadata)
{
    if (metadata)
        return load(arena, diagnostics, path, model, params, metadata);
    Arena *own = arena_within(arena);
    bool loaded = load(own, diagnostics, path, model, params, NULL);
    arena_free(own);
    return loaded;
}

bool parameters_load_direction(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model,
                               double *direction)
{
    Arena *own = arena_within(arena);
    const Safetensors *file = safetensors_read(own, diagnostics, path);
    Place place = {path, 0, 0};
    bool names = file && check_names(own, diagnostics, place, model, file);
    bool sound = file && check_shapes(own, diagnostics, place, model, file, true) && names;
    memset(direction, 0, model->parameters * sizeof *direction);
    for (size_t i = 0; sound && i < model->tensor_count; i++) {
        const Tensor *tensor = &model->tensors[i];
        const NamedTensor *found = tensor->learnt ? find(file, tensor->name) : NULL;
        sound = check_range(own, diagnostics, place, model, found, tensor->size);
        if (found && sound)
            memcpy(direction + tensor->offset, found->values, tensor->size * sizeof *direction);
    }
    arena_free(own);
    return sound;
}

bool parameters_find_inputs(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model,
                            size_t *samples, const double **x)
{
    *samples = 0;
    if (!model->learns_x)
        return true;
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    const NamedTensor *found = file ? find(file, inputs_name) : NULL;
    if (!found)
        return file;
    if (found->rank != 2 || found->shape[1] != model->inputs)
        return diagnostics_error(diagnostics, (Place){.file = path},
                                 "tensor \"x\" has shape %s, but \"%s\" needs [samples,%zu]",
                                 array_shape_print(arena, found->shape, found->rank), model->name, model->inputs);
    *samples = found->shape[0];
    *x = found->values;
    return check_range(arena, diagnostics, (Place){.file = path}, model, found, *samples * model->inputs);
}

bool parameters_load_inputs(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model,
                            size_t samples, double *x)
{
    Arena *own = arena_within(arena);
    size_t count;
    const double *values;
    bool sound = parameters_find_inputs(own, diagnostics, path, model, &count, &values);
    if (sound && count && count != samples)
        sound = diagnostics_error(diagnostics, (Place){.file = path},
                                  "tensor \"x\" has shape [%zu,%zu], but the data have %zu samples of %zu inputs",
                                  count, model->inputs, samples, model->inputs);
    else if (sound && count)
        memcpy(x, values, count * model->inputs * sizeof *x);
    arena_free(own);
    return sound;
}

bool parameters_save(Arena *arena, Diagnostics *diagnostics, const char *path, const Model *model, size_t samples,
                     const double *params, bool learnt_only, const Metadata *metadata)
{
    NamedTensor *tensors = ARENA_ARRAY(arena, model->tensor_count + 1, NamedTensor);
    const size_t shape[2] = {samples, model->inputs};
    size_t count = 0;
    for (size_t i = 0; i < model->tensor_count; i++) {
        const Tensor *tensor = &model->tensors[i];
        if (tensor->learnt || !learnt_only)
            tensors[count++] = (NamedTensor){tensor->name, tensor->rank, tensor->shape, params + tensor->offset};
    }
    if (model->learns_x && samples)
        tensors[count++] = (NamedTensor){inputs_name, 2, shape, params + model->parameters};
    return safetensors_write(arena, diagnostics, path, tensors, count, metadata);
}

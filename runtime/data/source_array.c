#include "runtime/data/source.h"

#include "runtime/system/file.h"

#include <math.h>

/* Samples from array, whose first index counts them. A shape with a zero announces any number of samples for no bytes:
 * nothing is taken for them before they have the features that the network takes. */
static bool take_samples(Source *source, const Array *array)
{
    size_t inputs = source->options->inputs;
    source->samples = array->shape[0];
    source->features = array->shape[0] ? array->count / array->shape[0] : inputs;
    source->x = array->values;
    if (source->features != inputs)
        return diagnostics_error(source->diagnostics, (Place){source->file, 0, 0},
                                 "the network takes %zu input%s, but a sample has %zu feature%s: the shape is %s",
                                 inputs, inputs == 1 ? "" : "s", source->features, source->features == 1 ? "" : "s",
                                 shape_print(source->arena, array->shape, array->rank));
    source->row = ARENA_ARRAY(source->arena, source->samples, size_t);
    for (size_t i = 0; i < source->samples; i++)
        source->row[i] = i;
    return true;
}

static void scale_bytes(Array array)
{
    for (size_t i = 0; i < array.count; i++)
        array.values[i] /= 255.0;
}

static bool check_finite(const Source *source)
{
    for (size_t i = 0; i < source->samples * source->features; i++) {
        Cell cell = {i / source->features, i % source->features, false};
        if (isinf(source->x[i]))
            return source_error(source, cell, "%s is not finite", source_show(source, cell));
    }
    return true;
}

static bool take_labels(Source *source, const Array *array)
{
    const DatasetOptions *options = source->options;
    Place place = {source->label_file, 0, 0};
    size_t expected = !options->classes ? options->outputs : 1;
    source->label = array->values;
    source->labels = array->shape[0] ? array->count / array->shape[0] : expected;
    if (array->shape[0] != source->samples)
        return diagnostics_error(source->diagnostics, place, "%zu labels for %zu samples", array->shape[0],
                                 source->samples);
    if (source->labels != expected)
        return diagnostics_error(source->diagnostics, place,
                                 "%zu number%s for each sample %s expected as label, but the shape is %s", expected,
                                 expected == 1 ? "" : "s", expected == 1 ? "is" : "are",
                                 shape_print(source->arena, array->shape, array->rank));
    return true;
}

static bool read_labels(Source *source)
{
    char *data;
    size_t size;
    const char *file = source->options->labels;
    if (source->options->labels_unused)
        return true;
    if (!file)
        return diagnostics_error(source->diagnostics, (Place){source->file, 0, 0},
                                 "these samples have their labels in another file: name it with --labels");
    source->label_file = file;
    if (!file_read(source->arena, source->diagnostics, file, &data, &size))
        return false;
    const DataFormat *format = data_format_of(file, data, size);
    if (!format->read_array)
        return diagnostics_error(source->diagnostics, (Place){file, 0, 0},
                                 "labels in a file of their own are read from " ARRAY_FORMAT_NAMES ", not from %s",
                                 format->name);
    const Array *array = format->read_array(source->arena, source->diagnostics, file, data, size);
    return array && take_labels(source, array);
}

bool source_from_arrays(Source *source, const char *data, size_t size)
{
    const DatasetOptions *options = source->options;
    if ((options->label || options->features) && !options->trained)
        return diagnostics_error(source->diagnostics, (Place){source->file, 0, 0},
                                 "an %s file has no columns with names to choose (--label, --features)",
                                 source->format->name);
    const Array *array = source->format->read_array(source->arena, source->diagnostics, source->file, data, size);
    if (!array)
        return false;
    if (source->format->scaled && array->element == ELEMENT_U8)
        scale_bytes(*array);
    return take_samples(source, array) && check_finite(source) && read_labels(source);
}

bool source_from_points(Source *source, size_t samples, double *x, double *label)
{
    const Array points = {ELEMENT_F64, 2, {samples, 2}, 2 * samples, x};
    const Array labels = {ELEMENT_F64, 1, {samples}, samples, label};
    source->label_file = source->file;
    return take_samples(source, &points) && take_labels(source, &labels);
}

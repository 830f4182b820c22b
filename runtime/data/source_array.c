#include "runtime/data/source.h"

#include <math.h>
#include <string.h>

/* Samples from array, whose first index counts them. A shape with a zero announces any number of samples for no bytes:
 * nothing is taken for them before they have the features that the network takes. */
static bool take_samples(Source *source, const Array *array)
{
    size_t inputs = source->options->inputs;
    source->samples = array->shape[0];
    source->features = array->shape[0] ? array->count / array->shape[0] : inputs;
    source->x = array->values;
    if (source->features != inputs)
        return diagnostics_error(source->diagnostics, source->place,
                                 "the network takes %zu input%s, but a sample has %zu feature%s: the shape is %s",
                                 inputs, inputs == 1 ? "" : "s", source->features, source->features == 1 ? "" : "s",
                                 array_shape_print(source->arena, array->shape, array->rank));
    source->row = ARENA_ARRAY(source->arena, source->samples, size_t);
    for (size_t i = 0; i < source->samples; i++)
        source->row[i] = i;
    return true;
}

static bool check_numbers(const Source *source, Place place, const Array *array, const char *what)
{
    return !array->strings || diagnostics_error(source->diagnostics, place, "strings, but %s are numbers", what);
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

/* Is a shape what the extents say, but for those of 1? */
static bool same_shape(const size_t *shape, size_t rank, const size_t *extents, size_t count)
{
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        while (i < rank && shape[i] == 1)
            i++;
        while (k < count && extents[k] == 1)
            k++;
        if (i == rank || k == count)
            return i == rank && k == count;
        if (shape[i] != extents[k])
            return false;
    }
}

/* "3", "5 x 3" */
static const char *show_extents(Arena *arena, const size_t *extents, size_t count)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < count; i++)
        if (extents[i] != 1 || (i + 1 == count && !text.length))
            text_format(&text, "%s%zu", text.length ? " x " : "", extents[i]);
    return text.data;
}

/* The numbers of one observation: those of the outputs, of classes the number of one or a probability of each. */
static bool choose_labels(Source *source, const Array *array)
{
    const DatasetOptions *options = source->options;
    const size_t numbers[] = {source->observations, options->outputs};
    size_t rank = array->rank - 1, a_class = source->observations, samples = array->shape[0];
    const size_t *shape = array->shape + 1;
    source->labels = options->classes ? 1 : options->outputs;
    if (samples == 0)
        return true;
    if (options->classes && same_shape(shape, rank, &a_class, 1))
        return true;
    source->labels = options->outputs;
    return same_shape(shape, rank, numbers, 2) ||
           (source->observations == 1 && !options->classes && array->count / samples == options->outputs);
}

static bool take_labels(Source *source, const Array *array)
{
    const DatasetOptions *options = source->options;
    const size_t expected[] = {source->observations, options->classes ? 1 : options->outputs};
    bool one = expected[0] * expected[1] == 1;
    source->label = array->values;
    source->label_text = array->strings;
    if (array->shape[0] != source->samples)
        return diagnostics_error(source->diagnostics, source->label_place, "%zu labels for %zu samples",
                                 array->shape[0], source->samples);
    if (!choose_labels(source, array))
        return diagnostics_error(
            source->diagnostics, source->label_place,
            "%s number%s for each sample %s expected as label%s, but the shape is %s",
            show_extents(source->arena, expected, 2), one ? "" : "s", one ? "is" : "are",
            source->observations > 1 ? text_print(source->arena, " of %zu observed layers", source->observations) : "",
            array_shape_print(source->arena, array->shape, array->rank));
    return true;
}

/* Signals, one after the other for each sample, all of them finite. */
static bool take_signals(Source *source, const Array *array)
{
    const DatasetOptions *options = source->options;
    const size_t expected[] = {source->samples, options->signal_rows, options->signal_width};
    if (!same_shape(array->shape, array->rank, expected, 3))
        return diagnostics_error(source->diagnostics, source->signal_place,
                                 "signals of shape [%zu,%zu,%zu] are expected, samples by times by numbers, but the "
                                 "shape is %s",
                                 expected[0], expected[1], expected[2],
                                 array_shape_print(source->arena, array->shape, array->rank));
    for (size_t i = 0; i < array->count; i++)
        if (!isfinite(array->values[i]) || (!source_scales_signals(source) && source_beyond(source, array->values[i])))
            return diagnostics_error(source->diagnostics, source->signal_place, "a signal is %s, at %s",
                                     isfinite(array->values[i]) ? "beyond the range of real = \"float\"" : "not finite",
                                     array_shape_print_index(source->arena, array->shape, array->rank, i));
    source->signal = array->values;
    return true;
}

/* The array of a file beside that of the samples; what: "labels", "signals". */
static const Array *read_file(Source *source, const char *file, const char *what)
{
    char *data;
    size_t size;
    if (!source_read(source, file, &data, &size))
        return NULL;
    const DataFormat *format = data_format_of(file, data, size);
    if (format->read_array)
        return format->read_array(source->arena, source->diagnostics, file, data, size);
    diagnostics_error(source->diagnostics, (Place){file, 0, 0},
                      "%s in a file of their own are read from " ARRAY_FORMAT_NAMES ", not from %s", what,
                      format->name);
    return NULL;
}

static bool read_labels(Source *source)
{
    const char *file = source->options->labels;
    if (source->options->labels_unused)
        return true;
    if (!file)
        return diagnostics_error(source->diagnostics, source->place,
                                 "these samples have their labels in another file: name it with --labels");
    source->label_place = (Place){file, 0, 0};
    const Array *array = read_file(source, file, "labels");
    return array && take_labels(source, array);
}

static bool read_signals(Source *source)
{
    const DatasetOptions *options = source->options;
    const char *file = options->signals_file;
    if (!options->signal_width)
        return true;
    if (!file)
        return diagnostics_error(source->diagnostics, source->place,
                                 "the network takes %zu signal%s a layer: name their file with --signals",
                                 options->signal_width, options->signal_width == 1 ? "" : "s");
    source->signal_place = (Place){file, 0, 0};
    const Array *array = read_file(source, file, "signals");
    return array && check_numbers(source, source->signal_place, array, "signals") && take_signals(source, array);
}

bool source_from_arrays(Source *source, const char *data, size_t size)
{
    const DatasetOptions *options = source->options;
    bool columns = options->label || options->features || options->trajectory || options->time;
    if (columns && !options->trained)
        return diagnostics_error(source->diagnostics, source->place,
                                 "an %s file has no columns with names to choose (--label, --features)",
                                 source->format->name);
    const Array *array = source->format->read_array(source->arena, source->diagnostics, source->file, data, size);
    if (!array || !check_numbers(source, source->place, array, "features"))
        return false;
    source->shades = source->format->scaled && array->element == ELEMENT_U8;
    return take_samples(source, array) && check_finite(source) && read_labels(source) && read_signals(source);
}

bool source_from_points(Source *source, size_t samples, double *x, double *label)
{
    const Array points = {.element = ELEMENT_F64, .rank = 2, .shape = {samples, 2}, .count = 2 * samples, .values = x};
    const Array labels = {.element = ELEMENT_F64, .rank = 1, .shape = {samples}, .count = samples, .values = label};
    source->label_place = source->place;
    if (source->options->signal_width)
        return diagnostics_error(source->diagnostics, source->place,
                                 "the network takes signals, which generated samples do not have");
    if (source->observations > 1)
        return diagnostics_error(source->diagnostics, source->place,
                                 "the network observes %zu layers, but generated samples have one label",
                                 source->observations);
    return take_samples(source, &points) && take_labels(source, &labels);
}

static Array array_of(const DataArray *numbers, Arena *arena)
{
    Array array = {.element = ELEMENT_F64, .rank = numbers->rank};
    array_shape_count(numbers->shape, numbers->rank, &array.count);
    memcpy(array.shape, numbers->shape, numbers->rank * sizeof *numbers->shape);
    array.values = ARENA_ARRAY(arena, array.count, double);
    memcpy(array.values, numbers->values, array.count * sizeof *array.values);
    return array;
}

static bool labels_in_place(Source *source)
{
    const DataArray *labels = &source->options->in_place->labels;
    if (source->options->labels_unused)
        return true;
    if (!labels->rank)
        return diagnostics_error(source->diagnostics, source->place, "data has no labels, which the loss needs");
    source->label_place = labels->place;
    const Array array = array_of(labels, source->arena);
    return take_labels(source, &array);
}

static bool signals_in_place(Source *source)
{
    const DataArray *signals = &source->options->in_place->signals;
    size_t width = source->options->signal_width;
    if (!width)
        return true;
    if (!signals->rank)
        return diagnostics_error(source->diagnostics, source->place,
                                 "the network takes %zu signal%s a layer, but data has no signals", width,
                                 width == 1 ? "" : "s");
    source->signal_place = signals->place;
    const Array array = array_of(signals, source->arena);
    return take_signals(source, &array);
}

bool source_in_place(Source *source)
{
    source->first = 1; /* as lists count in Lua */
    source->place = source->options->in_place->x.place;
    const Array x = array_of(&source->options->in_place->x, source->arena);
    return take_samples(source, &x) && labels_in_place(source) && signals_in_place(source);
}

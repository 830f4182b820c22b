#include "runtime/data/source.h"

#include <math.h>
#include <string.h>

/* The different names of classes so far, in byte order. */
typedef struct {
    TableField *names; /* [count] */
    size_t count;
} Classes;

static int compare(TableField a, TableField b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.text, b.text, common) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* Where name is, or would have to be. */
static size_t find(const Classes *classes, TableField name, bool *found)
{
    size_t low = 0, high = classes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(classes->names[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < classes->count && compare(classes->names[low], name) == 0;
    return low;
}

static void insert(Classes *classes, size_t at, TableField name)
{
    memmove(classes->names + at + 1, classes->names + at, (classes->count - at) * sizeof name);
    classes->names[at] = name;
    classes->count++;
}

static size_t class_count(const DatasetOptions *options)
{
    return options->outputs == 1 ? 2 : options->outputs;
}

/* What the head takes, for messages. */
static const char *capacity(const Source *source)
{
    size_t outputs = source->options->outputs;
    return outputs == 1 ? "one output takes 2" : text_print(source->arena, "%zu outputs take %zu", outputs, outputs);
}

/* Numbers of the observations of all samples, in order; a label of a class is the one of its observation. */
static size_t slots(const Source *source)
{
    return source->samples * source->observations;
}

static Cell cell_of(const Source *source, size_t slot)
{
    return (Cell){slot / source->observations, slot % source->observations, true};
}

static void set_class(const Source *source, Dataset *dataset, size_t slot, size_t class)
{
    size_t outputs = source->options->outputs;
    if (outputs == 1)
        dataset->target[slot] = (double)class;
    else
        dataset->target[slot * outputs + class] = 1.0;
}

/* Has the observation no label? Then its targets are missing. */
static bool set_missing(const Source *source, Dataset *dataset, size_t slot)
{
    size_t outputs = source->options->outputs;
    Cell cell = cell_of(source, slot);
    double value;
    if (source_label(source, cell.sample, cell.index, &value) != CELL_MISSING)
        return false;
    for (size_t j = 0; j < outputs; j++)
        dataset->target[slot * outputs + j] = NAN;
    return true;
}

static bool not_finite(const Source *source, Cell cell)
{
    return source_error(source, cell, "label %s is not finite", source_show(source, cell));
}

/* Targets as they are written: numbers, or probabilities with a column for each class. */
static bool real_targets(const Source *source, Dataset *dataset)
{
    size_t labels = source->observations * source->labels;
    for (size_t i = 0; i < source->samples * labels; i++) {
        Cell cell = {i / labels, i % labels, true};
        CellKind kind = source_label(source, cell.sample, cell.index, &dataset->target[i]);
        if (kind == CELL_NOT_FINITE)
            return not_finite(source, cell);
        if (kind == CELL_TEXT)
            return source_error(source, cell, "label %s is not a number, which %s", source_show(source, cell),
                                source->options->classes ? "a probability is" : "the identity link needs");
        if (source->options->classes && (dataset->target[i] < 0 || dataset->target[i] > 1))
            return source_error(source, cell,
                                "label %s is no probability, from 0 to 1 (link = \"identity\" takes numbers)",
                                source_show(source, cell));
    }
    return true;
}

static bool integer_class(const Source *source, Dataset *dataset, size_t slot)
{
    Cell cell = cell_of(source, slot);
    size_t classes = class_count(source->options);
    double value;
    CellKind kind = source_label(source, cell.sample, cell.index, &value);
    if (kind == CELL_NOT_FINITE)
        return not_finite(source, cell);
    if (kind == CELL_TEXT)
        return source_error(source, cell, "label %s is not a number; the network was trained on 0 to %zu",
                            source_show(source, cell), classes - 1);
    if (floor(value) != value)
        return source_error(source, cell,
                            "label %s is not an integer, which a class is; real targets need the identity link",
                            source_show(source, cell));
    if (value < 0 || value >= (double)classes)
        return source_error(
            source, cell, "label %s does not fit the head, which takes 0 to %zu%s", source_show(source, cell),
            classes - 1,
            source->options->trained ? "" : " (more outputs take more classes, link = \"identity\" numbers)");
    set_class(source, dataset, slot, (size_t)value);
    return true;
}

/* Integers that stand for classes in another way: two for one output, as -1 and 1, consecutive ones for several, as 1
 * to 3. */
typedef struct {
    double first, distance; /* of class 0; to that of class 1 */
} Coding;

/* What the labels are coded by, where it is not 0 to m - 1. An error in a label is for integer_class to find: then, and
 * where the integers are others, false. */
static bool find_coding(const Source *source, Coding *coding)
{
    double least = INFINITY, most = -INFINITY, value;
    size_t classes = class_count(source->options);
    bool two = true;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < slots(source); i++) {
            Cell cell = cell_of(source, i);
            CellKind kind = source_label(source, cell.sample, cell.index, &value);
            if (kind == CELL_MISSING)
                continue;
            if (kind != CELL_NUMBER || floor(value) != value || fabs(value) > 0x1p53)
                return false;
            least = fmin(least, value);
            most = fmax(most, value);
            two = two && (pass == 0 || value == least || value == most);
        }
    *coding = (Coding){least, classes == 2 ? most - least : 1};
    bool usual = least >= 0 && most < (double)classes;
    return !usual && (classes == 2 ? two && most > least : most - least == (double)classes - 1);
}

/* Names the classes by their integers, and says which is which. */
static void name_coding(const Source *source, const Coding *coding, Dataset *dataset)
{
    size_t classes = class_count(source->options);
    const char **names = ARENA_ARRAY(source->arena, classes, const char *);
    for (size_t k = 0; k < classes; k++) {
        Text name = text_new(source->arena);
        text_real(&name, coding->first + (double)k * coding->distance);
        names[k] = name.data;
    }
    dataset->class_names = names;
    dataset->classes = classes;
    diagnostics_note(source->diagnostics, source->label_place, "labels are %s%s%s: classes 0 to %zu", names[0],
                     classes == 2 ? " and " : " to ", names[classes - 1], classes - 1);
}

/* A class of one sample among many is more often a slip than a class. */
static void doubt_single(const Source *source, const Coding *coding)
{
    enum { FEW = 4 };
    double value;
    for (size_t k = 0; k < class_count(source->options); k++) {
        size_t count = 0, others = 0, at = 0;
        for (size_t i = 0; i < slots(source); i++) {
            const Cell cell = cell_of(source, i);
            if (source_label(source, cell.sample, cell.index, &value) == CELL_MISSING)
                continue;
            const bool own = (size_t)((value - coding->first) / coding->distance) == k;
            at = own ? i : at;
            count += own;
            others += !own;
        }
        if (count == 1 && others >= FEW) {
            const Cell cell = cell_of(source, at);
            diagnostics_warning(source->diagnostics, source->label_place,
                                "label %s is that of one sample alone, number %zu of %zu: is it mistyped?",
                                source_show(source, cell), at + 1, slots(source));
        }
    }
}

static bool coded_classes(const Source *source, const Coding *coding, Dataset *dataset)
{
    double value;
    for (size_t i = 0; i < slots(source); i++) {
        Cell cell = cell_of(source, i);
        if (set_missing(source, dataset, i))
            continue;
        source_label(source, cell.sample, cell.index, &value);
        set_class(source, dataset, i, (size_t)((value - coding->first) / coding->distance));
    }
    return true;
}

static bool integer_classes(const Source *source, Dataset *dataset)
{
    for (size_t i = 0; i < slots(source); i++)
        if (!set_missing(source, dataset, i) && !integer_class(source, dataset, i))
            return false;
    return true;
}

/* One label that is no number makes all of them names. */
static bool any_text(const Source *source)
{
    double value;
    for (size_t i = 0; (source->table || source->label_text) && i < slots(source); i++) {
        Cell cell = cell_of(source, i);
        if (source_label(source, cell.sample, cell.index, &value) == CELL_TEXT)
            return true;
    }
    return false;
}

static void keep_names(const Source *source, const Classes *classes, Dataset *dataset)
{
    const char **names = ARENA_ARRAY(source->arena, classes->count, const char *);
    for (size_t i = 0; i < classes->count; i++)
        names[i] = arena_string(source->arena, classes->names[i].text, classes->names[i].length);
    dataset->class_names = names;
    dataset->classes = classes->count;
}

/* What has the classes: "column "label"", or the file. */
static const char *holder(const Source *source)
{
    return source->table ? text_print(source->arena, "column \"%s\"", source->label_names[0]) : "the file";
}

/* slot: the first whose class was one too many. */
static bool too_many(const Source *source, size_t slot, size_t count, bool all)
{
    Cell cell = cell_of(source, slot);
    return source_error(
        source, cell, "label %s does not fit the head: %s %s%zu classes, but %s%s", source_show(source, cell),
        holder(source), all ? "has " : "has at least ", count, capacity(source),
        all ? text_print(source->arena, " (head = { outputs = %zu, link = \"softmax\" } takes %zu)", count, count)
            : "");
}

/* The classes there are, an error unless they are as many as the head takes. A column of serial numbers has too many to
 * count. */
static bool collect_classes(const Source *source, Classes *classes)
{
    enum { COUNTED = 1000 };
    size_t expected = class_count(source->options), limit = expected + COUNTED, surplus = 0, i;
    *classes = (Classes){ARENA_ARRAY(source->arena, limit, TableField), 0};
    for (i = 0; i < slots(source) && classes->count < limit; i++) {
        bool found;
        double value;
        Cell cell = cell_of(source, i);
        TableField name = source_label_field(source, cell.sample, cell.index);
        size_t at = find(classes, name, &found);
        if (found || source_field(source, name, &value) == CELL_MISSING)
            continue;
        if (classes->count == expected)
            surplus = i;
        insert(classes, at, name);
    }
    if (classes->count > expected)
        return too_many(source, surplus, classes->count, i == slots(source));
    if (classes->count < expected)
        return diagnostics_error(
            source->diagnostics,
            source->table ? table_header_place(source->table, source->label_columns[0]) : source->label_place,
            "%s has %zu class%s, but %s%s", holder(source), classes->count, classes->count == 1 ? "" : "es",
            capacity(source),
            classes->count == 2  ? " (head = { outputs = 1, link = \"sigmoid\" } takes 2)"
            : classes->count > 2 ? text_print(source->arena, " (outputs = %zu takes them)", classes->count)
                                 : "");
    return true;
}

/* The names that the network was trained on, in byte order, and in number[..] which class each is. */
static Classes known_classes(const Source *source, size_t **number)
{
    const Dataset *trained = source->options->trained;
    Classes classes = {ARENA_ARRAY(source->arena, trained->classes, TableField), 0};
    *number = ARENA_ARRAY(source->arena, trained->classes, size_t);
    for (size_t i = 0; i < trained->classes; i++) {
        bool found;
        TableField name = {trained->class_names[i], strlen(trained->class_names[i])};
        size_t at = find(&classes, name, &found);
        memmove(*number + at + 1, *number + at, (classes.count - at) * sizeof **number);
        insert(&classes, at, name);
        (*number)[at] = i;
    }
    return classes;
}

/* The name of a label's class: as it is written, a number as it is printed, so that 1.0 is 1. */
static TableField class_name(const Source *source, Cell cell)
{
    double value;
    Text name = text_new(source->arena);
    if (source_label(source, cell.sample, cell.index, &value) != CELL_NUMBER)
        return source_label_field(source, cell.sample, cell.index);
    text_real(&name, value);
    return (TableField){name.data, name.length};
}

/* number: of the class of each name; NULL: its place. */
static bool named_classes(const Source *source, const Classes *classes, const size_t *number, Dataset *dataset)
{
    for (size_t i = 0; i < slots(source); i++) {
        bool found;
        Cell cell = cell_of(source, i);
        if (set_missing(source, dataset, i))
            continue;
        size_t class = 0;
        found = false;
        if (source->table || source->label_text)
            class = find(classes, source_label_field(source, cell.sample, cell.index), &found);
        if (!found)
            class = find(classes, class_name(source, cell), &found);
        if (!found)
            return source_error(source, cell, "unknown label %s; the network was trained on %s",
                                source_show(source, cell),
                                source_list(source->arena, source->options->trained->class_names, classes->count));
        set_class(source, dataset, i, number ? number[class] : class);
    }
    return true;
}

/* Labels under the names that the network was trained on. */
static bool trained_classes(const Source *source, Dataset *dataset)
{
    size_t *number;
    Classes classes = known_classes(source, &number);
    return named_classes(source, &classes, number, dataset);
}

/* Classes with a column each are called as their columns. */
static bool probabilities(const Source *source, Dataset *dataset)
{
    if (!dataset->classes && source->label_names && source->options->classes) {
        dataset->class_names = source->label_names;
        dataset->classes = source->labels;
    }
    return real_targets(source, dataset);
}

bool source_targets(const Source *source, Dataset *dataset)
{
    const DatasetOptions *options = source->options;
    if (options->trained) {
        dataset->class_names = options->trained->class_names;
        dataset->classes = options->trained->classes;
    }
    if (source->labels == 0)
        return true;
    dataset->labels = source->labels;
    dataset->label_names = source->label_names;
    dataset->target = arena_array(source->arena, slots(source), options->outputs * sizeof(double));
    if (!options->classes || source->labels > 1)
        return probabilities(source, dataset);
    if (dataset->classes > 0)
        return trained_classes(source, dataset);
    Coding coding;
    if (!options->trained && !any_text(source) && find_coding(source, &coding)) {
        name_coding(source, &coding, dataset);
        doubt_single(source, &coding);
        return coded_classes(source, &coding, dataset);
    }
    if (options->trained || !any_text(source))
        return integer_classes(source, dataset);
    Classes classes;
    if (!collect_classes(source, &classes))
        return false;
    keep_names(source, &classes, dataset);
    return named_classes(source, &classes, NULL, dataset);
}

#include "gen/spec/reader_data.h"

#include "gen/spec/parts.h"

#include <math.h>
#include <string.h>

/* Keys of numbers that stand in the spec. Two of them are also options of files, then as strings. */
static const char *const array_keys[] = {"x", "labels", "signals"};
enum { ARRAY_KEYS = sizeof array_keys / sizeof *array_keys };

/* ---- options ---- */

static void read_option(const Entries *entries, DataSpec *data, const DataOption *option)
{
    const char *text = NULL;
    double number = option->fallback;
    switch (option->kind) {
    case DATA_TEXT:
    case DATA_FILE:
        text = entry_string(entries, option->key, NULL);
        break;
    case DATA_COUNT:
        number = (double)entry_count(entries, option->key, (size_t)number, (size_t)option->least, (size_t)option->most);
        break;
    case DATA_SHARE:
        number = entry_real(entries, option->key, number, option->least, option->most);
        break;
    case DATA_FLAG:
        number = entry_boolean(entries, option->key, false);
        break;
    }
    data_set(data, option, text, number);
    data->places[option - data_rows] = entry_place(entries, option->key);
}

/* ---- numbers ---- */

/* An array while it is read. */
typedef struct {
    Diagnostics *diagnostics;
    const char *key;
    DataArray *array;
    double *next; /* NULL: only the shape is looked at */
    bool gaps;    /* entries that are not a number are missing values */
} Reading;

/* The shape that the first entries say; false where it has no end, or more indices than arrays have. */
static bool measure(Reading *reading, const Value *value)
{
    DataArray *array = reading->array;
    for (; value->kind == VALUE_TABLE; value = value->entries[0]) {
        if (array->rank == DATA_ARRAY_RANK)
            return diagnostics_error(reading->diagnostics, value->place, "data.%s has more than %d indices",
                                     reading->key, DATA_ARRAY_RANK);
        array->shape[array->rank++] = value->array_count;
        if (!value->array_count)
            return diagnostics_error(reading->diagnostics, value->place, "data.%s has an empty table", reading->key);
    }
    return true;
}

static bool read_number(Reading *reading, const Value *value)
{
    if (value->kind != VALUE_INTEGER && value->kind != VALUE_REAL)
        return diagnostics_error(reading->diagnostics, value->place, "data.%s holds %s where a number is expected",
                                 reading->key, value_kind(value));
    if (isinf(value->real) || (isnan(value->real) && !reading->gaps))
        return diagnostics_error(reading->diagnostics, value->place, "data.%s holds a number that is not finite",
                                 reading->key);
    if (reading->next)
        *reading->next++ = value->real;
    return true;
}

static bool flatten(Reading *reading, const Value *value, size_t index)
{
    const DataArray *array = reading->array;
    if (index == array->rank)
        return read_number(reading, value);
    if (value->kind != VALUE_TABLE)
        return diagnostics_error(reading->diagnostics, value->place,
                                 "data.%s holds %s where a list of %zu is expected, as the first is", reading->key,
                                 value_kind(value), array->shape[index]);
    if (value->array_count != array->shape[index] || value->entry_count != value->array_count)
        return diagnostics_error(reading->diagnostics, value->place,
                                 "data.%s: a list of %zu where the first has %zu entries", reading->key,
                                 value->entry_count, array->shape[index]);
    for (size_t i = 0; i < value->array_count; i++)
        if (!flatten(reading, value->entries[i], index + 1))
            return false;
    return true;
}

/* Lists of lists .. of numbers; array keeps rank 0 after an error. */
static void read_array(Arena *arena, const Entries *entries, const char *key, DataArray *array)
{
    const Value *value = value_get(entries->table, key);
    DataArray read = {.place = value->place};
    Reading reading = {entries->diagnostics, key, &read, NULL, !strcmp(key, "labels")};
    if (value->kind != VALUE_TABLE) {
        diagnostics_error(entries->diagnostics, value->place, "data.%s is a list of samples, not %s", key,
                          value_kind(value));
        return;
    }
    if (!measure(&reading, value) || !flatten(&reading, value, 0))
        return;
    size_t count = 1; /* no more than there are entries, now that all lists were seen to be of one length */
    for (size_t i = 0; i < read.rank; i++)
        count *= read.shape[i];
    read.values = reading.next = ARENA_ARRAY(arena, count, double);
    flatten(&reading, value, 0);
    *array = read;
}

/* Does data hold the samples themselves? */
static bool is_in_place(const Value *table)
{
    return table && value_get(table, "x");
}

static bool is_array_key(const char *key)
{
    bool is = false;
    for (size_t i = 0; i < ARRAY_KEYS; i++)
        is |= !strcmp(key, array_keys[i]);
    return is;
}

static void read_arrays(Arena *arena, const Entries *entries, DataArrays *arrays)
{
    DataArray *const to[ARRAY_KEYS] = {&arrays->x, &arrays->labels, &arrays->signals};
    for (size_t i = 0; i < ARRAY_KEYS; i++)
        if (value_get(entries->table, array_keys[i]))
            read_array(arena, entries, array_keys[i], to[i]);
}

/* ---- the whole ---- */

static const char *read_source(const Entries *entries)
{
    const Value *table = entries->table;
    bool first = table->array_count && table->entries[0]->kind == VALUE_STRING;
    if (is_in_place(table) && table->array_count)
        diagnostics_error(entries->diagnostics, table->entries[0]->place,
                          "data has samples in place, x, and names others: leave one of them out");
    else if (!is_in_place(table) && !first)
        diagnostics_error(entries->diagnostics, table->place,
                          "data must begin with the name of a generator or a file: data = { \"spiral2d\", ... }");
    return first ? table->entries[0]->string : NULL;
}

void reader_data(Arena *arena, const Entries *network, DataSpec *data)
{
    const char *keys[DATA_OPTION_COUNT + 1] = {"x"};
    const Value *table = entry_table(network, "data");
    Entries entries = {network->diagnostics, table, "data", keys, 1};
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++)
        if (data_rows[i].key)
            keys[entries.key_count++] = data_rows[i].key;
    entry_check_keys(&entries, 1, reader_meant_key);
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++)
        if (data_rows[i].key && !(is_in_place(table) && is_array_key(data_rows[i].key)))
            read_option(&entries, data, &data_rows[i]);
    if (!table)
        return;
    if (data->class_weight && strcmp(data->class_weight, DATA_BALANCED))
        diagnostics_error(entries.diagnostics, entry_place(&entries, "class_weight"),
                          "data.class_weight is \"" DATA_BALANCED "\", not \"%.60s\"", data->class_weight);
    data->place = table->place;
    data->source = read_source(&entries);
    data->source_place = data->source ? table->entries[0]->place : table->place;
    if (is_in_place(table))
        read_arrays(arena, &entries, &data->in_place);
}

#include "runtime/data/source.h"

#include "runtime/format/kind.h"
#include "runtime/format/npz.h"
#include "runtime/system/file.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_BYTES = 40, SHOWN_NAMES = 8 };

/* The part that begins at *at, which moves to its end: a comma, or the end of the list. */
static char *take_part(Arena *arena, const char **at)
{
    Text part = text_new(arena);
    if (**at == '"')
        for (++*at; **at && (**at != '"' || (*at)[1] == '"'); ++*at) {
            *at += **at == '"';
            text_append(&part, *at, 1);
        }
    *at += **at == '"';
    size_t rest = strcspn(*at, ",");
    text_append(&part, *at, rest);
    *at += rest;
    while (part.length > 0 && strchr(" \t", part.data[part.length - 1]))
        part.length--;
    return arena_string(arena, part.data, part.length);
}

Names source_split(Arena *arena, const char *list)
{
    Names names = {ARENA_ARRAY(arena, strlen(list) + 1, const char *), 0};
    for (const char *at = list;; at++) {
        at += strspn(at, " \t");
        names.names[names.count++] = take_part(arena, &at);
        if (*at == '\0')
            return names;
    }
}

static bool is_missing(const Source *source, TableField field)
{
    for (size_t i = 0; i < source->missing.count; i++)
        if (strlen(source->missing.names[i]) == field.length &&
            memcmp(source->missing.names[i], field.text, field.length) == 0)
            return true;
    return field.length == 0;
}

/* "inf", "-Infinity", "1e999": what strtod takes for a number but no computation can use. */
static bool is_infinite(TableField field)
{
    char copy[64], *end;
    if (field.length >= sizeof copy)
        return false;
    memcpy(copy, field.text, field.length);
    copy[field.length] = '\0';
    return isinf(strtod(copy, &end)) && *end == '\0';
}

CellKind source_field(const Source *source, TableField field, double *value)
{
    bool number = text_parse_real(field.text, field.length, value);
    if (number && !source->numbers_missing)
        return CELL_NUMBER;
    if (is_missing(source, field)) {
        *value = NAN;
        return CELL_MISSING;
    }
    if (number)
        return CELL_NUMBER;
    *value = NAN;
    return is_infinite(field) ? CELL_NOT_FINITE : CELL_TEXT;
}

bool source_read(const Source *source, const char *file, char **data, size_t *size)
{
    const char *array, *path = npz_archive(source->arena, file, &array);
    if (!(file_map(source->arena, path, data, size) && data_format_found(file, *data, *size)) &&
        !file_read(source->arena, source->diagnostics, path, data, size))
        return false;
    const DataFormat *format = data_format_of(file, *data, *size);
    const Kind *kind = format->read_table ? kind_of(*data, *size) : NULL;
    if (kind && kind->use != KIND_DATA)
        return diagnostics_error(source->diagnostics, (Place){file, 0, 0}, "this is %s, and no data: %s", kind->what,
                                 kind->advice ? kind->advice : "these are read from " FORMAT_NAMES);
    return !array || format == &format_npz ||
           diagnostics_error(source->diagnostics, (Place){file, 0, 0},
                             "this is no zip archive of arrays (npz), of which one could be named");
}

/* Where a table has a label: the sample's row, or that of the observation. */
static size_t label_row(const Source *source, size_t sample, size_t index)
{
    return source->observed_row ? source->observed_row[sample * source->observations + index / source->labels]
                                : source->row[sample];
}

/* Where an array has a label. */
static size_t label_at(const Source *source, size_t sample, size_t index)
{
    return source->row[sample] * source->observations * source->labels + index;
}

TableField source_label_field(const Source *source, size_t sample, size_t index)
{
    if (source->label_text) {
        const char *text = source->label_text[label_at(source, sample, index)];
        return (TableField){text, strlen(text)};
    }
    size_t row = label_row(source, sample, index);
    if (row == SOURCE_NO_ROW)
        return (TableField){"", 0};
    return source->table->fields[row * source->table->columns + source->label_columns[index % source->labels]];
}

CellKind source_label(const Source *source, size_t sample, size_t index, double *value)
{
    if (source->table || source->label_text)
        return source_field(source, source_label_field(source, sample, index), value);
    *value = source->label[label_at(source, sample, index)];
    return isnan(*value) ? CELL_MISSING : isinf(*value) ? CELL_NOT_FINITE : CELL_NUMBER;
}

bool source_beyond(const Source *source, double value)
{
    return fabs(value) > (source->options->single ? (double)FLT_MAX : DBL_MAX);
}

bool source_scales_signals(const Source *source)
{
    const Dataset *trained = source->options->trained;
    return source->options->standardized || (trained && trained->scales.signals.mean);
}

/* Cut between two characters; control characters, which would break the message, become blanks. */
const char *source_show_field(Arena *arena, TableField field, bool quoted)
{
    size_t length = field.length;
    if (length > SHOWN_BYTES)
        for (length = SHOWN_BYTES; ((unsigned char)field.text[length] & 0xc0) == 0x80;)
            length--;
    char *copy = arena_string(arena, field.text, length);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)copy[i] < ' ')
            copy[i] = ' ';
    const char *quote = quoted ? "\"" : "";
    return text_print(arena, "%s%s%s%s", quote, copy, length < field.length ? "..." : "", quote);
}

/* The row and the column of a table that a cell is in; the first row of a trajectory that has none for it. */
static size_t row_of(const Source *source, Cell cell)
{
    size_t row = cell.label ? label_row(source, cell.sample, cell.index) : SOURCE_NO_ROW;
    return row == SOURCE_NO_ROW ? source->row[cell.sample] : row;
}

static size_t column_of(const Source *source, Cell cell)
{
    return cell.label ? source->label_columns[cell.index % source->labels] : source->feature_columns[cell.index];
}

const char *source_show(const Source *source, Cell cell)
{
    double value;
    if (source->table) {
        size_t at = row_of(source, cell) * source->table->columns + column_of(source, cell);
        TableField field = source->table->fields[at];
        return source_show_field(source->arena, field, source_field(source, field, &value) == CELL_TEXT);
    }
    if (cell.label && source->label_text)
        return source_show_field(source->arena, source_label_field(source, cell.sample, cell.index), true);
    if (cell.label)
        source_label(source, cell.sample, cell.index, &value);
    else
        value = source->x[cell.sample * source->features + cell.index];
    Text text = text_new(source->arena);
    text_real(&text, value);
    return text.data;
}

const char *source_list(Arena *arena, const char *const *names, size_t count)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < count && i < SHOWN_NAMES; i++)
        text_format(&text, "%s%.*s", i ? ", " : "", SHOWN_BYTES, *names[i] ? names[i] : "\"\"");
    if (count > SHOWN_NAMES)
        text_format(&text, ", ... (%zu in all)", count);
    return text.data;
}

/* ", at [12,3]" in an array, of labels over layers [12,0,3]; nothing in a table, whose place says it. */
static const char *array_index(const Source *source, Cell cell)
{
    size_t first = source->first;
    if (source->table)
        return "";
    Text text = text_new(source->arena);
    text_format(&text, ", at [%zu", source->row[cell.sample] + first);
    if (cell.label && source->observations > 1)
        text_format(&text, ",%zu", cell.index / source->labels + first);
    if (!cell.label || source->labels > 1)
        text_format(&text, ",%zu", cell.index % (cell.label ? source->labels : source->features) + first);
    text_add(&text, "]");
    return text.data;
}

bool source_error(const Source *source, Cell cell, const char *format, ...)
{
    char message[800];
    Place place = cell.label ? source->label_place : source->place;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (source->table)
        place = table_place(source->table, row_of(source, cell), column_of(source, cell));
    return diagnostics_error(source->diagnostics, place, "%s%s", message, array_index(source, cell));
}

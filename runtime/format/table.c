#include "runtime/format/table.h"

#include "gen/base/utf8.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Where the text has a byte that no text has; NULL where it has none. */
static const char *find_bad(const char *text, const char *end)
{
    for (const char *at = text; at < end; at++) {
        size_t length = *at == '\0' ? 0 : (unsigned char)*at < 0x80 ? 1 : utf8_length(at, (size_t)(end - at));
        if (length == 0)
            return at;
        at += length - 1;
    }
    return NULL;
}

/* The end of data[0..size) without the blank lines there. */
static const char *trimmed_end(const char *data, size_t size)
{
    while (size > 0 && strchr(" \t\r\n", data[size - 1]) && data[size - 1])
        size--;
    return data + size;
}

Table *table_new(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    size_t mark = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    Table *table = ARENA_NEW(arena, Table);
    *table = (Table){.arena = arena, .file = file, .text = data + mark, .end = trimmed_end(data + mark, size - mark)};
    const char *bad = find_bad(table->text, table->end);
    if (bad) {
        diagnostics_error(diagnostics, table_place_at(table, bad), "%s",
                          *bad ? "a byte that is not UTF-8 text" : "a NUL byte, which no text has");
        return NULL;
    }
    diagnostics_source(diagnostics, file, table->text);
    return table;
}

size_t table_column(const Table *table, const char *name)
{
    size_t column = 0;
    while (column < table->columns && strcmp(table->names[column], name) != 0)
        column++;
    return column;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorted, so that very many columns cost no square. */
const char *table_twice(Arena *arena, const char *const *names, size_t count)
{
    const char **sorted = ARENA_ARRAY(arena, count, const char *);
    memcpy(sorted, names, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            return sorted[i];
    return NULL;
}

bool table_repeats(const Table *table, size_t column)
{
    for (size_t i = column + 1; i < table->columns; i++)
        if (strcmp(table->names[i], table->names[column]) == 0)
            return true;
    return false;
}

Place table_place_at(const Table *table, const char *at)
{
    Place place = {table->file, 1, 1};
    const char *line = table->text, *newline;
    while ((newline = memchr(line, '\n', (size_t)(at - line)))) {
        line = newline + 1;
        place.line += place.line < INT_MAX;
    }
    for (; line < at; line++)
        place.column += ((unsigned char)*line & 0xc0) != 0x80 && place.column < INT_MAX;
    return place;
}

/* The line of at, without a column. */
static Place line_of(const Table *table, const char *at)
{
    Place place = at ? table_place_at(table, at) : (Place){table->file, 0, 0};
    place.column = 0;
    return place;
}

Place table_place(const Table *table, size_t row, size_t column)
{
    return table_place_at(table, table->locate(table, table->starts[row], column));
}

Place table_header_place(const Table *table, size_t column)
{
    return table->header ? table_place_at(table, table->locate(table, table->header, column)) : line_of(table, NULL);
}

Place table_line(const Table *table, size_t row)
{
    return line_of(table, table->starts[row]);
}

Place table_header_line(const Table *table)
{
    return line_of(table, table->header);
}

void table_add_field(Text *text, const char *field)
{
    if (!strpbrk(field, ",\"\r\n")) {
        text_add(text, field);
        return;
    }
    text_add(text, "\"");
    for (; *field; field++)
        text_append(text, *field == '"' ? "\"\"" : field, *field == '"' ? 2 : 1);
    text_add(text, "\"");
}

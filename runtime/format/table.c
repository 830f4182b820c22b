#include "runtime/format/table.h"

#include "gen/base/utf8.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef enum { MORE_FIELDS, END_OF_ROW, MALFORMED } Next;

/* Reads field after field. After MALFORMED, at is where and problem is what. */
typedef struct {
    Arena *arena; /* NULL: only the places of the fields matter, not their content */
    const char *at, *end;
    const char *start; /* of the last field: of its opening quote, or of its first character that is not blank */
    const char *problem;
} Scanner;

/* What the reader collects; the arrays have room for all that the text can hold. */
typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    Table *table;
    TableField *fields;
    const char **starts;
    size_t count; /* of fields */
} Reader;

static Next malformed(Scanner *scanner, const char *at, const char *problem)
{
    scanner->at = at;
    scanner->problem = problem;
    return MALFORMED;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* After a field: past a comma or the end of the line. */
static Next finish_field(Scanner *scanner, const char *problem)
{
    const char *at = scanner->at;
    if (at == scanner->end)
        return END_OF_ROW;
    if (*at == '\r' && at + 1 < scanner->end && at[1] == '\n')
        at++;
    else if (*at == '\r')
        return malformed(scanner, at, "a carriage return that no newline follows");
    else if (*at != ',' && *at != '\n')
        return malformed(scanner, at, problem);
    scanner->at = at + 1;
    return *at == ',' ? MORE_FIELDS : END_OF_ROW;
}

/* The content of a quoted field, text[0..length), in which each quote stands twice. */
static TableField without_doubles(Arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length);
    size_t written = 0;
    for (size_t i = 0; i < length; i++) {
        copy[written++] = text[i];
        i += text[i] == '"';
    }
    return (TableField){copy, written};
}

/* At the opening quote. */
static Next scan_quoted(Scanner *scanner, TableField *field)
{
    const char *content = ++scanner->at, *close = content;
    bool doubles = false;
    for (;; close += 2) {
        close = memchr(close, '"', (size_t)(scanner->end - close));
        if (!close)
            return malformed(scanner, scanner->start, "a quote that is not closed");
        if (close + 1 == scanner->end || close[1] != '"')
            break;
        doubles = true;
    }
    *field = (TableField){content, (size_t)(close - content)};
    if (doubles && scanner->arena)
        *field = without_doubles(scanner->arena, field->text, field->length);
    scanner->at = close + 1;
    return finish_field(scanner, "something follows the closing quote of a field");
}

static Next scan_field(Scanner *scanner, TableField *field)
{
    const char *end = scanner->end, *at = scanner->at;
    while (at < end && is_blank(*at))
        at++;
    scanner->start = scanner->at = at;
    if (at < end && *at == '"')
        return scan_quoted(scanner, field);
    while (at < end && *at != ',' && *at != '\n' && *at != '\r' && *at != '"')
        at++;
    const char *last = at;
    while (last > scanner->start && is_blank(last[-1]))
        last--;
    *field = (TableField){scanner->start, (size_t)(last - scanner->start)};
    scanner->at = at;
    return finish_field(scanner, "a quote inside a field that does not begin with one");
}

/* The line and the character position of at, which lies in the text or at its end. */
static Place place_of(const Table *table, const char *at)
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

/* The field of that column in the row that begins at start. */
static Place find_field(const Table *table, const char *start, size_t column)
{
    Scanner scanner = {.at = start, .end = table->end};
    TableField field;
    for (size_t i = 0; i <= column; i++)
        scan_field(&scanner, &field);
    return place_of(table, scanner.start);
}

/* Counts what can end a field; false, with *bad, at a byte that no text has. */
static bool check_text(const Table *table, size_t *newlines, size_t *separators, const char **bad)
{
    for (const char *at = table->text; at < table->end; at++) {
        *newlines += *at == '\n';
        *separators += *at == '\n' || *at == ',';
        if (*at == '\0')
            *bad = at;
        else if ((unsigned char)*at >= 0x80) {
            size_t length = utf8_length(at, (size_t)(table->end - at));
            if (length == 0)
                *bad = at;
            at += length ? length - 1 : 0;
        }
        if (*bad)
            return false;
    }
    return true;
}

static bool fail(const Reader *reader, const char *at, const char *problem)
{
    return diagnostics_error(reader->diagnostics, place_of(reader->table, at), "%s", problem);
}

/* The place of the row that begins at start, without a column. */
static Place row_place(const Table *table, const char *start)
{
    Place place = place_of(table, start);
    place.column = 0;
    return place;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorted, so that very many columns cost no square. */
static bool check_names(const Reader *reader)
{
    const Table *table = reader->table;
    const char **sorted = ARENA_ARRAY(reader->arena, table->columns, const char *);
    memcpy(sorted, table->names, table->columns * sizeof *sorted);
    qsort(sorted, table->columns, sizeof *sorted, by_name);
    for (size_t i = 0; i < table->columns; i++)
        if (table->names[i][0] == '\0')
            return diagnostics_error(reader->diagnostics, table_header_place(table, i), "column %zu has no name",
                                     i + 1);
    for (size_t i = 1; i < table->columns; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            return diagnostics_error(reader->diagnostics, row_place(table, table->text),
                                     "two columns have the name \"%s\"", sorted[i]);
    return true;
}

/* Data without a header would lose their first row silently. */
static bool is_data(const TableField *fields, size_t count)
{
    double value;
    bool fractions = false;
    for (size_t i = 0; i < count; i++) {
        if (!text_parse_real(fields[i].text, fields[i].length, &value))
            return false;
        fractions |= memchr(fields[i].text, '.', fields[i].length) != NULL;
    }
    return fractions;
}

/* Collects the fields of one row. */
static bool read_row(Reader *reader, Scanner *scanner)
{
    for (Next next = MORE_FIELDS; next == MORE_FIELDS;) {
        next = scan_field(scanner, &reader->fields[reader->count++]);
        if (next == MALFORMED)
            return fail(reader, scanner->at, scanner->problem);
    }
    return true;
}

static bool read_header(Reader *reader, Scanner *scanner)
{
    Table *table = reader->table;
    if (!read_row(reader, scanner))
        return false;
    if (is_data(reader->fields, reader->count))
        return diagnostics_error(reader->diagnostics, row_place(table, table->text),
                                 "numbers where a header with the names of the columns is expected");
    const char **names = ARENA_ARRAY(reader->arena, reader->count, const char *);
    for (size_t i = 0; i < reader->count; i++)
        names[i] = arena_string(reader->arena, reader->fields[i].text, reader->fields[i].length);
    table->names = names;
    table->columns = reader->count;
    reader->count = 0;
    return check_names(reader);
}

static bool read_rows(Reader *reader, Scanner *scanner)
{
    Table *table = reader->table;
    while (scanner->at < scanner->end) {
        const char *start = scanner->at;
        reader->starts[table->rows] = start;
        if (!read_row(reader, scanner))
            return false;
        size_t found = reader->count - table->rows++ * table->columns;
        if (found != table->columns)
            return diagnostics_error(reader->diagnostics, row_place(table, start),
                                     "the row has %zu field%s, but the header has %zu", found, found == 1 ? "" : "s",
                                     table->columns);
    }
    return true;
}

/* The end of data[0..size) without the blank lines there. */
static const char *trimmed_end(const char *data, size_t size)
{
    while (size > 0 && (is_blank(data[size - 1]) || data[size - 1] == '\n' || data[size - 1] == '\r'))
        size--;
    return data + size;
}

const Table *table_read(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    size_t mark = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, newlines = 0, separators = 0;
    Table *table = ARENA_NEW(arena, Table);
    *table = (Table){.file = file, .text = data + mark, .end = trimmed_end(data + mark, size - mark)};
    Reader reader = {.arena = arena, .diagnostics = diagnostics, .table = table};
    const char *bad = NULL;
    if (!check_text(table, &newlines, &separators, &bad)) {
        fail(&reader, bad, *bad ? "a byte that is not UTF-8 text" : "a NUL byte, which no text has");
        return NULL;
    }
    diagnostics_source(diagnostics, file, table->text);
    if (table->text == table->end) {
        diagnostics_error(diagnostics, (Place){file, 0, 0}, "the file is empty; a header is expected");
        return NULL;
    }
    reader.fields = ARENA_ARRAY(arena, separators + 1, TableField);
    reader.starts = ARENA_ARRAY(arena, newlines + 1, const char *);
    table->fields = reader.fields;
    table->starts = reader.starts;
    Scanner scanner = {.arena = arena, .at = table->text, .end = table->end};
    return read_header(&reader, &scanner) && read_rows(&reader, &scanner) ? table : NULL;
}

size_t table_column(const Table *table, const char *name)
{
    size_t column = 0;
    while (column < table->columns && strcmp(table->names[column], name) != 0)
        column++;
    return column;
}

Place table_place(const Table *table, size_t row, size_t column)
{
    return find_field(table, table->starts[row], column);
}

Place table_header_place(const Table *table, size_t column)
{
    return find_field(table, table->text, column);
}

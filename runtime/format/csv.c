/* CSV (RFC 4180), with a header. Fields without quotes lose the blanks around them. Errors: no header, a column without
 * a name or with that of another, a row with more or fewer fields than the header, a quote that is not closed or in the
 * wrong place. */
#include "runtime/format/data_format.h"

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

static bool fail(const Reader *reader, const char *at, const char *problem)
{
    return diagnostics_error(reader->diagnostics, table_place_at(reader->table, at), "%s", problem);
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
        return diagnostics_error(reader->diagnostics, table_header_line(table),
                                 "numbers where a header with the names of the columns is expected");
    const char **names = ARENA_ARRAY(reader->arena, reader->count, const char *);
    for (size_t i = 0; i < reader->count; i++)
        names[i] = arena_string(reader->arena, reader->fields[i].text, reader->fields[i].length);
    table->names = names;
    table->columns = reader->count;
    reader->count = 0;
    return table_check_names(reader->arena, reader->diagnostics, table);
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
            return diagnostics_error(reader->diagnostics, table_line(table, table->rows - 1),
                                     "the row has %zu field%s, but the header has %zu", found, found == 1 ? "" : "s",
                                     table->columns);
    }
    return true;
}

/* Counts what can end a field or a row. */
static void make_room(Reader *reader)
{
    const Table *table = reader->table;
    size_t newlines = 0, commas = 0;
    for (const char *at = table->text; at < table->end; at++) {
        newlines += *at == '\n';
        commas += *at == ',';
    }
    reader->fields = ARENA_ARRAY(reader->arena, newlines + commas + 1, TableField);
    reader->starts = ARENA_ARRAY(reader->arena, newlines + 1, const char *);
}

static const char *locate(const Table *table, const char *start, size_t column)
{
    Scanner scanner = {.at = start, .end = table->end};
    TableField field;
    for (size_t i = 0; i <= column; i++)
        scan_field(&scanner, &field);
    return scanner.start;
}

static const Table *read_csv(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    Table *table = table_new(arena, diagnostics, file, data, size);
    Reader reader = {.arena = arena, .diagnostics = diagnostics, .table = table};
    if (!table)
        return NULL;
    if (table->text == table->end) {
        diagnostics_error(diagnostics, (Place){file, 0, 0}, "the file is empty; a header is expected");
        return NULL;
    }
    make_room(&reader);
    table->header = table->text;
    table->locate = locate;
    table->fields = reader.fields;
    table->starts = reader.starts;
    Scanner scanner = {.arena = arena, .at = table->text, .end = table->end};
    return read_header(&reader, &scanner) && read_rows(&reader, &scanner) ? table : NULL;
}

/* What no other format recognises. */
static bool recognised(const char *file, const char *data, size_t size)
{
    (void)file, (void)data, (void)size;
    return true;
}

const DataFormat format_csv = {.name = "CSV", .recognised = recognised, .read_table = read_csv};

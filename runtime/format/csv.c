/* CSV (RFC 4180), with a header. Fields lose the blanks around them, and blank lines are passed over. Fields are
 * separated by commas, semicolons or tabs: by what a line "sep=;" in front says, else by what the first line has, and a
 * note says so where it is no comma. Between semicolons numbers may have a decimal comma, if none has a point. Errors:
 * no header, a row with more or fewer fields than the header, a quote that is not closed or in the wrong place. */
#include "runtime/format/data_format.h"

#include <string.h>

typedef enum { MORE_FIELDS, END_OF_ROW, MALFORMED } Next;

/* Reads field after field. After MALFORMED, at is where and problem is what. */
typedef struct {
    Arena *arena; /* NULL: only the places of the fields matter, not their content */
    char separator;
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
    size_t count;              /* of fields */
    const char *comma, *point; /* the first fields with a decimal comma, and with a point */
} Reader;

static Next malformed(Scanner *scanner, const char *at, const char *problem)
{
    scanner->at = at;
    scanner->problem = problem;
    return MALFORMED;
}

static bool is_blank(const Scanner *scanner, char byte)
{
    return byte == ' ' || (byte == '\t' && scanner->separator != '\t');
}

static void skip_blanks(Scanner *scanner)
{
    while (scanner->at < scanner->end && is_blank(scanner, *scanner->at))
        scanner->at++;
}

/* After a field: past a separator or the end of the line. */
static Next finish_field(Scanner *scanner, const char *problem)
{
    const char *at = scanner->at;
    if (at == scanner->end)
        return END_OF_ROW;
    if (*at == '\r' && at + 1 < scanner->end && at[1] == '\n')
        at++;
    else if (*at == '\r')
        return malformed(scanner, at, "a carriage return that no newline follows: lines end in \\n or \\r\\n");
    else if (*at != scanner->separator && *at != '\n')
        return malformed(scanner, at, problem);
    scanner->at = at + 1;
    return *at == scanner->separator ? MORE_FIELDS : END_OF_ROW;
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
    skip_blanks(scanner);
    return finish_field(scanner, "something follows the closing quote of a field");
}

static Next scan_field(Scanner *scanner, TableField *field)
{
    skip_blanks(scanner);
    const char *end = scanner->end, *at = scanner->at;
    scanner->start = at;
    if (at < end && *at == '"')
        return scan_quoted(scanner, field);
    while (at < end && *at != scanner->separator && *at != '\n' && *at != '\r' && *at != '"')
        at++;
    const char *last = at;
    while (last > scanner->start && is_blank(scanner, last[-1]))
        last--;
    *field = (TableField){scanner->start, (size_t)(last - scanner->start)};
    scanner->at = at;
    return finish_field(scanner, "a quote inside a field that does not begin with one");
}

static bool fail(const Reader *reader, const char *at, const char *problem)
{
    return diagnostics_error(reader->diagnostics, table_place_at(reader->table, at), "%s", problem);
}

/* ---- the separator ---- */

/* The separators there are, the likeliest first. */
static const struct {
    char byte;
    const char *name;
} separators[] = {{',', "a comma"}, {';', "\";\""}, {'\t', "a tab"}};
enum { SEPARATORS = sizeof separators / sizeof *separators };

/* A number whose decimal mark is a comma: "0,5", with a point for it in a copy. */
static bool decimal_comma(Arena *arena, TableField *field)
{
    double value;
    const char *comma = field->length ? memchr(field->text, ',', field->length) : NULL;
    if (!comma)
        return false;
    char *copy = arena_string(arena, field->text, field->length);
    copy[comma - field->text] = '.';
    if (!text_parse_real(copy, field->length, &value))
        return false;
    field->text = copy;
    return true;
}

static bool is_real(TableField field)
{
    double value;
    return text_parse_real(field.text, field.length, &value);
}

/* How many fields the line has between such separators; numbers: of them those that are numbers with a decimal comma.
 */
static size_t count_fields(Arena *arena, const char *line, const char *end, char separator, size_t *numbers)
{
    Scanner scanner = {.separator = separator, .at = line, .end = end};
    TableField field = {0};
    size_t count = 0;
    *numbers = 0;
    for (Next next = MORE_FIELDS; next == MORE_FIELDS; count++) {
        next = scan_field(&scanner, &field);
        if (next == MALFORMED)
            return 0;
        *numbers += is_real(field) || decimal_comma(arena, &field);
    }
    return count;
}

/* Which of them separates the fields of the first line: the one that makes most of them; semicolons, if that leaves
 * nothing but numbers with decimal commas. */
static char find_separator(Arena *arena, const char *line, const char *end)
{
    size_t most = 1, found = 0, numbers;
    for (size_t i = 0; i < SEPARATORS; i++) {
        size_t count = count_fields(arena, line, end, separators[i].byte, &numbers);
        if (count > most || (separators[i].byte == ';' && count > 1 && numbers == count)) {
            most = count;
            found = i;
        }
    }
    return separators[found].byte;
}

/* Passes over a line "sep=;", as spreadsheets write it. */
static bool take_sep_line(Table *table, char *separator)
{
    const char *at = table->text;
    if (table->end - at < 6 || memcmp(at, "sep=", 4) != 0)
        return false;
    const char *after = at + 5;
    after += *after == '\r';
    if (after >= table->end || *after != '\n')
        return false;
    *separator = at[4];
    table->header = after + 1;
    return true;
}

static void say_separator(Diagnostics *diagnostics, const Table *table, const Reader *reader, char separator)
{
    for (size_t i = 1; i < SEPARATORS; i++)
        if (separators[i].byte == separator)
            diagnostics_note(diagnostics, (Place){table->file, 0, 0}, "fields are separated by %s%s",
                             separators[i].name, reader->comma ? ", and the decimal mark is a comma" : "");
}

/* ---- rows ---- */

/* Between semicolons: notes decimal marks, and gives numbers with a comma a point. */
static void take_decimal(Reader *reader, const Scanner *scanner, TableField *field)
{
    if (decimal_comma(reader->arena, field))
        reader->comma = reader->comma ? reader->comma : scanner->start;
    else if (field->length && memchr(field->text, '.', field->length) && is_real(*field))
        reader->point = reader->point ? reader->point : scanner->start;
}

/* Collects the fields of one row. */
static bool read_row(Reader *reader, Scanner *scanner)
{
    for (Next next = MORE_FIELDS; next == MORE_FIELDS;) {
        TableField *field = &reader->fields[reader->count++];
        next = scan_field(scanner, field);
        if (next == MALFORMED)
            return fail(reader, scanner->at, scanner->problem);
        if (scanner->separator == ';')
            take_decimal(reader, scanner, field);
    }
    if (!reader->comma || !reader->point)
        return true;
    return fail(reader, reader->comma > reader->point ? reader->comma : reader->point,
                "some numbers have a decimal comma, and some a point");
}

/* Passes over lines with nothing but blanks. */
static void skip_blank_lines(Scanner *scanner)
{
    for (const char *at = scanner->at; at < scanner->end; at++) {
        if (*at == '\n')
            scanner->at = at + 1;
        else if (*at != ' ' && *at != '\t' && *at != '\r')
            return;
    }
}

static const char **names_of(Reader *reader, size_t count, bool header)
{
    const char **names = ARENA_ARRAY(reader->arena, count, const char *);
    for (size_t i = 0; i < count; i++)
        names[i] = header ? arena_string(reader->arena, reader->fields[i].text, reader->fields[i].length)
                          : text_print(reader->arena, "x%zu", i + 1);
    return names;
}

static bool read_row_at(Reader *reader, Scanner *scanner)
{
    Table *table = reader->table;
    reader->starts[table->rows] = scanner->at;
    if (!read_row(reader, scanner))
        return false;
    size_t found = reader->count - table->rows++ * table->columns;
    if (found == table->columns)
        return true;
    return diagnostics_error(reader->diagnostics, table_line(table, table->rows - 1),
                             "the row has %zu field%s, but the %s has %zu%s", found, found == 1 ? "" : "s",
                             table->header ? "header" : "first", table->columns,
                             table->columns == 1 && *table->names[0] == '#' ? "; a CSV has no comments" : "");
}

/* The first line, which names the columns, or is a row. */
static bool read_first(Reader *reader, Scanner *scanner, bool header)
{
    Table *table = reader->table;
    const char *start = scanner->at;
    table->header = header ? start : NULL;
    if (!read_row(reader, scanner))
        return false;
    table->columns = reader->count;
    table->names = names_of(reader, reader->count, header);
    if (header) {
        reader->count = 0;
        return true;
    }
    reader->starts[table->rows++] = start;
    return true;
}

static bool read_rows(Reader *reader, Scanner *scanner)
{
    for (skip_blank_lines(scanner); scanner->at < scanner->end; skip_blank_lines(scanner))
        if (!read_row_at(reader, scanner))
            return false;
    return true;
}

/* ---- is the first line a header? ---- */

/* "0", "1", ..: what pandas names columns that have no name, from 0 or from 1. */
static bool is_index(const Table *table, const char *name, size_t column)
{
    return !strcmp(name, text_print(table->arena, "%zu", column)) ||
           !strcmp(name, text_print(table->arena, "%zu", column + 1));
}

/* What the first line says of a column: numbers over numbers are data, words over numbers their name. */
static void weigh_column(const Table *table, size_t column, size_t *data, size_t *names)
{
    const char *name = table->names[column];
    bool number = is_real((TableField){name, strlen(name)});
    size_t numbers = 0, rows = 0;
    for (; rows < table->rows && rows < 100; rows++)
        numbers += is_real(table->fields[rows * table->columns + column]);
    if (number && !is_index(table, name, column) && (numbers || !rows))
        ++*data;
    else if (!number && *name && numbers)
        ++*names;
}

/* Data without a header would lose their first row silently. */
static bool check_header(Reader *reader)
{
    const Table *table = reader->table;
    size_t data = 0, names = 0;
    for (size_t i = 0; i < table->columns; i++)
        weigh_column(table, i, &data, &names);
    if (!data || names)
        return true;
    return diagnostics_error(reader->diagnostics, table_header_line(table),
                             "a header with the names of the columns is expected, but this line is like the others: "
                             "--no-header names them x1 to x%zu, --header takes it for one",
                             table->columns);
}

/* Counts what can end a field or a row. */
static void make_room(Reader *reader)
{
    const Table *table = reader->table;
    size_t newlines = 0, ends = 0;
    for (const char *at = table->text; at < table->end; at++) {
        newlines += *at == '\n';
        ends += *at == table->separator;
    }
    reader->fields = ARENA_ARRAY(reader->arena, newlines + ends + 1, TableField);
    reader->starts = ARENA_ARRAY(reader->arena, newlines + 1, const char *);
}

static const char *locate(const Table *table, const char *start, size_t column)
{
    Scanner scanner = {.separator = table->separator, .at = start, .end = table->end};
    TableField field;
    for (size_t i = 0; i <= column; i++)
        scan_field(&scanner, &field);
    return scanner.start;
}

static const Table *read_csv(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size,
                             TableHeader header)
{
    Table *table = table_new(arena, diagnostics, file, data, size);
    Reader reader = {.arena = arena, .diagnostics = diagnostics, .table = table};
    if (!table)
        return NULL;
    if (table->text == table->end) {
        diagnostics_error(diagnostics, (Place){file, 0, 0}, "the file is empty; a header is expected");
        return NULL;
    }
    Scanner scanner = {.arena = arena, .at = table->text, .end = table->end};
    if (take_sep_line(table, &scanner.separator))
        scanner.at = table->header;
    skip_blank_lines(&scanner);
    if (!scanner.separator)
        scanner.separator = find_separator(arena, scanner.at, scanner.end);
    table->separator = scanner.separator;
    make_room(&reader);
    table->locate = locate;
    table->fields = reader.fields;
    table->starts = reader.starts;
    if (!read_first(&reader, &scanner, header != HEADER_MISSING) || !read_rows(&reader, &scanner) ||
        (header == HEADER_FOUND && !check_header(&reader)))
        return NULL;
    say_separator(diagnostics, table, &reader, table->separator);
    return table;
}

/* What no other format recognises. */
static bool recognised(const char *file, const char *data, size_t size)
{
    (void)file, (void)data, (void)size;
    return true;
}

const DataFormat format_csv = {.name = "CSV", .recognised = recognised, .read_table = read_csv};

/* Numbers between blanks and tabs as numpy.savetxt writes them, under a name that ends in .txt or .dat: what follows a
 * # is passed over, and so are lines that hold nothing else. The last such line before the first row names the columns
 * where it has a word for each and they are not all numbers; otherwise they are x1, x2, ... Errors: a first row of
 * words, and a row with more or fewer fields than the first. */
#include "runtime/format/data_format.h"

#include <string.h>

/* A line without its comment, and the comment. */
typedef struct {
    const char *start, *end; /* of the content */
    const char *comment;     /* behind the first #; NULL where there is none */
    const char *next;        /* the next line, or the end of the text */
    const char *last;        /* the end of the line */
} Line;

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    Table *table;
    TableField *fields;
    const char **starts;
} Reader;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

/* The next word from *at on, which moves behind it; none, of length 0, at end. */
static TableField next_word(const char **at, const char *end)
{
    while (*at < end && is_blank(**at))
        (*at)++;
    const char *start = *at;
    while (*at < end && !is_blank(**at))
        (*at)++;
    return (TableField){start, (size_t)(*at - start)};
}

static size_t count_words(const char *at, const char *end)
{
    size_t count = 0;
    while (next_word(&at, end).length)
        count++;
    return count;
}

static Line line_at(const char *start, const char *end)
{
    size_t left = (size_t)(end - start);
    const char *newline = memchr(start, '\n', left);
    Line line = {.start = start, .last = newline ? newline : end, .next = newline ? newline + 1 : end};
    const char *mark = memchr(start, '#', (size_t)(line.last - start));
    line.end = mark ? mark : line.last;
    line.comment = mark ? mark + 1 : NULL;
    return line;
}

/* Also what numpy writes for a number that is none. */
static bool is_number(TableField word)
{
    static const char specials[][5] = {"nan", "inf", "-inf"};
    double value;
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (strlen(specials[i]) == word.length && memcmp(specials[i], word.text, word.length) == 0)
            return true;
    return text_parse_real(word.text, word.length, &value);
}

/* x1, x2, ... or, where they name the columns, the words behind the # of a line. */
static const char *const *name_columns(Reader *reader, const Line *comment)
{
    Table *table = reader->table;
    const char **names = ARENA_ARRAY(reader->arena, table->columns, const char *), *at = comment->comment;
    bool named = at && count_words(at, comment->last) == table->columns, words = false;
    for (size_t i = 0; named && i < table->columns; i++) {
        TableField word = next_word(&at, comment->last);
        names[i] = arena_string(reader->arena, word.text, word.length);
        words = words || !is_number(word);
    }
    table->header = words ? comment->comment : NULL;
    for (size_t i = 0; !words && i < table->columns; i++)
        names[i] = text_print(reader->arena, "x%zu", i + 1);
    return names;
}

static bool begin(Reader *reader, const Line *comment, const Line *first)
{
    Table *table = reader->table;
    const char *at = first->start;
    bool numbers = false;
    table->columns = count_words(first->start, first->end);
    for (size_t i = 0; i < table->columns; i++)
        numbers |= is_number(next_word(&at, first->end));
    if (!numbers && table->columns > 0)
        return diagnostics_error(reader->diagnostics, table_place_at(table, first->start),
                                 "words where numbers are expected; the names of columns stand behind a #");
    table->names = name_columns(reader, comment);
    return true;
}

static bool read_row(Reader *reader, const Line *line)
{
    Table *table = reader->table;
    size_t found = count_words(line->start, line->end);
    const char *at = line->start;
    reader->starts[table->rows] = line->start;
    if (found != table->columns)
        return diagnostics_error(reader->diagnostics, table_line(table, table->rows),
                                 "the row has %zu field%s, but the first has %zu", found, found == 1 ? "" : "s",
                                 table->columns);
    for (size_t i = 0; i < found; i++)
        reader->fields[table->rows * table->columns + i] = next_word(&at, line->end);
    table->rows++;
    return true;
}

/* Room for what all lines hold. */
static void make_room(Reader *reader)
{
    const Table *table = reader->table;
    size_t words = 0, rows = 0;
    for (Line line = {.next = table->text}; line.next < table->end;) {
        line = line_at(line.next, table->end);
        size_t count = count_words(line.start, line.end);
        words += count;
        rows += count > 0;
    }
    reader->fields = ARENA_ARRAY(reader->arena, words + 1, TableField);
    reader->starts = ARENA_ARRAY(reader->arena, rows + 1, const char *);
    reader->table->fields = reader->fields;
    reader->table->starts = reader->starts;
}

static bool read_rows(Reader *reader)
{
    const Table *table = reader->table;
    Line comment = {0};
    for (Line line = {.next = table->text}; line.next < table->end;) {
        line = line_at(line.next, table->end);
        bool holds = count_words(line.start, line.end) > 0;
        if (!holds && line.comment && table->rows == 0)
            comment = line;
        if (holds && table->rows == 0 && !begin(reader, &comment, &line))
            return false;
        if (holds && !read_row(reader, &line))
            return false;
    }
    if (table->rows > 0)
        return true;
    return diagnostics_error(reader->diagnostics, (Place){table->file, 0, 0}, "there are no numbers in the file");
}

static const char *locate(const Table *table, const char *start, size_t column)
{
    const char *at = start;
    TableField word = {start, 0};
    for (size_t i = 0; i <= column; i++)
        word = next_word(&at, table->end);
    return word.text;
}

static const Table *read_txt(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size,
                             TableHeader header)
{
    (void)header;
    Reader reader = {arena, diagnostics, table_new(arena, diagnostics, file, data, size), NULL, NULL};
    if (!reader.table)
        return NULL;
    reader.table->locate = locate;
    make_room(&reader);
    return read_rows(&reader) ? reader.table : NULL;
}

static bool ends_with(const char *name, size_t length, const char *ending)
{
    return length >= strlen(ending) && memcmp(name + length - strlen(ending), ending, strlen(ending)) == 0;
}

/* By its name; but a CSV may be called so, and its first row has a comma. */
static bool recognised(const char *file, const char *data, size_t size)
{
    size_t length = strlen(file) - (ends_with(file, strlen(file), ".gz") ? 3 : 0);
    if (!ends_with(file, length, ".txt") && !ends_with(file, length, ".dat"))
        return false;
    for (Line line = {.next = data}; line.next < data + size;) {
        line = line_at(line.next, data + size);
        if (count_words(line.start, line.end) > 0)
            return !memchr(line.start, ',', (size_t)(line.end - line.start));
    }
    return true;
}

const DataFormat format_txt = {.name = "TXT", .recognised = recognised, .read_table = read_txt};

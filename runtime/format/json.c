#include "runtime/format/json.h"

#include "gen/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64 };

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    const JsonSource *source;
    size_t at;
    int depth;
} Reader;

/* Items of one array or object while it is read. */
typedef struct {
    Json *items;
    const char **names;
    size_t *name_offsets;
    size_t count, capacity;
} List;

static bool read_value(Reader *reader, Json *value);

static bool record(Diagnostics *diagnostics, const JsonSource *source, size_t offset, const char *message)
{
    if (source->base > 0)
        return diagnostics_error(diagnostics, (Place){source->file, 0, 0}, "%s, at byte %zu", message,
                                 source->base + offset);
    Place place = {source->file, 1, 1};
    for (size_t i = 0; i < offset; i++) {
        place.column = source->text[i] == '\n' ? 1 : place.column + 1;
        place.line += source->text[i] == '\n';
    }
    return diagnostics_error(diagnostics, place, "%s", message);
}

bool json_error(Diagnostics *diagnostics, const JsonSource *source, size_t offset, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return record(diagnostics, source, offset, message);
}

static bool fail(Reader *reader, size_t offset, const char *message)
{
    return record(reader->diagnostics, reader->source, offset, message);
}

static bool at_end(const Reader *reader)
{
    return reader->at == reader->source->length;
}

/* The next byte, or NUL at the end, which no JSON text contains. */
static char peek(const Reader *reader)
{
    return at_end(reader) ? '\0' : reader->source->text[reader->at];
}

static void skip_blanks(Reader *reader)
{
    while (!at_end(reader) && strchr(" \t\r\n", peek(reader)) && peek(reader))
        reader->at++;
}

static bool unexpected(Reader *reader, const char *expected)
{
    if (at_end(reader))
        return json_error(reader->diagnostics, reader->source, reader->at, "the text ends where %s is expected",
                          expected);
    return json_error(reader->diagnostics, reader->source, reader->at, "%s is expected here", expected);
}

/* Four hex digits. */
static bool read_code_unit(Reader *reader, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++, reader->at++) {
        char digit = peek(reader);
        const char *found =
            digit ? strchr("0123456789abcdef", digit >= 'A' && digit <= 'F' ? digit + 32 : digit) : NULL;
        if (!found)
            return unexpected(reader, "a hexadecimal digit");
        uint32_t value = digit <= '9' ? (uint32_t)(digit - '0') : (uint32_t)((digit | 32) - 'a' + 10);
        *unit = *unit * 16 + value;
    }
    return true;
}

/* After "\u": one unit, or two that are a pair of surrogates. */
static bool read_unicode_escape(Reader *reader, size_t start, Text *string)
{
    uint32_t code, low;
    if (!read_code_unit(reader, &code))
        return false;
    if (code == 0)
        return fail(reader, start, "the character \\u0000 is not supported");
    if (code >= 0xdc00 && code <= 0xdfff)
        return fail(reader, start, "a low surrogate without the high one before it");
    if (code >= 0xd800 && code <= 0xdbff) {
        if (reader->source->length - reader->at < 2 || memcmp(reader->source->text + reader->at, "\\u", 2) != 0)
            return fail(reader, start, "a high surrogate without the low one after it");
        reader->at += 2;
        if (!read_code_unit(reader, &low))
            return false;
        if (low < 0xdc00 || low > 0xdfff)
            return fail(reader, start, "a high surrogate without the low one after it");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    char bytes[4];
    text_append(string, bytes, utf8_encode(code, bytes));
    return true;
}

/* After a backslash, which is at start. */
static bool read_escape(Reader *reader, size_t start, Text *string)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char letter = peek(reader);
    const char *found = letter ? strchr(letters, letter) : NULL;
    reader->at++;
    if (letter == 'u')
        return read_unicode_escape(reader, start, string);
    if (!found)
        return fail(reader, start, "an escape that JSON does not have");
    text_append(string, &meanings[found - letters], 1);
    return true;
}

/* At the opening quote. */
static bool read_string(Reader *reader, const char **string)
{
    const JsonSource *source = reader->source;
    size_t start = reader->at++;
    Text text = text_new(reader->arena);
    while (peek(reader) != '"') {
        if (at_end(reader))
            return fail(reader, start, "a string that does not end");
        if (peek(reader) == '\\') {
            size_t backslash = reader->at++;
            if (!read_escape(reader, backslash, &text))
                return false;
            continue;
        }
        size_t length = utf8_length(source->text + reader->at, source->length - reader->at);
        if (length == 0)
            return fail(reader, reader->at, "a byte that is not UTF-8");
        if ((unsigned char)peek(reader) < 0x20)
            return fail(reader, reader->at, "a control character in a string");
        text_append(&text, source->text + reader->at, length);
        reader->at += length;
    }
    reader->at++;
    *string = text.data;
    return true;
}

static size_t skip_digits(Reader *reader)
{
    size_t start = reader->at;
    while (peek(reader) >= '0' && peek(reader) <= '9')
        reader->at++;
    return reader->at - start;
}

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?; false when the text has another form. */
static bool skip_number(Reader *reader, bool *digits_only)
{
    *digits_only = peek(reader) != '-';
    reader->at += peek(reader) == '-';
    size_t leading = reader->at;
    size_t digits = skip_digits(reader);
    if (digits == 0 || (digits > 1 && reader->source->text[leading] == '0'))
        return false;
    if (peek(reader) == '.') {
        *digits_only = false;
        reader->at++;
        if (skip_digits(reader) == 0)
            return false;
    }
    if (peek(reader) == 'e' || peek(reader) == 'E') {
        *digits_only = false;
        reader->at++;
        reader->at += peek(reader) == '+' || peek(reader) == '-';
        if (skip_digits(reader) == 0)
            return false;
    }
    return true;
}

static bool read_number(Reader *reader, Json *value)
{
    const double exact = 9007199254740992.0; /* 2^53 */
    size_t start = reader->at;
    bool digits_only;
    if (!skip_number(reader, &digits_only))
        return fail(reader, start, "a number that JSON does not have");
    if (!text_parse_real(reader->source->text + start, reader->at - start, &value->number))
        return fail(reader, start, "a number that is too large or too long");
    value->kind = JSON_NUMBER;
    value->natural = digits_only && value->number <= exact;
    return true;
}

static bool read_word(Reader *reader, const char *word)
{
    size_t length = strlen(word);
    if (reader->source->length - reader->at < length || memcmp(reader->source->text + reader->at, word, length) != 0)
        return unexpected(reader, "a value");
    reader->at += length;
    return true;
}

static Json *list_add(Reader *reader, List *list, const char *name, size_t name_offset)
{
    if (list->count == list->capacity) {
        size_t old = list->capacity, capacity = old ? 2 * old : 8;
        list->items = arena_grow(reader->arena, list->items, old * sizeof(Json), capacity * sizeof(Json));
        list->names = arena_grow(reader->arena, list->names, old * sizeof(char *), capacity * sizeof(char *));
        list->name_offsets =
            arena_grow(reader->arena, list->name_offsets, old * sizeof(size_t), capacity * sizeof(size_t));
        list->capacity = capacity;
    }
    list->names[list->count] = name;
    list->name_offsets[list->count] = name_offset;
    return &list->items[list->count++];
}

/* After an item: a comma, or the end of the list, which sets *closed. */
static bool next_item(Reader *reader, char close, bool *closed)
{
    skip_blanks(reader);
    char found = peek(reader);
    *closed = found == close;
    if (found != ',' && found != close)
        return unexpected(reader, close == ']' ? "a comma or ]" : "a comma or }");
    reader->at++;
    return true;
}

static bool read_array(Reader *reader, List *list)
{
    bool closed = false;
    reader->at++;
    skip_blanks(reader);
    if (peek(reader) == ']') {
        reader->at++;
        return true;
    }
    while (!closed)
        if (!read_value(reader, list_add(reader, list, NULL, 0)) || !next_item(reader, ']', &closed))
            return false;
    return true;
}

static bool read_member(Reader *reader, List *list)
{
    const char *name;
    skip_blanks(reader);
    size_t offset = reader->at;
    if (peek(reader) != '"')
        return unexpected(reader, "a name in quotes");
    if (!read_string(reader, &name))
        return false;
    skip_blanks(reader);
    if (peek(reader) != ':')
        return unexpected(reader, "a colon");
    reader->at++;
    return read_value(reader, list_add(reader, list, name, offset));
}

typedef struct {
    const char *name;
    size_t offset;
} Name;

static int by_name(const void *left, const void *right)
{
    const Name *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

/* Sorted, so that a header with very many members costs no square. */
static bool check_names(Reader *reader, const List *list)
{
    Name *names = ARENA_ARRAY(reader->arena, list->count, Name);
    for (size_t i = 0; i < list->count; i++)
        names[i] = (Name){list->names[i], list->name_offsets[i]};
    qsort(names, list->count, sizeof *names, by_name);
    for (size_t i = 1; i < list->count; i++)
        if (strcmp(names[i - 1].name, names[i].name) == 0)
            return json_error(reader->diagnostics, reader->source, names[i].offset, "the name \"%s\" a second time",
                              names[i].name);
    return true;
}

static bool read_object(Reader *reader, List *list)
{
    bool closed = false;
    reader->at++;
    skip_blanks(reader);
    if (peek(reader) == '}') {
        reader->at++;
        return true;
    }
    while (!closed)
        if (!read_member(reader, list) || !next_item(reader, '}', &closed))
            return false;
    return check_names(reader, list);
}

static bool read_list(Reader *reader, Json *value)
{
    List list = {0};
    bool array = peek(reader) == '[';
    if (++reader->depth > DEEPEST)
        return fail(reader, reader->at, "arrays and objects nested too deep");
    if (!(array ? read_array(reader, &list) : read_object(reader, &list)))
        return false;
    reader->depth--;
    value->kind = array ? JSON_ARRAY : JSON_OBJECT;
    value->items = list.items;
    value->names = list.names;
    value->count = list.count;
    return true;
}

static bool read_value(Reader *reader, Json *value)
{
    skip_blanks(reader);
    char first = peek(reader);
    value->offset = reader->at;
    if (first == '{' || first == '[')
        return read_list(reader, value);
    if (first == '-' || (first >= '0' && first <= '9'))
        return read_number(reader, value);
    if (first == '"') {
        value->kind = JSON_STRING;
        return read_string(reader, &value->string);
    }
    value->kind = first == 'n' ? JSON_NULL : JSON_BOOLEAN;
    value->boolean = first == 't';
    return read_word(reader, first == 'n' ? "null" : first == 't' ? "true" : "false");
}

const Json *json_read(Arena *arena, Diagnostics *diagnostics, const JsonSource *source)
{
    Reader reader = {.arena = arena, .diagnostics = diagnostics, .source = source};
    Json *value = ARENA_NEW(arena, Json);
    if (!read_value(&reader, value))
        return NULL;
    skip_blanks(&reader);
    if (!at_end(&reader)) {
        fail(&reader, reader.at, "something follows the JSON value");
        return NULL;
    }
    return value;
}

const Json *json_member(const Json *object, const char *name)
{
    for (size_t i = 0; object->kind == JSON_OBJECT && i < object->count; i++)
        if (strcmp(object->names[i], name) == 0)
            return &object->items[i];
    return NULL;
}

static void write_escaped(Text *text, char byte)
{
    static const char letters[] = "\"\\bfnrt", meanings[] = "\"\\\b\f\n\r\t";
    const char *found = strchr(meanings, byte);
    if (found)
        text_format(text, "\\%c", letters[found - meanings]);
    else
        text_format(text, "\\u%04x", (unsigned)byte);
}

void json_write_string(Text *text, const char *string)
{
    text_add(text, "\"");
    for (size_t left = strlen(string); left > 0;) {
        size_t length = utf8_length(string, left);
        if (length == 0)
            text_add(text, "\xef\xbf\xbd");
        else if (length == 1 && ((unsigned char)*string < 0x20 || *string == '"' || *string == '\\'))
            write_escaped(text, *string);
        else
            text_append(text, string, length);
        string += length ? length : 1;
        left -= length ? length : 1;
    }
    text_add(text, "\"");
}

#include "gen/base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Text text_new(Arena *arena)
{
    Text text = {.arena = arena, .data = arena_alloc(arena, 64), .length = 0, .capacity = 64};
    return text;
}

static void reserve(Text *text, size_t more)
{
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return;
    size_t capacity = text->capacity * 2 > needed ? text->capacity * 2 : needed;
    text->data = arena_grow(text->arena, text->data, text->length + 1, capacity);
    text->capacity = capacity;
}

void text_append(Text *text, const char *bytes, size_t length)
{
    reserve(text, length);
    memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_add(Text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

static void format_list(Text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_format(Text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_list(text, format, arguments);
    va_end(arguments);
}

char *text_print(Arena *arena, const char *format, ...)
{
    Text text = text_new(arena);
    va_list arguments;
    va_start(arguments, format);
    format_list(&text, format, arguments);
    va_end(arguments);
    return text.data;
}

/* %g drops trailing zeros, so the first precision that reads back is the shortest text. Below the normal range fewer
 * digits than the usual minimum may do. */
void text_real(Text *text, double value)
{
    char digits[40];
    for (int precision = isnormal(value) ? 15 : 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    text_add(text, digits);
}

void text_float(Text *text, float value)
{
    char digits[40];
    for (int precision = isnormal(value) ? 6 : 1; precision <= 9; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, (double)value);
        if (strtof(digits, NULL) == value)
            break;
    }
    text_add(text, digits);
}

/* The part of [sign] digits [. digits] [e [sign] digits] that string begins with. */
static size_t number_length(const char *string, size_t length)
{
    size_t at = 0, digits = 0;
    if (at < length && (string[at] == '+' || string[at] == '-'))
        at++;
    for (; at < length && isdigit((unsigned char)string[at]); at++)
        digits++;
    if (at < length && string[at] == '.')
        for (at++; at < length && isdigit((unsigned char)string[at]); at++)
            digits++;
    if (!digits)
        return 0;
    if (at < length && (string[at] == 'e' || string[at] == 'E')) {
        size_t exponent = at + 1;
        if (exponent < length && (string[exponent] == '+' || string[exponent] == '-'))
            exponent++;
        if (exponent < length && isdigit((unsigned char)string[exponent]))
            for (at = exponent; at < length && isdigit((unsigned char)string[at]);)
                at++;
    }
    return at;
}

bool text_parse_real(const char *string, size_t length, double *value)
{
    char copy[512];
    if (length == 0 || length >= sizeof copy || number_length(string, length) != length)
        return false;
    memcpy(copy, string, length);
    copy[length] = '\0';
    double parsed = strtod(copy, NULL);
    if (!isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

bool text_parse_printed(const char *string, size_t length, double *value)
{
    static const struct {
        const char *name;
        double value;
    } special[] = {{"nan", NAN}, {"-nan", NAN}, {"inf", INFINITY}, {"-inf", -INFINITY}};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (length == strlen(special[i].name) && memcmp(string, special[i].name, length) == 0) {
            *value = special[i].value;
            return true;
        }
    return text_parse_real(string, length, value);
}

uint64_t text_hash(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    return hash;
}

void text_lua_string(Text *text, const char *string)
{
    text_add(text, "\"");
    for (; *string; string++)
        text_format(text, *string == '"' || *string == '\\' || (unsigned char)*string < 32 ? "\\%03d" : "%c", *string);
    text_add(text, "\"");
}

#include "gen/base/diagnostics.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_LINE = 160 }; /* bytes of it that are shown */

typedef struct Message {
    struct Message *next;
    Place place;
    const char *kind; /* "", or what stands before the text: "warning: " */
    const char *text;
} Message;

typedef struct Source {
    struct Source *next;
    const char *file;
    const char *text; /* NULL: it is not to be shown */
} Source;

struct Diagnostics {
    Arena *arena;
    Message *first; /* those of one file by line */
    Source *sources;
    const char *typed; /* where, or NULL */
    size_t errors;
};

Diagnostics *diagnostics_new(Arena *arena)
{
    Diagnostics *diagnostics = ARENA_NEW(arena, Diagnostics);
    diagnostics->arena = arena;
    return diagnostics;
}

static const Source *find_source(const Diagnostics *diagnostics, const char *file)
{
    const Source *source = diagnostics->sources;
    while (source && strcmp(source->file, file) != 0)
        source = source->next;
    return source;
}

void diagnostics_conceal(Diagnostics *diagnostics, const char *file)
{
    diagnostics_source(diagnostics, file, NULL);
}

void diagnostics_source(Diagnostics *diagnostics, const char *file, const char *text)
{
    const Source *known = find_source(diagnostics, file);
    if (known && !known->text)
        return;
    Source *source = ARENA_NEW(diagnostics->arena, Source);
    source->next = diagnostics->sources;
    source->file = file;
    source->text = text;
    diagnostics->sources = source;
}

void diagnostics_typed(Diagnostics *diagnostics, const char *where)
{
    diagnostics->typed = arena_string(diagnostics->arena, where, strlen(where));
}

static const char *copied(Arena *arena, const char *text)
{
    return text ? arena_string(arena, text, strlen(text)) : NULL;
}

static bool comes_before(const Place *a, const Place *b)
{
    return a->file && b->file && !strcmp(a->file, b->file) && a->line < b->line;
}

static void add(Diagnostics *diagnostics, Place place, const char *kind, const char *text)
{
    Message *message = ARENA_NEW(diagnostics->arena, Message);
    message->place = place;
    message->place.file = copied(diagnostics->arena, place.file);
    message->kind = kind;
    message->text = copied(diagnostics->arena, text);
    Message **at = &diagnostics->first;
    while (*at && !comes_before(&place, &(*at)->place))
        at = &(*at)->next;
    message->next = *at;
    *at = message;
}

static void record(Diagnostics *diagnostics, Place place, const char *kind, const char *format, va_list arguments)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, arguments);
    for (char *c = text; *c; c++)
        if (iscntrl((unsigned char)*c)) /* a message is one line, and no terminal obeys it */
            *c = '?';
    add(diagnostics, place, kind, text);
}

void diagnostics_forget(Diagnostics *diagnostics)
{
    diagnostics->sources = NULL;
}

void diagnostics_adopt(Diagnostics *diagnostics, const Diagnostics *other)
{
    Arena *arena = diagnostics->arena;
    for (const Source *source = other->sources; source; source = source->next)
        diagnostics_source(diagnostics, copied(arena, source->file), copied(arena, source->text));
    for (const Message *message = other->first; message; message = message->next)
        add(diagnostics, message->place, message->kind, message->text);
    diagnostics->errors += other->errors;
    diagnostics->typed = diagnostics->typed ? diagnostics->typed : copied(arena, other->typed);
}

bool diagnostics_error(Diagnostics *diagnostics, Place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    record(diagnostics, place, "", format, arguments);
    va_end(arguments);
    diagnostics->errors++;
    return false;
}

void diagnostics_warning(Diagnostics *diagnostics, Place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    record(diagnostics, place, "warning: ", format, arguments);
    va_end(arguments);
}

void diagnostics_note(Diagnostics *diagnostics, Place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    record(diagnostics, place, "note: ", format, arguments);
    va_end(arguments);
}

size_t diagnostics_errors(const Diagnostics *diagnostics)
{
    return diagnostics->errors;
}

/* "   12 |   widht = 2," for line 12 of source; nothing where there is no such line. What a terminal would obey is a
 * question mark in it, too. */
static void print_line(Text *text, const char *source, int line)
{
    for (int i = 1; i < line && source; i++) {
        source = strchr(source, '\n');
        source = source ? source + 1 : NULL;
    }
    if (!source || !*source)
        return;
    char shown[LONGEST_LINE + 1];
    size_t length = strcspn(source, "\r\n");
    length = length < LONGEST_LINE ? length : LONGEST_LINE;
    for (size_t i = 0; i < length; i++)
        shown[i] = iscntrl((unsigned char)source[i]) && source[i] != '\t' ? '?' : source[i];
    shown[length] = '\0';
    text_format(text, "%5d | %s\n", line, shown);
}

void diagnostics_print(const Diagnostics *diagnostics, Text *text)
{
    for (const Message *message = diagnostics->first; message; message = message->next) {
        const Place *place = &message->place;
        const bool typed = place->line == PLACE_TYPED && diagnostics->typed;
        if (place->file)
            text_format(text, "%s:", typed ? diagnostics->typed : place->file);
        if (place->file && place->line > 0)
            text_format(text, "%d:", place->line);
        if (place->file && place->line > 0 && place->column > 0)
            text_format(text, "%d:", place->column);
        text_format(text, "%s%s%s\n", place->file ? " " : "", message->kind, message->text);
        const Source *source = place->file ? find_source(diagnostics, place->file) : NULL;
        if (source && place->line > 0)
            print_line(text, source->text, place->line);
    }
}

#include "runtime/format/json.h"

#include "gen/base/utf8.h"

#include <string.h>

/* jansson takes the want of memory for bad JSON, so that its allocations are watched. */
static json_malloc_t their_allocate;
static bool exhausted;

static void *allocate(size_t size)
{
    void *block = their_allocate(size);
    exhausted = exhausted || !block;
    return block;
}

static json_t *load(const JsonSource *source, json_error_t *error)
{
    json_free_t release;
    json_get_alloc_funcs(&their_allocate, &release);
    json_set_alloc_funcs(allocate, release);
    exhausted = false;
    json_t *value = json_loadb(source->text, source->length, JSON_REJECT_DUPLICATES, error);
    json_set_alloc_funcs(their_allocate, release);
    return value;
}

static void drop(void *object)
{
    json_decref(*(json_t **)object);
}

static void report(Diagnostics *diagnostics, const JsonSource *source, const json_error_t *error)
{
    if (source->base > 0)
        diagnostics_error(diagnostics, (Place){source->file, 0, 0}, "%s, near byte %zu", error->text,
                          source->base + (size_t)error->position);
    else
        diagnostics_error(diagnostics, (Place){source->file, error->line, error->column}, "%s", error->text);
}

json_t *json_read(Arena *arena, Diagnostics *diagnostics, const JsonSource *source)
{
    json_error_t error;
    json_t **value = ARENA_NEW(arena, json_t *);
    arena_on_free(arena, drop, value);
    *value = load(source, &error);
    if (exhausted)
        arena_fail(arena);
    if (!*value)
        report(diagnostics, source, &error);
    return *value;
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
        Utf8 character = utf8_sound(string, left);
        if ((unsigned char)*string < 0x20 || *string == '"' || *string == '\\')
            write_escaped(text, *string);
        else
            text_append(text, character.bytes, character.length);
        string += character.taken;
        left -= character.taken;
    }
    text_add(text, "\"");
}

#include "gen/emit/names.h"

#include "gen/base/utf8.h"

#include <string.h>

/* Where a line is broken, and where an identifier of the templates begins. */
static bool is_special(const char *at)
{
    return *at == ' ' || *at == ',' || !strncmp(at, "costate", 7) || !strncmp(at, "COSTATE", 7);
}

void names_literal(Text *text, const char *name)
{
    text_add(text, "\"");
    for (size_t i = 0, left = strlen(name), length; left > 0; i += length, left -= length) {
        length = utf8_length(name + i, left);
        const bool character = length > 0, plain = character && (length > 1 || (name[i] >= ' ' && name[i] <= '~'));
        length = character ? length : 1;
        if (plain && !strchr("\"\\?@", name[i]) && !is_special(name + i))
            text_append(text, name + i, length);
        else
            text_format(text, "\\%03o", (unsigned)(unsigned char)name[i]);
    }
    text_add(text, "\"");
}

void names_list(Text *text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_add(text, "    ");
        names_literal(text, names[i]);
        text_add(text, ",\n");
    }
}

size_t names_bytes(const char *const *names, size_t count)
{
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t bytes = strlen(names[i]) + 1;
        most = bytes > most ? bytes : most;
    }
    return most;
}

void names_cell(Text *text, const char *name)
{
    for (; *name; name++)
        if (strchr("|\\`*_<>[]&@", *name) || (unsigned char)*name < ' ')
            text_format(text, "&#%d;", *name);
        else
            text_append(text, name, 1);
}

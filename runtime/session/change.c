#include "runtime/session/change.h"

#include <ctype.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS  "0123456789"

/* "train.rate": names, and numbers behind the first. */
static bool is_key(const char *key, size_t length)
{
    const size_t first = strspn(key, LETTERS);
    bool is = first > 0 && strspn(key, LETTERS DIGITS ".") == length && key[length - 1] != '.';
    for (size_t i = 0; i + 1 < length; i++)
        is = is && !(key[i] == '.' && key[i + 1] == '.');
    return is;
}

static bool is_word(const char *value)
{
    const bool constant = !strcmp(value, "true") || !strcmp(value, "false") || !strcmp(value, "nil");
    return !constant && strspn(value, LETTERS "./") && strspn(value, LETTERS DIGITS "./-") == strlen(value);
}

static bool read_setting(Session *session, const char *setting, Text *text)
{
    const char *equals = strchr(setting, '=');
    const size_t length = equals ? (size_t)(equals - setting) : 0;
    if (!equals || !is_key(setting, length) || !equals[1] || equals[1] == '=') {
        session->problem = text_print(session->arena, "--set takes KEY=VALUE, such as train.rate=0.1, not %s", setting);
        return false;
    }
    const bool forgets = !strcmp(equals + 1, "nil");
    const char *quote = is_word(equals + 1) ? "\"" : "";
    text_format(text, forgets ? "%s{ \"%.*s\" }" : "%s{ [\"%.*s\"] = %s%s%s }", text->length ? ", " : "", (int)length,
                setting, quote, equals + 1, quote);
    return true;
}

bool change_read(Session *session, const char *settings, const char **changes)
{
    Text text = text_new(session->arena);
    *changes = NULL;
    while (settings) {
        const size_t length = strcspn(settings, "\n");
        if (!read_setting(session, arena_string(session->arena, settings, length), &text))
            return false;
        *changes = text.data;
        settings = settings[length] ? settings + length + 1 : NULL;
    }
    return true;
}

#include "runtime/format/html.h"

#include "runtime/system/file.h"
#include "gen/base/utf8.h"

#include <string.h>

static const char head[] =
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<style>\n"
    ":root { color-scheme: light dark; --back: #fff; --text: #1c1c1c; --quiet: #5a5a5a; --line: #d8d8d8; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --back: #161616; --text: #e6e6e6; --quiet: #a8a8a8; --line: #3a3a3a; }\n"
    "  img { filter: invert(0.91) hue-rotate(180deg); }\n"
    "}\n"
    "body { background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto;"
    " max-width: 72rem; padding: 0 1rem; }\n"
    "h2 { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1rem; }\n"
    "table { border-collapse: collapse; font-variant-numeric: tabular-nums; }\n"
    ".wide { overflow-x: auto; }\n"
    "th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.9rem 0.25rem 0; text-align: left; }\n"
    ".row td { overflow-wrap: anywhere; }\n"
    ".row { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); }\n"
    ".large { grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); }\n"
    "figure { margin: 1rem 0; }\n"
    "img { height: auto; max-width: 100%; }\n"
    "figcaption { color: var(--quiet); font-size: 0.9rem; }\n"
    "</style>\n";

void html_begin(Text *page, const char *title)
{
    text_add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html_element(page, "title", title);
    text_add(page, head);
    text_add(page, "</head>\n<body>\n");
    html_element(page, "h1", title);
}

void html_end(Text *page)
{
    text_add(page, "</body>\n</html>\n");
}

static const char *escape(char byte)
{
    switch (byte) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

void html_string(Text *page, const char *string)
{
    size_t length = strlen(string);
    for (size_t i = 0; i < length;) {
        Utf8 character = utf8_sound(string + i, length - i);
        if (escape(string[i]))
            text_add(page, escape(string[i]));
        else
            text_append(page, character.bytes, character.length);
        i += character.taken;
    }
}

void html_element(Text *page, const char *tag, const char *string)
{
    text_format(page, "<%s>", tag);
    html_string(page, string);
    text_format(page, "</%s>\n", tag);
}

/* RFC 4648. */
static void add_base64(Text *page, const char *data, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = (const unsigned char *)data;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        unsigned group =
            (unsigned)bytes[i] << 16 | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
        const char quad[4] = {digits[group >> 18], digits[group >> 12 & 63], left > 1 ? digits[group >> 6 & 63] : '=',
                              left > 2 ? digits[group & 63] : '='};
        text_append(page, quad, 4);
    }
}

bool html_picture(Text *page, Diagnostics *diagnostics, const char *path, const char *caption)
{
    const char *ending = strrchr(path, '.');
    const char *type = !strcmp(ending, ".svg") ? "svg+xml" : ending + 1;
    char *data;
    size_t size;
    if (!file_read(page->arena, diagnostics, path, &data, &size))
        return false;
    text_add(page, "<figure><img alt=\"");
    html_string(page, caption);
    text_format(page, "\" src=\"data:image/%s;base64,", type);
    add_base64(page, data, size);
    text_add(page, "\">");
    html_element(page, "figcaption", caption);
    text_add(page, "</figure>\n");
    return true;
}

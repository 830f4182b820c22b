#include "template.h"

#include <ctype.h>
#include <string.h>

static const char *find_template(const char *name)
{
    for (const Template *template = templates; template->text; template ++)
        if (!strcmp(template->name, name))
            return template->text;
    return "";
}

static const char *line_end(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

/* Where the text of a marker line of this kind ("@", "?") begins, or NULL. */
static const char *marker(const char *line, const char *kind)
{
    while (*line == ' ')
        line++;
    bool found = line[0] == '/' && line[1] == '*' && line[2] == *kind && line[3] == ' ';
    return found ? line + 4 : NULL;
}

/* A section from its marker line on; returns what follows the line. */
static const char *open_section(Arena *arena, const char *line, Section *section)
{
    const char *name = marker(line, "@");
    size_t length = strcspn(name, " *\n"), rest = strcspn(name + length, "*\n");
    section->name = arena_string(arena, name, length);
    section->needs = arena_string(arena, name + length, rest);
    return line_end(line);
}

Sections template_sections(Arena *arena, const char *name)
{
    const char *text = find_template(name);
    size_t count = 0;
    for (const char *line = text; *line; line = line_end(line))
        count += marker(line, "@") != NULL;
    Section *sections = ARENA_ARRAY(arena, count + 1, Section);
    size_t at = 0;
    for (const char *line = text; *line;) {
        if (!marker(line, "@")) {
            line = line_end(line);
            continue;
        }
        const char *start = open_section(arena, line, &sections[at]), *end = start;
        while (*end && !marker(end, "@"))
            end = line_end(end);
        sections[at++].text = arena_string(arena, start, (size_t)(end - start));
        line = end;
    }
    return (Sections){sections, count};
}

const Section *template_find(const Sections *sections, const char *name)
{
    for (size_t i = 0; i < sections->count; i++)
        if (!strcmp(sections->sections[i].name, name))
            return &sections->sections[i];
    return NULL;
}

char *template_choose(Arena *arena, const char *text, bool (*holds)(const void *context, const char *flag),
                      const void *context)
{
    Text chosen = text_new(arena);
    bool wanted = true;
    for (const char *line = text; *line; line = line_end(line)) {
        const char *flag = marker(line, "?");
        if (flag) {
            const char *name = arena_string(arena, flag, strcspn(flag, " *"));
            wanted = !strcmp(name, "end") || holds(context, name);
        } else if (wanted) {
            text_append(&chosen, line, (size_t)(line_end(line) - line));
        }
    }
    return chosen.data;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

char *template_rename(Arena *arena, const char *text, const char *prefix)
{
    Text renamed = text_new(arena);
    for (const char *at = text; *at;) {
        bool lower = !strncmp(at, "costate_", 8), upper = !strncmp(at, "COSTATE_", 8);
        if ((!lower && !upper) || (at > text && is_word(at[-1]))) {
            text_append(&renamed, at++, 1);
            continue;
        }
        for (const char *c = prefix; *c; c++) {
            char letter = upper ? (char)toupper((unsigned char)*c) : *c;
            text_append(&renamed, &letter, 1);
        }
        text_add(&renamed, "_");
        at += 8;
    }
    return renamed.data;
}

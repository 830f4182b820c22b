#include "template.h"

#include <ctype.h>
#include <string.h>

static const char *find_template(const char *name)
{
    for (const Template *template = templates; template->text; template++)
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

char *template_resolve(Arena *arena, const char *text, const char *name, bool defined)
{
    Text resolved = text_new(arena);
    const char *opening = text_print(arena, "#if defined(%s)\n", name);
    size_t depth = 0, chosen = 0; /* conditionals that are open; the depth of the one that is resolved, or 0 */
    bool wanted = true;
    for (const char *line = text; *line; line = line_end(line)) {
        depth += !strncmp(line, "#if", 3);
        if (!chosen && !strncmp(line, opening, strlen(opening))) {
            chosen = depth;
            wanted = defined;
        } else if (depth == chosen && !strncmp(line, "#else", 5)) {
            wanted = !wanted;
        } else if (depth == chosen && !strncmp(line, "#endif", 6)) {
            wanted = true;
            chosen = 0;
            depth--;
            continue;
        } else if (wanted) {
            text_append(&resolved, line, (size_t)(line_end(line) - line));
        }
        depth -= !strncmp(line, "#endif", 6);
    }
    return resolved.data;
}

/* ---- renaming ---- */

/* Names of another length move what stands behind them, so lines that were aligned to an open parenthesis are aligned
 * to it again. */
enum { DEEPEST = 64 };

typedef struct {
    Text text;
    const char *prefix;
    size_t column, new_column;              /* in the line, before and after renaming */
    size_t open[DEEPEST], new_open[DEEPEST]; /* columns behind the parentheses that are open */
    size_t depth;
} Renaming;

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void put(Renaming *renaming, char c)
{
    text_append(&renaming->text, &c, 1);
    renaming->new_column++;
}

static void put_prefix(Renaming *renaming, bool upper)
{
    for (const char *c = renaming->prefix; *c; c++)
        put(renaming, upper ? (char)toupper((unsigned char)*c) : *c);
    put(renaming, '_');
    renaming->column += sizeof "costate_" - 1;
}

/* From the first character of a line; returns where its text begins. */
static const char *put_indent(Renaming *renaming, const char *line)
{
    size_t indent = strspn(line, " "), wanted = indent;
    renaming->column = indent;
    renaming->new_column = 0;
    for (size_t i = 0; i < renaming->depth && i < DEEPEST; i++)
        if (renaming->open[i] == indent)
            wanted = renaming->new_open[i];
    while (renaming->new_column < wanted)
        put(renaming, ' ');
    return line + indent;
}

static void put_code(Renaming *renaming, char c)
{
    put(renaming, c);
    renaming->column++;
    if (c == '(' && renaming->depth < DEEPEST) {
        renaming->open[renaming->depth] = renaming->column;
        renaming->new_open[renaming->depth++] = renaming->new_column;
    } else if (c == ')' && renaming->depth) {
        renaming->depth--;
    }
}

char *template_rename(Arena *arena, const char *text, const char *prefix)
{
    Renaming renaming = {.text = text_new(arena), .prefix = prefix};
    for (const char *at = put_indent(&renaming, text); *at;) {
        bool lower = !strncmp(at, "costate_", 8), upper = !strncmp(at, "COSTATE_", 8);
        if ((lower || upper) && !(at > text && is_word(at[-1]))) {
            put_prefix(&renaming, upper);
            at += 8;
        } else if (*at == '\n') {
            put(&renaming, '\n');
            if (at[1] == '#' || at[1] == '/') /* a new piece of text: comments may hold odd parentheses */
                renaming.depth = 0;
            at = put_indent(&renaming, at + 1);
        } else {
            put_code(&renaming, *at++);
        }
    }
    return renaming.text.data;
}

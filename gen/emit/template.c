#include "gen/emit/template.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

const char *template_text(const char *name)
{
    for (const Template *template = templates; template->text; template ++)
        if (!strcmp(template->name, name))
            return template->text;
    assert(false && "there is no template of that name");
    return NULL;
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
    const char *text = template_text(name);
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

const char *template_section(Arena *arena, const char *file, const char *name)
{
    const Sections sections = template_sections(arena, file);
    const Section *section = template_find(&sections, name);
    assert(section && "a template lacks a section");
    return section->text;
}

/* ---- choices ---- */

enum { DEEPEST_BRANCH = 8 };

/* Where a text stands while its choices are made. */
typedef struct {
    bool (*holds)(const void *context, const char *flag);
    const void *context;
    bool lines; /* since the last marker line "?" */
    struct {
        bool decided; /* by the generator; else the user's compiler has to choose */
        bool taken;
    } branches[DEEPEST_BRANCH]; /* the preprocessor conditionals that are open */
    size_t depth;
} Choice;

static bool starts(const char *line, const char *word)
{
    return !strncmp(line, word, strlen(word));
}

static bool is_wanted(const Choice *choice)
{
    bool wanted = choice->lines;
    for (size_t i = 0; i < choice->depth; i++)
        wanted = wanted && choice->branches[i].taken;
    return wanted;
}

static void open_branch(Arena *arena, Choice *choice, const char *line)
{
    static const char decided[] = "#if defined(COSTATE_";
    const char *flag = line + sizeof decided - 1;
    size_t at = choice->depth, length = 0;
    bool known = starts(line, decided);
    if (known)
        length = strcspn(flag, ")\n");
    known = known && flag[length] == ')' && flag[length + 1] == '\n';
    choice->branches[at].decided = known;
    choice->branches[at].taken = !known || choice->holds(choice->context, arena_string(arena, flag, length));
    choice->depth = at + (at + 1 < DEEPEST_BRANCH);
}

/* Follows a line of the preprocessor; true when the line itself is part of a choice that was made. */
static bool follow_directive(Arena *arena, Choice *choice, const char *line)
{
    if (starts(line, "#if")) {
        open_branch(arena, choice, line);
        return choice->branches[choice->depth - 1].decided;
    }
    bool decided = choice->depth && choice->branches[choice->depth - 1].decided;
    if (starts(line, "#else") && decided)
        choice->branches[choice->depth - 1].taken = !choice->branches[choice->depth - 1].taken;
    if (starts(line, "#endif") && choice->depth)
        choice->depth--;
    return decided && (starts(line, "#else") || starts(line, "#endif"));
}

/* Behind an argument: its comma, and a blank. */
static const char *argument_end(const char *at)
{
    for (size_t depth = 0; *at; at++) {
        depth += *at == '(';
        depth -= *at == ')';
        if (*at == ',' && depth == 0)
            return at[1] == ' ' ? at + 2 : at + 1;
    }
    assert(false && "an optional argument is the last one");
    return at;
}

/* The flag of the marker at that place, whose text is in *after. */
static const char *marker_flag(Arena *arena, const char *at, const char **after)
{
    size_t length = strcspn(at, "*");
    *after = at + length + 2;
    return arena_string(arena, at, length);
}

static void drop_blanks(Text *text)
{
    while (text->length && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
}

/* What stands in a line only where a flag holds: an argument, up to its comma, or anything up to the closing marker. */
static char *choose_within(Arena *arena, const char *text, bool (*holds)(const void *context, const char *flag),
                           const void *context)
{
    static const char opening[] = "/*?", closing[] = "/*?-*/";
    Text chosen = text_new(arena);
    for (const char *at = text, *next; *at; at = next) {
        const char *marker = strstr(at, opening), *after;
        text_append(&chosen, at, marker ? (size_t)(marker - at) : strlen(at));
        if (!marker)
            break;
        bool anything = marker[3] == '-';
        if (starts(marker, closing)) {
            next = marker + sizeof closing - 1;
            continue;
        }
        bool wanted = holds(context, marker_flag(arena, marker + 3 + anything, &after));
        next = wanted     ? after + (after[0] == ' ' && !anything)
               : anything ? strstr(after, closing)
                          : argument_end(after);
        if (!wanted && !anything && *next == '\n')
            drop_blanks(&chosen); /* the argument was the line's last */
    }
    return chosen.data;
}

char *template_choose(Arena *arena, const char *text, bool (*holds)(const void *context, const char *flag),
                      const void *context)
{
    Text chosen = text_new(arena);
    Choice choice = {.holds = holds, .context = context, .lines = true};
    for (const char *line = text; *line; line = line_end(line)) {
        const char *flag = marker(line, "?");
        if (flag) {
            const char *name = arena_string(arena, flag, strcspn(flag, " *"));
            choice.lines = !strcmp(name, "end") || holds(context, name);
        } else if (!follow_directive(arena, &choice, line) && is_wanted(&choice)) {
            text_append(&chosen, line, (size_t)(line_end(line) - line));
        }
    }
    return choose_within(arena, chosen.data, holds, context);
}

/* ---- filling in ---- */

/* The index of the key in "@key@" at that place, or that of the NULL at the end. */
static size_t key_at(const char *at, const char *const *keys)
{
    size_t i = 0;
    for (; keys[i]; i++) {
        size_t length = strlen(keys[i]);
        if (at[0] == '@' && !strncmp(at + 1, keys[i], length) && at[1 + length] == '@')
            break;
    }
    return i;
}

char *template_fill(Arena *arena, const char *text, const char *const *keys, const char *const *values)
{
    Text filled = text_new(arena);
    for (const char *at = text; *at;) {
        size_t i = key_at(at, keys);
        if (keys[i])
            text_add(&filled, values[i]);
        else
            text_append(&filled, at, 1);
        at += keys[i] ? strlen(keys[i]) + 2 : 1;
    }
    return filled.data;
}

/* ---- renaming ---- */

/* Names of another length move what stands behind them, so lines that were aligned to an open parenthesis are aligned
 * to it again. */
enum { DEEPEST = 64 };

typedef struct {
    Text text;
    const char *prefix;
    size_t column, new_column;               /* in the line, before and after renaming */
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

#include "gen/emit/wrap.h"

#include <string.h>

enum { DEEPEST = 64 };

/* Where the parentheses that are open were opened: the columns behind them in the source and in the text. */
typedef struct {
    Text text;
    size_t columns;
    size_t open[DEEPEST], new_open[DEEPEST], depth;
} Wrapping;

static void put_spaces(Text *text, size_t count)
{
    while (count--)
        text_append(text, " ", 1);
}

/* ---- code ---- */

/* How tightly the operator at that place binds, as a number; 0: there is none. */
static size_t binding_at(const char *code)
{
    bool found = code[0] == ' ' && strchr("+*&|", code[1]) && strchr(" &|", code[2]);
    return !found ? 0 : code[1] == '*' ? 2 : 1;
}

/* Where to break code that begins at column `at` of the text: behind the last comma that fits, of the fewest
 * parentheses; where there is none, behind an operator, a loose one if it can be. 0: nowhere. */
static size_t find_break(const Wrapping *wrapping, const char *code, size_t length, size_t at)
{
    size_t comma = 0, operation = 0, comma_depth = SIZE_MAX, tightest = SIZE_MAX, depth = wrapping->depth;
    for (size_t i = 0; i + 3 < length && at + i < wrapping->columns; i++) {
        const size_t binding = i ? binding_at(code + i - 1) : 0;
        depth += code[i] == '(';
        depth -= code[i] == ')' && depth > 0;
        if (code[i] == ',' && code[i + 1] == ' ' && depth > 0 && depth <= comma_depth) {
            comma = i + 1;
            comma_depth = depth;
        } else if (binding && 2 * depth + binding <= tightest) {
            operation = i + (code[i + 1] != ' ') + 1;
            tightest = 2 * depth + binding;
        }
    }
    return comma ? comma : operation;
}

/* Copies code that begins at column `from` of the source and `at` of the text, keeping account of parentheses. */
static void put_code(Wrapping *wrapping, const char *code, size_t length, size_t from, size_t at)
{
    text_append(&wrapping->text, code, length);
    for (size_t i = 0; i < length; i++) {
        if (code[i] == '(' && wrapping->depth < DEEPEST) {
            wrapping->open[wrapping->depth] = from + i + 1;
            wrapping->new_open[wrapping->depth++] = at + i + 1;
        } else if (code[i] == ')' && wrapping->depth) {
            wrapping->depth--;
        }
    }
}

/* One line of code, or several that were joined, with the indentation of the first. */
static void wrap_code(Wrapping *wrapping, const char *line, size_t length)
{
    enum { CONTINUED = 4 };
    size_t indent = strspn(line, " "), at = indent, from = indent;
    for (size_t i = 0; i < wrapping->depth; i++)
        if (wrapping->open[i] == indent)
            at = wrapping->new_open[i];
    put_spaces(&wrapping->text, at);
    for (const size_t first = at;;) {
        size_t rest = length - from,
               end = at + rest > wrapping->columns ? find_break(wrapping, line + from, rest, at) : 0;
        put_code(wrapping, line + from, end ? end : rest, from, at);
        text_add(&wrapping->text, "\n");
        if (!end)
            return;
        from += end + 1;
        at = wrapping->depth ? wrapping->new_open[wrapping->depth - 1] : first + CONTINUED;
        put_spaces(&wrapping->text, at);
    }
}

/* A line that is too long, and the argument lines that go on with it; returns what follows. */
static const char *wrap_statement(Wrapping *wrapping, const char *line)
{
    Text joined = text_new(wrapping->text.arena);
    const char *end = line + strcspn(line, "\n");
    text_append(&joined, line, (size_t)(end - line));
    bool long_line = joined.length > wrapping->columns;
    while (long_line && *end && end[-1] == ',') {
        line = end + 1 + strspn(end + 1, " ");
        end = line + strcspn(line, "\n");
        text_add(&joined, " ");
        text_append(&joined, line, (size_t)(end - line));
    }
    wrap_code(wrapping, joined.data, joined.length);
    return *end ? end + 1 : end;
}

/* ---- comments ---- */

static bool begins_comment(const char *line)
{
    line += strspn(line, " ");
    return line[0] == '/' && line[1] == '*';
}

/* The end of the comment that begins at or in this line. */
static const char *comment_end(const char *line)
{
    const char *end = strstr(line, "*/");
    return end ? end + 2 : line + strlen(line);
}

/* Puts a comment of one paragraph anew; returns what follows it. */
static const char *wrap_comment(Wrapping *wrapping, const char *comment)
{
    const char *end = comment_end(comment), *word = comment + strspn(comment, " ");
    size_t indent = (size_t)(word - comment), column = indent;
    put_spaces(&wrapping->text, indent);
    while (word < end) {
        size_t length = strcspn(word, " \n");
        bool first = word == comment + indent;
        if (!first && column + 1 + length > wrapping->columns) {
            text_add(&wrapping->text, "\n");
            put_spaces(&wrapping->text, indent);
            text_add(&wrapping->text, " * ");
            column = indent + 3;
        } else if (!first) {
            text_add(&wrapping->text, " ");
            column++;
        }
        text_append(&wrapping->text, word, length);
        column += length;
        word += length + strspn(word + length, " ");
        if (*word == '\n' && word < end) { /* the " * " of the next line */
            word += 1 + strspn(word + 1, " ");
            word += *word == '*' && word[1] == ' ';
            word += strspn(word, " ");
        }
    }
    text_add(&wrapping->text, "\n");
    return *end == '\n' ? end + 1 : end;
}

/* Does a line of the comment need a break? One with blank lines is a table or the like, and keeps its lines. */
static bool is_too_long(const char *comment, size_t columns)
{
    bool found = false;
    for (const char *end = comment_end(comment); comment < end; comment += strcspn(comment, "\n") + 1) {
        if (!strncmp(comment, " *\n", 3))
            return false;
        found = found || strcspn(comment, "\n") > columns;
    }
    return found;
}

/* Copies a comment, or a line of the preprocessor, as it is. */
static const char *copy_until(Wrapping *wrapping, const char *line, const char *end)
{
    text_append(&wrapping->text, line, (size_t)(end - line));
    text_add(&wrapping->text, "\n");
    return *end ? end + 1 : end;
}

char *wrap_lines(Arena *arena, const char *source, size_t columns)
{
    Wrapping wrapping = {.text = text_new(arena), .columns = columns};
    for (const char *line = source; *line;) {
        const char *end = line + strcspn(line, "\n");
        if (*line == '#' || *line == '/' || *line == '}')
            wrapping.depth = 0; /* a new piece of text */
        if (begins_comment(line) && is_too_long(line, columns)) {
            line = wrap_comment(&wrapping, line);
        } else if (begins_comment(line)) {
            end = comment_end(line);
            line = copy_until(&wrapping, line, end + strcspn(end, "\n"));
        } else if (*line == '#') {
            line = copy_until(&wrapping, line, end);
        } else {
            line = wrap_statement(&wrapping, line);
        }
    }
    return wrapping.text.data;
}

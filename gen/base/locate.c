#include "gen/base/locate.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* A token of Lua: a name (length > 0), or one character in `kind`; strings are 's', the end is 0. */
typedef struct {
    const char *at;
    int line;
    char kind; /* 'n': a name */
    const char *name;
    size_t length;
} Lexer;

static void advance(Lexer *lexer)
{
    if (*lexer->at == '\n')
        lexer->line++;
    lexer->at++;
}

/* The number of = in a long bracket that begins here, or -1. */
static int long_bracket(const char *at)
{
    int level = 0;
    if (*at != '[')
        return -1;
    for (at++; *at == '='; at++)
        level++;
    return *at == '[' ? level : -1;
}

static void skip_long(Lexer *lexer, int level)
{
    for (; *lexer->at; advance(lexer)) {
        if (*lexer->at != ']')
            continue;
        const char *close = lexer->at + 1;
        int equals = 0;
        while (*close == '=') {
            close++;
            equals++;
        }
        if (equals == level && *close == ']') {
            lexer->at = close + 1;
            return;
        }
    }
}

static void skip_comment(Lexer *lexer)
{
    lexer->at += 2;
    int level = long_bracket(lexer->at);
    if (level >= 0)
        skip_long(lexer, level);
    else
        while (*lexer->at && *lexer->at != '\n')
            lexer->at++;
}

static void skip_string(Lexer *lexer)
{
    char quote = *lexer->at;
    for (advance(lexer); *lexer->at && *lexer->at != quote && *lexer->at != '\n'; advance(lexer))
        if (*lexer->at == '\\' && lexer->at[1])
            advance(lexer);
    if (*lexer->at == quote)
        advance(lexer);
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void next(Lexer *lexer)
{
    for (;;) {
        while (isspace((unsigned char)*lexer->at))
            advance(lexer);
        if (lexer->at[0] != '-' || lexer->at[1] != '-')
            break;
        skip_comment(lexer);
    }
    char c = *lexer->at;
    int level = long_bracket(lexer->at);
    if (level >= 0) {
        skip_long(lexer, level);
        lexer->kind = 's';
    } else if (c == '"' || c == '\'') {
        skip_string(lexer);
        lexer->kind = 's';
    } else if (is_name(c)) {
        lexer->name = lexer->at;
        while (is_name(*lexer->at))
            lexer->at++;
        lexer->length = (size_t)(lexer->at - lexer->name);
        lexer->kind = 'n';
    } else {
        lexer->kind = c;
        if (c)
            advance(lexer);
    }
}

static bool names(const Lexer *lexer, const char *name, size_t length)
{
    return lexer->kind == 'n' && lexer->length == length && !strncmp(lexer->name, name, length);
}

/* Moves behind the brace that opens the constructor of the call. */
static bool find_call(Lexer *lexer, const char *function, int call_line)
{
    for (next(lexer); lexer->kind; next(lexer)) {
        if (lexer->line < call_line || !names(lexer, function, strlen(function)))
            continue;
        next(lexer);
        if (lexer->kind == '(')
            next(lexer);
        if (lexer->kind == '{')
            return true;
    }
    return false;
}

static bool is_block_word(const Lexer *lexer)
{
    return names(lexer, "function", 8) || names(lexer, "if", 2) || names(lexer, "do", 2);
}

/* From within a constructor: moves to the key of this name at its own level. */
static bool find_key(Lexer *lexer, const char *key, size_t length)
{
    int depth = 0, blocks = 0;
    for (next(lexer); lexer->kind; next(lexer)) {
        if (lexer->kind == '{' || lexer->kind == '(')
            depth++;
        else if ((lexer->kind == '}' || lexer->kind == ')') && depth-- == 0)
            return false;
        else if (is_block_word(lexer))
            blocks++;
        else if (names(lexer, "end", 3))
            blocks--;
        else if (depth == 0 && blocks == 0 && names(lexer, key, length)) {
            Lexer ahead = *lexer;
            next(&ahead);
            if (ahead.kind == '=' && *ahead.at != '=')
                return true;
        }
    }
    return false;
}

int locate_key(const char *source, const char *function, int call_line, const char *path)
{
    Lexer lexer = {.at = source, .line = 1};
    int line = call_line;
    if (!source || !find_call(&lexer, function, call_line))
        return line;
    for (;;) {
        size_t length = strcspn(path, ".");
        if (!find_key(&lexer, path, length))
            return line;
        line = lexer.line;
        if (!path[length])
            return line;
        path += length + 1;
        next(&lexer);
        next(&lexer);
        if (lexer.kind != '{')
            return line;
    }
}

#include "tests/fuzz/mutate.h"

#include "gen/base/text.h"

static Arena *arena;

#include "tests/unit/forms.h"

#include <ctype.h>

/* What a piece is: of a table all between commas, or what is behind the = in it; of an expression a term or an
 * argument. */
typedef enum { ENTRY, VALUE, TERM, KINDS } Kind;

typedef struct {
    Kind kind;
    const char *begin, *end;
} Piece;

enum { MOST_PIECES = 512, DEEPEST = 32 };

/* What stands in a pair of brackets. */
typedef enum { TABLE, EXPRESSION, NAMES } Inside;

typedef struct {
    Piece pieces[MOST_PIECES];
    size_t count;
    Inside inside[DEEPEST];
    const char *starts[DEEPEST][KINDS]; /* of the pieces that have begun */
    size_t depth;
} Pieces;

/* The end of the token at `at`: a name, a number, a string, or one character. */
static const char *token_end(const char *at)
{
    const char quote = *at;
    if (quote == '\'' || quote == '"') {
        for (at++; *at && *at != quote && *at != '\n'; at++)
            at += *at == '\\' && at[1];
        return at + (*at == quote);
    }
    if (!isalnum((unsigned char)*at) && *at != '_')
        return at + 1;
    while (isalnum((unsigned char)*at) || *at == '_' || *at == '.')
        at++;
    return at;
}

static const char *skip_blanks(const char *at)
{
    for (;;) {
        at += strspn(at, " \t\r\n");
        if (strncmp(at, "--", 2) != 0)
            return at;
        at += strcspn(at, "\n");
    }
}

/* The piece of that kind ends here, and another begins at next. */
static void cut(Pieces *pieces, Kind kind, const char *end, const char *next)
{
    const char **start = &pieces->starts[pieces->depth][kind];
    const bool wanted = pieces->inside[pieces->depth] == (kind == TERM ? EXPRESSION : TABLE);
    if (wanted && *start && *start < end && pieces->count < MOST_PIECES)
        pieces->pieces[pieces->count++] = (Piece){kind, *start, end};
    *start = next;
}

static void cut_all(Pieces *pieces, const char *end, const char *next)
{
    for (size_t kind = 0; kind < KINDS; kind++)
        cut(pieces, (Kind)kind, end, kind == VALUE ? NULL : next);
}

static void open_bracket(Pieces *pieces, Inside inside, const char *next)
{
    if (pieces->depth + 1 < DEEPEST)
        pieces->depth++;
    pieces->inside[pieces->depth] = inside;
    for (size_t kind = 0; kind < KINDS; kind++)
        pieces->starts[pieces->depth][kind] = kind == VALUE ? NULL : next;
}

static void close_bracket(Pieces *pieces, const char *end)
{
    cut_all(pieces, end, NULL);
    if (pieces->depth > 0)
        pieces->depth--;
}

static bool is_word(const char *at, const char *end, const char *word)
{
    return (size_t)(end - at) == strlen(word) && strncmp(at, word, (size_t)(end - at)) == 0;
}

/* "return .. end" is a pair of brackets, too. */
static Pieces *pieces_of(const char *text)
{
    Pieces *pieces = ARENA_NEW(arena, Pieces);
    bool names = false;
    for (const char *at = skip_blanks(text), *end, *next; *at; at = next) {
        end = token_end(at);
        next = skip_blanks(end);
        if (strchr("({[", *at))
            open_bracket(pieces, names ? NAMES : pieces->inside[pieces->depth], next);
        else if (is_word(at, end, "return"))
            open_bracket(pieces, pieces->depth > 0 ? EXPRESSION : TABLE, next);
        else if (strchr(")}]", *at) || is_word(at, end, "end"))
            close_bracket(pieces, at);
        else if (strchr(",;", *at))
            cut_all(pieces, at, next);
        else if (*at == '=')
            pieces->starts[pieces->depth][VALUE] = next;
        else if (strchr("+-*/^", *at))
            cut(pieces, TERM, at, next);
        names = is_word(at, end, "function");
    }
    return pieces;
}

static const Piece *any(const Pieces *pieces)
{
    return pieces->count ? &pieces->pieces[noise_between(0, pieces->count - 1)] : NULL;
}

static bool resembles(const Piece *a, const Piece *b)
{
    const size_t key = (size_t)(token_end(b->begin) - b->begin);
    if (a->kind != b->kind || a->kind == TERM)
        return a->kind == b->kind;
    return a->kind == ENTRY ? strncmp(a->begin, b->begin, key) == 0
                            : !isalnum((unsigned char)*a->begin) == !isalnum((unsigned char)*b->begin);
}

/* One that may stand where the piece stands; one time in ten, it need not fit. NULL where there is none. */
static const Piece *like(const Pieces *pieces, const Piece *piece)
{
    const size_t count = pieces->count;
    const bool fits = chance(90);
    for (size_t i = 0, at = count ? noise_between(0, count - 1) : 0; i < count; i++) {
        const Piece *other = &pieces->pieces[(at + i) % count];
        if (!fits || resembles(other, piece))
            return other;
    }
    return NULL;
}

/* text with from..to replaced. */
static const char *spliced(const char *text, const char *from, const char *to, const char *middle)
{
    return text_print(arena, "%.*s%s%s", (int)(from - text), text, middle, to);
}

static const char *number(void)
{
    return ONE_OF("0", "1", "-1", "2", "3", "4", "5", "7", "8", "16", "17", "64", "0.5", "0.1", "-0.3", "1e-3", "1e3",
                  "'1/2'", "'1/3'", "1/3", "0/0", "1/0", "1e15", "1000000", "math.pi", "-0.0", "nil", "true", "{}");
}

static const char *function(void)
{
    return ONE_OF("tanh", "exp", "sin", "sqrt", "log", "abs", "sigmoid", "softmax", "sum", "-", "erf", "log1p", "expm1",
                  "mean", "logsumexp", "transpose");
}

static const char *changed(const char *text, const Pieces *own, const Pieces *donor)
{
    const Piece *piece = any(own), *other = piece ? like(chance(70) ? donor : own, piece) : NULL;
    if (!other)
        return text;
    const char *begin = piece->begin, *end = piece->end;
    const char *mine = arena_string(arena, begin, (size_t)(end - begin));
    const char *theirs = arena_string(arena, other->begin, (size_t)(other->end - other->begin));
    const char *bare = spliced(text, begin, end, number()),
               *longer = text_print(arena, "%s %s %s", mine, ONE_OF("+", "-", "*", "/", "^"), theirs),
               *wrapped = text_print(arena, "%s(%s)", function(), mine);
    switch (noise_between(0, 9)) {
    case 0:
        return piece->kind == ENTRY ? spliced(text, begin, end + (*end == ','), "") : bare;
    case 1:
        return piece->kind == VALUE ? bare : spliced(text, begin, end, piece->kind == TERM ? wrapped : theirs);
    case 2:
    case 3:
        return spliced(text, begin, end, piece->kind == TERM ? longer : theirs);
    case 4:
        return piece->kind == ENTRY ? spliced(text, begin, begin, text_print(arena, "%s, ", theirs))
                                    : spliced(text, begin, end, piece->kind == TERM ? wrapped : theirs);
    default:
        return spliced(text, begin, end, theirs);
    }
}

size_t mutate_spec(const uint8_t *spec, size_t size, const uint8_t *donor, size_t donor_size, uint8_t *out, size_t most,
                   unsigned seed)
{
    arena = arena_new();
    if (!arena || setjmp(*arena_recovery(arena))) {
        arena_free(arena);
        return 0;
    }
    const char *other = donor ? arena_string(arena, (const char *)donor, donor_size) : form_text(seed);
    const char *text = arena_string(arena, (const char *)spec, size);
    noise_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    const Pieces *pieces = pieces_of(other);
    if (size < 8)
        text = other;
    for (size_t times = noise_between(1, 4); times > 0; times--)
        text = changed(text, pieces_of(text), pieces);
    size_t length = strlen(text) < most ? strlen(text) : most;
    memcpy(out, text, length);
    arena_free(arena);
    return length;
}

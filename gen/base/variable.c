#include "gen/base/variable.h"

#include "gen/base/name.h"
#include "gen/base/text.h"

#include <ctype.h>
#include <string.h>

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length >= tail && !strcmp(name + length - tail, ending);
}

/* NULL, SIZE_MAX: no letter in lower case, and more than a letter. */
static bool is_macro_like(const char *name)
{
    if (!name[1])
        return false;
    for (; *name; name++)
        if (*name >= 'a' && *name <= 'z')
            return false;
    return true;
}

/* K_0: a row of K in a codelet; K_at1: K at a stage. */
static bool is_part_like(const char *name)
{
    const char *end = strrchr(name, '_');
    if (!end)
        return false;
    end += !strncmp(end, "_at", 3) ? 3 : 1;
    return *end && strspn(end, "0123456789") == strlen(end);
}

/* Names that emitted functions use for other things; a letter and a number is a stage value or a buffer. */
static bool is_taken(const char *name)
{
    static const char taken[][16] = {
        "y",           "h",      "p",        "x",      "t",      "y_next",     "p_next",          "p_after",
        "signal_next", "params", "gradient", "layer",  "next",   "record",     "scratch",         "objective",
        "prediction",  "target", "known",    "weight", "signal", "y_dot_next", "signal_next_dot", "size_t",
        "linux",       "unix",   "i",        "s"};
    static const char endings[][8] = {"_", "_bar", "_dot", "_in", "_out", "_i"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (!strcmp(name, taken[i]))
            return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(name, endings[i]))
            return true;
    return is_macro_like(name) || is_part_like(name) || name_is_keyword(name) ||
           (name[0] && name[1] && strspn(name + 1, "0123456789") == strlen(name + 1));
}

static bool begins_with(const char *name, const char *beginning)
{
    for (; *beginning; name++, beginning++)
        if (tolower((unsigned char)*name) != tolower((unsigned char)*beginning))
            return false;
    return *name == '_';
}

/* Names that are like what is made of others already get one more, so no two tensors meet. */
const char *variable_of(Arena *arena, const char *solver, const char *tensor)
{
    bool own = begins_with(tensor, "costate") || begins_with(tensor, solver) || begins_with(tensor, "u");
    return text_print(arena, "%s%s%s", own ? "u_" : "", tensor, is_taken(tensor) ? "_" : "");
}

const char *variable_of_stage(Arena *arena, const char *solver, const char *tensor, size_t i)
{
    return text_print(arena, "%s_at%zu", variable_of(arena, solver, tensor), i + 1);
}

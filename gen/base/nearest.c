#include "gen/base/nearest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, one row at a time; a swap of neighbours counts as two edits. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[64], columns = strlen(b);
    if (columns + 1 > sizeof row / sizeof *row)
        return SIZE_MAX;
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < columns; j++) {
            size_t replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = least(replaced, least(row[j], row[j + 1]) + 1);
        }
    }
    return row[columns];
}

static const char *bare(const char *name)
{
    return name + strspn(name, "-");
}

/* What people know from other tools, and what it is called here: the first of these that there is. */
static const struct {
    const char *word, *own[2];
} elsewhere[] = {
    {"tied", {"span", NULL}},
    {"shared", {"span", NULL}},
    {"optimizer", {"algorithm", "train"}},
    {"optimiser", {"algorithm", "train"}},
    {"lr", {"rate", "train"}},
    {"learning_rate", {"rate", "train"}},
    {"learning-rate", {"rate", NULL}},
    {"batch_size", {"batch", "train"}},
    {"epochs", {"iterations", "train"}},
    {"iterations", {"epochs", "train"}},
    {"max_iter", {"iterations", "train"}},
    {"iters", {"iterations", "train"}},
    {"depth", {"layers", NULL}},
    {"hidden", {"width", NULL}},
    {"channels", {"width", NULL}},
    {"solver", {"method", NULL}},
    {"tableau", {"method", NULL}},
    {"integrator", {"method", NULL}},
    {"dt", {"step", NULL}},
    {"dtype", {"real", NULL}},
    {"precision", {"real", NULL}},
    {"parameters", {"controls", "params"}},
    {"regularization", {"decay", "penalty"}},
    {"l2", {"decay", NULL}},
    {"target", {"label", NULL}},
    {"targets", {"label", "labels"}},
    {"normalize", {"standardize", NULL}},
    {"scale", {"standardize", NULL}},
    {"output", {"out", NULL}},
    {"weights", {"params", "init"}},
};

static const char *known_elsewhere(const char *name, const char *const *names, size_t count)
{
    for (size_t k = 0; k < sizeof elsewhere / sizeof *elsewhere; k++)
        for (size_t own = 0; own < 2 && elsewhere[k].own[own] && !strcmp(elsewhere[k].word, bare(name)); own++)
            for (size_t i = 0; i < count; i++)
                if (!strcmp(bare(names[i]), elsewhere[k].own[own]))
                    return names[i];
    return NULL;
}

/* One of whose letters the first four or more are those of name, and most of name's: --iters, --iterations. */
static const char *begins_alike(const char *name, const char *const *names, size_t count)
{
    const char *found = NULL;
    size_t most = 3;
    for (size_t i = 0; i < count; i++) {
        size_t length = 0;
        while (bare(name)[length] && bare(name)[length] == bare(names[i])[length])
            length++;
        if (length > most && 4 * length >= 3 * strlen(bare(name))) {
            most = length;
            found = names[i];
        }
    }
    return found;
}

const char *nearest_name(const char *name, const char *const *names, size_t count)
{
    size_t length = strlen(name), limit = length > 5 ? 3 : length > 2 ? 2 : 1, best = limit + 1;
    const char *nearest = known_elsewhere(name, names, count);
    nearest = nearest ? nearest : begins_alike(name, names, count);
    if (nearest)
        return nearest;
    for (size_t i = 0; i < count; i++) {
        size_t distance = edit_distance(name, names[i]);
        if (distance < best && distance < strlen(names[i])) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

NearestHint nearest_hint(const char *nearest, const char *quote)
{
    NearestHint hint = {""};
    if (nearest)
        snprintf(hint.text, sizeof hint.text, "; did you mean %s%.63s%s?", quote, nearest, quote);
    return hint;
}

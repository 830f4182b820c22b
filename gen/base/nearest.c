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

const char *nearest_name(const char *name, const char *const *names, size_t count)
{
    size_t length = strlen(name), limit = length > 5 ? 3 : length > 2 ? 2 : 1, best = limit + 1;
    const char *nearest = NULL;
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

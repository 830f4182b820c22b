/* nearest: the name that was meant. */
#ifndef COSTATE_NEAREST_H
#define COSTATE_NEAREST_H

#include <stddef.h>

/* Of count names the one that `name` is, or what it is called elsewhere: train's rate is a learning rate. Leading "--"
 * count for nothing, "-" is as good as "_", and capitals as small letters. NULL: none. */
const char *nearest_known(const char *name, const char *const *names, size_t count);

/* Of count names the one that was meant by name: what it is called elsewhere, one that begins like it, or the nearest
 * by edit distance, if it is near enough; else NULL. Leading "--" count for nothing. */
const char *nearest_name(const char *name, const char *const *names, size_t count);

typedef struct {
    char text[96];
} NearestHint;

/* The end of a message about an unknown name: "; did you mean NEAREST?" between two of `quote`, and "" where nearest is
 * NULL. A name is cut after 63 bytes, which nearest_name's never are. */
NearestHint nearest_hint(const char *nearest, const char *quote);

#endif

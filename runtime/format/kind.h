/* kind: what a file is, by how it begins, for messages to whoever gave the wrong one. */
#ifndef COSTATE_KIND_H
#define COSTATE_KIND_H

#include <stdbool.h>
#include <stddef.h>

/* What files are for. */
typedef enum {
    KIND_FOREIGN,    /* nothing that this program reads */
    KIND_DATA,       /* samples, labels, signals: an array */
    KIND_PARAMETERS, /* safetensors */
    KIND_SPEC        /* Lua */
} KindUse;

typedef struct {
    const char *what;   /* "a PNG image" */
    const char *advice; /* what can be done to read it: "unpack it"; or NULL */
    KindUse use;
} Kind;

/* The kind of data[0..size); NULL: nothing known, as of text. */
const Kind *kind_of(const char *data, size_t size);

#endif

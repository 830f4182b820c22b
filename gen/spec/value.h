/* value: what a spec file returned, as plain data with the line that each part was written on. */
#ifndef COSTATE_VALUE_H
#define COSTATE_VALUE_H

#include "gen/base/diagnostics.h"

typedef enum {
    VALUE_NOTHING,
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_REAL,
    VALUE_STRING,
    VALUE_TABLE,
    VALUE_FUNCTION,    /* see spec_apply */
    VALUE_NORMAL,      /* normal(real) */
    VALUE_UNIFORM,     /* uniform(real, upper) */
    VALUE_COSINE,      /* cosine(real, upper): from real to upper */
    VALUE_CONTROL,     /* matrix(rows, cols), vector(rows), scalar() */
    VALUE_TABLEAU,     /* tableau { ... }: a table */
    VALUE_PARTITIONED, /* partitioned { first, second }: a table */
    VALUE_NUMBER,      /* root(3): number */
    VALUE_NETWORK,     /* network { ... }: a table */
    VALUE_EXPRESSION,  /* of numbers alone, such as identity(2): node */
    VALUE_OTHER        /* nothing that a spec has a use for */
} ValueKind;

typedef struct Value {
    ValueKind kind;
    Place place;
    const char *key; /* under which it stands in its table, NULL in the array part */
    bool boolean;
    long long integer;
    double real, upper; /* real is set for integers too */
    const char *string;
    int function; /* handle */
    const struct Node *node;
    const struct Number *number;
    size_t rank, rows, cols, serial; /* controls; serial is the order of creation */
    struct Value **entries;          /* tables: the array part, then the keys by line */
    size_t array_count, entry_count;
} Value;

/* The entry under key, or NULL. */
const Value *value_get(const Value *table, const char *key);

/* "a string", "a table": for messages. */
const char *value_kind(const Value *value);

#endif

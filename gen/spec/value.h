/* value: what a spec file returned, as plain data with the line that each part was written on. */
#ifndef COSTATE_VALUE_H
#define COSTATE_VALUE_H

#include "gen/base/diagnostics.h"

#include <stdint.h>

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
    long long integer;  /* of a function: a hash of its code */
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

/* The hash goes on over what a value says, wherever it stands: keys in any order. Of a function it is
 * that there is one: what functions say is for meaning.h. */
uint64_t value_hash(uint64_t hash, const Value *value);

/* Appends a value as a spec has it, in one line: 0.1, spiral, {1, 2}, normal(1); "function 3f2a91c0" of one with that
 * hash. */
void value_text(Text *text, const Value *value);

/* The same as text of Lua, in which code("..") stands for functions and what else is called by a spec alone. */
void value_literal(Text *text, const Value *value);

/* "a string", "a table": for messages. */
const char *value_kind(const Value *value);

#endif

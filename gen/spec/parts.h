/* parts: what the parts of the reader share. Internal to reader*.c. */
#ifndef COSTATE_PARTS_H
#define COSTATE_PARTS_H

#include "gen/spec/entry.h"
#include "gen/spec/reader.h"

enum {
    MOST_CHANNELS = 1 << 20, /* inputs and outputs */
    MOST_WIDTH = 4096,
    MOST_LAYERS = 10 * 1000 * 1000,
    MOST_SAMPLES = 100 * 1000 * 1000,
    MOST_ITERATIONS = 1000 * 1000 * 1000,
    MOST_PARAMETERS = 1 << 30,
    MOST_CONTROLS = 64,
    DEEPEST_STEP = 4000,
    LONGEST_NAME = 40
};

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    Spec *spec;
    Graph *graph;
    Entries network;
    const Value *controls[MOST_CONTROLS]; /* in the order of creation */
    Model *model;
    Description *description;
} Reader;

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Is there a function, or anything at all, under key? */
bool reader_has_function(const Reader *reader, const char *key);
bool reader_has(const Reader *reader, const char *key);

/* reader_tensors.c. Requires: dimensions, head and lift, the tableau. Sets the model's tensors: their shapes, spans,
 * places, which are learnt, how they begin and what bounds them. */
void reader_tensors(Reader *reader);

/* reader_problem.c. Head and loss as far as they are no expressions, before the tensors; then, after them, every
 * function of the spec as an expression. */
void reader_head(Reader *reader);
void reader_problem(Reader *reader);

#endif

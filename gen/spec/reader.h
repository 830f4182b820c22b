/* reader: what a spec says, checked and with every default filled in: a model, a tableau and a field. */
#ifndef COSTATE_READER_H
#define COSTATE_READER_H

#include "gen/model/model.h"
#include "gen/model/problem.h"
#include "gen/spec/spec.h"
#include "gen/model/tableau.h"

typedef struct {
    Graph *graph;
    const Model *model;
    const Tableau *tableau;
    Problem problem;
    const Spec *spec; /* that said so */
} Description;

/* The keys of a network, closed by NULL. */
extern const char *const reader_keys[];

/* The keys of a head. */
enum { READER_HEAD_KEYS = 2 };
extern const char *const reader_head_keys[READER_HEAD_KEYS];

/* The key that a word means (nearest_known), and in *home the table that has it: "train", "" for the network itself.
 * NULL: none. */
const char *reader_meant_key(const char *word, const char **home);

/* The key under which such a string may stand; files are not looked for. */
const char *reader_meant_value(const char *value, const char **home);

/* The keys that `train` may have, whatever the algorithm, each once: keys [READER_MOST_TRAIN_KEYS]. Their number. */
enum { READER_MOST_TRAIN_KEYS = 8 + ALGORITHM_COUNT * (ALGORITHM_MOST_SETTINGS + 1) };
size_t reader_train_keys(const char **keys);

/* Reads the network of the spec file `path`; false after errors, all of which are collected. folder as for spec_new;
 * changes replace some keys as for spec_change, or are NULL. */
bool reader_network(Arena *arena, Diagnostics *diagnostics, const char *path, const char *folder, const char *changes,
                    Description *description);

/* The tableau or pair of that name, or in that file; NULL after an error. */
const Tableau *reader_tableau(Arena *arena, Diagnostics *diagnostics, const char *name, const char *folder);

/* The method that value is: a tableau, a pair, or the name of a file with one; name: of one that has none. NULL after
 * an error. */
const Tableau *reader_convert_method(Spec *spec, Diagnostics *diagnostics, const Value *value, const char *name);

#endif

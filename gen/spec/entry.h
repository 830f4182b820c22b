/* entry: typed access to a spec's table, with one error for each thing that can be wrong with an entry. */
#ifndef COSTATE_ENTRY_H
#define COSTATE_ENTRY_H

#include "gen/spec/value.h"

/* A table under examination; name ("head") is put before keys in messages, "" for the network itself. keys are those
 * that it may have. */
typedef struct {
    Diagnostics *diagnostics;
    const Value *table;
    const char *name;
    const char *const *keys; /* [key_count] */
    size_t key_count;
} Entries;

/* Each returns the entry under key, or fallback where there is none; after an error (wrong type, out of range) too. */
const char *entry_string(const Entries *entries, const char *key, const char *fallback);
bool entry_boolean(const Entries *entries, const char *key, bool fallback);
size_t entry_count(const Entries *entries, const char *key, size_t fallback, size_t least, size_t most);
double entry_real(const Entries *entries, const char *key, double fallback, double least, double most);

/* What a word is elsewhere: the key that it means or may stand under, and in *home the table with that key, "train", ""
 * for the network itself; NULL: nothing. */
typedef const char *EntryHome(const char *word, const char **home);

/* The index in choices[0..count) of the string under key; an error tells where another string belongs, by home, which
 * may be NULL, or the nearest choice. */
size_t entry_choice(const Entries *entries, const char *key, size_t fallback, const char *const *choices, size_t count,
                    EntryHome *home);

/* The table under key, or NULL. */
const Value *entry_table(const Entries *entries, const char *key);

/* Errors for keys that the table may not have, each with where it belongs, by home, which may be NULL, or else the
 * nearest that it may. positions: how many entries without a key the table may have. */
void entry_check_keys(const Entries *entries, size_t positions, EntryHome *home);

/* An error where there is no entry under key, unless entry_check_keys takes another for it; it says what there may be.
 */
void entry_require(const Entries *entries, const char *key, const char *candidates);

/* "\"a\", \"b\"" of names[count]. */
const char *entry_candidates(Arena *arena, const char *const *names, size_t count);

/* Where key was written, or the table. */
Place entry_place(const Entries *entries, const char *key);

#endif

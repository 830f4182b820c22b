/* meant: where in a spec a word belongs: a key, under its own name or one that it has elsewhere, or a value. */
#ifndef COSTATE_MEANT_H
#define COSTATE_MEANT_H

/* The key that a word means (nearest_known), and in *home the table that has it: "train", "" for the network itself.
 * NULL: none. */
const char *meant_key(const char *word, const char **home);

/* The key under which such a string may stand; files are not looked for. */
const char *meant_value(const char *value, const char **home);

#endif

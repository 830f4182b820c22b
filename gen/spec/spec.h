/* spec: runs a spec file, which is Lua in a sandbox, and gives what it returns as plain values. The sandbox has no
 * input or output, no way to load code and none to catch an error; instructions, memory and the size of expressions are
 * limited. This is the only part of gen/ that knows Lua. */
#ifndef COSTATE_SPEC_H
#define COSTATE_SPEC_H

#include "gen/graph/graph.h"
#include "gen/spec/value.h"

typedef struct Spec Spec;

/* Limits of the sandbox. */
enum {
    SPEC_MOST_SECONDS = 1,
    SPEC_MOST_INSTRUCTIONS = 10 * 1000 * 1000,
    SPEC_MOST_BYTES = 64 << 20,
    SPEC_MOST_ALLOCATED = 1 << 30, /* in all: long strings are copied without an instruction being counted */
    SPEC_MOST_NODES = 10 * 1000,
    SPEC_LONGEST_FILE = 1 << 20
};

/* A sandbox whose expressions are nodes of graph. folder holds tableau/ and activation/ (specs/ of costate). */
Spec *spec_new(Arena *arena, Diagnostics *diagnostics, Graph *graph, const char *folder);

/* Before spec_run: `changes` is the text of a Lua table, or of several with commas between them, whose keys replace
 * those of network { ... }. A key with dots is one of a table in it, ["train.rate"], and may end in a number. One that
 * stands there as a string without a value, { "train.rate" }, goes. What stands there
 * has the line PLACE_TYPED of the file that calls network. */
void spec_change(Spec *spec, const char *changes);

/* What the file returns; NULL after an error. */
const Value *spec_run(Spec *spec, const char *path);

/* What the file NAME.lua of the folder `kind` ("tableau", "activation") returns, looked for beside the file that named
 * it (place) and then in costate's own folder. A name with a slash or an ending .lua is a path as spec_relative has it.
 * NULL after an error at place, which names the nearest file that there is. */
const Value *spec_load(Spec *spec, Place place, const char *kind, const char *name);

/* The names that spec_load knows from the file at place, in order, with commas between them. */
const char *spec_known_names(Spec *spec, Place place, const char *kind);

/* The path of a file that a spec at `place` names. */
char *spec_relative(Arena *arena, Place place, const char *name);

/* A member of an argument that is a table: u.name. */
typedef struct {
    const char *name;
    const Node *const *nodes; /* [count] */
    size_t count;
    bool list;           /* a list of nodes, also where it is of one: u.name[1]; as a value it is an error */
    const char *why_not; /* what is wrong with asking for it here; or NULL */
} SpecMember;

/* An argument of a function: an expression, or where node is NULL a table; or nothing, and absent says why. */
typedef struct {
    const Node *node;
    const char *absent;
    const SpecMember *members;
    size_t member_count;
} SpecArgument;

/* From now on functions are of no sample: entries and parts of their vectors are shared values. */
void spec_leave_samples(Spec *spec);

/* What the function returns of these arguments; NULL after an error. */
const Node *spec_apply(Spec *spec, const Value *function, size_t count, const SpecArgument *arguments);

/* The spec that ran as one text, which returns the same wherever it stands: its own text, and before it the files that
 * were loaded, as supply(kind, name, function(...) ... end), and what replaced keys of it, as changes(...): spec_change's,
 * and then `changes`, of that form or NULL. Its own text alone where there is nothing to add. */
const char *spec_written(const Spec *spec, const char *changes);

/* Where it lives. */
Arena *spec_arena(const Spec *spec);

/* Of the text of every file that was run so far. */
uint64_t spec_hash(const Spec *spec);

#endif

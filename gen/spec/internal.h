/* internal: what the parts of the spec reader share. Internal to spec*.c, and the only file of gen/ that includes Lua.
 */
#ifndef COSTATE_INTERNAL_H
#define COSTATE_INTERNAL_H

#include "gen/spec/spec.h"

#include <lauxlib.h>
#include <lualib.h>
#include <time.h>

enum { SPEC_MOST_FILES = 16 };

/* Lua's memory, chained so that it can be given back even when the arena has jumped out of a running state. */
typedef struct SpecBlock {
    struct SpecBlock *next, *before;
    size_t size, padding;
} SpecBlock;

typedef struct {
    const char *path;
    const char *text;
    const char *kind, *name; /* as spec_load was asked for it; NULL of the spec itself */
} SpecFile;

/* One that stands in the spec: supply("tableau", "mine", function(...) ... end). */
typedef struct {
    const char *kind, *name;
    int function; /* a reference in Lua's registry */
    size_t file;  /* the number of that which it stands in */
    bool used;
} SpecSupplied;

struct Spec {
    Arena *arena;
    Diagnostics *diagnostics;
    Graph *graph;
    const char *folder;
    lua_State *lua;
    SpecBlock blocks;
    bool overlong;           /* a string was asked for that is longer than any may be */
    size_t bytes, allocated; /* in use, and all that were ever asked for */
    size_t values, entries;  /* that were made and converted */
    clock_t start;           /* processor time when Lua began */
    size_t instructions;
    int interval; /* of them between two looks at the clock; 0 before the spec runs */
    size_t serial;
    SpecFile files[SPEC_MOST_FILES];
    size_t file_count;
    SpecSupplied supplied[SPEC_MOST_FILES];
    size_t supplied_count;
    int *own_changes; /* [own_change_count] tables in Lua's registry, the one to apply first at the end */
    size_t own_change_count, own_change_capacity;
    const char *changes;  /* of the network's keys, as Lua tables, or NULL */
    const char **changed; /* [changed_count] their keys, "train.rate" */
    size_t changed_count;
    bool typing; /* the changes are running */
    size_t file; /* the one that is running, and its line */
    int line;
    bool sampleless; /* functions are of no sample */
    uint64_t hash;
};

/* The spec that a Lua state belongs to. */
Spec *spec_of(lua_State *lua);

/* Counts what takes as long as that many instructions of Lua; a Lua error beyond the limits of instructions or time. */
void spec_charge(lua_State *lua, size_t instructions);

/* Makes the function on top of the stack a global of that name and, for those who are used to it, one of the library
 * math. Pops it. */
void spec_publish(lua_State *lua, const char *name, bool in_math);

/* Expressions and the functions on them (spec_expression.c). */
void spec_open_expressions(lua_State *lua);

/* Pushes node as an expression; a Lua error with graph_error's text when it is NULL. Returns 1. */
int spec_push_node(lua_State *lua, const Node *node);

/* Is there an expression at index? */
bool spec_is_node(lua_State *lua, int index);

/* Makes it a Lua error with this message to take the table on top of the stack for an expression, or with `entries` to
 * ask for an entry that it has not. */
void spec_forbid(lua_State *lua, bool entries, const char *message);

/* Raises that message, where the value at index is such a table. */
void spec_refuse(lua_State *lua, int index);

/* The expression or number at index; a Lua error for anything else. */
const Node *spec_to_node(lua_State *lua, int index);

/* Exact numbers: root (numbers.c). */
void spec_open_numbers(lua_State *lua);

/* Is there one at index? And as one: also of a number or a fraction that Lua has; a Lua error for anything else. */
bool spec_is_number(lua_State *lua, int index);
const struct Number *spec_to_number(lua_State *lua, int index);

/* tableau, partitioned, network, normal, uniform, cosine, matrix, vector, scalar (spec_value.c). */
void spec_open_values(lua_State *lua);

/* supply, changes (written.c). */
void spec_open_written(lua_State *lua);

/* The file of that kind and name that stands in the spec, the next where there are several; NULL: there is none. */
SpecSupplied *spec_find_supplied(Spec *spec, const char *kind, const char *name);

/* What stands before a spec's text: the mark of UTF-8, and a first line that begins with "#", as luaL_loadfilex has it.
 * The newline stays, so that lines keep their numbers. */
size_t spec_preamble(const char *text, size_t length);

/* The Lua value at index as plain data; a Lua error when it is too large. */
const Value *spec_convert(lua_State *lua, int index);

/* What a name stands for, in quotes: "an activation"; NULL: nothing. */
const char *spec_named_file(Spec *spec, const char *name);

#endif

/* internal: Lua's own headers, and what the files of the prompt know of each other. */
#ifndef COSTATE_PROMPT_INTERNAL_H
#define COSTATE_PROMPT_INTERNAL_H

#include "runtime/prompt/console.h"

#include <lauxlib.h>
#include <lualib.h>

struct Console {
    Session *session;
    Pool *pool; /* of every network */
    lua_State *lua;
};

/* Pushes the table of what prelude.lua calls, and of the names that it completes. */
void prompt_push_bindings(Console *console);

/* Pushes a table of the keys of a spec with the values that the network has, also where its spec says nothing; of head,
 * train and data tables of theirs. What has no other value than what is written is left out. */
void prompt_push_effective(lua_State *lua, const Program *program);

/* lua_pcall without a handler, which ^C ends with the error "interrupted", in whatever coroutine it is. What cannot be
 * interrupted, a function of C or a finalizer, the third ^C ends with the program. */
int prompt_call(lua_State *lua, int arguments, int results);

/* Has coroutine.resume and coroutine.wrap tell prompt_call which coroutines run. */
void prompt_follow_coroutines(lua_State *lua);

/* lua_close of a state. Its finalizers may compute for a second; then a message and exit(1) end the program. */
void prompt_close(void *state);

#endif

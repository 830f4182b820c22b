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

/* lua_pcall without a handler, which ^C ends with the error "interrupted". */
int prompt_call(lua_State *lua, int arguments, int results);

#endif

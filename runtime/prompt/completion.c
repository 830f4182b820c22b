/* completion: how a line may go on; see console.h. */
#include "runtime/prompt/internal.h"

#include <string.h>

const char *const *console_complete(Console *console, const char *line, const char **word)
{
    lua_State *lua = console->lua;
    Arena *arena = console->session->arena;
    lua_settop(lua, 0);
    lua_getfield(lua, LUA_REGISTRYINDEX, "costate.core");
    lua_getfield(lua, -1, "complete");
    lua_pushstring(lua, line);
    bool done = lua_pcall(lua, 1, 2, 0) == LUA_OK;
    size_t count = done ? (size_t)lua_rawlen(lua, -1) : 0;
    const char **matches = ARENA_ARRAY(arena, count + 1, const char *);
    *word = done ? arena_string(arena, lua_tostring(lua, -2), strlen(lua_tostring(lua, -2))) : "";
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(lua, -1, (lua_Integer)i + 1);
        matches[i] = arena_string(arena, lua_tostring(lua, -1), strlen(lua_tostring(lua, -1)));
        lua_pop(lua, 1);
    }
    return matches;
}

/* The sandbox that specs run in: its limits, and what of Lua's libraries it has. */
#include "spec_lua.h"

#include <stdlib.h>

enum { HOOK_INTERVAL = 1000 /* instructions */ };

Spec *spec_of(lua_State *lua)
{
    return *(Spec **)lua_getextraspace(lua);
}

/* ---- limits ---- */

static void unlink_block(SpecBlock *block)
{
    block->before->next = block->next;
    if (block->next)
        block->next->before = block->before;
}

static void link_block(SpecBlock *head, SpecBlock *block)
{
    block->before = head;
    block->next = head->next;
    if (head->next)
        head->next->before = block;
    head->next = block;
}

static void *lua_memory(void *context, void *pointer, size_t old_size, size_t new_size)
{
    Spec *spec = context;
    SpecBlock *block = pointer ? (SpecBlock *)pointer - 1 : NULL;
    size_t old = block ? old_size : 0;
    spec->allocated += new_size;
    if (new_size > old && (spec->bytes - old + new_size > SPEC_MOST_BYTES || spec->allocated > SPEC_MOST_ALLOCATED))
        return NULL;
    if (block)
        unlink_block(block);
    if (new_size == 0) {
        free(block);
        spec->bytes -= old;
        return NULL;
    }
    SpecBlock *grown = realloc(block, sizeof(SpecBlock) + new_size);
    if (!grown) {
        if (block)
            link_block(&spec->blocks, block);
        return NULL;
    }
    link_block(&spec->blocks, grown);
    spec->bytes += new_size - old;
    return grown + 1;
}

static void release_blocks(void *object)
{
    Spec *spec = object;
    for (SpecBlock *block = spec->blocks.next; block;) {
        SpecBlock *next = block->next;
        free(block);
        block = next;
    }
}

/* Remembers the line for errors that Lua gives no place, and counts. */
static void hook(lua_State *lua, lua_Debug *event)
{
    Spec *spec = spec_of(lua);
    if (event->event == LUA_HOOKLINE) {
        spec->line = event->currentline;
        return;
    }
    spec->instructions += HOOK_INTERVAL;
    if (spec->instructions > SPEC_MOST_INSTRUCTIONS)
        luaL_error(lua, "the spec runs for too long: it may execute %d million instructions",
                   SPEC_MOST_INSTRUCTIONS / 1000000);
}

/* ---- libraries ---- */

/* Sets the function on top of the stack as a global and in the library math, for those who are used to that. */
void spec_publish(lua_State *lua, const char *name, bool in_math)
{
    if (in_math) {
        lua_getglobal(lua, LUA_MATHLIBNAME);
        lua_pushvalue(lua, -2);
        lua_setfield(lua, -2, name);
        lua_pop(lua, 1);
    }
    lua_setglobal(lua, name);
}

/* Of Lua's own libraries only what neither reaches out nor runs long in C, where no instruction is counted. */
static void open_libraries(lua_State *lua)
{
    static const char *const basic[] = {"assert", "error",    "ipairs",   "next", "pairs",
                                        "select", "tonumber", "tostring", "type", "_VERSION"};
    luaL_requiref(lua, LUA_GNAME, luaopen_base, 0);
    lua_newtable(lua);
    for (size_t i = 0; i < sizeof basic / sizeof *basic; i++) {
        lua_getfield(lua, -2, basic[i]);
        lua_setfield(lua, -2, basic[i]);
    }
    lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pop(lua, 1);
    luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 1);
    lua_pushnil(lua);
    lua_setfield(lua, -2, "random");
    lua_pushnil(lua);
    lua_setfield(lua, -2, "randomseed");
    lua_pop(lua, 1);
    luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 0);
    lua_newtable(lua);
    lua_getfield(lua, -2, "insert");
    lua_setfield(lua, -2, "insert");
    lua_getfield(lua, -2, "unpack");
    lua_setfield(lua, -2, "unpack");
    lua_setglobal(lua, LUA_TABLIBNAME);
    lua_pop(lua, 1);
}

static int open_sandbox(lua_State *lua)
{
    open_libraries(lua);
    spec_open_expressions(lua);
    spec_open_values(lua);
    return 0;
}

Spec *spec_new(Arena *arena, Diagnostics *diagnostics, Graph *graph, const char *folder)
{
    Spec *spec = ARENA_NEW(arena, Spec);
    *spec =
        (Spec){.arena = arena, .diagnostics = diagnostics, .graph = graph, .folder = folder, .hash = TEXT_HASH_SEED};
    arena_on_free(arena, release_blocks, spec);
    spec->lua = lua_newstate(lua_memory, spec);
    if (!spec->lua)
        longjmp(*arena_recovery(arena), 1);
    *(Spec **)lua_getextraspace(spec->lua) = spec;
    lua_pushcfunction(spec->lua, open_sandbox);
    if (lua_pcall(spec->lua, 0, 0, 0) != LUA_OK)
        longjmp(*arena_recovery(arena), 1);
    lua_sethook(spec->lua, hook, LUA_MASKLINE | LUA_MASKCOUNT, HOOK_INTERVAL);
    return spec;
}

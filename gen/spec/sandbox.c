/* The sandbox that specs run in: its limits, and what of Lua's libraries it has. */
#include "gen/spec/internal.h"

#include "gen/base/nearest.h"

#include <stdlib.h>
#include <string.h>

/* Instructions between two looks at the clock; one, once there is a long string, for one comparison of such may take as
 * long as a million instructions. */
enum {
    HOOK_INTERVAL = 100,
    HOOK_INTERVAL_LONG = 1,
    LONG_STRING = 1 << 16,
    LONGEST_STRING = 1 << 20, /* bytes */
    MOST_GLOBALS = 128
};

static void hook(lua_State *lua, lua_Debug *event);

static void set_hook(Spec *spec, int interval)
{
    spec->interval = interval;
    lua_sethook(spec->lua, hook, LUA_MASKLINE | LUA_MASKCOUNT, interval);
}

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
    if (!pointer && old_size == LUA_TSTRING && new_size > LONGEST_STRING) {
        spec->overlong = true; /* comparing two strings is one instruction, which nothing interrupts */
        return NULL;
    }
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
    if (!pointer && old_size == LUA_TSTRING && new_size > LONG_STRING && spec->interval == HOOK_INTERVAL)
        set_hook(spec, HOOK_INTERVAL_LONG);
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

/* A few instructions can take long, for they may copy all of the memory: hence a limit of time, too. */
void spec_charge(lua_State *lua, size_t instructions)
{
    Spec *spec = spec_of(lua);
    spec->instructions += instructions;
    if (spec->instructions > SPEC_MOST_INSTRUCTIONS)
        luaL_error(lua, "the spec runs for too long: it may execute %d million instructions",
                   SPEC_MOST_INSTRUCTIONS / 1000000);
    if (clock() - spec->start > SPEC_MOST_SECONDS * CLOCKS_PER_SEC)
        luaL_error(lua, "the spec runs for too long: it may take %d s", SPEC_MOST_SECONDS);
}

/* Remembers the line for errors that Lua gives no place, and counts. */
static void hook(lua_State *lua, lua_Debug *event)
{
    Spec *spec = spec_of(lua);
    if (event->event == LUA_HOOKLINE) {
        spec->line = event->currentline;
        return;
    }
    spec_charge(lua, (size_t)spec->interval);
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

/* Calls upvalue 1, a function that moves all entries of its first argument unless it appends a second one. */
static int charged(lua_State *lua)
{
    int count = lua_gettop(lua);
    if (count != 2 && lua_istable(lua, 1))
        spec_charge(lua, lua_rawlen(lua, 1));
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, count, LUA_MULTRET);
    return lua_gettop(lua);
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
    lua_pushcclosure(lua, charged, 1);
    lua_setfield(lua, -2, "insert");
    lua_getfield(lua, -2, "unpack");
    lua_pushcclosure(lua, charged, 1);
    lua_setfield(lua, -2, "unpack");
    lua_setglobal(lua, LUA_TABLIBNAME);
    lua_pop(lua, 1);
}

/* The value of a name that nothing has, upvalue 1 being the globals: an error, for it is a typo or what a spec may not
 * do. */
static int unknown_global(lua_State *lua)
{
    const char *names[MOST_GLOBALS], *name = luaL_tolstring(lua, 2, NULL);
    size_t count = 0;
    lua_pushnil(lua);
    while (lua_next(lua, lua_upvalueindex(1))) {
        lua_pop(lua, 1);
        if (lua_type(lua, -1) == LUA_TSTRING && count < MOST_GLOBALS)
            names[count++] = lua_tostring(lua, -1);
    }
    static const char *const modules[] = {"np", "numpy", "torch", "jnp", "tf", "F"};
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        if (!strcmp(name, modules[i]))
            return luaL_error(lua, "specs have no \"%s\"; functions stand alone: tanh(x)", name);
    const char *file = spec_named_file(spec_of(lua), name);
    if (file)
        return luaL_error(lua, "specs have no \"%s\"; \"%s\" in quotes is the name of %s", name, name, file);
    const char *nearest = nearest_name(name, names, count);
    return luaL_error(lua, "specs have no \"%s\"%s", name, nearest_hint(nearest, "\"").text);
}

static void guard_globals(lua_State *lua)
{
    lua_pushglobaltable(lua);
    lua_newtable(lua);
    lua_pushvalue(lua, -2);
    lua_pushcclosure(lua, unknown_global, 1);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    lua_pop(lua, 1);
}

static int open_sandbox(lua_State *lua)
{
    open_libraries(lua);
    spec_open_expressions(lua);
    spec_open_numbers(lua);
    spec_open_values(lua);
    spec_open_written(lua);
    guard_globals(lua);
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
        arena_fail(arena);
    *(Spec **)lua_getextraspace(spec->lua) = spec;
    lua_pushcfunction(spec->lua, open_sandbox);
    if (lua_pcall(spec->lua, 0, 0, 0) != LUA_OK)
        arena_fail(arena);
    spec->start = clock();
    set_hook(spec, HOOK_INTERVAL);
    return spec;
}

#include "runtime/prompt/internal.h"

#include "prelude.h"

#include <stdio.h>
#include <string.h>

/* Memory that ends where nothing protects from it. */
static int end_of_memory(lua_State *lua)
{
    Console *console = *(Console **)lua_getextraspace(lua);
    arena_fail(console->session->arena);
}

Console *console_new(Session *session)
{
    Console *console = ARENA_NEW(session->arena, Console);
    console->session = session;
    console->pool = pool_new(session->arena, 0);
    console->lua = luaL_newstate();
    if (!console->lua)
        arena_fail(session->arena);
    arena_on_free(session->arena, prompt_close, console->lua);
    *(Console **)lua_getextraspace(console->lua) = console;
    lua_atpanic(console->lua, end_of_memory);
    luaL_openlibs(console->lua);
    prompt_follow_coroutines(console->lua);
    prompt_push_bindings(console);
    lua_pushvalue(console->lua, -1);
    lua_setfield(console->lua, LUA_REGISTRYINDEX, "costate.core");
    if (luaL_loadbufferx(console->lua, prelude, sizeof prelude - 1, "=prelude", "t") == LUA_OK) {
        lua_insert(console->lua, -2);
        if (lua_pcall(console->lua, 1, 0, 0) == LUA_OK)
            return console;
    }
    diagnostics_error(session->diagnostics, (Place){0}, "%s", lua_tostring(console->lua, -1));
    return NULL;
}

/* Compiles text as an expression, or else as statements. The chunk has the text for its name, so that the text of a
 * function in it can be found. */
static ConsoleResult compile(lua_State *lua, Arena *arena, const char *text)
{
    const char *expression = text_print(arena, "return %s", text + (*text == '='));
    if (luaL_loadbufferx(lua, expression, strlen(expression), expression, "t") == LUA_OK)
        return CONSOLE_DONE;
    lua_pop(lua, 1);
    if (luaL_loadbufferx(lua, text, strlen(text), text, "t") == LUA_OK)
        return CONSOLE_DONE;
    const char *message = lua_tostring(lua, -1), *end = message + strlen(message);
    return end - message > 5 && !strcmp(end - 5, "<eof>") ? CONSOLE_MORE : CONSOLE_FAILED;
}

/* Lua names a chunk by the beginning of its text, which people have just typed. */
static void print_error(lua_State *lua)
{
    static const char opening[] = "[string \"", closing[] = "\"]:";
    const char *message = luaL_tolstring(lua, -1, NULL), *end = strstr(message, closing);
    bool typed = end && !strncmp(message, opening, strlen(opening));
    fprintf(stderr, "%s%s\n", typed ? "prompt:" : "", typed ? end + strlen(closing) : message);
    lua_settop(lua, 0);
}

static int print_results(lua_State *lua)
{
    for (int i = 1; i <= lua_gettop(lua); i++) {
        lua_getfield(lua, LUA_REGISTRYINDEX, "costate.core");
        lua_getfield(lua, -1, "show");
        lua_pushvalue(lua, i);
        lua_call(lua, 1, 1);
        printf("%s\n", lua_tostring(lua, -1));
        lua_pop(lua, 2);
    }
    return 0;
}

ConsoleResult console_run(Console *console, const char *text)
{
    lua_State *lua = console->lua;
    lua_settop(lua, 0);
    ConsoleResult result = compile(lua, console->session->arena, text);
    if (result == CONSOLE_MORE)
        return result;
    if (result == CONSOLE_FAILED || prompt_call(lua, 0, LUA_MULTRET) != LUA_OK) {
        print_error(lua);
        return CONSOLE_FAILED;
    }
    lua_pushcfunction(lua, print_results);
    lua_insert(lua, 1);
    if (prompt_call(lua, lua_gettop(lua) - 1, 0) != LUA_OK) {
        print_error(lua);
        return CONSOLE_FAILED;
    }
    fflush(stdout);
    return CONSOLE_DONE;
}

bool console_script(Console *console, const char *path)
{
    lua_State *lua = console->lua;
    if (luaL_loadfilex(lua, path, "t") == LUA_OK && lua_pcall(lua, 0, 0, 0) == LUA_OK)
        return true;
    return diagnostics_error(console->session->diagnostics, (Place){0}, "%s", luaL_tolstring(lua, -1, NULL));
}

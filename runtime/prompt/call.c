/* call: calls of Lua that ^C ends; see internal.h. */
#include "runtime/prompt/internal.h"

#include <signal.h>

static lua_State *volatile running; /* what a signal has to stop, or NULL */

static void stop(lua_State *lua, lua_Debug *event)
{
    (void)event;
    lua_sethook(lua, NULL, 0, 0);
    luaL_error(lua, "interrupted");
}

/* lua_sethook is the one function of Lua that a signal handler may call. */
static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (running)
        lua_sethook(running, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
}

int prompt_call(lua_State *lua, int arguments, int results)
{
    running = lua;
    int status = lua_pcall(lua, arguments, results, 0);
    running = NULL;
    lua_sethook(lua, NULL, 0, 0); /* a ^C that came too late is not the next call's */
    return status;
}

void console_catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

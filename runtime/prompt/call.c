/* call: calls of Lua that ^C ends, and the end of a state; see internal.h. */
#define _XOPEN_SOURCE 700 /* setitimer */
#include "runtime/prompt/internal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* The states that a signal has to stop: of the call, and of each coroutine that the one before it waits for. Those
 * deeper are stopped by the one they return to. */
enum { DEEPEST = 64, PATIENCE = 3 /* ^C without an answer: the last one ends the program */, LAST_SECONDS = 1 };
static lua_State *volatile running[DEEPEST];
static volatile sig_atomic_t depth, unanswered;

/* The hook stays until the call is over: whoever catches the error is stopped, too. */
static void stop(lua_State *lua, lua_Debug *event)
{
    (void)event;
    unanswered = 0;
    luaL_error(lua, "interrupted");
}

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return;
}

/* lua_sethook is the one function of Lua that a signal handler may call. No hook stops what C does, nor a finalizer,
 * for which Lua has no hooks. */
static void on_interrupt(int signal_number)
{
    for (int i = 0; i < depth; i++)
        lua_sethook(running[i], stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
    unanswered = depth > 0 ? unanswered + 1 : 0;
    if (unanswered == PATIENCE - 1)
        say("nothing can interrupt this; ^C once more ends costate\n");
    if (unanswered < PATIENCE)
        return;
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

int prompt_call(lua_State *lua, int arguments, int results)
{
    running[0] = lua;
    depth = 1;
    int status = lua_pcall(lua, arguments, results, 0);
    depth = 0;
    unanswered = 0;
    lua_sethook(lua, NULL, 0, 0); /* a ^C that came too late is not the next call's */
    return status;
}

/* Calls the function below all arguments, which resumes that coroutine. */
static int follow(lua_State *lua, lua_State *coroutine)
{
    const sig_atomic_t before = depth;
    if (coroutine && before > 0 && before < DEEPEST) {
        running[before] = coroutine;
        depth = before + 1;
    }
    int status = lua_pcall(lua, lua_gettop(lua) - 1, LUA_MULTRET, 0);
    depth = before;
    return status == LUA_OK ? lua_gettop(lua) : lua_error(lua);
}

/* coroutine.resume; upvalue 1 is Lua's. */
static int resume(lua_State *lua)
{
    lua_State *coroutine = lua_tothread(lua, 1);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    return follow(lua, coroutine);
}

/* What coroutine.wrap returns; upvalue 1 is what Lua's does, 2 the coroutine. */
static int resume_wrapped(lua_State *lua)
{
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    return follow(lua, lua_tothread(lua, lua_upvalueindex(2)));
}

/* coroutine.wrap; upvalue 1 is Lua's, whose functions have their coroutine as an upvalue. */
static int wrap(lua_State *lua)
{
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, 1);
    if (!lua_getupvalue(lua, -1, 1))
        lua_pushnil(lua);
    lua_pushcclosure(lua, resume_wrapped, 2);
    return 1;
}

void prompt_follow_coroutines(lua_State *lua)
{
    static const luaL_Reg functions[] = {{"resume", resume}, {"wrap", wrap}};
    lua_getglobal(lua, LUA_COLIBNAME);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        lua_getfield(lua, -1, functions[i].name);
        lua_pushcclosure(lua, functions[i].func, 1);
        lua_setfield(lua, -2, functions[i].name);
    }
    lua_pop(lua, 1);
}

static void leave(int signal_number)
{
    (void)signal_number;
    say("a finalizer (__gc) does not end; costate ends without it\n");
    _exit(1);
}

void prompt_close(void *state)
{
    const struct itimerval last = {.it_value = {.tv_sec = LAST_SECONDS}}, never = {{0}, {0}};
    struct sigaction interrupt, before;
    sigaction(SIGINT, NULL, &interrupt);
    if (interrupt.sa_handler == on_interrupt)
        signal(SIGINT, SIG_DFL);
    sigaction(SIGVTALRM, &(struct sigaction){.sa_handler = leave}, &before);
    fflush(stdout);
    setitimer(ITIMER_VIRTUAL, &last, NULL);
    lua_close(state);
    setitimer(ITIMER_VIRTUAL, &never, NULL);
    sigaction(SIGVTALRM, &before, NULL);
}

void console_catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

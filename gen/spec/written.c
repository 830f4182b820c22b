/* A spec that brings the files that it names: writing one, and what it is read by. */
#include "gen/spec/internal.h"

#include "gen/model/model.h"

#include <string.h>

/* ---- reading ---- */

SpecSupplied *spec_find_supplied(Spec *spec, const char *kind, const char *name)
{
    SpecSupplied *last = NULL;
    for (size_t i = 0; i < spec->supplied_count && !(last && !last->used); i++)
        if (!strcmp(spec->supplied[i].kind, kind) && !strcmp(spec->supplied[i].name, name))
            last = &spec->supplied[i];
    return last;
}

static const char *keep(lua_State *lua, int index)
{
    size_t length;
    const char *string = luaL_checklstring(lua, index, &length);
    return arena_string(spec_of(lua)->arena, string, length);
}

/* supply(kind, name, function) */
static int call_supply(lua_State *lua)
{
    Spec *spec = spec_of(lua);
    if (lua_gettop(lua) != 3 || lua_type(lua, 1) != LUA_TSTRING || lua_type(lua, 2) != LUA_TSTRING ||
        lua_type(lua, 3) != LUA_TFUNCTION)
        return luaL_error(lua, "supply takes \"tableau\" or \"activation\", a name and a function: "
                               "supply(\"tableau\", \"mine\", function() return tableau { ... } end)");
    if (spec->supplied_count == SPEC_MOST_FILES)
        return luaL_error(lua, "more than %d files", SPEC_MOST_FILES);
    spec->supplied[spec->supplied_count++] =
        (SpecSupplied){keep(lua, 1), keep(lua, 2), luaL_ref(lua, LUA_REGISTRYINDEX), spec->file, false};
    return 0;
}

/* changes(table, ..): each on top of those before it, and those of a later call below them all, for a spec that is
 * written out stands behind what changed it. */
static int call_changes(lua_State *lua)
{
    Spec *spec = spec_of(lua);
    for (int i = lua_gettop(lua); i > 0; i--) {
        luaL_checktype(lua, i, LUA_TTABLE);
        spec->own_changes =
            ARENA_MORE(spec->arena, spec->own_changes, spec->own_change_count, spec->own_change_capacity);
        lua_pushvalue(lua, i);
        spec->own_changes[spec->own_change_count++] = luaL_ref(lua, LUA_REGISTRYINDEX);
    }
    return 0;
}

void spec_open_written(lua_State *lua)
{
    lua_pushcfunction(lua, call_supply);
    spec_publish(lua, "supply", false);
    lua_pushcfunction(lua, call_changes);
    spec_publish(lua, "changes", false);
}

/* ---- writing ---- */

/* Behind what luaL_loadfilex would leave out of it. */
static const char *plain(const char *text)
{
    return text + spec_preamble(text, strlen(text));
}

static bool names_files(const Spec *spec)
{
    bool names = false;
    for (size_t i = 0; i < spec->file_count; i++)
        names |= spec->files[i].name != NULL;
    return names;
}

const char *spec_written(const Spec *spec, const char *changes)
{
    Text text = text_new(spec->arena);
    if (!names_files(spec) && !spec->changes && !changes)
        return spec->files[0].text;
    text_add(&text, MODEL_SPEC_WRITTEN);
    for (size_t i = 0; i < spec->file_count; i++) {
        if (!spec->files[i].name)
            continue;
        text_add(&text, "supply(");
        text_lua_string(&text, spec->files[i].kind);
        text_add(&text, ", ");
        text_lua_string(&text, spec->files[i].name);
        text_format(&text, ", function(...)\n%s", plain(spec->files[i].text));
        text_add(&text, text.data[text.length - 1] == '\n' ? "end)\n" : "\nend)\n");
    }
    if (spec->changes || changes)
        text_format(&text, "changes(%s%s%s)\n", spec->changes ? spec->changes : "",
                    spec->changes && changes ? ", " : "", changes ? changes : "");
    text_format(&text, "\n%s", plain(spec->files[0].text));
    return text.data;
}

/* What specs return: Lua values as plain ones, and the functions that make values of their own kinds. */
#include "gen/spec/internal.h"

#include "gen/model/algorithm.h"
#include "gen/model/tableau.h"
#include "gen/base/locate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_DEPTH = 16,
    MOST_ENTRIES = 20 * 1000,
    MOST_VALUES = 10 * 1000,
    LONGEST_STRING = 4096,
    CHARACTERS_AN_INSTRUCTION = 8
};

static const char VALUE[] = "costate.value";

/* ---- making values ---- */

static Place place_now(Spec *spec, int line)
{
    return (Place){spec->files[spec->file].path, spec->typing ? PLACE_TYPED : line, 0};
}

static Value *value_new(Spec *spec, ValueKind kind)
{
    Value *value = ARENA_NEW(spec->arena, Value);
    value->kind = kind;
    value->place = place_now(spec, spec->line);
    return value;
}

static int push_value(lua_State *lua, Value *value)
{
    if (++spec_of(lua)->values > MOST_VALUES)
        return luaL_error(lua, "more than %d tableaus, controls and distributions", MOST_VALUES);
    Value **box = lua_newuserdatauv(lua, sizeof *box, 0);
    *box = value;
    luaL_setmetatable(lua, VALUE);
    return 1;
}

/* What a table is converted for: lines of its keys are looked up from the call that it is the argument of. */
typedef struct {
    Spec *spec;
    const char *function;
    int call_line;
} Conversion;

static Value *convert(lua_State *lua, Conversion *conversion, int index, const char *path, int depth);

static int compare_entries(const void *a, const void *b)
{
    const Value *x = *(Value *const *)a, *y = *(Value *const *)b;
    if (x->place.line != y->place.line)
        return x->place.line < y->place.line ? -1 : 1;
    return strcmp(x->key, y->key);
}

/* The string at index; not one that is no text or that nothing in a spec can need. */
static const char *plain_string(lua_State *lua, int index)
{
    const char *string = lua_tostring(lua, index);
    size_t length = lua_rawlen(lua, index);
    if (length > LONGEST_STRING)
        luaL_error(lua, "a string of more than %d characters", LONGEST_STRING);
    if (strlen(string) != length)
        luaL_error(lua, "a string with a byte 0");
    return string;
}

/* Is it under a key of the changes, so that it does not stand in the file? */
static bool is_changed(const Spec *spec, const char *path)
{
    for (size_t i = 0; i < spec->changed_count; i++) {
        size_t length = strlen(spec->changed[i]);
        if (!strncmp(spec->changed[i], path, length) && (path[length] == '.' || !path[length]))
            return true;
    }
    return false;
}

static void convert_entry(lua_State *lua, Conversion *conversion, Value *table, const char *path, int depth,
                          size_t *capacity)
{
    Spec *spec = conversion->spec;
    table->entries = ARENA_MORE(spec->arena, table->entries, table->entry_count, *capacity);
    if (++spec->entries > MOST_ENTRIES)
        luaL_error(lua, "more than %d table entries", MOST_ENTRIES);
    const char *key = lua_type(lua, -2) == LUA_TSTRING ? plain_string(lua, -2) : NULL;
    const char *inner = key ? text_print(spec->arena, "%s%s%s", path, *path ? "." : "", key) : path;
    Value *entry = convert(lua, conversion, -1, inner, depth + 1);
    entry->key = key ? arena_string(spec->arena, key, strlen(key)) : NULL;
    if (!key && spec->changed_count &&
        is_changed(spec, text_print(spec->arena, "%s.%zu", path, table->entry_count + 1)))
        entry->place.line = PLACE_TYPED;
    table->entries[table->entry_count++] = entry;
}

/* The array part in order, then the named entries by the line they were written on. */
static Value *convert_table(lua_State *lua, Conversion *conversion, int index, const char *path, int depth)
{
    Value *table = value_new(conversion->spec, VALUE_TABLE);
    size_t capacity = 0;
    index = lua_absindex(lua, index);
    luaL_checkstack(lua, 8, "nested too deeply");
    if (depth > MOST_DEPTH)
        luaL_error(lua, "tables nested too deeply");
    for (lua_Integer i = 1;; i++) {
        lua_pushinteger(lua, i);
        if (lua_rawgeti(lua, index, i) == LUA_TNIL) {
            lua_pop(lua, 2);
            break;
        }
        convert_entry(lua, conversion, table, path, depth, &capacity);
        lua_pop(lua, 2);
    }
    table->array_count = table->entry_count;
    lua_pushnil(lua);
    while (lua_next(lua, index)) {
        if (lua_type(lua, -2) == LUA_TSTRING)
            convert_entry(lua, conversion, table, path, depth, &capacity);
        lua_pop(lua, 1);
    }
    if (table->entry_count > table->array_count + 1)
        qsort(table->entries + table->array_count, table->entry_count - table->array_count, sizeof *table->entries,
              compare_entries);
    return table;
}

static Value *convert_number(lua_State *lua, Spec *spec, int index)
{
    Value *value = value_new(spec, lua_isinteger(lua, index) ? VALUE_INTEGER : VALUE_REAL);
    value->real = lua_tonumber(lua, index);
    value->integer = lua_isinteger(lua, index) ? lua_tointeger(lua, index) : 0;
    return value;
}

static int hash_code(lua_State *lua, const void *bytes, size_t length, void *hash)
{
    (void)lua;
    *(uint64_t *)hash = text_hash(*(uint64_t *)hash, bytes, length);
    return 0;
}

static Value *convert_function(lua_State *lua, Spec *spec, int index)
{
    Value *value = value_new(spec, VALUE_FUNCTION);
    uint64_t hash = TEXT_HASH_SEED;
    lua_pushvalue(lua, index);
    lua_dump(lua, hash_code, &hash, 1);
    value->integer = (long long)(hash >> 1);
    value->function = luaL_ref(lua, LUA_REGISTRYINDEX);
    return value;
}

static Value *convert_simple(lua_State *lua, Spec *spec, int index)
{
    Value *value;
    Value **box;
    switch (lua_type(lua, index)) {
    case LUA_TBOOLEAN:
        value = value_new(spec, VALUE_BOOLEAN);
        value->boolean = lua_toboolean(lua, index);
        return value;
    case LUA_TNUMBER:
        return convert_number(lua, spec, index);
    case LUA_TSTRING:
        value = value_new(spec, VALUE_STRING);
        value->string = arena_string(spec->arena, plain_string(lua, index), lua_rawlen(lua, index));
        return value;
    case LUA_TFUNCTION:
        return convert_function(lua, spec, index);
    case LUA_TUSERDATA:
        box = luaL_testudata(lua, index, VALUE);
        if (!box && spec_is_node(lua, index)) {
            value = value_new(spec, VALUE_EXPRESSION);
            value->node = spec_to_node(lua, index);
            return value;
        }
        if (!box && spec_is_number(lua, index)) {
            value = value_new(spec, VALUE_NUMBER);
            value->number = spec_to_number(lua, index);
            return value;
        }
        if (!box)
            return value_new(spec, VALUE_OTHER);
        value = value_new(spec, VALUE_OTHER);
        *value = **box;
        return value;
    case LUA_TNIL:
        return value_new(spec, VALUE_NOTHING);
    default:
        return value_new(spec, VALUE_OTHER);
    }
}

static Value *convert(lua_State *lua, Conversion *conversion, int index, const char *path, int depth)
{
    Spec *spec = conversion->spec;
    Value *value =
        lua_istable(lua, index) ? convert_table(lua, conversion, index, path, depth) : convert_simple(lua, spec, index);
    bool own_place = value->kind == VALUE_TABLEAU || value->kind == VALUE_PARTITIONED || value->kind == VALUE_NETWORK;
    if (*path && is_changed(spec, path)) {
        value->place.line = PLACE_TYPED;
    } else if (conversion->function && !own_place && !spec->typing) {
        spec_charge(lua, strlen(spec->files[spec->file].text) / CHARACTERS_AN_INSTRUCTION);
        value->place.line = locate_key(spec->files[spec->file].text, conversion->function, conversion->call_line, path);
    }
    return value;
}

/* tableau { ... } and network { ... } */
static int call_constructor(lua_State *lua, const char *function, ValueKind kind)
{
    Spec *spec = spec_of(lua);
    lua_Debug caller;
    if (lua_getstack(lua, 1, &caller) && lua_getinfo(lua, "l", &caller))
        spec->line = caller.currentline;
    if (!lua_istable(lua, 1) || lua_gettop(lua) != 1)
        return luaL_error(lua, "%s takes a table: %s { ... }", function, function);
    Conversion conversion = {spec, function, spec->line};
    Value *value = convert(lua, &conversion, 1, "", 0);
    value->kind = kind;
    return push_value(lua, value);
}

/* Before anything is converted, which would take too long of more. */
static void limit_stages(lua_State *lua)
{
    if (!lua_istable(lua, 1))
        return;
    lua_getfield(lua, 1, "b");
    if (lua_istable(lua, -1) && lua_rawlen(lua, -1) > TABLEAU_MOST_STAGES)
        luaL_error(lua, "b has %d entries: a method has at most %d stages", (int)lua_rawlen(lua, -1),
                   (int)TABLEAU_MOST_STAGES);
    lua_pop(lua, 1);
}

static int call_tableau(lua_State *lua)
{
    limit_stages(lua);
    return call_constructor(lua, "tableau", VALUE_TABLEAU);
}

static int call_partitioned(lua_State *lua)
{
    return call_constructor(lua, "partitioned", VALUE_PARTITIONED);
}

static bool has(lua_State *lua, int table, const char *key)
{
    bool there = lua_getfield(lua, table, key) != LUA_TNIL;
    lua_pop(lua, 1);
    return there;
}

/* A network has an activation or a field. Where the changes at index 2 bring the other one, what belongs to the one
 * that the table at index 1 has goes: itself and the initial values of its controls. */
static void forget_other(lua_State *lua, const char *brought, const char *other)
{
    const char *const keys[] = {other, "controls", "init"};
    if (!has(lua, 2, brought) || !has(lua, 1, other))
        return;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        lua_pushnil(lua);
        lua_setfield(lua, 1, keys[i]);
    }
}

static void forget(lua_State *lua, const char *key)
{
    lua_pushnil(lua);
    lua_setfield(lua, -2, key);
}

static void forget_selectors(lua_State *lua)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        forget(lua, algorithm_rows[i].selector);
}

/* The training in the table on top of the stack is chosen anew, by key = name: what else chose it goes, and settings
 * that the new one does not have. (An unknown one is an error, which is told later.) */
static void forget_training(lua_State *lua, const char *key, const char *name)
{
    const AlgorithmRow *chosen = NULL, *end = algorithm_rows + ALGORITHM_COUNT;
    for (const AlgorithmRow *row = algorithm_rows; row < end; row++)
        if (!strcmp(row->selector, key) && !strcmp(row->name, name))
            chosen = row;
    for (const AlgorithmRow *row = algorithm_rows; row < end; row++)
        if (!chosen && !strcmp(row->selector, key))
            forget_selectors(lua);
    for (const AlgorithmRow *row = algorithm_rows; row < end && chosen; row++) {
        forget(lua, row->selector);
        if (strcmp(row->unit, chosen->unit) != 0)
            forget(lua, row->unit);
        for (const AlgorithmSetting *setting = row->settings; setting->key; setting++)
            if (!algorithm_has_setting(chosen, setting->key))
                forget(lua, setting->key);
    }
}

/* Pushes one part of a path, which ends at a dot, as a key: a number where it is one. Returns what is behind it. */
static const char *push_part(lua_State *lua, const char *path)
{
    size_t length = strcspn(path, ".");
    lua_pushlstring(lua, path, length);
    if (lua_stringtonumber(lua, lua_tostring(lua, -1)))
        lua_remove(lua, -2);
    return path[length] ? path + length + 1 : NULL;
}

/* Sets the value on top of the stack at path, "train.rate", within the table at index 1; pops it. */
static void set_at(lua_State *lua, const char *path)
{
    const int value = lua_gettop(lua);
    const char *rest = path;
    lua_pushvalue(lua, 1);
    while ((rest = push_part(lua, rest))) {
        if (lua_pushvalue(lua, -1), lua_gettable(lua, -3) == LUA_TNIL) {
            lua_pop(lua, 1);
            lua_newtable(lua);
            lua_pushvalue(lua, -2);
            lua_pushvalue(lua, -2);
            lua_settable(lua, -5);
        }
        if (!lua_istable(lua, -1)) {
            lua_pushfstring(lua, "change:1: %s cannot be set: %s is no table", path,
                            text_print(spec_of(lua)->arena, "%.*s", (int)(rest - path - 1), path));
            lua_error(lua);
        }
    }
    if (!strncmp(path, "train.", 6) && lua_type(lua, value) == LUA_TSTRING) {
        lua_pushvalue(lua, -2);
        forget_training(lua, path + 6, lua_tostring(lua, value));
        lua_pop(lua, 1);
    }
    lua_pushvalue(lua, value);
    lua_settable(lua, -3);
    lua_settop(lua, value - 1);
}

/* Sets in the table at index 1 what the table at index 2 says. typed: it stands in no file. */
static void apply_change(lua_State *lua, bool typed)
{
    Spec *spec = spec_of(lua);
    size_t capacity = spec->changed_count;
    luaL_checktype(lua, 2, LUA_TTABLE);
    forget_other(lua, "activation", "field");
    forget_other(lua, "field", "activation");
    for (lua_pushnil(lua); lua_next(lua, 2);) {
        const bool forgets = lua_type(lua, -2) == LUA_TNUMBER && lua_type(lua, -1) == LUA_TSTRING;
        if (!forgets && lua_type(lua, -2) != LUA_TSTRING)
            luaL_error(lua, "a change has a key and one value: { width = 3 }; costate sweep takes several values");
        const char *path = plain_string(lua, forgets ? -1 : -2);
        path = arena_string(spec->arena, path, strlen(path));
        if (forgets) {
            lua_pop(lua, 1);
            lua_pushnil(lua);
        }
        if (typed) {
            spec->changed = ARENA_MORE(spec->arena, spec->changed, spec->changed_count, capacity);
            spec->changed[spec->changed_count++] = path;
        }
        set_at(lua, path);
    }
}

/* Sets the keys of the table at index 1 that `changes` names. */
static void apply_changes(lua_State *lua, const char *changes)
{
    Spec *spec = spec_of(lua);
    const char *chunk = text_print(spec->arena, "return %s", changes);
    spec->typing = true;
    if (luaL_loadbufferx(lua, chunk, strlen(chunk), "=change", "t") != LUA_OK)
        lua_error(lua);
    lua_call(lua, 0, LUA_MULTRET);
    spec->typing = false;
    for (; lua_gettop(lua) > 1; lua_remove(lua, 2))
        apply_change(lua, true);
}

/* And those of the file's own. */
static void apply_own_changes(lua_State *lua)
{
    const Spec *spec = spec_of(lua);
    for (size_t i = spec->own_change_count; i-- > 0; lua_settop(lua, 1)) {
        lua_rawgeti(lua, LUA_REGISTRYINDEX, spec->own_changes[i]);
        apply_change(lua, false);
    }
}

static int call_network(lua_State *lua)
{
    const char *changes = spec_of(lua)->changes;
    if (lua_istable(lua, 1) && lua_gettop(lua) == 1) {
        apply_own_changes(lua);
        if (changes)
            apply_changes(lua, changes);
    }
    return call_constructor(lua, "network", VALUE_NETWORK);
}

static int call_normal(lua_State *lua)
{
    Value *value = value_new(spec_of(lua), VALUE_NORMAL);
    value->real = luaL_checknumber(lua, 1);
    if (!(value->real >= 0) || !isfinite(value->real))
        return luaL_error(lua, "normal(s): the standard deviation s must be 0 or more");
    return push_value(lua, value);
}

static int call_uniform(lua_State *lua)
{
    Value *value = value_new(spec_of(lua), VALUE_UNIFORM);
    value->real = luaL_checknumber(lua, 1);
    value->upper = luaL_checknumber(lua, 2);
    if (!isfinite(value->real) || !isfinite(value->upper) || value->upper < value->real)
        return luaL_error(lua, "uniform(a, b): a must be at most b");
    return push_value(lua, value);
}

static int call_cosine(lua_State *lua)
{
    Value *value = value_new(spec_of(lua), VALUE_COSINE);
    value->real = luaL_checknumber(lua, 1);
    value->upper = luaL_checknumber(lua, 2);
    if (!(value->real > 0) || !(value->upper >= 0) || !isfinite(value->real) || !(value->upper <= value->real))
        return luaL_error(lua, "cosine(a, b): a rate that falls from a > 0 to b, 0 or more and at most a");
    return push_value(lua, value);
}

static size_t check_extent(lua_State *lua, int index)
{
    lua_Integer extent = luaL_checkinteger(lua, index);
    if (extent < 1 || extent > 4096)
        luaL_error(lua, "a control has 1 to 4096 rows and columns, not %I", extent);
    return (size_t)extent;
}

/* Upvalue 1: the rank. */
static int call_control(lua_State *lua)
{
    Spec *spec = spec_of(lua);
    Value *value = value_new(spec, VALUE_CONTROL);
    value->rank = (size_t)lua_tointeger(lua, lua_upvalueindex(1));
    if (lua_gettop(lua) != (int)value->rank)
        return luaL_error(lua, "matrix(rows, columns), vector(rows) or scalar()");
    value->rows = value->rank > 0 ? check_extent(lua, 1) : 1;
    value->cols = value->rank > 1 ? check_extent(lua, 2) : 1;
    value->serial = spec->serial++;
    return push_value(lua, value);
}

/* ---- opening ---- */

const Value *spec_convert(lua_State *lua, int index)
{
    Conversion conversion = {spec_of(lua), NULL, 0};
    return convert(lua, &conversion, index, "", 0);
}

void spec_open_values(lua_State *lua)
{
    static const luaL_Reg functions[] = {{"tableau", call_tableau}, {"partitioned", call_partitioned},
                                         {"network", call_network}, {"normal", call_normal},
                                         {"uniform", call_uniform}, {"cosine", call_cosine}};
    static const char *const controls[] = {"scalar", "vector", "matrix"};
    luaL_newmetatable(lua, VALUE);
    lua_pop(lua, 1);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        lua_pushcfunction(lua, functions[i].func);
        spec_publish(lua, functions[i].name, false);
    }
    for (int rank = 0; rank < 3; rank++) {
        lua_pushinteger(lua, rank);
        lua_pushcclosure(lua, call_control, 1);
        spec_publish(lua, controls[rank], false);
    }
}

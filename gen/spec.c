#include "spec.h"

#include "locate.h"
#include "operation.h"

#include <dirent.h>
#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_FILES = 16, MOST_DEPTH = 16, MOST_ENTRIES = 100 * 1000, MOST_VALUES = 10 * 1000, HOOK_INTERVAL = 1000 };

/* Lua's memory, chained so that it can be given back even when the arena has jumped out of a running state. */
typedef struct Block {
    struct Block *next, *before;
    size_t size, padding;
} Block;

typedef struct {
    const char *path;
    const char *text;
} File;

struct Spec {
    Arena *arena;
    Diagnostics *diagnostics;
    Graph *graph;
    const char *folder;
    lua_State *lua;
    Block blocks;
    size_t bytes, allocated, values; /* bytes in use, and all that were ever asked for */
    long instructions;
    size_t serial;
    File files[MOST_FILES];
    size_t file_count;
    size_t file; /* the one that is running, and its line */
    int line;
    uint64_t hash;
};

static const char EXPRESSION[] = "costate.expression", VALUE[] = "costate.value";

static Spec *spec_of(lua_State *lua)
{
    return *(Spec **)lua_getextraspace(lua);
}

/* ---- limits ---- */

static void unlink_block(Block *block)
{
    block->before->next = block->next;
    if (block->next)
        block->next->before = block->before;
}

static void link_block(Block *head, Block *block)
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
    Block *block = pointer ? (Block *)pointer - 1 : NULL;
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
    Block *grown = realloc(block, sizeof(Block) + new_size);
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
    for (Block *block = spec->blocks.next; block;) {
        Block *next = block->next;
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

/* ---- expressions ---- */

static int push_node(lua_State *lua, const Node *node)
{
    Spec *spec = spec_of(lua);
    if (!node)
        return luaL_error(lua, "%s", graph_error(spec->graph));
    if (graph_size(spec->graph) > SPEC_MOST_NODES)
        return luaL_error(lua, "the expression has more than %d operations", SPEC_MOST_NODES);
    const Node **box = lua_newuserdatauv(lua, sizeof *box, 0);
    *box = node;
    luaL_setmetatable(lua, EXPRESSION);
    return 1;
}

static const Node *number_node(lua_State *lua, int index)
{
    Spec *spec = spec_of(lua);
    if (lua_isinteger(lua, index))
        return graph_integer(spec->graph, (long)lua_tointeger(lua, index));
    double value = lua_tonumber(lua, index);
    if (!isfinite(value))
        luaL_error(lua, "a number in an expression is not finite");
    return graph_constant(spec->graph, rational_from_double(spec->arena, value));
}

static const Node *to_node(lua_State *lua, int index)
{
    if (lua_type(lua, index) == LUA_TNUMBER)
        return number_node(lua, index);
    const Node **box = luaL_testudata(lua, index, EXPRESSION);
    if (!box)
        luaL_error(lua, "an expression was expected here, not %s", luaL_typename(lua, index));
    return *box;
}

static int expression_add(lua_State *lua)
{
    return push_node(lua, graph_add(spec_of(lua)->graph, to_node(lua, 1), to_node(lua, 2)));
}

static int expression_sub(lua_State *lua)
{
    return push_node(lua, graph_subtract(spec_of(lua)->graph, to_node(lua, 1), to_node(lua, 2)));
}

static int expression_mul(lua_State *lua)
{
    return push_node(lua, graph_multiply(spec_of(lua)->graph, to_node(lua, 1), to_node(lua, 2)));
}

static int expression_div(lua_State *lua)
{
    const Node *x = to_node(lua, 1), *y = to_node(lua, 2);
    if (node_is_constant(y, 0, 1))
        return luaL_error(lua, "division by zero");
    return push_node(lua, graph_binary(spec_of(lua)->graph, OP_DIV, x, y));
}

static int expression_pow(lua_State *lua)
{
    return push_node(lua, graph_power(spec_of(lua)->graph, to_node(lua, 1), to_node(lua, 2)));
}

static int expression_unm(lua_State *lua)
{
    return push_node(lua, graph_negate(spec_of(lua)->graph, to_node(lua, 1)));
}

static int expression_compare(lua_State *lua)
{
    return luaL_error(lua, "expressions have no value yet and cannot be compared; use max, min or abs");
}

static int expression_len(lua_State *lua)
{
    lua_pushinteger(lua, (lua_Integer)to_node(lua, 1)->shape.rows);
    return 1;
}

static int expression_text(lua_State *lua)
{
    Text text = text_new(spec_of(lua)->arena);
    shape_text(&text, to_node(lua, 1)->shape);
    lua_pushstring(lua, text.data);
    return 1;
}

static int expression_transpose(lua_State *lua)
{
    return push_node(lua, graph_transpose(spec_of(lua)->graph, to_node(lua, 1)));
}

static int expression_slice(lua_State *lua)
{
    const Node *x = to_node(lua, 1);
    lua_Integer from = luaL_checkinteger(lua, 2), to = luaL_checkinteger(lua, 3);
    if (from < 1 || to < from || (size_t)to > x->shape.rows)
        return luaL_error(lua, "slice(%I, %I) of a vector of %I", from, to, (lua_Integer)x->shape.rows);
    return push_node(
        lua, graph_slice(spec_of(lua)->graph, x, (size_t)from - 1, shape_vector((size_t)(to - from + 1), true)));
}

/* y[1], K:T(), y:slice(1, 2) */
static int expression_index(lua_State *lua)
{
    const Node *x = to_node(lua, 1);
    if (lua_isinteger(lua, 2)) {
        lua_Integer entry = lua_tointeger(lua, 2);
        if (entry < 1 || x->shape.rank != 1 || (size_t)entry > x->shape.rows)
            return luaL_error(lua, "no entry %I: it has %I", entry, (lua_Integer)x->shape.rows);
        return push_node(lua, graph_slice(spec_of(lua)->graph, x, (size_t)entry - 1, shape_scalar(true)));
    }
    const char *name = lua_tostring(lua, 2);
    if (name && !strcmp(name, "T"))
        lua_pushcfunction(lua, expression_transpose);
    else if (name && !strcmp(name, "slice"))
        lua_pushcfunction(lua, expression_slice);
    else
        return luaL_error(lua, "an expression has entries [1], [2], .. and the methods :T() and :slice(from, to)");
    return 1;
}

/* Upvalue 1: the operation. Of numbers it is a number. */
static int call_unary(lua_State *lua)
{
    Op op = (Op)lua_tointeger(lua, lua_upvalueindex(1));
    if (lua_gettop(lua) != 1)
        return luaL_error(lua, "%s takes one argument", operation_name(op));
    if (lua_type(lua, 1) == LUA_TNUMBER) {
        lua_pushnumber(lua, (double)operation_value(op, lua_tonumber(lua, 1), 0));
        return 1;
    }
    return push_node(lua, graph_unary(spec_of(lua)->graph, op, to_node(lua, 1)));
}

/* max and min of two and more. */
static int call_fold(lua_State *lua)
{
    Op op = (Op)lua_tointeger(lua, lua_upvalueindex(1));
    int count = lua_gettop(lua);
    if (count < 2)
        return luaL_error(lua, "%s takes two arguments or more", operation_name(op));
    for (int i = 2; i <= count; i++) {
        if (lua_type(lua, 1) == LUA_TNUMBER && lua_type(lua, i) == LUA_TNUMBER)
            lua_pushnumber(lua, (double)operation_value(op, lua_tonumber(lua, 1), lua_tonumber(lua, i)));
        else
            push_node(lua, graph_binary(spec_of(lua)->graph, op, to_node(lua, 1), to_node(lua, i)));
        lua_replace(lua, 1);
    }
    lua_settop(lua, 1);
    return 1;
}

static int call_dot(lua_State *lua)
{
    return push_node(lua, graph_dot(spec_of(lua)->graph, to_node(lua, 1), to_node(lua, 2)));
}

static int call_sum(lua_State *lua)
{
    return push_node(lua, graph_total(spec_of(lua)->graph, to_node(lua, 1)));
}

static int call_softmax(lua_State *lua)
{
    return push_node(lua, graph_softmax(spec_of(lua)->graph, to_node(lua, 1)));
}

static int call_logsumexp(lua_State *lua)
{
    return push_node(lua, graph_logsumexp(spec_of(lua)->graph, to_node(lua, 1)));
}

static int call_concat(lua_State *lua)
{
    Spec *spec = spec_of(lua);
    int count = lua_gettop(lua);
    if (count < 1)
        return luaL_error(lua, "concat takes one argument or more");
    const Node **parts = ARENA_ARRAY(spec->arena, (size_t)count, const Node *);
    for (int i = 0; i < count; i++)
        parts[i] = to_node(lua, i + 1);
    return push_node(lua, graph_concat(spec->graph, parts, (size_t)count));
}

static int call_identity(lua_State *lua)
{
    lua_Integer rows = luaL_checkinteger(lua, 1);
    if (rows < 1 || rows > 4096)
        return luaL_error(lua, "identity(%I): 1 to 4096 rows", rows);
    return push_node(lua, graph_identity(spec_of(lua)->graph, (size_t)rows));
}

/* ---- Lua values to plain values ---- */

static Place place_now(Spec *spec, int line)
{
    return (Place){spec->files[spec->file].path, line, 0};
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
    size_t entries;
} Conversion;

static Value *convert(lua_State *lua, Conversion *conversion, int index, const char *path, int depth);

static int compare_entries(const void *a, const void *b)
{
    const Value *x = *(Value *const *)a, *y = *(Value *const *)b;
    if (x->place.line != y->place.line)
        return x->place.line < y->place.line ? -1 : 1;
    return strcmp(x->key, y->key);
}

static void convert_entry(lua_State *lua, Conversion *conversion, Value *table, const char *path, int depth,
                          size_t *capacity)
{
    Spec *spec = conversion->spec;
    if (table->entry_count == *capacity) {
        size_t size = *capacity * sizeof *table->entries;
        *capacity = 2 * *capacity + 8;
        table->entries = arena_grow(spec->arena, table->entries, size, *capacity * sizeof *table->entries);
    }
    if (++conversion->entries > MOST_ENTRIES)
        luaL_error(lua, "more than %d table entries", MOST_ENTRIES);
    const char *key = lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : NULL;
    const char *inner = key ? text_print(spec->arena, "%s%s%s", path, *path ? "." : "", key) : path;
    Value *entry = convert(lua, conversion, -1, inner, depth + 1);
    entry->key = key ? arena_string(spec->arena, key, strlen(key)) : NULL;
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
        value->string = arena_string(spec->arena, lua_tostring(lua, index), lua_rawlen(lua, index));
        return value;
    case LUA_TFUNCTION:
        value = value_new(spec, VALUE_FUNCTION);
        lua_pushvalue(lua, index);
        value->function = luaL_ref(lua, LUA_REGISTRYINDEX);
        return value;
    case LUA_TUSERDATA:
        box = luaL_testudata(lua, index, VALUE);
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
    bool own_place = value->kind == VALUE_TABLEAU || value->kind == VALUE_NETWORK;
    if (conversion->function && !own_place)
        value->place.line = locate_key(spec->files[spec->file].text, conversion->function, conversion->call_line, path);
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
    Conversion conversion = {spec, function, spec->line, 0};
    Value *value = convert(lua, &conversion, 1, "", 0);
    value->kind = kind;
    return push_value(lua, value);
}

static int call_tableau(lua_State *lua)
{
    return call_constructor(lua, "tableau", VALUE_TABLEAU);
}

static int call_network(lua_State *lua)
{
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

/* ---- the sandbox ---- */

static void open_expressions(lua_State *lua)
{
    static const luaL_Reg methods[] = {
        {"__add", expression_add},     {"__sub", expression_sub},       {"__mul", expression_mul},
        {"__div", expression_div},     {"__pow", expression_pow},       {"__unm", expression_unm},
        {"__lt", expression_compare},  {"__le", expression_compare},    {"__len", expression_len},
        {"__index", expression_index}, {"__tostring", expression_text}, {NULL, NULL},
    };
    luaL_newmetatable(lua, EXPRESSION);
    luaL_setfuncs(lua, methods, 0);
    lua_pop(lua, 1);
    luaL_newmetatable(lua, VALUE);
    lua_pop(lua, 1);
}

/* Sets the function on top of the stack as a global and in the library math, for those who are used to that. */
static void publish(lua_State *lua, const char *name, bool in_math)
{
    if (in_math) {
        lua_getglobal(lua, LUA_MATHLIBNAME);
        lua_pushvalue(lua, -2);
        lua_setfield(lua, -2, name);
        lua_pop(lua, 1);
    }
    lua_setglobal(lua, name);
}

static void open_functions(lua_State *lua)
{
    static const luaL_Reg others[] = {
        {"dot", call_dot},
        {"sum", call_sum},
        {"softmax", call_softmax},
        {"logsumexp", call_logsumexp},
        {"concat", call_concat},
        {"identity", call_identity},
        {"transpose", expression_transpose},
        {"tableau", call_tableau},
        {"network", call_network},
        {"normal", call_normal},
        {"uniform", call_uniform},
    };
    static const char *const controls[] = {"scalar", "vector", "matrix"};
    for (Op op = 0; op < OP_COUNT; op++) {
        size_t arguments = operation_elementwise(op);
        if (!arguments || operation_function(operation_name(op), arguments) == OP_COUNT)
            continue;
        lua_pushinteger(lua, op);
        lua_pushcclosure(lua, arguments == 1 ? call_unary : call_fold, 1);
        publish(lua, operation_name(op), true);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        lua_pushcfunction(lua, others[i].func);
        publish(lua, others[i].name, false);
    }
    for (int rank = 0; rank < 3; rank++) {
        lua_pushinteger(lua, rank);
        lua_pushcclosure(lua, call_control, 1);
        publish(lua, controls[rank], false);
    }
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
    open_expressions(lua);
    open_functions(lua);
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

/* ---- errors ---- */

/* Chunks are named by their number, so messages read "2:17: ...": file 2, line 17. */
static bool report(Spec *spec)
{
    lua_State *lua = spec->lua;
    const char *message = lua_tostring(lua, -1);
    unsigned long file = spec->file;
    long line = spec->line;
    if (!message)
        message = "error with a value that is no text";
    char *end;
    unsigned long number = strtoul(message, &end, 10);
    if (end != message && *end == ':' && number < spec->file_count) {
        const char *rest = end + 1;
        long at = strtol(rest, &end, 10);
        if (end != rest && *end == ':') {
            file = number;
            line = at;
            message = end + 1 + (end[1] == ' ');
        }
    }
    if (!strcmp(message, "not enough memory"))
        message = spec->allocated > SPEC_MOST_ALLOCATED
                      ? "the spec runs for too long: it moves more than 1 GiB of memory"
                      : "the spec needs more than 64 MiB of memory";
    Place place = {spec->files[file].path, line > 0 ? (int)line : 1, 0};
    diagnostics_error(spec->diagnostics, place, "%.*s", (int)strcspn(message, "\n"), message);
    lua_pop(lua, 1);
    return false;
}

/* ---- files ---- */

static char *read_text(Spec *spec, const char *path, size_t *length)
{
    Place place = {path, 0, 0};
    struct stat status;
    FILE *file = stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? NULL : fopen(path, "rb");
    if (!file) {
        diagnostics_error(spec->diagnostics, place, "cannot read: %s", errno ? strerror(errno) : "it is a folder");
        return NULL;
    }
    static const size_t most = SPEC_LONGEST_FILE;
    char *buffer = malloc(most + 1); /* not of the arena: no jump while the file is open */
    *length = buffer ? fread(buffer, 1, most + 1, file) : 0;
    bool failed = !buffer || ferror(file);
    fclose(file);
    if (failed || *length > most) {
        free(buffer);
        diagnostics_error(spec->diagnostics, place, failed ? "cannot read" : "longer than 1 MiB: not a spec");
        return NULL;
    }
    buffer[*length] = '\0';
    char *text = arena_string(spec->arena, buffer, *length);
    free(buffer);
    return text;
}

static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

char *spec_relative(Arena *arena, Place place, const char *name)
{
    const char *slash = place.file ? strrchr(place.file, '/') : NULL;
    if (*name == '/' || !slash)
        return arena_string(arena, name, strlen(name));
    return text_print(arena, "%.*s/%s", (int)(slash - place.file), place.file, name);
}

/* Runs the chunk in file number `file`, leaving its one result on the stack. */
static bool run_chunk(Spec *spec, size_t file, const char *text, size_t length)
{
    lua_State *lua = spec->lua;
    spec->file = file;
    spec->line = 1;
    char *name = text_print(spec->arena, "=%zu", file);
    if (length && text[0] == LUA_SIGNATURE[0]) {
        lua_pushliteral(lua, "this is Lua bytecode; a spec is text");
        return report(spec);
    }
    if (luaL_loadbufferx(lua, text, length, name, "t") != LUA_OK || lua_pcall(lua, 0, 1, 0) != LUA_OK)
        return report(spec);
    return true;
}

typedef struct {
    Spec *spec;
    const Value *result;
} Finish;

static int finish(lua_State *lua)
{
    Finish *request = lua_touserdata(lua, 2);
    Conversion conversion = {request->spec, NULL, 0, 0};
    request->result = convert(lua, &conversion, 1, "", 0);
    return 0;
}

const Value *spec_run(Spec *spec, const char *path)
{
    size_t length, file = spec->file_count;
    if (file == MOST_FILES) {
        diagnostics_error(spec->diagnostics, (Place){path, 0, 0}, "more than %d files", MOST_FILES);
        return NULL;
    }
    errno = 0;
    char *text = read_text(spec, path, &length);
    if (!text)
        return NULL;
    spec->files[file] = (File){arena_string(spec->arena, path, strlen(path)), text};
    spec->file_count++;
    spec->hash = text_hash(spec->hash, text, length);
    diagnostics_source(spec->diagnostics, spec->files[file].path, text);
    if (!run_chunk(spec, file, text, length))
        return NULL;
    Finish request = {spec, NULL};
    lua_pushcfunction(spec->lua, finish);
    lua_insert(spec->lua, -2);
    lua_pushlightuserdata(spec->lua, &request);
    if (lua_pcall(spec->lua, 2, 0, 0) != LUA_OK) {
        report(spec);
        return NULL;
    }
    return request.result;
}

static void list_folder(Spec *spec, const char *folder, const char **names, size_t *count, size_t most)
{
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && *count < most && (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && length < 48 && !strcmp(entry->d_name + length - 4, ".lua"))
            names[(*count)++] = arena_string(spec->arena, entry->d_name, length - 4);
    }
    if (directory)
        closedir(directory);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const Value *unknown_file(Spec *spec, Place place, const char *kind, const char *name, const char *beside,
                                 const char *own)
{
    enum { MOST = 256 };
    const char *names[MOST];
    size_t count = 0;
    list_folder(spec, beside, names, &count, MOST);
    list_folder(spec, own, names, &count, MOST);
    qsort(names, count, sizeof *names, compare_names);
    const char *nearest = text_nearest(name, names, count);
    if (nearest)
        diagnostics_error(spec->diagnostics, place, "there is no %s \"%s\"; did you mean \"%s\"?", kind, name, nearest);
    else
        diagnostics_error(spec->diagnostics, place, "there is no %s \"%s\" (no %s/%s.lua)", kind, name, own, name);
    return NULL;
}

const Value *spec_load(Spec *spec, Place place, const char *kind, const char *name)
{
    size_t length = strlen(name);
    bool is_path = strchr(name, '/') || (length > 4 && !strcmp(name + length - 4, ".lua"));
    if (is_path) {
        char *path = spec_relative(spec->arena, place, name);
        if (is_file(path))
            return spec_run(spec, path);
        diagnostics_error(spec->diagnostics, place, "there is no file \"%s\"", path);
        return NULL;
    }
    char *beside = spec_relative(spec->arena, place, kind);
    char *own = text_print(spec->arena, "%s/%s", spec->folder, kind);
    const char *const folders[2] = {beside, own};
    for (size_t i = 0; i < 2; i++) {
        char *path = text_print(spec->arena, "%s/%s.lua", folders[i], name);
        if (is_file(path))
            return spec_run(spec, path);
    }
    return unknown_file(spec, place, kind, name, beside, own);
}

/* ---- functions ---- */

typedef struct {
    const Value *function;
    const Node *const *args;
    const char *const *names;
    size_t name_count;
    const Node *result;
} Application;

/* u.Q where there is no control Q. */
static int unknown_control(lua_State *lua)
{
    return luaL_error(lua, "there is no control \"%s\"", luaL_tolstring(lua, 2, NULL));
}

static void push_controls(lua_State *lua, const Application *application)
{
    lua_newtable(lua);
    for (size_t k = 0; k < application->name_count; k++) {
        push_node(lua, application->args[1 + k]);
        lua_setfield(lua, -2, application->names[k]);
    }
    lua_newtable(lua);
    lua_pushcfunction(lua, unknown_control);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
}

static int apply(lua_State *lua)
{
    Application *application = lua_touserdata(lua, 1);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, application->function->function);
    push_node(lua, application->args[0]);
    if (application->names)
        push_controls(lua, application);
    lua_call(lua, application->names ? 2 : 1, 1);
    application->result = to_node(lua, -1);
    return 0;
}

const Node *spec_apply(Spec *spec, const Value *function, const Node *const *args, const char *const *names,
                       size_t name_count)
{
    Application application = {function, args, names, name_count, NULL};
    for (size_t i = 0; i < spec->file_count; i++)
        if (!strcmp(spec->files[i].path, function->place.file))
            spec->file = i;
    spec->line = function->place.line;
    lua_pushcfunction(spec->lua, apply);
    lua_pushlightuserdata(spec->lua, &application);
    if (lua_pcall(spec->lua, 1, 0, 0) != LUA_OK)
        report(spec);
    return application.result;
}

uint64_t spec_hash(const Spec *spec)
{
    return spec->hash;
}

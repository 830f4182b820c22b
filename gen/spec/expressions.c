/* Expressions in specs: Lua values that stand for nodes of the graph. */
#include "gen/spec/internal.h"

#include "gen/graph/operation.h"

#include <math.h>
#include <string.h>

static const char EXPRESSION[] = "expression";

enum { MOST_CONSTANT_BITS = 1 << 14 };

/* ---- nodes ---- */

int spec_push_node(lua_State *lua, const Node *node)
{
    Spec *spec = spec_of(lua);
    if (!node)
        return luaL_error(lua, "%s", graph_error(spec->graph));
    if (graph_size(spec->graph) > SPEC_MOST_NODES)
        return luaL_error(lua, "the expression has more than %d operations", SPEC_MOST_NODES);
    if (node->op == OP_CONSTANT && number_bits(node->value) > MOST_CONSTANT_BITS)
        return luaL_error(lua, "a constant of the expression has too many digits");
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
    return graph_constant(spec->graph, number_from_double(spec->arena, value));
}

bool spec_is_node(lua_State *lua, int index)
{
    return luaL_testudata(lua, index, EXPRESSION);
}

/* Upvalue 1: why this cannot be used. */
static int refuse_use(lua_State *lua)
{
    return luaL_error(lua, "%s", lua_tostring(lua, lua_upvalueindex(1)));
}

static const char FORBIDDEN[] = "forbidden"; /* the field of a metatable that holds the message */

static void forbid_use(lua_State *lua, const char *use, const char *message)
{
    lua_pushstring(lua, message);
    lua_pushcclosure(lua, refuse_use, 1);
    lua_setfield(lua, -2, use);
}

void spec_forbid(lua_State *lua, bool entries, const char *message)
{
    static const char *const uses[] = {"__add", "__sub", "__mul", "__div", "__idiv",   "__mod",
                                       "__pow", "__unm", "__lt",  "__le",  "__concat", "__call"};
    lua_newtable(lua);
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        forbid_use(lua, uses[i], message);
    if (entries)
        forbid_use(lua, "__index", message);
    lua_pushstring(lua, message);
    lua_setfield(lua, -2, FORBIDDEN);
    lua_setmetatable(lua, -2);
}

void spec_refuse(lua_State *lua, int index)
{
    if (luaL_getmetafield(lua, index, FORBIDDEN) != LUA_TNIL)
        luaL_error(lua, "%s", lua_tostring(lua, -1));
}

const Node *spec_to_node(lua_State *lua, int index)
{
    spec_refuse(lua, index);
    if (lua_type(lua, index) == LUA_TNUMBER)
        return number_node(lua, index);
    const Node **box = luaL_testudata(lua, index, EXPRESSION);
    if (!box && lua_isnone(lua, index))
        luaL_error(lua, "an argument is missing: an expression was expected");
    if (!box && spec_is_number(lua, index))
        luaL_error(lua, "root() is for tableaus; in expressions there is sqrt()");
    if (!box)
        luaL_error(lua, "an expression was expected here, not %s", luaL_typename(lua, index));
    return *box;
}

static int expression_add(lua_State *lua)
{
    return spec_push_node(lua, graph_add(spec_of(lua)->graph, spec_to_node(lua, 1), spec_to_node(lua, 2)));
}

static int expression_sub(lua_State *lua)
{
    return spec_push_node(lua, graph_subtract(spec_of(lua)->graph, spec_to_node(lua, 1), spec_to_node(lua, 2)));
}

static int expression_mul(lua_State *lua)
{
    return spec_push_node(lua, graph_multiply(spec_of(lua)->graph, spec_to_node(lua, 1), spec_to_node(lua, 2)));
}

static int expression_div(lua_State *lua)
{
    const Node *x = spec_to_node(lua, 1), *y = spec_to_node(lua, 2);
    if (node_is_constant(y, 0, 1))
        return luaL_error(lua, "division by zero");
    return spec_push_node(lua, graph_binary(spec_of(lua)->graph, OP_DIV, x, y));
}

static int expression_pow(lua_State *lua)
{
    return spec_push_node(lua, graph_power(spec_of(lua)->graph, spec_to_node(lua, 1), spec_to_node(lua, 2)));
}

static int expression_unm(lua_State *lua)
{
    return spec_push_node(lua, graph_negate(spec_of(lua)->graph, spec_to_node(lua, 1)));
}

static int expression_compare(lua_State *lua)
{
    return luaL_error(lua, "expressions have no value yet and cannot be compared; use max, min or abs");
}

static int expression_concat(lua_State *lua)
{
    return luaL_error(lua, "vectors are joined by concat(x, y), not by x .. y");
}

static int expression_len(lua_State *lua)
{
    lua_pushinteger(lua, (lua_Integer)spec_to_node(lua, 1)->shape.rows);
    return 1;
}

static int expression_text(lua_State *lua)
{
    Text text = text_new(spec_of(lua)->arena);
    shape_text(&text, spec_to_node(lua, 1)->shape);
    lua_pushstring(lua, text.data);
    return 1;
}

static int expression_transpose(lua_State *lua)
{
    return spec_push_node(lua, graph_transpose(spec_of(lua)->graph, spec_to_node(lua, 1)));
}

/* Rows of a matrix are shared, as it is. Entries of a shared vector are spread with it, which is what a lane of samples
 * computes with; only where there are no samples are they shared, too. */
static bool is_shared_part(const Spec *spec, const Node *x)
{
    return x->shape.rank == 2 || (spec->sampleless && x->shape.rank == 1 && !x->shape.varies);
}

static int expression_slice(lua_State *lua)
{
    const Node *x = spec_to_node(lua, 1);
    lua_Integer from = luaL_checkinteger(lua, 2), to = luaL_checkinteger(lua, 3);
    if (from < 1 || to < from || (size_t)to > x->shape.rows)
        return luaL_error(lua, "slice(%I, %I) of a vector of %I", from, to, (lua_Integer)x->shape.rows);
    Spec *spec = spec_of(lua);
    size_t first = (size_t)from - 1, rows = (size_t)(to - from + 1);
    return spec_push_node(lua, is_shared_part(spec, x) ? graph_parts(spec->graph, x, first, rows)
                                                       : graph_slice(spec->graph, x, first, shape_vector(rows, true)));
}

/* y[1], K[1], K:T(), y:slice(1, 2) */
static int expression_index(lua_State *lua)
{
    Spec *spec = spec_of(lua);
    const Node *x = spec_to_node(lua, 1);
    if (lua_isinteger(lua, 2)) {
        lua_Integer entry = lua_tointeger(lua, 2);
        if (x->shape.rank == 0)
            return luaL_error(lua, "only vectors and matrices have parts: [%I] of a scalar", entry);
        if (entry < 1 || (size_t)entry > x->shape.rows)
            return luaL_error(lua,
                              x->shape.rank == 1 ? "entry [%I] of a vector of %I: they count from 1"
                                                 : "row [%I] of a matrix of %I: they count from 1",
                              entry, (lua_Integer)x->shape.rows);
        return spec_push_node(lua, is_shared_part(spec, x)
                                       ? graph_part(spec->graph, x, (size_t)entry - 1)
                                       : graph_slice(spec->graph, x, (size_t)entry - 1, shape_scalar(true)));
    }
    const char *name = lua_tostring(lua, 2);
    if (name && !strcmp(name, "T"))
        lua_pushcfunction(lua, expression_transpose);
    else if (name && !strcmp(name, "slice"))
        lua_pushcfunction(lua, expression_slice);
    else
        return luaL_error(lua,
                          "an expression has entries or rows [1], [2], .. and the methods :T() and :slice(from, to)");
    return 1;
}

/* Upvalue 1: the operation. Of numbers it is a number. */
static int call_unary(lua_State *lua)
{
    Op op = (Op)lua_tointeger(lua, lua_upvalueindex(1));
    if (lua_gettop(lua) != 1)
        return luaL_error(lua, "%s takes one argument", operation_name(op));
    if (lua_type(lua, 1) == LUA_TNUMBER) {
        lua_pushnumber(lua, (double)operation(op)->scalar(lua_tonumber(lua, 1), 0));
        return 1;
    }
    return spec_push_node(lua, graph_unary(spec_of(lua)->graph, op, spec_to_node(lua, 1)));
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
            lua_pushnumber(lua, (double)operation(op)->scalar(lua_tonumber(lua, 1), lua_tonumber(lua, i)));
        else
            spec_push_node(lua, graph_binary(spec_of(lua)->graph, op, spec_to_node(lua, 1), spec_to_node(lua, i)));
        lua_replace(lua, 1);
    }
    lua_settop(lua, 1);
    return 1;
}

/* An operation that works on vectors or matrices. */
static int call_tensor(lua_State *lua)
{
    Spec *spec = spec_of(lua);
    const Operation *called = operation((Op)lua_tointeger(lua, lua_upvalueindex(1)));
    int count = called->arguments ? (int)called->arguments : lua_gettop(lua);
    if (count < 1)
        return luaL_error(lua, "%s takes one argument or more", called->function);
    spec_charge(lua, (size_t)count);
    const Node **args = ARENA_ARRAY(spec->arena, (size_t)count, const Node *);
    for (int i = 0; i < count; i++)
        args[i] = spec_to_node(lua, i + 1);
    return spec_push_node(lua, called->make(spec->graph, args, (size_t)count));
}

static int call_identity(lua_State *lua)
{
    lua_Integer rows = luaL_checkinteger(lua, 1);
    if (rows < 1 || rows > 4096)
        return luaL_error(lua, "identity(%I): 1 to 4096 rows", rows);
    return spec_push_node(lua, graph_identity(spec_of(lua)->graph, (size_t)rows));
}

/* ---- opening ---- */

static void open_operations(lua_State *lua)
{
    for (Op op = 0; op < OP_COUNT; op++) {
        const Operation *row = operation(op);
        if (!row->function)
            continue;
        lua_pushinteger(lua, op);
        lua_pushcclosure(lua, !row->elementwise ? call_tensor : row->elementwise == 1 ? call_unary : call_fold, 1);
        spec_publish(lua, row->function, row->elementwise > 0);
    }
}

void spec_open_expressions(lua_State *lua)
{
    lua_pushnumber(lua, HUGE_VAL);
    lua_setglobal(lua, "inf");
    static const luaL_Reg methods[] = {
        {"__add", expression_add},
        {"__sub", expression_sub},
        {"__mul", expression_mul},
        {"__div", expression_div},
        {"__pow", expression_pow},
        {"__unm", expression_unm},
        {"__lt", expression_compare},
        {"__le", expression_compare},
        {"__len", expression_len},
        {"__concat", expression_concat},
        {"__index", expression_index},
        {"__tostring", expression_text},
        {NULL, NULL},
    };
    luaL_newmetatable(lua, EXPRESSION);
    luaL_setfuncs(lua, methods, 0);
    lua_pop(lua, 1);
    open_operations(lua);
    lua_pushcfunction(lua, call_identity);
    spec_publish(lua, "identity", false);
}

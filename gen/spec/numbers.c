#include "gen/spec/numbers.h"

#include "gen/base/polynomial.h"
#include "gen/spec/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char NUMBER[] = "number";

enum { MOST_BITS = 1000, MOST_POWER = 64, ROOT_CHARGE = 2000, DIVISION_CHARGE = 100 };

/* ---- floats ---- */

const Number *numbers_of_float(Arena *arena, double value)
{
    double scaled = value * 64;
    return floor(scaled) == scaled && fabs(scaled) < 1e9 ? number_from_double(arena, value) : NULL;
}

/* The fraction of the least denominator that prints as this float was probably written: "1/3" for 0.333333. */
static const char *nearest_fraction(Arena *arena, double value)
{
    /* twelfths and simpler ones after four digits, cut or rounded: 0.6666 */
    for (long denominator = 1; denominator <= 12; denominator++) {
        double numerator = round(value * (double)denominator);
        if (fabs(value - numerator / (double)denominator) < 1e-4)
            return text_print(arena, "%.0f/%ld", numerator, denominator);
    }
    for (long denominator = 1; denominator <= 10000; denominator++) {
        double numerator = round(value * (double)denominator);
        if (fabs(value - numerator / (double)denominator) < 1e-4 * fmin(1, 1 / (double)denominator))
            return text_print(arena, "%.0f/%ld", numerator, denominator);
    }
    return "p/q";
}

/* "root(2) / 2" where the value is the root of a fraction, to rounding, and no fraction itself; else NULL. */
static const char *root_text(Arena *arena, double value)
{
    const double square = value * value;
    for (long denominator = 1; denominator <= 1000 && square < 1e6; denominator++) {
        const double numerator = round(square * (double)denominator), radicand = numerator * (double)denominator;
        const double root = round(sqrt(radicand));
        if (fabs(square * (double)denominator - numerator) > 4e-16 * numerator)
            continue;
        if (root * root >= radicand && root * root <= radicand)
            return NULL;
        const char *sign = value < 0 ? "-" : "";
        return denominator == 1 ? text_print(arena, "%sroot(%.0f)", sign, radicand)
                                : text_print(arena, "%sroot(%.0f) / %ld", sign, radicand, denominator);
    }
    return NULL;
}

const char *numbers_of_float_error(Arena *arena, double value)
{
    if (!isfinite(value))
        return text_print(arena, "%g is not finite", fabs(value));
    const char *root = root_text(arena, value), *digits = text_print(arena, "%.17g", value);
    double typed = strtod(text_print(arena, "%.9g", value), NULL);
    const char *fraction = nearest_fraction(arena, value), *over = strchr(fraction, '/');
    double near = strtod(fraction, NULL) / (over ? strtod(over + 1, NULL) : 1);
    if (root)
        return text_print(arena, "%.12g is not exact; write %s", value, root);
    if (fabs(typed - value) > 0 && fabs(near - value) > 1e-15 * fabs(value))
        return text_print(arena, "%s is not exact; write a fraction (\"1/6\") or what it is of a root (root(3) / 6)",
                          digits);
    return text_print(arena, "%.12g is not exact; write a fraction: \"%s\"", value, nearest_fraction(arena, value));
}

/* ---- Lua ---- */

bool spec_is_number(lua_State *lua, int index)
{
    return luaL_testudata(lua, index, NUMBER);
}

const Number *spec_to_number(lua_State *lua, int index)
{
    const Number **box = luaL_testudata(lua, index, NUMBER);
    Arena *arena = spec_of(lua)->arena;
    if (box)
        return *box;
    if (lua_isinteger(lua, index))
        return number_integer(arena, (long)lua_tointeger(lua, index));
    const Number *number = NULL;
    if (lua_type(lua, index) == LUA_TNUMBER) {
        number = numbers_of_float(arena, lua_tonumber(lua, index));
        if (!number)
            luaL_error(lua, "%s", numbers_of_float_error(arena, lua_tonumber(lua, index)));
    } else if (lua_type(lua, index) == LUA_TSTRING) {
        number = number_parse(arena, lua_tostring(lua, index));
        if (!number)
            luaL_error(lua, "\"%s\" is not a fraction such as \"1/6\"",
                       text_print(arena, "%.60s", lua_tostring(lua, index)));
    } else {
        luaL_error(lua, "root() goes with numbers and fractions such as \"1/6\", not with %s",
                   spec_is_node(lua, index) ? "an expression" : luaL_typename(lua, index));
    }
    return number;
}

static int push_number(lua_State *lua, const Number *number)
{
    if (number_bits(number) > MOST_BITS)
        return luaL_error(lua, "a number of the tableau has too many digits");
    const Number **box = lua_newuserdatauv(lua, sizeof *box, 0);
    *box = number;
    luaL_setmetatable(lua, NUMBER);
    return 1;
}

static const char *shown(lua_State *lua, const Number *number)
{
    Text text = text_new(spec_of(lua)->arena);
    if (!number_field_text(&text, number))
        number_text(&text, number);
    return text.data;
}

typedef const Number *Operator(Arena *arena, const Number *a, const Number *b);

static int calculate(lua_State *lua, Operator *operation)
{
    const Number *a = spec_to_number(lua, 1), *b = spec_to_number(lua, 2);
    spec_charge(lua, DIVISION_CHARGE);
    if (!number_share_field(a, b))
        return luaL_error(lua, "%s and %s are of two independent roots; a method may use one", shown(lua, a),
                          shown(lua, b));
    return push_number(lua, operation(spec_of(lua)->arena, a, b));
}

static int number_plus(lua_State *lua)
{
    return calculate(lua, number_add);
}

static int number_minus(lua_State *lua)
{
    return calculate(lua, number_subtract);
}

static int number_times(lua_State *lua)
{
    return calculate(lua, number_multiply);
}

static int number_over(lua_State *lua)
{
    if (number_sign(spec_to_number(lua, 2)) == 0)
        return luaL_error(lua, "division by zero");
    return calculate(lua, number_divide);
}

static int number_negative(lua_State *lua)
{
    Arena *arena = spec_of(lua)->arena;
    return push_number(lua, number_subtract(arena, number_integer(arena, 0), spec_to_number(lua, 1)));
}

static int number_power(lua_State *lua)
{
    Arena *arena = spec_of(lua)->arena;
    const Number *a = spec_to_number(lua, 1), *power = number_integer(arena, 1);
    lua_Integer exponent = lua_isinteger(lua, 2) ? lua_tointeger(lua, 2) : -1;
    if (exponent < 0 || exponent > MOST_POWER)
        return luaL_error(lua, "the power of a root is an integer from 0 to %d", MOST_POWER);
    for (lua_Integer k = 0; k < exponent; k++) {
        power = number_multiply(arena, power, a);
        spec_charge(lua, DIVISION_CHARGE);
        if (number_bits(power) > MOST_BITS)
            break;
    }
    return push_number(lua, power);
}

static int number_compared(lua_State *lua)
{
    return luaL_error(lua, "roots are not compared");
}

static int number_string(lua_State *lua)
{
    Text text = text_new(spec_of(lua)->arena);
    number_text(&text, spec_to_number(lua, 1));
    lua_pushstring(lua, text.data);
    return 1;
}

static const Number *to_rational(lua_State *lua, int index)
{
    const Number *number = spec_to_number(lua, index);
    if (!number_is_rational(number))
        luaL_error(lua, "root(): %s is no rational number", shown(lua, number));
    return number;
}

static int square_root(lua_State *lua)
{
    const Number *number = to_rational(lua, 1);
    if (number_sign(number) < 0)
        return luaL_error(lua, "root(%s): the square root of a negative number", shown(lua, number));
    return push_number(lua, number_square_root(spec_of(lua)->arena, number));
}

static int polynomial_root(lua_State *lua)
{
    const char *text = luaL_checkstring(lua, 1);
    const Number *low = to_rational(lua, 2), *high = to_rational(lua, 3);
    Polynomial polynomial;
    size_t roots = 0;
    if (strlen(text) > 400 || !polynomial_parse(spec_of(lua)->arena, text, &polynomial))
        return luaL_error(lua,
                          "root(\"%s\", ..) takes a polynomial in x such as \"x^3 - 3*x^2 + 3/2*x - 1/6\", of a degree "
                          "up to %d",
                          text_print(spec_of(lua)->arena, "%.60s", text), POLYNOMIAL_HIGHEST_DEGREE);
    if (polynomial.count < 2)
        return luaL_error(lua, "root(\"%s\", ..): a constant has no root",
                          text_print(spec_of(lua)->arena, "%.60s", text));
    if (number_compare(low, high) >= 0)
        return luaL_error(lua, "root(.., %s, %s): the interval is empty", shown(lua, low), shown(lua, high));
    const Number *root = number_root(spec_of(lua)->arena, polynomial.count, polynomial.coefficients, low, high, &roots);
    if (!root)
        return luaL_error(lua, "%s has %d roots between %s and %s; the interval must have one",
                          text_print(spec_of(lua)->arena, "%.200s", text), (int)roots, shown(lua, low),
                          shown(lua, high));
    return push_number(lua, root);
}

/* root(3): of x^2 - 3; root("x^3 - 2", 1, 2): between 1 and 2. */
static int call_root(lua_State *lua)
{
    spec_charge(lua, ROOT_CHARGE);
    if (lua_gettop(lua) == 1)
        return square_root(lua);
    if (lua_gettop(lua) == 3)
        return polynomial_root(lua);
    return luaL_error(lua, "root(n), the square root of n, or root(\"x^3 - 2\", low, high), the root between them");
}

void spec_open_numbers(lua_State *lua)
{
    static const luaL_Reg methods[] = {
        {"__add", number_plus},        {"__sub", number_minus},
        {"__mul", number_times},       {"__div", number_over},
        {"__unm", number_negative},    {"__pow", number_power},
        {"__lt", number_compared},     {"__le", number_compared},
        {"__tostring", number_string}, {NULL, NULL},
    };
    luaL_newmetatable(lua, NUMBER);
    luaL_setfuncs(lua, methods, 0);
    lua_pop(lua, 1);
    lua_pushcfunction(lua, call_root);
    spec_publish(lua, "root", false);
}

#include "gen/spec/value.h"

#include "gen/base/number.h"

#include <string.h>

const Value *value_get(const Value *table, const char *key)
{
    for (size_t i = table->array_count; i < table->entry_count; i++)
        if (!strcmp(table->entries[i]->key, key))
            return table->entries[i];
    return NULL;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return text ? text_hash(hash, text, strlen(text) + 1) : hash;
}

static uint64_t hash_real(uint64_t hash, double value)
{
    return text_hash(hash, &value, sizeof value);
}

/* Entries with keys are added up, so that their order is none. */
uint64_t value_hash(uint64_t hash, const Value *value)
{
    uint64_t keyed = 0;
    hash = hash_text(hash, value_kind(value));
    hash = hash_text(hash_real(hash_real(hash, value->real), value->upper), value->string);
    if (value->kind != VALUE_FUNCTION) /* whose number goes by where it stands, too */
        hash = hash_real(hash, (double)value->integer);
    hash = hash_real(hash, value->boolean);
    hash = hash_real(hash_real(hash, (double)value->rows), (double)value->cols);
    if (value->number)
        hash = hash_real(hash, number_to_double(value->number));
    for (size_t i = 0; i < value->entry_count; i++) {
        const Value *entry = value->entries[i];
        if (entry->key)
            keyed += value_hash(hash_text(TEXT_HASH_SEED, entry->key), entry);
        else
            hash = value_hash(hash, entry);
    }
    return text_hash(hash, &keyed, sizeof keyed);
}

static void add_entries(Text *text, const Value *value)
{
    text_add(text, "{");
    for (size_t i = 0; i < value->entry_count; i++) {
        text_add(text, i ? ", " : "");
        if (value->entries[i]->key)
            text_format(text, "%s = ", value->entries[i]->key);
        value_text(text, value->entries[i]);
    }
    text_add(text, "}");
}

static void add_call(Text *text, const char *function, size_t count, const double *arguments)
{
    text_format(text, "%s(", function);
    for (size_t i = 0; i < count; i++) {
        text_add(text, i ? ", " : "");
        text_real(text, arguments[i]);
    }
    text_add(text, ")");
}

void value_text(Text *text, const Value *value)
{
    const double reals[] = {value->real, value->upper}, extents[] = {(double)value->rows, (double)value->cols};
    switch (value->kind) {
    case VALUE_BOOLEAN:
        text_add(text, value->boolean ? "true" : "false");
        return;
    case VALUE_INTEGER:
    case VALUE_REAL:
        text_real(text, value->real);
        return;
    case VALUE_STRING:
        text_add(text, value->string);
        return;
    case VALUE_TABLE:
    case VALUE_TABLEAU:
    case VALUE_PARTITIONED:
    case VALUE_NETWORK:
        add_entries(text, value);
        return;
    case VALUE_FUNCTION:
        text_format(text, "function %08x", (unsigned)(unsigned long long)value->integer);
        return;
    case VALUE_NORMAL:
        add_call(text, "normal", 1, reals);
        return;
    case VALUE_UNIFORM:
        add_call(text, "uniform", 2, reals);
        return;
    case VALUE_COSINE:
        add_call(text, "cosine", 2, reals);
        return;
    case VALUE_CONTROL:
        add_call(text, value->rank == 2 ? "matrix" : value->rank ? "vector" : "scalar", value->rank, extents);
        return;
    case VALUE_NUMBER:
        text_real(text, number_to_double(value->number));
        return;
    case VALUE_NOTHING:
    case VALUE_EXPRESSION:
    case VALUE_OTHER:
        text_add(text, value_kind(value));
        return;
    }
}

static void add_code(Text *text, const char *code)
{
    text_add(text, "code(");
    text_lua_string(text, code);
    text_add(text, ")");
}

static void add_literal_entries(Text *text, const Value *value)
{
    text_add(text, "{");
    for (size_t i = 0; i < value->entry_count; i++) {
        text_add(text, i ? ", " : "");
        if (value->entries[i]->key) {
            text_add(text, "[");
            text_lua_string(text, value->entries[i]->key);
            text_add(text, "] = ");
        }
        value_literal(text, value->entries[i]);
    }
    text_add(text, "}");
}

void value_literal(Text *text, const Value *value)
{
    Text code = text_new(text->arena);
    switch (value->kind) {
    case VALUE_STRING:
        text_lua_string(text, value->string);
        return;
    case VALUE_TABLE:
    case VALUE_NETWORK:
        add_literal_entries(text, value);
        return;
    case VALUE_BOOLEAN:
    case VALUE_INTEGER:
    case VALUE_REAL:
    case VALUE_NORMAL:
    case VALUE_UNIFORM:
    case VALUE_COSINE:
    case VALUE_CONTROL:
        value_text(text, value);
        return;
    case VALUE_FUNCTION:
        text_format(&code, "function, line %d", value->place.line);
        break;
    case VALUE_TABLEAU:
    case VALUE_PARTITIONED:
        text_add(&code, value->kind == VALUE_TABLEAU ? "tableau " : "partitioned ");
        value_text(&code, value);
        break;
    case VALUE_NUMBER:
    case VALUE_NOTHING:
    case VALUE_EXPRESSION:
    case VALUE_OTHER:
        value_text(&code, value);
        break;
    }
    add_code(text, code.data);
}

const char *value_kind(const Value *value)
{
    static const char *const names[] = {
        [VALUE_NOTHING] = "nothing",     [VALUE_BOOLEAN] = "a boolean",
        [VALUE_INTEGER] = "an integer",  [VALUE_REAL] = "a number",
        [VALUE_STRING] = "a string",     [VALUE_TABLE] = "a table",
        [VALUE_FUNCTION] = "a function", [VALUE_NORMAL] = "normal()",
        [VALUE_UNIFORM] = "uniform()",   [VALUE_CONTROL] = "a control's shape",
        [VALUE_COSINE] = "cosine()",     [VALUE_TABLEAU] = "a tableau",
        [VALUE_NETWORK] = "a network",   [VALUE_PARTITIONED] = "a partitioned method",
        [VALUE_NUMBER] = "a root",       [VALUE_EXPRESSION] = "an expression",
        [VALUE_OTHER] = "an object",
    };
    return names[value->kind];
}

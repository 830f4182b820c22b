#include "gen/spec/value.h"

#include <string.h>

const Value *value_get(const Value *table, const char *key)
{
    for (size_t i = table->array_count; i < table->entry_count; i++)
        if (!strcmp(table->entries[i]->key, key))
            return table->entries[i];
    return NULL;
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

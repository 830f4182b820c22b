#include "gen/spec/reader_data.h"

static void read_option(const Entries *entries, DataSpec *data, const DataOption *option)
{
    const char *text = NULL;
    double number = option->fallback;
    switch (option->kind) {
    case DATA_TEXT:
    case DATA_FILE:
        text = entry_string(entries, option->key, NULL);
        break;
    case DATA_COUNT:
        number = (double)entry_count(entries, option->key, (size_t)number, (size_t)option->least, (size_t)option->most);
        break;
    case DATA_SHARE:
        number = entry_real(entries, option->key, number, option->least, option->most);
        break;
    case DATA_FLAG:
        number = entry_boolean(entries, option->key, false);
        break;
    }
    data_set(data, option, text, number);
}

static const char *read_source(const Entries *entries)
{
    const Value *table = entries->table;
    if (table->array_count && table->entries[0]->kind == VALUE_STRING)
        return table->entries[0]->string;
    diagnostics_error(entries->diagnostics, table->place,
                      "data must begin with the name of a generator or a file: data = { \"spiral2d\", ... }");
    return NULL;
}

void reader_data(const Entries *network, DataSpec *data)
{
    const char *keys[DATA_OPTION_COUNT];
    const Value *table = entry_table(network, "data");
    Entries entries = {network->diagnostics, table, "data", keys, 0};
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++)
        if (data_rows[i].key)
            keys[entries.key_count++] = data_rows[i].key;
    entry_check_keys(&entries, 1);
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++)
        if (data_rows[i].key)
            read_option(&entries, data, &data_rows[i]);
    if (!table)
        return;
    data->place = table->place;
    data->source = read_source(&entries);
}

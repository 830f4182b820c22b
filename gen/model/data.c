#include "gen/model/data.h"

#define DATA_ROW(kind, member, key, option, value, help, fallback, least, most, scope)                                 \
    {DATA_##kind, key, option, offsetof(DataSpec, member), fallback, least, most, DATA_##scope},

const DataOption data_rows[DATA_OPTION_COUNT] = {DATA_OPTIONS(DATA_ROW)};

void data_set(DataSpec *data, const DataOption *option, const char *text, double number)
{
    void *member = (char *)data + option->offset;
    switch (option->kind) {
    case DATA_TEXT:
    case DATA_FILE:
        *(const char **)member = text;
        break;
    case DATA_COUNT:
        *(size_t *)member = (size_t)number;
        break;
    case DATA_SHARE:
        *(double *)member = number;
        break;
    case DATA_FLAG:
        *(bool *)member = number != 0;
        break;
    }
}

Place data_place(const DataSpec *data, const DataOption *option)
{
    return data->places[option - data_rows];
}

const char *data_text(const DataSpec *data, const DataOption *option)
{
    return *(const char *const *)(const void *)((const char *)data + option->offset);
}

bool data_given(const DataSpec *data, const DataOption *option)
{
    const void *member = (const char *)data + option->offset;
    switch (option->kind) {
    case DATA_TEXT:
    case DATA_FILE:
        return data_text(data, option);
    case DATA_COUNT:
        return *(const size_t *)member != (size_t)option->fallback;
    case DATA_SHARE:
        return *(const double *)member != option->fallback;
    case DATA_FLAG:
        break;
    }
    return *(const bool *)member;
}

bool data_weighted(const DataSpec *data)
{
    return data->weight || data->class_weight;
}

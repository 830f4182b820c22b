#include "runtime/format/data_format.h"

#define SEPARATOR             ,
#define FORMAT_ADDRESS(id, _) &format_##id

const DataFormat *const data_formats[FORMATS] = {TABLE_FORMATS(FORMAT_ADDRESS, SEPARATOR, SEPARATOR),
                                                 ARRAY_FORMATS(FORMAT_ADDRESS, SEPARATOR, SEPARATOR)};

/* The first row recognises everything. */
const DataFormat *data_format_of(const char *file, const char *data, size_t size)
{
    size_t i = FORMATS - 1;
    while (!data_formats[i]->recognised(file, data, size))
        i--;
    return data_formats[i];
}

const DataFormat *data_format_found(const char *file, const char *data, size_t size)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (data_formats[i]->find_array && data_formats[i]->recognised(file, data, size))
            return data_formats[i];
    return NULL;
}

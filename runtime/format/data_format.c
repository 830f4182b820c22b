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

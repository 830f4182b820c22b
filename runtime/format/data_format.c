#include "runtime/format/data_format.h"

#include <string.h>

#define SEPARATOR             ,
#define FORMAT_ADDRESS(id, _) &format_##id

const DataFormat *const data_formats[FORMATS] = {TABLE_FORMATS(FORMAT_ADDRESS, SEPARATOR, SEPARATOR),
                                                 ARRAY_FORMATS(FORMAT_ADDRESS, SEPARATOR, SEPARATOR)};

static bool holds(const char *data, size_t size, const char *word)
{
    size_t length = strlen(word), most = size < 4096 ? size : 4096;
    for (size_t at = 0; at + length <= most; at++)
        if (memcmp(data + at, word, length) == 0)
            return true;
    return false;
}

const char *data_format_foreign(const char *data, size_t size)
{
    static const struct {
        const char *start, *inside; /* inside: a word near the beginning, or NULL */
        const char *what;
    } kinds[] = {{"\x89PNG", NULL, "a PNG image"},
                 {"\xff\xd8\xff", NULL, "a JPEG image"},
                 {"GIF8", NULL, "a GIF image"},
                 {"%PDF", NULL, "a PDF document"},
                 {"PK\3\4", "[Content_Types].xml", "an Excel workbook (xlsx): save it as CSV"},
                 {"PK\3\4", ".npy", "a zip archive of arrays (npz)"},
                 {"PK\3\4", NULL, "a zip archive: unpack it"},
                 {"\xd0\xcf\x11\xe0", NULL, "an old Office document (xls): save it as CSV"},
                 {"\x89HDF", NULL, "an HDF5 file"},
                 {"PAR1", NULL, "a Parquet file: save it as CSV"},
                 {"SQLite format 3", NULL, "an SQLite database"},
                 {"BZh", NULL, "compressed by bzip2: unpack it, or use gzip"},
                 {"\xfd"
                  "7zXZ",
                  NULL, "compressed by xz: unpack it, or use gzip"},
                 {"\x28\xb5\x2f\xfd", NULL, "compressed by zstd: unpack it, or use gzip"},
                 {"<!DOCTYPE html", NULL, "an HTML page"},
                 {"<!doctype html", NULL, "an HTML page"},
                 {"<html", NULL, "an HTML page"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (size >= strlen(kinds[i].start) && memcmp(data, kinds[i].start, strlen(kinds[i].start)) == 0 &&
            (!kinds[i].inside || holds(data, size, kinds[i].inside)))
            return kinds[i].what;
    return NULL;
}

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

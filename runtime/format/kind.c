#include "runtime/format/kind.h"

#include <string.h>

enum { LOOKED_AT = 4096 }; /* bytes */

/* Does a word stand near the beginning? */
static bool holds(const char *data, size_t size, const char *word)
{
    size_t length = strlen(word), most = size < LOOKED_AT ? size : LOOKED_AT;
    for (size_t at = 0; at + length <= most; at++)
        if (memcmp(data + at, word, length) == 0)
            return true;
    return false;
}

/* A list or an object: no header of a table begins so. */
static bool is_json(const char *data, size_t size)
{
    size_t at = 0;
    while (at < size && strchr(" \t\r\n", data[at]) && data[at])
        at++;
    const char next = at + 1 < size ? data[at + 1] : ' ';
    return at < size && next && (data[at] == '{' || data[at] == '[') && strchr("{[\"-0123456789]} \t\r\n", next);
}

/* Eight bytes tell the length of the header, which is JSON. */
static bool is_safetensors(const char *data, size_t size)
{
    return size > 9 && data[8] == '{' && !data[7];
}

static bool is_spec(const char *data, size_t size)
{
    return holds(data, size, "return network");
}

/* A pickle of protocol 2 to 5. */
static bool is_pickle(const char *data, size_t size)
{
    return size > 2 && (unsigned char)data[0] == 0x80 && data[1] >= 2 && data[1] <= 5;
}

/* A message of protocol buffers, as those of ONNX, begins with the tag of a field. */
static bool is_binary(const char *data, size_t size)
{
    return size > 8 && data[0] > 0 && data[0] < 9 && !memchr(data, 0, 8);
}

#define TABLE "save it as CSV"

static const struct {
    const char *start, *inside; /* inside: a word near the beginning, or NULL */
    bool (*is)(const char *data, size_t size);
    Kind kind;
} rows[] = {
    {"\x89PNG", NULL, NULL, {"a PNG image", NULL, KIND_FOREIGN}},
    {"\xff\xd8\xff", NULL, NULL, {"a JPEG image", NULL, KIND_FOREIGN}},
    {"GIF8", NULL, NULL, {"a GIF image", NULL, KIND_FOREIGN}},
    {"RIFF", NULL, NULL, {"a RIFF file (WAV, WebP)", NULL, KIND_FOREIGN}},
    {"II*", NULL, NULL, {"a TIFF image", NULL, KIND_FOREIGN}},
    {"%PDF", NULL, NULL, {"a PDF document", NULL, KIND_FOREIGN}},
    {"PK\3\4", "[Content_Types].xml", NULL, {"an Excel workbook (xlsx)", TABLE, KIND_FOREIGN}},
    {"PK\3\4", "data.pkl", NULL, {"a PyTorch checkpoint", "save its tensors as safetensors", KIND_FOREIGN}},
    {"PK\3\4", "config.json", NULL, {"a Keras model", "save its tensors as safetensors", KIND_FOREIGN}},
    {"PK\3\4", ".npy", NULL, {"a zip archive of arrays (npz)", NULL, KIND_DATA}},
    {"PK\3\4", NULL, NULL, {"a zip archive", "unpack it", KIND_FOREIGN}},
    {"\xd0\xcf\x11\xe0", NULL, NULL, {"an old Office document (xls)", TABLE, KIND_FOREIGN}},
    {"\x89HDF", NULL, NULL, {"an HDF5 file", NULL, KIND_FOREIGN}},
    {"CDF\1", NULL, NULL, {"a NetCDF file", NULL, KIND_FOREIGN}},
    {"PAR1", NULL, NULL, {"a Parquet file", TABLE, KIND_FOREIGN}},
    {"ARROW1", NULL, NULL, {"an Arrow file", TABLE, KIND_FOREIGN}},
    {"MATLAB", NULL, NULL, {"a MAT-file of MATLAB", TABLE, KIND_FOREIGN}},
    {"SQLite format 3", NULL, NULL, {"an SQLite database", NULL, KIND_FOREIGN}},
    {"\177ELF", NULL, NULL, {"a program", NULL, KIND_FOREIGN}},
    {"BZh", NULL, NULL, {"compressed by bzip2", "unpack it, or use gzip", KIND_FOREIGN}},
    {"\xfd"
     "7zXZ",
     NULL,
     NULL,
     {"compressed by xz", "unpack it, or use gzip", KIND_FOREIGN}},
    {"\x28\xb5\x2f\xfd", NULL, NULL, {"compressed by zstd", "unpack it, or use gzip", KIND_FOREIGN}},
    {"7z\xbc\xaf", NULL, NULL, {"a 7z archive", "unpack it", KIND_FOREIGN}},
    {"<!DOCTYPE html", NULL, NULL, {"an HTML page", NULL, KIND_FOREIGN}},
    {"<!doctype html", NULL, NULL, {"an HTML page", NULL, KIND_FOREIGN}},
    {"<html", NULL, NULL, {"an HTML page", NULL, KIND_FOREIGN}},
    {"<?xml", "<svg", NULL, {"an SVG picture", NULL, KIND_FOREIGN}},
    {"<svg", NULL, NULL, {"an SVG picture", NULL, KIND_FOREIGN}},
    {"<?xml", NULL, NULL, {"an XML file", NULL, KIND_FOREIGN}},
    {"\x93NUMPY", NULL, NULL, {"an NPY array", NULL, KIND_DATA}},
    {"", NULL, is_safetensors, {"a file of parameters (safetensors)", NULL, KIND_PARAMETERS}},
    {"", NULL, is_spec, {"a spec", NULL, KIND_SPEC}},
    {"", NULL, is_json, {"JSON", NULL, KIND_FOREIGN}},
    {"", NULL, is_pickle, {"a pickle of Python", NULL, KIND_FOREIGN}},
    {"", NULL, is_binary, {"a binary file that is unknown here", NULL, KIND_FOREIGN}},
};

const Kind *kind_of(const char *data, size_t size)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (size >= strlen(rows[i].start) && memcmp(data, rows[i].start, strlen(rows[i].start)) == 0 &&
            (!rows[i].inside || holds(data, size, rows[i].inside)) && (!rows[i].is || rows[i].is(data, size)))
            return &rows[i].kind;
    return NULL;
}

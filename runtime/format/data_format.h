/* data_format: the formats of data files. A format is its file, which defines its DataFormat, and its row here: help
 * and messages name it from then on. */
#ifndef COSTATE_DATA_FORMAT_H
#define COSTATE_DATA_FORMAT_H

#include "runtime/format/array.h"
#include "runtime/format/table.h"

/* FORMAT(id, name): format_id is defined in the format's file. The formats of tables, whose columns have names, and of
 * arrays, whose first index counts the samples; each from the most general to the most particular. */
#define TABLE_FORMATS(FORMAT, COMMA, OR) FORMAT(csv, "CSV") OR FORMAT(txt, "TXT")
#define ARRAY_FORMATS(FORMAT, COMMA, OR) FORMAT(idx, "IDX") COMMA FORMAT(npy, "NPY") OR FORMAT(npz, "NPZ")

/* "CSV, IDX, NPY or NPZ", for help. */
#define FORMAT_NAME(id, name) name
#define FORMAT_NAMES          TABLE_FORMATS(FORMAT_NAME, ", ", ", ") ", " ARRAY_FORMATS(FORMAT_NAME, ", ", " or ")
#define ARRAY_FORMAT_NAMES    ARRAY_FORMATS(FORMAT_NAME, ", ", " or ")

/* Of the two readers a format has one. Each reads data[0..size), closed by a NUL, the content of file, which recognised
 * holds for; NULL with an error for what the format does not allow. */
typedef struct {
    const char *name; /* "NPY" */
    bool (*recognised)(const char *file, const char *data, size_t size);
    const Table *(*read_table)(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size,
                               TableHeader header);
    const Array *(*read_array)(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size);
    /* The same, without a NUL, of an array that stands in data as it is, whose values are not read; NULL, too, without
     * an error, where it does not. The format may have no such reader. */
    const Array *(*find_array)(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size);
    bool scaled; /* bytes of samples are shades from 0 to 255, for 0 to 1 */
} DataFormat;

#define FORMAT_DECLARATION(id, name) extern const DataFormat format_##id
TABLE_FORMATS(FORMAT_DECLARATION, ;, ;);
ARRAY_FORMATS(FORMAT_DECLARATION, ;, ;);

/* The rows, in order. */
#define FORMAT_COUNTED(id, name) 1
enum { FORMATS = TABLE_FORMATS(FORMAT_COUNTED, +, +) + ARRAY_FORMATS(FORMAT_COUNTED, +, +) };
extern const DataFormat *const data_formats[FORMATS];

/* The last format of the list that recognises the content data[0..size) of file. */
const DataFormat *data_format_of(const char *file, const char *data, size_t size);

/* That which recognises it, and has find_array; NULL: none does. data needs no NUL. */
const DataFormat *data_format_found(const char *file, const char *data, size_t size);

#endif

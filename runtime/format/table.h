/* table: rows of fields under named columns, as the text formats read them, each field with its place in the file. */
#ifndef COSTATE_TABLE_H
#define COSTATE_TABLE_H

#include "gen/base/diagnostics.h"

typedef struct {
    const char *text; /* not closed by a NUL */
    size_t length;
} TableField;

/* Is the first line a header: as is found out, yes, or no, and columns are x1, x2, ..? Only CSV has use for it. */
typedef enum { HEADER_FOUND, HEADER_THERE, HEADER_MISSING } TableHeader;

typedef struct Table Table;
struct Table {
    Arena *arena;
    const char *file;
    const char *text, *end;    /* of the file, without a byte order mark and without blank lines at its end */
    size_t columns, rows;      /* rows: without the header */
    char separator;            /* of fields, in CSV */
    const char *const *names;  /* [columns]; columns may have none (""), or that of another */
    const TableField *fields;  /* [rows][columns] */
    const char *const *starts; /* [rows]: where each row begins in text */
    const char *header;        /* where the names begin in text; NULL where the file has none */
    /* Where the field of that column begins, in the row or the header that begins at start. */
    const char *(*locate)(const Table *table, const char *start, size_t column);
};

/* A table of which nothing but file, text and end is set: data[0..size), closed by a NUL, the content of file; both
 * must outlive the table, and errors show the line from now on. NULL with an error for bytes that are not UTF-8 text.
 */
Table *table_new(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size);

/* The index of the column of that name; table->columns where there is none. */
size_t table_column(const Table *table, const char *name);

/* Has a column after the one at index `column` the same name? */
bool table_repeats(const Table *table, size_t column);

/* A name that stands twice in names[0..count), or NULL. */
const char *table_twice(Arena *arena, const char *const *names, size_t count);

/* Where a field begins: its line, and the position of its first character in that line. Slow: for errors. */
Place table_place(const Table *table, size_t row, size_t column);

/* The same for the name of a column, and for any byte of the text, or its end. */
Place table_header_place(const Table *table, size_t column);
Place table_place_at(const Table *table, const char *at);

/* The line of a row, and of the header: no line where there is no header. */
Place table_line(const Table *table, size_t row);
Place table_header_line(const Table *table);

/* Appends a field of CSV, quoted where it must be (RFC 4180). */
void table_add_field(Text *text, const char *field);

#endif

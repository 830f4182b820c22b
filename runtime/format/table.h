/* table: the fields of a CSV file (RFC 4180, UTF-8, with a header). */
#ifndef COSTATE_TABLE_H
#define COSTATE_TABLE_H

#include "gen/base/diagnostics.h"

typedef struct {
    const char *text; /* not closed by a NUL */
    size_t length;
} TableField;

typedef struct {
    const char *file;
    const char *text, *end;    /* of the file, without a byte order mark and without blank lines at its end */
    size_t columns, rows;      /* rows: without the header */
    const char *const *names;  /* [columns], all different, none empty */
    const TableField *fields;  /* [rows][columns] */
    const char *const *starts; /* [rows]: where each row begins in text */
} Table;

/* Reads data[0..size), closed by a NUL, the content of file; both must outlive the table, and errors show the line from
 * now on. Fields without quotes lose the blanks around them. NULL with an error: no header, a column without a name or
 * with that of another, a row with more or fewer fields than the header, a quote that is not closed or in the wrong
 * place, bytes that are not UTF-8 text. */
const Table *table_read(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size);

/* The index of the column of that name; table->columns where there is none. */
size_t table_column(const Table *table, const char *name);

/* Where a field begins: its line, and the position of its first character in that line. Slow: for errors. */
Place table_place(const Table *table, size_t row, size_t column);

/* The same for the name of a column. */
Place table_header_place(const Table *table, size_t column);

#endif

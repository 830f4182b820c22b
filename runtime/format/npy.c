/* NPY: NumPy's array files, versions 1.0 to 3.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format):
 * f8, f4, i8, i4, i2, i1, u1 or b1 of either byte order, in C or Fortran order, of one or two dimensions. Errors:
 * anything else, a malformed header, and more or fewer bytes than it announces. */
#include "runtime/format/data_format.h"

#include <string.h>

enum { MAGIC = 6, MOST_DIGITS = 18 };

/* The header's dictionary, and what was read from it. */
typedef struct {
    Diagnostics *diagnostics;
    Place place;
    const char *at, *end;
    const char *descr; /* NULL until it is read, as are the others false */
    size_t descr_length;
    bool has_order, fortran, has_shape, big;
    Array *array;
} Header;

static bool recognised(const char *file, const char *data, size_t size)
{
    (void)file;
    return size >= MAGIC && memcmp(data, "\x93NUMPY", MAGIC) == 0;
}

static bool malformed(const Header *header)
{
    return diagnostics_error(header->diagnostics, header->place, "the NPY header is malformed");
}

static void skip_blanks(Header *header)
{
    while (header->at < header->end && (*header->at == ' ' || *header->at == '\n'))
        header->at++;
}

/* Passes text, and the blanks before it, if it comes next. */
static bool take(Header *header, const char *text)
{
    size_t length = strlen(text);
    skip_blanks(header);
    if ((size_t)(header->end - header->at) < length || memcmp(header->at, text, length) != 0)
        return false;
    header->at += length;
    return true;
}

/* 'text' in single quotes. */
static bool take_string(Header *header, const char **text, size_t *length)
{
    if (!take(header, "'"))
        return false;
    const char *close = memchr(header->at, '\'', (size_t)(header->end - header->at));
    if (!close)
        return false;
    *text = header->at;
    *length = (size_t)(close - header->at);
    header->at = close + 1;
    return true;
}

static bool take_size(Header *header, size_t *size)
{
    int digits = 0;
    skip_blanks(header);
    for (*size = 0; header->at < header->end && *header->at >= '0' && *header->at <= '9'; header->at++) {
        if (++digits > MOST_DIGITS)
            return false;
        *size = *size * 10 + (size_t)(*header->at - '0');
    }
    return digits > 0;
}

/* (), (3,), (3, 4) and longer. */
static bool take_shape(Header *header)
{
    Array *array = header->array;
    bool comma = true;
    if (!take(header, "("))
        return false;
    while (!take(header, ")")) {
        if (!comma || array->rank == ARRAY_RANK || !take_size(header, &array->shape[array->rank++]))
            return false;
        comma = take(header, ",");
    }
    header->has_shape = true;
    return array->rank != 1 || comma;
}

static bool take_entry(Header *header)
{
    if (take(header, "'descr'") && !header->descr)
        return take(header, ":") && take_string(header, &header->descr, &header->descr_length);
    if (take(header, "'fortran_order'") && !header->has_order) {
        header->has_order = take(header, ":");
        header->fortran = header->has_order && take(header, "True");
        return header->fortran || (header->has_order && take(header, "False"));
    }
    return take(header, "'shape'") && !header->has_shape && take(header, ":") && take_shape(header);
}

static bool take_dictionary(Header *header)
{
    bool comma = true;
    if (!take(header, "{"))
        return false;
    while (!take(header, "}")) {
        if (!comma || !take_entry(header))
            return false;
        comma = take(header, ",");
    }
    skip_blanks(header);
    return header->at == header->end && header->descr && header->has_order && header->has_shape;
}

static bool set_element(Header *header)
{
    static const struct {
        char name[3];
        Element element;
    } types[] = {{"f8", ELEMENT_F64}, {"f4", ELEMENT_F32}, {"i8", ELEMENT_I64}, {"i4", ELEMENT_I32},
                 {"i2", ELEMENT_I16}, {"i1", ELEMENT_I8},  {"u1", ELEMENT_U8},  {"b1", ELEMENT_U8}};
    const char *descr = header->descr;
    bool sound = header->descr_length == 3 && strchr("<>|", descr[0]);
    for (size_t i = 0; sound && i < sizeof types / sizeof *types; i++)
        if (memcmp(types[i].name, descr + 1, 2) == 0 && (descr[0] != '|' || element_size(types[i].element) == 1)) {
            header->array->element = types[i].element;
            header->big = descr[0] == '>';
            return true;
        }
    return diagnostics_error(header->diagnostics, header->place,
                             "NPY elements '%.*s' are not supported; f8, f4, i8, i4, i2, i1, u1 and b1 are",
                             header->descr_length > 40 ? 40 : (int)header->descr_length, descr);
}

/* The length of the header: two bytes in version 1, four later, little-endian. 0 where the file is too short. */
static size_t header_length(const char *data, size_t size, size_t bytes)
{
    size_t length = 0;
    if (size < MAGIC + 2 + bytes)
        return 0;
    for (size_t i = bytes; i-- > 0;)
        length = length << 8 | (unsigned char)data[MAGIC + 2 + i];
    return length <= size - MAGIC - 2 - bytes ? length : 0;
}

/* Finds the header behind magic and version. */
static bool open_header(Header *header, const char *data, size_t size)
{
    int version = size > MAGIC ? (unsigned char)data[MAGIC] : 0;
    if (version < 1 || version > 3)
        return diagnostics_error(header->diagnostics, header->place, "version %d of NPY is not supported", version);
    size_t bytes = version == 1 ? 2 : 4, length = header_length(data, size, bytes);
    if (length == 0)
        return diagnostics_error(header->diagnostics, header->place, "the NPY header is truncated");
    header->at = data + MAGIC + 2 + bytes;
    header->end = header->at + length;
    return true;
}

static bool read_header(Header *header)
{
    Array *array = header->array;
    if (!take_dictionary(header))
        return malformed(header);
    if (!set_element(header))
        return false;
    if (array->rank != 1 && array->rank != 2)
        return diagnostics_error(header->diagnostics, header->place,
                                 "an NPY array of %zu dimensions is not supported; one or two are", array->rank);
    if (!shape_count(array->shape, array->rank, &array->count))
        return diagnostics_error(header->diagnostics, header->place, "the shape in the NPY header overflows");
    return true;
}

/* From columns one after the other to rows. */
static void to_rows(Arena *arena, Array *array)
{
    size_t rows = array->shape[0], columns = array->shape[1];
    double *values = ARENA_ARRAY(arena, array->count, double);
    for (size_t i = 0; i < rows && array->count > 0; i++) /* without elements there may be any number of rows */
        for (size_t j = 0; j < columns; j++)
            values[i * columns + j] = array->values[j * rows + i];
    array->values = values;
}

static const Array *read_npy(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    Header header = {.diagnostics = diagnostics, .place = {file, 0, 0}, .array = ARENA_NEW(arena, Array)};
    if (!open_header(&header, data, size) || !read_header(&header))
        return NULL;
    if (!array_fill(arena, diagnostics, header.place, header.array, header.big, header.end,
                    size - (size_t)(header.end - data)))
        return NULL;
    if (header.fortran && header.array->rank == 2)
        to_rows(arena, header.array);
    return header.array;
}

const DataFormat format_npy = {.name = "NPY", .recognised = recognised, .read_array = read_npy};

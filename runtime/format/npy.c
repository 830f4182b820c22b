/* NPY: NumPy's array files, versions 1.0 to 3.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format):
 * f2 to f8, i1 to i8, u1 to u8 and b1 of either byte order, and strings (S, U), in C or Fortran order, of any rank but
 * 0. Errors: anything else, a malformed header, and more or fewer bytes than it announces. */
#include "runtime/format/data_format.h"

#include "gen/base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { MAGIC = 6, MOST_DIGITS = 18, LONGEST_STRING = 4096 };

/* The header's dictionary, and what was read from it. */
typedef struct {
    Diagnostics *diagnostics;
    Place place;
    const char *at, *end;
    const char *descr; /* NULL until it is read, as are the others false */
    size_t descr_length;
    bool has_order, fortran, has_shape, big, structured;
    size_t string_length; /* of elements that are strings, in characters; else 0 */
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
    if (take(header, "'descr'") && !header->descr) {
        header->structured = take(header, ":") && take(header, "[");
        return !header->structured && take_string(header, &header->descr, &header->descr_length);
    }
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

/* "S5", "U12": strings. */
static bool set_string(Header *header, const char *descr, size_t length)
{
    char digits[8] = "";
    if (length < 2 || length > sizeof digits || (descr[0] != 'S' && descr[0] != 'U'))
        return false;
    memcpy(digits, descr + 1, length - 1);
    header->string_length = strtoul(digits, NULL, 10);
    header->array->element = descr[0] == 'S' ? ELEMENT_BYTES : ELEMENT_UCS4;
    return strspn(digits, "0123456789") == length - 1 && header->string_length > 0 &&
           header->string_length <= LONGEST_STRING;
}

static bool set_number(Header *header, const char *descr, size_t length)
{
    static const struct {
        char name[3];
        Element element;
    } types[] = {{"f8", ELEMENT_F64}, {"f4", ELEMENT_F32}, {"f2", ELEMENT_F16}, {"i8", ELEMENT_I64},
                 {"i4", ELEMENT_I32}, {"i2", ELEMENT_I16}, {"i1", ELEMENT_I8},  {"u8", ELEMENT_U64},
                 {"u4", ELEMENT_U32}, {"u2", ELEMENT_U16}, {"u1", ELEMENT_U8},  {"b1", ELEMENT_U8}};
    for (size_t i = 0; length == 2 && i < sizeof types / sizeof *types; i++)
        if (memcmp(types[i].name, descr, 2) == 0) {
            header->array->element = types[i].element;
            return true;
        }
    return false;
}

static bool set_element(Header *header)
{
    const char *descr = header->descr;
    size_t length = header->descr_length;
    bool known = length > 1 && strchr("<>|=", descr[0]) &&
                 (set_number(header, descr + 1, length - 1) || set_string(header, descr + 1, length - 1));
    header->big = known && descr[0] == '>';
    if (known && (descr[0] != '|' || element_size(header->array->element) == 1))
        return true;
    return diagnostics_error(header->diagnostics, header->place,
                             "NPY elements '%.*s' are not supported; f2 to f8, i1 to i8, u1 to u8, b1, S and U are",
                             length > 40 ? 40 : (int)length, descr);
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
        return header->structured
                   ? diagnostics_error(header->diagnostics, header->place,
                                       "NPY with structured elements (a record array) is not supported: save its "
                                       "fields as one array, or as CSV")
                   : malformed(header);
    if (!set_element(header))
        return false;
    if (array->rank < 1)
        return diagnostics_error(header->diagnostics, header->place,
                                 "an NPY array of 0 dimensions, a single number, holds no samples");
    if (!array_shape_count(array->shape, array->rank, &array->count))
        return diagnostics_error(header->diagnostics, header->place, "the shape in the NPY header overflows");
    return true;
}

/* From the first index running fastest to the last one. */
static void to_rows(Arena *arena, Array *array)
{
    size_t index[ARRAY_RANK] = {0}, rank = array->rank;
    double *values = ARENA_ARRAY(arena, array->count, double);
    for (size_t i = 0; i < array->count; i++) {
        size_t from = 0;
        for (size_t r = rank; r-- > 0;)
            from = from * array->shape[r] + index[r];
        values[i] = array->values[from];
        for (size_t r = rank; r-- > 0 && ++index[r] == array->shape[r];)
            index[r] = 0;
    }
    array->values = values;
}

/* One string of that many bytes, without the zeros at its end; characters that there are none of become U+FFFD. */
static const char *read_string(Arena *arena, const Header *header, const char *bytes)
{
    Text text = text_new(arena);
    size_t size = element_size(header->array->element), length = header->string_length;
    if (size == 1) {
        const char *end = memchr(bytes, '\0', length);
        return arena_string(arena, bytes, end ? (size_t)(end - bytes) : length);
    }
    for (size_t i = 0; i < length; i++) {
        uint32_t point = 0;
        for (size_t k = 0; k < size; k++)
            point = point << 8 | (unsigned char)bytes[i * size + (header->big ? k : size - 1 - k)];
        if (point == 0)
            break;
        char encoded[4];
        bool none = point > 0x10ffff || (point >= 0xd800 && point < 0xe000);
        size_t taken = utf8_encode(none ? 0xfffd : point, encoded);
        text_append(&text, encoded, taken);
    }
    return arena_string(arena, text.length ? text.data : "", text.length);
}

static bool read_strings(Arena *arena, const Header *header, size_t size)
{
    Array *array = header->array;
    size_t bytes = header->string_length * element_size(array->element);
    if (array->rank > 1 && header->fortran)
        return diagnostics_error(
            header->diagnostics, header->place,
            "NPY strings in Fortran order are not supported: numpy.ascontiguousarray reorders them");
    if (size / bytes != array->count || size % bytes)
        return diagnostics_error(header->diagnostics, header->place,
                                 "shape %s takes %zu bytes an element, but there are %zu in all",
                                 array_shape_print(arena, array->shape, array->rank), bytes, size);
    array->strings = ARENA_ARRAY(arena, array->count, const char *);
    for (size_t i = 0; i < array->count; i++)
        array->strings[i] = read_string(arena, header, header->end + i * bytes);
    return true;
}

static const Array *read_npy(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    Header header = {.diagnostics = diagnostics, .place = {file, 0, 0}, .array = ARENA_NEW(arena, Array)};
    if (!open_header(&header, data, size) || !read_header(&header))
        return NULL;
    size_t left = size - (size_t)(header.end - data);
    if (header.string_length)
        return read_strings(arena, &header, left) ? header.array : NULL;
    if (!array_fill(arena, diagnostics, header.place, header.array, header.big, header.end, left))
        return NULL;
    if (header.fortran && header.array->rank > 1)
        to_rows(arena, header.array);
    return header.array;
}

static const Array *find_npy(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    Header header = {.diagnostics = diagnostics, .place = {file, 0, 0}, .array = ARENA_NEW(arena, Array)};
    if (!open_header(&header, data, size) || !read_header(&header) || header.string_length ||
        (header.fortran && header.array->rank > 1))
        return NULL;
    const bool there = array_find(arena, diagnostics, header.place, header.array, header.big, header.end,
                                  size - (size_t)(header.end - data));
    return there ? header.array : NULL;
}

const DataFormat format_npy = {.name = "NPY", .recognised = recognised, .read_array = read_npy, .find_array = find_npy};

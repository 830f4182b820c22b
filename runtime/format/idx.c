/* IDX, the files that MNIST comes in: two zero bytes, an element type, a rank, big-endian sizes and elements
 * (http://yann.lecun.com/exdb/mnist). Errors: an element type or rank that IDX does not have, and more or fewer bytes
 * than the header announces. */
#include "runtime/format/data_format.h"

#include <stdint.h>

enum { PREFIX = 4, SIZE_BYTES = 4 };

static bool recognised(const char *file, const char *data, size_t size)
{
    (void)file;
    return size >= 2 && data[0] == 0 && data[1] == 0;
}

static bool element_of(unsigned char type, Element *element)
{
    static const struct {
        unsigned char type;
        Element element;
    } types[] = {{0x08, ELEMENT_U8},  {0x09, ELEMENT_I8},  {0x0b, ELEMENT_I16},
                 {0x0c, ELEMENT_I32}, {0x0d, ELEMENT_F32}, {0x0e, ELEMENT_F64}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type) {
            *element = types[i].element;
            return true;
        }
    return false;
}

static size_t read_size(const char *bytes)
{
    size_t size = 0;
    for (size_t i = 0; i < SIZE_BYTES; i++)
        size = size << 8 | (unsigned char)bytes[i];
    return size;
}

static bool read_header(Diagnostics *diagnostics, Place place, const char *data, size_t size, Array *array)
{
    if (size < PREFIX)
        return diagnostics_error(diagnostics, place, "the IDX header is truncated");
    if (!element_of((unsigned char)data[2], &array->element))
        return diagnostics_error(diagnostics, place, "IDX has no element type 0x%02x", (unsigned char)data[2]);
    array->rank = (unsigned char)data[3];
    if (array->rank == 0 || array->rank > ARRAY_RANK)
        return diagnostics_error(diagnostics, place, "an IDX array of %zu dimensions is not supported", array->rank);
    if (size < PREFIX + SIZE_BYTES * array->rank)
        return diagnostics_error(diagnostics, place, "the IDX header is truncated");
    for (size_t i = 0; i < array->rank; i++)
        array->shape[i] = read_size(data + PREFIX + SIZE_BYTES * i);
    if (!array_shape_count(array->shape, array->rank, &array->count))
        return diagnostics_error(diagnostics, place, "the sizes in the IDX header overflow");
    return true;
}

/* fill: array_fill or array_find. */
static const Array *read_by(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size,
                            bool (*fill)(Arena *, Diagnostics *, Place, Array *, bool, const char *, size_t))
{
    Place place = {file, 0, 0};
    Array *array = ARENA_NEW(arena, Array);
    if (!read_header(diagnostics, place, data, size, array))
        return NULL;
    size_t header = PREFIX + SIZE_BYTES * array->rank;
    return fill(arena, diagnostics, place, array, true, data + header, size - header) ? array : NULL;
}

static const Array *read_idx(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    return read_by(arena, diagnostics, file, data, size, array_fill);
}

static const Array *find_idx(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    return read_by(arena, diagnostics, file, data, size, array_find);
}

const DataFormat format_idx = {
    .name = "IDX", .recognised = recognised, .read_array = read_idx, .find_array = find_idx, .scaled = true};

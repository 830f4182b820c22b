#include "runtime/format/array.h"

#include <stdint.h>
#include <string.h>

size_t element_size(Element element)
{
    static const unsigned char sizes[] = {1, 1, 2, 4, 8, 4, 8};
    return sizes[element];
}

/* The bytes as an unsigned number; the value does not depend on this machine's own order. */
static uint64_t assemble(const unsigned char *bytes, size_t size, bool big)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++)
        bits = bits << 8 | bytes[big ? i : size - 1 - i];
    return bits;
}

/* Two's complement of size bytes. */
static double to_signed(uint64_t bits, size_t size)
{
    uint64_t sign = UINT64_C(1) << (8 * size - 1);
    uint64_t magnitude = bits & sign ? (~bits + 1) & (sign | (sign - 1)) : bits;
    return bits & sign ? -(double)magnitude : (double)magnitude;
}

static double to_real(uint64_t bits, Element element)
{
    double wide;
    if (element == ELEMENT_F64) {
        memcpy(&wide, &bits, sizeof wide);
        return wide;
    }
    uint32_t half = (uint32_t)bits;
    float narrow;
    memcpy(&narrow, &half, sizeof narrow);
    return (double)narrow;
}

void element_decode(Element element, bool big, const char *bytes, size_t count, double *values)
{
    size_t size = element_size(element);
    const unsigned char *at = (const unsigned char *)bytes;
    for (size_t i = 0; i < count; i++, at += size) {
        uint64_t bits = assemble(at, size, big);
        if (element == ELEMENT_U8)
            values[i] = (double)bits;
        else if (element == ELEMENT_F32 || element == ELEMENT_F64)
            values[i] = to_real(bits, element);
        else
            values[i] = to_signed(bits, size);
    }
}

bool array_fill(Arena *arena, Diagnostics *diagnostics, Place place, Array *array, bool big, const char *bytes,
                size_t size)
{
    size_t expected = array->count * element_size(array->element);
    if (size != expected)
        return diagnostics_error(diagnostics, place, "%s: shape %s takes %zu bytes of data, but there are %zu",
                                 size < expected ? "truncated" : "overlong",
                                 array_shape_print(arena, array->shape, array->rank), expected, size);
    array->values = ARENA_ARRAY(arena, array->count, double);
    element_decode(array->element, big, bytes, array->count, array->values);
    return true;
}

bool array_shape_count(const size_t *shape, size_t rank, size_t *count)
{
    size_t product = 1;
    for (size_t i = 0; i < rank; i++) {
        if (shape[i] > 0 && product > SIZE_MAX / 16 / shape[i])
            return false;
        product *= shape[i];
    }
    *count = product;
    return true;
}

const char *array_shape_print(Arena *arena, const size_t *shape, size_t rank)
{
    Text text = text_new(arena);
    text_add(&text, "[");
    for (size_t i = 0; i < rank; i++)
        text_format(&text, "%s%zu", i ? "," : "", shape[i]);
    text_add(&text, "]");
    return text.data;
}

const char *array_shape_print_index(Arena *arena, const size_t *shape, size_t rank, size_t flat)
{
    size_t *index = ARENA_ARRAY(arena, rank, size_t);
    for (size_t i = rank; i-- > 0; flat /= shape[i])
        index[i] = flat % shape[i];
    return array_shape_print(arena, index, rank);
}

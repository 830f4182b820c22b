#include "runtime/format/array.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef enum { UNSIGNED, SIGNED, REAL, STRING } Sort;

static const struct {
    unsigned char size;
    Sort sort;
} elements[] = {
    [ELEMENT_U8] = {1, UNSIGNED},  [ELEMENT_U16] = {2, UNSIGNED}, [ELEMENT_U32] = {4, UNSIGNED},
    [ELEMENT_U64] = {8, UNSIGNED}, [ELEMENT_I8] = {1, SIGNED},    [ELEMENT_I16] = {2, SIGNED},
    [ELEMENT_I32] = {4, SIGNED},   [ELEMENT_I64] = {8, SIGNED},   [ELEMENT_F16] = {2, REAL},
    [ELEMENT_BF16] = {2, REAL},    [ELEMENT_F32] = {4, REAL},     [ELEMENT_F64] = {8, REAL},
    [ELEMENT_BYTES] = {1, STRING}, [ELEMENT_UCS4] = {4, STRING},
};

size_t element_size(Element element)
{
    return elements[element].size;
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

/* IEEE binary16: a sign, 5 bits of exponent from 2^-14 on, 10 of fraction. */
static double half_to_real(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023);
    double value = exponent == 31  ? (fraction > 0 ? NAN : INFINITY)
                   : exponent == 0 ? ldexp(fraction, -24)
                                   : ldexp(fraction + 1024, exponent - 25);
    return bits >> 15 & 1 ? -value : value;
}

static double single_to_real(uint64_t bits)
{
    uint32_t word = (uint32_t)bits;
    float narrow;
    memcpy(&narrow, &word, sizeof narrow);
    return (double)narrow;
}

/* BF16 is the upper half of a single. */
static double to_real(uint64_t bits, Element element)
{
    double wide;
    if (element == ELEMENT_F16)
        return half_to_real(bits);
    if (element != ELEMENT_F64)
        return single_to_real(element == ELEMENT_BF16 ? bits << 16 : bits);
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

/* Does this machine have the least significant byte first? */
static bool is_little(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

void element_decode(Element element, bool big, const char *bytes, size_t count, double *values)
{
    size_t size = element_size(element);
    if (element == ELEMENT_F64 && !big && is_little()) {
        memcpy(values, bytes, count * sizeof *values);
        return;
    }
    const unsigned char *at = (const unsigned char *)bytes;
    for (size_t i = 0; i < count; i++, at += size) {
        uint64_t bits = assemble(at, size, big);
        values[i] = elements[element].sort == UNSIGNED ? (double)bits
                    : elements[element].sort == SIGNED ? to_signed(bits, size)
                                                       : to_real(bits, element);
    }
}

bool array_find(Arena *arena, Diagnostics *diagnostics, Place place, Array *array, bool big, const char *bytes,
                size_t size)
{
    size_t expected = array->count * element_size(array->element);
    if (size != expected)
        return diagnostics_error(diagnostics, place, "%s: shape %s takes %zu bytes of data, but there are %zu",
                                 size < expected ? "truncated" : "overlong",
                                 array_shape_print(arena, array->shape, array->rank), expected, size);
    array->bytes = bytes;
    array->big = big;
    return true;
}

bool array_fill(Arena *arena, Diagnostics *diagnostics, Place place, Array *array, bool big, const char *bytes,
                size_t size)
{
    if (!array_find(arena, diagnostics, place, array, big, bytes, size))
        return false;
    array->values = ARENA_ARRAY(arena, array->count, double);
    element_decode(array->element, big, bytes, array->count, array->values);
    array->bytes = NULL;
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

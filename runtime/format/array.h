/* array: arrays of numbers as files hold them: their elements, decoded to doubles, and their shapes, row-major. */
#ifndef COSTATE_ARRAY_H
#define COSTATE_ARRAY_H

#include "gen/base/diagnostics.h"

/* ELEMENT_BYTES and ELEMENT_UCS4 are strings of a fixed length, in bytes or in characters of four bytes each. */
typedef enum {
    ELEMENT_U8,
    ELEMENT_U16,
    ELEMENT_U32,
    ELEMENT_U64,
    ELEMENT_I8,
    ELEMENT_I16,
    ELEMENT_I32,
    ELEMENT_I64,
    ELEMENT_F16,
    ELEMENT_BF16,
    ELEMENT_F32,
    ELEMENT_F64,
    ELEMENT_BYTES,
    ELEMENT_UCS4
} Element;

enum { ARRAY_RANK = 32 };

/* An array that was read: shape[0..rank), rank >= 1, and count values, the product of the shape. */
typedef struct {
    Element element;
    size_t rank, shape[ARRAY_RANK], count;
    double *values;
    const char **strings; /* of an array of strings, which has no values */
    const char *bytes;    /* where the elements stand, row-major, in a file that was found in memory; NULL elsewhere */
    bool big;             /* of these: the most significant byte first */
} Array;

/* Bytes of one element, of a string those of a character. */
size_t element_size(Element element);

/* Decodes count elements from bytes, which need no alignment, to values; big: the most significant byte first. A 64-bit
 * integer beyond 2^53 is rounded. Not for strings. */
void element_decode(Element element, bool big, const char *bytes, size_t count, double *values);

/* Gives array, whose element, shape and count are set, its values: those in bytes[0..size). An error at place when size
 * is not what they take. */
bool array_fill(Arena *arena, Diagnostics *diagnostics, Place place, Array *array, bool big, const char *bytes,
                size_t size);

/* The same without values: bytes and big are set. */
bool array_find(Arena *arena, Diagnostics *diagnostics, Place place, Array *array, bool big, const char *bytes,
                size_t size);

/* The product of shape[0..rank), 1 for rank 0; false when it or its bytes of 8 an element overflow. */
bool array_shape_count(const size_t *shape, size_t rank, size_t *count);

/* "[15,2,2]"; and "[3,0,1]" for the element that is number flat in row-major order. */
const char *array_shape_print(Arena *arena, const size_t *shape, size_t rank);
const char *array_shape_print_index(Arena *arena, const size_t *shape, size_t rank, size_t flat);

#endif

#include "tests/unit/fixture.h"

#include "runtime/format/data_format.h"

TestSuite(idx, .init = fixture_open, .fini = fixture_close);

static const Array *read_bytes(const char *data, size_t size)
{
    cr_assert(format_idx.recognised("a.idx", data, size));
    return format_idx.read_array(arena, diagnostics, "a.idx", data, size);
}

#define READ(bytes) read_bytes(bytes, sizeof(bytes) - 1)

static void assert_message(const Array *array, const char *message)
{
    cr_assert_null(array);
    cr_assert_str_eq(fixture_messages(), text_print(arena, "a.idx: %s\n", message));
    diagnostics = diagnostics_new(arena);
}

Test(idx, reads_images)
{
    const Array *array = READ("\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\2\0\x7f\x80\xff");
    cr_assert_eq(array->element, ELEMENT_U8);
    cr_assert_str_eq(array_shape_print(arena, array->shape, array->rank), "[2,1,2]");
    cr_assert_eq(array->count, 4);
    const double expected[] = {0, 127, 128, 255};
    cr_assert_arr_eq(array->values, expected, sizeof expected);
}

Test(idx, reads_every_element_type_big_endian)
{
    cr_assert_eq(READ("\0\0\x09\1\0\0\0\1\xfe")->values[0], -2);
    cr_assert_eq(READ("\0\0\x0b\1\0\0\0\1\x80\1")->values[0], -32767);
    cr_assert_eq(READ("\0\0\x0c\1\0\0\0\1\0\1\0\1")->values[0], 65537);
    cr_assert_eq(READ("\0\0\x0d\1\0\0\0\1\x3f\xc0\0\0")->values[0], 1.5);
    cr_assert_eq(READ("\0\0\x0e\1\0\0\0\1\xbf\xb9\x99\x99\x99\x99\x99\x9a")->values[0], -0.1);
}

Test(idx, refuses_what_idx_does_not_have)
{
    assert_message(READ("\0\0"), "the IDX header is truncated");
    assert_message(READ("\0\0\x08\3\0\0\0\1\0\0\0\1\0\0\0"), "the IDX header is truncated");
    assert_message(READ("\0\0\x07\1\0\0\0\1\0"), "IDX has no element type 0x07");
    assert_message(READ("\0\0\x08\0"), "an IDX array of 0 dimensions is not supported");
    assert_message(READ("\0\0\x08\x21"), "an IDX array of 33 dimensions is not supported");
    assert_message(READ("\0\0\x08\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
                   "the sizes in the IDX header overflow");
}

Test(idx, refuses_another_number_of_bytes)
{
    assert_message(READ("\0\0\x0b\1\0\0\0\2\0\1\0"), "truncated: shape [2] takes 4 bytes of data, but there are 3");
    assert_message(READ("\0\0\x08\1\0\0\0\2\0\1\2"), "overlong: shape [2] takes 2 bytes of data, but there are 3");
}

Test(idx, reads_mnist)
{
    const char *path = "tests/data/t10k-images-idx3-ubyte.gz";
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, path, &data, &size));
    const Array *array = read_bytes(data, size);
    cr_assert_not_null(array, "%s", fixture_messages());
    cr_assert_str_eq(array_shape_print(arena, array->shape, array->rank), "[10000,28,28]");
}

#include "tests/unit/fixture.h"

#include "runtime/format/data_format.h"

TestSuite(npy, .init = fixture_open, .fini = fixture_close);

/* A file of that version with that header, padded as NumPy does, and data. */
static const Array *read_version(int version, const char *dictionary, const void *data, size_t data_size)
{
    Text text = text_new(arena);
    size_t bytes = version == 1 ? 2 : 4, length = strlen(dictionary) + 1;
    char prefix[12] = {'\x93', 'N', 'U', 'M', 'P', 'Y', (char)version, 0, 0, 0, 0, 0};
    while ((8 + bytes + length) % 64 != 0)
        length++;
    prefix[8] = (char)(length & 0xff);
    prefix[9] = (char)(length >> 8);
    text_append(&text, prefix, 8 + bytes);
    text_format(&text, "%-*s\n", (int)length - 1, dictionary);
    text_append(&text, data, data_size);
    cr_assert(format_npy.recognised("a.npy", text.data, text.length));
    return format_npy.read_array(arena, diagnostics, "a.npy", text.data, text.length);
}

#define READ(descr, order, shape, bytes)                                                                               \
    read_version(1, "{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }", bytes,                 \
                 sizeof(bytes) - 1)

static void assert_message(const Array *array, const char *message)
{
    cr_assert_null(array);
    cr_assert_str_eq(fixture_messages(), text_print(arena, "a.npy: %s\n", message));
    diagnostics = diagnostics_new(arena);
}

static void assert_values(const Array *array, const char *shape, const char *values)
{
    Text found = text_new(arena);
    cr_assert_not_null(array, "%s", fixture_messages());
    cr_assert_str_eq(array_shape_print(arena, array->shape, array->rank), shape);
    for (size_t i = 0; i < array->count; i++) {
        text_add(&found, i ? " " : "");
        text_real(&found, array->values[i]);
    }
    cr_assert_str_eq(found.data, values);
}

Test(npy, reads_every_element_type)
{
    assert_values(READ("<f8", "False", "(1,)", "\x9a\x99\x99\x99\x99\x99\xb9\xbf"), "[1]", "-0.1");
    assert_values(READ(">f8", "False", "(1,)", "\xbf\xb9\x99\x99\x99\x99\x99\x9a"), "[1]", "-0.1");
    assert_values(READ("<f4", "False", "(1,)", "\0\0\xc0\x3f"), "[1]", "1.5");
    assert_values(READ(">f4", "False", "(1,)", "\x3f\xc0\0\0"), "[1]", "1.5");
    assert_values(READ("<i8", "False", "(2,)", "\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"), "[2]", "1 -1");
    assert_values(READ(">i8", "False", "(1,)", "\x80\0\0\0\0\0\0\0"), "[1]", "-9.223372036854776e+18");
    assert_values(READ("<i4", "False", "(1,)", "\xfe\xff\xff\xff"), "[1]", "-2");
    assert_values(READ(">i2", "False", "(1,)", "\1\0"), "[1]", "256");
    assert_values(READ("|i1", "False", "(2,)", "\x7f\x80"), "[2]", "127 -128");
    assert_values(READ("|u1", "False", "(2,)", "\x7f\x80"), "[2]", "127 128");
    assert_values(READ("|b1", "False", "(2,)", "\0\1"), "[2]", "0 1");
}

Test(npy, reads_both_orders)
{
    assert_values(READ("|u1", "False", "(2, 3)", "\1\2\3\4\5\6"), "[2,3]", "1 2 3 4 5 6");
    assert_values(READ("|u1", "True", "(2, 3)", "\1\4\2\5\3\6"), "[2,3]", "1 2 3 4 5 6");
    assert_values(READ("|u1", "True", "(3,)", "\1\2\3"), "[3]", "1 2 3");
    assert_values(READ("|u1", "False", "(0, 3)", ""), "[0,3]", "");
    assert_values(READ("|u1", "False", "(2, 1, 3)", "\1\2\3\4\5\6"), "[2,1,3]", "1 2 3 4 5 6");
    assert_values(READ("|u1", "True", "(2, 2, 2)", "\1\5\3\7\2\6\4\x08"), "[2,2,2]", "1 2 3 4 5 6 7 8");
}

Test(npy, reads_every_version_and_order_of_keys)
{
    for (int version = 1; version <= 3; version++)
        assert_values(read_version(version, "{'shape':(1,2),'descr':'|u1','fortran_order':False}", "\7\x08", 2),
                      "[1,2]", "7 8");
    assert_message(read_version(4, "{}", "", 0), "version 4 of NPY is not supported");
}

Test(npy, refuses_other_elements_and_shapes)
{
    assert_message(READ("<c8", "False", "(1,)", "\0\0"),
                   "NPY elements '<c8' are not supported; f2 to f8, i1 to i8, u1 to u8, b1, S and U are");
    assert_message(READ("|f8", "False", "(1,)", "\0\0\0\0\0\0\0\0"),
                   "NPY elements '|f8' are not supported; f2 to f8, i1 to i8, u1 to u8, b1, S and U are");
    assert_message(READ("|u1", "False", "()", "\1"), "an NPY array of 0 dimensions, a single number, holds no samples");
    assert_message(READ("|u1", "False", "(4294967296, 4294967296)", "\1"), "the shape in the NPY header overflows");
}

Test(npy, refuses_another_number_of_bytes)
{
    assert_message(READ("<f8", "False", "(2, 3)", "\1"),
                   "truncated: shape [2,3] takes 48 bytes of data, but there are 1");
    assert_message(READ("|u1", "False", "(1,)", "\1\2"), "overlong: shape [1] takes 1 bytes of data, but there are 2");
}

Test(npy, refuses_records)
{
    static const char header[] = "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}";
    assert_message(read_version(1, header, "\0\0\0\0\0\0\0\0", 8),
                   "NPY with structured elements (a record array) is not supported: save its fields as one array, or "
                   "as CSV");
}

/* Binary16 by its definition: 1.5, the smallest subnormal, -2; strings end at their zeros. */
Test(npy, reads_halves_unsigned_integers_and_strings)
{
    const Array *half = READ("<f2", "False", "(3, 1, 1, 1)", "\0\x3e\1\0\0\xc0");
    cr_assert(half && half->values[0] == 1.5 && half->values[1] == 0x1p-24 && half->values[2] == -2 && half->rank == 4);
    const Array *wide = READ(">u2", "False", "(2,)", "\xff\xff\0\1");
    cr_assert(wide && wide->values[0] == 65535 && wide->values[1] == 1);
    const Array *bytes = READ("|S3", "False", "(2,)",
                              "yes"
                              "no\0");
    cr_assert(bytes && !bytes->values);
    cr_assert_str_eq(bytes->strings[0], "yes");
    cr_assert_str_eq(bytes->strings[1], "no");
    const Array *text = READ("<U2", "False", "(1,)", "\xe4\0\0\0\0\0\0\0");
    cr_assert(text);
    cr_assert_str_eq(text->strings[0], "\xc3\xa4");
}

Test(npy, refuses_malformed_headers)
{
    static const char *const headers[] = {
        "",
        "{",
        "{}",
        "{'descr': '<f8', 'fortran_order': False}",
        "{'descr': '<f8', 'shape': (1,)}",
        "{'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8, 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8' 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1 2)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999999999,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': "
        "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'other': 1}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        assert_message(read_version(1, headers[i], "\0\0\0\0\0\0\0\0", 8), "the NPY header is malformed");
}

Test(npy, refuses_every_truncation)
{
    const char whole[] = "\x93NUMPY\1\0\x35\0{'descr':'|u1','fortran_order':False,'shape':(3,)}  \n\1\2\3";
    size_t size = sizeof whole - 1;
    cr_assert_not_null(format_npy.read_array(arena, diagnostics, "a.npy", whole, size), "%s", fixture_messages());
    for (size_t length = 6; length < size; length++) {
        char *part = arena_string(arena, whole, length);
        cr_assert_null(format_npy.read_array(arena, diagnostics, "a.npy", part, length));
    }
}

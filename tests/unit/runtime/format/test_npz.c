#include "tests/unit/fixture.h"

#include "runtime/format/data_format.h"
#include "runtime/format/npz.h"

#include <zlib.h>

TestSuite(npz, .init = fixture_open, .fini = fixture_close);

#define COLUMN(values) "\x93NUMPY\1\0\x35\0{'descr':'|u1','fortran_order':False,'shape':(3,)}  \n" values
static const char one_two_three[] = COLUMN("\1\2\3"), seven_eight_nine[] = COLUMN("\7\10\11");

typedef struct {
    const char *name, *data;
    size_t size;
    bool deflated;
} Member;

static void add_number(Text *text, size_t value, size_t bytes)
{
    for (; bytes > 0; bytes--, value >>= 8)
        text_append(text, (const char[]){(char)(value & 0xff)}, 1);
}

static void add_packed(Text *text, const Member *member)
{
    z_stream stream = {0};
    if (!member->deflated) {
        text_append(text, member->data, member->size);
        return;
    }
    cr_assert_eq(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t capacity = deflateBound(&stream, member->size);
    char *packed = arena_alloc(arena, capacity);
    stream.next_in = (Bytef *)(uintptr_t)member->data;
    stream.avail_in = (uInt)member->size;
    stream.next_out = (Bytef *)packed;
    stream.avail_out = (uInt)capacity;
    cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    text_append(text, packed, capacity - stream.avail_out);
    deflateEnd(&stream);
}

/* What the header before a member and its entry in the directory have in common. */
static void add_description(Text *text, const Member *member, size_t packed)
{
    add_number(text, 20, 2); /* the version that is needed */
    add_number(text, 0, 2);  /* flags */
    add_number(text, member->deflated ? 8 : 0, 2);
    add_number(text, 0, 4); /* time and date */
    add_number(text, crc32_z(0, (const Bytef *)member->data, member->size), 4);
    add_number(text, packed, 4);
    add_number(text, member->size, 4);
    add_number(text, strlen(member->name), 2);
    add_number(text, 0, 2); /* no extra field */
}

/* A zip file of these members; the headers before them leave their sizes out, as those of NumPy do. */
static Text archive_of(const Member *members, size_t count)
{
    Text zip = text_new(arena), directory = text_new(arena);
    for (size_t i = 0; i < count; i++) {
        Text packed = text_new(arena);
        add_packed(&packed, &members[i]);
        text_append(&directory, "PK\1\2\24\0", 6);
        add_description(&directory, &members[i], packed.length);
        add_number(&directory, 0, 10); /* comment, disk, attributes */
        add_number(&directory, zip.length, 4);
        text_add(&directory, members[i].name);
        text_append(&zip, "PK\3\4", 4);
        add_description(&zip, &members[i], 0xffffffff);
        text_add(&zip, members[i].name);
        text_append(&zip, packed.data, packed.length);
    }
    size_t at = zip.length;
    text_append(&zip, directory.data, directory.length);
    text_append(&zip, "PK\5\6\0\0\0\0", 8);
    add_number(&zip, count, 2);
    add_number(&zip, count, 2);
    add_number(&zip, directory.length, 4);
    add_number(&zip, at, 4);
    add_number(&zip, 0, 2);
    return zip;
}

static Text two_arrays(void)
{
    const Member members[] = {{"x.npy", one_two_three, sizeof one_two_three - 1, false},
                              {"y.npy", seven_eight_nine, sizeof seven_eight_nine - 1, true}};
    return archive_of(members, 2);
}

static const Array *read_as(const char *file, const Text *zip)
{
    cr_assert_eq(data_format_of(file, zip->data, zip->length), &format_npz);
    return format_npz.read_array(arena, diagnostics, file, zip->data, zip->length);
}

static void assert_first(const Array *array, double first)
{
    cr_assert_not_null(array, "%s", fixture_messages());
    cr_assert_eq(array->count, 3);
    cr_assert_eq(array->values[0], first);
}

static void assert_message(const Array *array, const char *message)
{
    cr_assert_null(array);
    cr_assert_str_eq(fixture_messages(), text_print(arena, "%s\n", message));
    diagnostics = diagnostics_new(arena);
}

Test(npz, reads_what_is_stored_and_what_is_deflated)
{
    Text zip = two_arrays();
    assert_first(read_as("a.npz:x", &zip), 1);
    assert_first(read_as("a.npz:y", &zip), 7);
    assert_first(read_as("a.npz:y.npy", &zip), 7);
}

Test(npz, takes_the_only_array_without_its_name)
{
    const Member members[] = {{"x.npy", one_two_three, sizeof one_two_three - 1, true}, {"notes.txt", "-", 1, false}};
    Text zip = archive_of(members, 2);
    assert_first(read_as("a.npz", &zip), 1);
    assert_first(read_as("another-name", &zip), 1);
}

Test(npz, lists_the_arrays_where_none_is_chosen)
{
    Text zip = two_arrays(), many;
    Member members[10];
    assert_message(read_as("a.npz", &zip), "a.npz: this is a zip archive of arrays (npz): name one of them behind a "
                                           "colon, as in FILE.npz:NAME; it holds x, y");
    assert_message(read_as("a.npz:z", &zip), "a.npz:z: the archive has no array \"z\"; it holds x, y");
    for (size_t i = 0; i < 10; i++)
        members[i] = (Member){text_print(arena, "%zu\n.npy", i), one_two_three, sizeof one_two_three - 1, false};
    many = archive_of(members, 10);
    assert_message(read_as("a.npz:z", &many), "a.npz:z: the archive has no array \"z\"; it holds 0?, 1?, 2?, 3?, 4?, "
                                              "5?, 6?, 7?, ... (10 in all)");
    many = archive_of(members, 0);
    assert_message(read_as("a.npz", &many), "a.npz: the zip archive holds no arrays (NAME.npy)");
}

/* Whatever a file is called, its own name comes first. */
Test(npz, a_path_is_an_archive_and_an_array)
{
    const char *array, *there = fixture_text("b.npz:x", "");
    cr_expect_str_eq(npz_archive(arena, "a/b.npz:x", &array), "a/b.npz");
    cr_expect_str_eq(array, "x");
    cr_expect_str_eq(npz_archive(arena, "a.npz:/b.npz:x:y", &array), "a.npz:/b.npz");
    cr_expect_str_eq(array, "x:y");
    const char *const whole[] = {"b.npz", "b.npz:", "b.npy:x", there};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        cr_expect_str_eq(npz_archive(arena, whole[i], &array), whole[i]);
        cr_expect_null(array);
    }
    cr_expect(npz_exists(arena, there));
    cr_expect(npz_exists(arena, text_print(arena, "%s:a", fixture_text("c.npz", ""))));
    cr_expect_not(npz_exists(arena, fixture_path("d.npz:a")));
}

/* Of each part a copy of its own: a read beyond its end is one that a sanitizer sees. */
Test(npz, refuses_every_truncation)
{
    Text zip = two_arrays();
    for (size_t length = 4; length < zip.length; length++) {
        char *part = arena_string(arena, zip.data, length);
        cr_assert(format_npz.recognised("a.npz:y", part, length));
        cr_assert_null(format_npz.read_array(arena, diagnostics, "a.npz:y", part, length), "%zu", length);
    }
}

/* A byte that is another one changes no number unnoticed. */
Test(npz, refuses_or_reads_every_other_byte)
{
    Text zip = two_arrays();
    for (size_t at = 2; at < zip.length; at++)
        for (int flip = 1; flip < 256; flip = 2 * flip + 1) {
            char *other = arena_string(arena, zip.data, zip.length);
            other[at] = (char)(other[at] ^ flip);
            const Array *array = format_npz.read_array(arena, diagnostics, "a.npz:y", other, zip.length);
            cr_assert(!array || (array->count == 3 && array->values[0] == 7 && array->values[2] == 9), "%zu", at);
        }
}

Test(npz, a_bomb_ends_at_the_limit_of_gzip)
{
    enum { SIZE = 200000 };
    const Member bomb = {"x.npy", arena_alloc(arena, SIZE), SIZE, true};
    Text zip = archive_of(&bomb, 1);
    cr_assert_eq(setenv(FILE_LIMIT_VARIABLE, "199999", 1), 0);
    assert_message(read_as("a.npz", &zip), "a.npz: the deflated data expand to more than 199999 bytes; the environment "
                                           "variable COSTATE_MOST_BYTES sets another limit");
    cr_assert_eq(setenv(FILE_LIMIT_VARIABLE, "200000", 1), 0);
    assert_message(read_as("a.npz", &zip), "a.npz: what is called an array in the archive is none of NumPy");
}

/* NPZ: NumPy's archives of arrays, zip files whose members NAME.npy are stored or deflated (APPNOTE.TXT of PKWARE). The
 * directory at the end is believed, of the header before a member only its length: NumPy leaves sizes out there.
 * Errors: an archive that is truncated, malformed or in parts; an array that is not there, encrypted, packed otherwise,
 * of 4 GiB and more (zip64), or with another checksum; several arrays, none of which is named; and those of NPY. */
#include "runtime/format/npz.h"

#include "gen/base/utf8.h"
#include "runtime/format/data_format.h"
#include "runtime/system/file.h"
#include "runtime/system/gzip.h"

#include <string.h>
#include <zlib.h>

enum { LOCAL = 30, ENTRY = 46, END = 22, LONGEST_COMMENT = 0xffff }; /* sizes of records, in bytes */
enum { SHOWN_ARRAYS = 8, SHOWN_NAME = 40 };
enum { ENCRYPTED = 1 | 1 << 13, STORED = 0, DEFLATED = 8 };

static const char ending[] = ".npz:", member_ending[] = ".npy";

/* A number that is in another record, which zip64 adds. */
static const size_t elsewhere16 = 0xffff, elsewhere32 = 0xffffffff;

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    Place place;
    const char *data;
    size_t size, directory, end, entries; /* the directory is data[directory..end) */
    size_t at;                            /* of the next entry */
} Archive;

typedef struct {
    const char *name;
    size_t name_length, flags, method, checksum, packed, size, offset;
} Entry;

const char *npz_archive(Arena *arena, const char *path, const char **array)
{
    const char *last = NULL;
    for (const char *next = path; (next = strstr(next, ending)); next++)
        last = next;
    bool named = last && last[strlen(ending)] && !file_exists(path);
    *array = named ? last + strlen(ending) : NULL;
    return named ? arena_string(arena, path, (size_t)(last - path) + strlen(ending) - 1) : path;
}

bool npz_exists(Arena *arena, const char *path)
{
    const char *array;
    return file_exists(npz_archive(arena, path, &array));
}

static bool ends(const char *text, size_t length, const char *with, size_t with_length)
{
    return length > with_length && memcmp(text + length - with_length, with, with_length) == 0;
}

/* The little-endian number of that many bytes. */
static size_t number(const char *data, size_t at, size_t bytes)
{
    size_t value = 0;
    for (size_t i = bytes; i-- > 0;)
        value = value << 8 | (unsigned char)data[at + i];
    return value;
}

/* A zip file that begins with an array, whatever its name, or one that is called an archive. */
static bool recognised(const char *file, const char *data, size_t size)
{
    const char *const called = strstr(file, ending);
    if (size < 4 || data[0] != 'P' || data[1] != 'K')
        return false;
    if (called || ends(file, strlen(file), ending, strlen(ending) - 1))
        return true;
    size_t length = size < LOCAL ? 0 : number(data, 26, 2);
    return memcmp(data, "PK\3\4", 4) == 0 && length <= size - LOCAL &&
           ends(data + LOCAL, length, member_ending, strlen(member_ending));
}

static bool malformed(const Archive *archive)
{
    return diagnostics_error(archive->diagnostics, archive->place, "the zip archive is malformed");
}

static bool too_large(const Archive *archive)
{
    return diagnostics_error(archive->diagnostics, archive->place,
                             "zip64, of archives with 4 GiB and more, is not supported: save the array with "
                             "numpy.save");
}

static bool read_end(Archive *archive, size_t at)
{
    const char *data = archive->data;
    size_t size = number(data, at + 12, 4);
    archive->entries = number(data, at + 10, 2);
    archive->directory = archive->at = number(data, at + 16, 4);
    if (archive->entries == elsewhere16 || size == elsewhere32 || archive->directory == elsewhere32)
        return too_large(archive);
    if (number(data, at + 4, 2) || number(data, at + 6, 2) || number(data, at + 8, 2) != archive->entries)
        return diagnostics_error(archive->diagnostics, archive->place, "a zip archive in parts is not supported");
    if (archive->directory > at || size > at - archive->directory)
        return malformed(archive);
    archive->end = archive->directory + size;
    return true;
}

/* The last record, which only a comment follows. */
static bool find_directory(Archive *archive)
{
    for (size_t back = END; back <= archive->size && back <= END + LONGEST_COMMENT; back++) {
        size_t at = archive->size - back;
        if (memcmp(archive->data + at, "PK\5\6", 4) == 0 && number(archive->data, at + 20, 2) == back - END)
            return read_end(archive, at);
    }
    return diagnostics_error(archive->diagnostics, archive->place,
                             "the zip archive is truncated: it does not end with its directory");
}

static bool next_entry(Archive *archive, Entry *entry)
{
    const char *data = archive->data + archive->at;
    size_t left = archive->end - archive->at;
    if (left < ENTRY || memcmp(data, "PK\1\2", 4) != 0)
        return malformed(archive);
    *entry = (Entry){data + ENTRY,        number(data, 28, 2), number(data, 8, 2),  number(data, 10, 2),
                     number(data, 16, 4), number(data, 20, 4), number(data, 24, 4), number(data, 42, 4)};
    size_t length = ENTRY + entry->name_length + number(data, 30, 2) + number(data, 32, 2);
    archive->at += length;
    return length <= left || malformed(archive);
}

static bool is_array(const Entry *entry)
{
    return ends(entry->name, entry->name_length, member_ending, strlen(member_ending));
}

/* By its name in NumPy or in the archive, which has ".npy" at its end. */
static bool is_called(const Entry *entry, const char *array)
{
    size_t length = strlen(array);
    return (length == entry->name_length || length + strlen(member_ending) == entry->name_length) &&
           memcmp(array, entry->name, length) == 0;
}

/* Adds the name of array number i to a list for a message. */
static void list_array(Text *list, const Entry *entry, size_t i)
{
    size_t length = entry->name_length - strlen(member_ending);
    if (i >= SHOWN_ARRAYS)
        return;
    text_add(list, i ? ", " : "");
    for (size_t k = 0; k < length && k < SHOWN_NAME;) {
        const Utf8 next = utf8_sound(entry->name + k, length - k);
        const bool shown = (unsigned char)next.bytes[0] >= ' ';
        text_append(list, shown ? next.bytes : "?", shown ? next.length : 1);
        k += next.taken;
    }
    text_add(list, length > SHOWN_NAME ? "..." : "");
}

static bool not_chosen(const Archive *archive, const char *array, const Text *list, size_t arrays)
{
    const char *more = arrays > SHOWN_ARRAYS ? text_print(archive->arena, ", ... (%zu in all)", arrays) : "";
    if (!arrays)
        return diagnostics_error(archive->diagnostics, archive->place, "the zip archive holds no arrays (NAME.npy)");
    if (array)
        return diagnostics_error(archive->diagnostics, archive->place, "the archive has no array \"%s\"; it holds %s%s",
                                 array, list->data, more);
    return diagnostics_error(archive->diagnostics, archive->place,
                             "this is a zip archive of arrays (npz): name one of them behind a colon, as in "
                             "FILE.npz:NAME; it holds %s%s",
                             list->data, more);
}

/* The array of that name, the last where there are several; without a name the only one. */
static bool choose(Archive *archive, const char *array, Entry *chosen)
{
    Text list = text_new(archive->arena);
    size_t arrays = 0, fitting = 0;
    Entry entry;
    for (size_t i = 0; i < archive->entries; i++) {
        if (!next_entry(archive, &entry))
            return false;
        if (!is_array(&entry))
            continue;
        list_array(&list, &entry, arrays++);
        if (array && !is_called(&entry, array))
            continue;
        *chosen = entry;
        fitting++;
    }
    return (array ? fitting > 0 : fitting == 1) || not_chosen(archive, array, &list, arrays);
}

/* The bytes of an array, which lie between the beginning and the directory; NULL with an error. */
static const char *packed_bytes(const Archive *archive, const Entry *entry)
{
    size_t left = archive->directory > entry->offset ? archive->directory - entry->offset : 0;
    const char *header = archive->data + archive->directory - left;
    if (entry->packed == elsewhere32 || entry->size == elsewhere32 || entry->offset == elsewhere32) {
        too_large(archive);
        return NULL;
    }
    size_t before = left < LOCAL ? LOCAL : LOCAL + number(header, 26, 2) + number(header, 28, 2);
    if (left < before || memcmp(header, "PK\3\4", 4) != 0 || entry->packed > left - before) {
        malformed(archive);
        return NULL;
    }
    return header + before;
}

/* What is stored stays where it is: NPY, whose header tells its size, needs no NUL behind it. */
static bool unpack(const Archive *archive, const Entry *entry, const char **data, size_t *size)
{
    char *expanded;
    if (entry->flags & ENCRYPTED)
        return diagnostics_error(archive->diagnostics, archive->place, "the array is encrypted");
    if (entry->method != STORED && entry->method != DEFLATED)
        return diagnostics_error(archive->diagnostics, archive->place,
                                 "the array is packed by method %zu of zip, which is not supported: "
                                 "numpy.savez_compressed deflates",
                                 entry->method);
    *data = packed_bytes(archive, entry);
    *size = entry->packed;
    if (!*data || entry->method == STORED)
        return *data;
    if (!gzip_inflate(archive->arena, archive->diagnostics, archive->place.file, *data, *size, file_limit(), &expanded,
                      size))
        return false;
    *data = expanded;
    return true;
}

static const Array *read_npz(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size)
{
    Archive archive = {.arena = arena, .diagnostics = diagnostics, .place = {file, 0, 0}, .data = data, .size = size};
    const char *array;
    Entry entry = {0};
    npz_archive(arena, file, &array);
    if (!find_directory(&archive) || !choose(&archive, array, &entry) || !unpack(&archive, &entry, &data, &size))
        return NULL;
    if (size != entry.size || crc32_z(0, (const Bytef *)data, size) != entry.checksum) {
        diagnostics_error(diagnostics, archive.place, "the array is corrupt: its size or checksum is another");
        return NULL;
    }
    if (format_npy.recognised(file, data, size))
        return format_npy.read_array(arena, diagnostics, file, data, size);
    diagnostics_error(diagnostics, archive.place, "what is called an array in the archive is none of NumPy");
    return NULL;
}

const DataFormat format_npz = {.name = "NPZ", .recognised = recognised, .read_array = read_npz};

#include "runtime/format/safetensors.h"

#include "runtime/format/array.h"
#include "runtime/format/kind.h"
#include "runtime/system/file.h"
#include "runtime/format/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The file: 8 bytes N, little-endian; N bytes of JSON; the data, to which data_offsets refer. */
/* LONGEST_HEADER is the format's. */
enum { PREFIX = 8, ALIGNMENT = 8, VALUES_AT_ONCE = 4096, LONGEST_HEADER = 100000000 };

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    JsonSource header;
    char *data;
    size_t data_size;
} Reader;

/* A tensor as the header describes it. */
typedef struct {
    const char *name;
    Element element;
    size_t rank, *shape, count;
    size_t begin, end; /* in the data */
} Entry;

/* Splits the file into header and data. */
static bool open_reader(Reader *reader, const char *path)
{
    char *data;
    size_t size;
    if (!file_read(reader->arena, reader->diagnostics, path, &data, &size))
        return false;
    Place place = {path, 0, 0};
    const Kind *kind = kind_of(data, size);
    if (kind && kind->use != KIND_PARAMETERS)
        return diagnostics_error(reader->diagnostics, place,
                                 "this is %s, and no parameters: they are in a safetensors file, as "
                                 "model.safetensors in the folder of a run is%s%s",
                                 kind->what, kind->advice ? "; " : "", kind->advice ? kind->advice : "");
    if (size < PREFIX)
        return diagnostics_error(reader->diagnostics, place, "not a safetensors file: it has only %zu bytes", size);
    uint64_t length = 0;
    for (size_t i = PREFIX; i-- > 0;)
        length = length << 8 | (unsigned char)data[i];
    if (length > size - PREFIX && (length > LONGEST_HEADER || data[PREFIX] != '{'))
        return diagnostics_error(reader->diagnostics, place,
                                 "not a safetensors file, as model.safetensors in the folder of a run is");
    if (length > size - PREFIX)
        return diagnostics_error(reader->diagnostics, place,
                                 "truncated: its header alone takes %llu bytes, but the file has %zu",
                                 (unsigned long long)length, size);
    reader->header = (JsonSource){.file = path, .text = data + PREFIX, .length = (size_t)length, .base = PREFIX};
    reader->data = data + PREFIX + length;
    reader->data_size = size - PREFIX - (size_t)length;
    return true;
}

static bool fail(const Reader *reader, const Entry *entry, const char *problem)
{
    return diagnostics_error(reader->diagnostics, (Place){reader->header.file, 0, 0}, "tensor \"%s\": %s", entry->name,
                             problem);
}

/* An array of natural numbers; NULL where value is none. */
static size_t *read_sizes(const Reader *reader, const json_t *value, size_t *count)
{
    if (!json_is_array(value))
        return NULL;
    *count = json_array_size(value);
    size_t *sizes = ARENA_ARRAY(reader->arena, *count, size_t);
    for (size_t i = 0; i < *count; i++) {
        const json_t *size = json_array_get(value, i);
        if (!json_is_integer(size) || json_integer_value(size) < 0)
            return NULL;
        sizes[i] = (size_t)json_integer_value(size);
    }
    return sizes;
}

static bool read_dtype(const Reader *reader, Entry *entry, const char *dtype)
{
    static const struct {
        char name[5];
        Element element;
    } dtypes[] = {{"F64", ELEMENT_F64}, {"F32", ELEMENT_F32}, {"F16", ELEMENT_F16}, {"BF16", ELEMENT_BF16}};
    if (!dtype)
        return fail(reader, entry, "it has no dtype");
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        if (strcmp(dtype, dtypes[i].name) == 0) {
            entry->element = dtypes[i].element;
            return true;
        }
    return fail(reader, entry, text_print(reader->arena, "dtype %.20s is none of F64, F32, F16 and BF16", dtype));
}

static bool check_extent(const Reader *reader, const Entry *entry)
{
    size_t bytes = entry->count * element_size(entry->element);
    if (entry->begin > entry->end)
        return fail(reader, entry, "its data end before they begin");
    if (entry->end > reader->data_size)
        return fail(reader, entry, "its data lie beyond the end of the file");
    if (entry->end - entry->begin != bytes)
        return fail(reader, entry,
                    text_print(reader->arena, "shape %s takes %zu bytes, but data_offsets give %zu",
                               array_shape_print(reader->arena, entry->shape, entry->rank), bytes,
                               entry->end - entry->begin));
    return true;
}

static bool read_entry(const Reader *reader, const char *name, const json_t *value, Entry *entry)
{
    *entry = (Entry){.name = name};
    if (json_object_size(value) != 3)
        return fail(reader, entry, "not exactly dtype, shape and data_offsets");
    if (!read_dtype(reader, entry, json_string_value(json_object_get(value, "dtype"))))
        return false;
    entry->shape = read_sizes(reader, json_object_get(value, "shape"), &entry->rank);
    if (!entry->shape)
        return fail(reader, entry, "its shape is no list of sizes");
    if (!array_shape_count(entry->shape, entry->rank, &entry->count))
        return fail(reader, entry, "its shape overflows");
    size_t count = 0, *offsets = read_sizes(reader, json_object_get(value, "data_offsets"), &count);
    if (!offsets || count != 2)
        return fail(reader, entry, "its data_offsets are not two positions");
    entry->begin = offsets[0];
    entry->end = offsets[1];
    return check_extent(reader, entry);
}

static bool read_metadata(const Reader *reader, json_t *value, Metadata *metadata)
{
    Place place = {reader->header.file, 0, 0};
    const char *name;
    json_t *entry;
    if (!json_is_object(value))
        return diagnostics_error(reader->diagnostics, place, "__metadata__ is no map of strings");
    json_object_foreach(value, name, entry)
    {
        if (!json_is_string(entry))
            return diagnostics_error(reader->diagnostics, place, "\"%s\" in __metadata__ is no string", name);
        metadata_set(metadata, name, json_string_value(entry));
    }
    return true;
}

static int by_begin(const void *left, const void *right)
{
    const Entry *a = left, *b = right;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

/* The tensors fill the data: no overlap, no hole, nothing after the last. */
static bool check_cover(const Reader *reader, const Entry *entries, size_t count)
{
    Entry *sorted = ARENA_ARRAY(reader->arena, count, Entry);
    size_t end = 0;
    memcpy(sorted, entries, count * sizeof *entries);
    qsort(sorted, count, sizeof *sorted, by_begin);
    for (size_t i = 0; i < count; end = sorted[i++].end) {
        if (sorted[i].begin < end)
            return fail(reader, &sorted[i],
                        text_print(reader->arena, "its data overlap those of \"%s\"", sorted[i - 1].name));
        if (sorted[i].begin > end)
            return fail(reader, &sorted[i],
                        text_print(reader->arena, "before its data lie %zu bytes that belong to no tensor",
                                   sorted[i].begin - end));
    }
    if (end < reader->data_size)
        return diagnostics_error(reader->diagnostics, (Place){reader->header.file, 0, 0},
                                 "%zu bytes follow the data of the last tensor", reader->data_size - end);
    return true;
}

/* Index of the first value that is not finite; count where there is none. */
static size_t first_not_finite(const double *values, size_t count)
{
    size_t i = 0;
    while (i < count && isfinite(values[i]))
        i++;
    return i;
}

static bool check_finite(Arena *arena, Diagnostics *diagnostics, const char *path, const NamedTensor *tensor,
                         size_t count)
{
    size_t i = first_not_finite(tensor->values, count);
    if (i == count)
        return true;
    double value = tensor->values[i];
    return diagnostics_error(diagnostics, (Place){path, 0, 0}, "tensor \"%s\": entry %s is not finite: %s",
                             tensor->name, array_shape_print_index(arena, tensor->shape, tensor->rank, i),
                             isnan(value) ? "nan"
                             : value > 0  ? "inf"
                                          : "-inf");
}

/* The values take the place of their bytes where these are as many and lie well. */
static bool read_values(const Reader *reader, const Entry *entry, NamedTensor *tensor)
{
    char *bytes = reader->data + entry->begin;
    bool in_place = entry->element == ELEMENT_F64 && (uintptr_t)bytes % sizeof(double) == 0;
    double *values = in_place ? (double *)(void *)bytes : ARENA_ARRAY(reader->arena, entry->count, double);
    element_decode(entry->element, false, bytes, entry->count, values);
    *tensor = (NamedTensor){entry->name, entry->rank, entry->shape, values};
    return check_finite(reader->arena, reader->diagnostics, reader->header.file, tensor, entry->count);
}

static bool read_header(const Reader *reader, json_t *header, Entry *entries, Safetensors *file)
{
    const char *name;
    json_t *value;
    bool sound = true;
    if (!json_is_object(header))
        return diagnostics_error(reader->diagnostics, (Place){reader->header.file, 0, 0},
                                 "the header is no JSON object");
    json_object_foreach(header, name, value) if (strcmp(name, "__metadata__") == 0) sound &=
        read_metadata(reader, value, &file->metadata);
    else sound &= read_entry(reader, name, value, &entries[file->count++]);
    return sound;
}

const Safetensors *safetensors_read(Arena *arena, Diagnostics *diagnostics, const char *path)
{
    Reader reader = {.arena = arena, .diagnostics = diagnostics};
    if (!open_reader(&reader, path))
        return NULL;
    json_t *header = json_read(arena, diagnostics, &reader.header);
    if (!header)
        return NULL;
    Safetensors *file = ARENA_NEW(arena, Safetensors);
    file->metadata = metadata_new(arena);
    Entry *entries = ARENA_ARRAY(arena, json_object_size(header), Entry);
    if (!read_header(&reader, header, entries, file) || !check_cover(&reader, entries, file->count))
        return NULL;
    file->tensors = ARENA_ARRAY(arena, file->count, NamedTensor);
    bool finite = true;
    for (size_t i = 0; i < file->count; i++)
        finite &= read_values(&reader, &entries[i], &file->tensors[i]);
    return finite ? file : NULL;
}

/* The number of values of a tensor to write, whose memory exists, so that nothing overflows. */
static size_t value_count(const NamedTensor *tensor)
{
    size_t count = 1;
    for (size_t i = 0; i < tensor->rank; i++)
        count *= tensor->shape[i];
    return count;
}

static void write_metadata(Text *text, const Metadata *metadata)
{
    text_add(text, "\"__metadata__\":{");
    for (size_t i = 0; i < metadata->count; i++) {
        text_add(text, i ? "," : "");
        json_write_string(text, metadata->entries[i].key);
        text_add(text, ":");
        json_write_string(text, metadata->entries[i].value);
    }
    text_add(text, "}");
}

/* The header, padded so that 8 + its length is a multiple of 8, behind room for its length. */
static void write_header(Text *text, const NamedTensor *tensors, size_t count, const Metadata *metadata)
{
    size_t begin = 0;
    text_add(text, "        {");
    if (metadata && metadata->count > 0)
        write_metadata(text, metadata);
    for (size_t i = 0; i < count; i++) {
        size_t end = begin + value_count(&tensors[i]) * sizeof(double);
        text_add(text, i > 0 || (metadata && metadata->count > 0) ? "," : "");
        json_write_string(text, tensors[i].name);
        text_format(text, ":{\"dtype\":\"F64\",\"shape\":%s,\"data_offsets\":[%zu,%zu]}",
                    array_shape_print(text->arena, tensors[i].shape, tensors[i].rank), begin, end);
        begin = end;
    }
    text_add(text, "}");
    while (text->length % ALIGNMENT != 0)
        text_add(text, " ");
    for (size_t i = 0; i < PREFIX; i++)
        text->data[i] = (char)((uint64_t)(text->length - PREFIX) >> (8 * i) & 0xff);
}

/* A file that is being written: its header, then the values, some thousands at a time. */
typedef struct {
    const Text *header; /* NULL once it is written */
    const NamedTensor *tensors;
    size_t count, tensor, done; /* tensors; the next to write, and how many of its values are written */
    char bytes[VALUES_AT_ONCE * sizeof(double)];
} Writing;

static size_t write_values(Writing *writing, const double *values, size_t count)
{
    char *at = writing->bytes;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (size_t j = 0; j < sizeof bits; j++)
            *at++ = (char)(bits >> (8 * j) & 0xff);
    }
    return count * sizeof *values;
}

static size_t write_next(void *context, const char **data)
{
    Writing *writing = context;
    if (writing->header) {
        size_t length = writing->header->length;
        *data = writing->header->data;
        writing->header = NULL;
        return length;
    }
    *data = writing->bytes;
    for (; writing->tensor < writing->count; writing->tensor++, writing->done = 0) {
        const NamedTensor *tensor = &writing->tensors[writing->tensor];
        size_t left = value_count(tensor) - writing->done, start = writing->done;
        left = left < VALUES_AT_ONCE ? left : VALUES_AT_ONCE;
        writing->done += left;
        if (left > 0)
            return write_values(writing, tensor->values + start, left);
    }
    return 0;
}

bool safetensors_write(Arena *arena, Diagnostics *diagnostics, const char *path, const NamedTensor *tensors,
                       size_t count, const Metadata *metadata)
{
    Text header = text_new(arena);
    Writing *writing = ARENA_NEW(arena, Writing);
    write_header(&header, tensors, count, metadata);
    for (size_t i = 0; i < count; i++)
        if (!check_finite(arena, diagnostics, path, &tensors[i], value_count(&tensors[i])))
            return false;
    *writing = (Writing){.header = &header, .tensors = tensors, .count = count};
    return file_write_stream(diagnostics, path, write_next, writing);
}

#include "runtime/system/gzip.h"

#include "runtime/system/file.h"

#include <limits.h>
#include <zlib.h>

/* windowBits of the largest window: plus 16, a gzip header and trailer are expected and checked; negative, there are
 * none. */
enum { GZIP_WINDOW = 15 + 16, BARE_WINDOW = -15, SCRATCH = 1 << 16 };

bool gzip_recognised(const char *data, size_t size)
{
    return size >= 2 && (unsigned char)data[0] == 0x1f && (unsigned char)data[1] == 0x8b;
}

static voidpf allocate(voidpf arena, uInt count, uInt size)
{
    return arena_array(arena, count, size);
}

static void release(voidpf arena, voidpf block)
{
    (void)arena;
    (void)block;
}

static uInt clip(uint64_t size)
{
    return size > UINT_MAX ? UINT_MAX : (uInt)size;
}

/* Why an expansion ended. */
typedef enum { COMPLETE, TRUNCATED, CORRUPT, FOREIGN, TOO_LONG } Outcome;

typedef struct {
    const char *name; /* of the data: "gzip" */
    int window;
    const char *data;
    size_t size, used;
    char *out;        /* NULL: only count */
    uint64_t written; /* bytes of all members so far */
    uint64_t limit;   /* of written; with out, its size */
} Expansion;

/* Expands the member that begins at data[used]. stream is at rest before and after. */
static Outcome expand_member(z_stream *stream, Expansion *e)
{
    char scratch[SCRATCH];
    for (;;) {
        uInt input = clip(e->size - e->used);
        uInt room = e->out ? clip(e->limit - e->written) : SCRATCH;
        char none; /* for the trailer, once out is full: inflate wants an address */
        stream->next_in = (Bytef *)(uintptr_t)(e->data + e->used);
        stream->avail_in = input;
        stream->next_out = (Bytef *)(!e->out ? scratch : room ? e->out + e->written : &none);
        stream->avail_out = room;
        int status = inflate(stream, Z_NO_FLUSH);
        uInt consumed = input - stream->avail_in, produced = room - stream->avail_out;
        e->used += consumed;
        e->written += produced;
        if (e->written > e->limit)
            return TOO_LONG;
        if (status == Z_STREAM_END)
            return COMPLETE;
        if (status != Z_OK && status != Z_BUF_ERROR)
            return CORRUPT;
        if (consumed == 0 && produced == 0)
            return e->used == e->size ? TRUNCATED : CORRUPT;
    }
}

/* Zeros behind the last member fill a block of a tape; gzip passes over them, too. */
static bool is_padding(const Expansion *e)
{
    size_t at = e->used;
    while (at < e->size && !e->data[at])
        at++;
    return at == e->size;
}

static Outcome expand_all(Arena *arena, Expansion *e)
{
    z_stream stream = {.zalloc = allocate, .zfree = release, .opaque = arena};
    if (inflateInit2(&stream, e->window) != Z_OK)
        return CORRUPT;
    do {
        Outcome outcome = expand_member(&stream, e);
        if (outcome != COMPLETE)
            return outcome;
        if (is_padding(e))
            return COMPLETE;
        if (e->window != GZIP_WINDOW || !gzip_recognised(e->data + e->used, e->size - e->used))
            return FOREIGN;
        inflateReset(&stream);
    } while (e->used < e->size);
    return COMPLETE;
}

static bool report(Diagnostics *diagnostics, const char *file, Outcome outcome, const Expansion *e)
{
    Place place = {file, 0, 0};
    switch (outcome) {
    case COMPLETE:
        return true;
    case TRUNCATED:
        return diagnostics_error(diagnostics, place, "the %s data are truncated: they end after %zu bytes", e->name,
                                 e->size);
    case FOREIGN:
        return diagnostics_error(diagnostics, place, "something that is not %s follows the %s data at byte %zu",
                                 e->name, e->name, e->used);
    case TOO_LONG:
        return diagnostics_error(
            diagnostics, place,
            "the %s data expand to more than %llu bytes; the environment variable " FILE_LIMIT_VARIABLE
            " sets another limit",
            e->name, (unsigned long long)e->limit);
    case CORRUPT:
        break;
    }
    return diagnostics_error(diagnostics, place, "the %s data are corrupt near byte %zu", e->name, e->used);
}

/* Expands what count describes, whose window and data are set. The first pass only counts: a bomb costs no memory, and
 * the second pass finds a block of the exact size. */
static bool expand(Arena *arena, Diagnostics *diagnostics, const char *file, Expansion count, char **expanded,
                   size_t *expanded_size)
{
    Expansion fill = count;
    if (!report(diagnostics, file, expand_all(arena, &count), &count))
        return false;
    fill.limit = count.written;
    fill.out = arena_alloc(arena, (size_t)count.written + 1);
    if (!report(diagnostics, file, expand_all(arena, &fill), &fill))
        return false;
    *expanded = fill.out;
    *expanded_size = (size_t)count.written;
    return true;
}

bool gzip_expand(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size,
                 uint64_t limit, char **expanded, size_t *expanded_size)
{
    const Expansion whole = {.name = "gzip", .window = GZIP_WINDOW, .data = data, .size = size, .limit = limit};
    return expand(arena, diagnostics, file, whole, expanded, expanded_size);
}

bool gzip_inflate(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size,
                  uint64_t limit, char **expanded, size_t *expanded_size)
{
    const Expansion whole = {.name = "deflated", .window = BARE_WINDOW, .data = data, .size = size, .limit = limit};
    return expand(arena, diagnostics, file, whole, expanded, expanded_size);
}

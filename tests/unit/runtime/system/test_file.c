#include "tests/unit/fixture.h"

#include "runtime/system/gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <zlib.h>

TestSuite(file, .init = fixture_open, .fini = fixture_close);

/* One gzip member. */
static char *compress_text(const char *text, size_t size, size_t *compressed_size)
{
    z_stream stream = {0};
    cr_assert_eq(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t capacity = deflateBound(&stream, size);
    char *compressed = arena_alloc(arena, capacity);
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = (uInt)size;
    stream.next_out = (Bytef *)compressed;
    stream.avail_out = (uInt)capacity;
    cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *compressed_size = capacity - stream.avail_out;
    deflateEnd(&stream);
    return compressed;
}

static void assert_content(const char *path, const char *content)
{
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, path, &data, &size), "%s", fixture_messages());
    cr_assert_eq(size, strlen(content));
    cr_assert_str_eq(data, content);
}

static void assert_unreadable(const char *path, const char *message)
{
    char *data;
    size_t size;
    cr_assert_not(file_read(arena, diagnostics, path, &data, &size));
    cr_assert_str_eq(fixture_messages(), message);
}

Test(file, reads_what_was_written)
{
    const char *path = fixture_path("a");
    cr_assert(file_write(diagnostics, path, "one\ntwo", 7));
    assert_content(path, "one\ntwo");
    cr_assert(file_write(diagnostics, path, "", 0));
    assert_content(path, "");
    cr_assert_eq(fixture_entries(), 1);
}

Test(file, reads_a_pipe_of_unknown_length)
{
    enum { SIZE = 300000 };
    char *content = arena_alloc(arena, SIZE + 1);
    memset(content, 'x', SIZE);
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        for (int done = 0; done < SIZE; done += 1000)
            if (write(ends[1], content, 1000) != 1000)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    assert_content(text_print(arena, "/dev/fd/%d", ends[0]), content);
}

Test(file, names_what_cannot_be_read)
{
    assert_unreadable(fixture_path("missing"), "missing: cannot read: No such file or directory\n");
    assert_unreadable(folder, text_print(arena,
                                         "missing: cannot read: No such file or directory\n"
                                         "%s: cannot read: Is a directory\n",
                                         folder));
}

Test(file, expands_gzip_members)
{
    size_t first, second;
    char *a = compress_text("hello ", 6, &first), *b = compress_text("world\n", 6, &second);
    Text both = text_new(arena);
    text_append(&both, a, first);
    text_append(&both, b, second);
    assert_content(fixture_file("one.gz", a, first), "hello ");
    assert_content(fixture_file("two.gz", both.data, both.length), "hello world\n");
    char *empty = compress_text("", 0, &first);
    assert_content(fixture_file("empty.gz", empty, first), "");
}

Test(file, refuses_every_truncation_of_gzip)
{
    size_t size;
    char *compressed = compress_text("some text, some text", 20, &size);
    for (size_t length = 2; length < size; length++) {
        diagnostics = diagnostics_new(arena);
        const char *path = fixture_file("short.gz", compressed, length);
        assert_unreadable(
            path, text_print(arena, "short.gz: the gzip data are truncated: they end after %zu bytes\n", length));
    }
}

Test(file, refuses_corrupt_gzip)
{
    size_t size;
    char *compressed = compress_text("some text, some text", 20, &size);
    compressed[size - 8] ^= 1; /* the checksum */
    const char *path = fixture_file("bad.gz", compressed, size);
    assert_unreadable(path, text_print(arena, "bad.gz: the gzip data are corrupt near byte %zu\n", size - 4));
}

Test(file, refuses_what_follows_gzip)
{
    size_t size;
    char *compressed = compress_text("x", 1, &size);
    Text text = text_new(arena);
    text_append(&text, compressed, size);
    text_add(&text, "rest");
    assert_unreadable(
        fixture_file("tail.gz", text.data, text.length),
        text_print(arena, "tail.gz: something that is not gzip follows the gzip data at byte %zu\n", size));
}

Test(file, limits_what_gzip_expands_to)
{
    enum { SIZE = 200000 };
    size_t size, expanded_size;
    char *expanded, *compressed = compress_text(arena_alloc(arena, SIZE), SIZE, &size);
    cr_assert(gzip_expand(arena, diagnostics, "z", compressed, size, SIZE, &expanded, &expanded_size));
    cr_assert_eq(expanded_size, SIZE);
    cr_assert_not(gzip_expand(arena, diagnostics, "z", compressed, size, SIZE - 1, &expanded, &expanded_size));
    cr_assert_str_eq(fixture_messages(), "z: the gzip data expand to more than 199999 bytes; the environment variable "
                                         "COSTATE_MOST_BYTES sets another limit\n");
}

Test(file, endless_files_end_at_a_limit)
{
    cr_assert_eq(setenv(FILE_LIMIT_VARIABLE, "1000000", 1), 0);
    assert_unreadable("/dev/zero", "/dev/zero: it has more than 1000000 bytes; the environment variable "
                                   "COSTATE_MOST_BYTES sets another limit\n");
}

Test(file, a_gzip_bomb_ends_at_the_limit_that_is_set)
{
    enum { SIZE = 200000 };
    size_t size;
    char *compressed = compress_text(arena_alloc(arena, SIZE), SIZE, &size), *data;
    const char *path = fixture_file("bomb.gz", compressed, size);
    cr_assert_eq(setenv(FILE_LIMIT_VARIABLE, "200000", 1), 0);
    cr_assert(file_read(arena, diagnostics, path, &data, &size), "%s", fixture_messages());
    cr_assert_eq(setenv(FILE_LIMIT_VARIABLE, "199999", 1), 0);
    assert_unreadable(path, "bomb.gz: the gzip data expand to more than 199999 bytes; the environment variable "
                            "COSTATE_MOST_BYTES sets another limit\n");
}

/* Memory that runs out while a file is open: no descriptor is left when the arena is gone. */
Test(file, no_descriptor_leaks_where_memory_runs_out)
{
    const char *path = fixture_text("a", "content");
    int before = open("/dev/null", O_RDONLY);
    close(before);
    for (size_t count = 1; count < 6; count++) {
        Arena *small = arena_new();
        Diagnostics *unused = diagnostics_new(small);
        char *data;
        size_t size;
        if (setjmp(*arena_recovery(small)) == 0) {
            arena_fail_after(small, count);
            file_read(small, unused, path, &data, &size);
        }
        arena_free(small);
    }
    int after = open("/dev/null", O_RDONLY);
    close(after);
    cr_expect_eq(after, before);
}

Test(file, keeps_permissions_and_links)
{
    const char *path = fixture_text("private", "old"), *link = fixture_path("link");
    struct stat status;
    cr_assert_eq(chmod(path, 0640), 0);
    cr_assert_eq(symlink("private", link), 0);
    cr_assert(file_write(diagnostics, link, "new", 3));
    assert_content(path, "new");
    cr_assert_eq(lstat(link, &status), 0);
    cr_assert(S_ISLNK(status.st_mode));
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0640);
}

Test(file, a_new_file_follows_the_umask)
{
    struct stat status;
    umask(027);
    cr_assert(file_write(diagnostics, fixture_path("new"), "x", 1));
    cr_assert_eq(stat(fixture_path("new"), &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0640);
}

Test(file, a_failed_write_leaves_nothing)
{
    cr_assert_not(file_write(diagnostics, fixture_path("none/a"), "x", 1));
    cr_assert_not(file_write(diagnostics, folder, "x", 1));
    cr_assert_str_eq(fixture_messages(), text_print(arena,
                                                    "none/a: cannot write: No such file or directory\n"
                                                    "%s: cannot write: Is a directory\n",
                                                    folder));
    cr_assert_eq(fixture_entries(), 0);
}

Test(file, a_full_device_leaves_the_old_file)
{
    cr_assert_not(file_write(diagnostics, "/dev/full", "x", 1));
    cr_assert_str_eq(fixture_messages(), "/dev/full: cannot write: No space left on device\n");
    cr_assert(file_write(diagnostics, "/dev/null", "x", 1));
}

Test(file, writes_straight_to_a_pipe)
{
    const char *path = fixture_path("fifo");
    cr_assert_eq(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    cr_assert(file_write(diagnostics, path, "through", 7));
    char got[8] = "";
    cr_assert_eq(read(reader, got, 7), 7);
    cr_assert_str_eq(got, "through");
    close(reader);
}

Test(file, writes_where_standard_output_goes)
{
    const char *path = fixture_text("output", "");
    int output = open(path, O_WRONLY | O_APPEND), before = dup(STDOUT_FILENO);
    dup2(output, STDOUT_FILENO);
    bool written = file_write(diagnostics, "/dev/stdout", "a", 1) && file_write(diagnostics, path, "b", 1);
    dup2(before, STDOUT_FILENO);
    cr_assert(written);
    assert_content(path, "ab");
}

Test(file, makes_folders_and_takes_them_away)
{
    size_t made;
    const char *deep = fixture_path("a/b//c/");
    cr_assert(folder_create(diagnostics, deep, &made));
    cr_assert_eq(made, 3);
    cr_assert(file_exists(deep));
    cr_assert(folder_create(diagnostics, fixture_path("a/b/d"), &made));
    cr_assert_eq(made, 1);
    folder_remove(fixture_path("a/b/d"), made);
    cr_assert_not(file_exists(fixture_path("a/b/d")));
    cr_assert(file_exists(deep));
    cr_assert(folder_create(diagnostics, deep, &made));
    cr_assert_eq(made, 0);
    folder_remove(deep, 3);
    cr_assert_eq(fixture_entries(), 0);
}

Test(file, a_folder_that_cannot_be_made_leaves_none)
{
    size_t made;
    char name[301];
    memset(name, 'n', 300);
    name[300] = '\0';
    const char *path = fixture_path(text_print(arena, "a/b/%s/c", name));
    cr_assert_not(folder_create(diagnostics, path, &made));
    cr_assert_eq(made, 0);
    cr_assert_eq(fixture_entries(), 0);
    fixture_text("file", "");
    diagnostics = diagnostics_new(arena);
    cr_assert_not(folder_create(diagnostics, fixture_path("file/x"), &made));
    cr_assert_str_eq(fixture_messages(), "file/x: cannot create the folder: Not a directory\n");
}

Test(file, joins_paths)
{
    cr_assert_str_eq(path_join(arena, "a", "b"), "a/b");
    cr_assert_str_eq(path_join(arena, "a/", "b"), "a/b");
    cr_assert_str_eq(path_join(arena, "", "b"), "b");
    cr_assert_str_eq(path_join(arena, "a", "/b"), "/b");
}

/* A child holds the lock: it is named; when it is killed its lock is void and its temporary files go. */
Test(file, a_folder_is_locked_while_its_process_lives)
{
    int ready[2];
    char byte;
    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        bool held = folder_lock(arena, diagnostics, folder);
        fixture_text(text_print(arena, ".costate-%ld-0", (long)getpid()), "half");
        if (held && write(ready[1], "r", 1) == 1)
            pause();
        _exit(1);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_expect_null(folder_lock(arena, diagnostics, folder));
    cr_expect(strstr(fixture_messages(), text_print(arena, ": process %ld is at work in this folder", (long)child)),
              "%s", fixture_messages());
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    FolderLock *lock = folder_lock(arena, diagnostics, folder);
    cr_expect_not_null(lock);
    folder_unlock(lock);
    cr_expect_eq(fixture_entries(), 0);
}

/* A folder of somebody else may have a link there. */
Test(file, a_lock_is_no_link)
{
    const char *elsewhere = fixture_path("elsewhere"), *link = fixture_path(".costate-lock");
    cr_assert_eq(symlink(elsewhere, link), 0);
    cr_expect_null(folder_lock(arena, diagnostics, folder));
    cr_expect_str_eq(fixture_messages(), ".costate-lock: cannot lock: Too many levels of symbolic links\n");
    cr_expect_not(file_exists(elsewhere));
}

/* Of many that want it at a time, while those who have it remove its file, one has it. */
Test(file, a_lock_that_is_removed_is_no_lock)
{
    enum { PROCESSES = 8, TIMES = 300 };
    const char *alone = fixture_path("alone");
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            for (int times = 0; times < TIMES; times++) {
                FolderLock *lock = folder_lock(arena, diagnostics, folder);
                int descriptor = lock ? open(alone, O_WRONLY | O_CREAT | O_EXCL, 0666) : -1;
                if (lock && descriptor < 0)
                    _exit(1);
                if (lock)
                    unlink(alone);
                close(descriptor);
                folder_unlock(lock);
            }
            _exit(0);
        }
    for (int i = 0, status; i < PROCESSES; i++) {
        wait(&status);
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

Test(file, a_lock_goes_with_its_memory)
{
    Arena *own = arena_within(arena);
    cr_expect_not_null(folder_lock(own, diagnostics, folder));
    cr_expect_eq(fixture_entries(), 1);
    arena_free(own);
    cr_expect_eq(fixture_entries(), 0);
}

/* Those of the living stay. */
Test(file, what_a_killed_process_left_goes_with_the_next_write)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    fixture_text(text_print(arena, ".costate-%ld-0", (long)child), "half");
    fixture_text(text_print(arena, ".costate-%ld-7", (long)getpid()), "half");
    cr_assert(file_write(diagnostics, fixture_path("whole"), "x", 1), "%s", fixture_messages());
    cr_expect_eq(fixture_entries(), 2);
}

static size_t give_nothing(void *context, const char **data)
{
    (void)context, (void)data;
    errno = EIO;
    return FILE_UNREADABLE;
}

Test(file, what_cannot_be_had_is_not_written)
{
    cr_expect_not(file_write_stream(diagnostics, fixture_path("part"), give_nothing, NULL));
    cr_expect_str_eq(fixture_messages(), "part: cannot write: Input/output error\n");
    cr_expect_eq(fixture_entries(), 0);
}

/* It is not said to be absent. */
Test(file, what_cannot_be_looked_at)
{
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    cr_expect(file_exists(fixture_path(name)));
    cr_expect_not(file_exists(fixture_path("absent")));
    cr_expect_not(file_exists(fixture_path("absent/deeper")));
}

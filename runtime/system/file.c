#define _DEFAULT_SOURCE   /* madvise */
#define _XOPEN_SOURCE 700 /* realpath */
#include "runtime/system/file.h"

#include "runtime/system/gzip.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, LINKS = 40, FIRST_READ = 1 << 16 };

static bool fail(Diagnostics *diagnostics, const char *path, const char *action, int error)
{
    return diagnostics_error(diagnostics, (Place){path, 0, 0}, "cannot %s: %s", action, strerror(error));
}

/* Up to size bytes: fewer only at the end of the file; -1 with errno on an error. */
static ssize_t read_fully(int descriptor, char *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t count = read(descriptor, data + done, size - done);
        if (count == 0)
            break;
        if (count < 0 && errno != EINTR)
            return -1;
        if (count > 0)
            done += (size_t)count;
    }
    return (ssize_t)done;
}

uint64_t file_limit(void)
{
    const char *text = getenv(FILE_LIMIT_VARIABLE);
    char *end = NULL;
    unsigned long long limit = text ? strtoull(text, &end, 10) : 0;
    return limit > 0 && *end == '\0' ? limit : FILE_LIMIT;
}

/* A file that is open while its content is allocated: should that fail, the arena closes it. */
typedef struct {
    int descriptor; /* -1: none */
} OpenFile;

static void close_file(void *object)
{
    OpenFile *file = object;
    if (file->descriptor >= 0)
        close(file->descriptor);
    file->descriptor = -1;
}

static OpenFile *open_file(Arena *arena, const char *path)
{
    OpenFile *file = ARENA_NEW(arena, OpenFile);
    file->descriptor = -1;
    arena_on_free(arena, close_file, file);
    file->descriptor = open(path, O_RDONLY);
    return file;
}

/* Reads to the end of the descriptor, or EFBIG beyond limit. A file of the expected size needs one block; a pipe, which
 * has none, grows. */
static bool read_all(Arena *arena, int descriptor, size_t expected, uint64_t limit, char **data, size_t *size)
{
    size_t capacity = expected ? expected + 1 : FIRST_READ, filled = 0;
    char *block = arena_alloc(arena, capacity + 1);
    for (;;) {
        ssize_t count = read_fully(descriptor, block + filled, capacity - filled);
        if (count < 0)
            return false;
        filled += (size_t)count;
        if (!expected && filled > limit) {
            errno = EFBIG;
            return false;
        }
        if (filled < capacity)
            break;
        block = arena_grow(arena, block, filled, 2 * capacity + 1);
        capacity *= 2;
    }
    *data = block;
    *size = filled;
    return true;
}

static bool too_long(Diagnostics *diagnostics, const char *path, uint64_t limit)
{
    return diagnostics_error(diagnostics, (Place){path, 0, 0},
                             "it has more than %llu bytes; the environment variable " FILE_LIMIT_VARIABLE
                             " sets another limit",
                             (unsigned long long)limit);
}

bool file_read(Arena *arena, Diagnostics *diagnostics, const char *path, char **data, size_t *size)
{
    const uint64_t limit = file_limit();
    OpenFile *file = open_file(arena, path);
    struct stat status;
    if (file->descriptor < 0)
        return fail(diagnostics, path, "read", errno);
    bool read =
        fstat(file->descriptor, &status) == 0 &&
        read_all(arena, file->descriptor, S_ISREG(status.st_mode) ? (size_t)status.st_size : 0, limit, data, size);
    int error = errno;
    close_file(file);
    if (!read)
        return error == EFBIG ? too_long(diagnostics, path, limit) : fail(diagnostics, path, "read", error);
    if (gzip_recognised(*data, *size))
        return gzip_expand(arena, diagnostics, path, *data, *size, limit, data, size);
    return true;
}

/* Pages of a file. */
typedef struct {
    void *start; /* MAP_FAILED: none */
    size_t size;
} Mapping;

static void unmap(void *object)
{
    const Mapping *mapping = object;
    if (mapping->start != MAP_FAILED)
        munmap(mapping->start, mapping->size);
}

bool file_map(Arena *arena, const char *path, char **data, size_t *size)
{
    OpenFile *file = open_file(arena, path);
    struct stat status;
    Mapping *mapping = ARENA_NEW(arena, Mapping);
    mapping->start = MAP_FAILED;
    arena_on_free(arena, unmap, mapping);
    if (file->descriptor >= 0 && fstat(file->descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size > 0) {
        mapping->size = (size_t)status.st_size;
        mapping->start = mmap(NULL, mapping->size, PROT_READ, MAP_SHARED, file->descriptor, 0);
    }
    close_file(file);
    *data = mapping->start;
    *size = mapping->size;
    return mapping->start != MAP_FAILED && !gzip_recognised(*data, *size);
}

/* posix_madvise promises that nothing is lost, for which glibc does nothing; these pages are the file's. */
void file_unneeded(const char *data, size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const uintptr_t first = (uintptr_t)data / page * page, end = ((uintptr_t)data + size + page - 1) / page * page;
    if (first < end)
        madvise((void *)first, end - first, MADV_DONTNEED);
}

static bool write_fully(int descriptor, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t count = write(descriptor, data, size);
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0) {
            data += count;
            size -= (size_t)count;
        }
    }
    return true;
}

/* What is written to a file: next(context, &data) gives the bytes that follow, 0 of them at the end. */
typedef struct {
    size_t (*next)(void *context, const char **data);
    void *context;
} Stream;

static bool write_stream(int descriptor, const Stream *stream)
{
    const char *data;
    for (size_t size; (size = stream->next(stream->context, &data)) > 0;)
        if (size == FILE_UNREADABLE || !write_fully(descriptor, data, size))
            return false;
    return true;
}

/* The length of path's folder with its slash: 0 where there is none. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* "folder/name" with folder[0..length) ending in a slash or empty; false with ENAMETOOLONG. */
static bool beside(char target[PATH_SIZE], const char *folder, size_t length, const char *name)
{
    size_t name_length = strlen(name);
    if (length + name_length >= PATH_SIZE) {
        errno = ENAMETOOLONG;
        return false;
    }
    memmove(target, folder, length);
    memcpy(target + length, name, name_length + 1);
    return true;
}

/* The path that a chain of symbolic links ends at, which need not exist: the link stays, its file is replaced. */
static bool follow_links(const char *path, char target[PATH_SIZE])
{
    if (!beside(target, "", 0, path))
        return false;
    for (int i = 0; i < LINKS; i++) {
        char link[PATH_SIZE];
        ssize_t length = readlink(target, link, sizeof link - 1);
        if (length < 0)
            return true;
        link[length] = '\0';
        if (!beside(target, target, link[0] == '/' ? 0 : folder_length(target), link))
            return false;
    }
    errno = ELOOP;
    return false;
}

/* A new file in target's folder; its name goes to temporary. -1 with errno. mkstemp would ignore the umask. */
static int create_beside(const char *target, mode_t mode, char temporary[PATH_SIZE])
{
    for (int i = 0;; i++) {
        char name[64];
        snprintf(name, sizeof name, ".costate-%ld-%d", (long)getpid(), i);
        if (!beside(temporary, target, folder_length(target), name))
            return -1;
        int descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
        if (descriptor >= 0 || errno != EEXIST)
            return descriptor;
    }
}

/* Makes a rename in folder last. Some file systems cannot sync a folder; the file itself is safe there too. */
static void sync_folder(const char *folder)
{
    int descriptor = open(folder, O_RDONLY);
    if (descriptor < 0)
        return;
    fsync(descriptor);
    close(descriptor);
}

/* Is it ".costate-PID-N" of a process that is no more? */
static bool is_left_over(const char *name)
{
    long process;
    int number;
    char rest;
    return sscanf(name, ".costate-%ld-%d%c", &process, &number, &rest) == 2 && process > 0 &&
           kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

static void remove_left_over(const char *folder)
{
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (is_left_over(entry->d_name))
            unlinkat(dirfd(listing), entry->d_name, 0);
    if (listing)
        closedir(listing);
}

/* existing: the state of the file that is replaced, or NULL. 0, or the errno of what failed. */
static int replace(const char *target, const struct stat *existing, const Stream *stream)
{
    char temporary[PATH_SIZE], folder[PATH_SIZE];
    mode_t mode = existing ? existing->st_mode & 0777 : 0666;
    if (existing && access(target, W_OK) != 0)
        return errno;
    if (!beside(folder, target, folder_length(target), "."))
        return errno;
    remove_left_over(folder);
    int descriptor = create_beside(target, mode, temporary);
    if (descriptor < 0)
        return errno;
    if (existing)
        fchmod(descriptor, mode); /* undoes the umask; a file system without permissions refuses, and needs none */
    bool written = write_stream(descriptor, stream) && fsync(descriptor) == 0;
    int error = errno;
    if (close(descriptor) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written && rename(temporary, target) == 0) {
        sync_folder(folder);
        return 0;
    }
    error = written ? errno : error;
    unlink(temporary);
    return error;
}

static bool is_standard_output(const struct stat *status)
{
    struct stat output;
    return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == status->st_dev && output.st_ino == status->st_ino;
}

static int write_through(const char *path, bool standard_output, const Stream *stream)
{
    if (standard_output)
        fflush(stdout);
    int descriptor = standard_output ? dup(STDOUT_FILENO) : open(path, O_WRONLY);
    if (descriptor < 0)
        return errno;
    int error = write_stream(descriptor, stream) ? 0 : errno;
    close(descriptor);
    return error;
}

bool file_write_stream(Diagnostics *diagnostics, const char *path, size_t (*next)(void *context, const char **data),
                       void *context)
{
    const Stream stream = {next, context};
    struct stat status;
    bool exists = stat(path, &status) == 0;
    bool output = exists && is_standard_output(&status);
    char target[PATH_SIZE];
    int error;
    if (exists && (output || !S_ISREG(status.st_mode)))
        error = write_through(path, output, &stream);
    else if (follow_links(path, target))
        error = replace(target, exists ? &status : NULL, &stream);
    else
        error = errno;
    return error ? fail(diagnostics, path, "write", error) : true;
}

typedef struct {
    const char *data;
    size_t size;
} Piece;

/* All of the piece, and then nothing. */
static size_t give(void *context, const char **data)
{
    Piece *piece = context;
    size_t size = piece->size;
    *data = piece->data;
    piece->size = 0;
    return size;
}

bool file_write(Diagnostics *diagnostics, const char *path, const void *data, size_t size)
{
    Piece piece = {data, size};
    return file_write_stream(diagnostics, path, give, &piece);
}

bool file_move(Diagnostics *diagnostics, const char *from, const char *to)
{
    return rename(from, to) == 0 ? true : fail(diagnostics, to, "write", errno);
}

void file_remove(const char *path)
{
    unlink(path);
}

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

bool folder_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* 0 where path is a folder now, else an errno. */
static int make_folder(const char *path, size_t *made)
{
    struct stat status;
    if (mkdir(path, 0777) == 0) {
        ++*made;
        return 0;
    }
    if (errno != EEXIST)
        return errno;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
}

/* Creates every missing folder of path. 0, or the errno of what failed: path is then cut to the folders before it. */
static int create_each(char *path, size_t *made)
{
    for (char *end = path;;) {
        char *before = end;
        end += strspn(end, "/");
        end += strcspn(end, "/");
        char after = *end;
        *end = '\0';
        int error = make_folder(path, made);
        *end = after;
        if (error)
            *before = '\0';
        if (error || end[strspn(end, "/")] == '\0')
            return error;
    }
}

/* The length of path without the slashes it ends with. */
static size_t trimmed(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    return length;
}

/* Removes the folder at path, which is overwritten, and those above it, made in all. */
static void remove_made(char *path, size_t made)
{
    for (; made > 0; made--) {
        path[trimmed(path)] = '\0';
        if (rmdir(path) != 0)
            return;
        path[folder_length(path)] = '\0';
    }
}

bool folder_create(Diagnostics *diagnostics, const char *path, size_t *made)
{
    char copy[PATH_SIZE];
    *made = 0;
    int error = beside(copy, "", 0, path) ? create_each(copy, made) : errno;
    if (!error)
        return true;
    remove_made(copy, *made);
    *made = 0;
    return fail(diagnostics, path, "create the folder", error);
}

void folder_remove(const char *path, size_t made)
{
    char copy[PATH_SIZE];
    if (beside(copy, "", 0, path))
        remove_made(copy, made);
}

/* 0, or the errno; *holder is the process that has the lock instead. */
static int lock_whole(int descriptor, pid_t *holder)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_SETLK, &whole) == 0)
        return 0;
    int error = errno;
    *holder = fcntl(descriptor, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK ? whole.l_pid : 0;
    return error;
}

/* Does the path still lead to what is open? Whoever had the lock may have removed its file since. */
static bool is_there(const char *path, int descriptor)
{
    struct stat opened, named;
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

/* A descriptor of the file with its lock, or -1 with the errno; *holder is the process that has it instead. No link is
 * followed: a folder of somebody else may have it lead anywhere. */
static int lock_file(const char *path, pid_t *holder)
{
    *holder = 0;
    for (;;) {
        int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        int error = descriptor < 0 ? errno : lock_whole(descriptor, holder);
        if (!error && is_there(path, descriptor))
            return descriptor;
        if (descriptor >= 0)
            close(descriptor);
        errno = error;
        if (error)
            return -1;
    }
}

struct FolderLock {
    int descriptor; /* -1: none is held */
    const char *path;
};

void folder_unlock(FolderLock *lock)
{
    if (!lock || lock->descriptor < 0)
        return;
    unlink(lock->path);
    close(lock->descriptor);
    lock->descriptor = -1;
}

static void release_lock(void *object)
{
    folder_unlock(object);
}

FolderLock *folder_lock(Arena *arena, Diagnostics *diagnostics, const char *folder)
{
    pid_t holder;
    FolderLock *lock = ARENA_NEW(arena, FolderLock);
    *lock = (FolderLock){-1, path_join(arena, folder, ".costate-lock")};
    arena_on_free(arena, release_lock, lock);
    lock->descriptor = lock_file(lock->path, &holder);
    if (lock->descriptor >= 0) {
        remove_left_over(folder);
        return lock;
    }
    if (holder)
        diagnostics_error(diagnostics, (Place){folder, 0, 0}, "process %ld is at work in this folder", (long)holder);
    else
        fail(diagnostics, lock->path, "lock", errno);
    return NULL;
}

const char *path_join(Arena *arena, const char *folder, const char *name)
{
    if (name[0] == '/' || folder[0] == '\0')
        return name;
    return text_print(arena, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
}

/* "x" and "." of "x", "/" of "/x", "a" of "a/x". */
static const char *parent_of(Arena *arena, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    return !slash ? "." : slash == path ? "/" : arena_string(arena, path, (size_t)(slash - path));
}

/* The same of a folder; of one that is not there by that above it. */
static const char *folder_absolute(Arena *arena, const char *folder)
{
    const char *name;
    char real[PATH_MAX];
    if (realpath(folder, real))
        return arena_string(arena, real, strlen(real));
    if (!strcmp(folder, ".") || !strcmp(folder, "/"))
        return folder;
    const char *parent = parent_of(arena, folder, &name), *above, *real_parent = folder_absolute(arena, parent);
    if (!strcmp(name, ".."))
        return parent_of(arena, real_parent, &above);
    return !*name || !strcmp(name, ".") ? real_parent : path_join(arena, real_parent, name);
}

const char *path_absolute(Arena *arena, const char *path)
{
    const char *name, *parent = parent_of(arena, path, &name);
    const bool plain = *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    return plain && !folder_exists(path) ? path_join(arena, folder_absolute(arena, parent), name)
                                         : folder_absolute(arena, path);
}

const char *path_between(Arena *arena, const char *folder, const char *path)
{
    Text text = text_new(arena);
    size_t shared = 0, i = 0;
    for (; folder[i] && folder[i] == path[i]; i++)
        if (folder[i] == '/')
            shared = i + 1;
    if (!folder[i] && (path[i] == '/' || !path[i]))
        shared = i + (path[i] == '/');
    for (const char *rest = folder + (shared < i ? shared : i); *rest; rest += strcspn(rest, "/"), rest += *rest == '/')
        text_add(&text, "../");
    text_add(&text, path + shared);
    if (text.length > 1 && text.data[text.length - 1] == '/')
        text.data[text.length - 1] = '\0';
    return text.length ? text.data : ".";
}

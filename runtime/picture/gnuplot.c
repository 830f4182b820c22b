#include "runtime/picture/gnuplot.h"

#include "gen/base/utf8.h"
#include "runtime/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* In double quotes, where \\ooo is a byte: what means something to gnuplot, in them or where it looks for their end, is
 * written so, and so is an octal digit behind that, which gnuplot would take for a part of it. In single quotes '' is a
 * quote in some places and an empty string in others. */
void gnuplot_string(Text *text, const char *string)
{
    static const char special[] = "\"\\`'@#$%{}";
    size_t length = strlen(string);
    bool escaped = false;
    text_add(text, "\"");
    for (size_t i = 0; i < length;) {
        Utf8 character = utf8_sound(string + i, length - i);
        escaped = strchr(special, string[i]) || (escaped && string[i] >= '0' && string[i] <= '7');
        if (string[i] == '\n')
            text_add(text, "\\n");
        else if ((unsigned char)string[i] < 32)
            text_add(text, " ");
        else if (escaped)
            text_format(text, "\\%03o", (unsigned)(unsigned char)string[i]);
        else
            text_append(text, character.bytes, character.length);
        i += character.taken;
    }
    text_add(text, "\"");
}

/* ---- a script and its pictures ---- */

/* Where gnuplot has the file of picture 0, and behind it those of the others: above all that is open here. */
enum { FIRST_DESCRIPTOR = 200, CHUNK = 1 << 16 };

Gnuplot gnuplot_new(Arena *arena)
{
    return (Gnuplot){.script = text_new(arena)};
}

void gnuplot_picture(Gnuplot *gnuplot, GnuplotPicture picture)
{
    gnuplot->pictures = ARENA_MORE(gnuplot->script.arena, gnuplot->pictures, gnuplot->count, gnuplot->capacity);
    text_format(&gnuplot->script, "set output '/dev/fd/%zu'\n", FIRST_DESCRIPTOR + gnuplot->count);
    gnuplot->pictures[gnuplot->count++] = picture;
}

/* ---- running it ---- */

/* Files without a name, so that neither side can wait for the other, and nothing stays of a run that is killed. */
typedef struct {
    FILE *script, *messages, **pictures;
} Files;

static bool open_files(Files *files, const Gnuplot *gnuplot)
{
    files->script = tmpfile();
    files->messages = tmpfile();
    bool open = files->script && files->messages;
    for (size_t i = 0; i < gnuplot->count && open; i++)
        open = (files->pictures[i] = tmpfile()) != NULL;
    return open && fwrite(gnuplot->script.data, 1, gnuplot->script.length, files->script) == gnuplot->script.length &&
           fflush(files->script) == 0;
}

static void close_files(Files *files, const Gnuplot *gnuplot)
{
    if (files->script)
        fclose(files->script);
    if (files->messages)
        fclose(files->messages);
    for (size_t i = 0; i < gnuplot->count && files->pictures[i]; i++)
        fclose(files->pictures[i]);
}

static int start(const Files *files, size_t pictures, pid_t *child)
{
    static char program[] = "gnuplot", quiet[] = "-d";
    char *const arguments[] = {program, quiet, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(files->script), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(files->messages), STDERR_FILENO);
    int error = 0;
    for (size_t i = 0; i < pictures && !error; i++)
        error = posix_spawn_file_actions_adddup2(&actions, fileno(files->pictures[i]), FIRST_DESCRIPTOR + (int)i);
    error = error ? error : posix_spawnp(child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static bool cannot_run(Diagnostics *diagnostics, int error)
{
    if (error == ENOENT)
        return diagnostics_error(diagnostics, (Place){0},
                                 "gnuplot is not installed, and it draws the pictures: apt-get install gnuplot-nox");
    return diagnostics_error(diagnostics, (Place){0}, "cannot run gnuplot: %s", strerror(error));
}

static bool no_temporary_file(Diagnostics *diagnostics, int error)
{
    return diagnostics_error(diagnostics, (Place){0}, "cannot write a temporary file: %s", strerror(error));
}

/* The line of messages that says where the script is wrong, and else the last one that says something and is no
 * warning. */
static void find_message(FILE *messages, char *message, int size)
{
    char line[256];
    bool found = false;
    rewind(messages);
    *message = '\0';
    while (!found && fgets(line, sizeof line, messages)) {
        line[strcspn(line, "\n")] = '\0';
        const char *number = strstr(line, "line ");
        found = number && number[5] >= '0' && number[5] <= '9' && !strstr(line, "arning");
        if (found || (strspn(line, " \t^") != strlen(line) && !strstr(line, "arning")))
            snprintf(message, (size_t)size, "%s", line);
    }
}

static bool draw(Diagnostics *diagnostics, const Gnuplot *gnuplot, Files *files)
{
    pid_t child;
    int status;
    char message[256];
    if (!open_files(files, gnuplot))
        return no_temporary_file(diagnostics, errno);
    rewind(files->script);
    int error = start(files, gnuplot->count, &child);
    if (error)
        return cannot_run(diagnostics, error);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return diagnostics_error(diagnostics, (Place){0}, "cannot wait for gnuplot: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return cannot_run(diagnostics, ENOENT);
    find_message(files->messages, message, sizeof message);
    if (WIFSIGNALED(status))
        return diagnostics_error(diagnostics, (Place){0}, "gnuplot was ended by a signal: %s",
                                 strsignal(WTERMSIG(status)));
    return diagnostics_error(diagnostics, (Place){0}, "gnuplot failed: %s", *message ? message : "it says nothing");
}

/* ---- what was drawn ---- */

/* A drawn picture while it is copied, and where it is read. */
typedef struct {
    int descriptor;
    off_t at;
    char chunk[CHUNK];
} Copy;

static size_t next_chunk(void *context, const char **data)
{
    Copy *copy = context;
    ssize_t count;
    do
        count = pread(copy->descriptor, copy->chunk, sizeof copy->chunk, copy->at);
    while (count < 0 && errno == EINTR);
    *data = copy->chunk;
    if (count < 0)
        return FILE_UNREADABLE;
    copy->at += count;
    return (size_t)count;
}

/* gnuplot does not look whether a disk has taken what it wrote: the end of the picture tells. */
static bool is_whole(const GnuplotPicture *picture, int descriptor)
{
    char end[16];
    off_t size = lseek(descriptor, 0, SEEK_END), length = (off_t)picture->ending_length;
    return size > length && pread(descriptor, end, picture->ending_length, size - length) == length &&
           memcmp(end, picture->ending, picture->ending_length) == 0;
}

/* Why it took no more; 0 where it takes more now. */
static int why_not_whole(int descriptor)
{
    static const char block[CHUNK];
    return pwrite(descriptor, block, sizeof block, lseek(descriptor, 0, SEEK_END)) == sizeof block ? 0
           : errno                                                                                 ? errno
                                                                                                   : ENOSPC;
}

/* What could not be written there is found at the end of the program. */
static bool print(Diagnostics *diagnostics, Copy *copy)
{
    const char *data;
    for (size_t size; (size = next_chunk(copy, &data)) > 0;)
        if (size == FILE_UNREADABLE)
            return no_temporary_file(diagnostics, errno);
        else
            fwrite(data, 1, size, stdout);
    return true;
}

static bool keep(Diagnostics *diagnostics, const GnuplotPicture *picture, int descriptor)
{
    Copy copy = {.descriptor = descriptor};
    if (!picture->path)
        return print(diagnostics, &copy);
    if (is_whole(picture, descriptor))
        return file_write_stream(diagnostics, picture->path, next_chunk, &copy);
    errno = 0;
    int error = why_not_whole(descriptor);
    return error ? no_temporary_file(diagnostics, error)
                 : diagnostics_error(diagnostics, (Place){picture->path, 0, 0}, "gnuplot drew only a part of it");
}

bool gnuplot_run(Diagnostics *diagnostics, const Gnuplot *gnuplot)
{
    Files files = {.pictures = ARENA_ARRAY(gnuplot->script.arena, gnuplot->count + 1, FILE *)};
    bool drawn = draw(diagnostics, gnuplot, &files);
    for (size_t i = 0; i < gnuplot->count && drawn; i++)
        drawn = keep(diagnostics, &gnuplot->pictures[i], fileno(files.pictures[i]));
    close_files(&files, gnuplot);
    return drawn;
}

#include "runtime/solver/compiler.h"

#include "runtime/system/clock.h"
#include "runtime/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

enum { MOST_VERSION = 4096 /* bytes */ };

/* ---- words ---- */

static const char blanks[] = " \t\n";

static size_t count_words(const char *line)
{
    size_t count = 0;
    for (line += strspn(line, blanks); *line; line += strspn(line, blanks)) {
        line += strcspn(line, blanks);
        count++;
    }
    return count;
}

/* Appends the words of line to words at *count. */
static void add_words(Arena *arena, const char **words, size_t *count, const char *line)
{
    for (line += strspn(line, blanks); *line; line += strspn(line, blanks)) {
        size_t length = strcspn(line, blanks);
        words[(*count)++] = arena_string(arena, line, length);
        line += length;
    }
}

/* The words of the lines one after the other, closed by NULL. */
static const char *const *words_of(Arena *arena, size_t line_count, const char *const *lines)
{
    size_t total = 0, count = 0;
    for (size_t i = 0; i < line_count; i++)
        total += count_words(lines[i]);
    const char **words = ARENA_ARRAY(arena, total + 1, const char *);
    for (size_t i = 0; i < line_count; i++)
        add_words(arena, words, &count, lines[i]);
    return words;
}

/* ---- the environment ---- */

static bool is_variable(const char *entry, const char *name)
{
    size_t length = strlen(name);
    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

/* That of costate with messages in English and, where folder is not NULL, temporary files in folder. */
static char *const *environment_in(Arena *arena, const char *folder)
{
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **copy = ARENA_ARRAY(arena, count + 3, char *);
    for (size_t i = 0; i < count; i++)
        if (!is_variable(environ[i], "LC_ALL") && !(folder && is_variable(environ[i], "TMPDIR")))
            copy[kept++] = environ[i];
    copy[kept++] = text_print(arena, "LC_ALL=C");
    if (folder)
        copy[kept] = text_print(arena, "TMPDIR=%s", folder);
    return copy;
}

/* ---- which compiler ---- */

static bool cannot_run(Diagnostics *diagnostics, const char *name, int error)
{
    return diagnostics_error(diagnostics, (Place){0}, "cannot run the C compiler %s: %s", name, strerror(error));
}

/* What `words` print, in file, which has no name: neither side can wait for the other. */
static bool ask(Diagnostics *diagnostics, const char *const *words, char *const *environment, double seconds,
                FILE *file)
{
    Process process;
    if (!file)
        return diagnostics_error(diagnostics, (Place){0}, "cannot write a temporary file: %s", strerror(errno));
    int error = process_start(&process, words, environment, fileno(file));
    if (error)
        return cannot_run(diagnostics, words[0], error);
    if (!process_wait(&process, seconds)) {
        process_stop(&process);
        return diagnostics_error(diagnostics, (Place){0}, "the C compiler %s does not tell its version", words[0]);
    }
    return process.status == 0 ||
           diagnostics_error(diagnostics, (Place){0}, "the C compiler %s --version: exit code %d", words[0],
                             process.status);
}

const Compiler *compiler_find(Arena *arena, Diagnostics *diagnostics, double seconds)
{
    const char *set = getenv("CC"), *lines[2] = {set && count_words(set) > 0 ? set : "cc", "--version"};
    const char *const *question = words_of(arena, 2, lines);
    char *const *environment = environment_in(arena, NULL);
    char version[MOST_VERSION];
    FILE *file = tmpfile();
    bool asked = ask(diagnostics, question, environment, seconds, file);
    if (asked)
        rewind(file);
    size_t length = asked ? fread(version, 1, sizeof version, file) : 0;
    if (file)
        fclose(file);
    if (!asked)
        return NULL;
    Compiler *compiler = ARENA_NEW(arena, Compiler);
    compiler->words = words_of(arena, 1, lines);
    compiler->version = text_print(arena, "%s\n%s", lines[0], arena_string(arena, version, length));
    return compiler;
}

/* ---- compiling ---- */

/* Starts words with their messages in the file at path. 0, or an errno. */
static int launch(Process *process, const char *const *words, char *const *environment, const char *path)
{
    int output = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (output < 0)
        return errno;
    int error = process_start(process, words, environment, output);
    close(output);
    return error;
}

static const char *messages_of(Arena *arena, const char *folder)
{
    return path_join(arena, folder, "messages");
}

static const char *const *command_of(Arena *arena, const Compiler *compiler, const char *flags, const char *object,
                                     const char *source)
{
    size_t count = 0;
    while (compiler->words[count])
        count++;
    const char **words = ARENA_ARRAY(arena, count + count_words(flags) + 4, const char *);
    memcpy(words, compiler->words, count * sizeof *words);
    add_words(arena, words, &count, flags);
    words[count++] = "-o";
    words[count++] = object;
    words[count] = source;
    return words;
}

Compilation *compiler_start(Arena *arena, Diagnostics *diagnostics, const Compiler *compiler, const char *flags,
                            const char *text, const char *folder, double seconds)
{
    const char *source = path_join(arena, folder, "solver.c"), *object = path_join(arena, folder, "solver.so");
    const char *const *words = command_of(arena, compiler, flags, object, source);
    Compilation *compilation = ARENA_NEW(arena, Compilation);
    if (!file_write(diagnostics, source, text, strlen(text)))
        return NULL;
    *compilation =
        (Compilation){.name = words[0], .folder = folder, .object = object, .deadline = clock_seconds() + seconds};
    int error = launch(&compilation->process, words, environment_in(arena, folder), messages_of(arena, folder));
    if (!error)
        return compilation;
    cannot_run(diagnostics, words[0], error);
    return NULL;
}

/* The first line of the file at path that speaks of an error, or its first line. */
static void read_message(const char *path, char *message, int size)
{
    char line[512];
    FILE *file = fopen(path, "r");
    snprintf(message, (size_t)size, "it says nothing");
    for (bool first = true, found = false; file && !found && fgets(line, sizeof line, file); first = false) {
        line[strcspn(line, "\n")] = '\0';
        found = strstr(line, "error") != NULL;
        if (first || found)
            snprintf(message, (size_t)size, "%s", line);
    }
    if (file)
        fclose(file);
}

CompilerState compiler_look(Arena *arena, Diagnostics *diagnostics, Compilation *compilation)
{
    char message[512];
    if (!process_ended(&compilation->process)) {
        if (clock_seconds() < compilation->deadline)
            return COMPILER_WORKING;
        process_stop(&compilation->process);
        diagnostics_error(diagnostics, (Place){0}, "the C compiler %s takes too long", compilation->name);
        return COMPILER_FAILED;
    }
    if (compilation->process.status == 0)
        return COMPILER_DONE;
    read_message(messages_of(arena, compilation->folder), message, sizeof message);
    diagnostics_error(diagnostics, (Place){0}, "the C compiler %s fails, exit code %d: %s", compilation->name,
                      compilation->process.status, message);
    return COMPILER_FAILED;
}

/* program: runs costate as people do, in a process of its own, and gives what it printed and how it ended. The program
 * is the environment variable COSTATE or else out/bin/costate. */
#ifndef COSTATE_PROGRAM_H
#define COSTATE_PROGRAM_H

#include "tests/unit/fixture.h"

#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { MOST_WORDS = 48, PROGRAM_PATIENCE = 100 /* seconds, after which SIGALRM ends it */ };

/* A program that runs. */
typedef struct {
    pid_t process;
    FILE *out, *err;
    double start;
} Running;

/* How it ended. */
typedef struct {
    int status;                /* exit code, or 128 + the signal that ended it */
    const char *out, *err;     /* what it wrote */
    double seconds, processor; /* that passed, and that it computed */
} Outcome;

/* Where the program runs; NULL: where the test does. */
static const char *program_folder;

static inline double program_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static inline const char *absolute_path(const char *path)
{
    char here[PATH_MAX];
    cr_assert(file_exists(path), "there is no %s", path);
    cr_assert_not_null(getcwd(here, sizeof here));
    return path_join(arena, here, path);
}

static inline const char *program_path(void)
{
    const char *named = getenv("COSTATE");
    return absolute_path(named ? named : "out/bin/costate");
}

/* Cuts line at its blanks into words[1..), closed by NULL. */
static inline void program_words(char *line, char **words)
{
    size_t count = 1;
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
        cr_assert_lt(count, MOST_WORDS - 1);
        words[count++] = word;
    }
    words[count] = NULL;
}

static inline void program_become(const Running *running, const char *path, char **words)
{
    dup2(fileno(running->out), STDOUT_FILENO);
    dup2(fileno(running->err), STDERR_FILENO);
    signal(SIGINT, SIG_DFL);
    alarm(PROGRAM_PATIENCE);
    if (!program_folder || chdir(program_folder) == 0)
        execv(path, words);
    _exit(127);
}

/* Starts `costate LINE`. */
static inline Running program_start(char *line)
{
    Running running = {.out = tmpfile(), .err = tmpfile()};
    const char *path = program_path();
    char *words[MOST_WORDS];
    cr_assert(running.out && running.err);
    program_words(line, words);
    words[0] = arena_string(arena, path, strlen(path));
    running.start = program_clock();
    running.process = fork();
    if (running.process == 0)
        program_become(&running, path, words);
    cr_assert_gt(running.process, 0);
    return running;
}

/* The whole of a stream that the program wrote to; closes it. */
static inline const char *program_output(FILE *stream)
{
    fseek(stream, 0, SEEK_END);
    size_t size = (size_t)ftell(stream);
    char *text = ARENA_ARRAY(arena, size + 1, char);
    rewind(stream);
    cr_assert_eq(fread(text, 1, size, stream), size);
    fclose(stream);
    return text;
}

/* Processor time of all programs that have ended. */
static inline double program_processor(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static inline Outcome program_end(Running running)
{
    int status = 0;
    double before = program_processor();
    cr_assert_eq(waitpid(running.process, &status, 0), running.process);
    double seconds = program_clock() - running.start;
    return (Outcome){WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), program_output(running.out),
                     program_output(running.err), seconds, program_processor() - before};
}

static inline char *program_line(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *line = ARENA_ARRAY(arena, (size_t)length + 1, char);
    vsnprintf(line, (size_t)length + 1, format, arguments);
    return line;
}

/* Runs `costate` with the words of the formatted line, which blanks separate. */
COSTATE_FORMAT(1, 2) static inline Outcome costate(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *line = program_line(format, arguments);
    va_end(arguments);
    return program_end(program_start(line));
}

/* The same, where it must succeed. */
COSTATE_FORMAT(1, 2) static inline Outcome costate_succeeds(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *line = program_line(format, arguments);
    va_end(arguments);
    const char *shown = arena_string(arena, line, strlen(line));
    Outcome outcome = program_end(program_start(line));
    cr_assert_eq(outcome.status, 0, "costate %s: exit %d: %s", shown, outcome.status, outcome.err);
    return outcome;
}

/* Is "error" about what was asked for: that exit code, and nothing printed but a message that contains text? */
static inline void expect_refusal(Outcome outcome, int status, const char *text)
{
    cr_expect_eq(outcome.status, status, "exit %d, not %d: %s", outcome.status, status, outcome.err);
    cr_expect(strstr(outcome.err, text), "no \"%s\" in: %s", text, outcome.err);
    cr_expect_str_eq(outcome.out, "");
}

/* ---- files ---- */

static inline void remove_tree(const char *path)
{
    DIR *listing = opendir(path);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            const char *inner = path_join(arena, path, entry->d_name);
            if (remove(inner) != 0)
                remove_tree(inner);
        }
    if (listing)
        closedir(listing);
    remove(path);
}

/* fixture_close for tests whose folder holds folders. */
static inline void program_close(void)
{
    remove_tree(folder);
    fixture_close();
}

typedef struct {
    char *data;
    size_t size;
} Content;

static inline Content content_of(const char *path)
{
    Content content;
    cr_assert(file_read(arena, diagnostics, path, &content.data, &content.size), "%s", fixture_messages());
    return content;
}

static inline bool same_content(const char *a, const char *b)
{
    Content first = content_of(a), second = content_of(b);
    return first.size == second.size && memcmp(first.data, second.data, first.size) == 0;
}

/* text with the first `from` replaced. */
static inline char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    cr_assert_not_null(at, "no %s to replace", from);
    return text_print(arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

#endif

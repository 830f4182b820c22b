#include "runtime/picture/gnuplot.h"

#include "gen/base/utf8.h"

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

/* The script and the messages pass through files without a name, so that neither side can wait for the other. */
static int start(FILE *script, FILE *messages, pid_t *child)
{
    static char program[] = "gnuplot", quiet[] = "-d";
    char *const arguments[] = {program, quiet, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(script), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(messages), STDERR_FILENO);
    int error = posix_spawnp(child, program, &actions, NULL, arguments, environ);
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

/* The last line of messages that says something and is no warning. */
static void last_message(FILE *messages, char *message, int size)
{
    char line[256];
    rewind(messages);
    *message = '\0';
    while (fgets(line, sizeof line, messages)) {
        line[strcspn(line, "\n")] = '\0';
        if (strspn(line, " \t^") != strlen(line) && !strstr(line, "arning"))
            snprintf(message, (size_t)size, "%s", line);
    }
}

static bool run(Diagnostics *diagnostics, const Text *script, FILE *input, FILE *messages)
{
    pid_t child;
    int status;
    char message[256];
    if (!input || !messages || fwrite(script->data, 1, script->length, input) != script->length || fflush(input))
        return diagnostics_error(diagnostics, (Place){0}, "cannot write a temporary file: %s", strerror(errno));
    rewind(input);
    int error = start(input, messages, &child);
    if (error)
        return cannot_run(diagnostics, error);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return diagnostics_error(diagnostics, (Place){0}, "cannot wait for gnuplot: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return cannot_run(diagnostics, ENOENT);
    last_message(messages, message, sizeof message);
    return diagnostics_error(diagnostics, (Place){0}, "gnuplot failed: %s", message);
}

bool gnuplot_run(Diagnostics *diagnostics, const Text *script)
{
    FILE *input = tmpfile(), *messages = tmpfile();
    fflush(stdout);
    bool drawn = run(diagnostics, script, input, messages);
    if (input)
        fclose(input);
    if (messages)
        fclose(messages);
    return drawn;
}

#include "runtime/system/process.h"

#include "runtime/system/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* posix_spawn wants char *, and changes nothing. */
typedef union {
    const char *const *given;
    char *const *taken;
} Words;

int process_start(Process *process, const char *const *words, char *const *environment, int output)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    *process = (Process){.id = 0};
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    error = error ? error : posix_spawnattr_setpgroup(&attributes, 0);
    error = error ? error : posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    error = error ? error : posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    error = error ? error : posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    error = error ? error
                  : posix_spawnp(&process->id, words[0], &actions, &attributes, ((Words){words}).taken, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error)
        process->id = 0;
    return error;
}

static int status_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : 255;
}

/* waitpid; where nobody keeps the status for us (SIGCHLD is ignored), it is unknown. */
static bool reap(Process *process, int options)
{
    int status;
    pid_t found = waitpid(process->id, &status, options);
    if (found == 0 || (found < 0 && errno == EINTR))
        return false;
    process->status = found < 0 ? 255 : status_of(status);
    process->id = 0;
    return true;
}

bool process_ended(Process *process)
{
    return process->id == 0 || reap(process, WNOHANG);
}

bool process_wait(Process *process, double seconds)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    double deadline = clock_seconds() + seconds;
    while (!process_ended(process)) {
        if (clock_seconds() > deadline)
            return false;
        nanosleep(&moment, NULL);
    }
    return true;
}

void process_stop(Process *process)
{
    if (process->id == 0)
        return;
    kill(-process->id, SIGKILL);
    while (!reap(process, 0))
        continue;
}

const char *process_program(Arena *arena)
{
    char path[4096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    return length > 0 ? arena_string(arena, path, (size_t)length) : NULL;
}

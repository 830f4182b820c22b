/* process: another program, run without a shell, which reads nothing. */
#ifndef COSTATE_PROCESS_H
#define COSTATE_PROCESS_H

#include "gen/base/arena.h"

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
    pid_t id;   /* 0 where none runs */
    int status; /* once it has ended: its exit code, or 128 + the signal that ended it; 255 where nobody knows */
} Process;

/* Starts words[0], looked up in PATH, with the words that NULL closes, in that environment; what it prints goes to the
 * descriptor `output`. It is the leader of a process group of its own: the ^C of a terminal does not reach it, and it
 * ends together with all that it started. 0, or an errno. */
int process_start(Process *process, const char *const *words, char *const *environment, int output);

/* Has it ended? It leaves no zombie then. */
bool process_ended(Process *process);

/* The same after waiting for it, for at most so many seconds. */
bool process_wait(Process *process, double seconds);

/* Kills what runs and waits for its end. */
void process_stop(Process *process);

/* The file of this program; NULL where the system does not say. */
const char *process_program(Arena *arena);

#endif

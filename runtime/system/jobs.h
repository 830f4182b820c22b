/* jobs: programs that run side by side, so many at a time. */
#ifndef COSTATE_JOBS_H
#define COSTATE_JOBS_H

#include "runtime/system/process.h"

#include <stddef.h>

enum { JOBS_MOST = 64 };

/* Whose they are. A program has one of the places 0, 1, .. as long as it runs. */
typedef struct {
    void *context;
    /* Starts the next one, *process, in that place; where there is none, process->id stays 0. */
    bool (*start)(void *context, size_t place, Process *process);
    /* The one in that place has ended, with a status as in process.h; interrupted: since all were told to. */
    bool (*end)(void *context, size_t place, int status, bool interrupted);
} Jobs;

/* Runs them at `places` (1 .. JOBS_MOST) at a time, until there is none. Where a call of start or end is false, no
 * other is started, and the result is false, too, once those that run have ended. The same with ^C and the like
 * (interrupt.h), but that these are told SIGINT, so that they save what they have, and that it is *interrupted. */
bool jobs_run(const Jobs *jobs, size_t places, bool *interrupted);

#endif

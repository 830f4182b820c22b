#include "runtime/system/jobs.h"

#include "runtime/system/interrupt.h"

#include <signal.h>

typedef struct {
    const Jobs *jobs;
    Process processes[JOBS_MOST]; /* of id 0 where the place is free */
    size_t places;
    bool going, interrupted;
} Running;

static void tell(const Running *running)
{
    for (size_t place = 0; place < running->places; place++)
        if (running->processes[place].id)
            kill(running->processes[place].id, SIGINT);
}

static void look_at(Running *running, size_t place)
{
    const Jobs *jobs = running->jobs;
    Process *process = &running->processes[place];
    if (process->id && process_wait(process, 0.005))
        running->going = jobs->end(jobs->context, place, process->status, running->interrupted) && running->going;
    if (!process->id && running->going && !running->interrupted)
        running->going = jobs->start(jobs->context, place, process);
}

bool jobs_run(const Jobs *jobs, size_t places, bool *interrupted)
{
    Running running = {.jobs = jobs, .places = places, .going = true};
    interrupt_begin();
    for (size_t count = 1; count > 0;) {
        if (interrupt_seen() && !running.interrupted) {
            running.interrupted = true;
            tell(&running);
        }
        count = 0;
        for (size_t place = 0; place < places; place++) {
            look_at(&running, place);
            count += running.processes[place].id != 0;
        }
    }
    interrupt_end();
    *interrupted = running.interrupted;
    return running.going;
}

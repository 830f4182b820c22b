#include "runtime/system/interrupt.h"

#include <signal.h>
#include <stddef.h>

enum { SIGNALS = 3 };

static const int signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
static struct sigaction found[SIGNALS];
static volatile sig_atomic_t seen;

static void note(int number)
{
    (void)number;
    seen = 1;
}

/* SA_RESETHAND gives the second signal its default action; SA_RESTART lets a write that is under way finish. */
void interrupt_begin(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    seen = 0;
    for (int i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], NULL, &found[i]);
        if (found[i].sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}

bool interrupt_seen(void)
{
    return seen;
}

void interrupt_end(void)
{
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &found[i], NULL);
}

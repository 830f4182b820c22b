#include "runtime/system/interrupt.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

Test(interrupt, the_first_signal_is_noted)
{
    const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        signal(signals[i], SIG_DFL); /* whatever started the tests may ignore it */
        interrupt_begin();
        cr_expect_not(interrupt_seen());
        raise(signals[i]);
        cr_expect(interrupt_seen());
        interrupt_end();
    }
}

Test(interrupt, the_second_ends_the_program)
{
    pid_t child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        interrupt_begin();
        raise(SIGINT);
        raise(SIGINT);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

Test(interrupt, what_is_ignored_stays_ignored)
{
    signal(SIGINT, SIG_IGN);
    interrupt_begin();
    raise(SIGINT);
    cr_expect_not(interrupt_seen());
    interrupt_end();
}

static volatile sig_atomic_t handled;

static void handle(int number)
{
    handled = number;
}

Test(interrupt, end_restores_the_handlers)
{
    signal(SIGTERM, handle);
    interrupt_begin();
    interrupt_end();
    raise(SIGTERM);
    cr_expect_eq(handled, SIGTERM);
}

/* The prompt, driven through a pseudo-terminal, and scripts. */
#define _XOPEN_SOURCE 700
#include "shell.h"

#include <fcntl.h>
#include <poll.h>
#include <time.h>

TestSuite(repl, .init = fixture_open, .timeout = 60);

static int terminal;
static pid_t child;
static char seen[1 << 16];
static size_t seen_length, read_from;

static void open_prompt(const char *history)
{
    const char *program = getenv("COSTATE");
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    child = fork();
    if (child == 0) {
        setsid();
        int side = open(ptsname(terminal), O_RDWR);
        for (int i = 0; i < 3; i++)
            dup2(side, i);
        setenv("COSTATE_HISTORY", history, 1);
        setenv("TERM", "xterm", 1);
        execl(program ? program : "out/bin/costate", "costate", "repl", "specs/spiral.lua", (char *)NULL);
        _exit(127);
    }
}

static void type(const char *text)
{
    cr_assert_eq(write(terminal, text, strlen(text)), (ssize_t)strlen(text));
}

/* Reads until `text` comes, behind what was expected before. */
static void expect(const char *text)
{
    struct pollfd ready = {.fd = terminal, .events = POLLIN};
    while (!strstr(seen + read_from, text)) {
        ssize_t count =
            poll(&ready, 1, 20000) > 0 ? read(terminal, seen + seen_length, sizeof seen - seen_length - 1) : 0;
        cr_assert_gt(count, 0, "%s did not come after:\n%s", text, seen);
        seen_length += (size_t)count;
        seen[seen_length] = '\0';
    }
    read_from = (size_t)(strstr(seen + read_from, text) - seen) + strlen(text);
}

/* Appends what comes within a second; false at the end. */
static bool listen(void)
{
    struct pollfd ready = {.fd = terminal, .events = POLLIN};
    if (poll(&ready, 1, 1000) == 0)
        return true;
    ssize_t count = read(terminal, seen + seen_length, sizeof seen - seen_length - 1);
    seen_length += count > 0 ? (size_t)count : 0;
    seen[seen_length] = '\0';
    return count > 0;
}

/* ^U and ^D, again where the terminal was not listening to single keys yet; the exit code. */
static int leave(void)
{
    int status;
    expect("> ");
    do
        type("\x15\x04");
    while (listen());
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status), "ended by signal %d after:\n%s", WTERMSIG(status), seen);
    return WEXITSTATUS(status);
}

Test(repl, session)
{
    open_prompt(fixture_path("history"));
    expect("> ");
    type("net\n");
    expect("spiral: 2 -> 2 channels x 15 layers -> 1, kutta4, 108 parameters");
    type("net.method = \"kutta3\"\nnet\n");
    expect("kutta3, 108 parameters");
    type("net.layrs = 3\n");
    expect("did you mean \"layers\"?");
    type("for i = 1, 2 do\nprint(20 + i) end\n");
    expect("21");
    expect("22");
    type("nil + 1\n");
    expect("attempt to perform arithmetic on a nil value");
    type("=6*7\n");
    expect("42");
    type("net:tra\t{ iterations = 100000000 }\n");
    expect("in{ iterations = 100000000 }"); /* what completion adds comes behind a movement of the cursor */
    nanosleep(&(struct timespec){2, 0}, NULL); /* training says nothing until it ends */
    type("\x03");
    expect("(interrupted): objective");
    type("print(7000000 + 7) while true do end\n");
    expect("7000007"); /* no number that training prints */
    type("\x03");
    expect("interrupted");
    expect("> ");
    type("this is left\x03");
    expect("^C");
    type("net:predict { { 0, 0 } }\n");
    expect("0.");
    cr_expect_eq(leave(), 0);
    char *history;
    size_t size;
    cr_assert(file_read(arena, diagnostics, fixture_path("history"), &history, &size));
    cr_expect_not_null(strstr(history, "6*7"));
    fixture_close();
}

Test(repl, history_that_cannot_be_kept_is_said)
{
    open_prompt("/nowhere/history");
    expect("> ");
    type("=1\n");
    expect("\n1");
    cr_expect_eq(leave(), 0);
    cr_expect_not_null(strstr(seen, "the history is not kept: cannot write /nowhere/history"));
    fixture_close();
}

Test(repl, scripts)
{
    const char *script =
        fixture_text("a.lua", "net = load 'spiral'\nnet.layers = 3\nprint(net:train { iterations = 3 })\n"
                              "print(#net:params().K, net.width)\n");
    cr_expect_eq(run(text_print(arena, "run %s", script)), 0, "%s", output());
    cr_expect_not_null(strstr(output(), "3 iterations (iterations): objective"));
    cr_expect_not_null(strstr(output(), "3\t2\n"));
    script = fixture_text("b.lua", "local x = 1\nx()\n");
    cr_expect_eq(run(text_print(arena, "run %s", script)), 1);
    cr_expect_not_null(strstr(output(), "b.lua:2: attempt to call a number value"));
    fixture_close();
}

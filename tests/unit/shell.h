/* shell: what the tests share that run costate several times and look at the last one. */
#ifndef COSTATE_SHELL_H
#define COSTATE_SHELL_H

#include "tests/unit/program.h"

static Outcome last;

/* Runs `costate` with the words of the line; its exit code. */
static inline int run(const char *line)
{
    last = costate("%s", line);
    return last.status;
}

/* What it printed, errors last. */
static inline const char *output(void)
{
    return text_print(arena, "%s%s", last.out, last.err);
}

#endif

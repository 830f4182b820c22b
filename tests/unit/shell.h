/* shell: what the tests that run the program itself share. */
#ifndef COSTATE_SHELL_H
#define COSTATE_SHELL_H

#include "fixture.h"

#include <sys/wait.h>

/* Runs the program; what it prints goes to the file output of the temporary folder. */
static inline int costate(const char *arguments, const char *environment)
{
    const char *program = getenv("COSTATE");
    const char *line = text_print(arena, "%s %s %s > %s/output 2>&1", environment,
                                  program ? program : "out/bin/costate", arguments, folder);
    int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline const char *output(void)
{
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, fixture_path("output"), &data, &size));
    return data;
}

#endif

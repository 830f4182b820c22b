#include "runtime/system/memory.h"

#include "runtime/system/ranks.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static double of_machine(void)
{
#if defined(_SC_PHYS_PAGES)
    long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
    if (pages > 0 && bytes > 0)
        return (double)pages * (double)bytes;
#endif
    return INFINITY;
}

/* A file that holds one number, as those of control groups do; "max" is none. */
static double of_file(const char *path)
{
    double value = INFINITY;
    FILE *file = fopen(path, "r");
    if (file && (fscanf(file, "%lf", &value) != 1 || !(value > 0)))
        value = INFINITY;
    if (file)
        fclose(file);
    return value;
}

static double of_address_space(void)
{
    struct rlimit limit;
    bool known = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return known ? (double)limit.rlim_cur : INFINITY;
}

double memory_most(void)
{
    double group = fmin(of_file("/sys/fs/cgroup/memory.max"), of_file("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
    return fmin(fmin(of_machine(), group) / (double)ranks_here(), of_address_space());
}

/* The ranks of MPI: collective calls alone. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "runtime/system/ranks.h"

#include "runtime/system/clock.h"

#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_MESSAGE = 1000 };

/* How long a rank that failed waits for the others to end, too, before it ends them. */
static const double patience = 3;

static struct {
    bool begun;  /* MPI was */
    bool parted; /* the first rank goes on alone */
    int count, index, here;
    MPI_Comm end; /* for those that are at their end, whatever the others do */
    FILE *errors; /* the standard error of any rank */
    RanksJoin *join;
    const void *context; /* that MPI does not hand to its operations */
} ranks = {.count = 1, .here = 1};

/* A copy of the descriptor of standard error, before that goes nowhere. */
static void silence(void)
{
    const int copy = dup(STDERR_FILENO);
    ranks.errors = copy < 0 ? NULL : fdopen(copy, "w");
    if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
        ranks_abort("cannot open /dev/null");
}

void ranks_begin(int *count, char ***words)
{
    int given;
    MPI_Comm machine;
    ranks.errors = stderr;
    if (getenv(RANKS_ALONE_VARIABLE))
        return;
    MPI_Init_thread(count, words, MPI_THREAD_FUNNELED, &given);
    setenv(RANKS_ALONE_VARIABLE, "1", 1);
    ranks.begun = true;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.count);
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.index);
    MPI_Comm_dup(MPI_COMM_WORLD, &ranks.end);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &ranks.here);
    MPI_Comm_free(&machine);
    if (ranks.index > 0)
        silence();
}

/* Whether all ranks are at their end, at last. A rank that waits sleeps: the first one may draw pictures. */
static bool all_end(bool failed)
{
    MPI_Request request;
    int done = 0;
    const double start = clock_seconds();
    MPI_Ibarrier(ranks.end, &request);
    for (;;) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (done || (failed && clock_seconds() - start > patience))
            return done;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

int ranks_end(int status, const char *messages)
{
    if (!ranks.begun)
        return status;
    fflush(stdout);
    if (!all_end(status != 0)) {
        if (ranks.index > 0 && ranks.errors)
            fprintf(ranks.errors, "rank %d: %s", ranks.index, *messages ? messages : "failed\n");
        MPI_Abort(MPI_COMM_WORLD, status);
    }
    MPI_Comm_free(&ranks.end);
    MPI_Finalize();
    return ranks.index == 0 ? status : 0;
}

size_t ranks_count(void)
{
    return ranks.parted ? 1 : (size_t)ranks.count;
}

size_t ranks_index(void)
{
    return ranks.parted ? 0 : (size_t)ranks.index;
}

bool ranks_first(void)
{
    return ranks.index == 0;
}

bool ranks_part(void)
{
    ranks.parted = ranks.index == 0;
    return ranks.parted;
}

bool ranks_mine(size_t program)
{
    return program % ranks_count() == ranks_index();
}

/* Binding gives each rank processors of its own; without it all have all. */
size_t ranks_processors(void)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t all = online > 0 ? (size_t)online : 1, even = all / ranks_here() ? all / ranks_here() : 1;
    cpu_set_t set;
    const size_t bound = sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : all;
    return bound < even ? bound : even;
}

size_t ranks_here(void)
{
    return ranks.parted ? 1 : (size_t)ranks.here;
}

/* What this rank has recorded, cut to that length. */
static void own_messages(const Diagnostics *diagnostics, char messages[LONGEST_MESSAGE])
{
    Arena *arena = arena_new();
    *messages = '\0';
    if (arena && !setjmp(*arena_recovery(arena))) {
        Text text = text_new(arena);
        diagnostics_print(diagnostics, &text);
        snprintf(messages, LONGEST_MESSAGE, "%s", text.length ? text.data : "");
    }
    arena_free(arena);
}

/* Each message by itself, of a rank, without the lines of files below, which begin with blanks. */
static void adopt(Diagnostics *diagnostics, char *messages, int from)
{
    for (char *end; *messages; messages = end) {
        end = messages + strcspn(messages, "\n");
        if (*messages != ' ')
            diagnostics_error(diagnostics, (Place){0}, "rank %d: %.*s", from, (int)(end - messages), messages);
        end += *end == '\n';
    }
}

void ranks_collect(Diagnostics *diagnostics)
{
    char own[LONGEST_MESSAGE], *all;
    if (ranks_count() == 1)
        return;
    own_messages(diagnostics, own);
    all = ranks.index == 0 ? malloc((size_t)ranks.count * sizeof own) : own;
    if (!all)
        ranks_abort("out of memory");
    MPI_Gather(own, sizeof own, MPI_CHAR, all, sizeof own, MPI_CHAR, 0, MPI_COMM_WORLD);
    for (int r = 1; r < ranks.count && ranks.index == 0; r++)
        adopt(diagnostics, all + (size_t)r * sizeof own, r);
    if (ranks.index == 0)
        free(all);
}

bool ranks_settle(Diagnostics *diagnostics, bool ok)
{
    int first = ok ? ranks.count : ranks.index;
    if (ranks_count() == 1)
        return ok;
    MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (first > 0 && first < ranks.count) {
        char messages[LONGEST_MESSAGE];
        own_messages(diagnostics, messages);
        MPI_Bcast(messages, sizeof messages, MPI_CHAR, first, MPI_COMM_WORLD);
        if (ranks.index == 0)
            adopt(diagnostics, messages, first);
    }
    return first == ranks.count;
}

unsigned ranks_any(unsigned flags)
{
    if (ranks_count() > 1)
        MPI_Allreduce(MPI_IN_PLACE, &flags, 1, MPI_UNSIGNED, MPI_BOR, MPI_COMM_WORLD);
    return flags;
}

size_t ranks_least(size_t number)
{
    unsigned long long least = number;
    if (ranks_count() > 1)
        MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_UNSIGNED_LONG_LONG, MPI_MIN, MPI_COMM_WORLD);
    return (size_t)least;
}

/* MPI counts in int: rows of that many bytes are one thing each, and so may be all of them. */
static MPI_Datatype rows_type(size_t count, size_t bytes)
{
    MPI_Datatype row, all;
    MPI_Type_contiguous((int)bytes, MPI_BYTE, &row);
    MPI_Type_contiguous((int)count, row, &all);
    MPI_Type_commit(&all);
    MPI_Type_free(&row);
    return all;
}

void ranks_share(double *data, size_t count)
{
    if (ranks_count() == 1 || !count)
        return;
    MPI_Datatype all = rows_type(count, sizeof *data);
    MPI_Bcast(data, 1, all, 0, MPI_COMM_WORLD);
    MPI_Type_free(&all);
}

void ranks_gather(void *rows, size_t bytes, const size_t *first)
{
    if (ranks_count() == 1 || !bytes)
        return;
    MPI_Datatype row = rows_type(1, bytes);
    int *counts = malloc(2 * (size_t)ranks.count * sizeof *counts), *starts = counts + ranks.count;
    if (!counts)
        ranks_abort("out of memory");
    for (int r = 0; r < ranks.count; r++) {
        counts[r] = (int)(first[r + 1] - first[r]);
        starts[r] = (int)first[r];
    }
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, rows, counts, starts, row, MPI_COMM_WORLD);
    free(counts);
    MPI_Type_free(&row);
}

void ranks_unite(void *data, size_t size)
{
    enum { AT_ONCE = 1 << 30 };
    for (char *at = data; size > 0 && ranks_count() > 1; at += AT_ONCE) {
        const int some = size < AT_ONCE ? (int)size : AT_ONCE;
        MPI_Allreduce(MPI_IN_PLACE, at, some, MPI_BYTE, MPI_BOR, MPI_COMM_WORLD);
        size -= (size_t)some;
    }
}

/* MPI's own form of ranks.join: one thing at a time. */
static void join(void *before, void *data, int *length, MPI_Datatype *type)
{
    (void)length;
    (void)type;
    ranks.join(ranks.context, before, data);
}

void ranks_reduce(double *data, size_t count, RanksJoin *joining, const void *context)
{
    MPI_Op operation;
    if (ranks_count() == 1)
        return;
    MPI_Datatype all = rows_type(count, sizeof *data);
    ranks.join = joining;
    ranks.context = context;
    MPI_Op_create(join, false, &operation);
    MPI_Allreduce(MPI_IN_PLACE, data, 1, all, operation, MPI_COMM_WORLD);
    MPI_Op_free(&operation);
    MPI_Type_free(&all);
}

void ranks_abort(const char *message)
{
    if (ranks.errors)
        fprintf(ranks.errors, "costate: %s\n", message);
    if (ranks.begun)
        MPI_Abort(MPI_COMM_WORLD, 1);
    abort();
}

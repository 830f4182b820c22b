#define _GNU_SOURCE /* ptrace's requests */
#include "tests/faults/calls.h"

#if defined(__x86_64__)
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const long file_calls[] = {SYS_open,      SYS_openat,   SYS_read,      SYS_pread64,    SYS_write,  SYS_writev,
                                  SYS_pwrite64,  SYS_fsync,    SYS_fdatasync, SYS_close,      SYS_rename, SYS_renameat,
                                  SYS_renameat2, SYS_mkdir,    SYS_mkdirat,   SYS_unlink,     SYS_rmdir,  SYS_unlinkat,
                                  SYS_ftruncate, SYS_fchmod,   SYS_lseek,     SYS_newfstatat, SYS_fstat,  SYS_stat,
                                  SYS_access,    SYS_readlink, SYS_getdents64};

/* Those that a full disk refuses, where they are not about what is there already; and those that tidy up. */
static const long filling_calls[] = {SYS_open, SYS_openat, SYS_write, SYS_writev, SYS_pwrite64, SYS_fsync, SYS_mkdir};
static const long removing_calls[] = {SYS_unlink, SYS_unlinkat, SYS_rmdir};

static bool is_among(long call, size_t count, const long *calls)
{
    for (size_t i = 0; i < count; i++)
        if (calls[i] == call)
            return true;
    return false;
}
#define IS_AMONG(call, calls) is_among((call), sizeof(calls) / sizeof *(calls), calls)

static bool fills(const struct user_regs_struct *registers)
{
    const long call = (long)registers->orig_rax;
    const unsigned long long flags = call == SYS_open ? registers->rsi : registers->rdx;
    if (call == SYS_open || call == SYS_openat)
        return flags & O_CREAT;
    return IS_AMONG(call, filling_calls) && (call == SYS_mkdir || registers->rdi > STDERR_FILENO);
}

bool calls_can_fail(void)
{
    return true;
}

void calls_offer(void)
{
    ptrace(PTRACE_TRACEME, 0, 0, 0);
}

/* At the entry of a call that is to fail: what its exit has to return, or 0 where it is to be left alone. */
static long spoil(pid_t child, Fault fault)
{
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, child, 0, &registers);
    if (fault.kind == FAULT_KILL) {
        kill(child, SIGKILL);
        return 0;
    }
    if (fault.kind == FAULT_HALF) {
        if (registers.orig_rax == SYS_write && registers.rdx > 1)
            registers.rdx /= 2;
    } else {
        registers.orig_rax = (unsigned long long)-1;
    }
    ptrace(PTRACE_SETREGS, child, 0, &registers);
    return fault.kind == FAULT_ERROR ? -fault.error : 0;
}

static void give(pid_t child, long result)
{
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, child, 0, &registers);
    registers.rax = (unsigned long long)result;
    ptrace(PTRACE_SETREGS, child, 0, &registers);
}

static bool is_next(pid_t child, Fault fault, Calls *calls)
{
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, child, 0, &registers);
    if (!IS_AMONG((long)registers.orig_rax, file_calls))
        return false;
    calls->count++;
    const bool next =
        fault.at && (fault.full ? calls->count >= fault.at && fills(&registers) : calls->count == fault.at);
    calls->removal = calls->removal || (next && IS_AMONG((long)registers.orig_rax, removing_calls));
    return next;
}

int calls_follow(pid_t child, Fault fault, Calls *calls)
{
    int status, signal_number = 0;
    bool entry = true;
    long result = 0;
    *calls = (Calls){0, false};
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
        return status;
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD);
    for (;;) {
        ptrace(PTRACE_SYSCALL, child, 0, signal_number);
        if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
            return status;
        signal_number = WSTOPSIG(status);
        if (signal_number != (SIGTRAP | 0x80))
            continue;
        signal_number = 0;
        if (entry)
            result = is_next(child, fault, calls) ? spoil(child, fault) : 0;
        else if (result)
            give(child, result);
        entry = !entry;
    }
}
#else
bool calls_can_fail(void)
{
    return false;
}

void calls_offer(void)
{
}

int calls_follow(pid_t child, Fault fault, Calls *calls)
{
    (void)child, (void)fault;
    *calls = (Calls){0, false};
    return -1;
}
#endif

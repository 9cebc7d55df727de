#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sched.h>
#include <seccomp.h>

#include "sensor/sandbox/layer.h"
#include "sensor/sandbox/sanitizer.h"

/* What a sensor that captures calls, and what the C library does under it on other machines
 * or when something fails.  Names that a machine does not have are passed over.  Whatever
 * is not here fails with EPERM: among it everything that starts a program, makes a network
 * socket, or changes rights. */
static const char *const allowed[] = {
    /* Files that are open. */
    "read", "readv", "pread64", "write", "writev", "pwrite64", "lseek", "_llseek", "close",
    "fstat", "fstat64", "fstatfs", "fstatfs64", "fcntl", "fcntl64", "fsync", "fdatasync",
    "ftruncate", "ftruncate64", "memfd_create", "flock", "fadvise64", "fadvise64_64",
    "fchmod", "getdents", "getdents64",
    /* Files by name: which ones is Landlock's to say. */
    "open", "openat", "stat", "stat64", "lstat", "lstat64", "fstatat64", "newfstatat",
    "statx", "statfs", "statfs64", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "getcwd",
    "umask", "utimensat",
    /* Waiting. */
    "poll", "ppoll", "ppoll_time64", "nanosleep", "clock_nanosleep",
    "clock_nanosleep_time64", "restart_syscall", "sched_yield",
    /* Sockets that are open; which new ones is below. */
    "connect", "accept", "accept4", "bind", "shutdown", "send", "sendto", "sendmsg", "recv",
    "recvfrom", "recvmsg", "getsockname", "getpeername", "getsockopt", "setsockopt",
    /* Memory, threads, signals. */
    "brk", "munmap", "mremap", "madvise", "membarrier", "futex", "futex_time64",
    "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "arch_prctl",
    "sched_getaffinity", "getcpu", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "sigreturn", "rt_sigtimedwait", "rt_sigtimedwait_time64", "sigaltstack", "exit",
    "exit_group",
    /* What time it is, who this is. */
    "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64",
    "gettimeofday", "time", "getrandom", "getpid", "gettid", "getppid", "getuid",
    "getuid32", "geteuid", "geteuid32", "getgid", "getgid32", "getegid", "getegid32",
    "uname", "sysinfo", "getrlimit", "ugetrlimit", "getrusage", "times"
};

/* Allowed where (argument & mask) == value. */
struct conditional_call {
    const char *name;
    unsigned argument;
    uint64_t mask, value;
};

static const struct conditional_call conditional[] = {
    { "socket", 0, UINT64_MAX, AF_UNIX },
    { "mmap", 2, PROT_EXEC, 0 },
    { "mmap2", 2, PROT_EXEC, 0 },
    { "mprotect", 2, PROT_EXEC, 0 },
    { "clone", 0, CLONE_THREAD, CLONE_THREAD },
    { "prctl", 0, UINT64_MAX, PR_SET_NAME },
    { "prctl", 0, UINT64_MAX, PR_GET_NAME },
    { "prctl", 0, UINT64_MAX, PR_GET_NO_NEW_PRIVS },
    { "prctl", 0, UINT64_MAX, PR_GET_SECCOMP },
    { "prlimit64", 2, UINT64_MAX, 0 }, /* Asks only. */
    { "ioctl", 1, UINT32_MAX, TCGETS },
    { "ioctl", 1, UINT32_MAX, TIOCGWINSZ },
    { "ioctl", 1, UINT32_MAX, FIONREAD },
    { "ioctl", 1, UINT32_MAX, SIOCGIFFLAGS }, /* How an interface does. */
    { "ioctl", 1, UINT32_MAX, SIOCGIFINDEX },
    { "ioctl", 1, UINT32_MAX, SIOCGIFNAME },
    { "ioctl", 1, UINT32_MAX, SIOCGIFHWADDR },
};

static bool allow_all(scmp_filter_ctx filter, char reason[static SANDBOX_REASON_SIZE]);
static bool allow(scmp_filter_ctx filter, const char *name, unsigned n,
                  const struct scmp_arg_cmp *condition,
                  char reason[static SANDBOX_REASON_SIZE]);
static bool allow_if(scmp_filter_ctx filter, const struct conditional_call *call,
                     char reason[static SANDBOX_REASON_SIZE]);

bool
system_calls_are_there(char reason[static SANDBOX_REASON_SIZE])
{
    if (seccomp_api_get() < 2) {
        (void) snprintf(reason, SANDBOX_REASON_SIZE,
                        "this kernel cannot filter the calls of all threads");
        return false;
    }
    return true;
}

bool
system_calls_enter(char reason[static SANDBOX_REASON_SIZE])
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool holds = false;
    int status;

    if (filter == NULL) {
        (void) snprintf(reason, SANDBOX_REASON_SIZE, "no filter");
        return false;
    }
    status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (status != 0) {
        (void) snprintf(reason, SANDBOX_REASON_SIZE, "all threads: %s", strerror(-status));
    } else if (allow_all(filter, reason)) {
        status = seccomp_load(filter);
        holds = status == 0;
        if (!holds) {
            (void) snprintf(reason, SANDBOX_REASON_SIZE, "%s", strerror(-status));
        }
    }
    seccomp_release(filter);
    return holds;
}

static bool
allow_all(scmp_filter_ctx filter, char reason[static SANDBOX_REASON_SIZE])
{
    static const char *const sanitizer_calls[] = SANITIZER_CALLS;
    const struct conditional_call own_signals[] = {
        { "tgkill", 0, UINT64_MAX, (uint64_t) getpid() }, /* abort(3). */
    };
    bool is_good = true;

    for (size_t i = 0; is_good && i < sizeof allowed / sizeof allowed[0]; i++) {
        is_good = allow(filter, allowed[i], 0, NULL, reason);
    }
    for (size_t i = 0; is_good && i < sizeof conditional / sizeof conditional[0]; i++) {
        is_good = allow_if(filter, &conditional[i], reason);
    }
    for (size_t i = 0; is_good && sanitizer_calls[i] != NULL; i++) {
        is_good = allow(filter, sanitizer_calls[i], 0, NULL, reason);
    }
    /* The C library then makes threads with clone(2), whose flags can be looked at. */
    return is_good && allow_if(filter, &own_signals[0], reason) &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

static bool
allow_if(scmp_filter_ctx filter, const struct conditional_call *call,
         char reason[static SANDBOX_REASON_SIZE])
{
    const struct scmp_arg_cmp condition = {
        .arg = call->argument,
        .op = SCMP_CMP_MASKED_EQ,
        .datum_a = call->mask,
        .datum_b = call->value,
    };

    return allow(filter, call->name, 1, &condition, reason);
}

static bool
allow(scmp_filter_ctx filter, const char *name, unsigned n,
      const struct scmp_arg_cmp *condition, char reason[static SANDBOX_REASON_SIZE])
{
    const int number = seccomp_syscall_resolve_name(name);
    int status;

    if (number == __NR_SCMP_ERROR) {
        return true;
    }
    status = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, n, condition);
    if (status != 0) {
        (void) snprintf(reason, SANDBOX_REASON_SIZE, "%s: %s", name, strerror(-status));
    }
    return status == 0;
}

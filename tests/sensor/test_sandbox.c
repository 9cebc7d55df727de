/* What a process in the sandbox can and cannot do: each case is a process of its own, which
 * enters the sandbox and tries. */
#include "sensor/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensor/sandbox/sanitizer.h"
#include "support/support.h"

/* Folders, one for each right, a file in each, and a socket that is in none of them. */
static struct {
    char read[128], append[128], replace[128], outside[128], listening[160];
    int listener;
} scene;

static void
make_folder(char path[static 128], const char *name)
{
    char file[160];
    int fd;

    (void) snprintf(path, 128, "%s", temporary_path(name));
    assert_int_equal(mkdir(path, 0700), 0);
    (void) snprintf(file, sizeof file, "%s/file", path);
    fd = open(file, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
}

static int
make_scene(void **state)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    (void) state;
    make_folder(scene.read, "read");
    make_folder(scene.append, "append");
    make_folder(scene.replace, "replace");
    make_folder(scene.outside, "outside");
    (void) snprintf(scene.listening, sizeof scene.listening, "%s/log", scene.outside);
    (void) snprintf(address.sun_path, sizeof address.sun_path, "%.107s", scene.listening);
    scene.listener = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(
        bind(scene.listener, (const struct sockaddr *) &address, sizeof address), 0);
    return 0;
}

static bool
enter(enum sandbox_mode mode, struct sandbox *sandbox)
{
    struct reach reach = { .places = NULL };
    char alerts[160];
    bool is_good;

    (void) snprintf(alerts, sizeof alerts, "%s/file", scene.append);
    reach_add(&reach, scene.read, REACH_READ);
    reach_add_file(&reach, alerts, REACH_APPEND);
    reach_add(&reach, scene.replace, REACH_REPLACE);
    reach_add(&reach, "/nowhere/at/all", REACH_READ);
    is_good =
        sandbox_enter(&(struct sandbox_config){ .mode = mode, .reach = &reach }, sandbox);
    reach_fini(&reach);
    return is_good;
}

/* Each tries one thing and returns what came of it: 0 or an error number. */
static int
errno_of(long status)
{
    return status < 0 ? errno : 0;
}

static int
try_open(const char *folder, const char *name, int flags)
{
    char path[256];

    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    return errno_of(open(path, flags, 0600));
}

static int
try_exec(void)
{
    char *const arguments[] = { (char[]){ "true" }, NULL };

    return errno_of(execv("/bin/true", arguments));
}

static int
try_execveat(void)
{
    return errno_of(syscall(SYS_execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0));
}

#ifndef SANITIZED
static int
try_fork(void)
{
    const pid_t pid = fork();

    if (pid == 0) {
        _exit(0);
    }
    return errno_of(pid);
}

static int
try_ptrace(void)
{
    return errno_of(syscall(SYS_ptrace, 16 /* PTRACE_ATTACH */, getppid(), 0, 0));
}
#endif

static int
try_socket_ipv4(void)
{
    return errno_of(socket(AF_INET, SOCK_STREAM, 0));
}

static int
try_socket_ipv6(void)
{
    return errno_of(socket(AF_INET6, SOCK_DGRAM, 0));
}

static int
try_socket_packet(void)
{
    return errno_of(socket(AF_PACKET, SOCK_RAW, 0));
}

static int
try_socket_netlink(void)
{
    return errno_of(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int
try_syslog(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

    (void) snprintf(address.sun_path, sizeof address.sun_path, "%.107s", scene.listening);
    return fd < 0 ? errno
                  : errno_of(sendto(fd, "x", 1, 0, (const struct sockaddr *) &address,
                                    sizeof address));
}

static int
try_shadow(void)
{
    return try_open("/etc", "shadow", O_RDONLY);
}

static int
try_passwd(void)
{
    return try_open("/etc", "passwd", O_RDONLY);
}

static int
try_read(void)
{
    return try_open(scene.read, "file", O_RDONLY);
}

static int
try_list(void)
{
    return try_open(scene.read, "", O_RDONLY | O_DIRECTORY);
}

static int
try_write_where_read(void)
{
    return try_open(scene.read, "file", O_WRONLY);
}

static int
try_make_where_read(void)
{
    return try_open(scene.read, "new", O_WRONLY | O_CREAT);
}

static int
try_reopen_alerts(void)
{
    return try_open(scene.append, "file", O_RDWR | O_APPEND | O_CREAT);
}

static int
try_rotated_alerts(void)
{
    return try_open(scene.append, "after-rotation", O_RDWR | O_APPEND | O_CREAT);
}

static int
try_remove_alerts(void)
{
    char path[160];

    (void) snprintf(path, sizeof path, "%s/file", scene.append);
    return errno_of(unlink(path));
}

static int
try_replace(void)
{
    char from[160], to[160];
    const int opened =
        try_open(scene.replace, "new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);

    (void) snprintf(from, sizeof from, "%s/new", scene.replace);
    (void) snprintf(to, sizeof to, "%s/file", scene.replace);
    return opened != 0 ? opened : errno_of(rename(from, to));
}

static int
try_move_out(void)
{
    char from[160], to[160];

    (void) snprintf(from, sizeof from, "%s/file", scene.replace);
    (void) snprintf(to, sizeof to, "%s/taken", scene.append);
    return errno_of(rename(from, to));
}

static int
try_outside(void)
{
    return try_open(scene.outside, "file", O_RDONLY);
}

static int
try_make_folder(void)
{
    char path[160];

    (void) snprintf(path, sizeof path, "%s/folder", scene.replace);
    return errno_of(mkdir(path, 0700));
}

static int
try_code_in_memory(void)
{
    const void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? errno : 0;
}

static int
try_memory(void)
{
    void *memory =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? errno
                                : errno_of(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}

static int
try_signal(void)
{
    return errno_of(kill(getppid(), 0));
}

static int
try_unshare(void)
{
    return errno_of(syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */));
}

static int
try_become_root(void)
{
    return errno_of(setuid(0));
}

static int
try_bpf(void)
{
    return errno_of(syscall(SYS_bpf, 0, NULL, 0));
}

static void *
of_thread(void *argument)
{
    int *ret = argument;
    const int seen = try_shadow();

    *ret = seen != EACCES ? seen : try_socket_ipv4();
    return NULL;
}

/* Threads can be started, and are in it too. */
static int
try_thread(void)
{
    pthread_t thread;
    int seen = 0;
    const int status = pthread_create(&thread, NULL, of_thread, &seen);

    if (status != 0) {
        return -status;
    }
    (void) pthread_join(thread, NULL);
    return seen;
}

static const struct sandbox_case {
    const char *name;
    int (*attempt)(void);
    int expected; /* An error number; 0: it is allowed. */
} cases[] = {
    { "starts a program", try_exec, EPERM },
    { "starts a program by descriptor", try_execveat, EPERM },
#ifndef SANITIZED
    { "forks", try_fork, EPERM },
    { "traces its parent", try_ptrace, EPERM },
#endif
    { "IPv4 socket", try_socket_ipv4, EPERM },
    { "IPv6 socket", try_socket_ipv6, EPERM },
    { "another capture", try_socket_packet, EPERM },
    { "netlink socket", try_socket_netlink, EPERM },
    { "sends to syslog", try_syslog, 0 },
    { "reads /etc/shadow", try_shadow, EACCES },
    { "reads /etc/passwd", try_passwd, EACCES },
    { "reads a rule file", try_read, 0 },
    { "lists the rule files", try_list, 0 },
    { "writes a rule file", try_write_where_read, EACCES },
    { "makes a rule file", try_make_where_read, EACCES },
    { "reopens the alert file", try_reopen_alerts, 0 },
    { "makes the alert file after rotation", try_rotated_alerts, 0 },
    { "removes the alert file", try_remove_alerts, EACCES },
    { "replaces the metrics", try_replace, 0 },
    { "moves a file elsewhere", try_move_out, EXDEV },
    { "reads a file outside", try_outside, EACCES },
    { "makes a folder", try_make_folder, EPERM },
    { "code in new memory", try_code_in_memory, EPERM },
    { "memory made executable", try_memory, EPERM },
    { "sends a signal", try_signal, EPERM },
    { "a user namespace", try_unshare, EPERM },
    { "becomes root", try_become_root, EPERM },
    { "loads a BPF program", try_bpf, EPERM },
    { "a thread", try_thread, EPERM },
};

static int
wait_for(pid_t pid)
{
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

enum { NOT_ENTERED = 255 };

static void
test_case(void **state)
{
    const struct sandbox_case *c = *state;
    const pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct sandbox sandbox;

        _exit(enter(SANDBOX_STRICT, &sandbox) ? c->attempt() : NOT_ENTERED);
    }
    assert_int_equal(wait_for(pid), c->expected);
}

/* What /proc says of a process in the sandbox. */
static void
test_rights_left(void **state)
{
    static const char *const expected[] = {
        "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n",
        "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n",
    };
    char path[64], status[4096] = "", byte;
    int ready[2], done[2];
    FILE *file;
    pid_t pid;

    (void) state;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(done), 0);
    pid = fork();
    if (pid == 0) {
        struct sandbox sandbox;

        (void) close(done[1]);
        if (!enter(SANDBOX_STRICT, &sandbox) || write(ready[1], "", 1) != 1) {
            _exit(NOT_ENTERED);
        }
        _exit((int) read(done[0], &byte, 1));
    }
    (void) close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void) snprintf(path, sizeof path, "/proc/%d/status", (int) pid);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(status, 1, sizeof status - 1, file) > 0);
    (void) fclose(file);
    for (size_t i = 0; i < N_ELEMENTS(expected); i++) {
        if (strstr(status, expected[i]) == NULL) {
            fail_msg("expected \"%s\" in %s", expected[i], status);
        }
    }
    (void) close(done[0]);
    (void) close(done[1]);
    assert_int_equal(wait_for(pid), 0);
    (void) close(ready[0]);
}

/* A file that is replaced from outside, as an editor does, is read like the one before. */
static void
test_replaced_from_outside(void **state)
{
    char from[160], to[160], byte;
    int entered[2], replaced[2];
    pid_t pid;

    (void) state;
    assert_int_equal(pipe(entered), 0);
    assert_int_equal(pipe(replaced), 0);
    pid = fork();
    if (pid == 0) {
        struct sandbox sandbox;

        if (!enter(SANDBOX_STRICT, &sandbox) || write(entered[1], "", 1) != 1 ||
            read(replaced[0], &byte, 1) != 1) {
            _exit(NOT_ENTERED);
        }
        _exit(try_read());
    }
    assert_int_equal(read(entered[0], &byte, 1), 1);
    (void) snprintf(from, sizeof from, "%s/file", scene.outside);
    (void) snprintf(to, sizeof to, "%s/file", scene.read);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(write(replaced[1], "", 1), 1);
    assert_int_equal(wait_for(pid), 0);
    for (unsigned i = 0; i < 2; i++) {
        (void) close(entered[i]);
        (void) close(replaced[i]);
    }
}

static void *
wait_for_ever(void *argument)
{
    for (;;) {
        (void) pause();
    }
    return argument;
}

/* A layer that not all threads are in is missing: named, and too little where the mode is
 * strict. */
static void
test_missing_layer(void **state)
{
    static const struct {
        enum sandbox_mode mode;
        bool is_good;
    } modes[] = { { SANDBOX_STRICT, false }, { SANDBOX_ON, true } };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(modes); i++) {
        const pid_t pid = fork();

        if (pid == 0) {
            struct sandbox sandbox;
            pthread_t thread;
            const bool is_started = pthread_create(&thread, NULL, wait_for_ever, NULL) == 0;
            const bool is_good = enter(modes[i].mode, &sandbox);

            _exit(is_started && is_good == modes[i].is_good &&
                  !sandbox_is_whole(&sandbox) && !sandbox.layers[SANDBOX_LANDLOCK].holds &&
                  strstr(sandbox.layers[SANDBOX_LANDLOCK].reason, "threads") != NULL &&
                  sandbox.layers[SANDBOX_SYSTEM_CALLS].holds);
        }
        assert_int_equal(wait_for(pid), true);
    }
}

static void
test_off(void **state)
{
    struct sandbox sandbox;

    (void) state;
    assert_true(enter(SANDBOX_OFF, &sandbox));
    assert_false(sandbox_is_whole(&sandbox));
    assert_int_equal(try_outside(), ENOENT); /* Moved away above. */
}

int
main(void)
{
    enum { N_OTHERS = 4 };
    struct CMUnitTest tests[N_ELEMENTS(cases) + N_OTHERS] = {
        [N_ELEMENTS(cases)] = cmocka_unit_test(test_rights_left),
        [N_ELEMENTS(cases) + 1] = cmocka_unit_test(test_replaced_from_outside),
        [N_ELEMENTS(cases) + 2] = cmocka_unit_test(test_missing_layer),
        [N_ELEMENTS(cases) + 3] = cmocka_unit_test(test_off),
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        tests[i] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL,
                                        (void *) (uintptr_t) &cases[i] };
    }
    return cmocka_run_group_tests(tests, make_scene, NULL);
}

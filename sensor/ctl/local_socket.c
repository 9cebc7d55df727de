#include "sensor/ctl/local_socket.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"

enum { BACKLOG = 16, CLIENT_PATIENCE_S = 60 };

static bool fill_address(const char *path, struct sockaddr_un *address);
static bool make_folder_of(const char *path);
static bool is_free(const char *path);
static int bind_at(const struct sockaddr_un *address);
static bool give_to_group(const char *path, const char *group,
                          struct problem_list *problems);

int
local_socket_listen(const char *path, const char *group, struct problem_list *problems)
{
    struct sockaddr_un address;
    int fd;

    if (!fill_address(path, &address)) {
        problem_warning(problems, path, 0,
                        "no socket there: the path is longer than %zu characters",
                        sizeof address.sun_path - 1);
        return -1;
    }
    if (!is_free(path)) {
        problem_warning(problems, path, 0, "no socket there: another program listens");
        return -1;
    }
    if (!make_folder_of(path) || (fd = bind_at(&address)) < 0) {
        problem_warning(problems, path, 0, "no socket there: %s", strerror(errno));
        return -1;
    }
    if (!give_to_group(path, group, problems)) {
        (void) unlink(path);
        (void) close(fd);
        return -1;
    }
    return fd;
}

int
local_socket_accept(int listener, unsigned *ret_user)
{
    struct ucred peer = { .uid = 0 };
    socklen_t size = sizeof peer;
    const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        (void) close(fd);
        return -1;
    }
    *ret_user = peer.uid;
    return fd;
}

int
local_socket_connect(const char *path)
{
    const struct timeval patience = { .tv_sec = CLIENT_PATIENCE_S };
    struct sockaddr_un address;
    int fd;

    if (!fill_address(path, &address)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    (void) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void) setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (const struct sockaddr *) &address, sizeof address) != 0) {
        const int reason = errno;

        (void) close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

static bool
fill_address(const char *path, struct sockaddr_un *address)
{
    const size_t n = strlen(path);

    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (n >= sizeof address->sun_path) {
        return false;
    }
    memcpy(address->sun_path, path, n + 1);
    return true;
}

/* Also the folder above it, since /run is empty after each boot. */
static bool
make_folder_of(const char *path)
{
    char *folder = memory_copy_text(path);
    char *slash = strrchr(folder, '/'), *above;
    bool is_there = true;

    if (slash != NULL && slash != folder) {
        *slash = '\0';
        above = strrchr(folder, '/');
        if (above != NULL && above != folder) {
            *above = '\0';
            (void) mkdir(folder, 0755);
            *above = '/';
        }
        is_there = mkdir(folder, 0755) == 0 || errno == EEXIST;
    }
    free(folder);
    return is_there;
}

/* A socket to which nobody listens was left behind, and goes. */
static bool
is_free(const char *path)
{
    struct stat status;
    int fd;

    if (stat(path, &status) != 0) {
        return true;
    }
    if (!S_ISSOCK(status.st_mode)) {
        return false;
    }
    fd = local_socket_connect(path);
    if (fd >= 0) {
        (void) close(fd);
        return false;
    }
    return errno == ECONNREFUSED && unlink(path) == 0;
}

/* The mode is right from the first moment on. */
static int
bind_at(const struct sockaddr_un *address)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const mode_t before = umask(0117);
    bool is_listening;
    int reason;

    is_listening = fd >= 0 &&
                   bind(fd, (const struct sockaddr *) address, sizeof *address) == 0 &&
                   listen(fd, BACKLOG) == 0;
    reason = errno;
    (void) umask(before);
    if (!is_listening && fd >= 0) {
        (void) close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

static bool
give_to_group(const char *path, const char *group, struct problem_list *problems)
{
    const struct group *found;

    if (*group == '\0') {
        return true;
    }
    found = getgrnam(group);
    if (found == NULL) {
        problem_warning(problems, path, 0, "no socket there: no group is called \"%s\"",
                        group);
        return false;
    }
    if (chown(path, (uid_t) -1, found->gr_gid) != 0) {
        problem_warning(
            problems, path, 0,
            "no socket there: it cannot be given to group \"%s\": %s; expected one "
            "that the sensor's user is in (SupplementaryGroups= of its unit)",
            group, strerror(errno));
        return false;
    }
    return true;
}

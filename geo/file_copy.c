#include "geo/file_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STEP_SIZE = 64 * 1024 };

static bool is_regular(const char *path, struct problem_list *problems);
static bool copy_all(int from, int to);
static bool was_written(const struct stat *before, const struct stat *after);

bool
file_copy_open(struct file_copy *copy, const char *path, struct problem_list *problems)
{
    struct stat before, after;
    int from;

    if (!is_regular(path, problems)) {
        return false;
    }
    from = open(path, O_RDONLY | O_CLOEXEC);
    copy->fd = (int) syscall(SYS_memfd_create, "sectorwatch", MFD_CLOEXEC);
    if (from < 0 || copy->fd < 0 || fstat(from, &before) != 0 ||
        !copy_all(from, copy->fd) || fstat(from, &after) != 0) {
        problem_error(problems, path, 0, "the database cannot be read: %s",
                      strerror(errno));
        goto failed;
    }
    if (was_written(&before, &after)) {
        problem_error(problems, path, 0,
                      "the database was written to while it was read; expected one that is "
                      "complete");
        goto failed;
    }
    (void) close(from);
    (void) snprintf(copy->path, sizeof copy->path, "/proc/self/fd/%d", copy->fd);
    return true;

failed:
    if (copy->fd >= 0) {
        (void) close(copy->fd);
    }
    if (from >= 0) {
        (void) close(from);
    }
    return false;
}

void
file_copy_close(struct file_copy *copy)
{
    (void) close(copy->fd);
}

static bool
is_regular(const char *path, struct problem_list *problems)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        problem_error(problems, path, 0, "the database cannot be opened: %s",
                      strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
        problem_error(problems, path, 0, "a folder was given, a database file expected");
    } else if (!S_ISREG(status.st_mode)) {
        problem_error(problems, path, 0, "the database is not a regular file");
    } else if (status.st_size == 0) {
        problem_error(problems, path, 0, "the database is empty");
    } else {
        return true;
    }
    return false;
}

static bool
copy_all(int from, int to)
{
    uint8_t bytes[STEP_SIZE];

    for (;;) {
        const ssize_t n = read(from, bytes, sizeof bytes);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n == 0;
        }
        for (ssize_t done = 0, written; done < n; done += written) {
            written = write(to, bytes + done, (size_t) (n - done));
            if (written < 0) {
                return false;
            }
        }
    }
}

static bool
was_written(const struct stat *before, const struct stat *after)
{
    return before->st_size != after->st_size ||
           before->st_mtim.tv_sec != after->st_mtim.tv_sec ||
           before->st_mtim.tv_nsec != after->st_mtim.tv_nsec;
}

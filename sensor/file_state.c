#include "sensor/file_state.h"

#include <sys/stat.h>

#include "base/timestamp.h"

static uint64_t
nanoseconds(struct timespec time)
{
    return (uint64_t) time.tv_sec * NS_PER_SECOND + (uint64_t) time.tv_nsec;
}

struct file_state
file_state_of(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        return (struct file_state){ .is_there = false };
    }
    return (struct file_state){ .is_there = true,
                                .device = status.st_dev,
                                .inode = status.st_ino,
                                .size = status.st_size,
                                .modified_ns = nanoseconds(status.st_mtim),
                                .changed_ns = nanoseconds(status.st_ctim) };
}

bool
file_state_is_same(const struct file_state *a, const struct file_state *b)
{
    return a->is_there == b->is_there && a->device == b->device && a->inode == b->inode &&
           a->size == b->size && a->modified_ns == b->modified_ns &&
           a->changed_ns == b->changed_ns;
}

#ifndef SENSOR_FILE_STATE_H
#define SENSOR_FILE_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a file was when it was looked at, so that it shows when another has taken its place
 * or it was written to. */
struct file_state {
    bool is_there; /* The rest is zero if it is not. */
    dev_t device;
    ino_t inode;
    off_t size;
    uint64_t modified_ns, changed_ns; /* st_mtim, st_ctim. */
};

struct file_state file_state_of(const char *path);
bool file_state_is_same(const struct file_state *a, const struct file_state *b);

#endif

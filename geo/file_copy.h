#ifndef GEO_FILE_COPY_H
#define GEO_FILE_COPY_H

#include <stdbool.h>

#include "base/problem.h"

/* A copy of a file in memory (memfd_create(2)): who maps a file itself is ended by SIGBUS
 * when somebody cuts it short, as copying a new one over it does. */
struct file_copy {
    int fd;
    char path[32]; /* What the copy can be opened by until file_copy_close(). */
};

/* Copies the regular file at 'path'.  Returns false with the reason in 'problems'; else the
 * caller closes it with file_copy_close().  What has mapped the copy keeps it. */
bool file_copy_open(struct file_copy *copy, const char *path,
                    struct problem_list *problems);
void file_copy_close(struct file_copy *copy);

#endif

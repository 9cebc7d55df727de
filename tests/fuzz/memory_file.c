#include "memory_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct memory_file
memory_file_of(const uint8_t *data, size_t size)
{
    struct memory_file file = { .descriptor = memfd_create("input", MFD_CLOEXEC) };

    if (file.descriptor < 0 || write(file.descriptor, data, size) != (ssize_t) size) {
        abort();
    }
    (void) snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.descriptor);
    return file;
}

void
memory_file_close(const struct memory_file *file)
{
    (void) close(file->descriptor);
}

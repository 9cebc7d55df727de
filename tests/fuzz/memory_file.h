#ifndef TESTS_FUZZ_MEMORY_FILE_H
#define TESTS_FUZZ_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>

/* A file for parsers that take a path, of memory: one on a disk would take most of the time
 * of a run. */
struct memory_file {
    int descriptor;
    char path[32];
};

/* Ends the program if there is none to be had. */
struct memory_file memory_file_of(const uint8_t *data, size_t size);
void memory_file_close(const struct memory_file *file);

#endif

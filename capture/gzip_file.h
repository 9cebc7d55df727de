#ifndef CAPTURE_GZIP_FILE_H
#define CAPTURE_GZIP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/problem.h"

/* A file read from its beginning to its end, as a stdio stream or without one, decompressed
 * on the way if it begins as gzip data do (RFC 1952 section 2.3.1), whatever its name is.
 *
 * gzip data that are damaged or cut short end it with an error, after every byte before the
 * damage was delivered. */
struct gzip_file;

enum { GZIP_FILE_HEAD = 24 };

/* Opens the file at 'path' ("-" is standard input, which stays open).  Returns NULL with
 * the reason in 'problems'; otherwise the caller frees it with gzip_file_close(), after the
 * stream. */
struct gzip_file *gzip_file_open(const char *path, struct problem_list *problems);
void gzip_file_close(struct gzip_file *file);

/* The stream, which the caller closes with fclose().  It does not read ahead into what
 * follows the first GZIP_FILE_HEAD bytes before these are used up. */
FILE *gzip_file_stream(const struct gzip_file *file);

/* The first bytes of the stream, as far as they were read; zero beyond. */
const uint8_t *gzip_file_head(const struct gzip_file *file);

/* Reads up to 'size' bytes past the stream, from where it has been read to.  Returns 0 at
 * the end, and where gzip_file_error() then has a reason. */
size_t gzip_file_read(struct gzip_file *file, void *buffer, size_t size);

/* Nothing at all was in it. */
bool gzip_file_is_empty(const struct gzip_file *file);

/* Why it ended with an error: a few words, or "" if it did not. */
const char *gzip_file_error(const struct gzip_file *file);

/* Bytes read so far, before decompression, and the file's size; 0 where that is not known
 * (a pipe). */
uint64_t gzip_file_position(const struct gzip_file *file);
uint64_t gzip_file_size(const struct gzip_file *file);

#endif

#ifndef CAPTURE_GZIP_FILE_H
#define CAPTURE_GZIP_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/problem.h"

/* A file read from its beginning to its end as a stdio stream, decompressed on the way if
 * it begins as gzip data do (RFC 1952 section 2.3.1), whatever its name is.
 *
 * gzip data that are damaged or cut short end the stream with an error, after every byte
 * before the damage was delivered. */
struct gzip_file;

/* Opens the file at 'path' ("-" is standard input, which stays open).  Returns NULL with
 * the reason in 'problems'; otherwise the caller frees it with gzip_file_close(), after the
 * stream. */
struct gzip_file *gzip_file_open(const char *path, struct problem_list *problems);
void gzip_file_close(struct gzip_file *file);

/* The stream, which the caller closes with fclose(). */
FILE *gzip_file_stream(const struct gzip_file *file);

/* Nothing at all was in it. */
bool gzip_file_is_empty(const struct gzip_file *file);

/* Why the stream ended with an error: a few words, or "" if it did not. */
const char *gzip_file_error(const struct gzip_file *file);

/* Bytes read so far, before decompression, and the file's size; 0 where that is not known
 * (a pipe). */
uint64_t gzip_file_position(const struct gzip_file *file);
uint64_t gzip_file_size(const struct gzip_file *file);

#endif

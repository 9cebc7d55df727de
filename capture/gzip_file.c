/* The one file that needs the GNU C library's fopencookie(3), which makes a stdio stream
 * out of a read function: libpcap reads capture files from stdio streams only, and the data
 * it is to read are decompressed here.  The build defines _GNU_SOURCE for this file. */
#include "capture/gzip_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/memory.h"

enum {
    INPUT_SIZE = 64 * 1024,
    STREAM_SIZE = 128 * 1024, /* With stdio's own 4 KiB libpcap takes twice the time. */
    WINDOW_BITS = 15 + 16,    /* The largest window, in the format of gzip (zlib.h). */
};

struct gzip_file {
    FILE *stream;
    int fd;
    bool is_gzip;
    bool is_between_members; /* The next byte, if any, begins a member. */
    uint64_t position, size;
    z_stream z; /* What was read and not yet delivered is in next_in and avail_in. */
    char error[128];
    size_t n_head; /* Bytes of 'head' that were delivered. */
    uint8_t head[GZIP_FILE_HEAD];
    uint8_t input[INPUT_SIZE];
    char stream_buffer[STREAM_SIZE];
};

static bool open_descriptor(struct gzip_file *file, const char *path,
                            struct problem_list *problems);
static bool look_at_magic(struct gzip_file *file);
static bool open_stream(struct gzip_file *file);

struct gzip_file *
gzip_file_open(const char *path, struct problem_list *problems)
{
    struct gzip_file *file = memory_zeroed(1, sizeof *file);

    if (!open_descriptor(file, path, problems)) {
        free(file);
        return NULL;
    }
    if (!look_at_magic(file)) {
        problem_error(problems, path, 0, "cannot be read: %s", file->error);
        goto fail;
    }
    if (!open_stream(file)) {
        problem_error(problems, path, 0, "cannot be read: %s", strerror(errno));
        goto fail;
    }
    return file;
fail:
    gzip_file_close(file);
    return NULL;
}

void
gzip_file_close(struct gzip_file *file)
{
    if (file == NULL) {
        return;
    }
    if (file->is_gzip) {
        (void) inflateEnd(&file->z);
    }
    if (file->fd != STDIN_FILENO) {
        (void) close(file->fd);
    }
    free(file);
}

FILE *
gzip_file_stream(const struct gzip_file *file)
{
    return file->stream;
}

const uint8_t *
gzip_file_head(const struct gzip_file *file)
{
    return file->head;
}

bool
gzip_file_is_empty(const struct gzip_file *file)
{
    return file->position == 0;
}

const char *
gzip_file_error(const struct gzip_file *file)
{
    return file->error;
}

uint64_t
gzip_file_position(const struct gzip_file *file)
{
    return file->position - file->z.avail_in;
}

uint64_t
gzip_file_size(const struct gzip_file *file)
{
    return file->size;
}

static bool
open_descriptor(struct gzip_file *file, const char *path, struct problem_list *problems)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    struct stat status;

    file->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file->fd < 0 || fstat(file->fd, &status) != 0) {
        problem_error(problems, path, 0, "cannot be read: %s", strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
        problem_error(problems, path, 0, "is a directory; expected a capture file");
    } else if (isatty(file->fd)) {
        problem_error(problems, path, 0, "is a terminal; expected a capture file");
    } else {
        file->size = S_ISREG(status.st_mode) ? (uint64_t) status.st_size : 0;
        return true;
    }
    if (file->fd >= 0 && !is_stdin) {
        (void) close(file->fd);
    }
    return false;
}

/* read(2) that a signal does not end.  Returns 0 at the end of the file, and also where it
 * cannot be read, with the reason in 'error'. */
static size_t
read_some(struct gzip_file *file, void *buffer, size_t size)
{
    ssize_t n;

    do {
        n = read(file->fd, buffer, size);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        (void) snprintf(file->error, sizeof file->error, "%s", strerror(errno));
        return 0;
    }
    file->position += (uint64_t) n;
    return (size_t) n;
}

/* Reads the beginning, however small the pieces a pipe delivers, and starts to decompress
 * if it is gzip data.  Returns false with the reason in 'error'. */
static bool
look_at_magic(struct gzip_file *file)
{
    static const uint8_t magic[] = { 0x1f, 0x8b };
    size_t have = 0, n;

    do {
        n = read_some(file, file->input + have, INPUT_SIZE - have);
        have += n;
    } while (n > 0 && have < sizeof magic);
    file->z.next_in = file->input;
    file->z.avail_in = (unsigned) have;
    if (have < sizeof magic || memcmp(file->input, magic, sizeof magic) != 0) {
        return file->error[0] == '\0';
    }
    if (inflateInit2(&file->z, WINDOW_BITS) != Z_OK) {
        (void) snprintf(file->error, sizeof file->error, "zlib has no memory");
        return false;
    }
    file->is_gzip = true;
    return true;
}

/* Delivers up to 'size' bytes as they stand. */
static size_t
read_plain(struct gzip_file *file, void *buffer, size_t size)
{
    const size_t n = size < file->z.avail_in ? size : file->z.avail_in;

    if (n == 0) {
        return read_some(file, buffer, size);
    }
    memcpy(buffer, file->z.next_in, n);
    file->z.next_in += n;
    file->z.avail_in -= (unsigned) n;
    return n;
}

/* Makes sure that there is input.  Returns false at its end, which is damage unless it
 * comes between members. */
static bool
has_input(struct gzip_file *file)
{
    if (file->z.avail_in > 0) {
        return true;
    }
    file->z.next_in = file->input;
    file->z.avail_in = (unsigned) read_some(file, file->input, INPUT_SIZE);
    if (file->z.avail_in == 0 && !file->is_between_members && file->error[0] == '\0') {
        (void) snprintf(file->error, sizeof file->error, "the gzip data are cut short");
    }
    return file->z.avail_in > 0;
}

/* Decompresses once; returns false, with the reason in 'error', where the data are damaged.
 */
static bool
inflate_some(struct gzip_file *file)
{
    int status;

    if (file->is_between_members) {
        (void) inflateReset(&file->z);
        file->is_between_members = false;
    }
    status = inflate(&file->z, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
        file->is_between_members = true;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
        (void) snprintf(file->error, sizeof file->error, "the gzip data are damaged: %s",
                        file->z.msg != NULL ? file->z.msg : zError(status));
        return false;
    }
    return true;
}

/* Delivers up to 'size' decompressed bytes; fewer only at the end or at damage. */
static size_t
read_gzip(struct gzip_file *file, void *buffer, size_t size)
{
    file->z.next_out = buffer;
    file->z.avail_out = (unsigned) size;
    while (file->z.avail_out > 0 && file->error[0] == '\0' && has_input(file) &&
           inflate_some(file)) {
    }
    return size - file->z.avail_out;
}

size_t
gzip_file_read(struct gzip_file *file, void *buffer, size_t size)
{
    return file->is_gzip ? read_gzip(file, buffer, size) : read_plain(file, buffer, size);
}

/* The stream's read function (fopencookie(3)): the head by itself, then the rest. */
static ssize_t
on_read(void *cookie, char *buffer, size_t size)
{
    struct gzip_file *file = cookie;
    const size_t head_left = GZIP_FILE_HEAD - file->n_head;
    const size_t most = head_left > 0 ? head_left : STREAM_SIZE;
    const size_t n = gzip_file_read(file, buffer, size < most ? size : most);

    if (n == 0 && file->error[0] != '\0') {
        errno = EIO;
        return -1;
    }
    if (head_left > 0) {
        memcpy(&file->head[file->n_head], buffer, n);
        file->n_head += n;
    }
    return (ssize_t) n;
}

static bool
open_stream(struct gzip_file *file)
{
    file->stream = fopencookie(file, "r", (cookie_io_functions_t){ .read = on_read });
    if (file->stream == NULL ||
        setvbuf(file->stream, file->stream_buffer, _IOFBF, STREAM_SIZE) != 0) {
        return false;
    }
    /* One thread reads it: libpcap's two reads a frame need not lock the stream each. */
    (void) __fsetlocking(file->stream, FSETLOCKING_BYCALLER);
    return true;
}

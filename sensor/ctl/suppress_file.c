#include "sensor/ctl/suppress_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/memory.h"

/* More is no file that people keep by hand. */
enum { TEXT_MAX = 1 << 20 };

static const char empty_file[] = "# Suppressions that were added with \"sectorwatch ctl "
                                 "suppress\".\n"
                                 "suppress = (\n);\n";

static char *read_text(const char *path);
static size_t end_of_list(const char *text, bool *ret_is_empty);
static void write_entry(const struct ctl_request *request, unsigned user, FILE *out);
static bool write_text(const char *path, const char *text);

bool
suppress_file_begin(struct suppress_file *file, const char *path,
                    char reason[static CTL_REASON_SIZE])
{
    const char *slash = strrchr(path, '/');
    char *folder = memory_copy_text(slash == NULL ? "." : path);

    if (slash != NULL) {
        folder[slash == path ? 1 : slash - path] = '\0';
    }
    *file = (struct suppress_file){ .path = path };
    file->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file->folder < 0 || flock(file->folder, LOCK_EX) != 0) {
        (void) snprintf(reason, CTL_REASON_SIZE, "%.128s: %s", folder, strerror(errno));
        goto fail;
    }
    file->text = read_text(path);
    if (file->text == NULL) {
        (void) snprintf(reason, CTL_REASON_SIZE, "%.128s cannot be read: %s", path,
                        strerror(errno));
        goto fail;
    }
    free(folder);
    return true;
fail:
    free(folder);
    suppress_file_end(file);
    return false;
}

void
suppress_file_end(struct suppress_file *file)
{
    if (file->folder >= 0) {
        (void) close(file->folder);
    }
    free(file->text);
}

char *
suppress_file_with(const struct suppress_file *file, const struct ctl_request *request,
                   unsigned user, char reason[static CTL_REASON_SIZE])
{
    const char *before = *file->text != '\0' ? file->text : empty_file;
    bool is_empty;
    const size_t end = end_of_list(before, &is_empty);
    char *text = NULL;
    size_t size;
    FILE *out;

    if (end == 0) {
        (void) snprintf(reason, CTL_REASON_SIZE,
                        "%.128s does not end with the end of a list; expected \");\"",
                        file->path);
        return NULL;
    }
    out = open_memstream(&text, &size);
    if (out == NULL) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    fprintf(out, "%.*s%s\n  ", (int) end, before, is_empty ? "" : ",");
    write_entry(request, user, out);
    fputs("\n);\n", out);
    (void) fclose(out);
    return text;
}

bool
suppress_file_replace(const struct suppress_file *file, const char *text,
                      char reason[static CTL_REASON_SIZE])
{
    char new_path[PATH_MAX];
    const int n = snprintf(new_path, sizeof new_path, "%s.new", file->path);
    bool is_written = false;

    if (n < 0 || (size_t) n >= sizeof new_path) {
        errno = ENAMETOOLONG;
    } else {
        is_written = write_text(new_path, text) && rename(new_path, file->path) == 0 &&
                     fsync(file->folder) == 0;
    }
    if (!is_written) {
        (void) snprintf(reason, CTL_REASON_SIZE, "%.128s cannot be written: %s", file->path,
                        strerror(errno));
    }
    return is_written;
}

/* NULL with the reason in errno. */
static char *
read_text(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    char *text;
    ssize_t n;

    if (fd < 0) {
        return errno == ENOENT ? memory_copy_text("") : NULL;
    }
    text = memory_zeroed(TEXT_MAX + 1, 1);
    n = read(fd, text, TEXT_MAX + 1);
    if (n < 0 || n > TEXT_MAX) {
        const int reason = n < 0 ? errno : EFBIG;

        free(text);
        text = NULL;
        errno = reason;
    } else {
        text[n] = '\0';
    }
    (void) close(fd);
    return text;
}

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where the next entry goes: after the last one before the ")", ";" or not, that ends the
 * text.  0 if it does not end so; whether that was the list's is found when it is read. */
static size_t
end_of_list(const char *text, bool *ret_is_empty)
{
    size_t n = strlen(text);

    while (n > 0 && (is_space(text[n - 1]) || text[n - 1] == ';')) {
        n--;
    }
    if (n == 0 || text[n - 1] != ')') {
        return 0;
    }
    n--;
    while (n > 0 && is_space(text[n - 1])) {
        n--;
    }
    *ret_is_empty = n > 0 && text[n - 1] == '(';
    return n;
}

/* As a text of libconfig. */
static void
write_text_member(const char *name, const char *text, const char *more, FILE *out)
{
    if (*text == '\0' && *more == '\0') {
        return;
    }
    fprintf(out, "%s = \"", name);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            putc('\\', out);
        }
        putc(*text, out);
    }
    fprintf(out, "%s\"; ", more);
}

static void
write_entry(const struct ctl_request *request, unsigned user, FILE *out)
{
    char of_user[32];

    (void) snprintf(of_user, sizeof of_user, "%suser %u",
                    *request->owner == '\0' ? "" : ", ", user);
    fputs("{ ", out);
    write_text_member("rule", request->rule, "", out);
    write_text_member("peer", request->peer, "", out);
    write_text_member("asset", request->asset, "", out);
    if (request->port != 0) {
        fprintf(out, "port = %u; ", (unsigned) request->port);
    }
    write_text_member("until", request->until, "", out);
    write_text_member("reason", request->reason, "", out);
    write_text_member("owner", request->owner, of_user, out);
    putc('}', out);
}

static bool
write_text(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0640);
    const size_t n = strlen(text);
    bool is_written;

    if (fd < 0) {
        return false;
    }
    is_written = write(fd, text, n) == (ssize_t) n && fsync(fd) == 0;
    is_written = close(fd) == 0 && is_written;
    if (!is_written) {
        const int reason = errno;

        (void) unlink(path);
        errno = reason;
    }
    return is_written;
}

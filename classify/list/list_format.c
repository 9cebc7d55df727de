#include "classify/list/list_format.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/json_stream.h"
#include "classify/list/csv_line.h"

enum { HEAD_SIZE = 16 * 1024 };

static ssize_t read_head(const char *path, char head[static HEAD_SIZE + 1]);
static bool is_json(const char *head);
static enum list_format json_format(const char *path);
static enum list_format text_format(char *head);

static const char *const names[N_LIST_FORMATS] = {
#define X(name, text) text,
    LIST_FORMAT_TABLE(X)
#undef X
};

const char *
list_format_name(enum list_format format)
{
    return names[format];
}

bool
list_format_parse(const char *name, enum list_format *ret)
{
    for (size_t i = 0; i < N_LIST_FORMATS; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum list_format) i;
            return true;
        }
    }
    return false;
}

int
list_format_detect(const char *path, enum list_format *ret)
{
    char head[HEAD_SIZE + 1];
    const ssize_t n = read_head(path, head);

    if (n < 0) {
        return errno;
    }
    head[n] = '\0';
    *ret = is_json(head) ? json_format(path) : text_format(head);
    return 0;
}

/* Returns how many bytes there are, or -1 with the reason in errno. */
static ssize_t
read_head(const char *path, char head[static HEAD_SIZE + 1])
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n, size = 0;
    int error = 0;

    if (file < 0) {
        return -1;
    }
    while (size < HEAD_SIZE &&
           (n = read(file, head + size, (size_t) (HEAD_SIZE - size))) != 0) {
        if (n > 0) {
            size += n;
        } else if (errno != EINTR) {
            error = errno;
            break;
        }
    }
    (void) close(file);
    errno = error;
    return error != 0 ? -1 : size;
}

/* An object or array; but an address may stand in brackets, too. */
static bool
is_json(const char *head)
{
    static const char space[] = " \t\r\n";

    head += strspn(head, space);
    if (*head != '[') {
        return *head == '{';
    }
    head++;
    head += strspn(head, space);
    return *head == '{' || *head == '[' || *head == '"' || *head == ']';
}

/* STIX has "objects", a warninglist a "list", and MISP one "Attribute" or more, however
 * deep. */
static enum list_format
json_format(const char *path)
{
    static const struct {
        const char *array;
        enum list_format format;
    } kinds[] = {
        { "objects", LIST_FORMAT_STIX },
        { "list", LIST_FORMAT_WARNINGLIST },
        { "Attribute", LIST_FORMAT_MISP },
    };
    struct json_stream *stream = json_stream_open(path);
    enum list_format format = LIST_FORMAT_AUTO;
    struct json_item item;

    if (stream == NULL) {
        return format;
    }
    do {
        item = json_stream_next(stream);
        for (size_t i = 0; item.event == JSON_EVENT_ARRAY && i < 3; i++) {
            if (strcmp(item.name, kinds[i].array) == 0 &&
                (item.depth == 1 || kinds[i].format == LIST_FORMAT_MISP)) {
                format = kinds[i].format;
            }
        }
    } while (format == LIST_FORMAT_AUTO && item.event != JSON_EVENT_END &&
             item.event != JSON_EVENT_BAD);
    json_stream_close(stream);
    return format;
}

/* Looks at the lines before the first entry and at that. */
static enum list_format
text_format(char *head)
{
    char *rest = head;

    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        struct csv_line csv;
        bool is_comment;

        line[strcspn(line, "\r")] = '\0';
        is_comment = csv_is_comment(line);
        if (is_comment) {
            line += strspn(line, "# \t");
        }
        if (!csv_line_split(line, &csv) || csv.n < 2) {
            if (!is_comment && line[strspn(line, " \t")] != '\0') {
                return LIST_FORMAT_PLAIN;
            }
            continue;
        }
        if (csv_line_known_column(&csv) < csv.n) {
            return LIST_FORMAT_CSV;
        }
        if (!is_comment) {
            struct indicator indicator;

            return indicator_read(csv.fields[0], strlen(csv.fields[0]), &indicator) ==
                           INDICATOR_NONE
                       ? LIST_FORMAT_CSV
                       : LIST_FORMAT_PLAIN;
        }
    }
    return LIST_FORMAT_PLAIN;
}

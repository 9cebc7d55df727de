#include "sensor/ctl/client.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "sensor/ctl/local_socket.h"

struct ctl_client {
    int fd;
    FILE *in;
    char *line;
    size_t capacity;
};

static bool find_socket(const char *folder, const char *interface,
                        char path[static PATH_MAX], char reason[static CTL_REASON_SIZE]);
static bool find_only_socket(const char *folder, char path[static PATH_MAX],
                             char reason[static CTL_REASON_SIZE]);
static void explain(const char *path, char reason[static CTL_REASON_SIZE]);
static bool send_all(int fd, const char *line);

struct ctl_client *
ctl_client_new(const char *folder, const char *interface,
               char reason[static CTL_REASON_SIZE])
{
    char path[PATH_MAX];
    struct ctl_client *client;
    int fd;

    if (!find_socket(folder, interface, path, reason)) {
        return NULL;
    }
    fd = local_socket_connect(path);
    if (fd < 0) {
        explain(path, reason);
        return NULL;
    }
    client = memory_zeroed(1, sizeof *client);
    client->fd = fd;
    client->in = fdopen(fd, "r");
    if (client->in == NULL) {
        explain(path, reason);
        (void) close(fd);
        free(client);
        return NULL;
    }
    return client;
}

void
ctl_client_free(struct ctl_client *client)
{
    if (client == NULL) {
        return;
    }
    (void) fclose(client->in);
    free(client->line);
    free(client);
}

struct json_value *
ctl_client_ask(struct ctl_client *client, const char *line,
               char reason[static CTL_REASON_SIZE])
{
    struct json_value *answer = NULL;
    char fault[JSON_REASON_SIZE];
    ssize_t n = -1;

    if (send_all(client->fd, line)) {
        n = getline(&client->line, &client->capacity, client->in);
    }
    if (n <= 0) {
        (void) snprintf(reason, CTL_REASON_SIZE, "the sensor does not answer any more");
        return NULL;
    }
    answer = json_value_read(client->line, (size_t) n, fault);
    if (answer == NULL) {
        (void) snprintf(reason, CTL_REASON_SIZE, "the answer is %s", fault);
    }
    return answer;
}

const char *
ctl_client_refusal(const struct json_value *answer)
{
    const char *error = json_value_text(json_value_member(answer, "error"));

    if (json_value_is_true(json_value_member(answer, "ok"))) {
        return NULL;
    }
    return error != NULL ? error : "refused";
}

const char *
ctl_client_line(const struct ctl_client *client)
{
    return client->line;
}

static bool
find_socket(const char *folder, const char *interface, char path[static PATH_MAX],
            char reason[static CTL_REASON_SIZE])
{
    if (*folder == '\0') {
        (void) snprintf(reason, CTL_REASON_SIZE, "ctl.folder names no folder");
        return false;
    }
    if (interface == NULL) {
        return find_only_socket(folder, path, reason);
    }
    (void) snprintf(path, PATH_MAX, "%s/%s/ctl", folder, interface);
    return true;
}

static bool
find_only_socket(const char *folder, char path[static PATH_MAX],
                 char reason[static CTL_REASON_SIZE])
{
    char pattern[PATH_MAX];
    glob_t found = { 0 };
    bool is_one;

    (void) snprintf(pattern, sizeof pattern, "%s/*/ctl", folder);
    (void) glob(pattern, 0, NULL, &found);
    is_one = found.gl_pathc == 1;
    if (is_one) {
        (void) snprintf(path, PATH_MAX, "%s", found.gl_pathv[0]);
    } else if (found.gl_pathc == 0) {
        (void) snprintf(reason, CTL_REASON_SIZE,
                        "no sensor runs here: there is no %.128s/*/ctl", folder);
    } else {
        (void) snprintf(reason, CTL_REASON_SIZE,
                        "%zu sensors run here; say which with -i INTERFACE",
                        found.gl_pathc);
    }
    globfree(&found);
    return is_one;
}

static void
explain(const char *path, char reason[static CTL_REASON_SIZE])
{
    const char *advice = errno == EACCES ? "; the group of the socket may, see ctl.group"
                         : errno == ENOENT || errno == ECONNREFUSED
                             ? "; no sensor runs there"
                             : "";

    (void) snprintf(reason, CTL_REASON_SIZE, "%.128s: %s%s", path, strerror(errno), advice);
}

static bool
send_all(int fd, const char *line)
{
    size_t n = strlen(line);

    while (n > 0) {
        const ssize_t sent = send(fd, line, n, MSG_NOSIGNAL);

        if (sent < 0) {
            return false;
        }
        line += sent;
        n -= (size_t) sent;
    }
    return true;
}

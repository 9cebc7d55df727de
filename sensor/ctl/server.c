#include "sensor/ctl/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "sensor/ctl/local_socket.h"
#include "sensor/ctl/responder.h"

enum socket_kind { SOCKET_CTL, SOCKET_METRICS, N_SOCKETS };

enum { N_CLIENTS = N_SOCKETS * CTL_CLIENTS_MAX };

struct client {
    int fd; /* -1: a free place. */
    enum socket_kind kind;
    unsigned user;
    uint64_t since_ns; /* When it came, or last took something of an answer. */
    char line[CTL_LINE_MAX];
    size_t n;
    char *answer; /* NULL: none is under way. */
    size_t answer_size, n_sent;
};

struct ctl_server {
    struct mailbox *mailbox;
    struct responder responder;
    char *suppress_file;    /* The responder's. */
    int sockets[N_SOCKETS]; /* -1: none. */
    char *paths[N_SOCKETS];
    int stop[2]; /* A pipe: whoever closes its end ends the thread. */
    pthread_t thread;
    bool is_running;
    struct client clients[N_CLIENTS]; /* Those of a socket one after another. */

    /* Counted by the thread, read by the one that captures. */
    atomic_uint n_requests, n_dropped;
};

static void *serve(void *argument);
static int watch(struct ctl_server *server,
                 struct pollfd fds[static 1 + N_SOCKETS + N_CLIENTS]);
static void accept_client(struct ctl_server *server, enum socket_kind kind);
static void attend(struct ctl_server *server, struct client *client);
static size_t request_size(const struct client *client);
static void receive(struct ctl_server *server, struct client *client);
static void respond(struct ctl_server *server, struct client *client);
static void send_answer(struct client *client);
static void drop(struct ctl_server *server, struct client *client);
static void close_client(struct client *client);

struct ctl_server *
ctl_server_new(const struct ctl_server_config *config, struct problem_list *problems)
{
    struct ctl_server *server = memory_zeroed(1, sizeof *server);
    const char *paths[N_SOCKETS] = { config->ctl_path, config->metrics_path };
    const char *groups[N_SOCKETS] = { config->ctl_group, config->metrics_group };

    server->mailbox = mailbox_new();
    server->suppress_file = memory_copy_text(config->suppress_file);
    server->responder = (struct responder){ .mailbox = server->mailbox,
                                            .suppress_file = server->suppress_file };
    server->stop[0] = server->stop[1] = -1;
    for (unsigned kind = 0; kind < N_SOCKETS; kind++) {
        server->paths[kind] = memory_copy_text(paths[kind]);
        server->sockets[kind] = local_socket_listen(paths[kind], groups[kind], problems);
    }
    for (unsigned i = 0; i < N_CLIENTS; i++) {
        server->clients[i].kind = i / CTL_CLIENTS_MAX;
        server->clients[i].fd = -1;
    }
    if (pipe(server->stop) != 0) {
        problem_warning(problems, config->ctl_path, 0, "not served: %s", strerror(errno));
    }
    return server;
}

void
ctl_server_start(struct ctl_server *server)
{
    sigset_t all, before;
    int status;

    if (server->stop[0] < 0) {
        return;
    }
    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_BLOCK, &all, &before);
    status = pthread_create(&server->thread, NULL, serve, server);
    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
    server->is_running = status == 0;
    if (status != 0) {
        log_warning("ctl", "%s is not served: %s", server->paths[SOCKET_CTL],
                    strerror(status));
    }
}

void
ctl_server_free(struct ctl_server *server)
{
    if (server == NULL) {
        return;
    }
    mailbox_shut(server->mailbox);
    if (server->stop[1] >= 0) {
        (void) close(server->stop[1]);
    }
    if (server->is_running) {
        (void) pthread_join(server->thread, NULL);
    }
    if (server->stop[0] >= 0) {
        (void) close(server->stop[0]);
    }
    for (unsigned i = 0; i < N_CLIENTS; i++) {
        if (server->clients[i].fd >= 0) {
            close_client(&server->clients[i]);
        }
    }
    for (unsigned kind = 0; kind < N_SOCKETS; kind++) {
        if (server->sockets[kind] >= 0) {
            (void) unlink(server->paths[kind]);
            (void) close(server->sockets[kind]);
        }
        free(server->paths[kind]);
    }
    mailbox_free(server->mailbox);
    free(server->suppress_file);
    free(server);
}

struct mailbox *
ctl_server_mailbox(struct ctl_server *server)
{
    return server->mailbox;
}

void
ctl_server_read_counters(struct ctl_server *server, struct counters *counters)
{
    counter_add(counters, COUNTER_SENSOR_CTL_REQUESTS,
                atomic_exchange(&server->n_requests, 0));
    counter_add(counters, COUNTER_SENSOR_CTL_DROPPED,
                atomic_exchange(&server->n_dropped, 0));
}

/* The stop pipe is the first that is watched, the sockets and the clients follow. */
static void *
serve(void *argument)
{
    struct ctl_server *server = argument;
    struct pollfd fds[1 + N_SOCKETS + N_CLIENTS];

    for (;;) {
        const int n = watch(server, fds);
        /* What came while others were served is seen at the next look. */
        const uint64_t now_ns = timestamp_monotonic();

        if (fds[0].revents != 0 || (n < 0 && errno != EINTR)) {
            return NULL;
        }
        for (unsigned kind = 0; kind < N_SOCKETS; kind++) {
            if (n > 0 && fds[1 + kind].revents != 0) {
                accept_client(server, kind);
            }
        }
        for (unsigned i = 0; i < N_CLIENTS; i++) {
            struct client *client = &server->clients[i];

            if (n > 0 && fds[1 + N_SOCKETS + i].revents != 0) {
                attend(server, client);
            }
            if (client->fd >= 0 &&
                now_ns > client->since_ns + CTL_CLIENT_PATIENCE_S * NS_PER_SECOND) {
                drop(server, client);
            }
        }
    }
}

/* Waits for a second at most, so that clients can be dropped in time.  While a socket has
 * no room, nobody is accepted there. */
static int
watch(struct ctl_server *server, struct pollfd fds[static 1 + N_SOCKETS + N_CLIENTS])
{
    bool has_room[N_SOCKETS] = { false };

    for (unsigned i = 0; i < N_CLIENTS; i++) {
        const struct client *client = &server->clients[i];

        fds[1 + N_SOCKETS + i] = (struct pollfd){
            .fd = client->fd,
            .events = client->answer == NULL ? POLLIN : POLLOUT,
        };
        has_room[client->kind] |= client->fd < 0;
    }
    for (unsigned kind = 0; kind < N_SOCKETS; kind++) {
        fds[1 + kind] = (struct pollfd){
            .fd = has_room[kind] ? server->sockets[kind] : -1,
            .events = POLLIN,
        };
    }
    fds[0] = (struct pollfd){ .fd = server->stop[0], .events = POLLIN };
    return poll(fds, 1 + N_SOCKETS + N_CLIENTS, 1000);
}

static void
accept_client(struct ctl_server *server, enum socket_kind kind)
{
    for (unsigned i = 0; i < N_CLIENTS; i++) {
        struct client *client = &server->clients[i];

        if (client->kind == kind && client->fd < 0) {
            client->fd = local_socket_accept(server->sockets[kind], &client->user);
            client->since_ns = timestamp_monotonic();
            client->n = 0;
            return;
        }
    }
}

static void
attend(struct ctl_server *server, struct client *client)
{
    if (client->answer == NULL) {
        receive(server, client);
    } else {
        client->since_ns = timestamp_monotonic();
        send_answer(client);
    }
    while (client->fd >= 0 && client->answer == NULL && request_size(client) > 0) {
        respond(server, client);
    }
}

/* Bytes of the request that the client has sent whole, with its end; 0 if it has not. */
static size_t
request_size(const struct client *client)
{
    static const char *const ends[N_SOCKETS] = { "\n", "\r\n\r\n" };
    const char *end = ends[client->kind];
    const char *found = memmem(client->line, client->n, end, strlen(end));

    return found == NULL ? 0 : (size_t) (found - client->line) + strlen(end);
}

static void
receive(struct ctl_server *server, struct client *client)
{
    const ssize_t n =
        recv(client->fd, &client->line[client->n], sizeof client->line - client->n, 0);

    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (n <= 0) {
        close_client(client);
        return;
    }
    client->n += (size_t) n;
    if (client->n == sizeof client->line && request_size(client) == 0) {
        drop(server, client);
    }
}

/* Answers the first request that is there; what comes behind it waits. */
static void
respond(struct ctl_server *server, struct client *client)
{
    const size_t n = request_size(client);

    atomic_fetch_add(&server->n_requests, 1);
    client->answer =
        client->kind == SOCKET_CTL
            ? respond_to_request(&server->responder, client->line, n, client->user,
                                 &client->answer_size)
            : respond_to_http(&server->responder, client->line, n, &client->answer_size);
    client->n_sent = 0;
    client->n -= n;
    memmove(client->line, &client->line[n], client->n);
    client->since_ns = timestamp_monotonic();
    send_answer(client);
}

static void
send_answer(struct client *client)
{
    const ssize_t n = send(client->fd, &client->answer[client->n_sent],
                           client->answer_size - client->n_sent, MSG_NOSIGNAL);

    if (n < 0) {
        if (errno != EINTR && errno != EAGAIN) {
            close_client(client);
        }
        return;
    }
    client->n_sent += (size_t) n;
    if (client->n_sent < client->answer_size) {
        return;
    }
    free(client->answer);
    client->answer = NULL;
    if (client->kind == SOCKET_METRICS) {
        close_client(client);
    }
}

/* A client that is merely idle has done nothing wrong. */
static void
drop(struct ctl_server *server, struct client *client)
{
    if (client->n > 0 || client->answer != NULL) {
        atomic_fetch_add(&server->n_dropped, 1);
    }
    close_client(client);
}

static void
close_client(struct client *client)
{
    (void) close(client->fd);
    free(client->answer);
    client->fd = -1;
    client->answer = NULL;
    client->n = 0;
}

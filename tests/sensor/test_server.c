/* The sockets of a sensor and the clients of every kind, with a thread that answers in the
 * place of the one who captures. */
#include "sensor/ctl/server.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "sensor/ctl/client.h"
#include "sensor/ctl/local_socket.h"
#include "support/support.h"

enum { LARGE = 4 << 20 };

struct scene {
    char folder[128], ctl[160], metrics[160], suppress[160];
    struct ctl_server *server;
    struct mailbox *mailbox;
    pthread_t thread;
    atomic_bool is_over;
    atomic_size_t answer_size; /* Of answers to requests: so much more than they need. */
};

/* Answers what is asked: a request with its name; R-1 is the only rule. */
static void *
answer_all(void *argument)
{
    struct scene *scene = argument;
    const struct timespec moment = { .tv_nsec = 1000000 };

    while (!atomic_load(&scene->is_over)) {
        const struct question *question;

        if (mailbox_has_question(scene->mailbox) &&
            mailbox_take(scene->mailbox, &question)) {
            const size_t more = atomic_load(&scene->answer_size);
            char *text = memory_zeroed(more + 64, 1);
            size_t n = 0;

            if (question->kind == QUESTION_REQUEST) {
                memset(text, ' ', more);
                n = more + (size_t) sprintf(&text[more], "{\"ok\":true,\"command\":%d}\n",
                                            (int) question->request.command);
            } else if (question->kind == QUESTION_METRICS) {
                n = (size_t) sprintf(text, "metrics %d\n", question->is_openmetrics);
            } else if (strcmp(question->text, "R-1") != 0) {
                n = (size_t) sprintf(text, "no such rule");
            }
            mailbox_answer(scene->mailbox, text, n);
        }
        (void) nanosleep(&moment, NULL);
    }
    return NULL;
}

static void
scene_begin(struct scene *scene, const char *name)
{
    struct problem_list *problems = problem_list_new();

    *scene = (struct scene){ .answer_size = 0 };
    (void) snprintf(scene->folder, sizeof scene->folder, "%s", temporary_path(name));
    (void) snprintf(scene->ctl, sizeof scene->ctl, "%s/in/ctl", scene->folder);
    (void) snprintf(scene->metrics, sizeof scene->metrics, "%s/in/metrics", scene->folder);
    (void) snprintf(scene->suppress, sizeof scene->suppress, "%s/suppress.conf",
                    scene->folder);
    scene->server =
        ctl_server_new(&(struct ctl_server_config){ .ctl_path = scene->ctl,
                                                    .ctl_group = "",
                                                    .metrics_path = scene->metrics,
                                                    .metrics_group = "",
                                                    .suppress_file = scene->suppress },
                       problems);
    problem_list_print(problems, stderr);
    assert_int_equal(problem_list_n(problems), 0);
    problem_list_free(problems);
    scene->mailbox = ctl_server_mailbox(scene->server);
    ctl_server_start(scene->server);
    assert_int_equal(pthread_create(&scene->thread, NULL, answer_all, scene), 0);
}

static void
scene_end(struct scene *scene)
{
    struct stat status;

    atomic_store(&scene->is_over, true);
    assert_int_equal(pthread_join(scene->thread, NULL), 0);
    ctl_server_free(scene->server);
    assert_int_equal(stat(scene->ctl, &status), -1);
}

/* Sends 'text' and returns all that comes until the other side closes or 'end' has come. */
static const char *
exchange(const char *path, const char *text, const char *end)
{
    static char heard[4096];
    const int fd = local_socket_connect(path);
    size_t n = 0;
    ssize_t more;

    assert_true(fd >= 0);
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    heard[0] = '\0';
    while (strstr(heard, end) == NULL &&
           (more = recv(fd, &heard[n], sizeof heard - 1 - n, 0)) > 0) {
        n += (size_t) more;
        heard[n] = '\0';
    }
    (void) close(fd);
    return heard;
}

static void
assert_file(const char *path, const char *expected)
{
    char *text = read_whole_file(path);

    assert_string_equal(text, expected);
    free(text);
}

static void
test_requests(void **state)
{
    struct scene scene;
    struct counters counters = { 0 };

    (void) state;
    scene_begin(&scene, "requests");
    assert_string_equal(exchange(scene.ctl, "{\"command\":\"counters\"}\n", "\n"),
                        "{\"ok\":true,\"command\":1}\n");
    assert_string_equal(exchange(scene.ctl, "rubbish\n", "\n"),
                        "{\"ok\":false,\"error\":\"not JSON: '[' or '{' expected near "
                        "'rubbish'\"}\n");
    /* Several at once, and the last in two pieces. */
    assert_string_equal(exchange(scene.ctl,
                                 "{\"command\":\"status\"}\n{\"command\":\"tallies\"}\n",
                                 "2}\n"),
                        "{\"ok\":true,\"command\":0}\n{\"ok\":true,\"command\":2}\n");
    ctl_server_read_counters(scene.server, &counters);
    assert_int_equal(counters.n[COUNTER_SENSOR_CTL_REQUESTS], 4);
    ctl_server_read_counters(scene.server, &counters);
    assert_int_equal(counters.n[COUNTER_SENSOR_CTL_REQUESTS], 4);
    scene_end(&scene);
}

static void
test_metrics(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, "metrics");
    assert_string_equal(
        exchange(scene.metrics, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "never"),
        "HTTP/1.0 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0; "
        "charset=utf-8\r\nContent-Length: 10\r\n\r\nmetrics 1\n");
    assert_string_equal(
        exchange(scene.metrics, "GET / HTTP/1.0\r\nAccept: text/plain\r\n\r\n", "never"),
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
        "Content-Length: 10\r\n\r\nmetrics 0\n");
    assert_non_null(
        strstr(exchange(scene.metrics, "POST / HTTP/1.0\r\n\r\n", "never"), " 405 "));
    scene_end(&scene);
}

/* A request without an end is cut off, and counted. */
static void
test_too_long(void **state)
{
    struct counters counters = { 0 };
    struct scene scene;
    char *line = memory_zeroed(CTL_LINE_MAX + 1, 1);

    (void) state;
    scene_begin(&scene, "long");
    memset(line, 'x', CTL_LINE_MAX);
    assert_string_equal(exchange(scene.ctl, line, "never"), "");
    ctl_server_read_counters(scene.server, &counters);
    assert_int_equal(counters.n[COUNTER_SENSOR_CTL_DROPPED], 1);
    free(line);
    scene_end(&scene);
}

/* One that does not take its answer, or sends a request byte by byte, holds up nobody, and
 * is dropped in the end. */
static void
test_slow(void **state)
{
    const struct timespec second = { .tv_sec = 1 };
    struct counters counters = { 0 };
    struct scene scene;
    int slow, slower;

    (void) state;
    scene_begin(&scene, "slow");
    atomic_store(&scene.answer_size, LARGE);
    slow = local_socket_connect(scene.ctl);
    assert_true(slow >= 0);
    assert_true(send(slow, "{\"command\":\"status\"}\n", 21, 0) == 21);
    (void) nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
    atomic_store(&scene.answer_size, 0);
    assert_non_null(
        strstr(exchange(scene.ctl, "{\"command\":\"status\"}\n", "\n"), "true"));
    slower = local_socket_connect(scene.ctl);
    assert_true(slower >= 0);
    for (unsigned i = 0; i < CTL_CLIENT_PATIENCE_S + 2; i++) {
        (void) send(slower, "{", 1, MSG_NOSIGNAL);
        (void) nanosleep(&second, NULL);
    }
    ctl_server_read_counters(scene.server, &counters);
    assert_int_equal(counters.n[COUNTER_SENSOR_CTL_DROPPED], 2);
    (void) close(slow);
    (void) close(slower);
    scene_end(&scene);
}

static void
connect_all(int clients[static CTL_CLIENTS_MAX], const char *path)
{
    for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++) {
        clients[i] = local_socket_connect(path);
        assert_true(clients[i] >= 0);
    }
}

/* More than there is room for: the others wait until one goes; those of the other socket do
 * not. */
static void
test_many(void **state)
{
    struct scene scene;
    int of_metrics[CTL_CLIENTS_MAX], of_ctl[CTL_CLIENTS_MAX];
    uint64_t began_ns;

    (void) state;
    scene_begin(&scene, "many");
    connect_all(of_metrics, scene.metrics);
    began_ns = timestamp_monotonic();
    assert_non_null(
        strstr(exchange(scene.ctl, "{\"command\":\"status\"}\n", "\n"), "true"));
    assert_true(timestamp_monotonic() - began_ns <
                (CTL_CLIENT_PATIENCE_S - 2) * NS_PER_SECOND);
    connect_all(of_ctl, scene.ctl);
    (void) close(of_ctl[3]);
    assert_non_null(
        strstr(exchange(scene.ctl, "{\"command\":\"status\"}\n", "\n"), "true"));
    for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++) {
        (void) close(of_metrics[i]);
        if (i != 3) {
            (void) close(of_ctl[i]);
        }
    }
    scene_end(&scene);
}

/* The mode of the socket keeps others out. */
static void
test_others(void **state)
{
    struct scene scene;
    pid_t pid;
    int status;

    (void) state;
    need_root_or_skip();
    scene_begin(&scene, "others");
    assert_int_equal(chmod(scene.folder, 0755), 0);
    pid = fork();
    if (pid == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0) {
            _exit(255);
        }
        _exit(local_socket_connect(scene.ctl) < 0 ? errno : 0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EACCES);
    scene_end(&scene);
}

/* A socket that is served is not taken away; one that was left behind is. */
static void
test_taken(void **state)
{
    struct scene scene;
    struct problem_list *problems = problem_list_new();
    char left[160];
    int fd;

    (void) state;
    scene_begin(&scene, "taken");
    assert_int_equal(local_socket_listen(scene.ctl, "", problems), -1);
    assert_true(problem_list_mentions(problems, "another program listens"));
    (void) snprintf(left, sizeof left, "%s/left", scene.folder);
    fd = local_socket_listen(left, "", problems);
    assert_true(fd >= 0);
    (void) close(fd);
    fd = local_socket_listen(left, "", problems);
    assert_true(fd >= 0);
    (void) close(fd);
    assert_int_equal(local_socket_listen(left, "no such group", problems), -1);
    assert_true(problem_list_mentions(problems, "no group is called"));
    problem_list_free(problems);
    scene_end(&scene);
}

/* The client's view, and a suppression on its way into the file. */
static void
test_client(void **state)
{
    static const char suppress[] = "{\"command\":\"suppress\",\"rule\":\"R-1\","
                                   "\"until\":\"2099-01-01\",\"reason\":\"a \\\"b\\\"\"}\n",
                      past[] = "{\"command\":\"suppress\",\"until\":\"2001-01-01\","
                               "\"reason\":\"x\"}\n";
    char reason[CTL_REASON_SIZE] = "", *text;
    struct ctl_client *client;
    struct json_value *answer;
    struct scene scene;

    (void) state;
    scene_begin(&scene, "client");
    assert_null(ctl_client_new(scene.folder, "out", reason));
    assert_non_null(strstr(reason, "no sensor runs there"));
    client = ctl_client_new(scene.folder, NULL, reason);
    assert_non_null(client);
    for (unsigned i = 0; i < 2; i++) {
        answer = ctl_client_ask(client, suppress, reason);
        assert_non_null(answer);
        assert_null(ctl_client_refusal(answer));
        json_value_free(answer);
    }
    answer = ctl_client_ask(client, past, reason);
    assert_non_null(answer);
    assert_string_equal(ctl_client_refusal(answer), "\"until\" is past");
    json_value_free(answer);
    ctl_client_free(client);
    text = read_whole_file(scene.suppress);
    assert_non_null(strstr(text,
                           "suppress = (\n  { rule = \"R-1\"; until = \"2099-01-01\"; "
                           "reason = \"a \\\"b\\\"\"; owner = \"user "));
    assert_non_null(strstr(text, "},\n  { rule = \"R-1\";"));
    assert_string_equal(&text[strlen(text) - 5], "}\n);\n");
    free(text);
    scene_end(&scene);
}

/* What is wrong with a suppression, or with the file that it would go into, which stays as
 * it is. */
static void
test_bad_suppression(void **state)
{
    static const char unknown[] = "{\"command\":\"suppress\",\"rule\":\"R-2\","
                                  "\"until\":\"2099-01-01\",\"reason\":\"x\"}\n",
                      known[] = "{\"command\":\"suppress\",\"rule\":\"R-1\","
                                "\"until\":\"2099-01-01\",\"reason\":\"x\"}\n",
                      wrong[] = "\nsuppress = ( { rule = \"R-3\"; } );\n",
                      foreign[] = "suppress = ( { rule = \"R-3\"; reason = \"r\"; "
                                  "owner = \"o\"; } );\n";
    struct scene scene;
    FILE *file;

    (void) state;
    scene_begin(&scene, "bad");
    assert_string_equal(exchange(scene.ctl, unknown, "\n"),
                        "{\"ok\":false,\"error\":\"no such rule\"}\n");
    assert_int_equal(access(scene.suppress, F_OK), -1);
    file = fopen(scene.suppress, "w");
    assert_non_null(file);
    assert_true(fputs(wrong, file) >= 0 && fclose(file) == 0);
    assert_non_null(strstr(exchange(scene.ctl, known, "\n"),
                           "/suppress.conf:2: suppression has no 'reason'"));
    assert_file(scene.suppress, wrong);
    /* Whether other entries name rules that there are is found when it is loaded. */
    file = fopen(scene.suppress, "w");
    assert_non_null(file);
    assert_true(fputs(foreign, file) >= 0 && fclose(file) == 0);
    assert_string_equal(exchange(scene.ctl, known, "\n"),
                        "{\"ok\":true,\"message\":\"in force\"}\n");
    scene_end(&scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_suppression),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_client),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

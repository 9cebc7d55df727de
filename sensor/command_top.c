#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "sensor/command.h"
#include "sensor/ctl/client.h"
#include "sensor/top_picture.h"

/* Of a terminal that does not say, and of a picture that goes elsewhere. */
enum { COLUMNS_ELSE = 100, ROWS_ELSE = 30 };

enum { ANSWER_STATUS, ANSWER_TALLIES, ANSWER_INCIDENTS, N_ANSWERS };

static const char *const requests[N_ANSWERS] = {
    [ANSWER_STATUS] = "{\"command\":\"status\"}\n",
    [ANSWER_TALLIES] = "{\"command\":\"tallies\"}\n",
    [ANSWER_INCIDENTS] = "{\"command\":\"incidents\"}\n",
};

/* What has been counted at a time. */
struct reading {
    uint64_t at_ns; /* Monotonic; 0: nothing was read yet. */
    double packets, critical, lost;
};

struct top {
    const char *folder, *interface;
    struct ctl_client *client; /* NULL: not connected. */
    struct json_value *answers[N_ANSWERS];
    char error[CTL_REASON_SIZE];
    struct reading before, now;
};

static volatile sig_atomic_t is_over;

static bool ask(struct top *top);
static int show_once(struct top *top);
static int show_on_terminal(struct top *top);

static void
on_signal(int number)
{
    if (number != SIGWINCH) {
        is_over = 1;
    }
}

int
command_top(const struct options *options)
{
    struct arena *arena = arena_new();
    struct top top = { .folder = command_ctl_folder(options, arena) };
    int status = EXIT_INCOMPLETE;

    if (!command_interface(options, &top.interface)) {
        status = EXIT_USAGE;
    } else if (!ask(&top)) {
        fprintf(stderr, "sectorwatch: %s\n", top.error);
    } else if (isatty(STDOUT_FILENO) == 1 && isatty(STDIN_FILENO) == 1) {
        status = show_on_terminal(&top);
    } else {
        status = show_once(&top);
    }
    for (unsigned i = 0; i < N_ANSWERS; i++) {
        json_value_free(top.answers[i]);
    }
    ctl_client_free(top.client);
    arena_free(arena);
    return status;
}

static double
number_of(const struct json_value *object, const char *name)
{
    return json_value_number(json_value_member(object, name));
}

/* NULL with the error, also if the sensor refuses. */
static struct json_value *
ask_for(struct top *top, const char *request)
{
    struct json_value *answer = ctl_client_ask(top->client, request, top->error);
    const char *refusal = answer != NULL ? ctl_client_refusal(answer) : NULL;

    if (refusal != NULL) {
        (void) snprintf(top->error, sizeof top->error, "%s", refusal);
        json_value_free(answer);
        answer = NULL;
    }
    return answer;
}

/* Asks the sensor, connecting if need be; what it answered before stays if it does not. */
static bool
ask(struct top *top)
{
    top->error[0] = '\0';
    if (top->client == NULL) {
        top->client = ctl_client_new(top->folder, top->interface, top->error);
    }
    for (unsigned i = 0; top->client != NULL && i < N_ANSWERS; i++) {
        struct json_value *answer = ask_for(top, requests[i]);

        if (answer == NULL) {
            ctl_client_free(top->client);
            top->client = NULL;
            break;
        }
        json_value_free(top->answers[i]);
        top->answers[i] = answer;
    }
    if (top->client == NULL) {
        return false;
    }
    top->before = top->now;
    top->now = (struct reading){
        .at_ns = timestamp_monotonic(),
        .packets = number_of(top->answers[ANSWER_STATUS], "packets"),
        .critical = number_of(top->answers[ANSWER_STATUS], "critical_packets"),
        .lost = number_of(top->answers[ANSWER_STATUS], "lost_packets"),
    };
    return true;
}

static double
percent(double part, double all)
{
    return all <= 0 ? 0.0 : 100.0 * part / all;
}

/* The rates between two answers; before there are two, those of the sensor. */
static void
set_rates(const struct top *top, struct top_view *view)
{
    const struct json_value *status = top->answers[ANSWER_STATUS];
    const double seconds =
        (double) (top->now.at_ns - top->before.at_ns) / (double) NS_PER_SECOND;
    const double packets = top->now.packets - top->before.packets;
    const double lost = top->now.lost - top->before.lost;

    if (top->before.at_ns == 0 || packets < 0) { /* It may have been started again. */
        view->packets_per_second = number_of(status, "packets_per_second");
        view->critical_percent = number_of(status, "critical_percent");
        view->loss_percent = number_of(status, "loss_percent");
        return;
    }
    view->packets_per_second = packets / seconds;
    view->critical_percent = percent(top->now.critical - top->before.critical, packets);
    view->loss_percent = percent(lost, packets + lost);
}

static void
write_picture(const struct top *top, unsigned columns, unsigned rows, FILE *out)
{
    struct top_view view = { .status = top->answers[ANSWER_STATUS],
                             .tallies = top->answers[ANSWER_TALLIES],
                             .incidents = top->answers[ANSWER_INCIDENTS],
                             .error = top->error };

    set_rates(top, &view);
    top_picture_write(&view, columns, rows, out);
}

static int
show_once(struct top *top)
{
    write_picture(top, COLUMNS_ELSE, ROWS_ELSE, stdout);
    putchar('\n');
    return EXIT_ALL_WELL;
}

/* Each line in its place, the first in reverse: control sequences of ECMA-48. */
static void
draw(const struct top *top)
{
    struct winsize size = { .ws_col = 0 };
    char *picture = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&picture, &n);

    if (out == NULL) {
        return;
    }
    (void) ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    write_picture(top, size.ws_col == 0 ? COLUMNS_ELSE : size.ws_col,
                  size.ws_row == 0 ? ROWS_ELSE : size.ws_row, out);
    (void) fclose(out);
    fputs("\033[H\033[7m", stdout);
    for (const char *line = picture; line != NULL;) {
        const size_t length = strcspn(line, "\n");

        printf("%.*s\033[K\033[m%s", (int) length, line,
               line[length] == '\n' ? "\r\n" : "");
        line = line[length] == '\n' ? &line[length + 1] : NULL;
    }
    (void) fflush(stdout);
    free(picture);
}

/* Waits for the next second, or until a key or another size of the window asks for a new
 * picture.  Returns false if it is to end. */
static bool
wait_for_key(uint64_t until_ns)
{
    while (!is_over) {
        const uint64_t now_ns = timestamp_monotonic();
        struct pollfd keys = { .fd = STDIN_FILENO, .events = POLLIN };
        char key;
        int n;

        if (now_ns >= until_ns) {
            return true;
        }
        n = poll(&keys, 1, (int) ((until_ns - now_ns) / 1000000) + 1);
        if (n < 0 && errno == EINTR) {
            return !is_over;
        }
        if (n > 0 && (read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q')) {
            return false;
        }
    }
    return false;
}

static int
show_on_terminal(struct top *top)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH };
    const struct sigaction action = { .sa_handler = on_signal };
    struct termios before, raw;
    uint64_t next_ns = timestamp_monotonic();

    if (tcgetattr(STDIN_FILENO, &before) != 0) {
        return show_once(top);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void) sigaction(numbers[i], &action, NULL);
    }
    raw = before;
    raw.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
    (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
    fputs("\033[?1049h\033[?25l", stdout); /* Another screen, without a cursor. */
    do {
        if (timestamp_monotonic() >= next_ns) {
            (void) ask(top);
            next_ns = timestamp_monotonic() + NS_PER_SECOND;
        }
        draw(top);
    } while (wait_for_key(next_ns));
    fputs("\033[?25h\033[?1049l", stdout);
    (void) fflush(stdout);
    (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    return EXIT_ALL_WELL;
}

/* Sends all samples to a syslog socket: for tests with a real receiver.
 * usage: send_samples SOCKET */
#include <stdio.h>

#include "alert/sink.h"
#include "base/timestamp.h"
#include "sample.h"

static struct samples samples;
static struct counters counters;

int
main(int argc, char **argv)
{
    struct problem_list *problems = problem_list_new();
    struct sink *sink = argc == 2 ? sink_new_syslog(argv[1], N_SAMPLES, problems) : NULL;
    bool is_sent = false;

    problem_list_print(problems, stderr);
    problem_list_free(problems);
    if (sink != NULL) {
        samples_init(&samples);
        for (unsigned i = 0; i < N_SAMPLES; i++) {
            (void) sink_write(sink, &samples.alerts[i], &counters);
        }
        is_sent = sink_flush(sink, 10 * NS_PER_SECOND, &counters) && !sink_failed(sink);
        sink_free(sink);
        samples_fini(&samples);
    }
    return is_sent ? 0 : 1;
}

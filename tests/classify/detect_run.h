#ifndef TESTS_CLASSIFY_DETECT_RUN_H
#define TESTS_CLASSIFY_DETECT_RUN_H

#include <stdlib.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/detect/detect.h"
#include "classify/flow_run.h"
#include "classify/packet_script.h"

/* Packets through flow table and detectors, as the pipeline does it; keeps what was seen.
 */
struct detect_run {
    struct flow_run *flows;
    struct detectors *detectors;
    struct counters counters;
    struct observation_list seen, step;
};

static inline struct detect_run *
detect_run_new(const struct detect_config *config, const struct address_lists *lists)
{
    const struct flow_config flow_config = {
        .capacity = 65536,
        .idle_timeout_ns = 60 * NS_PER_SECOND,
        .active_timeout_ns = 120 * NS_PER_SECOND,
        .half_open_timeout_ns = 10 * NS_PER_SECOND,
    };
    struct detect_run *run = memory_zeroed(1, sizeof *run);

    run->flows = flow_run_new(&flow_config, hash_seed_fixed());
    run->detectors = detectors_new(config, lists, hash_seed_fixed());
    return run;
}

static inline void
detect_run_free(struct detect_run *run)
{
    flow_run_free(run->flows);
    detectors_free(run->detectors);
    free(run);
}

/* Keeps the observations of one step; their flows do not outlive it. */
static inline void
detect_run_keep(struct detect_run *run)
{
    for (size_t i = 0; i < run->step.n; i++) {
        if (run->seen.n < OBSERVATION_LIST_MAX) {
            run->seen.items[run->seen.n++] = run->step.items[i];
        }
    }
    run->step.n = 0;
}

static inline void
detect_run_drain(struct detect_run *run)
{
    struct flow ended;

    while (flow_run_next_ended(run->flows, &ended)) {
        detect_flow_end(run->detectors, &ended, &run->counters, &run->step);
        detect_run_keep(run);
    }
}

static inline void
detect_run_take(const struct packet *packet, void *context)
{
    struct detect_run *run = context;
    const struct flow *flow = flow_run_update(run->flows, packet, 0, 1, &run->counters);

    if (flow->events != 0) {
        detect_flow(run->detectors, flow, packet->time_ns, &run->counters, &run->step);
        detect_run_keep(run);
    }
    detect_run_drain(run);
}

static inline void
detect_run_end(struct detect_run *run)
{
    flow_run_end_all(run->flows);
    detect_run_drain(run);
}

/* One connection, or try, "k" of a case: letters for the packets of it.
 *   s SYN   a SYN+ACK   r RST+ACK from the responder   k ACK   d data   x RST
 *   q UDP question   Q its answer   i SCTP INIT   I ABORT   e echo request   E its reply
 *   f FIN alone   n no flags   m ACK from nowhere   S SYN+ACK from nowhere
 *   R RST+ACK from nowhere   U UDP answer from nowhere
 * Capitals are sent by the target. */
struct detect_try {
    struct ip_address source, target;
    uint16_t source_port, target_port;
    uint64_t time_ms;
};

static inline void
detect_run_try(struct detect_run *run, const struct detect_try *try, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        static const struct {
            char letter;
            bool from_target;
            const char *what;
        } packets[] = {
            { 's', false, "tcp S" },     { 'a', true, "tcp SA" },
            { 'r', true, "tcp RA" },     { 'k', false, "tcp A" },
            { 'd', false, "tcp PA 9" },  { 'x', false, "tcp R" },
            { 'q', false, "udp - 9" },   { 'Q', true, "udp - 9" },
            { 'i', false, "sctp 1 20" }, { 'I', true, "sctp 6 4" },
            { 'e', false, "icmp - 9" },  { 'E', true, "icmp - 9" },
            { 'f', false, "tcp F" },     { 'n', false, "tcp -" },
            { 'm', false, "tcp A" },     { 'S', true, "tcp SA" },
            { 'R', true, "tcp RA" },     { 'U', true, "udp - 9" },
        };
        struct packet packet;
        size_t i = 0;

        while (packets[i].letter != *letters) {
            assert_true(++i < N_ELEMENTS(packets));
        }
        {
            char line[64] = "0 A:1 > B:2 ";

            packet = script_packet(strcat(line, packets[i].what));
        }
        packet.time_ns += try->time_ms * 1000000;
        packet.inner.source = packets[i].from_target ? try->target : try->source;
        packet.inner.destination = packets[i].from_target ? try->source : try->target;
        packet.inner.source_port =
            packets[i].from_target ? try->target_port : try->source_port;
        packet.inner.destination_port =
            packets[i].from_target ? try->source_port : try->target_port;
        if (*letters == 'e' || *letters == 'E') {
            packet.inner.source_port = *letters == 'e' ? 8 : 0;
            packet.inner.destination_port = 0;
        }
        detect_run_take(&packet, run);
    }
}

#endif

#ifndef CLASSIFY_DETECT_ATTEMPT_H
#define CLASSIFY_DETECT_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "base/ip.h"
#include "classify/flow.h"

/* Somebody's try to reach a port, and what became of it.
 *
 * A scanner is told from a busy client by its failures: a client's tries end in an exchange
 * of data.  A try has failed when it was refused, or when its flow ended with no answer, or
 * (TCP) with a handshake and no data, which is how an open port is probed.  So an
 * unanswered try counts only when its flow times out, or gives way.
 *
 * What is no try of the initiator never counts: flows seen from the middle, flows of which
 * only the responder was seen (the backscatter of a flood with forged sources), flows that
 * go on after the active timeout, and what is sent to many hosts at once. */
enum attempt_outcome {
    ATTEMPT_NONE, /* No attempt, or nothing is known of it yet. */
    ATTEMPT_FAILED,
    ATTEMPT_ANSWERED,
};

struct attempt {
    struct ip_address source, target;
    uint64_t time_ns; /* When it began. */
    uint16_t port;    /* 0: an echo request. */
    uint8_t protocol; /* IANA protocol number. */
    bool was_answered;
};

/* What a packet, or the end of the flow, says of the attempt that the flow is. */
enum attempt_outcome attempt_outcome_at_packet(const struct flow *flow);
enum attempt_outcome attempt_outcome_at_end(const struct flow *flow);

struct attempt attempt_of(const struct flow *flow, enum attempt_outcome outcome);

/* Sources that failed once: nobody scans or sweeps with one try, but in a flood from random
 * sources nearly all are such, and looking at them must be cheap.
 *
 * A source's first failure is kept here; with its second one both go on to the detectors,
 * and then each further one.  Fixed capacity, in sets of four of which the source idle
 * longest gives way, those that failed once before others. */
struct attempt_filter;

/* For 'capacity' sources, which are forgotten after 'within_ns'. */
struct attempt_filter *attempt_filter_new(uint32_t capacity, uint64_t within_ns,
                                          struct hash_seed seed);
void attempt_filter_free(struct attempt_filter *filter);

/* Asks for what is known of a source, whose attempt comes a little later. */
void attempt_filter_prefetch(const struct attempt_filter *filter, struct ip_address source);

/* How many attempts the detectors are to look at now that 'attempt' has failed: none, this
 * one, or two: the one kept before, which is in '*ret_first' then, and this one. */
unsigned attempt_filter_failed(struct attempt_filter *filter, const struct attempt *attempt,
                               struct counters *counters, struct attempt *ret_first);

#endif

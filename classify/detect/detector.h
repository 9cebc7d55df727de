#ifndef CLASSIFY_DETECT_DETECTOR_H
#define CLASSIFY_DETECT_DETECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "classify/detect/attempt.h"
#include "classify/detect/detect.h"
#include "classify/flow.h"
#include "classify/list/indicator_list.h"
#include "classify/observation.h"

/* Inside this folder: a row of the table of detectors, and what each is shown. */

struct detect_view {
    const struct flow *flow;
    uint64_t time_ns;  /* Of the packet; of the last one if it has ended. */
    uint64_t began_ns; /* Earliest time that any was shown. */
    const struct indicator_lists *lists; /* NULL: none. */
    struct counters *counters;
    struct observation_list *observations; /* What they see goes here. */
};

struct detector {
    const char *name;
    /* Both or none; NULL if it is configured to watch nothing, and then it is left out. */
    void *(*make)(const struct detect_config *config, struct hash_seed seed);
    void (*unmake)(void *state);
    uint32_t (*n)(const void *state); /* Keys in its table; NULL: it has none. */
    /* A flow to which a packet meant one of 'events' (bits of enum flow_event), if 'wants'
     * says so, which looks at flow, lists and of the state only at its configuration: it is
     * asked on other threads, too.  All or none. */
    unsigned events;
    /* Those that it can do something with while these lists are in force; NULL: all. */
    unsigned (*events_with)(const struct indicator_lists *lists);
    bool (*wants)(const void *state, const struct detect_view *view);
    void (*flow)(void *state, const struct detect_view *view);
    /* A flow that ended, if 'wants_end' says so, in the same way; but none that is no more
     * than a packet or two without an answer.  Both or none. */
    bool (*wants_end)(const void *state, const struct detect_view *view);
    void (*end)(void *state, const struct detect_view *view);
    /* An observation, of these kinds, bits 1 << kind, that was made where flows are
     * followed.  Both or none. */
    uint32_t observes;
    /* Those that it can do something with while these lists are in force; NULL: all. */
    uint32_t (*observes_with)(const struct indicator_lists *lists);
    void (*observed)(void *state, const struct detect_view *view,
                     const struct observation *observation);
    /* Each may be NULL. */
    /* An attempt, of which 'view' shows the flow: in a flood from random sources each
     * packet is one, so most must cost next to nothing. */
    void (*tried)(void *state, const struct detect_view *view,
                  const struct attempt *attempt);
    /* An attempt that was answered, or one that has failed of a source that failed before;
     * 'view' shows the flow of the latest one. */
    void (*attempt)(void *state, const struct detect_view *view,
                    const struct attempt *attempt);
    /* Asks for what an answered attempt, which comes a little later, will need. */
    void (*prefetch)(const void *state, const struct attempt *attempt);
};

extern const struct detector detector_amplification, detector_beacon, detector_brute_force,
    detector_dns_tunnel, detector_exfiltration, detector_flood, detector_icmp_tunnel,
    detector_lateral, detector_listed, detector_mining, detector_onion, detector_scan,
    detector_sweep, detector_tor;

#endif

#ifndef CLASSIFY_OBSERVATION_H
#define CLASSIFY_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/command.h"
#include "classify/flow.h"
#include "classify/list/indicator_list.h"

/* One thing seen about a flow or a host: what rules judge. */
/* X(NAME, "name", "what was seen") */
#define OBSERVATION_TABLE(X)                                                               \
    X(FLOW_START, "flow-start", "a flow began")                                            \
    X(FLOW_END, "flow-end", "a flow ended")                                                \
    X(SERVICE, "service", "a protocol was recognised")                                     \
    X(CONTRADICTION, "contradiction", "another protocol than its port stands for")         \
    X(UNDECLARED, "undeclared-service", "a protocol that its range does not declare")      \
    X(CONTROL_COMMAND, "control-command", "a command of a control protocol")               \
    X(NAME, "name", "a host name was asked for or spoken to")                              \
    X(FINGERPRINT, "fingerprint", "software was told by its TLS fingerprint (JA4)")        \
    X(CLEARTEXT_CREDENTIALS, "cleartext-credentials", "credentials that anybody can read") \
    X(SCAN, "scan", "one host tried many ports of another")                                \
    X(SWEEP, "sweep", "one host tried one port of many others")                            \
    X(DNS_TUNNEL, "dns-tunnel", "many long names of one domain were asked for")            \
    X(ONION_QUERY, "onion-query", "a name of the Tor network was asked for outside it")    \
    X(TOR, "tor", "a program of the Tor network and another spoke")                        \
    X(MINING, "mining", "a miner and its pool spoke")                                      \
    X(BRUTE_FORCE, "brute-force", "one host tried to log in again and again")              \
    X(LATERAL, "lateral", "one asset reached many others by administration")               \
    X(FLOOD, "flood", "much more than usual came to an asset")                             \
    X(AMPLIFICATION, "amplification", "large answers to a forged address")                 \
    X(BEACON, "beacon", "an asset contacts a host outside at regular intervals")           \
    X(EXFILTRATION, "exfiltration", "an asset sent much and got little back")              \
    X(ICMP_TUNNEL, "icmp-tunnel", "echoes carried more than echoes need")                  \
    X(LISTED_ADDRESS, "listed-address", "an address is on a list")                         \
    X(LISTED_DOMAIN, "listed-domain", "a host name is on a list, or below one that is")    \
    X(LISTED_FINGERPRINT, "listed-fingerprint", "a TLS fingerprint (JA4) is on a list")    \
    X(MULTI_SECTOR, "multi-sector", "one peer touched assets of several sectors")          \
    X(MULTI_COUNTRY, "multi-country", "one peer touched assets in several countries")

/* What an asset is in an amplification. */
enum amplification_role {
    AMPLIFICATION_VICTIM,    /* It gets answers that it did not ask for. */
    AMPLIFICATION_REFLECTOR, /* It is made to send them. */
    N_AMPLIFICATION_ROLES
};

enum observation_kind {
#define X(name, text, title) OBSERVATION_##name,
    OBSERVATION_TABLE(X)
#undef X
        N_OBSERVATIONS
};

/* Whether it is about what one host does to several, or to whomever it finds. */
static inline bool
observation_is_of_initiator(enum observation_kind kind)
{
    return kind == OBSERVATION_SCAN || kind == OBSERVATION_SWEEP ||
           kind == OBSERVATION_BRUTE_FORCE || kind == OBSERVATION_LATERAL;
}

/* Whether the peer of its flow is one of many, whose address may be forged. */
static inline bool
observation_is_of_any_peer(enum observation_kind kind)
{
    return kind == OBSERVATION_FLOOD || kind == OBSERVATION_AMPLIFICATION;
}

enum {
    OBSERVATION_DETAIL_SIZE = 200,
    OBSERVATION_SUBJECT_SIZE = 256,
    OBSERVATION_COUNTRIES_MAX = 8
};

struct observation {
    enum observation_kind kind;
    uint64_t time_ns;        /* Of the packet that showed it. */
    uint64_t since_ns;       /* When what it counts began. */
    const struct flow *flow; /* The flow that showed it; not kept by whoever judges it. */
    unsigned asset_ends;     /* Ends that may be the asset: bits 1 << FLOW_INITIATOR, ... */
    /* Scan: ports.  Sweep, lateral: hosts.  Brute-force: connections or hosts.  Flood:
     * requests or packets.  Beacon: contacts.  Amplification, icmp-tunnel: kB.
     * Exfiltration: MB.  Multi-: sectors or countries.  Else 1. */
    uint32_t count;
    const struct indicator_list *list; /* Listed-: which list. */
    sector_set sectors;                /* Multi-: those touched; else empty. */

    /* Multi-country: those touched first, then "". */
    char countries[OBSERVATION_COUNTRIES_MAX][3];

    /* Service: the grade at which this service of the flow was observed before, which has
     * only grown; EVIDENCE_RANGE_ONLY, as of all others: it is new. */
    enum evidence earlier;

    enum command_class command_class; /* Control-command only. */
    uint32_t number;                  /* Control-command: its number in the protocol. */
    enum amplification_role amplification_role; /* Amplification only. */

    /* What it is about, in the field's own words: the command, the name, the fingerprint,
     * how the credentials were sent; else "". */
    char subject[OBSERVATION_SUBJECT_SIZE];
    char detail[OBSERVATION_DETAIL_SIZE]; /* A clause for people: "24 ports in 12s". */
};

/* Observations, oldest first, in steps of up to OBSERVATION_STEP_MAX; a step may begin
 * while there is room for as many.  The list is emptied by its reader.  What does not fit
 * is counted in 'n_lost', which its reader adds to the counters. */
enum { OBSERVATION_STEP_MAX = 64, OBSERVATION_LIST_MAX = 256 };

struct observation_list {
    size_t n, n_lost;
    size_t step_at; /* Where the step in hand begins. */
    struct observation
        items[OBSERVATION_LIST_MAX + 1]; /* Behind a full step: what is lost. */
};

/* Ends the step in hand. */
static inline void
observation_list_step(struct observation_list *list)
{
    list->step_at = list->n;
}

static inline void
observation_list_clear(struct observation_list *list)
{
    list->n = list->n_lost = list->step_at = 0;
}

/* Adds an observation of 'kind' about 'flow' at 'time_ns', count 1, both ends possible
 * assets, and returns it for the caller to fill in; if the step is full, one that is thrown
 * away. */
struct observation *observation_list_add(struct observation_list *list,
                                         enum observation_kind kind,
                                         const struct flow *flow, uint64_t time_ns);

const char *amplification_role_name(enum amplification_role role); /* "victim". */
const char *observation_name(enum observation_kind kind);
const char *observation_title(enum observation_kind kind);
bool observation_parse(const char *name, enum observation_kind *ret);
const char *const *observation_names(void); /* Ending with NULL. */

#endif

#ifndef TESTS_SCENARIOS_SCRIPT_H
#define TESTS_SCENARIOS_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/problem.h"

/* A scene as its script says it: hosts, and a tree of actions in the order of the text.
 * README.md in this folder describes the language. */
struct script;

struct host {
    const char *name;
    struct ip_address address;
    uint8_t hops;   /* Routers between it and the place of capture. */
    uint8_t ttl;    /* Time to live (or hop limit) that it sends with. */
    uint32_t index; /* Position among the script's hosts. */
};

/* What is said in a TCP connection or over UDP, in order. */
enum line_kind { LINE_SEND, LINE_REPLY, LINE_WAIT };

struct line {
    enum line_kind kind;
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t wait_ns;
    const struct line *next;
};

/* X(NAME, "word"): the layers are wrapped around what their block sends. */
#define VERB_TABLE(X)                 \
    X(AT, "at")                       \
    X(WAIT, "wait")                   \
    X(REPEAT, "repeat")               \
    X(MEANWHILE, "meanwhile")         \
    X(CONNECT, "connect")             \
    X(ATTEMPT, "attempt")             \
    X(REFUSED, "refused")             \
    X(UDP, "udp")                     \
    X(PING, "ping")                   \
    X(SCAN, "scan")                   \
    X(SWEEP, "sweep")                 \
    X(FLOOD, "flood")                 \
    X(BACKSCATTER, "backscatter")     \
    X(HIDE_REPLIES, "hide-replies")   \
    X(HIDE_REQUESTS, "hide-requests") \
    X(SNAP, "snap")                   \
    X(FRAGMENT, "fragment")           \
    X(VLAN, "vlan")                   \
    X(MPLS, "mpls")                   \
    X(PPPOE, "pppoe")                 \
    X(IP, "ip")                       \
    X(GRE, "gre")                     \
    X(ERSPAN, "erspan")               \
    X(VXLAN, "vxlan")                 \
    X(GENEVE, "geneve")               \
    X(GTP, "gtp")                     \
    X(TEREDO, "teredo")

enum verb {
#define X(name, text) VERB_##name,
    VERB_TABLE(X)
#undef X
        N_VERBS
};

/* Words that may follow, as bits of action.options; those with a value keep it in the field
 * named here. */
enum option {
    OPTION_EVERY = 1 << 0,     /* every_ns */
    OPTION_VARY = 1 << 1,      /* vary_ns */
    OPTION_COUNT = 1 << 2,     /* count */
    OPTION_PORT = 1 << 3,      /* port */
    OPTION_PORTS = 1 << 4,     /* ports */
    OPTION_OPEN = 1 << 5,      /* open_ports */
    OPTION_FROM = 1 << 6,      /* from_port */
    OPTION_WITHOUT = 1 << 7,   /* without */
    OPTION_UDP = 1 << 8,       /* TCP otherwise. */
    OPTION_REFUSED = 1 << 9,   /* Answered by RST, or ICMP port unreachable. */
    OPTION_ANSWERED = 1 << 10, /* Answered by SYN+ACK. */
    OPTION_UNANSWERED = 1 << 11,
    OPTION_MIDSTREAM = 1 << 12, /* No handshake. */
    OPTION_RESET = 1 << 13,     /* Ends by RST. */
    OPTION_UNCLOSED = 1 << 14,  /* Does not end. */
    OPTION_REVERSED = 1 << 15,  /* The last fragment first. */
    OPTION_SIZE = 1 << 16,      /* size */
    OPTION_RETURNED = 1 << 17,  /* returned */
};

/* Which ports: bit p % 64 of word p / 64. */
struct port_set {
    uint64_t bits[1024];
};

struct action {
    enum verb verb;
    unsigned options;         /* Bits of enum option. */
    const struct host *a, *b; /* The first and the second host named. */
    struct ip_prefix prefix;
    uint64_t time_ns; /* VERB_AT: since the epoch, or since midnight. */
    uint64_t wait_ns, every_ns, vary_ns;
    uint32_t number; /* Times, bytes, or the id of a layer. */
    uint32_t count, without;
    uint32_t size, returned; /* Bytes of data in an echo request, and in its reply. */
    uint16_t port, from_port;
    const struct port_set *ports, *open_ports;
    const struct line *lines;
    const struct action *block; /* First of the actions in its braces. */
    const struct action *next;
};

/* Reads a script and the files it includes.  Every mistake goes to 'problems' with file and
 * line; NULL if there was any.  The caller frees it with script_free(). */
struct script *script_read(const char *path, struct problem_list *problems);
void script_free(struct script *script);

const struct action *script_actions(const struct script *script); /* Or NULL. */
const struct host *script_host(const struct script *script, size_t index);
size_t script_n_hosts(const struct script *script);

static inline bool
port_set_has(const struct port_set *set, unsigned port)
{
    return set != NULL && (set->bits[port / 64] >> port % 64 & 1) != 0;
}

#endif

#ifndef CLASSIFY_DETECT_DETECT_H
#define CLASSIFY_DETECT_DETECT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/counter.h"
#include "base/hash.h"
#include "classify/flow.h"
#include "classify/list/indicator_list.h"
#include "classify/observation.h"

/* Behaviours that show only over several packets or flows.  Each detector is a small file
 * of this folder with a bounded table of its own; detect.c walks them. */
struct detectors;

struct scan_config {
    uint32_t ports;     /* Distinct ports of one asset tried by one peer, ... */
    uint64_t within_ns; /* ... in this time, make a scan. */
    uint32_t capacity;  /* Pairs watched at a time; the one idle longest gives way. */
};

struct sweep_config {
    uint32_t hosts; /* Distinct hosts tried on one port by one source, ... */
    uint64_t within_ns;
    uint32_t answered; /* ... if no more tries than this were answered for each failed. */
    uint32_t capacity; /* Sources and ports watched at a time. */
};

struct dns_tunnel_config {
    uint32_t names;  /* Distinct names of one domain asked for by one host, ... */
    uint32_t length; /* ... each with so many characters before the domain, ... */
    uint32_t label, characters; /* ... in the longest label, and different ones, ... */
    uint64_t within_ns;         /* ... in this time, make a tunnel. */
    uint32_t capacity;          /* Hosts and domains watched at a time. */
};

struct brute_force_config {
    uint32_t logins; /* Short connections of one source to one host and service, ... */
    uint32_t hosts;  /* ... or hosts with ... */
    uint32_t tries;  /* ... so many of them each, ... */
    uint32_t size;   /* ... of so many per cent of what a failed login takes at most, ... */
    uint64_t within_ns;
    uint32_t capacity; /* Pairs watched at a time, and sources. */
};

struct lateral_config {
    uint32_t hosts;              /* Assets that one asset reached ... */
    struct service_set services; /* ... on ports of these, of administration, ... */
    uint64_t within_ns;
    uint32_t capacity; /* Assets watched at a time. */
};

/* The most that 'smoothing' of floods and amplification may be. */
enum { DETECT_SMOOTHING_MAX = 512 };

struct flood_config {
    uint32_t requests;  /* Unanswered TCP connections to one port, or ... */
    uint32_t packets;   /* ... unanswered packets of UDP, or echo requests, ... */
    uint32_t one_sided; /* UDP packets for each that came back: not answered. */
    uint32_t times;     /* ... and so many times what is usual, ... */
    uint64_t within_ns; /* ... in one interval. */
    uint32_t smoothing; /* An interval weighs one in so many in what is usual. */
    uint32_t learning;  /* First intervals, in which nobody knows what is usual. */
    uint32_t capacity;  /* Assets and ports watched at a time. */
};

struct amplification_config {
    struct service_set services;  /* Of UDP, whose answers are larger than questions. */
    uint64_t bytes;               /* Of answers to nobody, or of large ones, ... */
    uint32_t hosts;               /* ... from so many hosts, to a victim; ... */
    uint32_t ratio;               /* ... an answer to its question, at a reflector; ... */
    uint32_t times;               /* ... and so many times what is usual, ... */
    uint64_t within_ns;           /* ... in one interval. */
    uint32_t smoothing, learning; /* As for floods. */
    uint32_t capacity;            /* Assets and services watched at a time. */
};

enum { DETECT_BEACON_CONTACTS_MAX = 65 };

struct beacon_config {
    uint32_t contacts; /* So many in a row, 6 to DETECT_BEACON_CONTACTS_MAX, ... */
    uint32_t jitter;   /* ... of whose intervals three in four deviate by so many per
                          cent, ... */
    uint64_t shortest_ns, longest_ns; /* ... each so long. */
    struct service_set services_not;  /* What asks at intervals by its nature. */
    uint32_t capacity;                /* Pairs and ports watched at a time. */
};

struct exfiltration_config {
    uint64_t bytes;      /* Sent by one asset to one peer, ... */
    uint64_t flow_bytes; /* ... in flows of which one end sent so much, ... */
    uint32_t ratio;      /* ... so many times what came back, ... */
    uint64_t within_ns;
    struct service_set services; /* Those that count also where the peer opened the flow. */
    uint32_t capacity;           /* Pairs watched at a time. */
};

struct icmp_tunnel_config {
    uint32_t packets; /* Echo replies ... */
    uint32_t larger;  /* ... that are so many bytes larger than the requests, or ... */
    uint64_t bytes;   /* ... so much in echoes of one flow, ... */
    uint32_t large;   /* ... each of so many bytes. */
};

/* What watches with a capacity of 0, or icmp_tunnel with 0 packets, is left out. */
struct detect_config {
    struct scan_config scan;
    struct sweep_config sweep;
    struct dns_tunnel_config dns_tunnel;
    struct brute_force_config brute_force;
    struct lateral_config lateral;
    struct flood_config flood;
    struct amplification_config amplification;
    struct beacon_config beacon;
    struct exfiltration_config exfiltration;
    struct icmp_tunnel_config icmp_tunnel;
};

/* 'lists' may be NULL and must outlive the detectors or be renewed. */
struct detectors *detectors_new(const struct detect_config *config,
                                const struct indicator_lists *lists, struct hash_seed seed);
void detectors_free(struct detectors *detectors);

/* Goes on with other lists, of which the same holds. */
void detectors_renew(struct detectors *detectors, const struct indicator_lists *lists);

/* What detectors do with a flow that they are shown. */
enum detect_use {
    DETECT_USE_LOOK = 1 << 0,     /* Some look at it. */
    DETECT_USE_FAILED = 1 << 1,   /* It is an attempt that has failed by now, or ... */
    DETECT_USE_ANSWERED = 1 << 2, /* ... was answered: see attempt.h. */
    DETECT_USE_END = 1 << 3,      /* Uses of others begin here. */
};

/* Of what use to them is a flow to which a packet meant something new, or that has ended:
 * bits of enum detect_use.  Asked once, by whoever has the flow, maybe on another thread;
 * the answer goes with the flow to the functions below. */
unsigned detect_uses(const struct detectors *detectors, const struct flow *flow);
unsigned detect_uses_ended(const struct detectors *detectors, const struct flow *flow);

/* Asks for what detect_flow() or detect_flow_end() will look at of a flow that is shown to
 * it a little later. */
void detect_prefetch(const struct detectors *detectors, const struct flow *flow,
                     unsigned uses);

/* Shows them a flow to which a packet of 'time_ns' meant something new; what they see is
 * added to 'list'. */
void detect_flow(struct detectors *detectors, const struct flow *flow, unsigned uses,
                 uint64_t time_ns, struct counters *counters,
                 struct observation_list *list);

/* The kinds of observations that any detector wants to be shown: bits 1 << kind. */
uint32_t detect_observes(const struct detectors *detectors);

/* Shows them an observation made where flows are followed. */
void detect_observation(struct detectors *detectors, const struct observation *observation,
                        struct counters *counters, struct observation_list *list);

/* Writes what a failed login takes at most, by service, for the manual: lines of its name,
 * packets and bytes. */
void detect_write_logins(FILE *out);

/* Keys in the table of the detector called 'name': "scan" or "sweep". */
uint32_t detectors_n(const struct detectors *detectors, const char *name);

/* Shows them a flow that ended. */
void detect_flow_end(struct detectors *detectors, const struct flow *flow, unsigned uses,
                     struct counters *counters, struct observation_list *list);

#endif

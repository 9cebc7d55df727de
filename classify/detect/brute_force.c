#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "classify/detect/detector.h"
#include "classify/detect/distinct.h"

/* One host tries to log in at another again and again, or at many a few times each: short
 * connections with an answer to a service that asks who is there.
 *
 * What a failed login looks like depends on the service: no more packets and bytes than the
 * handshakes and a few tries need.  A session of that size looks the same, so it is the
 * number that tells.  Tools that keep one connection open for many tries are not seen. */
struct brute_force {
    uint32_t size;
    struct distinct_table *pairs;   /* Logins, by source, host and service. */
    struct distinct_table *sources; /* Hosts, by source and service. */
    struct distinct_table *hosts;   /* The same as 'pairs', up to the tries of a host. */
};

enum { MAIL_RELAY_PORT = 25 }; /* Servers, which seldom log in. */

/* What a failed login takes at most, both directions, with TLS where it is usual. */
static const struct login {
    enum service service;
    uint32_t packets_max;
    uint32_t bytes_max;
} logins[] = {
    { SERVICE_SSH, 80, 16384 },     { SERVICE_TELNET, 200, 16384 },
    { SERVICE_FTP, 60, 8192 },      { SERVICE_RDP, 60, 24576 },
    { SERVICE_VNC, 30, 4096 },      { SERVICE_SMB, 40, 12288 },
    { SERVICE_WINRM, 40, 16384 },   { SERVICE_LDAP, 24, 12288 },
    { SERVICE_KERBEROS, 12, 1536 }, /* Tickets are larger than errors. */
    { SERVICE_IMAP, 50, 12288 },    { SERVICE_POP3, 50, 12288 },
    { SERVICE_SMTP, 50, 12288 },    { SERVICE_MSSQL, 30, 12288 },
    { SERVICE_MYSQL, 24, 8192 },    { SERVICE_POSTGRES, 24, 8192 },
    { SERVICE_ORACLE, 40, 12288 },
};

static bool brute_force_wants_end(const void *state, const struct detect_view *view);
static void brute_force_end(void *state, const struct detect_view *view);
static struct distinct_table *make_table(const struct brute_force_config *config,
                                         uint32_t threshold, struct hash_seed seed);
static const struct login *find_login(enum service service);
static struct distinct_key pair_of(const struct flow *flow);
static void observe(const struct detect_view *view, const char *what,
                    const struct distinct_report *report);

static void *
brute_force_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct brute_force_config *c = &config->brute_force;
    struct brute_force *brute_force;

    if (c->capacity == 0) {
        return NULL;
    }
    brute_force = memory_zeroed(1, sizeof *brute_force);
    brute_force->size = c->size;
    brute_force->pairs = make_table(c, c->logins, seed);
    brute_force->hosts = make_table(c, c->tries, seed);
    brute_force->sources = make_table(c, c->hosts, seed);
    return brute_force;
}

static void
brute_force_unmake(void *state)
{
    struct brute_force *brute_force = state;

    distinct_table_free(brute_force->sources);
    distinct_table_free(brute_force->hosts);
    distinct_table_free(brute_force->pairs);
    free(brute_force);
}

const struct detector detector_brute_force = {
    .name = "brute-force",
    .make = brute_force_make,
    .unmake = brute_force_unmake,
    .wants_end = brute_force_wants_end,
    .end = brute_force_end,
};

void
detect_write_logins(FILE *out)
{
    for (size_t i = 0; i < sizeof logins / sizeof logins[0]; i++) {
        fprintf(out, "%-9s %7u %6u\n", service_name(logins[i].service),
                logins[i].packets_max, logins[i].bytes_max);
    }
}

static struct distinct_table *
make_table(const struct brute_force_config *config, uint32_t threshold,
           struct hash_seed seed)
{
    const struct distinct_config distinct = {
        .threshold = threshold,
        .within_ns = config->within_ns,
        .capacity = config->capacity,
        .evicted = COUNTER_CLASSIFY_LOGINS_EVICTED,
    };

    return distinct_table_new(&distinct, seed);
}

static bool
brute_force_wants_end(const void *state, const struct detect_view *view)
{
    const struct brute_force *brute_force = state;
    const struct flow *flow = view->flow;
    const struct flow_end *from = &flow->ends[FLOW_INITIATOR];
    const struct flow_end *to = &flow->ends[FLOW_RESPONDER];
    const struct login *login;

    if (flow->service == SERVICE_NONE || !flow_has_data(flow) || from->packets == 0 ||
        to->packets == 0 || flow->initiator_is_guess || flow->is_continued ||
        flow->end_reason == FLOW_END_ACTIVE_TIMEOUT || to->port == MAIL_RELAY_PORT) {
        return false;
    }
    login = find_login((enum service) flow->service);
    return login != NULL &&
           from->packets + to->packets <= login->packets_max * brute_force->size / 100 &&
           from->bytes + to->bytes <= login->bytes_max * brute_force->size / 100;
}

/* Each connection is a value of its own.  Hosts at which there were a few count for the
 * source, unless both are assets: what an asset does at many others is lateral's. */
static void
brute_force_end(void *state, const struct detect_view *view)
{
    const struct brute_force *brute_force = state;
    const struct flow *flow = view->flow;
    const struct flow_end *from = &flow->ends[FLOW_INITIATOR];
    const struct flow_end *to = &flow->ends[FLOW_RESPONDER];
    const struct distinct_key pair = pair_of(flow);
    const struct distinct_key source = { from->address, { .low = flow->service } };
    const uint32_t login = (uint32_t) hash_2(hash_seed_fixed(), flow->first_ns, from->port);
    const uint32_t host = (uint32_t) hash_ip(hash_seed_fixed(), to->address, 0);
    struct distinct_report report;
    char what[40];

    if (distinct_note(brute_force->pairs, &pair, login, view->time_ns, view->counters,
                      &report)) {
        (void) snprintf(what, sizeof what, "short connections to %s",
                        service_name((enum service) flow->service));
        observe(view, what, &report);
    }
    if ((from->range == 0 || to->range == 0) &&
        distinct_note(brute_force->hosts, &pair, login, view->time_ns, view->counters,
                      &report) &&
        distinct_note(brute_force->sources, &source, host, view->time_ns, view->counters,
                      &report)) {
        (void) snprintf(what, sizeof what, "hosts with logins by %s",
                        service_name((enum service) flow->service));
        observe(view, what, &report);
    }
}

static const struct login *
find_login(enum service service)
{
    for (size_t i = 0; i < sizeof logins / sizeof logins[0]; i++) {
        if (logins[i].service == service) {
            return &logins[i];
        }
    }
    return NULL;
}

/* The service goes into bits that tell no two addresses of one network apart. */
static struct distinct_key
pair_of(const struct flow *flow)
{
    struct distinct_key pair = {
        flow->ends[FLOW_INITIATOR].address,
        flow->ends[FLOW_RESPONDER].address,
    };

    pair.b.high ^= (uint64_t) flow->service << 56;
    return pair;
}

static void
observe(const struct detect_view *view, const char *what,
        const struct distinct_report *report)
{
    distinct_describe(report, what,
                      observation_list_add(view->observations, OBSERVATION_BRUTE_FORCE,
                                           view->flow, view->time_ns));
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "classify/detect/detector.h"
#include "classify/detect/distinct.h"

/* One host asks the DNS for many different names of one domain, each long and made of many
 * different characters: data that leave in questions.  iodine, dnscat2 and their like fill
 * names as far as they can.
 *
 * Others look things up that way in short names: content networks, lists of blocked
 * addresses (digits), reverse look-ups (under arpa, never counted), digests of files (at
 * most 40 digits of SHA-1, below the length that counts). */

enum {
    GENERIC_MAX = 3, /* "co" of "co.uk" and the like are no domain of somebody's. */
    COUNTRY_SIZE = 2,
    SHOWN_MAX = 60, /* Characters of the domain for people. */
};

struct dns_tunnel {
    struct dns_tunnel_config config;
    struct distinct_table *domains;
};

/* A name, cut in two: what is registered, and what its owner gives out. */
struct parts_of_name {
    const char *domain;
    size_t n_below; /* Characters before the domain, dots among them. */
};

static void dns_tunnel_observed(void *state, const struct detect_view *view,
                                const struct observation *observation);
static struct parts_of_name split(const char *name);
static const char *label_before(const char *name, const char *at);
static bool may_carry_data(const struct dns_tunnel_config *config, const char *below,
                           size_t n);
static bool is_reverse(const char *domain);

static void *
dns_tunnel_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct distinct_config distinct = {
        .threshold = config->dns_tunnel.names,
        .within_ns = config->dns_tunnel.within_ns,
        .capacity = config->dns_tunnel.capacity,
        .evicted = COUNTER_CLASSIFY_DNS_TUNNELS_EVICTED,
    };
    struct dns_tunnel *tunnel;

    if (config->dns_tunnel.capacity == 0) {
        return NULL;
    }
    tunnel = memory_zeroed(1, sizeof *tunnel);
    tunnel->config = config->dns_tunnel;
    tunnel->domains = distinct_table_new(&distinct, seed);
    return tunnel;
}

static void
dns_tunnel_unmake(void *state)
{
    struct dns_tunnel *tunnel = state;

    if (tunnel == NULL) {
        return;
    }
    distinct_table_free(tunnel->domains);
    free(tunnel);
}

const struct detector detector_dns_tunnel = {
    .name = "dns-tunnel",
    .make = dns_tunnel_make,
    .unmake = dns_tunnel_unmake,
    .observes = UINT32_C(1) << OBSERVATION_NAME,
    .observed = dns_tunnel_observed,
};

/* Names and domains are kept as hashes that no seed keys, so that a capture and a read of
 * the same packets count alike. */
static void
dns_tunnel_observed(void *state, const struct detect_view *view,
                    const struct observation *observation)
{
    struct dns_tunnel *tunnel = state;
    const struct parts_of_name parts = split(observation->subject);
    struct distinct_key key = { .a = view->flow->ends[FLOW_INITIATOR].address };
    struct distinct_report report;
    struct observation *seen;
    char what[SHOWN_MAX];

    if (tunnel == NULL || view->flow->service != SERVICE_DNS || is_reverse(parts.domain) ||
        !may_carry_data(&tunnel->config, observation->subject, parts.n_below)) {
        return;
    }
    key.b.low = hash_bytes(hash_seed_fixed(), parts.domain, strlen(parts.domain));
    if (distinct_note(
            tunnel->domains, &key,
            (uint32_t) hash_bytes(hash_seed_fixed(), observation->subject, parts.n_below),
            view->time_ns, view->counters, &report)) {
        seen = observation_list_add(view->observations, OBSERVATION_DNS_TUNNEL, view->flow,
                                    view->time_ns);
        (void) snprintf(seen->subject, sizeof seen->subject, "%s", parts.domain);
        (void) snprintf(what, sizeof what, "names of %.30s", parts.domain);
        distinct_describe(&report, what, seen);
    }
}

/* The last two labels, or three where the last but one is short and the last a country's.
 */
static struct parts_of_name
split(const char *name)
{
    const char *end = name + strlen(name);
    const char *top = label_before(name, end);
    const char *second = top == name ? top : label_before(name, top - 1);
    const char *domain = second;

    if (second != name && strlen(top) == COUNTRY_SIZE &&
        (size_t) (top - 1 - second) <= GENERIC_MAX) {
        domain = label_before(name, second - 1);
    }
    return (struct parts_of_name){ domain,
                                   domain == name ? 0 : (size_t) (domain - 1 - name) };
}

/* Where the label begins that ends at 'at'. */
static const char *
label_before(const char *name, const char *at)
{
    while (at > name && at[-1] != '.') {
        at--;
    }
    return at;
}

static bool
may_carry_data(const struct dns_tunnel_config *config, const char *below, size_t n)
{
    uint64_t characters[2] = { 0, 0 };
    size_t n_characters = 0, label = 0, longest = 0;

    if (n < config->length) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const unsigned c = (unsigned char) below[i] & 127;

        label = c == '.' ? 0 : label + 1;
        longest = label > longest ? label : longest;
        n_characters += (characters[c / 64] >> c % 64 & 1) == 0;
        characters[c / 64] |= UINT64_C(1) << c % 64;
    }
    return longest >= config->label && n_characters >= config->characters;
}

static bool
is_reverse(const char *domain)
{
    return strcmp(domain, "in-addr.arpa") == 0 || strcmp(domain, "ip6.arpa") == 0;
}

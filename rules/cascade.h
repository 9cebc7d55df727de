#ifndef RULES_CASCADE_H
#define RULES_CASCADE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "classify/observation.h"
#include "geo/geo.h"
#include "rules/verdict.h"

/* One peer that touches assets of several sectors, or in several countries, within a
 * window: co-occurrence, worded "multi-sector activity", never a claim that one thing
 * caused another.
 *
 * Two kinds of touch count.  Verdicts weigh more than flows, so fewer sectors or countries
 * are asked of them.
 *
 * A flow touches if it is an approach that strangers have no everyday reason for: the peer
 * opened it (a TCP connection whose SYN was seen; SCTP; a UDP packet to a port with a known
 * service), and the asset's port is none of those that serve the public (web, mail, DNS,
 * NTP and the like).  Otherwise each large resolver, mail relay, crawler and address of
 * many users behind one translator would touch all sectors every day; so would backscatter
 * and answers to questions that the sensor did not see.  Whether the asset answers makes no
 * difference, as a sensor that sees one direction only could not tell.
 *
 * A verdict touches if its severity is at least "low" where the peer opened the flow, and
 * at least "medium" where the asset did or nobody knows: many assets contact the same
 * popular peer.  Verdicts about multi-sector and multi-country activity do not, nor do
 * floods and amplification, whose senders may be forged, nor scans, sweeps, brute force and
 * lateral spread that an asset made, nor what an asset asks the DNS for: its resolver has
 * no part in that.
 *
 * What a peer touches in an organisation or a sector of its own does not count.  A touch
 * counts for one sector, the one that alerts name, also where the asset has several; its
 * country is that of the asset's address, or of the range's claim where that is not known.
 * IPv6 peers that are no assets are counted by /64.  The window slides: each sector and
 * country is forgotten 'within_ns' after its last touch (to the second). */
struct cascade;

/* A limit of 0 is never reached. */
struct cascade_config {
    uint32_t sectors_touched; /* Sectors in which the peer opened flows. */
    uint32_t sectors_judged;  /* Sectors in which verdicts of at least "low" named it. */
    uint32_t countries_touched;
    uint32_t countries_judged;
    uint64_t within_ns;
    uint32_t capacity; /* Peers watched at a time, 1 to 2^24, 0.4 KB each; the one idle
                          longest gives way. */
};

/* 'map' and 'geo' must outlive the cascade or be renewed. */
struct cascade *cascade_new(const struct cascade_config *config,
                            const struct sector_map *map, const struct geo *geo,
                            struct hash_seed seed);
void cascade_free(struct cascade *cascade);

/* Goes on with other ranges and places, of which the same holds; what was touched before
 * still counts. */
void cascade_renew(struct cascade *cascade, const struct sector_map *map,
                   const struct geo *geo);

/* Peers that are watched. */
uint32_t cascade_n(const struct cascade *cascade);

/* Counts a touch; adds a multi-sector or multi-country observation to 'list' when a limit
 * is reached, and again for each further sector or country.  Their asset is that of the
 * last touch; 'count', 'sectors', 'countries' and 'detail' tell of all within the window,
 * in the order of their first touch, the detail also when that was. cascade_flow() looks
 * only at the first packet of a flow (FLOW_EVENT_START), so it may be called for each. */
bool cascade_wants(const struct flow *flow); /* Whether it would count as a touch. */
void cascade_flow(struct cascade *cascade, const struct flow *flow,
                  struct counters *counters, struct observation_list *list);
void cascade_verdict(struct cascade *cascade, const struct verdict *verdict,
                     struct counters *counters, struct observation_list *list);

#endif

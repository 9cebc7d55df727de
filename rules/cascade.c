#include "rules/cascade.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/lru.h"
#include "classify/slot_index.h"
#include "geo/place_cache.h"

/* Times in a peer are whole seconds, as there are many of them. */
enum {
    PEER_COUNTRIES_MAX =
        16,           /* Countries watched of a peer; further ones are passed over. */
    PROTOCOL_TCP = 6, /* IANA protocol numbers. */
    PROTOCOL_UDP = 17,
    PROTOCOL_SCTP = 132,
};

/* How strong a touch is: a judged one is a touch as well. */
enum weight { TOUCHED, JUDGED, N_WEIGHTS };

/* What one peer did to one sector or country. */
struct contact {
    uint32_t first_s;           /* Since when it has been in the window without a break. */
    uint32_t last_s[N_WEIGHTS]; /* 0: never. */
    bool is_told;               /* An observation has named it. */
    char country[3];            /* Of a country's. */
};

struct peer {
    struct ip_address address;
    uint32_t last_s;
    uint32_t hash;
    sector_set seen;      /* Which of 'sectors' are in use; the others are not set. */
    uint32_t n_countries; /* How many of 'countries' are. */
    struct contact sectors[N_SECTORS];
    struct contact countries[PEER_COUNTRIES_MAX];
};

struct cascade {
    struct cascade_config config;
    const struct sector_map *map;
    struct place_cache *places; /* Floods ask for one asset again and again. */
    struct hash_seed seed;
    uint32_t within_s;
    uint32_t n; /* Peers in use. */
    struct slot_index index;
    struct lru by_use;
    struct peer *peers;
};

/* One touch: who, what, when, and the flow to show. */
struct touch {
    struct ip_address peer;
    const struct flow *flow;
    unsigned asset_end;
    uint64_t time_ns;
    uint32_t time_s;
    enum weight weight;
};

/* A set of contacts that has reached a limit. */
struct reach {
    struct contact *contacts[PEER_COUNTRIES_MAX]; /* In the order of first touch. */
    unsigned n;
    bool has_news; /* One of them was not told yet. */
};

static_assert((int) PEER_COUNTRIES_MAX >= (int) N_SECTORS, "a reach holds either");

static bool is_approach(const struct flow *flow);
static bool weighs(const struct verdict *verdict);
static void touch(struct cascade *cascade, const struct flow *flow, unsigned asset_end,
                  uint64_t time_ns, enum weight weight, struct counters *counters,
                  struct observation_list *list);
static const struct range_claim *claim_at(const struct cascade *cascade, range_id range);
static bool is_own(const struct range_claim *a, const struct range_claim *b);
static struct peer *find_or_add(struct cascade *cascade, struct ip_address address,
                                uint32_t now_s, struct counters *counters);
static void note(const struct cascade *cascade, struct contact *contact,
                 const struct touch *touch);
static struct contact *sector_contact(struct peer *peer, enum sector sector);
static struct contact *country_contact(const struct cascade *cascade, struct peer *peer,
                                       const char *country, uint32_t now_s);
static const char *country_of(struct cascade *cascade, struct ip_address address,
                              const struct range_claim *claim);
static void tell_sectors(const struct cascade *cascade, struct peer *peer,
                         const struct touch *touch, struct observation_list *list);
static void tell_countries(const struct cascade *cascade, struct peer *peer,
                           const struct touch *touch, struct observation_list *list);

struct cascade *
cascade_new(const struct cascade_config *config, const struct sector_map *map,
            const struct geo *geo, struct hash_seed seed)
{
    struct cascade *cascade = memory_zeroed(1, sizeof *cascade);
    const uint64_t within_s = config->within_ns / NS_PER_SECOND;

    assert(config->capacity >= 1 && config->capacity <= 1U << 24);
    cascade->config = *config;
    cascade->map = map;
    cascade->places = place_cache_new(geo, seed);
    cascade->seed = seed;
    cascade->within_s = within_s > UINT32_MAX ? UINT32_MAX : (uint32_t) within_s;
    cascade->peers = memory_zeroed(config->capacity, sizeof cascade->peers[0]);
    slot_index_init(&cascade->index, config->capacity);
    lru_init(&cascade->by_use, config->capacity, 1);
    return cascade;
}

void
cascade_free(struct cascade *cascade)
{
    if (cascade == NULL) {
        return;
    }
    place_cache_free(cascade->places);
    lru_fini(&cascade->by_use);
    slot_index_fini(&cascade->index);
    free(cascade->peers);
    free(cascade);
}

void
cascade_renew(struct cascade *cascade, const struct sector_map *map, const struct geo *geo)
{
    cascade->map = map;
    place_cache_renew(cascade->places, geo);
}

uint32_t
cascade_n(const struct cascade *cascade)
{
    return cascade->n;
}

bool
cascade_wants(const struct flow *flow)
{
    return (flow->events & FLOW_EVENT_START) != 0 &&
           flow->ends[FLOW_RESPONDER].range != 0 && is_approach(flow);
}

void
cascade_flow(struct cascade *cascade, const struct flow *flow, struct counters *counters,
             struct observation_list *list)
{
    if (cascade_wants(flow)) {
        touch(cascade, flow, FLOW_RESPONDER, flow->last_ns, TOUCHED, counters, list);
    }
}

void
cascade_verdict(struct cascade *cascade, const struct verdict *verdict,
                struct counters *counters, struct observation_list *list)
{
    if (weighs(verdict)) {
        touch(cascade, &verdict->flow, verdict->asset_end, verdict->time_ns, JUDGED,
              counters, list);
    }
}

/* Ports that serve whoever comes, beside those of the services below: mail submission and
 * collection, DNS over TLS, the whois and ident queries that mail servers make, IPsec. */
static bool
is_public_port(uint8_t protocol, uint16_t port)
{
    static const uint16_t tcp[] = {
        43, 110, 113, 143, 465, 587, 853, 993, 995, 8080, 8443
    };
    static const uint16_t udp[] = { 500, 853, 4500 };
    const uint16_t *ports = protocol == PROTOCOL_TCP ? tcp : udp;
    const size_t n =
        protocol == PROTOCOL_TCP ? sizeof tcp / sizeof tcp[0] : sizeof udp / sizeof udp[0];

    for (size_t i = 0; i < n; i++) {
        if (ports[i] == port) {
            return true;
        }
    }
    return false;
}

static bool
is_public_service(enum service service)
{
    return service == SERVICE_DNS || service == SERVICE_TLS || service == SERVICE_QUIC ||
           service == SERVICE_HTTP || service == SERVICE_SMTP || service == SERVICE_NTP;
}

/* True if the flow's initiator opened it for no everyday reason; see cascade.h. */
static bool
is_approach(const struct flow *flow)
{
    const uint16_t port = flow->ends[FLOW_RESPONDER].port;
    const enum service service = service_by_port(flow->protocol, port);

    if (flow->initiator_is_guess || is_public_service(service) ||
        is_public_port(flow->protocol, port)) {
        return false;
    }
    switch (flow->protocol) {
    case PROTOCOL_TCP:
        return flow->tcp_state != TCP_STATE_MIDSTREAM;
    case PROTOCOL_UDP:
        return service != SERVICE_NONE;
    default:
        return flow->protocol == PROTOCOL_SCTP;
    }
}

/* True if the verdict says something about the peer; see cascade.h. */
static bool
weighs(const struct verdict *verdict)
{
    const enum observation_kind kind = verdict->observation.kind;
    const bool is_by_asset = verdict->asset_end == FLOW_INITIATOR;
    const bool is_by_peer = !is_by_asset && !verdict->flow.initiator_is_guess;

    if (kind == OBSERVATION_MULTI_SECTOR || kind == OBSERVATION_MULTI_COUNTRY ||
        observation_is_of_any_peer(kind) ||
        (is_by_asset && observation_is_of_initiator(kind)) ||
        (is_by_asset && verdict->flow.service == SERVICE_DNS)) {
        return false;
    }
    return verdict_severity(verdict) >= (is_by_peer ? SEVERITY_LOW : SEVERITY_MEDIUM);
}

/* Seconds, of which 0 means never; from 2106 on time stands still. */
static uint32_t
seconds_of(uint64_t time_ns)
{
    const uint64_t seconds = time_ns / NS_PER_SECOND + 1;

    return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t) seconds;
}

static void
touch(struct cascade *cascade, const struct flow *flow, unsigned asset_end,
      uint64_t time_ns, enum weight weight, struct counters *counters,
      struct observation_list *list)
{
    const struct flow_end *asset = &flow->ends[asset_end],
                          *other = &flow->ends[1 - asset_end];
    const struct range_claim *claim = claim_at(cascade, asset->range);
    const bool is_outsider = other->range == 0 && !ip_is_v4(other->address);
    const struct touch touch = {
        .peer = is_outsider ? ip_mask(other->address, 64) : other->address,
        .flow = flow,
        .asset_end = asset_end,
        .time_ns = time_ns,
        .time_s = seconds_of(time_ns),
        .weight = weight,
    };
    struct contact *country;
    struct peer *peer;

    if (claim == NULL || is_own(claim, claim_at(cascade, other->range))) {
        return;
    }
    counter_inc(counters, COUNTER_RULES_CASCADE_TOUCHES);
    peer = find_or_add(cascade, touch.peer, touch.time_s, counters);
    note(cascade, sector_contact(peer, claim->sector), &touch);
    country = country_contact(cascade, peer, country_of(cascade, asset->address, claim),
                              touch.time_s);
    if (country != NULL) {
        note(cascade, country, &touch);
    }
    tell_sectors(cascade, peer, &touch, list);
    tell_countries(cascade, peer, &touch, list);
}

/* The claim that alerts name, or NULL where there is none. */
static const struct range_claim *
claim_at(const struct cascade *cascade, range_id range)
{
    const struct critical_range *found =
        range == 0 ? NULL : sector_map_range(cascade->map, range);

    return found == NULL || found->n_claims == 0 ? NULL : &found->claims[0];
}

static bool
is_own(const struct range_claim *a, const struct range_claim *b)
{
    if (b == NULL) {
        return false;
    }
    return a->sector == b->sector ||
           (*a->organisation != '\0' && strcmp(a->organisation, b->organisation) == 0);
}

static bool
is_within(const struct cascade *cascade, uint32_t last_s, uint32_t now_s)
{
    /* Recordings may be read in any order: what lies far ahead is no more recent than what
     * lies far back. */
    const uint32_t distance_s = now_s < last_s ? last_s - now_s : now_s - last_s;

    return last_s != 0 && distance_s <= cascade->within_s;
}

/* The number of a peer, or one not less than the capacity. */
static uint32_t
find_peer(const struct cascade *cascade, struct ip_address address, uint32_t hash)
{
    struct slot_search search = slot_index_search(&cascade->index, hash);
    uint32_t number;

    while (slot_index_next(&cascade->index, &search, &number)) {
        if (ip_equal(cascade->peers[number].address, address)) {
            return number;
        }
    }
    return UINT32_MAX;
}

/* Takes the peer idle longest out of the table and returns its number. */
static uint32_t
forget_oldest(struct cascade *cascade, uint32_t now_s, struct counters *counters)
{
    const uint32_t number = lru_oldest(&cascade->by_use, 0);
    const struct peer *peer = &cascade->peers[number];

    slot_index_remove(&cascade->index, peer->hash, number);
    lru_remove(&cascade->by_use, number);
    if (is_within(cascade, peer->last_s, now_s)) {
        counter_inc(counters, COUNTER_RULES_CASCADE_FORGOTTEN);
    }
    return number;
}

static struct peer *
find_or_add(struct cascade *cascade, struct ip_address address, uint32_t now_s,
            struct counters *counters)
{
    const uint32_t hash = (uint32_t) hash_ip(cascade->seed, address, 0);
    uint32_t number = find_peer(cascade, address, hash);
    struct peer *peer;

    if (number >= cascade->config.capacity) {
        number = cascade->n < cascade->config.capacity
                     ? cascade->n++
                     : forget_oldest(cascade, now_s, counters);
        peer = &cascade->peers[number];
        peer->address = address;
        peer->hash = hash;
        peer->last_s = 0;
        peer->seen = 0;
        peer->n_countries = 0;
        slot_index_insert(&cascade->index, hash, number);
        lru_append(&cascade->by_use, 0, number);
    } else {
        lru_move(&cascade->by_use, 0, number);
    }
    peer = &cascade->peers[number];
    peer->last_s = now_s > peer->last_s ? now_s : peer->last_s;
    return peer;
}

static bool
is_live(const struct cascade *cascade, const struct contact *contact, uint32_t now_s)
{
    return is_within(cascade, contact->last_s[TOUCHED], now_s);
}

static void
note(const struct cascade *cascade, struct contact *contact, const struct touch *touch)
{
    if (!is_live(cascade, contact, touch->time_s)) {
        contact->first_s = touch->time_s;
        contact->last_s[JUDGED] = 0;
        contact->is_told = false;
    }
    for (unsigned weight = TOUCHED; weight <= touch->weight; weight++) {
        if (touch->time_s > contact->last_s[weight]) {
            contact->last_s[weight] = touch->time_s;
        }
    }
}

static struct contact *
sector_contact(struct peer *peer, enum sector sector)
{
    if ((peer->seen & 1U << sector) == 0) {
        peer->seen |= (sector_set) (1U << sector);
        peer->sectors[sector] = (struct contact){ 0 };
    }
    return &peer->sectors[sector];
}

/* The contact of a country, in a new place if need be; NULL if the country is not known or
 * there is no place. */
static struct contact *
country_contact(const struct cascade *cascade, struct peer *peer, const char *country,
                uint32_t now_s)
{
    struct contact *place = NULL;

    if (*country == '\0') {
        return NULL;
    }
    for (unsigned i = 0; i < peer->n_countries; i++) {
        struct contact *contact = &peer->countries[i];

        if (strcmp(contact->country, country) == 0) {
            return contact;
        }
        if (place == NULL && !is_live(cascade, contact, now_s)) {
            place = contact;
        }
    }
    if (place == NULL && peer->n_countries < PEER_COUNTRIES_MAX) {
        place = &peer->countries[peer->n_countries++];
    }
    if (place != NULL) {
        *place = (struct contact){ 0 };
        memcpy(place->country, country, sizeof place->country);
    }
    return place;
}

static const char *
country_of(struct cascade *cascade, struct ip_address address,
           const struct range_claim *claim)
{
    const struct place *place = place_cache_lookup(cascade->places, address);

    return *place->country != '\0' ? place->country : claim->country;
}

/* Adds a contact behind those that were touched first no later. */
static void
reach_add(struct reach *reach, struct contact *contact)
{
    unsigned at = reach->n++;

    while (at > 0 && reach->contacts[at - 1]->first_s > contact->first_s) {
        reach->contacts[at] = reach->contacts[at - 1];
        at--;
    }
    reach->contacts[at] = contact;
    reach->has_news |= !contact->is_told;
}

/* Those of 'contacts' that are in use (bit i of 'used') and within the window. */
static struct reach
reach_of(const struct cascade *cascade, struct contact *contacts, unsigned used,
         enum weight weight, uint32_t now_s)
{
    struct reach reach = { .n = 0 };

    for (unsigned i = 0; used >> i != 0; i++) {
        if ((used & 1U << i) != 0 &&
            is_within(cascade, contacts[i].last_s[weight], now_s)) {
            reach_add(&reach, &contacts[i]);
        }
    }
    return reach;
}

/* Finds out whether contacts have reached a limit and there is something new to tell.
 * Touches are asked first, as they include what was judged. */
static bool
has_reached(const struct cascade *cascade, struct contact *contacts, unsigned used,
            const uint32_t limits[static N_WEIGHTS], uint32_t now_s, struct reach *ret)
{
    if ((used & (used - 1)) == 0 && limits[TOUCHED] != 1 && limits[JUDGED] != 1) {
        return false; /* One only, as of nearly all peers. */
    }
    for (enum weight weight = TOUCHED; weight < N_WEIGHTS; weight++) {
        *ret = reach_of(cascade, contacts, used, weight, now_s);
        if (limits[weight] != 0 && ret->n >= limits[weight] && ret->has_news) {
            return true;
        }
    }
    return false;
}

/* "40 s", "12 min", "3 h". */
static void
format_duration(uint32_t duration_s, char text[static 24])
{
    if (duration_s < 120) {
        (void) snprintf(text, 24, "%u s", duration_s);
    } else if (duration_s < 120 * 60) {
        (void) snprintf(text, 24, "%u min", duration_s / 60);
    } else {
        (void) snprintf(text, 24, "%u h", duration_s / 3600);
    }
}

/* When each was touched first: "healthcare, energy +40 s, finance +12 min", counted from
 * the first of all, whose time is the observation's 'since_ns'.  All sectors, or
 * PEER_COUNTRIES_MAX countries, fit into a detail. */
static void
describe(char detail[static OBSERVATION_DETAIL_SIZE], const char *const *names,
         const struct reach *reach)
{
    size_t used = 0;

    for (unsigned i = 0; i < reach->n && used < OBSERVATION_DETAIL_SIZE; i++) {
        char after[24];

        format_duration(reach->contacts[i]->first_s - reach->contacts[0]->first_s, after);
        used += (size_t) snprintf(detail + used, OBSERVATION_DETAIL_SIZE - used, "%s%s%s%s",
                                  i == 0 ? "" : ", ", names[i], i == 0 ? "" : " +",
                                  i == 0 ? "" : after);
    }
}

static struct observation *
tell(const struct reach *reach, enum observation_kind kind, const char *const *names,
     const struct touch *touch, struct observation_list *list)
{
    struct observation *observation =
        observation_list_add(list, kind, touch->flow, touch->time_ns);
    const uint32_t first_s = reach->contacts[0]->first_s;

    for (unsigned i = 0; i < reach->n; i++) {
        reach->contacts[i]->is_told = true;
    }
    observation->asset_ends = 1U << touch->asset_end;
    observation->count = reach->n;
    observation->since_ns = (uint64_t) (first_s - 1) * NS_PER_SECOND;
    describe(observation->detail, names, reach);
    return observation;
}

static void
tell_sectors(const struct cascade *cascade, struct peer *peer, const struct touch *touch,
             struct observation_list *list)
{
    const uint32_t limits[N_WEIGHTS] = { cascade->config.sectors_touched,
                                         cascade->config.sectors_judged };
    const char *names[PEER_COUNTRIES_MAX] = { NULL };
    struct observation *observation;
    struct reach reach;
    sector_set sectors = 0;

    if (!has_reached(cascade, peer->sectors, peer->seen, limits, touch->time_s, &reach)) {
        return;
    }
    for (unsigned i = 0; i < reach.n; i++) {
        const enum sector sector = (enum sector)(reach.contacts[i] - peer->sectors);

        names[i] = sector_name(sector);
        sectors |= (sector_set) (1U << sector);
    }
    observation = tell(&reach, OBSERVATION_MULTI_SECTOR, names, touch, list);
    observation->sectors = sectors;
}

static void
tell_countries(const struct cascade *cascade, struct peer *peer, const struct touch *touch,
               struct observation_list *list)
{
    const uint32_t limits[N_WEIGHTS] = { cascade->config.countries_touched,
                                         cascade->config.countries_judged };
    const char *names[PEER_COUNTRIES_MAX] = { NULL };
    struct observation *observation;
    struct reach reach;

    if (!has_reached(cascade, peer->countries, (1U << peer->n_countries) - 1, limits,
                     touch->time_s, &reach)) {
        return;
    }
    for (unsigned i = 0; i < reach.n; i++) {
        names[i] = reach.contacts[i]->country;
    }
    observation = tell(&reach, OBSERVATION_MULTI_COUNTRY, names, touch, list);
    for (unsigned i = 0; i < reach.n && i < OBSERVATION_COUNTRIES_MAX; i++) {
        memcpy(observation->countries[i], names[i], sizeof observation->countries[i]);
    }
}

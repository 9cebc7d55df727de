#include "rules/incident_table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "classify/lru.h"
#include "classify/slot_index.h"
#include "rules/rule_set.h"

/* Three lists through the entries:
 *
 *   by use   the open incidents, the one idle longest first: which closes next by idling,
 *            and which gives way;
 *   by age   the open incidents as they were opened: which closes next by growing old;
 *   changes  what incident_table_next() hands out.
 *
 * A closed incident leaves the index and the first two lists at once but keeps its entry
 * until its change has been handed out, so the changes need no memory of their own.  As the
 * caller empties them after each call, one entry beyond the capacity is enough. */
enum order { BY_USE, BY_AGE, CHANGES, N_ORDERS };

/* Asset groups that stand for no organisation; all others are digests of texts. */
enum { GROUP_ASSET_ALONE = 1, GROUP_ANY = 2 };

#define NONE UINT32_MAX

struct key {
    struct ip_address who;  /* Peer; or the asset, of whatever peers. */
    uint64_t family, group; /* Keyed digests of texts. */
};

struct entry {
    struct incident incident; /* Its verdict is the worst so far. */
    struct key key;
    uint64_t told_ns[INCIDENT_RULES_MAX + 1]; /* Last alert for each of 'rules'; the last
                                                 for those beyond. */
    uint16_t told;                            /* Bit i: told_ns[i] is set. */
    bool has_change;                          /* It is in the list of changes. */
    uint32_t hash;                            /* Of its key. */
    uint32_t next_free;
};

struct incident_table {
    struct incident_config config;
    struct hash_seed seed;
    uint32_t n;          /* Open incidents. */
    uint32_t n_used;     /* Entries ever used. */
    uint32_t first_free; /* Of those that were given back. */
    uint64_t now_ns;     /* Latest packet time seen. */
    struct slot_index index;
    struct lru lists[N_ORDERS];
    struct entry *entries;
    uint32_t current_index; /* The incident that was opened or updated last, ... */
    struct verdict current; /* ... and the verdict that did it. */
};

static bool renew(const struct incident_table *table, struct entry *entry,
                  const struct rule_basis *basis);
static uint32_t first_of(const struct incident_table *table, enum order order);
static void see_time(struct incident_table *table, uint64_t now_ns);
static struct key key_of(const struct incident_table *table, const struct verdict *verdict);
static uint32_t hash_of(const struct incident_table *table, const struct key *key);
static bool is_equal(const struct key *a, const struct key *b);
static uint32_t find(const struct incident_table *table, const struct key *key,
                     uint32_t hash);
static bool is_same_flow(const struct flow *a, const struct flow *b);
static uint32_t open_incident(struct incident_table *table, const struct key *key,
                              uint32_t hash, const struct verdict *verdict,
                              struct counters *counters);
static void close_incident(struct incident_table *table, uint32_t index, uint64_t time_ns,
                           enum incident_end end, struct counters *counters);
static bool is_apart(const struct incident_table *table, const struct entry *entry,
                     uint64_t time_ns);
static uint64_t due_ns(const struct incident_table *table, const struct entry *entry);
static enum incident_end due_end(const struct incident_table *table,
                                 const struct entry *entry);
static bool add_verdict(struct entry *entry, const struct verdict *verdict);
static void add_change(struct incident_table *table, uint32_t index,
                       enum incident_state state, uint64_t time_ns);
static void set_current(struct incident_table *table, uint32_t index,
                        const struct verdict *verdict);
static void release(struct incident_table *table, uint32_t index);

struct incident_table *
incident_table_new(const struct incident_config *config, struct hash_seed seed)
{
    struct incident_table *table = memory_zeroed(1, sizeof *table);
    const uint32_t n_entries = config->capacity + 1;

    assert(config->capacity >= 1 && config->capacity <= 1U << 24);
    table->config = *config;
    table->seed = seed;
    table->first_free = NONE;
    table->current_index = NONE;
    table->entries = memory_zeroed(n_entries, sizeof table->entries[0]);
    slot_index_init(&table->index, n_entries);
    for (unsigned order = 0; order < N_ORDERS; order++) {
        lru_init(&table->lists[order], n_entries, 1);
    }
    return table;
}

void
incident_table_free(struct incident_table *table)
{
    if (table == NULL) {
        return;
    }
    for (unsigned order = 0; order < N_ORDERS; order++) {
        lru_fini(&table->lists[order]);
    }
    slot_index_fini(&table->index);
    free(table->entries);
    free(table);
}

void
incident_table_add(struct incident_table *table, const struct verdict *verdict,
                   struct counters *counters)
{
    const struct key key = key_of(table, verdict);
    const uint32_t hash = hash_of(table, &key);
    uint32_t index;

    incident_table_expire(table, verdict->time_ns, counters);
    index = find(table, &key, hash);
    if (index != NONE && is_apart(table, &table->entries[index], verdict->time_ns)) {
        close_incident(table, index, due_ns(table, &table->entries[index]),
                       due_end(table, &table->entries[index]), counters);
        index = NONE;
    }
    if (index == NONE) {
        index = open_incident(table, &key, hash, verdict, counters);
        (void) add_verdict(&table->entries[index], verdict);
        add_change(table, index, INCIDENT_OPENED, verdict->time_ns);
        set_current(table, index, verdict);
        return;
    }
    lru_move(&table->lists[BY_USE], 0, index);
    if (add_verdict(&table->entries[index], verdict)) {
        add_change(table, index, INCIDENT_UPDATED, verdict->time_ns);
        set_current(table, index, verdict);
    } else {
        counter_inc(counters, COUNTER_RULES_VERDICTS_QUIET);
    }
}

void
incident_table_strengthen(struct incident_table *table, const struct verdict *verdict)
{
    const struct key key = key_of(table, verdict);
    const uint32_t index = find(table, &key, hash_of(table, &key));
    struct verdict *worst;

    if (index == NONE) {
        return;
    }
    worst = &table->entries[index].incident.verdict;
    if (worst->rule == verdict->rule && is_same_flow(&worst->flow, &verdict->flow)) {
        worst->flow.evidence = verdict->flow.evidence;
    }
}

void
incident_table_expire(struct incident_table *table, uint64_t now_ns,
                      struct counters *counters)
{
    see_time(table, now_ns);
    while (table->n > 0) {
        const uint32_t idle = first_of(table, BY_USE);
        const uint32_t old = first_of(table, BY_AGE);
        const uint64_t idle_due_ns = due_ns(table, &table->entries[idle]);
        const uint64_t old_due_ns = due_ns(table, &table->entries[old]);
        const bool is_old =
            old_due_ns <= idle_due_ns; /* Opened no later, so it goes first. */
        const uint32_t index = is_old ? old : idle;
        const uint64_t index_due_ns = is_old ? old_due_ns : idle_due_ns;

        if (index_due_ns > now_ns) {
            return;
        }
        close_incident(table, index, index_due_ns, due_end(table, &table->entries[index]),
                       counters);
    }
}

void
incident_table_close_all(struct incident_table *table, struct counters *counters)
{
    while (table->n > 0) {
        close_incident(table, first_of(table, BY_AGE), table->now_ns, INCIDENT_END_INPUT,
                       counters);
    }
}

void
incident_table_renew(struct incident_table *table, const struct rule_basis *basis,
                     struct counters *counters)
{
    const struct lru *by_age = &table->lists[BY_AGE];
    uint32_t index, next;

    for (index = lru_oldest(by_age, 0); !lru_is_end(by_age, index); index = next) {
        next = lru_newer(by_age, index);
        if (!renew(table, &table->entries[index], basis)) {
            close_incident(table, index, table->now_ns, INCIDENT_END_POLICY, counters);
        }
    }
    table->current_index = NONE; /* Its verdict is of the policy before. */
}

bool
incident_table_next(struct incident_table *table, struct incident *ret)
{
    const uint32_t index = first_of(table, CHANGES);
    struct entry *entry;

    if (index == NONE) {
        return false;
    }
    entry = &table->entries[index];
    lru_remove(&table->lists[CHANGES], index);
    entry->has_change = false;
    entry->incident.n_alerts++;
    *ret = entry->incident;
    entry->incident.n_since_alert = 0;
    if (ret->state == INCIDENT_CLOSED) {
        release(table, index);
    } else if (index == table->current_index) {
        ret->verdict = table->current;
    }
    return true;
}

uint32_t
incident_table_n(const struct incident_table *table)
{
    return table->n;
}

uint32_t
incident_table_latest(const struct incident_table *table, uint32_t max,
                      const struct incident *ret[])
{
    const struct lru *by_use = &table->lists[BY_USE];
    uint32_t n = 0;

    for (uint32_t index = lru_newest(by_use, 0); n < max && !lru_is_end(by_use, index);
         index = lru_older(by_use, index)) {
        ret[n++] = &table->entries[index].incident;
    }
    return n;
}

/* Lets an incident point into another policy, if all that it points to is there. */
static bool
renew(const struct incident_table *table, struct entry *entry,
      const struct rule_basis *basis)
{
    struct incident renewed = entry->incident;
    struct key key;

    for (unsigned i = 0; i < renewed.n_rules; i++) {
        renewed.rules[i] = rule_set_find(basis->rules, renewed.rules[i]->id);
        if (renewed.rules[i] == NULL) {
            return false;
        }
    }
    if (!verdict_renew(&renewed.verdict, basis)) {
        return false;
    }
    key = key_of(table, &renewed.verdict);
    if (!is_equal(&key, &entry->key)) {
        return false;
    }
    entry->incident = renewed;
    return true;
}

/* The first of a list, or NONE. */
static uint32_t
first_of(const struct incident_table *table, enum order order)
{
    const struct lru *list = &table->lists[order];
    const uint32_t first = lru_oldest(list, 0);

    return lru_is_end(list, first) ? NONE : first;
}

static void
see_time(struct incident_table *table, uint64_t now_ns)
{
    if (now_ns > table->now_ns) {
        table->now_ns = now_ns;
    }
}

static const struct range_claim *
claim_of(const struct verdict *verdict)
{
    const struct critical_range *range = verdict->ranges[verdict->asset_end];

    return range == NULL || range->n_claims == 0 ? NULL : &range->claims[0];
}

static uint64_t
text_digest(const struct incident_table *table, const char *text)
{
    return text == NULL ? 0 : hash_bytes(table->seed, text, strlen(text));
}

static uint64_t
asset_group(const struct incident_table *table, const struct verdict *verdict)
{
    const struct range_claim *claim = claim_of(verdict);

    if (claim == NULL) {
        return 0;
    }
    if (claim->organisation == NULL || *claim->organisation == '\0') {
        return text_digest(table, sector_name(claim->sector));
    }
    return hash_2(table->seed, text_digest(table, claim->organisation),
                  text_digest(table, claim->country));
}

static struct key
key_of(const struct incident_table *table, const struct verdict *verdict)
{
    const enum observation_kind kind = verdict->observation.kind;
    const unsigned peer_end = 1 - verdict->asset_end;
    const struct ip_address peer = verdict->flow.ends[peer_end].address;
    const bool is_v6_outsider = !ip_is_v4(peer) && verdict->ranges[peer_end] == NULL;
    struct key key = {
        .who = is_v6_outsider ? ip_mask(peer, 64) : peer,
        .family = text_digest(table, verdict->rule->family),
    };

    if (kind == OBSERVATION_MULTI_SECTOR || kind == OBSERVATION_MULTI_COUNTRY) {
        key.group = GROUP_ANY;
    } else if (observation_is_of_any_peer(kind) || (observation_is_of_initiator(kind) &&
                                                    verdict->asset_end == FLOW_INITIATOR)) {
        key.who = verdict->flow.ends[verdict->asset_end].address;
        key.group = GROUP_ASSET_ALONE;
    } else {
        key.group = asset_group(table, verdict);
    }
    return key;
}

static uint32_t
hash_of(const struct incident_table *table, const struct key *key)
{
    return (uint32_t) hash_ip(table->seed, key->who,
                              hash_2(table->seed, key->family, key->group));
}

static bool
is_equal(const struct key *a, const struct key *b)
{
    return ip_equal(a->who, b->who) && a->family == b->family && a->group == b->group;
}

static uint32_t
find(const struct incident_table *table, const struct key *key, uint32_t hash)
{
    struct slot_search search = slot_index_search(&table->index, hash);
    uint32_t number;

    while (slot_index_next(&table->index, &search, &number)) {
        if (is_equal(&table->entries[number].key, key)) {
            return number;
        }
    }
    return NONE;
}

/* Whether both are of one flow, as it was at different times. */
static bool
is_same_flow(const struct flow *a, const struct flow *b)
{
    for (unsigned end = 0; end < 2; end++) {
        if (!ip_equal(a->ends[end].address, b->ends[end].address) ||
            a->ends[end].port != b->ends[end].port) {
            return false;
        }
    }
    return a->protocol == b->protocol && a->vlan == b->vlan &&
           a->vlan_inner == b->vlan_inner && a->first_ns == b->first_ns;
}

/* From what opened it, so that the same input gives the same ids in every run.  Counts are
 * in it to tell incidents apart in captures without times. */
static void
make_id(const struct verdict *verdict, char id[static INCIDENT_ID_SIZE])
{
    const struct range_claim *claim = claim_of(verdict);
    const struct flow *flow = &verdict->flow;
    char from[IP_TEXT_SIZE], to[IP_TEXT_SIZE], text[1024];
    uint8_t digest[DIGEST_SHA256_SIZE];
    int n = snprintf(
        text, sizeof text, "%s %s.%u %s %llu %s:%u %s:%u %u %u %u %llu %llu %u %s %.400s",
        verdict->rule->family, verdict->rule->id, verdict->rule->rev,
        observation_name(verdict->observation.kind), (unsigned long long) verdict->time_ns,
        ip_format(flow->ends[FLOW_INITIATOR].address, from),
        flow->ends[FLOW_INITIATOR].port, ip_format(flow->ends[FLOW_RESPONDER].address, to),
        flow->ends[FLOW_RESPONDER].port, flow->protocol, flow->vlan, verdict->asset_end,
        (unsigned long long) flow->ends[FLOW_INITIATOR].packets,
        (unsigned long long) flow->ends[FLOW_RESPONDER].packets, verdict->observation.count,
        claim == NULL ? "" : sector_name(claim->sector),
        claim == NULL || claim->organisation == NULL ? "" : claim->organisation);

    if (n < 0 || n >= (int) sizeof text) {
        n = sizeof text - 1;
    }
    digest_sha256(text, (size_t) n, digest);
    digest_hex(digest, (INCIDENT_ID_SIZE - 1) / 2, id);
}

static uint32_t
take_entry(struct incident_table *table, struct counters *counters)
{
    uint32_t index;

    if (table->first_free == NONE && table->n_used <= table->config.capacity) {
        return table->n_used++;
    }
    while (table->first_free == NONE) { /* The caller left the changes where they were. */
        struct incident lost;

        (void) incident_table_next(table, &lost);
        counter_inc(counters, COUNTER_RULES_CHANGES_LOST);
    }
    index = table->first_free;
    table->first_free = table->entries[index].next_free;
    return index;
}

static uint32_t
open_incident(struct incident_table *table, const struct key *key, uint32_t hash,
              const struct verdict *verdict, struct counters *counters)
{
    uint32_t index;

    if (table->n == table->config.capacity) {
        close_incident(table, first_of(table, BY_USE), verdict->time_ns,
                       INCIDENT_END_CAPACITY, counters);
        counter_inc(counters, COUNTER_RULES_INCIDENTS_CLOSED_EARLY);
    }
    index = take_entry(table, counters);
    table->entries[index] = (struct entry){
        .key = *key,
        .hash = hash,
        .incident = { .severity = verdict_severity(verdict),
                      .first_ns = verdict->time_ns,
                      .last_ns = verdict->time_ns,
                      .verdict = *verdict },
    };
    make_id(verdict, table->entries[index].incident.id);
    slot_index_insert(&table->index, hash, index);
    lru_append(&table->lists[BY_USE], 0, index);
    lru_append(&table->lists[BY_AGE], 0, index);
    table->n++;
    counter_inc(counters, COUNTER_RULES_INCIDENTS);
    return index;
}

static void
close_incident(struct incident_table *table, uint32_t index, uint64_t time_ns,
               enum incident_end end, struct counters *counters)
{
    struct entry *entry = &table->entries[index];

    slot_index_remove(&table->index, entry->hash, index);
    lru_remove(&table->lists[BY_USE], index);
    lru_remove(&table->lists[BY_AGE], index);
    table->n--;
    entry->incident.end = end;
    add_change(table, index, INCIDENT_CLOSED, time_ns);
    counter_inc(counters, COUNTER_RULES_INCIDENTS_CLOSED);
}

/* True if a verdict of that time is no longer, or not yet, of this incident.  Most are
 * found by incident_table_expire(); what is left is time that jumps, as between two files.
 */
static bool
is_apart(const struct incident_table *table, const struct entry *entry, uint64_t time_ns)
{
    return time_ns >= due_ns(table, entry) ||
           (time_ns < entry->incident.first_ns &&
            entry->incident.first_ns - time_ns >= table->config.window_ns);
}

/* The end of time where the sum would lie beyond it. */
static uint64_t
later(uint64_t time_ns, uint64_t by_ns)
{
    return time_ns > UINT64_MAX - by_ns ? UINT64_MAX : time_ns + by_ns;
}

static uint64_t
due_ns(const struct incident_table *table, const struct entry *entry)
{
    const uint64_t idle_ns = later(entry->incident.last_ns, table->config.window_ns);
    const uint64_t old_ns = later(entry->incident.first_ns, table->config.longest_ns);

    return idle_ns < old_ns ? idle_ns : old_ns;
}

static enum incident_end
due_end(const struct incident_table *table, const struct entry *entry)
{
    return due_ns(table, entry) == entry->incident.last_ns + table->config.window_ns
               ? INCIDENT_END_IDLE
               : INCIDENT_END_LONGEST;
}

/* Number of the rule in the incident, which it joins if it is new and there is room; else
 * the number that those beyond share. */
static unsigned
rule_number(struct incident *incident, const struct rule *rule)
{
    unsigned i = 0;

    while (i < incident->n_rules && incident->rules[i] != rule) {
        i++;
    }
    if (i == incident->n_rules && i < INCIDENT_RULES_MAX) {
        incident->rules[incident->n_rules++] = rule;
    }
    return i;
}

/* Returns true if the country is new to the incident and there was room for it. */
static bool
add_country(struct incident *incident, const char *country)
{
    if (country == NULL || *country == '\0') {
        return false;
    }
    for (unsigned i = 0; i < incident->n_countries; i++) {
        if (strncmp(incident->countries[i], country, 3) == 0) {
            return false;
        }
    }
    if (incident->n_countries == INCIDENT_COUNTRIES_MAX) {
        return false;
    }
    (void) snprintf(incident->countries[incident->n_countries++],
                    sizeof incident->countries[0], "%.2s", country);
    return true;
}

/* Adds where the verdict's assets are.  Returns true if multi-sector or multi-country
 * activity spread further. */
static bool
add_places(struct incident *incident, const struct verdict *verdict)
{
    const struct critical_range *range = verdict->ranges[verdict->asset_end];
    const struct range_claim *claim = claim_of(verdict);
    const struct observation *observation = &verdict->observation;
    const char *country = verdict->places[verdict->asset_end].country;
    const sector_set before = incident->sectors;
    bool has_spread;

    incident->sectors |= observation->sectors;
    has_spread = incident->sectors != before;
    for (unsigned i = 0; i < OBSERVATION_COUNTRIES_MAX; i++) {
        has_spread |= add_country(incident, observation->countries[i]);
    }
    incident->sectors |= range == NULL ? 0 : range->sectors;
    (void) add_country(incident, *country != '\0' ? country
                                 : claim == NULL  ? NULL
                                                  : claim->country);
    return has_spread;
}

/* Counts a verdict in.  Returns true if that is worth an alert, which it then notes. */
static bool
add_verdict(struct entry *entry, const struct verdict *verdict)
{
    struct incident *incident = &entry->incident;
    const unsigned number = rule_number(incident, verdict->rule);
    const uint64_t now_ns = verdict->time_ns, told_ns = entry->told_ns[number];
    const bool is_worse = verdict_severity(verdict) > incident->severity;
    const bool has_spread = add_places(incident, verdict);
    const bool was_told = (entry->told & 1U << number) != 0;
    const uint64_t since_ns = now_ns < told_ns ? 0 : now_ns - told_ns;
    const bool is_quiet = was_told && since_ns < verdict->rule->quiet_for_ns;

    incident->n_verdicts++;
    incident->n_since_alert++;
    incident->first_ns = now_ns < incident->first_ns ? now_ns : incident->first_ns;
    incident->last_ns = now_ns > incident->last_ns ? now_ns : incident->last_ns;
    if (is_worse) {
        incident->severity = verdict_severity(verdict);
        incident->verdict = *verdict;
    }
    if (is_quiet && !is_worse && !has_spread) {
        return false;
    }
    entry->told |= (uint16_t) (1U << number);
    entry->told_ns[number] = now_ns;
    return true;
}

/* Of two changes that nobody has taken yet one is made: it opened, unless it closed. */
static void
add_change(struct incident_table *table, uint32_t index, enum incident_state state,
           uint64_t time_ns)
{
    struct entry *entry = &table->entries[index];

    entry->incident.time_ns = time_ns;
    if (!entry->has_change) {
        entry->has_change = true;
        entry->incident.state = state;
        lru_append(&table->lists[CHANGES], 0, index);
    } else if (state == INCIDENT_CLOSED) {
        entry->incident.state = state;
    }
}

static void
set_current(struct incident_table *table, uint32_t index, const struct verdict *verdict)
{
    table->current_index = index;
    table->current = *verdict;
}

static void
release(struct incident_table *table, uint32_t index)
{
    table->entries[index].next_free = table->first_free;
    table->first_free = index;
}

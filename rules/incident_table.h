#ifndef RULES_INCIDENT_TABLE_H
#define RULES_INCIDENT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "rules/incident.h"

/* The incidents that are open.  The capacity is fixed: when it is full, the incident idle
 * longest is closed early and counted.
 *
 * Changes come in an order that depends on the verdicts and their times alone: closes by
 * the time at which they were due, of equal times the one whose last verdict came first.
 * Where verdicts come out of the order of their times (a flow's end is judged when it has
 * idled), a close may come later than due, never under another time. */
struct incident_table;

struct incident_config {
    uint32_t capacity;   /* Incidents, 1 to 2^24, about 1 KB each once used. */
    uint64_t window_ns;  /* No verdict for this long closes an incident. */
    uint64_t longest_ns; /* An incident this old is closed, and goes on as a new one. */
};

struct incident_table *incident_table_new(const struct incident_config *config,
                                          struct hash_seed seed);
void incident_table_free(struct incident_table *table);

/* Closes what is due at the verdict's time, then adds it to its incident, opening one if
 * there is none.  Changes that are worth an alert are in the list that
 * incident_table_next() walks: opened; updated, when a rule new to the incident matched,
 * its severity grew, it reached a further sector or country of multi-sector or
 * multi-country activity, or more verdicts came after the rule's quiet_for; closed. */
void incident_table_add(struct incident_table *table, const struct verdict *verdict,
                        struct counters *counters);

/* Takes a verdict without a match (n_matches 0): the evidence of its incident grows with
 * the flow's, if the incident's worst verdict is about that flow.  No alert is made of it.
 */
void incident_table_strengthen(struct incident_table *table, const struct verdict *verdict);

/* Closes incidents whose time has come at 'now_ns' (packet time).  Cheap to call for each
 * batch. */
void incident_table_expire(struct incident_table *table, uint64_t now_ns,
                           struct counters *counters);

/* Closes all, in the order in which they were opened. */
void incident_table_close_all(struct incident_table *table, struct counters *counters);

/* Goes on by another policy: open incidents point into it from now on, as verdict_renew()
 * says.  One of which a rule, the list or the asset is not there, or whose asset is another
 * organisation's there, is closed as it is, so the caller takes the changes before it frees
 * what they point into. */
void incident_table_renew(struct incident_table *table, const struct rule_basis *basis,
                          struct counters *counters);

/* Takes the next change into '*ret'; false if there is none.  The caller empties the list
 * after each call above: however many incidents close, none is then lost.  Changes of one
 * incident that were not taken in time become one, whose verdict is the worst; where closed
 * incidents that were not taken hold up a new one, the oldest change is lost and counted.
 */
bool incident_table_next(struct incident_table *table, struct incident *ret);

uint32_t incident_table_n(const struct incident_table *table);

/* Shows up to 'max' open incidents, the one with the latest verdict first, each with the
 * worst of its verdicts.  Returns how many; they are valid until the next call on 'table'.
 */
uint32_t incident_table_latest(const struct incident_table *table, uint32_t max,
                               const struct incident *ret[]);

#endif

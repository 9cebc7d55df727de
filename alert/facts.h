#ifndef ALERT_FACTS_H
#define ALERT_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alert.h"
#include "alert/text.h"

/* What several renderings say in the same words: an alert always says on what it rests, and
 * never more than that.  A concern is "relevant-to" what was seen; nothing is violated,
 * confirmed or attributed. */

#define FACT_RELATION "relevant-to"

/* Bytes of the longest text, which is also the longest that Elasticsearch indexes as a
 * keyword (ignore_above in ECS), and of the longest name within one. */
enum { FACT_TEXT_SIZE = 1024, FACT_NAME_MAX = 160 };

/* How a severity is written elsewhere. */
struct severity_scale {
    unsigned syslog; /* RFC 5424 section 6.2.1: 2 critical, 3 error, 4 warning, 5 notice, 6
                        informational. */
    unsigned level;  /* ECS event.severity, 1 to 9. */
    unsigned risk;   /* ECS event.risk_score, 0 to 100, as Elastic's own rules score low to
                        critical. */
};

struct severity_scale fact_severity_scale(enum severity severity);

/* Sectors of the incident's assets, "energy,finance"; concerns of the rule, their
 * paragraphs of the Statement, and the rule's ATT&CK techniques. */
void fact_add_sectors(struct text *text, const struct alert *alert, const char *separator);
void fact_add_concerns(struct text *text, const struct alert *alert, const char *separator);
void fact_add_paragraphs(struct text *text, const struct alert *alert,
                         const char *separator);

void fact_add_attack(struct text *text, const struct alert *alert, const char *separator);

/* The claim on the peer's range, where the peer is an asset too; else NULL. */
const struct range_claim *fact_peer_claim(const struct alert *alert);

/* "203.0.113.40:502", "[2001:db8::1]:502", or the address alone where there are no ports.
 */
bool fact_has_ports(const struct flow *flow);
bool fact_is_icmp(const struct flow *flow); /* Its initiator's "port" is the type. */
void fact_add_end(struct text *text, const struct flow *flow, unsigned end);

/* "grid.conf 2026-06-01": where the range comes from. */
void fact_add_range_source(struct text *text, const struct alert *alert);

/* The databases that gave a country or AS of the alert, with their dates. */
void fact_add_places(struct text *text, const struct alert *alert);

/* Everything that the alert rests on, "range=...; rule=...; ...". */
void fact_add_basis(struct text *text, const struct alert *alert);

/* One sentence: why there is an alert. */
void fact_add_reason(struct text *text, const struct alert *alert);

/* The alert on one line for people: title, who and whom, state, concern. */
void fact_add_message(struct text *text, const struct alert *alert);

/* The name of the interface or file that the flow was seen on; "" if unknown. */
const char *fact_interface(const struct alert *alert);

/* The ends in words: "source" is the initiator. */
const char *fact_end_name(unsigned end);

#endif

#ifndef RULES_INCIDENT_H
#define RULES_INCIDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/verdict.h"

/* Verdicts that belong together, with no pause as long as the window: those of one peer,
 * one rule family and one asset group.
 *
 * The peer is an address; of IPv6 the /64, which is one host's or one site's to number as
 * it likes, unless the peer is an asset itself.  The asset group is the organisation (in
 * one country), or the sector where none is named.  Some kinds of observation group
 * otherwise: an asset that scans, sweeps, guesses logins or spreads makes one incident
 * whomever it aims at, a flood of an asset is one whoever sends it (addresses may be
 * forged), and multi-sector and multi-country activity of a peer is one whatever it
 * touches. */
enum incident_state {
    INCIDENT_OPENED,
    INCIDENT_UPDATED,
    INCIDENT_CLOSED,
    N_INCIDENT_STATES
};

/* Why an incident was closed. */
enum incident_end {
    INCIDENT_END_NONE,    /* It is open. */
    INCIDENT_END_IDLE,    /* No verdict for the window. */
    INCIDENT_END_LONGEST, /* As old as an incident may become; it may go on as a new one. */
    INCIDENT_END_CAPACITY, /* It gave way to a newer one in a full table. */
    INCIDENT_END_INPUT,    /* End of the input, or of the program. */
    INCIDENT_END_POLICY,   /* Its rule, list or asset is no longer in the policy. */
    N_INCIDENT_ENDS
};

enum { INCIDENT_ID_SIZE = 21, INCIDENT_RULES_MAX = 8, INCIDENT_COUNTRIES_MAX = 8 };

struct incident {
    char id[INCIDENT_ID_SIZE]; /* Derived from what opened it: 20 hexadecimal digits. */
    enum incident_state state;
    enum incident_end end;
    uint64_t time_ns; /* Packet time of this change: of the verdict that opened or updated;
                         at the close when its time ran out, or what ended it early. */
    enum severity severity;     /* The highest of its verdicts. */
    uint64_t first_ns, last_ns; /* Of its verdicts. */
    uint64_t n_verdicts;        /* So far. */
    uint64_t n_since_alert;     /* Not yet told in an alert before this one. */
    uint32_t n_alerts;          /* Alerts so far, this one included. */
    sector_set sectors;         /* Of the assets concerned. */
    char countries[INCIDENT_COUNTRIES_MAX]
                  [3]; /* Of those assets, as estimated: the first. */
    uint8_t n_countries;
    uint8_t n_rules;
    const struct rule *rules[INCIDENT_RULES_MAX]; /* Different rules seen, in order. */
    struct verdict
        verdict; /* The one that this change is about; at the close, the worst. */
};

const char *
incident_state_name(enum incident_state state);       /* "opened", "updated", "closed". */
const char *incident_end_name(enum incident_end end); /* "idle", "longest", ...; or "". */

#endif

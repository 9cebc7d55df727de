#ifndef CLASSIFY_RECOGNISE_FINDING_H
#define CLASSIFY_RECOGNISE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/command.h"
#include "classify/flow_interest.h"
#include "classify/observation.h"

/* Inside this folder: where recognisers put what they read in the messages of a verified
 * protocol.  Each finding becomes an observation, if anybody wants to know it. */
struct findings {
    struct observation_list *observations;
    const struct flow *flow;
    uint64_t time_ns;
    const struct flow_interest *interest; /* NULL: everything is wanted. */
    struct command_tally *tally;
};

/* Whether anybody wants to know. */
bool find_wants(const struct findings *findings, enum observation_kind kind);

/* A command of the flow's service, with the number and the name that the protocol's
 * standard gives it: "write-multiple-registers", 16; 0 if it has no number.  Returns the
 * observation, for find_detail(); NULL if nobody wants to know. */
struct observation *find_command(struct findings *findings, enum command_class class,
                                 unsigned number, const char *name);

/* Adds to what is said of an observation, which may be NULL: "unit 1". */
__attribute__((format(printf, 2, 3))) void find_detail(struct observation *observation,
                                                       const char *format, ...);

/* A host name that was asked for or spoken to, 'n' bytes without a dot at the end; it is
 * put into lower case.  Names that are longer than the DNS allows, or not of printable
 * ASCII, are not taken. */
void find_name(struct findings *findings, const uint8_t *name, size_t n);

/* A fingerprint of the initiator's software, as "t13d1516h2_8daaf6152771_b186095e22b6". */
void find_fingerprint(struct findings *findings, const char *fingerprint);

/* Credentials that anybody on the way can read, by 'means': "FTP PASS", "HTTP Basic". */
void find_credentials(struct findings *findings, const char *means);

#endif

#ifndef CLASSIFY_RECOGNISE_SESSION_TABLE_H
#define CLASSIFY_RECOGNISE_SESSION_TABLE_H

#include <assert.h>
#include <stdint.h>

#include "base/region.h"
#include "classify/flow.h"
#include "classify/recognise/stream.h"

/* What is remembered of the payloads of flows whose protocol is not known yet, or whose
 * messages are followed.  Few flows need that at a time: most are told by one packet.
 *
 * The capacity is fixed; the session used longest ago gives way.  A session that was
 * dropped is the next one to be used, so that few of them take memory. */
struct session {
    const struct flow *flow; /* Whose it is. */
    uint32_t hash;           /* Of the flow. */
    uint64_t possible;       /* Bits of the recognisers that have not said no. */
    union {
        struct stream streams[2];
        struct reassembly reassembly; /* Of a protocol that gathers its pieces. */
    };
};

static_assert(sizeof(struct reassembly) <= 2 * sizeof(struct stream),
              "a reassembly takes the place of both streams");

struct session_table;

/* Makes 'n' empty tables for up to 'capacity' sessions each, 1 to 2^20, in 'region', of
 * which each takes session_table_size().  Their sessions alternate in memory, so that those
 * in use lie together however few they are. */
size_t session_table_size(uint32_t capacity);
void session_tables_new(uint32_t capacity, unsigned n, struct region *region,
                        struct session_table *ret[]);
void session_table_free(struct session_table *table);

/* The session of a flow; NULL if it has none, or had to give it up. */
struct session *session_table_find(struct session_table *table, const struct flow *flow,
                                   uint32_t hash);

/* Makes an empty session for a flow.  Sets '*ret_evicted' if another one gave way. */
struct session *session_table_make(struct session_table *table, const struct flow *flow,
                                   uint32_t hash, bool *ret_evicted);

/* Ends a session. */
void session_table_drop(struct session_table *table, struct session *session);

#endif

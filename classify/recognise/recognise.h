#ifndef CLASSIFY_RECOGNISE_RECOGNISE_H
#define CLASSIFY_RECOGNISE_RECOGNISE_H

#include "base/counter.h"
#include "base/region.h"
#include "classify/command.h"
#include "classify/critical_packet.h"
#include "classify/flow.h"
#include "classify/flow_interest.h"
#include "classify/observation.h"

/* Recognises the protocols of the flows of one table, and reads what their messages say.
 *
 * A protocol is claimed by structure that was proven (EVIDENCE_VERIFIED), by its port (the
 * responder answered, or data flowed) or, where the port says nothing else, by structure
 * that chance could make (both EVIDENCE_PORT_CONSISTENT); the stronger claim wins.
 * Recognisers, each a small file of this folder, are shown the first payloads of a flow;
 * most flows are told by one packet and cost nothing after.  Of protocols with messages
 * worth reading the streams are put in order and followed to their end.
 *
 * Memory is bounded: flows that need to be remembered have a place in a table of sessions,
 * where the one used longest ago gives way; a stream is kept in order within a bound. */
struct recognition;

struct recognise_config {
    uint32_t sessions; /* Flows remembered at a time, 1 to 2^20; about 4,200 bytes each. */
};

/* Makes 'n', each of which takes recognition_size() of 'region'.  The caller frees each,
 * before the region, with recognition_free(). */
size_t recognition_size(const struct recognise_config *config);
void recognitions_new(const struct recognise_config *config, struct flow_interest interest,
                      unsigned n, struct region *region, struct recognition *ret[]);
void recognition_free(struct recognition *recognition);

/* Looks at one more packet of a flow, whose address names it until it ends.  Sets
 * flow->service and flow->evidence when they grow and adds a service observation then,
 * which says so if the service was observed before at a lower grade; adds what was read
 * besides, as far as anybody wants to know. */
void recognise(struct recognition *recognition, struct flow *flow,
               const struct critical_packet *critical, struct counters *counters,
               struct observation_list *list);

/* Forgets what was said in a flow that has ended, and that was at 'place' with 'hash' until
 * then: to be called before another one is recognised there. */
void recognition_forget(struct recognition *recognition, const struct flow *flow,
                        const struct flow *place, uint32_t hash);

/* Commands read so far. */
const struct command_tally *recognition_commands(const struct recognition *recognition);

#endif

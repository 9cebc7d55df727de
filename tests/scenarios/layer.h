#ifndef TESTS_SCENARIOS_LAYER_H
#define TESTS_SCENARIOS_LAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "scenarios/buffer.h"
#include "scenarios/stage.h"

/* A packet on its way out through what is wrapped around it. */
struct unit {
    struct buffer bytes; /* An Ethernet type, and what it names. */
    const struct speaker *from, *to;
    bool is_reply;
    uint64_t time_ns;
    uint32_t snap; /* Most bytes captured of its frame; 0: all. */
};

/* Wraps 'unit' in 'wrapping' and what is outside of it, and has the frames that come of it
 * captured.  The unit's bytes remain the caller's. */
void layer_send(struct stage *stage, const struct wrapping *wrapping,
                const struct unit *unit);

/* Adds an IP packet from one speaker to another to 'out', behind its Ethernet type. */
void layer_add_ip(struct buffer *out, struct speaker *from, const struct speaker *to,
                  uint8_t protocol, const struct buffer *payload);

#endif

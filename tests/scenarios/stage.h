#ifndef TESTS_SCENARIOS_STAGE_H
#define TESTS_SCENARIOS_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "scenarios/buffer.h"
#include "scenarios/script.h"

/* Where a scene is played: who speaks, the clock, what is wrapped around every packet, and
 * the frames that the capture saw. */

struct frame_seen {
    uint64_t time_ns;
    size_t offset; /* In stage.bytes. */
    uint32_t caplen, len;
    uint32_t order; /* In which it was made: frames of one time keep it. */
};

/* A host at work.  Its counters go on from packet to packet, as a real one's do. */
struct speaker {
    struct ip_address address;
    uint8_t hops, ttl;
    uint16_t ip_id;     /* Of its next IPv4 packet. */
    uint16_t next_port; /* Ephemeral. */
};

/* A layer around what is sent now, or a limit on what is seen of it. */
struct wrapping {
    const struct action *action;
    struct speaker *ends[2];      /* Of a tunnel. */
    const struct wrapping *outer; /* NULL: the wire. */
};

struct stage {
    uint64_t now_ns;
    uint64_t day_ns; /* Midnight of the day of the last "at" with a date. */
    uint64_t random;
    uint32_t fragment_id;
    struct speaker *speakers; /* One a host of the script. */
    const struct wrapping *wrapping;
    struct buffer bytes;
    struct frame_seen *frames;
    size_t n_frames, capacity;
};

void stage_init(struct stage *stage, const struct script *script);
void stage_fini(struct stage *stage);

/* Puts the frames in the order of their times. */
void stage_sort(struct stage *stage);

/* The speaker of a host of the script. */
struct speaker *stage_speaker(struct stage *stage, const struct host *host);

/* Fills in a speaker that the script does not name. */
void stage_extra(struct speaker *speaker, struct ip_address address, uint8_t hops);

uint16_t stage_ephemeral_port(struct speaker *speaker);

/* Nanoseconds that a packet takes from the place of capture to the speaker, different each
 * time. */
uint64_t stage_delay(struct stage *stage, const struct speaker *speaker);

/* The capture sees an IP packet with this transport part at 'time_ns', wrapped as the stage
 * is; 'is_reply' says which way it goes through tunnels. */
void stage_send(struct stage *stage, uint64_t time_ns, struct speaker *from,
                struct speaker *to, bool is_reply, uint8_t protocol,
                const struct buffer *transport);

/* Notes a captured frame, of which the first 'snap' bytes are kept; 0: all. */
void stage_capture(struct stage *stage, uint64_t time_ns, const struct buffer *frame,
                   uint32_t snap);

/* Most bytes of TCP payload in a segment between these two here. */
size_t stage_mss(const struct stage *stage, const struct speaker *speaker);

#endif

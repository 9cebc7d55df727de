#ifndef CAPTURE_DECODE_H
#define CAPTURE_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "capture/frame.h"
#include "capture/packet.h"

/* Turns frames into packets: link layer, VLAN tags, MPLS and PPPoE, IPv4 and IPv6 with
 * their options and extension headers, fragments put together, tunnels down to the
 * innermost IP layer, and the transport header.
 *
 * Reads bytes only through struct reader, keeps no state but the table of fragments, and
 * counts everything odd by name. */
struct decoder;

struct decode_config {
    uint32_t tunnel_depth_max; /* Tunnels opened in one frame, 0 to 16. */
    uint32_t
        fragment_packets_max; /* Packets in reassembly at a time; the oldest gives way. */
    uint64_t fragment_bytes_max; /* Memory for their data. */
    uint64_t
        fragment_timeout_ns; /* A packet not complete by then is dropped and counted. */
};

/* Each frame has one of these and is counted once as such; what was odd about it is counted
 * by name besides. */
enum decode_status {
    DECODE_OK,       /* 'packet' is filled in (capture.decoded). */
    DECODE_NOT_IP,   /* The frame carries no IP, or its link type is not decoded
                        (capture.not_ip, capture.link_type_unknown). */
    DECODE_FRAGMENT, /* Kept until the rest of its packet comes; only the addresses in
                        'packet' are meaningful (capture.fragments_kept). */
    DECODE_BAD,      /* Cut short or contradicts itself before any address was seen
                        (capture.bad). */
};

/* Makes a decoder; all its memory is allocated here.  The caller frees it with
 * decoder_free(). */
struct decoder *decoder_new(const struct decode_config *config, struct hash_seed seed);
void decoder_free(struct decoder *decoder);

/* Decodes 'frame' into 'packet', which is valid until the next call.  A packet whose
 * addresses were read but whose transport header was not is DECODE_OK with has_transport
 * false; so is a tunnel whose inside could not be read, as the packet of its own ends. */
enum decode_status decoder_decode(struct decoder *decoder, const struct frame *frame,
                                  struct packet *packet, struct counters *counters);

/* Fragmented packets that are being put together. */
uint32_t decoder_n_fragmented(const struct decoder *decoder);

/* Nothing more will come: drops and counts the packets still in reassembly. */
void decoder_flush(struct decoder *decoder, struct counters *counters);

/* The name of a link type ("EN10MB"), for messages. */
const char *decode_link_name(uint16_t link_type);

#endif

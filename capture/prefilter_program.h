#ifndef CAPTURE_PREFILTER_PROGRAM_H
#define CAPTURE_PREFILTER_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/bpf_code.h"

/* The program by which the kernel judges a frame (prefilter.h), written from the decoder's
 * own tables of what leads where.
 *
 * It withholds an IPv4 or IPv6 packet that the decoder is sure to read, behind at most two
 * VLAN tags, both of whose addresses are outside the set, and which is no fragment and no
 * tunnel.  Everything else it keeps: what is no IP, is cut short, has IPv4 options or IPv6
 * extension headers. */
struct prefilter_program {
    uint16_t link_type; /* As struct frame has it. */
    uint32_t snaplen;   /* Bytes that the kernel keeps of a frame. */
    int bits;           /* Map whose only value is a struct address_bits. */
    int withheld;       /* Map whose only value is an array of PREFILTER_SLOTS. */
};

/* What was withheld.  A processor counts in a slot of a cache line of its own, or shares
 * one if there are more. */
enum { PREFILTER_SLOTS = 64 };

struct prefilter_slot {
    uint64_t packets, bytes;
    uint8_t unused[48];
};

/* Writes the program.  Returns false if it would not know the headers of the link type. */
bool prefilter_program_write(const struct prefilter_program *program,
                             struct bpf_code *code);

#endif

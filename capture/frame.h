#ifndef CAPTURE_FRAME_H
#define CAPTURE_FRAME_H

#include <stdint.h>

/* What a capture delivers: one captured frame.  The bytes belong to the capture source and
 * last until its next batch. */
struct frame {
    const uint8_t *bytes;
    uint64_t time_ns; /* Since the Unix epoch. */
    uint32_t caplen;  /* Bytes captured. */
    uint32_t len;     /* Bytes on the wire; at least 'caplen'. */
    uint16_t
        link_type; /* LINKTYPE_ value (tcpdump.org/linktypes.html) as libpcap's DLT_. */
    uint16_t interface; /* Index of the source it came from: file or interface. */
};

#endif

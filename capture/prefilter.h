#ifndef CAPTURE_PREFILTER_H
#define CAPTURE_PREFILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/address_bits.h"

/* Asks the first question of all, whether a frame touches an address that matters, in the
 * kernel, so that the frames that do not are never copied, only counted there.
 *
 * It is a BPF socket filter.  What it withholds is sure to be an IP packet that
 * decoder_decode() would have read, with no address in the set but at most by the set's own
 * coarseness; what may be more, a fragment or a tunnel, and what is no IP, it lets through.
 * The set and the counters are memory that kernel and program share, so that changing and
 * reading them takes no system call and no rights; making a prefilter and its taps takes
 * CAP_BPF and Linux 5.5. */
struct prefilter;

/* Its place at one socket. */
struct prefilter_tap;

enum { PREFILTER_REASON_SIZE = 128 };

/* Makes a prefilter that lets through what 'bits', a copy of which is taken, may hold.
 * Returns NULL, with the reason, where the kernel does not have it or refuses; otherwise
 * the caller frees it with prefilter_free(), after its taps. */
struct prefilter *prefilter_new(const struct address_bits *bits,
                                char reason[static PREFILTER_REASON_SIZE]);
void prefilter_free(struct prefilter *prefilter);

/* Change the set of all taps at once: to what it has and 'bits' besides, or to 'bits'
 * alone.  To go on with other ranges without a gap, it is widened before they are in use
 * and set after.  Each takes less than a millisecond. */
void prefilter_widen(struct prefilter *prefilter, const struct address_bits *bits);
void prefilter_set(struct prefilter *prefilter, const struct address_bits *bits);

/* Makes a tap for packet sockets whose frames are of 'link_type' (as struct frame has it)
 * and are captured up to 'snaplen' bytes.  Returns NULL, with the reason, if the kernel
 * refuses or if frames of that type are not judged in the kernel; otherwise the caller
 * frees it with prefilter_tap_free(), which leaves the filter at its socket. */
struct prefilter_tap *prefilter_tap_new(const struct prefilter *prefilter,
                                        uint16_t link_type, uint32_t snaplen,
                                        char reason[static PREFILTER_REASON_SIZE]);
void prefilter_tap_free(struct prefilter_tap *tap);

/* Makes it the filter of 'socket', in the place of any before it: a user's filter too is
 * one.  Takes no rights.  Returns false, with the reason, if the socket refuses. */
bool prefilter_tap_attach(const struct prefilter_tap *tap, int socket,
                          char reason[static PREFILTER_REASON_SIZE]);

/* What was withheld since the tap was made: frames, and their bytes on the wire as libpcap
 * counts them.  These frames are in none of the numbers that the socket has. */
struct prefilter_count {
    uint64_t packets, bytes;
};

struct prefilter_count prefilter_tap_withheld(const struct prefilter_tap *tap);

/* The file descriptor of its program, for tests; the tap's. */
int prefilter_tap_program(const struct prefilter_tap *tap);

#endif

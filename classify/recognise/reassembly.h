#ifndef CLASSIFY_RECOGNISE_REASSEMBLY_H
#define CLASSIFY_RECOGNISE_REASSEMBLY_H

#include <stddef.h>
#include <stdint.h>

/* Inside this folder: a message whose pieces come in any order and in several datagrams,
 * put together within a bound.  Of bytes that come twice the first ones stay. */
enum { REASSEMBLY_MAX = 3584 }; /* As many bytes as two streams leave room for. */

struct reassembly {
    uint64_t has[REASSEMBLY_MAX / 64]; /* A bit for each byte. */
    uint8_t bytes[REASSEMBLY_MAX];
    uint8_t n_datagrams; /* That were looked through for pieces. */
};

void reassembly_init(struct reassembly *reassembly);

/* Adds the 'n' bytes that begin at byte 'at' of the message; what lies beyond the bound is
 * passed over. */
void reassembly_add(struct reassembly *reassembly, uint64_t at, const uint8_t *bytes,
                    size_t n);

/* How many bytes there are from the beginning without a gap. */
size_t reassembly_n(const struct reassembly *reassembly);

#endif

#include "classify/recognise/asterix_record.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* ASTERIX surveillance data (EUROCONTROL-SPEC-0149, part 1): blocks of a category, a length
 * of two bytes, which counts all of it, and records.
 *
 * Verified are two records of the same source (its area and identification, item 010, come
 * first), whose items end where the blocks end, to the end of a datagram or in a stream.
 * One record is consistent. */

enum {
    HEADER_SIZE = 3,
    SOURCE = 0x80, /* The bit of item 010 in the field specification. */
    SOURCE_SIZE = 2,
    N_VARIANTS = 2,
    ENOUGH = 2,
};

/* What there is to tell by. */
struct records {
    unsigned n;
    const uint8_t *source; /* Of the first. */
};

static bool pass_block(const uint8_t *block, size_t size, struct records *records);
static bool pass_records(struct reader r, unsigned category, unsigned variant,
                         struct records *records);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const bool is_datagram = protocol == IP_PROTOCOL_UDP;
    struct records records = { 0 };

    for (size_t at = 0; at < side->n;) {
        const uint8_t *block = side->bytes + at;
        const size_t n = side->n - at;
        size_t size;

        if (!asterix_is_known(block[0])) {
            return OPINION_NO;
        }
        if (n < HEADER_SIZE) {
            return is_datagram ? OPINION_NO : OPINION_MORE;
        }
        size = octets_be16(block + 1);
        if (size <= HEADER_SIZE || (is_datagram && size > side->size - at)) {
            return OPINION_NO;
        }
        if (size > n) {
            return is_datagram && at + size == side->size && records.n > 0
                       ? OPINION_CONSISTENT
                       : OPINION_MORE;
        }
        if (!pass_block(block, size, &records)) {
            return OPINION_NO;
        }
        at += size;
        if (!is_datagram && records.n > ENOUGH) {
            return OPINION_VERIFIED;
        }
    }
    if (records.n == 0 || !is_datagram) {
        return OPINION_MORE;
    }
    return records.n >= ENOUGH ? OPINION_VERIFIED : OPINION_CONSISTENT;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_asterix = {
    .service = SERVICE_ASTERIX,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};

static bool
pass_block(const uint8_t *block, size_t size, struct records *records)
{
    const struct reader r = reader_init(block + HEADER_SIZE, size - HEADER_SIZE);

    for (unsigned variant = 0; variant < N_VARIANTS; variant++) {
        struct records more = *records;

        if (pass_records(r, block[0], variant, &more)) {
            *records = more;
            return true;
        }
    }
    return false;
}

static bool
pass_records(struct reader r, unsigned category, unsigned variant, struct records *records)
{
    while (r.left > 0) {
        struct reader source = r;

        if ((r.at[0] & SOURCE) == 0 || !asterix_pass_record(&r, category, variant)) {
            return false;
        }
        while ((reader_u8(&source) & 1) != 0) { /* The record has passed: it ends. */
        }
        if (records->n == 0) {
            records->source = source.at;
        } else if (memcmp(records->source, source.at, SOURCE_SIZE) != 0) {
            return false;
        }
        records->n++;
    }
    return true;
}

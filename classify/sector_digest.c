#include "classify/sector_map.h"

#include <string.h>

#include "base/digest.h"

enum { SERVICE_WORDS = sizeof(struct service_set) / sizeof(uint64_t) };

/* Digests a stream of any length piece by piece: each piece begins with the digest of all
 * before it. */
struct stream {
    size_t n;
    uint8_t piece[16 * 1024];
};

static void stream_flush(struct stream *s);
static void stream_byte(struct stream *s, uint8_t byte);
static void stream_number(struct stream *s, uint64_t number);
static void stream_text(struct stream *s, const char *text);

static void
stream_claim(struct stream *s, const struct range_claim *claim)
{
    stream_number(s, claim->sector);
    stream_number(s, claim->confidence);
    stream_number(s, claim->asn);
    stream_text(s, claim->organisation);
    stream_text(s, claim->subsector);
    stream_text(s, claim->country);
    for (size_t i = 0; claim->services != NULL && i < SERVICE_WORDS; i++) {
        stream_number(s, claim->services->words[i]);
    }
    stream_text(s, claim->source->name);
    stream_number(s, claim->source->date_ns);
}

void
sector_map_digest(const struct sector_map *map, char text[static SECTOR_MAP_DIGEST_SIZE])
{
    struct stream s = { 0 };

    for (range_id id = 1; id <= sector_map_n_ranges(map); id++) {
        const struct critical_range *range = sector_map_range(map, id);

        stream_number(&s, range->prefix.address.high);
        stream_number(&s, range->prefix.address.low);
        stream_number(&s, range->prefix.length);
        stream_number(&s, range->n_claims);
        for (size_t i = 0; i < range->n_claims; i++) {
            stream_claim(&s, &range->claims[i]);
        }
    }
    stream_flush(&s);
    digest_hex(s.piece, DIGEST_SHA256_SIZE, text);
}

static void
stream_flush(struct stream *s)
{
    uint8_t digest[DIGEST_SHA256_SIZE];

    digest_sha256(s->piece, s->n, digest);
    memcpy(s->piece, digest, sizeof digest);
    s->n = sizeof digest;
}

static void
stream_byte(struct stream *s, uint8_t byte)
{
    if (s->n == sizeof s->piece) {
        stream_flush(s);
    }
    s->piece[s->n++] = byte;
}

static void
stream_number(struct stream *s, uint64_t number)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        stream_byte(s, (uint8_t) (number >> shift));
    }
}

/* With its terminating zero, which keeps texts apart. */
static void
stream_text(struct stream *s, const char *text)
{
    do {
        stream_byte(s, (uint8_t) *text);
    } while (*text++ != '\0');
}

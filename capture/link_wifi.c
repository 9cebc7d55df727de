/* IEEE 802.11 and the headers that captures put before it. */
#include "capture/layer.h"

/* Bits of the frame control field, read as little-endian (802.11-2020 section 9.2.4.1). */
enum {
    TYPE_MASK = 0x000c,
    TYPE_DATA = 0x0008,
    SUBTYPE_NO_DATA = 0x0040,
    SUBTYPE_QOS = 0x0080,
    TO_DS = 0x0100,
    FROM_DS = 0x0200,
    MORE_FRAGMENTS = 0x0400,
    PROTECTED = 0x4000,
    ORDER = 0x8000,
};

/* A frame whose headers are padded to 'alignment' bytes. */
static enum layer wifi_frame(struct decoding *d, unsigned alignment);
static enum layer wifi_payload(struct decoding *d, unsigned control, bool is_aggregate);
static enum layer wifi_aggregate(struct decoding *d);

enum layer
layer_wifi(struct decoding *d)
{
    return wifi_frame(d, 1);
}

static unsigned
header_size(unsigned control)
{
    unsigned size = 24;

    if ((control & TO_DS) != 0 && (control & FROM_DS) != 0) {
        size += 6; /* A fourth address. */
    }
    if ((control & SUBTYPE_QOS) != 0) {
        size += 2;
    }
    if ((control & SUBTYPE_QOS) != 0 && (control & ORDER) != 0) {
        size += 4; /* HT control. */
    }
    return size;
}

static enum layer
wifi_frame(struct decoding *d, unsigned alignment)
{
    enum { QOS_AGGREGATE = 0x0080, FRAGMENT_NUMBER = 0x000f };
    struct reader h = d->r;
    const unsigned control = reader_le16(&h);
    const unsigned size = header_size(control);
    unsigned sequence, qos = 0;

    if ((control & TYPE_MASK) != TYPE_DATA || (control & SUBTYPE_NO_DATA) != 0) {
        return h.failed ? layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED) : LAYER_NOT_IP;
    }
    (void) reader_take(&h, 20); /* Duration and three addresses. */
    sequence = reader_le16(&h);
    if ((control & SUBTYPE_QOS) != 0) {
        (void) reader_take(&h, (control & TO_DS) != 0 && (control & FROM_DS) != 0 ? 6 : 0);
        qos = reader_le16(&h);
    }
    if (h.failed || !decoding_skip(d, (size + alignment - 1) / alignment * alignment)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    if ((sequence & FRAGMENT_NUMBER) != 0 || (control & MORE_FRAGMENTS) != 0) {
        counter_inc(d->counters, COUNTER_CAPTURE_LINK_FRAGMENTS);
        return LAYER_NOT_IP;
    }
    return wifi_payload(d, control, (qos & QOS_AGGREGATE) != 0);
}

static enum layer
wifi_payload(struct decoding *d, unsigned control, bool is_aggregate)
{
    if ((control & PROTECTED) != 0) {
        counter_inc(d->counters, COUNTER_CAPTURE_LINK_ENCRYPTED);
        return LAYER_NOT_IP;
    }
    return is_aggregate ? wifi_aggregate(d) : LAYER_LLC;
}

/* Several frames in one (section 9.3.2.2): addresses, length, frame, padding to 4 bytes. */
static enum layer
wifi_aggregate(struct decoding *d)
{
    struct reader h;
    unsigned length;

    if (!decoding_take(d, 14, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    (void) reader_take(&h, 12);
    length = reader_be16(&h);
    if (length + 3 < decoding_left(d)) {
        counter_inc(d->counters, COUNTER_CAPTURE_LINK_AGGREGATES);
    }
    decoding_limit(d, length);
    return LAYER_LLC;
}

/* radiotap.org: of its fields only the flags matter, which say whether the 802.11 header is
 * padded; only the timestamp stands before them. */
enum layer
layer_radiotap(struct decoding *d)
{
    enum { HAS_TIMESTAMP = 0x1, HAS_FLAGS = 0x2, FLAG_PADDED = 0x20 };
    struct reader h = d->r;
    const struct reader start = h;
    unsigned size, flags = 0;
    uint32_t present, more;

    (void) reader_be16(&h); /* Version and padding. */
    size = reader_le16(&h);
    present = reader_le32(&h);
    for (more = present; more >> 31 != 0 && !h.failed;) {
        more = reader_le32(&h);
    }
    if ((present & HAS_FLAGS) != 0) {
        if ((present & HAS_TIMESTAMP) != 0) {
            const size_t offset = start.left - h.left;

            (void) reader_take(&h, (8 - offset % 8) % 8 + 8);
        }
        flags = reader_u8(&h);
    }
    if (h.failed || size < start.left - h.left || !decoding_skip(d, size)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    return wifi_frame(d, (flags & FLAG_PADDED) != 0 ? 4 : 1);
}

/* 144 bytes, or AVS, which some drivers write under this link type. */
enum layer
layer_prism(struct decoding *d)
{
    enum { AVS_VERSION = 0x80211 }; /* In all but the last twelve bits. */
    struct reader h = d->r;

    if (reader_be32(&h) >> 12 == AVS_VERSION) {
        return LAYER_AVS;
    }
    return decoding_skip(d, 144) ? LAYER_WIFI
                                 : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

enum layer
layer_avs(struct decoding *d)
{
    struct reader h = d->r;

    (void) reader_be32(&h); /* Version. */
    return decoding_skip(d, reader_be32(&h)) && !h.failed
               ? LAYER_WIFI
               : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

/* Per-packet information: a header that names the link type behind it. */
enum layer
layer_ppi(struct decoding *d)
{
    struct reader h = d->r;
    uint32_t size, link_type;

    (void) reader_be16(&h); /* Version and flags. */
    size = reader_le16(&h);
    link_type = reader_le32(&h);
    if (h.failed || !decoding_skip(d, size)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    if (size < 8) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_BAD);
    }
    return layer_of_link_type(link_type);
}

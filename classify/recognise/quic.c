#include <string.h>

#include "base/quic_keys.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"
#include "classify/recognise/tls_hello.h"

/* QUIC: RFC 9000 section 17.2, versions 1 and 2 (RFC 9369) and drafts of them.  A long
 * header has a version, two connection ids with their lengths, and by its type a token and
 * the length of what follows.
 *
 * Verified is a client's Initial packet, which is padded to 1200 bytes (section 14.1), or
 * any long header whose length lies in the datagram and whose ids the other side uses.  The
 * client's hello lies in CRYPTO frames of its Initial packets, under keys that anybody can
 * derive; a hello with a post-quantum key share takes two of them, and clients cut it up
 * and shuffle the pieces. */

enum {
    LONG_HEADER = 0xc0, /* With the bit that is fixed. */
    TYPE_SHIFT = 4,
    TYPE_MASK = 3,
    ID_MAX = 20,
    INITIAL_SIZE_MIN = 1200,
    NUMBER_MAX = 4, /* Bytes of a packet's number. */
    PLAIN_MAX = 1500,

    FRAME_PADDING = 0,
    FRAME_PING = 1,
    FRAME_ACK = 2,
    FRAME_CRYPTO = 6,
};

/* The first packet of a datagram. */
struct head {
    enum opinion opinion; /* OPINION_NO, _MORE: no length, or _VERIFIED: that lies in it. */
    uint32_t version;
    bool is_initial;
    const uint8_t *ids[2]; /* Destination, source. */
    uint8_t id_sizes[2];
    size_t number_at; /* Where the packet's number begins, ... */
    size_t size;      /* ... and how much there is from there on. */
};

static struct head parse(const uint8_t *bytes, size_t n, size_t size);
static bool is_known(uint32_t version);
static uint64_t read_integer(struct reader *r);
static bool have_same_id(const struct head *client, const struct head *server);
static size_t open_packet(const struct pdu *pdu, const struct head *head,
                          uint8_t plain[static PLAIN_MAX]);
static void gather_pieces(const uint8_t *frames, size_t n, struct reassembly *hello);
static bool is_whole(const struct reassembly *hello);
static void pass_padding(struct reader *r);
static void pass_acknowledgement(struct reader *r, unsigned type);

static enum opinion
judge(const struct dialogue *dialogue)
{
    struct head heads[2];

    for (unsigned i = 0; i < 2; i++) {
        const struct side *side = &dialogue->sides[i];

        heads[i] = (struct head){ .opinion = OPINION_MORE };
        if (side->n > 0) {
            heads[i] = parse(side->bytes, side->n, side->size);
        }
        if (heads[i].opinion == OPINION_NO) {
            return OPINION_NO;
        }
        if (heads[i].is_initial && side->size >= INITIAL_SIZE_MIN) {
            return OPINION_VERIFIED;
        }
    }
    return have_same_id(&heads[0], &heads[1]) ? OPINION_VERIFIED : OPINION_MORE;
}

static bool
gather(const struct pdu *pdu, struct reassembly *hello, struct findings *findings)
{
    const struct head head = parse(pdu->bytes, pdu->n, pdu->size);
    const bool is_long = (pdu->bytes[0] & LONG_HEADER) == LONG_HEADER;
    uint8_t plain[PLAIN_MAX];
    struct tls_hello parsed = { .is_whole = false };

    if (!find_wants(findings, OBSERVATION_NAME) &&
        !find_wants(findings, OBSERVATION_FINGERPRINT)) {
        return false;
    }
    if (pdu->from != FLOW_INITIATOR) {
        return true;
    }
    if (head.is_initial && pdu->n == pdu->size) {
        gather_pieces(plain, open_packet(pdu, &head, plain), hello);
    }
    if (is_long && !is_whole(hello)) {
        return true;
    }
    if (tls_hello_parse(hello->bytes, reassembly_n(hello), &parsed) != OPINION_NO) {
        tls_hello_find(&parsed, 'q', findings);
    }
    return false;
}

const struct recogniser recogniser_quic = {
    .service = SERVICE_QUIC,
    .on_udp = true,
    .judge = judge,
    .gather = gather,
};

static struct head
parse(const uint8_t *bytes, size_t n, size_t size)
{
    struct head head = { .opinion = OPINION_NO };
    struct reader r = reader_init(bytes, n);
    const uint8_t first = reader_u8(&r);
    unsigned type;
    uint64_t length;

    head.version = reader_be32(&r);
    if ((first & LONG_HEADER) != LONG_HEADER || !is_known(head.version)) {
        return head;
    }
    for (unsigned i = 0; i < 2; i++) {
        head.id_sizes[i] = reader_u8(&r);
        head.ids[i] = reader_take(&r, head.id_sizes[i]);
        if (head.ids[i] == NULL || head.id_sizes[i] > ID_MAX) {
            return head;
        }
    }
    type = first >> TYPE_SHIFT & TYPE_MASK;
    if (head.version == QUIC_VERSION_2) { /* Numbered one up: RFC 9369 section 3.2. */
        type = (type - 1) & TYPE_MASK;
    }
    if (type == TYPE_MASK) { /* Retry has no length. */
        head.opinion = OPINION_MORE;
        return head;
    }
    head.is_initial = type == 0;
    if (head.is_initial) {
        (void) reader_take(&r, (size_t) read_integer(&r));
    }
    length = read_integer(&r);
    if (r.failed || length > size - (size_t) (r.at - bytes) || length <= QUIC_TAG_SIZE) {
        head.is_initial = false;
        return head;
    }
    head.opinion = OPINION_MORE;
    head.number_at = (size_t) (r.at - bytes);
    head.size = (size_t) length;
    return head;
}

static bool
is_known(uint32_t version)
{
    return version == QUIC_VERSION_1 || version == QUIC_VERSION_2 ||
           (version >> 8 == 0xff0000 && (version & 255) >= 22 && (version & 255) <= 34);
}

/* Section 16. */
static uint64_t
read_integer(struct reader *r)
{
    const uint8_t first = reader_u8(r);
    uint64_t value = first & 0x3f;

    for (unsigned i = (1U << (first >> 6)) - 1; i > 0; i--) {
        value = value << 8 | reader_u8(r);
    }
    return value;
}

/* The server answers to the id that the client gave itself. */
static bool
have_same_id(const struct head *client, const struct head *server)
{
    return client->ids[1] != NULL && server->ids[0] != NULL && client->id_sizes[1] >= 4 &&
           client->id_sizes[1] == server->id_sizes[0] &&
           memcmp(client->ids[1], server->ids[0], client->id_sizes[1]) == 0;
}

/* Returns the size of what is in it; 0 if it cannot be opened. */
static size_t
open_packet(const struct pdu *pdu, const struct head *head, uint8_t plain[static PLAIN_MAX])
{
    uint8_t mask[QUIC_MASK_SIZE], header[PLAIN_MAX];
    struct quic_keys keys;
    uint32_t number = 0;
    size_t number_size, header_size;

    if (head->number_at + head->size > PLAIN_MAX ||
        head->size < NUMBER_MAX + QUIC_SAMPLE_SIZE ||
        !quic_keys_derive(head->version, head->ids[0], head->id_sizes[0], &keys)) {
        return 0;
    }
    quic_header_mask(&keys, pdu->bytes + head->number_at + NUMBER_MAX, mask);
    memcpy(header, pdu->bytes, head->number_at + NUMBER_MAX);
    header[0] ^= mask[0] & 0x0f;
    number_size = (size_t) (header[0] & 3) + 1;
    for (size_t i = 0; i < number_size; i++) {
        header[head->number_at + i] ^= mask[1 + i];
        number = number << 8 | header[head->number_at + i];
    }
    header_size = head->number_at + number_size;
    return quic_open(&keys, number, header, header_size, pdu->bytes + header_size,
                     head->size - number_size, plain)
               ? head->size - number_size - QUIC_TAG_SIZE
               : 0;
}

static void
gather_pieces(const uint8_t *frames, size_t n, struct reassembly *hello)
{
    struct reader r = reader_init(frames, n);

    while (r.left > 0 && !r.failed) {
        const uint8_t type = reader_u8(&r);

        if (type == FRAME_CRYPTO) {
            const uint64_t at = read_integer(&r);
            const size_t size = (size_t) read_integer(&r);
            const uint8_t *piece = reader_take(&r, size);

            if (piece != NULL) {
                reassembly_add(hello, at, piece, size);
            }
        } else if (type == FRAME_ACK || type == FRAME_ACK + 1) {
            pass_acknowledgement(&r, type);
        } else if (type == FRAME_PADDING) {
            pass_padding(&r);
        } else if (type != FRAME_PING) {
            break;
        }
    }
}

/* Of a hello that is longer than there is room for, what there is room for will do. */
static bool
is_whole(const struct reassembly *hello)
{
    const size_t n = reassembly_n(hello);
    const uint8_t *head = hello->bytes;

    return n == REASSEMBLY_MAX ||
           (n >= TLS_HANDSHAKE_HEAD_SIZE &&
            n - TLS_HANDSHAKE_HEAD_SIZE >=
                ((size_t) head[1] << 16 | (size_t) head[2] << 8 | head[3]));
}

/* Most of a client's first packet (section 14.1). */
static void
pass_padding(struct reader *r)
{
    static const uint8_t padding[64]; /* Frames of type 0, and nothing more. */
    size_t n = 0;

    while (r->left - n >= sizeof padding &&
           memcmp(&r->at[n], padding, sizeof padding) == 0) {
        n += sizeof padding;
    }
    while (n < r->left && r->at[n] == FRAME_PADDING) {
        n++;
    }
    (void) reader_take(r, n);
}

/* Section 19.3. */
static void
pass_acknowledgement(struct reader *r, unsigned type)
{
    uint64_t n_ranges;

    (void) read_integer(r);
    (void) read_integer(r);
    n_ranges = read_integer(r);
    for (uint64_t i = 0; i <= n_ranges && !r->failed; i++) {
        (void) read_integer(r);
        if (i > 0) {
            (void) read_integer(r);
        }
    }
    for (unsigned i = 0; type == FRAME_ACK + 1 && i < 3; i++) {
        (void) read_integer(r);
    }
}

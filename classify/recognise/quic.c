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
 * derive; of a hello in several packets the name is read if it lies in the first. */

enum {
    LONG_HEADER = 0xc0, /* With the bit that is fixed. */
    TYPE_SHIFT = 4,
    TYPE_MASK = 3,
    ID_MAX = 20,
    INITIAL_SIZE_MIN = 1200,
    NUMBER_MAX = 4, /* Bytes of a packet's number. */
    PLAIN_MAX = 1500,
    HELLO_MAX = 2048,

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
static size_t gather_hello(const uint8_t *frames, size_t n,
                           uint8_t hello[static HELLO_MAX]);
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

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct head head = parse(pdu->bytes, pdu->n, pdu->size);
    uint8_t plain[PLAIN_MAX], hello[HELLO_MAX];
    struct tls_hello parsed = { .is_whole = false };
    size_t n;

    if (pdu->from != FLOW_INITIATOR || !head.is_initial || pdu->n < pdu->size ||
        !(find_wants(findings, OBSERVATION_NAME) ||
          find_wants(findings, OBSERVATION_FINGERPRINT))) {
        return;
    }
    n = open_packet(pdu, &head, plain);
    n = gather_hello(plain, n, hello);
    if (n > 0 && tls_hello_parse(hello, n, &parsed) != OPINION_NO) {
        tls_hello_find(&parsed, 'q', findings);
    }
}

const struct recogniser recogniser_quic = {
    .service = SERVICE_QUIC,
    .on_udp = true,
    .judge = judge,
    .read = read,
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
        !quic_keys_derive(head->version, head->ids[0], head->id_sizes[0], &keys) ||
        !quic_header_mask(&keys, pdu->bytes + head->number_at + NUMBER_MAX, mask)) {
        return 0;
    }
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

/* Clients cut their hello up and shuffle the pieces: returns how much of its beginning
 * there is. */
static size_t
gather_hello(const uint8_t *frames, size_t n, uint8_t hello[static HELLO_MAX])
{
    struct piece {
        size_t at, size;
        const uint8_t *data;
    } pieces[32];
    unsigned n_pieces = 0;
    struct reader r = reader_init(frames, n);
    size_t end = 0;

    while (r.left > 0 && !r.failed && n_pieces < sizeof pieces / sizeof pieces[0]) {
        const uint8_t type = reader_u8(&r);

        if (type == FRAME_CRYPTO) {
            struct piece *piece = &pieces[n_pieces];

            piece->at = (size_t) read_integer(&r);
            piece->size = (size_t) read_integer(&r);
            piece->data = reader_take(&r, piece->size);
            n_pieces += piece->data != NULL;
        } else if (type == FRAME_ACK || type == FRAME_ACK + 1) {
            pass_acknowledgement(&r, type);
        } else if (type == FRAME_PADDING) {
            pass_padding(&r);
        } else if (type != FRAME_PING) {
            break;
        }
    }
    for (unsigned i = 0; i < n_pieces; i++) { /* Each round may find the next one. */
        for (unsigned j = 0; j < n_pieces; j++) {
            if (pieces[j].at == end && pieces[j].size <= HELLO_MAX - end) {
                memcpy(hello + end, pieces[j].data, pieces[j].size);
                end += pieces[j].size;
            }
        }
    }
    return end;
}

/* Most of a client's first packet (section 14.1). */
static void
pass_padding(struct reader *r)
{
    size_t n = 0;

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

#include "classify/recognise/dns_message.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* DNS: RFC 1035; over TCP a length goes before each message (section 4.2.2); multicast DNS,
 * RFC 6762.  A header of twelve bytes counts the questions and the records of three
 * sections that follow, up to the end of the message.
 *
 * Verified is a message whose questions and records, with names that are well formed and
 * classes that exist, end where it does. */

enum {
    RESPONSE = 0x8000,
    OPCODE_SHIFT = 11,
    OPCODE_MASK = 15,
    ZERO = 0x0040, /* Always. */
    FLAGS_AT = 2,
    COUNTS_AT = 4,
    QUESTIONS_MAX = 16, /* Multicast; elsewhere there is one. */
    RECORDS_MAX = 256,
    LENGTH_SIZE = 2, /* TCP. */
    CLASS_MAX = 4,
    CLASS_NONE = 254,
    CLASS_ANY = 255,
    CLASS_FLAG = 0x8000, /* Multicast: answer to me alone, or: forget others. */
    TYPE_OPT = 41,
    TYPE_NETBIOS = 32,
    TYPE_NETBIOS_STATUS = 33, /* SRV as well. */
    NETBIOS_NAME_SIZE = 32,
    OPCODES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5, /* Query to update. */
};

/* What the header says. */
struct header {
    unsigned flags;
    unsigned counts[4]; /* Questions, answers, authorities, additional records. */
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static enum opinion judge_stream(const uint8_t *bytes, size_t n);
static enum opinion judge_message(const uint8_t *bytes, size_t n, size_t size);
static bool read_header(struct reader *r, struct header *ret);
static bool may_be(const struct header *header);
static enum opinion read_question(struct reader *r, const uint8_t *message, size_t n,
                                  struct dns_name *ret);
static enum opinion read_record(struct reader *r, const uint8_t *message, size_t n);
static bool is_class(unsigned class);
static bool is_netbios(const struct dns_name *name);
static void find_names(const uint8_t *bytes, size_t n, struct findings *findings);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    if (pdu->protocol != IP_PROTOCOL_TCP) {
        find_names(pdu->bytes, pdu->n, findings);
    } else if (pdu->n > LENGTH_SIZE) {
        find_names(pdu->bytes + LENGTH_SIZE, pdu->n - LENGTH_SIZE, findings);
    }
}

static size_t
measure(const uint8_t *bytes, size_t n)
{
    if (n < LENGTH_SIZE) {
        return PDU_MORE;
    }
    return octets_be16(bytes) < DNS_HEADER_SIZE ? PDU_NONE
                                                : LENGTH_SIZE + (size_t) octets_be16(bytes);
}

const struct recogniser recogniser_dns = {
    .service = SERVICE_DNS,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
    .reads_datagrams = true,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    return protocol == IP_PROTOCOL_TCP ? judge_stream(side->bytes, side->n)
                                       : judge_message(side->bytes, side->n, side->size);
}

static enum opinion
judge_stream(const uint8_t *bytes, size_t n)
{
    const size_t size = n < LENGTH_SIZE ? SIZE_MAX : octets_be16(bytes);
    size_t there = n < LENGTH_SIZE ? 0 : n - LENGTH_SIZE;

    if (size < DNS_HEADER_SIZE) {
        return OPINION_NO;
    }
    there = there < size ? there : size;
    return there < DNS_HEADER_SIZE ? OPINION_MORE
                                   : judge_message(bytes + LENGTH_SIZE, there, size);
}

/* Of a message that is cut a question that is right and a part of what follows are not
 * enough. */
static enum opinion
judge_message(const uint8_t *bytes, size_t n, size_t size)
{
    struct reader r = reader_init(bytes, n);
    struct header header;
    unsigned n_records;
    struct dns_name name;

    if (!read_header(&r, &header) || !may_be(&header)) {
        return OPINION_NO;
    }
    for (unsigned i = 0; i < header.counts[0]; i++) {
        const enum opinion opinion = read_question(&r, bytes, n, &name);

        if (opinion != OPINION_VERIFIED) {
            return opinion == OPINION_MORE && n < size ? OPINION_MORE : OPINION_NO;
        }
    }
    n_records = header.counts[1] + header.counts[2] + header.counts[3];
    for (unsigned i = 0; i < n_records; i++) {
        const enum opinion opinion = read_record(&r, bytes, n);

        if (opinion != OPINION_VERIFIED) {
            return opinion == OPINION_MORE && n < size ? OPINION_CONSISTENT : OPINION_NO;
        }
    }
    return r.left == 0 && n == size ? OPINION_VERIFIED : OPINION_NO;
}

static bool
read_header(struct reader *r, struct header *ret)
{
    (void) reader_be16(r);
    ret->flags = reader_be16(r);
    for (unsigned i = 0; i < 4; i++) {
        ret->counts[i] = reader_be16(r);
    }
    return !r->failed;
}

static bool
may_be(const struct header *header)
{
    const unsigned opcode = header->flags >> OPCODE_SHIFT & OPCODE_MASK;
    const unsigned n_records = header->counts[1] + header->counts[2] + header->counts[3];

    return (header->flags & ZERO) == 0 && (OPCODES >> opcode & 1) != 0 &&
           header->counts[0] <= QUESTIONS_MAX && n_records <= RECORDS_MAX &&
           header->counts[0] + n_records > 0 &&
           (header->counts[0] > 0 || (header->flags & RESPONSE) != 0);
}

static enum opinion
read_question(struct reader *r, const uint8_t *message, size_t n, struct dns_name *ret)
{
    unsigned type, class;

    if (!dns_name_read(r, message, n, ret)) {
        return r->failed ? OPINION_MORE : OPINION_NO;
    }
    type = reader_be16(r);
    class = reader_be16(r);
    if (r->failed) {
        return OPINION_MORE;
    }
    return is_class(class) && type != 0 &&
                   !((type == TYPE_NETBIOS || type == TYPE_NETBIOS_STATUS) &&
                     is_netbios(ret))
               ? OPINION_VERIFIED
               : OPINION_NO;
}

static enum opinion
read_record(struct reader *r, const uint8_t *message, size_t n)
{
    struct dns_name name;
    unsigned type, class;

    if (!dns_name_read(r, message, n, &name)) {
        return r->failed ? OPINION_MORE : OPINION_NO;
    }
    type = reader_be16(r);
    class = reader_be16(r);
    (void) reader_be32(r);
    (void) reader_take(r, reader_be16(r));
    if (r->failed) {
        return OPINION_MORE;
    }
    if (is_netbios(&name)) {
        return OPINION_NO;
    }
    return type == TYPE_OPT || is_class(class) ? OPINION_VERIFIED : OPINION_NO;
}

static bool
is_class(unsigned class)
{
    class &= CLASS_FLAG - 1;
    return (class >= 1 && class <= CLASS_MAX) || class == CLASS_NONE || class == CLASS_ANY;
}

/* NetBIOS names, 16 bytes by halves as letters from A to P: RFC 1001 section 14.1. */
static bool
is_netbios(const struct dns_name *name)
{
    if (name->n < NETBIOS_NAME_SIZE ||
        (name->n > NETBIOS_NAME_SIZE && name->text[NETBIOS_NAME_SIZE] != '.')) {
        return false;
    }
    for (size_t i = 0; i < NETBIOS_NAME_SIZE; i++) {
        if (name->text[i] < 'A' || name->text[i] > 'P') {
            return false;
        }
    }
    return true;
}

/* Of a query, whoever sends it: multicast names both ends alike. */
static void
find_names(const uint8_t *bytes, size_t n, struct findings *findings)
{
    struct reader r = reader_init(bytes, n);
    struct header header;
    struct dns_name name;

    if (!read_header(&r, &header) || (header.flags & RESPONSE) != 0 || !may_be(&header)) {
        return;
    }
    for (unsigned i = 0; i < header.counts[0]; i++) {
        if (read_question(&r, bytes, n, &name) != OPINION_VERIFIED) {
            return;
        }
        find_name(findings, (const uint8_t *) name.text, name.n);
    }
}

#include "classify/recognise/iso_transport.h"

#include "base/reader.h"
#include "classify/recognise/octets.h"

enum {
    VERSION = 3,
    LENGTH_AT = 2,
    INDICATOR_AT = 4, /* Length of the rest of the TPDU's header. */
    CODE_AT = 5,
    PACKET_MIN = 7,

    CONNECT_REQUEST = 0xe0,
    CONNECT_CONFIRM = 0xd0,
    DISCONNECT_REQUEST = 0x80,
    ERROR = 0x70,
    CONNECT_PARAMETERS_AT = 11,

    DATA = 0xf0,
    DATA_INDICATOR = 2,
    END_AT = 6,
    END = 0x80,
    DATA_AT = 7,
};

static bool is_possible(const uint8_t *packet, size_t n, size_t size);
static bool is_connect(const uint8_t *packet, size_t n, size_t size);

size_t
iso_transport_measure(const uint8_t *bytes, size_t n)
{
    size_t size;

    if (bytes[0] != VERSION || (n > 1 && bytes[1] != 0)) {
        return PDU_NONE;
    }
    if (n < INDICATOR_AT) {
        return PDU_MORE;
    }
    size = octets_be16(bytes + LENGTH_AT);
    return size < PACKET_MIN ? PDU_NONE : size;
}

bool
iso_transport_data(const uint8_t *packet, size_t n, size_t size, struct iso_data *ret)
{
    if (n < DATA_AT || packet[INDICATOR_AT] != DATA_INDICATOR || packet[CODE_AT] != DATA) {
        return false;
    }
    *ret = (struct iso_data){ packet + DATA_AT, (n < size ? n : size) - DATA_AT,
                              size - DATA_AT, (packet[END_AT] & END) != 0 };
    return true;
}

enum opinion
iso_transport_judge(const struct side *side,
                    enum opinion (*judge_data)(const struct iso_data *data))
{
    enum opinion best = OPINION_MORE;
    bool continues = false;

    for (size_t at = 0, size; at < side->n; at += size) {
        const uint8_t *packet = side->bytes + at;
        const size_t left = side->n - at;
        enum opinion opinion = OPINION_MORE;
        struct iso_data data;

        size = iso_transport_measure(packet, left);
        if (size == PDU_NONE) {
            return OPINION_NO;
        }
        if (size == PDU_MORE) {
            break;
        }
        if (!is_possible(packet, left < size ? left : size, size)) {
            return OPINION_NO;
        }
        if (iso_transport_data(packet, left, size, &data)) {
            if (!continues && data.n > 0) {
                opinion = judge_data(&data);
            }
            continues = !data.is_last && (continues || data.size > 0);
        }
        if (opinion == OPINION_NO) {
            return OPINION_NO;
        }
        best = opinion > best ? opinion : best;
        if (size > left) {
            break;
        }
    }
    return best;
}

/* Whether what is there of a packet is, or begins, a TPDU of class 0. */
static bool
is_possible(const uint8_t *packet, size_t n, size_t size)
{
    if (n <= CODE_AT) {
        return true;
    }
    switch (packet[CODE_AT]) {
    case CONNECT_REQUEST:
    case CONNECT_CONFIRM:
        return is_connect(packet, n, size);
    case DISCONNECT_REQUEST:
    case ERROR:
        return true;
    case DATA:
        return packet[INDICATOR_AT] == DATA_INDICATOR &&
               (n <= END_AT || (packet[END_AT] & ~END) == 0);
    default:
        return false;
    }
}

/* Its parameters, each a code, a length and a value, fill it. */
static bool
is_connect(const uint8_t *packet, size_t n, size_t size)
{
    struct reader r;

    if (size < CONNECT_PARAMETERS_AT ||
        size != (size_t) packet[INDICATOR_AT] + INDICATOR_AT + 1) {
        return false;
    }
    if (n < size) {
        return true;
    }
    r = reader_init(packet + CONNECT_PARAMETERS_AT, size - CONNECT_PARAMETERS_AT);
    while (r.left > 0 && !r.failed) {
        (void) reader_u8(&r);
        (void) reader_take(&r, reader_u8(&r));
    }
    return !r.failed;
}

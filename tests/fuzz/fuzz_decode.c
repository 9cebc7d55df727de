/* A sequence of frames shown to one decoder: each is a length of two bytes, a link type, a
 * number of bytes that were not captured, and a number of seconds, then its bytes. */
#include "base/reader.h"
#include "capture/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct decode_config config = { .tunnel_depth_max = 4,
                                          .fragment_packets_max = 4,
                                          .fragment_bytes_max = 1 << 15,
                                          .fragment_timeout_ns = 30000000000 };
    struct decoder *decoder = decoder_new(&config, hash_seed_fixed());
    struct reader r = reader_init(data, size);
    struct counters counters = { 0 };
    uint64_t time_ns = 0, n = 0;

    while (r.left > 0) {
        const uint16_t length = reader_be16(&r);
        const uint16_t link_type = reader_be16(&r);
        const uint8_t uncaptured = reader_u8(&r);
        const uint64_t seconds = reader_u8(&r);
        const uint32_t caplen = (uint32_t) (length < r.left ? length : r.left);
        const uint8_t *bytes = reader_take(&r, caplen);
        struct packet packet;

        if (bytes == NULL) {
            break;
        }
        time_ns += seconds * 1000000000;
        n++;
        if (decoder_decode(decoder,
                           &(struct frame){ .bytes = bytes,
                                            .time_ns = time_ns,
                                            .caplen = caplen,
                                            .len = caplen + uncaptured,
                                            .link_type = link_type },
                           &packet, &counters) == DECODE_OK) {
            /* All of the payload must be there to be read. */
            for (uint32_t i = 0; i < packet.payload_size; i++) {
                n += packet.payload[i] == 0 ? 0 : UINT64_C(1) << 32;
            }
            if (packet.payload_size > packet.payload_len ||
                packet.n_vlans > PACKET_VLANS_MAX || packet.tunnel >= N_TUNNELS ||
                packet.n_tunnels > config.tunnel_depth_max ||
                (!packet.has_transport &&
                 (packet.inner.source_port | packet.inner.destination_port) != 0)) {
                __builtin_trap();
            }
        }
    }
    decoder_flush(decoder, &counters);
    if (counters.n[COUNTER_CAPTURE_DECODED] + counters.n[COUNTER_CAPTURE_FRAGMENTS_KEPT] +
            counters.n[COUNTER_CAPTURE_NOT_IP] + counters.n[COUNTER_CAPTURE_BAD] +
            counters.n[COUNTER_CAPTURE_LINK_TYPE_UNKNOWN] !=
        (n & UINT32_MAX)) {
        __builtin_trap(); /* A frame vanished. */
    }
    decoder_free(decoder);
    return 0;
}

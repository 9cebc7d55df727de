#include "capture/decode.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "capture/layer.h"

/* Headers followed in one frame.  With every VLAN tag, shim and tunnel that has a use, real
 * frames have fewer than twenty. */
enum { LAYERS_MAX = 64 };

struct decoder {
    struct fragment_table *fragments;
    uint32_t tunnel_depth_max;
};

static enum layer (*const layer_functions[N_LAYERS])(struct decoding *) = {
#define X(name, function) [LAYER_##name] = function,
    LAYER_TABLE(X)
#undef X
};

static void packet_begin(struct packet *packet, const struct frame *frame,
                         struct counters *counters);
static enum layer run(struct decoding *d, enum layer layer);
static enum decode_status finish(struct decoding *d, enum layer end);

struct decoder *
decoder_new(const struct decode_config *config, struct hash_seed seed)
{
    struct decoder *decoder = memory_zeroed(1, sizeof *decoder);

    decoder->tunnel_depth_max = config->tunnel_depth_max;
    decoder->fragments =
        fragment_table_new(config->fragment_packets_max, config->fragment_bytes_max,
                           config->fragment_timeout_ns, seed);
    return decoder;
}

void
decoder_free(struct decoder *decoder)
{
    if (decoder == NULL) {
        return;
    }
    fragment_table_free(decoder->fragments);
    free(decoder);
}

enum decode_status
decoder_decode(struct decoder *decoder, const struct frame *frame, struct packet *packet,
               struct counters *counters)
{
    struct decoding d = {
        .r = reader_init(frame->bytes, frame->caplen),
        .uncaptured = frame->len > frame->caplen ? frame->len - frame->caplen : 0,
        .packet = packet,
        .counters = counters,
        .fragments = decoder->fragments,
        .tunnel_depth_max = decoder->tunnel_depth_max,
    };

    packet_begin(packet, frame, counters);
    return finish(&d, run(&d, layer_of_link_type(frame->link_type)));
}

uint32_t
decoder_n_fragmented(const struct decoder *decoder)
{
    return fragment_table_n(decoder->fragments);
}

void
decoder_flush(struct decoder *decoder, struct counters *counters)
{
    fragment_table_flush(decoder->fragments, counters);
}

void
decoding_set_ip(struct decoding *d, struct ip_address source, struct ip_address destination,
                uint8_t protocol, uint8_t ttl)
{
    struct packet *packet = d->packet;

    if (d->n_tunnels > 0) {
        if (packet->n_tunnels == 0) {
            packet->outer = packet->inner;
        }
        packet->n_tunnels = (uint8_t) d->n_tunnels;
        packet->tunnel = d->tunnel;
        packet->has_transport = false;
        packet->tcp_flags = 0;
    }
    packet->inner.source = source;
    packet->inner.destination = destination;
    packet->inner.source_port = 0;
    packet->inner.destination_port = 0;
    packet->inner.protocol = protocol;
    packet->ttl = ttl;
    packet->payload = d->r.at;
    packet->payload_size = 0;
    packet->payload_len = 0;
    d->has_ip = true;
}

enum fragment_status
decoding_fragment(struct decoding *d, struct fragment *fragment, uint8_t *protocol)
{
    struct packet *packet = d->packet;
    struct fragment_whole whole;
    enum fragment_status status = FRAGMENT_REFUSED;

    counter_inc(d->counters, COUNTER_CAPTURE_FRAGMENTS);
    fragment->key.source = packet->inner.source;
    fragment->key.destination = packet->inner.destination;
    fragment->key.depth = packet->n_tunnels;
    fragment->key.vlans = packet->n_vlans == 0 ? 0
                          : packet->n_vlans == 1
                              ? packet->vlan[0]
                              : (uint32_t) packet->vlan[1] << 16 | packet->vlan[0];
    fragment->time_ns = packet->time_ns;
    fragment->wire_bytes = packet->wire_bytes;
    fragment->bytes = d->r.at;
    fragment->size = (uint32_t) d->r.left;
    if (d->uncaptured > 0) {
        counter_inc(d->counters, COUNTER_CAPTURE_FRAGMENTS_CUT);
    } else {
        status = fragment_table_add(d->fragments, fragment, d->counters, &whole);
    }
    if (status == FRAGMENT_REFUSED) {
        packet->is_fragment = true;
    } else if (status == FRAGMENT_COMPLETE) {
        d->r = reader_init(whole.bytes, whole.size);
        packet->wire_bytes = whole.wire_bytes;
        packet->is_reassembled = true;
        *protocol = whole.protocol;
    }
    return status;
}

void
decoding_add_vlan(struct decoding *d, uint16_t id)
{
    if (id != 0 && d->packet->n_vlans < PACKET_VLANS_MAX) {
        d->packet->vlan[d->packet->n_vlans++] = id;
    }
}

/* Sets what a frame always has; the rest is set by the layers or means nothing. */
static void
packet_begin(struct packet *packet, const struct frame *frame, struct counters *counters)
{
    packet->time_ns = frame->time_ns;
    packet->wire_bytes = frame->len;
    packet->interface = frame->interface;
    packet->n_vlans = 0;
    packet->n_tunnels = 0;
    packet->tunnel = TUNNEL_NONE;
    packet->tcp_flags = 0;
    packet->has_transport = false;
    packet->is_fragment = false;
    packet->is_reassembled = false;
    packet->is_cut = frame->caplen < frame->len;
    if (packet->is_cut) {
        counter_inc(counters, COUNTER_CAPTURE_CUT);
    }
}

/* Follows the layers to an end. */
static enum layer
run(struct decoding *d, enum layer layer)
{
    for (unsigned n = 0; layer >= (enum layer) N_LAYER_ENDS; n++) {
        if (n == LAYERS_MAX) {
            counter_inc(d->counters, COUNTER_CAPTURE_LINK_TOO_DEEP);
            return LAYER_BAD;
        }
        assert(layer < N_LAYERS);
        layer = layer_functions[layer](d);
    }
    return layer;
}

/* Says what became of the frame, and counts it. */
static enum decode_status
finish(struct decoding *d, enum layer end)
{
    struct packet *packet = d->packet;

    if (!d->has_ip) {
        counter_inc(d->counters, end == LAYER_NOT_IP    ? COUNTER_CAPTURE_NOT_IP
                                 : end == LAYER_UNKNOWN ? COUNTER_CAPTURE_LINK_TYPE_UNKNOWN
                                                        : COUNTER_CAPTURE_BAD);
        return end == LAYER_BAD ? DECODE_BAD : DECODE_NOT_IP;
    }
    if (packet->n_tunnels > 0) {
        counter_inc(d->counters, COUNTER_CAPTURE_TUNNELLED);
    }
    if (end == LAYER_KEPT) {
        counter_inc(d->counters, COUNTER_CAPTURE_FRAGMENTS_KEPT);
        return DECODE_FRAGMENT;
    }
    if (end == LAYER_BAD && d->n_tunnels > packet->n_tunnels) {
        counter_inc(d->counters, COUNTER_CAPTURE_TUNNEL_BAD);
    }
    if (end == LAYER_NOT_IP && d->n_tunnels > packet->n_tunnels) {
        counter_inc(d->counters, COUNTER_CAPTURE_TUNNEL_NOT_IP);
    }
    counter_inc(d->counters, COUNTER_CAPTURE_DECODED);
    return DECODE_OK;
}

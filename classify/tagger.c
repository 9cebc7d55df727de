#include "classify/tagger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "classify/critical_order.h"
#include "classify/flow_key.h"

/* Frames whose look-ups are under way at the same time.  Their packets fit in the first
 * level of the processor's cache. */
enum { WINDOW = 32 };

struct tagger {
    struct decoder *decoder;
    const struct sector_map *sectors;
    struct hash_seed seed;
    bool use_vlan;
    struct critical_order order;
};

static void take_window(struct tagger *t, const struct frame *frames, size_t n,
                        struct critical_batch *batch, struct counters *counters);
static bool tag(const struct tagger *t, struct critical_packet *critical);
static void complete(struct tagger *t, struct critical_packet *critical,
                     struct counters *counters);
static void keep_payload(struct packet *packet, struct critical_batch *batch,
                         struct counters *counters);

struct tagger *
tagger_new(const struct tagger_config *config)
{
    struct tagger *t = memory_zeroed(1, sizeof *t);

    t->decoder = decoder_new(&config->decode, config->seed);
    t->sectors = config->sectors;
    t->seed = config->seed;
    t->use_vlan = config->flow->use_vlan;
    t->order = critical_order_init(config->is_one_of_several ? NULL : config->flow);
    return t;
}

void
tagger_free(struct tagger *t)
{
    if (t == NULL) {
        return;
    }
    decoder_free(t->decoder);
    free(t);
}

void
tagger_take(struct tagger *t, const struct frame *frames, size_t n,
            struct critical_batch *batch, struct counters *counters)
{
    assert(n <= CRITICAL_BATCH_MAX);
    critical_batch_clear(batch);
    critical_batch_prefetch_to_write(batch, 0, WINDOW);
    for (size_t i = 0; i < n; i += WINDOW) {
        take_window(t, &frames[i], n - i < WINDOW ? n - i : WINDOW, batch, counters);
    }
}

void
tagger_tick(struct tagger *t, uint64_t now_ns, struct critical_batch *batch,
            struct counters *counters)
{
    critical_batch_clear(batch);
    critical_order_tick(&t->order, now_ns, batch, counters);
}

void
tagger_renew(struct tagger *t, const struct sector_map *sectors)
{
    t->sectors = sectors;
}

uint32_t
tagger_n_fragmented(const struct tagger *tagger)
{
    return decoder_n_fragmented(tagger->decoder);
}

uint64_t
tagger_end(struct tagger *t, struct counters *counters)
{
    decoder_flush(t->decoder, counters);
    return t->order.next;
}

/* Decodes the frames into the places that their packets will have if all are critical, and
 * asks for what their look-ups need; then looks up, and closes the gaps. */
static void
take_window(struct tagger *t, const struct frame *frames, size_t n,
            struct critical_batch *batch, struct counters *counters)
{
    struct critical_packet *packets = &batch->packets[batch->n];
    bool is_packet[WINDOW];

    critical_batch_prefetch_to_write(batch, batch->n + WINDOW, WINDOW);
    for (size_t i = 0; i < n; i++) {
        struct packet *packet = &packets[i].packet;

        is_packet[i] =
            decoder_decode(t->decoder, &frames[i], packet, counters) == DECODE_OK;
        if (is_packet[i]) {
            sector_map_prefetch(t->sectors, packet->inner.source);
            sector_map_prefetch(t->sectors, packet->inner.destination);
            if (packet->is_reassembled) {
                keep_payload(packet, batch, counters);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        critical_order_tick(&t->order, frames[i].time_ns, batch, counters);
        if (!is_packet[i]) {
            continue;
        }
        if (!tag(t, &packets[i])) {
            counter_inc(counters, COUNTER_CLASSIFY_OTHER_PACKETS);
            continue;
        }
        counter_inc(counters, COUNTER_CLASSIFY_CRITICAL_PACKETS);
        complete(t, &packets[i], counters);
        if (&packets[i] != &batch->packets[batch->n]) {
            critical_packet_copy(&batch->packets[batch->n], &packets[i]);
        }
        critical_batch_add(batch);
    }
}

/* Finds the critical ranges of both ends.  Where only the tunnel's own ends lie in one, the
 * packet is judged as that of the tunnel.  Returns false if no end lies in any. */
static bool
tag(const struct tagger *t, struct critical_packet *critical)
{
    struct packet *packet = &critical->packet;
    range_id source = sector_map_lookup(t->sectors, packet->inner.source);
    range_id destination = sector_map_lookup(t->sectors, packet->inner.destination);

    if ((source | destination) == 0 && packet->n_tunnels > 0) {
        source = sector_map_lookup(t->sectors, packet->outer.source);
        destination = sector_map_lookup(t->sectors, packet->outer.destination);
        if ((source | destination) != 0) {
            packet_take_outer(packet);
        }
    }
    critical->source_range = source;
    critical->destination_range = destination;
    return (source | destination) != 0;
}

/* Sets what is left of a critical packet. */
static void
complete(struct tagger *t, struct critical_packet *critical, struct counters *counters)
{
    const struct flow_key key = flow_key_of(&critical->packet, t->use_vlan);

    critical->hash = flow_key_hash(&key, t->seed);
    if (t->order.has_clock) {
        critical_order_packet(&t->order, critical, counters);
    }
}

/* The decoder lends a payload that it has put together until it decodes the next frame. */
static void
keep_payload(struct packet *packet, struct critical_batch *batch, struct counters *counters)
{
    uint8_t *copy = &batch->reassembled[batch->reassembled_size];

    if (packet->payload_size > REASSEMBLED_MAX - batch->reassembled_size) {
        counter_inc(counters, COUNTER_CLASSIFY_REASSEMBLED_LOST);
        packet->payload_size = 0;
        return;
    }
    memcpy(copy, packet->payload, packet->payload_size);
    packet->payload = copy;
    batch->reassembled_size += packet->payload_size;
}

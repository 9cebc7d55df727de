#include "classify/critical_merge.h"

#include <assert.h>
#include <string.h>

static bool is_tick(const struct critical_batch *from, const struct critical_position *at);
static void move_packet(const struct critical_packet *packet, struct critical_order *order,
                        struct critical_batch *to, struct frame_batch *payloads,
                        struct counters *counters);

bool
critical_merge_peek(const struct critical_batch *from, const struct critical_position *at,
                    uint64_t *ret)
{
    if (is_tick(from, at)) {
        *ret = from->ticks[at->tick].now_ns;
    } else if (at->packet < from->n) {
        *ret = from->packets[at->packet].packet.time_ns;
    } else {
        return false;
    }
    return true;
}

bool
critical_merge_move(const struct critical_batch *from, struct critical_position *at,
                    uint64_t until_ns, struct critical_order *order,
                    struct critical_batch *to, struct frame_batch *payloads,
                    struct counters *counters)
{
    uint64_t time_ns;

    while (critical_merge_peek(from, at, &time_ns) && time_ns <= until_ns) {
        if (is_tick(from, at)) {
            if (to->n_ticks == CRITICAL_BATCH_MAX) {
                return false;
            }
            critical_order_tick(order, time_ns, to, counters);
            at->tick++;
        } else {
            const struct critical_packet *packet = &from->packets[at->packet];

            if (to->n == CRITICAL_BATCH_MAX ||
                packet->packet.payload_size > FRAME_BATCH_MEMORY - payloads->used) {
                return false;
            }
            move_packet(packet, order, to, payloads, counters);
            at->packet++;
        }
    }
    return true;
}

/* A tick comes before the packet at which it stands. */
static bool
is_tick(const struct critical_batch *from, const struct critical_position *at)
{
    return at->tick < from->n_ticks && from->ticks[at->tick].n_before <= at->packet;
}

static void
move_packet(const struct critical_packet *packet, struct critical_order *order,
            struct critical_batch *to, struct frame_batch *payloads,
            struct counters *counters)
{
    struct critical_packet *copy = &to->packets[to->n];
    uint8_t *payload = &payloads->memory[payloads->used];

    critical_packet_copy(copy, packet);
    critical_order_packet(order, copy, counters);
    if (packet->packet.payload_size > 0) {
        memcpy(payload, packet->packet.payload, packet->packet.payload_size);
        copy->packet.payload = payload;
        payloads->used += packet->packet.payload_size;
    }
    critical_batch_add(to);
}

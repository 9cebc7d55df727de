#include "scenarios/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "scenarios/layer.h"
#include "scenarios/random.h"

enum {
    EPHEMERAL_FIRST = 32768, /* As Linux has it; RFC 6335 would begin at 49152. */
    EPHEMERAL_N = 28232,
    EXTRA_TTL = 64,
    MSS_IPV4 = 1460, /* What an Ethernet of 1500 bytes leaves. */
    MSS_IPV6 = 1440,
    MSS_WRAPPED = 1340,
    HOP_NS = 2100000,
    LINK_NS = 150000,
};

void
stage_init(struct stage *stage, const struct script *script)
{
    *stage = (struct stage){ .random = 1, .fragment_id = 1 };
    stage->speakers = memory_zeroed(script_n_hosts(script) + 1, sizeof *stage->speakers);
    for (size_t i = 0; i < script_n_hosts(script); i++) {
        const struct host *host = script_host(script, i);

        stage_extra(&stage->speakers[i], host->address, host->hops);
        stage->speakers[i].ttl = host->ttl;
    }
}

void
stage_fini(struct stage *stage)
{
    buffer_fini(&stage->bytes);
    free(stage->frames);
    free(stage->speakers);
}

static int
compare_frames(const void *a, const void *b)
{
    const struct frame_seen *one = a, *other = b;

    if (one->time_ns != other->time_ns) {
        return one->time_ns < other->time_ns ? -1 : 1;
    }
    return one->order < other->order ? -1 : 1;
}

void
stage_sort(struct stage *stage)
{
    if (stage->n_frames > 0) {
        qsort(stage->frames, stage->n_frames, sizeof *stage->frames, compare_frames);
    }
}

struct speaker *
stage_speaker(struct stage *stage, const struct host *host)
{
    return host == NULL ? NULL : &stage->speakers[host->index];
}

void
stage_extra(struct speaker *speaker, struct ip_address address, uint8_t hops)
{
    uint64_t state = address.high ^ address.low;

    *speaker = (struct speaker){
        .address = address,
        .hops = hops,
        .ttl = EXTRA_TTL,
        .ip_id = (uint16_t) random_next(&state),
        .next_port = (uint16_t) (EPHEMERAL_FIRST + random_below(&state, EPHEMERAL_N)),
    };
}

uint16_t
stage_ephemeral_port(struct speaker *speaker)
{
    const uint16_t port = speaker->next_port;

    speaker->next_port =
        (uint16_t) (port + 1 < EPHEMERAL_FIRST + EPHEMERAL_N ? port + 1 : EPHEMERAL_FIRST);
    return port;
}

uint64_t
stage_delay(struct stage *stage, const struct speaker *speaker)
{
    const uint64_t usual_ns = LINK_NS + speaker->hops * (uint64_t) HOP_NS;

    return usual_ns + random_below(&stage->random, usual_ns / 8);
}

void
stage_send(struct stage *stage, uint64_t time_ns, struct speaker *from, struct speaker *to,
           bool is_reply, uint8_t protocol, const struct buffer *transport)
{
    struct unit unit = { .from = from, .to = to, .is_reply = is_reply, .time_ns = time_ns };

    layer_add_ip(&unit.bytes, from, to, protocol, transport);
    layer_send(stage, stage->wrapping, &unit);
    buffer_fini(&unit.bytes);
}

void
stage_capture(struct stage *stage, uint64_t time_ns, const struct buffer *frame,
              uint32_t snap)
{
    stage->frames = memory_grow(stage->frames, stage->n_frames, &stage->capacity,
                                sizeof *stage->frames);
    stage->frames[stage->n_frames] = (struct frame_seen){
        .time_ns = time_ns,
        .offset = stage->bytes.n,
        .len = (uint32_t) frame->n,
        .caplen = snap != 0 && snap < frame->n ? snap : (uint32_t) frame->n,
        .order = (uint32_t) stage->n_frames,
    };
    buffer_add(&stage->bytes, frame->bytes, stage->frames[stage->n_frames].caplen);
    stage->n_frames++;
}

size_t
stage_mss(const struct stage *stage, const struct speaker *speaker)
{
    for (const struct wrapping *w = stage->wrapping; w != NULL; w = w->outer) {
        if (w->ends[0] != NULL) {
            return MSS_WRAPPED;
        }
    }
    return ip_is_v4(speaker->address) ? MSS_IPV4 : MSS_IPV6;
}

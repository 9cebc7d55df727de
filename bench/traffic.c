#include "traffic.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "rand.h"
#include "scenarios/wire.h"

/* A conversation is a row of 'kinds' under way: TCP ones shake hands, send requests that
 * are answered by some segments each, and close; the others are requests with answers. */
enum opening { OPENING_NONE, OPENING_HANDSHAKE, OPENING_UNANSWERED };

struct kind {
    uint32_t share; /* Of the conversations, in a thousand. */
    uint8_t protocol;
    enum opening opening;
    uint16_t port;
    uint16_t request, reply; /* Payload bytes of a packet. */
    uint16_t rounds_max;     /* Requests: 1 to this many. */
    uint16_t replies_max;    /* Packets that answer one: 1 to this many. */
    uint32_t pause_ms;       /* Between rounds, up to. */
    struct opening_bytes {
        const char *bytes;
        size_t n;
    } hello, answer; /* What the first request and the first reply begin with. */
};

#define BYTES(text)            \
    {                          \
        text, sizeof(text) - 1 \
    }

/* Shares and sizes follow what a campus uplink carries; the sum of shares is 1000. */
static const struct kind everyday[] = {
    { 470, PROTOCOL_UDP, OPENING_NONE, 53, 44, 130, 1, 1, 0,
      BYTES("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07"
            "example\x03"
            "com\x00\x00\x01\x00\x01"),
      BYTES("\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x03www\x07"
            "example\x03"
            "com\x00\x00\x01\x00\x01") },
    { 260, PROTOCOL_TCP, OPENING_HANDSHAKE, 443, 517, 1440, 3, 2, 400,
      BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
      BYTES("\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03") },
    { 40, PROTOCOL_TCP, OPENING_HANDSHAKE, 80, 320, 1300, 2, 2, 300,
      BYTES("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"),
      BYTES("HTTP/1.1 200 OK\r\n") },
    { 70, PROTOCOL_UDP, OPENING_NONE, 443, 1200, 700, 1, 2, 60,
      BYTES("\xc3\x00\x00\x00\x01\x08"), BYTES("\xc3\x00\x00\x00\x01\x00") },
    { 20, PROTOCOL_TCP, OPENING_HANDSHAKE, 22, 80, 100, 20, 1, 1500,
      BYTES("SSH-2.0-OpenSSH_9.2\r\n"), BYTES("SSH-2.0-OpenSSH_9.2\r\n") },
    { 20, PROTOCOL_TCP, OPENING_HANDSHAKE, 25, 60, 50, 8, 1, 100,
      BYTES("EHLO mail.example.org\r\n"), BYTES("220 mail.example.com ESMTP\r\n") },
    { 50, PROTOCOL_UDP, OPENING_NONE, 123, 48, 48, 1, 1, 0, BYTES("\x23\x00\x06\xec"),
      BYTES("\x24\x01\x06\xec") },
    { 40, PROTOCOL_ICMP, OPENING_NONE, 0, 56, 56, 4, 1, 1000, BYTES(""), BYTES("") },
    { 30, PROTOCOL_TCP, OPENING_UNANSWERED, 445, 0, 0, 1, 1, 0, BYTES(""), BYTES("") },
};

static const struct kind web[] = {
    { 1000, PROTOCOL_TCP, OPENING_HANDSHAKE, 443, 517, 1440, 6, 90, 200,
      BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
      BYTES("\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03") },
};

enum step {
    STEP_SYN,
    STEP_SYN_ACK,
    STEP_ACK,
    STEP_REQUEST,
    STEP_REPLY,
    STEP_DATA_ACK,
    STEP_FIN,
    STEP_FIN_ACK,
    STEP_LAST_ACK
};

enum { CLIENT, SERVER };

struct conversation {
    uint64_t next_ns;
    const struct kind *kind;
    struct ip_address ends[2];
    uint32_t sequence[2];
    uint32_t round_trip_ns;
    uint16_t port; /* The client's. */
    uint16_t vlan; /* 0: none. */
    uint16_t rounds_left, replies_left;
    uint16_t id;
    uint8_t step; /* enum step: what comes next. */
    uint8_t hops;
    bool has_asked, has_answered;
    bool is_tunnelled;
};

/* Those under way are a binary heap by the time of their next packet. */
struct traffic {
    struct traffic_config config;
    const struct world *world;
    uint64_t random;
    uint64_t next_begin_ns;
    uint32_t n_begun;
    struct conversation *heap;
    size_t n, capacity;
    struct buffer transport, packet, outer;
};

enum { FILLER_SIZE = 1500, ONE_IN_TUNNEL = 100, ONE_IN_VLAN = 10, V6_PER_MILLE = 250 };

/* 2026-06-01T00:00:00Z. */
static const uint64_t start_ns = UINT64_C(1780272000) * NS_PER_SECOND;

static void begin(struct traffic *t);
static void sift_down(struct traffic *t, size_t at);
static void write_packet(struct traffic *t, const struct conversation *c,
                         struct buffer *frame);
static bool go_on(struct traffic *t, struct conversation *c);

struct traffic *
traffic_new(const struct traffic_config *config, const struct world *world)
{
    struct traffic *t = memory_zeroed(1, sizeof *t);

    t->config = *config;
    t->world = world;
    t->random = UINT64_C(0x5ec70412);
    t->next_begin_ns = start_ns;
    return t;
}

void
traffic_free(struct traffic *t)
{
    if (t == NULL) {
        return;
    }
    buffer_fini(&t->transport);
    buffer_fini(&t->packet);
    buffer_fini(&t->outer);
    free(t->heap);
    free(t);
}

bool
traffic_next(struct traffic *t, struct buffer *frame, uint64_t *time_ns)
{
    while (t->n_begun < t->config.n_conversations &&
           (t->n == 0 || t->next_begin_ns <= t->heap[0].next_ns)) {
        begin(t);
    }
    if (t->n == 0) {
        return false;
    }
    *time_ns = t->heap[0].next_ns;
    frame->n = 0;
    write_packet(t, &t->heap[0], frame);
    if (!go_on(t, &t->heap[0])) {
        t->heap[0] = t->heap[--t->n];
    }
    sift_down(t, 0);
    return true;
}

static void
sift_down(struct traffic *t, size_t at)
{
    for (;;) {
        size_t first = at;

        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < t->n; child++) {
            if (t->heap[child].next_ns < t->heap[first].next_ns) {
                first = child;
            }
        }
        if (first == at) {
            return;
        }
        struct conversation swapped = t->heap[at];
        t->heap[at] = t->heap[first];
        t->heap[first] = swapped;
        at = first;
    }
}

static void
sift_up(struct traffic *t, size_t at)
{
    while (at > 0 && t->heap[at].next_ns < t->heap[(at - 1) / 2].next_ns) {
        struct conversation swapped = t->heap[at];

        t->heap[at] = t->heap[(at - 1) / 2];
        t->heap[(at - 1) / 2] = swapped;
        at = (at - 1) / 2;
    }
}

static const struct kind *
pick_kind(struct traffic *t)
{
    const struct kind *kind = t->config.is_web ? web : everyday;
    uint32_t at = rand_below(&t->random, 1000);

    for (; at >= kind->share; kind++) {
        at -= kind->share;
    }
    return kind;
}

static void
pick_ends(struct traffic *t, struct conversation *c)
{
    const bool v6 = rand_below(&t->random, 1000) < V6_PER_MILLE;

    for (unsigned i = 0; i < 2; i++) {
        c->ends[i] = world_ordinary(t->world, v6, &t->random);
    }
    if (rand_below(&t->random, 1000) < t->config.critical_per_mille) {
        c->ends[rand_below(&t->random, 2)] = world_critical(t->world, v6, &t->random);
    }
}

static void
begin(struct traffic *t)
{
    struct conversation *c;
    const uint64_t every_ns = NS_PER_SECOND / t->config.per_second;

    t->heap = memory_grow(t->heap, t->n, &t->capacity, sizeof *t->heap);
    c = &t->heap[t->n];
    *c = (struct conversation){
        .next_ns = t->next_begin_ns,
        .kind = pick_kind(t),
        .sequence = { (uint32_t) rand_next(&t->random), (uint32_t) rand_next(&t->random) },
        .round_trip_ns = 2000000 + rand_below(&t->random, 80000000),
        .port = (uint16_t) (32768 + rand_below(&t->random, 28000)),
        .vlan = (uint16_t) (rand_below(&t->random, ONE_IN_VLAN) == 0
                                ? 10 + rand_below(&t->random, 8)
                                : 0),
        .id = (uint16_t) rand_next(&t->random),
        .hops = (uint8_t) (40 + rand_below(&t->random, 24)),
        .is_tunnelled = rand_below(&t->random, ONE_IN_TUNNEL) == 0,
    };
    c->rounds_left = (uint16_t) (1 + rand_below(&t->random, c->kind->rounds_max));
    c->step = c->kind->opening == OPENING_NONE ? STEP_REQUEST : STEP_SYN;
    pick_ends(t, c);
    t->next_begin_ns += rand_below(&t->random, 2 * every_ns + 1);
    t->n_begun++;
    sift_up(t, t->n++);
}

/* Who sends what comes next. */
static unsigned
sender_of(const struct conversation *c)
{
    switch ((enum step) c->step) {
    case STEP_SYN_ACK:
    case STEP_REPLY:
    case STEP_FIN_ACK:
        return SERVER;
    case STEP_SYN:
    case STEP_ACK:
    case STEP_REQUEST:
    case STEP_DATA_ACK:
    case STEP_FIN:
    case STEP_LAST_ACK:
        break;
    }
    return CLIENT;
}

static uint8_t
flags_of(const struct conversation *c)
{
    switch ((enum step) c->step) {
    case STEP_SYN:
        return WIRE_SYN;
    case STEP_SYN_ACK:
        return WIRE_SYN | WIRE_ACK;
    case STEP_REQUEST:
    case STEP_REPLY:
        return WIRE_PSH | WIRE_ACK;
    case STEP_FIN:
    case STEP_FIN_ACK:
        return WIRE_FIN | WIRE_ACK;
    case STEP_ACK:
    case STEP_DATA_ACK:
    case STEP_LAST_ACK:
        break;
    }
    return WIRE_ACK;
}

/* Fills 'payload' with what the step says, and returns how much. */
static uint16_t
fill_payload(const struct conversation *c, uint8_t payload[static FILLER_SIZE])
{
    const bool is_request = c->step == STEP_REQUEST;
    const bool is_first = is_request ? !c->has_asked : !c->has_answered;
    const struct opening_bytes *begins = is_request ? &c->kind->hello : &c->kind->answer;
    const uint16_t size = is_request              ? c->kind->request
                          : c->step == STEP_REPLY ? c->kind->reply
                                                  : 0;

    /* Bytes without a pattern, as of encrypted or compressed data. */
    for (uint32_t i = 0, word = c->sequence[0] * 2654435761u; i < size; i++) {
        word = word * 1664525u + 1013904223u;
        payload[i] = (uint8_t) (word >> 24);
    }
    for (size_t i = 0; is_first && i < begins->n && i < size; i++) {
        payload[i] = (uint8_t) begins->bytes[i];
    }
    return size;
}

static void
add_ethernet(struct buffer *frame, const struct conversation *c,
             const struct buffer *packet, unsigned sender)
{
    buffer_u32(frame, 0x02005e10);
    buffer_u16(frame, sender == CLIENT ? 1 : 2);
    buffer_u32(frame, 0x02005e10);
    buffer_u16(frame, sender == CLIENT ? 2 : 1);
    if (c->vlan != 0) {
        buffer_u16(frame, ETHERTYPE_VLAN);
        buffer_u16(frame, c->vlan);
    }
    buffer_u16(frame, packet->bytes[0] >> 4 == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    buffer_add(frame, packet->bytes, packet->n);
    if (frame->n < 60) {
        buffer_fill(frame, 0, 60 - frame->n);
    }
}

static void
add_transport(struct buffer *out, const struct conversation *c, const struct wire_ip *ip,
              unsigned sender)
{
    const uint16_t ports[2] = { c->port, c->kind->port };
    uint8_t payload[FILLER_SIZE];
    const uint16_t n = fill_payload(c, payload);
    const bool v4 = ip_is_v4(ip->source);

    if (c->kind->protocol == PROTOCOL_TCP) {
        const struct wire_tcp tcp = {
            .source_port = ports[sender],
            .destination_port = ports[1 - sender],
            .sequence = c->sequence[sender],
            .acknowledgement = c->step == STEP_SYN ? 0 : c->sequence[1 - sender],
            .flags = flags_of(c),
            .mss = c->step <= STEP_SYN_ACK ? 1460 : 0,
        };

        wire_add_tcp(out, ip, &tcp, payload, n);
    } else if (c->kind->protocol == PROTOCOL_UDP) {
        wire_add_udp(out, ip, ports[sender], ports[1 - sender], payload, n);
    } else {
        /* Echo request and reply, RFC 792 and RFC 4443. */
        const unsigned request = v4 ? 8 : 128, reply = v4 ? 0 : 129;

        wire_add_icmp(out, ip, (uint8_t) (sender == CLIENT ? request : reply), 0,
                      (uint32_t) c->port << 16 | c->rounds_left, payload, n);
    }
}

static void
write_packet(struct traffic *t, const struct conversation *c, struct buffer *frame)
{
    const unsigned sender = sender_of(c);
    struct wire_ip ip = { .source = c->ends[sender],
                          .destination = c->ends[1 - sender],
                          .id = c->id,
                          .protocol = c->kind->protocol,
                          .ttl = sender == CLIENT ? c->hops : 64 };

    if (ip.protocol == PROTOCOL_ICMP && !ip_is_v4(ip.source)) {
        ip.protocol = PROTOCOL_ICMPV6;
    }
    t->transport.n = t->packet.n = t->outer.n = 0;
    add_transport(&t->transport, c, &ip, sender);
    wire_add_ip(&t->packet, &ip, &t->transport);
    if (c->is_tunnelled) {
        /* GRE without options, RFC 2784, between two private routers. */
        const struct wire_ip tunnel = { .source = ip_from_v4(0x0a000001 + sender),
                                        .destination = ip_from_v4(0x0a000002 - sender),
                                        .protocol = PROTOCOL_GRE,
                                        .ttl = 64 };

        t->outer.n = 0;
        buffer_u16(&t->outer, 0);
        buffer_u16(&t->outer, ip_is_v4(ip.source) ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
        buffer_add(&t->outer, t->packet.bytes, t->packet.n);
        t->packet.n = 0;
        wire_add_ip(&t->packet, &tunnel, &t->outer);
    }
    add_ethernet(frame, c, &t->packet, sender);
}

/* A server's packets of one answer follow each other; else half a round trip passes. */
static uint64_t
delay(struct traffic *t, const struct conversation *c, enum step next)
{
    if (c->step == STEP_REPLY && next == STEP_REPLY) {
        return 20000 + rand_below(&t->random, 300000);
    }
    if (c->step == STEP_REPLY && next == STEP_REQUEST && c->kind->pause_ms > 0) {
        return c->round_trip_ns +
               (uint64_t) rand_below(&t->random, c->kind->pause_ms) * 1000000;
    }
    return c->round_trip_ns / 2 + rand_below(&t->random, 1000000);
}

static enum step
step_after_answer(struct conversation *c)
{
    if (c->replies_left > 0) {
        return STEP_REPLY;
    }
    return --c->rounds_left > 0 ? STEP_REQUEST : STEP_FIN;
}

static enum step
next_step(struct traffic *t, struct conversation *c)
{
    switch ((enum step) c->step) {
    case STEP_SYN:
        return STEP_SYN_ACK;
    case STEP_SYN_ACK:
        return STEP_ACK;
    case STEP_ACK:
        return STEP_REQUEST;
    case STEP_REQUEST:
        c->has_asked = true;
        c->replies_left = (uint16_t) (1 + rand_below(&t->random, c->kind->replies_max));
        return STEP_REPLY;
    case STEP_REPLY:
        c->has_answered = true;
        c->replies_left--;
        /* Every second segment is acknowledged, RFC 9293 section 3.8.6.3. */
        return c->kind->protocol == PROTOCOL_TCP && c->replies_left % 2 == 0
                   ? STEP_DATA_ACK
                   : step_after_answer(c);
    case STEP_DATA_ACK:
        return step_after_answer(c);
    case STEP_FIN:
        return STEP_FIN_ACK;
    case STEP_FIN_ACK:
    case STEP_LAST_ACK:
        break;
    }
    return STEP_LAST_ACK;
}

/* Moves a conversation on by the packet that was written; false if it was the last. */
static bool
go_on(struct traffic *t, struct conversation *c)
{
    const unsigned sender = sender_of(c);
    const bool is_tcp = c->kind->protocol == PROTOCOL_TCP;
    enum step next;

    if (c->step == STEP_LAST_ACK || c->kind->opening == OPENING_UNANSWERED) {
        return false;
    }
    c->sequence[sender] += c->step == STEP_REQUEST ? c->kind->request
                           : c->step == STEP_REPLY
                               ? c->kind->reply
                               : (flags_of(c) & (WIRE_SYN | WIRE_FIN)) != 0;
    c->id++;
    next = next_step(t, c);
    if (next == STEP_FIN && !is_tcp) {
        return false;
    }
    c->next_ns += delay(t, c, next);
    c->step = (uint8_t) next;
    return true;
}

#include "traffic.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "rand.h"
#include "scenarios/script.h"
#include "scenarios/wire.h"

/* What conversations say: the actions of talks.scene, in its order. */
enum talk {
    TALK_DNS,
    TALK_HTTPS,
    TALK_HTTP,
    TALK_QUIC,
    TALK_SSH,
    TALK_MAIL,
    TALK_NTP,
    TALK_PING,
    TALK_ATTEMPT,
    N_TALKS
};

/* A conversation is a row of 'kinds' under way.  It says all lines of its talk, and the
 * last two, a request and its answer, as often as there are rounds. */
struct kind {
    uint32_t share; /* Of the conversations, in a thousand. */
    enum talk talk;
    uint16_t rounds_max;  /* 1 to this many. */
    uint16_t replies_max; /* Packets that answer in a round: 1 to this many. */
    uint32_t pause_ms;    /* Before a request, up to. */
};

/* Shares and sizes follow what a campus uplink carries; the sum of shares is 1000. */
static const struct kind everyday[] = {
    { 470, TALK_DNS, 1, 1, 0 },    { 260, TALK_HTTPS, 3, 2, 400 },
    { 40, TALK_HTTP, 2, 2, 300 },  { 70, TALK_QUIC, 1, 2, 60 },
    { 20, TALK_SSH, 20, 1, 1500 }, { 20, TALK_MAIL, 8, 1, 100 },
    { 50, TALK_NTP, 1, 1, 0 },     { 40, TALK_PING, 4, 1, 1000 },
    { 30, TALK_ATTEMPT, 1, 1, 0 },
};

static const struct kind web[] = { { 1000, TALK_HTTPS, 6, 90, 200 } };

enum step {
    STEP_SYN,
    STEP_SYN_ACK,
    STEP_ACK,
    STEP_LINE, /* What the talk says next. */
    STEP_DATA_ACK,
    STEP_FIN,
    STEP_FIN_ACK,
    STEP_LAST_ACK
};

enum { CLIENT, SERVER };

struct conversation {
    uint64_t next_ns;
    const struct kind *kind;
    const struct action *talk;
    const struct line *line;  /* Said next, or NULL. */
    const struct line *round; /* The first of the last two. */
    struct ip_address ends[2];
    uint32_t sequence[2];
    uint32_t round_trip_ns;
    uint16_t port; /* The client's. */
    uint16_t vlan; /* 0: none. */
    uint16_t rounds_left, replies_left;
    uint16_t id;
    uint8_t step; /* enum step: what comes next. */
    uint8_t hops;
    bool is_tunnelled;
};

/* Those under way are a binary heap by the time of their next packet. */
struct traffic {
    struct traffic_config config;
    const struct world *world;
    struct script *script;
    const struct action *talks[N_TALKS];
    uint64_t random;
    uint64_t next_begin_ns;
    uint32_t n_begun;
    struct conversation *heap;
    size_t n, capacity;
    struct buffer transport, packet, outer;
};

enum { ONE_IN_TUNNEL = 100, ONE_IN_VLAN = 10, V6_PER_MILLE = 250 };

/* 2026-06-01T00:00:00Z. */
static const uint64_t start_ns = UINT64_C(1780272000) * NS_PER_SECOND;

static void read_talks(struct traffic *t);
static void begin(struct traffic *t);
static void sift_down(struct traffic *t, size_t at);
static void write_packet(struct traffic *t, const struct conversation *c,
                         struct buffer *frame);
static bool is_tcp(const struct conversation *c);
static bool go_on(struct traffic *t, struct conversation *c);

struct traffic *
traffic_new(const struct traffic_config *config, const struct world *world)
{
    struct traffic *t = memory_zeroed(1, sizeof *t);

    t->config = *config;
    t->world = world;
    t->random = UINT64_C(0x5ec70412);
    t->next_begin_ns = start_ns;
    read_talks(t);
    return t;
}

static void
read_talks(struct traffic *t)
{
    struct problem_list *problems = problem_list_new();
    const struct action *action;

    t->script = script_read(SW_TALKS, problems);
    problem_list_print(problems, stderr);
    problem_list_free(problems);
    if (t->script == NULL) {
        exit(EXIT_FAILURE);
    }
    action = script_actions(t->script);
    for (unsigned i = 0; i < N_TALKS; i++, action = action->next) {
        if (action == NULL) {
            (void) fputs("too few talks in " SW_TALKS "\n", stderr);
            exit(EXIT_FAILURE);
        }
        t->talks[i] = action;
    }
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
    script_free(t->script);
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
pick_talk(struct traffic *t, struct conversation *c)
{
    c->kind = pick_kind(t);
    c->talk = t->talks[c->kind->talk];
    c->line = c->round = c->talk->lines;
    while (c->round != NULL && c->round->next->next != NULL) {
        c->round = c->round->next;
    }
    c->rounds_left = (uint16_t) (1 + rand_below(&t->random, c->kind->rounds_max));
    c->step = is_tcp(c) ? STEP_SYN : STEP_LINE;
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
    pick_talk(t, c);
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
    case STEP_FIN_ACK:
        return SERVER;
    case STEP_LINE:
        return c->line->kind == LINE_REPLY ? SERVER : CLIENT;
    case STEP_SYN:
    case STEP_ACK:
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
    case STEP_LINE:
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

/* How much the step says. */
static size_t
payload_size(const struct conversation *c)
{
    return c->step == STEP_LINE ? c->line->n_bytes : 0;
}

static bool
is_tcp(const struct conversation *c)
{
    return c->talk->verb == VERB_CONNECT || c->talk->verb == VERB_ATTEMPT;
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
    const uint16_t ports[2] = { c->port, c->talk->port };
    const uint8_t *payload = payload_size(c) > 0 ? c->line->bytes : NULL;
    const size_t n = payload_size(c);
    const bool v4 = ip_is_v4(ip->source);

    if (is_tcp(c)) {
        const struct wire_tcp tcp = {
            .source_port = ports[sender],
            .destination_port = ports[1 - sender],
            .sequence = c->sequence[sender],
            .acknowledgement = c->step == STEP_SYN ? 0 : c->sequence[1 - sender],
            .flags = flags_of(c),
            .mss = c->step <= STEP_SYN_ACK ? 1460 : 0,
        };

        wire_add_tcp(out, ip, &tcp, payload, n);
    } else if (c->kind->talk != TALK_PING) {
        wire_add_udp(out, ip, ports[sender], ports[1 - sender], payload, n);
    } else {
        /* Echo request and reply, RFC 792 and RFC 4443. */
        const unsigned request = v4 ? 8 : 128, reply = v4 ? 0 : 129;

        wire_add_icmp(out, ip, (uint8_t) (sender == CLIENT ? request : reply), 0,
                      (uint32_t) c->port << 16 | c->rounds_left, payload, n);
    }
}

static uint8_t
protocol_of(const struct conversation *c)
{
    if (c->kind->talk == TALK_PING) {
        return ip_is_v4(c->ends[CLIENT]) ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    }
    return is_tcp(c) ? PROTOCOL_TCP : PROTOCOL_UDP;
}

static void
write_packet(struct traffic *t, const struct conversation *c, struct buffer *frame)
{
    const unsigned sender = sender_of(c);
    const struct wire_ip ip = { .source = c->ends[sender],
                                .destination = c->ends[1 - sender],
                                .id = c->id,
                                .protocol = protocol_of(c),
                                .ttl = sender == CLIENT ? c->hops : 64 };

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

/* The line after one that was said; NULL after the last. */
static const struct line *
next_line(struct traffic *t, struct conversation *c)
{
    if (c->line == c->round) {
        c->replies_left = (uint16_t) (1 + rand_below(&t->random, c->kind->replies_max));
    } else if (c->line->next == NULL) {
        if (--c->replies_left > 0) {
            return c->line;
        }
        return --c->rounds_left > 0 ? c->round : NULL;
    }
    return c->line->next;
}

static enum step
next_step(struct traffic *t, struct conversation *c)
{
    const bool is_reply = c->step == STEP_LINE && c->line->kind == LINE_REPLY;

    switch ((enum step) c->step) {
    case STEP_SYN:
        return STEP_SYN_ACK;
    case STEP_SYN_ACK:
        return STEP_ACK;
    case STEP_ACK:
        return STEP_LINE;
    case STEP_LINE:
        c->line = next_line(t, c);
        /* Every second segment is acknowledged, RFC 9293 section 3.8.6.3. */
        if (is_tcp(c) && is_reply && c->replies_left % 2 == 0) {
            return STEP_DATA_ACK;
        }
        return c->line != NULL ? STEP_LINE : STEP_FIN;
    case STEP_DATA_ACK:
        return c->line != NULL ? STEP_LINE : STEP_FIN;
    case STEP_FIN:
        return STEP_FIN_ACK;
    case STEP_FIN_ACK:
    case STEP_LAST_ACK:
        break;
    }
    return STEP_LAST_ACK;
}

/* A server's packets of one answer follow each other, and a client thinks before it goes
 * on; else half a round trip passes. */
static uint64_t
delay(struct traffic *t, const struct conversation *c, const struct line *said)
{
    const bool goes_on = c->step == STEP_LINE && said != NULL && said->kind == LINE_REPLY;

    if (goes_on && c->line->kind == LINE_REPLY) {
        return 20000 + rand_below(&t->random, 300000);
    }
    if (goes_on && c->kind->pause_ms > 0) {
        return c->round_trip_ns +
               (uint64_t) rand_below(&t->random, c->kind->pause_ms) * 1000000;
    }
    return c->round_trip_ns / 2 + rand_below(&t->random, 1000000);
}

/* Moves a conversation on by the packet that was written; false if it was the last. */
static bool
go_on(struct traffic *t, struct conversation *c)
{
    const struct line *said = c->step == STEP_LINE ? c->line : NULL;

    if (c->step == STEP_LAST_ACK || c->talk->verb == VERB_ATTEMPT) {
        return false;
    }
    c->sequence[sender_of(c)] +=
        (uint32_t) (said != NULL ? said->n_bytes
                                 : (flags_of(c) & (WIRE_SYN | WIRE_FIN)) != 0);
    c->id++;
    c->step = (uint8_t) next_step(t, c);
    if (c->step == STEP_FIN && !is_tcp(c)) {
        return false;
    }
    c->next_ns += delay(t, c, said);
    return true;
}

#include "scenarios/exchange.h"

#include "base/timestamp.h"
#include "scenarios/play.h"
#include "scenarios/random.h"

enum {
    CLIENT,
    SERVER,
    SEGMENT_GAP_NS = 120000, /* 1,500 bytes at 100 Mbit/s. */
    THINK_NS = 900000,       /* Before an answer is written. */
    SYN_RETRY_DEFAULT = 3,   /* SYNs of an attempt: at once, after 1 s, after 3 s. */
    ICMP_ECHO_REPLY = 0,     /* RFC 792 */
    ICMP_UNREACHABLE = 3,
    ICMP_PORT_UNREACHABLE = 3,
    ICMP_ECHO = 8,
    ICMPV6_UNREACHABLE = 1, /* RFC 4443 */
    ICMPV6_PORT_UNREACHABLE = 4,
    ICMPV6_ECHO = 128,
    ICMPV6_ECHO_REPLY = 129,
    PING_SIZE = 56, /* Unless the script says otherwise. */
    PING_SIZE_MAX = 1400,
    QUOTE_IPV6_MAX = 1232, /* So that the message fits in 1,280 bytes. */
};

struct tcp_end {
    struct speaker *who;
    uint32_t sequence; /* Of the next byte it sends. */
    uint16_t port;
};

struct connection {
    struct tcp_end ends[2]; /* CLIENT, SERVER. */
    uint64_t now_ns;
    size_t mss;
};

static struct connection connection_new(struct stage *stage, const struct action *action);
static void connection_open(struct stage *stage, struct connection *c);
static void connection_say(struct stage *stage, struct connection *c, unsigned from,
                           const struct line *line);
static void connection_close(struct stage *stage, struct connection *c, bool reset);
static void send_segment(struct stage *stage, struct connection *c, unsigned from,
                         uint8_t flags, const uint8_t *payload, size_t n);
static struct wire_ip addresses(const struct speaker *from, const struct speaker *to);

void
play_connect(struct stage *stage, const struct action *action)
{
    struct connection c = connection_new(stage, action);

    if ((action->options & OPTION_MIDSTREAM) == 0) {
        connection_open(stage, &c);
    }
    for (const struct line *line = action->lines; line != NULL; line = line->next) {
        if (line->kind == LINE_WAIT) {
            c.now_ns += line->wait_ns;
        } else {
            connection_say(stage, &c, line->kind == LINE_SEND ? CLIENT : SERVER, line);
        }
    }
    if ((action->options & (OPTION_UNCLOSED | OPTION_MIDSTREAM)) == 0) {
        connection_close(stage, &c, (action->options & OPTION_RESET) != 0);
    }
    stage->now_ns = c.now_ns;
}

static struct connection
connection_new(struct stage *stage, const struct action *action)
{
    struct speaker *client = stage_speaker(stage, action->a);
    struct speaker *server = stage_speaker(stage, action->b);

    return (struct connection){
        .ends = { { .who = client,
                    .sequence = (uint32_t) random_next(&stage->random),
                    .port = action->from_port != 0 ? action->from_port
                                                   : stage_ephemeral_port(client) },
                  { .who = server,
                    .sequence = (uint32_t) random_next(&stage->random),
                    .port = action->port } },
        .now_ns = stage->now_ns,
        .mss = stage_mss(stage, client),
    };
}

/* Time passes until 'who' has heard what was last sent, and its answer is seen. */
static void
pass_round(struct stage *stage, struct connection *c, unsigned who)
{
    c->now_ns += 2 * stage_delay(stage, c->ends[who].who);
}

static void
connection_open(struct stage *stage, struct connection *c)
{
    send_segment(stage, c, CLIENT, WIRE_SYN, NULL, 0);
    pass_round(stage, c, SERVER);
    send_segment(stage, c, SERVER, WIRE_SYN | WIRE_ACK, NULL, 0);
    pass_round(stage, c, CLIENT);
    send_segment(stage, c, CLIENT, WIRE_ACK, NULL, 0);
}

/* Says a line in as many segments as it takes; the other side acknowledges. */
static void
connection_say(struct stage *stage, struct connection *c, unsigned from,
               const struct line *line)
{
    c->now_ns += THINK_NS + random_below(&stage->random, THINK_NS);
    for (size_t at = 0; at < line->n_bytes;) {
        const size_t left = line->n_bytes - at;
        const size_t n = left < c->mss ? left : c->mss;

        send_segment(stage, c, from, (uint8_t) (WIRE_ACK | (n == left ? WIRE_PSH : 0)),
                     line->bytes + at, n);
        at += n;
        c->now_ns += SEGMENT_GAP_NS;
    }
    pass_round(stage, c, !from);
    send_segment(stage, c, !from, WIRE_ACK, NULL, 0);
}

static void
connection_close(struct stage *stage, struct connection *c, bool reset)
{
    c->now_ns += THINK_NS;
    if (reset) {
        send_segment(stage, c, CLIENT, WIRE_RST | WIRE_ACK, NULL, 0);
        return;
    }
    send_segment(stage, c, CLIENT, WIRE_FIN | WIRE_ACK, NULL, 0);
    pass_round(stage, c, SERVER);
    send_segment(stage, c, SERVER, WIRE_FIN | WIRE_ACK, NULL, 0);
    pass_round(stage, c, CLIENT);
    send_segment(stage, c, CLIENT, WIRE_ACK, NULL, 0);
}

/* Sends a segment with the numbers that the connection has come to. */
static void
send_segment(struct stage *stage, struct connection *c, unsigned from, uint8_t flags,
             const uint8_t *payload, size_t n)
{
    struct tcp_end *end = &c->ends[from], *other = &c->ends[!from];
    const struct wire_ip ip = addresses(end->who, other->who);
    const struct wire_tcp tcp = {
        .source_port = end->port,
        .destination_port = other->port,
        .sequence = end->sequence,
        .acknowledgement = (flags & WIRE_ACK) != 0 ? other->sequence : 0,
        .flags = flags,
        .mss = (flags & WIRE_SYN) != 0 ? (uint16_t) c->mss : 0,
    };
    struct buffer segment = { 0 };

    wire_add_tcp(&segment, &ip, &tcp, payload, n);
    stage_send(stage, c->now_ns, end->who, other->who, from == SERVER, PROTOCOL_TCP,
               &segment);
    buffer_fini(&segment);
    end->sequence += (uint32_t) n + ((flags & (WIRE_SYN | WIRE_FIN)) != 0);
}

static struct wire_ip
addresses(const struct speaker *from, const struct speaker *to)
{
    return (struct wire_ip){ .source = from->address, .destination = to->address };
}

void
exchange_segment(struct stage *stage, uint64_t time_ns, struct speaker *from,
                 struct speaker *to, bool is_reply, const struct wire_tcp *tcp)
{
    const struct wire_ip ip = addresses(from, to);
    struct wire_tcp with_mss = *tcp;
    struct buffer segment = { 0 };

    with_mss.mss = (tcp->flags & WIRE_SYN) != 0 ? (uint16_t) stage_mss(stage, from) : 0;
    wire_add_tcp(&segment, &ip, &with_mss, NULL, 0);
    stage_send(stage, time_ns, from, to, is_reply, PROTOCOL_TCP, &segment);
    buffer_fini(&segment);
}

uint64_t
exchange_answer_syn(struct stage *stage, uint64_t time_ns, struct speaker *from,
                    struct speaker *to, const struct wire_tcp *syn, bool refuse)
{
    const uint64_t answer_ns = time_ns + 2 * stage_delay(stage, from);
    const struct wire_tcp answer = {
        .source_port = syn->destination_port,
        .destination_port = syn->source_port,
        .sequence = refuse ? 0 : (uint32_t) random_next(&stage->random),
        .acknowledgement = syn->sequence + 1,
        .flags = (uint8_t) (WIRE_ACK | (refuse ? WIRE_RST : WIRE_SYN)),
    };

    exchange_segment(stage, answer_ns, from, to, true, &answer);
    return answer_ns;
}

void
play_attempt(struct stage *stage, const struct action *action)
{
    const uint32_t n = action->count != 0 ? action->count : SYN_RETRY_DEFAULT;
    struct speaker *client = stage_speaker(stage, action->a);
    const struct wire_tcp syn = {
        .source_port =
            action->from_port != 0 ? action->from_port : stage_ephemeral_port(client),
        .destination_port = action->port,
        .sequence = (uint32_t) random_next(&stage->random),
        .flags = WIRE_SYN,
    };

    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) {
            stage->now_ns += NS_PER_SECOND << (i - 1 < 6 ? i - 1 : 6); /* RFC 6298. */
        }
        exchange_segment(stage, stage->now_ns, client, stage_speaker(stage, action->b),
                         false, &syn);
    }
}

void
play_refused(struct stage *stage, const struct action *action)
{
    struct speaker *client = stage_speaker(stage, action->a);
    struct speaker *server = stage_speaker(stage, action->b);
    const struct wire_tcp syn = {
        .source_port =
            action->from_port != 0 ? action->from_port : stage_ephemeral_port(client),
        .destination_port = action->port,
        .sequence = (uint32_t) random_next(&stage->random),
        .flags = WIRE_SYN,
    };

    exchange_segment(stage, stage->now_ns, client, server, false, &syn);
    stage->now_ns = exchange_answer_syn(stage, stage->now_ns, server, client, &syn, true);
}

void
exchange_datagram(struct stage *stage, uint64_t time_ns, struct speaker *from,
                  struct speaker *to, bool is_reply, uint16_t source_port,
                  uint16_t destination_port, const uint8_t *payload, size_t n)
{
    const struct wire_ip ip = addresses(from, to);
    struct buffer datagram = { 0 };

    wire_add_udp(&datagram, &ip, source_port, destination_port, payload, n);
    stage_send(stage, time_ns, from, to, is_reply, PROTOCOL_UDP, &datagram);
    buffer_fini(&datagram);
}

void
exchange_unreachable(struct stage *stage, uint64_t time_ns, struct speaker *from,
                     struct speaker *to, uint16_t port, uint16_t from_port,
                     const uint8_t *payload, size_t n)
{
    const bool v4 = ip_is_v4(from->address);
    const struct wire_ip ip = addresses(from, to);
    const struct wire_ip quoted_ip = { .source = to->address,
                                       .destination = from->address,
                                       .id = (uint16_t) (to->ip_id - 1),
                                       .protocol = PROTOCOL_UDP,
                                       .ttl = (uint8_t) (to->ttl - to->hops) };
    struct buffer udp = { 0 }, quote = { 0 }, icmp = { 0 };

    wire_add_udp(&udp, &quoted_ip, from_port, port, payload, n);
    wire_add_ip(&quote, &quoted_ip, &udp);
    if (v4) { /* The IP header and eight bytes, RFC 792. */
        quote.n = IPV4_HEADER_SIZE + 8;
        wire_add_icmp(&icmp, &ip, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE, 0, quote.bytes,
                      quote.n);
    } else {
        quote.n = quote.n > QUOTE_IPV6_MAX ? QUOTE_IPV6_MAX : quote.n;
        wire_add_icmp(&icmp, &ip, ICMPV6_UNREACHABLE, ICMPV6_PORT_UNREACHABLE, 0,
                      quote.bytes, quote.n);
    }
    stage_send(stage, time_ns, from, to, true, v4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6, &icmp);
    buffer_fini(&udp);
    buffer_fini(&quote);
    buffer_fini(&icmp);
}

void
play_udp(struct stage *stage, const struct action *action)
{
    struct speaker *client = stage_speaker(stage, action->a);
    struct speaker *server = stage_speaker(stage, action->b);
    const uint16_t client_port =
        action->from_port != 0 ? action->from_port : stage_ephemeral_port(client);

    for (const struct line *line = action->lines; line != NULL; line = line->next) {
        if (line->kind == LINE_WAIT) {
            stage->now_ns += line->wait_ns;
        } else if (line->kind == LINE_REPLY) {
            stage->now_ns += 2 * stage_delay(stage, server);
            exchange_datagram(stage, stage->now_ns, server, client, true, action->port,
                              client_port, line->bytes, line->n_bytes);
        } else {
            stage->now_ns += random_below(&stage->random, THINK_NS);
            exchange_datagram(stage, stage->now_ns, client, server, false, client_port,
                              action->port, line->bytes, line->n_bytes);
            if ((action->options & OPTION_REFUSED) != 0) {
                stage->now_ns += 2 * stage_delay(stage, server);
                exchange_unreachable(stage, stage->now_ns, server, client, action->port,
                                     client_port, line->bytes, line->n_bytes);
            }
        }
    }
}

/* Sends an echo request, or the reply to it. */
static void
send_echo(struct stage *stage, struct speaker *from, struct speaker *to, bool is_reply,
          uint32_t identifier_and_number, size_t size)
{
    const bool v4 = ip_is_v4(from->address);
    const uint8_t type = v4 ? (is_reply ? ICMP_ECHO_REPLY : ICMP_ECHO)
                            : (is_reply ? ICMPV6_ECHO_REPLY : ICMPV6_ECHO);
    const struct wire_ip ip = addresses(from, to);
    uint8_t payload[PING_SIZE_MAX];
    struct buffer icmp = { 0 };

    for (size_t i = 0; i < size; i++) {
        payload[i] = (uint8_t) i;
    }
    wire_add_icmp(&icmp, &ip, type, 0, identifier_and_number, payload, size);
    stage_send(stage, stage->now_ns, from, to, is_reply,
               v4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6, &icmp);
    buffer_fini(&icmp);
}

void
play_ping(struct stage *stage, const struct action *action)
{
    const uint32_t n = action->count != 0 ? action->count : 1;
    const uint64_t every_ns = action->every_ns != 0 ? action->every_ns : NS_PER_SECOND;
    const uint32_t identifier = (uint32_t) random_below(&stage->random, 65536) << 16;
    struct speaker *client = stage_speaker(stage, action->a);
    struct speaker *server = stage_speaker(stage, action->b);
    const size_t size = action->size != 0 ? action->size : PING_SIZE;
    const size_t returned = action->returned != 0 ? action->returned : size;
    uint64_t start_ns = stage->now_ns;

    for (uint32_t i = 0; i < n; i++, start_ns += every_ns) {
        stage->now_ns = start_ns;
        send_echo(stage, client, server, false, identifier | ((i + 1) & 0xffff), size);
        if ((action->options & OPTION_UNANSWERED) == 0) {
            stage->now_ns += 2 * stage_delay(stage, server);
            send_echo(stage, server, client, true, identifier | ((i + 1) & 0xffff),
                      returned);
        }
    }
}

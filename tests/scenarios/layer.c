#include "scenarios/layer.h"

#include <string.h>

#include "scenarios/random.h"
#include "scenarios/wire.h"

enum {
    ETHERTYPE_SIZE = 2,
    ETHERNET_MIN_SIZE = 60, /* Without the frame check sequence. */
    PORT_TEREDO = 3544,     /* RFC 4380. */
    PORT_GTP_U = 2152,      /* 3GPP TS 29.281. */
    PORT_VXLAN = 4789,      /* RFC 7348. */
    PORT_GENEVE = 6081,     /* RFC 8926. */
    PORT_ENTROPY_MIN = 49152,
};

static void add_ethernet(struct buffer *out, const struct unit *unit);
static void pass_hide_replies(struct stage *stage, const struct wrapping *wrapping,
                              const struct unit *unit);
static void pass_hide_requests(struct stage *stage, const struct wrapping *wrapping,
                               const struct unit *unit);
static void pass_snap(struct stage *stage, const struct wrapping *wrapping,
                      const struct unit *unit);
static void pass_fragment(struct stage *stage, const struct wrapping *wrapping,
                          const struct unit *unit);
static void pass_vlan(struct stage *stage, const struct wrapping *wrapping,
                      const struct unit *unit);
static void pass_mpls(struct stage *stage, const struct wrapping *wrapping,
                      const struct unit *unit);
static void pass_pppoe(struct stage *stage, const struct wrapping *wrapping,
                       const struct unit *unit);
static void pass_ip(struct stage *stage, const struct wrapping *wrapping,
                    const struct unit *unit);
static void pass_gre(struct stage *stage, const struct wrapping *wrapping,
                     const struct unit *unit);
static void pass_erspan(struct stage *stage, const struct wrapping *wrapping,
                        const struct unit *unit);
static void pass_vxlan(struct stage *stage, const struct wrapping *wrapping,
                       const struct unit *unit);
static void pass_geneve(struct stage *stage, const struct wrapping *wrapping,
                        const struct unit *unit);
static void pass_gtp(struct stage *stage, const struct wrapping *wrapping,
                     const struct unit *unit);
static void pass_teredo(struct stage *stage, const struct wrapping *wrapping,
                        const struct unit *unit);

static void (*const layers[N_VERBS])(struct stage *stage, const struct wrapping *wrapping,
                                     const struct unit *unit) = {
    [VERB_HIDE_REPLIES] = pass_hide_replies,
    [VERB_HIDE_REQUESTS] = pass_hide_requests,
    [VERB_SNAP] = pass_snap,
    [VERB_FRAGMENT] = pass_fragment,
    [VERB_VLAN] = pass_vlan,
    [VERB_MPLS] = pass_mpls,
    [VERB_PPPOE] = pass_pppoe,
    [VERB_IP] = pass_ip,
    [VERB_GRE] = pass_gre,
    [VERB_ERSPAN] = pass_erspan,
    [VERB_VXLAN] = pass_vxlan,
    [VERB_GENEVE] = pass_geneve,
    [VERB_GTP] = pass_gtp,
    [VERB_TEREDO] = pass_teredo,
};

void
layer_send(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer frame = { 0 };

    if (wrapping != NULL) {
        layers[wrapping->action->verb](stage, wrapping, unit);
        return;
    }
    add_ethernet(&frame, unit);
    if (frame.n < ETHERNET_MIN_SIZE) {
        buffer_fill(&frame, 0, ETHERNET_MIN_SIZE - frame.n);
    }
    stage_capture(stage, unit->time_ns, &frame, unit->snap);
    buffer_fini(&frame);
}

void
layer_add_ip(struct buffer *out, struct speaker *from, const struct speaker *to,
             uint8_t protocol, const struct buffer *payload)
{
    const struct wire_ip ip = {
        .source = from->address,
        .destination = to->address,
        .id = from->ip_id++,
        .protocol = protocol,
        .ttl = (uint8_t) (from->ttl - from->hops),
    };

    buffer_u16(out, ip_is_v4(from->address) ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    wire_add_ip(out, &ip, payload);
}

static unsigned
ethertype(const struct unit *unit)
{
    return (unsigned) unit->bytes.bytes[0] << 8 | unit->bytes.bytes[1];
}

/* A host on the captured link has an address of its own, locally administered; others are
 * behind a router: number 1, and number 2 for the second of two that are. */
static void
add_mac(struct buffer *out, const struct speaker *speaker, uint8_t router)
{
    const uint32_t low = (uint32_t) speaker->address.low;
    const bool v4 = ip_is_v4(speaker->address);

    if (v4 && low >> 28 == 0xe) { /* RFC 1112 section 6.4. */
        buffer_u16(out, 0x0100);
        buffer_u32(out, 0x5e000000 | (low & 0x7fffff));
    } else if (!v4 && speaker->address.high >> 56 == 0xff) { /* RFC 2464 section 7. */
        buffer_u16(out, 0x3333);
        buffer_u32(out, low);
    } else if (speaker->hops > 0) {
        buffer_u16(out, 0x0200);
        buffer_u32(out, router);
    } else {
        buffer_u16(out, v4 ? 0x0204 : 0x0206);
        buffer_u32(out, low);
    }
}

static void
add_ethernet(struct buffer *out, const struct unit *unit)
{
    const bool both_remote = unit->from->hops > 0 && unit->to->hops > 0;
    const uint8_t second = both_remote ? 2 : 1;

    add_mac(out, unit->to, unit->is_reply ? 1 : second);
    add_mac(out, unit->from, unit->is_reply ? second : 1);
    buffer_add(out, unit->bytes.bytes, unit->bytes.n);
}

static void
pass_hide_replies(struct stage *stage, const struct wrapping *wrapping,
                  const struct unit *unit)
{
    if (!unit->is_reply) {
        layer_send(stage, wrapping->outer, unit);
    }
}

static void
pass_hide_requests(struct stage *stage, const struct wrapping *wrapping,
                   const struct unit *unit)
{
    if (unit->is_reply) {
        layer_send(stage, wrapping->outer, unit);
    }
}

static void
pass_snap(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct unit cut = *unit;

    cut.snap = wrapping->action->number;
    layer_send(stage, wrapping->outer, &cut);
}

static void
send_fragment(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit,
              uint32_t id, unsigned index)
{
    const struct buffer whole = { .bytes = unit->bytes.bytes + ETHERTYPE_SIZE,
                                  .n = unit->bytes.n - ETHERTYPE_SIZE };
    struct unit fragment = *unit;

    if (index + 1 == wrapping->action->without) {
        return;
    }
    fragment.bytes = (struct buffer){ 0 };
    buffer_u16(&fragment.bytes, ethertype(unit));
    (void) wire_add_fragment(&fragment.bytes, &whole, wrapping->action->number, id, index);
    layer_send(stage, wrapping->outer, &fragment);
    buffer_fini(&fragment.bytes);
}

static void
pass_fragment(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    const struct action *action = wrapping->action;
    const struct buffer whole = { .bytes = unit->bytes.bytes + ETHERTYPE_SIZE,
                                  .n = unit->bytes.n - ETHERTYPE_SIZE };
    const bool reversed = (action->options & OPTION_REVERSED) != 0;
    const uint32_t id = stage->fragment_id++;
    struct buffer first = { 0 };
    const unsigned n = wire_add_fragment(&first, &whole, action->number, id, 0);

    buffer_fini(&first);
    if (n == 1) {
        layer_send(stage, wrapping->outer, unit);
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        send_fragment(stage, wrapping, unit, id, reversed ? n - 1 - i : i);
    }
}

/* Goes on with other bytes between the same two. */
static void
pass_bytes(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit,
           struct buffer *bytes)
{
    struct unit outer = *unit;

    outer.bytes = *bytes;
    layer_send(stage, wrapping->outer, &outer);
    buffer_fini(bytes);
}

static void
pass_vlan(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer bytes = { 0 };

    buffer_u16(&bytes, ETHERTYPE_VLAN);
    buffer_u16(&bytes, wrapping->action->number);
    buffer_add(&bytes, unit->bytes.bytes, unit->bytes.n);
    pass_bytes(stage, wrapping, unit, &bytes);
}

static void
pass_mpls(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    const uint32_t bottom = ethertype(unit) == ETHERTYPE_MPLS ? 0 : 0x100;
    const uint32_t ttl = 64;
    struct buffer bytes = { 0 };

    buffer_u16(&bytes, ETHERTYPE_MPLS);
    buffer_u32(&bytes, wrapping->action->number << 12 | bottom | ttl);
    buffer_add(&bytes, unit->bytes.bytes + ETHERTYPE_SIZE, unit->bytes.n - ETHERTYPE_SIZE);
    pass_bytes(stage, wrapping, unit, &bytes);
}

static void
pass_pppoe(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    const bool v4 = ethertype(unit) == ETHERTYPE_IPV4;
    struct buffer bytes = { 0 };

    buffer_u16(&bytes, ETHERTYPE_PPPOE);
    buffer_u16(&bytes, 0x1100);
    buffer_u16(&bytes, wrapping->action->number);
    buffer_u16(&bytes,
               (unsigned) unit->bytes.n); /* With the protocol, two bytes as well. */
    buffer_u16(&bytes, v4 ? 0x0021 : 0x0057);
    buffer_add(&bytes, unit->bytes.bytes + ETHERTYPE_SIZE, unit->bytes.n - ETHERTYPE_SIZE);
    pass_bytes(stage, wrapping, unit, &bytes);
}

/* Goes on as an IP packet between the tunnel's ends. */
static void
pass_in_ip(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit,
           bool is_reply, uint8_t protocol, struct buffer *payload)
{
    struct unit outer = *unit;
    struct speaker *from = wrapping->ends[is_reply];

    outer.from = from;
    outer.to = wrapping->ends[!is_reply];
    outer.is_reply = is_reply;
    outer.bytes = (struct buffer){ 0 };
    layer_add_ip(&outer.bytes, from, outer.to, protocol, payload);
    layer_send(stage, wrapping->outer, &outer);
    buffer_fini(&outer.bytes);
    buffer_fini(payload);
}

static void
pass_ip(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer packet = { 0 };

    buffer_add(&packet, unit->bytes.bytes + ETHERTYPE_SIZE, unit->bytes.n - ETHERTYPE_SIZE);
    pass_in_ip(stage, wrapping, unit, unit->is_reply,
               ethertype(unit) == ETHERTYPE_IPV4 ? PROTOCOL_IPV4 : PROTOCOL_IPV6, &packet);
}

static void
pass_gre(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer gre = { 0 };

    buffer_u16(&gre, 0); /* No optional fields, version 0; then the type, as it stands. */
    buffer_add(&gre, unit->bytes.bytes, unit->bytes.n);
    pass_in_ip(stage, wrapping, unit, unit->is_reply, PROTOCOL_GRE, &gre);
}

/* A mirror: both directions go from the first end to the second. */
static void
pass_erspan(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer gre = { 0 };

    buffer_u16(&gre, 0x1000); /* With a sequence number. */
    buffer_u16(&gre, ETHERTYPE_ERSPAN_II);
    buffer_u32(&gre, wrapping->ends[0]->ip_id);
    buffer_u16(&gre, 0x1000); /* Version 1: type II; no VLAN. */
    buffer_u16(&gre, wrapping->action->number);
    buffer_u32(&gre, 0);
    add_ethernet(&gre, unit);
    pass_in_ip(stage, wrapping, unit, false, PROTOCOL_GRE, &gre);
}

/* Goes on as a UDP datagram between the tunnel's ends. */
static void
pass_in_udp(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit,
            uint16_t source_port, uint16_t port, struct buffer *payload)
{
    const struct wire_ip ip = { .source = wrapping->ends[unit->is_reply]->address,
                                .destination = wrapping->ends[!unit->is_reply]->address };
    struct buffer udp = { 0 };

    wire_add_udp(&udp, &ip, source_port, port, payload->bytes, payload->n);
    buffer_fini(payload);
    pass_in_ip(stage, wrapping, unit, unit->is_reply, PROTOCOL_UDP, &udp);
}

/* A source port that is the same for all of a pair of hosts (RFC 7348 section 5). */
static uint16_t
entropy_port(const struct unit *unit)
{
    uint64_t state = unit->from->address.low ^ unit->to->address.low;

    return (uint16_t) (PORT_ENTROPY_MIN + random_below(&state, 65536 - PORT_ENTROPY_MIN));
}

static void
pass_vxlan(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer vxlan = { 0 };

    buffer_u32(&vxlan, 0x08000000);
    buffer_u32(&vxlan, wrapping->action->number << 8);
    add_ethernet(&vxlan, unit);
    pass_in_udp(stage, wrapping, unit, entropy_port(unit), PORT_VXLAN, &vxlan);
}

static void
pass_geneve(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer geneve = { 0 };

    buffer_u16(&geneve, 0);
    buffer_u16(&geneve, ETHERTYPE_BRIDGED);
    buffer_u32(&geneve, wrapping->action->number << 8);
    add_ethernet(&geneve, unit);
    pass_in_udp(stage, wrapping, unit, entropy_port(unit), PORT_GENEVE, &geneve);
}

static void
pass_gtp(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer gtp = { 0 };

    buffer_u16(&gtp, 0x30ff); /* Version 1, no optional fields; a G-PDU. */
    buffer_u16(&gtp, (unsigned) (unit->bytes.n - ETHERTYPE_SIZE));
    buffer_u32(&gtp, wrapping->action->number);
    buffer_add(&gtp, unit->bytes.bytes + ETHERTYPE_SIZE, unit->bytes.n - ETHERTYPE_SIZE);
    pass_in_udp(stage, wrapping, unit, PORT_GTP_U, PORT_GTP_U, &gtp);
}

static void
pass_teredo(struct stage *stage, const struct wrapping *wrapping, const struct unit *unit)
{
    struct buffer packet = { 0 };

    buffer_add(&packet, unit->bytes.bytes + ETHERTYPE_SIZE, unit->bytes.n - ETHERTYPE_SIZE);
    pass_in_udp(stage, wrapping, unit, PORT_TEREDO, PORT_TEREDO, &packet);
}

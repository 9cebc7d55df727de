#include "capture/prefilter_program.h"

#include <linux/if_packet.h>
#include <stddef.h>

#include <pcap/dlt.h>

#include "capture/address_bits.h"
#include "capture/layer.h"

/* What registers hold from one part of the program to the next. */
enum {
    CONTEXT = BPF_REG_6, /* struct __sk_buff. */
    AT = BPF_REG_7,      /* Where in the frame the header at hand begins. */
    TYPE = BPF_REG_8,    /* What it is: an EtherType, then a protocol number. */
    STACK = BPF_REG_10,
};

/* Where on the stack a header is put to be read. */
enum { HEADER = -64 };

enum {
    ETHERNET_HEADER_SIZE = 14,
    VLAN_TAG_SIZE = 4,
    VLAN_TAGS_MAX = 2,
    IPV4_HEADER_SIZE = 20,
    IPV6_HEADER_SIZE = 40,
    LOOPBACK_INTERFACE = 1, /* LOOPBACK_IFINDEX of Linux, in every network namespace. */
};

struct writer {
    struct bpf_code *code;
    const struct prefilter_program *program;
    bpf_label ipv4, ipv6, transport; /* TYPE and AT are those of what follows. */
    bpf_label keep, withhold;
};

static void write_begin(struct writer *w);
static void write_link_ethernet(struct writer *w);
static void write_link_cooked(struct writer *w);
static void write_link_raw(struct writer *w);
static void write_ipv4(struct writer *w);
static void write_ipv6(struct writer *w);
static void write_transport(struct writer *w);
static void write_keep(struct writer *w);
static void write_withhold(struct writer *w, uint8_t before);

/* The link types that it knows, and the bytes that libpcap puts before what the kernel has
 * of a frame. */
static const struct link {
    uint16_t type;
    uint8_t before;
    void (*write)(struct writer *w);
} links[] = {
    { DLT_EN10MB, 0, write_link_ethernet },
    { DLT_RAW, 0, write_link_raw },
    { DLT_LINUX_SLL, 16, write_link_cooked },
    { DLT_LINUX_SLL2, 20, write_link_cooked },
};

static const struct link *
link_of(uint16_t type)
{
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i].type == type) {
            return &links[i];
        }
    }
    return NULL;
}

bool
prefilter_program_write(const struct prefilter_program *program, struct bpf_code *code)
{
    const struct link *link = link_of(program->link_type);
    struct writer w = { .code = code, .program = program };

    if (link == NULL) {
        return false;
    }
    *code = (struct bpf_code){ .n = 0 };
    w.ipv4 = bpf_code_label(code);
    w.ipv6 = bpf_code_label(code);
    w.transport = bpf_code_label(code);
    w.keep = bpf_code_label(code);
    w.withhold = bpf_code_label(code);
    write_begin(&w);
    link->write(&w);
    write_ipv4(&w);
    write_ipv6(&w);
    write_transport(&w);
    write_withhold(&w, link->before);
    write_keep(&w);
    return true;
}

/* Puts the header of 'size' bytes (up to 64) at AT on the stack; keeps a frame that is
 * shorter. */
static void
write_take(struct writer *w, int32_t size)
{
    bpf_code_register(w->code, BPF_MOV, BPF_REG_1, CONTEXT);
    bpf_code_register(w->code, BPF_MOV, BPF_REG_2, AT);
    bpf_code_register(w->code, BPF_MOV, BPF_REG_3, STACK);
    bpf_code_number(w->code, BPF_ADD, BPF_REG_3, HEADER);
    bpf_code_number(w->code, BPF_MOV, BPF_REG_4, size);
    bpf_code_call(w->code, BPF_FUNC_skb_load_bytes);
    bpf_code_jump(w->code, BPF_JNE, BPF_REG_0, 0, w->keep);
}

/* Loads a field of that header. */
static void
write_field(struct writer *w, uint8_t size, uint8_t to, int16_t offset)
{
    bpf_code_load(w->code, size, to, STACK, (int16_t) (HEADER + offset));
}

/* Loads a field of 16 bits in network order. */
static void
write_field_16(struct writer *w, uint8_t to, int16_t offset)
{
    write_field(w, BPF_H, to, offset);
    bpf_code_to_host(w->code, to, 16);
}

/* Libpcap passes over what leaves by the loopback interface, since it comes back in: it is
 * not counted. */
static void
write_begin(struct writer *w)
{
    const bpf_label begin = bpf_code_label(w->code);

    bpf_code_register(w->code, BPF_MOV, CONTEXT, BPF_REG_1);
    bpf_code_load(w->code, BPF_W, BPF_REG_2, CONTEXT, offsetof(struct __sk_buff, pkt_type));
    bpf_code_jump(w->code, BPF_JNE, BPF_REG_2, PACKET_OUTGOING, begin);
    bpf_code_load(w->code, BPF_W, BPF_REG_2, CONTEXT, offsetof(struct __sk_buff, ifindex));
    bpf_code_jump(w->code, BPF_JEQ, BPF_REG_2, LOOPBACK_INTERFACE, w->keep);
    bpf_code_place(w->code, begin);
}

/* Goes on by the EtherType in TYPE. */
static void
write_network(struct writer *w)
{
    bpf_code_jump(w->code, BPF_JEQ, TYPE, ETHERTYPE_IPV4, w->ipv4);
    bpf_code_jump(w->code, BPF_JEQ, TYPE, ETHERTYPE_IPV6, w->ipv6);
    bpf_code_jump_always(w->code, w->keep);
}

/* Jumps if TYPE is that of a VLAN tag. */
static void
write_jump_if_vlan(struct writer *w, bpf_label to)
{
    struct decoding none = { .n_tunnels = 0 };

    for (uint32_t type = ETHERTYPE_MIN; type <= UINT16_MAX; type++) {
        if (layer_of_ethertype(&none, (uint16_t) type) == LAYER_VLAN) {
            bpf_code_jump(w->code, BPF_JEQ, TYPE, (int32_t) type, to);
        }
    }
}

static void
write_link_ethernet(struct writer *w)
{
    bpf_code_number(w->code, BPF_MOV, AT, 0);
    write_take(w, ETHERNET_HEADER_SIZE);
    write_field_16(w, TYPE, ETHERNET_HEADER_SIZE - 2);
    bpf_code_number(w->code, BPF_ADD, AT, ETHERNET_HEADER_SIZE);
    for (unsigned n = 0; n < VLAN_TAGS_MAX; n++) {
        const bpf_label tag = bpf_code_label(w->code);

        write_jump_if_vlan(w, tag);
        write_network(w);
        bpf_code_place(w->code, tag);
        write_take(w, VLAN_TAG_SIZE);
        write_field_16(w, TYPE, VLAN_TAG_SIZE - 2);
        bpf_code_number(w->code, BPF_ADD, AT, VLAN_TAG_SIZE);
    }
    write_network(w);
}

/* The kernel shows a socket for cooked frames what is behind the link header. */
static void
write_link_cooked(struct writer *w)
{
    bpf_code_number(w->code, BPF_MOV, AT, 0);
    bpf_code_load(w->code, BPF_W, TYPE, CONTEXT, offsetof(struct __sk_buff, protocol));
    bpf_code_to_host(w->code, TYPE, 16);
    write_network(w);
}

static void
write_link_raw(struct writer *w)
{
    bpf_code_number(w->code, BPF_MOV, AT, 0);
    write_take(w, 1);
    write_field(w, BPF_B, TYPE, 0);
    bpf_code_number(w->code, BPF_RSH, TYPE, 4);
    bpf_code_jump(w->code, BPF_JEQ, TYPE, 4, w->ipv4);
    bpf_code_jump(w->code, BPF_JEQ, TYPE, 6, w->ipv6);
    bpf_code_jump_always(w->code, w->keep);
}

/* Keeps the frame if bit 'number', a register below 2^24, of the bits at 'offset' of struct
 * address_bits is set. */
static void
write_keep_if_set(struct writer *w, uint8_t number, size_t offset)
{
    bpf_code_register(w->code, BPF_MOV, BPF_REG_3, number);
    bpf_code_number(w->code, BPF_RSH, BPF_REG_3, 3);
    bpf_code_number(w->code, BPF_AND, BPF_REG_3, ADDRESS_BITS_SIZE - 1);
    bpf_code_point(w->code, BPF_REG_1, w->program->bits, (uint32_t) offset);
    bpf_code_register(w->code, BPF_ADD, BPF_REG_1, BPF_REG_3);
    bpf_code_load(w->code, BPF_B, BPF_REG_1, BPF_REG_1, 0);
    bpf_code_number(w->code, BPF_AND, number, 7);
    bpf_code_register(w->code, BPF_RSH, BPF_REG_1, number);
    bpf_code_jump(w->code, BPF_JSET, BPF_REG_1, 1, w->keep);
}

/* Keeps the frame if the address at 'offset' of its IPv4 header may be in the set. */
static void
write_ipv4_address(struct writer *w, int16_t offset)
{
    write_field(w, BPF_W, BPF_REG_2, offset);
    bpf_code_to_host(w->code, BPF_REG_2, 32);
    bpf_code_number(w->code, BPF_RSH, BPF_REG_2, ADDRESS_BITS_V4_SHIFT);
    write_keep_if_set(w, BPF_REG_2, offsetof(struct address_bits, v4));
}

static void
write_ipv4(struct writer *w)
{
    enum { VERSION_4_WITHOUT_OPTIONS = 0x45, FRAGMENT = 0x3fff };
    const bpf_label has_length = bpf_code_label(w->code);

    bpf_code_place(w->code, w->ipv4);
    write_take(w, IPV4_HEADER_SIZE);
    write_field(w, BPF_B, BPF_REG_2, 0);
    bpf_code_jump(w->code, BPF_JNE, BPF_REG_2, VERSION_4_WITHOUT_OPTIONS, w->keep);
    write_field_16(w, BPF_REG_2, 2); /* Length; 0 is allowed. */
    bpf_code_jump(w->code, BPF_JEQ, BPF_REG_2, 0, has_length);
    bpf_code_jump(w->code, BPF_JLT, BPF_REG_2, IPV4_HEADER_SIZE, w->keep);
    bpf_code_place(w->code, has_length);
    write_field_16(w, BPF_REG_2, 6); /* "More fragments" and offset. */
    bpf_code_jump(w->code, BPF_JSET, BPF_REG_2, FRAGMENT, w->keep);
    write_ipv4_address(w, 12);
    write_ipv4_address(w, 16);
    write_field(w, BPF_B, TYPE, 9);
    bpf_code_number(w->code, BPF_ADD, AT, IPV4_HEADER_SIZE);
    bpf_code_jump_always(w->code, w->transport);
}

/* The same for IPv6. */
static void
write_ipv6_address(struct writer *w, int16_t offset)
{
    static const uint8_t lengths[] = ADDRESS_BITS_V6_LENGTHS;

    write_field(w, BPF_DW, BPF_REG_4, offset);
    bpf_code_to_host(w->code, BPF_REG_4, 64);
    bpf_code_jump(w->code, BPF_JEQ, BPF_REG_4, 0, w->keep);
    bpf_code_set(w->code, BPF_REG_5, ADDRESS_BITS_V6_FACTOR);
    for (size_t i = 0; i < sizeof lengths; i++) {
        bpf_code_register(w->code, BPF_MOV, BPF_REG_2, BPF_REG_4);
        bpf_code_number(w->code, BPF_RSH, BPF_REG_2, 64 - lengths[i]);
        bpf_code_register(w->code, BPF_MUL, BPF_REG_2, BPF_REG_5);
        bpf_code_number(w->code, BPF_RSH, BPF_REG_2, ADDRESS_BITS_V6_SHIFT);
        write_keep_if_set(w, BPF_REG_2, offsetof(struct address_bits, v6));
    }
}

static void
write_ipv6(struct writer *w)
{
    bpf_code_place(w->code, w->ipv6);
    write_take(w, IPV6_HEADER_SIZE);
    write_field(w, BPF_B, BPF_REG_2, 0);
    bpf_code_number(w->code, BPF_RSH, BPF_REG_2, 4);
    bpf_code_jump(w->code, BPF_JNE, BPF_REG_2, 6, w->keep);
    write_ipv6_address(w, 8);
    write_ipv6_address(w, 24);
    write_field(w, BPF_B, TYPE, 6);
    for (int32_t next = 0; next <= UINT8_MAX; next++) {
        if (layer_is_ipv6_extension((uint8_t) next)) {
            bpf_code_jump(w->code, BPF_JEQ, TYPE, next, w->keep);
        }
    }
    bpf_code_number(w->code, BPF_ADD, AT, IPV6_HEADER_SIZE);
    bpf_code_jump_always(w->code, w->transport);
}

/* May there be another IP header behind this protocol, whatever the ports? */
static bool
leads_to_ip(uint8_t protocol)
{
    const enum layer layer = layer_of_protocol(protocol);

    return layer != LAYER_DONE && layer != LAYER_TCP && layer != LAYER_UDP &&
           layer != LAYER_UDP_LITE && layer != LAYER_SCTP && layer != LAYER_DCCP &&
           layer != LAYER_ICMP;
}

/* Keeps tunnels, whose protocol or port says so. */
static void
write_transport(struct writer *w)
{
    bpf_code_place(w->code, w->transport);
    bpf_code_jump(w->code, BPF_JEQ, TYPE, IP_PROTOCOL_TCP, w->withhold);
    for (int32_t protocol = 0; protocol <= UINT8_MAX; protocol++) {
        if (leads_to_ip((uint8_t) protocol)) {
            bpf_code_jump(w->code, BPF_JEQ, TYPE, protocol, w->keep);
        }
    }
    bpf_code_jump(w->code, BPF_JNE, TYPE, IP_PROTOCOL_UDP, w->withhold);
    write_take(w, 4);
    write_field_16(w, BPF_REG_2, 0);
    write_field_16(w, BPF_REG_3, 2);
    for (int32_t port = 0; port <= UINT16_MAX; port++) {
        if (layer_of_udp_ports((uint16_t) port, 0) != LAYER_DONE) {
            bpf_code_jump(w->code, BPF_JEQ, BPF_REG_2, port, w->keep);
        }
        if (layer_of_udp_ports(0, (uint16_t) port) != LAYER_DONE) {
            bpf_code_jump(w->code, BPF_JEQ, BPF_REG_3, port, w->keep);
        }
    }
}

/* Counts the frame, and with it a VLAN tag that the kernel took out, which libpcap puts
 * back. */
static void
write_withhold(struct writer *w, uint8_t before)
{
    bpf_code_place(w->code, w->withhold);
    bpf_code_call(w->code, BPF_FUNC_get_smp_processor_id);
    bpf_code_number(w->code, BPF_AND, BPF_REG_0, PREFILTER_SLOTS - 1);
    bpf_code_number(w->code, BPF_MUL, BPF_REG_0, sizeof(struct prefilter_slot));
    bpf_code_point(w->code, BPF_REG_1, w->program->withheld, 0);
    bpf_code_register(w->code, BPF_ADD, BPF_REG_1, BPF_REG_0);
    bpf_code_number(w->code, BPF_MOV, BPF_REG_2, 1);
    bpf_code_count(w->code, BPF_REG_1, offsetof(struct prefilter_slot, packets), BPF_REG_2);
    bpf_code_load(w->code, BPF_W, BPF_REG_2, CONTEXT,
                  offsetof(struct __sk_buff, vlan_present));
    bpf_code_number(w->code, BPF_MUL, BPF_REG_2, VLAN_TAG_SIZE);
    bpf_code_load(w->code, BPF_W, BPF_REG_3, CONTEXT, offsetof(struct __sk_buff, len));
    bpf_code_register(w->code, BPF_ADD, BPF_REG_2, BPF_REG_3);
    bpf_code_number(w->code, BPF_ADD, BPF_REG_2, before);
    bpf_code_count(w->code, BPF_REG_1, offsetof(struct prefilter_slot, bytes), BPF_REG_2);
    bpf_code_number(w->code, BPF_MOV, BPF_REG_0, 0);
    bpf_code_exit(w->code);
}

static void
write_keep(struct writer *w)
{
    bpf_code_place(w->code, w->keep);
    bpf_code_number(w->code, BPF_MOV, BPF_REG_0, (int32_t) w->program->snaplen);
    bpf_code_exit(w->code);
}

/* Real captures of many link types and tunnels: which addresses and ports are found
 * innermost in one of their packets, as other programs see them, too. */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

#include "capture/decode.h"
#include "capture/source.h"

static const struct capture_case {
    const char *name; /* Of the file in captures/encaps, without ".pcap". */
    uint64_t number;  /* Of the packet, from 1. */
    enum tunnel tunnel;
    unsigned n_tunnels;
    const char *inner; /* Source, destination, protocol, ports or '-'. */
} cases[] = {
    { "dnscap__sll2", 1, TUNNEL_NONE, 0, "238.0.0.1 238.0.0.2 17 37273 53" },
    { "dnscap__frags", 2, TUNNEL_NONE, 0, "172.17.0.10 8.8.8.8 17 53199 53" },
    { "dnscap__vlan11", 1, TUNNEL_NONE, 0, "172.17.0.10 8.8.8.8 17 53199 53" },
    { "tcpdump__HDLC", 7, TUNNEL_NONE, 0, "10.0.0.1 10.0.0.2 1 8 0" },
    { "tcpdump__LINKTYPE_IPV6", 1, TUNNEL_NONE, 0, "2001:db8::1 2620:fe::9 17 12345 53" },
    { "tcpdump__LINKTYPE_PKTAP", 1, TUNNEL_NONE, 0, "10.32.4.27 10.32.100.15 17 63538 53" },
    { "tcpdump__LINKTYPE_RAW_ipv4", 1, TUNNEL_NONE, 0,
      "192.168.1.100 9.9.9.9 17 12345 53" },
    { "tcpdump__arista_ether", 3, TUNNEL_NONE, 0, "10.136.1.32 10.2.23.24 63 - -" },
    { "tcpdump__bigtcp-ipv4-geneve-ipv6", 1, TUNNEL_GENEVE, 1,
      "fd00::2 fd00::1 6 40433 41423" },
    { "tcpdump__bigtcp-ipv4-vxlan-ipv4", 1, TUNNEL_VXLAN, 1,
      "192.168.1.2 192.168.1.1 6 36875 36449" },
    { "tcpdump__brcm-tag-prepend", 1, TUNNEL_NONE, 0, "192.168.1.1 192.168.1.151 1 8 0" },
    { "tcpdump__brcm-tag", 1, TUNNEL_NONE, 0, "0.0.0.0 255.255.255.255 17 68 67" },
    { "tcpdump__dsa-high-vid", 1, TUNNEL_NONE, 0, "198.18.10.1 198.18.10.2 1 8 0" },
    { "tcpdump__edsa", 1, TUNNEL_NONE, 0, "192.168.20.1 192.168.20.2 1 8 0" },
    { "tcpdump__e1000g", 1, TUNNEL_NONE, 0, "129.146.106.55 10.5.233.117 1 8 0" },
    { "tcpdump__erspan-type-i-1", 1, TUNNEL_ERSPAN, 1,
      "10.52.128.233 10.52.128.234 1 8 0" },
    { "tcpdump__erspan-type-ii-2", 1, TUNNEL_ERSPAN, 1,
      "10.200.101.2 224.0.0.2 17 1985 1985" },
    { "tcpdump__geneve", 1, TUNNEL_GENEVE, 1, "30.0.0.1 30.0.0.2 1 8 0" },
    { "tcpdump__ipoib", 1, TUNNEL_NONE, 0, "192.168.56.10 192.168.56.24 1 8 0" },
    { "tcpdump__ipv6-srh-ipproto-ether", 1, TUNNEL_ETHERIP, 1, "a::2 e::2 58 128 0" },
    { "tcpdump__ipv6-srh-ext-header", 1, TUNNEL_IP_IN_IP, 1, "a:b:c:12::1 b2::2 58 128 0" },
    { "tcpdump__ipv6_jumbogram_1", 1, TUNNEL_NONE, 0,
      "2200::244:212:3fff:feae:22f7 2200::240:2:0:0:4 58 128 0" },
    { "tcpdump__macsec-integonly", 1, TUNNEL_NONE, 0, "192.168.113.1 192.168.113.2 1 8 0" },
    { "tcpdump__mpls-over-udp", 1, TUNNEL_MPLS, 1, "10.3.0.10 10.1.0.10 1 8 0" },
    { "tcpdump__mpls-traceroute", 1, TUNNEL_NONE, 0, "12.4.4.4 12.1.1.1 17 42315 33435" },
    { "tcpdump__nflog", 1, TUNNEL_NONE, 0, "74.82.42.42 10.0.0.20 17 53 42585" },
    { "tcpdump__nsh", 1, TUNNEL_NONE, 0, "10.0.8.3 10.13.13.13 17 52229 8000" },
    { "tcpdump__nsh-over-vxlan-gpe", 1, TUNNEL_VXLAN, 1,
      "192.168.0.1 192.168.0.2 17 10000 20000" },
    { "tcpdump__pptp", 20, TUNNEL_NONE, 0, "10.1.1.10 10.1.1.11 6 1723 3025" },
    { "tcpdump__various_gre", 11, TUNNEL_GRE, 1, "10.172.64.6 10.172.64.7 47 - -" },
    { "tcpdump__vxlan", 1, TUNNEL_VXLAN, 1, "192.168.203.3 192.168.203.5 1 8 0" },
    { "tcpdump__vxlan_port_8472", 1, TUNNEL_VXLAN, 1, "192.168.203.3 192.168.203.5 1 8 0" },
    { "tcpdump__wccp_redirect_gre", 1, TUNNEL_GRE, 1,
      "10.254.127.195 10.254.108.228 6 1291 445" },
    { "zeek__cisco-fabric-path", 1, TUNNEL_NONE, 0, "1.1.1.6 2.2.2.2 17 57005 48879" },
    { "zeek__erspan", 1, TUNNEL_GRE, 1, "192.168.69.10 192.168.69.2 1 8 0" },
    { "zeek__erspanI", 1, TUNNEL_ERSPAN, 1, "172.16.133.2 172.217.11.78 1 8 0" },
    { "zeek__erspanII", 1, TUNNEL_ERSPAN, 1, "23.0.0.2 23.0.0.3 1 8 0" },
    { "zeek__erspanIII", 1, TUNNEL_ERSPAN, 1, "192.168.15.47 1.1.1.1 1 8 0" },
    { "zeek__ipv4_fragmented-4", 5, TUNNEL_NONE, 0, "128.32.46.142 10.0.0.1 6 7790 80" },
    { "zeek__ipv4_fragmented-syn", 2, TUNNEL_NONE, 0, "192.168.1.100 10.0.0.5 6 12345 80" },
    { "zeek__ipv6-hbh-routing0", 1, TUNNEL_NONE, 0,
      "2001:4f8:4:7:2e0:81ff:fe52:ffff 2001:4f8:4:7:2e0:81ff:fe52:9a6b 17 53 53" },
    { "zeek__ipv6_zero_len_ah", 1, TUNNEL_NONE, 0, "2000:1300::1 2000:1300::2 58 128 0" },
    { "zeek__llc", 1, TUNNEL_NONE, 0, "128.3.140.132 194.140.136.34 6 2035 80" },
    { "zeek__mixed-vlan-mpls", 1, TUNNEL_NONE, 0, "10.1.2.1 10.34.0.1 6 11001 23" },
    { "zeek__pbb", 3, TUNNEL_NONE, 0, "10.199.242.132 224.0.0.5 89 - -" },
    { "zeek__pppoe", 22, TUNNEL_NONE, 0, "fe80::c801:eff:fe88:8 ff02::16 58 143 0" },
    { "zeek__q-in-q", 1, TUNNEL_NONE, 0, "172.19.51.37 172.19.51.63 17 47808 47808" },
    { "zeek__radiotap", 1, TUNNEL_NONE, 0, "172.17.156.76 208.67.220.220 17 61738 53" },
    { "zeek__snap-tcp", 1, TUNNEL_NONE, 0, "192.168.1.1 192.168.1.2 6 12345 80" },
    { "zeek__tunnels_4in4", 1, TUNNEL_IP_IN_IP, 1, "10.0.0.1 10.0.0.2 17 30000 13000" },
    { "zeek__tunnels_4in6", 1, TUNNEL_6IN4, 1, "70.55.213.211 192.88.99.1 6 31337 80" },
    { "zeek__tunnels_6in4", 1, TUNNEL_6IN4, 1, "dead::beef cafe::babe 17 30000 13000" },
    { "zeek__tunnels_6in6", 1, TUNNEL_IP_IN_IP, 1, "dead::beef cafe::babe 17 30000 13000" },
    { "zeek__tunnels_6in6in6", 1, TUNNEL_IP_IN_IP, 2,
      "dead::beef cafe::babe 17 30000 13000" },
    { "zeek__tunnels_Teredo", 6, TUNNEL_TEREDO, 1,
      "fe80::8000:ffff:ffff:fffd ff02::2 58 133 0" },
    { "zeek__tunnels_ayiya3", 1, TUNNEL_AYIYA, 1,
      "2001:4978:f:4c::1 2001:4978:f:4c::2 58 128 0" },
    { "zeek__tunnels_geneve-ipv6", 1, TUNNEL_GENEVE, 1, "fd00::1 fd00::2 17 40000 40001" },
    { "zeek__tunnels_geneve-many-options", 1, TUNNEL_GENEVE, 1,
      "10.0.0.226 95.217.228.176 6 39088 80" },
    { "zeek__tunnels_geneve-arp", 1, TUNNEL_NONE, 0, "10.0.0.1 10.0.0.2 17 12345 6081" },
    { "zeek__tunnels_gre-aruba", 1, TUNNEL_GRE, 1,
      "10.37.36.92 205.185.216.10 6 58973 80" },
    { "zeek__tunnels_gre-aruba-amsdu", 1, TUNNEL_GRE, 1,
      "157.240.18.16 149.159.130.184 6 443 49392" },
    { "zeek__tunnels_gre-over-udp-4754", 1, TUNNEL_GRE, 1,
      "172.17.0.2 1.1.1.1 17 51714 53" },
    { "zeek__tunnels_gre-pptp", 1, TUNNEL_6IN4, 2, "172.16.44.3 8.8.8.8 17 40768 53" },
    { "zeek__tunnels_gre-sample", 1, TUNNEL_GRE, 1, "66.59.111.190 172.28.2.3 1 8 0" },
    { "zeek__tunnels_gre-within-gre", 1, TUNNEL_GRE, 2, "10.10.25.1 192.168.1.2 1 8 0" },
    { "zeek__tunnels_gtp_gtp1_gn_normal_incl_fragmentation", 1, TUNNEL_GTP_U, 1,
      "10.131.47.185 79.101.110.141 6 1923 80" },
    { "zeek__tunnels_gtp_gtp3_false_gtp", 1, TUNNEL_NONE, 0,
      "10.131.24.6 195.178.38.3 17 2152 53" },
    { "zeek__tunnels_gtp_gtp6_gtp_0x32", 1, TUNNEL_GTP_U, 1,
      "10.222.10.10 173.194.69.188 6 44960 5228" },
    { "zeek__tunnels_gtp_gtp7_ipv6", 1, TUNNEL_GTP_U, 1,
      "fe80::224c:4fff:fe43:414c ff02::1:3 17 1234 5355" },
    { "zeek__tunnels_gtp_gtp8_teredo", 1, TUNNEL_GTP_U, 2,
      "2001:0:5ef5:79fd:3ca5:6ae6:2b37:be97 2001:0:4137:9e76:201a:3f51:3afd:573e 59 - -" },
    { "zeek__tunnels_gtp_gtp_ext_header", 2, TUNNEL_GTP_U, 1,
      "10.155.182.202 10.155.186.57 6 41511 6005" },
    { "zeek__tunnels_gtp_gtp10_not_0xff", 1, TUNNEL_NONE, 0,
      "247.56.43.90 247.56.43.248 17 2152 2152" },
    { "zeek__tunnels_vxlan-encapsulated-http", 1, TUNNEL_VXLAN, 1,
      "172.16.11.201 54.86.237.188 6 40354 80" },
    { "zeek__vntag", 1, TUNNEL_NONE, 0, "1.1.1.1 1.1.2.1 253 - -" },
    { "zeek__vntag_vlan_sandwich_clean", 1, TUNNEL_NONE, 0,
      "10.10.10.1 10.10.10.2 6 443 56960" },
    { "zeek__wlanmon", 1, TUNNEL_NONE, 0, "172.17.156.76 208.67.220.220 17 61738 53" },
};

static const char *
format_inner(const struct packet *packet, char text[static 128])
{
    const struct endpoints *inner = &packet->inner;
    char source[IP_TEXT_SIZE], destination[IP_TEXT_SIZE], ports[32] = "- -";

    if (packet->has_transport) {
        (void) snprintf(ports, sizeof ports, "%u %u", inner->source_port,
                        inner->destination_port);
    }
    (void) snprintf(text, 128, "%s %s %u %s", ip_format(inner->source, source),
                    ip_format(inner->destination, destination), inner->protocol, ports);
    return text;
}

/* Reads up to the packet of the case; every frame must be counted as one thing. */
static void
test_capture(void **state)
{
    const struct capture_case *c = *state;
    const struct decode_config config = { .tunnel_depth_max = 4,
                                          .fragment_packets_max = 64,
                                          .fragment_bytes_max = 1 << 20,
                                          .fragment_timeout_ns = 30000000000 };
    char relative[256], text[128];
    struct counters counters = { 0 };
    enum decode_status status = DECODE_BAD;
    struct decoder *decoder;
    struct source *source;
    struct packet packet;
    struct frame_batch *batch;

    (void) snprintf(relative, sizeof relative, "captures/encaps/%s.pcap", c->name);
    source = source_open_file(shared_path_or_skip(relative), 0, NULL);
    assert_non_null(source);
    batch = frame_batch_new();
    decoder = decoder_new(&config, hash_seed_fixed());
    for (uint64_t i = 0; i < c->number; i++) {
        assert_int_equal(source_next(source, 1, batch, &counters), SOURCE_OK);
        assert_int_equal(batch->n, 1);
        status = decoder_decode(decoder, &batch->frames[0], &packet, &counters);
    }
    assert_int_equal(status, DECODE_OK);
    assert_string_equal(format_inner(&packet, text), c->inner);
    assert_string_equal(tunnel_name((enum tunnel) packet.tunnel), tunnel_name(c->tunnel));
    assert_int_equal(packet.n_tunnels, c->n_tunnels);
    assert_int_equal(
        counters.n[COUNTER_CAPTURE_DECODED] + counters.n[COUNTER_CAPTURE_FRAGMENTS_KEPT] +
            counters.n[COUNTER_CAPTURE_NOT_IP] +
            counters.n[COUNTER_CAPTURE_LINK_TYPE_UNKNOWN] + counters.n[COUNTER_CAPTURE_BAD],
        c->number);
    decoder_free(decoder);
    source_close(source);
    frame_batch_free(batch);
}

int
main(void)
{
    return RUN_CASES(cases, test_capture);
}

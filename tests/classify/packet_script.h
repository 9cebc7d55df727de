#ifndef TESTS_CLASSIFY_PACKET_SCRIPT_H
#define TESTS_CLASSIFY_PACKET_SCRIPT_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "capture/packet.h"
#include "classify/flow.h"
#include "support/support.h"

/* Packets from one line of text each, so that a test reads like a trace:
 *
 *     "1500 A:40000 > B:443 tcp SA 10"
 *
 * Milliseconds, source, destination, transport, TCP flags (any of S A F R P, or -; SCTP:
 * type of the first chunk), length of the payload (0 may be left out).  Hosts are one
 * letter: capitals have IPv4 addresses (192.0.2.65 for A), others IPv6.  ICMP has its type
 * and code as ports, as the decoder gives them. */

static inline struct ip_address
script_host(char letter)
{
    if (letter >= 'a') {
        return (struct ip_address){ UINT64_C(0x20010db800000000), (uint64_t) letter };
    }
    return ip_from_v4(UINT32_C(0xc0000200) + (uint32_t) letter);
}

static inline uint8_t
script_protocol(const char *name)
{
    static const struct {
        const char *name;
        uint8_t protocol;
    } protocols[] = {
        { "tcp", IP_PROTOCOL_TCP },       { "udp", IP_PROTOCOL_UDP },
        { "sctp", IP_PROTOCOL_SCTP },     { "icmp", IP_PROTOCOL_ICMP },
        { "icmpv6", IP_PROTOCOL_ICMPV6 }, { "esp", 50 },
    };

    for (size_t i = 0; i < N_ELEMENTS(protocols); i++) {
        if (strcmp(protocols[i].name, name) == 0) {
            return protocols[i].protocol;
        }
    }
    fail_msg("no transport \"%s\"", name);
    return 0;
}

static inline uint8_t
script_flags(const char *letters)
{
    static const char names[] = "FSRPA"; /* From bit 0 on. */
    uint8_t flags = 0;

    for (; *letters != '\0' && *letters != '-'; letters++) {
        const char *at = strchr(names, *letters);

        assert_non_null(at);
        flags |= (uint8_t) (1U << (at - names));
    }
    return flags;
}

static inline struct packet
script_packet(const char *line)
{
    static uint8_t payload[16];
    unsigned time_ms, source_port, destination_port, length = 0;
    char source, destination, protocol[8], flags[8];
    struct packet packet;

    if (sscanf(line, "%u %c:%u > %c:%u %7s %7s %u", &time_ms, &source, &source_port,
               &destination, &destination_port, protocol, flags, &length) < 7) {
        fail_msg("cannot read \"%s\"", line);
    }
    packet = (struct packet){
        .time_ns = UINT64_C(1700000000000000000) + time_ms * UINT64_C(1000000),
        .inner = { .source = script_host(source),
                   .destination = script_host(destination),
                   .source_port = (uint16_t) source_port,
                   .destination_port = (uint16_t) destination_port,
                   .protocol = script_protocol(protocol) },
        .wire_bytes = 54 + length,
        .has_transport = true,
        .payload = payload,
        .payload_len = length,
        .payload_size = length < sizeof payload ? length : sizeof payload,
    };
    memset(payload, 'x', sizeof payload);
    if (packet.inner.protocol == IP_PROTOCOL_TCP) {
        packet.tcp_flags = script_flags(flags);
    }
    if (packet.inner.protocol == IP_PROTOCOL_SCTP) {
        unsigned chunk = 0;

        (void) sscanf(flags, "%u", &chunk);
        payload[0] = (uint8_t) chunk;
    }
    return packet;
}

/* Calls 'take' for each line of 'script'. */
static inline void
script_run(const char *script, void (*take)(const struct packet *packet, void *context),
           void *context)
{
    while (*script != '\0') {
        const size_t length = strcspn(script, "\n");
        char line[128];
        struct packet packet;

        assert_in_range(length, 1, sizeof line - 1);
        memcpy(line, script, length);
        line[length] = '\0';
        packet = script_packet(line);
        take(&packet, context);
        script += length + (script[length] == '\n');
    }
}

static inline char
script_letter(struct ip_address address)
{
    return (char) (address.low & 0x7f);
}

#endif

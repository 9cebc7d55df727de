#include "classify/recognise/recognise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/flow_run.h"
#include "classify/packet_script.h"
#include "classify/quic_packets.h"
#include "classify/recogniser_run.h"

/* What the port claims: the packets of one flow, and the packet (from 1) at which the
 * service is observed; 0: at none. */
struct port_case {
    const char *name, *packets;
    unsigned at;
    enum service service;
};

static const struct port_case port_cases[] = {
    { "a try is not enough", "0 A:40000 > B:2404 tcp S", 0, SERVICE_NONE },
    { "an answer is", "0 A:40000 > B:2404 tcp S\n1 B:2404 > A:40000 tcp SA", 2,
      SERVICE_IEC104 },
    { "it is said once",
      "0 A:40000 > B:2404 tcp S\n1 B:2404 > A:40000 tcp SA\n2 A:40000 > B:2404 tcp A\n"
      "3 A:40000 > B:2404 tcp PA 6\n4 B:2404 > A:40000 tcp PA 6",
      2, SERVICE_IEC104 },
    { "a refusal is none",
      "0 A:40000 > B:2404 tcp S\n1 B:2404 > A:40000 tcp RA\n2 A:40000 > B:2404 tcp S", 0,
      SERVICE_NONE },
    { "a refusal of a probe is none",
      "0 A:40000 > B:2404 tcp F\n1 B:2404 > A:40000 tcp RA\n2 A:40000 > B:2404 tcp F", 0,
      SERVICE_NONE },
    { "accepted at the second try",
      "0 A:40000 > B:2404 tcp S\n1 B:2404 > A:40000 tcp RA\n2 A:40000 > B:2404 tcp S\n"
      "3 B:2404 > A:40000 tcp SA",
      4, SERVICE_IEC104 },
    { "backscatter alone is none", "0 B:2404 > A:40000 tcp SA", 0, SERVICE_NONE },
    { "from the middle, data", "0 B:104 > A:40000 tcp PA 100", 1, SERVICE_DICOM },
    { "udp, one way", "0 A:40000 > B:10110 udp - 60", 1, SERVICE_NMEA },
    { "the responder's port counts", "0 A:2404 > B:40000 tcp S\n1 B:40000 > A:2404 tcp SA",
      0, SERVICE_NONE },
    { "no service has the port", "0 A:40000 > B:50000 udp - 60", 0, SERVICE_NONE },
    { "icmp has no services", "0 A:8 > B:0 icmp - 56\n1 B:0 > A:0 icmp - 56", 0,
      SERVICE_NONE },
};

struct run {
    struct flow_run *flows;
    struct region *region;
    struct recognition *recognition;
    struct counters counters;
    struct observation_list list;
    const struct flow *flow; /* Of the last packet of a talk. */
    unsigned n_packets, at;
    enum service service;
};

static const struct recognise_config recognise_config = { .sessions = 64 };

static bool
wants_all(const void *context, const struct flow *flow, enum observation_kind kind)
{
    (void) context;
    (void) flow;
    (void) kind;
    return true;
}

static const struct flow_interest every = { .wants_observation = wants_all };

/* A responder whose range declares Secure Shell, and no more. */
static bool
serves_ssh(const void *context, const struct flow *flow, enum service service)
{
    (void) context;
    (void) flow;
    return service == SERVICE_SSH;
}

static struct run *
run_new(const struct flow_interest *interest)
{
    const struct flow_config config = { .capacity = 16, .unanswered_capacity = 16 };
    struct run *run = memory_zeroed(1, sizeof *run);

    run->flows = flow_run_new(&config, hash_seed_fixed());
    run->region = region_new(recognition_size(&recognise_config));
    recognitions_new(&recognise_config, *interest, 1, run->region, &run->recognition);
    return run;
}

static void
run_free(struct run *run)
{
    recognition_free(run->recognition);
    region_free(run->region);
    flow_run_free(run->flows);
    free(run);
}

static struct flow *
run_take(struct run *run, const struct packet *packet)
{
    const struct flow_key key = flow_key_of(packet, false);
    const struct critical_packet critical = {
        .packet = *packet,
        .hash = flow_key_hash(&key, hash_seed_fixed()),
    };
    struct flow *flow = flow_run_update(run->flows, packet, 0, 1, &run->counters);

    run->n_packets++;
    recognise(run->recognition, flow, &critical, &run->counters, &run->list);
    return flow;
}

static void
take(const struct packet *packet, void *context)
{
    struct run *run = context;
    const struct flow *flow = run_take(run, packet);

    run->service = (enum service) flow->service;
    if (run->list.n == 1 && run->at == 0) {
        const struct observation *observation = &run->list.items[0];

        run->at = run->n_packets;
        assert_int_equal(observation->kind, OBSERVATION_SERVICE);
        assert_ptr_equal(observation->flow, flow);
        assert_int_equal(observation->time_ns, packet->time_ns);
        assert_int_equal(flow->evidence, EVIDENCE_PORT_CONSISTENT);
    }
}

static void
test_port(void **state)
{
    const struct port_case *c = *state;
    const struct flow_interest interest = { .wants_observation = wants_all };
    struct run *run = run_new(&interest);

    script_run(c->packets, take, run);
    assert_int_equal(run->at, c->at);
    assert_int_equal(run->list.n, c->at == 0 ? 0 : 1);
    assert_string_equal(service_name(run->service), service_name(c->service));
    run_free(run);
}

/* A query of DNS (RFC 1035) for example.org, in an echo request and in a datagram. */
static void
test_echo(void **state)
{
    static const uint8_t query[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                   "\x07"
                                   "example\x03"
                                   "org\x00\x00\x01\x00\x01";
    struct packet packet = {
        .inner = { .source = ip_from_v4(0xc0000201),
                   .destination = ip_from_v4(0xc6336401),
                   .source_port = 8,
                   .protocol = IP_PROTOCOL_ICMP },
        .has_transport = true,
        .payload = query,
        .payload_size = sizeof query - 1,
        .payload_len = sizeof query - 1,
    };
    struct run *run = run_new(&every);

    (void) state;
    assert_int_equal(run_take(run, &packet)->evidence, EVIDENCE_RANGE_ONLY);
    assert_int_equal(run->list.n, 0);
    packet.inner.protocol = IP_PROTOCOL_UDP;
    assert_int_equal(run_take(run, &packet)->service, SERVICE_DNS);
    assert_true(run->list.n > 0);
    run_free(run);
}

/* Modbus requests and responses in segments: "C" from the client, "S" from the server, the
 * sequence number counted from 0, "/" and what is acknowledged if it is anything, and the
 * bytes.  The connection is opened first unless the case begins in the middle. */
#define READ_1    "0001 0000 0006 11 03 006b 0003"
#define READ_1_A  "0001 0000 0006"
#define READ_1_B  "11 03 006b 0003"
#define ANSWER_1  "0001 0000 0009 11 03 06 022b 0000 0064"
#define WRITE_2   "0002 0000 0006 11 06 0001 0003"
#define WRITE_2_A "0002 0000 0006 11"
#define WRITE_2_B "06 0001 0003"
#define WRITE_3   "0003 0000 0006 11 05 0007 ff00"

struct stream_case {
    const char *name;
    bool is_midstream;
    uint16_t port;
    const char *segments;
    const char *seen; /* Observations, in their order. */
};

static const struct stream_case stream_cases[] = {
    { "one message a segment", false, 502,
      "C 0 " READ_1 "\nS 0 " ANSWER_1 "\nC 12 " WRITE_2,
      "service\nservice, surer\nread-holding-registers (3), unit 17, 3 from address 107\n"
      "write-single-register (6), unit 17, address 1\n" },
    { "several in a segment", false, 502, "C 0 " READ_1 WRITE_2 "\nS 0 " ANSWER_1,
      "service\nservice, surer\nread-holding-registers (3), unit 17, 3 from address 107\n"
      "write-single-register (6), unit 17, address 1\n" },
    { "one over two segments", false, 502,
      "C 0 " READ_1_A "\nC 6 " READ_1_B "\nS 0 " ANSWER_1 "\nC 12 " WRITE_2_A
      "\nC 19 " WRITE_2_B,
      "service\nservice, surer\nread-holding-registers (3), unit 17, 3 from address 107\n"
      "write-single-register (6), unit 17, address 1\n" },
    { "the second half comes first", false, 502,
      "C 0 " READ_1 "\nS 0 " ANSWER_1 "\nC 19 " WRITE_2_B "\nC 12 " WRITE_2_A,
      "service\nservice, surer\nread-holding-registers (3), unit 17, 3 from address 107\n"
      "write-single-register (6), unit 17, address 1\n" },
    { "one is lost, and the server has had it", false, 502,
      "C 0 " READ_1 "\nS 0/12 " ANSWER_1 "\nC 24 " WRITE_3 "\nS 15/36 " ANSWER_1,
      "service\nservice, surer\nread-holding-registers (3), unit 17, 3 from address 107\n"
      "write-single-coil (5), unit 17, address 7\n" },
    { "one is late, and the server has not had it", false, 502,
      "C 0 " READ_1 "\nS 0/12 " ANSWER_1 "\nC 24 " WRITE_3 "\nS 15/12 " ANSWER_1
      "\nC 12 " WRITE_2,
      "service\nservice, surer\nread-holding-registers (3), unit 17, 3 from address 107\n"
      "write-single-register (6), unit 17, address 1\n"
      "write-single-coil (5), unit 17, address 7\n" },
    { "the first is lost before the protocol is known", false, 502,
      "C 0 0001 0000\nC 12 " WRITE_3 "\nS 0/24 0003 0000 0006 11 05 0007 ff00",
      "service\nservice, surer\nwrite-single-coil (5), unit 17, address 7\n" },
    { "sent twice is said once", false, 502,
      "C 0 " READ_1 "\nS 0 " ANSWER_1 "\nC 12 " WRITE_2 "\nC 12 " WRITE_2 "\nC 0 " READ_1,
      "service\nservice, surer\nread-holding-registers (3), unit 17, 3 from address 107\n"
      "write-single-register (6), unit 17, address 1\n" },
    { "the answer comes first", false, 502, "S 0 " ANSWER_1 "\nC 0 " READ_1,
      "service\nservice, surer\nread-holding-registers (3), unit 17, 3 from address "
      "107\n" },
    { "from the middle, at another port than its own, its ends a guess", true, 40000,
      "C 0 " READ_1 "\nS 0 " ANSWER_1 "\nC 12 " WRITE_3,
      "service\nread-holding-registers (3), unit 17, 3 from address 107\n"
      "write-single-coil (5), unit 17, address 7\n" },
    { "at another protocol's port", false, 22, "C 0 " READ_1 "\nS 0 " ANSWER_1,
      "service\nservice\ncontradiction\nread-holding-registers (3), unit 17, 3 from "
      "address "
      "107\n" },
    { "text is none", false, 50000, "C 0 4745542f\nS 0 48545450", "" },
};

/* Where the responder's range declares no Modbus. */
static const struct stream_case undeclared_cases[] = {
    { "at its port", false, 502, "C 0 " READ_1 "\nS 0 " ANSWER_1,
      "service\nservice, surer\nundeclared-service\nread-holding-registers (3), unit 17, 3 "
      "from address 107\n" },
    { "at the port of what is declared", false, 22, "C 0 " READ_1 "\nS 0 " ANSWER_1,
      "service\nservice\ncontradiction\nundeclared-service\nread-holding-registers (3), "
      "unit 17, 3 from address 107\n" },
    { "where it is a guess who serves, nothing is held to it", true, 40000,
      "C 0 " READ_1 "\nS 0 " ANSWER_1,
      "service\nread-holding-registers (3), unit 17, 3 from address 107\n" },
};

static const struct ip_address client = { .low = 0x0a000001 },
                               server = { .low = 0x0a000002 };

static struct packet
packet_of(uint8_t protocol, bool from_client, uint16_t client_port, uint16_t server_port)
{
    static const uint64_t now_ns = UINT64_C(1700000000000000000);

    return (struct packet){
        .time_ns = now_ns,
        .inner = { from_client ? client : server, from_client ? server : client,
                   from_client ? client_port : server_port,
                   from_client ? server_port : client_port, protocol },
        .has_transport = true,
    };
}

static struct packet
segment(const struct stream_case *c, bool from_client, uint8_t flags, uint32_t sequence)
{
    struct packet packet = packet_of(IP_PROTOCOL_TCP, from_client, 45678, c->port);

    packet.tcp_flags = flags;
    packet.tcp_sequence = sequence;
    return packet;
}

static void
say(struct packet *packet, const char *text, uint8_t *bytes, size_t size)
{
    packet->payload = bytes;
    packet->payload_size = packet->payload_len = (uint32_t) hex_bytes(text, bytes, size);
}

/* An observation a line. */
static void
write_seen(const struct observation_list *list, char *seen)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct observation *o = &list->items[i];

        strcat(seen, *o->detail != '\0'    ? o->detail
                     : *o->subject != '\0' ? o->subject
                                           : observation_name(o->kind));
        strcat(seen, o->earlier != EVIDENCE_RANGE_ONLY ? ", surer" : "");
        strcat(seen, "\n");
    }
}

static void
check_stream(const struct stream_case *c, const struct flow_interest *interest)
{
    const uint32_t first = 0xfffffff0; /* The numbers wrap. */
    struct run *run = run_new(interest);
    char seen[4096] = "";
    const char *line = c->segments;
    struct packet packet;

    if (!c->is_midstream) {
        packet = segment(c, true, TCP_SYN, first - 1);
        (void) run_take(run, &packet);
        packet = segment(c, false, TCP_SYN | TCP_ACK, first - 1);
        (void) run_take(run, &packet);
    }
    while (line != NULL) {
        uint8_t bytes[512];
        char side;
        unsigned sequence, acknowledgement = 0;
        int n_read;

        if (sscanf(line, "%c %u/%u %n", &side, &sequence, &acknowledgement, &n_read) != 3) {
            assert_int_equal(sscanf(line, "%c %u %n", &side, &sequence, &n_read), 2);
        }
        packet = segment(c, side == 'C', TCP_PSH | TCP_ACK, first + sequence);
        packet.tcp_acknowledgement = first + acknowledgement;
        say(&packet, line + n_read, bytes, sizeof bytes);
        (void) run_take(run, &packet);
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    write_seen(&run->list, seen);
    assert_string_equal(seen, c->seen);
    run_free(run);
}

static void
test_stream(void **state)
{
    check_stream(*state, &every);
}

static void
test_undeclared(void **state)
{
    check_stream(*state, &(struct flow_interest){ .wants_observation = wants_all,
                                                  .may_serve = serves_ssh });
}

/* What is claimed of one datagram to a port. */
#define SPACE_PACKET "1805 c000 0006 2f 11 01 0000 bb28"

struct datagram_case {
    const char *name;
    uint16_t port;
    const char *bytes;
    enum service service;
    enum evidence evidence;
};

static const struct datagram_case datagram_cases[] = {
    { "what fits, at a port that stands for nothing", 40000, SPACE_PACKET, SERVICE_CCSDS,
      EVIDENCE_PORT_CONSISTENT },
    { "what fits, at its port", 4556, SPACE_PACKET, SERVICE_CCSDS,
      EVIDENCE_PORT_CONSISTENT },
    { "what fits, at another's port", 53, SPACE_PACKET, SERVICE_DNS,
      EVIDENCE_PORT_CONSISTENT },
    { "zeros", 40000, "00000000000000000000000000000000", SERVICE_NONE,
      EVIDENCE_RANGE_ONLY },
};

static void
test_datagram(void **state)
{
    const struct datagram_case *c = *state;
    struct run *run = run_new(&every);
    uint8_t bytes[64];
    struct packet packet = packet_of(IP_PROTOCOL_UDP, true, 45678, c->port);
    const struct flow *flow;

    say(&packet, c->bytes, bytes, sizeof bytes);
    flow = run_take(run, &packet);
    assert_string_equal(service_name((enum service) flow->service),
                        service_name(c->service));
    assert_string_equal(evidence_name((enum evidence) flow->evidence),
                        evidence_name(c->evidence));
    run_free(run);
}

/* Two hosts talk of one thing after another. */
struct talk {
    uint16_t client_port;
    uint8_t protocol;
    const char *said; /* By the client. */
    enum service service;
    enum evidence evidence;
};

#define MINING  "'{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}' 0a"
#define SHIP    "'!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C' 0d0a"
#define UNKNOWN "f75a11c9028841e3"

static const struct talk talks[] = {
    { 45678, IP_PROTOCOL_TCP, MINING, SERVICE_STRATUM, EVIDENCE_VERIFIED },
    { 45679, IP_PROTOCOL_UDP, SHIP, SERVICE_AIS, EVIDENCE_VERIFIED },
    { 45680, IP_PROTOCOL_TCP, UNKNOWN, SERVICE_NONE, EVIDENCE_RANGE_ONLY },
    { 45678, IP_PROTOCOL_TCP, UNKNOWN, SERVICE_NONE, EVIDENCE_RANGE_ONLY },
    { 45678, IP_PROTOCOL_TCP, SHIP, SERVICE_AIS, EVIDENCE_VERIFIED },
    { 45678, IP_PROTOCOL_TCP, MINING, SERVICE_STRATUM, EVIDENCE_VERIFIED },
};

static void
take_flags(struct run *run, const struct talk *talk, bool from_client, uint8_t flags,
           const char *said)
{
    enum { SERVER_PORT = 50001 }; /* It stands for nothing. */
    uint8_t bytes[256];
    struct packet packet =
        packet_of(talk->protocol, from_client, talk->client_port, SERVER_PORT);

    packet.tcp_flags = flags;
    packet.tcp_sequence = (flags & TCP_SYN) != 0 ? 0 : 1;
    say(&packet, said, bytes, sizeof bytes);
    run->flow = run_take(run, &packet);
}

static void
hold_talk(struct run *run, const struct talk *talk)
{
    const bool is_stream = talk->protocol == IP_PROTOCOL_TCP;
    const size_t n_before = run->list.n;

    if (is_stream) {
        take_flags(run, talk, true, TCP_SYN, "");
        take_flags(run, talk, false, TCP_SYN | TCP_ACK, "");
    }
    take_flags(run, talk, true, is_stream ? TCP_PSH | TCP_ACK : 0, talk->said);
    assert_string_equal(service_name((enum service) run->flow->service),
                        service_name(talk->service));
    assert_int_equal(run->flow->evidence, talk->evidence);
    assert_int_equal(run->list.n - n_before, talk->service != SERVICE_NONE);
    if (run->list.n > n_before) {
        assert_int_equal(run->list.items[n_before].earlier, EVIDENCE_RANGE_ONLY);
    }
    if (is_stream) {
        take_flags(run, talk, true, TCP_FIN | TCP_ACK, "");
        take_flags(run, talk, false, TCP_FIN | TCP_ACK, "");
    }
}

/* What an address pair, or even the same ports, said before decides nothing: each claim is
 * as if there had been nothing else. */
static void
test_past(void **state)
{
    struct run *run = run_new(&every);

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(talks); i++) {
        struct run *alone = run_new(&every);

        hold_talk(alone, &talks[i]);
        run_free(alone);
        hold_talk(run, &talks[i]);
    }
    run_free(run);
}

/* A client's hello in two datagrams of a flow, and an answer between them. */
static const struct hello_case {
    const char *name;
    const char *datagrams; /* As 'segments' above, without numbers. */
    const char *seen;
} hello_cases[] = {
    { "a hello in two datagrams",
      "C " QUIC_PIECES_1 "\nS " QUIC_ANSWER "\nC " QUIC_PIECES_2,
      "service\nservice, surer\nwww.example.org\nq13d1516h2_8daaf6152771_e5627efa2ab1\n" },
    { "a hello in two datagrams, then data",
      "C " QUIC_PIECES_1 "\nS " QUIC_ANSWER "\nC " QUIC_PIECES_2 "\nC " QUIC_PIECES_2,
      "service\nservice, surer\nwww.example.org\nq13d1516h2_8daaf6152771_e5627efa2ab1\n" },
    { "a hello whose second datagram comes after the data",
      "C " QUIC_PIECES_1 "\nS " QUIC_ANSWER "\nC 40 8394c8f03e515708 00\nC " QUIC_PIECES_2,
      "service\nservice, surer\n" },
};

static void
test_hello(void **state)
{
    const struct hello_case *c = *state;
    struct run *run = run_new(&every);
    char seen[4096] = "";

    for (const char *line = c->datagrams; line != NULL;) {
        uint8_t bytes[RECOGNISE_STREAM_MAX];
        struct packet packet = packet_of(IP_PROTOCOL_UDP, *line == 'C', 45678, 443);

        say(&packet, line + 2, bytes, sizeof bytes);
        (void) run_take(run, &packet);
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    write_seen(&run->list, seen);
    assert_string_equal(seen, c->seen);
    run_free(run);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_past),
                                        cmocka_unit_test(test_echo) };

    return RUN_CASES(port_cases, test_port) + RUN_CASES(stream_cases, test_stream) +
           RUN_CASES(undeclared_cases, test_undeclared) +
           RUN_CASES(datagram_cases, test_datagram) + RUN_CASES(hello_cases, test_hello) +
           cmocka_run_group_tests(tests, NULL, NULL);
}

#include "classify/service.h"

#include <string.h>

#include "capture/packet.h"
#include "classify/recognise/recognisers.h"
#include "support/support.h"

struct port_case {
    const char *name;
    uint8_t protocol;
    uint16_t port;
    enum service expected;
};

/* From the IANA registry where it has the protocol. */
static const struct port_case cases[] = {
    { "dicom by its old port", IP_PROTOCOL_TCP, 104, SERVICE_DICOM },
    { "dicom", IP_PROTOCOL_TCP, 11112, SERVICE_DICOM },
    { "dicom over tls", IP_PROTOCOL_TCP, 2762, SERVICE_DICOM },
    { "hl7", IP_PROTOCOL_TCP, 2575, SERVICE_HL7 },
    { "iec 104", IP_PROTOCOL_TCP, 2404, SERVICE_IEC104 },
    { "iec 104 is not on udp", IP_PROTOCOL_UDP, 2404, SERVICE_NONE },
    { "modbus", IP_PROTOCOL_TCP, 502, SERVICE_MODBUS },
    { "dnp3 over udp", IP_PROTOCOL_UDP, 20000, SERVICE_DNP3 },
    { "bacnet", IP_PROTOCOL_UDP, 47808, SERVICE_BACNET },
    { "quote of the day", IP_PROTOCOL_UDP, 17, SERVICE_QOTD },
    { "rip", IP_PROTOCOL_UDP, 520, SERVICE_RIP },
    { "quic", IP_PROTOCOL_UDP, 443, SERVICE_QUIC },
    { "tls", IP_PROTOCOL_TCP, 443, SERVICE_TLS },
    { "iec 61162-450, first group", IP_PROTOCOL_UDP, 60001, SERVICE_NMEA },
    { "iec 61162-450, last group", IP_PROTOCOL_UDP, 60016, SERVICE_NMEA },
    { "sigtran", IP_PROTOCOL_SCTP, 2905, SERVICE_SIGTRAN },
    { "nothing", IP_PROTOCOL_TCP, 40000, SERVICE_NONE },
    { "port 0", IP_PROTOCOL_TCP, 0, SERVICE_NONE },
    { "the last port", IP_PROTOCOL_TCP, 65535, SERVICE_NONE },
    { "a transport without ports", IP_PROTOCOL_ICMP, 8, SERVICE_NONE },
};

static void
test_by_port(void **state)
{
    const struct port_case *c = *state;

    assert_string_equal(service_name(service_by_port(c->protocol, c->port)),
                        service_name(c->expected));
}

/* Every service has a name of its own that is found again, and a title. */
static void
test_names(void **state)
{
    const char *const *names = service_names();
    unsigned n = 0;

    (void) state;
    for (; names[n] != NULL; n++) {
        enum service service = SERVICE_NONE;

        assert_true(service_parse(names[n], &service));
        assert_int_equal(service, n + 1);
        assert_ptr_equal(service_name(service), names[n]);
        assert_true(strlen(service_title(service)) > 0);
    }
    assert_int_equal(n, N_SERVICES - 1);
    assert_string_equal(service_name(SERVICE_NONE), "");
}

static void
test_unknown_name(void **state)
{
    enum service service = SERVICE_DNS;

    (void) state;
    assert_false(service_parse("no-such", &service));
    assert_false(service_parse("", &service));
    assert_int_equal(service, SERVICE_DNS);
}

/* A service that no port stands for and no recogniser knows could not be seen. */
static void
test_each_can_be_seen(void **state)
{
    static const uint8_t transports[] = { IP_PROTOCOL_TCP, IP_PROTOCOL_UDP,
                                          IP_PROTOCOL_SCTP };
    bool seen[N_SERVICES] = { false };

    (void) state;
    for (size_t t = 0; t < N_ELEMENTS(transports); t++) {
        for (unsigned port = 0; port <= UINT16_MAX; port++) {
            seen[service_by_port(transports[t], (uint16_t) port)] = true;
        }
    }
    for (unsigned i = 0; i < N_RECOGNISERS; i++) {
        seen[recognisers[i]->service] = true;
    }
    for (unsigned i = 1; i < N_SERVICES; i++) {
        if (!seen[i]) {
            fail_msg("neither a port nor a recogniser for %s",
                     service_name((enum service) i));
        }
    }
}

struct pair_case {
    const char *name;
    enum service service, other;
    bool may_be, may_have_port_of;
};

static const struct pair_case pairs[] = {
    { "the same", SERVICE_SSH, SERVICE_SSH, true, true },
    { "another", SERVICE_SSH, SERVICE_HTTP, false, false },
    { "on a port that stands for none", SERVICE_SSH, SERVICE_NONE, false, true },
    { "in what carries it", SERVICE_FHIR, SERVICE_HTTP, true, true },
    { "the carrier alone", SERVICE_HTTP, SERVICE_FHIR, true, true },
    { "two that have the same carrier", SERVICE_FHIR, SERVICE_OCPP, false, false },
    { "hidden", SERVICE_TLS, SERVICE_DICOM, true, true },
    { "hidden, over datagrams", SERVICE_DTLS, SERVICE_COAP, true, true },
    { "in clear where it should be hidden", SERVICE_HTTP, SERVICE_TLS, false, false },
    { "the web over UDP", SERVICE_QUIC, SERVICE_TLS, true, true },
    { "two that share their port", SERVICE_MMS, SERVICE_S7COMM, false, true },
    { "what poses as the web", SERVICE_TOR, SERVICE_HTTP, false, true },
};

static void
test_pair(void **state)
{
    const struct pair_case *c = *state;

    assert_int_equal(service_may_be(c->service, c->other), c->may_be);
    assert_int_equal(service_may_have_port_of(c->service, c->other), c->may_have_port_of);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_unknown_name),
        cmocka_unit_test(test_each_can_be_seen),
    };

    return RUN_CASES(cases, test_by_port) + RUN_CASES(pairs, test_pair) +
           cmocka_run_group_tests(tests, NULL, NULL);
}

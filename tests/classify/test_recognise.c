#include "classify/recognise/recognise.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/flow_run.h"
#include "classify/packet_script.h"
#include "classify/recognise/recogniser.h"

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
    struct counters counters;
    struct observation_list list;
    unsigned n_packets, at;
    enum service service;
};

static void
take(const struct packet *packet, void *context)
{
    struct run *run = context;
    struct flow *flow = flow_run_update(run->flows, packet, 0, 1, &run->counters);

    run->n_packets++;
    recognise(flow, packet, &run->list);
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
    const struct flow_config config = { .capacity = 16 };
    struct run *run = memory_zeroed(1, sizeof *run);

    run->flows = flow_run_new(&config, hash_seed_fixed());
    script_run(c->packets, take, run);
    assert_int_equal(run->at, c->at);
    assert_int_equal(run->list.n, c->at == 0 ? 0 : 1);
    assert_string_equal(service_name(run->service), service_name(c->service));
    flow_run_free(run->flows);
    free(run);
}

/* How claims are weighed: two of them, about a flow to a port. */
struct claim_case {
    const char *name;
    uint16_t port;
    struct claim first, second;
    bool second_counts;
    enum service service;
    enum evidence evidence;
};

static const struct claim_case claim_cases[] = {
    { "nothing, nothing",
      2404,
      { SERVICE_NONE, 0 },
      { SERVICE_NONE, 0 },
      false,
      SERVICE_NONE,
      EVIDENCE_RANGE_ONLY },
    { "structure outweighs the port",
      2404,
      { SERVICE_IEC104, EVIDENCE_PORT_CONSISTENT },
      { SERVICE_IEC104, EVIDENCE_VERIFIED },
      true,
      SERVICE_IEC104,
      EVIDENCE_VERIFIED },
    { "the port does not outweigh structure",
      2404,
      { SERVICE_IEC104, EVIDENCE_VERIFIED },
      { SERVICE_IEC104, EVIDENCE_PORT_CONSISTENT },
      false,
      SERVICE_IEC104,
      EVIDENCE_VERIFIED },
    { "another protocol than the port's contradicts",
      2404,
      { SERVICE_IEC104, EVIDENCE_PORT_CONSISTENT },
      { SERVICE_SSH, EVIDENCE_VERIFIED },
      true,
      SERVICE_SSH,
      EVIDENCE_CONTRADICTED },
    { "a port that stands for nothing contradicts nothing",
      50000,
      { SERVICE_NONE, 0 },
      { SERVICE_SSH, EVIDENCE_VERIFIED },
      true,
      SERVICE_SSH,
      EVIDENCE_VERIFIED },
    { "the first structure stays",
      25,
      { SERVICE_SMTP, EVIDENCE_VERIFIED },
      { SERVICE_TLS, EVIDENCE_VERIFIED },
      false,
      SERVICE_SMTP,
      EVIDENCE_VERIFIED },
    { "a contradiction stays",
      25,
      { SERVICE_SSH, EVIDENCE_VERIFIED },
      { SERVICE_SMTP, EVIDENCE_VERIFIED },
      false,
      SERVICE_SSH,
      EVIDENCE_CONTRADICTED },
};

static void
test_claims(void **state)
{
    const struct claim_case *c = *state;
    struct flow flow = { .protocol = IP_PROTOCOL_TCP };

    flow.ends[FLOW_RESPONDER].port = c->port;
    assert_int_equal(recognise_claim(&flow, c->first), c->first.service != SERVICE_NONE);
    assert_int_equal(recognise_claim(&flow, c->second), c->second_counts);
    assert_string_equal(service_name((enum service) flow.service),
                        service_name(c->service));
    assert_string_equal(evidence_name((enum evidence) flow.evidence),
                        evidence_name(c->evidence));
}

int
main(void)
{
    return RUN_CASES(port_cases, test_port) + RUN_CASES(claim_cases, test_claims);
}

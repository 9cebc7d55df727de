#include "classify/recognise/claim.h"

#include "capture/packet.h"
#include "support/support.h"

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
    { "TLS may carry the port's service",
      2762,
      { SERVICE_DICOM, EVIDENCE_PORT_CONSISTENT },
      { SERVICE_TLS, EVIDENCE_VERIFIED },
      true,
      SERVICE_TLS,
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
    assert_int_equal(claim_take(&flow, c->first), c->first.service != SERVICE_NONE);
    assert_int_equal(claim_take(&flow, c->second), c->second_counts);
    assert_string_equal(service_name((enum service) flow.service),
                        service_name(c->service));
    assert_string_equal(evidence_name((enum evidence) flow.evidence),
                        evidence_name(c->evidence));
}

int
main(void)
{
    return RUN_CASES(claim_cases, test_claims);
}

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

/* A client has the port of another service by chance; it was seen from the middle. */
static void
test_guessed_ends(void **state)
{
    struct flow flow = { .protocol = IP_PROTOCOL_TCP };

    (void) state;
    flow.ends[FLOW_INITIATOR].port = 20000;
    flow.ends[FLOW_RESPONDER].port = 1080;
    flow.initiator_is_guess = true;
    assert_true(claim_take(&flow, (struct claim){ SERVICE_DNP3, EVIDENCE_VERIFIED }));
    assert_int_equal(flow.evidence, EVIDENCE_VERIFIED);

    flow.evidence = EVIDENCE_RANGE_ONLY;
    flow.initiator_is_guess = false;
    assert_true(claim_take(&flow, (struct claim){ SERVICE_DNP3, EVIDENCE_VERIFIED }));
    assert_int_equal(flow.evidence, EVIDENCE_CONTRADICTED);
}

/* What only fits is taken where the port stands for it or for nothing. */
static void
test_fits_by_chance(void **state)
{
    static const struct claim fits = { SERVICE_CCSDS, EVIDENCE_PORT_CONSISTENT };
    static const struct {
        uint16_t initiator, responder;
        bool initiator_is_guess, counts;
    } cases[] = {
        { 40001, 40000, false, true }, { 40001, 4556, false, true },
        { 40001, 53, false, false },   { 4556, 53, false, false },
        { 4556, 53, true, true },      { 40001, 53, true, false },
    };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct flow flow = { .protocol = IP_PROTOCOL_UDP };

        flow.ends[FLOW_INITIATOR].port = cases[i].initiator;
        flow.ends[FLOW_RESPONDER].port = cases[i].responder;
        flow.initiator_is_guess = cases[i].initiator_is_guess;
        assert_int_equal(claim_take(&flow, fits), cases[i].counts);
        assert_int_equal(flow.service, cases[i].counts ? SERVICE_CCSDS : SERVICE_NONE);
        assert_int_equal(flow.evidence,
                         cases[i].counts ? EVIDENCE_PORT_CONSISTENT : EVIDENCE_RANGE_ONLY);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guessed_ends),
        cmocka_unit_test(test_fits_by_chance),
    };

    return RUN_CASES(claim_cases, test_claims) + cmocka_run_group_tests(tests, NULL, NULL);
}

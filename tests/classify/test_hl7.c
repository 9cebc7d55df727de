#include "classify/recogniser_run.h"

/* Messages in the form of HL7 v2.5.1, chapter 2; nobody is meant. */
#define ADMIT                                                                             \
    "0b 'MSH|^~\\&|WARD|EXAMPLE|ADT|EXAMPLE|20260601090000||ADT^A01^ADT_A01|1001|P|2.5' " \
    "0d 'EVN|A01|20260601090000' 0d 'PID|1||TEST-0001||NOBODY^NONE' 0d 1c 0d"
#define ACCEPTED                                                                     \
    "0b 'MSH|^~\\&|ADT|EXAMPLE|WARD|EXAMPLE|20260601090001||ACK^A01|1001|P|2.5' 0d " \
    "'MSA|AA|1001' 0d 1c 0d"
#define RESULT \
    "0b 'MSH|^~\\&|LAB|EXAMPLE|||20260601||ORU^R01|7|P|2.3|' 0d 'OBX|1|NM|' 0d 1c 0d"
#define QUERY "0b 'MSH|^~\\&|||||20260601||QBP^Q11^QBP_Q11|7|P|2.8' 0d 1c 0d"
#define OTHER "0b 'MSH!@#$%!A!!B!!2026!!ORM!7!P!2.1!' 0d 1c 0d"

static const struct judge_case judge_cases[] = {
    { "a message and its acknowledgement", IP_PROTOCOL_TCP, ADMIT, ACCEPTED,
      OPINION_VERIFIED },
    { "an acknowledgement alone", IP_PROTOCOL_TCP, "", ACCEPTED, OPINION_VERIFIED },
    { "other separators", IP_PROTOCOL_TCP, OTHER, "", OPINION_VERIFIED },
    { "a header that goes on", IP_PROTOCOL_TCP, "0b 'MSH|^~\\&|WARD|EXAMPLE|ADT'", "",
      OPINION_MORE },
    { "a header that ends too early", IP_PROTOCOL_TCP, "0b 'MSH|^~\\&|WARD|EXAMPLE|ADT' 0d",
      "", OPINION_NO },
    { "another version", IP_PROTOCOL_TCP, "0b 'MSH|^~\\&|||||20260601||ADT^A01|7|P|3.0' 0d",
      "", OPINION_NO },
    { "a type that is none", IP_PROTOCOL_TCP, "0b 'MSH|^~\\&|||||2026||A|7|P|2.5' 0d", "",
      OPINION_NO },
    { "separators that are none", IP_PROTOCOL_TCP, "0b 'MSH|AAAA|||||2026||ADT|7|P|2.5' 0d",
      "", OPINION_NO },
    { "without the start", IP_PROTOCOL_TCP, "'MSH|^~\\&|WARD'", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_hl7, *state);
}

static const struct read_case read_cases[] = {
    { "an admission", IP_PROTOCOL_TCP, FLOW_INITIATOR, ADMIT,
      "control-command write adt-a01 (1), from WARD, to ADT\n" },
    { "results", IP_PROTOCOL_TCP, FLOW_INITIATOR, RESULT,
      "control-command write oru-r01 (1), from LAB\n" },
    { "a query", IP_PROTOCOL_TCP, FLOW_INITIATOR, QUERY,
      "control-command read qbp-q11 (11)\n" },
    { "a type without an event", IP_PROTOCOL_TCP, FLOW_INITIATOR, OTHER,
      "control-command write orm, from A, to B\n" },
    { "an answer", IP_PROTOCOL_TCP, FLOW_RESPONDER, ACCEPTED, "" },
    { "the rest of a long message", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'OBX|2|NM|' 0d 1c 0d" RESULT, "control-command write oru-r01 (1), from LAB\n" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_hl7, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}

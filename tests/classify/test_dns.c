#include "classify/recogniser_run.h"

/* A question after RFC 1035, and its answer; with EDNS (RFC 6891); multicast (RFC 6762). */
#define QUESTION "0c01 0100 0001 0000 0000 0000 03 'www' 07 'Example' 03 'org' 00 0001 0001"
#define ANSWER                                                                  \
    "0c01 8180 0001 0001 0000 0000 03 'www' 07 'Example' 03 'org' 00 0001 0001" \
    "c00c 0001 0001 00000e10 0004 c0000201"
#define WITH_EDNS \
    "0c02 0120 0001 0000 0000 0001 01 'a' 00 001c 0001 00 0029 1000 00000000 0000"
#define MULTICAST                                                               \
    "0000 0000 0002 0000 0000 0000 04 '_ipp' 04 '_tcp' 05 'local' 00 000c 0001" \
    "05 '_ipps' c011 000c 8001"

static const struct judge_case judge_cases[] = {
    { "a question", IP_PROTOCOL_UDP, QUESTION, "", OPINION_VERIFIED },
    { "a question and its answer", IP_PROTOCOL_UDP, QUESTION, ANSWER, OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_UDP, "", ANSWER, OPINION_VERIFIED },
    { "over TCP", IP_PROTOCOL_TCP, "0021" QUESTION, "0031" ANSWER, OPINION_VERIFIED },
    { "with EDNS", IP_PROTOCOL_UDP, WITH_EDNS, "", OPINION_VERIFIED },
    { "multicast", IP_PROTOCOL_UDP, MULTICAST, "", OPINION_VERIFIED },
    { "bytes behind", IP_PROTOCOL_UDP, QUESTION "00", "", OPINION_NO },
    { "a name that points to itself", IP_PROTOCOL_UDP,
      "0c01 0100 0001 0000 0000 0000 c00c 0001 0001", "", OPINION_NO },
    { "a name that points ahead", IP_PROTOCOL_UDP,
      "0c01 0100 0001 0000 0000 0000 c012 0001 0001 00", "", OPINION_NO },
    { "a label that is too long", IP_PROTOCOL_UDP,
      "0c01 0100 0001 0000 0000 0000 40 'a' 00 0001 0001", "", OPINION_NO },
    { "a class that does not exist", IP_PROTOCOL_UDP,
      "0c01 0100 0001 0000 0000 0000 01 'a' 00 0001 0009", "", OPINION_NO },
    { "NetBIOS", IP_PROTOCOL_UDP,
      "0c01 0110 0001 0000 0000 0000 20 'CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' 00 0021 0001",
      "", OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'GET / HTTP/1.1'", "", OPINION_NO },
    { "text over TCP", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_dns, *state);
}

static const struct read_case read_cases[] = {
    { "a question", IP_PROTOCOL_UDP, FLOW_INITIATOR, QUESTION, "name www.example.org\n" },
    { "questions over TCP", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "0021" QUESTION "001e" WITH_EDNS, "name www.example.org\nname a\n" },
    { "several questions", IP_PROTOCOL_UDP, FLOW_RESPONDER, MULTICAST,
      "name _ipp._tcp.local\nname _ipps._tcp.local\n" },
    { "an answer", IP_PROTOCOL_UDP, FLOW_RESPONDER, ANSWER, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_dns, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}

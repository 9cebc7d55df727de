#include "classify/recogniser_run.h"

/* RFC 854; options of RFC 857, 858, 1073, 1091. */
static const struct judge_case judge_cases[] = {
    { "several", IP_PROTOCOL_TCP, "fffd03 fffb18 fffb1f", "", OPINION_VERIFIED },
    { "a question and its answer", IP_PROTOCOL_TCP, "fffb18", "fffd18", OPINION_VERIFIED },
    { "one", IP_PROTOCOL_TCP, "", "fffd18", OPINION_MORE },
    { "a subnegotiation", IP_PROTOCOL_TCP, "fffb18 fffa18 00 'XTERM' fff0 fffb03 fffb1f",
      "", OPINION_VERIFIED },
    { "an option that does not exist", IP_PROTOCOL_TCP, "fffd80", "", OPINION_NO },
    { "a command that does not exist", IP_PROTOCOL_TCP, "ff0003", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'login: '", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_telnet, *state);
}

static const struct read_case read_cases[] = {
    { "a question", IP_PROTOCOL_TCP, FLOW_RESPONDER, "'Password: '",
      "cleartext-credentials Telnet password\n" },
    { "a message", IP_PROTOCOL_TCP, FLOW_RESPONDER, "'Password: is wrong'", "" },
    { "a client", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'Password:'", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_telnet, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}

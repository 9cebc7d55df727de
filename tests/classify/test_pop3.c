#include "classify/recogniser_run.h"

/* RFC 1939 section 10. */
static const struct judge_case judge_cases[] = {
    { "a login", IP_PROTOCOL_TCP, "'USER me' 0d0a", "'+OK ready' 0d0a", OPINION_VERIFIED },
    { "a client alone", IP_PROTOCOL_TCP, "'USER me' 0d0a 'PASS x' 0d0a 'STAT' 0d0a", "",
      OPINION_VERIFIED },
    { "a greeting alone", IP_PROTOCOL_TCP, "", "'+OK ready' 0d0a", OPINION_MORE },
    { "a greeting of FTP", IP_PROTOCOL_TCP, "'USER me' 0d0a", "'220 ready' 0d0a",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'{}'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_pop3, *state);
}

static const struct read_case read_cases[] = {
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'USER me' 0d0a 'PASS secret' 0d0a",
      "cleartext-credentials POP3 PASS\n" },
    { "by AUTH", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'AUTH PLAIN' 0d0a",
      "cleartext-credentials POP3 AUTH\n" },
    { "a digest", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'APOP me c4c9334bac560ecc979e58001b3e22fb' 0d0a", "" },
    { "a server that says so", IP_PROTOCOL_TCP, FLOW_RESPONDER, "'PASS secret' 0d0a", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_pop3, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}

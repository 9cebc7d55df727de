#include "classify/recogniser_run.h"

/* RFC 959, appendix III and section 7. */
static const struct judge_case judge_cases[] = {
    { "a login", IP_PROTOCOL_TCP, "'USER me' 0d0a", "'220 ready' 0d0a", OPINION_VERIFIED },
    { "a client alone", IP_PROTOCOL_TCP, "'user me' 0d0a 'PASS x' 0d0a 'PASV' 0d0a", "",
      OPINION_VERIFIED },
    { "a login of POP3 or FTP", IP_PROTOCOL_TCP, "'USER me' 0d0a 'PASS x' 0d0a", "",
      OPINION_MORE },
    { "a greeting alone", IP_PROTOCOL_TCP, "", "'220 ready' 0d0a", OPINION_MORE },
    { "a greeting of several lines", IP_PROTOCOL_TCP, "'USER me' 0d0a",
      "'220-Welcome' 0d0a 'to all' 0d0a '220 ready' 0d0a", OPINION_VERIFIED },
    { "a greeting and text", IP_PROTOCOL_TCP, "'USER me' 0d0a",
      "'220 ready' 0d0a 'to all' 0d0a", OPINION_NO },
    { "a greeting and text that goes on", IP_PROTOCOL_TCP, "'USER me' 0d0a",
      "'220 ready' 0d0a '1 SSH'", OPINION_NO },
    { "a greeting and half of a code", IP_PROTOCOL_TCP, "'USER me' 0d0a",
      "'220 ready' 0d0a '33'", OPINION_VERIFIED },
    { "a greeting and mail", IP_PROTOCOL_TCP, "'EHLO me' 0d0a", "'220 ready' 0d0a",
      OPINION_NO },
    { "a greeting of POP3", IP_PROTOCOL_TCP, "'USER me' 0d0a", "'+OK' 0d0a", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1' 0d0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_ftp, *state);
}

static const struct read_case read_cases[] = {
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'USER me' 0d0a 'PASS secret' 0d0a",
      "cleartext-credentials FTP PASS\n" },
    { "one whose user was missed", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'PASS secret' 0d0a",
      "cleartext-credentials FTP PASS\n" },
    { "a guest's", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'USER anonymous' 0d0a 'PASS me@example.org' 0d0a 'PWD' 0d0a", "" },
    { "a guest's by another name", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'user ftp' 0d0a 'pass x' 0d0a", "" },
    { "a user's after a guest's", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'USER anonymous' 0d0a 'PASS x' 0d0a 'USER me' 0d0a 'PASS secret' 0d0a",
      "cleartext-credentials FTP PASS\n" },
    { "none", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'USER me' 0d0a 'PASS' 0d0a", "" },
    { "a server that says so", IP_PROTOCOL_TCP, FLOW_RESPONDER, "'PASS secret' 0d0a", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_ftp, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}

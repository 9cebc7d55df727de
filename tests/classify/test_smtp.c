#include "classify/recogniser_run.h"

/* RFC 5321, appendix D.1; RFC 4954 section 4.1. */
static const struct judge_case judge_cases[] = {
    { "a hello", IP_PROTOCOL_TCP, "'EHLO bar.example' 0d0a", "'220 foo.example' 0d0a",
      OPINION_VERIFIED },
    { "a client alone", IP_PROTOCOL_TCP,
      "'HELO bar.example' 0d0a 'MAIL FROM:<a@bar.example>' 0d0a", "", OPINION_VERIFIED },
    { "a hello alone", IP_PROTOCOL_TCP, "'EHLO bar.example' 0d0a", "", OPINION_MORE },
    { "a greeting and FTP", IP_PROTOCOL_TCP, "'USER me' 0d0a", "'220 ready' 0d0a",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'EHL' 0d0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_smtp, *state);
}

static const struct read_case read_cases[] = {
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'auth plain AHRlc3QAMTIzNA==' 0d0a",
      "cleartext-credentials SMTP AUTH PLAIN\n" },
    { "a password that is asked for", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'AUTH LOGIN' 0d0a",
      "cleartext-credentials SMTP AUTH LOGIN\n" },
    { "a challenge", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'AUTH CRAM-MD5' 0d0a", "" },
    { "an offer", IP_PROTOCOL_TCP, FLOW_RESPONDER, "'250 AUTH PLAIN' 0d0a", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_smtp, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}

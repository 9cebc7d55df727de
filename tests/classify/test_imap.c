#include "classify/recogniser_run.h"

/* RFC 9051 section 8. */
static const struct judge_case judge_cases[] = {
    { "a login", IP_PROTOCOL_TCP, "'a001 LOGIN me secret' 0d0a", "'* OK ready' 0d0a",
      OPINION_VERIFIED },
    { "a question first", IP_PROTOCOL_TCP, "'1 capability' 0d0a", "'* OK ready' 0d0a",
      OPINION_VERIFIED },
    { "a client alone", IP_PROTOCOL_TCP, "'a LOGIN me secret' 0d0a 'b SELECT INBOX' 0d0a",
      "", OPINION_VERIFIED },
    { "a greeting alone", IP_PROTOCOL_TCP, "", "'* OK ready' 0d0a", OPINION_MORE },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1' 0d0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_imap, *state);
}

static const struct read_case read_cases[] = {
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'a001 login me secret' 0d0a",
      "cleartext-credentials IMAP LOGIN\n" },
    { "by AUTHENTICATE", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'a AUTHENTICATE PLAIN' 0d0a",
      "cleartext-credentials IMAP AUTHENTICATE\n" },
    { "a ticket", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'a AUTHENTICATE GSSAPI' 0d0a", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_imap, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}

#include "classify/recogniser_run.h"

/* "Message Formats": SSLRequest, StartupMessage, CancelRequest. */
static const struct judge_case judge_cases[] = {
    { "encryption", IP_PROTOCOL_TCP, "00000008 04d2162f", "'S'", OPINION_VERIFIED },
    { "a beginning", IP_PROTOCOL_TCP, "00000013 00030000 'user' 00 'me' 00 00", "",
      OPINION_VERIFIED },
    { "a part", IP_PROTOCOL_TCP, "00000013 0003", "", OPINION_MORE },
    { "version 2", IP_PROTOCOL_TCP, "00000013 00020000 'user' 00", "", OPINION_NO },
    { "another first text", IP_PROTOCOL_TCP, "00000013 00030000 'hello'", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'SELECT'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_postgres, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}

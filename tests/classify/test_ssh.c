#include "classify/recogniser_run.h"

/* RFC 4253 section 4.2. */
static const struct judge_case judge_cases[] = {
    { "both", IP_PROTOCOL_TCP, "'SSH-2.0-OpenSSH_9.2' 0d0a",
      "'SSH-2.0-billsSSH_3.6.3q3' 0d0a", OPINION_VERIFIED },
    { "a server alone", IP_PROTOCOL_TCP, "", "'SSH-1.99-OpenSSH_3.4' 0a",
      OPINION_VERIFIED },
    { "without an end", IP_PROTOCOL_TCP, "'SSH-2.0-OpenSSH'", "", OPINION_MORE },
    { "without software", IP_PROTOCOL_TCP, "'SSH-2.0' 0d0a", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'SSH is a protocol' 0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_ssh, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}

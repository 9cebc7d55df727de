#include "classify/recogniser_run.h"

/* RFC 6143 section 7.1.1. */
static const struct judge_case judge_cases[] = {
    { "both", IP_PROTOCOL_TCP, "'RFB 003.008' 0a", "'RFB 003.008' 0a", OPINION_VERIFIED },
    { "a server alone", IP_PROTOCOL_TCP, "", "'RFB 004.001' 0a", OPINION_VERIFIED },
    { "a part", IP_PROTOCOL_TCP, "", "'RFB 003.'", OPINION_MORE },
    { "another number", IP_PROTOCOL_TCP, "", "'RFB 103.008' 0a", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'RFC 6143'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_vnc, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}

#include "classify/recogniser_run.h"

/* The example of "version" in "Protocol documentation". */
static const struct judge_case judge_cases[] = {
    { "a beginning", IP_PROTOCOL_TCP,
      "f9beb4d9 'version' 0000000000 64000000 358d4932 62ea0000", "", OPINION_VERIFIED },
    { "an answer", IP_PROTOCOL_TCP, "f9beb4d9 'version' 0000000000 64000000 358d4932",
      "f9beb4d9 'verack' 000000000000 00000000 5df6e0e2", OPINION_VERIFIED },
    { "a part", IP_PROTOCOL_TCP, "f9beb4d9 'vers'", "", OPINION_MORE },
    { "another network", IP_PROTOCOL_TCP, "f9beb4d8", "", OPINION_NO },
    { "a command that goes on after its end", IP_PROTOCOL_TCP, "f9beb4d9 'ver' 00 'on'", "",
      OPINION_NO },
    { "longer than any", IP_PROTOCOL_TCP, "f9beb4d9 'version' 0000000000 64000001 358d4932",
      "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_bitcoin, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}

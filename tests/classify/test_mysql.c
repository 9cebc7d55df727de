#include "classify/recogniser_run.h"

/* "Protocol::HandshakeV10", of a server of version 5.7.1. */
static const struct judge_case judge_cases[] = {
    { "a greeting", IP_PROTOCOL_TCP, "",
      "28 000000 0a '5.7.1' 00 0b000000 0102030405060708 00 ffff 21 0200 ffff 15 "
      "00000000000000000000 0000",
      OPINION_VERIFIED },
    { "a part", IP_PROTOCOL_TCP, "", "28 000000 0a '5.7.1'", OPINION_MORE },
    { "a challenge that does not end", IP_PROTOCOL_TCP, "",
      "28 000000 0a '5.7.1' 00 0b000000 0102030405060708 01 ffff 21 0200 ffff 15 "
      "00000000000000000000 0000",
      OPINION_NO },
    { "a version of letters", IP_PROTOCOL_TCP, "", "28 000000 0a 'x.7.1'", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "", "'+OK'", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_mysql, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}

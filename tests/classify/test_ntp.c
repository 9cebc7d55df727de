#include "classify/recogniser_run.h"

/* RFC 5905 section 7.3; RFC 9327 section 2; ntp_request.h. */
static const struct judge_case judge_cases[] = {
    { "time", IP_PROTOCOL_UDP,
      "23 00 06 ec 00000000 00000000 00000000 0000000000000000 0000000000000000 "
      "0000000000000000 e8a1b2c3d4e5f607",
      "24 01 06 ec 00000000 00000020 '.GPS' e8a1b2c300000000 e8a1b2c3d4e5f607 "
      "e8a1b2c3d5000000 e8a1b2c3d5000100",
      OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_UDP,
      "23 00 06 ec 00000000 00000000 00000000 0000000000000000 0000000000000000 "
      "0000000000000000 e8a1b2c3d4e5f607",
      "", OPINION_MORE },
    { "an answer to another request", IP_PROTOCOL_UDP,
      "23 00 06 ec 00000000 00000000 00000000 0000000000000000 0000000000000000 "
      "0000000000000000 e8a1b2c3d4e5f607",
      "24 01 06 ec 00000000 00000020 '.GPS' e8a1b2c300000000 e8a1b2c3d4e5f608 "
      "e8a1b2c3d5000000 e8a1b2c3d5000100",
      OPINION_MORE },
    { "control", IP_PROTOCOL_UDP, "16 02 0001 0000 0000 0000 0000",
      "16 82 0001 0000 0000 0000 0004 'a=1' 0a", OPINION_VERIFIED },
    { "control of another number", IP_PROTOCOL_UDP, "16 02 0001 0000 0000 0000 0000",
      "16 82 0002 0000 0000 0000 0004 'a=1' 0a", OPINION_MORE },
    { "private", IP_PROTOCOL_UDP, "17 00 03 2a 00000000", "d7 00 03 2a 0000 0048",
      OPINION_VERIFIED },
    { "a signed private request, and items", IP_PROTOCOL_UDP,
      "17 80 03 01 0000 0000 00000000", "97 00 03 01 0002 0004 0102030405060708",
      OPINION_VERIFIED },
    { "a private error", IP_PROTOCOL_UDP, "17 00 00 2a 0000 0000", "97 00 00 2a 1000 0000",
      OPINION_VERIFIED },
    { "private, all numbers zero", IP_PROTOCOL_UDP, "17000000 00000000",
      "97000000 00000000", OPINION_MORE },
    { "private, behind the items something else", IP_PROTOCOL_UDP,
      "17000000 00000000 01000000", "97000000 00000000 02000000", OPINION_MORE },
    { "private, another request", IP_PROTOCOL_UDP, "17 00 03 2a 00000000",
      "d7 00 03 2b 0000 0048", OPINION_MORE },
    { "private, of a program that does not exist", IP_PROTOCOL_UDP, "17 00 04 2a 00000000",
      "", OPINION_NO },
    { "private, items of an impossible size", IP_PROTOCOL_UDP, "17 00 03 2a 0000 1000", "",
      OPINION_NO },
    { "private, more items than bytes", IP_PROTOCOL_UDP, "17 00 03 2a 00000000",
      "97 00 03 2a 0002 0004 01020304", OPINION_NO },
    { "no time", IP_PROTOCOL_UDP,
      "1b 00 00 00 00000000 00000000 00000000 0000000000000000 0000000000000000 "
      "0000000000000000 0000000000000000",
      "1c 00 00 00 00000000 00000000 00000000 0000000000000000 0000000000000000 "
      "0000000000000000 0000000000000000",
      OPINION_MORE },
    { "version 0", IP_PROTOCOL_UDP,
      "03 00 06 ec 00000000 00000000 00000000 0000000000000000 0000000000000000 "
      "0000000000000000 e8a1b2c3d4e5f607",
      "", OPINION_NO },
    { "too short", IP_PROTOCOL_UDP, "23 00 06 ec", "", OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_ntp, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}

#include "classify/recogniser_run.h"

/* MS-RDPBCGR section 4.1.1 and 4.1.2: a cookie and a negotiation. */
static const struct judge_case judge_cases[] = {
    { "a cookie", IP_PROTOCOL_TCP,
      "0300 002c 27 e0 0000 0000 00 'Cookie: mstshash=eltons' 0d0a 01 00 0800 00000000",
      "0300 0013 0e d0 0000 1234 00 02 00 0800 00000000", OPINION_VERIFIED },
    { "a negotiation", IP_PROTOCOL_TCP, "0300 0013 0e e0 0000 0000 00 01 00 0800 0b000000",
      "", OPINION_VERIFIED },
    { "a refusal alone", IP_PROTOCOL_TCP, "",
      "0300 0013 0e d0 0000 1234 00 03 00 0800 02000000", OPINION_VERIFIED },
    { "neither", IP_PROTOCOL_TCP, "0300 000b 06 e0 0000 0000 00", "", OPINION_MORE },
    { "S7", IP_PROTOCOL_TCP, "0300 0016 11 e0 0000 0014 00 c1 02 0100 c2 02 0102 c0 01 0a",
      "", OPINION_NO },
    { "a length that is wrong", IP_PROTOCOL_TCP,
      "0300 0013 0d e0 0000 0000 00 01 00 0800 0b000000", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET /'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_rdp, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}

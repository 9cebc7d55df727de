#include "classify/recogniser_run.h"

/* RFC 2865 section 7.1. */
static const struct judge_case judge_cases[] = {
    { "a request and its answer", IP_PROTOCOL_UDP,
      "01 00 0020 000102030405060708090a0b0c0d0e0f 01 06 'nemo' 05 06 00000003",
      "02 00 001a 000102030405060708090a0b0c0d0e0f 06 06 00000001", OPINION_VERIFIED },
    { "accounting", IP_PROTOCOL_UDP,
      "04 07 001a 000102030405060708090a0b0c0d0e0f 28 06 00000001",
      "05 07 0014 000102030405060708090a0b0c0d0e0f", OPINION_VERIFIED },
    { "an answer of another number", IP_PROTOCOL_UDP,
      "01 00 001a 000102030405060708090a0b0c0d0e0f 01 06 'nemo'",
      "02 01 0014 000102030405060708090a0b0c0d0e0f", OPINION_MORE },
    { "an answer to something else", IP_PROTOCOL_UDP,
      "04 00 001a 000102030405060708090a0b0c0d0e0f 01 06 'nemo'",
      "02 00 0014 000102030405060708090a0b0c0d0e0f", OPINION_MORE },
    { "an attribute beyond the end", IP_PROTOCOL_UDP,
      "01 00 001a 000102030405060708090a0b0c0d0e0f 01 07 'nemo'", "", OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'GET / HTTP/1.1 Host: a'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_radius, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}

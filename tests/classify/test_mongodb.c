#include "classify/recogniser_run.h"

/* "MongoDB Wire Protocol": OP_MSG and OP_QUERY. */
static const struct judge_case judge_cases[] = {
    { "a message", IP_PROTOCOL_TCP,
      "24000000 01000000 00000000 dd070000 00000000 00 0f000000 10 'ping' 00 01000000 00",
      "", OPINION_VERIFIED },
    { "a query", IP_PROTOCOL_TCP,
      "3a000000 01000000 00000000 d4070000 00000000 'admin.$cmd' 00 00000000 01000000", "",
      OPINION_VERIFIED },
    { "a document that is too long", IP_PROTOCOL_TCP,
      "24000000 01000000 00000000 dd070000 00000000 00 10000000 10", "", OPINION_NO },
    { "another operation", IP_PROTOCOL_TCP, "24000000 01000000 00000000 de070000", "",
      OPINION_NO },
    { "a part", IP_PROTOCOL_TCP, "24000000 0100", "", OPINION_MORE },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1' 0d0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_mongodb, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
